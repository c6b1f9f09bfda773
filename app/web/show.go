package web

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"jahorina/app/api"
	"jahorina/policies"
	"jahorina/templates"
	"jahorina/workflows"
)

func (q *request) context() context.Context { return q.c.Request.Context() }

// show renders a page. title is translated already.
func (q *request) show(name, title string, view any) error {
	if q.paper != nil {
		return q.showOnPaper(name, title, view)
	}
	page := templates.Page{
		Text: q.text, Title: title, Path: q.here(), Address: q.address(), CSRF: func() string { return q.s.Identity.CSRF(q.context()) },
		RequestID: workflows.NewID(), User: q.user(), Nav: q.nav(), Footer: q.footer(), Flash: q.flash(),
		Errors: q.errors, Demo: q.s.Mailbox != nil, Languages: q.s.locales.All(), Data: view,
	}
	if len(q.errors) > 0 || q.again {
		page.Typed = q.form
	}
	var out bytes.Buffer
	if err := q.s.pages.Render(&out, name, page); err != nil {
		return err
	}
	return q.deliver(out.Bytes())
}

// address is the whole address of this page, for whoever prints it. What opens
// by knowing it alone is not printed.
func (q *request) address() string {
	if strings.Contains(q.c.FullPath(), ":token") {
		return ""
	}
	return q.s.BaseURL + q.place()
}

// here is the address to come back to after signing in or choosing a language.
func (q *request) here() string {
	if q.c.Request.URL.Path == "/signin" {
		return q.c.Query("to")
	}
	return q.place()
}

func (q *request) user() *templates.User {
	if q.actor.ID == "" {
		return nil
	}
	u := &templates.User{Name: q.actor.Name}
	if q.actor.IsPerson() {
		u.Account = "/profile"
	}
	for _, h := range q.actor.Roles {
		u.Roles = append(u.Roles, strings.TrimPrefix(h.Role, "role:"))
	}
	return u
}

func (q *request) flash() *templates.Flash {
	f, ok := q.s.Identity.TakeFlash(q.context())
	if !ok {
		return nil
	}
	return &templates.Flash{Kind: f.Kind, Title: f.Title, Text: f.Text}
}

// nav is the menu, cut down to what the actor's roles have use for.
func (q *request) nav() []templates.Link {
	path := q.c.Request.URL.Path
	var out []templates.Link
	add := func(key, href string) {
		current := path == href || href != "/" && strings.HasPrefix(path, href+"/")
		out = append(out, templates.Link{Label: q.text.T("nav." + key), Href: href, Current: current})
	}
	if q.actor.IsPerson() {
		add("home", "/home")
	}
	add("consultations", "/consultations")
	add("calendar", "/calendar")
	if q.holds(policies.Official, policies.Reviewer, policies.Observer, policies.Auditor, policies.Partner) {
		add("strategies", "/strategies")
	}
	if q.holds(policies.Official, policies.Reviewer, policies.Auditor, policies.Adviser) {
		add("reviews", "/reviews")
	}
	if q.holds(policies.Administrator, policies.Official) {
		add("organisations", "/organisations")
	}
	if q.holds(policies.Administrator) {
		add("people", "/people")
		add("mail", "/mail")
	}
	if q.s.Mailbox != nil {
		add("mailbox", "/mailbox")
	}
	return out
}

func (q *request) footer() []templates.Link {
	var out []templates.Link
	for _, l := range []struct{ key, href string }{{"plans", "/plans"}, {"obligations", "/obligations"}, {"coverage", "/coverage"}, {"matrix", "/matrix"}, {"receipt", "/receipts"}, {"rights", "/rights"}, {"api", "/api/v1/openapi.json"}} {
		out = append(out, templates.Link{Label: q.text.T("footer." + l.key), Href: l.href})
	}
	return out
}

var errorPages = map[workflows.Kind]string{
	workflows.Invalid: "bad_request", workflows.Unauthenticated: "sign_in", workflows.Forbidden: "forbidden", workflows.NotFound: "not_found",
	workflows.Conflict: "conflict", workflows.Stale: "conflict", workflows.TooLarge: "too_large", workflows.TooMany: "too_many",
	workflows.Unavailable: "unavailable",
}

// fail answers an error with the page that says what happened and what to do.
// What is no *workflows.Error is a fault of ours: logged in full, shown as an
// id.
func (s *Server) fail(c *gin.Context, err error) {
	var e *workflows.Error
	kind, status, what := "failed", http.StatusInternalServerError, ""
	q := s.newRequest(c)
	switch {
	case errors.As(err, &e):
		kind, status = errorPages[e.Kind], api.Status(e.Kind)
		if e.Key != "not_found" && e.Key != "sign_in" && e.Key != "invalid" {
			what = q.text.Error(e.Key, e.Args)
		}
		if e.Key == "dead_link" {
			kind, what = "link_expired", ""
		}
		if e.Key == "deadline_passed" {
			kind = "too_late"
		}
	case errors.Is(err, context.Canceled):
		return // nobody is there to read it
	case err != nil:
		s.API.Log.Error("request failed", "id", RequestID(c.Request.Context()), "error", err)
	}
	q.status = status
	title, view := templates.NewErrorPage(q.text, kind, "")
	if what != "" {
		view.What = what
	}
	if status >= 500 {
		view.RequestID = RequestID(c.Request.Context())
	}
	if kind == "link_expired" && strings.HasPrefix(c.Request.URL.Path, "/sign-in/") {
		view.Link = templates.Link{Label: q.text.T("error.page.new_link"), Href: "/signin"}
	}
	if kind == "sign_in" {
		view.Link = templates.Link{Label: q.text.T("layout.sign_in"), Href: "/signin?to=" + url.QueryEscape(c.Request.URL.RequestURI())}
	}
	if err := q.show("public/error", title, view); err != nil {
		s.API.Log.Error("error page failed", "error", err)
		c.String(status, http.StatusText(status))
	}
}
