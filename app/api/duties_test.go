package api_test

import (
	"net/http"
	"testing"

	"jahorina/app/apptest/testbed"
)

// A program keeps the calendar as a person does.
func TestDuties(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		w := newWorld(t, b)
		w.signIn(b.Official, b.Reviewer)
		official, reviewer := w.as(b.Official), w.as(b.Reviewer)
		at := "/duties/" + testbed.State
		reviewer.post(at+"/instruments", m{"instrument": "CWC (1993)", "in_force_on": "2026-02-01", "source": "Gazette"}).refused(http.StatusForbidden, "forbidden")
		official.post(at+"/instruments", m{"instrument": "CWC (1993)", "in_force_on": "1.2.2026", "source": "Gazette"}).refused(http.StatusUnprocessableEntity, "invalid", "in_force_on")
		bond := official.post(at+"/instruments", m{"instrument": "CWC (1993)", "in_force_on": "2026-02-01", "source": "Gazette"}).want(http.StatusOK)
		if bond.value["version"] != 1.0 {
			t.Errorf("%s", bond.body)
		}
		official.post(at+"/instruments", m{"instrument": "CWC (1993)", "in_force_on": "2026-02-02", "source": "Gazette", "version": 7}).refused(http.StatusPreconditionFailed, "stale")
		due := func(code string) m {
			t.Helper()
			for _, d := range objects(t, reviewer.get(at).want(http.StatusOK).value["dues"]) {
				if d["code"] == code {
					return d
				}
			}
			t.Fatalf("no %s", code)
			return nil
		}
		if d := due("CWC-WEAPONS"); d["due_on"] != "2026-03-03" || d["return"] != nil || d["nil_allowed"] != true || d["period"] != "once" {
			t.Errorf("%v", d)
		}
		if d := due("2663-REVIEW"); d["due_on"] != "2027-11-30" {
			t.Errorf("%v", d)
		}
		official.post(at+"/returns", m{"code": "CWC-WEAPONS", "period": "twice", "done_on": "2026-03-01", "reference": "r"}).refused(http.StatusNotFound, "not_found")
		sent := official.post(at+"/returns", m{"code": "CWC-WEAPONS", "period": "once", "done_on": "2026-03-01", "reference": "r", "nil_return": true}).want(http.StatusCreated)
		official.post(at+"/returns", m{"code": "CWC-WEAPONS", "period": "once", "done_on": "2026-03-01", "reference": "r"}).refused(http.StatusConflict, "duty_done")
		if d := due("CWC-WEAPONS"); d["return"].(m)["nil_return"] != true {
			t.Errorf("%v", d)
		}
		official.post(at+"/withdrawals", m{"return": sent.str("id"), "reason": "wrong"}).want(http.StatusOK)
		if d := due("CWC-WEAPONS"); d["return"] != nil {
			t.Errorf("%v", d)
		}
		event := official.post(at+"/events", m{"code": "CWC-CLARIFY", "on_day": "2026-03-01", "note": "A request"}).want(http.StatusCreated)
		if d := due("CWC-CLARIFY"); d["event"] != "A request" || d["period"] != event.str("id") {
			t.Errorf("%v", d)
		}
		official.post(at+"/removals", m{"event": event.str("id")}).want(http.StatusOK)
		found := false
		for _, e := range objects(t, official.get("/calendar").want(http.StatusOK).value["items"]) {
			found = found || e["kind"] == "duty_due" && e["state"] == testbed.State
		}
		if !found {
			t.Error("nothing of it is in the calendar")
		}
		for _, i := range objects(t, official.get("/home").want(http.StatusOK).value["waits"]) {
			if i["kind"] == "duties_soon" && i["state"] == testbed.State {
				return
			}
		}
		t.Error("home does not tell of it")
	})
}

// R2.1 by programs: a practice is marked, copied, changed and put in force.
func TestR2_1PracticesByPrograms(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		w := newWorld(t, b)
		w.signIn(b.Official, b.Reviewer)
		official, reviewer := w.as(b.Official), w.as(b.Reviewer)
		in := m{"instrument": "CWC (1993)", "features": "Nil returns"}
		reviewer.post("/duties/"+testbed.State+"/practices", in).refused(http.StatusForbidden, "forbidden")
		p := official.post("/duties/"+testbed.State+"/practices", in).want(http.StatusCreated)
		if items := objects(t, reviewer.get("/practices").want(http.StatusOK).value["items"]); len(items) != 1 || items[0]["features"] != "Nil returns" {
			t.Errorf("%v", items)
		}
		o := official.post("/practices/"+p.str("id")+"/copies", m{"state": testbed.State, "theme": "biological", "title": "Biosecurity act"}).want(http.StatusCreated)
		at := "/own-calendars/" + o.str("id")
		if reviewer.get(at).want(http.StatusOK).str("status") != "draft" {
			t.Error("a copy is no draft")
		}
		official.post(at+"/transitions", m{"action": "put_in_force", "version": 7}).refused(http.StatusPreconditionFailed, "stale")
		if official.post(at+"/transitions", m{"action": "put_in_force", "version": 1}).want(http.StatusOK).str("status") != "in_force" {
			t.Error("it is not in force")
		}
		official.post("/practices/"+p.str("id")+"/withdrawal", m{}).want(http.StatusOK)
	})
}
