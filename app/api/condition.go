package api

import (
	"net/http"
	"strconv"
	"strings"

	"jahorina/workflows"
)

// etag writes a version as an entity tag (RFC 9110, 8.8.3).
func etag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// IfMatch is part of the input of every call that changes what the sender has
// seen before.
type IfMatch struct {
	Match string `header:"If-Match" doc:"The ETag of what was seen"`
}

// version is the one the sender saw. A call without is refused (RFC 6585, 3).
func (m IfMatch) version() (int64, error) {
	if m.Match == "" {
		return 0, &httpError{status: http.StatusPreconditionRequired, key: "if_match_required"}
	}
	return parseETag(m.Match)
}

// optional is version for calls that may go without: 0.
func (m IfMatch) optional() (int64, error) {
	if m.Match == "" {
		return 0, nil
	}
	return parseETag(m.Match)
}

// parseETag takes "3", and for the sake of proxies and of people at a shell
// W/"3" and 3.
func parseETag(s string) (int64, error) {
	tag := strings.TrimPrefix(strings.TrimSpace(s), "W/")
	if len(tag) >= 2 && tag[0] == '"' && tag[len(tag)-1] == '"' {
		tag = tag[1 : len(tag)-1]
	}
	n, err := strconv.ParseInt(tag, 10, 64)
	if err != nil || n < 1 || tag != strconv.FormatInt(n, 10) {
		return 0, workflows.InvalidField("If-Match", "bad_if_match")
	}
	return n, nil
}

// ByID is the input of calls on one object.
type ByID struct {
	ID string `path:"id"`
}

// Paged is part of the input of every list.
type Paged struct {
	Limit int    `query:"limit" doc:"Items in one answer, at most 200; 50 if not given"`
	After string `query:"after" doc:"The cursor that came as next with the page before"`
}

func (p Paged) page() workflows.Page { return workflows.Page{Limit: p.Limit, After: p.After} }

// list is one page of a list.
type list[T any] struct {
	Items []T     `json:"items" nullable:"false"`
	Next  *string `json:"next" doc:"Cursor of the next page; null at the end"`
}

// listOf shows rows as items.
func listOf[R, T any](rows []R, next string, show func(R) T) list[T] {
	l := list[T]{Items: make([]T, len(rows))}
	for i, r := range rows {
		l.Items[i] = show(r)
	}
	if next != "" {
		l.Next = &next
	}
	return l
}
