package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"jahorina/app/apptest"
	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
)

// public are the calls anyone may make.
var public = []string{
	"ask-to-answer", "briefing", "calendar", "compare-coverage", "compare-matrices", "consultation", "consultation-translations", "coverage", "coverage-course", "diff", "diff-file", "draft", "draft-check", "draft-file", "draft-obligations", "draft-translations", "list-consultations", "list-instruments", "list-matrices", "list-obligations", "list-plans", "list-states", "matrix", "matrix-cell", "matrix-schema", "measure", "milestone", "obligation", "obligation-statuses", "outcome", "participation", "plan", "plan-report", "plan-report-file", "provision", "receipt", "receipt-key", "response", "response-file", "response-form-docx", "response-form-xlsx", "results", "unserved-obligations",
}

// contract are the calls clients are written against.
var contract = []string{
	"POST /organisations", "POST /strategies", "POST /strategies/{id}/drafts", "GET /drafts/{id}", "GET /drafts/{id}/diff",
	"POST /consultations", "GET /consultations", "GET /consultations/{id}", "POST /consultations/{id}/transitions",
	"POST /consultations/{id}/invitations", "POST /consultations/{id}/submissions", "PUT /submissions/{id}", "DELETE /submissions/{id}",
	"GET /consultations/{id}/comments", "PUT /comments/{id}/disposition", "POST /comments/{id}/disposition/agreement",
	"POST /consultations/{id}/decisions", "GET /consultations/{id}/response", "GET /consultations/{id}/record",
}

// operation is what a test looks at of one in the OpenAPI document.
type operation struct {
	OperationID string
	Parameters  []struct{ Name, In string }
	Security    []any
	RequestBody *struct{ Content map[string]any }
	Responses   map[string]struct{ Content map[string]any }
}

// operations reads them from the OpenAPI document.
func (w *world) operations() map[string]operation {
	var document struct {
		OpenAPI string
		Paths   map[string]map[string]operation
	}
	body := w.as(workflows.Actor{}).get("/openapi.json").want(http.StatusOK).body
	if err := json.Unmarshal(body, &document); err != nil {
		w.t.Fatal(err)
	}
	if document.OpenAPI != "3.1.0" {
		w.t.Fatalf("OpenAPI %s", document.OpenAPI)
	}
	out := map[string]operation{}
	for path, methods := range document.Paths {
		for method, op := range methods {
			out[strings.ToUpper(method)+" "+path] = op
		}
	}
	return out
}

func TestEveryCallIsDeclared(t *testing.T) {
	w := newWorld(t, sqlite(t))
	ops := w.operations()
	for _, c := range contract {
		if _, ok := ops[c]; !ok {
			t.Errorf("there is no %s", c)
		}
	}
	parameter := regexp.MustCompile(`:(\w+)`)
	for _, r := range w.routes {
		name := r.Method + " " + parameter.ReplaceAllString(strings.TrimPrefix(r.Path, "/api/v1"), "{$1}")
		if _, ok := ops[name]; !ok && name != "GET /openapi.json" {
			t.Errorf("%s is not in the document", name)
		}
	}
	var open []string
	for name, op := range ops {
		keyed := false
		for _, p := range op.Parameters {
			keyed = keyed || p.Name == "Idempotency-Key" && p.In == "header"
		}
		if keyed != strings.HasPrefix(name, "POST ") {
			t.Errorf("%s takes an Idempotency-Key: %v", name, keyed)
		}
		if op.Security == nil {
			open = append(open, op.OperationID)
		}
		if op.Responses["default"].Content["application/problem+json"] == nil {
			t.Errorf("%s declares no errors", name)
		}
	}
	if sort.Strings(open); !slices.Equal(open, public) {
		t.Errorf("open to everyone: %q", open)
	}
}

func sqlite(t testing.TB) *testbed.Bed {
	t.Helper()
	url := apptest.SQLite(t)
	if err := testbed.Migrate(url); err != nil {
		t.Fatal(err)
	}
	return testbed.Open(t, url)
}

// Every call, as visitor, with a dead token, as people of each role, on what
// does not exist, with bodies that are empty, odd or of wrong types: never a
// fault of ours, and nothing for whoever nobody knows.
func TestEveryCallStandsEveryBody(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		w := newWorld(t, b)
		w.signIn(b.Admin, b.Official, b.Reviewer, b.Auditor)
		dead := workflows.Actor{}
		dead.ID = "user:nobody"
		parameter := regexp.MustCompile(`\{\w+\}`)
		for name, op := range w.operations() {
			method, path, _ := strings.Cut(name, " ")
			path = parameter.ReplaceAllString(path, "nowhere")
			w.as(dead).call(method, path, nil).refused(http.StatusUnauthorized, "bad_token")
			if got := w.as(workflows.Actor{}).call(method, path, nil).status; op.Security != nil && got != http.StatusUnauthorized {
				t.Errorf("%s without token: %d", name, got)
			}
			for _, who := range []workflows.Actor{b.Admin, b.Official, b.Reviewer, b.Auditor} {
				for _, body := range []any{nil, []byte(`{}`), []byte(`[]`), []byte(`null`), []byte(`7`), []byte(`"x"`), []byte(`{"id":{}}`)} {
					r := w.as(who).with("If-Match", `"1"`).with("Content-Type", contentType(op))
					a := r.call(method, path, body)
					// Without body and object, a call is about the asker alone.
					own := op.RequestBody == nil && !strings.Contains(path, "nowhere")
					if a.status >= 500 || a.status < 400 && method != http.MethodGet && !own {
						t.Errorf("%s %v: %d %s", name, body, a.status, a.body)
					}
					if a.status >= 400 && !strings.Contains(string(a.body), `"key"`) || strings.Contains(string(a.body), "⟦") {
						t.Errorf("%s %v: %s", name, body, a.body)
					}
				}
			}
		}
	})
}

// contentType is one the call takes.
func contentType(op operation) string {
	if op.RequestBody == nil || op.RequestBody.Content["application/json"] != nil {
		return "application/json"
	}
	for media := range op.RequestBody.Content {
		return media
	}
	return ""
}

func TestUnknownAddresses(t *testing.T) {
	w := newWorld(t, sqlite(t))
	visitor := w.as(workflows.Actor{})
	visitor.get("/nothing").refused(http.StatusNotFound, "no_such_call")
	visitor.call(http.MethodPatch, "/consultations", nil).refused(http.StatusMethodNotAllowed, "method_not_allowed")
	visitor.get("/consultations?stat=open").refused(http.StatusUnprocessableEntity, "invalid", "stat")
	visitor.get("/docs").want(http.StatusNotFound)
	visitor.get("/schemas/Problem.json").want(http.StatusNotFound)
}

// Everything that is wrong is named at once.
func TestEveryWrongFieldIsNamed(t *testing.T) {
	each(t, consultation.Open, func(_ *testing.T, s *setting) {
		official := s.as(s.Official)
		required := []string{"title", "summary", "kind", "opens_at", "closes_at"}
		draft := m{"draft_id": s.consultation.DraftID}
		official.post("/consultations", draft).refused(http.StatusUnprocessableEntity, "invalid", required...)
		official.post("/consultations", m{
			"draft_id": s.consultation.DraftID, "title": "x", "summary": "x", "kind": "secret", "sectors": []string{"industry", "none"}, "quorum": 99,
			"opens_at": "2026-03-10T00:00:00+01:00", "closes_at": "9999-12-31T23:59:59-14:00", "questions": []m{{"text": "", "kind": "single"}},
		}).refused(http.StatusUnprocessableEntity, "invalid", "kind", "sectors[1]", "quorum", "closes_at", "questions[0].text", "questions[0].options")
		official.post("/consultations", m{
			"draft_id": 5, "title": m{}, "quorum": "two", "opens_at": "soon", "closes_at": true, "sectors": "industry", "questions": []any{"x"}, "colour": "red",
		}).refused(http.StatusUnprocessableEntity, "invalid", "closes_at", "colour", "draft_id", "opens_at", "questions[0]", "quorum", "sectors", "title")
		official.post("/consultations", []byte(`{"title":"a","TITLE":"b","questions":[{"text":"a","text":"b"}]}`)).
			refused(http.StatusUnprocessableEntity, "invalid", "TITLE", "questions[0].text")
		official.post("/organisations", m{"state": testbed.State}).refused(http.StatusUnprocessableEntity, "invalid", "name", "sector", "email")
		for _, body := range []string{`{"title":"x"} x`, `{"title":"x"}{}`, `{"title"`, `{title:"x"}`, "\ufeff{}", `{"title":"x",}`} {
			official.post("/strategies", []byte(body)).refused(http.StatusBadRequest, "malformed_json")
		}
		official.post("/strategies", []byte{}).refused(http.StatusBadRequest, "body_required")
		official.with("Content-Type", "application/x-www-form-urlencoded").post("/strategies", []byte("title=x")).refused(http.StatusUnsupportedMediaType, "media_type")
		official.with("Content-Type", "application/json; charset=utf-16").post("/strategies", []byte("{}")).refused(http.StatusUnsupportedMediaType, "media_type")
		official.post(s.path+"/transitions", m{"action": "fly"}).refused(http.StatusForbidden, "forbidden")
		official.get(s.path+"/comments?outcome=good&limit=500").refused(http.StatusUnprocessableEntity, "invalid", "outcome")
		for _, query := range []string{"limit=201", "limit=-1", "limit=x"} {
			official.get("/consultations?"+query).refused(http.StatusUnprocessableEntity, "invalid", "limit")
		}
		for _, tag := range []string{"*", `"1", "2"`, `"0"`, `"-1"`, `"01"`, `"x"`, `""`, "1e3"} {
			official.with("If-Match", tag).put(s.path, draft).refused(http.StatusUnprocessableEntity, "invalid", "If-Match")
		}
	})
}

// Lists come in pages of which each item is on exactly one.
func TestPages(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		w := newWorld(t, b)
		w.signIn(b.Official)
		draft := b.Draft(testbed.Text)
		var want []string
		for range 5 {
			want = append([]string{b.Consultation(b.New(draft.ID)).ID}, want...)
			b.Clock.Add(time.Second)
		}
		var got []string
		next := any("")
		for pages := 0; next != nil; pages++ {
			if pages > 3 {
				t.Fatal("the list does not end")
			}
			page := w.as(b.Official).get(fmt.Sprintf("/consultations?limit=2&after=%s", next)).want(http.StatusOK)
			for _, c := range page.items() {
				got = append(got, c["id"].(string))
			}
			next = page.value["next"]
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		if items := w.as(workflows.Actor{}).get("/consultations").items(); len(items) != 0 {
			t.Errorf("a visitor sees %v", items)
		}
	})
}
