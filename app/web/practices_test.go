package web

import (
	"net/url"
	"strings"
	"testing"

	"jahorina/app/apptest"
)

func TestPracticePagesFitTheirViews(t *testing.T) {
	fit(t, map[string]any{
		"official/practices": page[practicesView]{}, "official/practice": page[practiceView]{}, "official/practice_mark": page[markView]{}, "official/own_calendar": page[ownCalendarView]{},
	})
}

// R2.1 on pages: an official marks a calendar as a practice to copy, copies it to
// another theme, changes the draft, and puts it in force.
func TestR2_1APracticeIsCopiedOnPages(t *testing.T) {
	s := newSite(t)
	amina, reviewer := s.as(s.bed.Official), s.as(s.bed.Reviewer)
	form := "/duties/BA/practice?name=CWC+%281993%29"
	amina.get("/practices").says(200, "There are none yet")
	reviewer.get(form).says(403)
	amina.get("/duties/BA/practice?name=Nothing").says(404)
	amina.get(cwcForm).says(200, "Mark as a practice to copy").get(form).post(form, url.Values{"features": {" "}}).says(422)
	amina.get(form).post(form, url.Values{"features": {"Nil returns are sent"}}).says(200, "Nil returns are sent", "Initial declaration on chemical weapons")
	at := "/practices/" + amina.find(`action="/practices/([^/"]+)/copies"`)
	reviewer.get("/practices").says(200, at).get(at).says(200, "Nil returns are sent").lacks("Make the draft")
	amina.post(at+"/copies", url.Values{"state": {"BA"}, "theme": {"biological"}, "title": {""}}).says(422)
	amina.get(at).post(at+"/copies", url.Values{"state": {"BA"}, "theme": {"biological"}, "title": {"Biosecurity act"}}).
		says(200, "This is a draft", "BA:BIOLOGICAL-CWC-WEAPONS", "Once. Days after entry into force: 30")
	own := "/own-calendars/" + amina.find(`action="/own-calendars/([^/"]+)/transitions"`)
	reviewer.get(own).says(200).lacks("Put it in force")
	amina.get("/duties/BA").says(200, own, "Biosecurity act")
	table := "code,obligation,instrument,article,due,rule,nil,checked,source\nSTOCKS,,Biosecurity act,,List of stocks,RULE,yes,from general knowledge,Own idea\n"
	amina.get(own).post(own, url.Values{"version": {"1"}, "table": {strings.Replace(table, "RULE", "some day", 1)}}).says(422, "There is no such rule: some day", "List of stocks")
	amina.get(own).post(own, url.Values{"version": {"1"}, "table": {strings.Replace(table, "RULE", "each 15 April", 1)}}).says(200, "BA:STOCKS").lacks("BIOLOGICAL-CWC")
	amina.upload(own, url.Values{"version": {"2"}}, "file", "own.csv", []byte(strings.Replace(table, "RULE", "30 days after entry into force", 1))).says(200, "Days after entry into force: 30")
	amina.post(own+"/transitions", url.Values{"version": {"3"}, "act": {"put_in_force"}}).says(200, "In force: its duties stand", "Say since when")
	bond := "/duties/BA/instrument?name=Biosecurity+act"
	amina.get(bond).post(bond, url.Values{"in_force_on": {"2026-02-01"}, "source": {"Gazette"}, "seen": {"0"}}).says(200, "List of stocks", "3 March 2026")
	amina.get("/duties/BA/duty?code=BA%3ASTOCKS&period=once").says(200, "Due on 3 March 2026").lacks(`href="/obligations/"`)
	amina.get(own).post(own+"/transitions", url.Values{"version": {"4"}, "act": {"revise"}}).says(200, "This is a draft")
	amina.post(own+"/transitions", url.Values{"version": {"5"}, "act": {"drop"}}).says(200).lacks(own)
	amina.get(at).post(at+"/withdrawal", nil).says(200, "There are none yet")
}

// In a browser, with scripts and without, on a small screen too.
func TestPracticesInTheBrowser(t *testing.T) {
	s := newSite(t)
	amina, form := s.as(s.bed.Official), "/duties/BA/practice?name=CWC+%281993%29"
	amina.get(form).post(form, url.Values{"features": {"Nil returns are sent"}})
	at := "/practices/" + amina.find(`action="/practices/([^/"]+)/copies"`)
	for _, scripts := range []bool{true, false} {
		b := apptest.Browser(t)
		b.WithAxe()
		if !scripts {
			b.NoScripts()
			b.Size(320, 640)
		}
		look := func(path string) {
			t.Helper()
			if path != "" {
				b.Open(s.url + path)
			}
			if b.Overflows() {
				t.Errorf("%s is wider than the screen", path)
			}
			if scripts {
				for _, v := range b.Axe() {
					t.Errorf("%s: %s", path, v)
				}
			}
		}
		b.Open(s.url + "/sign-in/" + linkOf(s, s.bed.Official))
		b.Submit(`form[action^="/sign-in/"]`)
		for _, path := range []string{"/practices", form, at} {
			look(path)
		}
		b.Fill("#title", "Biosecurity act")
		b.Submit(`form[action$="/copies"]`)
		look("")
		if text := b.Text("main"); !strings.Contains(text, "This is a draft") {
			t.Errorf("no draft: %s", text)
		}
		look("/duties/BA")
	}
}
