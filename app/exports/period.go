package exports

import (
	"fmt"
	"time"

	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/plan"
)

// OfPeriod are the forms of a progress report.
var OfPeriod = []string{PDF, JSON, CSV}

// Period is what became of a plan in a time, for programs. Days are YYYY-MM-DD.
type Period struct {
	PlanID  string        `json:"plan_id"`
	Plan    string        `json:"plan"`
	From    string        `json:"from"`
	To      string        `json:"to"`
	Events  []PeriodEvent `json:"events" nullable:"false" doc:"What was adopted, begun, done, stopped and taken up again"`
	Moves   []PeriodMove  `json:"moves" nullable:"false" doc:"Measures that were given another day"`
	Steps   []PeriodStep  `json:"milestones" nullable:"false" doc:"Due or reached in the time"`
	Sums    []PeriodSum   `json:"sums" nullable:"false" doc:"Money for the years of the time"`
	Overdue []PeriodLate  `json:"overdue" nullable:"false" doc:"Now"`
}

// PeriodMeasure names a measure.
type PeriodMeasure struct {
	MeasureID string `json:"measure_id"`
	Number    string `json:"number"`
	Title     string `json:"title"`
}

// PeriodEvent is something that was done to a measure.
type PeriodEvent struct {
	PeriodMeasure
	Action string    `json:"action" doc:"adopt, start, finish, stop or resume"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason,omitempty" doc:"Not for visitors"`
}

// PeriodMove is a change of the day on which a measure is due.
type PeriodMove struct {
	PeriodMeasure
	From     string    `json:"from"`
	To       string    `json:"to"`
	Reason   string    `json:"reason"`
	AgreedBy string    `json:"agreed_by"`
	At       time.Time `json:"at"`
}

// PeriodStep is a milestone that was due or reached.
type PeriodStep struct {
	PeriodMeasure
	Milestone string `json:"milestone"`
	DueOn     string `json:"due_on"`
	DoneOn    string `json:"done_on" doc:"Empty: not done"`
	Late      bool   `json:"late"`
}

// PeriodSum is money in one currency and year.
type PeriodSum struct {
	Minor    int64  `json:"minor" doc:"In the smallest unit of the currency: cents"`
	Currency string `json:"currency" doc:"ISO 4217"`
	Year     int    `json:"year"`
}

// PeriodLate is what is overdue.
type PeriodLate struct {
	PeriodMeasure
	Milestone string `json:"milestone,omitempty"`
	DueOn     string `json:"due_on"`
}

func measureOf(m plan.Measure) PeriodMeasure { return PeriodMeasure{m.ID, m.Number, m.Title} }

func dayText(at time.Time) string { return at.UTC().Format(time.DateOnly) }

// PeriodOf is the report for programs.
func PeriodOf(r *plan.Report) Period {
	out := Period{
		PlanID: r.Plan.ID, Plan: r.Plan.Title, From: dayText(r.From), To: dayText(r.To),
		Events: []PeriodEvent{}, Moves: []PeriodMove{}, Steps: []PeriodStep{}, Sums: []PeriodSum{}, Overdue: []PeriodLate{},
	}
	for _, e := range r.Events {
		out.Events = append(out.Events, PeriodEvent{measureOf(e.Measure), e.Action, e.At, e.Reason})
	}
	for _, m := range r.Moves {
		out.Moves = append(out.Moves, PeriodMove{measureOf(m.Measure), dayText(m.Move.FromOn), dayText(m.Move.ToOn), m.Move.Reason, m.Move.AgreedBy, m.Move.MovedAt.UTC()})
	}
	for _, s := range r.Steps {
		step := PeriodStep{measureOf(s.Measure), s.Step.Title, dayText(s.Step.DueOn), "", s.Late}
		if s.DoneAt != nil {
			step.DoneOn = dayText(*s.DoneAt)
		}
		out.Steps = append(out.Steps, step)
	}
	for _, s := range r.Sums {
		out.Sums = append(out.Sums, PeriodSum{s.Minor, s.Currency, s.Year})
	}
	for _, d := range r.Overdue {
		late := PeriodLate{measureOf(d.Measure), "", dayText(d.On)}
		if d.Milestone != nil {
			late.Milestone = d.Milestone.Title
		}
		out.Overdue = append(out.Overdue, late)
	}
	return out
}

// PeriodFile is the report of a plan over a time, in a form of OfPeriod but PDF.
func PeriodFile(tx *workflows.Tx, text *templates.Text, id string, from, to time.Time, form string) (*File, error) {
	r, err := plan.Over(tx, id, from, to)
	if err != nil {
		return nil, err
	}
	f := &File{Name: PeriodName(r, text, form)}
	switch form {
	case JSON:
		f.MediaType = jsonType
		f.Content, err = encoded(PeriodOf(r))
	case CSV:
		f.MediaType = csvType
		f.Content, err = asCSV(periodHead(text), periodRows(text, PeriodOf(r)))
	default:
		err = noSuchForm()
	}
	return f, err
}

// PeriodName is the name of a report's file.
func PeriodName(r *plan.Report, text *templates.Text, form string) string {
	return Name(r.Plan.Title, dayText(r.From)+"-"+dayText(r.To), text.Tag(), form)
}

func periodHead(text *templates.Text) []string {
	var head []string
	for _, key := range []string{
		"period.column.what", "measure.field.number", "measure.field.title", "period.column.milestone", "period.column.day", "period.column.was",
		"period.column.now", "period.column.reason", "measure.agreed_by", "measure.field.amount", "measure.field.currency", "measure.field.year",
	} {
		head = append(head, text.T(key))
	}
	return head
}

func periodRows(text *templates.Text, p Period) [][]string {
	var out [][]string
	add := func(section string, m PeriodMeasure, rest ...string) {
		row := append([]string{text.T("period.section." + section), m.Number, m.Title}, rest...)
		out = append(out, append(row, make([]string, 12-len(row))...))
	}
	for _, e := range p.Events {
		add(e.Action, e.PeriodMeasure, "", dayText(e.At), "", "", e.Reason)
	}
	for _, m := range p.Moves {
		add("move", m.PeriodMeasure, "", dayText(m.At), m.From, m.To, m.Reason, m.AgreedBy)
	}
	for _, s := range p.Steps {
		add(StepSection(s.DoneOn != "", s.Late), s.PeriodMeasure, s.Milestone, s.DoneOn, s.DueOn)
	}
	for _, s := range p.Sums {
		a := plan.Amount{Minor: s.Minor, Currency: s.Currency}
		add("money", PeriodMeasure{}, "", "", "", "", "", "", a.Plain(), s.Currency, fmt.Sprint(s.Year))
	}
	for _, l := range p.Overdue {
		add("overdue", l.PeriodMeasure, l.Milestone, "", l.DueOn)
	}
	return out
}

// StepSection is the part of a report in which a milestone stands.
func StepSection(done, late bool) string {
	switch {
	case done && late:
		return "late"
	case done:
		return "reached"
	}
	return "unreached"
}
