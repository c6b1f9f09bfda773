package plan

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/coverage/register"
	"jahorina/workflows/stakeholder"
)

// Columns of a table of measures. Cells with several entries have semicolons
// between them.
var Columns = []string{
	"number", "title", "kind", "provisions", "needs", "obligations", "lead", "partners", "due", "amount", "currency", "year", "source", "owner", "indicator",
}

// startColumn is one that a table may have: the day on which work begins.
const startColumn = "start"

// columnsOf are the columns that the table is to have.
func columnsOf(source []byte) []string {
	header, _, _ := bytes.Cut(source, []byte("\n"))
	names := strings.FieldsFunc(strings.ToLower(string(header)), func(r rune) bool { return r < 'a' || r > 'z' })
	if slices.Contains(names, startColumn) {
		return append(slices.Clone(Columns), startColumn)
	}
	return Columns
}

// Imported is what a table adds to a plan, or would add.
type Imported struct {
	Numbers []string
	Sums    []Sum
}

// line is one measure of a table.
type line struct {
	name      string // "line 7"
	content   Content
	resources []Resource
	due       time.Time
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
		added = append(added, Row{Measure: Measure{Resources: l.resources}})
		if dry {
			continue
		}
		if _, err := w.add(p, l.content, l.resources, l.due, n+i+1); err != nil {
			return nil, atLine(err, l.name)
		}
	}
	out.Sums = Sums(added)
	return out, nil
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

func (w *writer) read(rows []register.Line) ([]line, error) {
	bodies, err := w.bodies()
	if err != nil {
		return nil, err
	}
	var problems workflows.Problems
	first := map[string]int{}
	out := make([]line, len(rows))
	for i, r := range rows {
		l := line{name: r.Name()}
		var p workflows.Problems
		l.read(&p, r, bodies)
		if n, twice := first[l.content.Number]; twice {
			p.Add("number", "measure_twice", "Number", l.content.Number, "First", n)
		}
		first[l.content.Number] = r.Number()
		if len(p) == 0 {
			if p, err = w.check(l.content, ""); err != nil && !workflows.IsKind(err, workflows.Invalid) {
				return nil, err
			}
		}
		var n int64
		if err := w.tx.DB().Model(&Measure{}).Where("strategy_id = ? AND number = ?", w.strategy, l.content.Number).Count(&n).Error; err != nil {
			return nil, fmt.Errorf("look for a measure: %w", err)
		}
		if n > 0 {
			p.Add("number", "measure_exists", "Number", l.content.Number)
		}
		for _, f := range p {
			problems = append(problems, inLine(f, l.name))
		}
		out[i] = l
	}
	return out, problems.Err()
}

// bodies are the organisations of the state by their names, folded.
func (w *writer) bodies() (map[string]string, error) {
	out := map[string]string{}
	for page := (workflows.Page{Limit: workflows.MaxLimit}); ; {
		found, next, err := stakeholder.Organisations(w.tx, w.state, stakeholder.Filter{}, page)
		if err != nil {
			return nil, err
		}
		for _, o := range found {
			out[o.NameFolded] = o.ID
		}
		if page.After = next; next == "" {
			return out, nil
		}
	}
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

func (l *line) read(p *workflows.Problems, r register.Line, bodies map[string]string) {
	in := &l.content
	in.Number, in.Title, in.Indicator = strings.TrimSpace(r.Cell("number")), strings.TrimSpace(r.Cell("title")), strings.TrimSpace(r.Cell("indicator"))
	in.Kind = r.Word(p, "kind", Kinds)
	in.Provisions, in.Needs, in.Obligations = Codes(r.Cell("provisions")), Codes(r.Cell("needs")), Codes(r.Cell("obligations"))
	in.LeadID = strings.Join(found(p, bodies, "lead", []string{r.Cell("lead")}), "")
	in.Partners = found(p, bodies, "partners", strings.Split(r.Cell("partners"), ";"))
	due, err := time.Parse(time.DateOnly, strings.TrimSpace(r.Cell("due")))
	if err != nil {
		p.Add("due", "bad_day")
	}
	l.due = due
	if start := strings.TrimSpace(r.Cell(startColumn)); start != "" {
		if in.StartsOn, err = time.Parse(time.DateOnly, start); err != nil {
			p.Add(startColumn, "bad_day")
		}
		checkStart(p, startColumn, in.StartsOn, l.due)
	}
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
	l.resources = []Resource{money}
}
