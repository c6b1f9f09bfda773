package api_test

import (
	"net/http"
	"testing"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/stakeholder"
)

// Two programs, one for each state, bring a gap to its end.
func TestGaps(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		w := newWorld(t, b)
		var other workflows.Actor
		b.Do(workflows.Operator(), func(tx *workflows.Tx) error {
			if _, err := stakeholder.CreateState(tx, "HR", "Neighbourland", "en"); err != nil {
				return err
			}
			p, err := stakeholder.CreatePerson(tx, stakeholder.NewPerson{Email: "niko@n.example", Name: "Niko", State: "HR", Role: "official"})
			if err != nil {
				return err
			}
			other, err = stakeholder.ActorOf(tx, p.ID)
			return err
		})
		w.signIn(b.Official, other)
		ours, theirs := w.as(b.Official), w.as(other)
		ours.post("/gaps", m{"state": "HR", "obligation": "CWC-VI2", "title": "t", "positions": m{"BA": "72 h", "HR": "48 h"}}).refused(http.StatusForbidden, "forbidden")
		ours.post("/gaps", m{"state": "BA", "obligation": "CWC-VI2", "title": "t", "positions": m{"BA": "72 h"}}).refused(http.StatusUnprocessableEntity, "invalid", "states")
		g := ours.post("/gaps", m{"state": "BA", "obligation": "CWC-VI2", "title": "t", "positions": m{"BA": "72 h", "HR": "48 h"}}).want(http.StatusCreated)
		at := "/gaps/" + g.str("id")
		ours.post(at+"/transitions", m{"state": "BA", "action": "agree_step", "step": "Experts meet", "step_on": "2026-06-01"}).want(http.StatusOK)
		ours.post(at+"/transitions", m{"state": "HR", "action": "confirm"}).refused(http.StatusForbidden, "forbidden")
		ours.with("If-Match", `"1"`).put(at+"/side", m{"state": "BA", "position": "60 h", "owner_id": b.Official.PersonID()}).refused(http.StatusPreconditionFailed, "stale")
		ours.with("If-Match", `"2"`).put(at+"/side", m{"state": "BA", "position": "60 h", "owner_id": b.Official.PersonID()}).want(http.StatusOK)
		theirs.with("If-Match", `"3"`).put(at+"/side", m{"state": "HR", "position": "60 h", "owner_id": other.PersonID()}).want(http.StatusOK)
		ours.post(at+"/transitions", m{"state": "BA", "action": "propose_closing"}).want(http.StatusOK)
		waits := objects(t, theirs.get("/home").want(http.StatusOK).value["waits"])
		if len(waits) != 1 || waits[0]["kind"] != "gap_confirm" || waits[0]["page"] != at {
			t.Errorf("%v", waits)
		}
		if now := theirs.post(at+"/transitions", m{"state": "HR", "action": "confirm"}).want(http.StatusOK); now.str("status") != "closed" {
			t.Errorf("%s", now.body)
		}
		if rows := objects(t, theirs.get("/gaps?status=closed").want(http.StatusOK).value["items"]); len(rows) != 1 {
			t.Errorf("%v", rows)
		}
	})
}
