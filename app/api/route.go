package api

import (
	"context"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"jahorina/templates"
	"jahorina/workflows"
)

// call declares one call. Bodies are JSON unless it accepts other media types.
type call struct {
	method, path, id, summary string

	status  int // of a success; 0: 200
	public  bool
	accepts []string // media types of the body
	limit   int64    // bytes of the body; 0: maxBody
}

// Limits of request bodies, in bytes.
const (
	maxBody       = 2 << 20
	maxDraft      = 7 << 20
	maxAttachment = 6 << 20
)

const jsonType = "application/json"

// answer is what every handler returns: the body, and the version of what it
// shows where that has one.
type answer[B any] struct {
	ETag string `header:"ETag" json:"etag,omitempty" doc:"Version, to be sent back as If-Match"`
	Body B      `json:"body"`
}

// versioned bodies carry an ETag.
type versioned interface{ version() int64 }

func answered[B any](body B, err error) (answer[B], error) {
	a := answer[B]{Body: body}
	if v, ok := any(body).(versioned); ok && err == nil {
		a.ETag = etag(v.version())
	}
	return a, err
}

// Once is part of the input of every POST.
type Once struct {
	IdempotencyKey string `header:"Idempotency-Key" json:"-" doc:"The same request with the same key is done once and gets the same answer; at most 255 bytes"`
}

func (o Once) key() string { return o.IdempotencyKey }

// read declares a call that changes nothing.
func read[I, B any](s *server, c call, do func(*workflows.Tx, *I) (B, error)) {
	c.method = http.MethodGet
	huma.Register(s.api, s.operation(c), func(ctx context.Context, in *I) (*answer[B], error) {
		who := askerOf(ctx)
		out, err := answered(do(s.Engine.Read(ctx, who.actor), in))
		if err != nil {
			return nil, s.problem(who, err)
		}
		return &out, nil
	})
}

// write declares a call that runs in one transaction, once for each
// Idempotency-Key.
func write[I, B any](s *server, c call, do func(*workflows.Tx, *I) (B, error)) {
	huma.Register(s.api, s.operation(c), func(ctx context.Context, in *I) (*answer[B], error) {
		who := askerOf(ctx)
		var out answer[B]
		err := s.Engine.Write(ctx, who.actor, func(tx *workflows.Tx) (err error) {
			out, err = workflows.Once(tx, keyOf(in), request{c.id, in}, func() (answer[B], error) { return answered(do(tx, in)) })
			return err
		})
		if err != nil {
			return nil, s.problem(who, err)
		}
		return &out, nil
	})
}

// writeAfter is write for what would hold others up if it were done within the
// transaction; before does it.
func writeAfter[I, P, B any](s *server, c call, before func(context.Context, asker, *I) (P, error), do func(*workflows.Tx, *I, P) (B, error)) {
	huma.Register(s.api, s.operation(c), func(ctx context.Context, in *I) (*answer[B], error) {
		who := askerOf(ctx)
		ready, err := before(ctx, who, in)
		if err != nil {
			return nil, s.problem(who, err)
		}
		var out answer[B]
		err = s.Engine.Write(ctx, who.actor, func(tx *workflows.Tx) (err error) {
			out, err = workflows.Once(tx, keyOf(in), request{c.id, in}, func() (answer[B], error) { return answered(do(tx, in, ready)) })
			return err
		})
		if err != nil {
			return nil, s.problem(who, err)
		}
		return &out, nil
	})
}

// request is what a repeated Idempotency-Key is compared by.
type request struct {
	Call  string `json:"call"`
	Input any    `json:"input"`
}

func keyOf(in any) string {
	if k, ok := in.(interface{ key() string }); ok {
		return k.key()
	}
	return ""
}

func (s *server) operation(c call) huma.Operation {
	op := huma.Operation{
		OperationID: c.id, Method: c.method, Path: c.path, Summary: c.summary, DefaultStatus: c.status,
		Tags:     []string{strings.Split(c.path, "/")[1]},
		Metadata: map[string]any{"call": c},
		// The body has been read by then, within the server's own deadline.
		BodyReadTimeout: -1,
		Responses: map[string]*huma.Response{"default": {
			Description: "What stands against it (RFC 9457)",
			Content:     map[string]*huma.MediaType{problemType: {Schema: s.schemaOf(Problem{})}},
		}},
	}
	op.MaxBodyBytes = c.bodyLimit() + 1 // huma refuses what is as long as its limit
	if !c.public {
		op.Security = []map[string][]string{{"token": {}}}
	}
	return op
}

func (c call) bodyLimit() int64 {
	if c.limit == 0 {
		return maxBody
	}
	return c.limit
}

// asker is who makes a request, the language they read, and the request's id.
type asker struct {
	actor     workflows.Actor
	text      *templates.Text
	requestID string
	request   *gin.Context
}

type askerKey struct{}

func askerOf(ctx context.Context) asker {
	who, _ := ctx.Value(askerKey{}).(asker)
	return who
}

// admit lets a request through to its handler: known who asks, address and
// body well-formed and within their limits.
func (s *server) admit(ctx huma.Context, next func(huma.Context)) {
	c := humagin.Unwrap(ctx)
	c.Header("Cache-Control", "no-store") // answers depend on who asks
	who := newAsker(s.Parts, c.Writer, c.Request)
	who.request = c
	defer s.survive(c, who)
	declared, _ := ctx.Operation().Metadata["call"].(call)
	err := checkAddress(c)
	if err == nil {
		who.actor, err = s.Identify(c.Request)
	}
	if err == nil && who.actor.ID == "" && !declared.public {
		err = workflows.Refuse(workflows.Unauthenticated, "sign_in")
	}
	if err == nil {
		err = checkKey(c.GetHeader("Idempotency-Key"))
	}
	if err == nil && ctx.Operation().RequestBody != nil {
		err = readBody(c, declared)
	}
	if err != nil {
		s.problem(who, err).write(c.Writer)
		return
	}
	next(huma.WithValue(ctx, askerKey{}, who))
}

// checkAddress refuses what neither database takes as text.
func checkAddress(c *gin.Context) error {
	for _, p := range c.Params {
		if !plain(p.Value) {
			return workflows.Refuse(workflows.NotFound, "not_found")
		}
	}
	var problems workflows.Problems
	for name, values := range c.Request.URL.Query() {
		for _, v := range values {
			problems.Text(name, v, maxQuery, false)
		}
	}
	return problems.Err()
}

// maxQuery is the longest query parameter, in bytes.
const maxQuery = 4 << 10

func plain(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// checkKey takes keys of visible ASCII and spaces.
func checkKey(key string) error {
	if strings.ContainsFunc(key, func(r rune) bool { return r < ' ' || r > '~' }) {
		return workflows.InvalidField("Idempotency-Key", "bad_key")
	}
	return nil
}
