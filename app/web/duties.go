package web

import (
	"net/url"
	"time"

	"jahorina/policies"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/duty"
)

// dutyStatesView lists calendars of reporting duties.
type dutyStatesView struct{ States []templates.Link }

func dutiesPath(state string) string { return "/duties/" + state }

func dutyStatesPage(q *request) error {
	tx := q.read()
	var v dutyStatesView
	for _, state := range duty.States(tx) {
		v.States = append(v.States, templates.Link{Label: q.stateName(tx, state), Href: dutiesPath(state)})
	}
	if len(v.States) == 0 {
		return tx.Check("duty", "read", policies.Target{})
	}
	return q.show("official/duty_states", q.text.T("duties.title"), v)
}

// dutiesView is the calendar of a state.
type dutiesView struct {
	Name, At              string
	Coming, Overdue, Done []dueItem
	More                  int // of those done that are not shown
	Bonds                 []bondItem
	Loose                 []templates.Link
	Own                   []duty.Own
	MayEdit               bool
}

// dueItem is one thing to send on one day.
type dueItem struct {
	What, Instrument, Article, Period, Href string
	On                                      time.Time
	Return                                  *duty.Return
}

type bondItem struct {
	Bond   duty.Bond
	Change string
}

// shownDone is how many of those done the page shows.
const shownDone = 50

func dutiesPage(q *request) error {
	tx, state := q.read(), q.c.Param("id")
	c, err := duty.Of(tx, state)
	if err != nil {
		return err
	}
	v := dutiesView{
		Name: q.stateName(tx, state), At: dutiesPath(state), MayEdit: tx.May("duty", "edit", policies.Target{State: state}),
		Coming: q.dueItems(state, c.Coming()), Overdue: q.dueItems(state, c.Overdue()), Done: q.dueItems(state, c.Done()),
	}
	if n := len(v.Done); n > shownDone {
		v.Done, v.More = v.Done[:shownDone], n-shownDone
	}
	for _, name := range duty.Instruments(c.Duties) {
		if b, said := c.Bonds[name]; said {
			v.Bonds = append(v.Bonds, bondItem{b, bondPath(state, name)})
		}
	}
	for _, name := range c.Loose() {
		v.Loose = append(v.Loose, templates.Link{Label: name, Href: bondPath(state, name)})
	}
	if v.Own, err = duty.Owns(tx, state); err != nil {
		return err
	}
	return q.show("official/duties", q.text.T("duties.of", "State", v.Name), v)
}

func bondPath(state, instrument string) string {
	return dutiesPath(state) + "/instrument?" + url.Values{"name": {instrument}}.Encode()
}

func (q *request) dueItems(state string, dues []duty.Due) []dueItem {
	out := make([]dueItem, len(dues))
	for i := range dues {
		d := &dues[i]
		out[i] = dueItem{What: d.Duty.Due, Instrument: d.Duty.Instrument, Article: d.Duty.Article, Period: q.dutyPeriod(d), Href: duty.Path(state, d), On: d.On, Return: d.Return}
	}
	return out
}

// period says for which year, quarter or month, or which event, something is due.
func (q *request) dutyPeriod(d *duty.Due) string {
	switch {
	case d.Event != nil:
		return d.Event.Note
	case d.Period == "once":
		return q.text.T("duties.once")
	}
	return d.Period
}

func dutiesTable(q *request) error {
	tx, state := q.read(), q.c.Param("id")
	c, err := duty.Of(tx, state)
	if err != nil {
		return err
	}
	head := []string{
		q.text.T("measure.field.due"), q.text.T("duties.what"), q.text.T("duties.period"), q.text.T("obligations.column.instrument"), q.text.T("obligations.column.provision"),
		q.text.T("obligations.column.code"), q.text.T("duties.rule"), q.text.T("duties.done_on"), q.text.T("duties.reference"), q.text.T("duties.nil"),
		q.text.T("obligations.column.checked"), q.text.T("obligations.column.source"),
	}
	var rows [][]string
	for i := range c.Dues {
		d := &c.Dues[i]
		row := []string{dayOf(d.On), d.Duty.Due, q.dutyPeriod(d), d.Duty.Instrument, d.Duty.Article, d.Duty.Obligation, d.Duty.Rule.String(), "", "", "", q.text.T("checked." + d.Duty.Checked), d.Duty.Source}
		if r := d.Return; r != nil {
			row[7], row[8] = dayOf(r.DoneOn), r.Reference
			if r.NilReturn {
				row[9] = q.text.T("duties.nil")
			}
		}
		rows = append(rows, row)
	}
	return q.attachTable("duties-"+state+".csv", head, rows)
}

// bondView is the form that says since when an instrument binds the state.
type bondView struct {
	Back, Here, Mark      string // Mark: the form to mark its calendar
	Instrument            string
	InForce, From, Source string
	Version               int64
	State                 string
	Duties                []duty.Duty
}

func bondPage(q *request) error {
	tx, state := q.read(), q.c.Param("id")
	c, err := duty.Of(tx, state)
	if err != nil {
		return err
	}
	if err := tx.Check("duty", "edit", policies.Target{State: state}); err != nil {
		return err
	}
	v := bondView{Back: dutiesPath(state), Instrument: q.c.Query("name"), State: q.stateName(tx, state)}
	v.Here, v.Mark = bondPath(state, v.Instrument), markPath(state, v.Instrument)
	for _, d := range c.Duties {
		if d.Instrument == v.Instrument && d.Rule.Kind != duty.By {
			v.Duties = append(v.Duties, d)
		}
	}
	if len(v.Duties) == 0 {
		return workflows.Refuse(workflows.NotFound, "not_found")
	}
	if b, said := c.Bonds[v.Instrument]; said {
		v.InForce, v.From, v.Source, v.Version = optionalDay(b.InForceOn), optionalDay(b.FollowedFrom), b.Source, b.Version
	}
	return q.show("official/duty_instrument", v.Instrument, v)
}

func optionalDay(at *time.Time) string {
	if at == nil {
		return ""
	}
	return dayOf(*at)
}

// Rule says in words when something is due.
func (q *request) rule(r duty.Rule) string {
	on := r.On
	if r.Kind == duty.Each {
		on = r.InYear(q.s.Engine.Now().Year())
	}
	return q.text.T("duties.rules."+r.Kind, "Days", r.Days, "Day", q.text.Date(on), "Event", r.Event)
}

func putBond(q *request, tx *workflows.Tx) (done, error) {
	state := q.c.Param("id")
	if err := tx.Check("duty", "edit", policies.Target{State: state}); err != nil {
		return done{}, err
	}
	seen, err := q.number("seen")
	if err != nil {
		return done{}, err
	}
	var p workflows.Problems
	in := duty.Binding{Instrument: q.c.Query("name"), InForceOn: q.typedDay(&p, "in_force_on"), FollowedFrom: q.typedDay(&p, "followed_from"), Source: q.form.Get("source")}
	if err := p.Err(); err != nil {
		return done{}, err
	}
	if _, err := duty.Bind(tx, state, in, int64(seen)); err != nil {
		return done{}, err
	}
	return done{to: dutiesPath(state), flash: "on_record"}, nil
}

// dutyView is one duty with its days, and one of them in particular.
type dutyView struct {
	Back, Name, State, Rule string
	Duty                    *duty.Duty
	Here                    *dueItem // the one asked for
	Period                  string   // of it, as in its address
	At, Query               string   // of the forms
	Dues                    []dueItem
	Events                  []duty.Event
	MayEdit                 bool
}

func dutyPage(q *request) error {
	tx, state, code, period := q.read(), q.c.Param("id"), q.c.Query("code"), q.c.Query("period")
	c, err := duty.Of(tx, state)
	if err != nil {
		return err
	}
	d, err := c.Find(code)
	if err != nil {
		return err
	}
	of := c.Of(code)
	query := "?" + url.Values{"code": {code}, "period": {period}}.Encode()
	v := dutyView{
		Back: dutiesPath(state), Name: q.stateName(tx, state), State: state, Rule: q.rule(d.Rule), Duty: d, Period: period, MayEdit: tx.May("duty", "edit", policies.Target{State: state}),
		At: dutiesPath(state), Query: query, Dues: q.dueItems(state, of),
	}
	for i := range of {
		if of[i].Period == period {
			v.Here = &v.Dues[i]
		}
		if e := of[i].Event; e != nil && of[i].Return == nil {
			v.Events = append(v.Events, *e)
		}
	}
	if v.Here == nil && period != "" {
		return workflows.Refuse(workflows.NotFound, "not_found")
	}
	return q.show("official/duty", d.Due, v)
}

func fulfilDuty(q *request, tx *workflows.Tx) (done, error) {
	state := q.c.Param("id")
	if err := tx.Check("duty", "edit", policies.Target{State: state}); err != nil {
		return done{}, err
	}
	on, err := q.day("done_on")
	if err != nil {
		return done{}, err
	}
	in := duty.Sent{
		Code: q.c.Query("code"), Period: q.c.Query("period"), DoneOn: on, Reference: q.form.Get("reference"), NilReturn: q.form.Get("nil_return") != "", Note: q.form.Get("note"),
	}
	if _, err := duty.Fulfil(tx, state, in); err != nil {
		return done{}, err
	}
	return done{to: dutiesPath(state), flash: "on_record"}, nil
}

func addDutyEvent(q *request, tx *workflows.Tx) (done, error) {
	state, code := q.c.Param("id"), q.c.Query("code")
	if err := tx.Check("duty", "edit", policies.Target{State: state}); err != nil {
		return done{}, err
	}
	on, err := q.day("on_day")
	if err != nil {
		return done{}, err
	}
	if _, err := duty.AddEvent(tx, state, code, on, q.form.Get("event")); err != nil {
		return done{}, rename(err, "note", "event")
	}
	return done{to: dutiesPath(state) + "/duty?" + url.Values{"code": {code}}.Encode(), flash: "on_record"}, nil
}

func withdrawReturn(q *request, tx *workflows.Tx) (done, error) {
	state := q.c.Param("id")
	if err := tx.Check("duty", "edit", policies.Target{State: state}); err != nil {
		return done{}, err
	}
	if _, err := duty.Withdraw(tx, state, q.form.Get("return"), q.form.Get("withdraw_reason")); err != nil {
		return done{}, rename(err, "reason", "withdraw_reason")
	}
	return done{to: dutiesPath(state), flash: "on_record"}, nil
}

func dropDutyEvent(q *request, tx *workflows.Tx) (done, error) {
	state := q.c.Param("id")
	if err := tx.Check("duty", "edit", policies.Target{State: state}); err != nil {
		return done{}, err
	}
	if _, err := duty.DropEvent(tx, state, q.form.Get("event_id")); err != nil {
		return done{}, err
	}
	return done{to: dutiesPath(state) + "/duty?" + url.Values{"code": {q.c.Query("code")}}.Encode(), flash: "on_record"}, nil
}
