package web

import (
	"fmt"
	"time"

	"jahorina/policies"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/strategy"
)

type strategiesView struct {
	State     string
	States    []templates.Option // those the reader may choose from
	Items     []strategyItem
	Next      string
	MayCreate bool
}

type strategyItem struct {
	Title, Href string
	At          time.Time
}

func strategiesPage(q *request) error {
	if q.actor.ID == "" {
		return workflows.Refuse(workflows.Unauthenticated, "sign_in")
	}
	tx, state := q.read(), q.state()
	found, next, err := strategy.List(tx, state, q.page())
	if err != nil {
		return err
	}
	states, err := q.states("strategy", "read")
	if err != nil {
		return err
	}
	v := strategiesView{State: state, States: states, Next: q.more(next), MayCreate: tx.May("strategy", "create", policies.Target{State: state})}
	for _, s := range found {
		v.Items = append(v.Items, strategyItem{Title: s.Title, Href: "/strategies/" + s.ID, At: s.CreatedAt})
	}
	return q.show("official/strategies", q.text.T("strategies.title"), v)
}

type newStrategyView struct {
	State  string
	States []templates.Option
}

func newStrategyPage(q *request) error {
	states, err := q.states("strategy", "create")
	if err != nil {
		return err
	}
	return q.show("official/strategy_new", q.text.T("strategy_new.title"), newStrategyView{State: q.state(), States: states})
}

func createStrategy(q *request, tx *workflows.Tx) (done, error) {
	s, err := strategy.Create(tx, q.form.Get("state"), q.form.Get("title"))
	if err != nil {
		return done{}, err
	}
	return done{to: "/strategies/" + s.ID + "/drafts/new", flash: "strategy_created"}, nil
}

type strategyView struct {
	Strategy      *strategy.Strategy
	Drafts        []draftItem
	Consultations []consultationItem
	MayUpload     bool
	MayLaunch     bool
	Upload        string
	Waiting       []waitingUpload
}

// waitingUpload is a document that was read and not accepted yet.
type waitingUpload struct {
	Title, Href string
	Until       time.Time
}

type draftItem struct {
	Label, Href string
	At          time.Time
	Frozen      bool
	Gaps        int
	Redline     string // address of the comparison with the one before, if there is one
	Launch      string // address to launch a consultation on it
}

type consultationItem struct {
	Title, Href, State, Kind string
	OpensAt, ClosesAt        time.Time
	Draft                    string
}

func strategyPage(q *request) error {
	tx := q.read()
	s, err := strategy.Get(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	drafts, err := strategy.Drafts(tx, s.ID)
	if err != nil {
		return err
	}
	t := policies.Target{State: s.StateCode}
	v := strategyView{
		Strategy: s, MayUpload: tx.May("draft", "create", t), MayLaunch: tx.May("consultation", "create", t),
		Upload: "/strategies/" + s.ID + "/drafts/new",
	}
	for i, d := range drafts {
		item := draftItem{Label: q.draftLabel(&d), Href: "/drafts/" + d.ID, At: d.CreatedAt, Frozen: d.FrozenAt != nil, Gaps: len(d.Gaps)}
		if i+1 < len(drafts) {
			item.Redline = redlinePath(d.ID, drafts[i+1].ID)
		}
		if v.MayLaunch {
			item.Launch = "/consultations/new?draft=" + d.ID
		}
		v.Drafts = append(v.Drafts, item)
		rounds, err := q.consultedOn(tx, &d)
		if err != nil {
			return err
		}
		v.Consultations = append(v.Consultations, q.items(tx, &d, rounds)...)
	}
	if v.MayUpload {
		waiting, err := strategy.Uploads(tx, s.ID)
		if err != nil {
			return err
		}
		for _, u := range waiting {
			v.Waiting = append(v.Waiting, waitingUpload{u.Title, uploadPath(u.ID), u.ExpiresAt})
		}
	}
	return q.show("official/strategy", s.Title, v)
}

func (q *request) draftLabel(d *strategy.Draft) string {
	return q.text.T("draft.version", "Version", d.Version)
}

func redlinePath(draft, against string) string {
	return fmt.Sprintf("/drafts/%s/redline?against=%s", draft, against)
}

// roundsOn lists the consultations that asked about a draft or are answered by
// it, as far as the reader may know of them.
func (q *request) roundsOn(tx *workflows.Tx, d *strategy.Draft) ([]consultationItem, error) {
	found, _, err := consultation.List(tx, consultation.Filter{DraftID: d.ID}, workflows.Page{Limit: workflows.MaxLimit})
	return q.items(tx, d, found), err
}

// items shows consultations, each with the page that suits the reader.
func (q *request) items(tx *workflows.Tx, d *strategy.Draft, found []consultation.Consultation) []consultationItem {
	var out []consultationItem
	for _, c := range found {
		item := consultationItem{
			Title: c.Title, Href: "/consultations/" + c.ID, State: c.State, Kind: c.Kind,
			OpensAt: c.OpensAt, ClosesAt: c.ClosesAt, Draft: q.draftLabel(d),
		}
		if c.DraftID != d.ID {
			item.Draft = q.text.T("rounds.answered_by", "Draft", item.Draft)
		}
		if mayManage(tx, &c) {
			item.Href += "/manage"
		}
		out = append(out, item)
	}
	return out
}

// mayManage says whether the reader sees what the ministry sees: every
// submission, whoever sent it.
func mayManage(tx *workflows.Tx, c *consultation.Consultation) bool {
	return tx.May("submission", "read", policies.Target{State: c.StateCode, ConsultationID: c.ID, OrganisationID: "-"})
}

// managed returns the consultation of the path for the ministry's own pages;
// nobody else is told that there are any.
func (q *request) managed(tx *workflows.Tx) (*consultation.Consultation, error) {
	c, err := consultation.Get(tx, q.c.Param("id"))
	if err != nil {
		return nil, err
	}
	if !mayManage(tx, c) {
		return nil, workflows.Refuse(workflows.NotFound, "not_found")
	}
	return c, nil
}
