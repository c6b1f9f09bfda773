package api_test

import (
	"net/http"
	"strings"
	"testing"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
)

// R5.6 and f.3 rules 3 and 12 for programs: a mask, a wish, words withheld, and
// what anyone reads afterwards.
func TestR5_6ModerationForPrograms(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		w := newWorld(t, b)
		org := b.Organisation("Chemical Works", "industry")
		sender := b.Person("Sender", "contributor", org.ID)
		c := b.At(consultation.Open, org)
		w.signIn(b.Official, b.Reviewer, sender)
		path, official, visitor := "/consultations/"+c.ID, w.as(b.Official), w.as(workflows.Actor{})
		answer := m{"masked": true, "branch": "chemical industry", "comments": []m{
			{"type": "general", "text": "Ask Ana Anić.", "confidentiality": "name_withheld"}, {"type": "general", "text": "Secret.", "confidentiality": "confidential"},
		}}
		w.as(sender).post(path+"/submissions", answer).refused(http.StatusUnprocessableEntity, "invalid", "comments[1].ground")
		answer["ground"] = "trade_secret"
		s := w.as(sender).post(path+"/submissions", answer).want(http.StatusCreated)
		number := s.value["mask"].(m)["number"]
		queue := official.get(path + "/moderation").want(http.StatusOK)
		branch := objects(t, queue.value["branches"])[0]
		official.post("/masks/"+branch["mask_id"].(string)+"/branch", m{"branch": "chemical industry", "accept": true}).want(http.StatusOK)
		c = b.Bring(c, consultation.Closed)

		own := w.as(sender).get("/submissions/" + s.str("id")).want(http.StatusOK)
		first, second := objects(t, own.value["comments"])[0]["id"].(string), objects(t, own.value["comments"])[1]["id"].(string)
		w.as(b.Reviewer).post("/comments/"+first+"/flags", m{"reason": "other"}).refused(http.StatusUnprocessableEntity, "invalid", "words")
		flag := w.as(b.Reviewer).post("/comments/"+first+"/flags", m{"reason": "personal_data"}).want(http.StatusCreated)
		hide := m{"part": "words", "passage": "Ana Anić", "reason": "personal_data", "words": "It names a person."}
		w.as(b.Reviewer).post("/comments/"+first+"/redactions", hide).refused(http.StatusForbidden, "forbidden")
		made := official.post("/comments/"+first+"/redactions", hide).want(http.StatusCreated)
		official.post("/flags/"+flag.str("id")+"/dismissal", m{"reason": "Fine."}).refused(http.StatusConflict, "wrong_state")
		official.post("/redactions/"+made.str("id")+"/review", m{"reason": "Still so."}).want(http.StatusOK)
		official.post(path+"/restrictions", m{"comments": []string{second}, "grant": false}).refused(http.StatusUnprocessableEntity, "invalid", "reason")
		official.post(path+"/restrictions", m{"comments": []string{second}, "grant": false, "reason": "It is known."}).want(http.StatusOK)
		if wishes := w.as(sender).get(path + "/restrictions").items(); len(wishes) != 2 || wishes[1]["state"] != "declined" || wishes[1]["answer_by"] == nil {
			t.Errorf("wishes %v", wishes)
		}
		w.as(sender).post("/comments/"+second+"/restriction/answer", m{"answer": "perhaps"}).refused(http.StatusUnprocessableEntity, "invalid", "answer")
		w.as(sender).post("/comments/"+second+"/restriction/answer", m{"answer": "take_back"}).want(http.StatusOK)
		b.Bring(c, consultation.Published)
		response := visitor.get(path + "/response").want(http.StatusOK)
		shown, stub := objects(t, response.value["comments"])[0], objects(t, response.value["withheld"])[0]
		if mask := shown["mask"].(m); mask["number"] != number || mask["branch"] != "chemical industry" || shown["organisation"] != "" || shown["text"] != "Ask [withheld: personal_data]." {
			t.Errorf("shown %v", shown)
		}
		if stub["ground"] != "taken_back" || stub["kind"] != "comment" || stub["id"] == second || strings.Contains(string(response.body), "Anić") || strings.Contains(string(response.body), "Secret.") {
			t.Errorf("stub %v", stub)
		}
		official.post(path+"/redactions", m{"comments": []string{first}, "reason": "abuse", "words": "It insults."}).want(http.StatusCreated)
		if again := visitor.get(path + "/response").want(http.StatusOK); again.value["edition"] != 2.0 || len(objects(t, again.value["comments"])) != 0 {
			t.Errorf("after more was withheld: %s", again.body)
		}
		official.post("/redactions/"+made.str("id")+"/lifting", m{"reason": "She agreed."}).want(http.StatusOK)
	})
}
