package strategy

import (
	"strings"

	"jahorina/workflows"
)

// Certainty is how sure the author of a reading is.
type Certainty string

// The certainties, from "no other word fits" to "a guess".
const (
	Certain Certainty = "certain"
	Likely  Certainty = "likely"
	Unclear Certainty = "unclear"
)

// Reading is what damaged text is thought to have meant. It stands beside the
// text and never in it: the printed text is only looked for, not replaced.
type Reading struct {
	Provision string // number, or identity, of the provision
	Printed   string // as it stands in the text
	Suggested string
	Author    string
	Certainty Certainty
	Note      string
}

// Check says what is wrong with a reading of the text: a printed text that
// does not occur, no suggestion, one equal to what is printed, no author, an
// unknown certainty. The error is a *workflows.Error about the fields
// "printed", "suggested", "author", "certainty" and "note".
func (r Reading) Check(text string) error {
	var p workflows.Problems
	p.Text("printed", r.Printed, workflows.MaxParagraph, true)
	p.Text("suggested", r.Suggested, workflows.MaxParagraph, true)
	p.Text("author", r.Author, workflows.MaxName, true)
	p.Text("note", r.Note, workflows.MaxParagraph, false)
	p.OneOf("certainty", string(r.Certainty), string(Certain), string(Likely), string(Unclear))
	if _, ok := Place(text, r); !ok && r.Printed != "" {
		p.Add("printed", "reading_not_in_text")
	}
	if r.Suggested == r.Printed && r.Printed != "" {
		p.Add("suggested", "reading_same")
	}
	return p.Err()
}

// Place finds the printed text of the reading: the byte offset of its first
// place, or false if it does not occur.
func Place(text string, r Reading) (offset int, ok bool) {
	if r.Printed == "" {
		return 0, false
	}
	offset = strings.Index(text, r.Printed)
	return max(offset, 0), offset >= 0
}

// Places returns the byte offsets of all places of the printed text, none of
// them overlapping.
func (r Reading) Places(text string) []int {
	var at []int
	from := 0
	for {
		offset, ok := Place(text[from:], r)
		if !ok {
			return at
		}
		at = append(at, from+offset)
		from += offset + len(r.Printed)
	}
}
