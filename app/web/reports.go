package web

import (
	"net/url"
	"strings"

	"jahorina/policies"
	"jahorina/templates"
	"jahorina/workflows"
	reports "jahorina/workflows/report"
)

// reportsView lists the drafts of a state and its laws.
type reportsView struct {
	Name, At string
	Drafts   []templates.Link
	Laws     []lawItem
	MayEdit  bool
}

type lawItem struct {
	reports.Law
	Href string
}

func reportsPath(state string) string { return "/reports/" + state }

func reportsPage(q *request) error {
	tx, state := q.read(), q.c.Param("id")
	laws, err := reports.Laws(tx, state)
	if err != nil {
		return err
	}
	v := reportsView{Name: q.stateName(tx, state), At: reportsPath(state), MayEdit: tx.May("report", "edit", policies.Target{State: state})}
	for _, kind := range reports.Kinds {
		v.Drafts = append(v.Drafts, templates.Link{Label: q.text.T("reports.kind." + kind), Href: v.At + "/draft?report=" + kind})
	}
	for _, l := range laws {
		v.Laws = append(v.Laws, lawItem{l, v.At + "/law?law=" + l.ID})
	}
	return q.show("official/reports", q.text.T("reports.of", "State", v.Name), v)
}

// reportDraftView is a draft as it would be sent today.
type reportDraftView struct {
	Back, Name, Table string
	Parts             []reportPart
	References        bool // of a matrix are among it
}

type reportPart struct {
	Name, Title string
	Lines       []reports.Line // those with something
	Without     []string       // codes of those without anything
}

func (q *request) reportDraft() (*reports.Draft, error) {
	return reports.Of(q.read(), q.c.Param("id"), q.c.Query("report"))
}

func reportDraftPage(q *request) error {
	d, err := q.reportDraft()
	if err != nil {
		return err
	}
	v := reportDraftView{Back: reportsPath(d.State), Name: q.stateName(q.read(), d.State), Table: reportsPath(d.State) + "/draft.csv?report=" + d.Kind}
	for _, p := range d.Parts {
		part := reportPart{Name: p.Name, Title: p.Title}
		for _, l := range p.Lines {
			if l.Empty() {
				part.Without = append(part.Without, l.Obligation.Code)
				continue
			}
			part.Lines = append(part.Lines, l)
			v.References = v.References || len(l.References) > 0
		}
		v.Parts = append(v.Parts, part)
	}
	return q.show("official/report_draft", q.text.T("reports.kind."+d.Kind), v)
}

func reportDraftTable(q *request) error {
	d, err := q.reportDraft()
	if err != nil {
		return err
	}
	head := []string{
		q.text.T("reports.section"), q.text.T("obligations.column.code"), q.text.T("obligations.column.provision"), q.text.T("obligations.column.title"), q.text.T("reports.laws"),
		q.text.T("plans.measures"), q.text.T("matrix.reference"), q.text.T("duties.done"),
	}
	var rows [][]string
	for _, p := range d.Parts {
		for _, l := range p.Lines {
			var laws, measures, sent []string
			for _, law := range l.Laws {
				laws = append(laws, law.Citation)
			}
			for _, m := range l.Measures {
				measures = append(measures, m.Number+" "+m.Title+" ("+q.text.T("state.measure."+m.Status)+")")
			}
			for _, due := range l.Sent {
				sent = append(sent, dayOf(due.Return.DoneOn)+" "+due.Return.Reference)
			}
			o := l.Obligation
			rows = append(rows, []string{p.Name, o.Code, o.Provision, o.Title, strings.Join(laws, "\n"), strings.Join(measures, "\n"), strings.Join(l.References, "\n"), strings.Join(sent, "\n")})
		}
	}
	return q.attachTable("report-"+d.Kind+"-"+d.State+".csv", head, rows)
}

// lawView is the form of a law.
type lawView struct {
	Back, Here, Name  string
	Law               reports.Law
	InForce, Repealed string
	Codes             string // with spaces between
	Kinds             []templates.Option
}

func lawPage(q *request) error {
	tx, state := q.read(), q.c.Param("id")
	if err := tx.Check("report", "read", policies.Target{State: state}); err != nil {
		return err
	}
	if err := tx.Check("report", "edit", policies.Target{State: state}); err != nil {
		return err
	}
	v := lawView{Back: reportsPath(state), Here: reportsPath(state) + "/law", Name: q.stateName(tx, state), Kinds: q.choices("reports.law_kind", reports.LawKinds)[1:], Codes: q.c.Query("obligation")}
	title := q.text.T("reports.add_law")
	if id := q.c.Query("law"); id != "" {
		l, err := reports.GetLaw(tx, id)
		if err != nil {
			return err
		}
		v.Law, v.InForce, v.Repealed, v.Codes = *l, optionalDay(l.InForceOn), optionalDay(l.RepealedOn), strings.Join(l.Obligations, " ")
		v.Here += "?" + url.Values{"law": {id}}.Encode()
		title = q.text.T("reports.edit_law")
	}
	return q.show("official/law", title, v)
}

func putLaw(q *request, tx *workflows.Tx) (done, error) {
	state, f := q.c.Param("id"), q.form
	if err := tx.Check("report", "edit", policies.Target{State: state}); err != nil {
		return done{}, err
	}
	var p workflows.Problems
	in := reports.Text{
		Kind: f.Get("kind"), Citation: f.Get("citation"), Link: strings.TrimSpace(f.Get("link")), Note: f.Get("note"), InForceOn: q.typedDay(&p, "in_force_on"), RepealedOn: q.typedDay(&p, "repealed_on"),
		Obligations: strings.FieldsFunc(strings.ToUpper(f.Get("obligations")), func(r rune) bool { return strings.ContainsRune(" ,;\n\t", r) }),
	}
	err := p.Err()
	if err != nil {
		return done{}, err
	}
	if id := q.c.Query("law"); id != "" {
		version, err := q.version()
		if err != nil {
			return done{}, err
		}
		_, err = reports.PutLaw(tx, id, version, in)
		return done{to: reportsPath(state) + "#laws", flash: "on_record"}, err
	}
	_, err = reports.AddLaw(tx, state, in)
	return done{to: reportsPath(state) + "#laws", flash: "on_record"}, err
}
