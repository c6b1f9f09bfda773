package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"jahorina/templates"
	"jahorina/workflows"
)

// testServer has no engine: whatever reaches for it panics.
func testServer(t *testing.T, log *bytes.Buffer) (*server, *gin.Engine) {
	t.Helper()
	gin.SetMode(gin.ReleaseMode)
	locales, err := templates.LoadLocales()
	if err != nil {
		t.Fatal(err)
	}
	router := gin.New()
	nobody := func(*http.Request) (workflows.Actor, error) { return workflows.Actor{}, nil }
	p := Parts{Identify: nobody, Locales: locales, Log: slog.New(slog.NewTextHandler(log, nil))}
	return newServer(router, router.Group("/api/v1"), p), router
}

// A fault of ours is logged whole and told without its cause, under one id.
func TestFaultsOfOursStayInside(t *testing.T) {
	var log bytes.Buffer
	s, router := testServer(t, &log)
	read(s, call{path: "/broken", id: "broken", public: true}, func(*workflows.Tx, *struct{}) (Named, error) { return Named{}, nil })
	rec := httptest.NewRecorder()
	req := httptest.NewRequest(http.MethodGet, "/api/v1/broken", nil)
	router.ServeHTTP(rec, req)
	id := rec.Header().Get("X-Request-Id")
	if rec.Code != http.StatusInternalServerError || !strings.Contains(rec.Body.String(), id) || strings.Contains(rec.Body.String(), "nil pointer") {
		t.Errorf("a panic is told as %d %s", rec.Code, rec.Body)
	}
	if !strings.Contains(log.String(), id) || !strings.Contains(log.String(), "nil pointer") {
		t.Errorf("a panic is logged as %s", &log)
	}

	log.Reset()
	who := newAsker(s.Parts, httptest.NewRecorder(), req)
	p := s.problem(who, fmt.Errorf("store: %w", errors.New("password is x")))
	if p.Status != http.StatusInternalServerError || p.Key != "failed" || strings.Contains(fmt.Sprint(*p), "password") || !strings.Contains(log.String(), "password") {
		t.Errorf("told %+v, logged %s", *p, &log)
	}
}

func TestKindsBecomeStatuses(t *testing.T) {
	var log bytes.Buffer
	s, _ := testServer(t, &log)
	who := newAsker(s.Parts, httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	for kind, want := range map[workflows.Kind]int{
		workflows.Invalid: 422, workflows.Unauthenticated: 401, workflows.Forbidden: 403, workflows.NotFound: 404,
		workflows.Conflict: 409, workflows.Stale: 412, workflows.TooLarge: 413, workflows.TooMany: 429,
	} {
		if p := s.problem(who, fmt.Errorf("wrapped: %w", workflows.Refuse(kind, "not_found"))); p.Status != want || p.Title == "" {
			t.Errorf("kind %d is %+v, want %d", kind, *p, want)
		}
	}
	if p := s.problem(who, context.Canceled); p.Status != statusHungUp || log.Len() > 0 {
		t.Errorf("a client that hung up: %+v, %s", *p, &log)
	}
}
