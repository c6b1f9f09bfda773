package exports

import (
	"bytes"
	"encoding/xml"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"jahorina/app/documents/samples"
	"jahorina/workflows/strategy"
)

// akomaParents says where each element may stand, and akomaNeeds which attributes
// it must have: the part of the schema akomantoso30.xsd that the writer uses. The
// schema itself is not in the repository; when the writer was made, the samples
// were valid by it.
var (
	akomaParents = map[string]string{
		"akomaNtoso": "", "doc": "akomaNtoso", "meta": "doc", "preface": "doc", "mainBody": "doc",
		"identification": "meta", "references": "meta", "proprietary": "meta", "hash": "proprietary", "TLCOrganization": "references",
		"FRBRWork": "identification", "FRBRExpression": "identification", "FRBRManifestation": "identification",
		"FRBRthis": "FRBRWork FRBRExpression FRBRManifestation", "FRBRuri": "FRBRWork FRBRExpression FRBRManifestation",
		"FRBRdate": "FRBRWork FRBRExpression FRBRManifestation", "FRBRauthor": "FRBRWork FRBRExpression FRBRManifestation",
		"FRBRalias": "FRBRWork", "FRBRcountry": "FRBRWork", "FRBRsubtype": "FRBRWork", "FRBRnumber": "FRBRWork",
		"FRBRversionNumber": "FRBRExpression", "FRBRlanguage": "FRBRExpression", "FRBRformat": "FRBRManifestation",
		"longTitle": "preface", "docTitle": "p", "p": "longTitle preface mainBody content intro td th", "br": "p heading docTitle",
		"section": "mainBody section", "paragraph": "mainBody section", "hcontainer": "mainBody section",
		"num": "section paragraph hcontainer", "heading": "section paragraph hcontainer", "intro": "section", "content": "paragraph hcontainer",
		"table": "content preface", "tr": "table", "td": "tr", "th": "tr",
	}
	akomaNeeds = map[string][]string{
		"doc": {"name"}, "section": {"eId"}, "paragraph": {"eId"}, "hcontainer": {"eId", "name"}, "heading": {"eId"}, "content": {"eId"}, "intro": {"eId"},
		"table": {"eId"}, "identification": {"source"}, "references": {"source"}, "proprietary": {"source"}, "FRBRdate": {"date", "name"}, "FRBRlanguage": {"language"},
	}
)

// readAkoma checks a file against what is stated above and returns its blocks:
// number, heading, text.
func readAkoma(t fatal, file []byte) [][3]string {
	t.Helper()
	var path, ids []string
	var all [][3]string
	d := xml.NewDecoder(bytes.NewReader(file))
	for {
		token, err := d.Token()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatalf("not well-formed: %v\n%s", err, file)
		}
		switch e := token.(type) {
		case xml.StartElement:
			name, parent := e.Name.Local, ""
			if len(path) > 0 {
				parent = path[len(path)-1]
			}
			if parents, ok := akomaParents[name]; !ok || !slices.Contains(strings.Fields(parents), parent) && parents != parent {
				t.Fatalf("<%s> must not stand in <%s>", name, parent)
			}
			given := map[string]string{}
			for _, a := range e.Attr {
				given[a.Name.Local] = a.Value
			}
			for _, a := range akomaNeeds[name] {
				if given[a] == "" {
					t.Fatalf("<%s> lacks %s", name, a)
				}
			}
			if id := given["eId"]; id != "" {
				if slices.Contains(ids, id) || strings.ContainsAny(id, " \t\n.:") {
					t.Fatalf("eId %q is not unique, or not a name", id)
				}
				ids = append(ids, id)
			}
			if name == "section" || name == "paragraph" || name == "hcontainer" || parent == "preface" {
				all = append(all, [3]string{})
			}
			if name == "br" {
				put(all, path, "\n")
			}
			path = append(path, name)
		case xml.EndElement:
			path = path[:len(path)-1]
		case xml.CharData:
			put(all, path, string(e))
		}
	}
}

func put(all [][3]string, path []string, words string) {
	if len(all) == 0 || len(path) == 0 || len(path) == 1 {
		return
	}
	b := &all[len(all)-1]
	switch last := path[len(path)-1]; {
	case last == "num":
		b[0] += words
	case last == "heading" || last == "docTitle":
		b[1] += words
	case last == "p":
		b[2] += words
	}
}

func wantedAkoma(rows []strategy.Provision) [][3]string {
	var out [][3]string
	for i := range rows {
		b := blockOf(&rows[i])
		text := b.Text
		if cells := cellsOf(b); cells != nil {
			text = ""
			for n, row := range cells {
				if n != 1 || !isRule(row) {
					text += strings.Join(row, "")
				}
			}
		}
		out = append(out, [3]string{b.Number, b.Heading, text})
	}
	return out
}

func sameAkoma(t fatal, got, want [][3]string) {
	t.Helper()
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			t.Fatalf("block %d of %d, want %d: got %q, want %q", i, len(got), len(want), got[min(i, len(got)):], want[min(i, len(want)):])
		}
	}
}

func TestAkomaNtosoLosesNothing(t *testing.T) {
	for name, source := range map[string][]byte{"outcome_zh": samples.OutcomeZH, "strategy_en": samples.StrategyEN} {
		d, rows := sample(t, source)
		file := akoma(d, rows)
		if dir := os.Getenv("JAHORINA_TEST_KEEP"); dir != "" {
			if err := os.WriteFile(dir+"/"+name+".xml", file, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		sameAkoma(t, readAkoma(t, file), wantedAkoma(rows))
		for _, want := range []string{
			`<FRBRthis value="/akn/ba/doc/strategy/2026/s/!main">`, `<FRBRcountry value="ba">`, `<FRBRversionNumber value="2">`,
			`<FRBRuri value="/akn/ba/doc/strategy/2026/s/` + iso3(d.Language) + `@2026-03-02;draft-2.xml">`,
		} {
			if !strings.Contains(string(file), want) {
				t.Errorf("%s is not in %s", want, file[:2000])
			}
		}
	}
	if iso3("zh-Hant") != "zho" || iso3("bs") != "bos" || iso3("") != "und" || iso3("x y") != "und" {
		t.Error(iso3("zh-Hant"), iso3("bs"), iso3(""), iso3("x y"))
	}
}

func TestAkomaNtosoOfAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rowsOf(blocks(t, "blocks"))
		if rapid.Bool().Draw(t, "title") {
			rows = slices.Insert(rows, rapid.IntRange(0, len(rows)).Draw(t, "at"), strategy.Provision{Identity: "t", Kind: strategy.KindTitle, Heading: "Title"})
		}
		file := akoma(&strategy.Draft{Title: "T", Language: "en", StateCode: "BA", CreatedAt: noon, StrategyID: "s"}, rows)
		sameAkoma(t, readAkoma(t, file), wantedAkoma(rows))
	})
}

// The eIds follow the naming convention: section within section, by number.
func TestAkomaNtosoNames(t *testing.T) {
	rows := rowsOf([]strategy.Block{
		{Kind: strategy.KindSection, Level: 1, Number: "4", Heading: "Controls"},
		{Kind: strategy.KindParagraph, Level: 2, Number: "4.3", Text: "A."},
		{Kind: strategy.KindParagraph, Level: 2, Number: "4.3", Text: "B."},
		{Kind: strategy.KindParagraph, Level: 2, Text: "C."},
		{Kind: strategy.KindSection, Level: 2, Number: "4.4", Heading: "Border"},
		{Kind: strategy.KindParagraph, Level: 3, Number: "第三条", Text: "D."},
		{Kind: strategy.KindSection, Level: 1, Number: "Annex A", Heading: "List"},
	})
	file := string(akoma(&strategy.Draft{StateCode: "BA", CreatedAt: noon}, rows))
	for _, want := range []string{
		`<section eId="sec_4"`, `<paragraph eId="sec_4__para_4-3"`, `<paragraph eId="sec_4__para_4-3-2"`, `<paragraph eId="sec_4__para_unnumbered-1"`,
		`<section eId="sec_4__sec_4-4"`, `<paragraph eId="sec_4__sec_4-4__para_第三条"`, `<section eId="sec_Annex-A"`,
	} {
		if !strings.Contains(file, want) {
			t.Errorf("%s is not in\n%s", want, file)
		}
	}
}
