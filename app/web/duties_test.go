package web

import (
	"net/url"
	"strings"
	"testing"

	"jahorina/app/apptest"
	"jahorina/workflows"
)

func TestDutyPagesFitTheirViews(t *testing.T) {
	fit(t, map[string]any{
		"official/duty_states": page[dutyStatesView]{}, "official/duties": page[dutiesView]{}, "official/duty": page[dutyView]{}, "official/duty_instrument": page[bondView]{},
	})
}

const cwcForm = "/duties/BA/instrument?name=CWC+%281993%29"

// R2.2 and R7.2 on pages: an official says since when the convention binds the
// state, finds what follows on its days, in the calendar and in the feed, and puts
// on the record what was sent.
func TestR2_2TreatyCalendarOnPages(t *testing.T) {
	s := newSite(t)
	amina, reviewer := s.as(s.bed.Official), s.as(s.bed.Reviewer)
	s.as(workflows.Actor{}).get("/duties/BA").says(404)
	amina.get("/home").says(200, `href="/duties"`).get("/duties").says(200, `href="/duties/BA"`)
	amina.get("/duties/BA").says(200, "Reporting duties of Testland", "Say since when", "National input to the comprehensive review", "30 November 2027")
	reviewer.get("/duties/BA").says(200).lacks("Say since when")
	amina.get("/calendar?month=2027-11").says(200, "National input to the comprehensive review", "/duties/BA/duty?code=2663-REVIEW")
	amina.get(cwcForm).says(200, "In force for the state since", "30 days after entry into force")
	form := url.Values{"in_force_on": {"2026-02-01"}, "source": {""}, "seen": {"0"}}
	amina.post(cwcForm, form).says(422, "2026-02-01")
	form.Set("source", "Official gazette 1/26")
	amina.post(cwcForm, form).says(200, "on the record", "3 March 2026", "Initial declaration on chemical weapons", "In force since 1 February 2026")
	amina.get(cwcForm).says(200, "Official gazette 1/26", `name="seen" value="1"`)
	amina.get("/home").says(200, "Reports to treaty bodies due in the next 30 days")
	amina.get("/calendar?month=2026-03").says(200, "Initial declaration on chemical weapons", "To be sent by the end of this day").get("/calendar?month=2026-03&view=list").says(200, "3 March 2026")

	one := "/duties/BA/duty?code=CWC-WEAPONS&period=once"
	amina.get(one).says(200, "Due on 3 March 2026", "Nothing to declare", "Verified", "CWC-III1A", "Once. Days after entry into force: 30")
	reviewer.get(one).says(200).lacks("Put it on the record as sent")
	returns := strings.Replace(one, "/duty?", "/returns?", 1)
	amina.post(returns, url.Values{"done_on": {"2026-03-02"}, "note": {"By courier"}}).says(422, "By courier", "2026-03-02")
	amina.get(one).post(returns, url.Values{"done_on": {"2026-03-02"}, "reference": {"Note 12/26"}, "nil_return": {"yes"}}).says(200, "Sent on 2 March 2026", "Note 12/26")
	amina.get("/calendar?month=2026-03").says(200).lacks("Initial declaration on chemical weapons")
	amina.get("/duties/BA/duties.csv").says(200, "Note 12/26", "2026-03-03", "30 days after entry into force")
	amina.get(one).says(200, "Was this recorded by mistake?")
	back := strings.Replace(one, "/duty?", "/withdrawals?", 1)
	id := amina.find(`name="return" value="([^"]+)"`)
	amina.post(back, url.Values{"return": {id}}).says(422, "Was this recorded by mistake?")
	amina.get(one).post(back, url.Values{"return": {id}, "withdraw_reason": {"Never left the house"}}).says(200, "Nothing is on the record as sent yet")

	clarify := "/duties/BA/duty?code=CWC-CLARIFY"
	amina.get(clarify).says(200, "Events that call for it").post("/duties/BA/events?code=CWC-CLARIFY", url.Values{"on_day": {"2026-03-01"}, "event": {"Note from the Secretariat"}}).says(200, "Note from the Secretariat", "11 March 2026")
	amina.post("/duties/BA/removals?code=CWC-CLARIFY", url.Values{"event_id": {amina.find(`name="event_id" value="([^"]+)"`)}}).says(200).lacks("Note from the Secretariat")
	amina.get("/duties/BA/duty?code=NONE").says(404).get("/duties/BA/duty?code=BWC-CBM&period=1999").says(404).get("/duties/BA/instrument?name=Nothing").says(404)
}

// In a browser, with scripts and without: from home to what is due, and done.
func TestDutiesInTheBrowser(t *testing.T) {
	s := newSite(t)
	s.as(s.bed.Official).get(cwcForm).post(cwcForm, url.Values{"in_force_on": {"2026-02-01"}, "source": {"Gazette"}, "seen": {"0"}})
	for _, scripts := range []bool{true, false} {
		b := apptest.Browser(t)
		b.WithAxe()
		if !scripts {
			b.NoScripts()
			b.Size(320, 640)
		}
		b.Open(s.url + "/sign-in/" + linkOf(s, s.bed.Official))
		b.Submit(`form[action^="/sign-in/"]`)
		code := map[bool]string{true: "CWC-OLD", false: "CWC-RIOT"}[scripts]
		for _, path := range []string{"/duties", "/duties/BA", cwcForm, "/duties/BA/duty?code=CWC-CLARIFY", "/duties/BA/duty?code=" + code + "&period=once"} {
			b.Open(s.url + path)
			if b.Overflows() {
				t.Errorf("%s is wider than the screen", path)
			}
			if scripts {
				for _, v := range b.Axe() {
					t.Errorf("%s: %s", path, v)
				}
			}
		}
		b.Fill("#done_on", "2026-03-02")
		b.Fill("#reference", "Note 7 "+code)
		b.Submit(`form[action*="/returns"]`)
		if text := b.Text("main"); !strings.Contains(text, "Note 7 "+code) {
			t.Errorf("what was sent is not shown: %s", text)
		}
	}
}
