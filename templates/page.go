package templates

import (
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
)

// Page is what every page is executed with. The language travels in it, never in a shared template:
// a template bound to one request's language would answer another request in it.
type Page struct {
	Text      *Text         // the reader's language; required
	Title     string        // already translated; shown in the tab and usually as the h1
	Path      string        // path and query of this page, to come back to after signing in or choosing a language
	Address   string        // the whole address, for paper; empty where it does not matter
	CSRF      func() string // token for the hidden field of a form; asked for only by pages that have one
	RequestID string        // fresh for each rendering; forms derive their idempotency key from it
	User      *User         // nil when nobody is signed in
	Nav       []Link        // service navigation, already filtered by what the user may do
	Footer    []Link        // links at the foot of every page
	Languages []*Text       // the languages to choose from; no choice is shown when there is one alone
	Flash     *Flash        // what the last action did, shown once
	Errors    []FieldError  // what is wrong with the form just sent, in the order of the fields
	Typed     url.Values    // what was just typed, shown again when Errors is not empty
	Demo      bool          // says on every page that the data is made up
	Data      any           // the page's own view
}

// User is the person signed in, as the header shows them.
type User struct {
	Name, Organisation string
	Roles              []string // role names of the policy, such as "official"
	Account            string   // address of the page about their account; empty for those without one
}

// Has reports whether the user holds the role. It decides what a page shows, never what a person may do.
func (u *User) Has(role string) bool { return u != nil && slices.Contains(u.Roles, role) }

// Link is a translated label and where it leads. Current marks the page being read.
type Link struct {
	Label, Href string
	Current     bool
}

// Flash is a translated message about the last action. Kind is "success" or "notice".
type Flash struct{ Kind, Title, Text string }

// FieldError names a field of the form and says, translated, what to do about it.
// An empty Field is about the form as a whole.
type FieldError struct{ Field, Message string }

// ID is the id of the control of the field, or of the first of its choices.
func (e FieldError) ID() string { return fieldID(e.Field) }

// Error returns what is wrong with the field, or an empty string.
func (p Page) Error(field string) string {
	for _, e := range p.Errors {
		if e.Field == field {
			return e.Message
		}
	}
	return ""
}

// HeadTitle is the text of the browser tab: the error mark, the page's title, the product.
func (p Page) HeadTitle() string {
	title := p.Text.T("layout.title", "Page", p.Title)
	if p.Title == "" {
		title = p.Text.T("product.name")
	}
	if len(p.Errors) > 0 {
		return p.Text.T("layout.title_error", "Title", title)
	}
	return title
}

// Form names one form of the page. Each form has its own idempotency key, so two forms of one page are two requests.
type Form struct{ CSRF, RequestID string }

// Form returns the hidden fields of the form with this name, which must be unique in the page ("agree-17").
func (p Page) Form(name ...any) Form {
	parts := []string{p.RequestID}
	for _, part := range name {
		parts = append(parts, fmt.Sprint(part))
	}
	return Form{CSRF: p.CSRF(), RequestID: strings.Join(parts, "-")}
}

// Tag is a state as people read it: its word and the colour class that goes with it.
type Tag struct{ Label, Class string }

// State returns the tag of a state of a workflow, for example State "consultation" "in_review".
// Workflows are named by the object they move, so the workflow of dispositions is "comment".
func (p Page) State(workflow string, state any) Tag {
	name := fmt.Sprint(state)
	return Tag{Label: p.Text.T("state." + workflow + "." + name), Class: "govuk-tag--" + stateColour(name)}
}

// stateColour groups states by what they ask of the reader: yellow waits for somebody, blue is under way,
// green is done, red has ended without result, grey rests.
func stateColour(state string) string {
	switch state {
	case "in_clearance", "in_review", "proposed", "pending", "queued", "return", "not_ready", "asked", "declined", "none":
		return "yellow"
	case "open", "scheduled", "submitted", "amended", "redacted", "sent", "running", "planned", "drafted":
		return "blue"
	case "approved", "published", "agreed", "accepted", "accepted_modified", "approve", "approve_with_comments", "ready", "ready_with_issues", "finished", "in_force":
		return "green"
	case "withdrawn", "withheld", "rejected", "failed":
		return "red"
	}
	return "grey"
}

// stringsOf reads any slice of strings or of a string type.
func stringsOf(values any) ([]string, error) {
	slice := reflect.ValueOf(values)
	if slice.Kind() != reflect.Slice {
		return nil, fmt.Errorf("want a slice, have %T", values)
	}
	names := make([]string, slice.Len())
	for i := range names {
		names[i] = fmt.Sprint(slice.Index(i).Interface())
	}
	return names, nil
}
