package web

import (
	"net/url"
	"strings"
	"testing"

	"jahorina/app/apptest"
	"jahorina/workflows"
	reports "jahorina/workflows/report"
)

func TestReportPagesFitTheirViews(t *testing.T) {
	fit(t, map[string]any{
		"official/reports": page[reportsView]{}, "official/report_draft": page[reportDraftView]{}, "official/law": page[lawView]{}, "official/progress": page[progressView]{},
	})
}

// R7.3 on pages: a law is changed once, and four drafts change.
func TestR7_3OneEntryFeedsFourReportsOnPages(t *testing.T) {
	s := newSite(t)
	amina, reviewer := s.as(s.bed.Official), s.as(s.bed.Reviewer)
	s.as(workflows.Actor{}).get("/reports/BA").says(404)
	amina.get("/home").says(200, `href="/reports/BA"`).get("/reports/BA").says(200, "No law is entered yet").get("/reports/BA/law").says(200, "How it is cited")
	form := url.Values{"citation": {"Act on dual-use goods, Gazette 12/10"}, "kind": {"law"}, "obligations": {"1540-OP2-BW-ACQ, cwc-vii1a BWC-IV-B NONE\nSAA-10-3B"}, "link": {"http://x"}}
	amina.post("/reports/BA/law", form).says(422, "NONE", "begins with https://", "Gazette 12/10")
	form.Set("obligations", "1540-OP2-BW-ACQ, cwc-vii1a BWC-IV-B\nSAA-10-3B")
	form.Set("link", "")
	amina.post("/reports/BA/law", form).says(200, "Gazette 12/10")
	at := strings.ReplaceAll(amina.find(`href="(/reports/BA/law\?law=[^"]+)"`), "&amp;", "&")
	form.Set("citation", "Act on dual-use goods, Gazette 7/26")
	for _, words := range []string{"Gazette 12/10", "Gazette 7/26"} {
		for _, kind := range reports.Kinds {
			for _, path := range []string{"/reports/BA/draft?report=", "/reports/BA/draft.csv?report="} {
				reviewer.get(path+kind).says(200, words)
			}
		}
		if words == "Gazette 12/10" {
			amina.get(at).says(200, "Gazette 12/10")
			form.Set("version", amina.find(`name="version" value="([^"]+)"`))
			amina.post(at, form).says(200, "Gazette 7/26").lacks("Gazette 12/10")
		}
	}
	amina.get("/reports/BA/draft?report=x").says(404)
	reviewer.get("/reports/BA/law").says(403)
}

// R2.3 on pages: the table of 2003 and 2008.
func TestR2_3ProgressOnPages(t *testing.T) {
	s := newSite(t)
	amina := s.as(s.bed.Official)
	amina.get("/progress/BA").says(200, "There is no figure yet")
	form := url.Values{"subject": {"National Authority"}, "as_of": {"2003-10-17"}, "have": {"126"}, "out_of": {"100"}, "whole": {"States Parties"}, "source": {"OPCW"}}
	amina.post("/progress/BA", form).says(422, "cannot be more than", "126", "OPCW")
	form.Set("out_of", "155")
	amina.post("/progress/BA", form).says(200, "126 of 155 (81 %)")
	form.Set("as_of", "2008-11-01")
	form.Set("have", "177")
	form.Set("out_of", "184")
	amina.post("/progress/BA", form).says(200, "126 of 155 (81 %)", "177 of 184 (96 %)", "17 October 2003", "1 November 2008")
	amina.get("/progress/BA/progress.csv").says(200, "126,155,States Parties,81,OPCW", "177,184,States Parties,96,OPCW")
	amina.get("/progress/BA").post("/progress/BA/withdrawals", url.Values{"figure": {amina.find(`name="figure" value="([^"]+)"`)}}).says(200, "177 of 184").lacks("126 of 155")
}

func TestReportsInTheBrowser(t *testing.T) {
	s := newSite(t)
	amina := s.as(s.bed.Official)
	amina.get("/reports/BA/law").post("/reports/BA/law", url.Values{"citation": {"Penal code, Art. 201"}, "kind": {"law"}, "obligations": {"CWC-VII1A"}})
	amina.get("/progress/BA").post("/progress/BA", url.Values{"subject": {"Laws"}, "as_of": {"2003-10-17"}, "have": {"1"}, "out_of": {"3"}, "whole": {"States"}, "source": {"OPCW"}})
	b := apptest.Browser(t)
	b.WithAxe()
	b.Open(s.url + "/sign-in/" + linkOf(s, s.bed.Official))
	b.Submit(`form[action^="/sign-in/"]`)
	for _, width := range []int{1280, 320} {
		b.Size(width, 800)
		for _, path := range []string{"/reports/BA", "/reports/BA/draft?report=cwc-vii5", "/reports/BA/law", "/progress/BA"} {
			b.Open(s.url + path)
			if b.Overflows() {
				t.Errorf("%s is wider than the screen of %d", path, width)
			}
			for _, fault := range b.Axe() {
				t.Errorf("%s: %s", path, fault)
			}
		}
	}
}
