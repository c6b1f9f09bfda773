package strategy_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"jahorina/workflows/strategy"
)

// marked writes a redline as "[-old-]{+new+}".
func marked(spans []strategy.Span) string {
	var s strings.Builder
	for _, span := range spans {
		switch span.Op {
		case strategy.OpEqual:
			s.WriteString(span.Text)
		case strategy.OpDelete:
			s.WriteString("[-" + span.Text + "-]")
		case strategy.OpInsert:
			s.WriteString("{+" + span.Text + "+}")
		}
	}
	return s.String()
}

func TestRedline(t *testing.T) {
	for _, tt := range []struct{ old, next, want string }{
		{"", "", ""},
		{"", "New.", "{+New.+}"},
		{"Old.", "", "[-Old.-]"},
		{"Keep records for seven years.", "Keep records for five years.", "Keep records for [-seven-]{+five+} years."},
		{"Entry without notice.", "Entry without prior notice.", "Entry without{+ prior+} notice."},
		{"Seven of nine", "Five of ten", "[-Seven of nine-]{+Five of ten+}"},
		{"The lead body has one deadline for all.", "The main body has a deadline for all.", "The [-lead-]{+main+} body has [-one-]{+a+} deadline for all."},
		{"a limit of 1,900 or 4.3", "a limit of 1,950 or 4.3", "a limit of [-1,900-]{+1,950+} or 4.3"},
		{"the prosecutor's office", "the prosecutor’s office", "the [-prosecutor's-]{+prosecutor’s+} office"},
		{"在国家以及，采取全面办法", "在国家一级，采取全面办法", "在国家[-以及-]{+一级+}，采取全面办法"},
		{"必须防止扩散的后果。", "必须防止并管理扩散的后果。", "必须防止{+并管理+}扩散的后果。"},
		{"ประชาชนทุกคน", "ประชาชนบางคน", "ประชาชน[-ทุก-]{+บาง+}คน"},
		{"مهلة ثلاثين يوماً", "مهلة ستين يوماً", "مهلة [-ثلاثين-]{+ستين+} يوماً"},
		{"срок 24 часа", "срок 48 часов", "срок [-24 часа-]{+48 часов+}"},
		{"line one\nline two", "line one\nline 2", "line one\nline [-two-]{+2+}"},
	} {
		if got := marked(strategy.Redline(tt.old, tt.next)); got != tt.want {
			t.Errorf("got  %s\nwant %s", got, tt.want)
		}
	}
}

// checkRedline checks the promise of Redline.
func checkRedline(t interface{ Fatalf(string, ...any) }, old, next string, spans []strategy.Span) {
	var o, n strings.Builder
	for i, s := range spans {
		if s.Text == "" || i > 0 && s.Op == spans[i-1].Op {
			t.Fatalf("span %d of %q is empty or not joined", i, spans)
		}
		if s.Op != strategy.OpInsert {
			o.WriteString(s.Text)
		}
		if s.Op != strategy.OpDelete {
			n.WriteString(s.Text)
		}
	}
	if o.String() != old || n.String() != next {
		t.Fatalf("%q and %q come out as %q and %q", old, next, o.String(), n.String())
	}
}

func TestRedlineKeepsBothTexts(t *testing.T) {
	words := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "law", "the", " ", " ", "\n", ". ", "国", "家", "4.3", "\xff", "e\u0301", "'"}), 0, 300)
	rapid.Check(t, func(t *rapid.T) {
		old, next := strings.Join(words.Draw(t, "old"), ""), strings.Join(words.Draw(t, "next"), "")
		checkRedline(t, old, next, strategy.Redline(old, next))
		if same := strategy.Redline(old, old); old != "" && (len(same) != 1 || same[0].Op != strategy.OpEqual) {
			t.Fatalf("a text differs from itself: %q", same)
		}
	})
}

func FuzzRedline(f *testing.F) {
	f.Add("Keep records for seven years.", "Keep them for five years.")
	f.Add("在国家以及，采取", "在国家一级，采取")
	f.Add("a\xff\u0301", "\u0301b\x00")
	f.Fuzz(func(t *testing.T, old, next string) {
		checkRedline(t, old, next, strategy.Redline(old, next))
	})
}

// text makes n words in sentences of about twelve.
func text(r *rand.Rand, n int) []string {
	words := make([]string, n)
	for i := range words {
		words[i] = vocabulary[r.IntN(len(vocabulary))]
		if r.IntN(12) == 0 {
			words[i] += "."
		}
	}
	return words
}

var vocabulary = strings.Fields(`state law export licence customs police health agency court treaty measure border transit
	chemical biological nuclear material equipment technology training inspector laboratory pathogen university bank insurer
	firm carrier record register notice penalty fine offence attempt financing assistance partner region neighbour draft comment
	answer panel chair member vote budget cost year month report review exercise plan risk list site threat holder owner body
	the of and to in for with by on from under before after within without each every any all no not will must may`)

func TestLongTextsAreComparedInTime(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	words := text(r, 20_000)
	edited := slices.Clone(words)
	for range 1500 {
		edited[r.IntN(len(edited))] = "changed"
	}
	shuffled := slices.Clone(words)
	r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	upper := strings.ToUpper(strings.Join(words, " "))
	for name, next := range map[string]string{
		"edited":    strings.Join(edited, " "),
		"shuffled":  strings.Join(shuffled, " "),
		"unrelated": upper,
		"one word":  strings.Repeat("a ", 20_000),
		"full stop": strings.Repeat(". ", 20_000),
		"turned":    strings.Join(words[10_000:], " ") + " " + strings.Join(words[:10_000], " "),
	} {
		t.Run(name, func(t *testing.T) {
			old := strings.Join(words, " ")
			best := time.Hour
			var spans []strategy.Span
			for range 3 {
				begin := time.Now()
				spans = strategy.Redline(old, next)
				best = min(best, time.Since(begin))
			}
			checkRedline(t, old, next, spans)
			if best > time.Second {
				t.Errorf("took %v, want a second at most", best)
			}
			t.Logf("%v, %d spans", best, len(spans))
		})
	}
}

// A redline shows what has changed and no more, however many changes there are.
func TestChangesAreShownAlone(t *testing.T) {
	for length, every := range map[int]int{20_000: 1000, 2000: 10, 600: 4} {
		words := text(rand.New(rand.NewPCG(3, 4)), length)
		edited := slices.Clone(words)
		changes := 0
		for i := every / 2; i < len(edited); i += every {
			edited[i] = "new"
			changes++
		}
		shown := 0
		for _, s := range strategy.Redline(strings.Join(words, " "), strings.Join(edited, " ")) {
			if s.Op == strategy.OpInsert {
				shown += len(strings.Fields(s.Text))
			}
		}
		// Where short words are the only match between two changes, they are shown with them.
		if shown < changes || shown > changes*5/4 {
			t.Errorf("%d of %d words are shown as new, want the %d that are", shown, length, changes)
		}
	}
}
