package exports

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"jahorina/app/documents"
	"jahorina/app/documents/samples"
	"jahorina/app/documents/word"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/strategy"
)

// What a reader of a document can do with its tracked changes.
const (
	accept = "del" // what it leaves out
	reject = "ins"
)

// readParagraph is a paragraph as a word processor has it when the changes are
// accepted or rejected.
type readParagraph struct{ Style, Number, Text string }

// readWord reads the paragraphs of a document, those in tables too. Without the
// end of a paragraph it runs on into the next one, and takes that one's style.
func readWord(t fatal, file []byte, without string) []readParagraph {
	r := wordReader{without: without}
	d := xml.NewDecoder(bytes.NewReader(unzipped(t, file, "word/document.xml")))
	for {
		token, err := d.Token()
		if err == io.EOF {
			return r.all
		}
		if err != nil {
			t.Fatalf("not well-formed: %v", err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			r.start(e)
		case xml.EndElement:
			r.end(e.Name.Local)
		case xml.CharData:
			r.words(string(e))
		}
	}
}

type fatal interface {
	Fatalf(format string, args ...any)
	Helper()
}

func unzipped(t fatal, file []byte, name string) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatalf("not a zip: %v", err)
	}
	f, err := z.Open(name)
	if err != nil {
		t.Fatalf("%v", err)
	}
	content, err := io.ReadAll(f)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return content
}

type wordReader struct {
	without string
	all     []readParagraph
	p       readParagraph
	path    []string
	gone    int // how many changes around this are left out
	noEnd   bool
	noRow   bool
	number  bool
}

func (r *wordReader) in(name string) bool { return slices.Contains(r.path, name) }

func (r *wordReader) start(e xml.StartElement) {
	name := e.Name.Local
	value := ""
	for _, a := range e.Attr {
		if a.Name.Local == "val" {
			value = a.Value
		}
	}
	switch {
	case name == r.without && r.in("trPr"):
		r.noRow = true
	case name == r.without && r.in("pPr"):
		r.noEnd = true
	case name == r.without:
		r.gone++
	case name == "pStyle":
		r.p.Style = value
	case name == "rStyle":
		r.number = value == "Number"
	case name == "r":
		r.number = false
	case name == "br":
		r.words("\n")
	case name == "tab" && r.in("r"):
		r.words("\t")
	}
	r.path = append(r.path, name)
}

func (r *wordReader) end(name string) {
	r.path = r.path[:len(r.path)-1]
	switch {
	case name == r.without && r.gone > 0:
		r.gone--
	case name == "tr":
		r.noRow = false
	case name == "p" && r.noRow:
		r.p = readParagraph{}
	case name == "p" && !r.noEnd:
		r.p.Text = strings.TrimPrefix(r.p.Text, "\t")
		r.all, r.p = append(r.all, r.p), readParagraph{}
	case name == "p":
		r.noEnd = false
	}
}

func (r *wordReader) words(s string) {
	last := ""
	if len(r.path) > 0 {
		last = r.path[len(r.path)-1]
	}
	if r.gone > 0 || last != "t" && last != "delText" && last != "r" {
		return
	}
	if r.number {
		r.p.Number += s
	} else {
		r.p.Text += s
	}
}

func english(t testing.TB) *templates.Text {
	t.Helper()
	locales, err := templates.LoadLocales()
	if err != nil {
		t.Fatal(err)
	}
	return locales.For("en")
}

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func rowsOf(blocks []strategy.Block) []strategy.Provision {
	rows := make([]strategy.Provision, len(blocks))
	for i, b := range blocks {
		rows[i] = strategy.Provision{ID: fmt.Sprint("p", i), Identity: fmt.Sprint("i", i), Kind: b.Kind, Level: b.Level, Number: b.Number, Heading: b.Heading, Text: b.Text}
	}
	return rows
}

func sample(t testing.TB, source []byte) (*strategy.Draft, []strategy.Provision) {
	t.Helper()
	content, err := documents.Markdown(source, documents.Options{})
	if err != nil {
		t.Fatal(err)
	}
	d := &strategy.Draft{
		ID: "d", StrategyID: "s", Version: 2, Title: content.Title, Language: content.Language, SourceSHA256: content.SHA256,
		ContentSHA256: strings.Repeat("0", 64), CreatedAt: noon, StateCode: "BA",
	}
	return d, rowsOf(content.Blocks)
}

// plain is what a block is in a document.
func plain(rows []strategy.Provision) []readParagraph {
	var out []readParagraph
	above := 1 // how many levels are over the sections: one for the title
	for _, p := range rows {
		if p.Kind == strategy.KindTitle {
			above = 0
		}
	}
	for i := range rows {
		b := blockOf(&rows[i])
		if cells := cellsOf(b); cells != nil {
			for n, row := range cells {
				if n == 1 && isRule(row) {
					continue
				}
				for _, c := range row {
					out = append(out, readParagraph{Style: string(word.Text), Text: c})
				}
			}
			continue
		}
		style := string(styleOf(b))
		if b.Kind == strategy.KindSection {
			style = fmt.Sprintf("Heading%d", max(1, min(b.Level+above, 7)))
		}
		text := b.Heading
		if b.Heading != "" && b.Text != "" {
			text += "\n"
		}
		out = append(out, readParagraph{Style: style, Number: b.Number, Text: text + b.Text})
	}
	return out
}

func compare(t fatal, what string, got, want []readParagraph) {
	t.Helper()
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			t.Fatalf("%s: paragraph %d of %d, want %d\ngot  %q\nwant %q", what, i, len(got), len(want), rest(got, i), rest(want, i))
		}
	}
}

func rest(all []readParagraph, i int) []readParagraph {
	return all[min(i, len(all)):min(i+2, len(all))]
}

// Nothing of the two sample documents is lost on the way into a Word document:
// no paragraph, no number, no damaged character.
func TestDraftAsWordLosesNothing(t *testing.T) {
	for name, source := range map[string][]byte{"outcome_zh": samples.OutcomeZH, "strategy_en": samples.StrategyEN} {
		d, rows := sample(t, source)
		file, err := word.Write(draftDocument(english(t), d, rows))
		if err != nil {
			t.Fatal(err)
		}
		got := readWord(t, file, accept)
		last := len(got) - 1
		if !strings.Contains(got[last].Text, d.ContentSHA256) || !strings.Contains(got[last].Text, d.SourceSHA256) {
			t.Errorf("%s: no hashes at the end: %q", name, got[last])
		}
		compare(t, name, got[:last], plain(rows))
		back, err := documents.Read(file, documents.Options{})
		if err != nil {
			t.Fatal(err)
		}
		compare(t, name+" read again", plain(rowsOf(back.Blocks)), plain(rows))
		core := string(unzipped(t, file, "docProps/core.xml"))
		for _, want := range []string{"<dc:title>", "<cp:version>2</cp:version>", "<dc:identifier>sha256:000", "2026-03-02T12:00:00Z"} {
			if !strings.Contains(core, want) {
				t.Errorf("%s: %s is not in %s", name, want, core)
			}
		}
	}
}

// Arabic and Hebrew run from right to left, whatever the language of the rest.
func TestWordRunsBothWays(t *testing.T) {
	d := &strategy.Draft{Title: "س", Language: "ar", CreatedAt: noon}
	rows := rowsOf([]strategy.Block{
		{Kind: strategy.KindSection, Level: 1, Number: "1", Heading: "مقدمة"}, {Kind: strategy.KindParagraph, Level: 2, Text: "Latin words."},
	})
	file, err := word.Write(draftDocument(english(t), d, rows))
	if err != nil {
		t.Fatal(err)
	}
	body := string(unzipped(t, file, "word/document.xml"))
	for _, want := range []string{`<w:pStyle w:val="Heading2"/><w:bidi/>`, `<w:rStyle w:val="Number"/><w:rtl/>`, `<w:pStyle w:val="BodyText"/></w:pPr><w:r><w:t xml:space="preserve">Latin`, `<w:bidi/></w:sectPr>`} {
		if !strings.Contains(body, want) {
			t.Errorf("%s is not in\n%s", want, body)
		}
	}
	if styles := string(unzipped(t, file, "word/styles.xml")); !strings.Contains(styles, `w:bidi="ar"`) {
		t.Error("the language of right-to-left words is not said")
	}
}

// blocks draws a document.
func blocks(t *rapid.T, label string) []strategy.Block {
	words := rapid.SampledFrom([]string{"", "a", "law", "law of the land", "the law\nof seas", "国家法律", "مهلة ثلاثين", "a\tb", "x < y & z", " "})
	block := rapid.Custom(func(t *rapid.T) strategy.Block {
		b := strategy.Block{Level: rapid.IntRange(1, 3).Draw(t, "level"), Number: rapid.SampledFrom([]string{"", "", "1", "4.3", "第三条", "Annex A"}).Draw(t, "number")}
		b.Kind = rapid.SampledFrom([]strategy.Kind{strategy.KindSection, strategy.KindParagraph, strategy.KindParagraph, strategy.KindNote, strategy.KindVerbatim, strategy.KindTable}).Draw(t, "kind")
		switch b.Kind {
		case strategy.KindSection:
			b.Heading = words.Draw(t, "heading")
		case strategy.KindTable:
			b.Number, b.Text = "", rapid.SampledFrom([]string{"| a | b |\n|---|---|\n| 1 | 2 |", "| a |\n| c |", "a | b", "no bars"}).Draw(t, "rows")
		default:
			b.Text = words.Draw(t, "text")
		}
		return b
	})
	return rapid.SliceOfN(block, 0, 12).Draw(t, label)
}

// All changes accepted, a redline is the newer draft; all rejected, the older:
// to the last paragraph, number and style, whatever was changed, moved or renumbered.
func TestTrackedChangesGiveBothDrafts(t *testing.T) {
	text := english(t)
	rapid.Check(t, func(t *rapid.T) {
		before := rowsOf(blocks(t, "old"))
		after := rowsOf(blocks(t, "new"))
		identities := rapid.Permutation(indices(max(len(before), len(after)))).Draw(t, "which is which")
		for i := range after {
			after[i].Identity = fmt.Sprint("i", identities[i])
		}
		if rapid.Bool().Draw(t, "some words stay") {
			for i := range after {
				if n := identities[i]; n < len(before) && i%2 == 0 {
					after[i].Text, after[i].Heading, after[i].Kind, after[i].Level = before[n].Text, before[n].Heading, before[n].Kind, before[n].Level
				}
			}
		}
		old, next := &strategy.Draft{Version: 1, CreatedAt: noon}, &strategy.Draft{Version: 2, CreatedAt: noon.Add(time.Hour)}
		doc := word.Document{Author: "Draft 2", Changed: next.CreatedAt, Created: noon}
		doc.Body = append(underTitle(tracked(before, after, strategy.Compare(known(before), known(after)))), hashes(text, old, next))
		file, err := word.Write(doc)
		if err != nil {
			t.Fatal(err)
		}
		rejected, accepted := readWord(t, file, reject), readWord(t, file, accept)
		compare(t, "rejected", rejected[:len(rejected)-1], plain(before))
		compare(t, "accepted", accepted[:len(accepted)-1], plain(after))
	})
}

func indices(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func known(rows []strategy.Provision) []strategy.Known {
	out := make([]strategy.Known, len(rows))
	for i := range rows {
		out[i] = strategy.Known{Identity: rows[i].Identity, Block: *blockOf(&rows[i])}
	}
	return out
}

// The changes say who and when: the newer draft, at its date. What only changed
// its number has that change alone.
func TestTrackedChangesAreSigned(t *testing.T) {
	text := english(t)
	before := rowsOf([]strategy.Block{{Kind: strategy.KindParagraph, Level: 1, Number: "1.2", Text: "Keep records for seven years."}})
	after := rowsOf([]strategy.Block{{Kind: strategy.KindParagraph, Level: 1, Number: "1.3", Text: "Keep records for five years."}})
	doc := word.Document{Author: author(text, &strategy.Draft{Version: 2}), Changed: noon, Created: noon}
	doc.Body = tracked(before, after, strategy.Compare(known(before), known(after)))
	file, err := word.Write(doc)
	if err != nil {
		t.Fatal(err)
	}
	body := string(unzipped(t, file, "word/document.xml"))
	for _, want := range []string{
		`<w:del w:id="1" w:author="Draft 2" w:date="2026-03-02T12:00:00Z"><w:r><w:rPr><w:rStyle w:val="Number"/></w:rPr><w:delText xml:space="preserve">1.2</w:delText></w:r></w:del>`,
		`<w:ins w:id="2" w:author="Draft 2" w:date="2026-03-02T12:00:00Z"><w:r><w:rPr><w:rStyle w:val="Number"/></w:rPr><w:t xml:space="preserve">1.3</w:t></w:r></w:ins>`,
		`<w:delText xml:space="preserve">seven</w:delText>`, `<w:t xml:space="preserve">five</w:t>`, `<w:t xml:space="preserve">Keep records for </w:t>`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("%s is not in\n%s", want, body)
		}
	}
	if again, _ := word.Write(doc); workflows.SHA256(again) != workflows.SHA256(file) {
		t.Error("the same document gave other bytes")
	}
}
