package api_test

import (
	"archive/zip"
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"jahorina/app/apptest/testbed"
	"jahorina/app/documents"
	"jahorina/app/documents/samples"
	"jahorina/app/forms"
	"jahorina/app/workbook"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/submission"
)

// A document is read, corrected by a program and becomes a draft; only who sent it
// sees it before.
func TestADocumentIsReadCorrectedAndAccepted(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		w := newWorld(t, b)
		w.signIn(b.Official, b.Second, b.Reviewer)
		st := b.Draft(testbed.Text).StrategyID
		official := w.as(b.Official)
		path := "/strategies/" + st + "/uploads"
		word := official.with("Content-Type", documents.TypeDOCX)
		w.as(b.Reviewer).with("Content-Type", documents.TypeDOCX).post(path, samples.OutcomeDOCX).refused(http.StatusForbidden, "forbidden")
		up := word.post(path, samples.OutcomeDOCX).want(http.StatusCreated)
		blocks := objects(t, up.value["blocks"])
		if len(blocks) != 20 || len(objects(t, up.value["gaps"])) != 1 || up.str("language") != "zh" || up.str("media_type") != documents.TypeDOCX {
			t.Fatalf("%s", up.body)
		}
		here := "/uploads/" + up.str("id")
		w.as(b.Second).get(here).refused(http.StatusNotFound, "not_found")
		w.as(b.Second).call(http.MethodDelete, here, nil).refused(http.StatusNotFound, "not_found")
		if again := official.get(here).want(http.StatusOK); len(objects(t, again.value["blocks"])) != 20 {
			t.Errorf("%s", again.body)
		}
		blocks[0]["text"], blocks[1]["out"] = "第六十四届会议 (2009)", true
		wrong := []m{{"kind": "picture", "text": "x"}}
		official.post("/strategies/"+st+"/drafts", m{"upload": up.str("id"), "blocks": wrong}).refused(http.StatusUnprocessableEntity, "invalid", "blocks[0].kind")
		other := official.post("/strategies", m{"state": testbed.State, "title": "Other"}).want(http.StatusCreated)
		official.post("/strategies/"+other.str("id")+"/drafts", m{"upload": up.str("id")}).refused(http.StatusNotFound, "not_found")
		draft := official.post("/strategies/"+st+"/drafts", m{"upload": up.str("id"), "blocks": blocks, "title": "成果"}).want(http.StatusCreated)
		if got := draft.str("title"); got != "成果" || !strings.Contains(string(draft.body), "第六十四届会议 (2009)") || strings.Contains(string(draft.body), `"第一委员会"`) {
			t.Errorf("%s", draft.body)
		}
		official.get(here).refused(http.StatusNotFound, "not_found")
		source := official.get("/drafts/" + draft.str("id") + "/source").want(http.StatusOK)
		if !bytes.Equal(source.body, samples.OutcomeDOCX) || source.header.Get("Content-Type") != documents.TypeDOCX {
			t.Errorf("the source is %s, %d bytes", source.header.Get("Content-Type"), len(source.body))
		}
		thrown := word.post(path, samples.OutcomeDOCX).want(http.StatusCreated).str("id")
		official.call(http.MethodDelete, "/uploads/"+thrown, nil).want(http.StatusOK)
		official.get("/uploads/"+thrown).refused(http.StatusNotFound, "not_found")
	})
}

// A form goes out, is filled in offline as a spreadsheet, is looked at and taken over:
// all of its rows or none; sent twice it changes nothing.
func TestATableIsTakenOver(t *testing.T) {
	each(t, consultation.Open, func(t *testing.T, s *setting) {
		chemist := s.as(s.chem)
		path := s.path + "/submissions/table"
		sheet := func(rows ...[]string) []byte {
			raw, err := workbook.Book{Sheets: []workbook.Sheet{{Name: "S", Rows: append([][]string{{"clause", "type", "comments", "proposed change"}}, rows...)}}}.Write()
			if err != nil {
				t.Fatal(err)
			}
			return raw
		}
		good, bad := []string{"1.2", "te", "=1+1", "Less."}, []string{"1.1", "xx", "No type.", ""}
		table := chemist.with("Content-Type", forms.XLSXType)
		s.unchanged(func() {
			dry := table.post(path+"?dry_run=true", sheet(good, bad)).want(http.StatusOK)
			if dry.value["dry_run"] != true || dry.value["added"] != 1.0 || dry.value["wrong"] != 1.0 || dry.value["submission"] != nil {
				t.Errorf("%s", dry.body)
			}
			table.post(path, sheet(good, bad)).refused(http.StatusUnprocessableEntity, "invalid", "line 3")
			s.as(workflows.Actor{}).with("Content-Type", forms.XLSXType).post(path, sheet(good)).want(http.StatusUnauthorized)
		})
		done := table.post(path, sheet(good)).want(http.StatusOK)
		if done.value["added"] != 1.0 || done.value["dry_run"] != false || done.value["submission"] == nil {
			t.Errorf("%s", done.body)
		}
		if again := table.post(path, sheet(good)).want(http.StatusOK); again.value["added"] != 0.0 || again.value["changed"] != 0.0 {
			t.Errorf("taken twice: %s", again.body)
		}
		// The form that goes out now holds the comment with its key; changed and sent
		// back it is the same comment, and as CSV and DOCX too.
		out := chemist.get(s.path + "/form.xlsx").want(http.StatusOK)
		tables, err := workbook.Read(out.body)
		if err != nil || !strings.Contains(string(out.header.Get("Content-Type")), "spreadsheet") {
			t.Fatal(err)
		}
		var book workbook.Book
		for _, one := range tables {
			sheet := workbook.Sheet{Name: one.Name}
			for _, r := range one.Rows {
				for i, c := range r.Cells {
					r.Cells[i] = strings.ReplaceAll(c, "Less.", "More.")
				}
				sheet.Rows = append(sheet.Rows, r.Cells)
			}
			book.Sheets = append(book.Sheets, sheet)
		}
		filled, err := book.Write()
		if err != nil {
			t.Fatal(err)
		}
		if changed := table.post(path, filled).want(http.StatusOK); changed.value["added"] != 0.0 || changed.value["changed"] != 1.0 {
			t.Errorf("%s", changed.body)
		}
		doc := chemist.get(s.path + "/form.docx").want(http.StatusOK)
		for media, content := range map[string][]byte{forms.DOCXType: doc.body, "text/csv": []byte("clause;type;comments;proposed change\n1.2;te;\"=1+1\";More.\n")} {
			if same := chemist.with("Content-Type", media).post(path, content).want(http.StatusOK); same.value["added"] != 0.0 || same.value["changed"] != 0.0 {
				t.Errorf("%s: %s", media, same.body)
			}
		}
		var kept []submission.Comment
		if err := s.Store.DB.Find(&kept).Error; err != nil || len(kept) != 1 || kept[0].Text != "=1+1" || kept[0].ProposedChange != "More." || kept[0].Type != "technical" || kept[0].ProvisionID == nil {
			t.Errorf("%v: %+v", err, kept)
		}
	})
}

// packed is a ZIP archive of pairs of name and text.
func packed(t *testing.T, pairs ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for i := 0; i < len(pairs); i += 2 {
		f, err := w.Create(pairs[i])
		if err == nil {
			_, err = f.Write([]byte(pairs[i+1]))
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

const toMain = `<Relationships><Relationship Type="x/officeDocument" Target="word/document.xml"/></Relationships>`

// hostile are files that must not come in, by what is wrong with them.
func hostile(t *testing.T) map[string][]byte {
	word := func(document string, more ...string) []byte {
		return packed(t, append([]string{"_rels/.rels", toMain, "word/document.xml", document}, more...)...)
	}
	body := func(s string) string { return `<w:document><w:body>` + s + `</w:body></w:document>` }
	ole := "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + strings.Repeat("\x00", 600)
	locked := word(body("<w:p/>"))
	for i := range len(locked) - 10 {
		if bytes.HasPrefix(locked[i:], []byte("PK\x01\x02")) {
			locked[i+8] |= 1 // "encrypted"
		}
	}
	return map[string][]byte{
		"half":               samples.OutcomeDOCX[:2000],
		"not well-formed":    word("<w:document><w:body>"),
		"bomb":               word(body(strings.Repeat(" ", 60<<20))),
		"bomb of many parts": word(body("<w:p/>"), "word/media/a", strings.Repeat("a", 20<<20), "word/styles.xml", strings.Repeat(" ", 30<<20)),
		"a password":         []byte(ole + "E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00"),
		"encrypted entries":  locked,
		"an old program":     []byte(ole + "W\x00o\x00r\x00d\x00"),
		"an entity":          word(`<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>` + body(`<w:p><w:r><w:t>&x;</w:t></w:r></w:p>`)),
		"laughs":             word(`<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>` + body(`<w:p><w:r><w:t>&b;</w:t></w:r></w:p>`)),
		"a million parts":    word(body(strings.Repeat(`<w:p><w:r><w:t>x</w:t></w:r></w:p>`, 1_000_000/3))),
		"deep":               word(body(strings.Repeat("<w:tbl><w:tr><w:tc>", 1000) + strings.Repeat("</w:tc></w:tr></w:tbl>", 1000))),
		"macros, no text":    word(body(`<w:p/>`), "word/vbaProject.bin", "\xD0\xCF"),
		"links, no text":     word(body(`<w:p/>`), "word/_rels/document.xml.rels", `<Relationships><Relationship Type="x/attachedTemplate" Target="http://127.0.0.1:1/t.dotm" TargetMode="External"/></Relationships>`),
		"a workbook bomb":    packed(t, "xl/workbook.xml", "<workbook/>", "xl/worksheets/sheet1.xml", strings.Repeat(" ", 60<<20)),
		"a broken workbook":  packed(t, "xl/workbook.xml", "<workbook>"),
		"some archive":       packed(t, "../../etc/passwd", "x"),
		"a PDF of nothing":   []byte("%PDF-1.7\nnothing"),
		"no text at all":     {0xFF, 0xFE, 0x00},
	}
}

// Wherever a file goes in, one that must not is refused with a reason that a person can
// read, in bounded time, and leaves nothing: no row in any table, no use of the key that
// makes calls happen once.
func TestHostileFilesLeaveNothing(t *testing.T) {
	files := hostile(t)
	each(t, consultation.Open, func(t *testing.T, s *setting) {
		st := s.Draft(testbed.Text).StrategyID
		when := "?received_at=" + url.QueryEscape(s.Clock.Now().Format("2006-01-02T15:04:05Z"))
		for at, by := range map[string]workflows.Actor{
			"/strategies/" + st + "/uploads": s.Official,
			"/strategies/" + st + "/drafts":  s.Official,
			s.path + "/submissions/table":    s.chem,
			s.path + "/imports" + when:       s.Official,
		} {
			media := documents.TypeDOCX
			for name, content := range files {
				s.everythingStays(at+": "+name, func() {
					a := s.as(by).with("Content-Type", media).with("Idempotency-Key", name).post(at, content)
					if a.status != http.StatusUnprocessableEntity && a.status != http.StatusRequestEntityTooLarge || strings.Contains(string(a.body), "⟦") || a.str("title") == "" {
						t.Errorf("%s: %s: %d %.300s", at, name, a.status, a.body)
					}
				})
			}
		}
	})
}

// everythingStays fails if the call changes the number of rows in any table.
func (s *setting) everythingStays(what string, call func()) {
	s.t.Helper()
	before := s.allRows()
	call()
	for table, n := range s.allRows() {
		if before[table] != n {
			s.t.Errorf("%s: %s went from %d to %d", what, table, before[table], n)
		}
	}
}

func (s *setting) allRows() map[string]int {
	s.t.Helper()
	tables, err := s.Store.DB.Migrator().GetTables()
	if err != nil || len(tables) < 20 {
		s.t.Fatal(err, tables)
	}
	counts := map[string]int{}
	for _, table := range tables {
		if !strings.HasPrefix(table, "river_") { // the queue keeps its own books
			counts[table] = s.Count(table, "1 = 1")
		}
	}
	return counts
}
