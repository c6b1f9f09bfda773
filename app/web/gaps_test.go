package web

import (
	"net/url"
	"strings"
	"testing"

	"jahorina/app/apptest"
	"jahorina/workflows"
	"jahorina/workflows/stakeholder"
)

func TestGapPagesFitTheirViews(t *testing.T) {
	fit(t, map[string]any{"official/gaps": page[gapsView]{}, "official/gap": page[gapView]{}, "official/gap_new": page[newGapView]{}})
}

// stateBeside makes a second state with an official.
func stateBeside(s *site) workflows.Actor {
	var out workflows.Actor
	s.bed.Do(workflows.Operator(), func(tx *workflows.Tx) error {
		if _, err := stakeholder.CreateState(tx, "HR", "Neighbourland", "en"); err != nil {
			return err
		}
		p, err := stakeholder.CreatePerson(tx, stakeholder.NewPerson{Email: "niko@n.example", Name: "Niko", State: "HR", Role: "official"})
		if err != nil {
			return err
		}
		out, err = stakeholder.ActorOf(tx, p.ID)
		return err
	})
	return out
}

// R4.2 on pages: from a gap on the list to its end, which both sides confirm.
func TestR4_2RegionalGapsOnPages(t *testing.T) {
	s := newSite(t)
	other := stateBeside(s)
	amina, niko := s.as(s.bed.Official), s.as(other)
	s.as(workflows.Actor{}).get("/gaps").says(404)
	amina.get("/home").says(200, `href="/gaps"`).get("/gaps").says(200, "There is no such gap").get("/gaps/new?obligation=CWC-VI2").says(200, `value="CWC-VI2"`, "Neighbourland")
	form := url.Values{"title": {"Hours of detention differ"}, "obligation": {"cwc-vi2"}, "state": {"BA"}, "states": {"BA"}, "position-BA": {"72 h"}, "position-HR": {"48 h"}}
	amina.post("/gaps/new", form).says(422, "at least one other", "72 h", "48 h", "Hours of detention differ")
	form["states"] = []string{"BA", "HR"}
	amina.post("/gaps/new", form).says(200, "Hours of detention differ", "72 h", "48 h", "For the side of Testland").lacks("For the side of Neighbourland")
	at := amina.find(`action="(/gaps/[^"]+)/side"`)
	version := func(v *reader) string { v.get(at); return v.find(`name="version" value="([^"]+)"`) }
	move := func(v *reader, state, action string, more url.Values) *reader {
		f := url.Values{"state": {state}, "action": {action}, "version": {version(v)}}
		for k, values := range more {
			f[k] = values
		}
		return v.post(at+"/transitions", f)
	}
	niko.get("/home").says(200, "Name an owner for your side").get(at).says(200, "For the side of Neighbourland").lacks("For the side of Testland")
	move(amina, "BA", "agree_step", url.Values{"step": {"Experts meet in spring"}}).says(422, "Experts meet in spring", `value="72 h"`)
	move(amina, "BA", "agree_step", url.Values{"step": {"Experts meet in spring"}, "step_on": {"2026-06-01"}}).says(200, "1 June 2026", "Next step agreed")
	move(amina, "BA", "propose_closing", nil).says(409, "Name an owner there first")
	for v, a := range map[*reader]workflows.Actor{amina: s.bed.Official, niko: other} {
		state := map[bool]string{true: "BA", false: "HR"}[v == amina]
		v.post(at+"/side", url.Values{"state": {state}, "version": {version(v)}, "position": {"60 h"}, "owner": {a.PersonID()}}).says(200, "60 h", `value="`+a.PersonID()+`" selected`)
	}
	move(niko, "BA", "agree_step", url.Values{"step": {"x"}, "step_on": {"2026-06-01"}}).says(403)
	move(amina, "BA", "propose_closing", nil).says(200, "Waiting for confirmation by:", "Neighbourland")
	niko.get("/home").says(200, "Confirm that a gap between states is closed")
	move(niko, "HR", "object", nil).says(422)
	move(niko, "HR", "confirm", nil).says(200, "Closed").lacks("Waiting for confirmation")
	amina.get("/gaps?status=closed").says(200, "Hours of detention differ").get("/gaps?status=open").says(200).lacks("Hours of detention differ")
	amina.get("/gaps?status=nearly").says(422)
}

func TestGapsInTheBrowser(t *testing.T) {
	s := newSite(t)
	stateBeside(s)
	for _, scripts := range []bool{true, false} {
		b := apptest.Browser(t)
		b.WithAxe()
		if !scripts {
			b.NoScripts()
			b.Size(320, 640)
		}
		b.Open(s.url + "/sign-in/" + linkOf(s, s.bed.Official))
		b.Submit(`form[action^="/sign-in/"]`)
		b.Open(s.url + "/gaps/new?obligation=CWC-VI2")
		look := func() {
			t.Helper()
			if b.Overflows() {
				t.Errorf("%s is wider than the screen", b.URL())
			}
			if scripts {
				for _, fault := range b.Axe() {
					t.Errorf("%s: %s", b.URL(), fault)
				}
			}
		}
		look()
		title := map[bool]string{true: "With scripts", false: "Without"}[scripts]
		b.Fill("#title", title)
		for _, box := range []string{"#states", "#states-1"} {
			b.Click(box)
		}
		b.Submit(`form[action="/gaps/new"]`)
		look()
		b.Fill("#step-BA", "Experts meet")
		b.Fill("#step_on-BA", "2026-06-01")
		b.Submit(`form[action$="/transitions"]`)
		if text := b.Text("main"); !strings.Contains(text, title) || !strings.Contains(text, "Next step agreed") {
			t.Errorf("%s", text)
		}
		b.Open(s.url + "/gaps")
		look()
	}
}
