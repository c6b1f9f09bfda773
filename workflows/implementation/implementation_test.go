package implementation_test

import (
	"encoding/csv"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/coverage"
	"jahorina/workflows/implementation"
	"jahorina/workflows/plan"
	"jahorina/workflows/stakeholder"
)

const (
	sc1540 = "UNSCR 1540 (2004)"
	sc1373 = "UNSCR 1373 (2001)"
	saa    = "EU Stabilisation and Association Agreement"
)

func read(t interface {
	Helper()
	Fatalf(string, ...any)
}, b *testbed.Bed, by workflows.Actor, f implementation.Filter,
) *implementation.Coverage {
	t.Helper()
	c, err := implementation.Read(b.Read(by), testbed.State, f)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return c
}

func of(c *implementation.Coverage, code string) implementation.Row {
	for _, r := range c.Rows {
		if r.Code == code {
			return r
		}
	}
	return implementation.Row{}
}

func set(b *testbed.Bed, by workflows.Actor, state string, in implementation.Statement, of ...implementation.Of) error {
	return b.Write(by, func(tx *workflows.Tx) error {
		_, err := implementation.Set(tx, state, in, of)
		return err
	})
}

func inForce(audience string) implementation.Statement {
	return implementation.Statement{Status: implementation.InForce, Evidence: "Act 1/2020", Audience: audience}
}

// abroad adds another state with an official of its own.
func abroad(b *testbed.Bed, code string) (official workflows.Actor) {
	b.Do(workflows.Operator(), func(tx *workflows.Tx) error {
		if _, err := stakeholder.CreateState(tx, code, "State "+code, "en"); err != nil {
			return err
		}
		p, err := stakeholder.CreatePerson(tx, stakeholder.NewPerson{Email: "f@" + strings.ToLower(code) + ".example", Name: "F", State: code, Role: "official"})
		if err != nil {
			return err
		}
		official, err = stakeholder.ActorOf(tx, p.ID)
		return err
	})
	return official
}

// measured adds measures for obligations to a new plan.
func measured(b *testbed.Bed, measures map[string][]string) *plan.Plan {
	d := b.Draft(testbed.Text)
	var p *plan.Plan
	b.Do(b.Official, func(tx *workflows.Tx) (err error) {
		p, err = plan.Create(tx, d.StrategyID, plan.Terms{Title: "Plan", StartsOn: b.Clock.Now(), EndsOn: b.Clock.Now().AddDate(2, 0, 0)})
		for _, number := range slices.Sorted(maps.Keys(measures)) {
			if err == nil {
				_, err = plan.Add(tx, p.ID, plan.Content{Number: number, Title: "Measure " + number, Kind: "legislation", Capability: "Borders", Obligations: measures[number]}, b.Clock.Now().AddDate(1, 0, 0))
			}
		}
		return err
	})
	return p
}

// R1.3: what follows from measures and provisions where nobody has stated anything;
// what is stated wins; only what nothing covers is a gap, and gaps come first.
func TestR1_3WhatIsStatedWins(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		p := measured(b, map[string][]string{"A1": {"NPT-I", "NPT-II"}})
		d := b.Draft(testbed.Text)
		b.Do(b.Official, func(tx *workflows.Tx) error {
			_, err := coverage.Relink(tx, b.Provision(d.ID, "1.1").ID, []string{"CWC-VII1A"}, nil)
			return err
		})
		c := read(t, b, b.Official, implementation.Filter{})
		if len(c.Rows) != 359 || !c.Inside {
			t.Fatalf("%d rows", len(c.Rows))
		}
		npt, served, bare := of(c, "NPT-I"), of(c, "CWC-VII1A"), of(c, "BWC-I")
		if npt.Status != implementation.Planned || !npt.Derived() || npt.Gap() || npt.Measures[0].Number != "A1" || npt.Measures[0].PlanID != p.ID {
			t.Errorf("%+v", npt)
		}
		if served.Status != implementation.None || served.Gap() || len(served.Provisions) != 1 {
			t.Errorf("%+v", served)
		}
		if bare.Status != implementation.None || !bare.Gap() || !c.Rows[0].Gap() {
			t.Errorf("%+v", bare)
		}
		gaps := len(c.Gaps())
		if g := read(t, b, b.Official, implementation.Filter{Gaps: true}); len(g.Rows) != gaps || gaps != 356 {
			t.Errorf("%d gaps, then %d", gaps, len(g.Rows))
		}
		if err := set(b, b.Official, testbed.State, implementation.Statement{Status: implementation.None, Audience: "state"}, implementation.Of{Code: "NPT-I"}); err != nil {
			t.Fatal(err)
		}
		if err := set(b, b.Official, testbed.State, inForce("state"), implementation.Of{Code: "BWC-I"}, implementation.Of{Code: "NPT-II"}); err != nil {
			t.Fatal(err)
		}
		c = read(t, b, b.Official, implementation.Filter{})
		if r := of(c, "NPT-I"); r.Status != implementation.None || r.Derived() || r.Gap() {
			t.Errorf("%+v", r)
		}
		if r := of(c, "BWC-I"); r.Status != implementation.InForce || r.Gap() || r.Stated.Evidence != "Act 1/2020" {
			t.Errorf("%+v", r)
		}
		for f, want := range map[implementation.Filter]int{
			{Status: implementation.InForce}: 2, {Capability: "Borders"}: 2, {Lead: "nobody"}: 0,
			{Filter: coverage.Filter{Kind: "resources"}}: 10, {Filter: coverage.Filter{Theme: "chemical"}}: 84,
		} {
			if n := len(read(t, b, b.Official, f).Rows); n != want {
				t.Errorf("%+v: %d, want %d", f, n, want)
			}
		}
		for _, f := range []implementation.Filter{{Status: "half"}, {At: "soon"}, {At: "2999-01-01"}, {Filter: coverage.Filter{Theme: "magic"}}} {
			if _, err := implementation.Read(b.Read(b.Official), testbed.State, f); !workflows.IsKind(err, workflows.Invalid) {
				t.Errorf("%+v: %v", f, err)
			}
		}
	})
}

// A measure that is stopped stands for nothing.
func TestStoppedMeasureCoversNothing(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		p := measured(b, map[string][]string{"A1": {"NPT-I"}})
		b.Do(b.Official, func(tx *workflows.Tx) error {
			rows, err := plan.Measures(tx, p)
			if err != nil {
				return err
			}
			_, err = plan.Apply(tx, rows[0].ID, plan.Stop, "No money")
			return err
		})
		if r := of(read(t, b, b.Official, implementation.Filter{}), "NPT-I"); !r.Gap() {
			t.Errorf("%+v", r)
		}
	})
}

// What is in force needs evidence, what does not apply a reason; both the program
// and the tables refuse the rest, and the tables let nothing be changed.
func TestR1_7StatusWithoutEvidenceIsRefused(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		foreign := abroad(b, "HR")
		one := implementation.Of{Code: "NPT-I"}
		for want, in := range map[string]implementation.Statement{
			"evidence: evidence_needed": {Status: implementation.InForce, Evidence: "  ", Audience: "public"},
			"evidence: reason_needed":   {Status: implementation.NotApplicable, Audience: "public"},
			"status: not_one_of":        {Status: implementation.Unknown, Audience: "public"},
			"audience: not_one_of":      {Status: implementation.None, Audience: "friends"},
			"as_of: bad_day":            {Status: implementation.None, Audience: "state", AsOf: "31.12.2025"},
			"as_of: day_to_come":        {Status: implementation.None, Audience: "state", AsOf: "2026-03-03"},
		} {
			err := set(b, b.Official, testbed.State, in, one)
			var e *workflows.Error
			if !errors.As(err, &e) || e.Fields[0].Field+": "+e.Fields[0].Key != want {
				t.Errorf("%s: %v", want, err)
			}
		}
		if err := set(b, b.Official, testbed.State, inForce("public"), implementation.Of{Code: "NO-1"}); !workflows.IsKind(err, workflows.Invalid) {
			t.Errorf("%v", err)
		}
		if err := set(b, b.Official, testbed.State, inForce("public")); !workflows.IsKind(err, workflows.Invalid) {
			t.Errorf("of nothing: %v", err)
		}
		for _, by := range []workflows.Actor{{}, b.Reviewer, b.Auditor, b.Admin, foreign} {
			if err := set(b, by, testbed.State, inForce("public"), one); err == nil {
				t.Errorf("%s may state it", by.Name)
			}
		}
		for range 2 { // the same again is not stated again
			if err := set(b, b.Official, testbed.State, inForce("public"), implementation.Of{Code: "NPT-I", Seen: int64(b.Count("obligation_statuses", "1 = 1"))}); err != nil {
				t.Fatal(err)
			}
		}
		if n := b.Count("obligation_statuses", "1 = 1") + b.Count("audit_entries", "action = 'assess'"); n != 2 {
			t.Errorf("%d rows", n)
		}
		if err := set(b, b.Official, testbed.State, implementation.Statement{Status: implementation.None, Audience: "state"}, one); !workflows.IsKind(err, workflows.Stale) {
			t.Errorf("over what another stated: %v", err)
		}
		for _, s := range []string{
			"UPDATE obligation_statuses SET status = 'none'", "DELETE FROM obligation_statuses",
			"INSERT INTO obligation_statuses SELECT 'x', state_code, obligation, 9, 'in_force', '', figure, as_of, audience, author, author_name, created_at FROM obligation_statuses",
		} {
			if err := b.Store.DB.Exec(s).Error; err == nil {
				t.Errorf("%s succeeds", s)
			}
		}
	})
}

// What a state does not tell is unknown to others, no gap; when it is told again to
// fewer, its past is gone for the others too.
func TestR2_4AudienceNeverLeaks(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		foreign := abroad(b, "HR")
		observer := b.Person("Observer", "observer", b.Organisation("Neighbour", "regional").ID)
		for code, audience := range map[string]string{"NPT-I": "public", "NPT-II": "community", "NPT-III1": "state"} {
			if err := set(b, b.Official, testbed.State, inForce(audience), implementation.Of{Code: code}); err != nil {
				t.Fatal(err)
			}
		}
		measured(b, map[string][]string{"A1": {"BWC-I"}})
		for _, c := range []struct {
			by   workflows.Actor
			want int
		}{{workflows.Actor{}, 1}, {b.Admin, 1}, {foreign, 2}, {observer, 2}, {b.Official, 3}, {b.Reviewer, 3}, {b.Auditor, 3}} {
			got := read(t, b, c.by, implementation.Filter{})
			if n := implementation.Counts(got.Rows)[implementation.InForce]; n != c.want {
				t.Errorf("%s reads %d", c.by.Name, n)
			}
			if outside := c.want < 3; outside != (len(got.Gaps()) == 0) || outside != (of(got, "CWC-I1A").Status == implementation.Unknown) {
				t.Errorf("%s: %d gaps, %s", c.by.Name, len(got.Gaps()), of(got, "CWC-I1A").Status)
			}
		}
		if err := set(b, b.Official, testbed.State, inForce("state"), implementation.Of{Code: "NPT-I", Seen: 1}); err != nil {
			t.Fatal(err)
		}
		if past, err := implementation.History(b.Read(foreign), testbed.State, "NPT-I"); err != nil || len(past) != 0 {
			t.Errorf("%v, %v", past, err)
		}
		if past, err := implementation.History(b.Read(b.Reviewer), testbed.State, "NPT-I"); err != nil || len(past) != 2 || past[0].Version != 2 {
			t.Errorf("%v, %v", past, err)
		}
		if r := of(read(t, b, workflows.Actor{}, implementation.Filter{}), "NPT-I"); r.Status != implementation.Unknown || r.Stated != nil {
			t.Errorf("%+v", r)
		}
		o, _, err := coverage.Get(b.Read(foreign), "NPT-II")
		if err != nil {
			t.Fatal(err)
		}
		places, err := implementation.ByState(b.Read(foreign), o)
		if err != nil || len(places) != 2 || places[0].May || !places[1].May || places[0].Row.Status != implementation.InForce {
			t.Errorf("%+v, %v", places, err)
		}
	})
}

// R2.3: statuses, with their denominator and day, on days that are past.
func TestR2_3CoverageOverTime(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		day := func(s implementation.Statement, on string) implementation.Statement { s.AsOf = on; return s }
		drafted := implementation.Statement{Status: implementation.Drafted, Audience: "state"}
		if err := set(b, b.Official, testbed.State, day(drafted, "2025-12-10"), implementation.Of{Code: "NPT-I"}, implementation.Of{Code: "NPT-II"}); err != nil {
			t.Fatal(err)
		}
		if err := set(b, b.Official, testbed.State, day(inForce("state"), "2026-02-10"), implementation.Of{Code: "NPT-I", Seen: 1}); err != nil {
			t.Fatal(err)
		}
		for at, want := range map[string]string{"2025-12-09": implementation.None, "2025-12-10": implementation.Drafted, "2026-02-09": implementation.Drafted, "2026-02-10": implementation.InForce} {
			if r := of(read(t, b, b.Official, implementation.Filter{At: at}), "NPT-I"); r.Status != want {
				t.Errorf("on %s: %s", at, r.Status)
			}
		}
		var got []string
		for _, s := range read(t, b, b.Official, implementation.Filter{Filter: coverage.Filter{Instrument: "NPT (1968)"}}).Course() {
			got = append(got, s.On)
			if s.Total == 0 || s.Counts[implementation.Drafted]+s.Counts[implementation.InForce] != 2 {
				t.Errorf("%+v", s)
			}
		}
		if want := []string{"2026-01-01", "2026-02-01", "2026-03-01", "2026-03-02"}; !slices.Equal(got, want) {
			t.Errorf("%v", got)
		}
	})
}

// R4.1: 72 h here, 48 h there, marked as a gap; what two lack, and where one is far
// from another. A state that has told nothing is no gap.
func TestR4_1FiguresThatDiffer(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		hr, me := abroad(b, "HR"), abroad(b, "ME")
		none := implementation.Statement{Status: implementation.None, Audience: "public"}
		limit := func(figure string) implementation.Statement {
			s := inForce("community")
			s.Figure = figure
			return s
		}
		b.Do(b.Official, func(tx *workflows.Tx) error {
			_, err := implementation.Set(tx, testbed.State, limit("72 h"), []implementation.Of{{Code: "1540-OP3C-BOR"}, {Code: "NPT-I"}})
			return err
		})
		for _, s := range []struct {
			by    workflows.Actor
			state string
			in    implementation.Statement
			code  string
		}{{hr, "HR", limit("48 h"), "1540-OP3C-BOR"}, {me, "ME", limit("72 H"), "1540-OP3C-BOR"}, {hr, "HR", none, "NPT-I"}, {hr, "HR", none, "NPT-II"}, {me, "ME", none, "NPT-II"}} {
			if err := set(b, s.by, s.state, s.in, implementation.Of{Code: s.code}); err != nil {
				t.Fatal(err)
			}
		}
		rows, err := implementation.Compare(b.Read(b.Official), []string{testbed.State, "HR", "ME"}, coverage.Filter{})
		if err != nil || len(rows) != 359 {
			t.Fatalf("%d, %v", len(rows), err)
		}
		for _, r := range rows {
			if r.Differ != (r.Code == "1540-OP3C-BOR") || r.Apart != (r.Code == "NPT-I") || r.Shared != (r.Code == "NPT-II") {
				t.Errorf("%s: %+v", r.Code, r)
			}
		}
		if !rows[0].Finding() || !rows[2].Shared || rows[3].Finding() {
			t.Error("findings are not first")
		}
		outside, err := implementation.Compare(b.Read(workflows.Actor{}), []string{testbed.State, "HR"}, coverage.Filter{Instrument: sc1540})
		if err != nil || len(outside) != 147 || outside[0].Finding() {
			t.Errorf("%d, %v", len(outside), err)
		}
		if _, err := implementation.Compare(b.Read(b.Official), strings.Split("BA HR ME BA HR ME BA", " "), coverage.Filter{}); !workflows.IsKind(err, workflows.Invalid) {
			t.Errorf("%v", err)
		}
		if _, err := implementation.Compare(b.Read(b.Official), []string{"ZZ"}, coverage.Filter{}); !workflows.IsKind(err, workflows.NotFound) {
			t.Errorf("%v", err)
		}
	})
}

// R4.4: the seven rows of the agreement, each with its article and evidence.
func TestR4_4AlignmentView(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		if err := set(b, b.Official, testbed.State, inForce("public"), implementation.Of{Code: "SAA-10-3B"}); err != nil {
			t.Fatal(err)
		}
		c := read(t, b, workflows.Actor{}, implementation.Filter{Filter: coverage.Filter{Instrument: saa}})
		if len(c.Rows) != 7 {
			t.Errorf("%d rows", len(c.Rows))
		}
		if r := of(c, "SAA-10-3B"); r.Provision != "Art. 10(3)(b)" || r.Stated.Evidence != "Act 1/2020" {
			t.Errorf("%+v", r)
		}
	})
}

// R7.4: a measure on financing stands under both resolutions and is one in the
// total.
func TestR7_4CountOfMeasuresByObligationDiffers(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		measured(b, map[string][]string{"A1": {"1540-OP3D-FUN", "1373-OP1C"}, "A2": {"1540-OP3D-FUN"}})
		got := read(t, b, b.Official, implementation.Filter{}).Tally()
		if got.Measures != 2 || got.Links != 3 || !slices.Equal(got.By, []implementation.TallyOf{{Instrument: sc1540, Measures: 2}, {Instrument: sc1373, Measures: 1}}) {
			t.Errorf("%+v", got)
		}
	})
}

// What a table says is looked at first, then stated; a fault refuses all of it; and
// what goes out comes back as the same.
func TestTableOfStatusesGoesRound(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		measured(b, map[string][]string{"A1": {"BWC-I"}})
		take := func(text string, dry bool) (out *implementation.Taken, err error) {
			lines, err := implementation.Parse([]byte(text))
			if err != nil {
				return nil, err
			}
			err = b.Write(b.Official, func(tx *workflows.Tx) error {
				out, err = implementation.Take(tx, testbed.State, lines, dry)
				return err
			})
			return out, err
		}
		text := "# a note, with a comma\ncode,status,evidence,figure,as_of,audience\nNPT-I,in_force,\"Act, 1\",'-72 h,2026-01-01,public\nNPT-II,none,,,2026-01-01,state\n"
		for _, dry := range []bool{true, true, false} {
			if got, err := take(text, dry); err != nil || *got != (implementation.Taken{Added: 2}) {
				t.Errorf("%+v, %v", got, err)
			}
		}
		if r := of(read(t, b, b.Official, implementation.Filter{}), "NPT-I"); r.Stated.Figure != "-72 h" {
			t.Errorf("%+v", r.Stated)
		}
		var out strings.Builder
		w := csv.NewWriter(&out)
		if err := w.Write(implementation.Columns); err != nil {
			t.Fatal(err)
		}
		for _, r := range read(t, b, b.Official, implementation.Filter{}).Rows {
			if err := w.Write(r.Cells()); err != nil {
				t.Fatal(err)
			}
		}
		w.Flush()
		if got, err := take(out.String(), false); err != nil || *got != (implementation.Taken{Same: 2}) {
			t.Errorf("%+v, %v", got, err)
		}
		_, err := take("code,status,evidence,figure,as_of,audience\nNPT-I,none,,,,state\nNPT-I,none,,,,state\nNO-1,in_force,,,,public\n", false)
		var e *workflows.Error
		if !errors.As(err, &e) || len(e.Fields) != 3 || e.Fields[0].Field != "line 3" || e.Fields[1].Field != "line 4" {
			t.Errorf("%v", err)
		}
		for _, bad := range []string{"", "code,status\nNPT-I,none\n", "code,status,evidence,figure,as_of,audience,score\n", "code,status,evidence,figure,as_of,audience\n", "\x00", "\xff"} {
			if _, err := implementation.Parse([]byte(bad)); !workflows.IsKind(err, workflows.Invalid) {
				t.Errorf("%q: %v", bad, err)
			}
		}
	})
}

// Whatever is stated, by whom and for whom, in whichever order: the last statement is
// what its own people read; others read it if it is for them, and else nothing;
// nothing that was stated is ever lost.
func TestStatusesProperty(t *testing.T) {
	pool := []string{"NPT-I", "NPT-II", "BWC-I"}
	testbed.Property(t, func(b *testbed.Bed) workflows.Actor {
		measured(b, map[string][]string{"A1": {"NPT-I"}})
		return abroad(b, "HR")
	}, func(r *rapid.T, b *testbed.Bed, foreign workflows.Actor) {
		now, versions := map[string]implementation.Statement{}, map[string]int64{}
		for _, c := range read(r, b, b.Official, implementation.Filter{}).Rows { // what runs before left
			if c.Stated != nil {
				now[c.Code], versions[c.Code] = c.Stated.Statement, c.Stated.Version
			}
		}
		for range rapid.IntRange(1, 8).Draw(r, "steps") {
			code := rapid.SampledFrom(pool).Draw(r, "code")
			in := implementation.Statement{
				Status: rapid.SampledFrom(implementation.Statuses).Draw(r, "status"), Evidence: rapid.SampledFrom([]string{"Act", "Order"}).Draw(r, "evidence"),
				Audience: rapid.SampledFrom(implementation.Audiences).Draw(r, "audience"), AsOf: b.Clock.Now().Format(time.DateOnly),
			}
			if now[code] != in {
				versions[code]++
			}
			seen := versions[code]
			if now[code] != in {
				seen--
			}
			if err := set(b, b.Official, testbed.State, in, implementation.Of{Code: code, Seen: seen}); err != nil {
				r.Fatal(err)
			}
			now[code] = in
		}
		own, out, visitor := read(r, b, b.Official, implementation.Filter{}), read(r, b, foreign, implementation.Filter{}), read(r, b, workflows.Actor{}, implementation.Filter{})
		for code, in := range now {
			if got := of(own, code); got.Stated == nil || got.Stated.Statement != in || got.Status != in.Status || got.Stated.Version != versions[code] {
				r.Fatalf("%s is %+v, want %+v", code, got.Stated, in)
			}
			past, err := implementation.History(b.Read(b.Official), testbed.State, code)
			if err != nil || int64(len(past)) != versions[code] {
				r.Fatalf("%d of %d versions of %s, %v", len(past), versions[code], code, err)
			}
			if got := of(out, code); (got.Stated != nil) != (in.Audience != "state") {
				r.Fatalf("a neighbour reads %+v of %+v", got.Stated, in)
			}
			if got := of(visitor, code); (got.Stated != nil) != (in.Audience == "public") {
				r.Fatalf("a visitor reads %+v of %+v", got.Stated, in)
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("# n\ncode,status,evidence,figure,as_of,audience\nNPT-I,none,,,2026-01-01,state\n"))
	f.Add([]byte("code;status;evidence;figure;as_of;audience\n\"x\n"))
	f.Fuzz(func(t *testing.T, source []byte) {
		lines, err := implementation.Parse(source)
		var e *workflows.Error
		if err != nil && !errors.As(err, &e) || err == nil && len(lines) == 0 {
			t.Errorf("%v", err)
		}
	})
}
