package web

import (
	"cmp"
	"net/url"
	"slices"

	"jahorina/app/exports"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/plan"
	"jahorina/workflows/strategy"
	"jahorina/workflows/translation"
)

type redlineView struct {
	Draft, Old, New    *strategy.Draft // Old and New are nil where there is nothing to compare
	OldLabel, NewLabel string
	Lang, OldLang      string
	Drafts             []templates.Option
	From, To           string // ids of the drafts chosen
	Side, All          bool
	Ways, Shows        []templates.Link // the ways to look at it, the present one marked
	Summary            []redlineGroup
	Parts              []redlinePart
	Back               string
	Tongue             *tongueView
	Downloads          downloadsView
	lang               string // asked for in the address
}

// redlineGroup lists the provisions to which one kind of thing happened.
type redlineGroup struct {
	Kind  string
	Items []templates.Link
}

// redlinePart is a provision that changed, or one that did not, or a run of
// those left out.
type redlinePart struct {
	Anchor, Href, Name string
	Said               []string // what happened, a sentence each
	Heading, Text      []templates.Span
	Old, New           redlineSide
	Because            []becauseView
	Touches            []templates.Obligation
	Measures           []templates.Link // that rest on it
	Omitted            int
	Lang, OldLang      string
}

// Changed says whether anything happened to it.
func (p redlinePart) Changed() bool { return len(p.Said) > 0 }

// redlineSide is a provision in one of two drafts. Label names the draft.
type redlineSide struct {
	There         bool
	Number        string
	Heading, Text []templates.Span
}

func redlinePage(q *request) error {
	tx := q.read()
	d, err := strategy.GetDraft(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	drafts, err := strategy.Versions(tx, d)
	if err != nil {
		return err
	}
	v := redlineView{lang: q.c.Query("lang"), Draft: d, Side: q.c.Query("view") == "side", All: q.c.Query("show") == "all", Back: "/drafts/" + d.ID}
	for _, o := range drafts {
		label := q.text.T("compare.option", "Version", o.Version, "Day", q.text.Date(o.CreatedAt))
		v.Drafts = append(v.Drafts, templates.Option{Value: o.ID, Label: label})
	}
	v.From = cmp.Or(q.c.Query("from"), q.c.Query("against"), neighbour(d, drafts))
	v.To = cmp.Or(q.c.Query("to"), d.ID)
	if v.From != "" && v.From != v.To {
		if err := v.compare(q, tx, drafts); err != nil {
			return err
		}
	}
	return q.show("official/redline", q.text.T("redline_page.title", "Title", d.Title), v)
}

// neighbour is the draft one compares with when none is named: the one before,
// or for the first the one after.
func neighbour(d *strategy.Draft, drafts []strategy.Draft) string {
	after := ""
	for _, o := range drafts { // newest first
		if o.Version < d.Version {
			return o.ID
		}
		if o.Version > d.Version {
			after = o.ID
		}
	}
	return after
}

func (v *redlineView) compare(q *request, tx *workflows.Tx, drafts []strategy.Draft) error {
	diff, err := strategy.Diff(tx, v.To, v.From)
	if err != nil {
		return err
	}
	v.Old, v.New, v.From, v.To = diff.Old, diff.New, diff.Old.ID, diff.New.ID
	v.OldLabel, v.NewLabel = q.draftLabel(diff.Old), q.draftLabel(diff.New)
	v.OldLang, v.Lang = language(diff.Old), language(diff.New)
	because, err := q.because(tx, diff, drafts)
	if err != nil {
		return err
	}
	touched, err := plan.Touched(tx, diff)
	if err != nil {
		return err
	}
	translated, err := v.translate(q, tx, diff)
	if err != nil {
		return err
	}
	for _, c := range diff.Changes {
		if c.State == strategy.StateSame && !v.All {
			v.omit()
			continue
		}
		p := q.redlinePart(c)
		if p.Lang, p.OldLang = v.Lang, v.OldLang; translated[c.Identity] {
			p.Lang, p.OldLang = v.Tongue.lang, v.Tongue.lang
		}
		p.Href, p.Because = "/provisions/"+diff.ProvisionID(c.Identity), because[c.Identity]
		if p.Changed() {
			p.Touches, p.Measures = touches(touched[c.Identity], abouts(p.Because)...)
		}
		v.Parts = append(v.Parts, p)
		v.summarise(c, p)
	}
	v.Ways = []templates.Link{
		{Label: q.text.T("compare.inline"), Href: v.address(false, v.All), Current: !v.Side},
		{Label: q.text.T("compare.side"), Href: v.address(true, v.All), Current: v.Side},
	}
	v.Downloads = q.downloads("/drafts/"+v.Draft.ID+"/redline", q.query("from", v.From, "to", v.To), exports.OfRedline)
	v.Shows = []templates.Link{
		{Label: q.text.T("compare.changed"), Href: v.address(v.Side, false), Current: !v.All},
		{Label: q.text.T("compare.all"), Href: v.address(v.Side, true), Current: v.All},
	}
	return nil
}

// translate turns the comparison into one in the language that is read, as far as
// both drafts are translated into it.
func (v *redlineView) translate(q *request, tx *workflows.Tx, diff *strategy.Redlined) (map[string]bool, error) {
	var sources []translation.Source
	for _, d := range []*strategy.Draft{diff.New, diff.Old} {
		provisions, err := strategy.Provisions(tx, d.ID)
		if err != nil {
			return nil, err
		}
		sources = append(sources, translation.OfProvisions(d, provisions)...)
	}
	var err error
	if v.Tongue, _, err = q.tongue(tx, sources, consultedOn); err != nil || v.Tongue == nil || v.Tongue.lang == "" {
		return nil, err
	}
	v.Tongue.Side, v.Tongue.Notes = templates.Link{}, append(v.Tongue.Notes[:1], q.text.T("tongues.redline", "Language", q.languageName(v.Tongue.lang)))
	return translation.Redline(tx, diff, v.Tongue.lang)
}

// omit counts a part that is not shown.
func (v *redlineView) omit() {
	if n := len(v.Parts); n == 0 || v.Parts[n-1].Omitted == 0 {
		v.Parts = append(v.Parts, redlinePart{})
	}
	v.Parts[len(v.Parts)-1].Omitted++
}

// address is that of the same comparison, shown in another way.
func (v *redlineView) address(side, all bool) string {
	query := url.Values{"from": {v.From}, "to": {v.To}}
	if side {
		query.Set("view", "side")
	}
	if all {
		query.Set("show", "all")
	}
	if v.lang != "" {
		query.Set("lang", v.lang)
	}
	return "/drafts/" + v.Draft.ID + "/redline?" + query.Encode()
}

var summarised = []strategy.ChangeKind{
	strategy.ChangeAdded, strategy.ChangeDeleted, strategy.ChangeMoved, strategy.ChangeReworded, strategy.ChangeRenumbered,
}

// summarise lists a change in the summary, under each kind of thing that happened.
func (v *redlineView) summarise(c strategy.Change, p redlinePart) {
	if len(c.Kinds()) > 0 && v.Summary == nil {
		for _, k := range summarised {
			v.Summary = append(v.Summary, redlineGroup{Kind: string(k)})
		}
	}
	for _, k := range c.Kinds() {
		if i := slices.Index(summarised, k); i >= 0 {
			v.Summary[i].Items = append(v.Summary[i].Items, templates.Link{Label: p.Name, Href: "#" + p.Anchor})
		}
	}
}

// redlinePart shows one line of a comparison.
func (q *request) redlinePart(c strategy.Change) redlinePart {
	p := redlinePart{Anchor: "i-" + c.Identity, Said: q.said(c), Heading: spans(c.Heading), Text: spans(c.Text)}
	shown := cmp.Or(c.New, c.Old)
	p.Name = naming(shown.Number, shown.Heading, shown.Text)
	if len(p.Heading)+len(p.Text) == 0 { // the words are the same
		p.Heading, p.Text = equal(shown.Heading), equal(shown.Text)
	}
	p.Old, p.New = sideOf(c.Old, p, strategy.OpInsert), sideOf(c.New, p, strategy.OpDelete)
	return p
}

func equal(text string) []templates.Span {
	if text == "" {
		return nil
	}
	return []templates.Span{{Op: string(strategy.OpEqual), Text: text}}
}

// sideOf is the redline of a part without what the other draft has more.
func sideOf(b *strategy.Block, p redlinePart, without strategy.Op) redlineSide {
	if b == nil {
		return redlineSide{}
	}
	other := func(s templates.Span) bool { return s.Op == string(without) }
	return redlineSide{
		There: true, Number: b.Number,
		Heading: slices.DeleteFunc(slices.Clone(p.Heading), other), Text: slices.DeleteFunc(slices.Clone(p.Text), other),
	}
}

// said tells what happened to a provision, a sentence for each thing.
func (q *request) said(c strategy.Change) []string {
	place := func(b *strategy.Block) string { return cmp.Or(naming(b.Number, b.Heading, ""), excerpt(b.Text, 60)) }
	var out []string
	for _, k := range c.Kinds() {
		key, args := "compare.said."+string(k), []any(nil)
		switch k {
		case strategy.ChangeSplit:
			args = []any{"Place", place(c.Split)}
		case strategy.ChangeMerged:
			args = []any{"Place", place(c.Merged)}
		case strategy.ChangeMoved, strategy.ChangeRenumbered:
			if k == strategy.ChangeMoved && c.Old.Number != c.New.Number {
				key += "_number"
			}
			none := q.text.T("compare.no_number")
			args = []any{"From", cmp.Or(c.Old.Number, none), "To", cmp.Or(c.New.Number, none)}
		}
		out = append(out, q.text.T(key, args...))
	}
	return out
}
