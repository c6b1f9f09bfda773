package identity

import (
	"net/url"
	"testing"

	"jahorina/policies"
	"jahorina/workflows/consultation"
)

func TestInvitationOpensOneConsultationForOneOrganisation(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		b := w.browser()
		for i, org := range w.orgs { // each link in turn takes the session over
			a := b.do("GET", "/i", url.Values{"t": {w.invitation(org)}})
			if a.Error != "" || a.Opened != (Opened{ConsultationID: w.consult, Switched: i > 0}) {
				t.Fatalf("link %d: %+v", i, a)
			}
			w.wantOnly(t, b, policies.Held{Role: policies.Contributor, State: "BA", OrganisationID: org, ConsultationID: w.consult})
		}
		before := b.cookie()
		if a := b.do("GET", "/i", url.Values{"t": {w.invitation(w.orgs[2])}}); a.Opened.Switched || b.cookie() != before {
			t.Errorf("the same link again: %+v", a)
		}
		if n := w.count("SELECT count(*) FROM invitations WHERE viewed_at IS NOT NULL"); n != 3 {
			t.Errorf("%d invitations viewed, want 3", n)
		}
		b.do("POST", "/signout", nil)
		if b.me().ID != "" || b.with(before).me().ID != "" {
			t.Error("signed out and still there")
		}
	})
}

// wantOnly checks that the browser's actor holds this one role, now and at the
// next request.
func (w *world) wantOnly(t *testing.T, b *browser, want policies.Held) {
	t.Helper()
	a := b.me()
	if len(a.Roles) != 1 || a.Roles[0] != want || a.IsPerson() {
		t.Errorf("actor %+v, want only %+v", a, want)
	}
}

func TestLinksNeverMixWithAPersonsRights(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		b := w.browser()
		b.signIn("official")
		person := b.cookie()
		a := b.do("GET", "/i", url.Values{"t": {w.invitation(w.org)}})
		if !a.Opened.Switched {
			t.Errorf("opened: %+v", a)
		}
		w.wantOnly(t, b, policies.Held{Role: policies.Contributor, State: "BA", OrganisationID: w.org, ConsultationID: w.consult})
		if b.with(person).me().ID != "" {
			t.Error("the person's session lives on beside the link's")
		}
		if n := w.count("SELECT count(*) FROM audit_entries WHERE action = 'sign_out' AND actor = ?", "user:"+w.people["official"]); n != 1 {
			t.Errorf("%d sign-outs recorded", n)
		}
		visitor := b.cookie()
		b.signIn("official")
		if a := b.me(); len(a.Roles) != 1 || a.Roles[0].Role != policies.Official || b.with(visitor).me().ID != "" {
			t.Errorf("signed in again: %+v", a)
		}
	})
}

func TestMemberStaysWhoTheyAre(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		b := w.browser()
		b.signIn("member")
		before := b.cookie()
		a := b.do("GET", "/i", url.Values{"t": {w.invitation(w.org)}})
		if a.Opened != (Opened{ConsultationID: w.consult}) || a.Actor.ID != "user:"+w.people["member"] || b.cookie() != before {
			t.Errorf("their own organisation's link: %+v", a)
		}
		a = b.do("GET", "/i", url.Values{"t": {w.invitation(w.orgs[0])}})
		if !a.Opened.Switched || a.Actor.IsPerson() {
			t.Errorf("another organisation's link: %+v", a)
		}
	})
}

func TestRespondentConfirmsAndAnswersOneConsultation(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		token := w.respondent("someone@example.net")
		b := w.browser()
		b.signIn("official")
		a := b.do("POST", "/r", url.Values{"t": {token}})
		if a.Error != "" || a.Opened != (Opened{ConsultationID: w.consult, Switched: true}) {
			t.Fatalf("opened: %+v", a)
		}
		w.wantOnly(t, b, policies.Held{Role: policies.Contributor, State: "BA", ConsultationID: w.consult})
		w.exec("UPDATE respondents SET confirmed_at = NULL")
		if b.me().ID != "" {
			t.Error("a respondent who is none any more is still let in")
		}
	})
}

func TestForgedLinksToConsultations(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		invitation, respondent := w.invitation(w.org), w.respondent("someone@example.net")
		signer := w.engine.Signer()
		b := w.browser()
		for _, token := range append(flips(invitation), respondent, w.link("official"), consultation.InvitationLink(signer, "none")) {
			if a := b.do("GET", "/i", url.Values{"t": {token}}); a.Error != "dead_link" || a.Actor.ID != "" {
				t.Errorf("invitation %q: %+v", token, a)
			}
		}
		for _, token := range append(flips(respondent), invitation, consultation.RespondentLink(signer, "none")) {
			if a := b.do("POST", "/r", url.Values{"t": {token}}); a.Error != "dead_link" || a.Actor.ID != "" {
				t.Errorf("respondent %q: %+v", token, a)
			}
		}
		if n := w.count("SELECT count(*) FROM respondents WHERE confirmed_at IS NOT NULL"); n != 0 {
			t.Error("a forged link confirmed an address")
		}
	})
}
