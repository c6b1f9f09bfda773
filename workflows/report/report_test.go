package report_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/coverage/register"
	"jahorina/workflows/duty"
	"jahorina/workflows/matrix"
	"jahorina/workflows/plan"
	"jahorina/workflows/report"
	"jahorina/workflows/strategy"
)

func draft(t *testing.T, b *testbed.Bed, kind string) *report.Draft {
	t.Helper()
	d, err := report.Of(b.Read(b.Official), testbed.State, kind)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// says is where in the draft the words stand, as "section code".
func says(d *report.Draft, words string) (out []string) {
	for _, p := range d.Parts {
		for _, l := range p.Lines {
			text := fmt.Sprintf("%+v %+v %+v", l.Laws, l.Measures, l.References)
			for _, sent := range l.Sent {
				text += sent.Return.Reference
			}
			if strings.Contains(text, words) {
				out = append(out, p.Name+" "+l.Obligation.Code)
			}
		}
	}
	return out
}

func refused(t *testing.T, err error, kind workflows.Kind, want string) {
	t.Helper()
	if !workflows.IsKind(err, kind) || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %s", err, want)
	}
}

// A law reference is changed once; four report drafts change.
func TestR7_3OneEntryFeedsFourReports(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		in := report.Text{Kind: "law", Citation: "Act on dual-use goods, Gazette 12/10", Obligations: []string{"1540-OP2-BW-ACQ", "BWC-IV-B", "CWC-VII1A", "SAA-10-3B", "BWC-IV-B"}}
		var law *report.Law
		b.Do(b.Official, func(tx *workflows.Tx) (err error) {
			law, err = report.AddLaw(tx, testbed.State, in)
			return err
		})
		if len(law.Obligations) != 4 {
			t.Errorf("%q", law.Obligations)
		}
		before := map[string][]string{}
		for _, kind := range report.Kinds {
			if before[kind] = says(draft(t, b, kind), "Gazette 12/10"); len(before[kind]) == 0 {
				t.Errorf("%s does not have the law", kind)
			}
		}
		in.Citation = "Act on dual-use goods, Gazette 7/26"
		b.Do(b.Official, func(tx *workflows.Tx) error {
			_, err := report.PutLaw(tx, law.ID, 1, in)
			return err
		})
		for _, kind := range report.Kinds {
			d := draft(t, b, kind)
			if left := says(d, "Gazette 12/10"); len(left) != 0 {
				t.Errorf("%s still says it at %q", kind, left)
			}
			if now := says(d, "Gazette 7/26"); !slices.Equal(now, before[kind]) {
				t.Errorf("%s says it at %q, before at %q", kind, now, before[kind])
			}
		}
		put := func(by workflows.Actor, seen int64, in report.Text) error {
			return b.Write(by, func(tx *workflows.Tx) error { _, err := report.PutLaw(tx, law.ID, seen, in); return err })
		}
		refused(t, put(b.Official, 1, in), workflows.Stale, "stale")
		refused(t, put(b.Reviewer, 2, in), workflows.Forbidden, "forbidden")
		refused(t, put(workflows.Actor{}, 2, in), workflows.NotFound, "not_found")
		refused(t, put(b.Official, 2, report.Text{Kind: "decree", Link: "http://x", Obligations: []string{"NONE"}}), workflows.Invalid, "kind: not_one_of; citation: required; link: not_a_link; obligations: unknown_obligation")
		in.RepealedOn = b.Clock.Now().Add(-24 * time.Hour)
		if err := put(b.Official, 2, in); err != nil {
			t.Fatal(err)
		}
		for _, kind := range report.Kinds {
			if left := says(draft(t, b, kind), "Gazette 7/26"); len(left) != 0 {
				t.Errorf("%s has what is repealed: %q", kind, left)
			}
		}
		_, err := report.Of(b.Read(workflows.Actor{}), testbed.State, "1540")
		refused(t, err, workflows.NotFound, "")
		_, err = report.Of(b.Read(b.Official), testbed.State, "1541")
		refused(t, err, workflows.NotFound, "")
	})
}

// Measures, references of the matrix and what was sent stand in the drafts too.
func TestDraftsHaveWhatIsKeptAnyway(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		b.Do(b.Official, func(tx *workflows.Tx) error {
			s, err := strategy.Create(tx, testbed.State, "Strategy")
			if err != nil {
				return err
			}
			p, err := plan.Create(tx, s.ID, plan.Terms{Title: "Plan", StartsOn: tx.Now, EndsOn: tx.Now.AddDate(2, 0, 0)})
			if err != nil {
				return err
			}
			if _, err := plan.Add(tx, p.ID, plan.Content{Number: "A1", Title: "Amend the penal code", Kind: "legislation", Obligations: []string{"CWC-VII1A"}}, tx.Now.AddDate(1, 0, 0)); err != nil {
				return err
			}
			c := matrix.Cell{Key: "acquisition", Weapon: "CW", Dimension: "legal"}
			if _, err := matrix.Put(tx, matrix.BookOf(testbed.State), c, matrix.Self, matrix.Value{Mark: "X", Reference: "Act 12/2010; By-law 3", Marking: "TLP:AMBER"}, 0); err != nil {
				return err
			}
			if _, err := duty.Bind(tx, testbed.State, duty.Binding{Instrument: "CWC (1993)", InForceOn: tx.Now.AddDate(0, -1, 0), Source: "x"}, 0); err != nil {
				return err
			}
			_, err = duty.Fulfil(tx, testbed.State, duty.Sent{Code: "CWC-INDUSTRY", Period: "once", DoneOn: tx.Now, Reference: "Note 12/26"})
			return err
		})
		for words, where := range map[string][]string{
			"Amend the penal code": {"Art. VII(1)-(3) CWC-VII1A"}, "By-law 3 (TLP:AMBER)": {"Art. VII(1)-(3) 1540-OP2-CW-ACQ"}, "Note 12/26": {"Art. VI CWC-VI78"},
		} {
			if got := says(draft(t, b, "cwc-vii5"), words); !slices.Equal(got, where) {
				t.Errorf("%s stands at %q, want %q", words, got, where)
			}
		}
		if got := says(draft(t, b, "1540"), "Act 12/2010"); len(got) == 0 {
			t.Error("the 1540 report has no reference of the matrix")
		}
	})
}

// Every section takes something of the register, and every code it names is there.
func TestSectionsNameTheRegister(t *testing.T) {
	b := testbed.Open(t, sqlite(t))
	rows, err := register.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range report.Kinds {
		d := draft(t, b, kind)
		taken := map[string]bool{}
		for _, p := range d.Parts {
			if len(p.Lines) == 0 || p.Title == "" {
				t.Errorf("%s %s takes nothing", kind, p.Name)
			}
			for _, l := range p.Lines {
				taken[l.Obligation.Code] = true
			}
		}
		for _, r := range rows {
			if kind == "1540" && strings.HasPrefix(r.Code, "1540-") && !taken[r.Code] {
				t.Errorf("%s is in no section of the 1540 report", r.Code)
			}
		}
	}
}
