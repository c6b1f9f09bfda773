package web

import (
	"net/url"
	"slices"
	"time"

	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/agenda"
	"jahorina/workflows/consultation"
)

// calendarView is one month of windows and deadlines, as a table or as a list.
type calendarView struct {
	Month, Previous, Next, Today string // the month in words, and links
	List                         bool
	Table, Rows                  string // links to either view
	Weekdays                     []templates.Option
	Weeks                        [][]calendarDay
	Items                        []calendarItem
	Typed                        string // of the month: 2026-11
	Consultation                 string
	Consultations                []templates.Option
	More                         bool
	Person                       bool   // who can have a calendar of their own
	Feed                         string // its address
}

// calendarDay is one day of the table; one of another month has no number.
type calendarDay struct {
	Number int
	Date   time.Time
	Today  bool
	Items  []calendarItem
}

// calendarItem is something that happens at an instant.
type calendarItem struct {
	Kind, Label, Title, Href string
	Lang                     string // of the title, where it is not the page's
	At, To                   time.Time
	Clock                    string // "" where it is for all of the day
	AllDay, Past             bool
}

const monthLayout = "2006-01"

func calendarPage(q *request) error {
	tx := q.read()
	now := tx.Now
	first := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	if asked := q.c.Query("month"); asked != "" {
		at, err := time.Parse(monthLayout, asked)
		if err != nil || at.Year() < 2000 || at.Year() > 2200 {
			return workflows.Refuse(workflows.Invalid, "bad_month")
		}
		first = at
	}
	v := calendarView{List: q.c.Query("view") == "list", Typed: first.Format(monthLayout), Consultation: q.c.Query("consultation")}
	next := first.AddDate(0, 1, 0)
	all, more, err := agenda.Entries(tx, agenda.Span{From: first, Until: next})
	if err != nil {
		return err
	}
	if err := q.named(tx, consultationsOf(all)); err != nil {
		return err
	}
	v.More = more
	v.Consultations = q.filterOf(all)
	for i := range all {
		if e := &all[i]; !e.Cancelled() && (v.Consultation == "" || e.Consultation != nil && e.Consultation.ID == v.Consultation) {
			item := q.calendarItem(e)
			item.Past = e.At.Before(now)
			v.Items = append(v.Items, item)
		}
	}
	q.lay(&v, first, now)
	v.Person = q.actor.IsPerson()
	if v.Feed, err = q.feedAddress(tx); err != nil {
		return err
	}
	return q.show("public/calendar", q.text.T("agenda.calendar.title"), v)
}

func consultationsOf(entries []agenda.Entry) []*consultation.Consultation {
	var out []*consultation.Consultation
	for _, e := range entries {
		if e.Consultation != nil {
			out = append(out, e.Consultation)
		}
	}
	return out
}

// lay puts the month's entries in its weeks and makes the links around it.
func (q *request) lay(v *calendarView, first, now time.Time) {
	next := first.AddDate(0, 1, 0)
	v.Month = q.month(first)
	v.Previous, v.Next = q.calendarAt(first.AddDate(0, -1, 0), v.List), q.calendarAt(next, v.List)
	if now.Before(first) || !now.Before(next) {
		v.Today = q.calendarAt(now, v.List)
	}
	v.Table, v.Rows = q.calendarAt(first, false), q.calendarAt(first, true)
	for _, d := range []string{"1", "2", "3", "4", "5", "6", "7"} {
		v.Weekdays = append(v.Weekdays, templates.Option{Value: q.text.T("agenda.weekday." + d), Label: q.text.T("agenda.weekday_short." + d)})
	}
	monday := first.AddDate(0, 0, -(int(first.Weekday())+6)%7)
	for day := monday; day.Before(next); {
		var week []calendarDay
		for range 7 {
			week = append(week, v.day(day, first, now))
			day = day.AddDate(0, 0, 1)
		}
		v.Weeks = append(v.Weeks, week)
	}
}

func (v *calendarView) day(day, first, now time.Time) calendarDay {
	if day.Month() != first.Month() {
		return calendarDay{Date: day}
	}
	d := calendarDay{Number: day.Day(), Date: day, Today: now.Format(time.DateOnly) == day.Format(time.DateOnly)}
	for _, i := range v.Items {
		if i.At.Format(time.DateOnly) == day.Format(time.DateOnly) {
			d.Items = append(d.Items, i)
		}
	}
	return d
}

// month is the month in words, with the year.
func (q *request) month(at time.Time) string {
	return q.text.T("agenda.month."+at.Format("1"), "Year", at.Format("2006"))
}

func (q *request) calendarAt(month time.Time, list bool) string {
	asked := url.Values{"month": {month.Format(monthLayout)}}
	if list {
		asked.Set("view", "list")
	}
	if id := q.c.Query("consultation"); id != "" {
		asked.Set("consultation", id)
	}
	return "/calendar?" + asked.Encode()
}

// filterOf lists the consultations of the month, to choose one from.
func (q *request) filterOf(all []agenda.Entry) []templates.Option {
	out := []templates.Option{{Label: q.text.T("agenda.calendar.all")}}
	for _, e := range all {
		if e.Consultation == nil {
			continue
		}
		if !slices.ContainsFunc(out, func(o templates.Option) bool { return o.Value == e.Consultation.ID }) {
			out = append(out, templates.Option{Value: e.Consultation.ID, Label: e.Consultation.Title})
		}
	}
	return out
}

func (q *request) calendarItem(e *agenda.Entry) calendarItem {
	if a := e.About; a != nil {
		return calendarItem{Kind: e.Kind, Label: q.text.T("agenda.entry." + e.Kind), Title: a.Title, Lang: a.Lang, Href: a.Path, At: e.At, AllDay: true}
	}
	i := calendarItem{Kind: e.Kind, Title: e.Consultation.Title, Href: q.mainPage(*e.Consultation), At: e.At, To: e.To, Clock: e.At.Format("15:04")}
	switch e.Kind {
	case agenda.ReviewDue:
		i.Href = "/consultations/" + e.Consultation.ID + "/review"
	case agenda.Published:
		i.Href = "/consultations/" + e.Consultation.ID + "/response"
	}
	kind := e.Kind
	if s := e.Consultation.State; kind == agenda.Opens && (s == consultation.Draft || s == consultation.InClearance) {
		kind = "opens_planned"
	}
	i.Label = q.text.T("agenda.entry."+kind, "When", e.To)
	return i
}
