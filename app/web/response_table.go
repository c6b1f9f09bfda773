package web

import (
	"strconv"
	"strings"
	"time"

	"jahorina/app/exports"
	"jahorina/workflows/review"
)

// stubItem stands for a comment that is not shown.
type stubItem struct {
	Number                                int
	ID, Level, Ground, Words, Holder, Due string
	Outcome                               string
}

func (q *request) stubs(r *review.Response) []stubItem {
	var out []stubItem
	for _, s := range r.Withheld {
		i := stubItem{Number: s.Number, ID: s.ID, Level: q.text.T("withheld.level." + s.Level), Words: s.Words, Holder: s.Holder, Outcome: s.Outcome}
		i.Ground = exports.Ground(q.text, s)
		if s.ReviewDate != nil {
			i.Due = q.text.Date(*s.ReviewDate)
		}
		out = append(out, i)
	}
	return out
}

// editItem is a change to a response that was published already.
type editItem struct {
	Edition int
	At      time.Time
	Text    string
	Words   string
}

func (q *request) edits(r *review.Response) []editItem {
	var out []editItem
	for _, c := range r.Changes {
		numbers := make([]string, len(c.Numbers))
		for i, n := range c.Numbers {
			numbers[i] = strconv.Itoa(n)
		}
		reason := ""
		if c.Reason != "" {
			reason = q.text.T("redaction." + c.Reason)
		}
		text := q.text.T("withheld.change."+c.Action, "Numbers", strings.Join(numbers, ", "), "Reason", reason)
		out = append(out, editItem{c.Edition, c.At, text, c.Words})
	}
	return out
}
