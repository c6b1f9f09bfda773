package apptest

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf16"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// PDF prints the page as a person would, on A4, and returns the file.
func (b *Tab) PDF() []byte {
	b.t.Helper()
	var out []byte
	b.Do("print", chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		const width, height = 8.27, 11.69 // inches
		printed, err := cdp.Call(ctx, target, page.PrintToPDF, page.PrintToPDFParams{PaperWidth: width, PaperHeight: height})
		out = printed.Data
		return err
	}))
	return out
}

// PDFText is what a person reads on the pages of a PDF that Chromium has made,
// words apart by single spaces, and the number of pages. It knows just what
// Chromium writes: text as glyphs in hexadecimal, and for each font a table from
// glyphs to characters (ISO 32000-1, 9.10.3).
func PDFText(pdf []byte) (text string, pages int, err error) {
	objects := map[string][]byte{} // content of streams by object number
	fonts := map[string]string{}   // object number of the table by that of the font
	for _, m := range pdfObject.FindAllSubmatch(pdf, -1) {
		number, body := string(m[1]), m[2]
		if bytes.Contains(body, []byte("/Type /Page\n")) {
			pages++
		}
		if table := pdfToUnicode.FindSubmatch(body); table != nil {
			fonts[number] = string(table[1])
		}
		if objects[number], err = pdfStream(body); err != nil {
			return "", 0, fmt.Errorf("object %s: %w", number, err)
		}
	}
	tables := map[string]map[string]string{}
	for font, table := range fonts {
		tables[font] = pdfTable(objects[table])
	}
	var out strings.Builder
	for _, m := range pdfObject.FindAllSubmatch(pdf, -1) {
		if content := objects[string(m[1])]; bytes.Contains(content, []byte(" Tf\n")) {
			out.WriteString(pdfShown(content, tables))
		}
	}
	return strings.Join(strings.Fields(pdfLigatures.Replace(out.String())), " "), pages, nil
}

var (
	pdfObject    = regexp.MustCompile(`(?s)\n(\d+) 0 obj\n(.*?)\nendobj`)
	pdfToUnicode = regexp.MustCompile(`/ToUnicode (\d+) 0 R`)
	pdfSpace     = regexp.MustCompile(`(?s)begincodespacerange.*?endcodespacerange`)
	pdfRange     = regexp.MustCompile(`<([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)>`)
	pdfPair      = regexp.MustCompile(`<([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)>`)
	pdfActual    = regexp.MustCompile(`(?s)/ActualText <FEFF([0-9A-Fa-f]+)>.*?EMC`)
	pdfStep      = regexp.MustCompile(`(?s)(/ActualText <FEFF.*?EMC)|/F(\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)>|(-?[\d.]+) Td|\bTm\b`)
	pdfFont      = regexp.MustCompile(`/F(\d+) [\d.]+ Tf`)
	pdfLigatures = strings.NewReplacer("ﬀ", "ff", "ﬁ", "fi", "ﬂ", "fl", "ﬃ", "ffi", "ﬄ", "ffl")
)

// pdfStream is the content of an object that is a stream, unpacked.
func pdfStream(body []byte) ([]byte, error) {
	head, rest, found := bytes.Cut(body, []byte("stream\n"))
	if !found || !bytes.Contains(head, []byte("/FlateDecode")) {
		return nil, nil
	}
	unpacked, err := zlib.NewReader(bytes.NewReader(rest))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(unpacked)
}

// pdfTable reads a table from glyphs to characters. All its codes are equally
// long.
func pdfTable(cmap []byte) map[string]string {
	table := map[string]string{}
	cmap = pdfSpace.ReplaceAll(cmap, nil)
	for _, m := range pdfRange.FindAllSubmatch(cmap, -1) {
		first, last, to := pdfNumber(m[1]), pdfNumber(m[2]), pdfNumber(m[3])
		for i := first; i <= last; i++ {
			table[fmt.Sprintf("%0*X", len(m[1]), i)] = string(rune(to + i - first))
		}
	}
	for _, m := range pdfPair.FindAllSubmatch(pdfRange.ReplaceAll(cmap, nil), -1) {
		table[strings.ToUpper(string(m[1]))] = pdfUnits(m[2])
	}
	return table
}

// pdfUnits reads UTF-16 in hexadecimal.
func pdfUnits(digits []byte) string {
	raw, _ := hex.DecodeString(string(digits))
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = uint16(raw[2*i])<<8 | uint16(raw[2*i+1])
	}
	return string(utf16.Decode(units))
}

func pdfNumber(digits []byte) int {
	var n int
	fmt.Sscanf(string(digits), "%x", &n)
	return n
}

// pdfShown is the text of a page; each move to another line or place is a space.
// Where the file says which characters some glyphs stand for (ISO 32000-1, 14.9.4),
// those are the text.
func pdfShown(content []byte, tables map[string]map[string]string) string {
	var out strings.Builder
	var table map[string]string
	width := 1 // digits of a code
	choose := func(font []byte) {
		table = tables[string(font)]
		for code := range table {
			width = len(code)
			break
		}
	}
	for _, m := range pdfStep.FindAllSubmatch(content, -1) {
		switch {
		case m[1] != nil:
			out.WriteString(pdfUnits(pdfActual.FindSubmatch(m[1])[1]))
			for _, font := range pdfFont.FindAllSubmatch(m[1], -1) {
				choose(font[1])
			}
		case m[2] != nil:
			choose(m[2])
		case m[3] != nil:
			for codes := strings.ToUpper(string(m[3])); len(codes) >= width; codes = codes[width:] {
				out.WriteString(table[codes[:width]])
			}
		case string(m[4]) != "0": // down, or at the beginning of a text
			out.WriteByte(' ')
		}
	}
	return out.String()
}
