package forms_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"jahorina/app/forms"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/submission"
)

func locales(t testing.TB) *templates.Locales {
	t.Helper()
	all, err := templates.LoadLocales()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

const key = "0190a0b0-0000-7000-8000-000000000001.0123456789abcdef"

func row(clause, part, kind, text, change string) forms.Row {
	return forms.Row{ImportRow: submission.ImportRow{Organisation: "Federation", Reference: clause, Part: part, Type: kind, Text: text, ProposedChange: change}}
}

func form(text *templates.Text, rows ...forms.Row) *forms.Form {
	return &forms.Form{
		Head:  forms.Head{FormHead: submission.FormHead{ConsultationID: "C", DraftID: "D", SubmissionID: "S"}, DraftVersion: 2, Organisation: "Federation", Sector: "industry"},
		Title: "Strategy", Document: "Draft 2", Date: time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC), Blank: 5, Text: text, Rows: rows,
		Places: []forms.Place{{"4.10", "Records are kept."}, {"第三条", "安全"}},
	}
}

type kind struct {
	name  string
	write func(*forms.Form) ([]byte, error)
}

var kinds = []kind{{"xlsx", (*forms.Form).XLSX}, {"docx", (*forms.Form).DOCX}}

// What is written into a form comes back as it was, in every language and from both
// kinds of file.
func TestFormsComeBack(t *testing.T) {
	rows := []forms.Row{
		row("4.10", "", "technical", "=HYPERLINK(\"http://evil\")", "+1"),
		row("4.10", "L12-14, Figure 2", "editorial", "two\nlines\n\nand\ta tab", ""),
		row("第三条", "", "general", "化学品安全管理", "改为“应当”"),
		row("", "", "general", "يجب الاحتفاظ بالسجلات سبع سنوات", "خمس سنوات"),
		row("4.11", "", "general", "<b>&amp; _x0041_ ]]> 'quoted'", "@SUM(A1)"),
	}
	for i := range rows {
		rows[i].Key, rows[i].Answer = key, "Accepted: =1+1"
	}
	r := forms.NewReader(locales(t))
	for _, text := range locales(t).All() {
		for _, k := range kinds {
			t.Run(text.Tag()+" "+k.name, func(t *testing.T) {
				content, err := k.write(form(text, rows...))
				if err != nil {
					t.Fatal(err)
				}
				back, err := r.Read(content)
				if err != nil {
					t.Fatal(err)
				}
				if back.Head != form(text).Head {
					t.Errorf("head %+v", back.Head)
				}
				if len(back.Rows) != len(rows) {
					t.Fatalf("%d rows: %+v", len(back.Rows), back.Rows)
				}
				for i, got := range back.Rows {
					got.Line = 0
					if got != rows[i].ImportRow {
						t.Errorf("row %d\n got %+v\nwant %+v", i, got, rows[i].ImportRow)
					}
				}
			})
		}
	}
}

// Whatever people write comes back.
func TestAnyTextComesBack(t *testing.T) {
	all := locales(t)
	r := forms.NewReader(all)
	word := rapid.StringMatching(`[\p{L}\p{N}\p{P}\p{S} \t\n_x]{0,60}`).Filter(func(s string) bool { return strings.TrimSpace(s) != "" && len(s) < 2000 })
	for _, k := range kinds {
		rapid.Check(t, func(t *rapid.T) {
			text, change := strings.TrimSpace(word.Draw(t, "text")), strings.TrimSpace(word.Draw(t, "change"))
			content, err := k.write(form(all.For(rapid.SampledFrom([]string{"en", "ar", "zh"}).Draw(t, "language")), row("4.1", "", "general", text, change)))
			if err != nil {
				t.Fatal(err)
			}
			back, err := r.Read(content)
			if err != nil || len(back.Rows) != 1 || back.Rows[0].Text != text || back.Rows[0].ProposedChange != change {
				t.Fatalf("%s: %q %q came back as %+v, %v", k.name, text, change, back, err)
			}
		})
	}
}

// The cells that people see, and what a spreadsheet does with them.
func TestTheSpreadsheet(t *testing.T) {
	content, err := form(locales(t).For("ar"), row("4.10", "L12", "technical", "=1+1", "")).XLSX()
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sheets := f.GetSheetList()
	if len(sheets) != 3 || sheets[2] != "jahorina" {
		t.Fatal(sheets)
	}
	if seen, err := f.GetSheetVisible("jahorina"); seen || err != nil {
		t.Error("the head of the form is in sight", err)
	}
	for cell, want := range map[string]string{
		"A6": "MB/NC", "B6": "Line number", "C6": "Clause/Subclause", "D6": "Paragraph/Figure/Table", "E6": "Type of comment (ge/te/ed)",
		"F6": "Comments", "G6": "Proposed change", "H6": "Observations of the secretariat", "C1": "2026-11-24", "C2": "Draft 2", "C3": "Strategy",
		"A7": "Federation", "B7": "12", "C7": "4.10", "E7": "te", "F7": "=1+1",
	} {
		got, err := f.GetCellValue(sheets[0], cell)
		if i := strings.LastIndex(got, "\n"); i >= 0 {
			got = got[i+1:]
		}
		if got != want || err != nil {
			t.Errorf("%s is %q, want %q (%v)", cell, got, want, err)
		}
	}
	if formula, err := f.GetCellFormula(sheets[0], "F7"); formula != "" || err != nil {
		t.Errorf("a comment became the formula %q", formula)
	}
	view, err := f.GetSheetView(sheets[0], 0)
	if err != nil || view.RightToLeft == nil || !*view.RightToLeft {
		t.Error("an Arabic sheet runs from the left")
	}
	choices, err := f.GetDataValidations(sheets[0])
	if err != nil || len(choices) != 1 || !strings.Contains(choices[0].Formula1, "ge,te,ed") {
		t.Errorf("choices of a type: %+v %v", choices, err)
	}
	if got, _ := f.GetCellValue(sheets[1], "A3"); got != "第三条" {
		t.Errorf("second provision %q", got)
	}
}

// Tables as others write them: other headings, another order, merged cells, blank
// rows, several comments on a clause.
func TestTablesOfOthers(t *testing.T) {
	r := forms.NewReader(locales(t))
	f := excelize.NewFile()
	defer f.Close()
	for cell, text := range map[string]string{
		"B2": "Template for comments", "A4": "Comments", "B4": "MB/NC1", "C4": "Clause/ Subclause", "D4": "Type of com-ment2", "E4": "Proposed change", "F4": "Unknown",
		"A5": "(1)", "B5": "2", "C5": "3", "D5": "(4)", "E5": "5", "F5": "6",
		"A6": "first", "B6": "DE", "C6": "4.1", "D6": "TE", "A7": "second", "D7": locales(t).For("ru").T("comment.type.editorial"), "A9": "third", "B9": "FR", "E9": "change",
	} {
		if err := f.SetCellStr("Sheet1", cell, text); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range [][2]string{{"B6", "B7"}, {"C6", "C7"}} {
		if err := f.MergeCell("Sheet1", m[0], m[1]); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	table, err := r.Read(out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, row := range table.Rows {
		got = append(got, fmt.Sprintf("%d %s %s %s %s %s", row.Line, row.Organisation, row.Reference, row.Type, row.Text, row.ProposedChange))
	}
	want := []string{"6 DE 4.1 technical first ", "7 DE 4.1 editorial second ", "9 FR   third change"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A file that cannot be read is refused with what to do.
func TestHostileFiles(t *testing.T) {
	good, err := form(locales(t).For("en"), row("1", "", "general", "x", "")).XLSX()
	if err != nil {
		t.Fatal(err)
	}
	many := make([]forms.Row, forms.MaxRows+1)
	for i := range many {
		many[i] = row("1", "", "general", "x", "")
	}
	long, err := form(locales(t).For("en"), many...).DOCX()
	if err != nil {
		t.Fatal(err)
	}
	header := "clause,type,comments\n"
	ole := "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + strings.Repeat("\x00", 600)
	for _, tt := range []struct {
		name, content, want string
	}{
		{"nothing", "", "empty_file"},
		{"a picture", "\x89PNG\r\n\x1a\n", "not_utf8"},
		{"a text", "Dear Sir or Madam,\nwe agree.\n", "form_no_table"},
		{"protected", ole + "E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00", "file_protected"},
		{"old", ole + "W\x00o\x00r\x00k\x00b\x00o\x00o\x00k\x00", "file_of_old_program"},
		{"half", string(good[:len(good)/2]), "file_damaged"},
		{"zip of something", string(zipped(t, map[string]string{"a.txt": "x"})), "form_no_table"},
		{"bomb", string(zipped(t, map[string]string{"word/document.xml": strings.Repeat(" ", 40<<20)})), "file_hostile"},
		{"not well-formed", string(zipped(t, map[string]string{"word/document.xml": "<a><b></a>"})), "file_damaged"},
		{"deep", string(zipped(t, map[string]string{"word/document.xml": strings.Repeat("<a>", 1000)})), "file_hostile"},
		{"entities", string(zipped(t, map[string]string{"word/document.xml": `<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>`})), "file_hostile"},
		{"no workbook", string(zipped(t, map[string]string{"xl/workbook.xml": "<workbook/>"})), "file_damaged"},
		{"too many rows", string(long), "too_many"},
		{"long cell", header + "1,ge," + strings.Repeat("x", forms.MaxCell+1), "too_long"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := forms.NewReader(locales(t)).Read([]byte(tt.content))
			var e *workflows.Error
			if !errors.As(err, &e) || len(e.Fields) == 0 && e.Key != tt.want || len(e.Fields) > 0 && e.Fields[0].Key != tt.want {
				t.Errorf("refused with %v, want %s", err, tt.want)
			}
		})
	}
}

// Officials take forms for others: who sent it is in the form, if not in the row.
func TestFormsOfOthersAreImported(t *testing.T) {
	r := forms.NewReader(locales(t))
	own := row("4.1", "", "general", "x", "")
	own.Organisation = ""
	content, err := form(locales(t).For("fr"), own).DOCX()
	if err != nil {
		t.Fatal(err)
	}
	rows, err := r.ImportRows(content)
	if err != nil || len(rows) != 1 || rows[0].Organisation != "Federation" || rows[0].Sector != "industry" {
		t.Errorf("%+v %v", rows, err)
	}
	rows, err = r.ImportRows([]byte("organisation,sector,type,comment\nA,industry,te,x\n"))
	if err != nil || len(rows) != 1 || rows[0].Organisation != "A" {
		t.Errorf("%+v %v", rows, err)
	}
}
