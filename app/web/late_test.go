package web

import (
	"errors"
	"testing"

	"jahorina/app/apptest/testbed"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
)

// Who comes too late is told when it closed, in words, what of theirs is in the
// record and what they can do.
func TestTooLateSaysWhenAndWhatNext(t *testing.T) {
	r := newSite(t).round("public")
	late, visitor := r.as(workflows.Actor{}), r.as(workflows.Actor{})
	late.get(r.invitation(r.chem))
	visitor.get(r.answer("")).says(200, "We send you a link")
	r.c = r.bed.Bring(r.c, consultation.Closed)
	locales, err := templates.LoadLocales()
	if err != nil {
		t.Fatal(err)
	}
	when := locales.For("en").DateTime(*r.c.ClosedAt)
	promised := "promised for " + locales.For("en").DateTime(*r.c.ResponseDueAt)
	late.get(r.answer("")).says(200, "The deadline has passed", "was closed on "+when, "There is no answer of yours", "Write to the ministry of", promised).lacks("+0000", "a reply to the mail")
	for _, path := range []string{"/ask", "/answer", "/answer/comment"} {
		visitor.get(r.path(path)).says(409, "The deadline has passed", "was closed on "+when, "everybody can read it", promised, "Write to the ministry of").lacks("Sign in to go on", "answer of yours")
	}
	r.c = r.bed.Bring(r.c, consultation.Published)
	visitor.get(r.answer("")).says(409, "was closed on "+when, r.path("/response")).lacks("promised for", "Write to the ministry")
}

// Who comes too early, and may know of it, is told when it opens, on the page and when
// they ask all the same; nobody is told of a deadline that is still to come.
func TestTooEarlySaysWhenItOpens(t *testing.T) {
	s := newSite(t)
	in := s.bed.New(s.bed.Draft(testbed.Text).ID)
	c := s.bed.Bring(s.bed.Consultation(in), consultation.Scheduled)
	locales, err := templates.LoadLocales()
	if err != nil {
		t.Fatal(err)
	}
	opens := "opens at " + locales.For("en").DateTime(c.OpensAt)
	s.as(s.bed.Official).get("/consultations/"+c.ID+"/ask").says(409, opens).lacks("The deadline")
	err = s.bed.Write(s.bed.Official, func(tx *workflows.Tx) error {
		return consultation.AskToAnswer(tx, c.ID, consultation.NewRespondent{Email: "ana@x.example", Name: "Ana", Sector: "academia"})
	})
	if e := new(workflows.Error); !errors.As(err, &e) || e.Key != "not_open_yet" {
		t.Errorf("asking before it opens: %v", err)
	}
}

// What was withdrawn has neither a deadline nor a result.
func TestWithdrawnSaysSo(t *testing.T) {
	r := newSite(t).round("public")
	contributor, visitor := r.as(workflows.Actor{}), r.as(workflows.Actor{})
	contributor.get(r.invitation(r.chem))
	r.c = r.bed.Bring(r.c, consultation.Withdrawn)
	contributor.get(r.answer("")).says(200, "This consultation was withdrawn", "There is no answer of yours").lacks("took answers until", "The deadline")
	visitor.get(r.answer("")).says(409, "This consultation was withdrawn").lacks("The deadline", "The response says")
}
