package documents_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"jahorina/app/documents/samples"
	"jahorina/workflows/strategy"
)

// draft gives each block of a source its own identity.
func draft(t *testing.T, source string) []strategy.Known {
	t.Helper()
	var known []strategy.Known
	for i, b := range read(t, source).Blocks {
		known = append(known, strategy.Known{Identity: fmt.Sprint(i), Block: b})
	}
	return known
}

// revise carries the identities of a draft into its revision.
func revise(t *testing.T, old []strategy.Known, source string) ([]strategy.Known, strategy.Carried) {
	t.Helper()
	blocks := read(t, source).Blocks
	carried := strategy.Carry(old, blocks)
	next := make([]strategy.Known, len(blocks))
	for i, b := range blocks {
		next[i] = strategy.Known{Identity: carried.Links[i].Identity, Block: b}
		if next[i].Identity == "" {
			next[i].Identity = fmt.Sprint("new ", i)
		}
	}
	return next, carried
}

// summary lists what is not the same.
func summary(changes []strategy.Change) []string {
	var out []string
	for _, c := range changes {
		from, to := "", ""
		if c.Old != nil {
			from = c.Old.Number
		}
		if c.New != nil {
			to = c.New.Number
		}
		if c.State != strategy.StateSame {
			out = append(out, fmt.Sprintf("%s %s→%s", c.State, from, to))
		}
	}
	return out
}

func edit(t *testing.T, source string, pairs ...string) string {
	t.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		if strings.Count(source, pairs[i]) != 1 {
			t.Fatalf("%q occurs %d times", pairs[i], strings.Count(source, pairs[i]))
		}
		source = strings.Replace(source, pairs[i], pairs[i+1], 1)
	}
	return source
}

// R3.2 and R3.3: 4.4 is dropped and its number passes on, 5.2 is reworded, a
// paragraph is added, and section 9 moves before section 8.
func TestR3_2IdentitiesGoOnIntoTheNextDraft(t *testing.T) {
	source := string(samples.StrategyEN)
	old := draft(t, source)
	next := edit(t, source,
		"**Consultation draft 0.4**", "**Consultation draft 0.5**",
		"4.4 Firms that make, use, store or trade more than a set amount of listed toxic chemicals will register with the National Authority and keep records for seven years.\n\n", "",
		"4.5 Laboratories", "4.4 Laboratories", "4.6 Inspectors", "4.5 Inspectors",
		"at least 24 hours before arrival", "at least 24 hours before arrival by sea or rail, and 4 hours by road",
		"## 6. Knowledge", "5.6 Storage of goods that are released is paid for by the State.\n\n## 6. Knowledge",
	)
	eight, nine, ten := strings.Index(next, "## 8."), strings.Index(next, "## 9."), strings.Index(next, "## 10.")
	regional, assistance := next[eight:nine], next[nine:ten]
	for i := 1; i <= 4; i++ {
		regional, assistance = edit(t, regional, fmt.Sprintf("\n8.%d", i), fmt.Sprintf("\n9.%d", i)), edit(t, assistance, fmt.Sprintf("\n9.%d", i), fmt.Sprintf("\n8.%d", i))
	}
	next = next[:eight] + edit(t, assistance, "## 9.", "## 8.") + edit(t, regional, "## 8.", "## 9.") + next[ten:]

	revised, carried := revise(t, old, next)
	want := []string{
		"reworded →", "deleted 4.4→", "moved 4.5→4.4", "moved 4.6→4.5", "reworded 5.2→5.2", "added →5.6",
		"moved 9→8", "moved 9.1→8.1", "moved 9.2→8.2", "moved 9.3→8.3", "moved 9.4→8.4",
		"moved 8→9", "moved 8.1→9.1", "moved 8.2→9.2", "moved 8.3→9.3", "moved 8.4→9.4",
	}
	if got := summary(strategy.Compare(old, revised)); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if len(carried.Deleted) != 1 || carried.Deleted[0].Number != "4.4" {
		t.Errorf("deleted %v, want 4.4", carried.Deleted)
	}
	for _, l := range carried.Links {
		if l.Origin == strategy.OriginDoubtful {
			t.Errorf("%s is in doubt", l.From)
		}
	}
}

// The readings taken up in a revision of the damaged outcome change words, not
// identities, and the redline shows the words alone.
func TestReadingsTakenUpAreARewording(t *testing.T) {
	source := string(samples.OutcomeZH)
	old := draft(t, source)
	revised, _ := revise(t, old, edit(t, source, "在国家以及，", "在国家一级，", "外部行为其", "外部行为体", "更广泛须臾范围", "更广泛区域范围", "好转的明确成果", "讨论的明确成果"))
	changes := strategy.Compare(old, revised)
	if got, want := summary(changes), []string{"reworded 10→10", "reworded 11→11", "reworded 12→12"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	var shown []string
	for _, c := range changes {
		for _, s := range c.Text {
			if s.Op != strategy.OpEqual {
				shown = append(shown, string(s.Op)+" "+s.Text)
			}
		}
	}
	if want := []string{"delete 以及", "insert 一级", "delete 其", "insert 体", "delete 须臾", "insert 区域", "delete 好转", "insert 讨论"}; !slices.Equal(shown, want) {
		t.Errorf("shown %q, want %q", shown, want)
	}
}
