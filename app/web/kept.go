package web

import (
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"

	"jahorina/app/api"
	"jahorina/workflows"
)

type keptView struct {
	What   string // why it was not taken
	Texts  []string
	SignIn string
	Action string // where to send it once more, "" where another site sent it
	Fields []keptField
}

type keptField struct{ Name, Value string }

// kept answers a form that cannot be taken because nobody knows any more who
// sent it: the session has ended, or the right is gone. It shows every longer
// text that was typed, to be copied, for on a page that says only "sign in" an
// hour's work would be lost. A button sends everything once more. What another
// site sent gets no such button, for nobody here typed it. Without such a text it returns the cause, for the
// usual page.
func (q *request) kept(cause error) error {
	var e *workflows.Error
	texts := longer(q.form)
	if len(texts) == 0 || !errors.As(cause, &e) {
		return cause
	}
	q.status = api.Status(e.Kind)
	v := keptView{What: q.text.Error(e.Key, e.Args), Texts: texts, SignIn: "/signin"}
	// The form's own page stands at the address that shows it, if it has one.
	v.SignIn += "?to=" + url.QueryEscape(q.c.Request.URL.RequestURI())
	if q.s.Identity.SameOrigin(q.c.Request) {
		v.Action, v.Fields = q.c.Request.URL.RequestURI(), typedFields(q.form)
	}
	return q.show("public/kept", q.text.T("public.kept.title"), v)
}

// ofOneRendering are the fields that a form sent again must not repeat.
var ofOneRendering = []string{"csrf_token", "request_id", "autosave"}

// typedFields is all of a form, to be sent again: under the token of whoever
// sends it then, so that it can do no more than that person typing it anew.
func typedFields(form url.Values) []keptField {
	var out []keptField
	for _, name := range slices.Sorted(maps.Keys(form)) {
		for _, v := range form[name] {
			if !slices.Contains(ofOneRendering, name) {
				out = append(out, keptField{name, v})
			}
		}
	}
	return out
}

// longer are the texts of a form that one would not type again lightly, in the
// order of their fields' names.
func longer(form url.Values) []string {
	const short = 30 // bytes: a date, an id, a choice
	var out []string
	for _, name := range slices.Sorted(maps.Keys(form)) {
		if slices.Contains(ofOneRendering, name) {
			continue
		}
		for _, v := range form[name] {
			if len(v) > short && strings.ContainsAny(v, " \n") || len(v) > 4*short {
				out = append(out, v)
			}
		}
	}
	return out
}
