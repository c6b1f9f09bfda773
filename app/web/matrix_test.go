package web

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"jahorina/app/apptest"
	"jahorina/app/workbook"
	"jahorina/workflows"
	"jahorina/workflows/matrix"
)

func TestMatrixPagesFitTheirViews(t *testing.T) {
	fit(t, map[string]any{
		"public/matrices": page[matricesView]{}, "public/matrix": page[matrixView]{}, "public/matrix_cell": page[matrixCellView]{}, "public/matrices_compare": page[compareMatricesView]{},
		"official/matrix_import": page[takeMatrixView]{}, "official/matrix_strays": page[matrixStraysView]{},
	})
}

const approvedTable = "matrix_version,layer,state,block,row_no,row_key,weapon,dimension,mark,reference,reference_type,remark,as_of,approved_on,marking,obligation_code\n" +
	"2017,committee_approved,BA,OP2,2,acquisition,CW,legal,X,Act 12/2010 Art. 5; By-law 3,law;regulation,,2015-03-01,2015-12-23,TLP:CLEAR,1540-OP2-CW-ACQ\n" +
	"2017,committee_approved,BA,OP3(d),18,catch-all,-,enforcement,?,Order,draft,,2015-03-01,2015-12-23,TLP:CLEAR,1540-OP3D-CAT\n"

// R7.1 on pages: an official takes a file in after a look, says what a cell is,
// sees all layers of it, and gets it out in every form, each with the note.
func TestR7_1MatrixOnPages(t *testing.T) {
	s := newSite(t)
	amina := s.as(s.bed.Official)
	visitor := s.as(workflows.Actor{})
	visitor.get("/matrix").says(200, "There is nothing that you may see", "does not measure compliance").get("/matrix/BA").says(200, "There is nothing that you may see")
	visitor.get("/matrix/ZZ").says(404)
	amina.get("/matrix").says(200, `href="/matrix/BA"`).get("/matrix/BA/import").says(200, "row_key")
	bad := strings.Replace(approvedTable, ",X,", ",Y,", 1)
	amina.post("/matrix/BA/import", url.Values{"table": {bad}, "act": {"put"}}).says(422, "Line 2: “Y” is no mark", "catch-all")
	amina.get("/matrix/BA/import").post("/matrix/BA/import", url.Values{"table": {`{"cells":[{"mark":7}]}`}, "act": {"put"}}).says(422, "Line 1, mark: Send a text", "Line 1, layer: Fill this in")
	amina.get("/matrix/BA").says(200, "/api/v1/schemas/matrix.json").get("/matrix/BA/import")
	amina.upload("/matrix/BA/import", url.Values{}, "file", "m.xlsx", []byte("PK\x03\x04nonsense")).says(422, "The file is damaged")
	amina.get("/matrix/BA/import").upload("/matrix/BA/import", url.Values{}, "file", "m.xls", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")).says(422, "format of an old program")
	amina.get("/matrix/BA/import").upload("/matrix/BA/import", url.Values{}, "file", "m.csv", []byte(approvedTable)).says(200, "Cells that would be new: 2", "Take the table in")
	amina.post("/matrix/BA/import", url.Values{"table": {approvedTable}, "act": {"put"}}).says(200, "The file is taken in", "1540 matrix: Testland", "acquisition")

	cell := "/matrix/BA/cell?dimension=legal&row=acquisition&weapon=CW"
	visitor.get("/matrix").says(200, "/matrix/BA").get("/matrix/BA").says(200, "TLP:CLEAR", "does not measure compliance", "All: enforcement").get(cell).
		says(200, "Approved by the Committee", "Act 12/2010 Art. 5", "regulation", "Approved on 23 December 2015", "Entered by Official", "1540-OP2-CW-ACQ").lacks("Self-assessment", "Change what")
	amina.get(cell).says(200, "This layer says nothing of the cell yet", "edit=self_assessment").lacks("edit=committee_approved")
	form := url.Values{"layer": {"self_assessment"}, "mark": {"?"}, "reference": {"Draft act"}, "remark": {"Not before parliament yet"}, "as_of": {"31.12.2025"}, "seen": {"0"}}
	amina.get(cell+"&edit=self_assessment").says(200, "Change the self-assessment").post(cell, form).says(422, "Enter a day, such as", "Not before parliament yet")
	form.Set("as_of", "2025-12-31")
	amina.post(cell, form).says(200, "on the record what the cell says now", "Draft act", "Act 12/2010")
	amina.get("/matrix/BA?layer=self_assessment&view=unsure").says(200, "acquisition").lacks("manufacture or production")
	amina.get("/matrix/BA?layer=committee_approved&view=differ").says(200, "acquisition").lacks("manufacture or production")
	visitor.get(cell).lacks("Draft act").get("/matrix/BA?layer=self_assessment").says(200).lacks("Draft act")

	visitor.get("/matrix/BA/cells.csv")
	if !strings.Contains(visitor.body, "does not measure compliance") || strings.Contains(visitor.body, "Draft act") || !strings.HasSuffix(visitor.body, approvedTable) {
		t.Errorf("%s", visitor.body)
	}
	amina.get("/matrix/BA/cells.json?layer=self_assessment&whole=1")
	var doc matrix.Document
	if err := json.Unmarshal([]byte(amina.body), &doc); err != nil || len(doc.Cells) != 312 || !strings.Contains(strings.Join(doc.Notes, " "), "does not measure compliance") {
		t.Errorf("%v: %d cells", err, len(doc.Cells))
	}
	amina.get("/matrix/BA/cells.xlsx")
	raw := []byte(amina.body)
	sheets, err := workbook.Read(raw)
	if err != nil || len(sheets) != 2 || sheets[0].Name != matrixSheet || sheets[1].Name != cellsSheet || len(sheets[1].Rows) != 4 {
		t.Fatalf("%v: %v", err, sheets)
	}
	if rows := sheets[0].Rows; !strings.Contains(rows[1].Cells[0]+rows[2].Cells[0], "does not measure compliance") {
		t.Errorf("%v", rows[:3])
	}
	amina.get("/matrix/BA/import").upload("/matrix/BA/import", url.Values{}, "file", "m.xlsx", raw).says(200, "Cells that say so already: 3", "Cells that would be new: 0")
}

// R4.3 on pages: a neighbour's table with rows nobody knows, to the list; R4.2: what
// two lack, side by side.
func TestR4_3NeighboursMatrixOnPages(t *testing.T) {
	s := newSite(t)
	amina := s.as(s.bed.Official)
	table := strings.ReplaceAll(approvedTable, ",BA,", ",ME,") + "2017,committee_approved,ME,OP3(d),40,drones,NW,legal,X,Law on drones,law,,,,,\n"
	amina.get("/matrix/BA/import").post("/matrix/BA/import", url.Values{"of": {"me"}, "table": {table}}).says(200, "Line 4: This row is not known here", "drones", "Cells that would be new: 2")
	amina.post("/matrix/BA/import", url.Values{"of": {"me"}, "table": {table}, "act": {"put"}}).says(200, "What has no place", "Law on drones")
	stray := amina.find(`name="stray" value="([^"]+)"`)
	amina.post("/matrix/BA:ME/strays", url.Values{"stray": {stray}, "as-" + stray: {"rockets"}}).says(422, "no row rockets")
	amina.post("/matrix/BA:ME/strays", url.Values{"stray": {stray}, "as-" + stray: {"listed-delivery"}}).says(200, "It has its place now", "Everything has its place")
	amina.get("/matrix").says(200, "ME, as received by Testland").get("/matrix/compare?state=BA&state=BA:ME&view=shared").says(200, "Shared gap", "manufacture or production", `href="/gaps/new?obligation=1540-`)
	s.as(s.bed.Reviewer).get("/matrix/compare?state=BA&state=BA:ME&view=shared").says(200, "Shared gap").lacks("/gaps/new")
	amina.get("/matrix/compare?state=BA&state=BA:ME&view=apart").says(200, "acquisition", "Far apart").lacks("manufacture or production")
	amina.get("/matrix/compare").says(200, "No state is chosen").get("/matrix/compare?state=BA&view=score").says(422)
	s.as(workflows.Actor{}).get("/matrix/BA:ME").says(404).get("/matrix").says(200).lacks("BA:ME")
}

// The main path in a browser: from the list to a cell, and what we say of it.
func TestMatrixInTheBrowser(t *testing.T) {
	s := newSite(t)
	amina := s.as(s.bed.Official)
	amina.get("/matrix/BA/import").post("/matrix/BA/import", url.Values{"table": {approvedTable}, "act": {"put"}})
	for _, scripts := range []bool{true, false} {
		b := apptest.Browser(t)
		if !scripts {
			b.NoScripts()
			b.Size(320, 640)
		}
		b.Open(s.url + "/sign-in/" + linkOf(s, s.bed.Official))
		b.Submit(`form[action^="/sign-in/"]`)
		b.Open(s.url + "/matrix/BA")
		if b.Overflows() {
			t.Error("the matrix is wider than the screen")
		}
		b.Click(`a[href*="row=acquisition"][href*="weapon=CW"][href*="dimension=legal"]`)
		b.Click(`a[href*="edit=national_proposal"]`)
		b.Fill("#remark", map[bool]string{true: "With a penalty", false: "And a fine"}[scripts])
		b.Submit(`form[action*="/cell"]`)
		if text := b.Text("main"); !strings.Contains(text, map[bool]string{true: "With a penalty", false: "And a fine"}[scripts]) {
			t.Errorf("the cell does not show what was said: %s", text)
		}
	}
}
