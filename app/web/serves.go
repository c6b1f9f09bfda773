package web

import (
	"net/url"
	"slices"

	"jahorina/policies"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/coverage"
	"jahorina/workflows/implementation"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
)

// obliged names obligations beside the text that serves them.
func obliged(rows []coverage.Obligation) []templates.Obligation {
	var out []templates.Obligation
	for _, o := range rows {
		out = append(out, templates.Obligation{Code: o.Code, Title: o.Title, Href: obligationPath(o.Code)})
	}
	return out
}

// servedHere fills in which obligations the provision serves, now and from draft
// to draft, and whether the reader can change that.
func (v *provisionView) servedHere(q *request, tx *workflows.Tx, p *strategy.Provision, stages []strategy.Stage) error {
	all, err := coverage.Served(tx, v.Draft)
	if err != nil {
		return err
	}
	v.Serves = items(all[p.Identity])
	var versions []int
	for _, s := range stages {
		versions = append(versions, s.Draft.Version)
	}
	history, err := coverage.History(tx, v.Draft, p.Identity, versions)
	if err != nil {
		return err
	}
	for i, s := range stages {
		now := history[s.Draft.Version]
		v.Stages[i].Added, v.Stages[i].Dropped = obliged(now.Added), obliged(now.Dropped)
	}
	if !coverage.Linkable(p) {
		return nil
	}
	v.Relink, v.Unchangeable, err = q.relinking(tx, v.Draft, "/provisions/"+p.ID+"/obligations")
	return err
}

// relinking is the address to change what serves what, or the sentence that says
// why it no longer changes; neither for those without the right.
func (q *request) relinking(tx *workflows.Tx, d *strategy.Draft, href string) (to, why string, err error) {
	if !tx.May("obligation", "link", policies.Target{State: d.StateCode}) {
		return "", "", nil
	}
	if key, args, stands := conflict(coverage.Changeable(tx, d)); stands {
		return "", q.text.Error(key, args), nil
	}
	return href, "", coverage.Changeable(tx, d)
}

// draftObligationsView is a draft against the register.
type draftObligationsView struct {
	Draft        *strategy.Draft
	Label, Lang  string
	Rows         []servesRow
	Tallies      []tallyRow
	Served       int
	Total        int
	None         int // provisions that serve none
	Instrument   string
	Unserved     []obligationItem
	Left         int
	Next         string
	Import       string
	Unchangeable string
	Lacking      []lackItem // measures of the newest plan
}

type servesRow struct {
	Anchor             string
	Name, Href, Change string
	Serves             []templates.Obligation
}

type tallyRow struct {
	coverage.Tally
	Href string
}

// Left is how many are not served.
func (t tallyRow) Left() int { return t.Total - t.Served }

func draftObligationsPage(q *request) error {
	tx := q.read()
	d, err := strategy.GetDraft(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	v := draftObligationsView{Draft: d, Label: q.draftLabel(d), Lang: language(d), Instrument: q.c.Query("instrument")}
	if v.Import, v.Unchangeable, err = q.relinking(tx, d, "/drafts/"+d.ID+"/obligations/import"); err != nil {
		return err
	}
	if err := v.provisions(tx); err != nil {
		return err
	}
	if err := v.tally(tx); err != nil {
		return err
	}
	lacking, err := implementation.Lacking(tx, d)
	if err != nil {
		return err
	}
	for i := range lacking {
		v.Lacking = append(v.Lacking, lackItem{lacking[i].Number, lacking[i].Title, "/measures/" + lacking[i].ID, q.missing(&lacking[i])})
	}
	rows, next, err := coverage.Unserved(tx, d, coverage.Filter{Instrument: v.Instrument}, q.page())
	if err != nil {
		return err
	}
	v.Unserved, v.Next = items(rows), q.more(next)
	if v.Next != "" {
		v.Next += "#unserved"
	}
	return q.show("public/draft_obligations", q.text.T("serves.title", "Title", d.Title), v)
}

func (v *draftObligationsView) provisions(tx *workflows.Tx) error {
	all, err := strategy.Provisions(tx, v.Draft.ID)
	if err != nil {
		return err
	}
	served, err := coverage.Served(tx, v.Draft)
	if err != nil {
		return err
	}
	for i := range all {
		p := &all[i]
		if !coverage.Linkable(p) {
			continue
		}
		row := servesRow{Anchor: "p-" + p.ID, Name: naming(p.Number, p.Heading, p.Text), Href: "/provisions/" + p.ID, Serves: obliged(served[p.Identity])}
		if v.Import != "" {
			row.Change = row.Href + "/obligations"
		}
		if len(row.Serves) == 0 && p.Kind != strategy.KindSection {
			v.None++
		}
		v.Rows = append(v.Rows, row)
	}
	return nil
}

func (v *draftObligationsView) tally(tx *workflows.Tx) error {
	tallies, err := coverage.Tallies(tx, v.Draft)
	for _, t := range tallies {
		row := tallyRow{t, "/drafts/" + v.Draft.ID + "/obligations?" + url.Values{"instrument": {t.Instrument}}.Encode() + "#unserved"}
		v.Tallies = append(v.Tallies, row)
		v.Served, v.Total = v.Served+t.Served, v.Total+t.Total
		if v.Instrument == "" || v.Instrument == t.Instrument {
			v.Left += row.Left()
		}
	}
	return err
}

// servesView is the form for what one provision serves.
type servesView struct {
	Name, Lang, Back string
	Text             string
	Serves           []obligationItem
	Found            []obligationItem // by what is searched for, and what was ticked before
	Searched         bool
	More             int // found and not shown
	Query            string
}

// foundAtOnce bounds what a search for obligations to add shows.
const foundAtOnce = 20

func servesPage(q *request) error {
	tx := q.read()
	p, d, _, err := q.provision(tx)
	if err != nil {
		return err
	}
	if err := coverage.Changeable(tx, d); err != nil {
		return err
	}
	v := servesView{Name: naming(p.Number, p.Heading, ""), Text: p.Text, Lang: language(d), Back: "/drafts/" + d.ID + "/obligations"}
	served, err := coverage.Served(tx, d)
	if err != nil {
		return err
	}
	v.Serves = items(served[p.Identity])
	for i := range v.Serves {
		v.Serves[i].Ticked = slices.Contains(q.form["remove"], v.Serves[i].Code)
	}
	v.Query = q.c.Query("q")
	if q.form != nil {
		v.Query = q.form.Get("q")
	}
	if err := v.search(q, tx, d); err != nil {
		return err
	}
	return q.show("official/serves", q.text.T("serves.change_title", "Place", placeName(*p)), v)
}

// search finds what could be added: what was ticked before stays on the page.
func (v *servesView) search(q *request, tx *workflows.Tx, d *strategy.Draft) error {
	shown := map[string]bool{}
	for _, o := range v.Serves {
		shown[o.Code] = true
	}
	for _, code := range q.form["add"] {
		o, _, err := coverage.Get(tx, code)
		if err != nil || shown[code] {
			continue // what is wrong with it is told with the form
		}
		shown[code] = true
		i := itemOf(o)
		i.Ticked = true
		v.Found = append(v.Found, i)
	}
	if v.Query == "" {
		return nil
	}
	f := coverage.Filter{Query: v.Query, State: d.StateCode}
	found, _, err := coverage.List(tx, f, workflows.Page{Limit: foundAtOnce})
	if workflows.IsKind(err, workflows.Invalid) {
		return nil // told at the field
	}
	if err != nil {
		return err
	}
	n, err := coverage.Count(tx, f)
	v.Searched, v.More = true, n-len(found)
	for i := range found {
		if !shown[found[i].Code] {
			v.Found = append(v.Found, itemOf(&found[i]))
		}
	}
	return err
}

func saveServes(q *request, tx *workflows.Tx) (done, error) {
	_, d, _, err := q.provision(tx)
	if err != nil {
		return done{}, err
	}
	if q.form.Get("act") == "find" {
		if err := coverage.Changeable(tx, d); err != nil {
			return done{}, err
		}
		if _, err := coverage.Count(tx, coverage.Filter{Query: q.form.Get("q")}); err != nil {
			return done{}, err
		}
		return done{}, errAgain
	}
	n, err := coverage.Relink(tx, q.c.Param("id"), q.form["add"], q.form["remove"])
	if err != nil {
		return done{}, rename(atFields(err, "add", nil), "add", "q")
	}
	flash := "links_saved"
	if n == 0 {
		flash = "links_same"
	}
	return done{to: "/drafts/" + d.ID + "/obligations#p-" + q.c.Param("id"), flash: flash}, nil
}

// obligationOptions are the obligations that the draft of a consultation serves,
// and others to which its comments point, to choose from.
func obligationOptions(tx *workflows.Tx, c *consultation.Consultation, chosen string) ([]templates.Option, error) {
	d, err := strategy.DraftByID(tx, c.DraftID)
	if err != nil {
		return nil, err
	}
	served, err := coverage.All(tx, d)
	if err != nil {
		return nil, err
	}
	codes, err := submission.PointedTo(tx, c)
	var out []templates.Option
	for _, o := range served {
		out = append(out, templates.Option{Value: o.Code, Label: o.Code + " " + excerpt(o.Title, 50)})
	}
	for _, code := range append(codes, chosen) {
		if code != "" && !slices.ContainsFunc(out, func(o templates.Option) bool { return o.Value == code }) {
			out = append(out, templates.Option{Value: code, Label: code})
		}
	}
	return out, err
}
