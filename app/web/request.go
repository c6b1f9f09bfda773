package web

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"jahorina/app/api"
	"jahorina/app/identity"
	"jahorina/policies"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/strategy"
)

// request is one page asked for, by whom and in which language.
type request struct {
	s       *Server
	c       *gin.Context
	actor   workflows.Actor
	text    *templates.Text
	form    url.Values
	brought *strategy.Content // the document of the form, as read before the change

	// Of a form that was refused, when its page is shown again.
	errors []templates.FieldError
	again  bool // no fault: a button of the form asked for the page
	status int

	paper *paper // set where the page is printed instead of sent
}

// errAgain of a change shows its page again with all that was typed: for
// buttons such as "add a row" on pages without scripts. Nothing is stored.
var errAgain = errors.New("show the form again")

// route is a line of the table of routes. A form is shown by the page handler
// and sent to the change handler; what is refused brings back the page with
// everything that was typed.
type route struct {
	method, path string
	page         func(*request) error
	change       func(*request, *workflows.Tx) (done, error)
	before       func(*request) error // the change: what takes too long to do while others wait
}

// done says where a change leads and what to tell there: the key of a text
// "flash.<key>", or nothing.
type done struct {
	to, flash string
	then      func() error // after the commit: what belongs to the session, not to the record
}

func get(path string, page func(*request) error) route {
	return route{method: http.MethodGet, path: path, page: page}
}

func post(path string, page func(*request) error, change func(*request, *workflows.Tx) (done, error)) route {
	return route{method: http.MethodPost, path: path, page: page, change: change}
}

// after has the work done that would hold others up within the change. What it
// refuses brings the form back like what the change refuses.
func (rt route) after(before func(*request) error) route {
	rt.before = before
	return rt
}

func (s *Server) handle(rt route) gin.HandlerFunc {
	return func(c *gin.Context) {
		q := s.newRequest(c)
		serve := rt.page
		if rt.change != nil {
			serve = func(q *request) error { return q.send(rt) }
		}
		err := serve(q)
		if err != nil {
			s.fail(c, err)
		}
	}
}

// newRequest finds out who asks and chooses the language: the one chosen on the
// page, the person's own, the browser's.
func (s *Server) newRequest(c *gin.Context) *request {
	ctx := c.Request.Context()
	q := &request{s: s, c: c, status: http.StatusOK, actor: s.Identity.Actor(ctx)}
	q.text = s.locales.For(s.Identity.Language(ctx), q.actor.Language, c.GetHeader("Accept-Language"))
	return q
}

// send parses the form once, checks that it is ours, makes the change in one
// transaction and leads on. The same form sent again gets the same answer.
func (q *request) send(rt route) error {
	if err := q.parse(); err != nil {
		return err
	}
	if err := q.s.Identity.CheckCSRF(q.c.Request, q.form.Get("csrf_token")); err != nil {
		return q.kept(err)
	}
	if rt.before != nil {
		if err := rt.before(q); err != nil {
			return q.refused(rt, err)
		}
	}
	key := q.form.Get("request_id")
	if key != "" {
		key = "form:" + key
	}
	var result done
	err := q.s.Engine.Write(q.context(), q.actor, func(tx *workflows.Tx) error {
		asked := struct{ Path, Form string }{q.c.Request.URL.Path, q.form.Encode()}
		to, err := workflows.Once(tx, key, asked, func() ([2]string, error) {
			var err error
			result, err = rt.change(q, tx)
			return [2]string{result.to, result.flash}, err
		})
		result.to, result.flash = to[0], to[1]
		return err
	})
	if err != nil {
		return q.refused(rt, err)
	}
	if result.then != nil {
		if err := result.then(); err != nil {
			return err
		}
	}
	if result.flash != "" {
		flash := identity.Flash{Kind: "success", Text: q.text.T("flash." + result.flash)}
		if err := q.s.Identity.SetFlash(q.context(), flash); err != nil {
			return err
		}
	}
	q.c.Redirect(http.StatusSeeOther, result.to)
	return nil
}

// refused shows the form again with what is wrong and all that was typed, if
// the fault is one the person can mend there.
func (q *request) refused(rt route, err error) error {
	if errors.Is(err, errAgain) {
		q.again = true
		return rt.page(q)
	}
	var e *workflows.Error
	if errors.As(err, &e) && (e.Kind == workflows.Unauthenticated || e.Kind == workflows.Forbidden || e.Kind == workflows.NotFound) {
		return q.kept(err) // signed out, perhaps, while they were writing
	}
	if rt.page == nil || e == nil || (e.Kind != workflows.Invalid && e.Kind != workflows.Conflict && e.Kind != workflows.Stale && e.Kind != workflows.TooLarge) {
		return err
	}
	q.status = api.Status(e.Kind)
	for _, f := range e.Fields {
		q.errors = append(q.errors, templates.FieldError{Field: f.Field, Message: q.problem(f)})
	}
	if len(e.Fields) == 0 {
		q.errors = append(q.errors, templates.FieldError{Message: q.text.Error(e.Key, e.Args)})
	}
	return rt.page(q)
}

// problem says what is wrong with a field. Of one that is empty it says what to
// give there: several lines "Fill this in" over a form would help nobody.
func (q *request) problem(f workflows.FieldError) string {
	needed := "error.needed." + anyIndex.ReplaceAllString(f.Field, "")
	if f.Key == "required" && q.text.Has(needed) {
		return q.text.T(needed)
	}
	return q.text.Error(f.Key, f.Args)
}

var anyIndex = regexp.MustCompile(`\[\d+\]`)

// parse reads the form once, with its limits; a body that is too large or
// malformed is an error, never an empty form.
func (q *request) parse() error {
	r := q.c.Request
	media, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	var err error
	switch media {
	case "application/x-www-form-urlencoded":
		err = r.ParseForm()
	case "multipart/form-data":
		err = r.ParseMultipartForm(1 << 20)
	default:
		return workflows.Refuse(workflows.Invalid, "not_a_form")
	}
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return workflows.Refuse(workflows.TooLarge, "too_large", "Max", large.Limit)
	}
	if err != nil {
		return workflows.Refuse(workflows.Invalid, "not_a_form")
	}
	q.form = r.PostForm
	for name, values := range q.form {
		for i, v := range values {
			if !utf8.ValidString(v) {
				return workflows.InvalidField(name, "not_utf8")
			}
			// Browsers send lines as CRLF; texts are kept as typed.
			values[i] = strings.ReplaceAll(v, "\r\n", "\n")
		}
	}
	return nil
}

// file returns an uploaded file's name and bytes, or nothing if none was sent.
func (q *request) file(field string) (string, []byte, error) {
	f, header, err := q.c.Request.FormFile(field)
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return "", nil, nil
	}
	if err != nil {
		return "", nil, workflows.Refuse(workflows.Invalid, "not_a_form")
	}
	defer f.Close()
	content, err := io.ReadAll(f)
	if err != nil {
		return "", nil, fmt.Errorf("read upload: %w", err)
	}
	return header.Filename, content, nil
}

func (q *request) read() *workflows.Tx { return q.s.Engine.Read(q.context(), q.actor) }

// page is where a list goes on, from the query.
func (q *request) page() workflows.Page { return workflows.Page{After: q.c.Query("after")} }

// more is the link to the next page of this list, or "".
func (q *request) more(next string) string {
	if next == "" {
		return ""
	}
	u := *q.c.Request.URL
	v := u.Query()
	v.Set("after", next)
	u.RawQuery = v.Encode()
	return u.RequestURI()
}

// states are the countries in which the actor holds a role, first the one asked
// for in the query.
func (q *request) state() string {
	asked := q.c.Query("state")
	first := ""
	for _, h := range q.actor.Roles {
		if h.State == asked {
			return asked
		}
		if first == "" {
			first = h.State
		}
	}
	return first
}

// holds says whether the actor holds any of the roles anywhere: to choose what
// a page shows, never what may be done.
func (q *request) holds(roles ...string) bool {
	for _, h := range q.actor.Roles {
		for _, r := range roles {
			if h.Role == r {
				return true
			}
		}
	}
	return false
}

// runs says whether the actor works for the ministry.
func (q *request) runs() bool { return q.holds(policies.Official, policies.Reviewer, policies.Auditor) }
