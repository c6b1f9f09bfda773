package api_test

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"net/url"
	"testing"

	"jahorina/app/apptest/testbed"
	"jahorina/app/documents/samples"
	"jahorina/workflows/consultation"
)

// Whatever is sent as cursor, limit or search, a list answers or says what is
// wrong with it, and gives out nothing twice.
func FuzzCursor(f *testing.F) {
	b := sqlite(f)
	w := newWorld(f, b)
	w.signIn(b.Official)
	c := b.At(consultation.Open)
	for _, s := range []string{"", "0", "-1", "x", "%", "' OR 1=1 --", "9223372036854775808", "\x00", "\xff", c.ID, "ffffffff-ffff-ffff-ffff-ffffffffffff"} {
		f.Add(s, "50", s)
	}
	f.Fuzz(func(t *testing.T, after, limit, q string) {
		query := url.Values{"after": {after}, "limit": {limit}}.Encode()
		for _, path := range []string{"/consultations", "/strategies", "/organisations", "/consultations/" + c.ID + "/record"} {
			a := w.as(b.Official).get(path + "?" + query)
			if a.status != http.StatusOK && a.status != http.StatusUnprocessableEntity {
				t.Fatalf("%s?%s: %d %s", path, query, a.status, a.body)
			}
		}
		a := w.as(b.Official).get("/consultations/" + c.ID + "/comments?" + url.Values{"q": {q}, "after": {after}}.Encode())
		if a.status != http.StatusOK && a.status != http.StatusUnprocessableEntity {
			t.Fatalf("q=%q: %d %s", q, a.status, a.body)
		}
	})
}

// The table of the samples goes in whole: 60 comments, those of the same
// organisation in one submission, the one on a place that does not exist
// parked until an official finds one.
func TestImport(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		w := newWorld(t, b)
		w.signIn(b.Official, b.Reviewer)
		in := b.New(b.Draft(strategyText()).ID)
		c := b.Bring(b.Consultation(in), consultation.Open)
		path := "/consultations/" + c.ID
		b.Clock.Add(1)
		official := w.as(b.Official).with("Content-Type", "text/csv").with("Idempotency-Key", "table")
		at := "?received_at=" + c.OpensAt.UTC().Format("2006-01-02T15:04:05Z")
		table := commentsTable(t)
		w.as(b.Reviewer).with("Content-Type", "text/csv").post(path+"/comments/import"+at, table).refused(http.StatusForbidden, "forbidden")
		official.post(path+"/comments/import", table).refused(http.StatusUnprocessableEntity, "invalid", "received_at")
		done := official.post(path+"/comments/import"+at, table).want(http.StatusCreated)
		official.post(path+"/comments/import"+at, table).want(http.StatusCreated) // the same again
		if done.value["comments"] != 60.0 {
			t.Fatalf("imported %s", done.body)
		}
		if n := len(w.as(b.Official).get(path + "/comments?limit=200").items()); n != 60 {
			t.Fatalf("%d comments are there", n)
		}
		parked := w.as(b.Official).get(path + "/comments?parked=true").items()
		if len(parked) != len(done.value["parked"].([]any)) || len(parked) == 0 || parked[0]["parked"] != true {
			t.Fatalf("parked %v", parked)
		}
		place := "/comments/" + parked[0]["id"].(string) + "/place"
		placed := w.as(b.Official).post(place, m{"provision_id": b.Provision(c.DraftID, "4.4").ID}).want(http.StatusOK)
		if placed.value["parked"] != false || placed.str("provision") != "4.4" {
			t.Fatalf("placed %s", placed.body)
		}
		broken := []byte("organisation,sector,type,comment\nA,industry,te,x\nA,nobody,zz,\n")
		w.as(b.Official).with("Content-Type", "text/csv").post(path+"/comments/import"+at, broken).
			refused(http.StatusUnprocessableEntity, "invalid", "line 3")
	})
}

func strategyText() string { return string(samples.StrategyEN) }

// commentsTable is the table of comments that the samples hold, written anew.
func commentsTable(t *testing.T) []byte {
	t.Helper()
	rows, err := samples.Comments()
	if err != nil {
		t.Fatal(err)
	}
	var table bytes.Buffer
	out := csv.NewWriter(&table)
	_ = out.Write([]string{"organisation", "sector", "section", "paragraph", "type", "comment", "proposed_change", "language", "confidentiality"})
	for _, r := range rows {
		_ = out.Write([]string{r.Organisation, r.Sector, r.Section, r.Paragraph, r.Type, r.Text, r.ProposedChange, r.Language, r.Confidentiality})
	}
	out.Flush()
	return table.Bytes()
}
