package exports

import (
	"regexp"
	"slices"
	"strings"

	"jahorina/templates"
	"jahorina/workflows/review"
	"jahorina/workflows/submission"
)

// Stretch is a stretch of a text as a reader may see it: words, or the mark for
// words that are withheld.
type Stretch struct {
	Text string
	Mark bool
}

var aMark = regexp.MustCompile(`\[withheld: ([a-z_]+)\]`)

// Marked cuts a text at its marks, put in the reader's language. Only reasons for
// which something is withheld make marks: the rest somebody typed.
func Marked(text *templates.Text, words string, reasons []string) []Stretch {
	var out []Stretch
	at := 0
	for _, m := range aMark.FindAllStringSubmatchIndex(words, -1) {
		reason := words[m[2]:m[3]]
		if !slices.Contains(reasons, reason) {
			continue
		}
		if m[0] > at {
			out = append(out, Stretch{Text: words[at:m[0]]})
		}
		out = append(out, Stretch{Text: text.T("withheld.mark." + reason), Mark: true})
		at = m[1]
	}
	if at < len(words) {
		out = append(out, Stretch{Text: words[at:]})
	}
	return out
}

// Words is a text with its marks in the reader's language.
func Words(text *templates.Text, words string, reasons []string) string {
	var out strings.Builder
	for _, p := range Marked(text, words, reasons) {
		out.WriteString(p.Text)
	}
	return out.String()
}

// Alias is how a masked sender is called: "Company 47, chemical industry".
func Alias(text *templates.Text, sector string, a *submission.Alias) string {
	if a.Branch == "" {
		return text.T("mask."+sector, "Number", a.Number)
	}
	return text.T("mask_branch."+sector, "Number", a.Number, "Branch", a.Branch)
}

// Commenter is who a comment of the response is from, as the public knows them.
func Commenter(text *templates.Text, m review.ResponseComment) string {
	switch {
	case m.Organisation != "":
		return m.Organisation
	case m.Mask != nil:
		return Alias(text, m.Sector, m.Mask)
	}
	return text.T("public.response.name_withheld")
}

// Reasons are those for which words of a shown comment are left out.
func Reasons(all []review.Mark) []string {
	var out []string
	for _, m := range all {
		out = append(out, m.Reason)
	}
	return out
}

// Ground says on which ground a comment is not shown.
func Ground(text *templates.Text, s review.Stub) string {
	switch {
	case s.Level == "redacted":
		return text.T("redaction." + s.Ground)
	case s.Ground == "":
		return text.T("ground.unstated")
	}
	return text.T("ground." + s.Ground)
}
