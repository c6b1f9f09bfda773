package web

import (
	"cmp"
	"time"

	"jahorina/app/exports"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/plan"
	"jahorina/workflows/review"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
)

// outcomeView is what was decided, by whom, when and what follows, on one page and
// in two languages. Both are made of the same facts.
type outcomeView struct {
	ID        string
	Pending   bool
	Sheets    []outcomeSheet
	Languages []templates.Option
	With      string
	Downloads downloadsView
}

// outcomeSheet is the page in one language.
type outcomeSheet struct {
	Lang, Dir, Heading, Title, Comments, Changed string
	What, Who, When, Follows                     string // headings
	Counts                                       []outcomeRow
	By, Days                                     []string
	Next                                         []templates.Link
}

type outcomeRow struct{ Label, N string }

// outcomeFacts are what the sheet says in any language.
type outcomeFacts struct {
	*review.Outcome
	state string
	plans []outcomePlan
	next  []plan.Due
}

type outcomePlan struct {
	plan.Plan
	measures int
}

// maxNext bounds the next steps on the sheet.
const maxNext = 5

// outcome reads the facts and says them in both languages.
func (q *request) outcome() (*outcomeFacts, []outcomeSheet, error) {
	tx := q.read()
	o, err := review.OutcomeOf(tx, q.c.Param("id"))
	if err != nil {
		return nil, nil, err
	}
	facts := &outcomeFacts{Outcome: o, state: q.stateName(tx, o.Consultation.StateCode)}
	if err := facts.follow(tx); err != nil {
		return nil, nil, err
	}
	return facts, []outcomeSheet{facts.sheet(q.text), facts.sheet(q.s.locales.For(q.second()))}, nil
}

func outcomePage(q *request) error {
	facts, sheets, err := q.outcome()
	if err != nil {
		return err
	}
	v := outcomeView{ID: facts.Consultation.ID, Pending: facts.ApprovedAt == nil, With: q.second(), Sheets: sheets}
	for _, t := range q.s.locales.All() {
		if t.Tag() != q.text.Tag() {
			v.Languages = append(v.Languages, templates.Option{Value: t.Tag(), Label: q.languageName(t.Tag())})
		}
	}
	v.Downloads = q.downloads("/consultations/"+v.ID+"/outcome", q.query("with", v.With), []string{exports.PDF, exports.CSV})
	return q.show("public/outcome", q.text.T("outcome.of", "Title", facts.Response.Title), v)
}

// second is the language beside the reader's: the one asked for, else English, or
// French for those who read English.
func (q *request) second() string {
	asked := q.s.locales.For(cmp.Or(q.c.Query("with"), "en")).Tag()
	if asked != q.text.Tag() {
		return asked
	}
	if asked == "en" {
		return "fr"
	}
	return "en"
}

// follow finds the plans of the strategy that the reader may read, and what is due
// next in them.
func (f *outcomeFacts) follow(tx *workflows.Tx) error {
	d, err := strategy.DraftByID(tx, f.Response.DraftID)
	if err != nil {
		return err
	}
	plans, _, err := plan.List(tx, d.StrategyID, workflows.Page{Limit: maxNext})
	if err != nil {
		return err
	}
	for i := range plans {
		rows, err := plan.Measures(tx, &plans[i])
		if err != nil {
			return err
		}
		f.plans = append(f.plans, outcomePlan{plans[i], len(rows)})
	}
	due, err := plan.DueBetween(tx, tx.Now, tx.Now.Add(feedAhead))
	for _, x := range due {
		if x.Measure.StrategyID == d.StrategyID && len(f.next) < maxNext {
			f.next = append(f.next, x)
		}
	}
	return err
}

// sheet says the facts in the language.
func (f *outcomeFacts) sheet(text *templates.Text) outcomeSheet {
	r := f.Response
	s := outcomeSheet{
		Lang: text.Tag(), Dir: text.Dir(), Title: r.Title, Heading: text.T("outcome.title"), What: text.T("outcome.what"), Who: text.T("outcome.who"),
		When: text.T("outcome.when"), Follows: text.T("outcome.follows"),
		Comments: text.T("public.response.received", "Count", r.Total, "Answers", r.Submissions), Changed: text.T("public.response.unchanged"),
	}
	if r.RevisedDraftID != r.DraftID {
		s.Changed = text.T("outcome.changed", "Old", r.DraftVersion, "New", r.RevisedVersion)
	}
	for _, word := range submission.Outcomes {
		if n := r.Outcomes[word]; n > 0 {
			s.Counts = append(s.Counts, outcomeRow{text.T("state.outcome." + word), text.Number(n)})
		}
	}
	s.By = []string{text.T("outcome.state", "State", f.state), text.T("outcome.approvals", "Have", f.Approvals, "Need", f.Quorum)}
	s.By = append(s.By, f.By...)
	s.Days = f.days(text)
	s.Next = f.steps(text)
	return s
}

func (f *outcomeFacts) days(text *templates.Text) []string {
	out := []string{text.T("outcome.open", "From", text.Date(f.Response.OpenedAt), "To", text.Date(f.Response.ClosedAt))}
	for _, d := range []struct {
		key string
		at  *time.Time
	}{{"outcome.approved", f.ApprovedAt}, {"public.response.published_at", f.Response.PublishedAt}} {
		if d.at != nil {
			out = append(out, text.T(d.key, "When", text.Date(*d.at)))
		}
	}
	return out
}

func (f *outcomeFacts) steps(text *templates.Text) []templates.Link {
	out := []templates.Link{{Label: text.T("public.response.heading"), Href: "/consultations/" + f.Consultation.ID + "/response"}}
	if f.Response.RevisedDraftID != f.Response.DraftID {
		out = append(out, templates.Link{Label: text.T("public.response.revised"), Href: "/drafts/" + f.Response.RevisedDraftID})
	}
	for _, p := range f.plans {
		label := text.T("outcome.plan", "Title", p.Title, "From", text.Date(p.StartsOn), "To", text.Date(p.EndsOn), "N", p.measures)
		out = append(out, templates.Link{Label: label, Href: "/plans/" + p.ID})
	}
	for _, d := range f.next {
		title := d.Measure.Number + " " + d.Measure.Title
		if d.Milestone != nil {
			title = d.Measure.Number + " " + d.Milestone.Title
		}
		out = append(out, templates.Link{Label: text.T("outcome.next", "Title", title, "When", text.Date(d.On)), Href: "/measures/" + d.Measure.ID})
	}
	return out
}

func outcomeFile(q *request) error {
	switch q.c.Param("form") {
	case exports.PDF:
		return q.sendPDF("outcome")
	case exports.CSV:
		return q.outcomeTable()
	}
	return workflows.Refuse(workflows.NotFound, "not_found")
}

// outcomeTable is how many comments had which outcome, in both languages.
func (q *request) outcomeTable() error {
	_, sheets, err := q.outcome()
	if err != nil {
		return err
	}
	head := []string{q.text.T("public.response.outcome"), q.s.locales.For(sheets[1].Lang).T("public.response.outcome"), q.text.T("public.response.comments")}
	var rows [][]string
	for i, c := range sheets[0].Counts {
		rows = append(rows, []string{c.Label, sheets[1].Counts[i].Label, c.N})
	}
	return q.attachTable("outcome.csv", head, rows)
}
