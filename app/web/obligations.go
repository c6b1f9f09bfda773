package web

import (
	"net/url"
	"strings"
	"time"

	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/coverage"
	"jahorina/workflows/coverage/register"
)

// obligationsView is the register, cut down by a filter.
type obligationsView struct {
	Filter        coverage.Filter
	Instruments   []templates.Option
	All           []instrumentItem
	Themes, Kinds []templates.Option
	Marks         []templates.Option
	Count         int
	Items         []obligationItem
	Next, Table   string
	Filtered      bool
	MayAdd        bool
}

type instrumentItem struct {
	Name, Href string
	Count      int
	Own        bool
}

// obligationItem is an obligation in a list.
type obligationItem struct {
	Code, Href, Title, Summary, Instrument, Provision string
	Theme, Kind, Checked, State                       string
	Ticked                                            bool // in a form
}

func itemOf(o *coverage.Obligation) obligationItem {
	i := obligationItem{
		Code: o.Code, Href: obligationPath(o.Code), Title: o.Title, Summary: o.Summary, Instrument: o.Instrument, Provision: o.Provision,
		Theme: o.Theme, Kind: o.Kind, Checked: o.Checked,
	}
	if o.Own() {
		i.State = *o.StateCode
	}
	return i
}

func items(rows []coverage.Obligation) []obligationItem {
	out := make([]obligationItem, len(rows))
	for i := range rows {
		out[i] = itemOf(&rows[i])
	}
	return out
}

func obligationPath(code string) string { return "/obligations/" + code }

func (q *request) obligationFilter() coverage.Filter {
	return coverage.Filter{
		Query: strings.TrimSpace(q.c.Query("q")), Instrument: q.c.Query("instrument"), Theme: q.c.Query("theme"), Kind: q.c.Query("kind"), Checked: q.c.Query("checked"),
	}
}

func obligationsPage(q *request) error {
	tx, f := q.read(), q.obligationFilter()
	v := obligationsView{Filter: f, Filtered: f != coverage.Filter{}, Table: "/obligations.csv"}
	rows, next, err := coverage.List(tx, f, q.page())
	if err != nil {
		return err
	}
	v.Items, v.Next = items(rows), q.more(next)
	if v.Count, err = coverage.Count(tx, f); err != nil {
		return err
	}
	instruments, err := coverage.Instruments(tx, coverage.Filter{})
	if err != nil {
		return err
	}
	v.Instruments = []templates.Option{{Label: q.text.T("obligations.all")}}
	for _, in := range instruments {
		v.Instruments = append(v.Instruments, templates.Option{Value: in.Name, Label: in.Name, Lang: "en"})
		v.All = append(v.All, instrumentItem{in.Name, "/obligations?" + url.Values{"instrument": {in.Name}}.Encode(), in.Count, in.Own})
	}
	v.Themes, v.Kinds, v.Marks = q.choices("theme", register.Themes), q.choices("measure_kind", register.Kinds), q.choices("checked", register.Marks)
	if query := q.c.Request.URL.Query(); len(query) > 0 {
		query.Del("after")
		v.Table += "?" + query.Encode()
	}
	states, err := q.states("obligation", "add")
	if v.MayAdd = len(states) > 0; err != nil && !refusedRight(err) {
		return err
	}
	return q.show("public/obligations", q.text.T("obligations.title"), v)
}

// refusedRight says whether an error is only that the reader has no right.
func refusedRight(err error) bool {
	return workflows.IsKind(err, workflows.Forbidden) || workflows.IsKind(err, workflows.Unauthenticated)
}

// choices are the words with their texts, and none of them.
func (q *request) choices(prefix string, words []string) []templates.Option {
	out := []templates.Option{{Label: q.text.T("obligations.all")}}
	for _, w := range words {
		out = append(out, templates.Option{Value: w, Label: q.text.T(prefix + "." + w)})
	}
	return out
}

// obligationsTable is the list as a table, whole. In English it can be read in
// again as a state's own.
func obligationsTable(q *request) error {
	tx, f := q.read(), q.obligationFilter()
	found, err := workflows.Every(func(page workflows.Page) ([]coverage.Obligation, string, error) { return coverage.List(tx, f, page) })
	if err != nil {
		return err
	}
	rows := make([][]string, len(found))
	for i := range found {
		rows[i] = q.obligationRow(&found[i])
	}
	var head []string
	for _, column := range []string{"code", "instrument", "provision", "theme", "kind", "title", "summary", "lead", "sectors", "checked", "source"} {
		head = append(head, q.text.T("obligations.column."+column))
	}
	return q.attachTable("obligations.csv", head, rows)
}

func (q *request) obligationRow(o *coverage.Obligation) []string {
	return []string{
		o.Code, o.Instrument, o.Provision, q.text.T("theme." + o.Theme), q.text.T("measure_kind." + o.Kind), o.Title, o.Summary, o.Lead,
		q.sectorNames(o.Sectors, "; "), q.text.T("checked." + o.Checked), o.Source,
	}
}

func (q *request) sectorNames(sectors []string, between string) string {
	names := make([]string, len(sectors))
	for i, s := range sectors {
		names[i] = q.text.T("obligations.sector." + s)
	}
	return strings.Join(names, between)
}

// obligationView is one obligation and what serves it.
type obligationView struct {
	Obligation     *coverage.Obligation
	State          string // whose own it is
	InstrumentHref string
	Facts          []templates.Row
	Serving        []servingView
	Changes        []changeView
	Coverage       coverageOfOne
}

type servingView struct {
	Title, Label, Href, Lang string
	Provisions               []templates.Link
}

// changeView is a change of the wording, newest first.
type changeView struct {
	Kind    string
	At      time.Time
	Columns string
}

func obligationPage(q *request) error {
	tx := q.read()
	o, versions, err := coverage.Get(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	v := obligationView{Obligation: o, InstrumentHref: "/obligations?" + url.Values{"instrument": {o.Instrument}}.Encode()}
	if o.Own() {
		v.State = *o.StateCode
	}
	v.Facts = []templates.Row{
		{Key: q.text.T("obligations.column.instrument"), Value: o.Instrument},
		{Key: q.text.T("obligations.column.provision"), Value: o.Provision},
		{Key: q.text.T("obligations.column.theme"), Value: q.text.T("theme." + o.Theme)},
		{Key: q.text.T("obligations.column.kind"), Value: q.text.T("measure_kind." + o.Kind)},
		{Key: q.text.T("obligations.column.lead"), Value: o.Lead},
		{Key: q.text.T("obligations.column.sectors"), Value: q.sectorNames(o.Sectors, " · ")},
		{Key: q.text.T("obligations.column.source"), Value: o.Source},
	}
	found, err := coverage.Serving(tx, o.Code)
	if err != nil {
		return err
	}
	for i := range found {
		v.Serving = append(v.Serving, q.serving(&found[i]))
	}
	if v.Coverage, err = q.coverageOfOne(tx, o); err != nil {
		return err
	}
	v.changes(q, versions)
	return q.show("public/obligation", o.Title, v)
}

func (q *request) serving(s *coverage.Service) servingView {
	out := servingView{Title: s.Draft.Title, Label: q.draftLabel(&s.Draft), Href: "/drafts/" + s.Draft.ID, Lang: language(&s.Draft)}
	for _, p := range s.Provisions {
		out.Provisions = append(out.Provisions, templates.Link{Label: naming(p.Number, p.Heading, p.Text), Href: "/provisions/" + p.ID})
	}
	return out
}

// changes tells how the wording came to be, unless it has always been so.
func (v *obligationView) changes(q *request, versions []coverage.Version) {
	if len(versions) < 2 {
		return
	}
	for i, w := range versions {
		c := changeView{Kind: w.Change, At: w.ChangedAt}
		if w.Change == coverage.Revised && i+1 < len(versions) {
			var names []string
			for _, column := range coverage.Changed(versions[i+1].Wording, w.Wording) {
				names = append(names, q.text.T("obligations.column."+column))
			}
			c.Columns = strings.Join(names, ", ")
		}
		v.Changes = append(v.Changes, c)
	}
}
