package forms

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"unicode"

	"jahorina/app/archive"
)

const xmlHeader = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

// Parts of a document that are always the same.
var docxParts = map[string]string{
	"[Content_Types].xml":          xmlHeader + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/><Override PartName="/docProps/custom.xml" ContentType="application/vnd.openxmlformats-officedocument.custom-properties+xml"/></Types>`,
	"_rels/.rels":                  xmlHeader + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/><Relationship Id="r2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/><Relationship Id="r3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties" Target="docProps/custom.xml"/></Relationships>`,
	"word/_rels/document.xml.rels": xmlHeader + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`,
}

const (
	wordSpace = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`
	grey      = `<w:shd w:val="clear" w:color="auto" w:fill="E8EDF2"/>`
	pageWidth = 15398 // between the margins of A4 on its side, in twentieths of a point
)

// DOCX is the form as a table of a word processor, on A4 on its side.
func (f *Form) DOCX() ([]byte, error) {
	parts := map[string]string{
		"word/document.xml":   f.document(),
		"word/styles.xml":     f.docStyles(),
		"docProps/core.xml":   xmlHeader + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>` + escape(f.Title) + `</dc:title><dc:creator>Jahorina</dc:creator><dc:language>` + escape(f.Text.Tag()) + `</dc:language></cp:coreProperties>`,
		"docProps/custom.xml": f.properties(),
	}
	for name, part := range docxParts {
		parts[name] = part
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, name := range []string{"[Content_Types].xml", "_rels/.rels", "word/document.xml", "word/_rels/document.xml.rels", "word/styles.xml", "docProps/core.xml", "docProps/custom.xml"} {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(parts[name]))
		}
		if err != nil {
			return nil, fmt.Errorf("write a form: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("write a form: %w", err)
	}
	return out.Bytes(), nil
}

func (f *Form) properties() string {
	var out strings.Builder
	out.WriteString(xmlHeader + `<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">`)
	for i, pair := range f.pairs() {
		fmt.Fprintf(&out, `<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="%d" name="%s"><vt:lpwstr>%s</vt:lpwstr></property>`, i+2, pair[0], escape(pair[1]))
	}
	out.WriteString(`</Properties>`)
	return out.String()
}

func (f *Form) docStyles() string {
	language := `<w:lang w:val="` + f.Text.Tag() + `" w:eastAsia="` + f.Text.Tag() + `" w:bidi="` + f.Text.Tag() + `"/>`
	return xmlHeader + `<w:styles ` + wordSpace + `><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial" w:eastAsia="SimSun"/><w:sz w:val="18"/><w:szCs w:val="18"/>` + language +
		`</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="40"/></w:pPr></w:pPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>` +
		`<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:basedOn w:val="Normal"/><w:rPr><w:b/><w:bCs/><w:sz w:val="28"/><w:szCs w:val="28"/></w:rPr></w:style></w:styles>`
}

func (f *Form) document() string {
	d := &document{rtl: f.Text.Dir() == "rtl", choiceOf: f.Text.T("forms.column.type")}
	d.WriteString(xmlHeader + `<w:document ` + wordSpace + `><w:body>`)
	d.paragraph(f.Title, "Title", false, "")
	for _, pair := range f.block() {
		d.paragraph(pair[0]+": "+pair[1], "", false, "")
	}
	d.paragraph(f.Text.T("forms.help"), "", false, "")
	widths, all := make([]float64, len(columns)), 0.0
	for i, c := range columns {
		widths[i], all = c.width, all+c.width
	}
	d.table(widths, all)
	head := make([]string, len(columns))
	for i, c := range columns {
		head[i] = f.heading(c)
	}
	d.row(head, widths, all, true, "")
	for _, r := range f.Rows {
		d.row(r.cells(), widths, all, false, r.Key)
	}
	for range f.Blank {
		d.row(make([]string, len(columns)), widths, all, false, "")
	}
	d.WriteString(`</w:tbl>`)
	f.placesTable(d)
	d.WriteString(`<w:sectPr><w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/><w:pgMar w:top="720" w:right="720" w:bottom="720" w:left="720" w:header="360" w:footer="360" w:gutter="0"/>`)
	if d.rtl {
		d.WriteString(`<w:bidi/>`)
	}
	d.WriteString(`</w:sectPr></w:body></w:document>`)
	return d.String()
}

// placesTable lists the provisions one can name, on a page of its own.
func (f *Form) placesTable(d *document) {
	d.WriteString(`<w:p><w:r><w:br w:type="page"/></w:r></w:p>`)
	if len(f.Places) == 0 {
		return
	}
	widths := []float64{1, 8}
	d.table(widths, 9)
	d.row([]string{f.Text.T("forms.column.clause"), f.Text.T("forms.provision")}, widths, 9, true, "")
	for _, p := range f.Places {
		d.row([]string{p.Number, p.Text}, widths, 9, false, "")
	}
	d.WriteString(`</w:tbl><w:p/>`)
}

// document is the main part under work.
type document struct {
	strings.Builder
	rtl      bool
	choiceOf string // what is chosen, for those who only hear it
}

// choice writes a type of comment as a list to choose from (ECMA-376, part 1,
// 17.5.2.15). Until something is chosen it shows what there is, which is no text.
func (d *document) choice(text string) {
	shown, holder, look := text, "", ""
	if text == "" {
		shown, holder, look = strings.Join(typeList, " / "), `<w:showingPlcHdr/>`, `<w:rPr><w:color w:val="595959"/></w:rPr>`
	}
	d.WriteString(`<w:p><w:sdt><w:sdtPr><w:alias w:val="` + escape(d.choiceOf) + `"/>` + holder + `<w:dropDownList>`)
	for _, word := range typeList {
		d.WriteString(`<w:listItem w:displayText="` + word + `" w:value="` + word + `"/>`)
	}
	d.WriteString(`</w:dropDownList></w:sdtPr><w:sdtContent><w:r>` + look + `<w:t>` + escape(shown) + `</w:t></w:r></w:sdtContent></w:sdt></w:p>`)
}

func (d *document) table(widths []float64, all float64) {
	d.WriteString(`<w:tbl><w:tblPr>`)
	if d.rtl {
		d.WriteString(`<w:bidiVisual/>`)
	}
	d.WriteString(`<w:tblW w:w="5000" w:type="pct"/><w:tblBorders>`)
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		d.WriteString(`<w:` + side + ` w:val="single" w:sz="4" w:space="0" w:color="808080"/>`)
	}
	d.WriteString(`</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>`)
	for _, w := range widths {
		fmt.Fprintf(d, `<w:gridCol w:w="%d"/>`, int(w/all*pageWidth))
	}
	d.WriteString(`</w:tblGrid>`)
}

func (d *document) row(cells []string, widths []float64, all float64, head bool, key string) {
	d.WriteString(`<w:tr>`)
	if head {
		d.WriteString(`<w:trPr><w:tblHeader/></w:trPr>`)
	}
	for i, cell := range cells {
		fmt.Fprintf(d, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>`, int(widths[i]/all*pageWidth))
		if head {
			d.WriteString(grey)
		}
		d.WriteString(`</w:tcPr>`)
		if i > 0 {
			key = ""
		}
		if i == typeColumn && !head {
			d.choice(cell)
		} else {
			d.paragraph(cell, "", head, key)
		}
		d.WriteString(`</w:tc>`)
	}
	d.WriteString(`</w:tr>`)
}

// paragraph writes text, each line after a break, in the direction of its first
// letter. A key goes before it as hidden text: it stays with its row when rows are
// moved.
func (d *document) paragraph(text, style string, bold bool, key string) {
	rtl := direction(text, d.rtl)
	d.WriteString(`<w:p><w:pPr>`)
	if style != "" {
		d.WriteString(`<w:pStyle w:val="` + style + `"/>`)
	}
	look := ""
	if bold {
		look = `<w:b/><w:bCs/>`
	}
	if rtl {
		d.WriteString(`<w:bidi/>`)
		look += `<w:rtl/>`
	}
	d.WriteString(`</w:pPr>`)
	if key != "" {
		d.WriteString(`<w:r><w:rPr><w:vanish/></w:rPr><w:t>` + keyBefore + escape(key) + keyAfter + `</w:t></w:r>`)
	}
	d.WriteString(`<w:r><w:rPr>` + look + `</w:rPr>`)
	for i, line := range strings.Split(archive.Clean(text), "\n") {
		if i > 0 {
			d.WriteString(`<w:br/>`)
		}
		for j, piece := range strings.Split(line, "\t") {
			if j > 0 {
				d.WriteString(`<w:tab/>`)
			}
			if piece != "" {
				d.WriteString(`<w:t xml:space="preserve">` + escape(piece) + `</w:t>`)
			}
		}
	}
	d.WriteString(`</w:r></w:p>`)
}

// direction of a text is that of its first letter; without letters it is the page's.
func direction(text string, page bool) (rtl bool) {
	for _, r := range text {
		if unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana) {
			return true
		}
		if unicode.IsLetter(r) {
			return false
		}
	}
	return page
}

func escape(s string) string {
	var out strings.Builder
	_ = xml.EscapeText(&out, []byte(archive.Clean(s))) // a strings.Builder takes all
	return out.String()
}
