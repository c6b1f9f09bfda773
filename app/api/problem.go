package api

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"
	"github.com/gin-gonic/gin"

	"jahorina/workflows"
)

const problemType = "application/problem+json"

// Problem is an error as the API tells it (RFC 9457).
type Problem struct {
	Type      string  `json:"type" doc:"about:blank: the key says what it is"`
	Title     string  `json:"title" doc:"The status in words"`
	Status    int     `json:"status"`
	Detail    string  `json:"detail" doc:"What stands against it and what to do, for a person to read"`
	Key       string  `json:"key" doc:"The same for a program"`
	RequestID string  `json:"request_id,omitempty" doc:"To be quoted when asking for help"`
	Errors    []Fault `json:"errors,omitempty" doc:"Everything to correct, by field"`
}

// Fault is what is wrong with one field.
type Fault struct {
	Location string `json:"location" doc:"body, query or header"`
	Name     string `json:"name" doc:"For example comments[3].text"`
	Message  string `json:"message"`
	Key      string `json:"key"`
}

func (p *Problem) Error() string { return p.Detail }

// GetStatus is for huma.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is for huma.
func (p *Problem) ContentType(string) string { return problemType }

func (p *Problem) write(w http.ResponseWriter) {
	body, _ := json.Marshal(p) // strings and numbers: cannot fail
	w.Header().Set("Content-Type", problemType)
	if p.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer") // RFC 9110, 15.5.2
	}
	w.WriteHeader(p.Status)
	_, _ = w.Write(body) // whoever hung up gets nothing
}

// httpError is what only this entrance knows of.
type httpError struct {
	status int
	key    string
	args   map[string]any
}

func (e *httpError) Error() string { return fmt.Sprintf("%d %s", e.status, e.key) }

var statuses = map[workflows.Kind]int{
	workflows.Invalid: http.StatusUnprocessableEntity, workflows.Unauthenticated: http.StatusUnauthorized,
	workflows.Forbidden: http.StatusForbidden, workflows.NotFound: http.StatusNotFound, workflows.Conflict: http.StatusConflict,
	workflows.Stale: http.StatusPreconditionFailed, workflows.TooLarge: http.StatusRequestEntityTooLarge,
	workflows.TooMany: http.StatusTooManyRequests, workflows.Unavailable: http.StatusServiceUnavailable,
}

// Status is the HTTP status of a kind of error, for the API and the pages alike;
// what is no kind is a fault of ours.
func Status(k workflows.Kind) int { return cmp.Or(statuses[k], http.StatusInternalServerError) }

// statusHungUp is what the log shows for a client that went away (as nginx).
const statusHungUp = 499

// problem is the one place where an error becomes an answer. What is nobody's
// mistake but ours is logged, and told without its cause.
func (s *server) problem(who asker, err error) *Problem {
	var ours *httpError
	var e *workflows.Error
	switch {
	case errors.As(err, &ours):
		return newProblem(who, ours.status, ours.key, ours.args, nil)
	case errors.As(err, &e):
		return newProblem(who, Status(e.Kind), e.Key, e.Args, e.Fields)
	case errors.Is(err, context.Canceled):
		return newProblem(who, statusHungUp, "failed", nil, nil)
	}
	s.Log.Error("api call failed", "request_id", who.requestID, "error", err)
	return newProblem(who, http.StatusInternalServerError, "failed", nil, nil)
}

func newProblem(who asker, status int, key string, args map[string]any, fields []workflows.FieldError) *Problem {
	p := &Problem{
		Type: "about:blank", Title: cmp.Or(http.StatusText(status), "Client Closed Request"), Status: status,
		Key: key, Detail: who.text.Error(key, args), RequestID: who.requestID,
	}
	for _, f := range fields {
		p.Errors = append(p.Errors, Fault{Location: locationOf(f.Field), Name: f.Field, Message: who.text.Error(f.Key, f.Args), Key: f.Key})
	}
	return p
}

func locationOf(field string) string {
	switch field {
	case "If-Match", "Idempotency-Key":
		return "header"
	case "limit", "after", "against", "q":
		return "query"
	}
	return "body"
}

// translate puts what huma found wrong into the same form.
func (s *server) translate(ctx huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	who := askerOf(ctx.Context())
	switch {
	case m.Status == http.StatusUnprocessableEntity:
		return faulty(who, m.Errors), nil
	case m.Status == http.StatusNotAcceptable:
		return newProblem(who, m.Status, "not_acceptable", nil, nil), nil
	}
	return newProblem(who, m.Status, "malformed_json", map[string]any{"Offset": 0}, nil), nil
}

// faulty tells of values that have not the form the call declares.
func faulty(who asker, details []*huma.ErrorDetail) *Problem {
	p := newProblem(who, http.StatusUnprocessableEntity, "invalid", nil, nil)
	for _, d := range details {
		location, name, _ := strings.Cut(d.Location, ".")
		key, args := keyOfMessage(d.Message)
		p.Errors = append(p.Errors, Fault{Location: location, Name: name, Message: who.text.Error(key, args), Key: key})
	}
	slices.SortStableFunc(p.Errors, func(a, b Fault) int { return strings.Compare(a.Name, b.Name) })
	return p
}

// keyOfMessage knows huma's sentences.
func keyOfMessage(message string) (string, map[string]any) {
	switch message {
	case validation.MsgUnexpectedProperty, "unknown query parameter":
		return "unknown_field", nil
	case "required query parameter is missing":
		return "required", nil
	case validation.MsgExpectedRFC3339DateTime:
		return "not_a_time", nil
	case validation.MsgExpectedString:
		return "not_a_text", nil
	case validation.MsgExpectedInteger, validation.MsgExpectedNumber, "invalid integer":
		return "not_a_number", nil
	case validation.MsgExpectedBoolean:
		return "not_true_or_false", nil
	case validation.MsgExpectedArray:
		return "not_a_list", nil
	case validation.MsgExpectedObject:
		return "not_an_object", nil
	}
	return "bad_value", nil
}

// Refuse answers a request below the API's address that never reached a call:
// an unknown path, too many requests.
func Refuse(w http.ResponseWriter, r *http.Request, p Parts, err error) {
	s := &server{Parts: p}
	s.problem(newAsker(p, w, r), err).write(w)
}

// newAsker takes the request's id from the answer's header, where whoever gave
// it has left it, or gives one.
func newAsker(p Parts, w http.ResponseWriter, r *http.Request) asker {
	id := w.Header().Get("X-Request-Id")
	if id == "" {
		id = workflows.NewID()
		w.Header().Set("X-Request-Id", id)
	}
	return asker{text: p.Locales.For(r.Header.Get("Accept-Language")), requestID: id}
}

// survive turns a panic into an answer.
func (s *server) survive(c *gin.Context, who asker) {
	p := recover()
	if p == nil {
		return
	}
	if p == http.ErrAbortHandler { //nolint:errorlint // the value itself is the signal
		panic(p)
	}
	s.Log.Error("api call panicked", "request_id", who.requestID, "panic", p, "stack", string(debug.Stack()))
	if !c.Writer.Written() {
		newProblem(who, http.StatusInternalServerError, "failed", nil, nil).write(c.Writer)
	}
}
