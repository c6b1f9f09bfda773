package documents_test

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"strings"
	"testing"

	"jahorina/app/documents"
	"jahorina/app/documents/samples"
	"jahorina/workflows/strategy"
)

// The parts of a Word document as a Chinese Word writes them: ids of styles are
// numbers, and the numbers of paragraphs are printed by a list that begins again
// at 10, not typed.
const (
	outcomeTypes = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Override PartName="/word/document.xml" ContentType="` + documents.TypeDOCX + `.main+xml"/>` +
		`<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>` +
		`<Override PartName="/word/numbering.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"/></Types>`
	outcomeRelations = `<Relationships ` + relSpace + `><Relationship Id="rId1" Type="` + relKind + `officeDocument" Target="word/document.xml"/></Relationships>`
	outcomeParts     = `<Relationships ` + relSpace + `><Relationship Id="rId1" Type="` + relKind + `styles" Target="styles.xml"/><Relationship Id="rId2" Type="` + relKind + `numbering" Target="numbering.xml"/></Relationships>`
	outcomeStyles    = `<w:styles ` + wordSpace + `><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:eastAsia="SimSun" w:hAnsi="Times New Roman"/><w:lang w:val="en-GB" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault></w:docDefaults>` +
		`<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>` +
		`<w:style w:type="paragraph" w:styleId="2"><w:name w:val="heading 2"/><w:basedOn w:val="a"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr><w:rPr><w:b/><w:sz w:val="32"/></w:rPr></w:style>` +
		`<w:style w:type="paragraph" w:styleId="3"><w:name w:val="heading 3"/><w:basedOn w:val="a"/><w:pPr><w:outlineLvl w:val="2"/></w:pPr><w:rPr><w:b/><w:sz w:val="28"/></w:rPr></w:style></w:styles>`
)

// outcomeBody writes each block as a paragraph; the list stands for its number.
func outcomeBody(blocks []strategy.Block) string {
	var body strings.Builder
	list, last := 1, ""
	for _, b := range blocks {
		properties := ""
		switch {
		case b.Heading != "":
			properties = fmt.Sprintf(`<w:pStyle w:val="%d"/>`, b.Level+1)
		case b.Number != "":
			if last != "" && !strategy.IsNext(last, b.Number) {
				list = 2
			}
			last = b.Number
			properties = fmt.Sprintf(`<w:numPr><w:ilvl w:val="0"/><w:numId w:val="%d"/></w:numPr>`, list)
		}
		text := strings.ReplaceAll(escaped(cmp.Or(b.Heading, b.Text)), "&#xA;", `</w:t><w:br/><w:t xml:space="preserve">`)
		body.WriteString(`<w:p><w:pPr>` + properties + `</w:pPr><w:r><w:t xml:space="preserve">` + text + `</w:t></w:r></w:p>`)
	}
	return body.String()
}

func outcomeFile(t *testing.T, blocks []strategy.Block) []byte {
	t.Helper()
	again := `<w:lvlOverride w:ilvl="0"><w:startOverride w:val="10"/></w:lvlOverride>`
	return archive(t, part{"[Content_Types].xml", outcomeTypes}, part{"_rels/.rels", outcomeRelations},
		part{"word/document.xml", `<w:document ` + wordSpace + `><w:body>` + outcomeBody(blocks) + `<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:body></w:document>`},
		part{"word/_rels/document.xml.rels", outcomeParts}, part{"word/styles.xml", outcomeStyles},
		part{"word/numbering.xml", numberingPart(abstract(0, lvl(0, 1, "decimal", "%1.")), num(1, 0, ""), num(2, 0, again)).text})
}

// The sample in Word is the source text to the last character; none of its numbers
// is typed, the missing ninth is missing, and the damage is there.
func TestOutcomeInWordIsTheSourceText(t *testing.T) {
	want := read(t, string(samples.OutcomeZH))
	made := outcomeFile(t, want.Blocks)
	if *update {
		if err := os.WriteFile("samples/outcome_zh.docx", made, 0o644); err != nil { //nolint:gosec // it is no secret
			t.Fatal(err)
		}
	}
	if !bytes.Equal(made, samples.OutcomeDOCX) {
		t.Error("samples/outcome_zh.docx is another: write it anew with -update")
	}
	got := readFile(t, samples.OutcomeDOCX)
	if brief(got) != brief(want) || fmt.Sprint(got.Gaps) != fmt.Sprint(want.Gaps) || got.Title != want.Title || got.Language != "zh" {
		t.Errorf("got %v %s %s\n%s\nwant %v %s\n%s", got.Gaps, got.Language, got.Title, brief(got), want.Gaps, want.Title, brief(want))
	}
	if len(got.Notices) > 0 {
		t.Errorf("noticed %v", got.Notices)
	}
}
