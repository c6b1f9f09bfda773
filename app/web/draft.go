package web

import (
	"strings"

	"jahorina/app/documents"
	"jahorina/app/exports"
	"jahorina/policies"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
	"jahorina/workflows/translation"
)

type draftView struct {
	Reading       *documentView
	Label         string
	Strategy      templates.Link
	Provisions    int         // that have a number
	Report        *reportView // how it came from the draft before, for those who make drafts
	Consultations []consultationItem
	Compare       string // address of the comparison with another, "" where there is no other
	Launch        string
	Name          saidIn // its title
	Translations  string // address of its translations, for those who make them
	Downloads     downloadsView
	Source        string // address of the file it was made of, for those who make drafts
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
	v := draftView{Label: q.draftLabel(d), Downloads: q.downloads("/drafts/"+d.ID, q.query(), exports.OfDraft)}
	if v.Consultations, err = q.roundsOn(tx, d); err != nil {
		return err
	}
	tools, err := q.draftTools(tx, d)
	if err != nil {
		return err
	}
	if v.Reading, err = q.readingOf(tx, d, tools); err != nil {
		return err
	}
	if err := v.translate(q, tx, d); err != nil {
		return err
	}
	versions, err := strategy.Versions(tx, d)
	if err != nil {
		return err
	}
	if len(versions) > 1 {
		v.Compare = "/drafts/" + d.ID + "/redline"
	}
	for _, p := range v.Reading.provisions {
		if p.Number != "" {
			v.Provisions++
		}
	}
	if err := q.around(tx, d, &v, v.Reading.provisions); err != nil {
		return err
	}
	return q.show("official/draft", v.Name.Text, v)
}

// translate shows title and text in the language that is read.
func (v *draftView) translate(q *request, tx *workflows.Tx, d *strategy.Draft) error {
	title := translation.OfTitle(d)
	tongue, texts, err := q.tongue(tx, append([]translation.Source{title}, translation.OfProvisions(d, v.Reading.provisions)...), consultedOn)
	if err != nil {
		return err
	}
	v.Name, v.Reading.Tongue = said(texts, title), tongue
	if tx.May("draft", "translate", policies.Target{State: d.StateCode}) {
		v.Translations = "/drafts/" + d.ID + "/translations"
	}
	if tongue != nil {
		v.Reading.translate(texts, tongue.Both)
	}
	return nil
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
		if drafts[i].Version == d.Version-1 {
			before = &drafts[i]
		}
	}
	t := policies.Target{State: d.StateCode}
	if tx.May("consultation", "create", t) {
		v.Launch = "/consultations/new?draft=" + d.ID
	}
	if tx.May("draft", "create", t) {
		v.Source = "/drafts/" + d.ID + "/source"
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
	for _, p := range provisions {
		switch p.Origin {
		case strategy.OriginExact:
			r.Carried++
		case strategy.OriginReworded:
			r.Reworded++
		case strategy.OriginMoved, strategy.OriginMovedReworded:
			r.Moved++
		case strategy.OriginDoubtful:
			r.New++
			r.Doubtful = append(r.Doubtful, templates.Link{Label: naming(p.Number, p.Heading, p.Text), Href: "#" + anchor[p.ID]})
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

// draftTools are the comments on each provision and what the reader can do with
// it.
func (q *request) draftTools(tx *workflows.Tx, d *strategy.Draft) (beside, error) {
	comments, err := q.commentLinks(tx, d)
	if err != nil {
		return nil, err
	}
	answers, err := q.answerable(tx, d)
	if err != nil {
		return nil, err
	}
	mayConfirm := d.FrozenAt == nil && tx.May("draft", "create", policies.Target{State: d.StateCode})
	return func(p *strategy.Provision) ([]templates.Link, []ownComment) {
		tools := comments[p.ID]
		if len(answers) == 1 && commentable(p) {
			tools = append(tools, templates.Link{Label: q.text.T("passage.comment"), Href: commentFormPath(&answers[0], p.ID)})
		}
		return append(tools, q.editorTools(p, false, mayConfirm)...), nil
	}, nil
}

// answerable are the consultations on the draft that the reader may answer now.
func (q *request) answerable(tx *workflows.Tx, d *strategy.Draft) ([]consultation.Consultation, error) {
	rounds, err := q.consultedOn(tx, d)
	if err != nil {
		return nil, err
	}
	var out []consultation.Consultation
	for _, c := range rounds {
		k, err := q.card(tx, c)
		if err != nil {
			return nil, err
		}
		if k.Answer {
			out = append(out, c)
		}
	}
	return out, nil
}

// commentFormPath is the form for a comment on a provision.
func commentFormPath(c *consultation.Consultation, provision string) string {
	return "/consultations/" + c.ID + "/answer/comment?provision=" + provision
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
		if err := q.countLinks(tx, &rounds[i], out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// countLinks adds those of one consultation.
func (q *request) countLinks(tx *workflows.Tx, c *consultation.Consultation, out map[string][]templates.Link) error {
	counts, err := submission.CountByProvision(tx, c)
	if err != nil {
		return err
	}
	for id, n := range counts {
		out[id] = append(out[id], templates.Link{Label: q.text.T("provision.comments", "Count", n), Href: commentsPath(c.ID, "provision", id)})
	}
	return nil
}

// roundTools are what the reader of a consultation can do beside its draft.
func (q *request) roundTools(tx *workflows.Tx, c *consultation.Consultation, mayAnswer bool) (beside, error) {
	comments := map[string][]templates.Link{}
	if err := q.countLinks(tx, c, comments); err != nil {
		return nil, err
	}
	return func(p *strategy.Provision) ([]templates.Link, []ownComment) {
		tools := comments[p.ID]
		if mayAnswer && commentable(p) {
			tools = append(tools, templates.Link{Label: q.text.T("passage.comment"), Href: commentFormPath(c, p.ID)})
		}
		return tools, nil
	}, nil
}

type newDraftView struct {
	Strategy *strategy.Strategy
	Again    bool // there are drafts already
	MaxMB    int
	Endings  string // of the names of files that are taken
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
	return q.show("official/draft_new", q.text.T("draft_new.title"), newDraftView{s, len(drafts) > 0, documents.MaxFile >> 20, strings.Join(documents.Endings, ",")})
}
