package documents_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"jahorina/app/documents"
	"jahorina/workflows"
)

// utf16 is how the envelope of a file with a password lists a name.
func utf16(s string) []byte {
	var out []byte
	for _, c := range s {
		out = append(out, byte(c), 0)
	}
	return out
}

// What must not come in is refused with the reason, in bounded time.
func TestHostileFiles(t *testing.T) {
	ole := []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
	main := func(document string) []byte {
		return archive(t, part{"_rels/.rels", `<Relationships ` + relSpace + `><Relationship Type="` + relKind + `officeDocument" Target="word/document.xml"/></Relationships>`}, part{"word/document.xml", document})
	}
	many := make([]part, 2100)
	for i := range many {
		many[i] = part{fmt.Sprintf("a%d", i), ""}
	}
	locked := bytes.Clone(wordFile(t, par("", "Text.")))
	for i := range len(locked) - 10 {
		if bytes.HasPrefix(locked[i:], []byte("PK\x01\x02")) {
			locked[i+8] |= 1 // "encrypted"
		}
	}
	for _, tt := range []struct {
		name   string
		source []byte
		key    string
	}{
		{"a password", append(bytes.Clone(ole), utf16("EncryptedPackage")...), "file_protected"},
		{"Word's old format", append(bytes.Clone(ole), utf16("WordDocument")...), "file_of_old_program"},
		{"RTF", []byte(`{\rtf1 x}`), "file_of_old_program"},
		{"half a file", wordFile(t, par("", "Text."))[:200], "file_damaged"},
		{"not XML", main("<w:document><w:body>"), "file_damaged"},
		{"mixed ends", main("<w:document><w:body></w:document></w:body>"), "file_damaged"},
		{"an entity", main(`<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document><w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>`), "file_hostile"},
		{"many entities", main(`<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><w:document/>`), "file_hostile"},
		{"deep", main(`<w:document><w:body>` + strings.Repeat("<w:p>", 1000) + strings.Repeat("</w:p>", 1000) + `</w:body></w:document>`), "file_hostile"},
		{"a bomb", main(`<w:document><w:body>` + strings.Repeat(" ", 60<<20) + `</w:body></w:document>`), "file_hostile"},
		{"many elements", main(`<w:document><w:body>` + strings.Repeat("<a/>", 1_100_000) + `</w:body></w:document>`), "file_hostile"},
		{"many files", archive(t, many...), "file_hostile"},
		{"a part twice", archive(t, part{"content.xml", "<a/>"}, part{"./content.xml", "<a/>"}), "file_hostile"},
		{"encrypted entries", locked, "file_protected"},
		{"an encrypted ODT", odtFile(t, odtPar("x"), part{"META-INF/manifest.xml", `<manifest:manifest xmlns:manifest="m"><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>`}), "file_protected"},
		{"a spreadsheet", archive(t, part{"_rels/.rels", `<Relationships ` + relSpace + `><Relationship Type="` + relKind + `officeDocument" Target="xl/workbook.xml"/></Relationships>`}), "document_other_archive"},
		{"any archive", archive(t, part{"../../etc/passwd", "x"}), "document_other_archive"},
		{"no text", wordFile(t, `<w:p/>`), "document_no_text"},
		{"too many parts", wordFile(t, strings.Repeat(par("", "Text."), documents.MaxBlocks+1)), "document_too_many_provisions"},
		{"no PDF", []byte("%PDF-1.7\nnothing"), "file_damaged"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			start := time.Now()
			_, err := documents.Read(tt.source, documents.Options{})
			var e *workflows.Error
			if !errors.As(err, &e) || len(e.Fields) != 1 || e.Fields[0].Key != tt.key || e.Fields[0].Field != "file" {
				t.Fatalf("got %v, want %s", err, tt.key)
			}
			if took := time.Since(start); took > 90*time.Second {
				t.Errorf("took %s", took)
			}
		})
	}
	_, err := documents.Read(append([]byte("PK\x03\x04"), make([]byte, documents.MaxFile)...), documents.Options{})
	if !workflows.IsKind(err, workflows.TooLarge) {
		t.Errorf("a file too large: %v", err)
	}
}

// FuzzFile: whatever is sent, there is text or a reason, never a panic.
func FuzzFile(f *testing.F) {
	f.Add(wordFile(f, numPar(1, 0, "One.")+par("berschrift1", "Law"), numberingPart(abstract(0, lvl(0, 1, "decimal", "%1.")), num(1, 0, ""))))
	f.Add(odtFile(f, odtList("L1", "", item(odtPar("One.")))))
	f.Add([]byte("1. One."))
	f.Fuzz(func(t *testing.T, source []byte) { checkRead(t, source) })
}

// FuzzWord and FuzzOpenDocument vary what stands within the archive, which a
// change of its bytes seldom reaches.
func FuzzWord(f *testing.F) {
	f.Add(numPar(1, 0, "One.")+par("berschrift1", "Law"), abstract(0, lvl(0, 1, "decimal", "%1."))+num(1, 0, ""))
	f.Add(`<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl><w:sdt><w:sdtContent/></w:sdt>`, num(1, 0, `<w:lvlOverride w:ilvl="8"/>`))
	f.Fuzz(func(t *testing.T, body, lists string) { checkRead(t, wordFile(t, body, numberingPart(lists))) })
}

func FuzzOpenDocument(f *testing.F) {
	f.Add(odtList("L1", "", item(odtPar("One."))) + `<text:h text:outline-level="3">x</text:h>`)
	f.Fuzz(func(t *testing.T, body string) { checkRead(t, odtFile(t, body)) })
}

// FuzzPDF is slow: each file gets a machine of its own.
func FuzzPDF(f *testing.F) {
	scripts, err := os.ReadFile("testdata/scripts.pdf")
	if err != nil {
		f.Fatal(err)
	}
	readFile(f, scripts) // PDFium is compiled now: a run may not take ten seconds
	f.Add(scripts[:len(scripts)/2])
	f.Fuzz(func(t *testing.T, rest []byte) { checkRead(t, append([]byte("%PDF-1.7\n"), rest...)) })
}

func checkRead(t *testing.T, source []byte) {
	t.Helper()
	c, err := documents.Read(source, documents.Options{})
	var refused *workflows.Error
	if err != nil {
		if !errors.As(err, &refused) {
			t.Fatalf("not an error for people: %v", err)
		}
		return
	}
	if !bytes.Equal(c.Source, source) || len(c.Blocks) == 0 || c.SHA256 != workflows.SHA256(source) {
		t.Fatalf("kept %q of %q", c.Source, source)
	}
	for _, b := range c.Blocks {
		if b.Text+b.Heading+b.Number == "" || strings.Contains(b.Text, "\x00") {
			t.Fatalf("an empty or unfit block: %+v", b)
		}
	}
}
