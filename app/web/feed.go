package web

import (
	"net/http"
	"strings"
	"time"

	"jahorina/app/calendar"
	"jahorina/workflows"
	"jahorina/workflows/agenda"
	"jahorina/workflows/consultation"
)

// How far a subscribed calendar reaches back and ahead.
const (
	feedBack  = 90 * 24 * time.Hour
	feedAhead = 400 * 24 * time.Hour
)

// feed is the calendar that a secret opens, with what its person may see now.
// Every wrong address is the same 404.
func feed(q *request) error {
	secret, named := strings.CutSuffix(q.c.Param("secret"), ".ics")
	if !named {
		return workflows.Refuse(workflows.NotFound, "not_found")
	}
	s, err := agenda.BySecret(q.read(), secret)
	if err != nil {
		return err
	}
	q.actor = s.Actor
	q.text = q.s.locales.For(s.Actor.Language, q.c.GetHeader("Accept-Language"))
	if s.ConsultationID != "" {
		return q.calendarOf(s.ConsultationID)
	}
	tx := q.read()
	entries, _, err := agenda.Entries(tx, agenda.Span{From: tx.Now.Add(-feedBack), Until: tx.Now.Add(feedAhead)})
	if err != nil {
		return err
	}
	return q.sendCalendar(tx, q.text.T("agenda.feed.name"), entries)
}

// consultationCalendar has the dates of one consultation, for those who may know
// of it.
func consultationCalendar(q *request) error { return q.calendarOf(q.c.Param("id")) }

func (q *request) calendarOf(id string) error {
	tx := q.read()
	c, err := consultation.Get(tx, id)
	if err != nil {
		return err
	}
	entries, _, err := agenda.Entries(tx, agenda.Span{Until: tx.Now.AddDate(10, 0, 0), ConsultationID: id})
	if err != nil {
		return err
	}
	if err := q.named(tx, []*consultation.Consultation{c}); err != nil {
		return err
	}
	return q.sendCalendar(tx, c.Title, entries)
}

func (q *request) sendCalendar(tx *workflows.Tx, name string, entries []agenda.Entry) error {
	if err := q.named(tx, consultationsOf(entries)); err != nil {
		return err
	}
	q.c.Header("Content-Disposition", `inline; filename="calendar.ics"`)
	q.c.Data(http.StatusOK, calendar.MediaType, calendar.File(q.text, q.s.BaseURL, name, entries))
	return nil
}

// feedAddress is where the reader's calendar can be subscribed to; "" if
// nowhere.
func (q *request) feedAddress(tx *workflows.Tx) (string, error) {
	if !q.actor.IsPerson() {
		return "", nil
	}
	secret, err := agenda.OwnFeed(tx)
	if err != nil || secret == "" {
		return "", err
	}
	return strings.TrimRight(q.s.BaseURL, "/") + "/calendar/" + secret + ".ics", nil
}

func renewFeed(_ *request, tx *workflows.Tx) (done, error) {
	_, err := agenda.RenewFeed(tx)
	return done{to: "/calendar#own", flash: "calendar_renewed"}, err
}

func closeFeed(_ *request, tx *workflows.Tx) (done, error) {
	return done{to: "/calendar#own", flash: "calendar_closed"}, agenda.CloseFeed(tx)
}
