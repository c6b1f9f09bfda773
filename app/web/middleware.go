package web

import (
	"context"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"jahorina/workflows"
)

// Limits of one request.
const (
	maxForm   = 4 << 20 // bytes of an ordinary form
	maxUpload = 8 << 20 // bytes of a form with files; API calls have limits of their own below it
)

type requestIDKey struct{}

// RequestID is the id under which the request stands in the log.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// withRequestID gives each request an id of ours and logs how it ended. The
// query is left out: it can hold words people searched for.
func (s *Server) withRequestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, start := workflows.NewID(), time.Now()
		w.Header().Set("X-Request-Id", id)
		rec := &statusRecorder{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(rec, r.WithContext(context.WithValue(r.Context(), requestIDKey{}, id)))
		level := slog.LevelInfo
		if rec.status >= 500 {
			level = slog.LevelError
		}
		s.API.Log.Log(r.Context(), level, "request", "id", id, "method", r.Method, "path", loggedPath(r.URL.Path), "status", rec.status, "took", time.Since(start))
	})
}

// loggedPath hides the tokens that stand in the paths of links.
func loggedPath(path string) string {
	for _, p := range []string{"/invitations/", "/respond/", "/sign-in/", "/receipts/", "/unsubscribe/", "/api/v1/receipts/"} {
		if strings.HasPrefix(path, p) {
			return p + "…"
		}
	}
	return path
}

type statusRecorder struct {
	http.ResponseWriter
	status int
}

func (r *statusRecorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the real writer.
func (r *statusRecorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (s *Server) withLimits(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		limit := int64(maxForm)
		if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") || strings.HasPrefix(r.URL.Path, "/api/") {
			limit = maxUpload
		}
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		next.ServeHTTP(w, r)
	})
}

// withHeaders: nothing from elsewhere, nothing inline, no framing, no guessing
// of types, no address passed on.
func (s *Server) withHeaders(next http.Handler) http.Handler {
	https := strings.HasPrefix(s.BaseURL, "https://")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("X-Frame-Options", "DENY")
		if https {
			h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		if !strings.HasPrefix(r.URL.Path, "/static/") {
			h.Set("Cache-Control", "no-store")
		}
		next.ServeHTTP(w, r)
	})
}

// recoverPanic answers a panic as a fault of ours. Gin's own would log cookies.
func (s *Server) recoverPanic(c *gin.Context) {
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		if v == http.ErrAbortHandler {
			panic(v)
		}
		s.API.Log.Error("panic", "id", RequestID(c.Request.Context()), "panic", v, "stack", string(debug.Stack()))
		if !c.Writer.Written() {
			s.fail(c, nil)
		}
		c.Abort()
	}()
	c.Next()
}
