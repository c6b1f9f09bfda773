package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"jahorina/app/apptest"
	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/agenda"
	"jahorina/workflows/consultation"
)

// Home, as an official and a contributor find it: what waits, what was asked,
// what comes.
func TestHomeInWords(t *testing.T) {
	s := newSite(t)
	firm := s.bed.Organisation("Firm", "industry")
	lejla := s.bed.Person("Lejla", "contributor", firm.ID)
	s.as(lejla).get("/home").says(200, "Nothing waits for you", "You have asked nothing of others", "Nothing opens or is due in the next 30 days")
	c := s.bed.At(consultation.Open, firm, s.bed.Organisation("University", "academia"))
	s.as(lejla).get("/home").says(200, "Read the draft and answer for your organisation", "By 16 March 2026, 10:00 UTC", "Deadline for answers", "/consultations/"+c.ID+"/answer")
	s.as(s.bed.Official).get("/home").says(200, "Nothing waits for you", "0 of 2 invited have answered or declined")
	p := s.bed.Provision(c.DraftID, "1.1")
	s.bed.Submit(lejla, c, testbed.Comment(p.ID, "One."), testbed.Comment(p.ID, "Two."))
	c = s.bed.Bring(c, consultation.Closed)
	s.as(lejla).get("/home").says(200, "Your answer is in; the ministry is to respond")
	s.bed.Clock.Set(c.ResponseDueAt.Add(time.Hour))
	s.as(s.bed.Official).get("/home").says(200, "Answer 2 comments", "Overdue", "/comments?state=open&amp;drafter=none")
}

// The calendar: a month as a table and as a list, other months, one consultation
// alone, and with nothing in it.
func TestCalendarOfAMonth(t *testing.T) {
	s := newSite(t)
	c := s.bed.At(consultation.Open)
	visitor := s.as(s.bed.Auditor).get("/calendar")
	visitor.says(200, "March 2026", "Deadline for answers", `aria-label="Months"`, "month=2026-04", "month=2026-02", "Today", `<caption`)
	visitor.get("/calendar?month=2026-03&view=list").says(200, "As a table", "16 March 2026, 10:00 UTC").lacks("app-calendar__week")
	visitor.get("/calendar?month=2026-03&consultation=nothing").says(200, "Nothing happens in this month").lacks("Deadline for answers")
	visitor.get("/calendar?month=2026-03&consultation="+c.ID).says(200, "Deadline for answers", "month=2026-04")
	visitor.get("/calendar?month=2026-02").says(200, "February 2026", "This month", "Nothing happens")
	for _, bad := range []string{"x", "2026-13", "1999-12", "2026-3-1"} {
		visitor.get("/calendar?month="+bad).says(http.StatusUnprocessableEntity, "There is no such month")
	}
}

// At phone width and without scripts one goes from home to what waits, and through
// the months.
func TestHomeAndCalendarInABrowser(t *testing.T) {
	s := newSite(t)
	firm := s.bed.Organisation("Firm", "industry")
	lejla := s.bed.Person("Lejla", "contributor", firm.ID)
	s.bed.At(consultation.Open, firm)
	b := apptest.Browser(t)
	b.NoScripts()
	b.Size(320, 640)
	b.Open(s.url + "/sign-in/" + linkOf(s, lejla))
	b.Submit(`form[action^="/sign-in/"]`)
	b.Open(s.url + "/home")
	b.Click(`a[href="/calendar"]`)
	if text := b.Text("main"); !strings.Contains(text, "Deadline for answers") || !strings.Contains(text, "16 March 2026") {
		t.Errorf("the calendar on a telephone: %s", text)
	}
	b.Click(`a[rel="next"]`)
	if text := b.Text("main"); !strings.Contains(text, "April 2026") {
		t.Errorf("the next month: %s", text)
	}
	b.Open(s.url + "/home")
	b.Click(`#waits + ol a`)
	if text := b.Text("main"); !strings.Contains(text, "Firm") {
		t.Errorf("where one answers: %s", text)
	}
}

// A person subscribes, replaces the address and ends it; an invited organisation has
// an address in its mail; a public consultation has its dates for everybody.
func TestCalendarFeeds(t *testing.T) {
	s := newSite(t)
	firm := s.bed.Organisation("Firm", "industry")
	in := s.bed.New(s.bed.Draft(testbed.Text).ID)
	in.Kind, in.Title = "targeted", "Kept among few"
	targeted := s.bed.Bring(s.bed.Consultation(in, firm), consultation.Open)
	public := s.bed.At(consultation.Open)
	address := `value="[^"]*(/calendar/[^"]+\.ics)"`
	lejla, visitor := s.as(s.bed.Person("Lejla", "contributor", firm.ID)), s.as(workflows.Actor{})
	visitor.get("/calendar").says(200, "Sign in to have your own dates").lacks("Kept among few")
	first := lejla.get("/calendar").says(200, "Make an address").post("/calendar/address", nil).says(200, "Your calendar has a new address").find(address)
	visitor.get(first).says(200, "BEGIN:VCALENDAR", "Deadline for answers: Kept among few", "DTSTART:20260316T100000Z", "STATUS:CONFIRMED", "\r\n").lacks("What it is about")
	second := lejla.post("/calendar/address", nil).says(200).find(address)
	wrong := visitor.get(first).says(404).text()
	visitor.get(second).says(200, "Kept among few")
	for _, path := range []string{"/calendar/nothing.ics", "/calendar/" + targeted.ID + ".ics", second[:len(second)-4]} {
		if got := visitor.get(path).says(404).text(); got != wrong {
			t.Errorf("%s: %s", path, got)
		}
	}
	lejla.get("/calendar").post("/calendar/address/removal", nil).says(200, "opens nothing any more", "Make an address")
	visitor.get(second).says(404)

	visitor.get("/consultations/"+public.ID+"/calendar.ics").says(200, "Deadline for answers: Consultation").lacks("Kept among few")
	visitor.get("/consultations/" + targeted.ID + "/calendar.ics").says(404)
	var i consultation.Invitation
	if err := s.bed.Read(s.bed.Official).One(&i, "consultation_id = ?", targeted.ID); err != nil {
		t.Fatal(err)
	}
	secret := "/calendar/" + agenda.InvitationCalendar(s.bed.Engine.Signer(), i.ID) + ".ics"
	visitor.get(secret).says(200, "Kept among few").lacks("SUMMARY:Deadline for answers: Consultation")
	s.bed.Bring(targeted, consultation.Withdrawn)
	visitor.get(secret).says(200, "STATUS:CANCELLED").lacks("STATUS:CONFIRMED")
}

// Mass mail tells how far it has come, without scripts too.
func TestMailProgress(t *testing.T) {
	s := newSite(t)
	c := s.bed.At(consultation.Open, s.bed.Organisation("Firm", "industry"))
	at := "/consultations/" + c.ID + "/mail"
	official := s.as(s.bed.Official)
	official.get(at).says(200, "No mail yet").lacks("data-follow")
	for i, state := range []string{workflows.MessageSent, workflows.MessageSent, workflows.MessageQueued, workflows.MessageFailed} {
		id := workflows.NewID()
		s.bed.Do(workflows.Operator(), func(tx *workflows.Tx) error {
			return tx.Insert(&workflows.Message{
				ID: id, Key: fmt.Sprint(i), ConsultationID: c.ID, Template: "invitation", Args: map[string]string{},
				Recipient: "a@b.example", Language: "en", State: state, CreatedAt: tx.Now,
			})
		})
	}
	official.get(at).says(200, "Invitation", "2 of 4 mails are sent", "1 waits to be sent", "1 could not be delivered", `data-follow="`+at+`"`, "Look again", `value="3"`)
	official.get("/home").says(200, "1 mail is still to be sent", at)
	s.as(workflows.Actor{}).get(at).says(404)
}

// With scripts the page follows by itself, to the end.
func TestMailIsFollowedInABrowser(t *testing.T) {
	s := newSite(t)
	c := s.bed.At(consultation.Open, s.bed.Organisation("Firm", "industry"))
	s.bed.Do(workflows.Operator(), func(tx *workflows.Tx) error {
		return tx.Insert(&workflows.Message{
			ID: workflows.NewID(), Key: "k", ConsultationID: c.ID, Template: "invitation", Args: map[string]string{},
			Recipient: "a@b.example", Language: "en", State: workflows.MessageQueued, CreatedAt: tx.Now,
		})
	})
	b := apptest.Browser(t)
	b.Open(s.url + "/sign-in/" + linkOf(s, s.bed.Official))
	b.Submit(`form[action^="/sign-in/"]`)
	b.Open(s.url + "/consultations/" + c.ID + "/mail")
	b.Wait(`#mail-progress[data-follow]`)
	s.bed.Do(workflows.Operator(), func(tx *workflows.Tx) error {
		return tx.DB().Model(&workflows.Message{}).Where("consultation_id = ?", c.ID).Update("state", workflows.MessageSent).Error
	})
	b.Wait(`#mail-progress:not([data-follow])`)
	if text := b.Text("main"); !strings.Contains(text, "1 of 1 mail is sent") || !strings.Contains(text, "All of it is done") {
		t.Errorf("at the end: %s", text)
	}
}
