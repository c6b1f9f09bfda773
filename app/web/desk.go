package web

import (
	"cmp"
	"net/url"
	"slices"
	"time"

	"jahorina/policies"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/coverage"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
	"jahorina/workflows/work"
)

// deskView is what those who run a consultation add to the list of comments.
type deskView struct {
	Meter    *deskMeter
	Drafters []templates.Option // to filter by
	Chips    []templates.Link   // filters that are set; each leads to the list without it
	Count    int
	MayBatch bool
	Query    string // the filters, to come back to this list
	Export   string // where a file is made of it; "" for those who may not
}

// deskMeter is how far the answering has come and what it takes to be in time.
type deskMeter struct {
	Agreed, Proposed, Open, Total int
	Due                           time.Time
	Left                          string // until then, in words; "" if it is late
	Late                          int    // days since then, begun ones too; 0 if it is not late
	Pace                          int    // comments to be agreed each working day; 0 if none or late
}

// commentFilter is the filter in the query. "me" stands for the reader.
func (q *request) commentFilter(tx *workflows.Tx, c *consultation.Consultation, asked func(string) string) (submission.Filter, error) {
	f := submission.Filter{
		Sector: asked("sector"), Type: asked("type"), ProvisionID: asked("provision"), Outcome: asked("outcome"),
		State: asked("state"), Parked: asked("parked") != "", Query: asked("q"), Language: asked("language"),
		Drafter: asked("drafter"), OrganisationID: asked("organisation"), Alike: asked("alike"),
		Obligation: asked("obligation"),
	}
	if f.Drafter == "me" {
		f.Drafter = q.actor.PersonID()
	}
	if f.Obligation == "" {
		return f, nil
	}
	d, err := strategy.DraftByID(tx, c.DraftID)
	if err != nil {
		return f, err
	}
	f.Provisions, err = coverage.ServedBy(tx, d, f.Obligation)
	return f, err
}

func (q *request) desk(tx *workflows.Tx, c *consultation.Consultation, f submission.Filter) (*deskView, error) {
	v := &deskView{Query: q.filters().Encode()}
	var err error
	if v.Count, err = submission.Count(tx, c, f); err != nil {
		return nil, err
	}
	if v.Meter, err = q.meter(tx, c); err != nil {
		return nil, err
	}
	drafters, err := q.drafterOptions(tx, c, submission.Unassigned)
	if err != nil {
		return nil, err
	}
	v.Drafters = append([]templates.Option{{Value: "me", Label: q.text.T("desk.me")}}, drafters...)
	t := policies.Target{State: c.StateCode, ConsultationID: c.ID}
	if work.MayExport(tx, c) == nil {
		v.Export = "/consultations/" + c.ID + "/export?" + v.Query
	}
	v.MayBatch = tx.May("comment", "assign", t) || tx.May("comment", "agree", t)
	v.Chips = q.chips(tx, c, v.Drafters)
	return v, nil
}

// add completes a row of the list with what only those at the desk see.
func (v *deskView) add(item *commentItem, m submission.Listed) {
	if v.Query != "" {
		item.Href += "?" + url.Values{"list": {v.Query}}.Encode()
	}
	if m.SaidBy > 1 {
		item.Alike, item.AlikeHref = m.SaidBy, "?"+url.Values{"alike": {m.ID}}.Encode()
	}
	if i := slices.IndexFunc(v.Drafters, func(o templates.Option) bool { return o.Value == m.DrafterID }); i >= 0 {
		item.Drafter = v.Drafters[i].Label
	}
}

// filterNames are the parameters of the list of comments, in the order in which
// they are shown.
var filterNames = []string{"q", "provision", "sector", "organisation", "obligation", "type", "language", "state", "outcome", "drafter", "alike", "parked"}

// filters are the parameters of the list that are set.
func (q *request) filters() url.Values {
	out := url.Values{}
	for _, name := range filterNames {
		if v := q.c.Query(name); v != "" {
			out.Set(name, v)
		}
	}
	return out
}

func (q *request) chips(tx *workflows.Tx, c *consultation.Consultation, drafters []templates.Option) []templates.Link {
	var out []templates.Link
	set := q.filters()
	for _, name := range filterNames {
		value := set.Get(name)
		if value == "" {
			continue
		}
		rest := url.Values{}
		for n, v := range set {
			if n != name {
				rest[n] = v
			}
		}
		out = append(out, templates.Link{Label: q.chip(tx, c, name, value, drafters), Href: "?" + rest.Encode()})
	}
	return out
}

// chip says a filter in words.
func (q *request) chip(tx *workflows.Tx, c *consultation.Consultation, name, value string, drafters []templates.Option) string {
	word := value
	switch name {
	case "sector":
		word = q.word("sector.", value)
	case "type":
		word = q.word("comment.type.", value)
	case "state":
		word = q.word("state.comment.", value)
	case "outcome":
		word = q.word("outcome_filter.", value)
	case "drafter":
		if i := slices.IndexFunc(drafters, func(o templates.Option) bool { return o.Value == value }); i >= 0 {
			word = drafters[i].Label
		}
	case "organisation":
		if orgs, err := stakeholder.Names(tx, []string{value}); err == nil {
			word = orgs[value].Name
		}
	case "provision":
		if places, err := placesOf(tx, c.DraftID); err == nil {
			word = cmp.Or(places[value], value)
		}
	case "alike", "parked":
		return q.text.T("desk.chip." + name)
	}
	return q.text.T("desk.chip."+name, "Value", word)
}

// word is the text of a code from outside, or the code where it is none of ours.
func (q *request) word(prefix, code string) string {
	if q.text.Has(prefix + code) {
		return q.text.T(prefix + code)
	}
	return code
}

func (q *request) meter(tx *workflows.Tx, c *consultation.Consultation) (*deskMeter, error) {
	n, err := submission.CountDispositions(tx, c.ID)
	if err != nil || n.Total == 0 {
		return nil, err
	}
	m := &deskMeter{Agreed: int(n.Agreed), Proposed: int(n.Proposed), Open: int(n.Open), Total: int(n.Total)}
	if c.ResponseDueAt == nil || c.State == consultation.Published || c.State == consultation.Withdrawn {
		return m, nil
	}
	m.Due = *c.ResponseDueAt
	if m.Late = c.DaysLate(tx.Now); m.Late > 0 {
		return m, nil
	}
	m.Left = q.left(tx.Now, m.Due)
	if days := workingDays(tx.Now, m.Due); m.Agreed < m.Total {
		m.Pace = (m.Total - m.Agreed + days - 1) / days
	}
	return m, nil
}

// workingDays counts Mondays to Fridays up to the day of the deadline, at least
// one. Holidays differ from state to state and are not known.
func workingDays(from, to time.Time) int {
	n := 0
	for d := from; d.Before(to); d = d.AddDate(0, 0, 1) {
		if d.Weekday() != time.Saturday && d.Weekday() != time.Sunday {
			n++
		}
	}
	return max(n, 1)
}

// promise says in words when the response is promised for, once the window has
// opened and until it is there.
func (q *request) promise(tx *workflows.Tx, c *consultation.Consultation) string {
	switch {
	case c.ResponseDueAt == nil || !c.Started() || c.State == consultation.Published || c.State == consultation.Withdrawn:
		return ""
	case c.Late(tx.Now):
		return q.text.T("promise.late", "Due", *c.ResponseDueAt, "Count", c.DaysLate(tx.Now))
	}
	return q.text.T("promise.public", "Due", *c.ResponseDueAt)
}

// promise changes when the response is promised for.
func promise(q *request, tx *workflows.Tx) (done, error) {
	version, err := q.version()
	if err != nil {
		return done{}, err
	}
	due, err := q.instant("response_due_at")
	if err != nil {
		return done{}, err
	}
	id := q.c.Param("id")
	_, err = consultation.Promise(tx, id, version, due, q.form.Get("reason"))
	return done{to: "/consultations/" + id + "/manage", flash: "promise_changed"}, err
}

// promiseView is the form to promise another day.
type promiseView struct {
	C *consultation.Consultation
}

func promisePage(q *request) error {
	tx := q.read()
	c, err := q.managed(tx)
	if err != nil {
		return err
	}
	if err := tx.Check("consultation", "promise", policies.Target{State: c.StateCode, ConsultationID: c.ID}); err != nil {
		return err
	}
	return q.show("official/promise", q.text.T("promise.title"), promiseView{C: c})
}
