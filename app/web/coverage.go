package web

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"jahorina/app/pictures"
	"jahorina/policies"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/coverage"
	"jahorina/workflows/coverage/register"
	"jahorina/workflows/implementation"
	"jahorina/workflows/plan"
	"jahorina/workflows/stakeholder"
)

// coveragesView is where states are found and chosen for comparison.
type coveragesView struct{ States []matrixItem }

func coveragesPage(q *request) error {
	states, err := stakeholder.States(q.read())
	if err != nil {
		return err
	}
	var v coveragesView
	for _, s := range states {
		v.States = append(v.States, matrixItem{s.Code, s.Name, "/coverage/" + s.Code})
	}
	return q.show("public/coverages", q.text.T("coverage.title"), v)
}

// coverageView is how far a state is with its obligations.
type coverageView struct {
	State, Name string
	On          *time.Time
	Past        bool // it is not today's
	Inside      bool
	Filter      coverageFilterView
	Counts      []templates.Link
	Gaps        int
	Rows        []coverageRow
	Total       int
	Next        string
	Tally       implementation.Tally
	Course      *pictures.Figure
	Map, Clear  string
	Downloads   []templates.Link
	MayAssess   bool
	NoPlan      bool // there is none to add measures to
	Here        string
	Form        statementForm
	Briefing    briefingForm
}

// coverageFilterView is the form that cuts the obligations down.
type coverageFilterView struct {
	implementation.Filter
	Action                                             string
	Instruments, Themes, Kinds, Talents, Leads, States []templates.Option
	Filtered                                           bool
}

// coverageRow is an obligation in the list.
type coverageRow struct {
	obligationItem
	Status      string
	Gap         bool
	Stated      *implementation.Status
	Basis, AsOf string // how the status came to be, in words; "" as of which day
	Tick        string // value of its box
	Places      []templates.Link
	Measures    []coverageMeasure
	Add         string // where a measure for it is added
}

type coverageMeasure struct {
	Name, Href, Lead string
	Due              *time.Time
}

// statementForm is the form for a status.
type statementForm struct {
	Statuses, Audiences []templates.Option
	Given               implementation.Statement
}

// coverageRows stand on one page.
const coverageRows = 100

func (q *request) coverageFilter() implementation.Filter {
	return implementation.Filter{
		Filter:     coverage.Filter{Instrument: q.c.Query("instrument"), Theme: q.c.Query("theme"), Kind: q.c.Query("kind"), Query: strings.TrimSpace(q.c.Query("q"))},
		Capability: q.c.Query("capability"), Lead: q.c.Query("lead"), Status: q.c.Query("status"), Gaps: q.c.Query("gaps") != "", At: q.c.Query("at"),
	}
}

func coveragePage(q *request) error {
	tx, f := q.read(), q.coverageFilter()
	c, err := implementation.Read(tx, q.c.Param("id"), f)
	if err != nil {
		return err
	}
	path := "/coverage/" + c.State
	v := coverageView{
		State: c.State, Name: q.stateName(tx, c.State), On: dayRead(c.On), Past: f.At != "" && f.At != tx.Now.Format(time.DateOnly), Inside: c.Inside, Gaps: len(c.Gaps()), Total: len(c.Rows), Tally: c.Tally(), Clear: path,
		Map: path + "/map" + q.queryBut("after"), MayAssess: tx.May("obligation", "assess", policies.Target{State: c.State}), Here: path + q.queryBut(),
	}
	if v.Filter, err = q.coverageFilterView(tx, c, f); err != nil {
		return err
	}
	for _, form := range []string{"csv", "json", "xlsx"} {
		v.Downloads = append(v.Downloads, templates.Link{Label: strings.ToUpper(form), Href: path + "/statuses." + form + q.queryBut("after")})
	}
	v.count(q, c)
	if err := v.list(q, tx, c); err != nil {
		return err
	}
	v.Course = q.courseOfStatuses(c)
	v.Form = q.statementForm(implementation.Statement{Status: implementation.Planned, Audience: "state"})
	if v.Briefing, err = q.briefingForm(tx, c.State); err != nil {
		return err
	}
	return q.show("public/coverage", q.text.T("coverage.of", "State", v.Name), v)
}

// queryBut is the query of this page without some of its parts, with its question
// mark.
func (q *request) queryBut(without ...string) string {
	v := q.c.Request.URL.Query()
	for _, name := range without {
		v.Del(name)
	}
	if len(v) == 0 {
		return ""
	}
	return "?" + v.Encode()
}

func (q *request) coverageFilterView(tx *workflows.Tx, c *implementation.Coverage, f implementation.Filter) (coverageFilterView, error) {
	v := coverageFilterView{Filter: f, Action: "/coverage/" + c.State, Filtered: len(q.c.Request.URL.Query()) > 0}
	instruments, err := coverage.Instruments(tx, coverage.Filter{State: c.State})
	v.Instruments = []templates.Option{{Label: q.text.T("obligations.all")}}
	for _, in := range instruments {
		v.Instruments = append(v.Instruments, templates.Option{Value: in.Name, Label: in.Name, Lang: "en"})
	}
	v.Themes, v.Kinds, v.States = q.choices("theme", register.Themes), q.choices("measure_kind", register.Kinds), q.choices("state.coverage", implementation.Words)
	v.Talents, v.Leads = []templates.Option{{Label: q.text.T("obligations.all")}}, []templates.Option{{Label: q.text.T("obligations.all")}}
	for _, t := range c.Talents {
		v.Talents = append(v.Talents, templates.Option{Value: t, Label: t})
	}
	for id, name := range c.Leads {
		v.Leads = append(v.Leads, templates.Option{Value: id, Label: name})
	}
	slices.SortFunc(v.Leads[1:], func(a, b templates.Option) int {
		return strings.Compare(workflows.Fold(a.Label), workflows.Fold(b.Label))
	})
	return v, err
}

// count says how many of the rows have each status, each number a link to them.
func (v *coverageView) count(q *request, c *implementation.Coverage) {
	counts := implementation.Counts(c.Rows)
	for _, w := range implementation.Words {
		if counts[w] == 0 {
			continue
		}
		label := q.text.T("coverage.counts", "Status", q.text.T("state.coverage."+w), "Count", counts[w])
		v.Counts = append(v.Counts, templates.Link{Label: label, Href: v.Clear + "?" + q.query("status", w).Encode()})
	}
}

// list shows the rows from where the address says, so many as fit on a page.
func (v *coverageView) list(q *request, tx *workflows.Tx, c *implementation.Coverage) error {
	p, err := plan.Changeable(tx, c.State)
	if err != nil {
		return err
	}
	v.NoPlan = p == nil && v.MayAssess
	rows := c.Rows
	if after := q.c.Query("after"); after != "" {
		i := slices.IndexFunc(rows, func(r implementation.Row) bool { return r.Code == after })
		rows = rows[i+1:]
	}
	if len(rows) > coverageRows {
		rows = rows[:coverageRows]
		v.Next = q.more(rows[coverageRows-1].Code)
	}
	for i := range rows {
		row := q.coverageRow(&rows[i], p)
		row.Ticked = slices.Contains(q.form["codes"], row.Tick)
		v.Rows = append(v.Rows, row)
	}
	return nil
}

// coverageRow is the row for the page; p is the plan that measures are added to.
func (q *request) coverageRow(r *implementation.Row, p *plan.Plan) coverageRow {
	out := coverageRow{obligationItem: itemOf(&r.Obligation), Status: r.Status, Gap: r.Gap(), Stated: r.Stated, Tick: "0 " + r.Code}
	switch {
	case r.Stated != nil:
		out.Tick = strconv.FormatInt(r.Stated.Version, 10) + " " + r.Code
		out.Basis = q.statedBy(r.Stated)
		out.AsOf = q.text.T("coverage.on_day", "Day", q.dayOf(r.Stated.AsOf))
	case r.Status == implementation.Planned:
		out.Basis = q.text.T("coverage.derived")
	case r.Status == implementation.None:
		out.Basis = q.text.T("coverage.not_stated")
	}
	for _, p := range r.Provisions {
		out.Places = append(out.Places, templates.Link{Label: naming(p.Provision.Number, p.Provision.Heading, p.Provision.Text), Href: "/provisions/" + p.Provision.ID})
	}
	for _, m := range r.Measures {
		out.Measures = append(out.Measures, q.coverageMeasure(m))
	}
	if p != nil {
		out.Add = addMeasurePath(p, r.Code)
	}
	return out
}

func addMeasurePath(p *plan.Plan, code string) string {
	return "/plans/" + p.ID + "/measures/new?" + url.Values{"obligation": {code}}.Encode()
}

func (q *request) coverageMeasure(m *plan.Standby) coverageMeasure {
	out := coverageMeasure{Name: m.Number + " " + m.Title, Href: "/measures/" + m.ID, Lead: cmp.Or(m.Lead, q.text.T("measure.nobody"))}
	if !m.DueOn.IsZero() {
		out.Due = &m.DueOn
	}
	return out
}

// dayOf is a day as people read it.
func (q *request) dayOf(day string) string {
	at := dayRead(day)
	if at == nil {
		return day
	}
	return q.text.Date(*at)
}

func (q *request) statedBy(s *implementation.Status) string {
	return q.text.T("coverage.stated", "Day", q.text.Date(s.CreatedAt), "By", cmp.Or(s.AuthorName, q.stateName(q.read(), s.StateCode)), "AsOf", q.dayOf(s.AsOf))
}

func (q *request) statementForm(given implementation.Statement) statementForm {
	f := statementForm{Given: given}
	for _, w := range implementation.Statuses {
		f.Statuses = append(f.Statuses, templates.Option{Value: w, Label: q.text.T("state.coverage." + w)})
	}
	for _, a := range implementation.Audiences {
		f.Audiences = append(f.Audiences, templates.Option{Value: a, Label: q.text.T("coverage.for." + a)})
	}
	return f
}

// statement is what the form states.
func (q *request) statement() implementation.Statement {
	f := q.form
	return implementation.Statement{Status: f.Get("stated"), Evidence: f.Get("evidence"), Figure: f.Get("figure"), AsOf: f.Get("as_of"), Audience: f.Get("audience")}
}

// ticked reads the boxes: version and code of each obligation.
func (q *request) ticked() ([]implementation.Of, error) {
	var out []implementation.Of
	for _, value := range q.form["codes"] {
		version, code, _ := strings.Cut(value, " ")
		seen, err := strconv.ParseInt(version, 10, 64)
		if err != nil {
			return nil, workflows.Refuse(workflows.Stale, "stale")
		}
		out = append(out, implementation.Of{Code: code, Seen: seen})
	}
	return out, nil
}

// setStatuses states the same of all obligations that are ticked.
func setStatuses(q *request, tx *workflows.Tx) (done, error) {
	state := q.c.Param("id")
	if err := tx.Check("obligation", "assess", policies.Target{State: state}); err != nil {
		return done{}, err
	}
	of, err := q.ticked()
	if err != nil {
		return done{}, err
	}
	if _, err := implementation.Set(tx, state, q.statement(), of); err != nil {
		return done{}, rename(err, "status", "stated")
	}
	return done{to: "/coverage/" + state + q.queryBut(), flash: "status_set"}, nil
}

// neighbours are the states beside the one given, in the order of their names.
func neighbours(tx *workflows.Tx, state string) ([]stakeholder.State, error) {
	all, err := stakeholder.States(tx)
	all = slices.DeleteFunc(all, func(s stakeholder.State) bool { return s.Code == state })
	slices.SortFunc(all, func(a, b stakeholder.State) int { return strings.Compare(a.Name, b.Name) })
	return all, err
}

// several are the values of a name in the query, each once.
func (q *request) several(name string) []string {
	var out []string
	for _, v := range q.c.QueryArray(name) {
		if v != "" && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}
