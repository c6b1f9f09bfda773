package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/plan"
	"jahorina/workflows/stakeholder"
)

// A program reads how far a state is, says so, by one and by table, reads what it was
// and lays states side by side, each as far as the holder of its token may know.
func TestCoverage(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		w := newWorld(t, b)
		w.signIn(b.Official, b.Reviewer)
		visitor, official, reviewer := w.as(workflows.Actor{}), w.as(b.Official), w.as(b.Reviewer)
		d := b.Draft(testbed.Text)
		b.Do(b.Official, func(tx *workflows.Tx) error {
			p, err := plan.Create(tx, d.StrategyID, plan.Terms{Title: "Plan", StartsOn: tx.Now, EndsOn: tx.Now.AddDate(2, 0, 0)})
			if err == nil {
				_, err = plan.Add(tx, p.ID, plan.Content{Number: "A1", Title: "Freeze funds", Kind: "legislation", Obligations: []string{"1540-OP3D-FUN", "1373-OP1C"}}, tx.Now.Add(time.Hour))
			}
			return err
		})
		b.Do(workflows.Operator(), func(tx *workflows.Tx) error {
			_, err := stakeholder.CreateState(tx, "HR", "Elsewhere", "en")
			return err
		})
		all := official.get("/coverage/BA").want(http.StatusOK)
		if all.value["measures"] != 1.0 || all.value["measures_by_obligation"] != 2.0 || len(all.value["obligations"].([]any)) != 359 || !strings.Contains(string(all.body), "does not prove") {
			t.Errorf("%.600s", all.body)
		}
		if a := official.get("/coverage/BA?gaps=true&theme=chemical").want(http.StatusOK); len(a.value["obligations"].([]any)) != 84 {
			t.Errorf("%.300s", a.body)
		}
		if a := visitor.get("/coverage/BA?gaps=true").want(http.StatusOK); len(a.value["obligations"].([]any)) != 0 {
			t.Errorf("%.300s", a.body)
		}
		for path, field := range map[string]string{"/coverage/BA?status=half": "status", "/coverage/BA?at=soon": "at", "/coverage/BA?theme=magic": "theme"} {
			visitor.get(path).refused(http.StatusUnprocessableEntity, "invalid", field)
		}
		visitor.get("/coverage/ZZ").refused(http.StatusNotFound, "not_found")

		say := func(status, evidence, audience string, of ...m) m {
			return m{"status": status, "evidence": evidence, "audience": audience, "figure": "72 h", "as_of": "2026-01-15", "obligations": of}
		}
		visitor.post("/coverage/BA/statuses", say("none", "", "state", m{"code": "NPT-I"})).refused(http.StatusUnauthorized, "sign_in")
		reviewer.post("/coverage/BA/statuses", say("none", "", "state", m{"code": "NPT-I"})).refused(http.StatusForbidden, "forbidden")
		official.post("/coverage/HR/statuses", say("none", "", "state", m{"code": "NPT-I"})).refused(http.StatusForbidden, "forbidden")
		official.post("/coverage/BA/statuses", say("in_force", "", "state", m{"code": "NPT-I"})).refused(http.StatusUnprocessableEntity, "invalid", "evidence")
		official.post("/coverage/BA/statuses", say("in_force", "Act", "public", m{"code": "NPT-I"}, m{"code": "NPT-II"})).want(http.StatusOK)
		official.post("/coverage/BA/statuses", say("drafted", "", "state", m{"code": "NPT-I"})).refused(http.StatusPreconditionFailed, "stale")
		official.post("/coverage/BA/statuses", say("drafted", "", "state", m{"code": "NPT-I", "version": 1})).want(http.StatusOK)
		if items := reviewer.get("/coverage/BA/statuses/NPT-I").want(http.StatusOK).items(); len(items) != 2 || items[0]["status"] != "drafted" || items[1]["evidence"] != "Act" {
			t.Errorf("%v", items)
		}
		if items := visitor.get("/coverage/BA/statuses/NPT-I").want(http.StatusOK).items(); len(items) != 0 {
			t.Errorf("%v", items)
		}
		if items := visitor.get("/coverage/BA/statuses/NPT-II").want(http.StatusOK).items(); len(items) != 1 || items[0]["author"] != "" {
			t.Errorf("%v", items)
		}
		if a := official.get("/coverage/BA/course?instrument=NPT%20(1968)").want(http.StatusOK); !strings.Contains(string(a.body), `{"on":"2026-02-01"`) {
			t.Errorf("%s", a.body)
		}
		for _, dry := range []bool{true, true, false} {
			table := m{"table": "code,status,evidence,figure,as_of,audience\nBWC-I,drafted,,,2026-01-01,public\nNPT-II,in_force,Act,72 h,2026-01-15,public\n", "dry_run": dry}
			if a := official.post("/coverage/BA/tables", table).want(http.StatusOK); a.value["added"] != 1.0 || a.value["same"] != 1.0 {
				t.Errorf("%s", a.body)
			}
		}
		official.post("/coverage/BA/tables", m{"table": "code,status,evidence,figure,as_of,audience\nNO-1,none,,,,state\n"}).refused(http.StatusUnprocessableEntity, "invalid", "line 2")
		a := visitor.get("/coverage-comparison?state=BA&state=HR&instrument=NPT%20(1968)").want(http.StatusOK)
		if !strings.Contains(string(a.body), `{"state":"BA","status":"in_force","figure":"72 h","evidence":"Act"},{"state":"HR","status":"unknown"`) {
			t.Errorf("%s", a.body)
		}
		check := official.get("/drafts/" + d.ID + "/check").want(http.StatusOK)
		if len(check.value["unserved"].([]any)) != 359 || !strings.Contains(string(check.body), `"lacks":["lead","money","upkeep"]`) {
			t.Errorf("%.300s", check.body)
		}
		visitor.get("/drafts/"+d.ID+"/check").refused(http.StatusNotFound, "not_found")
		visitor.get("/coverage/BA/briefing/pdf?with=HR").refused(http.StatusServiceUnavailable, "no_pdf")
		visitor.get("/coverage/BA/briefing/docx").refused(http.StatusNotFound, "not_found")
	})
}
