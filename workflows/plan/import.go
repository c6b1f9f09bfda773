package plan

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/coverage/register"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/table"
)

// Columns of a table of measures. Cells with several entries have semicolons
// between them.
var Columns = []string{
	"number", "title", "kind", "provisions", "needs", "obligations", "lead", "partners", "due", "amount", "currency", "year", "source", "owner", "indicator",
}

// More are columns that a table may have besides. A measure takes several lines
// where it has several sums of money or milestones; what the first of them says
// of the measure, the others repeat or leave empty.
var More = []string{
	"start", "tags", "capability", "upkeep", "upkeep_owner", "own_from", "sustainability", "annex",
	"milestone", "milestone_title", "milestone_owner", "milestone_due", "milestone_status", "milestone_note", "milestone_link", "milestone_needs",
}

// told are columns of a plan as a table that say what was decided and done. That
// is on the record of the measure, and does not come in with a table.
var told = []string{"status", "adopted", "evidence"}

// perLine are the columns that each line of a measure has for itself.
func perLine(column string) bool {
	return strings.HasPrefix(column, "milestone") || slices.Contains([]string{"amount", "currency", "year", "source", "owner"}, column)
}

// columnsOf are the columns that the table is to have.
func columnsOf(source []byte) []string {
	out := slices.Clone(Columns)
	t, err := table.Open(source, register.MaxBytes)
	if err != nil {
		return out // told by whoever reads the lines
	}
	for _, name := range t.Header {
		name = strings.NewReplacer("-", "_", " ", "_").Replace(strings.ToLower(strings.TrimSpace(name)))
		if !slices.Contains(out, name) && (slices.Contains(More, name) || slices.Contains(told, name)) {
			out = append(out, name)
		}
	}
	return out
}

// Imported is what a table adds to a plan, or would add.
type Imported struct {
	Numbers    []string
	Sums       []Sum
	Milestones int
	Undecided  []string // numbers of measures of which the table says what was decided or done, which does not come in
}

// line is one measure of a table.
type line struct {
	name      string // "line 7"
	first     register.Line
	content   Content
	resources []Resource
	due       time.Time
	steps     []*step
}

// Import adds the measures of a table to a plan: all, or none if any does not
// fit. With dry it only says what it would add. The error is about the fields
// "line 7".
func Import(tx *workflows.Tx, planID string, source []byte, dry bool) (*Imported, error) {
	p, err := holdOrLook(tx, planID, dry)
	if err != nil {
		return nil, err
	}
	rows, err := register.Lines(source, columnsOf(source))
	if err != nil {
		return nil, err
	}
	w, err := newWriter(tx, p.StateCode, p.StrategyID)
	if err != nil {
		return nil, err
	}
	lines, err := w.read(rows)
	if err != nil {
		return nil, err
	}
	n, err := p.count(tx)
	if err != nil {
		return nil, err
	}
	if n+len(lines) > MaxMeasures {
		return nil, workflows.InvalidField("file", "too_many", "Max", MaxMeasures)
	}
	out := &Imported{}
	var added []Row
	for i, l := range lines {
		out.Numbers = append(out.Numbers, l.content.Number)
		out.Milestones += len(l.steps)
		if l.decided() {
			out.Undecided = append(out.Undecided, l.content.Number)
		}
		added = append(added, Row{Measure: Measure{Resources: l.resources}})
		if dry {
			continue
		}
		m, err := w.add(p, l.content, l.resources, l.due, n+i+1)
		if err != nil {
			return nil, atLine(err, l.name)
		}
		if err := addSteps(tx, m, l.steps); err != nil {
			return nil, err
		}
	}
	out.Sums = Sums(added)
	if dry {
		return out, nil
	}
	return out, linkSteps(tx, lines)
}

// decided says whether the table tells what was decided or done.
func (l *line) decided() bool {
	status := strings.TrimSpace(l.first.Cell("status"))
	return status != "" && status != NotStarted || strings.TrimSpace(l.first.Cell("adopted")+l.first.Cell("evidence")) != ""
}

func holdOrLook(tx *workflows.Tx, planID string, dry bool) (*Plan, error) {
	if !dry {
		return hold(tx, planID, "edit")
	}
	p, err := Get(tx, planID)
	if err != nil {
		return nil, err
	}
	return p, tx.Check("plan", "edit", p.target())
}

// atLine says of the line what is wrong with fields of it.
func atLine(err error, name string) error {
	var e *workflows.Error
	if !errors.As(err, &e) || e.Kind != workflows.Invalid {
		return err
	}
	out := *e
	out.Fields = nil
	for _, f := range e.Fields {
		out.Fields = append(out.Fields, inLine(f, name))
	}
	return &out
}

func inLine(f workflows.FieldError, name string) workflows.FieldError {
	if f.Key == "required" {
		f.Key, f.Args = "cell_required", map[string]any{"Column": f.Field}
	}
	f.Field = name
	return f
}

func (w *writer) read(rows []register.Line) ([]*line, error) {
	bodies, err := w.bodies()
	if err != nil {
		return nil, err
	}
	owners, err := w.owners()
	if err != nil {
		return nil, err
	}
	var problems workflows.Problems
	first := map[string]*line{}
	var out []*line
	for _, r := range rows {
		var p workflows.Problems
		l := first[strings.TrimSpace(r.Cell("number"))]
		switch {
		case l == nil:
			l = &line{name: r.Name(), first: r}
			if err := w.begin(l, &p, bodies); err != nil {
				return nil, err
			}
			first[l.content.Number], out = l, append(out, l)
		case !l.goesOn(r):
			p.Add("number", "measure_twice", "Number", l.content.Number, "First", l.first.Number())
		}
		if len(p) == 0 {
			l.money(&p, r)
			l.step(&p, r, owners)
		}
		for _, f := range p {
			problems = append(problems, inLine(f, r.Name()))
		}
	}
	checkSteps(&problems, out)
	return out, problems.Err()
}

// begin reads what the first line of a measure says of it.
func (w *writer) begin(l *line, p *workflows.Problems, bodies map[string]string) error {
	l.read(p, bodies)
	if err := w.annex(l, p); err != nil {
		return err
	}
	if len(*p) == 0 {
		wrong, err := w.check(l.content, "")
		if err != nil && !workflows.IsKind(err, workflows.Invalid) {
			return err
		}
		*p = append(*p, wrong...)
	}
	var n int64
	if err := w.tx.DB().Model(&Measure{}).Where("strategy_id = ? AND number = ?", w.strategy, l.content.Number).Count(&n).Error; err != nil {
		return fmt.Errorf("look for a measure: %w", err)
	}
	if n > 0 {
		p.Add("number", "measure_exists", "Number", l.content.Number)
	}
	return nil
}

// annex finds the entry of the restricted annex by its reference.
func (w *writer) annex(l *line, p *workflows.Problems) error {
	reference := strings.TrimSpace(l.first.Cell("annex"))
	if reference == "" {
		return nil
	}
	var found []Annex
	if err := w.tx.DB().Select("id").Where("strategy_id = ? AND reference = ?", w.strategy, reference).Limit(1).Find(&found).Error; err != nil {
		return fmt.Errorf("look for an annex: %w", err)
	}
	if len(found) == 0 {
		p.Add("annex", "unknown_annex")
		return nil
	}
	l.content.AnnexID = found[0].ID
	return nil
}

// goesOn says whether the line is another one of the same measure: it brings
// money or a milestone, and says nothing else of the measure than the first.
func (l *line) goesOn(r register.Line) bool {
	for _, column := range slices.Concat(Columns, More, told) {
		if said := r.Cell(column); !perLine(column) && said != "" && said != l.first.Cell(column) {
			return false
		}
	}
	return strings.TrimSpace(r.Cell("amount")) != "" || isStep(r)
}

// bodies are the organisations of the state by their names, folded.
func (w *writer) bodies() (map[string]string, error) {
	all, err := workflows.Every(func(page workflows.Page) ([]stakeholder.Organisation, string, error) {
		return stakeholder.Organisations(w.tx, w.state, stakeholder.Filter{}, page)
	})
	out := map[string]string{}
	for _, o := range all {
		out[o.NameFolded] = o.ID
	}
	return out, err
}

// Bodies finds organisations of a state by their names, as people type them. A
// name that is not in the registry is said of the field.
func Bodies(tx *workflows.Tx, p *workflows.Problems, state, field string, names []string) ([]string, error) {
	w := writer{tx: tx, state: state}
	known, err := w.bodies()
	if err != nil {
		return nil, err
	}
	return found(p, known, field, names), nil
}

func found(p *workflows.Problems, known map[string]string, field string, names []string) []string {
	ids := []string{}
	for _, name := range names {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		id, there := known[workflows.FoldName(name)]
		if !there {
			p.Add(field, "unknown_body", "Name", name)
			continue
		}
		ids = append(ids, id)
	}
	return ids
}

func (l *line) read(p *workflows.Problems, bodies map[string]string) {
	in, r := &l.content, l.first
	text := func(column string) string { return strings.TrimSpace(r.Cell(column)) }
	in.Number, in.Title, in.Indicator, in.Capability = text("number"), text("title"), text("indicator"), text("capability")
	in.Kind = r.Word(p, "kind", Kinds)
	in.Provisions, in.Needs, in.Obligations = Codes(r.Cell("provisions")), Codes(r.Cell("needs")), Codes(r.Cell("obligations"))
	in.LeadID = strings.Join(found(p, bodies, "lead", []string{r.Cell("lead")}), "")
	in.Partners = found(p, bodies, "partners", strings.Split(r.Cell("partners"), ";"))
	in.UpkeepOwner, in.Sustainability = text("upkeep_owner"), r.Cell("sustainability")
	if upkeep := text("upkeep"); upkeep != "" {
		amount, unit := upkeep, ""
		if at := strings.LastIndexByte(upkeep, ' '); at > 0 {
			amount, unit = upkeep[:at], upkeep[at+1:]
		}
		in.Upkeep = ParseAmount(p, "upkeep_amount", amount, unit)
	}
	l.tags(p)
	if l.due = dayIn(p, r, "due"); l.due.IsZero() && text("due") == "" {
		p.Add("due", "bad_day")
	}
	in.OwnFrom, in.StartsOn = dayIn(p, r, "own_from"), dayIn(p, r, "start")
	checkStart(p, "start", in.StartsOn, l.due)
}

func (l *line) tags(p *workflows.Problems) {
	for _, tag := range Codes(l.first.Cell("tags")) {
		switch strings.ToLower(tag) {
		case "prevention":
			l.content.Prevention = true
		case "consequence":
			l.content.Consequence = true
		default:
			p.Add("tags", "cell_words", "Column", "tags", "Words", "prevention, consequence")
		}
	}
}

// dayIn is the day in a cell, zero for an empty one.
func dayIn(p *workflows.Problems, r register.Line, column string) time.Time {
	typed := strings.TrimSpace(r.Cell(column))
	if typed == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.DateOnly, typed)
	if err != nil {
		p.Add(column, "bad_day")
	}
	return at
}

// money reads the sum of a line, if it has one.
func (l *line) money(p *workflows.Problems, r register.Line) {
	if strings.TrimSpace(r.Cell("amount")) == "" {
		return
	}
	amount := ParseAmount(p, "amount", r.Cell("amount"), r.Cell("currency"))
	if amount == nil {
		return
	}
	year, err := strconv.Atoi(strings.TrimSpace(r.Cell("year")))
	if err != nil {
		year = 0
	}
	money := Resource{Amount: *amount, Year: year, Source: r.Word(p, "source", Sources), Owner: strings.TrimSpace(r.Cell("owner"))}
	if len(*p) == 0 {
		money.check(p)
	}
	if len(l.resources) >= maxLines {
		p.Add("amount", "too_many", "Max", maxLines)
	}
	l.resources = append(l.resources, money)
}
