package web

import (
	"cmp"
	"slices"

	"jahorina/policies"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/plan"
	"jahorina/workflows/review"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
)

type provisionView struct {
	Draft          *strategy.Draft
	DraftLabel     string
	Lang           string
	Place          string // address of its place in the draft
	Section        string
	Provision      templates.Provision
	Binds          string // which text does, where a translation stands first
	Later          string // what became of it in the newest draft, in a sentence
	LaterHref      string
	Tools          []templates.Link
	Previous, Next *templates.Link
	Serves         []obligationItem
	Measures       []templates.Link // that rest on it
	Relink         string           // address to change what it serves
	Unchangeable   string           // why that no longer changes, for those who might
	Stages         []stageView
	Rounds         []discussionView
	Comments       int // of all rounds
}

// stageView is the provision in one draft.
type stageView struct {
	Label, Href, Number string
	Draft               strategy.Draft
	Current             bool // the draft of this page
	Said                []string
	Redline             *redlinePart // nil where the words are those of the draft before
	Because             []becauseView
	Added, Dropped      []templates.Obligation // what it began, or ceased, to serve
	Whole               string                 // the page of all that changed in this draft
}

// discussionView is what one consultation said about the provision.
type discussionView struct {
	Title, Href string
	Comments    []templates.Comment
	More        string // address of all of them, where not all are shown
	Count       int
}

// maxSaid bounds the comments of a consultation on the page of a provision.
const maxSaid = 50

func provisionPage(q *request) error {
	tx := q.read()
	p, d, err := strategy.GetProvision(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	v := provisionView{Draft: d, DraftLabel: q.draftLabel(d), Lang: language(d)}
	if err := v.place(tx, p); err != nil {
		return err
	}
	if v.Binds, err = q.oneInTongue(tx, d, *p, &v.Provision); err != nil {
		return err
	}
	stages, err := strategy.History(tx, p.ID)
	if err != nil {
		return err
	}
	if err := v.history(q, tx, stages); err != nil {
		return err
	}
	if err := v.servedHere(q, tx, p, stages); err != nil {
		return err
	}
	measures, err := plan.On(tx, p.Identity)
	if err != nil {
		return err
	}
	v.Measures = measureLinks(measures)
	if err := v.discussion(q, tx, stages); err != nil {
		return err
	}
	if err := v.offer(q, tx, p); err != nil {
		return err
	}
	return q.show("public/provision", q.text.T("provision_page.title", "Place", placeName(*p), "Version", d.Version), v)
}

// place shows the provision and what stands around it.
func (v *provisionView) place(tx *workflows.Tx, p *strategy.Provision) error {
	all, err := strategy.Provisions(tx, p.DraftID)
	if err != nil {
		return err
	}
	readings, err := strategy.Readings(tx, p.DraftID)
	if err != nil {
		return err
	}
	v.Provision, v.Section = shown(p, v.Lang), p.Section
	v.Provision.Readings = proposals(readings[p.ID])
	v.Place = "/drafts/" + p.DraftID + "#" + anchors(all)[p.ID]
	at := slices.IndexFunc(all, func(o strategy.Provision) bool { return o.ID == p.ID })
	link := func(o *strategy.Provision) *templates.Link {
		return &templates.Link{Label: placeName(*o), Href: "/provisions/" + o.ID}
	}
	for i := at - 1; i >= 0 && v.Previous == nil; i-- {
		if commentable(&all[i]) {
			v.Previous = link(&all[i])
		}
	}
	for i := at + 1; i < len(all) && v.Next == nil; i++ {
		if commentable(&all[i]) {
			v.Next = link(&all[i])
		}
	}
	return nil
}

// history says what happened to the provision in each draft, newest first.
func (v *provisionView) history(q *request, tx *workflows.Tx, stages []strategy.Stage) error {
	if newest := stages[0]; newest.Draft.Version > v.Draft.Version {
		v.later(q, newest)
	}
	drafts, err := strategy.Versions(tx, v.Draft)
	if err != nil {
		return err
	}
	for _, s := range stages {
		view := stageView{Label: q.draftLabel(&s.Draft), Draft: s.Draft, Current: s.Draft.ID == v.Draft.ID}
		if s.Provision != nil {
			view.Number, view.Href = s.Provision.Number, "/provisions/"+s.Provision.ID
		}
		if s.Change == nil {
			view.Said = []string{q.text.T("provision_page.begins")}
			v.Stages = append(v.Stages, view)
			continue
		}
		before := drafts[slices.IndexFunc(drafts, func(d strategy.Draft) bool { return d.Version < s.Draft.Version })]
		part := q.redlinePart(*s.Change)
		view.Said = part.Said
		if len(view.Said) == 0 {
			view.Said = []string{q.text.T("provision_page.same")}
		} else {
			view.Whole = redlinePath(s.Draft.ID, before.ID) + "#" + part.Anchor
		}
		if s.Change.Heading != nil || s.Change.Text != nil {
			view.Redline = &part
		}
		led := map[string][]becauseView{}
		if err := q.ledFrom(tx, &before, led); err != nil {
			return err
		}
		view.Because = led[s.Change.Identity]
		v.Stages = append(v.Stages, view)
	}
	return nil
}

// later says what became of the provision in the newest draft.
func (v *provisionView) later(q *request, newest strategy.Stage) {
	switch now := newest.Provision; {
	case now == nil:
		v.Later = q.text.T("provision_page.now_gone", "Version", newest.Draft.Version)
		return
	case now.Number != v.Provision.Number && now.Number != "":
		v.Later = q.text.T("provision_page.now_here", "Version", newest.Draft.Version, "Number", now.Number)
	default:
		v.Later = q.text.T("provision_page.now_kept", "Version", newest.Draft.Version)
	}
	v.LaterHref = "/provisions/" + newest.Provision.ID
}

// discussion gathers the comments on the provision, in whichever draft.
func (v *provisionView) discussion(q *request, tx *workflows.Tx, stages []strategy.Stage) error {
	for _, s := range stages {
		if s.Provision == nil {
			continue
		}
		rounds, err := q.consultedOn(tx, &s.Draft)
		if err != nil {
			return err
		}
		for i := range rounds {
			c := &rounds[i]
			d, err := q.saidOn(tx, c, s.Provision)
			if err != nil {
				return err
			}
			if d.Count == 0 {
				continue
			}
			d.Href = "/consultations/" + c.ID
			d.Title = q.text.T("provision_page.round", "Title", c.Title, "Number", placeName(*s.Provision), "Version", s.Draft.Version)
			v.Rounds, v.Comments = append(v.Rounds, d), v.Comments+d.Count
		}
	}
	return nil
}

// saidOn are the comments of one consultation on a provision that the reader may
// see: as comments, or in the published response.
func (q *request) saidOn(tx *workflows.Tx, c *consultation.Consultation, p *strategy.Provision) (discussionView, error) {
	var v discussionView
	found, next, err := submission.Comments(tx, c, submission.Filter{ProvisionID: p.ID}, workflows.Page{Limit: maxSaid})
	if err != nil && !workflows.IsKind(err, workflows.NotFound) {
		return v, err
	}
	known := map[string]bool{}
	for i := range found {
		m := &found[i]
		known[m.ID] = true
		reasons := reasonsOf(m.Withheld)
		v.Comments = append(v.Comments, templates.Comment{
			ID: m.ID, Author: q.author(m), Sector: m.Sector, Type: m.Type, Place: q.openComment("/comments/" + m.ID),
			Text: q.words(m.Text, reasons), Proposed: q.words(m.ProposedChange, reasons),
			Lang: m.Language, Outcome: m.Outcome, State: m.DispositionState, Rationale: q.words(m.Rationale, reasons), At: m.CreatedAt,
		})
	}
	v.Count = len(v.Comments)
	if next != "" {
		counts, err := submission.CountByProvision(tx, c)
		if err != nil {
			return v, err
		}
		v.Count, v.More = counts[p.ID], commentsPath(c.ID, "provision", p.ID)
	}
	if c.State != consultation.Published {
		return v, nil
	}
	response, _, err := review.GetResponse(tx, c.ID)
	if err != nil {
		return v, err
	}
	for _, m := range response.Comments {
		if m.ProvisionID != p.ID || known[m.ID] || next != "" {
			continue
		}
		v.Count++
		reasons := markReasons(m.Withheld)
		v.Comments = append(v.Comments, templates.Comment{
			ID: m.ID, Author: q.commenter(m), Sector: m.Sector, Type: m.Type, Place: q.openComment(inResponse(c, m.ID)),
			Text: q.words(m.Text, reasons), Proposed: q.words(m.ProposedChange, reasons), Lang: m.Language, Outcome: m.Disposition.Outcome,
			Rationale: q.words(m.Disposition.Rationale, reasons),
		})
	}
	return v, nil
}

func (q *request) openComment(href string) templates.Link {
	return templates.Link{Label: q.text.T("provision_page.open"), Href: href}
}

// offer finds what this reader can do with the provision.
func (v *provisionView) offer(q *request, tx *workflows.Tx, p *strategy.Provision) error {
	answers, err := q.answerable(tx, v.Draft)
	if err != nil {
		return err
	}
	for i := range answers {
		if !commentable(p) {
			break
		}
		label := q.text.T("provision_page.comment")
		if len(answers) > 1 {
			label = q.text.T("provision_page.comment_in", "Title", answers[i].Title)
		}
		v.Tools = append(v.Tools, templates.Link{Label: label, Href: commentFormPath(&answers[i], p.ID)})
	}
	t := policies.Target{State: v.Draft.StateCode}
	v.Tools = append(v.Tools, q.editorTools(p, tx.May("reading", "create", t), v.Draft.FrozenAt == nil && tx.May("draft", "create", t))...)
	return nil
}

// editorTools are what those who work on a draft can do with a part of it.
func (q *request) editorTools(p *strategy.Provision, mayRead, mayConfirm bool) []templates.Link {
	var out []templates.Link
	if mayRead && p.Text != "" {
		out = append(out, templates.Link{Label: q.text.T("draft.add_reading"), Href: "/provisions/" + p.ID + "/reading"})
	}
	if mayConfirm && p.Origin == strategy.OriginDoubtful {
		out = append(out, templates.Link{Label: q.text.T("draft.confirm"), Href: "/provisions/" + p.ID + "/confirm"})
	}
	return out
}

// placeName is how a provision is called in a sentence: its number and heading,
// or the beginning of its text.
func placeName(p strategy.Provision) string {
	return excerpt(cmp.Or(naming(p.Number, p.Heading, ""), p.Text), 60)
}
