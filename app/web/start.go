package web

import (
	"slices"
	"time"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/translation"
)

// card is a consultation in a list, with what this reader can do about it.
type card struct {
	consultation.Consultation
	Left           string // until it closes, in words
	Answer, Manage bool
}

type startView struct {
	Mine      *card // the consultation whose link was opened in this session
	Open      []card
	Responses []card
}

type consultationsView struct {
	Cards  []card
	States []string
	State  string // "" for all
	Next   string
}

func startPage(q *request) error {
	tx := q.read()
	var v startView
	var err error
	if v.Open, _, err = q.cards(tx, workflows.Page{Limit: 20}, consultation.Open); err != nil {
		return err
	}
	if v.Responses, _, err = q.cards(tx, workflows.Page{Limit: 5}, consultation.Published); err != nil {
		return err
	}
	for _, h := range q.actor.Roles {
		if h.ConsultationID == "" {
			continue
		}
		c, err := consultation.Get(tx, h.ConsultationID)
		if err != nil {
			return err
		}
		mine, err := q.card(tx, *c)
		if err != nil {
			return err
		}
		v.Mine = &mine
	}
	return q.show("public/start", q.text.T("public.start.title"), v)
}

// listed are the states by which the list can be cut down.
var listed = []string{
	consultation.Scheduled, consultation.Open, consultation.Closed, consultation.InReview, consultation.Approved, consultation.Published, consultation.Withdrawn,
}

func consultationsPage(q *request) error {
	v := consultationsView{States: listed, State: q.c.Query("state")}
	if q.runs() {
		v.States = append([]string{consultation.Draft, consultation.InClearance}, listed...)
	}
	var states []string
	if v.State != "" {
		if !slices.Contains(v.States, v.State) {
			return workflows.Refuse(workflows.Invalid, "not_one_of", "Words", "")
		}
		states = []string{v.State}
	}
	cards, next, err := q.cards(q.read(), q.page(), states...)
	if err != nil {
		return err
	}
	v.Cards, v.Next = cards, q.more(next)
	return q.show("public/consultations", q.text.T("public.consultations.title"), v)
}

func (q *request) cards(tx *workflows.Tx, page workflows.Page, states ...string) ([]card, string, error) {
	list, next, err := consultation.List(tx, consultation.Filter{States: states}, page)
	if err != nil {
		return nil, "", err
	}
	out := make([]card, len(list))
	for i, c := range list {
		if out[i], err = q.card(tx, c); err != nil {
			return nil, "", err
		}
	}
	return out, next, q.inPagesLanguage(tx, out)
}

// inPagesLanguage gives consultations in a list the titles and summaries of the
// page's language, where they are translated.
func (q *request) inPagesLanguage(tx *workflows.Tx, cards []card) error {
	var sources []translation.Source
	for i := range cards {
		sources = append(sources, translation.OfConsultation(tx, &cards[i].Consultation)...)
	}
	texts, err := translation.Of(tx, sources, q.text.Tag())
	for i := range cards {
		c := &cards[i].Consultation
		c.Title, c.Summary = said(texts, sources[2*i]).Text, said(texts, sources[2*i+1]).Text
	}
	return err
}

// named gives consultations the titles of the reader's language, where they are
// translated. What is stored is not touched.
func (q *request) named(tx *workflows.Tx, all []*consultation.Consultation) error {
	sources := make([]translation.Source, len(all))
	for i, c := range all {
		sources[i] = translation.OfConsultation(tx, c)[0]
	}
	texts, err := translation.Of(tx, sources, q.text.Tag())
	for i, c := range all {
		c.Title = said(texts, sources[i]).Text
	}
	return err
}

func (q *request) card(tx *workflows.Tx, c consultation.Consultation) (card, error) {
	t, err := c.Target(tx)
	if err != nil {
		return card{}, err
	}
	k := card{Consultation: c, Manage: runs(tx, &c)}
	if c.Accepts(tx.Now) {
		k.Left = q.left(tx.Now, c.ClosesAt)
		k.Answer = !k.Manage && tx.May("submission", "create", t)
	}
	return k, nil
}

// runs says whether the actor looks after this consultation: reads what comes
// in, not only their own.
func runs(tx *workflows.Tx, c *consultation.Consultation) bool {
	return tx.May("submission", "read", policies.Target{State: c.StateCode, ConsultationID: c.ID})
}

// left is the time until the instant in words: whole days, and near the end
// hours, then minutes. What has passed is "".
func (q *request) left(now, at time.Time) string {
	const day = 24 * time.Hour
	d := at.Sub(now)
	switch {
	case d <= 0:
		return ""
	case d >= 2*day:
		return q.text.T("public.left.days", "Count", int(d/day))
	case d >= 2*time.Hour:
		return q.text.T("public.left.hours", "Count", int(d/time.Hour))
	default:
		return q.text.T("public.left.minutes", "Count", max(1, int(d/time.Minute)))
	}
}
