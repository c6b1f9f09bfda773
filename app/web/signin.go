package web

import (
	"net/http"
	"strings"

	"jahorina/workflows"
)

const (
	seeOther = http.StatusSeeOther

	// wantedCookie keeps the page asked for until the link in the mail is
	// opened; a quarter of an hour, like the link.
	wantedCookie  = "jahorina_wanted"
	wantedSeconds = 15 * 60
)

type signInView struct {
	To   string
	Sent bool
}

func signInPage(q *request) error {
	v := signInView{To: localPath(q.c.Query("to")), Sent: q.c.Query("sent") != ""}
	title := q.text.T("public.signin.title")
	if v.Sent {
		title = q.text.T("public.signin.sent_title")
	}
	return q.show("public/signin", title, v)
}

// askForLink answers the same whether the address has an account or not.
func askForLink(q *request, _ *workflows.Tx) (done, error) {
	email := q.form.Get("email")
	var p workflows.Problems
	if p.Email("email", email); len(p) > 0 {
		return done{}, p.Err()
	}
	send := func() error {
		q.setWanted(localPath(q.form.Get("to")), wantedSeconds)
		return q.s.Identity.RequestLink(q.context(), email)
	}
	return done{to: "/signin?sent=1", then: send}, nil
}

// signInLinkPage shows a button alone: a link works once, and must not be used
// up by what looks through mails.
func signInLinkPage(q *request) error {
	return q.show("public/signin_link", q.text.T("public.signin.link_title"), nil)
}

func signIn(q *request, _ *workflows.Tx) (done, error) {
	to := "/home"
	if wanted, err := q.c.Cookie(wantedCookie); err == nil && localPath(wanted) != "" {
		to = wanted
	}
	enter := func() error {
		if _, err := q.s.Identity.SignIn(q.context(), q.c.Param("token")); err != nil {
			return err
		}
		q.setWanted("", -1)
		return nil
	}
	return done{to: to, then: enter}, nil
}

func signOut(q *request, _ *workflows.Tx) (done, error) {
	return done{to: "/", flash: "signed_out", then: func() error { return q.s.Identity.SignOut(q.context()) }}, nil
}

func (q *request) setWanted(path string, seconds int) {
	if path == "" && seconds > 0 {
		return
	}
	q.c.SetSameSite(http.SameSiteLaxMode)
	q.c.SetCookie(wantedCookie, path, seconds, "/", "", strings.HasPrefix(q.s.BaseURL, "https://"), true)
}

// localPath returns the path if it leads to a page of ours, else "": a sign-in
// must not send people elsewhere.
func localPath(to string) string {
	if len(to) > 500 || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t\x00") {
		return ""
	}
	return to
}
