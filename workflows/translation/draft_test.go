package translation_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"jahorina/app/apptest/testbed"
	"jahorina/app/documents"
	"jahorina/workflows"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
	"jahorina/workflows/translation"
)

const french = `# Stratégie

## 1. Objet

1.1 La stratégie dit comment les produits chimiques à double usage sont contrôlés.

1.3 Elle ne dit rien du reste.

## 2. Déclarations

2.1 Les entreprises déclarent chaque année ce qu'elles détiennent.
`

func upload(t *testing.T, b *testbed.Bed, draftID, language, markdown string) *translation.Uploaded {
	t.Helper()
	content, err := documents.Markdown([]byte(markdown), documents.Options{})
	must(t, err)
	var out *translation.Uploaded
	b.Do(b.Official, func(tx *workflows.Tx) (err error) {
		out, err = translation.Upload(tx, draftID, language, content, translation.New{Status: translation.Official, Author: "Bureau de traduction"})
		return err
	})
	return out
}

func TestUpload(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		d := b.Draft(testbed.Text)
		got := upload(t, b, d.ID, "fr", french)
		if got.Placed != 5 || got.Changed != 5 || len(got.Missing) != 1 || got.Missing[0].Number != "1.2" || len(got.Strays) != 1 || got.Strays[0].Number != "1.3" {
			t.Errorf("got %+v", got)
		}
		texts := read(t, b, b.Official, d.ID, "fr")
		if texts["1"] != "Objet" || !strings.HasPrefix(texts["2.1"], "Les entreprises") {
			t.Errorf("texts %v", texts)
		}
		again := upload(t, b, d.ID, "fr", french)
		if again.Changed != 0 || len(again.Strays) != 1 || again.Strays[0].ID == got.Strays[0].ID {
			t.Errorf("the same again: %+v", again)
		}
		settle := func(id, provision string) error {
			return b.Write(b.Official, func(tx *workflows.Tx) error { _, err := translation.Settle(tx, id, provision); return err })
		}
		if err := settle(got.Strays[0].ID, b.Provision(d.ID, "1.2").ID); !workflows.IsKind(err, workflows.Stale) {
			t.Errorf("a replaced stray: %v", err)
		}
		if err := settle(again.Strays[0].ID, "elsewhere"); !workflows.IsKind(err, workflows.Invalid) {
			t.Errorf("another draft's provision: %v", err)
		}
		must(t, settle(again.Strays[0].ID, b.Provision(d.ID, "1.2").ID))
		if texts := read(t, b, b.Official, d.ID, "fr"); texts["1.2"] != "Elle ne dit rien du reste." {
			t.Errorf("placed by hand: %v", texts)
		}
		if err := settle(again.Strays[0].ID, ""); !workflows.IsKind(err, workflows.Stale) {
			t.Errorf("settled twice: %v", err)
		}
		third := upload(t, b, d.ID, "fr", french)
		must(t, settle(third.Strays[0].ID, b.Provision(d.ID, "2.1").ID))
		if texts := read(t, b, b.Official, d.ID, "fr"); !strings.HasSuffix(texts["2.1"], "détiennent.\nElle ne dit rien du reste.") {
			t.Errorf("placed after what stands: %v", texts)
		}
	})
}

func TestPutAllIsAllOrNothing(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		d := b.Draft(testbed.Text)
		of := func(number, text, replaces string) translation.Item {
			ref := translation.Ref{Object: translation.Provision, ID: b.Provision(d.ID, number).ID, Field: "text"}
			return translation.Item{Ref: ref, New: translation.New{Text: text, Replaces: replaces}}
		}
		title := translation.Item{Ref: translation.Ref{Object: translation.Draft, ID: d.ID, Field: "title"}, New: translation.New{Text: "Stratégie"}}
		all := func(items ...translation.Item) error {
			return b.Write(b.Official, func(tx *workflows.Tx) error {
				n, err := translation.PutAll(tx, translation.Draft, d.ID, "fr", items)
				if err == nil && n != len(items) {
					return fmt.Errorf("%d changed", n)
				}
				return err
			})
		}
		elsewhere := of("1.1", "x", "")
		elsewhere.ID = "elsewhere"
		err := all(title, of("1.1", "Un", ""), of("1.2", "Deux", "another"), elsewhere)
		var refused *workflows.Error
		if !errors.As(err, &refused) || len(refused.Fields) != 2 || refused.Fields[0].Field != "texts[2].text" || refused.Fields[1].Field != "texts[3].id" {
			t.Errorf("refused: %v", err)
		}
		if n := b.Count("translations", "1 = 1"); n != 0 {
			t.Errorf("%d stored", n)
		}
		must(t, all(title, of("1.1", "Un", ""), of("1.2", "Deux", translation.NothingStands)))
		if got := read(t, b, b.Official, d.ID, "fr"); got["1.1"] != "Un" || got["1.2"] != "Deux" {
			t.Errorf("got %v", got)
		}
	})
}

// Of a comment with its answer a sender translates the one and not the other.
func TestPutAllAsksForEachRight(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		w := newWorld(t, b)
		id := w.comments[submission.NameWithheld].ID
		b.Propose(id, submission.NewDisposition{Outcome: "noted", Rationale: "Noted."})
		comment := translation.Item{Ref: translation.Ref{Object: translation.Comment, ID: id, Field: "text"}, New: translation.New{Text: "Remarque"}}
		answer := translation.Item{Ref: translation.Ref{Object: translation.Disposition, ID: id, Field: "rationale"}, New: translation.New{Text: "Noté."}}
		both := func(by workflows.Actor, items ...translation.Item) error {
			return b.Write(by, func(tx *workflows.Tx) error {
				_, err := translation.PutAll(tx, translation.Comment, id, "fr", items)
				return err
			})
		}
		if err := both(w.sender, comment, answer); err == nil {
			t.Error("the sender translates the answer")
		}
		must(t, both(w.sender, comment))
		must(t, both(b.Official, comment, answer))
		if n := b.Count("translations", "superseded_at IS NULL"); n != 2 {
			t.Errorf("%d stand", n)
		}
	})
}

// A frozen draft is translated like any other, and stays what it was.
func TestAFrozenDraftIsTranslatedAndStaysWhatItWas(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		c := b.At("open")
		before, err := strategy.DraftByID(b.Read(b.Official), c.DraftID)
		must(t, err)
		upload(t, b, c.DraftID, "fr", french)
		after, err := strategy.DraftByID(b.Read(b.Official), c.DraftID)
		must(t, err)
		if before.FrozenAt == nil || before.ContentSHA256 != after.ContentSHA256 {
			t.Errorf("before %+v, after %+v", before, after)
		}
		if got := read(t, b, workflows.Actor{}, c.DraftID, "fr"); got["1"] != "Objet" {
			t.Errorf("the public reads %v", got)
		}
		if n := b.Count("audit_entries", "object = 'draft' AND object_id = ? AND action = 'translate' AND to_state = 'fr'", c.DraftID); n != 1 {
			t.Errorf("%d entries", n)
		}
	})
}

// Whatever is translated, reworded and translated again: each draft reads the
// last translation of its own wording, or else a stale one.
func TestStandingProperty(t *testing.T) {
	testbed.Property(t, func(b *testbed.Bed) strategy.Draft { return b.Draft(testbed.Text) }, func(r *rapid.T, b *testbed.Bed, seed strategy.Draft) {
		d := b.Draft(testbed.Text)
		wordings := []string{"This strategy sets out how dual-use chemicals are controlled."}
		drafts := []strategy.Draft{d}
		last := map[string]string{} // by wording
		ever := false
		for n := range rapid.IntRange(1, 8).Draw(r, "steps") {
			if len(drafts) < 4 && rapid.IntRange(0, 2).Draw(r, "reword") == 0 {
				word := rapid.SampledFrom([]string{"controlled", "governed"}).Draw(r, "word")
				text := "This strategy sets out how dual-use chemicals are " + word + "."
				drafts = append(drafts, b.NextDraft(d.StrategyID, strings.Replace(testbed.Text, wordings[0], text, 1)))
				wordings = append(wordings, text)
				continue
			}
			at := rapid.IntRange(0, len(drafts)-1).Draw(r, "draft")
			text := rapid.SampledFrom([]string{"", fmt.Sprint("traduction ", n), "la même"}).Draw(r, "text")
			if err := put(b, b.Official, translation.Provision, b.Provision(drafts[at].ID, "1.1").ID, "text", "fr", translation.New{Text: text}); err != nil {
				r.Fatal(err)
			}
			if _, was := last[wordings[at]]; text != "" || was {
				last[wordings[at]], ever = text, ever || text != ""
			}
		}
		for i := range drafts {
			tx := b.Read(b.Official)
			p := b.Provision(drafts[i].ID, "1.1")
			texts, err := translation.Of(tx, translation.OfProvisions(&drafts[i], []strategy.Provision{p}), "fr")
			if err != nil {
				r.Fatal(err)
			}
			var got []translation.Text
			got = slices.AppendSeq(got, maps.Values(texts))
			want, own := last[wordings[i]]
			switch {
			case own && want == "" && len(got) != 0, own && want != "" && (len(got) != 1 || got[0].Text != want || got[0].Stale):
				r.Fatalf("draft %d: got %+v, want %q", i+1, got, want)
			case !own && len(got) == 1 && (!got[0].Stale || !ever):
				r.Fatalf("draft %d: got %+v, which nobody made for it", i+1, got)
			}
		}
	})
}
