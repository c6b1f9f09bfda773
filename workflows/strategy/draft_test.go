package strategy_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"jahorina/app/apptest/testbed"
	"jahorina/app/documents/samples"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
)

// R0.2: a document is kept byte for byte, and the numbers it lacks are reported.
func TestR0_2StoredDraftKeepsSourceAndGap(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		d, source, err := strategy.Source(b.Read(b.Official), b.Draft(string(samples.OutcomeZH)).ID)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(samples.OutcomeZH)
		if string(source) != string(samples.OutcomeZH) || d.SourceSHA256 != hex.EncodeToString(sum[:]) {
			t.Error("the stored source is not the file")
		}
		if want := []strategy.Gap{{After: "8", Before: "10", Missing: []string{"9"}, Count: 1}}; fmt.Sprint(d.Gaps) != fmt.Sprint(want) {
			t.Errorf("gaps %+v, want %+v", d.Gaps, want)
		}
	})
}

// R0.3: readings of the damaged paragraphs are kept beside the text, with
// author and certainty; the text stays as printed.
func TestR0_3StoredReadingsLeaveTheText(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		d := b.Draft(string(samples.OutcomeZH))
		readings, err := samples.Readings()
		if err != nil || len(readings) == 0 {
			t.Fatal(err)
		}
		before := provisions(t, b, d.ID)
		for _, r := range readings {
			b.Do(b.Official, func(tx *workflows.Tx) error {
				_, err := strategy.AddReading(tx, b.Provision(d.ID, r.Provision).ID, r)
				return err
			})
		}
		if after := provisions(t, b, d.ID); !slices.Equal(after, before) {
			t.Error("a reading changed the text")
		}
		kept, err := strategy.Readings(b.Read(b.Official), d.ID)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, p := range before {
			for _, r := range kept[p.ID] {
				n++
				if !strings.Contains(p.Text, r.Printed) || r.Author == "" || r.Certainty == "" || r.Suggested == r.Printed {
					t.Errorf("kept %+v", r)
				}
			}
		}
		if n != len(readings) {
			t.Errorf("%d readings kept, want %d", n, len(readings))
		}
		if again, err := strategy.GetDraft(b.Read(b.Official), d.ID); err != nil || again.ContentSHA256 != d.ContentSHA256 {
			t.Error("the content's hash changed")
		}
	})
}

// R3.2: numbers are not reused and old ones lead to the new place. With 4.4
// gone from the next draft the comments on it can still be opened, and the
// comparison says that it was deleted; what moved keeps its identity.
func TestR3_2DeletedProvisionKeepsItsComments(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		old := b.Draft(string(samples.StrategyEN))
		org := b.Organisation("Chemical Industry", "industry")
		c := b.Bring(b.Consultation(b.New(old.ID), org), consultation.Open)
		on := b.Provision(old.ID, "4.4")
		b.Submit(b.ByLink(c, org), c, testbed.Comment(on.ID, "On 4.4."))
		next := b.NextDraft(old.StrategyID, without(t, string(samples.StrategyEN), "4.4"))
		tx := b.Read(b.Official)
		diff, err := strategy.Diff(tx, next.ID, old.ID)
		if err != nil {
			t.Fatal(err)
		}
		states := map[string]strategy.State{}
		for _, x := range diff.Changes {
			states[x.Identity] = x.State
		}
		if states[on.Identity] != strategy.StateDeleted {
			t.Errorf("4.4 shows as %q", states[on.Identity])
		}
		five, then := b.Provision(old.ID, "4.5"), provisions(t, b, next.ID)
		if i := slices.IndexFunc(then, func(p strategy.Provision) bool { return p.Identity == five.Identity }); i < 0 || then[i].Text != five.Text {
			t.Error("4.5 cannot be found in the next draft")
		}
		if slices.ContainsFunc(then, func(p strategy.Provision) bool { return p.Identity == on.Identity }) {
			t.Error("the identity of 4.4 was given to something else")
		}
		if fate, err := strategy.FateOf(tx, on.ID); err != nil || fate == nil || fate.Provision != nil || fate.Draft.ID != next.ID {
			t.Errorf("the fate of 4.4: %+v, %v; want deleted in the next draft", fate, err)
		}
		if fate, err := strategy.FateOf(tx, five.ID); err != nil || fate == nil || fate.Provision == nil || fate.Provision.Identity != five.Identity {
			t.Errorf("the fate of 4.5: %+v, %v; want its new place", fate, err)
		}
		if fate, err := strategy.FateOf(b.Read(b.ByLink(c, org)), on.ID); err != nil || fate != nil {
			t.Errorf("a contributor learns of a draft that has not gone out: %+v, %v", fate, err)
		}
		rows, _, err := submission.Comments(tx, c, submission.Filter{ProvisionID: on.ID}, workflows.Page{})
		if err != nil || len(rows) != 1 || rows[0].Number != "4.4" || rows[0].Text != "On 4.4." {
			t.Errorf("comments on 4.4: %+v, %v", rows, err)
		}
	})
}

// without takes the numbered paragraph out of a Markdown text.
func without(t *testing.T, text, number string) string {
	t.Helper()
	lines := strings.SplitAfter(text, "\n")
	kept := slices.DeleteFunc(slices.Clone(lines), func(l string) bool { return strings.HasPrefix(l, number+" ") || strings.HasPrefix(l, "**"+number) })
	if len(kept) != len(lines)-1 {
		t.Fatalf("%d lines are paragraph %s", len(lines)-len(kept), number)
	}
	return strings.Join(kept, "")
}

// Two officials upload the next draft at once: one gets the number, the other
// is told.
func TestTwoDraftsAtOnce(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		d := b.Draft(testbed.Text)
		content := strategy.Content{Title: "Next", Source: []byte("1 x"), Language: "en", Blocks: []strategy.Block{{Kind: strategy.KindParagraph, Number: "1", Text: "x"}}}
		for _, err := range b.Together([]workflows.Actor{b.Official, b.Second, b.Official}, func(_ int, tx *workflows.Tx) error {
			_, _, err := strategy.AddDraft(tx, d.StrategyID, "", content)
			return err
		}) {
			if err != nil && !workflows.IsKind(err, workflows.Conflict) {
				t.Error(err)
			}
		}
		drafts, err := strategy.Drafts(b.Read(b.Official), d.StrategyID)
		if err != nil || len(drafts) < 2 {
			t.Fatalf("%d drafts, %v", len(drafts), err)
		}
		for i, x := range drafts {
			if x.Version != len(drafts)-i {
				t.Errorf("draft %d of %d has version %d", i, len(drafts), x.Version)
			}
		}
	})
}

func provisions(t *testing.T, b *testbed.Bed, draftID string) []strategy.Provision {
	t.Helper()
	all, err := strategy.Provisions(b.Read(b.Official), draftID)
	if err != nil {
		t.Fatal(err)
	}
	return all
}
