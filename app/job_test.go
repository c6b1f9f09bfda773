package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"jahorina/app/apptest"
	"jahorina/app/documents/samples"
	"jahorina/workflows"
	"jahorina/workflows/stakeholder"
)

type participant struct{ name, sector, email, paragraph, text, proposed string }

// participants are eight organisations of four sectors, each with what they
// say on which paragraph.
var participants = []participant{
	{"National Chemical Industry Federation", "industry", "office@chemfed.example", "4.4", "Seven years of records is longer than our members keep.", "Replace seven years by five years."},
	{"Freight Forwarders Association", "industry", "office@freight.example", "5.2", "Twenty-four hours cannot be met on the road.", "Four hours by road."},
	{"Rectors' Conference", "academia", "office@rectors.example", "6.2", "Basic research needs an exemption.", ""},
	{"Institute of Virology", "academia", "office@virology.example", "4.5", "Short stays need a sponsor rule.", ""},
	{"Centre for Security Research", "civil_society", "office@csr.example", "7.3", "Please add a date.", "within 30 days"},
	{"Clean Rivers Network", "civil_society", "office@rivers.example", "2.3", "Residents need information.", ""},
	{"Ministry of Finance", "government", "office@finance.example", "10.1", "No commitment for year three.", ""},
	{"Customs administration", "government", "office@customs.example", "5.1", "Month 14 is realistic.", ""},
}

// The whole job, as its people do it: in the browser, by mail, with the clock
// opening and closing the consultation.
func TestWholeJobInTheBrowser(t *testing.T) {
	apptest.Browser(t) // skip before anything is set up
	o := openOffice(t)
	o.people = participants
	o.setUp()
	official := o.signIn("amina@ministry.example")
	id := o.launch(official)
	reviewer := o.signIn("marija@review.example")
	o.clear(reviewer, id)
	receipts := o.answerAll(id)
	o.extend(official, id)
	o.clock.skip(40 * 24 * time.Hour)
	o.mail("amina@ministry.example", "Closed: ")
	o.dispose(official, reviewer, id)
	o.review(official, reviewer, id)
	o.checkPublished(id, receipts)
}

// The same job, smaller, by people who use the keyboard alone, and by people whose browsers run no scripts.
func TestJobInOtherWays(t *testing.T) {
	for name, way := range map[string]func(*apptest.Tab){"keyboard": (*apptest.Tab).Keyboard, "no scripts": (*apptest.Tab).NoScripts} {
		t.Run(name, func(t *testing.T) {
			apptest.Browser(t)
			o := openOffice(t)
			o.people, o.way = participants[:2], way
			o.setUp()
			official := o.signIn("amina@ministry.example")
			id := o.launch(official)
			reviewer := o.signIn("marija@review.example")
			o.clear(reviewer, id)
			receipts := o.answerAll(id)
			o.clock.skip(40 * 24 * time.Hour)
			o.mail("amina@ministry.example", "Closed: ")
			o.dispose(official, reviewer, id)
			o.review(official, reviewer, id)
			o.checkPublished(id, receipts)
		})
	}
}

// setUp: an administrator, made by the operator, adds organisations and people.
func (o *office) setUp() {
	t := o.t
	t.Helper()
	err := o.in.engine.Write(t.Context(), workflows.Operator(), func(tx *workflows.Tx) error {
		if _, err := stakeholder.CreateState(tx, "XJ", "Republic of Jahorina", "en"); err != nil {
			return err
		}
		_, err := stakeholder.CreatePerson(tx, stakeholder.NewPerson{Email: "damir@ministry.example", Name: "Damir Lukić", State: "XJ", Role: "administrator"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	b := o.browser()
	b.Open(o.url + "/signin")
	b.Fill("#email", "damir@ministry.example")
	b.Submit(`form[action^="/signin"]`)
	b = o.signIn("damir@ministry.example")
	for _, p := range o.people {
		b.Open(o.url + "/organisations/new")
		b.Fill("#name", p.name)
		b.Click(`input[name=sector][value=` + p.sector + `]`)
		b.Fill("#email", p.email)
		b.Submit(`form[action="/organisations/new"]`)
	}
	b.Open(o.url + "/organisations")
	for _, p := range o.people {
		if !strings.Contains(b.Text("main"), p.name) {
			t.Errorf("%s is not in the registry's list", p.name)
		}
	}
	for _, p := range []struct{ name, email, role string }{
		{"Amina Hodžić", "amina@ministry.example", "official"}, {"Goran Petrović", "goran@ministry.example", "official"}, {"Marija Kovač", "marija@review.example", "reviewer"},
	} {
		b.Open(o.url + "/people/new")
		b.Fill("#name", p.name)
		b.Fill("#email", p.email)
		b.Click(`input[name=role][value=` + p.role + `]`)
		b.Submit(`form[action="/people/new"]`)
	}
}

// launch: the official uploads the strategy, makes the consultation, invites
// and submits it for clearance. Returns the consultation's id.
func (o *office) launch(b *apptest.Tab) string {
	t := o.t
	t.Helper()
	b.Open(o.url + "/strategies/new")
	b.Fill("#title", "National strategy")
	b.Submit(`form[action="/strategies"]`)
	o.upload(b, samples.StrategyEN)
	if text := b.Text("main"); !strings.Contains(text, "4.4") {
		t.Fatalf("the draft is not shown after the upload:\n%s", text)
	}
	b.Open(o.url + "/consultations/new")
	b.Fill("#title", "Public consultation on the draft strategy")
	b.Fill("#summary", "Is the text clear, fair and feasible?")
	b.Click(`input[name=kind][value=public]`)
	now := o.clock.Now().UTC()
	b.Fill(`[name=opens_at]`, now.Add(-time.Minute).Format("2006-01-02T15:04"))
	b.Fill(`[name=closes_at]`, now.Add(20*24*time.Hour).Format("2006-01-02T15:04"))
	b.Fill("#quorum", "1")
	b.Fill(`[name="questions[0].text"]`, "Do you keep such records?")
	b.Fill(`[name="questions[0].kind"]`, "single")
	b.Fill(`[name="questions[0].options"]`, "Yes\nNo")
	b.Click(`form[action="/consultations/new"] .govuk-button:not([name])`) // the other one adds a question
	id := regexp.MustCompile(`/consultations/([^/]+)/invitations`).FindStringSubmatch(b.URL())
	if id == nil {
		t.Fatalf("at %s after making the consultation:\n%s", b.URL(), b.Text("main"))
	}
	at := o.url + "/consultations/" + id[1]
	b.Open(at + "/invitations")
	for _, s := range []string{"industry", "academia", "civil_society", "government"} {
		b.Click(`form[method=post] input[name=sectors][value=` + s + `]`)
	}
	b.Submit(`form[method=post][action*="/invitations"]`)
	o.transition(b, id[1], "submit_for_clearance", "")
	return id[1]
}

func (o *office) upload(b *apptest.Tab, source []byte) {
	o.t.Helper()
	file := filepath.Join(o.t.TempDir(), "draft.md")
	if err := os.WriteFile(file, source, 0o600); err != nil {
		o.t.Fatal(err)
	}
	if !strings.HasSuffix(b.URL(), "/drafts/new") {
		b.Click(`a[href$="/drafts/new"]`)
	}
	b.Upload("#file", file)
	b.Submit(`form[enctype="multipart/form-data"]`)
	b.Click(`button[value="accept"]`)
}

// transition takes an action from the management page.
func (o *office) transition(b *apptest.Tab, id, action, reason string, more ...func()) {
	o.t.Helper()
	b.Open(fmt.Sprintf("%s/consultations/%s/transitions?action=%s", o.url, id, action))
	if reason != "" {
		b.Fill("#reason", reason)
	}
	for _, m := range more {
		m()
	}
	b.Submit(`form[action$="/transitions"]`)
}

func (o *office) clear(b *apptest.Tab, id string) {
	o.t.Helper()
	b.Open(o.url + "/home")
	if !strings.Contains(b.Text("main"), "Clear the consultation") {
		o.t.Errorf("the reviewer's home does not say what waits:\n%s", b.Text("main"))
	}
	o.transition(b, id, "clear", "")
}

// answerAll: each organisation comes by the link in its mail, comments, answers
// the question, submits and gets its receipt, by page and mail. The first amends.
func (o *office) answerAll(id string) map[string]string {
	t := o.t
	t.Helper()
	receipts := map[string]string{}
	for i, p := range o.people {
		b := o.browser()
		b.Open(o.link(o.mail(p.email, "/invitations/"), "/invitations/"))
		o.comment(b, id, p.paragraph, p.text, p.proposed)
		b.Open(o.url + "/consultations/" + id + "/answer/questions")
		b.Click(`input[type=radio][value="No"]`)
		b.Submit(`form[action$="/questions"]`)
		b.Open(o.url + "/consultations/" + id + "/answer/submit")
		b.Click(`input[name=confirm]`)
		b.Submit(`form[action$="/answer/submit"]`)
		_, number, ok := strings.Cut(b.URL(), "/receipts/")
		if !ok {
			t.Fatalf("%s is at %s after submitting:\n%s", p.name, b.URL(), b.Text("main"))
		}
		receipts[p.name], _, _ = strings.Cut(number, "?")
		receipt := o.mail(p.email, receipts[p.name])
		if len(receipt.Attachments) != 1 {
			t.Errorf("the receipt to %s has %d attachments", p.name, len(receipt.Attachments))
		}
		if i == 0 {
			o.comment(b, id, "4.3", "A catch-all clause needs guidance with examples.", "")
			o.mail(p.email, "Version: 2")
		}
	}
	return receipts
}

func (o *office) comment(b *apptest.Tab, id, paragraph, text, proposed string) {
	o.t.Helper()
	b.Open(o.url + "/consultations/" + id + "/answer")
	// On a page of its own: with scripts the link would open the form in its place.
	b.Open(o.url + b.Attribute(fmt.Sprintf(`[id="p-%s"] a[href*="/answer/comment"]`, paragraph), "href"))
	b.Fill("#text", text)
	if proposed != "" {
		b.Fill("#proposed_change", proposed)
	}
	b.Click(`input[name=type][value=technical]`)
	b.Submit(`form[action*="/answer/comment"]`)
}

// extend: a later deadline, with a reason, of which all are told.
func (o *office) extend(b *apptest.Tab, id string) {
	o.t.Helper()
	later := o.clock.Now().UTC().Add(30 * 24 * time.Hour).Format("2006-01-02T15:04")
	o.transition(b, id, "extend", "Associations asked for more time.", func() { b.Fill(`[name=closes_at]`, later) })
	for _, p := range o.people {
		o.mail(p.email, "Associations asked for more time.")
	}
}

// dispose: the official answers every comment, the reviewer agrees to each.
func (o *office) dispose(official, reviewer *apptest.Tab, id string) {
	t := o.t
	t.Helper()
	list := o.url + "/consultations/" + id + "/comments"
	for n := 0; ; n++ {
		official.Open(list + "?state=open")
		if !official.Has(`td a[href^="/comments/"]`) {
			if n != len(o.people)+1 {
				t.Fatalf("%d comments were open, want %d", n, len(o.people)+1)
			}
			break
		}
		official.Click(`td a[href^="/comments/"]`)
		official.Click(`input[name=outcome][value=` + []string{"accepted", "accepted_modified", "rejected"}[n%3] + `]`)
		official.Fill("#rationale", fmt.Sprintf("Reason %d.", n))
		official.Submit(`form[action$="/disposition"]`)
	}
	for {
		reviewer.Open(list + "?state=proposed")
		if !reviewer.Has(`td a[href^="/comments/"]`) {
			return
		}
		reviewer.Click(`td a[href^="/comments/"]`)
		reviewer.Submit(`form[action$="/agreement"]`)
	}
}

// review: the revised draft, the decision on exactly that, the publication.
func (o *office) review(official, reviewer *apptest.Tab, id string) {
	t := o.t
	t.Helper()
	official.Open(o.url + "/strategies")
	official.Click(`main a[href^="/strategies/"]:not([href="/strategies/new"])`)
	o.upload(official, []byte(strings.ReplaceAll(string(samples.StrategyEN), "keep records for seven years", "keep records for five years")))
	o.transition(official, id, "submit_for_review", "")
	reviewer.Open(o.url + "/consultations/" + id + "/review")
	reviewer.Click(`input[name=decision][value=approve]`)
	reviewer.Submit(`form[action$="/decisions"]`)
	if !strings.Contains(reviewer.Text("main"), "Approved") {
		t.Errorf("the review page does not say that it is approved:\n%s", reviewer.Text("main"))
	}
	o.transition(official, id, "publish", "")
}

// checkPublished: every contributor is told of each comment, and the public
// sees response and redline without an account.
func (o *office) checkPublished(id string, receipts map[string]string) {
	t := o.t
	t.Helper()
	for _, p := range o.people {
		m := o.mail(p.email, "/consultations/"+id+"/response")
		if !strings.Contains(m.Text, p.paragraph) || !strings.Contains(m.Text, "Reason ") {
			t.Errorf("the mail to %s does not say what became of the comment on %s:\n%s", p.name, p.paragraph, m.Text)
		}
	}
	public := apptest.Browser(t)
	public.NoScripts()
	public.Open(o.url + "/consultations/" + id + "/response")
	page := public.Text("main")
	for _, p := range o.people {
		if !strings.Contains(page, p.text) || !strings.Contains(page, p.name) {
			t.Errorf("the response lacks the comment of %s", p.name)
		}
	}
	public.Click(`main a[href*="/redline"]`)
	if ins, del := public.Text("ins"), public.Text("del"); !strings.Contains(ins, "five") || !strings.Contains(del, "seven") {
		t.Errorf("the redline shows +%q -%q", ins, del)
	}
	public.Open(o.url + "/receipts/" + receipts[o.people[0].name])
	if !strings.Contains(public.Text("main"), "Reason ") {
		t.Errorf("the receipt's page does not show what became of the comments:\n%s", public.Text("main"))
	}
	if failed := o.count("messages", "state = 'failed'"); failed != 0 {
		t.Errorf("%d mails failed", failed)
	}
}
