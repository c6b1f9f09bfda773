package documents_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"jahorina/app/documents"
	"jahorina/workflows"
	"jahorina/workflows/submission"
)

func sampleComments(t testing.TB) []byte {
	t.Helper()
	table, err := os.ReadFile("samples/comments.csv")
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestTheSampleTable(t *testing.T) {
	rows, err := documents.CommentsCSV(sampleComments(t))
	if err != nil {
		t.Fatal(err)
	}
	first := submission.ImportRow{
		Line: 2, Organisation: "National Chemical Industry Federation", Sector: "industry", Reference: "4.4", Type: "technical",
		Text:           "Seven years of records is longer than our members keep for tax purposes. Five years would match customs law and give inspectors what they need.",
		ProposedChange: "Replace 'seven years' by 'five years'.", Language: "en", Confidentiality: "public",
	}
	if len(rows) != 60 || rows[0] != first {
		t.Errorf("%d rows, the first %+v", len(rows), rows[0])
	}
	kept := 0
	for _, r := range rows {
		if !slices.Contains(submission.CommentTypes, r.Type) || strings.Contains(r.Sector, "-") || !utf8.ValidString(r.Text) {
			t.Errorf("line %d: %+v", r.Line, r)
		}
		if r.Confidentiality == submission.Confidential {
			kept++
		}
	}
	if kept != 8 {
		t.Errorf("%d comments are kept from others, want the 3 restricted and 5 confidential ones", kept)
	}
}

func TestTables(t *testing.T) {
	const header = "organisation,sector,section,paragraph,type,comment\n"
	for _, tt := range []struct{ name, table, want string }{
		{"any order", "comment,type,sector,organisation\nx,ed,academia,A\n", "2 A academia  editorial x"},
		{"semicolons and a byte order mark", "\ufefforganisation;sector;type;comment\r\nA;civil-society;GE;\"x, y\"\r\n", "2 A civil_society  general x, y"},
		{"the section where there is no paragraph", header + "A,industry,4,,te,x\n", "2 A industry 4 technical x"},
		{"a cell of several lines", header + "A,industry,4,4.1,te,\"x\ny\"\nB,industry,4,4.2,general,z\n", "2 A industry 4.1 technical x\ny|4 B industry 4.2 general z"},
		{"no rows", header, ""},
		{"empty", "", "file empty_file"},
		{"not UTF-8", header + "\xff", "file not_utf8"},
		{"NUL", header + "\x00", "file has_nul"},
		{"unknown column", "organisation,sector,type,comment,colour\n", "line 1 unknown_column"},
		{"a column twice", "organisation,sector,type,comment,type\n", "line 1 unknown_column"},
		{"missing columns", "organisation,comment\n", "line 1 missing_column|line 1 missing_column"},
		{"a short row", header + "A,industry\n", "line 2 broken_row"},
		{"an open quotation mark", header + "A,industry,4,4.1,te,x\nB,industry,4,4.1,te,\"x", "line 3 broken_row"},
		{"too long", header + strings.Repeat("x", documents.MaxCommentsCSV), "file_too_large"},
		{"too many rows", header + strings.Repeat("A,industry,,,te,x\n", documents.MaxCommentsRows+1), "file too_many"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := outcome(documents.CommentsCSV([]byte(tt.table))); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// outcome writes down the rows, or what is wrong.
func outcome(rows []submission.ImportRow, err error) string {
	var said []string
	var e *workflows.Error
	if errors.As(err, &e) {
		if len(e.Fields) == 0 {
			return e.Key
		}
		for _, f := range e.Fields {
			said = append(said, f.Field+" "+f.Key)
		}
	}
	for _, r := range rows {
		said = append(said, fmt.Sprintf("%d %s %s %s %s %s", r.Line, r.Organisation, r.Sector, r.Reference, r.Type, r.Text))
	}
	return strings.Join(said, "|")
}

func FuzzCommentsCSV(f *testing.F) {
	head := bytes.SplitAfterN(sampleComments(f), []byte("\n"), 4)
	f.Add(bytes.Join(head[:3], nil)) // the whole would be slow to vary
	f.Add([]byte("organisation;sector;type;comment\nA;industry;te;\"x\n"))
	f.Add([]byte("\ufeff\n"))
	f.Fuzz(func(t *testing.T, table []byte) {
		rows, err := documents.CommentsCSV(table)
		var e *workflows.Error
		if err != nil && !errors.As(err, &e) {
			t.Fatalf("not an error for people: %v", err)
		}
		last, plain := 1, strings.ReplaceAll(string(table), `""`, `"`)
		for _, r := range rows {
			if r.Line <= last || !strings.Contains(plain, strings.SplitN(r.Text, "\n", 2)[0]) {
				t.Fatalf("row %+v after line %d", r, last)
			}
			last = r.Line
		}
	})
}
