package web

import (
	"errors"
	"strings"

	"jahorina/workflows"
	"jahorina/workflows/duty"
	"jahorina/workflows/gap"
	"jahorina/workflows/matrix"
	reports "jahorina/workflows/report"
)

// matrixTable is a file that a state's officials may take in.
const matrixTable = "matrix_version,layer,state,block,row_no,row_key,weapon,dimension,mark,reference,reference_type,remark,as_of,approved_on,marking,obligation_code\n" +
	"2017,national_proposal,BA,OP2,7,transfer,NW,legal,?,,,,,,,\n"

// matrices fills a cell of every layer and marking with a secret, and what a
// neighbour sent.
func (w *accessWorld) matrices() {
	table := func(state string, lines ...string) string {
		head, _, _ := strings.Cut(matrixTable, "\n")
		return head + "\n" + strings.ReplaceAll(strings.Join(lines, "\n"), "STATE", state) + "\n"
	}
	for book, text := range map[matrix.Book]string{
		{Holder: "BA", State: "BA"}: table("BA",
			"2017,committee_approved,STATE,OP2,7,transfer,NW,legal,X,"+secret("mark approved")+",law,,,2022-01-01,TLP:CLEAR,",
			"2017,national_proposal,STATE,OP2,7,transfer,NW,legal,X,"+secret("mark green")+",law,,,,TLP:GREEN,",
			"2017,national_proposal,STATE,OP2,7,transfer,CW,legal,X,,,"+secret("mark amber")+",,,TLP:AMBER,",
			"2017,self_assessment,STATE,OP2,7,transfer,NW,legal,?,"+secret("mark of ourselves")+",law,,,,TLP:CLEAR,"),
		{Holder: "BA", State: "ME"}: table("ME",
			"2017,committee_approved,STATE,OP2,7,transfer,NW,legal,X,"+secret("mark received")+",law,,,2022-01-01,TLP:CLEAR,",
			"2017,committee_approved,STATE,OP9,7,nothing,NW,legal,X,"+secret("mark without a place")+",law,,,,,"),
	} {
		w.bed.Do(w.bed.Official, func(tx *workflows.Tx) error {
			lines, err := matrix.Parse([]byte(text))
			if err != nil {
				return err
			}
			r, err := matrix.Take(tx, book, "file", text, lines, false)
			if err == nil && len(r.Strays) > 0 {
				w.ids["matrix stray"] = r.Strays[0].ID
			}
			return err
		})
	}
	w.bed.Do(w.bed.Official, func(tx *workflows.Tx) error {
		g, err := gap.Create(tx, "BA", gap.New{Obligation: "CWC-VI2", Title: secret("title of a gap"), Positions: map[string]string{"BA": "72 h", "HR": "48 h"}})
		if err != nil {
			return err
		}
		l, err := reports.AddLaw(tx, "BA", reports.Text{Kind: "law", Citation: secret("citation of a law"), Obligations: []string{"CWC-VII1A"}})
		w.ids["gap"], w.ids["law"] = g.ID, l.ID
		return errors.Join(err, w.practice(tx))
	})
	w.ids["state"], w.ids["foreign state"], w.ids["received matrix"] = "BA", "HR", "BA:ME"
}

// practice marks a calendar as one to copy, and copies it.
func (w *accessWorld) practice(tx *workflows.Tx) error {
	p, err := duty.Mark(tx, "BA", "CWC (1993)", "Days and nil returns")
	if err != nil {
		return err
	}
	o, err := duty.Copy(tx, p.ID, "BA", "biological", secret("title of a draft calendar"))
	w.ids["practice"], w.ids["own calendar"] = p.ID, o.ID
	return err
}
