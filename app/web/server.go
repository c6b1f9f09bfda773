// Package web serves the pages. Handlers parse, call a workflow and show; they
// hold no rule and know no right but what a page need not show. It is the only
// package that knows Gin.
package web

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"

	"github.com/gin-gonic/gin"

	"jahorina/app/api"
	"jahorina/app/identity"
	"jahorina/app/mail/mailbox"
	"jahorina/app/printing"
	"jahorina/templates"
	"jahorina/workflows"
)

// Parts are what the pages stand on.
type Parts struct {
	Engine   *workflows.Engine
	Identity *identity.Service
	API      api.Parts // of the calls on the same router; its texts and log are the pages' too
	BaseURL  string
	Proxies  []netip.Prefix    // whose X-Forwarded-For counts; none: nobody's
	Mailbox  *mailbox.Mailbox  // caught mail, in the demo alone
	Printer  *printing.Printer // nil: no PDFs
	Ready    func(*http.Request) error
	Metrics  http.Handler
}

// Server shows the pages.
type Server struct {
	Parts
	pages   *templates.Pages
	static  *templates.Static
	locales *templates.Locales
	router  *gin.Engine
	opens   map[string]bool // patterns of the routes that a link can lead to
}

// New loads the templates and lays out the routes.
func New(p Parts) (*Server, error) {
	s := &Server{Parts: p, locales: p.API.Locales, opens: map[string]bool{}}
	var err error
	if s.static, err = templates.LoadStatic(); err != nil {
		return nil, fmt.Errorf("load static files: %w", err)
	}
	if s.pages, err = templates.LoadPages(s.static); err != nil {
		return nil, err
	}
	s.API.Print = s.printForProgram
	return s, s.lay()
}

// Handler is the whole service: request id, log, limits, sessions, routes.
func (s *Server) Handler() http.Handler {
	return s.withRequestID(s.withLimits(s.withHeaders(s.Identity.Middleware(s.router))))
}

func (s *Server) lay() error {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.RedirectTrailingSlash, r.RedirectFixedPath, r.HandleMethodNotAllowed = false, false, true
	var trusted []string
	for _, p := range s.Proxies {
		trusted = append(trusted, p.String())
	}
	if err := r.SetTrustedProxies(trusted); err != nil {
		return fmt.Errorf("trust proxies: %w", err)
	}
	r.Use(s.recoverPanic)
	s.router = r
	for _, route := range s.routes() {
		if route.method == http.MethodGet {
			s.opens[route.path] = true
		}
		r.Handle(route.method, route.path, s.handle(route))
		// What looks through mails asks for links by HEAD: that must open none.
		if route.method == http.MethodGet && !strings.Contains(route.path, ":token") {
			r.Handle(http.MethodHead, route.path, s.handle(route))
		}
	}
	r.GET("/static/*path", gin.WrapH(s.static))
	r.HEAD("/static/*path", gin.WrapH(s.static))
	s.layProbes(r)
	r.NoRoute(s.unknown(api.NoRoute(s.API)))
	r.NoMethod(s.unknown(api.NoMethod(s.API)))
	return api.Register(r, r.Group("/api/v1"), s.API)
}

// unknown answers what there is not: programs by a problem, people by a page.
func (s *Server) unknown(program gin.HandlerFunc) gin.HandlerFunc {
	return func(c *gin.Context) {
		if strings.HasPrefix(c.Request.URL.Path, "/api/") {
			program(c)
			return
		}
		s.fail(c, workflows.Refuse(workflows.NotFound, "not_found"))
	}
}

// layProbes: alive, able to serve, numbers.
func (s *Server) layProbes(r *gin.Engine) {
	r.GET("/healthz", func(c *gin.Context) { c.String(http.StatusOK, "ok\n") })
	r.GET("/readyz", func(c *gin.Context) {
		if err := s.Ready(c.Request); err != nil {
			s.API.Log.Warn("not ready", "error", err)
			c.String(http.StatusServiceUnavailable, "not ready\n")
			return
		}
		c.String(http.StatusOK, "ready\n")
	})
	r.GET("/metrics", gin.WrapH(s.Metrics))
}
