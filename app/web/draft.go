package web

import (
	"fmt"
	"path/filepath"
	"strings"

	"jahorina/app/documents"
	"jahorina/policies"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
)

type draftView struct {
	Draft         *strategy.Draft
	Label         string
	Strategy      templates.Link
	Lang          string // of the text; "" where unknown
	Outline       []outlineItem
	Blocks        []blockView
	Provisions    int
	Gaps          []string
	Report        *reportView // how it came from the draft before, for those who make drafts
	Consultations []consultationItem
	Others        []templates.Link // other drafts to compare with
	Launch        string
}

type outlineItem struct {
	Number, Heading, Href string
	Level                 int
}

type blockView struct {
	ID, Anchor, Number, Heading, Text, Lang string
	Kind                                    string
	Level                                   int
	Readings                                []readingView
	AddReading, Confirm                     string // addresses, where the reader may
	Comments                                []templates.Link
}

type readingView struct {
	Printed, Suggested, Author, Certainty, Note string
}

// reportView says what became of the identities of the draft before.
type reportView struct {
	First             bool
	Carried, Reworded int
	Moved, New        int
	Doubtful, Deleted []templates.Link
	Redline           string
}

func draftPage(q *request) error {
	tx := q.read()
	d, err := strategy.GetDraft(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	provisions, err := strategy.Provisions(tx, d.ID)
	if err != nil {
		return err
	}
	v := draftView{Draft: d, Label: q.draftLabel(d), Lang: language(d)}
	for _, g := range d.Gaps {
		v.Gaps = append(v.Gaps, q.gap(g))
	}
	if v.Consultations, err = q.roundsOn(tx, d); err != nil {
		return err
	}
	if v.Blocks, err = q.blocks(tx, d, provisions); err != nil {
		return err
	}
	for _, b := range v.Blocks {
		if b.Number != "" {
			v.Provisions++
		}
		if b.Kind == string(strategy.KindSection) && b.Level <= 2 {
			v.Outline = append(v.Outline, outlineItem{b.Number, b.Heading, "#" + b.Anchor, b.Level})
		}
	}
	if err := q.around(tx, d, &v, provisions); err != nil {
		return err
	}
	return q.show("official/draft", d.Title, v)
}

func language(d *strategy.Draft) string {
	if d.Language == "und" {
		return ""
	}
	return d.Language
}

// gap says a jump in a numbering in words.
func (q *request) gap(g strategy.Gap) string {
	missing := strings.Join(g.Missing, ", ")
	if g.Count > len(g.Missing) {
		missing += ", …"
	}
	if g.After == "" {
		return q.text.T("draft.gap_start", "Before", g.Before, "Missing", missing, "Count", g.Count)
	}
	return q.text.T("draft.gap", "After", g.After, "Before", g.Before, "Missing", missing, "Count", g.Count)
}

// around gathers what belongs to the strategy rather than to the draft, for
// those who may read it.
func (q *request) around(tx *workflows.Tx, d *strategy.Draft, v *draftView, provisions []strategy.Provision) error {
	drafts, err := strategy.Drafts(tx, d.StrategyID)
	if workflows.IsKind(err, workflows.NotFound) {
		return nil // may read this draft, not the strategy
	}
	if err != nil {
		return err
	}
	s, err := strategy.Get(tx, d.StrategyID)
	if err != nil {
		return err
	}
	v.Strategy = templates.Link{Label: s.Title, Href: "/strategies/" + s.ID}
	var before *strategy.Draft
	for i := range drafts {
		o := &drafts[i]
		if o.ID != d.ID {
			v.Others = append(v.Others, templates.Link{Label: q.draftLabel(o), Href: redlinePath(d.ID, o.ID)})
		}
		if o.Version == d.Version-1 {
			before = o
		}
	}
	t := policies.Target{State: d.StateCode}
	if tx.May("consultation", "create", t) {
		v.Launch = "/consultations/new?draft=" + d.ID
	}
	if tx.May("draft", "create", t) {
		v.Report, err = report(tx, d, before, provisions)
	}
	return err
}

func report(tx *workflows.Tx, d, before *strategy.Draft, provisions []strategy.Provision) (*reportView, error) {
	r := &reportView{First: before == nil}
	if before == nil {
		return r, nil
	}
	r.Redline = redlinePath(d.ID, before.ID)
	anchor := anchors(provisions)
	for i, p := range provisions {
		switch p.Origin {
		case strategy.OriginExact:
			r.Carried++
		case strategy.OriginReworded:
			r.Reworded++
		case strategy.OriginMoved, strategy.OriginMovedReworded:
			r.Moved++
		case strategy.OriginDoubtful:
			r.New++
			r.Doubtful = append(r.Doubtful, templates.Link{Label: naming(p.Number, p.Heading, p.Text), Href: "#" + anchor[i]})
		default:
			r.New++
		}
	}
	diff, err := strategy.Diff(tx, before.ID, d.ID)
	if err != nil {
		return nil, err
	}
	for _, c := range diff.Changes {
		if c.State == strategy.StateDeleted {
			r.Deleted = append(r.Deleted, templates.Link{Label: naming(c.Old.Number, c.Old.Heading, c.Old.Text)})
		}
	}
	return r, nil
}

// naming is how a provision is called in a list: its number and its heading or
// first words.
func naming(number, heading, text string) string {
	words := heading
	if words == "" {
		words = excerpt(text, 60)
	}
	return strings.TrimSpace(number + " " + words)
}

// anchors are the fragments of permanent links, "p-4.3": the number as printed,
// or the position where there is none. A number printed twice is told apart.
func anchors(provisions []strategy.Provision) []string {
	out := make([]string, len(provisions))
	seen := map[string]int{}
	for i, p := range provisions {
		a := "p-" + strings.Join(strings.Fields(p.Number), "-")
		if p.Number == "" {
			a = fmt.Sprintf("block-%d", p.Position)
		}
		if seen[a]++; seen[a] > 1 {
			a = fmt.Sprintf("%s.%d", a, seen[a])
		}
		out[i] = a
	}
	return out
}

func (q *request) blocks(tx *workflows.Tx, d *strategy.Draft, provisions []strategy.Provision) ([]blockView, error) {
	readings, err := strategy.Readings(tx, d.ID)
	if err != nil {
		return nil, err
	}
	comments, err := q.commentLinks(tx, d)
	if err != nil {
		return nil, err
	}
	t := policies.Target{State: d.StateCode}
	mayRead, mayConfirm := tx.May("reading", "create", t), d.FrozenAt == nil && tx.May("draft", "create", t)
	anchor := anchors(provisions)
	out := make([]blockView, 0, len(provisions))
	for i, p := range provisions {
		b := blockView{
			ID: p.ID, Anchor: anchor[i], Number: p.Number, Heading: p.Heading, Text: p.Text, Lang: language(d),
			Kind: string(p.Kind), Level: p.Level, Comments: comments[p.ID],
		}
		for _, r := range readings[p.ID] {
			b.Readings = append(b.Readings, readingView{r.Printed, r.Suggested, r.Author, string(r.Certainty), r.Note})
		}
		if mayRead && p.Text != "" {
			b.AddReading = "/provisions/" + p.ID + "/reading"
		}
		if mayConfirm && p.Origin == strategy.OriginDoubtful {
			b.Confirm = "/provisions/" + p.ID + "/confirm"
		}
		out = append(out, b)
	}
	return out, nil
}

// commentLinks are, by provision, the comments the reader may see, a link for
// each consultation that has any.
func (q *request) commentLinks(tx *workflows.Tx, d *strategy.Draft) (map[string][]templates.Link, error) {
	rounds, err := q.consultedOn(tx, d)
	if err != nil {
		return nil, err
	}
	out := map[string][]templates.Link{}
	for i := range rounds {
		counts, err := submission.CountByProvision(tx, &rounds[i])
		if err != nil {
			return nil, err
		}
		for id, n := range counts {
			href := fmt.Sprintf("/consultations/%s/comments?provision=%s", rounds[i].ID, id)
			out[id] = append(out[id], templates.Link{Label: q.text.T("provision.comments", "Count", n), Href: href})
		}
	}
	return out, nil
}

type newDraftView struct {
	Strategy *strategy.Strategy
	Again    bool // there are drafts already
	MaxMB    int
}

func newDraftPage(q *request) error {
	tx := q.read()
	s, err := strategy.Get(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	if err := tx.Check("draft", "create", policies.Target{State: s.StateCode}); err != nil {
		return err
	}
	drafts, err := strategy.Drafts(tx, s.ID)
	if err != nil {
		return err
	}
	return q.show("official/draft_new", q.text.T("draft_new.title"), newDraftView{s, len(drafts) > 0, documents.MaxSource >> 20})
}

func createDraft(q *request, tx *workflows.Tx) (done, error) {
	source, err := q.source()
	if err != nil {
		return done{}, err
	}
	content, err := documents.Markdown(source, documents.Options{Title: strings.TrimSpace(q.form.Get("title")), Language: q.form.Get("language")})
	if err != nil {
		return done{}, err
	}
	d, _, err := strategy.AddDraft(tx, q.c.Param("id"), "", content)
	if err != nil {
		return done{}, err
	}
	return done{to: "/drafts/" + d.ID, flash: "draft_created"}, nil
}

// source is the uploaded file, or else what was pasted.
func (q *request) source() ([]byte, error) {
	name, content, err := q.file("file")
	if err != nil {
		return nil, err
	}
	if name == "" {
		if pasted := q.form.Get("markdown"); strings.TrimSpace(pasted) != "" {
			return []byte(pasted), nil
		}
		return nil, workflows.InvalidField("file", "file_or_text")
	}
	switch strings.ToLower(filepath.Ext(name)) {
	case ".md", ".markdown", ".txt":
	default:
		return nil, workflows.InvalidField("file", "file_type")
	}
	if len(content) == 0 {
		return nil, workflows.InvalidField("file", "empty_file")
	}
	return content, nil
}
