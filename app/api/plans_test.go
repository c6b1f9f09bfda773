package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
)

// A program leads a plan through its life: it begins one, adds a measure, funds,
// adopts, starts, proves and finishes it, moves its day, gives a milestone to
// somebody who reports on it, publishes the plan, reads the report, and goes on in
// the next plan. Whatever does not fit is refused and changes nothing.
func TestLifeOfAPlan(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		w := newWorld(t, b)
		health := b.Organisation("Health", "government")
		nada := b.Person("Nada", "contributor", health.ID)
		w.signIn(b.Admin, b.Official, b.Reviewer, nada)
		official, visitor, owner := w.as(b.Official), w.as(workflows.Actor{}), w.as(nada)
		d := b.Draft(testbed.Text)
		terms := m{"title": "First plan", "starts_on": "2026-07-01", "ends_on": "2028-06-30", "stated": m{"minor": 5000, "currency": "EUR"}, "stated_in": "10.1"}
		w.as(b.Reviewer).post("/strategies/"+d.StrategyID+"/plans", terms).refused(http.StatusForbidden, "forbidden")
		official.post("/strategies/"+d.StrategyID+"/plans", m{"title": "x", "starts_on": "2026-07-01", "ends_on": "2026-06-30"}).refused(http.StatusUnprocessableEntity, "invalid", "ends_on")
		plan := "/plans/" + official.post("/strategies/"+d.StrategyID+"/plans", terms).want(http.StatusCreated).str("id")

		in := m{"number": "A1", "title": "By-law", "kind": "procedures", "lead_id": health.ID, "consequence": true, "obligations": []string{"CWC-X3"}, "provisions": []string{"1.1"}, "due_on": "2027-06-01", "starts_on": "2027-07-01"}
		official.post(plan+"/measures", in).refused(http.StatusUnprocessableEntity, "invalid", "starts_on")
		in["starts_on"], in["obligations"] = "2027-01-01", []string{"NO-1"}
		official.post(plan+"/measures", in).refused(http.StatusUnprocessableEntity, "invalid", "obligations")
		in["obligations"] = []string{"CWC-X3"}
		added := official.post(plan+"/measures", in).want(http.StatusCreated)
		if added.value["starts_on"] != "2027-01-01" || added.value["due_on"] != "2027-06-01" {
			t.Errorf("%s", added.body)
		}
		id := added.str("id")
		at := "/measures/" + id
		on := official.get("/provisions/" + b.Provision(d.ID, "1.1").ID).want(http.StatusOK)
		if rests := objects(t, on.value["measures"]); len(rests) != 1 || rests[0]["id"] != id {
			t.Errorf("%s", on.body)
		}

		official.post(at+"/transitions", m{"action": "adopt"}).refused(http.StatusUnprocessableEntity, "invalid", "upkeep_owner", "upkeep_amount", "own_from")
		in["upkeep"], in["upkeep_owner"], in["own_from"] = m{"minor": 0, "currency": "EUR"}, "Institute", "2029-01-01"
		delete(in, "due_on")
		official.put(at, in).refused(http.StatusPreconditionRequired, "if_match_required")
		official.with("If-Match", `"1"`).put(at, in).want(http.StatusOK)
		official.post(at+"/resources", m{"minor": 4400, "currency": "XXX", "year": 2027, "source": "state"}).refused(http.StatusUnprocessableEntity, "invalid", "currency")
		for _, minor := range []int{4400, 600} {
			official.post(at+"/resources", m{"minor": minor, "currency": "EUR", "year": 2027, "source": "state"}).want(http.StatusOK)
		}
		official.with("If-Match", `"2"`).post(at+"/resources/drop", m{"place": 0}).refused(http.StatusPreconditionFailed, "stale")
		if left := official.with("If-Match", `"4"`).post(at+"/resources/drop", m{"place": 0}).want(http.StatusOK); len(left.value["resources"].([]any)) != 1 {
			t.Errorf("%s", left.body)
		}
		official.post(at+"/transitions", m{"action": "start"}).refused(http.StatusConflict, "measure_not_adopted")
		for _, a := range []string{"adopt", "start"} {
			official.post(at+"/transitions", m{"action": a}).want(http.StatusOK)
		}
		official.post(at+"/transitions", m{"action": "finish"}).refused(http.StatusConflict, "measure_unproven")
		official.post(plan+"/due", m{"measure_id": id, "due_on": "2027-09-01"}).refused(http.StatusUnprocessableEntity, "invalid", "reason", "agreed_by")
		official.post(plan+"/due", m{"measure_id": id, "due_on": "2027-09-01", "reason": "Waits", "agreed_by": "The Body"}).want(http.StatusOK)

		due := b.Clock.Now().AddDate(0, 0, 4).Format(time.DateOnly)
		step := official.post(at+"/milestones", m{"title": "Draft", "owner": nada.PersonID(), "due_on": due}).want(http.StatusCreated).str("id")
		visitor.get("/milestones/"+step).refused(http.StatusNotFound, "not_found")
		owner.get(at).refused(http.StatusNotFound, "not_found")
		if mine := owner.get("/milestones/" + step).want(http.StatusOK); mine.value["title"] != "Draft" {
			t.Errorf("%s", mine.body)
		}
		home := string(owner.get("/home").want(http.StatusOK).body)
		if !strings.Contains(home, `"kind":"milestone"`) || !strings.Contains(home, "/milestones/"+step) {
			t.Errorf("%s", home)
		}
		owner.with("If-Match", `"1"`).put("/milestones/"+step, m{"title": "Mine", "owner": nada.PersonID(), "due_on": due}).refused(http.StatusNotFound, "not_found")
		owner.with("If-Match", `"1"`).put("/milestones/"+step+"/report", m{"status": "done"}).refused(http.StatusUnprocessableEntity, "invalid", "note")
		owner.with("If-Match", `"1"`).put("/milestones/"+step+"/report", m{"status": "done", "note": "Sent", "link": "https://gov.example/1"}).want(http.StatusOK)
		owner.with("If-Match", `"1"`).put("/milestones/"+step+"/report", m{"status": "done", "note": "Again"}).refused(http.StatusPreconditionFailed, "stale")
		official.post(at+"/evidence", m{"kind": "law", "text": "Gazette 1/27"}).want(http.StatusOK)
		official.post(at+"/transitions", m{"action": "finish"}).want(http.StatusOK)

		visitor.get(plan+"/report").refused(http.StatusNotFound, "not_found")
		official.post(plan+"/issue", m{}).want(http.StatusOK)
		report := string(visitor.get(plan + "/report?from=2026-01-01&to=2026-12-31").want(http.StatusOK).body)
		for _, part := range []string{`"action":"finish"`, `"from":"2027-06-01","to":"2027-09-01","reason":"Waits","agreed_by":"The Body"`, `"milestone":"Draft"`, `"done_on":"2026-03-02"`} {
			if !strings.Contains(report, part) {
				t.Errorf("%s lacks %s", report, part)
			}
		}
		visitor.get(plan+"/report?from=x").refused(http.StatusUnprocessableEntity, "invalid", "from")
		if csv := string(visitor.get(plan + "/report/download/csv?from=2026-01-01&to=2026-12-31").want(http.StatusOK).body); !strings.Contains(csv, "Draft") || strings.Contains(csv, "Nada") {
			t.Errorf("%s", csv)
		}
		public := visitor.get("/milestones/" + step).want(http.StatusOK)
		if public.value["owner"] != "" || public.value["note"] != nil {
			t.Errorf("the public reads %s", public.body)
		}
		for query, n := range map[string]int{"tag=consequence": 1, "tag=prevention": 0, "status=done": 1, "lacks=lead": 0, "kind=procedures&lead=" + health.ID: 1} {
			if found := visitor.get(plan + "?" + query).want(http.StatusOK); len(found.value["measures"].([]any)) != n {
				t.Errorf("%s: %s", query, found.body)
			}
		}
		visitor.get(plan+"?tag=magic").refused(http.StatusUnprocessableEntity, "invalid", "tag")
		if o := string(visitor.get("/obligations/CWC-X3").want(http.StatusOK).body); !strings.Contains(o, `"number":"A1"`) {
			t.Errorf("%s", o)
		}

		official.post(plan+"/measures", m{"number": "A2", "title": "Left", "kind": "resources", "due_on": "2028-01-01"}).want(http.StatusCreated)
		next := "/plans/" + official.post("/strategies/"+d.StrategyID+"/plans", m{"title": "Second", "starts_on": "2028-07-01", "ends_on": "2030-06-30"}).want(http.StatusCreated).str("id")
		official.post(next+"/inherit", m{"measures": []m{{"measure_id": id, "due_on": "2029-01-01", "reason": "r", "agreed_by": "a"}}}).refused(http.StatusUnprocessableEntity, "invalid", "measures[0].measure_id")
	})
}

// A comment names an obligation through the API; the outcome says what was decided.
func TestCommentsOnObligationsAndTheOutcome(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		w := newWorld(t, b)
		org := b.Organisation("Chamber", "industry")
		lejla := b.Person("Lejla", "contributor", org.ID)
		w.signIn(b.Official, lejla)
		d := b.Draft(testbed.Text)
		c := b.Bring(b.Consultation(b.New(d.ID), org), consultation.Open)
		at := "/consultations/" + c.ID
		comment := m{"provision_id": b.Provision(d.ID, "1.1").ID, "type": "technical", "text": "Goods too.", "obligation": "NO-1"}
		w.as(lejla).post(at+"/submissions", m{"comments": []m{comment}}).refused(http.StatusUnprocessableEntity, "invalid", "comments[0].obligation")
		comment["obligation"] = "CWC-VII1A"
		w.as(lejla).post(at+"/submissions", m{"comments": []m{comment}}).want(http.StatusCreated)
		c = b.Bring(c, consultation.Closed)
		official := w.as(b.Official)
		for code, n := range map[string]int{"CWC-VII1A": 1, "BWC-I": 0} {
			items := official.get(at + "/comments?obligation=" + code).want(http.StatusOK).items()
			if len(items) != n || n > 0 && items[0]["obligation"] != code {
				t.Errorf("%s: %v", code, items)
			}
		}
		b.Bring(c, consultation.Published)
		if body := string(w.as(workflows.Actor{}).get(at + "/response").want(http.StatusOK).body); !strings.Contains(body, `"obligation":"CWC-VII1A"`) {
			t.Errorf("%s", body)
		}
		public := w.as(workflows.Actor{}).get(at + "/outcome").want(http.StatusOK)
		if public.value["comments"] != 1.0 || public.value["approvals"] != public.value["quorum"] || len(public.value["by"].([]any)) != 0 || public.value["approved_at"] == nil {
			t.Errorf("%s", public.body)
		}
		if own := official.get(at + "/outcome").want(http.StatusOK); len(own.value["by"].([]any)) == 0 {
			t.Errorf("%s", own.body)
		}
	})
}
