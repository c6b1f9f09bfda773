// Package api is the JSON entrance, version 1: it reads requests, calls one
// use case of workflows for each, and writes what came of it. The OpenAPI
// document is made from the same declarations. It holds no rule of the domain,
// refuses what it cannot read to the last byte, and shows no stored row as it
// is: every answer is a type of its own.
package api

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"jahorina/app/exports"
	"jahorina/templates"
	"jahorina/workflows"
)

// Identify says who makes a request: a zero Actor without token, an error of
// kind Unauthenticated for a token that is not valid.
type Identify func(*http.Request) (workflows.Actor, error)

// Print makes a PDF of a page ("draft", "redline" or "response") with the
// parameters of a request, as the actor may see it.
type Print func(c *gin.Context, actor workflows.Actor, page string) (*exports.File, error)

// Parts are what the API stands on.
type Parts struct {
	Engine   *workflows.Engine
	Identify Identify
	Locales  *templates.Locales
	Log      *slog.Logger
	Version  string // of the program, for the OpenAPI document
	Print    Print  // nil: no PDFs
	// KeepFiles is how long files made or read in by long work are kept.
	KeepFiles time.Duration
}

type server struct {
	Parts
	api      huma.API
	registry huma.Registry
}

// Register puts every call on the group (usually /api/v1) of the router, and
// the OpenAPI document at openapi.json below it.
func Register(router *gin.Engine, group *gin.RouterGroup, p Parts) error {
	s := newServer(router, group, p)
	s.registerPeople()
	s.registerStrategies()
	s.registerDownloads()
	s.registerConsultations()
	s.registerReview()
	s.registerReviewing()
	s.registerParticipation()
	s.registerAgenda()
	s.registerDesk()
	s.registerColleagues()
	s.registerTranslations()
	s.registerObligations()
	s.registerPlans()
	s.registerCoverage()
	s.registerMatrix()
	s.registerDuties()
	s.registerPractices()
	s.registerGaps()
	s.registerReports()
	s.registerSubmissions()
	s.registerAttachments()
	s.registerWorks()
	s.registerForms()
	s.registerComments()
	s.registerModeration()
	s.registerReceipts()
	s.registerMessages()
	document, err := s.document()
	if err != nil {
		return fmt.Errorf("write the OpenAPI document: %w", err)
	}
	group.GET("/openapi.json", func(c *gin.Context) {
		c.Data(http.StatusOK, "application/openapi+json", document)
	})
	return nil
}

func newServer(router *gin.Engine, group *gin.RouterGroup, p Parts) *server {
	s := &server{Parts: p, registry: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)}
	format := huma.Format{Marshal: marshal, Unmarshal: json.Unmarshal}
	s.api = humagin.NewWithGroup(router, group, huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info:    &huma.Info{Title: "Jahorina", Version: p.Version},
			Servers: []*huma.Server{{URL: group.BasePath()}},
			Components: &huma.Components{
				Schemas:         s.registry,
				SecuritySchemes: map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer"}},
			},
		},
		// "json" serves application/problem+json.
		Formats:                      map[string]huma.Format{"application/json": format, "json": format},
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
		Transformers:                 []huma.Transformer{s.translate},
	})
	s.api.UseMiddleware(s.admit)
	return s
}

func marshal(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// NoRoute answers a call that does not exist.
func NoRoute(p Parts) gin.HandlerFunc { return refuse(p, http.StatusNotFound, "no_such_call") }

// NoMethod answers a call that exists, but not with this method.
func NoMethod(p Parts) gin.HandlerFunc {
	return refuse(p, http.StatusMethodNotAllowed, "method_not_allowed")
}

func refuse(p Parts, status int, key string) gin.HandlerFunc {
	return func(c *gin.Context) { Refuse(c.Writer, c.Request, p, &httpError{status: status, key: key}) }
}
