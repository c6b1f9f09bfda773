package web

import (
	"jahorina/app/exports"
	"jahorina/workflows/review"
	"jahorina/workflows/submission"
)

// part is a stretch of a text as a reader may see it.
type part = exports.Stretch

// marked cuts a text at its marks, put in the reader's language.
func (q *request) marked(text string, reasons []string) []part {
	return exports.Marked(q.text, text, reasons)
}

// words is a text with its marks in the reader's language.
func (q *request) words(text string, reasons []string) string {
	return exports.Words(q.text, text, reasons)
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
	return exports.Alias(q.text, sector, a)
}

// commenter is who a comment of the response is from, as the public knows them.
func (q *request) commenter(m review.ResponseComment) string { return exports.Commenter(q.text, m) }

func markReasons(all []review.Mark) []string { return exports.Reasons(all) }
