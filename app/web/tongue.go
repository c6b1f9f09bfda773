package web

import (
	"net/url"
	"slices"
	"strings"

	tags "golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/strategy"
	"jahorina/workflows/translation"
)

// tongueView is the choice of languages a page's texts can be read in. It is
// another than that of the page itself.
type tongueView struct {
	Links []tongueLink
	Notes []string       // which text binds, and how far the translation has come
	Side  templates.Link // to one language alone or both side by side; none while the source is read
	Both  bool
	Asked string // the language the address names
	lang  string // chosen, "" for the source
}

type tongueLink struct {
	Label, Href, Lang string
	Current           bool
}

// inSource asks for the texts as they were written.
const inSource = "source"

// tongue finds the languages of the sources, chooses the one to read in and gives
// the texts in it: the one the address names, else that of the page, else the
// source's. It is nil where there is no translation.
// binds is the key of the sentence that says what the source is.
func (q *request) tongue(tx *workflows.Tx, sources []translation.Source, binds string) (*tongueView, map[translation.Ref]translation.Text, error) {
	have, err := translation.Languages(tx, sources)
	if err != nil || len(have) == 0 {
		return nil, nil, err
	}
	source := sources[0].Language
	v := &tongueView{Asked: q.c.Query("lang"), Both: q.c.Query("side") != "", lang: q.readIn(have)}
	v.link(q, inSource, source, v.lang == "")
	for _, p := range have {
		if p.Language == source { // the texts are in several
			v.Links[0].Label, v.Links[0].Lang = q.text.T("tongues.as_written"), ""
		}
		v.link(q, p.Language, p.Language, p.Language == v.lang)
	}
	if name := q.nameOrNone(source); name != "" {
		v.Notes = append(v.Notes, q.text.T(binds, "Language", name))
	} else {
		v.Notes = append(v.Notes, q.text.T(binds+"_unknown"))
	}
	if v.lang == "" {
		return v, nil, nil
	}
	v.note(q, have[slices.IndexFunc(have, func(p translation.Progress) bool { return p.Language == v.lang })])
	texts, err := translation.Of(tx, sources, v.lang)
	return v, texts, err
}

func (q *request) readIn(have []translation.Progress) string {
	asked := q.c.Query("lang")
	if asked == inSource {
		return ""
	}
	for _, p := range have {
		if p.Language == asked || asked == "" && q.isPages(p.Language) {
			return p.Language
		}
	}
	return ""
}

// isPages says whether texts in the language can be read by whoever reads the
// page.
func (q *request) isPages(tag string) bool {
	if tag == "" || tag == "und" {
		return false
	}
	if q.text.Tag() == "en" { // what For gives for all that it does not know
		base, _ := tags.Make(tag).Base()
		return base.String() == "en"
	}
	return q.s.locales.For(tag) == q.text
}

func (v *tongueView) link(q *request, value, tag string, current bool) {
	l := tongueLink{Label: ownName(tag), Href: q.with("lang", value), Lang: tag, Current: current}
	if tag == "" || tag == "und" {
		l.Label, l.Lang = q.text.T("tongues.source_unknown"), ""
	}
	v.Links = append(v.Links, l)
}

// note says how far the translation has come that is read.
func (v *tongueView) note(q *request, p translation.Progress) {
	if p.Done < p.Total {
		v.Notes = append(v.Notes, q.text.T("tongues.partly", "Done", p.Done, "Total", p.Total, "Language", q.languageName(v.lang)))
	}
	if p.Stale > 0 {
		v.Notes = append(v.Notes, q.text.T("tongues.stale", "Count", p.Stale))
	}
	if v.Both {
		v.Side = templates.Link{Label: q.text.T("tongues.one"), Href: q.with("side", "")}
	} else {
		v.Side = templates.Link{Label: q.text.T("tongues.side"), Href: q.with("side", "both")}
	}
}

// with is the address of this page with another value in its query.
func (q *request) with(name, value string) string {
	u, err := url.Parse(q.place())
	if err != nil {
		return "?" + url.Values{name: {value}}.Encode()
	}
	query := u.Query()
	if query.Set(name, value); value == "" {
		query.Del(name)
	}
	u.RawQuery = query.Encode()
	return u.RequestURI()
}

// What the source of texts is.
const (
	consultedOn = "tongues.binds"
	original    = "tongues.original"
)

// besideText is a translation as it stands under its source.
type besideText struct{ Label, Lang, Text, Stale, Credit string }

// beside is the translation of one text, nil where there is none.
func (q *request) beside(texts map[translation.Ref]translation.Text, object, id, field string) *besideText {
	t, there := texts[translation.Ref{Object: object, ID: id, Field: field}]
	if !there {
		return nil
	}
	b := &besideText{Label: q.text.T("translation.into", "Language", q.languageName(t.Language)), Lang: t.Language, Text: t.Text, Credit: q.credit(t)}
	if t.Stale {
		b.Stale = q.text.T("translation.stale")
	}
	return b
}

// translate puts the texts in the place of those of the draft, which stand beside
// them where that is asked for, and where the translation is stale.
func (v *documentView) translate(texts map[translation.Ref]translation.Text, both bool) {
	i := 0
	headings, lang := map[string]string{}, ""
	for _, s := range translation.OfProvisions(v.Draft, v.provisions) {
		for v.Parts[i].provision != s.ID {
			i++
		}
		t, there := texts[s.Ref()]
		if !there {
			continue
		}
		p := &v.Parts[i].Provision
		original := &templates.Original{Heading: p.Heading, Text: p.Text, Lang: p.Lang, Readings: p.Readings}
		if both || t.Stale || len(p.Readings) > 0 {
			p.Original = original
		}
		p.Readings, p.Lang, p.Stale = nil, t.Language, t.Stale
		lang = t.Language
		if s.Field == "heading" {
			p.Heading = t.Text
			headings["#"+p.Anchor] = t.Text
			continue
		}
		if p.Text = t.Text; p.Table != nil {
			p.Table = grid(t.Text)
		}
	}
	rename := func(e *outlineEntry) {
		if h := headings[e.Href]; h != "" {
			e.Heading, e.Lang = h, lang
		}
	}
	for i := range v.Outline {
		rename(&v.Outline[i])
		for j := range v.Outline[i].Under {
			rename(&v.Outline[i].Under[j])
		}
	}
}

// oneInTongue puts a provision in the language that is read in the place of its
// source, which is to stand below it with what was read into it, and says which of
// the two binds.
func (q *request) oneInTongue(tx *workflows.Tx, d *strategy.Draft, p strategy.Provision, at *templates.Provision) (binds string, err error) {
	sources := translation.OfProvisions(d, []strategy.Provision{p})
	tongue, texts, err := q.tongue(tx, sources, consultedOn)
	if err != nil || tongue == nil {
		return "", err
	}
	for _, s := range sources {
		t, there := texts[s.Ref()]
		if !there {
			continue
		}
		at.Original = &templates.Original{Heading: at.Heading, Text: at.Text, Lang: at.Lang, Readings: at.Readings}
		at.Readings, at.Lang, at.Stale = nil, t.Language, t.Stale
		if s.Field == "heading" {
			at.Heading = t.Text
			continue
		}
		if at.Text = t.Text; at.Table != nil {
			at.Table = grid(t.Text)
		}
	}
	return tongue.Notes[0], nil
}

// saidIn is a text in the language that is read, and the language where it is
// another than that of the page.
type saidIn struct{ Text, Lang string }

// said is the source, or the translation of its very wording.
func said(texts map[translation.Ref]translation.Text, s translation.Source) saidIn {
	if t, there := texts[s.Ref()]; there && !t.Stale {
		return saidIn{t.Text, t.Language}
	}
	if s.Language == "und" {
		s.Language = ""
	}
	return saidIn{s.Text, s.Language}
}

// askedIn is a question with its words in another language, if all of them are
// translated.
func askedIn(texts map[translation.Ref]translation.Text, a consultation.Question) (consultation.Question, string) {
	lang, out := "", a
	for _, f := range []struct {
		name, source string
		to           func(string)
	}{
		{"text", a.Text, func(s string) { out.Text = s }},
		{"help", a.Help, func(s string) { out.Help = s }},
		{"options", strings.Join(a.Options, ""), func(s string) { out.Options = strings.Split(s, "\n") }},
	} {
		t, there := texts[translation.Ref{Object: translation.Question, ID: a.ID, Field: f.name}]
		switch {
		case f.source == "":
		case !there:
			return a, ""
		default:
			lang = t.Language
			f.to(t.Text)
		}
	}
	return out, lang
}

// languageName is what a language is called in the reader's; the tag itself
// where nobody knows.
func (q *request) languageName(tag string) string {
	if name := q.nameOrNone(tag); name != "" {
		return name
	}
	return tag
}

func (q *request) nameOrNone(tag string) string {
	t, err := tags.Parse(tag)
	if err != nil || tag == "und" {
		return ""
	}
	return display.Tags(tags.Make(q.text.Tag())).Name(t)
}

// ownName is what a language calls itself.
func ownName(tag string) string {
	if name := display.Self.Name(tags.Make(tag)); strings.TrimSpace(name) != "" {
		return name
	}
	return tag
}
