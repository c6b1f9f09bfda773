package api_test

import (
	"net/http"
	"strings"
	"testing"

	"jahorina/app/apptest/testbed"
)

// A program changes a law once, and four drafts change; figures come with their
// denominators.
func TestReportsAndProgress(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		w := newWorld(t, b)
		w.signIn(b.Official, b.Auditor)
		official, auditor := w.as(b.Official), w.as(b.Auditor)
		law := m{"kind": "law", "citation": "Gazette 12/10", "obligations": []string{"1540-OP2-BW-ACQ", "BWC-IV-B", "CWC-VII1A", "SAA-10-3B"}}
		auditor.post("/reports/BA/laws", law).refused(http.StatusForbidden, "forbidden")
		added := official.post("/reports/BA/laws", law).want(http.StatusCreated)
		at := "/laws/" + added.str("id")
		law["citation"] = "Gazette 7/26"
		official.put(at, law).refused(http.StatusPreconditionRequired, "if_match_required")
		official.with("If-Match", `"9"`).put(at, law).refused(http.StatusPreconditionFailed, "stale")
		official.with("If-Match", `"1"`).put(at, law).want(http.StatusOK)
		for _, kind := range []string{"1540", "cbm-e", "cwc-vii5", "saa"} {
			if d := auditor.get("/reports/BA/draft?report=" + kind).want(http.StatusOK); !strings.Contains(string(d.body), "Gazette 7/26") || strings.Contains(string(d.body), "Gazette 12/10") {
				t.Errorf("%s: %.300s", kind, d.body)
			}
		}
		figure := m{"subject": "National Authority", "as_of": "2003-10-17", "have": 126, "out_of": 155, "whole": "States Parties", "source": "OPCW"}
		if f := official.post("/progress/BA", figure).want(http.StatusCreated); f.value["percent"] != 81.0 {
			t.Errorf("%s", f.body)
		}
		official.post("/progress/BA", figure).refused(http.StatusConflict, "progress_twice")
		rows := objects(t, auditor.get("/progress/BA").want(http.StatusOK).value["items"])
		if len(rows) != 1 || rows[0]["out_of"] != 155.0 {
			t.Fatalf("%v", rows)
		}
		official.post("/progress/BA/withdrawals", m{"figure": rows[0]["id"]}).want(http.StatusOK)
	})
}
