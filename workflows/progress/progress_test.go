package progress_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/progress"
)

func date(year int) time.Time { return time.Date(year, time.October, 17, 0, 0, 0, 0, time.UTC) }

func add(b *testbed.Bed, by workflows.Actor, in progress.New) error {
	return b.Write(by, func(tx *workflows.Tx) error { _, err := progress.Add(tx, testbed.State, in); return err })
}

func refused(t *testing.T, err error, kind workflows.Kind, want string) {
	t.Helper()
	if !workflows.IsKind(err, kind) || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %s", err, want)
	}
}

// The table of 2003 and 2008: 126 of 155 is 81 per cent, 177 of 184 is 96.
func TestR2_3ProgressTable(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		in := progress.New{Subject: "National Authority", Whole: "States Parties", Source: "Report of the Director-General", AsOf: date(2008), Have: 177, OutOf: 184}
		for _, row := range []struct {
			year        int
			have, outOf int64
		}{{2008, 177, 184}, {2003, 126, 155}} {
			in.AsOf, in.Have, in.OutOf = date(row.year), row.have, row.outOf
			if err := add(b, b.Official, in); err != nil {
				t.Fatal(err)
			}
		}
		in.Subject, in.Have = "All key areas", 51
		if err := add(b, b.Official, in); err != nil {
			t.Fatal(err)
		}
		table, err := progress.Of(b.Read(b.Auditor), testbed.State)
		if err != nil || len(table.Days) != 2 || len(table.Rows) != 2 {
			t.Fatalf("%+v, %v", table, err)
		}
		first := table.Rows[0].Figures
		if first[0].Have != 126 || first[0].OutOf != 155 || first[0].Percent() != 81 || first[1].Have != 177 || first[1].OutOf != 184 || first[1].Percent() != 96 {
			t.Errorf("%+v %+v", first[0], first[1])
		}
		if second := table.Rows[1].Figures; second[0] == nil || second[1] != nil {
			t.Errorf("%+v", second)
		}
		refused(t, add(b, b.Official, in), workflows.Conflict, "progress_twice")
		refused(t, add(b, b.Reviewer, in), workflows.Forbidden, "forbidden")
		refused(t, add(b, b.Official, progress.New{Have: 3, OutOf: 0}), workflows.Invalid, "subject: required; whole: required; source: required; as_of: required; out_of: progress_whole; have: progress_part")
		in.AsOf = b.Clock.Now().AddDate(0, 0, 1)
		refused(t, add(b, b.Official, in), workflows.Invalid, "as_of: day_in_future")
		withdraw := func(by workflows.Actor) error {
			return b.Write(by, func(tx *workflows.Tx) error { return progress.Withdraw(tx, testbed.State, first[0].ID) })
		}
		refused(t, withdraw(b.Auditor), workflows.Forbidden, "forbidden")
		if err := withdraw(b.Official); err != nil {
			t.Fatal(err)
		}
		if table, err = progress.Of(b.Read(b.Official), testbed.State); err != nil || len(table.Days) != 2 || table.Rows[1].Figures[0] != nil {
			t.Errorf("%+v, %v", table, err)
		}
		if n := b.Count("audit_entries", "object = 'progress'"); n != 4 {
			t.Errorf("%d entries of the record", n)
		}
		_, err = progress.Of(b.Read(workflows.Actor{}), testbed.State)
		refused(t, err, workflows.NotFound, "")
	})
}

// The share is never more than half a per cent off, and within 0 and 100.
func TestPercent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		of := rapid.Int64Range(1, 1_000_000_000).Draw(t, "of")
		f := progress.Figure{Have: rapid.Int64Range(0, of).Draw(t, "have"), OutOf: of}
		p := f.Percent()
		if off := 2 * (100*f.Have - p*of); p < 0 || p > 100 || off >= of || off < -of {
			t.Fatalf("%d of %d is %d per cent", f.Have, of, p)
		}
	})
}
