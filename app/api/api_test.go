package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"jahorina/app/api"
	"jahorina/app/apptest/testbed"
	"jahorina/templates"
	"jahorina/workflows"
)

// world is an installation with its API; people sign in by their id.
type world struct {
	*testbed.Bed
	t       testing.TB
	handler http.Handler
	routes  gin.RoutesInfo
	actors  map[string]workflows.Actor
}

func newWorld(t testing.TB, b *testbed.Bed) *world {
	t.Helper()
	gin.SetMode(gin.ReleaseMode)
	locales, err := templates.LoadLocales()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{Bed: b, t: t, actors: map[string]workflows.Actor{}}
	router := gin.New()
	p := api.Parts{Engine: b.Engine, Identify: w.identify, Locales: locales, Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Version: "test", KeepFiles: 7 * 24 * time.Hour}
	if err := api.Register(router, router.Group("/api/v1"), p); err != nil {
		t.Fatal(err)
	}
	router.HandleMethodNotAllowed = true
	router.NoRoute(api.NoRoute(p))
	router.NoMethod(api.NoMethod(p))
	w.handler, w.routes = router, router.Routes()
	return w
}

func (w *world) identify(r *http.Request) (workflows.Actor, error) {
	token, given := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !given {
		return workflows.Actor{}, nil
	}
	a, ok := w.actors[token]
	if !ok {
		return a, workflows.Refuse(workflows.Unauthenticated, "bad_token")
	}
	return a, nil
}

// answer is what came back.
type answer struct {
	t      testing.TB
	status int
	header http.Header
	body   []byte
	value  map[string]any
}

// request is one call in the making.
type request struct {
	w      *world
	actor  workflows.Actor
	header http.Header
}

func (w *world) as(a workflows.Actor) request {
	return request{w: w, actor: a, header: http.Header{}}
}

func (r request) with(name, value string) request {
	h := r.header.Clone()
	h.Set(name, value)
	return request{r.w, r.actor, h}
}

// call sends body: nil for none, bytes as they are, all else as JSON.
func (r request) call(method, path string, body any) answer {
	raw, ok := body.([]byte)
	if !ok && body != nil {
		var err error
		if raw, err = json.Marshal(body); err != nil {
			panic(err)
		}
	}
	var reader io.Reader
	if body != nil {
		reader = bytes.NewReader(raw)
	}
	req := httptest.NewRequest(method, "/api/v1"+path, reader)
	req.Header = r.header.Clone()
	if r.actor.ID != "" {
		req.Header.Set("Authorization", "Bearer "+r.actor.ID)
	}
	if body != nil && req.Header.Get("Content-Type") == "" {
		req.Header.Set("Content-Type", "application/json")
	}
	rec := httptest.NewRecorder()
	r.w.handler.ServeHTTP(rec, req)
	a := answer{t: r.w.t, status: rec.Code, header: rec.Header(), body: rec.Body.Bytes()}
	_ = json.Unmarshal(a.body, &a.value) // not every answer is an object
	if found := otherZone.Find(a.body); found != nil {
		panic("a time that is not UTC: " + string(found))
	}
	return a
}

// otherZone finds times that are written with an offset.
var otherZone = regexp.MustCompile(`T\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d"`)

func (r request) get(path string) answer            { return r.call(http.MethodGet, path, nil) }
func (r request) post(path string, body any) answer { return r.call(http.MethodPost, path, body) }
func (r request) put(path string, body any) answer  { return r.call(http.MethodPut, path, body) }

// want ends the test unless the status is the one given.
func (a answer) want(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("status %d, want %d: %.600s", a.status, status, a.body)
	}
	return a
}

// refused ends the test unless it is a problem with status and key that names
// the fields, and that a person can read.
func (a answer) refused(status int, key string, fields ...string) answer {
	a.t.Helper()
	a.want(status)
	var p api.Problem
	if err := json.Unmarshal(a.body, &p); err != nil {
		a.t.Fatal(err)
	}
	if got := a.header.Get("Content-Type"); got != "application/problem+json" {
		a.t.Fatalf("a problem came as %s", got)
	}
	if p.Key != key || p.Status != status || p.RequestID == "" || p.Title == "" || strings.Contains(string(a.body), "⟦") {
		a.t.Fatalf("want %s: %s", key, a.body)
	}
	var named []string
	for _, f := range p.Errors {
		if !slices.Contains(named, f.Name) { // one field can have several faults
			named = append(named, f.Name)
		}
	}
	if strings.Join(named, " ") != strings.Join(fields, " ") {
		a.t.Fatalf("named %q, want %q: %s", named, fields, a.body)
	}
	return a
}

func (a answer) str(name string) string {
	a.t.Helper()
	s, ok := a.value[name].(string)
	if !ok {
		a.t.Fatalf("no text %q in %.600s", name, a.body)
	}
	return s
}

func (a answer) items() []map[string]any {
	a.t.Helper()
	return objects(a.t, a.value["items"])
}

func objects(t testing.TB, v any) []map[string]any {
	t.Helper()
	l, ok := v.([]any)
	if !ok {
		t.Fatalf("not a list: %v", v)
	}
	out := make([]map[string]any, len(l))
	for i := range l {
		out[i], _ = l[i].(map[string]any)
	}
	return out
}

type m = map[string]any

// signIn makes the actor one whom the API knows.
func (w *world) signIn(actors ...workflows.Actor) {
	for _, a := range actors {
		w.actors[a.ID] = a
	}
}
