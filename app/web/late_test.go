package web

import (
	"testing"

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
	late.get(r.answer("")).says(200, "The deadline has passed", "was closed on "+when, "There is no answer of yours", "Write to the ministry of").lacks("+0000", "a reply to the mail")
	visitor.get(r.path("/ask")).says(409, "The deadline has passed", "write to the ministry")
}
