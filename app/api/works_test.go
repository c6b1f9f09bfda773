package api_test

import (
	"encoding/csv"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"jahorina/app/apptest/testbed"
	"jahorina/app/works"
	"jahorina/templates"
	"jahorina/workflows/consultation"
)

// A table goes in and a file comes out by long work; both are followed, stopped,
// gone on with and fetched by programs.
func TestLongWork(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		w := newWorld(t, b)
		w.signIn(b.Official, b.Second, b.Reviewer, b.Admin)
		c := b.Bring(b.Consultation(b.New(b.Draft(strategyText()).ID)), consultation.Open)
		locales, err := templates.LoadLocales()
		if err != nil {
			t.Fatal(err)
		}
		runner := works.New(works.Config{Engine: b.Engine, Locales: locales, Keep: time.Hour, Log: slog.New(slog.DiscardHandler)})
		do := func(id string) {
			t.Helper()
			if err := runner.Do(t.Context(), id); err != nil {
				t.Fatal(err)
			}
		}
		path, official := "/consultations/"+c.ID, w.as(b.Official)
		imports := path + "/imports?received_at=" + c.OpensAt.UTC().Format("2006-01-02T15:04:05Z") + "&name=t.csv"
		w.as(b.Reviewer).with("Content-Type", "text/csv").post(imports, commentsTable(t)).refused(http.StatusForbidden, "forbidden")
		broken := []byte("organisation,sector,type,comment\nA,industry,te,x\nA,nobody,zz,\n")
		w.as(b.Official).with("Content-Type", "text/csv").post(imports, broken).refused(http.StatusUnprocessableEntity, "invalid", "line 3")
		started := w.as(b.Official).with("Content-Type", "text/csv").with("Idempotency-Key", "table").post(imports, commentsTable(t)).want(http.StatusAccepted)
		if again := w.as(b.Official).with("Content-Type", "text/csv").with("Idempotency-Key", "table").post(imports, commentsTable(t)).want(http.StatusAccepted); again.str("id") != started.str("id") {
			t.Error("the same request began another work")
		}
		at := "/works/" + started.str("id")
		if started.str("state") != "queued" || started.value["total"] != 60.0 || started.str("name") != "t.csv" {
			t.Fatalf("started %s", started.body)
		}
		if stopped := official.post(at+"/cancellation", m{}); stopped.want(http.StatusOK).str("state") != "cancelled" {
			t.Fatalf("stopped %s", stopped.body)
		}
		official.post(at+"/cancellation", m{}).refused(http.StatusConflict, "wrong_state")
		w.as(b.Admin).post(at+"/resumption", m{}).refused(http.StatusForbidden, "forbidden")
		official.post(at+"/resumption", m{}).want(http.StatusOK)
		do(started.str("id"))
		ended := official.get(at).want(http.StatusOK)
		if ended.str("state") != "finished" || ended.value["done"] != 60.0 || ended.value["refused"] != 0.0 {
			t.Errorf("ended %s", ended.body)
		}
		if rows := objects(t, official.get(at + "/rows").want(http.StatusOK).value["items"]); len(rows) != int(ended.value["parked"].(float64)) || rows[0]["taken"] != true {
			t.Errorf("rows %v", rows)
		}
		official.get(at+"/file").refused(http.StatusNotFound, "not_found")

		made := w.as(b.Reviewer).post(path+"/exports", m{"format": "csv"}).want(http.StatusAccepted)
		w.as(b.Reviewer).post(path+"/exports", m{"format": "doc"}).refused(http.StatusUnprocessableEntity, "invalid", "format")
		w.as(b.Admin).post(path+"/exports", m{"format": "csv"}).refused(http.StatusForbidden, "forbidden")
		file := "/works/" + made.str("id") + "/file"
		w.as(b.Reviewer).get(file).refused(http.StatusConflict, "work_not_finished")
		do(made.str("id"))
		body := w.as(b.Reviewer).get(file).want(http.StatusOK).body
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(body), "\uFEFF"))).ReadAll()
		if err != nil || len(rows) != 61 {
			t.Errorf("%d rows (%v)", len(rows), err)
		}
		official.get(file).refused(http.StatusNotFound, "not_found")
		if seen := w.as(b.Admin).get("/works").items(); len(seen) != 2 || seen[0]["name"] != "" {
			t.Errorf("the administrator lists %v", seen)
		}
		if seen := w.as(b.Second).get("/works?consultation_id=" + c.ID).items(); len(seen) != 0 {
			t.Errorf("another official lists %v", seen)
		}
		b.Clock.Add(time.Hour)
		w.as(b.Reviewer).get(file).refused(http.StatusConflict, "work_removed")
	})
}
