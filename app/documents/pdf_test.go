package documents_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"jahorina/app/documents"
)

// scripts.pdf was printed by Chromium on two pages, each letter of a font of
// its own.
func TestPDFInFourScripts(t *testing.T) {
	source, err := os.ReadFile("testdata/scripts.pdf")
	if err != nil {
		t.Fatal(err)
	}
	want := `##Draft strategy
#1 Purpose
1.1:The Ministry shall keep records of transfers of dual-use goods, as the law of 22.6.2009 requires, and shall publish a statement each year on what it has refused and why it was refused.
1.3:A dual-use item is listed in Annex A. The sentence at the end of this page goes on over the next one, where the paragraph ends.
#2 Languages
4.3:Настоящая стратегия действует с момента её принятия и до 2030 года.
:第三条 本战略自公布之日起施行。数据隐私应受保护，各国应采取一切必要措施防止大规模毁灭性武器扩散，并定期公布报告。
:تهدف هذه الاستراتيجية إلى منع انتشار أسلحة الدمار الشامل (2030).`
	c := readFile(t, source)
	if got := brief(c); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if c.MediaType != documents.TypePDF || noticed(c) != "pdf 1" {
		t.Errorf("type %s, noticed %s", c.MediaType, noticed(c))
	}
}

// pdfFile writes a PDF with the lines of each page from the top, in Helvetica.
func pdfFile(pages ...[]string) []byte {
	var out bytes.Buffer
	var at []int
	object := func(s string) {
		at = append(at, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", len(at), s)
	}
	out.WriteString("%PDF-1.4\n")
	object("<</Type/Catalog/Pages 2 0 R>>")
	var kids strings.Builder
	for i := range pages {
		fmt.Fprintf(&kids, "%d 0 R ", 4+2*i)
	}
	object(fmt.Sprintf("<</Type/Pages/Count %d/Kids[%s]>>", len(pages), kids.String()))
	object("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
	for i, lines := range pages {
		object(fmt.Sprintf("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>/Contents %d 0 R>>", 5+2*i))
		s := "BT /F 11 Tf 14 TL 60 780 Td\n"
		for _, l := range lines {
			s += "(" + l + ") Tj T*\n"
		}
		s += "ET"
		object(fmt.Sprintf("<</Length %d>>stream\n%s\nendstream", len(s), s))
	}
	xref := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, n := range at {
		fmt.Fprintf(&out, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&out, "trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, xref)
	return out.Bytes()
}

func TestPDFLayout(t *testing.T) {
	for _, tt := range []struct {
		name          string
		pages         [][]string
		want, notices string
	}{
		{"running lines", [][]string{{"Draft of June", "", "1. One is here.", "", "1"}, {"Draft of June", "", "2. Two is here.", "", "2"}, {"Draft of June", "", "4. Four is here.", "", "3"}}, "1:One is here.\n2:Two is here.\n4:Four is here.", "pdf 1, running 6"},
		{"hyphens", [][]string{{"1. All govern-", "ments keep dual-use goods, all dual-", "use goods."}}, "1:All governments keep dual-use goods, all dual-use goods.", "pdf 1, hyphens 1"},
		{"items", [][]string{{"1. Offences are:", "(a) use of it;", "(b) transfer", "of it."}}, "1:Offences are:|(a) use of it;|(b) transfer of it.", "pdf 1"},
		{"an empty page", [][]string{{"1. One is here and goes on for long enough."}, {}}, "1:One is here and goes on for long enough.", "pdf 1, empty_pages 1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := readFile(t, pdfFile(tt.pages...))
			if got := brief(c); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
			if got := noticed(c); got != tt.notices {
				t.Errorf("noticed %q, want %q", got, tt.notices)
			}
		})
	}
	if _, err := documents.Read(pdfFile([]string{"Scan 1"}, nil, nil), documents.Options{}); err == nil || !strings.Contains(fmt.Sprint(err), "document_scan") {
		t.Errorf("of a scan came %v", err)
	}
}
