package workbook_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"jahorina/app/workbook"
	"jahorina/workflows"
)

// What is written comes back, whatever it looks like, on every sheet.
func TestEveryCellComesBack(t *testing.T) {
	word := rapid.StringMatching(`[=+@\-]?[\p{L}\p{N}\p{P}\p{S} \t\n_x]{0,40}`)
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.SliceOfN(word, 1, 6), 1, 8).Draw(t, "rows")
		raw, err := workbook.Book{Title: "T", Sheets: []workbook.Sheet{
			{Name: "first", Rows: rows, Heads: map[int]bool{0: true}, RTL: true},
			{Name: "second", Rows: rows, Form: &workbook.Form{Top: 1, Blank: 3, Last: 20, Choices: map[int][]string{0: {"a", "b"}}}, Unseen: true},
		}}.Write()
		if err != nil {
			t.Fatal(err)
		}
		tables, err := workbook.Read(raw)
		if err != nil || len(tables) != 2 || tables[0].Name != "first" || tables[1].Name != "second" {
			t.Fatalf("%v: %v", err, tables)
		}
		for _, table := range tables {
			at := map[int][]string{}
			for _, r := range table.Rows {
				at[r.Line] = r.Cells
			}
			for i, row := range rows {
				got := at[i+1]
				for len(got) < len(row) {
					got = append(got, "")
				}
				if !slices.Equal(got, row) {
					t.Fatalf("%s, row %d: got %q, want %q", table.Name, i, got, row)
				}
			}
		}
	})
}

type part struct{ name, text string }

func zipped(t testing.TB, parts ...part) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, p := range parts {
		f, err := w.Create(p.name)
		if err == nil {
			_, err = f.Write([]byte(p.text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

const relations = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`

// sheetFile is a workbook around the XML of a sheet.
func sheetFile(t testing.TB, sheet string, more ...part) []byte {
	return zipped(t, append([]part{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`},
		{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="` + relations + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="` + relations + `"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="` + relations + `/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`},
		{"xl/worksheets/sheet1.xml", sheet},
	}, more...)...)
}

func ofSheet(rows string) string {
	return `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">` + rows + `</worksheet>`
}

// A workbook that cannot be read says why; one that only holds what is not wanted is
// read without it: macros are not run, links not followed, formulas not computed.
func TestHostileWorkbooks(t *testing.T) {
	ole := "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + strings.Repeat("\x00", 600)
	cell := `<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row></sheetData>`
	good := sheetFile(t, ofSheet(cell))
	var many, merged strings.Builder
	for i := range workbook.MaxRows + 1 {
		fmt.Fprintf(&many, `<row r="%d"><c r="A%[1]d"><v>1</v></c></row>`, i+1)
	}
	for i := range 30 {
		fmt.Fprintf(&merged, `<mergeCell ref="%c1:%[1]c100000"/>`, 'A'+i%26)
	}
	for _, tt := range []struct {
		name, content, want string // want: "" where it is read
	}{
		{"nothing", "", "file_damaged"},
		{"a password", ole + "E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00", "file_protected"},
		{"an old one", ole, "file_of_old_program"},
		{"half", string(good[:len(good)/2]), "file_damaged"},
		{"a document", string(zipped(t, part{"word/document.xml", "<a/>"})), "not_a_workbook"},
		{"no sheet", string(zipped(t, part{"xl/workbook.xml", "<workbook/>"})), "file_damaged"},
		{"bomb", string(sheetFile(t, ofSheet(cell), part{"xl/media/a.bin", strings.Repeat(" ", 60<<20)})), "file_hostile"},
		{"a part twice", string(sheetFile(t, ofSheet(cell), part{"xl/./workbook.xml", "<a/>"})), "file_hostile"},
		{"too many rows", string(sheetFile(t, ofSheet(`<sheetData>`+many.String()+`</sheetData>`))), "too_many"},
		{"merged over everything", string(sheetFile(t, ofSheet(cell+`<mergeCells>`+merged.String()+`</mergeCells>`))), "file_hostile"},
		{"an entity", string(sheetFile(t, `<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>`+ofSheet(strings.Replace(cell, ">x<", ">&e;<", 1)))), "file_damaged"},
		{"macros", string(sheetFile(t, ofSheet(cell), part{"xl/vbaProject.bin", "\xD0\xCF"})), ""},
		{"links to elsewhere", string(sheetFile(t, ofSheet(cell), part{"xl/externalLinks/externalLink1.xml", "<externalLink/>"}, part{"xl/externalLinks/_rels/externalLink1.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="x" Target="http://127.0.0.1:1/" TargetMode="External"/></Relationships>`})), ""},
		{"far away", string(sheetFile(t, ofSheet(`<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>`))), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := workbook.Read([]byte(tt.content))
			var e *workflows.Error
			switch {
			case tt.want == "" && err == nil:
			case !errors.As(err, &e) || len(e.Fields) != 1 || e.Fields[0].Key != tt.want || e.Fields[0].Field != "file":
				t.Errorf("refused with %v, want %q", err, tt.want)
			}
		})
	}
	if _, err := workbook.Read(make([]byte, workbook.MaxBytes+1)); !workflows.IsKind(err, workflows.TooLarge) {
		t.Errorf("too large: %v", err)
	}
}

// FuzzWorkbook varies the XML of a sheet, FuzzBytes the whole file.
func FuzzWorkbook(f *testing.F) {
	f.Add(`<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c><c r="C1"><f>1+1</f><v>2</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B3"/></mergeCells>`)
	f.Add(`<sheetData><row r="1048576"><c r="XFD1" s="99" t="s"><v>7</v></c><c r=""/></row></sheetData><mergeCells><mergeCell ref="A"/></mergeCells>`)
	f.Fuzz(func(t *testing.T, rows string) { checkRead(t, sheetFile(t, ofSheet(rows))) })
}

func FuzzBytes(f *testing.F) {
	f.Add(sheetFile(f, ofSheet(`<sheetData/>`)))
	f.Fuzz(checkRead)
}

func checkRead(t *testing.T, content []byte) {
	tables, err := workbook.Read(content)
	var e *workflows.Error
	if err != nil && !errors.As(err, &e) {
		t.Fatalf("not an error for people: %v", err)
	}
	for _, table := range tables {
		for _, r := range table.Rows {
			if len(r.Cells) > workbook.MaxColumns || len(r.Down) > workbook.MaxColumns || r.Line < 1 {
				t.Fatalf("%+v", r)
			}
		}
	}
}
