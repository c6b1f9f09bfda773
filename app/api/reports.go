package api

import (
	"net/http"

	"jahorina/workflows"
	figures "jahorina/workflows/progress"
	"jahorina/workflows/report"
)

// registerReports declares the calls on report drafts, the laws in them, and
// figures of progress.
func (s *server) registerReports() {
	read(s, call{path: "/reports/{id}/draft", id: "report-draft", summary: "A report as it would be sent today"}, reportDraft)
	read(s, call{path: "/reports/{id}/laws", id: "list-laws", summary: "Laws of a state with the obligations they give effect to"}, laws)
	write(s, call{method: http.MethodPost, path: "/reports/{id}/laws", id: "add-law", summary: "Add a law", status: http.StatusCreated}, addLaw)
	write(s, call{method: http.MethodPut, path: "/laws/{id}", id: "edit-law", summary: "Change a law, and with it every draft it stands in"}, editLaw)
	read(s, call{path: "/progress/{id}", id: "progress", summary: "Figures of progress, each with its denominator, day and source"}, progressTable)
	write(s, call{method: http.MethodPost, path: "/progress/{id}", id: "add-figure", summary: "Enter a figure", status: http.StatusCreated}, addFigure)
	write(s, call{method: http.MethodPost, path: "/progress/{id}/withdrawals", id: "withdraw-figure", summary: "Take back a figure that was entered by mistake"}, withdrawFigure)
}

// LawView is a law of a state.
type LawView struct {
	ID          string   `json:"id"`
	Kind        string   `json:"kind" enum:"law,regulation,other"`
	Citation    string   `json:"citation"`
	Link        string   `json:"link"`
	Note        string   `json:"note"`
	Obligations []string `json:"obligations" nullable:"false" doc:"Codes of the register"`
	InForceOn   string   `json:"in_force_on" doc:"YYYY-MM-DD; empty: not yet"`
	RepealedOn  string   `json:"repealed_on"`
	Version     int64    `json:"version"`
}

func (v LawView) version() int64 { return v.Version }

func viewLaw(l report.Law) LawView {
	return LawView{l.ID, l.Kind, l.Citation, l.Link, l.Note, append([]string{}, l.Obligations...), dayOf(l.InForceOn), dayOf(l.RepealedOn), l.Version}
}

// DraftLineView is what a state has on one obligation.
type DraftLineView struct {
	Section    string       `json:"section"`
	Obligation string       `json:"obligation"`
	Laws       []LawView    `json:"laws" nullable:"false"`
	Measures   []string     `json:"measures" nullable:"false" doc:"Ids"`
	References []string     `json:"references" nullable:"false" doc:"Of the 1540 matrix"`
	Sent       []ReturnView `json:"sent" nullable:"false"`
}

// ReportDraftView is a report as it would be sent today.
type ReportDraftView struct {
	State  string          `json:"state"`
	Report string          `json:"report"`
	Note   string          `json:"note" doc:"That goes with references of a matrix"`
	Lines  []DraftLineView `json:"lines" nullable:"false" doc:"Those without anything too"`
}

func reportDraft(tx *workflows.Tx, in *struct {
	ByID
	Report string `query:"report" required:"true" doc:"1540, cbm-e, cwc-vii5 or saa"`
},
) (ReportDraftView, error) {
	d, err := report.Of(tx, in.ID, in.Report)
	if err != nil {
		return ReportDraftView{}, err
	}
	out := ReportDraftView{State: d.State, Report: d.Kind, Note: askerOf(tx.Context()).text.T("matrix.note"), Lines: []DraftLineView{}}
	for _, p := range d.Parts {
		for _, l := range p.Lines {
			v := DraftLineView{p.Name, l.Obligation.Code, listOf(l.Laws, "", viewLaw).Items, []string{}, append([]string{}, l.References...), []ReturnView{}}
			for _, m := range l.Measures {
				v.Measures = append(v.Measures, m.ID)
			}
			for _, due := range l.Sent {
				v.Sent = append(v.Sent, *viewReturn(due.Return))
			}
			out.Lines = append(out.Lines, v)
		}
	}
	return out, nil
}

func laws(tx *workflows.Tx, in *ByID) (list[LawView], error) {
	all, err := report.Laws(tx, in.ID)
	return listOf(all, "", viewLaw), err
}

// LawIn is what is said of a law.
type LawIn struct {
	Kind        string   `json:"kind" doc:"law, regulation or other"`
	Citation    string   `json:"citation"`
	Link        string   `json:"link,omitempty"`
	Note        string   `json:"note,omitempty"`
	Obligations []string `json:"obligations"`
	InForceOn   string   `json:"in_force_on,omitempty"`
	RepealedOn  string   `json:"repealed_on,omitempty"`
}

func (in LawIn) text() (report.Text, error) {
	var p workflows.Problems
	t := report.Text{
		Kind: in.Kind, Citation: in.Citation, Link: in.Link, Note: in.Note, Obligations: in.Obligations,
		InForceOn: day(&p, "in_force_on", in.InForceOn), RepealedOn: day(&p, "repealed_on", in.RepealedOn),
	}
	return t, p.Err()
}

func addLaw(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body LawIn
},
) (LawView, error) {
	text, err := in.Body.text()
	if err != nil {
		return LawView{}, err
	}
	l, err := report.AddLaw(tx, in.ID, text)
	if err != nil {
		return LawView{}, err
	}
	return viewLaw(*l), nil
}

func editLaw(tx *workflows.Tx, in *struct {
	IfMatch
	ByID
	Body LawIn
},
) (LawView, error) {
	seen, err := in.version()
	if err != nil {
		return LawView{}, err
	}
	text, err := in.Body.text()
	if err != nil {
		return LawView{}, err
	}
	l, err := report.PutLaw(tx, in.ID, seen, text)
	if err != nil {
		return LawView{}, err
	}
	return viewLaw(*l), nil
}

// FigureView is a number out of how many on a day.
type FigureView struct {
	ID      string `json:"id"`
	Subject string `json:"subject"`
	AsOf    string `json:"as_of" doc:"YYYY-MM-DD"`
	Have    int64  `json:"have"`
	OutOf   int64  `json:"out_of"`
	Whole   string `json:"whole" doc:"What out_of counts"`
	Percent int64  `json:"percent" doc:"Computed, to the nearest whole per cent"`
	Source  string `json:"source"`
}

func viewFigure(f figures.Figure) FigureView {
	return FigureView{f.ID, f.Subject, dayOf(&f.AsOf), f.Have, f.OutOf, f.Whole, f.Percent(), f.Source}
}

func progressTable(tx *workflows.Tx, in *ByID) (list[FigureView], error) {
	t, err := figures.Of(tx, in.ID)
	if err != nil {
		return list[FigureView]{}, err
	}
	var all []figures.Figure
	for _, r := range t.Rows {
		for _, f := range r.Figures {
			if f != nil {
				all = append(all, *f)
			}
		}
	}
	return listOf(all, "", viewFigure), nil
}

// FigureIn is a figure to enter.
type FigureIn struct {
	Subject string `json:"subject"`
	AsOf    string `json:"as_of" doc:"YYYY-MM-DD"`
	Have    int64  `json:"have"`
	OutOf   int64  `json:"out_of"`
	Whole   string `json:"whole"`
	Source  string `json:"source"`
}

func addFigure(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body FigureIn
},
) (FigureView, error) {
	var p workflows.Problems
	b := in.Body
	n := figures.New{Subject: b.Subject, Whole: b.Whole, Source: b.Source, AsOf: day(&p, "as_of", b.AsOf), Have: b.Have, OutOf: b.OutOf}
	if err := p.Err(); err != nil {
		return FigureView{}, err
	}
	f, err := figures.Add(tx, in.ID, n)
	if err != nil {
		return FigureView{}, err
	}
	return viewFigure(*f), nil
}

// FigureWithdrawalIn names a figure.
type FigureWithdrawalIn struct {
	Figure string `json:"figure" doc:"Its id"`
}

func withdrawFigure(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body FigureWithdrawalIn
},
) (list[FigureView], error) {
	if err := figures.Withdraw(tx, in.ID, in.Body.Figure); err != nil {
		return list[FigureView]{}, err
	}
	return progressTable(tx, &in.ByID)
}
