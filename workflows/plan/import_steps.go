package plan

import (
	"cmp"
	"fmt"
	"strings"

	"jahorina/workflows"
	"jahorina/workflows/coverage/register"
	"jahorina/workflows/stakeholder"
)

// step is one milestone of a table.
type step struct {
	name  string // "line 7"
	ref   string // by which others of the table wait for it: "A1.2"
	in    Step
	needs []string // refs
	id    string   // once it is stored
}

// key is the ref, or for a step without one its line.
func (s *step) key() string { return cmp.Or(s.ref, s.name) }

// isStep says whether the line has a milestone.
func isStep(r register.Line) bool {
	for _, column := range More {
		if strings.HasPrefix(column, "milestone") && strings.TrimSpace(r.Cell(column)) != "" {
			return true
		}
	}
	return false
}

// owners are those who work for the state by their folded names and addresses;
// "" where two have the name.
func (w *writer) owners() (map[string]string, error) {
	held := w.tx.DB().Model(&stakeholder.Assignment{}).Select("person_id").Where("state_code = ? AND revoked_at IS NULL", w.state)
	var people []stakeholder.Person
	if err := w.tx.DB().Where("disabled_at IS NULL AND id IN (?)", held).Find(&people).Error; err != nil {
		return nil, fmt.Errorf("read who can have milestones: %w", err)
	}
	out := map[string]string{}
	for _, p := range people {
		name := workflows.FoldName(p.Name)
		if _, twice := out[name]; twice {
			out[name] = ""
		} else {
			out[name] = p.ID
		}
	}
	for _, p := range people {
		out[workflows.FoldName(p.Email)] = p.ID
	}
	return out, nil
}

// step reads the milestone of a line, if it has one.
func (l *line) step(p *workflows.Problems, r register.Line, owners map[string]string) {
	if !isStep(r) {
		return
	}
	text := func(column string) string { return strings.TrimSpace(r.Cell("milestone" + column)) }
	s := &step{name: r.Name(), ref: text(""), in: Step{Title: text("_title"), DueOn: dayIn(p, r, "milestone_due"), Status: NotStarted, Note: text("_note"), Link: text("_link")}}
	p.Text("milestone_title", s.in.Title, workflows.MaxName, true)
	checkNote(p, s.in.Note, s.in.Link)
	if text("_due") == "" {
		p.Add("milestone_due", "bad_day")
	}
	if text("_status") != "" {
		s.in.Status = r.Word(p, "milestone_status", Statuses)
	}
	id, known := owners[workflows.FoldName(text("_owner"))]
	switch {
	case text("_owner") == "":
		p.Add("milestone_owner", "required")
	case !known:
		p.Add("milestone_owner", "unknown_owner")
	case id == "":
		p.Add("milestone_owner", "owner_twice", "Name", text("_owner"))
	}
	s.in.OwnerID = id
	for ref := range strings.SplitSeq(text("_needs"), ";") {
		if ref = strings.TrimSpace(ref); ref != "" {
			s.needs = append(s.needs, ref)
		}
	}
	if l.steps = append(l.steps, s); len(l.steps) > maxMilestones {
		p.Add("milestone", "too_many", "Max", maxMilestones)
	}
}

// checkSteps finds what is wrong between the milestones of a table.
func checkSteps(p *workflows.Problems, lines []*line) {
	known, after := map[string]*step{}, map[string][]string{}
	for _, l := range lines {
		for _, s := range l.steps {
			if first, twice := known[s.key()]; twice {
				p.Add(s.name, "milestone_twice", "Number", s.ref, "First", strings.TrimPrefix(first.name, "line "))
				continue
			}
			known[s.key()], after[s.key()] = s, s.needs
		}
	}
	for _, l := range lines {
		for _, s := range l.steps {
			s.check(p, known)
			if circular(after, s.key()) {
				p.Add(s.name, "milestone_circle")
			}
		}
	}
}

func (s *step) check(p *workflows.Problems, known map[string]*step) {
	for _, ref := range s.needs {
		switch o := known[ref]; {
		case o == nil || o == s:
			p.Add(s.name, "unknown_milestone")
		case s.in.Status == Done && o.in.Status != Done && o.in.Status != Stopped:
			p.Add(s.name, "milestone_waits", "Title", o.in.Title)
		}
	}
}

// addSteps stores milestones that are checked.
func addSteps(tx *workflows.Tx, m *Measure, steps []*step) error {
	for _, s := range steps {
		one := newMilestone(tx, m)
		one.set(s.in)
		if err := tx.Insert(one); err != nil {
			return fmt.Errorf("store milestone: %w", err)
		}
		if err := one.record(tx, "create", "", one.Status); err != nil {
			return err
		}
		s.id = one.ID
	}
	return nil
}

// linkSteps says what each of the stored milestones waits for.
func linkSteps(tx *workflows.Tx, lines []*line) error {
	ids := map[string]string{}
	for _, l := range lines {
		for _, s := range l.steps {
			ids[s.ref] = s.id
		}
	}
	for _, l := range lines {
		for _, s := range l.steps {
			var needs []string
			for _, ref := range s.needs {
				needs = append(needs, ids[ref])
			}
			if err := (&Milestone{ID: s.id}).need(tx, needs); err != nil {
				return err
			}
		}
	}
	return nil
}
