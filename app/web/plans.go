package web

import (
	"fmt"
	"strings"
	"time"

	"jahorina/app/exports"
	"jahorina/app/pictures"
	"jahorina/policies"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/plan"
	"jahorina/workflows/strategy"
)

type plansView struct {
	Items []planItem
	Next  string
	New   string // address to begin a plan of the strategy
}

type planItem struct {
	Plan plan.Plan
	Href string
}

func plansPage(q *request) error {
	tx, of := q.read(), q.c.Query("strategy")
	rows, next, err := plan.List(tx, of, q.page())
	if err != nil {
		return err
	}
	v := plansView{Next: q.more(next)}
	for _, p := range rows {
		v.Items = append(v.Items, planItem{p, "/plans/" + p.ID})
	}
	if of != "" {
		s, err := strategy.Get(tx, of)
		if err != nil {
			return err
		}
		if tx.May("plan", "create", policies.Target{State: s.StateCode}) {
			v.New = "/strategies/" + s.ID + "/plans/new"
		}
	}
	return q.show("public/plans", q.text.T("plans.title"), v)
}

// planFormView is the form for what is said of a plan as a whole.
type planFormView struct {
	Plan   plan.Plan
	Stated string // amount, in whole units
	Back   string
}

// dayOf is a day as a date control takes it, "" for none.
func dayOf(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.DateOnly)
}

// Day is dayOf for the page.
func (planFormView) Day(at time.Time) string { return dayOf(at) }

func newPlanPage(q *request) error {
	tx := q.read()
	s, err := strategy.Get(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	if err := tx.Check("plan", "create", policies.Target{State: s.StateCode}); err != nil {
		return err
	}
	return q.show("official/plan_form", q.text.T("plans.new"), planFormView{Back: "/plans?strategy=" + s.ID})
}

func editPlanPage(q *request) error {
	tx := q.read()
	p, err := changeablePlan(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	v := planFormView{Plan: *p, Back: "/plans/" + p.ID}
	if p.StatedMinor != nil {
		v.Stated = plan.Amount{Minor: *p.StatedMinor, Currency: p.StatedCurrency}.Plain()
	}
	return q.show("official/plan_form", q.text.T("plans.edit"), v)
}

// changeablePlan is a plan that the reader may change.
func changeablePlan(tx *workflows.Tx, id string) (*plan.Plan, error) {
	p, err := plan.Get(tx, id)
	if err != nil {
		return nil, err
	}
	return p, tx.Check("plan", "edit", policies.Target{State: p.StateCode})
}

// terms are what the form says of a plan.
func (q *request) terms() (plan.Terms, error) {
	var p workflows.Problems
	in := plan.Terms{Title: q.form.Get("title"), StatedIn: q.form.Get("stated_in")}
	in.StartsOn, in.EndsOn = q.typedDay(&p, "starts_on"), q.typedDay(&p, "ends_on")
	in.Stated = plan.ParseAmount(&p, "stated_amount", q.form.Get("stated_amount"), q.form.Get("stated_currency"))
	return in, p.Err()
}

// typedDay is day for forms that gather what is wrong.
func (q *request) typedDay(p *workflows.Problems, field string) time.Time {
	at, err := q.day(field)
	if err != nil {
		p.Add(field, "bad_day")
	}
	return at
}

func createPlan(q *request, tx *workflows.Tx) (done, error) {
	if _, err := strategy.Get(tx, q.c.Param("id")); err != nil {
		return done{}, err
	}
	in, err := q.terms()
	if err != nil {
		return done{}, err
	}
	p, err := plan.Create(tx, q.c.Param("id"), in)
	if err != nil {
		return done{}, err
	}
	return done{to: "/plans/" + p.ID, flash: "on_record"}, nil
}

func editPlan(q *request, tx *workflows.Tx) (done, error) {
	if _, err := changeablePlan(tx, q.c.Param("id")); err != nil {
		return done{}, err
	}
	version, err := q.version()
	if err != nil {
		return done{}, err
	}
	in, err := q.terms()
	if err != nil {
		return done{}, err
	}
	p, err := plan.Edit(tx, q.c.Param("id"), version, in)
	if err != nil {
		return done{}, err
	}
	return done{to: "/plans/" + p.ID, flash: "on_record"}, nil
}

func issuePlan(q *request, tx *workflows.Tx) (done, error) {
	p, err := plan.Issue(tx, q.c.Param("id"))
	if err != nil {
		return done{}, err
	}
	return done{to: "/plans/" + p.ID, flash: "plan_issued"}, nil
}

// planView is a plan with its measures, sums and gaps.
type planView struct {
	Plan       *plan.Plan
	Rows       []measureItem
	Sums       []sumItem
	Check      string // sentence about what the text says
	Differs    bool
	Lacking    []lackItem
	Timeline   *pictures.Figure
	References []plan.Annex
	MayEdit    bool
	MayIssue   bool
	Inherit    int // measures of the plan before that are still open
	Annex      string
	Filter     planFilter
}

type measureItem struct {
	plan.Row
	Href, Money string
}

type sumItem struct{ Currency, Year, Amount string }

type lackItem struct {
	Number, Title, Href string
	What                []string
}

func planPage(q *request) error {
	tx := q.read()
	p, err := plan.Get(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	rows, err := plan.Measures(tx, p)
	if err != nil {
		return err
	}
	t := policies.Target{State: p.StateCode}
	v := planView{Plan: p, MayEdit: tx.May("plan", "edit", t), MayIssue: tx.May("plan", "issue", t) && !p.Issued()}
	v.sum(q, rows)
	if rows, err = v.filter(q, rows, tx.May("measure", "read", t)); err != nil {
		return err
	}
	for _, r := range rows {
		v.Rows = append(v.Rows, measureItem{r, "/measures/" + r.ID, q.funds(r.Resources)})
		if what := q.missing(&r); len(what) > 0 && tx.May("measure", "read", t) {
			v.Lacking = append(v.Lacking, lackItem{r.Number, r.Title, "/measures/" + r.ID, what})
		}
	}
	if v.References, err = plan.References(tx, p); err != nil {
		return err
	}
	if tx.May("annex", "read", t) {
		v.Annex = "/strategies/" + p.StrategyID + "/annex"
	}
	if v.MayEdit {
		left, err := plan.Left(tx, p)
		if err != nil {
			return err
		}
		v.Inherit = len(left)
	}
	if err := v.draw(q, tx, rows); err != nil {
		return err
	}
	return q.show("public/plan", p.Title, v)
}

func (v *planView) sum(q *request, rows []plan.Row) {
	sums := plan.Sums(rows)
	for _, s := range sums {
		item := sumItem{Currency: s.Currency, Year: q.text.T("plans.all_years"), Amount: q.money(plan.Amount{Minor: s.Minor, Currency: s.Currency})}
		if s.Year != 0 {
			item.Year = fmt.Sprint(s.Year)
		}
		v.Sums = append(v.Sums, item)
	}
	c := v.Plan.Checked(sums)
	if c == nil {
		return
	}
	key := "plans.check_same"
	if v.Differs = c.Differs(); v.Differs {
		key = "plans.check_differs"
	}
	difference := c.Difference()
	difference.Minor = max(difference.Minor, -difference.Minor)
	v.Check = q.text.T(key, "Stated", q.money(c.Stated), "In", c.In, "Sum", q.money(c.Sum), "Difference", q.money(difference))
}

// money is an amount in the digits of the reader.
func (q *request) money(a plan.Amount) string {
	units, digits := a.Units()
	return q.text.Amount(units, digits) + "\u00a0" + a.Currency
}

// funds are the lines of money of a measure in a few words.
func (q *request) funds(lines []plan.Resource) string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = fmt.Sprintf("%s (%d, %s)", q.money(l.Amount), l.Year, q.text.T("money_source."+l.Source))
	}
	return strings.Join(out, "; ")
}

// missing says in sentences what a measure still needs.
func (q *request) missing(r *plan.Row) []string {
	var out []string
	for _, w := range r.Lacks.Words {
		out = append(out, q.text.T("lack."+w))
	}
	if len(r.Lacks.Years) > 0 && len(r.Resources) > 0 {
		years := make([]string, len(r.Lacks.Years))
		for i, y := range r.Lacks.Years {
			years[i] = fmt.Sprint(y)
		}
		out = append(out, q.text.T("lack.years", "Years", strings.Join(years, ", ")))
	}
	if len(r.Lacks.EmptyKinds) > 0 && len(r.Obligations) > 0 {
		kinds := make([]string, len(r.Lacks.EmptyKinds))
		for i, k := range r.Lacks.EmptyKinds {
			kinds[i] = q.text.T("measure_kind." + k)
		}
		out = append(out, q.text.T("lack.kinds", "Kinds", strings.Join(kinds, ", ")))
	}
	return out
}

func planTable(q *request) error {
	tx := q.read()
	p, err := plan.Get(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	rows, err := plan.Measures(tx, p)
	if err != nil {
		return err
	}
	steps, err := planSteps(tx, rows)
	if err != nil {
		return err
	}
	var cells [][]string
	for i := range rows {
		lines := rows[i].Resources
		if len(lines) == 0 {
			cells = append(cells, q.measureRow(&rows[i], nil))
		}
		for j := range lines {
			cells = append(cells, q.measureRow(&rows[i], &lines[j]))
		}
		for _, s := range steps[rows[i].ID] {
			cells = append(cells, q.stepRow(&rows[i], s))
		}
	}
	head := make([]string, len(exports.PlanColumns))
	for i, column := range exports.PlanColumns {
		head[i] = exports.PlanHeading(q.text, column)
	}
	return q.attachTable("plan.csv", head, wide(cells))
}

func (q *request) measureRow(r *plan.Row, money *plan.Resource) []string {
	out := []string{
		r.Number, r.Title, q.text.T("measure_kind." + r.Kind), strings.ReplaceAll(q.tags(&r.Measure), ", ", "; "), r.Capability, numbersOf(r.Provisions), numbersOf(r.Needs), codesOf(r),
		r.Lead, strings.Join(r.PartnerList, "; "), dayOrNone(r.StartsOn), dayOf(r.DueOn), q.text.T("state.measure." + r.Status), "",
	}
	if r.AdoptedAt != nil {
		out[len(out)-1] = dayOf(*r.AdoptedAt)
	}
	if money == nil {
		out = append(out, "", "", "", "", "")
	} else {
		out = append(out, money.Plain(), money.Currency, fmt.Sprint(money.Year), q.text.T("money_source."+money.Source), money.Owner)
	}
	upkeep, from := "", ""
	if a := r.Upkeep(); a != nil {
		upkeep = a.Plain() + " " + a.Currency
	}
	if r.OwnFrom != nil {
		from = dayOf(*r.OwnFrom)
	}
	var evidence []string
	for _, e := range r.Evidence {
		evidence = append(evidence, q.text.T("evidence_kind."+e.Kind)+": "+strings.TrimSpace(e.Text+" "+e.Link))
	}
	return append(out, upkeep, r.UpkeepOwner, from, r.Sustainability, r.Indicator, strings.Join(evidence, "; "), r.Annex)
}

func (q *request) tags(m *plan.Measure) string {
	var out []string
	if m.Prevention {
		out = append(out, q.text.T("measure.prevention"))
	}
	if m.Consequence {
		out = append(out, q.text.T("measure.consequence"))
	}
	return strings.Join(out, ", ")
}

func numbersOf(rows []strategy.Provision) string {
	out := make([]string, len(rows))
	for i, p := range rows {
		out[i] = p.Number
	}
	return strings.Join(out, "; ")
}

func codesOf(r *plan.Row) string {
	out := make([]string, len(r.Obligations))
	for i, o := range r.Obligations {
		out[i] = o.Code
	}
	return strings.Join(out, "; ")
}

// placeLinks are provisions as links.
func placeLinks(rows []strategy.Provision) []templates.Link {
	var out []templates.Link
	for _, p := range rows {
		out = append(out, templates.Link{Label: naming(p.Number, p.Heading, p.Text), Href: "/provisions/" + p.ID})
	}
	return out
}
