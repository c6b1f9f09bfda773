// Package calendar writes windows and deadlines as iCalendar (RFC 5545), for
// programs that keep calendars. It says when and of which consultation, and
// nothing else of it; it has no alarms, as those are for the reader to choose.
package calendar

import (
	"net/url"
	"strings"
	"time"
	"unicode"

	ics "github.com/arran4/golang-ical"

	"jahorina/templates"
	"jahorina/workflows/agenda"
	"jahorina/workflows/consultation"
)

// MediaType is that of what File writes.
const MediaType = "text/calendar; charset=utf-8"

// refresh is how often programs are asked to read again (RFC 7986, section 5.7).
const refresh = "PT6H"

// File is the calendar with the name, in the language of the text. baseURL is
// that of the pages. The same entries always give the same bytes: an event keeps its
// UID when it moves, its SEQUENCE grows with every change, and DTSTAMP is when that
// was (section 3.8.7.2, for calendars without a METHOD).
func File(text *templates.Text, baseURL, name string, entries []agenda.Entry) []byte {
	c := ics.NewCalendarFor("Jahorina")
	c.SetProductId("-//Jahorina//Calendar//EN")
	c.SetCalscale("GREGORIAN")
	c.SetName(line(name))
	c.SetRefreshInterval(refresh)
	c.SetXPublishedTTL(refresh)
	for i := range entries {
		if e := &entries[i]; told(e.Kind) {
			add(c, text, baseURL, e)
		}
	}
	return []byte(c.Serialize(ics.WithNewLineWindows))
}

// told leaves out what only explains other dates.
func told(kind string) bool { return kind != agenda.Extended && kind != agenda.Reminder }

func add(c *ics.Calendar, text *templates.Text, baseURL string, e *agenda.Entry) {
	path, changed := "", time.Time{}
	if e.About != nil {
		path, changed = e.About.Path, e.About.Changed
	} else {
		path, changed = "/consultations/"+e.Consultation.ID, e.Consultation.UpdatedAt
	}
	page := strings.TrimRight(baseURL, "/") + path
	v := c.AddEvent(e.ID() + "@" + host(baseURL))
	v.SetDtStampTime(changed.UTC())
	v.SetSequence(int(e.Sequence))
	if e.Kind == agenda.DutyDue {
		v.SetAllDayStartAt(e.At.UTC())
	} else {
		v.SetStartAt(e.At.UTC())
	}
	v.SetSummary(text.T("agenda.feed.summary."+e.Kind, "Title", line(e.Title())))
	v.SetDescription(page)
	v.SetURL(page)
	v.SetTimeTransparency(ics.TransparencyTransparent)
	v.SetStatus(status(e))
}

func status(e *agenda.Entry) ics.ObjectStatus {
	if e.Consultation == nil {
		return ics.ObjectStatusConfirmed
	}
	switch e.Consultation.State {
	case consultation.Withdrawn:
		return ics.ObjectStatusCancelled
	case consultation.Draft, consultation.InClearance:
		return ics.ObjectStatusTentative
	}
	return ics.ObjectStatusConfirmed
}

func host(baseURL string) string {
	u, err := url.Parse(baseURL)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// line is s without breaks or other control characters, which a value can't
// hold (section 3.1).
func line(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}
