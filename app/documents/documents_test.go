package documents_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"jahorina/app/documents"
	"jahorina/app/documents/samples"
	"jahorina/workflows"
	"jahorina/workflows/strategy"
)

var update = flag.Bool("update", false, "write the golden files")

func read(t testing.TB, source string) strategy.Content {
	t.Helper()
	c, err := documents.Markdown([]byte(source), documents.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// outline writes one line a block: kind, level, number, and how it begins.
func outline(c strategy.Content) string {
	var s strings.Builder
	fmt.Fprintf(&s, "%s\n%s, %d blocks, gaps %v\n", c.Title, c.Language, len(c.Blocks), c.Gaps)
	for _, b := range c.Blocks {
		start := []rune(strings.ReplaceAll(b.Heading+b.Text, "\n", " / "))
		fmt.Fprintf(&s, "%-9s %d %-8s %s (%d)\n", b.Kind, b.Level, b.Number, string(start[:min(30, len(start))]), len(start))
	}
	return s.String()
}

func TestGolden(t *testing.T) {
	for name, source := range map[string][]byte{"outcome_zh": samples.OutcomeZH, "strategy_en": samples.StrategyEN} {
		t.Run(name, func(t *testing.T) {
			c := read(t, string(source))
			checkNothingLost(t, c)
			got, path := outline(c), filepath.Join("testdata", name+".golden")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// R0.2: the importer keeps the source with its agenda item, date and page
// breaks, and reports the missing paragraph number.
func TestR0_2OutcomeIsKeptAndItsGapReported(t *testing.T) {
	c := read(t, string(samples.OutcomeZH))
	if want := "254e67c5b5b02bba7650f3f8a784c65a50f8bfec7fc375939f2384a11cdd0777"; c.SHA256 != want {
		t.Errorf("hash %s, want that of the file, %s", c.SHA256, want)
	}
	if !bytes.Equal(c.Source, samples.OutcomeZH) {
		t.Error("the source is not kept byte for byte")
	}
	if len(c.Gaps) != 1 || c.Gaps[0].After != "8" || c.Gaps[0].Before != "10" || !slices.Equal(c.Gaps[0].Missing, []string{"9"}) {
		t.Errorf("gaps %v, want 8 → 10, paragraph 9 missing", c.Gaps)
	}
	var found []string
	for _, b := range c.Blocks {
		if b.Number != "" {
			found = append(found, b.Number)
		}
	}
	if want := []string{"1", "2", "3", "4", "5", "6", "7", "8", "10", "11", "12"}; !slices.Equal(found, want) {
		t.Errorf("numbers %v, want %v", found, want)
	}
	preamble := strings.Join(c.Preamble(), "\n")
	for _, want := range []string{"第六十四届会议", "议程项目 96(k)", "2009年7月7日"} {
		if !strings.Contains(preamble, want) {
			t.Errorf("the cover note lacks %s", want)
		}
	}
}

// The source breaks paragraph 7 over a page.
func TestProvisionGoesOnAfterAPageBreak(t *testing.T) {
	c := read(t, string(samples.OutcomeZH))
	i := slices.IndexFunc(c.Blocks, func(b strategy.Block) bool { return b.Number == "7" })
	if text := c.Blocks[i].Text; !strings.Contains(text, "消除恐怖主义威\n胁的国际文书") || !strings.HasSuffix(text, "大规模毁灭性武器。") {
		t.Errorf("paragraph 7 is %q", text)
	}
	if next := c.Blocks[i+1].Number; next != "8" {
		t.Errorf("after it comes %q, want 8", next)
	}
}

func TestStructure(t *testing.T) {
	for _, tt := range []struct{ name, source, want string }{
		{"numbers follow each other without a blank line", "1. One.\n2. Two.\n4. Four.", "1:One. 2:Two. 4:Four."},
		{"an amount within a sentence is no number", "4.3 The cost is put at\n4.8 million a year.", "4.3:The cost is put at|4.8 million a year."},
		{"the next number begins a provision even so", "4.3 Licensing\n4.4 Records", "4.3:Licensing 4.4:Records"},
		{"a date is no number", "4.1 One.\n\n22.6.2009 was the day.", "4.1:One. :22.6.2009 was the day."},
		{"a figure without a mark is no number", "10 per cent of all.\n\n96(k)", ":10 per cent of all. :96(k)"},
		{"a sentence goes on after a page break", "4.1 All that\n\nis needed.\n\nA note.", "4.1:All that|is needed. :A note."},
		{"items belong to their provision", "4.1 Offences are:\n\n(a) use;\n\n(b) transfer.\n\n- and more.\n\n4.2 Next.", "4.1:Offences are:|(a) use;|(b) transfer.|- and more. 4.2:Next."},
		{"a plain list belongs to a dotted provision", "4.1 Do this.\n1. One.\n2. Two.\n4.2 Next.", "4.1:Do this.|1. One.|2. Two. 4.2:Next."},
		{"what is indented belongs to the number", "1. One.\n\n   More.\n\n   1. Inner.\n2. Two.", "1:One.|More.|1. Inner. 2:Two."},
		{"the next dotted number may be indented", "4.1 One.\n\n   4.2 Two.\n\n   9.9 of all.", "4.1:One. 4.2:Two. 9.9:of all."},
		{"a list may begin under a line", "In short\n1. One\n2. Two", ":In short 1:One 2:Two"},
		{"a section without marks", "4. Law\n4.1 One.", "4:Law 4.1:One."},
		{"a list may go on under a colon", "It follows that:\n3. Three", ":It follows that: 3:Three"},
		{"marks without text are text", "#\n\nText\n--", ":# :Text|--"},
		{"text after a full stop stands alone", "1. One.\n\nMore.\n\n2. Two.", "1:One. :More. 2:Two."},
		{"strong text", "**4.3** A **new** act.\n\n**Marking:** CLEAR", "4.3:A new act. :Marking: CLEAR"},
		{"Chinese numbers", "第三条　国家。\n\n一、总则\n\n1.必须。\n\n4.3本战略。\n\n2.5万元。", "第三条:国家。 一:总则 1:必须。 4.3:本战略。 :2.5万元。"},
		{"marks of other tongues", "4.1 Один.\n\nПримечание.", "4.1:Один. :Примечание."},
		{"annex measures", "A1. Amend.\n\nA4 paper is used.", "A1:Amend. :A4 paper is used."},
		{"nothing is a number in verbatim text", "```\n1. One\n\n# Two\n```\n\n3. Three", "verbatim::1. One||# Two 3:Three"},
		{"tables and quotes", "> 1. a\n> b\n\n| x |\n|---|\n\na | b\n--|--\nc | d", "note::1. a|b table::| x |||---| table::a | b|--|--|c | d"},
		{"CR LF and a byte order mark", "\uFEFF1. One\r\nmore.\r\n\r\n2. Two.\r\n", "1:One|more. 2:Two."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := read(t, tt.source)
			checkNothingLost(t, c)
			var got []string
			for _, b := range c.Blocks {
				kind := ""
				if b.Kind != strategy.KindParagraph {
					kind = string(b.Kind) + ":"
				}
				got = append(got, kind+b.Number+":"+b.Heading+strings.ReplaceAll(b.Text, "\n", "|"))
			}
			if s := strings.Join(got, " "); s != tt.want {
				t.Errorf("got  %s\nwant %s", s, tt.want)
			}
		})
	}
}

// Two headings of the least depth: neither is the title of the whole.
func TestHeadings(t *testing.T) {
	c := read(t, "# Plan ##\n\n## 1. Purpose\n\n### 1.1 Scope\n\n1.1.1 All.\n\n1.1.1.1 More.\n\n## Annex B – *Bodies*\n\nText.\n\nPart II\n=======\n\nIV. Money\n---------\n\n## 10 Review\n\n## 2009年7月7日\n")
	checkNothingLost(t, c)
	want := []string{
		"section 1 |Plan|", "section 2 1|Purpose|Plan", "section 3 1.1|Scope|1", "paragraph 4 1.1.1||1.1", "paragraph 5 1.1.1.1||1.1",
		"section 2 Annex B|*Bodies*|Plan", "paragraph 3 ||Annex B", "section 1 Part II||", "section 2 IV|Money|Part II", "section 2 10|Review|Part II", "section 2 |2009年7月7日|Part II",
	}
	var got []string
	for _, b := range c.Blocks {
		got = append(got, fmt.Sprintf("%s %d %s|%s|%s", b.Kind, b.Level, b.Number, b.Heading, b.Section))
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if c.Title != "Plan" {
		t.Errorf("title %q", c.Title)
	}
}

func TestTitle(t *testing.T) {
	long := strings.Repeat("字", 100)
	for source, want := range map[string]string{
		"# Plan\n\n## 1. A":  "Plan",
		"## 1. A\n\n## 2. B": "A",
		"One\ntwo\n\nthree":  "One",
		long:                 long[:198],
	} {
		if got := read(t, source).Title; got != want {
			t.Errorf("%.20q: title %q, want %q", source, got, want)
		}
	}
	c, err := documents.Markdown([]byte("# Plan"), documents.Options{Title: "Given", Language: "bs"})
	if err != nil || c.Title != "Given" || c.Language != "bs" {
		t.Errorf("title %q, language %q, %v: want what was given", c.Title, c.Language, err)
	}
}

func TestLanguage(t *testing.T) {
	for source, want := range map[string]string{
		"必须防止。OPCW":                           "zh",
		"これは計画です。":                            "ja",
		"이것은 계획이다.":                           "ko",
		"The law of the State will be kept.":  "en",
		"Vodim malu trgovačku firmu u gradu.": "und",
		"Перечень патогенов":                  "und",
	} {
		if got := read(t, source).Language; got != want {
			t.Errorf("%s: %s, want %s", source, got, want)
		}
	}
}

func TestRefusals(t *testing.T) {
	many := strings.Repeat("a\n\n", documents.MaxBlocks)
	for _, tt := range []struct {
		name, source string
		kind         workflows.Kind
		key          string
		line, offset any
	}{
		{"too large", strings.Repeat("a", documents.MaxSource+1), workflows.TooLarge, "document_too_large", nil, nil},
		{"cut character", "ab\nc\xe4\xb8", workflows.Invalid, "document_not_utf8", 2, 4},
		{"lone surrogate", "\xed\xa0\x80", workflows.Invalid, "document_not_utf8", 1, 0},
		{"overlong", "a\xc0\xaf", workflows.Invalid, "document_not_utf8", 1, 1},
		{"NUL", "a\n\nb\x00", workflows.Invalid, "document_has_nul", 3, 4},
		{"empty", "", workflows.Invalid, "document_no_text", nil, nil},
		{"blank", " \n\u3000\uFEFF\n---\n", workflows.Invalid, "document_no_text", nil, nil},
		{"too many", many + "a", workflows.Invalid, "document_too_many_provisions", nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := documents.Markdown([]byte(tt.source), documents.Options{})
			var e *workflows.Error
			if !errors.As(err, &e) || e.Kind != tt.kind {
				t.Fatalf("got %v", err)
			}
			key, args := e.Key, e.Args
			if len(e.Fields) > 0 {
				key, args = e.Fields[0].Key, e.Fields[0].Args
			}
			if key != tt.key || args["Line"] != tt.line || args["Offset"] != tt.offset {
				t.Errorf("got %s %v, want %s at line %v, byte %v", key, args, tt.key, tt.line, tt.offset)
			}
		})
	}
	read(t, many)
}

// A source made to be slow takes at most 200 ms for 20 KB, and one of the full
// size no more in proportion.
func TestHostileSourcesAreReadInTime(t *testing.T) {
	for _, piece := range []string{">", "*_", "**a", "- ", "1.", "1. a\n", "|", "a|\n", "#", "# a\n\n", "```\n", "[", "![](", "__a__b", "a\n", "\t", "一、\n", " >", "a\n-\n", "\u0301"} {
		source := []byte(strings.Repeat(piece, 20<<10/len(piece)))
		best := time.Hour
		for range 3 {
			begin := time.Now()
			_, err := documents.Markdown(source, documents.Options{})
			best = min(best, time.Since(begin))
			var refused *workflows.Error
			if err != nil && !errors.As(err, &refused) {
				t.Errorf("%q: %v", piece, err)
			}
		}
		if best > 200*time.Millisecond {
			t.Errorf("20 KB of %q took %v", piece, best)
		}
	}
	begin := time.Now()
	read(t, "1. "+strings.Repeat("a\n", (documents.MaxSource-4)/2))
	if took := time.Since(begin); took > 20*time.Second {
		t.Errorf("2 MiB took %v", took)
	}
}
