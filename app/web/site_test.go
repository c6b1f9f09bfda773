package web

import (
	"bytes"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"jahorina/app/api"
	"jahorina/app/apptest"
	"jahorina/app/apptest/testbed"
	"jahorina/app/identity"
	"jahorina/templates"
	"jahorina/workflows"
)

// site is the pages on a real installation, for tests.
type site struct {
	t   *testing.T
	bed *testbed.Bed
	url string

	pages *Server
}

func newSite(t *testing.T) *site {
	t.Helper()
	locales, err := templates.LoadLocales()
	if err != nil {
		t.Fatal(err)
	}
	return newSiteIn(t, locales)
}

// newSiteIn is newSite in other languages.
func newSiteIn(t *testing.T, locales *templates.Locales) *site {
	t.Helper()
	database := apptest.SQLite(t)
	if err := testbed.Migrate(database); err != nil {
		t.Fatal(err)
	}
	return newSiteOn(t, locales, testbed.Open(t, database))
}

// newSiteOn is newSite with what is there already.
func newSiteOn(t *testing.T, locales *templates.Locales, bed *testbed.Bed) *site {
	t.Helper()
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	who, err := identity.New(bed.Engine, bed.Store.DB, server.URL)
	if err != nil {
		t.Fatal(err)
	}
	nobody := func(*http.Request) (workflows.Actor, error) { return workflows.Actor{}, nil }
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError}))
	pages, err := New(Parts{
		Engine: bed.Engine, Identity: who, API: api.Parts{Engine: bed.Engine, Identify: nobody, Locales: locales, Log: log, KeepFiles: keepFiles},
		BaseURL: server.URL, Ready: func(*http.Request) error { return nil }, Metrics: http.NotFoundHandler(),
	})
	if err != nil {
		t.Fatal(err)
	}
	handler = pages.Handler()
	return &site{t: t, bed: bed, url: server.URL, pages: pages}
}

// reader is one person's browser, without scripts.
type reader struct {
	s      *site
	client *http.Client
	at     string // path of the page shown last
	status int
	body   string
}

// as is the browser of a person who has signed in; the zero actor is a visitor.
func (s *site) as(a workflows.Actor) *reader {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	r := &reader{s: s, client: &http.Client{Jar: jar, Timeout: 20 * time.Second}}
	id, person := strings.CutPrefix(a.ID, "user:")
	if !person {
		return r
	}
	var token string
	s.bed.Do(workflows.Operator(), func(tx *workflows.Tx) (err error) {
		token, err = identity.NewSignInLink(tx, id, time.Hour)
		return err
	})
	r.get("/sign-in/" + token)
	r.post("/sign-in/"+token, nil)
	if r.status != http.StatusOK {
		s.t.Fatalf("sign in %s: %d", a.Name, r.status)
	}
	return r
}

// get opens a page and follows where it leads.
func (r *reader) get(path string) *reader {
	r.s.t.Helper()
	resp, err := r.client.Get(r.s.url + path)
	return r.took(resp, err)
}

var (
	tokenField = regexp.MustCompile(`name="csrf_token" value="([^"]+)"`)
	requestID  = regexp.MustCompile(`name="request_id" value="([^"]+)"`)
)

// post sends the form with the action that stands on the page shown now.
func (r *reader) post(action string, typed url.Values) *reader {
	r.s.t.Helper()
	resp, err := r.client.PostForm(r.s.url+action, r.fill(action, typed))
	return r.took(resp, err)
}

// upload is post of a form with a file.
func (r *reader) upload(action string, typed url.Values, field, name string, content []byte) *reader {
	r.s.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for key, values := range r.fill(action, typed) {
		for _, v := range values {
			if err := w.WriteField(key, v); err != nil {
				r.s.t.Fatal(err)
			}
		}
	}
	part, err := w.CreateFormFile(field, name)
	if err == nil {
		_, err = part.Write(content)
	}
	if err != nil {
		r.s.t.Fatal(err)
	}
	w.Close()
	resp, err := r.client.Post(r.s.url+action, w.FormDataContentType(), &body)
	return r.took(resp, err)
}

func (r *reader) fill(action string, typed url.Values) url.Values {
	r.s.t.Helper()
	form := url.Values{}
	for k, v := range typed {
		form[k] = v
	}
	_, rest, found := strings.Cut(r.body, `action="`+action+`"`)
	if !found {
		rest = r.body
	}
	token, id := tokenField.FindStringSubmatch(rest), requestID.FindStringSubmatch(rest)
	if token == nil || id == nil {
		r.s.t.Fatalf("no form %s on %s (%d):\n%s", action, r.at, r.status, r.text())
	}
	form.Set("csrf_token", token[1])
	form.Set("request_id", id[1])
	return form
}

func (r *reader) took(resp *http.Response, err error) *reader {
	r.s.t.Helper()
	if err != nil {
		r.s.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		r.s.t.Fatal(err)
	}
	r.status, r.body, r.at = resp.StatusCode, string(body), resp.Request.URL.RequestURI()
	if r.status >= 500 || strings.Contains(r.body, "⟦") {
		r.s.t.Fatalf("%s: %d\n%s", r.at, r.status, r.text())
	}
	return r
}

var markup = regexp.MustCompile(`(?s)<[^>]*>`)

// text is what the page says, for messages.
func (r *reader) text() string {
	_, main, _ := strings.Cut(r.body, "<main")
	return strings.Join(strings.Fields(markup.ReplaceAllString(main, " ")), " ")
}

// says fails the test unless the page has the status and all of the texts.
func (r *reader) says(status int, texts ...string) *reader {
	r.s.t.Helper()
	if r.status != status {
		r.s.t.Fatalf("%s: status %d, want %d: %s", r.at, r.status, status, r.text())
	}
	if strings.Contains(r.body, "⟦") {
		r.s.t.Errorf("%s shows the name of a text that there is not:\n%s", r.at, r.text())
	}
	for _, text := range texts {
		if !strings.Contains(r.body, text) {
			r.s.t.Errorf("%s lacks %q:\n%s", r.at, text, r.text())
		}
	}
	return r
}

// lacks fails the test if the page has any of the texts.
func (r *reader) lacks(texts ...string) *reader {
	r.s.t.Helper()
	for _, text := range texts {
		if strings.Contains(r.body, text) {
			r.s.t.Errorf("%s has %q", r.at, text)
		}
	}
	return r
}

// find is the first match of the pattern's group on the page.
func (r *reader) find(pattern string) string {
	r.s.t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(r.body)
	if m == nil {
		r.s.t.Fatalf("%s has nothing like %s:\n%s", r.at, pattern, r.text())
	}
	return m[1]
}
