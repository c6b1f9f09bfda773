package api

import (
	"net/http"
	"time"

	"jahorina/app/exports"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/plan"
	"jahorina/workflows/strategy"
)

// registerPlans declares the calls on action plans and their measures.
func (s *server) registerPlans() {
	read(s, call{path: "/plans", id: "list-plans", summary: "Action plans", public: true}, plans)
	read(s, call{path: "/plans/{id}", id: "plan", summary: "One action plan with its measures, sums and what is missing", public: true}, onePlan)
	read(s, call{path: "/plans/{id}/report", id: "plan-report", summary: "What became of a plan from one day to another", public: true}, planReport)
	download(s, call{path: "/plans/{id}/report/download/{form}", id: "plan-report-file", summary: "The same as a file: pdf, json or csv", public: true}, "period", planReportFile)
	read(s, call{path: "/measures/{id}", id: "measure", summary: "One measure", public: true}, oneMeasure)
	write(s, call{method: http.MethodPost, path: "/strategies/{id}/plans", id: "create-plan", summary: "Begin the next action plan of a strategy", status: http.StatusCreated}, createPlan)
	write(s, call{method: http.MethodPut, path: "/plans/{id}", id: "edit-plan", summary: "Change what is said of a plan as a whole"}, editPlan)
	write(s, call{method: http.MethodPost, path: "/plans/{id}/issue", id: "issue-plan", summary: "Let everyone read a plan"}, issuePlan)
	write(s, call{method: http.MethodPost, path: "/plans/{id}/measures", id: "add-measure", summary: "Add a measure to a plan", status: http.StatusCreated}, addMeasure)
	write(s, call{method: http.MethodPost, path: "/plans/{id}/import", id: "import-measures", summary: "Add the measures of a table to a plan"}, s.importMeasures)
	write(s, call{method: http.MethodPost, path: "/plans/{id}/inherit", id: "inherit-measures", summary: "Take over open measures of the plan before"}, inherit)
	write(s, call{method: http.MethodPost, path: "/plans/{id}/due", id: "postpone-measure", summary: "Give a measure another day in a plan"}, postpone)
	write(s, call{method: http.MethodPut, path: "/measures/{id}", id: "edit-measure", summary: "Change what is said of a measure"}, editMeasure)
	write(s, call{method: http.MethodPost, path: "/measures/{id}/transitions", id: "move-measure", summary: "Adopt, start, finish, stop or resume a measure"}, moveMeasure)
	write(s, call{method: http.MethodPost, path: "/measures/{id}/resources", id: "fund-measure", summary: "Add a line of money"}, fundMeasure)
	write(s, call{method: http.MethodPost, path: "/measures/{id}/resources/drop", id: "defund-measure", summary: "Take a line of money away"}, defundMeasure)
	write(s, call{method: http.MethodPost, path: "/measures/{id}/evidence", id: "prove-measure", summary: "Add what shows that a measure is done"}, proveMeasure)
	write(s, call{method: http.MethodPost, path: "/measures/{id}/milestones", id: "add-milestone", summary: "Add a milestone to a measure", status: http.StatusCreated}, addMilestone)
	write(s, call{method: http.MethodPut, path: "/milestones/{id}", id: "edit-milestone", summary: "Change a milestone, or say how far it is"}, editMilestone)
	read(s, call{path: "/milestones/{id}", id: "milestone", summary: "One milestone, for whoever may read its measure or has it", public: true}, oneMilestone)
	write(s, call{method: http.MethodPut, path: "/milestones/{id}/report", id: "report-milestone", summary: "Say how far a milestone of your own is"}, reportMilestone)
	read(s, call{path: "/strategies/{id}/annex", id: "annex", summary: "The restricted annex of a strategy"}, annex)
	write(s, call{method: http.MethodPost, path: "/strategies/{id}/annex", id: "add-annex", summary: "Add to the restricted annex of a strategy", status: http.StatusCreated}, addAnnex)
}

// AmountView is money.
type AmountView struct {
	Minor    int64  `json:"minor" doc:"In the smallest unit of the currency: cents"`
	Currency string `json:"currency" doc:"ISO 4217"`
}

func amount(minor *int64, currency string) *AmountView {
	if minor == nil {
		return nil
	}
	return &AmountView{*minor, currency}
}

func (a *AmountView) plan() *plan.Amount {
	if a == nil {
		return nil
	}
	return &plan.Amount{Minor: a.Minor, Currency: a.Currency}
}

// PlanHead is what is said of a plan as a whole.
type PlanHead struct {
	ID         string      `json:"id"`
	State      string      `json:"state"`
	StrategyID string      `json:"strategy_id"`
	Cycle      int         `json:"cycle"`
	Title      string      `json:"title"`
	StartsOn   string      `json:"starts_on" doc:"YYYY-MM-DD"`
	EndsOn     string      `json:"ends_on" doc:"YYYY-MM-DD"`
	Stated     *AmountView `json:"stated" doc:"What the text says the plan costs"`
	StatedIn   string      `json:"stated_in" doc:"Where it says so"`
	IssuedAt   *time.Time  `json:"issued_at" doc:"Since when everyone may read it"`
	Version    int64       `json:"version"`
}

func (v PlanHead) version() int64 { return v.Version }

func headOfPlan(p plan.Plan) PlanHead {
	return PlanHead{
		p.ID, p.StateCode, p.StrategyID, p.Cycle, p.Title, dayOf(&p.StartsOn), dayOf(&p.EndsOn), amount(p.StatedMinor, p.StatedCurrency), p.StatedIn,
		utcOrNull(p.IssuedAt), p.Version,
	}
}

func dayOf(at *time.Time) string {
	if at == nil {
		return ""
	}
	return at.UTC().Format(time.DateOnly)
}

// day reads a day; an empty one is the zero time.
func day(p *workflows.Problems, field, s string) time.Time {
	if s == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.DateOnly, s)
	if err != nil {
		p.Add(field, "bad_day")
	}
	return at
}

func plans(tx *workflows.Tx, in *struct {
	Paged
	Strategy string `query:"strategy" doc:"Those of one strategy, by its id"`
},
) (list[PlanHead], error) {
	rows, next, err := plan.List(tx, in.Strategy, in.page())
	return listOf(rows, next, headOfPlan), err
}

// PlanView is a plan with its measures.
type PlanView struct {
	PlanHead
	Measures   []MeasureView   `json:"measures" nullable:"false" doc:"Visitors get those that are adopted"`
	Milestones []MilestoneView `json:"milestones" nullable:"false" doc:"Of these measures, by their days"`
	Sums       []SumView       `json:"sums" nullable:"false"`
	Difference *AmountView     `json:"difference" doc:"By how much the text says more than the measures come to"`
	Annex      []ReferenceView `json:"not_published" nullable:"false" doc:"References of what is not published, without the texts"`
}

// SumView is what measures cost in one currency and year.
type SumView struct {
	AmountView
	Year int `json:"year" doc:"0: all years"`
}

// ReferenceView is the public part of an entry of the restricted annex.
type ReferenceView struct {
	ID        string `json:"id"`
	Reference string `json:"reference"`
	Reason    string `json:"reason"`
}

func onePlan(tx *workflows.Tx, in *struct {
	ByID
	Tag    string `query:"tag" doc:"Only measures for prevention, or consequence"`
	Kind   string `query:"kind"`
	Lead   string `query:"lead" doc:"Id of an organisation"`
	Status string `query:"status"`
	Lacks  string `query:"lacks" doc:"lead, money, upkeep or obligation"`
},
) (PlanView, error) {
	f := plan.Filter{Tag: in.Tag, Kind: in.Kind, LeadID: in.Lead, Status: in.Status, Lacks: in.Lacks}
	if err := f.Check(); err != nil {
		return PlanView{}, err
	}
	p, err := plan.Get(tx, in.ID)
	if err != nil {
		return PlanView{}, err
	}
	rows, err := plan.Measures(tx, p)
	if err != nil {
		return PlanView{}, err
	}
	sums := plan.Sums(rows)
	v := PlanView{PlanHead: headOfPlan(*p), Measures: listOf(f.Of(rows), "", viewMeasure).Items}
	v.Sums = listOf(sums, "", func(s plan.Sum) SumView { return SumView{AmountView{s.Minor, s.Currency}, s.Year} }).Items
	if c := p.Checked(sums); c != nil {
		d := AmountView(c.Difference())
		v.Difference = &d
	}
	var ids []string
	for _, m := range v.Measures {
		ids = append(ids, m.ID)
	}
	steps, err := plan.Milestones(tx, ids...)
	if err != nil {
		return PlanView{}, err
	}
	v.Milestones = listOf(steps, "", viewStep).Items
	references, err := plan.References(tx, p)
	v.Annex = listOf(references, "", func(a plan.Annex) ReferenceView { return ReferenceView{a.ID, a.Reference, a.Reason} }).Items
	return v, err
}

// InPeriod asks for a time.
type InPeriod struct {
	From string `query:"from" doc:"YYYY-MM-DD; the first day of the plan if not given"`
	To   string `query:"to" doc:"YYYY-MM-DD, included; the last day of the plan if not given"`
}

func (in InPeriod) days() (from, to time.Time, err error) {
	var p workflows.Problems
	from, to = day(&p, "from", in.From), day(&p, "to", in.To)
	return from, to, p.Err()
}

func planReport(tx *workflows.Tx, in *struct {
	ByID
	InPeriod
},
) (exports.Period, error) {
	from, to, err := in.days()
	if err != nil {
		return exports.Period{}, err
	}
	r, err := plan.Over(tx, in.ID, from, to)
	if err != nil {
		return exports.Period{}, err
	}
	return exports.PeriodOf(r), nil
}

func planReportFile(tx *workflows.Tx, text *templates.Text, in *struct {
	ByForm
	InPeriod
},
) (*exports.File, error) {
	from, to, err := in.days()
	if err != nil {
		return nil, err
	}
	return exports.PeriodFile(tx, text, in.ID, from, to, in.Form)
}

// MeasureView is a measure.
type MeasureView struct {
	ID             string         `json:"id"`
	Number         string         `json:"number"`
	Title          string         `json:"title"`
	Kind           string         `json:"kind"`
	Capability     string         `json:"capability"`
	Prevention     bool           `json:"prevention"`
	Consequence    bool           `json:"consequence"`
	LeadID         *string        `json:"lead_id"`
	Lead           string         `json:"lead"`
	Partners       []string       `json:"partners" nullable:"false" doc:"Ids of organisations"`
	StartsOn       string         `json:"starts_on" doc:"In its newest plan, or the one asked for; empty if not said"`
	DueOn          string         `json:"due_on"`
	Status         string         `json:"status" doc:"not_started, under_way, done or stopped"`
	AdoptedAt      *time.Time     `json:"adopted_at"`
	Obligations    []string       `json:"obligations" nullable:"false"`
	Provisions     []PlaceView    `json:"provisions" nullable:"false" doc:"That it gives effect to"`
	Needs          []PlaceView    `json:"needs" nullable:"false" doc:"That say why it is needed"`
	Resources      []ResourceView `json:"resources" nullable:"false"`
	Upkeep         *AmountView    `json:"upkeep" doc:"A year"`
	UpkeepOwner    string         `json:"upkeep_owner"`
	OwnFrom        string         `json:"own_from" doc:"First day without outside help"`
	Sustainability string         `json:"sustainability"`
	Indicator      string         `json:"indicator"`
	Evidence       []EvidenceView `json:"evidence" nullable:"false"`
	Annex          string         `json:"annex" doc:"Reference of the restricted annex"`
	Lacks          []string       `json:"lacks" nullable:"false" doc:"lead, money, upkeep, obligation"`
	YearsWithout   []int          `json:"years_without_money" nullable:"false"`
	EmptyKinds     []string       `json:"empty_kinds" nullable:"false" doc:"Kinds of which the plan has no measure for its obligations"`
	Version        int64          `json:"version"`
}

func (v MeasureView) version() int64 { return v.Version }

// ResourceView is a line of money.
type ResourceView struct {
	AmountView
	Year   int    `json:"year"`
	Source string `json:"source" doc:"state, shared, partner or sought"`
	Owner  string `json:"owner,omitempty"`
}

// EvidenceView is what shows that a measure is done.
type EvidenceView struct {
	Kind string `json:"kind" doc:"law, procedure or record"`
	Text string `json:"text"`
	Link string `json:"link,omitempty"`
}

func viewMeasure(r plan.Row) MeasureView {
	v := MeasureView{
		ID: r.ID, Number: r.Number, Title: r.Title, Kind: r.Kind, Capability: r.Capability, Prevention: r.Prevention, Consequence: r.Consequence,
		LeadID: r.LeadID, Lead: r.Lead, Partners: append([]string{}, r.Partners...), Status: r.Status, AdoptedAt: utcOrNull(r.AdoptedAt), Obligations: codesOf(r.Obligations),
		Provisions: places(r.Provisions), Needs: places(r.Needs), Upkeep: amount(r.UpkeepMinor, r.UpkeepCurrency), UpkeepOwner: r.UpkeepOwner, OwnFrom: dayOf(r.OwnFrom),
		Sustainability: r.Sustainability, Indicator: r.Indicator, Annex: r.Annex, Lacks: append([]string{}, r.Lacks.Words...),
		YearsWithout: append([]int{}, r.Lacks.Years...), EmptyKinds: append([]string{}, r.Lacks.EmptyKinds...), Version: r.Version,
	}
	v.StartsOn = dayOf(r.StartsOn)
	if !r.DueOn.IsZero() {
		v.DueOn = dayOf(&r.DueOn)
	}
	v.Resources = listOf(r.Resources, "", func(l plan.Resource) ResourceView {
		return ResourceView{AmountView(l.Amount), l.Year, l.Source, l.Owner}
	}).Items
	v.Evidence = listOf(r.Evidence, "", func(e plan.Evidence) EvidenceView { return EvidenceView(e) }).Items
	return v
}

func places(rows []strategy.Provision) []PlaceView { return listOf(rows, "", viewPlace).Items }

// OneMeasure is a measure with its plans, milestones and the moves of its day.
type OneMeasure struct {
	MeasureView
	Plans      []StandingView  `json:"plans" nullable:"false" doc:"The newest first"`
	Moves      []MoveView      `json:"moves" nullable:"false"`
	Milestones []MilestoneView `json:"milestones" nullable:"false"`
}

// StandingView is a plan in which a measure stands.
type StandingView struct {
	ID    string `json:"id"`
	Cycle int    `json:"cycle"`
	DueOn string `json:"due_on"`
}

// MoveView is a change of the day on which a measure is due.
type MoveView struct {
	PlanID   string    `json:"plan_id"`
	From     string    `json:"from"`
	To       string    `json:"to"`
	Reason   string    `json:"reason"`
	AgreedBy string    `json:"agreed_by"`
	At       time.Time `json:"at"`
}

// MilestoneView is a step of a measure.
type MilestoneView struct {
	ID      string   `json:"id"`
	Measure string   `json:"measure_id"`
	Title   string   `json:"title"`
	Owner   string   `json:"owner" doc:"Id of a person; empty for visitors"`
	DueOn   string   `json:"due_on"`
	Status  string   `json:"status"`
	Note    string   `json:"note,omitempty" doc:"What its owner says of it"`
	Link    string   `json:"link,omitempty"`
	Needs   []string `json:"needs" nullable:"false" doc:"Ids of milestones it waits for"`
	Version int64    `json:"version"`
}

func (v MilestoneView) version() int64 { return v.Version }

func viewStep(s plan.Stepped) MilestoneView {
	v := MilestoneView{s.ID, s.MeasureID, s.Title, s.OwnerID, dayOf(&s.DueOn), s.Status, s.Note, s.Link, []string{}, s.Version}
	for _, n := range s.Needs {
		v.Needs = append(v.Needs, n.ID)
	}
	return v
}

func oneMeasure(tx *workflows.Tx, in *ByID) (OneMeasure, error) {
	m, err := plan.GetMeasure(tx, in.ID)
	if err != nil {
		return OneMeasure{}, err
	}
	v := OneMeasure{MeasureView: viewMeasure(m.Row)}
	v.Plans = listOf(m.Plans, "", func(s plan.Standing) StandingView { return StandingView{s.Plan.ID, s.Plan.Cycle, dayOf(&s.DueOn)} }).Items
	v.Moves = listOf(m.Moves, "", func(x plan.Move) MoveView {
		return MoveView{x.PlanID, dayOf(&x.FromOn), dayOf(&x.ToOn), x.Reason, x.AgreedBy, x.MovedAt.UTC()}
	}).Items
	steps, err := plan.Milestones(tx, m.ID)
	v.Milestones = listOf(steps, "", viewStep).Items
	return v, err
}
