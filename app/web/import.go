package web

import (
	"errors"
	"strings"

	"jahorina/app/documents"
	"jahorina/app/identity"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/submission"
)

type importView struct {
	C    *consultation.Consultation
	Back string
}

func importPage(q *request) error {
	c, err := q.entering(q.read())
	if err != nil {
		return err
	}
	return q.show("official/import", q.text.T("import.title"), importView{c, "/consultations/" + c.ID + "/manage"})
}

func importComments(q *request, tx *workflows.Tx) (done, error) {
	id := q.c.Param("id")
	content, err := q.table()
	if err != nil {
		return done{}, err
	}
	received, err := q.instant("received_at")
	if err != nil {
		return done{}, err
	}
	rows, err := documents.CommentsCSV(content)
	if err != nil {
		return done{}, q.atLines(err)
	}
	// The same file sent twice is read once, whoever clicks how often.
	key := "import:" + id + ":" + workflows.SHA256(content)
	report, err := workflows.Once(tx, key, key, func() (*submission.ImportReport, error) {
		return submission.Import(tx, id, rows, received)
	})
	if err != nil {
		return done{}, q.atLines(err)
	}
	to := "/consultations/" + id + "/comments"
	if len(report.Parked) > 0 {
		to = commentsPath(id, "parked", "1")
	}
	return done{to: to, then: func() error { return q.tellImport(report) }}, nil
}

func (q *request) tellImport(r *submission.ImportReport) error {
	told := []string{q.text.T("import.done", "Count", r.Comments, "Submissions", r.Submissions)}
	if n := len(r.Parked); n > 0 {
		told = append(told, q.text.T("import.parked", "Count", n, "Places", strings.Join(r.Parked, "; ")))
	}
	return q.s.Identity.SetFlash(q.context(), identity.Flash{Kind: "success", Text: strings.Join(told, " ")})
}

// table is the file sent.
func (q *request) table() ([]byte, error) {
	name, content, err := q.file("file")
	switch {
	case err != nil:
		return nil, err
	case name == "":
		return nil, workflows.InvalidField("file", "required")
	case len(content) == 0:
		return nil, workflows.InvalidField("file", "empty_file")
	}
	return content, nil
}

// maxFaults keeps the report of a wrong file readable.
const maxFaults = 50

// atLines tells the faults of a file's lines at the one field the form has.
func (q *request) atLines(err error) error {
	var e *workflows.Error
	if !errors.As(err, &e) {
		return err
	}
	out := *e
	out.Fields = nil
	for _, f := range e.Fields[:min(len(e.Fields), maxFaults)] {
		if line, ok := strings.CutPrefix(f.Field, "line "); ok {
			what := q.text.Error(f.Key, f.Args)
			f = workflows.FieldError{Field: "file", Key: "at_line", Args: map[string]any{"Line": line, "What": what}}
		}
		out.Fields = append(out.Fields, f)
	}
	return &out
}
