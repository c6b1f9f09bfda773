package web

import (
	"regexp"
	"slices"
	"strings"

	"jahorina/workflows/review"
	"jahorina/workflows/submission"
)

// part is a stretch of a text as a reader may see it: words, or the mark for
// words that are withheld.
type part struct {
	Text string
	Mark bool
}

var aMark = regexp.MustCompile(`\[withheld: ([a-z_]+)\]`)

// marked cuts a text at its marks, put in the reader's language. Only reasons for
// which something is withheld make marks: the rest somebody typed.
func (q *request) marked(text string, reasons []string) []part {
	var out []part
	at := 0
	for _, m := range aMark.FindAllStringSubmatchIndex(text, -1) {
		reason := text[m[2]:m[3]]
		if !slices.Contains(reasons, reason) {
			continue
		}
		if m[0] > at {
			out = append(out, part{Text: text[at:m[0]]})
		}
		out = append(out, part{Text: q.text.T("withheld.mark." + reason), Mark: true})
		at = m[1]
	}
	if at < len(text) {
		out = append(out, part{Text: text[at:]})
	}
	return out
}

// words is a text with its marks in the reader's language.
func (q *request) words(text string, reasons []string) string {
	var out strings.Builder
	for _, p := range q.marked(text, reasons) {
		out.WriteString(p.Text)
	}
	return out.String()
}

func reasonsOf(all []submission.Redaction) []string {
	var out []string
	for _, r := range all {
		out = append(out, r.Reason)
	}
	return out
}

// quote is the beginning of a comment, on one line.
func (q *request) quote(m *submission.Listed, max int) string {
	return excerpt(q.words(m.Text, reasonsOf(m.Withheld)), max)
}

// alias is how a masked sender is called: "Company 47, chemical industry".
func (q *request) alias(sector string, a *submission.Alias) string {
	if a.Branch == "" {
		return q.text.T("mask."+sector, "Number", a.Number)
	}
	return q.text.T("mask_branch."+sector, "Number", a.Number, "Branch", a.Branch)
}

// commenter is who a comment of the response is from, as the public knows them.
func (q *request) commenter(m review.ResponseComment) string {
	switch {
	case m.Organisation != "":
		return m.Organisation
	case m.Mask != nil:
		return q.alias(m.Sector, m.Mask)
	}
	return q.text.T("public.response.name_withheld")
}

func markReasons(all []review.Mark) []string {
	var out []string
	for _, m := range all {
		out = append(out, m.Reason)
	}
	return out
}
