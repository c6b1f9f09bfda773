package web

import (
	"cmp"
	"strings"

	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
)

// documentView is a draft to be read from its beginning to its end, with the
// reader's own comments in their places where they answer it.
type documentView struct {
	Draft   *strategy.Draft
	Lang    string // "" where nobody knows it
	Gaps    []string
	Outline []outlineEntry
	Parts   []readingPart
}

type outlineEntry struct {
	Href, Number, Heading string
	Level                 int
}

type readingPart struct {
	Provision templates.Provision
	Table     [][]string // rows and cells of a table, the first row its head
	Own       []ownComment
}

// ownComment is a comment of the reader's own answer.
type ownComment struct {
	submission.NewComment
	Edit string // address of its form, "" where it cannot be changed
}

// reading loads a draft the actor may read. comment, if given, is the address
// of the form that comments on the provision whose id follows it; own are the
// comments by provision.
func (q *request) reading(tx *workflows.Tx, draftID, comment string, own map[string][]ownComment) (*documentView, error) {
	d, err := strategy.GetDraft(tx, draftID)
	if err != nil {
		return nil, err
	}
	provisions, err := strategy.Provisions(tx, d.ID)
	if err != nil {
		return nil, err
	}
	readings, err := strategy.Readings(tx, d.ID)
	if err != nil {
		return nil, err
	}
	v := &documentView{Draft: d, Lang: language(d)}
	for _, g := range d.Gaps {
		v.Gaps = append(v.Gaps, q.gap(g))
	}
	for _, p := range provisions {
		if p.Kind == strategy.KindTitle {
			continue
		}
		part := readingPart{Provision: shown(p, v.Lang), Own: own[p.ID]}
		if p.Kind == strategy.KindTable {
			part.Table = cells(p.Text)
		}
		if comment != "" && commentable(p) {
			part.Provision.Href = comment + p.ID
		}
		for _, r := range readings[p.ID] {
			part.Provision.Readings = append(part.Provision.Readings, templates.Reading{
				Text: q.text.T("public.reading.pair", "Printed", r.Printed, "Suggested", r.Suggested), Note: r.Note, By: r.Author,
			})
		}
		v.Parts = append(v.Parts, part)
		if p.Kind == strategy.KindSection {
			v.Outline = append(v.Outline, outlineEntry{Href: "#p-" + p.ID, Number: p.Number, Heading: p.Heading, Level: part.Provision.Level})
		}
	}
	return v, nil
}

// commentable: what has a number, and headings where they have none.
func commentable(p strategy.Provision) bool { return p.Numbered() || p.Kind == strategy.KindSection }

func shown(p strategy.Provision, lang string) templates.Provision {
	return templates.Provision{
		ID: p.ID, Number: p.Number, Heading: p.Heading, Text: p.Text, Level: min(max(p.Level, 1), 3), Lang: lang,
	}
}

// placeName is how a provision is called in a sentence: its number and heading,
// or the beginning of its text.
func placeName(p strategy.Provision) string {
	return excerpt(cmp.Or(strings.TrimSpace(p.Number+" "+p.Heading), p.Text), 60)
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
		row := strings.Split(line[1:len(line)-1], "|")
		for i := range row {
			row[i] = strings.TrimSpace(row[i])
		}
		if len(rows) > 0 && len(row) != len(rows[0]) {
			return nil
		}
		rows = append(rows, row)
	}
	return rows
}
