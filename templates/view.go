package templates

import (
	"cmp"
	"time"
)

// The types below are what the partials of the same name show. Codes such as an outcome or a sector are translated
// by the partial; everything else is shown as given.

// Step is one thing that waits for the reader, for the partial next-steps. Due may be zero.
type Step struct {
	Label, Href, Detail string
	Due                 time.Time
}

// Moment is one entry of the partial timeline: a state reached, or one still to come. At may be zero.
type Moment struct {
	Label, By, Note string
	At              time.Time
	Done, Current   bool
}

// Row is one line of the partial summary-list. Href and Action, given together, add a link such as "Change".
type Row struct{ Key, Value, Href, Action string }

// Cell is one cell of the partial table: a text, a link, or a tag.
type Cell struct {
	Text, Href string
	Tag        *Tag
	Numeric    bool
}

// Span is a run of words of a redline. Op is "equal", "insert" or "delete".
type Span struct{ Op, Text string }

// Provision is one part of a draft. Number is as the source prints it and may be empty; Level is the depth of its
// heading, 1 to 3. Anchor is the fragment of its permanent link. A Table is shown in place of Text. Changed is what
// changed since an earlier draft, and leads to its history. Tools are what the reader can do with the provision, or see about it.
type Provision struct {
	Anchor, Number, Heading, Text string
	Changed                       Link
	Table                         *Grid
	Level                         int
	Lang                          string
	Readings                      []Reading
	Tools                         []Link
	Serves                        []Obligation // obligations that it serves
	Original                      *Original    // of a translation, where it is to stand beside it
	Stale                         bool         // a translation of an earlier wording
}

// Obligation is an obligation of the state that a part of a draft serves. Its title is in English.
type Obligation struct{ Code, Title, Href string }

// Original is the source of a translated part of a draft.
type Original struct {
	Heading, Text, Lang string
	Readings            []Reading
}

// Name is what tells it from the others in the names of links: its number, or else its heading.
func (p Provision) Name() string { return cmp.Or(p.Number, p.Heading) }

// Grid is a table of texts; each row has as many as the head.
type Grid struct {
	Head []string
	Rows [][]string
}

// Reading is an editor's proposal of what a damaged text meant. It stands beside the text, never in it. Certainty is a
// code.
type Reading struct{ Printed, Suggested, Author, Certainty, Note string }

// Comment is a comment as a card. Type, Sector and Outcome are codes; Outcome is empty while nothing is decided or shown.
type Comment struct {
	ID, Author, Sector, Type  string
	Place                     Link // the provision, or empty for the whole draft
	Text, Proposed            string
	Lang                      string
	Outcome, State, Rationale string
	At                        time.Time
}

// ErrorPage is the view of the page public/error: what happened and what to do next, both translated.
type ErrorPage struct {
	What, Next string
	Link       Link
	RequestID  string // what to quote when asking for help; may be empty
}

// NewErrorPage returns the title and view for a kind of error: one of bad_request, sign_in, forbidden, not_found,
// conflict, link_expired, too_late, too_large, too_many, unavailable, failed. The page leads back to the start.
func NewErrorPage(t *Text, kind, requestID string) (title string, view ErrorPage) {
	key := "error.page." + kind
	view = ErrorPage{
		What: t.T(key + ".what"), Next: t.T(key + ".next"),
		Link: Link{Label: t.T("error.page.home"), Href: "/"}, RequestID: requestID,
	}
	return t.T(key + ".title"), view
}

// MessagePage is the view of the page public/message: something to tell, and where to go from there.
type MessagePage struct {
	Done       bool // shows the title as a confirmation
	Paragraphs []string
	Links      []Link
}
