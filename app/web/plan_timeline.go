package web

import (
	"time"

	"jahorina/app/pictures"
	"jahorina/workflows"
	"jahorina/workflows/plan"
)

// draw makes the picture of the days of a plan: each measure from its first day to
// the one on which it is due, with its milestones and what these wait for. The
// table of measures and the list below the picture tell the same.
func (v *planView) draw(q *request, tx *workflows.Tx, rows []plan.Row) error {
	if len(rows) == 0 {
		return nil
	}
	first, err := plan.FirstDays(tx, v.Plan)
	if err != nil {
		return err
	}
	ids := make([]string, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	steps, err := plan.Milestones(tx, ids...)
	if err != nil {
		return err
	}
	t := timeline{q: q, start: v.Plan.StartsOn, place: map[string]int{}}
	t.ID, t.RTL, t.Title = "timeline", q.rtl(), q.text.T("plans.timeline")
	t.Parts = []string{q.text.T("plans.until"), q.text.T("plans.delay")}
	t.reach(v.Plan.EndsOn)
	for i := range rows {
		t.add(&rows[i], first, steps)
	}
	t.wait(steps)
	t.First, t.Last = q.text.Date(v.Plan.StartsOn), q.text.Date(v.Plan.StartsOn.AddDate(0, 0, t.Days))
	t.Summary = q.text.T("plans.timeline_summary", "From", q.text.Date(v.Plan.StartsOn), "Count", len(rows))
	f := t.Draw()
	v.Timeline = &f
	return nil
}

// timeline is such a picture in the making.
type timeline struct {
	pictures.Timeline
	q     *request
	start time.Time
	place map[string]int // of milestones among the marks
}

func (t *timeline) day(at time.Time) int { return max(0, int(at.Sub(t.start).Hours()/24)) }

// reach makes the picture long enough for the day.
func (t *timeline) reach(at time.Time) int {
	t.Days = max(t.Days, t.day(at))
	return t.day(at)
}

func (t *timeline) add(r *plan.Row, first map[string]time.Time, steps []plan.Stepped) {
	agreed, moved := first[r.ID]
	if !moved || agreed.After(r.DueOn) {
		agreed = r.DueOn
	}
	s := pictures.Stretch{
		Label: r.Number + " " + r.Title, Note: t.q.text.Date(r.DueOn) + " · " + t.q.text.T("state.measure."+r.Status),
		Until: t.reach(agreed), Moved: t.reach(r.DueOn),
	}
	if r.StartsOn != nil {
		s.Note, s.From = t.q.text.Date(*r.StartsOn)+" – "+s.Note, t.day(*r.StartsOn)
	}
	for i := range steps {
		m := &steps[i]
		if m.MeasureID != r.ID {
			continue
		}
		t.place[m.ID] = len(t.place)
		s.Marks = append(s.Marks, pictures.Mark{Day: t.reach(m.DueOn), Label: t.label(r, m)})
	}
	t.Rows = append(t.Rows, s)
}

// label says all that the mark of a milestone shows.
func (t *timeline) label(r *plan.Row, m *plan.Stepped) string {
	out := t.q.text.Date(m.DueOn) + ": " + r.Number + " " + m.Title + " · " + t.q.text.T("state.measure."+m.Status)
	for _, n := range m.Needs {
		out += " · " + t.q.text.T("milestone.waits", "Title", n.Title)
	}
	return out
}

// wait joins the milestones of which one waits for another.
func (t *timeline) wait(steps []plan.Stepped) {
	for _, m := range steps {
		for _, n := range m.Needs {
			if to, shown := t.place[n.ID]; shown {
				t.Waits = append(t.Waits, [2]int{t.place[m.ID], to})
			}
		}
	}
}

// startCell is the first day of a measure in words, "" where none was said.
func (q *request) startCell(r *plan.Row) string {
	if r.StartsOn == nil {
		return ""
	}
	return q.text.Date(*r.StartsOn)
}

// dayOrNone is a day as a date control takes it, "" for none.
func dayOrNone(at *time.Time) string {
	if at == nil {
		return ""
	}
	return dayOf(*at)
}
