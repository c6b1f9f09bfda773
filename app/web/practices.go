package web

import (
	"net/url"
	"strings"

	"jahorina/policies"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/coverage/register"
	"jahorina/workflows/duty"
)

// practicesView lists calendars worth copying.
type practicesView struct{ Items []practiceItem }

type practiceItem struct {
	Practice    duty.Practice
	State, Href string
}

func practicesPage(q *request) error {
	tx := q.read()
	found, err := duty.Practices(tx)
	if err != nil {
		return err
	}
	var v practicesView
	for _, p := range found {
		v.Items = append(v.Items, practiceItem{p, q.stateName(tx, p.StateCode), "/practices/" + p.ID})
	}
	return q.show("official/practices", q.text.T("practices.title"), v)
}

// practiceView is one of them, with what can be done with it.
type practiceView struct {
	practiceItem
	Duties           []duty.Duty
	States, Themes   []templates.Option // to copy it to
	Default          string
	MayTake, MayCopy bool
}

func practicePage(q *request) error {
	tx := q.read()
	p, duties, err := duty.GetPractice(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	v := practiceView{
		practiceItem: practiceItem{*p, q.stateName(tx, p.StateCode), "/practices/" + p.ID}, Duties: duties,
		MayTake: tx.May("duty", "share", policies.Target{State: p.StateCode}),
	}
	if v.Themes, err = q.text.Options("theme", register.Themes); err != nil {
		return err
	}
	for _, state := range duty.States(tx) {
		if tx.May("duty", "edit", policies.Target{State: state}) {
			v.States = append(v.States, templates.Option{Value: state, Label: q.stateName(tx, state)})
		}
	}
	if v.MayCopy = len(v.States) > 0; v.MayCopy {
		v.Default = v.States[0].Value
	}
	return q.show("official/practice", p.Instrument, v)
}

func unmarkPractice(q *request, tx *workflows.Tx) (done, error) {
	if _, err := duty.Unmark(tx, q.c.Param("id")); err != nil {
		return done{}, err
	}
	return done{to: "/practices", flash: "on_record"}, nil
}

func copyPractice(q *request, tx *workflows.Tx) (done, error) {
	o, err := duty.Copy(tx, q.c.Param("id"), q.form.Get("state"), q.form.Get("theme"), q.form.Get("title"))
	if err != nil {
		return done{}, err
	}
	return done{to: ownPath(o), flash: "on_record"}, nil
}

// markView is the form to mark a calendar.
type markView struct{ Back, Here, Name string }

func markPage(q *request) error {
	tx, state, name := q.read(), q.c.Param("id"), q.c.Query("name")
	c, err := duty.Of(tx, state)
	if err != nil {
		return err
	}
	if err := tx.Check("duty", "share", policies.Target{State: state}); err != nil {
		return err
	}
	for _, d := range c.Duties {
		if d.Instrument == name {
			return q.show("official/practice_mark", q.text.T("practices.mark"), markView{bondPath(state, name), markPath(state, name), name})
		}
	}
	return workflows.Refuse(workflows.NotFound, "not_found")
}

func markPath(state, instrument string) string {
	return dutiesPath(state) + "/practice?" + url.Values{"name": {instrument}}.Encode()
}

func markPractice(q *request, tx *workflows.Tx) (done, error) {
	p, err := duty.Mark(tx, q.c.Param("id"), q.c.Query("name"), q.form.Get("features"))
	if err != nil {
		return done{}, err
	}
	return done{to: "/practices/" + p.ID, flash: "on_record"}, nil
}

func ownPath(o *duty.Own) string { return "/own-calendars/" + o.ID }

// ownCalendarView is a calendar that a state made for itself.
type ownCalendarView struct {
	Own         *duty.Own
	State, Back string
	Theme       string
	Duties      []ownDuty
	Actions     []string
	MayEdit     bool
	Loose       []templates.Link // what it needs before anything of it is due
	Columns     string
	Rules       []string
}

type ownDuty struct {
	duty.Duty
	When string
}

func ownCalendarPage(q *request) error {
	tx := q.read()
	o, err := duty.GetOwn(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	duties, err := o.Duties()
	if err != nil {
		return err
	}
	c, err := duty.Of(tx, o.StateCode)
	if err != nil {
		return err
	}
	v := ownCalendarView{
		Own: o, State: q.stateName(tx, o.StateCode), Back: dutiesPath(o.StateCode), Theme: q.text.T("theme." + o.Theme), Actions: o.Actions(tx),
		Columns: strings.Join(duty.Columns, ", "), Rules: duty.Wordings,
	}
	v.MayEdit = o.Status == duty.Draft && len(v.Actions) > 0
	for _, d := range duties {
		v.Duties = append(v.Duties, ownDuty{d, q.rule(d.Rule)})
	}
	for _, name := range c.Loose() {
		if o.Status == duty.InForce && len(v.Actions) > 0 && asks(duties, name) {
			v.Loose = append(v.Loose, templates.Link{Label: name, Href: bondPath(o.StateCode, name)})
		}
	}
	return q.show("official/own_calendar", o.Title, v)
}

func asks(duties []duty.Duty, instrument string) bool {
	for _, d := range duties {
		if d.Instrument == instrument {
			return true
		}
	}
	return false
}

func editOwnCalendar(q *request, tx *workflows.Tx) (done, error) {
	seen, err := q.version()
	if err != nil {
		return done{}, err
	}
	_, file, err := q.file("file")
	if err != nil {
		return done{}, err
	}
	if len(file) > 0 {
		q.form.Set("table", string(file)) // what is wrong in it can be mended in its place
	}
	o, err := duty.Edit(tx, q.c.Param("id"), seen, q.form.Get("table"))
	if err != nil {
		return done{}, err
	}
	return done{to: ownPath(o), flash: "on_record"}, nil
}

func moveOwnCalendar(q *request, tx *workflows.Tx) (done, error) {
	seen, err := q.version()
	if err != nil {
		return done{}, err
	}
	o, err := duty.Move(tx, q.c.Param("id"), seen, q.form.Get("act"))
	if err != nil {
		return done{}, err
	}
	if o.Status == duty.Dropped {
		return done{to: dutiesPath(o.StateCode), flash: "on_record"}, nil
	}
	return done{to: ownPath(o), flash: "on_record"}, nil
}
