package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/coverage"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
)

// documentView is a draft to be read from its beginning to its end, with what
// its reader can do beside each part of it. There is no other way to show one.
type documentView struct {
	Draft      *strategy.Draft
	Tongue     *tongueView
	Lang       string // "" where nobody knows it
	Gaps       []string
	Outline    []outlineEntry
	Parts      []readingPart
	provisions []strategy.Provision
}

// outlineEntry is a section, with those in it.
type outlineEntry struct {
	Href, Number, Heading string
	Lang                  string // where it is another than the draft's
	Under                 []outlineEntry
}

type readingPart struct {
	Provision templates.Provision
	provision string // its id
	Own       []ownComment
}

// ownComment is a comment of the reader's own answer.
type ownComment struct {
	submission.NewComment
	Edit string // address of its form, "" where it cannot be changed
	Talk talk
}

// beside are the tools a reader has on a provision and the comments of their
// own answer on it.
type beside func(p *strategy.Provision) ([]templates.Link, []ownComment)

// reading loads a draft the actor may read.
func (q *request) reading(tx *workflows.Tx, draftID string, with beside) (*documentView, error) {
	d, err := strategy.GetDraft(tx, draftID)
	if err != nil {
		return nil, err
	}
	return q.readingOf(tx, d, with)
}

func (q *request) readingOf(tx *workflows.Tx, d *strategy.Draft, with beside) (*documentView, error) {
	provisions, err := strategy.Provisions(tx, d.ID)
	if err != nil {
		return nil, err
	}
	readings, err := strategy.Readings(tx, d.ID)
	if err != nil {
		return nil, err
	}
	served, err := coverage.Served(tx, d)
	if err != nil {
		return nil, err
	}
	before, changed, err := strategy.Since(tx, d, provisions)
	if err != nil {
		return nil, err
	}
	v := &documentView{Draft: d, Lang: language(d), provisions: provisions}
	for _, g := range d.Gaps {
		v.Gaps = append(v.Gaps, q.gap(g))
	}
	anchor, depth := anchors(provisions), 0
	for i := range provisions {
		p := &provisions[i]
		if p.Kind == strategy.KindTitle {
			continue
		}
		part := readingPart{Provision: shown(p, v.Lang), provision: p.ID}
		if p.Heading != "" { // headings go down one step at a time, whatever the source does
			depth = min(part.Provision.Level, depth+1)
			part.Provision.Level = depth
		}
		part.Provision.Anchor, part.Provision.Readings = anchor[p.ID], proposals(readings[p.ID])
		part.Provision.Tools, part.Own = with(p)
		part.Provision.Serves = obliged(served[p.Identity])
		if c, ok := changed[p.Identity]; ok {
			part.Provision.Changed = templates.Link{Label: q.changedSince(before, c), Href: "/provisions/" + p.ID}
		} else if commentable(p) {
			part.Provision.Tools = append(part.Provision.Tools, templates.Link{Label: q.text.T("passage.details"), Href: "/provisions/" + p.ID})
		}
		v.Parts = append(v.Parts, part)
		if p.Kind == strategy.KindSection {
			v.Outline = outlined(v.Outline, outlineEntry{Href: "#" + anchor[p.ID], Number: p.Number, Heading: p.Heading}, depth)
		}
	}
	return v, nil
}

// outlined puts a section of the first two levels into the outline.
func outlined(outline []outlineEntry, e outlineEntry, level int) []outlineEntry {
	switch {
	case level == 1:
		return append(outline, e)
	case level == 2 && len(outline) > 0:
		last := &outline[len(outline)-1]
		last.Under = append(last.Under, e)
	}
	return outline
}

// changedSince says in a few words what happened to a provision since an earlier draft.
func (q *request) changedSince(before *strategy.Draft, c strategy.Change) string {
	kinds := c.Kinds()
	if kinds[0] == strategy.ChangeRenumbered && len(kinds) == 1 {
		return q.text.T("passage.renumbered", "Number", cmp.Or(c.Old.Number, q.text.T("compare.no_number")), "Version", before.Version)
	}
	key := "passage." + string(kinds[0])
	if slices.Contains(kinds, strategy.ChangeReworded) {
		key = "passage.reworded"
	}
	return q.text.T(key, "Version", before.Version)
}

func proposals(readings []strategy.StoredReading) []templates.Reading {
	var out []templates.Reading
	for _, r := range readings {
		out = append(out, templates.Reading{
			Printed: r.Printed, Suggested: r.Suggested, Author: r.Author, Certainty: string(r.Certainty), Note: r.Note,
		})
	}
	return out
}

// anchors are, by provision, the fragments of permanent links, "p-4.3": the
// number as printed, or the position where there is none. A number printed twice
// is told apart.
func anchors(provisions []strategy.Provision) map[string]string {
	out := make(map[string]string, len(provisions))
	seen := map[string]int{}
	for _, p := range provisions {
		a := "p-" + strings.Join(strings.Fields(p.Number), "-")
		if p.Number == "" {
			a = fmt.Sprintf("block-%d", p.Position)
		}
		if seen[a]++; seen[a] > 1 {
			a = fmt.Sprintf("%s.%d", a, seen[a])
		}
		out[p.ID] = a
	}
	return out
}

// commentable: what has a number, and headings where they have none.
func commentable(p *strategy.Provision) bool { return p.Numbered() || p.Kind == strategy.KindSection }

func shown(p *strategy.Provision, lang string) templates.Provision {
	out := templates.Provision{Number: p.Number, Heading: p.Heading, Text: p.Text, Level: min(max(p.Level, 1), 3), Lang: lang}
	if p.Kind == strategy.KindTable {
		out.Table = grid(p.Text)
	}
	return out
}

// grid is the table that Markdown prints; nil where it is none.
func grid(printed string) *templates.Grid {
	rows := cells(printed)
	if len(rows) == 0 {
		return nil
	}
	return &templates.Grid{Head: rows[0], Rows: rows[1:]}
}

// cells reads a table as Markdown prints it, a row a line, into its cells.
// A line that is no row makes the whole no table: then it is shown as printed.
func cells(printed string) [][]string {
	var rows [][]string
	for _, line := range lines(printed) {
		if !strings.HasPrefix(line, "|") || !strings.HasSuffix(line, "|") || len(line) < 2 {
			return nil
		}
		if strings.Trim(line, "|-: ") == "" { // the rule under the head
			continue
		}
		row := strings.Split(strings.ReplaceAll(line[1:len(line)-1], `\|`, "\x00"), "|")
		for i := range row {
			row[i] = strings.TrimSpace(strings.ReplaceAll(row[i], "\x00", "|"))
		}
		if len(rows) > 0 && len(row) != len(rows[0]) {
			return nil
		}
		rows = append(rows, row)
	}
	return rows
}
