package samples_test

import (
	"strings"
	"testing"

	"jahorina/app/documents"
	"jahorina/app/documents/samples"
	"jahorina/workflows/strategy"
)

// numbers maps the numbers of a document to its blocks.
func numbers(t *testing.T, source []byte) map[string]strategy.Block {
	t.Helper()
	c, err := documents.Markdown(source, documents.Options{})
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]strategy.Block{}
	for _, b := range c.Blocks {
		if b.Number != "" {
			found[b.Number] = b
		}
	}
	return found
}

// R0.3: the readings stand beside the text, with author and certainty; the
// text stays as printed.
func TestR0_3ReadingsStandBesideThePrintedText(t *testing.T) {
	readings, err := samples.Readings()
	if err != nil {
		t.Fatal(err)
	}
	if len(readings) != 9 {
		t.Errorf("%d readings, want the 9 of the table", len(readings))
	}
	paragraphs := numbers(t, samples.OutcomeZH)
	for _, r := range readings {
		text := paragraphs[r.Provision].Text
		if err := r.Check(text); err != nil {
			t.Errorf("%s %s: %v", r.Provision, r.Printed, err)
			continue
		}
		at, ok := strategy.Place(text, r)
		if !ok || text[at:at+len(r.Printed)] != r.Printed {
			t.Errorf("%s %s: not found as printed", r.Provision, r.Printed)
		}
		if !strings.Contains(string(samples.OutcomeZH), text) {
			t.Errorf("%s: the text is not the source's any more", r.Provision)
		}
	}
	if twice := (strategy.Reading{Printed: "须臾"}).Places(paragraphs["11"].Text); len(twice) != 2 {
		t.Errorf("须臾 found at %v, want two places", twice)
	}
}

func TestCommentsAreOnTheStrategy(t *testing.T) {
	comments, err := samples.Comments()
	if err != nil {
		t.Fatal(err)
	}
	labels, err := samples.Labels()
	if err != nil {
		t.Fatal(err)
	}
	if len(comments) != 60 || len(labels) != 60 {
		t.Fatalf("%d comments, %d labels, want 60 of each", len(comments), len(labels))
	}
	provisions := numbers(t, samples.StrategyEN)
	hidden, campaign := 0, 0
	for i, c := range comments {
		if l := labels[i]; l.Row != c.Row || l.Language != c.Language || l.Confidentiality != c.Confidentiality {
			t.Errorf("row %d: its label says %+v", c.Row, l)
		}
		if _, ok := provisions[c.Paragraph]; ok != (c.Row != 60) {
			t.Errorf("row %d: paragraph %s in the strategy: %v", c.Row, c.Paragraph, ok)
		}
		if provisions[c.Paragraph].Section != c.Section && c.Row != 60 {
			t.Errorf("row %d: paragraph %s is in section %q, not %q", c.Row, c.Paragraph, provisions[c.Paragraph].Section, c.Section)
		}
		if c.Confidentiality != "public" {
			hidden++
		}
		if labels[i].Campaign == "C1" {
			campaign++
		}
	}
	if hidden != 8 || campaign != 10 {
		t.Errorf("%d not public and %d of the campaign, want 8 and 10", hidden, campaign)
	}
}

func TestStakeholders(t *testing.T) {
	kinds, err := samples.Stakeholders()
	if err != nil {
		t.Fatal(err)
	}
	if len(kinds) != 87 {
		t.Errorf("%d kinds, want 87", len(kinds))
	}
	codes, sectors := map[string]bool{}, map[string]bool{}
	paragraphs := numbers(t, samples.OutcomeZH)
	for _, k := range kinds {
		if codes[k.Code] {
			t.Errorf("%s occurs twice", k.Code)
		}
		codes[k.Code], sectors[k.Sector] = true, true
		for _, p := range k.Paragraphs {
			if _, ok := paragraphs[p]; !ok && p != "cover note" {
				t.Errorf("%s is called for by paragraph %q, which is not there", k.Code, p)
			}
		}
	}
	if len(sectors) != 6 {
		t.Errorf("%d sectors, want 6", len(sectors))
	}
}
