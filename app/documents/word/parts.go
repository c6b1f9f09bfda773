package word

import (
	"encoding/xml"
	"fmt"
	"strings"
	"time"
	"unicode"
)

const namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

// headings is how many levels of headings there are.
const headings = 7

const contentTypes = xml.Header + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
	`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
	`<Override PartName="/word/document.xml" ContentType="` + MediaType + `.main+xml"/>` +
	`<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>` +
	`<Override PartName="/word/settings.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml"/>` +
	`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>`

const relations = xml.Header + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
	`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>` +
	`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`

const documentRelations = xml.Header + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
	`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>` +
	`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/settings" Target="settings.xml"/></Relationships>`

const settings = xml.Header + `<w:settings xmlns:w="` + namespace + `"><w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>`

// properties are the core properties (ECMA-376, part 2, 11).
func (w *writer) properties() string {
	var s strings.Builder
	s.WriteString(xml.Header + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">`)
	for _, p := range []struct{ tag, value string }{
		{"dc:title", w.d.Title}, {"dc:language", known(w.d.Language)}, {"dc:identifier", w.d.Identifier}, {"cp:version", w.d.Version},
	} {
		if p.value != "" {
			fmt.Fprintf(&s, "<%s>%s</%[1]s>", p.tag, escape(p.value))
		}
	}
	for _, tag := range []string{"dcterms:created", "dcterms:modified"} {
		fmt.Fprintf(&s, `<%s xsi:type="dcterms:W3CDTF">%s</%[1]s>`, tag, w.d.Created.UTC().Format(time.RFC3339))
	}
	s.WriteString(`</cp:coreProperties>`)
	return s.String()
}

func known(language string) string {
	if language == "und" {
		return ""
	}
	return language
}

// styles are few. A script that the first font lacks takes the one given for it.
func (w *writer) styles() string {
	var s strings.Builder
	s.WriteString(xml.Header + `<w:styles xmlns:w="` + namespace + `"><w:docDefaults><w:rPrDefault><w:rPr>` +
		`<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="SimSun" w:cs="Times New Roman"/><w:sz w:val="22"/><w:szCs w:val="24"/>` +
		w.languages() + `</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="120" w:line="264" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>`)
	style := func(kind, id, name, more string) {
		fmt.Fprintf(&s, `<w:style w:type="%s" w:styleId="%s"><w:name w:val="%s"/>%s</w:style>`, kind, id, name, more)
	}
	s.WriteString(`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>`)
	const based = `<w:basedOn w:val="Normal"/>`
	size := func(n int) string { return fmt.Sprintf(`<w:b/><w:bCs/><w:sz w:val="%d"/><w:szCs w:val="%[1]d"/>`, n) }
	style("paragraph", string(Title), "Title", based+`<w:qFormat/><w:pPr><w:spacing w:after="240"/></w:pPr><w:rPr>`+size(36)+`</w:rPr>`)
	for n := 1; n <= headings; n++ {
		id := fmt.Sprintf("Heading%d", n)
		style("paragraph", id, fmt.Sprintf("heading %d", n), based+fmt.Sprintf(`<w:next w:val="BodyText"/><w:qFormat/><w:pPr><w:keepNext/><w:tabs><w:tab w:val="left" w:pos="709"/></w:tabs><w:spacing w:before="240"/><w:ind w:left="709" w:hanging="709"/><w:outlineLvl w:val="%d"/></w:pPr><w:rPr>%s</w:rPr>`, n-1, size(max(32-4*(n-1), 22))))
	}
	style("paragraph", string(Text), "Body Text", based+`<w:qFormat/>`)
	style("paragraph", string(Numbered), "Provision", based+`<w:qFormat/><w:pPr><w:tabs><w:tab w:val="left" w:pos="709"/></w:tabs><w:ind w:left="709" w:hanging="709"/></w:pPr>`)
	style("paragraph", string(Quote), "Quote", based+`<w:qFormat/><w:pPr><w:ind w:left="567" w:right="567"/></w:pPr><w:rPr><w:i/><w:iCs/></w:rPr>`)
	style("paragraph", string(Verbatim), "Verbatim", based+`<w:rPr><w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New"/><w:sz w:val="20"/></w:rPr>`)
	style("paragraph", string(Small), string(Small), based+`<w:pPr><w:spacing w:before="240"/></w:pPr><w:rPr><w:sz w:val="18"/><w:szCs w:val="18"/></w:rPr>`)
	style("character", "Number", "Number", ``)
	style("table", "Grid", "Table Grid", `<w:tblPr><w:tblBorders>`+borders()+`</w:tblBorders><w:tblCellMar><w:left w:w="85" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr>`)
	s.WriteString(`</w:styles>`)
	return s.String()
}

func borders() string {
	var s strings.Builder
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		fmt.Fprintf(&s, `<w:%s w:val="single" w:sz="4" w:space="0" w:color="808080"/>`, side)
	}
	return s.String()
}

// languages says which language the words of each kind of script are in.
func (w *writer) languages() string {
	base, _, _ := strings.Cut(known(w.d.Language), "-")
	latin, east, complexScript := known(w.d.Language), "zh-CN", "ar-SA"
	switch {
	case base == "zh" || base == "ja" || base == "ko":
		latin, east = "en-GB", w.d.Language
	case rightToLeft(w.d.Language, ""):
		latin, complexScript = "en-GB", w.d.Language
	case base == "":
		latin = "en-GB"
	}
	return fmt.Sprintf(`<w:lang w:val="%s" w:eastAsia="%s" w:bidi="%s"/>`, escape(latin), escape(east), escape(complexScript))
}

// rightToLeft says how a text runs: as its first letter does, or without any as
// its language does.
func rightToLeft(language, text string) bool {
	for _, r := range text {
		if unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana, unicode.Nko) && unicode.IsLetter(r) {
			return true
		}
		if unicode.IsLetter(r) {
			return false
		}
	}
	base, _, _ := strings.Cut(language, "-")
	switch base {
	case "ar", "fa", "he", "ur", "ps", "ku", "sd", "ug", "yi", "dv":
		return true
	}
	return false
}
