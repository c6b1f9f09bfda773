package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/stakeholder"
)

// A review by name through the API: who is asked, what lacks, who answers.
func TestReviewByName(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		w := newWorld(t, b)
		expert := b.Person("Expert", "partner", "")
		w.signIn(b.Official, b.Reviewer, b.OtherReviewer, b.Auditor, expert)
		in := b.New(b.Draft(testbed.Text).ID)
		c := b.Bring(b.Consultation(in), consultation.Closed)
		path, official := "/consultations/"+c.ID, w.as(b.Official)
		official.get(path+"/review").refused(http.StatusConflict, "no_review_under_way")
		w.as(b.Reviewer).get(path+"/reviewers/candidates").refused(http.StatusForbidden, "forbidden")
		emails := map[string]string{}
		for _, one := range official.get(path + "/reviewers/candidates").items() {
			emails[one["name"].(string)] = one["email"].(string)
		}
		submit := m{"action": "submit_for_review", "reviewers": []string{"nobody@x.example"}}
		official.post(path+"/transitions", submit).refused(http.StatusUnprocessableEntity, "invalid", "reviewers[0]")
		submit["reviewers"], submit["advisers"] = []string{emails["Reviewer"]}, []string{emailOf(t, b, expert)}
		submit["due_at"] = b.Clock.Now().Add(48 * time.Hour).Format(time.RFC3339)
		official.post(path+"/transitions", submit).want(http.StatusOK)

		w.as(b.OtherReviewer).post(path+"/decisions", m{"decision": "approve"}).refused(http.StatusConflict, "not_named")
		w.as(b.Reviewer).post(path+"/review/seen", m{}).want(http.StatusOK)
		now := w.as(b.Auditor).get(path + "/review").want(http.StatusOK)
		asked := now.value["asked"].([]any)
		if now.value["missing"] != 1.0 || now.value["by_name"] != true || len(asked) != 2 || asked[0].(map[string]any)["seen_at"] == nil {
			t.Errorf("progress %s", now.body)
		}
		expert = actorNow(b, expert)
		w.signIn(expert)
		w.as(expert).get(path + "/response").want(http.StatusOK)
		w.as(expert).get(path+"/record").refused(http.StatusNotFound, "not_found")
		w.as(expert).post(path+"/opinions", m{"opinion": "not_ready"}).refused(http.StatusUnprocessableEntity, "invalid", "text")
		w.as(expert).post(path+"/opinions", m{"opinion": "not_ready", "text": "Not yet.", "content_sha256": now.str("content_sha256")}).want(http.StatusCreated)
		w.as(b.Reviewer).post(path+"/recusals", m{"reason": "A relative."}).want(http.StatusCreated)
		listed := w.as(b.Auditor).get("/reviews").items()
		if len(listed) != 1 || listed[0]["round"].(map[string]any)["stuck"] != true {
			t.Errorf("lacking %v", listed)
		}
		official.post(path+"/reviewers", m{"kind": "decisive", "email": emails["Reviewer"]}).refused(http.StatusUnprocessableEntity, "invalid", "email")
		named := official.post(path+"/reviewers", m{"kind": "decisive", "email": emails["Other Reviewer"]}).want(http.StatusCreated)
		official.post(path+"/reviewers/removal", m{"assignment_id": named.str("id"), "reason": "Ill."}).refused(http.StatusConflict, "too_few_would_stay")
		official.post(path+"/reviewers/deadline", m{"reason": "No hurry."}).want(http.StatusOK)
		done := w.as(b.OtherReviewer).post(path+"/decisions", m{"decision": "approve"}).want(http.StatusCreated)
		if done.str("state") != consultation.Approved {
			t.Errorf("after the decision: %s", done.body)
		}
	})
}

func emailOf(t *testing.T, b *testbed.Bed, a workflows.Actor) string {
	t.Helper()
	var p stakeholder.Person
	if err := b.Read(b.Official).One(&p, "id = ?", strings.TrimPrefix(a.ID, "user:")); err != nil {
		t.Fatal(err)
	}
	return p.Email
}

// actorNow is the person with the rights they have now.
func actorNow(b *testbed.Bed, a workflows.Actor) (out workflows.Actor) {
	b.Do(workflows.Operator(), func(tx *workflows.Tx) (err error) {
		out, err = stakeholder.ActorOf(tx, strings.TrimPrefix(a.ID, "user:"))
		return err
	})
	return out
}
