package web

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"
	"time"

	"jahorina/app/apptest/testbed"
	"jahorina/app/works"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/stakeholder"
)

const keepFiles = 7 * 24 * time.Hour

func (s *site) runner() *works.Runner {
	s.t.Helper()
	locales, err := templates.LoadLocales()
	if err != nil {
		s.t.Fatal(err)
	}
	return works.New(works.Config{Engine: s.bed.Engine, Locales: locales, Keep: keepFiles, Log: slog.New(slog.DiscardHandler)})
}

// work does a work to its end.
func (s *site) work(id string) {
	s.t.Helper()
	if err := s.runner().Do(s.t.Context(), id); err != nil {
		s.t.Fatal(err)
	}
}

// letters is a table with a row from each of so many senders.
func letters(n int) []byte {
	var out strings.Builder
	out.WriteString("organisation,sector,paragraph,type,comment\n")
	for i := range n {
		fmt.Fprintf(&out, "Sender %d,academia,1.2,te,Comment %d\n", i, i)
	}
	return []byte(out.String())
}

// An import can be left and come back to: home and the list tell how far it is, it
// can be stopped and gone on with, and what came of it is told until it was seen.
func TestImportIsLeftAndComeBackTo(t *testing.T) {
	s := newSite(t)
	c := s.bed.At(consultation.Open)
	amina, at := s.as(s.bed.Official), "/consultations/"+c.ID
	received := url.Values{"received_at": {inputTime(s.bed.Clock.Now())}}
	amina.get(at+"/import").upload(at+"/import", received, "file", "letters.csv", letters(120)).says(200, "0 of 120 rows", "letters.csv", `data-follow="/works/`, "Look again")
	page := amina.at
	if more, err := s.runner().Next(t.Context(), strings.TrimPrefix(page, "/works/")); !more || err != nil {
		t.Fatal(more, err)
	}
	amina.get("/home").says(200, "50 of 120 rows", `href="`+page+`"`)
	amina.get("/works").says(200, "Under way", "50 of 120 rows", "letters.csv")
	amina.get(page).says(200, "It goes on", `value="50"`)
	amina.post(page+"/cancel", nil).says(200, "The task is stopped", "What had been done stays", "Go on").lacks("data-follow", "Stop it")
	amina.post(page+"/resume", nil).says(200, "The task goes on", "50 of 120 rows")
	s.work(strings.TrimPrefix(page, "/works/"))
	amina.get("/home").says(200, "See what came of the table", `href="`+page+`"`)
	amina.get(page).says(200, "It is finished", "120 of 120 rows", "120 comments are in the record", at+"/comments").lacks("data-follow", "Stop it", "Go on<")
	amina.get("/home").says(200).lacks("See what came of the table")
	amina.get(at+"/record?object=work").says(200, "began to read in a table", "stopped a long task", "went on with a long task", "finished a long task")
	s.as(s.bed.Admin).get(page).says(200, "120 of 120 rows").lacks("letters.csv", "Read the comments", "Stop it")
	s.as(s.bed.Second).get(page).says(404)
}

// A row that fails on the way is told, on the page and in a table.
func TestRowsThatWereNotTaken(t *testing.T) {
	s := newSite(t)
	late := s.bed.Organisation("Late", "industry")
	c := s.bed.At(consultation.Open, late)
	amina, at := s.as(s.bed.Official), "/consultations/"+c.ID
	received := url.Values{"received_at": {inputTime(s.bed.Clock.Now())}}
	table := append(letters(2), []byte("Late,industry,1.1,ge,By post\n")...)
	amina.get(at+"/import").upload(at+"/import", received, "file", "l.csv", table).says(200)
	page := amina.at
	s.bed.Submit(s.bed.ByLink(c, late), c, testbed.Comment("", "Faster."))
	s.work(strings.TrimPrefix(page, "/works/"))
	amina.get(page).says(200, "2 comments are in the record", "1 row could not be taken", "Not taken", "Read in the rows that were not taken")
	amina.get(page + "/rows.csv")
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(amina.body, "\uFEFF"))).ReadAll()
	if err != nil || len(rows) != 2 || rows[1][0] != "4" || rows[1][1] != "Not taken" {
		t.Errorf("table %v (%v)", rows, err)
	}
}

// A file is made of what the filters find, for a spreadsheet or a program, and is
// there for whoever asked for it as long as they may read what is in it.
func TestExport(t *testing.T) {
	s := newSite(t)
	c, _, _ := answered(s)
	amina, at := s.as(s.bed.Official), "/consultations/"+c.ID
	n := s.bed.Count("comments", "consultation_id = ?", c.ID)
	amina.get(at+"/comments").says(200, "Make a file of these comments")
	amina.get(at+"/export").says(200, "the 1 comment of this")
	amina.post(at+"/export", url.Values{"format": {"pdf"}}).says(422)
	amina.post(at+"/export", url.Values{"format": {"csv"}}).says(200, "It waits for its turn")
	page := amina.at
	amina.get(page+"/file").says(409, "not ready yet")
	s.work(strings.TrimPrefix(page, "/works/"))
	amina.get("/home").says(200, "Fetch the file")
	amina.get(page).says(200, "Fetch the file", "SHA-256", "asked to keep from others")
	amina.get(page + "/file")
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(amina.body, "\uFEFF"))).ReadAll()
	if err != nil || len(rows) != n+1 || rows[0][8] != "Comment" || rows[n][0] != fmt.Sprint(n) {
		t.Errorf("%d rows of %d: %v (%v)", len(rows), n, rows, err)
	}
	amina.get(at+"/export?type=editorial").says(200, "that your filters find", `name="type" value="editorial"`)
	amina.post(at+"/export", url.Values{"format": {"json"}, "type": {"editorial"}}).says(200)
	s.work(strings.TrimPrefix(amina.at, "/works/"))
	amina.get(amina.at + "/file")
	var list []map[string]any
	if err := json.Unmarshal([]byte(amina.body), &list); err != nil || len(list) != s.bed.Count("comments", "consultation_id = ? AND type = 'editorial'", c.ID) {
		t.Errorf("%d in %s (%v)", len(list), amina.body, err)
	}
	s.bed.Clock.Add(keepFiles)
	amina = s.as(s.bed.Official)
	amina.get(page+"/file").says(409, "no longer kept")
	s.bed.Tick()
	amina.get(page).says(200, "was removed", at+"/export")
	if n := s.bed.Count("work_pieces", "1 = 1"); n != 0 {
		t.Errorf("%d pieces are kept", n)
	}
}

// Whose rights have ended gets nothing any more.
func TestFileIsForWhoMayReadNow(t *testing.T) {
	s := newSite(t)
	c, _, _ := answered(s)
	amina, at := s.as(s.bed.Official), "/consultations/"+c.ID
	amina.get(at+"/export").post(at+"/export", url.Values{"format": {"csv"}}).says(200)
	page := amina.at
	s.work(strings.TrimPrefix(page, "/works/"))
	amina.get(page + "/file").says(200)
	s.as(s.bed.Second).get(page + "/file").says(404)
	s.as(s.bed.Admin).get(page + "/file").says(404)
	var held stakeholder.Assignment
	if err := s.bed.Read(s.bed.Admin).One(&held, "person_id = ?", s.bed.Official.PersonID()); err != nil {
		t.Fatal(err)
	}
	s.bed.Do(s.bed.Admin, func(tx *workflows.Tx) error { return stakeholder.Revoke(tx, held.ID) })
	amina.get(page + "/file").says(404)
}
