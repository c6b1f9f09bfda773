package printing

import (
	"bytes"
	"crypto/sha256"
	"encoding/xml"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
)

// producer is what files say that they were made by.
const producer = "Jahorina"

// archival adds what PDF/A-2b (ISO 19005-2) asks for and Chromium leaves out:
// metadata as XMP that agree with the document information, an output intent with
// its colour profile, and an identifier of the file. They are appended as an
// incremental update (ISO 32000-1, 7.5.6), which leaves every byte before it as it
// is. A file whose form is not known comes back as it was.
func archival(pdf []byte, a About) []byte {
	end := pdfEnd.FindSubmatch(pdf)
	if end == nil {
		return pdf
	}
	size, _ := strconv.Atoi(string(end[1]))
	root, info, previous := string(end[2]), string(end[3]), string(end[4])
	from := bytes.LastIndex(pdf, []byte("\n"+root+" 0 obj\n"))
	if from < 0 {
		return pdf
	}
	catalog, _, _ := bytes.Cut(pdf[from+1:], []byte("\nendobj"))
	catalog, whole := bytes.CutSuffix(catalog, []byte(">>"))
	if !whole {
		return pdf
	}
	u := update{pdf: bytes.NewBuffer(append(bytes.Clone(pdf), '\n'))}
	metadata, intent, profile := size, size+1, size+2
	u.object(root, fmt.Sprintf("%s\n/Metadata %d 0 R\n/OutputIntents [%d 0 R]>>", bytes.TrimPrefix(catalog, []byte(root+" 0 obj\n")), metadata, intent))
	day := a.Made.UTC().Format("D:20060102150405+00'00'")
	u.object(info, fmt.Sprintf("<</Title %s /Creator (%s) /Producer (%[2]s) /CreationDate (%s) /ModDate (%[3]s)>>", textString(a.Title), producer, day))
	u.stream(metadata, "/Type /Metadata /Subtype /XML", []byte(xmp(a)))
	u.object(strconv.Itoa(intent), fmt.Sprintf("<</Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB) /Info (sRGB) /DestOutputProfile %d 0 R>>", profile))
	u.stream(profile, "/N 3", sRGB())
	return u.end(size+3, root, info, previous)
}

var pdfEnd = regexp.MustCompile(`(?s)trailer\n<</Size (\d+)\n/Root (\d+) 0 R\n/Info (\d+) 0 R>>\nstartxref\n(\d+)\n%%EOF\s*$`)

// update is what is appended to a file.
type update struct {
	pdf  *bytes.Buffer
	xref strings.Builder
}

func (u *update) object(number, body string) {
	fmt.Fprintf(&u.xref, "%s 1\n%010d 00000 n \n", number, u.pdf.Len())
	fmt.Fprintf(u.pdf, "%s 0 obj\n%s\nendobj\n", number, body)
}

func (u *update) stream(number int, entries string, content []byte) {
	u.object(strconv.Itoa(number), fmt.Sprintf("<<%s /Length %d>> stream\n%s\nendstream", entries, len(content), content))
}

func (u *update) end(size int, root, info, previous string) []byte {
	at, id := u.pdf.Len(), sha256.Sum256(u.pdf.Bytes())
	fmt.Fprintf(u.pdf, "xref\n%strailer\n<</Size %d\n/Root %s 0 R\n/Info %s 0 R\n/Prev %s\n/ID [<%x> <%[6]x>]>>\nstartxref\n%d\n%%%%EOF\n", u.xref.String(), size, root, info, previous, id[:16], at)
	return u.pdf.Bytes()
}

// textString is a text in UTF-16 (ISO 32000-1, 7.9.2.2).
func textString(s string) string {
	var out strings.Builder
	out.WriteString("<FEFF")
	for _, unit := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&out, "%04X", unit)
	}
	return out.String() + ">"
}

// xmp is the metadata, in words that agree with the document information.
func xmp(a About) string {
	var title, language strings.Builder
	_ = xml.EscapeText(&title, []byte(a.Title)) // a Builder takes everything
	_ = xml.EscapeText(&language, []byte(a.Language))
	day := a.Made.UTC().Format(time.RFC3339)
	return `<?xpacket begin="` + "\uFEFF" + `" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<dc:format>application/pdf</dc:format><dc:title><rdf:Alt><rdf:li xml:lang="x-default">` + title.String() + `</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>` + language.String() + `</rdf:li></rdf:Bag></dc:language>
<xmp:CreatorTool>` + producer + `</xmp:CreatorTool><xmp:CreateDate>` + day + `</xmp:CreateDate><xmp:ModifyDate>` + day + `</xmp:ModifyDate>
<pdf:Producer>` + producer + `</pdf:Producer><pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>`
}
