package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"jahorina/app/apptest"
	"jahorina/app/apptest/testbed"
	"jahorina/app/workbook"
	"jahorina/workflows"
	"jahorina/workflows/coverage"
	"jahorina/workflows/coverage/register"
	"jahorina/workflows/implementation"
	"jahorina/workflows/plan"
	"jahorina/workflows/stakeholder"
)

func TestCoveragePagesFitTheirViews(t *testing.T) {
	fit(t, map[string]any{
		"public/coverages": page[coveragesView]{}, "public/coverage": page[coverageView]{}, "public/coverage_map": page[coverageMapView]{}, "public/coverage_compare": page[compareCoverageView]{},
		"public/briefing": page[briefingView]{}, "official/coverage_import": page[takeStatusesView]{},
	})
}

// covering makes a plan with two measures, one for two resolutions.
func covering(s *site) *plan.Plan {
	d := s.bed.Draft(testbed.Text)
	var p *plan.Plan
	s.bed.Do(s.bed.Official, func(tx *workflows.Tx) (err error) {
		p, err = plan.Create(tx, d.StrategyID, plan.Terms{Title: "First plan", StartsOn: tx.Now, EndsOn: tx.Now.AddDate(2, 0, 0)})
		if err == nil {
			_, err = plan.Add(tx, p.ID, plan.Content{Number: "A1", Title: "Freeze funds", Kind: "legislation", Capability: "Finance", Obligations: []string{"1540-OP3D-FUN", "1373-OP1C"}}, tx.Now.AddDate(1, 0, 0))
		}
		return err
	})
	return p
}

func state(s *site, code, name string, of map[string]implementation.Statement) {
	s.bed.Do(workflows.Operator(), func(tx *workflows.Tx) error {
		if _, err := stakeholder.CreateState(tx, code, name, "en"); err != nil {
			return err
		}
		for c, in := range of {
			if _, err := implementation.Set(tx, code, in, []implementation.Of{{Code: c}}); err != nil {
				return err
			}
		}
		return nil
	})
}

// R1.3 and R7.4 on pages: gaps first, cut down by the address; a status for one and for
// many, refused with all that was typed; what it was before; the files.
func TestR1_3CoverageOnPages(t *testing.T) {
	s := newSite(t)
	covering(s)
	amina, visitor := s.as(s.bed.Official), s.as(workflows.Actor{})
	visitor.get("/").says(200, `href="/coverage"`).get("/coverage").says(200, `href="/coverage/BA"`, "does not prove")
	visitor.get("/coverage/BA").says(200, "Not known: 359", "it does not mean that nothing is done").lacks("Uncovered", `name="codes"`, "A1 Freeze funds")
	visitor.get("/coverage/ZZ").says(404)
	amina.get("/coverage/BA").says(200, "357 obligations are uncovered", "1540-OP1-NW", "after=", "Measures for these obligations: 1. Counted under each obligation: 2", "Planned: 2")
	amina.get("/coverage/BA?capability=Finance").says(200, "2 obligations", "A1 Freeze funds", "Nobody has stated this: it follows from the measures")
	amina.get("/coverage/BA?status=half").says(422).get("/coverage/BA?at=2999-01-01").says(422)
	at := "/coverage/BA?" + url.Values{"instrument": {"NPT (1968)"}, "gaps": {"1"}}.Encode()
	amina.get(at).says(200, "Add a measure", "NPT-I")
	form := url.Values{"codes": {"0 NPT-I", "0 NPT-II"}, "stated": {"in_force"}, "audience": {"public"}, "figure": {"72 h"}}
	amina.post(at, form).says(422, `href="#evidence"`, "Say what shows that it is in force", "72 h", `value="0 NPT-II" checked`)
	form.Set("evidence", "Atomic act 3/2020")
	amina.post(at, form).says(200, "on the record how far the state is").lacks(`value="0 NPT-I"`)
	amina.get("/coverage/BA?status=in_force").says(200, "Atomic act 3/2020", "72 h", "Stated on 2 March 2026 by Official", "2 obligations")
	visitor.get("/coverage/BA?q=NPT-I").says(200, "Atomic act 3/2020", "In force")

	amina.get("/obligations/NPT-I").says(200, "How far states are with it", "Atomic act 3/2020", "obligation=NPT-I")
	one := url.Values{"state": {"BA"}, "seen": {"1"}, "stated": {"not_applicable"}, "audience": {"state"}, "as_of": {"2999-01-01"}}
	amina.post("/obligations/NPT-I/status", one).says(422, "Enter a day that has come already", "Say why it does not apply", "2999-01-01")
	one.Set("as_of", "")
	one.Set("evidence", "No such material")
	amina.post("/obligations/NPT-I/status", one).says(200, "No such material", "What was stated before", "Atomic act 3/2020")
	amina.post("/obligations/NPT-I/status", one).says(412, "changed since you read it", "No such material")
	visitor.get("/obligations/NPT-I").says(200, "No state has told you").lacks("Atomic act", "No such material")
	visitor.get("/obligations/NPT-II").says(200, "Atomic act").lacks("seen")

	visitor.get("/coverage/BA/statuses.csv?q=NPT-I")
	if strings.Contains(visitor.body, "No such material") || !strings.HasPrefix(visitor.body, "# A status says") || !strings.Contains(visitor.body, "# As of 2 March 2026") || !strings.Contains(visitor.body, "NPT-II,NPT (1968)") {
		t.Errorf("%s", visitor.body)
	}
	amina.get("/coverage/BA/statuses.json?gaps=1&theme=chemical")
	var doc struct {
		Notes       []string
		Obligations []struct{ Gap bool }
	}
	if err := json.Unmarshal([]byte(amina.body), &doc); err != nil || len(doc.Obligations) != 84 || !doc.Obligations[0].Gap || len(doc.Notes) != 2 {
		t.Errorf("%v: %+v", err, doc)
	}
	amina.get("/coverage/BA/statuses.xlsx")
	raw := []byte(amina.body)
	sheets, err := workbook.Read(raw)
	if err != nil || sheets[0].Name != coverageSheet || !strings.Contains(sheets[0].Rows[1].Cells[0], "does not prove") {
		t.Errorf("%v: %v", err, sheets)
	}
	amina.get("/coverage/BA/import").upload("/coverage/BA/import", url.Values{}, "file", "c.xlsx", raw).says(200, "New statuses: 0. Changed: 0. The same already: 2")
	amina.post("/coverage/BA/import", url.Values{"table": {"code,status,evidence,figure,as_of,audience\nNO-1,in_force,,,,state\n"}, "act": {"put"}}).says(422, "Line 2", "NO-1")
	amina.post("/coverage/BA/import", url.Values{"table": {"code,status,evidence,figure,as_of,audience\nBWC-I,drafted,,,2026-01-02,state\n"}, "act": {"put"}}).says(200, "The table is taken in")
	amina.get("/coverage/BA?at=2026-01-03&status=drafted").says(200, "BWC-I", "As of 3 January 2026").get("/coverage/BA?q=BWC-I").says(200, "Obligations by status over time", "1 February 2026")
	for _, path := range []string{"/coverage/BA/import"} {
		visitor.get(path).says(401)
		s.as(s.bed.Reviewer).get(path).says(403)
	}
	amina.get("/coverage/BA/map").says(200, "Paragraphs of UNSCR 1540 (2004) by theme", "Uncovered: 13", "OP3 (a)", "NPT (1968)", "No obligation")
	amina.get("/coverage/BA/map?instrument="+url.QueryEscape("CWC (1993)")).says(200, "Art. VI").lacks("Art. VI(2)", "Instruments by theme")
}

// R4.1 on pages: what differs between neighbours, marked as a gap; a briefing with it,
// which says how to come by a PDF where nothing makes one.
func TestR4_1NeighboursOnPages(t *testing.T) {
	s := newSite(t)
	covering(s)
	limit := implementation.Statement{Status: implementation.InForce, Evidence: "Customs act", Figure: "72 h", Audience: "community"}
	s.bed.Do(s.bed.Official, func(tx *workflows.Tx) error {
		_, err := implementation.Set(tx, "BA", limit, []implementation.Of{{Code: "1540-OP3C-BOR"}})
		return err
	})
	limit.Figure, limit.Audience = "48 h", "public"
	none := implementation.Statement{Status: implementation.None, Audience: "public"}
	state(s, "HR", "Elsewhere", map[string]implementation.Statement{"1540-OP3C-BOR": limit, "NPT-I": none})
	state(s, "ME", "Further", map[string]implementation.Statement{"NPT-I": none})
	amina, visitor := s.as(s.bed.Official), s.as(workflows.Actor{})
	amina.get("/coverage/compare").says(200, "Choose two states or more")
	amina.get("/coverage/compare?state=BA&state=HR&state=ME&findings=1").says(200, "72 h", "48 h", "The figures differ", "Shared gap", "NPT-I", "2 obligations", `href="/gaps/new?obligation=NPT-I"`)
	amina.get("/gaps/new?obligation=NPT-I").says(200, `value="NPT-I"`)
	s.as(s.bed.Reviewer).get("/coverage/compare?state=BA&state=HR&state=ME&findings=1").says(200, "NPT-I").lacks("/gaps/new")
	amina.get("/coverage/compare?state=BA&state=HR&instrument="+url.QueryEscape("NPT (1968)")).says(200, "NPT-II").lacks("1540-OP3C-BOR", `href="/gaps/new?obligation=NPT-II"`)
	visitor.get("/coverage/compare?state=BA&state=HR&findings=1").says(200, "Nothing stands out").lacks("72 h", "48 h")
	visitor.get("/coverage/compare?state=ZZ").says(404)
	amina.get("/coverage/BA").says(200, "Send the minister one PDF", "Elsewhere", "save it as PDF").lacks("briefing.pdf")
	amina.get("/coverage/BA/briefing?with=HR&with=ME").says(200, "What nothing covers", "BWC-I", "A1 Freeze funds", "48 h", "Further", "does not prove").lacks("briefing.pdf")
	amina.get("/coverage/BA/briefing").says(200, "No neighbour was chosen").get("/coverage/BA/briefing?with=ZZ").says(404)
	resp, err := amina.client.Get(s.url + "/coverage/BA/briefing.pdf")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("without a printer: %d", resp.StatusCode)
	}
}

// Every page of it, with all that can be done there, in English and in Arabic, is one
// that keeps nobody out, also on a telephone.
func TestCoverageIsAccessible(t *testing.T) {
	s := newSite(t)
	covering(s)
	none := implementation.Statement{Status: implementation.None, Audience: "public"}
	state(s, "HR", "Elsewhere", map[string]implementation.Statement{"NPT-I": none, "1540-OP3C-BOR": {Status: implementation.InForce, Evidence: "Act", Figure: "48 h", Audience: "public"}})
	s.bed.Do(s.bed.Official, func(tx *workflows.Tx) error {
		for _, in := range []implementation.Statement{{Status: implementation.Drafted, AsOf: "2025-11-01", Audience: "state"}, none} {
			seen := int64(0)
			if in == none {
				seen = 1
			}
			if _, err := implementation.Set(tx, "BA", in, []implementation.Of{{Code: "NPT-I", Seen: seen}}); err != nil {
				return err
			}
		}
		return nil
	})
	b := apptest.Browser(t)
	b.WithAxe()
	b.Open(s.url + "/sign-in/" + linkOf(s, s.bed.Official))
	b.Submit(`form[action^="/sign-in/"]`)
	for _, language := range []string{"en", "ar"} {
		b.Open(s.url + "/")
		if choice := `#languages button[value="` + language + `"]`; b.Has(choice) {
			b.Click(choice)
		}
		if got := b.Attribute("html", "lang"); got != language {
			t.Fatalf("the page is in %s", got)
		}
		for _, path := range []string{"/coverage", "/coverage/BA?q=NPT-I", "/coverage/BA/map?theme=nuclear", "/coverage/compare?state=BA&state=HR&findings=1", "/coverage/BA/briefing?with=HR&instrument=NPT+(1968)", "/coverage/BA/import", "/obligations/NPT-I"} {
			b.Size(1280, 900)
			b.Open(s.url + path)
			for _, fault := range b.Axe() {
				t.Errorf("%s in %s: %+v", path, language, fault)
			}
			if b.Size(320, 640); b.Overflows() {
				t.Errorf("%s in %s is wider than a telephone", path, language)
			}
		}
	}
}

// A draft is checked: what it leaves out, and what its measures lack.
func TestDraftIsChecked(t *testing.T) {
	s := newSite(t)
	p := covering(s)
	var ids []string
	if err := s.bed.Store.DB.Table("drafts").Where("strategy_id = ?", p.StrategyID).Pluck("id", &ids).Error; err != nil {
		t.Fatal(err)
	}
	at := "/drafts/" + ids[0] + "/obligations"
	s.as(s.bed.Official).get(at).says(200, "Obligations that no provision serves", "Measures that lack something", "A1 Freeze funds", "There is no plan to keep it up")
	s.as(s.bed.Reviewer).get(at).says(200, "A1 Freeze funds")
	c, err := implementation.CheckDraft(s.bed.Read(s.bed.Official), ids[0])
	if err != nil || len(c.Unserved) != 359 || len(c.Idle) != 3 || len(c.Lacking) != 1 {
		t.Errorf("%+v, %v", c, err)
	}
	s.bed.Do(s.bed.Admin, func(tx *workflows.Tx) error {
		_, err := coverage.PutOwn(tx, "BA", []register.Row{{Line: 2, Code: "A-1", Instrument: "I", Provision: "1", Theme: "nuclear", Kind: "procedures", Title: "T", Summary: "S", Lead: "L", Sectors: []string{"government"}, Checked: "verified", Source: "X"}}, false)
		return err
	})
	s.as(s.bed.Official).get("/coverage/BA?q=BA:A-1").says(200, "1 obligation").get("/obligations/BA:A-1").says(200, "Say how far the state is")
}
