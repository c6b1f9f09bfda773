package web

import (
	"strconv"
	"time"

	"jahorina/policies"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/progress"
)

// progressView is figures by subject and day, each with its denominator.
type progressView struct {
	Name, At string
	Days     []time.Time
	Rows     []progressRow
	Figures  []figureItem // each with its source
	MayEdit  bool
}

type progressRow struct {
	Subject string
	Cells   []string // "126 of 155 (81 %)"
}

type figureItem struct {
	*progress.Figure
	Text string
}

func progressPage(q *request) error {
	tx, state := q.read(), q.c.Param("id")
	table, err := progress.Of(tx, state)
	if err != nil {
		return err
	}
	v := progressView{Name: q.stateName(tx, state), At: "/progress/" + state, Days: table.Days, MayEdit: tx.May("progress", "edit", policies.Target{State: state})}
	for _, r := range table.Rows {
		row := progressRow{Subject: r.Subject, Cells: make([]string, len(r.Figures))}
		for i, f := range r.Figures {
			if f != nil {
				row.Cells[i] = q.text.T("progress.share", "Have", int(f.Have), "Of", int(f.OutOf), "Percent", int(f.Percent()))
				v.Figures = append(v.Figures, figureItem{f, row.Cells[i]})
			}
		}
		v.Rows = append(v.Rows, row)
	}
	return q.show("official/progress", q.text.T("progress.title"), v)
}

func addFigure(q *request, tx *workflows.Tx) (done, error) {
	state := q.c.Param("id")
	if err := tx.Check("progress", "edit", policies.Target{State: state}); err != nil {
		return done{}, err
	}
	var p workflows.Problems
	in := progress.New{Subject: q.form.Get("subject"), Whole: q.form.Get("whole"), Source: q.form.Get("source"), AsOf: q.typedDay(&p, "as_of")}
	for field, into := range map[string]*int64{"have": &in.Have, "out_of": &in.OutOf} {
		n, err := q.number(field)
		if err != nil {
			p.Add(field, "not_a_number")
		}
		*into = int64(n)
	}
	if err := p.Err(); err != nil {
		return done{}, err
	}
	_, err := progress.Add(tx, state, in)
	return done{to: "/progress/" + state, flash: "on_record"}, err
}

func withdrawFigure(q *request, tx *workflows.Tx) (done, error) {
	state := q.c.Param("id")
	return done{to: "/progress/" + state, flash: "on_record"}, progress.Withdraw(tx, state, q.form.Get("figure"))
}

func progressTable(q *request) error {
	state := q.c.Param("id")
	table, err := progress.Of(q.read(), state)
	if err != nil {
		return err
	}
	head := []string{q.text.T("progress.subject"), q.text.T("progress.as_of"), q.text.T("progress.have"), q.text.T("progress.out_of"), q.text.T("progress.whole"), q.text.T("progress.percent"), q.text.T("progress.source")}
	var rows [][]string
	for _, r := range table.Rows {
		for _, f := range r.Figures {
			if f != nil {
				rows = append(rows, []string{f.Subject, dayOf(f.AsOf), strconv.FormatInt(f.Have, 10), strconv.FormatInt(f.OutOf, 10), f.Whole, strconv.FormatInt(f.Percent(), 10), f.Source})
			}
		}
	}
	return q.attachTable("progress-"+state+".csv", head, rows)
}

// reportLinks are for a state's own people, on home.
func reportLinks(q *request, states []string) []templates.Link {
	var out []templates.Link
	for _, s := range states {
		out = append(out,
			templates.Link{Label: q.text.T("reports.of", "State", q.stateName(q.read(), s)), Href: reportsPath(s)},
			templates.Link{Label: q.text.T("progress.of", "State", q.stateName(q.read(), s)), Href: "/progress/" + s})
	}
	return out
}
