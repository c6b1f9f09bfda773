package web

import (
	"cmp"
	"net/url"
	"strconv"

	"jahorina/app/exports"
	"jahorina/policies"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/review"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
	"jahorina/workflows/translation"
)

type responseView struct {
	*review.Response
	Consultation *consultation.Consultation
	Preview      bool
	Counts       []outcomeCount
	Picture      *shownFigure // of the outcomes
	Participants int          // comments shared among participants alone
	Confidential int
	Redacted     int // whole, by the ministry
	Groups       []responseGroup
	Shown        int // comments that pass the filters
	Redline      string
	Sectors      []string
	Sector       string
	AllOutcomes  []string
	Outcome      string
	Lang         string // of the draft
	Tongue       *tongueView
	Name         saidIn
	langs        map[string]string // of provisions, where it is another
	texts        map[translation.Ref]translation.Text
	Stubs        []stubItem
	Edits        []editItem // that led to this edition
	Downloads    downloadsView
	MayFlag      bool // tell the moderators of a comment that should not stand here as it is
}

type outcomeCount struct {
	Outcome string
	Count   int
	Href    string
}

// responseGroup is the comments on one provision, or on none.
type responseGroup struct {
	Provision *strategy.Provision // nil: the whole, or a place the draft does not have
	Reference string
	Lang      string
	Comments  []responseCard
}

type responseCard struct {
	review.ResponseComment
	Author                          string // as the public knows them
	Text, Proposed, Rationale       []part
	InText, InProposed, InRationale *besideText      // in the language that is read
	Original                        *templates.Link  // the comment it repeats, where that one is shown
	Changed                         []templates.Link // provisions changed because of it
}

// responsePage shows the published answer to all comments; those who run the
// consultation see before that what would be published now.
func responsePage(q *request) error {
	tx := q.read()
	resp, c, err := review.GetResponse(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	provisions, err := strategy.Provisions(tx, resp.DraftID)
	if err != nil {
		return err
	}
	d, err := strategy.DraftByID(tx, resp.DraftID)
	if err != nil {
		return err
	}
	v := responseView{
		Response: resp, Consultation: c, Preview: c.State != consultation.Published, Lang: language(d),
		Sectors: stakeholder.Sectors, Sector: q.c.Query("sector"), AllOutcomes: submission.Outcomes, Outcome: q.c.Query("outcome"),
	}
	if resp.RevisedDraftID != resp.DraftID {
		v.Redline = "/drafts/" + resp.RevisedDraftID + "/redline?against=" + resp.DraftID
	}
	if v.Picture, err = q.outcomesPicture(tx, c); err != nil {
		return err
	}
	if err := v.translate(q, tx, d, provisions); err != nil {
		return err
	}
	v.count()
	places, err := exports.Places(tx, resp, provisions)
	if err != nil {
		return err
	}
	v.group(q, provisions, places)
	v.beside(q)
	v.Stubs, v.Edits = q.stubs(resp), q.edits(resp)
	v.Downloads = q.downloads("/consultations/"+c.ID+"/response", q.query(), exports.OfResponse)
	v.MayFlag = tx.May("comment", "flag", policies.Target{State: c.StateCode, ConsultationID: c.ID, Confidentiality: submission.Public})
	key := "public.response.title"
	if v.Preview {
		key = "public.response.title_preview"
	}
	return q.show("public/response", q.text.T(key, "Title", v.Name.Text), v)
}

// translate shows title and provisions in the language that is read.
func (v *responseView) translate(q *request, tx *workflows.Tx, d *strategy.Draft, provisions []strategy.Provision) error {
	sources := translation.OfResponse(v.Consultation, v.Response)
	own, parts := sources[0], translation.OfProvisions(d, provisions)
	var err error
	if v.Tongue, v.texts, err = q.tongue(tx, append(sources, parts...), consultedOn); err != nil {
		return err
	}
	v.Name, v.langs = said(v.texts, own), map[string]string{}
	for i := range provisions {
		p := &provisions[i]
		for field, to := range map[string]*string{"heading": &p.Heading, "text": &p.Text} {
			if t, there := v.texts[translation.Ref{Object: translation.Provision, ID: p.ID, Field: field}]; there && !t.Stale {
				*to, v.langs[p.ID] = t.Text, t.Language
			}
		}
	}
	return nil
}

// beside puts translations under comments and what is answered to them.
func (v *responseView) beside(q *request) {
	for i := range v.Groups {
		for j := range v.Groups[i].Comments {
			c := &v.Groups[i].Comments[j]
			c.InText, c.InProposed = q.beside(v.texts, translation.Comment, c.ID, "text"), q.beside(v.texts, translation.Comment, c.ID, "proposed_change")
			c.InRationale = q.beside(v.texts, translation.Disposition, c.ID, "rationale")
		}
	}
}

func (v *responseView) count() {
	for _, o := range v.AllOutcomes {
		if n := v.Outcomes[o]; n > 0 {
			v.Counts = append(v.Counts, outcomeCount{Outcome: o, Count: n, Href: "?" + url.Values{"outcome": {o}}.Encode() + "#comments"})
		}
	}
	for _, s := range v.Withheld {
		switch s.Level {
		case submission.Participants:
			v.Participants++
		case submission.Confidential:
			v.Confidential++
		default:
			v.Redacted++
		}
	}
}

// group puts the comments that pass the filters under their provisions, in the
// order of the draft; first what is on the whole, last what names a place the
// draft does not have.
func (v *responseView) group(q *request, provisions []strategy.Provision, places map[string]strategy.Provision) {
	numbers := map[string]int{}
	for _, m := range v.Comments {
		numbers[m.ID] = m.Number
	}
	on := map[string][]responseCard{}
	var parked []string
	for _, m := range v.Comments {
		if v.Sector != "" && m.Sector != v.Sector || v.Outcome != "" && m.Disposition.Outcome != v.Outcome {
			continue
		}
		v.Shown++
		key := m.ProvisionID
		if key == "" && m.Reference != "" {
			key = "\x00" + m.Reference
			if on[key] == nil {
				parked = append(parked, key)
			}
		}
		on[key] = append(on[key], v.card(q, m, numbers, places))
	}
	v.add(responseGroup{Comments: on[""]})
	for i, p := range provisions {
		v.add(responseGroup{Provision: &provisions[i], Lang: cmp.Or(v.langs[p.ID], v.Lang), Comments: on[p.ID]})
	}
	for _, key := range parked {
		v.add(responseGroup{Reference: key[1:], Comments: on[key]})
	}
}

func (v *responseView) add(g responseGroup) {
	if len(g.Comments) > 0 {
		v.Groups = append(v.Groups, g)
	}
}

func (v *responseView) card(q *request, m review.ResponseComment, numbers map[string]int, places map[string]strategy.Provision) responseCard {
	reasons := markReasons(m.Withheld)
	c := responseCard{
		ResponseComment: m, Author: q.commenter(m), Text: q.marked(m.Text, reasons), Proposed: q.marked(m.ProposedChange, reasons),
		Rationale: q.marked(m.Disposition.Rationale, reasons),
	}
	if original := m.Disposition.DuplicateOf; numbers[original] != 0 {
		c.Original = &templates.Link{Href: "#c-" + original, Label: strconv.Itoa(numbers[original])}
	}
	for _, identity := range m.Disposition.Changes {
		p, known := places[identity]
		if !known {
			continue
		}
		c.Changed = append(c.Changed, templates.Link{Label: cmp.Or(p.Number, p.Heading), Href: v.Redline})
	}
	return c
}
