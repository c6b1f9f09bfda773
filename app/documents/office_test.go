package documents_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"testing"

	"jahorina/app/documents"
	"jahorina/app/documents/samples"
	"jahorina/workflows/strategy"
)

const (
	wordSpace = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`
	relSpace  = `xmlns="http://schemas.openxmlformats.org/package/2006/relationships"`
	relKind   = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
)

// part is a file in an archive.
type part struct{ name, text string }

func archive(t testing.TB, parts ...part) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, p := range parts {
		f, err := w.Create(p.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(p.text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// wordStyles are named as a German Word names them by id.
const wordStyles = `<w:styles ` + wordSpace + `>
<w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>
<w:style w:type="paragraph" w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style>
<w:style w:type="paragraph" w:styleId="berschrift3"><w:name w:val="heading 3"/></w:style>
<w:style w:type="paragraph" w:styleId="Eigene"><w:name w:val="Own"/><w:basedOn w:val="berschrift2"/></w:style>
<w:style w:type="paragraph" w:styleId="Artikel"><w:name w:val="Article"/><w:pPr><w:numPr><w:numId w:val="5"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Verzeichnis1"><w:name w:val="toc 1"/></w:style>
</w:styles>`

// wordFile is a Word document with the body and further parts by the last word
// of their kind.
func wordFile(t testing.TB, body string, more ...part) []byte {
	t.Helper()
	rels := &strings.Builder{}
	parts := []part{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`},
		{"_rels/.rels", `<Relationships ` + relSpace + `><Relationship Id="r" Type="` + relKind + `officeDocument" Target="word/document.xml"/></Relationships>`},
		{"word/document.xml", `<?xml version="1.0" encoding="UTF-8"?><w:document ` + wordSpace + `><w:body>` + body + `</w:body></w:document>`},
	}
	for i, p := range append([]part{{"styles", wordStyles}}, more...) {
		name := strings.TrimRight(p.name, "0123456789")
		fmt.Fprintf(rels, `<Relationship Id="r%d" Type="%s%s" Target="%s.xml"/>`, i, relKind, name, p.name)
		parts = append(parts, part{"word/" + p.name + ".xml", p.text})
	}
	parts = append(parts, part{"word/_rels/document.xml.rels", `<Relationships ` + relSpace + `>` + rels.String() + `</Relationships>`})
	return archive(t, parts...)
}

func escaped(s string) string {
	var out bytes.Buffer
	_ = xml.EscapeText(&out, []byte(s))
	return out.String()
}

// par is a paragraph of a Word document in a style, "" for none.
func par(style, text string) string { return parWith(`<w:pStyle w:val="`+style+`"/>`, text) }

func parWith(pPr, text string) string {
	return `<w:p><w:pPr>` + pPr + `</w:pPr><w:r><w:t xml:space="preserve">` + escaped(text) + `</w:t></w:r></w:p>`
}

// numPar is a paragraph on a level of a list.
func numPar(list, level int, text string) string {
	return parWith(fmt.Sprintf(`<w:numPr><w:ilvl w:val="%d"/><w:numId w:val="%d"/></w:numPr>`, level, list), text)
}

// lvl is a level of a list, indented by its depth.
func lvl(i, start int, format, text string) string {
	return fmt.Sprintf(`<w:lvl w:ilvl="%d"><w:start w:val="%d"/><w:numFmt w:val="%s"/><w:lvlText w:val="%s"/><w:pPr><w:ind w:left="%d" w:hanging="360"/></w:pPr></w:lvl>`, i, start, format, text, 720*(i+1))
}

func abstract(id int, levels ...string) string {
	return fmt.Sprintf(`<w:abstractNum w:abstractNumId="%d">%s</w:abstractNum>`, id, strings.Join(levels, ""))
}

func num(id, of int, more string) string {
	return fmt.Sprintf(`<w:num w:numId="%d"><w:abstractNumId w:val="%d"/>%s</w:num>`, id, of, more)
}

func numberingPart(s ...string) part {
	return part{"numbering", `<w:numbering ` + wordSpace + `>` + strings.Join(s, "") + `</w:numbering>`}
}

func readFile(t testing.TB, source []byte) strategy.Content {
	t.Helper()
	c, err := documents.Read(source, documents.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(c.Source, source) {
		t.Error("the source is not kept byte for byte")
	}
	return c
}

// brief writes blocks as "number:text", lines apart by "|"; headings as "#".
func brief(c strategy.Content) string {
	var out []string
	for _, b := range c.Blocks {
		s := b.Number + ":" + strings.ReplaceAll(b.Text, "\n", "|")
		switch b.Kind {
		case strategy.KindTitle:
			s = "##" + b.Heading
		case strategy.KindSection:
			s = strings.Repeat("#", b.Level) + b.Number + " " + b.Heading
		case strategy.KindTable:
			s = "T" + s
		case strategy.KindNote:
			s = "N" + s
		}
		out = append(out, s)
	}
	return strings.Join(out, "\n")
}

func noticed(c strategy.Content) string {
	var out []string
	for _, n := range c.Notices {
		out = append(out, fmt.Sprintf("%s %d", n.Key, n.Count))
	}
	return strings.Join(out, ", ")
}

func TestWordNumbering(t *testing.T) {
	lists := numberingPart(
		abstract(0, lvl(0, 1, "decimal", "%1."), lvl(1, 1, "decimal", "%1.%2"), lvl(2, 1, "lowerLetter", "(%3)")),
		abstract(1, lvl(0, 1, "upperRoman", "%1.")), abstract(2, lvl(0, 1, "chineseCounting", "第%1条")), abstract(3, lvl(0, 1, "bullet", "")),
		abstract(4, lvl(0, 1, "lowerLetter", "%1)")), abstract(5, lvl(0, 1, "chineseCountingThousand", "%1、")), abstract(6, lvl(0, 1, "upperLetter", "%1.")),
		abstract(7, lvl(0, 1, "odd", "%1.")), abstract(8, lvl(0, 1, "upperRoman", "%1"), `<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/><w:isLgl/></w:lvl>`),
		num(1, 0, ""), num(2, 0, ""), num(3, 0, `<w:lvlOverride w:ilvl="0"><w:startOverride w:val="10"/></w:lvlOverride>`),
		num(4, 1, ""), num(5, 2, ""), num(6, 3, ""), num(7, 4, ""), num(8, 5, ""), num(9, 6, ""), num(10, 7, ""), num(11, 8, ""),
	)
	for _, tt := range []struct{ name, body, want string }{
		{"two levels", numPar(1, 0, "One.") + numPar(1, 1, "Inner.") + numPar(1, 1, "More.") + numPar(1, 0, "Two.") + numPar(1, 1, "Again."), "1:One.\n1.1:Inner.\n1.2:More.\n2:Two.\n2.1:Again."},
		{"items are part of their provision", numPar(1, 1, "Offences are:") + numPar(1, 2, "use;") + numPar(1, 2, "transfer.") + numPar(1, 1, "Next."), "1.1:Offences are:|(a) use;|(b) transfer.\n1.2:Next."},
		{"lists of one outline count on", numPar(1, 0, "One.") + numPar(2, 0, "Two."), "1:One.\n2:Two."},
		{"a list begins anew, with a gap", numPar(1, 0, "One.") + numPar(3, 0, "Ten.") + numPar(3, 0, "Eleven."), "1:One.\n10:Ten.\n11:Eleven."},
		{"Roman", numPar(4, 0, "One.") + numPar(4, 0, "Two."), "I:One.\nII:Two."},
		{"Chinese articles", numPar(5, 0, "甲。") + numPar(5, 0, "乙。"), "第一条:甲。\n第二条:乙。"},
		{"Chinese with a mark", numPar(8, 0, "甲。") + numPar(8, 0, "乙。"), "一:甲。\n二:乙。"},
		{"letters", numPar(7, 0, "One.") + numPar(7, 0, "Two."), "a:One.\nb:Two."},
		{"capitals", numPar(9, 0, "One.") + numPar(9, 0, "Two."), "A:One.\nB:Two."},
		{"bullets", par("", "We want:") + numPar(6, 0, "one;") + numPar(6, 0, "two."), ":We want:\n:• one;|• two."},
		{"by the style", par("Artikel", "甲。"), "第一条:甲。"},
		{"taken from the style by hand", par("Artikel", "甲。") + parWith(`<w:pStyle w:val="Artikel"/><w:numPr><w:numId w:val="0"/></w:numPr>`, "乙。"), "第一条:甲。\n:乙。"},
		{"legal", numPar(11, 0, "One.") + numPar(11, 1, "Inner."), "I:One.\n1.1:Inner."},
		{"unknown", numPar(10, 0, "One."), "1:One."},
		{"an empty paragraph has no number", numPar(1, 0, "One.") + numPar(1, 0, "") + numPar(1, 0, "Two."), "1:One.\n2:Two."},
		{"typed by hand, with a gap", par("", "8. Eight.") + par("", "10. Ten."), "8:Eight.\n10:Ten."},
		{"a heading has one", parWith(`<w:pStyle w:val="berschrift1"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>`, "Law"), "#1 Law"},
		{"stars are text", par("", "All **of** it."), ":All **of** it."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := brief(readFile(t, wordFile(t, tt.body, lists))); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestWordText(t *testing.T) {
	notes := part{"footnotes", `<w:footnotes ` + wordSpace + `><w:footnote w:type="separator" w:id="-1"><w:p/></w:footnote><w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t> Of 2009.</w:t></w:r></w:p></w:footnote></w:footnotes>`}
	head := part{"header1", `<w:hdr ` + wordSpace + `><w:p><w:r><w:t>Secret</w:t></w:r></w:p></w:hdr>`}
	run := func(s string) string { return `<w:r><w:t xml:space="preserve">` + s + `</w:t></w:r>` }
	box := `<w:p>` + run("Before.") + `<w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx><w:txbxContent>` + par("", "In a box.") + `</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent>` + par("", "In a box.") + `</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>`
	cell := func(s string) string { return `<w:tc>` + par("", s) + `</w:tc>` }
	for _, tt := range []struct{ name, body, want, notices string }{
		{"headings by style", par("Titel", "Strategy") + par("berschrift1", "1. Law") + par("Eigene", "Courts") + par("", "Text."), "##Strategy\n#1 Law\n## Courts\n:Text.", ""},
		{"a title over headings of one level", par("berschrift1", "Strategy") + par("berschrift2", "Law"), "##Strategy\n# Law", ""},
		{"tracked changes", `<w:p>` + run("Keep ") + `<w:del><w:r><w:delText>old</w:delText></w:r></w:del><w:ins>` + run("new") + `</w:ins>` + run(" words.") + `</w:p>`, ":Keep new words.", "deletions 1, insertions 1"},
		{"a deleted end of paragraph", `<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>` + run("One ") + `</w:p><w:p>` + run("goes on.") + `</w:p>`, ":One goes on.", ""},
		{"links", `<w:p>` + run("See ") + `<w:hyperlink>` + run("the law") + `</w:hyperlink>` + run(".") + `</w:p>`, ":See the law.", ""},
		{"fields", `<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>REF x</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>` + run("Article 4") + `<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>`, "Article 4:", ""},
		{"footnotes", `<w:p>` + run("As agreed") + `<w:r><w:footnoteReference w:id="2"/></w:r>` + run(" then.") + `</w:p>` + par("berschrift1", "Next"), ":As agreed[1] then.\nN:[1] Of 2009.\n##Next", ""},
		{"tables", `<w:tbl><w:tr>` + cell("A") + cell("B|C") + `</w:tr><w:tr>` + cell("one") + cell("two") + `</w:tr></w:tbl>`, `T:| A | B\|C |||---|---|` + "|| one | two |", ""},
		{"boxes", box, ":Before.\n:In a box.", "boxes 1"},
		{"content controls", `<w:sdt><w:sdtPr/><w:sdtContent>` + par("", "Chosen.") + `</w:sdtContent></w:sdt>`, ":Chosen.", ""},
		{"contents", par("Verzeichnis1", "1. Law 3") + par("", "Text."), ":Text.", "contents 1"},
		{"hidden", `<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r>` + run("Open.") + `</w:p>`, ":Open.", "hidden 1"},
		{"right to left", parWith(`<w:bidi/>`, "المادة 4 تسري من اليوم."), ":المادة 4 تسري من اليوم.", ""},
		{"lines", `<w:p>` + run("One") + `<w:r><w:br/></w:r>` + run("two.") + `</w:p>`, ":One|two.", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := readFile(t, wordFile(t, tt.body, notes))
			if got := brief(c); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
			if got := noticed(c); got != tt.notices {
				t.Errorf("noticed %q, want %q", got, tt.notices)
			}
		})
	}
	if got := noticed(readFile(t, wordFile(t, par("", "Text."), head))); got != "headers 1" {
		t.Errorf("of headers is noticed %q", got)
	}
}

// asWord is a document as a Word document: headings in their styles, the rest a
// paragraph each with line breaks, or a paragraph a line as one gets it by
// pasting.
func asWord(t testing.TB, c strategy.Content, apart bool) []byte {
	var body strings.Builder
	for _, b := range c.Blocks {
		style, text := "", b.Text
		if b.Heading != "" {
			style, text = fmt.Sprintf("berschrift%d", b.Level+1), b.Heading
		}
		if b.Number != "" {
			text = b.Number + ". " + text
		}
		between := `</w:t><w:br/><w:t xml:space="preserve">`
		if apart {
			between = `</w:t></w:r></w:p><w:p><w:r><w:t xml:space="preserve">`
		}
		body.WriteString(`<w:p><w:pPr><w:pStyle w:val="` + style + `"/></w:pPr><w:r><w:t xml:space="preserve">` + strings.ReplaceAll(escaped(text), "&#xA;", between) + `</w:t></w:r></w:p>`)
	}
	return wordFile(t, body.String())
}

// The outcome goes in as a Word document and loses nothing: no character, no
// number, not the gap, not the damage.
func TestOutcomeAsWordLosesNothing(t *testing.T) {
	want := read(t, string(samples.OutcomeZH))
	if got := readFile(t, asWord(t, want, false)); brief(got) != brief(want) || fmt.Sprint(got.Gaps) != fmt.Sprint(want.Gaps) {
		t.Errorf("got %v\n%s\nwant %v\n%s", got.Gaps, brief(got), want.Gaps, brief(want))
	}
	got := readFile(t, asWord(t, want, true))
	if letters(got) != letters(want) {
		t.Errorf("characters differ:\n%s\n%s", letters(got), letters(want))
	}
	if numbers(got) != numbers(want) || fmt.Sprint(got.Gaps) != fmt.Sprint(want.Gaps) {
		t.Errorf("numbers %s, gaps %v, want %s, %v", numbers(got), got.Gaps, numbers(want), want.Gaps)
	}
	if got.Language != "zh" || got.MediaType != documents.TypeDOCX {
		t.Errorf("language %s, type %s", got.Language, got.MediaType)
	}
}

func letters(c strategy.Content) string {
	var s strings.Builder
	for _, b := range c.Blocks {
		s.WriteString(b.Number + b.Heading + b.Text)
	}
	return strings.Join(strings.Fields(s.String()), "")
}

func numbers(c strategy.Content) string {
	var out []string
	for _, b := range c.Blocks {
		if b.Number != "" {
			out = append(out, b.Number)
		}
	}
	return strings.Join(out, " ")
}
