package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows/consultation"
)

// deskRound is a closed round with three comments of the same words and one
// other.
func deskRound(t *testing.T) (*site, *consultation.Consultation) {
	s := newSite(t)
	c := s.bed.At(consultation.Open)
	place := s.bed.Provision(c.DraftID, "1.1").ID
	for i := range 4 {
		org := s.bed.Organisation(fmt.Sprintf("Sender %d", i), []string{"industry", "academia"}[i/2])
		text := "Keep it as it is."
		if i == 3 {
			text = "Something else altogether."
		}
		s.bed.Submit(s.bed.Person(fmt.Sprintf("Clerk %d", i), "contributor", org.ID), c, testbed.Comment(place, text))
	}
	return s, s.bed.Bring(c, consultation.Closed)
}

// The list is cut down by filters that stand in the address, says how far things
// have come, and leads through what it found.
func TestDeskListAndItsFilters(t *testing.T) {
	s, c := deskRound(t)
	w, at := s.as(s.bed.Official), "/consultations/"+c.ID+"/comments"
	w.get(at).says(http.StatusOK, "4 comments found.", "3 comments with the same words", "Agreed: 0 of 4. Proposed: 0. Open: 4.", "The response is promised for", "has to be agreed each working day")
	w.get(at+"?sector=academia&drafter=none").says(http.StatusOK, "2 comments found.", "Sector: Academia", "To be answered by: Nobody").lacks("Sender 0")
	w.get(at+"?drafter=me").says(http.StatusOK, "0 comments found.", "To be answered by: Me")
	w.get(at + "?sector=industry")
	w.get(strings.ReplaceAll(w.find(`<a class="govuk-link" href="(/comments/[^"]+)" dir="auto"`), "&amp;", "&")).says(http.StatusOK, "Comment 1 of 2 in your list", "Next in the list")
	w.get(strings.ReplaceAll(w.find(`rel="next" href="([^"]+)"`), "&amp;", "&")).says(http.StatusOK, "Comment 2 of 2 in your list")
	w.get(at+"?alike="+w.find(`/comments/([0-9a-f-]{36})/`)).says(http.StatusOK, "3 comments found.", "With the same words")
	s.as(s.bed.Auditor).get(at).says(http.StatusOK, "4 comments found.").lacks("Answer together")
}

// Comments are chosen in the list, what will happen is shown, and then it is done
// to all of them: answered, given to a drafter, agreed by a second person.
func TestCommentsTogether(t *testing.T) {
	s, c := deskRound(t)
	w, at := s.as(s.bed.Official), "/consultations/"+c.ID
	w.get(at + "/comments?sector=industry")
	w.post(at+"/together", url.Values{"act": {"propose"}}).says(http.StatusOK, "No comment is chosen")
	all := url.Values{"act": {"propose"}, "all": {"yes"}, "list": {"sector=industry"}}
	w.post(at+"/together", all).says(http.StatusOK, "proposes the same answer for 2 comments")
	var ids []string
	for _, m := range strings.Split(w.body, `name="comment" value="`)[1:] {
		ids = append(ids, m[:36])
	}
	form := url.Values{"act": {"propose"}, "comment": ids, "list": {"sector=industry"}, "confirm": {"yes"}, "outcome": {"accepted"}, "rationale": {""}}
	w.post(at+"/together", form).says(http.StatusUnprocessableEntity, `value="accepted" checked`)
	form.Set("rationale", "It is clear as it is.")
	form.Set("changes_numbers", "99")
	w.post(at+"/together", form).says(http.StatusUnprocessableEntity, "It is clear as it is.", "99")
	form.Del("changes_numbers")
	w.post(at+"/together", form).says(http.StatusOK, "The answer is proposed", "2 comments found.", "Agreed: 0 of 4. Proposed: 2. Open: 2.")
	w.post(at+"/together", url.Values{"act": {"agree"}, "comment": ids}).says(http.StatusOK, "None of these comments can be treated this way now", "2 comments are left out")
	w.post(at+"/together", url.Values{"act": {"propose"}, "comment": ids, "use": ids[:1]}).says(http.StatusOK, "It is clear as it is.</textarea>")

	w.post(at+"/together", url.Values{"act": {"assign"}, "comment": ids, "confirm": {"yes"}, "drafter_id": {strings.TrimPrefix(s.bed.Official.ID, "user:")}}).says(http.StatusOK, "given to the drafter")
	w.get(at+"/comments?drafter=me").says(http.StatusOK, "2 comments found.")
	m := s.as(s.bed.Reviewer)
	m.get(at + "/comments")
	m.post(at+"/together", url.Values{"act": {"agree"}, "comment": ids, "confirm": {"yes"}}).says(http.StatusOK, "You have agreed", "Agreed: 2 of 4.")
	w.post(at+"/together", url.Values{"act": {"propose"}, "comment": ids}).says(http.StatusOK, "Its answer is agreed already")
}

func TestResponseIsPromisedForAnotherDay(t *testing.T) {
	s, c := deskRound(t)
	w := s.as(s.bed.Official)
	w.get("/consultations/"+c.ID+"/manage").says(http.StatusOK, "Promise another day")
	at := "/consultations/" + c.ID + "/promise"
	w.get(at).says(http.StatusOK, "Response due")
	form := url.Values{"version": {fmt.Sprint(c.Version)}, "response_due_at": {inputTime(c.ClosesAt.AddDate(0, 1, 0))}, "reason": {""}}
	w.post(at, form).says(http.StatusUnprocessableEntity, `id="reason"`)
	form.Set("reason", "More hands.")
	w.post(at, form).says(http.StatusOK, "The new day is promised", "More hands.")
	w.get(at).says(http.StatusOK, `value="`+inputTime(c.ClosesAt.AddDate(0, 1, 0))+`"`)
	s.bed.Clock.Set(c.ClosesAt.AddDate(0, 2, 0))
	w.get("/consultations/"+c.ID+"/comments").says(http.StatusOK, "It is late")
	w.get("/consultations/"+c.ID).says(http.StatusOK, "is late")
}
