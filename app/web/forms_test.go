package web

import (
	"bytes"
	"html"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"jahorina/app/apptest"
	"jahorina/app/identity"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
)

// cellsOf is what stands in the first sheet of a workbook.
func cellsOf(t *testing.T, content string) string {
	t.Helper()
	f, err := excelize.OpenReader(strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows(f.GetSheetList()[0])
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, row := range rows {
		out.WriteString(strings.Join(row, " | ") + "\n")
	}
	return out.String()
}

// typed writes cells into a workbook.
func typed(t *testing.T, content string, cells map[string]string) []byte {
	t.Helper()
	f, err := excelize.OpenReader(strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for cell, text := range cells {
		if err := f.SetCellStr(f.GetSheetList()[0], cell, text); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A form is taken home, comes back with a fault, is corrected, looked at and taken
// over; sent again it changes nothing. Who runs the consultation has all of it in the
// same form, and after publication everyone.
func TestR5_TableComesBackThroughPages(t *testing.T) {
	s := newSite(t)
	org := s.bed.Organisation("Chamber", "industry")
	c := s.bed.At(consultation.Open, org)
	who := s.as(s.bed.Person("Nada", "contributor", org.ID))
	at := "/consultations/" + c.ID
	table := at + "/answer/table"
	who.get(at+"/answer").says(200, "Work offline with a table", table)
	blank := who.get(table + ".xlsx").says(200).body
	who.get(table + ".docx").says(200)
	wrong := typed(t, blank, map[string]string{"C7": "1.2", "E7": "te", "F7": "From the table.", "E8": "xx", "F8": "=1+1", "C9": "99.9", "F9": "No such place."})
	who.get(table).says(200, "Comment form as a spreadsheet (XLSX)", "5 MB at most")
	who.upload(table, nil, "file", "form.xlsx", []byte("PK\x03\x04 and nothing")).says(422, "The file is damaged")
	who.get(table).upload(table, nil, "file", "form.xlsx", wrong).says(200, "1 row has to be corrected", "“xx” is no type of comment", "Added", "99.9").lacks("Take over into my answer")
	if n := s.bed.Count("comments", "consultation_id = ?", c.ID); n != 0 {
		t.Fatalf("a check stored %d comments", n)
	}
	right := typed(t, string(wrong), map[string]string{"E8": "ed"})
	who.upload(table, nil, "file", "form.xlsx", right).says(200, "Take over into my answer", "The draft has no such provision").lacks("to be corrected")
	held := html.UnescapeString(who.find(`name="table" value="([^"]+)"`))
	take := func(says string) {
		t.Helper()
		who.upload(table, url.Values{"table": {held}}, "other", "x", nil).says(200, says)
		if n := s.bed.Count("comments", "consultation_id = ?", c.ID); n != 3 {
			t.Errorf("%d comments of 3", n)
		}
	}
	take("The table is taken over")
	who.get(table)
	take("Nothing was changed")
	who.get(table).upload(table, nil, "file", "form.xlsx", right).says(200, "says nothing that your answer does not say already", "Already there").lacks("Take over into my answer")

	who.get(at + "/answer/submit")
	who.post(at+"/answer/submit", url.Values{"confirm": {"yes"}, "version": {who.version()}}).says(200)
	desk := s.as(s.bed.Official)
	desk.get(at+"/comments").says(200, at+"/comments.xlsx", at+"/comments.docx")
	all := cellsOf(t, desk.get(at+"/comments.xlsx?type=editorial").says(200).body)
	if !strings.Contains(all, "Chamber |  |  |  | ed | =1+1") || strings.Contains(all, "From the table.") {
		t.Errorf("the editorial comments are:\n%s", all)
	}
	s.as(workflows.Actor{}).get(at + "/comments.xlsx").says(404)
	s.as(workflows.Actor{}).get(at + "/response/form.xlsx").says(404)
}

// What the public may not see is in no form of the response.
func TestPublishedFormsAreSafe(t *testing.T) {
	m := newModerated(t)
	m.bed.Bring(m.c, consultation.Published)
	public := m.as(workflows.Actor{})
	shown := cellsOf(t, public.get(m.at+"/response/form.xlsx").says(200).body)
	public.get(m.at + "/response/form.docx").says(200)
	public.get(m.at+"/response").says(200, m.at+"/response/form.xlsx")
	for _, secret := range []string{"Our yield is 93 per cent.", "Chemical Works"} {
		if page := public.text(); strings.Contains(shown, secret) != strings.Contains(page, secret) {
			t.Errorf("%q is on the page: %v, in the form: %v\n%s", secret, strings.Contains(page, secret), strings.Contains(shown, secret), shown)
		}
	}
	if !strings.Contains(shown, "Noted") {
		t.Errorf("no answers:\n%s", shown)
	}
}

// A contributor uploads a table with a fault in the browser, is told the row, uploads
// it corrected and takes it over; without scripts too.
func TestR5_TableInTheBrowser(t *testing.T) {
	for name, way := range map[string]func(*apptest.Tab){"scripts": nil, "no scripts": (*apptest.Tab).NoScripts} {
		t.Run(name, func(t *testing.T) {
			b := apptest.Browser(t)
			s := newSite(t)
			org := s.bed.Organisation("Chamber", "industry")
			c := s.bed.At(consultation.Open, org)
			who := s.bed.Person("Nada", "contributor", org.ID)
			blank := s.as(who).get("/consultations/" + c.ID + "/answer/table.xlsx").says(200).body
			wrong := typed(t, blank, map[string]string{"F7": "From the table.", "E7": "xx"})
			b.Open(s.url + "/sign-in/" + s.signInLink(who))
			b.Submit(`form[action^="/sign-in/"]`)
			if way != nil {
				way(b)
			}
			b.Open(s.url + "/consultations/" + c.ID + "/answer")
			b.Click(`a[href$="/answer/table"]`)
			for i, content := range [][]byte{wrong, typed(t, string(wrong), map[string]string{"E7": "ge"})} {
				file := filepath.Join(t.TempDir(), "form.xlsx")
				if err := os.WriteFile(file, content, 0o600); err != nil {
					t.Fatal(err)
				}
				b.Upload("#file", file)
				b.Submit(`form[action$="/answer/table"]:has(#file)`)
				if text := b.Text("main"); i == 0 && (!strings.Contains(text, "“xx” is no type of comment") || !strings.Contains(text, "7")) {
					t.Errorf("the fault is not told:\n%s", text)
				}
			}
			b.Submit(`form[action$="/answer/table"]:has([name=table])`)
			if text := b.Text("body"); !strings.Contains(text, "The table is taken over into your answer") {
				t.Errorf("after taking it over:\n%s", text)
			}
			if n := s.bed.Count("comments", "text = 'From the table.'"); n != 1 {
				t.Errorf("%d comments", n)
			}
		})
	}
}

func (s *site) signInLink(who workflows.Actor) (token string) {
	s.t.Helper()
	s.bed.Do(workflows.Operator(), func(tx *workflows.Tx) (err error) {
		token, err = identity.NewSignInLink(tx, strings.TrimPrefix(who.ID, "user:"), 1e12)
		return err
	})
	return token
}
