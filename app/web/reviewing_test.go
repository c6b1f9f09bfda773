package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"jahorina/app/apptest"
	"jahorina/app/apptest/testbed"
	"jahorina/app/identity"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/review"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/submission"
)

// reviewed is a closed consultation with one comment, accepted and agreed to,
// and a next draft with what it asked for.
func reviewed(s *site, quorum int) (c *consultation.Consultation, at string) {
	s.t.Helper()
	federation := s.bed.Organisation("Chemical Federation", "industry")
	in := s.bed.New(s.bed.Draft(testbed.Text).ID)
	in.Quorum = quorum
	c = s.bed.Bring(s.bed.Consultation(in, federation), consultation.Open)
	p := s.bed.Provision(c.DraftID, "1.1")
	s.bed.Submit(s.bed.ByLink(c, federation), c, testbed.Comment(p.ID, "Precursors are missing."))
	c = s.bed.Bring(c, consultation.Closed)
	all, err := submission.Standing(s.bed.Read(s.bed.Official), c.ID)
	if err != nil || len(all) != 1 {
		s.t.Fatalf("%d comments, %v", len(all), err)
	}
	s.bed.Propose(all[0].ID, submission.NewDisposition{Outcome: "accepted", Rationale: "They belong there.", Changes: []string{p.Identity}})
	s.bed.Answer(c)
	s.bed.NextDraft(strategyOf(s, c), revised)
	return c, "/consultations/" + c.ID
}

func addressOf(s *site, a workflows.Actor) string {
	s.t.Helper()
	var p stakeholder.Person
	if err := s.bed.Read(s.bed.Official).One(&p, "id = ?", strings.TrimPrefix(a.ID, "user:")); err != nil {
		s.t.Fatal(err)
	}
	return p.Email
}

// The whole way of a review: named, looked at, advised on, replaced, returned,
// put again, approved.
func TestReviewByNameThroughPages(t *testing.T) {
	s := newSite(t)
	c, at := reviewed(s, 2)
	expert := s.bed.Person("Expert", "partner", "")
	third := s.bed.Person("Third Reviewer", "reviewer", "")
	amina, marija, emir := s.as(s.bed.Official), s.as(s.bed.Reviewer), s.as(s.bed.OtherReviewer)
	submit := at + "/transitions?action=submit_for_review"
	ask := url.Values{"action": {"submit_for_review"}, "reviewers": {addressOf(s, s.bed.Reviewer)}, "advisers": {"who@nowhere.example"}, "due_at": {""}}
	amina.get(submit).says(200, "Who decides", "Name as many at least, or nobody", "Third Reviewer")
	amina.post(at+"/transitions", ask).says(422, "There is no account with the address who@nowhere.example", `href="#advisers"`, `checked`)
	ask.Set("advisers", addressOf(s, expert)+"\n")
	amina.post(at+"/transitions", ask).says(422, "Approvals needed: 2. Reviewers named: 1.", addressOf(s, expert))
	ask["reviewers"] = append(ask["reviewers"], addressOf(s, third))
	ask.Set("due_at", inputTime(s.bed.Clock.Now().Add(5*24*time.Hour)))
	amina.post(at+"/transitions", ask).says(200, "The reviewers decide", "Third Reviewer has not opened the review yet", "What is missing to go on")

	emir.get("/home").lacks("Decide on the draft").get(at+"/review").says(200, "Others were named to decide").lacks("Put my decision")
	marija.get("/home").says(200, "Decide on the draft and the response")
	marija.get("/reviews").says(200, "Your decision: approve or return.", "2 more approvals are needed", "Third Reviewer", "(you)", "1 review waits for your decision")
	amina.get("/reviews").says(200, "A decision: approve or return.").lacks("Your decision", "(you)", "waits for your decision")
	marija.get(at+"/review").says(200, "What changes, and why", "<ins>", "Because of 1 comment", "Precursors are missing.", "They belong there.", "The answer to 1 comment", "Version 2 of the draft")
	amina.get(at+"/review").says(200, "Reviewer has not decided yet", "Third Reviewer has not opened the review yet")

	adviser := s.as(expert)
	adviser.get("/home").says(200, "Give your advice on the draft").get(at+"/review").says(200, "You are asked for advice", "They belong there.").lacks("Put my decision")
	adviser.post(at+"/opinions", url.Values{"opinion": {"not_ready"}, "opinion_text": {""}}).says(422, "Say what should change", `value="not_ready" checked`, `href="#opinion_text"`)
	adviser.post(at+"/opinions", url.Values{"opinion": {"ready_with_issues"}, "opinion_text": {"Mind the by-law."}}).says(200, "Your advice is on the record", "Mind the by-law.", "0 of 2 approvals")
	for _, path := range []string{"/comments", "/manage", "/record", "/reviewers", "/invitations"} {
		if adviser.get(at + path); adviser.status != http.StatusNotFound && adviser.status != http.StatusForbidden {
			t.Errorf("an adviser opens %s: %d", path, adviser.status)
		}
	}

	// The third stands back; the quorum is out of reach until another is named.
	standing := s.as(third)
	standing.get(at+"/review").post(at+"/recusals", url.Values{"conflict": {" "}}).says(422, "Give a reason", `href="#conflict"`)
	standing.post(at+"/recusals", url.Values{"conflict": {"My sister works there."}}).says(200, "You have stood back")
	standing.get(at+"/review").says(200, "You have stood back from this review", "My sister works there.")
	amina.get("/home").says(200, "Name another reviewer: those who are asked are too few")
	amina.get(at+"/reviewers").says(200, "Stood back", "Third Reviewer has stood back for a conflict of interest")
	amina.post(at+"/reviewers", url.Values{"kind": {"decisive"}, "reviewer_email": {addressOf(s, s.bed.OtherReviewer)}}).says(200, "The person is asked and gets a mail")
	amina.post(at+"/reviewers/removal", url.Values{"removed": {""}}).says(422)
	amina.post(at+"/reviewers/deadline", url.Values{"due_at": {inputTime(s.bed.Clock.Now().Add(8 * 24 * time.Hour))}, "due_reason": {"One was named late."}}).says(200, "The review has a new deadline")

	emir.get(at+"/review").post(at+"/decisions", url.Values{"decision": {"return"}, "reason": {"2.3 needs a limit."}}).says(200, "Other Reviewer returned round 1").lacks("Put my decision")
	again(s, c, at, amina, marija, emir)
}

func again(s *site, c *consultation.Consultation, at string, amina, marija, emir *reader) {
	s.t.Helper()
	amina.get("/reviews").says(200, "Mend what the reason asks for", "The officials")
	amina.get(at+"/manage").says(200, "Other Reviewer returned round 1")
	amina.get(at + "/transitions?action=submit_for_review")
	if n := strings.Count(amina.body, "checked>"); n != 2 {
		s.t.Errorf("%d reviewers of the last round are chosen, want 2", n)
	}
	s.bed.NextDraft(strategyOf(s, c), strings.Replace(revised, "second year", "second year, at most", 1))
	amina.post(at+"/transitions", url.Values{"action": {"submit_for_review"}, "reviewers": {addressOf(s, s.bed.Reviewer), addressOf(s, s.bed.OtherReviewer)}}).says(200, "2 more approvals are needed")
	marija.get(at+"/review").says(200, "Since round 1", "The draft is a newer one", "No answer has changed", "2.3 needs a limit.", "Mind the by-law.", "Earlier rounds")
	marija.post(at+"/decisions", url.Values{"decision": {"approve"}}).says(200, "You have decided in this round already")
	emir.get(at+"/review").post(at+"/decisions", url.Values{"decision": {"approve"}}).says(200, "The reviewers have approved")
	amina.get(at+"/record?object=review").says(200, "Official asked Expert for advice", "Third Reviewer stood back from the decision", "Expert advised: ready, with issues", "Official moved the deadline of the review")
}

// Who may not follow a review is told of the decisions alone.
func TestObserversSeeDecisionsAlone(t *testing.T) {
	s := newSite(t)
	_, at := reviewed(s, 1)
	amina := s.as(s.bed.Official)
	amina.get(at+"/transitions?action=submit_for_review").post(at+"/transitions", url.Values{"action": {"submit_for_review"}, "reviewers": {addressOf(s, s.bed.Reviewer), addressOf(s, s.bed.OtherReviewer)}})
	observer := s.as(s.bed.Person("Observer", "observer", s.bed.Organisation("Neighbour", "regional").ID))
	observer.get(at+"/review").says(200, "1 more approval is needed").lacks("Other Reviewer", "Third Reviewer", "They belong there.")
	s.as(s.bed.Reviewer).get(at+"/review").post(at+"/decisions", url.Values{"decision": {"approve"}, "reason": {"Fine."}}).says(200, "the result is approved")
	observer.get(at+"/review").says(200, "Fine.").lacks("Other Reviewer")
}

// A reviewer reads and decides in a browser at phone width: with the keyboard
// alone, and without scripts.
func TestReviewInABrowser(t *testing.T) {
	s := newSite(t)
	c, at := reviewed(s, 2)
	s.bed.Do(s.bed.Official, func(tx *workflows.Tx) error {
		_, err := review.Transition(tx, c.ID, consultation.SubmitForReview, consultation.Input{Reviewers: []string{addressOf(s, s.bed.Reviewer), addressOf(s, s.bed.OtherReviewer)}})
		return err
	})
	for i, by := range []workflows.Actor{s.bed.Reviewer, s.bed.OtherReviewer} {
		b := apptest.Browser(t)
		if i == 0 {
			b.Keyboard()
		} else {
			b.NoScripts()
		}
		b.Size(320, 640)
		b.Open(s.url + "/sign-in/" + linkOf(s, by))
		b.Submit(`form[action^="/sign-in/"]`)
		b.Open(s.url + at + "/review")
		b.Click(`a[href="#answer"]`)
		b.Click(`input[name="decision"][value="approve_with_comments"]`)
		b.Fill(`#reason`, "Mind the dates.")
		b.Submit(`form[action$="/decisions"]`)
		if text := b.Text("main"); !strings.Contains(text, "Mind the dates.") {
			t.Errorf("after the decision: %s", text)
		}
	}
	if got, err := consultation.Get(s.bed.Read(s.bed.Official), c.ID); err != nil || got.State != consultation.Approved {
		t.Errorf("%+v, %v", got, err)
	}
}

func linkOf(s *site, a workflows.Actor) (token string) {
	s.t.Helper()
	s.bed.Do(workflows.Operator(), func(tx *workflows.Tx) (err error) {
		token, err = identity.NewSignInLink(tx, strings.TrimPrefix(a.ID, "user:"), time.Hour)
		return err
	})
	return token
}
