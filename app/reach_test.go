package main

import (
	"strings"
	"testing"

	"jahorina/app/apptest"
)

// R3.16: somebody without an account, by keyboard alone and without scripts,
// answers from a telephone and gets a receipt; what comes on paper is entered by
// an official, and says on whose behalf to everyone who may read it.
func TestR3_16AnswersWithoutAccountAndOnPaper(t *testing.T) {
	apptest.Browser(t) // skip before anything is set up
	o := openOfficeWith(t, func(o *office) error { return o.in.seed(t.Context()) })
	var id string
	if err := o.in.store.DB.Table("consultations").Where("kind = 'public' AND state = 'open'").Order("id").Limit(1).Pluck("id", &id).Error; err != nil || id == "" {
		t.Fatalf("the demo has no open public consultation: %v", err)
	}
	at := o.url + "/consultations/" + id
	for name, way := range map[string]func(*apptest.Tab){"keyboard": (*apptest.Tab).Keyboard, "no-scripts": (*apptest.Tab).NoScripts} {
		t.Run(name, func(t *testing.T) {
			o.t, o.way = t, way
			email := name + "@example.org"
			b := o.browser()
			b.Size(320, 640)
			b.Open(at + "/ask")
			b.Fill("#name", "Nada Nadić")
			b.Fill("#email", email)
			b.Click(`input[name=sector][value=academia]`)
			b.Submit(`form[action$="/ask"]`)
			b.Open(o.link(o.mail(email, "/respond/"), "/respond/"))
			b.Submit(`form[action*="/respond/"]`)
			b.Open(at + "/answer/comment")
			b.Fill("#text", "The deadline is short for a laboratory.")
			b.Click(`input[name=type][value=general]`)
			b.Submit(`form[action*="/answer/comment"]`)
			b.Open(at + "/answer/questions")
			b.Click(`input[type=radio]`) // the one that must be answered
			b.Submit(`form[action$="/questions"]`)
			b.Open(at + "/answer/submit")
			b.Click(`input[name=confirm]`)
			b.Submit(`form[action$="/answer/submit"]`)
			if !strings.Contains(b.URL(), "/receipts/") {
				t.Fatalf("at %s after submitting:\n%s", b.URL(), b.Text("main"))
			}
			if b.Overflows() {
				t.Error("the receipt is wider than a telephone")
			}
			if got := o.mail(email, "Version: 1"); len(got.Attachments) != 1 {
				t.Errorf("%d files with the receipt, want 1", len(got.Attachments))
			}
		})
	}
	o.t, o.way = t, (*apptest.Tab).NoScripts
	people, err := o.in.signIns(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b := o.browser()
	b.Open(people[0].Link)
	b.Submit(`form[action^="/sign-in/"]`)
	b.Open(at + "/enter")
	b.Fill("#name", "Village council of Pale")
	b.Click(`input[name=sector][value=civil_society]`)
	b.Fill(`[name=received_at]`, o.clock.Now().UTC().Format("2006-01-02T15:04"))
	b.Fill(`[name="comments[0].text"]`, "We have no computer; please send forms.")
	b.Click(`form[action$="/enter"] .govuk-button:not([name])`) // the other one adds a comment
	if !strings.HasSuffix(b.URL(), "/manage") {
		t.Fatalf("at %s after entering a letter:\n%s", b.URL(), b.Text("main"))
	}
	b.Open(at + "/comments?q=no+computer")
	b.Click(`td a[href^="/comments/"]`)
	if words := b.Text("main"); !strings.Contains(words, "on behalf of Village council of Pale") {
		t.Errorf("the comment's page does not say on whose behalf it was entered:\n%s", words)
	}
	b.Open(at + "/response") // as it would be published now
	if words := b.Text("main"); !strings.Contains(words, "entered on behalf of its sender") {
		t.Errorf("the response does not say that a comment came on paper:\n%s", words)
	}
}
