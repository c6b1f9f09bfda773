// Package report assembles drafts of the reports that treaty bodies and partners
// ask for, from what is kept anyway: the state's laws, its measures with what
// shows them done, references of its 1540 matrix, and what it has sent. A data
// file says which obligations go into which section. Nothing is typed into a
// draft, and nothing is counted: what is changed once is changed in all of them.
package report

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/coverage"
	"jahorina/workflows/coverage/register"
	"jahorina/workflows/duty"
	"jahorina/workflows/matrix"
	"jahorina/workflows/plan"
)

//go:embed reports.csv
var shipped []byte

// Kinds of reports.
var Kinds = []string{"1540", "cbm-e", "cwc-vii5", "saa"}

// Section is a part of a report, and the codes that go into it.
type Section struct {
	Report, Name, Title string
	codes               []string
}

// takes says whether the obligation goes into the section.
func (s *Section) takes(code string) bool {
	return slices.ContainsFunc(s.codes, func(c string) bool {
		begin, open := strings.CutSuffix(c, "*")
		return c == code || open && strings.HasPrefix(code, begin)
	})
}

var sections = sync.OnceValues(func() ([]Section, error) {
	lines, err := register.Lines(shipped, []string{"report", "section", "title", "obligations"})
	if err != nil {
		return nil, fmt.Errorf("read the sections of reports: %w", err)
	}
	out := make([]Section, len(lines))
	for i, l := range lines {
		out[i] = Section{l.Cell("report"), l.Cell("section"), l.Cell("title"), strings.Fields(l.Cell("obligations"))}
	}
	return out, nil
})

// Draft is a report as it would be sent today.
type Draft struct {
	State, Kind string
	Parts       []Part
}

// Part is a section with what the state has on each of its obligations.
type Part struct {
	Section
	Lines []Line
}

// Line is what the state has on one obligation.
type Line struct {
	Obligation coverage.Obligation
	Laws       []Law
	Measures   []plan.Measure
	References []string // of the 1540 matrix
	Sent       []duty.Due
}

// Empty says whether there is nothing.
func (l *Line) Empty() bool {
	return len(l.Laws) == 0 && len(l.Measures) == 0 && len(l.References) == 0 && len(l.Sent) == 0
}

func target(state string) policies.Target { return policies.Target{State: state} }

// Of assembles a draft for those who may read the state's.
func Of(tx *workflows.Tx, state, kind string) (*Draft, error) {
	if err := tx.Check("report", "read", target(state)); err != nil {
		return nil, err
	}
	if !slices.Contains(Kinds, kind) {
		return nil, workflows.Refuse(workflows.NotFound, "not_found")
	}
	all, err := sections()
	if err != nil {
		return nil, err
	}
	m, err := gather(tx, state)
	if err != nil {
		return nil, err
	}
	d := &Draft{State: state, Kind: kind}
	for _, s := range all {
		if s.Report == kind {
			d.Parts = append(d.Parts, m.part(s))
		}
	}
	return d, nil
}

// material is what is kept of a state, by obligation.
type material struct {
	obligations []coverage.Obligation
	laws        []Law
	measures    map[string][]plan.Measure
	references  map[string][]string
	sent        map[string][]duty.Due
}

func (m *material) part(s Section) Part {
	p := Part{Section: s}
	for _, o := range m.obligations {
		if !s.takes(o.Code) {
			continue
		}
		l := Line{Obligation: o, Measures: m.measures[o.Code], References: m.references[o.Code], Sent: m.sent[o.Code]}
		for _, law := range m.laws {
			if slices.Contains(law.Obligations, o.Code) {
				l.Laws = append(l.Laws, law)
			}
		}
		p.Lines = append(p.Lines, l)
	}
	return p
}

func gather(tx *workflows.Tx, state string) (*material, error) {
	m := &material{measures: map[string][]plan.Measure{}, references: map[string][]string{}, sent: map[string][]duty.Due{}}
	err := tx.DB().Where("withdrawn_at IS NULL AND state_code IS NULL").Order("place").Find(&m.obligations).Error
	if err != nil {
		return nil, fmt.Errorf("read obligations: %w", err)
	}
	if m.laws, err = Laws(tx, state); err != nil {
		return nil, err
	}
	m.laws = slices.DeleteFunc(m.laws, func(l Law) bool { return l.RepealedOn != nil && !l.RepealedOn.After(tx.Now) })
	for _, read := range []func(*workflows.Tx, string) error{m.readMeasures, m.readReferences, m.readSent} {
		if err := read(tx, state); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func (m *material) readMeasures(tx *workflows.Tx, state string) error {
	if !tx.May("measure", "read", target(state)) {
		return nil
	}
	var all []plan.Measure
	if err := tx.DB().Where("state_code = ? AND status <> ?", state, plan.Stopped).Order("number, id").Find(&all).Error; err != nil {
		return fmt.Errorf("read measures: %w", err)
	}
	var links []plan.Serves
	own := tx.DB().Model(&plan.Measure{}).Select("id").Where("state_code = ?", state)
	if err := tx.DB().Where("measure_id IN (?)", own).Find(&links).Error; err != nil {
		return fmt.Errorf("read what measures serve: %w", err)
	}
	for _, a := range all {
		for _, l := range links {
			if l.MeasureID == a.ID {
				m.measures[l.Obligation] = append(m.measures[l.Obligation], a)
			}
		}
	}
	return nil
}

// readReferences takes the state's own view of a cell before the Committee's.
func (m *material) readReferences(tx *workflows.Tx, state string) error {
	x, err := matrix.Get(tx, matrix.Book{Holder: state, State: state})
	if workflows.IsKind(err, workflows.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	for i := range x.Rows {
		for _, c := range x.Cells(x.Rows[i].Key) {
			for _, layer := range []string{matrix.Self, matrix.Proposal, matrix.Approved} {
				if e := x.Entry(layer, c); e != nil && e.Reference != "" {
					m.refer(x.Rows[i].Codes(c.Weapon, c.Dimension), matrix.Parts(e.Reference), e.Marking)
					break
				}
			}
		}
	}
	return nil
}

// refer keeps references, each with its label unless that opens it to everyone.
func (m *material) refer(codes, references []string, label string) {
	for _, code := range codes {
		for _, r := range references {
			if label != "" && label != "TLP:CLEAR" {
				r += " (" + label + ")"
			}
			if !slices.Contains(m.references[code], r) {
				m.references[code] = append(m.references[code], r)
			}
		}
	}
}

func (m *material) readSent(tx *workflows.Tx, state string) error {
	c, err := duty.Of(tx, state)
	if err != nil {
		return err
	}
	for _, d := range c.Done() {
		if code := d.Duty.Obligation; len(m.sent[code]) < 5 { // the newest
			m.sent[code] = append(m.sent[code], d)
		}
	}
	return nil
}
