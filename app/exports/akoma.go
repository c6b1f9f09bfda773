package exports

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/language"

	"jahorina/workflows/strategy"
)

// Akoma Ntoso 1.0, part 2 (OASIS, 29 August 2018), which the namespace calls 3.0.
const akomaNamespace = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"

// akoma writes a draft as a document of Akoma Ntoso: sections within one another
// by their levels, in them paragraphs, tables, notes. Numbers stand as printed.
// The identity of a block, which lasts from draft to draft, is its GUID; its eId is
// made by the naming convention from numbers, or from its place where it has none.
// A section of several blocks with the same number has eIds "…-2", "…-3".
func akoma(d *strategy.Draft, rows []strategy.Provision) []byte {
	a := &akomaWriter{d: d, taken: map[string]int{}}
	a.raw(xml.Header + `<akomaNtoso xmlns="` + akomaNamespace + `"><doc name="strategy" contains="originalVersion">` + "\n")
	a.meta()
	if n := front(rows); n > 0 {
		a.raw("<preface>\n")
		for _, p := range rows[:n] {
			a.frontPart(p)
		}
		a.raw("</preface>\n")
		rows = rows[n:]
	}
	a.raw("<mainBody>\n")
	for i := range rows {
		a.block(&rows[i])
	}
	a.close(0)
	if len(rows) == 0 {
		a.raw("<p/>\n")
	}
	a.raw("</mainBody>\n</doc></akomaNtoso>\n")
	return []byte(a.out.String())
}

// front is how many blocks stand on the cover: all up to the title, if nothing
// before it is numbered or a heading.
func front(rows []strategy.Provision) int {
	for i, p := range rows {
		switch {
		case p.Kind == strategy.KindTitle:
			return i + 1
		case p.Kind == strategy.KindSection || p.Number != "":
			return 0
		}
	}
	return 0
}

type akomaWriter struct {
	d     *strategy.Draft
	out   strings.Builder
	open  []akomaSection
	taken map[string]int // how often an eId was wanted
}

type akomaSection struct {
	level int
	id    string
}

func (a *akomaWriter) raw(s string) { a.out.WriteString(s) }

// tag writes an element without content; attributes are name, value pairs.
func (a *akomaWriter) tag(name string, attributes ...string) {
	a.start(name, attributes...)
	a.raw("</" + name + ">\n")
}

func (a *akomaWriter) start(name string, attributes ...string) {
	a.raw("<" + name)
	for i := 0; i < len(attributes); i += 2 {
		a.raw(" " + attributes[i] + `="` + escaped(attributes[i+1]) + `"`)
	}
	a.raw(">")
}

func escaped(s string) string {
	var out strings.Builder
	_ = xml.EscapeText(&out, []byte(s)) // a Builder takes everything
	return out.String()
}

// meta says which work this is, in which version and language, and in which file
// (naming convention, 4).
func (a *akomaWriter) meta() {
	d := a.d
	country, day := strings.ToLower(d.StateCode), d.CreatedAt.UTC().Format(time.DateOnly)
	lang := iso3(d.Language)
	work := "/akn/" + country + "/doc/strategy/" + day[:4] + "/" + d.StrategyID
	expression := work + "/" + lang + "@" + day + ";draft-" + strconv.Itoa(d.Version)
	a.raw("<meta>\n")
	a.start("identification", "source", "#state")
	level := func(name, uri, file string, more ...string) {
		a.start(name)
		a.tag("FRBRthis", "value", uri+"/!main"+file)
		a.tag("FRBRuri", "value", uri+file)
		if name == "FRBRWork" {
			a.tag("FRBRalias", "value", d.Title, "name", "title")
		}
		a.tag("FRBRdate", "date", day, "name", "draft")
		a.tag("FRBRauthor", "href", "#state")
		for i := 0; i < len(more); i += 3 {
			a.tag(more[i], more[i+1], more[i+2])
		}
		a.raw("</" + name + ">\n")
	}
	level("FRBRWork", work, "", "FRBRcountry", "value", country, "FRBRsubtype", "value", "strategy", "FRBRnumber", "value", d.StrategyID)
	level("FRBRExpression", expression, "", "FRBRversionNumber", "value", strconv.Itoa(d.Version), "FRBRlanguage", "language", lang)
	level("FRBRManifestation", expression, ".xml", "FRBRformat", "value", akomaType)
	a.raw("</identification>\n")
	a.start("references", "source", "#state")
	a.tag("TLCOrganization", "eId", "state", "href", "/akn/ontology/organization/"+country+"/state", "showAs", d.StateCode)
	a.raw("</references>\n")
	a.start("proprietary", "source", "#state")
	a.raw(`<hash xmlns="urn:jahorina:draft" algorithm="sha-256" source="` + escaped(d.SourceSHA256) + `" content="` + escaped(d.ContentSHA256) + `"/>`)
	a.raw("</proprietary>\n</meta>\n")
}

// iso3 is the code of a language in three letters (ISO 639-2), which the naming
// convention asks for.
func iso3(tag string) string {
	t, err := language.Parse(tag)
	if err != nil {
		return "und"
	}
	base, _ := t.Base()
	return base.ISO3()
}

// frontPart writes a block of the cover.
func (a *akomaWriter) frontPart(p strategy.Provision) {
	switch {
	case p.Kind == strategy.KindTitle:
		a.raw("<longTitle><p><docTitle>")
		a.lines(p.Heading)
		a.raw("</docTitle></p></longTitle>\n")
	case p.Kind == strategy.KindTable && cellsOf(blockOf(&p)) != nil:
		a.table(a.id("", "table", ""), cellsOf(blockOf(&p)))
	default:
		a.start("p", "class", string(p.Kind))
		a.lines(p.Text)
		a.raw("</p>\n")
	}
}

// within is the eId of the section that is open, "" at the top.
func (a *akomaWriter) within() string {
	if len(a.open) == 0 {
		return ""
	}
	return a.open[len(a.open)-1].id
}

// close ends the sections that are no shallower than level.
func (a *akomaWriter) close(level int) {
	for len(a.open) > 0 && a.open[len(a.open)-1].level >= level {
		a.raw("</section>\n")
		a.open = a.open[:len(a.open)-1]
	}
}

func (a *akomaWriter) block(p *strategy.Provision) {
	if p.Kind == strategy.KindSection {
		a.close(p.Level)
		id := a.id("sec", "section", p.Number)
		a.start("section", "eId", id, "GUID", p.Identity)
		a.numbered(id, p)
		a.open = append(a.open, akomaSection{p.Level, id})
		if p.Text != "" {
			a.start("intro", "eId", id+"__intro")
			a.paragraph(p.Text)
			a.raw("</intro>\n")
		}
		return
	}
	name, short := "hcontainer", "hcontainer"
	if p.Kind == strategy.KindParagraph {
		name, short = "paragraph", "para"
	}
	id := a.id(short, name, p.Number)
	attributes := []string{"eId", id, "GUID", p.Identity}
	if name == "hcontainer" {
		attributes = append(attributes, "name", string(p.Kind))
	}
	a.start(name, attributes...)
	a.numbered(id, p)
	a.start("content", "eId", id+"__content")
	if cells := cellsOf(blockOf(p)); cells != nil {
		a.table(id+"__table_1", cells)
	} else {
		a.paragraph(p.Text)
	}
	a.raw("</content></" + name + ">\n")
}

func (a *akomaWriter) numbered(id string, p *strategy.Provision) {
	if p.Number != "" {
		a.raw("<num>" + escaped(p.Number) + "</num>")
	}
	if p.Heading != "" {
		a.start("heading", "eId", id+"__heading")
		a.lines(p.Heading)
		a.raw("</heading>")
	}
}

func (a *akomaWriter) paragraph(text string) {
	a.raw("<p>")
	a.lines(text)
	a.raw("</p>")
}

func (a *akomaWriter) lines(text string) {
	a.raw(strings.ReplaceAll(escaped(text), "&#xA;", "<br/>"))
}

func (a *akomaWriter) table(id string, rows [][]string) {
	a.start("table", "eId", id)
	head := len(rows) > 1 && isRule(rows[1])
	for i, cells := range rows {
		if head && i == 1 {
			continue
		}
		a.raw("<tr>")
		for _, c := range cells {
			name := "td"
			if head && i == 0 {
				name = "th"
			}
			a.raw("<" + name + ">")
			a.paragraph(c)
			a.raw("</" + name + ">")
		}
		a.raw("</tr>\n")
	}
	a.raw("</table>\n")
}

// id makes an eId: the section's, the kind of element and its number without
// signs, or its place among those without number.
func (a *akomaWriter) id(short, name, number string) string {
	prefix := a.within()
	if prefix != "" {
		prefix += "__"
	}
	prefix += cmp.Or(short, name) + "_"
	n := strings.Trim(strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return '-'
	}, number), "-")
	if n == "" {
		a.taken[prefix]++
		n = strconv.Itoa(a.taken[prefix])
		if number == "" {
			n = "unnumbered-" + n // never that of a numbered one
		}
	}
	id := prefix + n
	if a.taken[id]++; a.taken[id] > 1 {
		id = fmt.Sprintf("%s-%d", id, a.taken[id])
	}
	return id
}
