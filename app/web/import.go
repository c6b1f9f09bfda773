package web

import (
	"errors"
	"strings"

	"jahorina/app/forms"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/work"
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

// importComments begins to read in a table that has no fault, and leads to where
// one sees how far it has come.
func importComments(q *request, tx *workflows.Tx) (done, error) {
	name, content, err := q.table()
	if err != nil {
		return done{}, err
	}
	received, err := q.instant("received_at")
	if err != nil {
		return done{}, err
	}
	rows, err := forms.NewReader(q.s.locales).ImportRows(content)
	if err != nil {
		return done{}, q.atLines(err)
	}
	w, err := work.StartImport(tx, q.c.Param("id"), name, rows, received)
	if err != nil {
		return done{}, q.atLines(err)
	}
	return done{to: "/works/" + w.ID}, nil
}

// table is the file sent.
func (q *request) table() (name string, content []byte, err error) {
	name, content, err = q.file("file")
	switch {
	case err != nil:
		return "", nil, err
	case name == "":
		return "", nil, workflows.InvalidField("file", "required")
	case len(content) == 0:
		return "", nil, workflows.InvalidField("file", "empty_file")
	}
	return name, content, nil
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
