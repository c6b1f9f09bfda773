package web

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"jahorina/app/documents"
	"jahorina/workflows/review"
	"jahorina/workflows/strategy"
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
		i.Ground = q.ground(s)
		if s.ReviewDate != nil {
			i.Due = q.text.Date(*s.ReviewDate)
		}
		out = append(out, i)
	}
	return out
}

// ground says on which ground a comment is not shown.
func (q *request) ground(s review.Stub) string {
	switch {
	case s.Level == "redacted":
		return q.text.T("redaction." + s.Ground)
	case s.Ground == "":
		return q.text.T("ground.unstated")
	}
	return q.text.T("ground." + s.Ground)
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

// responseTable is the response as a table: every comment, those that are not
// shown as stubs.
func responseTable(q *request) error {
	tx := q.read()
	r, _, err := review.GetResponse(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	provisions, err := strategy.Provisions(tx, r.DraftID)
	if err != nil {
		return err
	}
	places, err := placesIn(tx, r, provisions)
	if err != nil {
		return err
	}
	var head []string
	for _, column := range []string{"number", "sender", "sector", "provision", "type", "text", "proposed", "outcome", "rationale", "changes", "withheld", "words", "holder", "review_date"} {
		head = append(head, q.text.T("withheld.column."+column))
	}
	var out bytes.Buffer
	if err := documents.WriteTable(&out, head, q.responseRows(r, places)); err != nil {
		return err
	}
	q.attach("response.csv", "text/csv; charset=utf-8", out.Bytes())
	return nil
}

func (q *request) responseRows(r *review.Response, places map[string]strategy.Provision) [][]string {
	rows := make([][]string, r.Total)
	at := func(number int, row []string) {
		if number >= 1 && number <= len(rows) {
			rows[number-1] = row
		}
	}
	for _, m := range r.Comments {
		reasons, changed, marks := markReasons(m.Withheld), []string{}, []string{}
		for _, identity := range m.Disposition.Changes {
			changed = append(changed, places[identity].Number)
		}
		row := []string{
			strconv.Itoa(m.Number), q.commenter(m), q.text.T("sector." + m.Sector), placeIn(m), q.text.T("comment.type." + m.Type), q.words(m.Text, reasons),
			q.words(m.ProposedChange, reasons), q.outcomeWord(m.Disposition.Outcome), q.words(m.Disposition.Rationale, reasons), strings.Join(changed, ", "),
		}
		var why, holders, due []string
		for _, w := range m.Withheld {
			marks, why, holders, due = append(marks, q.text.T("redaction."+w.Reason)), append(why, w.Words), append(holders, w.Holder), append(due, w.ReviewDate.Format(time.DateOnly))
		}
		at(m.Number, append(row, strings.Join(marks, "; "), strings.Join(why, "; "), strings.Join(holders, "; "), strings.Join(due, "; ")))
	}
	for _, s := range r.Withheld {
		due := ""
		if s.ReviewDate != nil {
			due = s.ReviewDate.Format(time.DateOnly)
		}
		level := q.text.T("withheld.level." + s.Level)
		at(s.Number, []string{strconv.Itoa(s.Number), s.ID, "", "", "", level, "", q.outcomeWord(s.Outcome), "", "", q.ground(s), s.Words, s.Holder, due})
	}
	return rows
}

func placeIn(m review.ResponseComment) string {
	if m.Provision != "" {
		return m.Provision
	}
	return m.Reference
}

func (q *request) outcomeWord(outcome string) string {
	if outcome == "" {
		return ""
	}
	return q.text.T("state.outcome." + outcome)
}
