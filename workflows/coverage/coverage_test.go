package coverage_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/coverage"
	"jahorina/workflows/coverage/register"
	"jahorina/workflows/strategy"
)

func codes(rows []coverage.Obligation) []string {
	out := []string{}
	for _, o := range rows {
		out = append(out, o.Code)
	}
	return out
}

// all reads a list page by page.
func all(t *testing.T, tx *workflows.Tx, f coverage.Filter) []coverage.Obligation {
	t.Helper()
	var out []coverage.Obligation
	for after := ""; ; {
		rows, next, err := coverage.List(tx, f, workflows.Page{After: after})
		if err != nil {
			t.Fatal(err)
		}
		if out = append(out, rows...); next == "" {
			return out
		}
		after = next
	}
}

// R1.1: 359 rows with their counts by theme; a second load changes nothing. Read
// by a visitor, in the order of the file, each once.
func TestR1_1TheRegisterIsLoadedOnce(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		visitor := b.Read(workflows.Actor{})
		rows := all(t, visitor, coverage.Filter{})
		shipped, err := register.Shipped()
		if err != nil {
			t.Fatal(err)
		}
		themes := map[string]int{}
		for i, o := range rows {
			themes[o.Theme]++
			if o.Code != shipped[i].Code || o.Instrument == "" || o.Provision == "" || o.Lead == "" || len(o.Sectors) == 0 || o.Source == "" || o.Checked == "" {
				t.Fatalf("row %d is %+v", i, o)
			}
		}
		want := map[string]int{"nuclear": 107, "chemical": 84, "biological": 53, "means_of_delivery": 12, "cross_cutting": 103}
		if len(rows) != 359 || !maps.Equal(themes, want) {
			t.Errorf("%d rows, %v", len(rows), themes)
		}
		before := b.Count("obligation_versions", "1 = 1") + b.Count("audit_entries", "1 = 1")
		report, err := coverage.Load(t.Context(), b.Engine)
		if err != nil || report.Same != 359 || len(report.Changes) != 0 {
			t.Errorf("the second load: %+v, %v", report, err)
		}
		if after := b.Count("obligation_versions", "1 = 1") + b.Count("audit_entries", "1 = 1"); after != before {
			t.Error("the second load left traces")
		}
		if n := b.Count("audit_entries", "object = 'register' AND actor = 'operator'"); n != 1 {
			t.Errorf("%d entries of the first load", n)
		}
	})
}

// R1.2 by kind; R4.4 by instrument; by words, code and mark; what is no word.
func TestR1_2ListIsCutDown(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		tx := b.Read(workflows.Actor{})
		for i, want := range []int{87, 58, 29, 161, 10, 14} {
			f := coverage.Filter{Kind: register.Kinds[i]}
			n, err := coverage.Count(tx, f)
			if err != nil || n != want || len(all(t, tx, f)) != want {
				t.Errorf("%s: %d, %v", register.Kinds[i], n, err)
			}
		}
		for _, c := range []struct {
			f    coverage.Filter
			want int
		}{
			{coverage.Filter{Instrument: "EU Stabilisation and Association Agreement"}, 7},
			{coverage.Filter{Instrument: "UNSCR 1540 (2004)", Theme: "means_of_delivery", Kind: "legislation"}, 5},
			{coverage.Filter{Checked: "from_general_knowledge"}, 55},
			{coverage.Filter{Query: "cwc-vi4t"}, 1},
			{coverage.Filter{Query: "  END-USE   certificate "}, 1},
			{coverage.Filter{Query: "%"}, 0},
			{coverage.Filter{Query: "no such words"}, 0},
		} {
			if n, err := coverage.Count(tx, c.f); err != nil || n != c.want {
				t.Errorf("%+v: %d, want %d, %v", c.f, n, c.want, err)
			}
		}
		for _, f := range []coverage.Filter{{Theme: "magic"}, {Kind: "laws"}, {Checked: "sure"}, {Query: "\x00"}, {Query: strings.Repeat("x", 301)}} {
			if _, _, err := coverage.List(tx, f, workflows.Page{}); !workflows.IsKind(err, workflows.Invalid) {
				t.Errorf("%+v: %v", f, err)
			}
		}
		in, err := coverage.Instruments(tx, coverage.Filter{})
		if err != nil || len(in) != 31 || in[0] != (coverage.Instrument{Name: "UNSCR 1540 (2004)", Count: 147}) {
			t.Errorf("%v, %v", in, err)
		}
		if _, _, err := coverage.Get(tx, "NO-SUCH"); !workflows.IsKind(err, workflows.NotFound) {
			t.Errorf("%v", err)
		}
	})
}

func own(code, title string) register.Row {
	return register.Row{
		Line: 2, Code: code, Instrument: "SAA of Testland", Provision: "Art. 126", Theme: "cross_cutting", Kind: "legislation", Title: title,
		Summary: "S", Lead: "M", Sectors: []string{"government"}, Checked: "verified", Source: "Read",
	}
}

func kinds(r *coverage.Report) (out []string) {
	for _, c := range r.Changes {
		out = append(out, c.Kind+" "+c.Row.Code+" "+strings.Join(c.Fields, " "))
	}
	return out
}

// A state's own obligations stand beside the shipped ones: added, revised,
// withdrawn and restored by its table, each with its wording kept.
func TestOwnObligations(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		put := func(by workflows.Actor, dry bool, rows ...register.Row) (r *coverage.Report, err error) {
			err = b.Write(by, func(tx *workflows.Tx) error {
				r, err = coverage.PutOwn(tx, testbed.State, rows, dry)
				return err
			})
			return r, err
		}
		for _, who := range []workflows.Actor{b.Official, b.Reviewer, {}} {
			if _, err := put(who, false, own("A-1", "One")); err == nil {
				t.Errorf("%s may add obligations", who.Name)
			}
		}
		for i, step := range []struct {
			rows []register.Row
			want []string
		}{
			{[]register.Row{own("A-1", "One"), own("CWC-I1A", "Two")}, []string{"added A-1 ", "added CWC-I1A "}},
			{[]register.Row{own("A-1", "One"), own("CWC-I1A", "Two")}, nil},
			{[]register.Row{own("A-1", "First")}, []string{"revised A-1 title", "withdrawn CWC-I1A "}},
			{[]register.Row{own("CWC-I1A", "Two")}, []string{"restored CWC-I1A ", "withdrawn A-1 "}},
		} {
			dry, err := put(b.Admin, true, step.rows...)
			if err != nil || !slices.Equal(kinds(dry), step.want) {
				t.Errorf("step %d, dry: %v, %v", i, kinds(dry), err)
			}
			done, err := put(b.Admin, false, step.rows...)
			if err != nil || !slices.Equal(kinds(done), step.want) {
				t.Errorf("step %d: %v, %v", i, kinds(done), err)
			}
		}
		tx := b.Read(workflows.Actor{})
		if got := codes(all(t, tx, coverage.Filter{Instrument: "SAA of Testland"})); !slices.Equal(got, []string{"BA:CWC-I1A"}) {
			t.Errorf("in force: %v", got)
		}
		o, versions, err := coverage.Get(tx, "BA:A-1")
		if err != nil || o.WithdrawnAt == nil || len(versions) != 3 || versions[0].Change != coverage.Withdrawn || versions[2].Wording.Title != "One" {
			t.Errorf("%+v, %v, %v", o, versions, err)
		}
		if n := b.Count("audit_entries", "object = 'obligation' AND state_code = ?", testbed.State); n != 4 {
			t.Errorf("%d entries in the record", n)
		}
		if report, err := coverage.Load(t.Context(), b.Engine); err != nil || len(report.Changes) != 0 {
			t.Errorf("a load of the shipped ones touches %v, %v", report, err)
		}
		if _, err := put(b.Admin, true); err != nil {
			t.Error(err)
		}
		b.Do(b.Admin, func(tx *workflows.Tx) error {
			_, err := coverage.PutOwn(tx, "ZZ", nil, true)
			if !workflows.IsKind(err, workflows.Invalid) {
				t.Errorf("another state: %v", err)
			}
			return nil
		})
	})
}

// linked is a draft whose 1.1 serves two obligations and whose section 2 one.
func linked(b *testbed.Bed) strategy.Draft {
	d := b.Draft(testbed.Text)
	b.Do(b.Official, func(tx *workflows.Tx) error {
		_, err := coverage.Relink(tx, b.Provision(d.ID, "1.1").ID, []string{"CWC-VII1A", "1540-OP3D-EXP"}, nil)
		if err == nil {
			_, err = coverage.Relink(tx, b.Provision(d.ID, "2").ID, []string{"CWC-VII1A"}, nil)
		}
		return err
	})
	return d
}

func relink(b *testbed.Bed, by workflows.Actor, provision string, add, remove []string) (n int, err error) {
	err = b.Write(by, func(tx *workflows.Tx) error {
		n, err = coverage.Relink(tx, provision, add, remove)
		return err
	})
	return n, err
}

func served(t *testing.T, b *testbed.Bed, d strategy.Draft, number string) []string {
	t.Helper()
	got, err := coverage.Served(b.Read(b.Official), &d)
	if err != nil {
		t.Fatal(err)
	}
	return codes(got[b.Provision(d.ID, number).Identity])
}

// Links go into the next draft with the identity of their provision, change there,
// and leave the older draft as it was.
func TestLinksGoWithTheProvision(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		old := linked(b)
		next := b.NextDraft(old.StrategyID, strings.NewReplacer("1.1 This", "1.3 This", "1.2 It covers", "1.1 New words that nobody has seen before.\n\n1.2 It covers").Replace(testbed.Text))
		if got := served(t, b, next, "1.3"); !slices.Equal(got, []string{"1540-OP3D-EXP", "CWC-VII1A"}) {
			t.Fatalf("carried: %v", got)
		}
		on := b.Provision(next.ID, "1.3")
		if n, err := relink(b, b.Official, on.ID, []string{"CWC-VII1A", "BWC-IV-L"}, []string{"1540-OP3D-EXP", "NPT-I"}); err != nil || n != 2 {
			t.Errorf("%d, %v", n, err)
		}
		if got := served(t, b, next, "1.3"); !slices.Equal(got, []string{"CWC-VII1A", "BWC-IV-L"}) {
			t.Errorf("changed: %v", got)
		}
		if got := served(t, b, old, "1.1"); !slices.Equal(got, []string{"1540-OP3D-EXP", "CWC-VII1A"}) {
			t.Errorf("the older draft: %v", got)
		}
		if _, err := relink(b, b.Official, b.Provision(old.ID, "1.1").ID, []string{"NPT-I"}, nil); !workflows.IsKind(err, workflows.Conflict) {
			t.Errorf("the older draft changes: %v", err)
		}
		history, err := coverage.History(b.Read(b.Official), &next, on.Identity, []int{2, 1})
		if err != nil || !slices.Equal(codes(history[2].Added), []string{"BWC-IV-L"}) || !slices.Equal(codes(history[2].Dropped), []string{"1540-OP3D-EXP"}) || len(history[1].Added) != 2 {
			t.Errorf("%+v, %v", history, err)
		}
		if n := b.Count("audit_entries", "object = 'provision' AND action IN ('link', 'unlink')"); n != 5 {
			t.Errorf("%d entries in the record", n)
		}
		// Taken away and put back within one draft, it has always been there.
		for range 2 {
			if _, err := relink(b, b.Official, on.ID, nil, []string{"BWC-IV-L"}); err != nil {
				t.Fatal(err)
			}
			if _, err := relink(b, b.Official, on.ID, []string{"BWC-IV-L"}, nil); err != nil {
				t.Fatal(err)
			}
		}
		if got := served(t, b, next, "1.3"); !slices.Equal(got, []string{"CWC-VII1A", "BWC-IV-L"}) {
			t.Errorf("put back: %v", got)
		}
	})
}

// Whose right it is, and what cannot be linked.
func TestLinksAreRefused(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		d := linked(b)
		on := b.Provision(d.ID, "1.1").ID
		for _, who := range []workflows.Actor{b.Admin, b.Reviewer, b.Auditor} {
			if _, err := relink(b, who, on, []string{"NPT-I"}, nil); !workflows.IsKind(err, workflows.Forbidden) {
				t.Errorf("%s: %v", who.Name, err)
			}
		}
		if _, err := relink(b, workflows.Actor{}, on, []string{"NPT-I"}, nil); !workflows.IsKind(err, workflows.NotFound) {
			t.Errorf("a visitor: %v", err)
		}
		b.Do(b.Admin, func(tx *workflows.Tx) error {
			_, err := coverage.PutOwn(tx, testbed.State, []register.Row{own("A-1", "One")}, false)
			return err
		})
		if _, err := relink(b, b.Official, on, []string{"BA:A-1"}, nil); err != nil {
			t.Errorf("the state's own: %v", err)
		}
		_, err := relink(b, b.Official, on, []string{"NO-1", "HR:A-1", "NPT-I"}, []string{"NPT-I"})
		var e *workflows.Error
		if !errors.As(err, &e) || len(e.Fields) != 3 || e.Fields[2].Key != "added_and_removed" || e.Fields[1].Key != "unknown_obligation" {
			t.Errorf("%v", err)
		}
		b.Do(b.Admin, func(tx *workflows.Tx) error {
			_, err := coverage.PutOwn(tx, testbed.State, nil, false)
			return err
		})
		if _, err := relink(b, b.Official, b.Provision(d.ID, "1.2").ID, []string{"BA:A-1"}, nil); !workflows.IsKind(err, workflows.Invalid) {
			t.Errorf("withdrawn: %v", err)
		}
		if got := served(t, b, d, "1.1"); !slices.Contains(got, "BA:A-1") {
			t.Errorf("what is withdrawn vanished from where it was linked: %v", got)
		}
		c := b.Bring(b.Consultation(b.New(d.ID)), consultation.Open)
		if _, err := relink(b, b.Official, on, []string{"NPT-I"}, nil); err != nil {
			t.Errorf("while it is open: %v", err)
		}
		b.Bring(c, consultation.Published)
		if _, err := relink(b, b.Official, on, []string{"NPT-II"}, nil); !workflows.IsKind(err, workflows.Conflict) {
			t.Errorf("once published: %v", err)
		}
	})
}

// What serves an obligation is told to each reader by the drafts they may read.
func TestServingAndUnserved(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		d := linked(b)
		visitor, official := b.Read(workflows.Actor{}), b.Read(b.Official)
		found, err := coverage.Serving(visitor, "CWC-VII1A")
		if err != nil || len(found) != 0 {
			t.Errorf("a visitor: %v, %v", found, err)
		}
		b.Bring(b.Consultation(b.New(d.ID)), consultation.Open)
		next := b.NextDraft(d.StrategyID, testbed.Text)
		for tx, version := range map[*workflows.Tx]int{visitor: 1, official: 2} {
			found, err := coverage.Serving(tx, "CWC-VII1A")
			if err != nil || len(found) != 1 || found[0].Draft.Version != version || len(found[0].Provisions) != 2 || found[0].Provisions[0].Number != "1.1" {
				t.Errorf("%+v, %v", found, err)
			}
		}
		if n, err := relink(b, b.Official, b.Provision(next.ID, "1.1").ID, nil, []string{"1540-OP3D-EXP"}); err != nil || n != 1 {
			t.Fatal(n, err)
		}
		found, err = coverage.Serving(official, "1540-OP3D-EXP")
		if err != nil || len(found) != 1 || found[0].Draft.Version != 1 {
			t.Errorf("served in the older draft alone: %+v, %v", found, err)
		}
		ids, err := coverage.ServedBy(official, &next, "CWC-VII1A")
		if err != nil || len(ids) != 2 || ids[0] != b.Provision(next.ID, "1.1").ID {
			t.Errorf("%v, %v", ids, err)
		}
		tallies, err := coverage.Tallies(official, &d)
		if err != nil || tallies[0] != (coverage.Tally{Instrument: "UNSCR 1540 (2004)", Total: 147, Served: 1}) {
			t.Errorf("%v, %v", tallies, err)
		}
		for _, draft := range []strategy.Draft{d, next} {
			rows, _, err := coverage.Unserved(official, &draft, coverage.Filter{Instrument: "CWC (1993)"}, workflows.Page{Limit: 100})
			if err != nil || len(rows) != 51 || slices.Contains(codes(rows), "CWC-VII1A") {
				t.Errorf("%d, %v", len(rows), err)
			}
		}
		// A provision that is gone serves nothing.
		last := b.NextDraft(d.StrategyID, "# Strategy\n\n1. Another text altogether.\n")
		if rows, _, err := coverage.Unserved(official, &last, coverage.Filter{Query: "CWC-VII1A"}, workflows.Page{}); err != nil || len(rows) != 1 {
			t.Errorf("%v, %v", codes(rows), err)
		}
	})
}

// A section that is confirmed to be an earlier one serves what was said of either.
func TestConfirmedProvisionServesBoth(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		old := b.Draft(testbed.Text)
		if _, err := relink(b, b.Official, b.Provision(old.ID, "1").ID, []string{"NPT-I"}, nil); err != nil {
			t.Fatal(err)
		}
		next := b.NextDraft(old.StrategyID, strings.Replace(testbed.Text, "1. Purpose", "1. Aims and scope", 1))
		on := b.Provision(next.ID, "1")
		if on.Origin != strategy.OriginDoubtful {
			t.Fatalf("it is %s", on.Origin)
		}
		if _, err := relink(b, b.Official, on.ID, []string{"NPT-II"}, nil); err != nil {
			t.Fatal(err)
		}
		if got := served(t, b, next, "1"); !slices.Equal(got, []string{"NPT-II"}) {
			t.Errorf("before: %v", got)
		}
		b.Do(b.Official, func(tx *workflows.Tx) error { return coverage.Confirm(tx, on.ID) })
		if got := served(t, b, next, "1"); !slices.Equal(got, []string{"NPT-I", "NPT-II"}) {
			t.Errorf("confirmed: %v", got)
		}
	})
}

func TestImport(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		d := linked(b)
		take := func(dry bool, rows ...register.Link) (out *coverage.Imported, err error) {
			err = b.Write(b.Official, func(tx *workflows.Tx) error {
				out, err = coverage.Import(tx, d.ID, rows, dry)
				return err
			})
			return out, err
		}
		rows := []register.Link{{Line: 2, Provision: "1.1", Obligation: "CWC-VII1A"}, {Line: 3, Provision: "1.2", Obligation: "NPT-I"}, {Line: 4, Provision: "1.2", Obligation: "NPT-I"}}
		want := coverage.Imported{Added: 1, Same: 2}
		for _, dry := range []bool{true, true, false} {
			if got, err := take(dry, rows...); err != nil || *got != want {
				t.Errorf("%+v, %v", got, err)
			}
		}
		if got, err := take(false, rows...); err != nil || got.Added != 0 {
			t.Errorf("again: %+v, %v", got, err)
		}
		_, err := take(false, register.Link{Line: 2, Provision: "1.2", Obligation: "NPT-II"}, register.Link{Line: 3, Provision: "9.9", Obligation: "NO"})
		var e *workflows.Error
		if !errors.As(err, &e) || len(e.Fields) != 2 || e.Fields[0].Field != "line 3" {
			t.Errorf("%v", err)
		}
		if got := served(t, b, d, "1.2"); !slices.Equal(got, []string{"NPT-I"}) {
			t.Errorf("%v", got)
		}
	})
}

// Whatever is linked, taken away and redrafted, in whichever order: each draft
// serves what it was last said to while it was the newest, and no older one
// changes any more.
func TestLinksProperty(t *testing.T) {
	pool := []string{"NPT-I", "NPT-II", "BWC-I", "CWC-II"}
	testbed.Property(t, func(b *testbed.Bed) any { return nil }, func(r *rapid.T, b *testbed.Bed, _ any) {
		d := b.Draft(testbed.Text)
		now := map[string]bool{}
		var past []map[string]bool
		var drafts []strategy.Draft
		for range rapid.IntRange(1, 12).Draw(r, "steps") {
			code := rapid.SampledFrom(pool).Draw(r, "code")
			on := b.Provision(d.ID, "1.2").ID
			var err error
			switch rapid.SampledFrom([]string{"add", "add", "remove", "draft"}).Draw(r, "step") {
			case "add":
				now[code] = true
				_, err = relink(b, b.Official, on, []string{code}, nil)
			case "remove":
				delete(now, code)
				_, err = relink(b, b.Official, on, nil, []string{code})
			default:
				past, drafts = append(past, maps.Clone(now)), append(drafts, d)
				d = b.NextDraft(d.StrategyID, testbed.Text)
			}
			if err != nil {
				r.Fatal(err)
			}
		}
		past, drafts = append(past, now), append(drafts, d)
		for i, draft := range drafts {
			got, err := coverage.Served(b.Read(b.Official), &draft)
			if err != nil {
				r.Fatal(err)
			}
			have := slices.Sorted(slices.Values(codes(got[b.Provision(draft.ID, "1.2").Identity])))
			if want := slices.Sorted(maps.Keys(past[i])); !slices.Equal(have, want) {
				r.Fatalf("draft %d serves %v, want %v", i+1, have, want)
			}
		}
	})
}
