package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"jahorina/app/identity"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/stakeholder"
)

// A public consultation takes an answer from whoever confirms an address; that
// a link is followed confirms nothing.
func TestAskToAnswer(t *testing.T) {
	r := newSite(t).round("public")
	w := r.as(workflows.Actor{})
	w.get(r.path("")).says(http.StatusOK, "Answer this consultation", "dual-use chemicals", "closes in 14 days").lacks("We will not answer")
	w.get(r.answer(""))
	if w.at != r.path("/ask") {
		t.Fatalf("led to %s", w.at)
	}
	w.post(r.path("/ask"), url.Values{"name": {"Ana Anić"}, "email": {"no address"}}).says(http.StatusUnprocessableEntity, "Ana Anić", "name@example.org", "no address")
	w.post(r.path("/ask"), url.Values{"name": {"Ana Anić"}, "email": {"ana@example.org"}, "sector": {"civil_society"}}).says(http.StatusOK, "We have sent a link")
	var p consultation.Respondent
	if err := r.bed.Read(workflows.Operator()).One(&p, "email = ?", "ana@example.org"); err != nil {
		t.Fatal(err)
	}
	link := "/respond/" + consultation.RespondentLink(r.bed.Engine.Signer(), p.ID)
	w.get(link).says(http.StatusOK, "Open my answer")
	if n := r.bed.Count("respondents", "confirmed_at IS NOT NULL"); n != 0 {
		t.Error("looking at the link confirmed the address")
	}
	w.post(link, nil).says(http.StatusOK, "You answer for", "Ana Anić")
	w.get("/respond/forged.link")
	w.post("/respond/forged.link", nil).says(http.StatusNotFound, "This link no longer works")
	w.get("/invitations/forged.link").says(http.StatusNotFound, "This link no longer works")
}

// A mail program unsubscribes with one click: no cookie, no token, no redirect.
func TestUnsubscribe(t *testing.T) {
	r := newSite(t).round("targeted")
	link := "/unsubscribe/" + r.bed.Engine.Signer().Link("unsubscribe", strings.TrimPrefix(r.bed.ByLink(r.c, r.chem).ID, "invitation:"))
	w := r.as(workflows.Actor{})
	w.get(link).says(http.StatusOK, "Stop reminding us", "Consultation")
	if n := r.bed.Count("unsubscribes", "1 = 1"); n != 0 {
		t.Error("looking at the link unsubscribed")
	}
	program := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := program.Post(r.url+link, "application/x-www-form-urlencoded", strings.NewReader("List-Unsubscribe=One-Click"))
	w.took(resp, err).says(http.StatusOK, "No more reminders")
	if n := r.bed.Count("unsubscribes", "1 = 1"); n != 1 {
		t.Errorf("%d rows", n)
	}
	w.get("/unsubscribe/forged.link").says(http.StatusNotFound, "This link no longer works")
}

func TestSignIn(t *testing.T) {
	s := newSite(t)
	known := s.bed.Person("Contributor", "contributor", s.bed.Organisation("Org", "industry").ID)
	w := s.as(workflows.Actor{})
	w.get("/signin?to=https://elsewhere.example/").says(http.StatusOK, `name="to" value=""`)
	w.get("/signin?to=//elsewhere.example/").says(http.StatusOK, `name="to" value=""`)
	w.get("/signin?to=/receipts").says(http.StatusOK, `value="/receipts"`)
	w.post("/signin", url.Values{"email": {"nobody"}}).says(http.StatusUnprocessableEntity, "name@example.org", "nobody")
	w.get("/signin?to=/receipts").post("/signin", url.Values{"email": {"unknown@example.org"}, "to": {"/receipts"}}).says(http.StatusOK, "If this address has an account")
	unknown := w.text()
	s.bed.Do(workflows.Operator(), func(tx *workflows.Tx) error {
		return tx.DB().Model(&stakeholder.Person{}).Where("id = ?", strings.TrimPrefix(known.ID, "user:")).Update("email", "known@example.org").Error
	})
	if w.get("/signin").post("/signin", url.Values{"email": {"known@example.org"}}); w.text() != unknown {
		t.Errorf("a known address is answered otherwise:\n%s\n%s", unknown, w.text())
	}
	var token string
	s.bed.Do(workflows.Operator(), func(tx *workflows.Tx) (err error) {
		token, err = identity.NewSignInLink(tx, strings.TrimPrefix(known.ID, "user:"), time.Hour)
		return err
	})
	w.get("/sign-in/"+token).says(http.StatusOK, "press the button")
	w.get("/sign-in/" + token)
	if w.post("/sign-in/"+token, nil); w.at != "/receipts" {
		t.Errorf("after signing in at %s", w.at)
	}
	w.post("/signout", nil).says(http.StatusOK, "You are signed out")
	w.get("/sign-in/"+token).post("/sign-in/"+token, nil).says(http.StatusNotFound, "This link no longer works")
}

func TestLocalPath(t *testing.T) {
	for to, want := range map[string]string{
		"/home": "/home", "/a?b=c#d": "/a?b=c#d", "": "", "home": "", "//evil.example": "", "/\\evil.example": "", "https://evil.example": "", "/a\r\nb": "",
		"/" + strings.Repeat("a", 500): "",
	} {
		if got := localPath(to); got != want {
			t.Errorf("%q: %q, want %q", to, got, want)
		}
	}
}
