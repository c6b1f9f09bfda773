package web

import (
	"net/url"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/submission"
	"jahorina/workflows/work"
)

// exportView asks for a file of the comments that a filter finds.
type exportView struct {
	C       *consultation.Consultation
	Count   int
	Filters url.Values // set in the list that it was asked from
	Formats []string
	Back    string
}

func exportPage(q *request) error {
	tx := q.read()
	c, err := consultation.Get(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	if err := work.MayExport(tx, c); err != nil {
		return err
	}
	asked := q.c.Query
	if q.form != nil {
		asked = q.form.Get
	}
	v := exportView{C: c, Filters: url.Values{}, Formats: work.Formats}
	for _, name := range filterNames {
		if value := asked(name); value != "" {
			v.Filters.Set(name, value)
		}
	}
	v.Back = "/consultations/" + c.ID + "/comments"
	if len(v.Filters) > 0 {
		v.Back += "?" + v.Filters.Encode()
	}
	f, err := q.commentFilter(tx, c, asked)
	if err != nil {
		return err
	}
	if v.Count, err = submission.Count(tx, c, f); err != nil {
		return err
	}
	return q.show("official/export", q.text.T("works.export.title"), v)
}

func export(q *request, tx *workflows.Tx) (done, error) {
	format := q.form.Get("format")
	if format == "" {
		return done{}, workflows.InvalidField("format", "required")
	}
	c, err := consultation.Get(tx, q.c.Param("id"))
	if err != nil {
		return done{}, err
	}
	f, err := q.commentFilter(tx, c, q.form.Get)
	if err != nil {
		return done{}, err
	}
	w, err := work.StartExport(tx, c.ID, format, f)
	if err != nil {
		return done{}, err
	}
	return done{to: "/works/" + w.ID}, nil
}
