package web

import (
	"errors"
	"strings"

	"jahorina/policies"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/coverage"
	"jahorina/workflows/coverage/register"
	"jahorina/workflows/strategy"
)

// Both tables are taken in two steps: the first says what would change and keeps
// the table on the page, where it can be corrected; the second changes it.

// conflict is what stands against something, if the state of things does.
func conflict(err error) (key string, args map[string]any, stands bool) {
	var e *workflows.Error
	if errors.As(err, &e) && e.Kind == workflows.Conflict {
		return e.Key, e.Args, true
	}
	return "", nil, false
}

// pastedTable is the table sent: a file, or else what stands in the field. A file
// is put into the field, so that it is there when the page is shown again.
func (q *request) pastedTable() ([]byte, error) {
	name, content, err := q.file("file")
	if err != nil {
		return nil, err
	}
	if name == "" {
		content = []byte(q.form.Get("table"))
	}
	if len(strings.TrimSpace(string(content))) == 0 {
		return nil, workflows.InvalidField("file", "file_or_text")
	}
	q.form.Set("table", strings.ToValidUTF8(strings.ReplaceAll(strings.TrimPrefix(string(content), "\ufeff"), "\r\n", "\n"), "�"))
	return content, nil
}

type ownView struct {
	Columns  string // that the table needs
	State    string
	States   []templates.Option
	Standing []obligationItem
	Report   *ownReport // of a dry run
}

type ownReport struct {
	Lines []string
	Same  int
}

func ownObligationsPage(q *request) error {
	states, err := q.states("obligation", "add")
	if err != nil {
		return err
	}
	v := ownView{Columns: strings.Join(register.Columns, ", "), States: states, State: q.c.Query("state")}
	if q.form != nil {
		v.State = q.form.Get("state")
	}
	if v.State == "" {
		v.State = states[0].Value
	}
	tx := q.read()
	rows, err := coverage.Own(tx, v.State)
	if err != nil {
		return err
	}
	v.Standing = items(rows)
	if q.again {
		if v.Report, err = q.ownReport(tx); err != nil {
			return err
		}
	}
	return q.show("admin/obligations_own", q.text.T("own.title"), v)
}

// ownReport says what the table in the form would change.
func (q *request) ownReport(tx *workflows.Tx) (*ownReport, error) {
	rows, err := register.Parse([]byte(q.form.Get("table")))
	if err != nil {
		return nil, err
	}
	r, err := coverage.PutOwn(tx, q.form.Get("state"), rows, true)
	if err != nil {
		return nil, err
	}
	out := &ownReport{Same: r.Same}
	for _, c := range r.Changes {
		var columns []string
		for _, f := range c.Fields {
			columns = append(columns, q.text.T("obligations.column."+f))
		}
		out.Lines = append(out.Lines, q.text.T("own.would."+c.Kind, "Code", c.Row.Code, "Title", c.Row.Title, "Columns", strings.Join(columns, ", ")))
	}
	return out, nil
}

func putOwnObligations(q *request, tx *workflows.Tx) (done, error) {
	state, dry := q.form.Get("state"), q.form.Get("act") != "put"
	if err := tx.Check("obligation", "add", policies.Target{State: state}); err != nil {
		return done{}, err
	}
	content, err := q.pastedTable()
	if err != nil {
		return done{}, err
	}
	rows, err := register.Parse(content)
	if err != nil {
		return done{}, q.atLines(err)
	}
	if _, err := coverage.PutOwn(tx, state, rows, dry); err != nil {
		return done{}, err
	}
	if dry {
		return done{}, errAgain
	}
	return done{to: "/obligations/own?state=" + state, flash: "own_obligations"}, nil
}

type importLinksView struct {
	Draft  *strategy.Draft
	Back   string
	Report *coverage.Imported
}

func importLinksPage(q *request) error {
	tx := q.read()
	d, err := strategy.GetDraft(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	if err := coverage.Changeable(tx, d); err != nil {
		return err
	}
	v := importLinksView{Draft: d, Back: "/drafts/" + d.ID + "/obligations"}
	if q.again {
		rows, err := register.Links([]byte(q.form.Get("table")))
		if err != nil {
			return err
		}
		if v.Report, err = coverage.Import(tx, d.ID, rows, true); err != nil {
			return err
		}
	}
	return q.show("official/serves_import", q.text.T("serves.import_title"), v)
}

func importLinks(q *request, tx *workflows.Tx) (done, error) {
	id, dry := q.c.Param("id"), q.form.Get("act") != "put"
	d, err := strategy.GetDraft(tx, id)
	if err != nil {
		return done{}, err
	}
	if err := coverage.Changeable(tx, d); err != nil {
		return done{}, err
	}
	content, err := q.pastedTable()
	if err != nil {
		return done{}, err
	}
	rows, err := register.Links(content)
	if err != nil {
		return done{}, q.atLines(err)
	}
	if _, err := coverage.Import(tx, id, rows, dry); err != nil {
		return done{}, q.atLines(err)
	}
	if dry {
		return done{}, errAgain
	}
	return done{to: "/drafts/" + id + "/obligations", flash: "links_imported"}, nil
}
