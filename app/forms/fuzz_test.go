package forms_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"testing"

	"jahorina/app/forms"
	"jahorina/workflows"
)

func zipped(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, text := range parts {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func checkRead(t *testing.T, r *forms.Reader, content []byte) {
	table, err := r.Read(content)
	var e *workflows.Error
	if err != nil && !errors.As(err, &e) {
		t.Fatalf("no reason that a person is told: %v", err)
	}
	if err == nil && len(table.Rows) > forms.MaxRows {
		t.Fatalf("%d rows", len(table.Rows))
	}
}

// Any file is read or refused.
func FuzzForm(f *testing.F) {
	all := locales(f)
	for _, k := range kinds {
		content, err := k.write(form(all.For("zh"), row("4.1", "", "general", "x", "y")))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content)
	}
	f.Add([]byte("clause;type;comments\n1;ge;x\n"))
	r := forms.NewReader(all)
	f.Fuzz(func(t *testing.T, content []byte) { checkRead(t, r, content) })
}

// Any main part of a document is read or refused.
func FuzzDocumentPart(f *testing.F) {
	f.Add(`<w:document xmlns:w="w"><w:tbl><w:tr><w:tc><w:tcPr><w:vMerge w:val="restart"/><w:gridSpan w:val="2"/></w:tcPr><w:p><w:r><w:t>Comments</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:document>`)
	r := forms.NewReader(locales(f))
	f.Fuzz(func(t *testing.T, part string) {
		checkRead(t, r, zipped(t, map[string]string{"word/document.xml": part}))
	})
}

// Any sheet is read or refused.
func FuzzSheetPart(f *testing.F) {
	f.Add(`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Comments</t></is></c></row></sheetData><mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells></worksheet>`)
	r := forms.NewReader(locales(f))
	f.Fuzz(func(t *testing.T, sheet string) {
		checkRead(t, r, zipped(t, map[string]string{
			"xl/workbook.xml":            `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`,
			"xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
			"xl/worksheets/sheet1.xml":   sheet,
		}))
	})
}
