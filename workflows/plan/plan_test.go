package plan_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"jahorina/app/apptest/testbed"
	"jahorina/app/documents"
	"jahorina/app/documents/samples"
	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/plan"
	"jahorina/workflows/strategy"
)

func date(s string) time.Time {
	at, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return at
}

// set is the sample strategy with its bodies and a first plan, which the text
// says costs 4.8 million.
type set struct {
	*testbed.Bed
	strategy string
	plan     *plan.Plan
}

func do[A any](t *testing.T, b *testbed.Bed, by workflows.Actor, fn func(*workflows.Tx) (A, error)) A {
	t.Helper()
	var out A
	b.With(t).Do(by, func(tx *workflows.Tx) (err error) {
		out, err = fn(tx)
		return err
	})
	return out
}

// terms are of two years from July: three calendar years.
func terms(title, from, to string) plan.Terms {
	return plan.Terms{Title: title, StartsOn: date(from), EndsOn: date(to), Stated: &plan.Amount{Minor: 480000000, Currency: "EUR"}, StatedIn: "10.1"}
}

func newSet(t *testing.T, b *testbed.Bed) set {
	t.Helper()
	for _, name := range []string{"Justice", "Foreign trade", "National Authority", "Health", "Customs", "Finance", "Interior", "Foreign affairs"} {
		b.Organisation(name, "government")
	}
	s := do(t, b, b.Official, func(tx *workflows.Tx) (*strategy.Strategy, error) {
		return strategy.Create(tx, testbed.State, "National strategy")
	})
	do(t, b, b.Official, func(tx *workflows.Tx) (*strategy.Draft, error) {
		content, err := documents.Markdown(samples.StrategyEN, documents.Options{})
		if err != nil {
			return nil, err
		}
		d, _, err := strategy.AddDraft(tx, s.ID, "", content)
		return d, err
	})
	p := do(t, b, b.Official, func(tx *workflows.Tx) (*plan.Plan, error) {
		return plan.Create(tx, s.ID, terms("First plan", "2026-07-01", "2028-06-30"))
	})
	return set{b, s.ID, p}
}

// load takes annex A in.
func (s set) load(t *testing.T) []plan.Row {
	t.Helper()
	do(t, s.Bed, s.Official, func(tx *workflows.Tx) (*plan.Imported, error) {
		return plan.Import(tx, s.plan.ID, samples.Measures, false)
	})
	return s.rows(t, s.plan, s.Official)
}

func (s set) rows(t *testing.T, p *plan.Plan, by workflows.Actor) []plan.Row {
	t.Helper()
	rows, err := plan.Measures(s.Read(by), p)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func named(t *testing.T, rows []plan.Row, number string) plan.Row {
	t.Helper()
	for _, r := range rows {
		if r.Number == number {
			return r
		}
	}
	t.Fatalf("no measure %s", number)
	return plan.Row{}
}

// fields are the fields that an error is about, with its keys.
func refused(t *testing.T, err error, kind workflows.Kind, want string) {
	t.Helper()
	if !workflows.IsKind(err, kind) || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %s", err, want)
	}
}

// Annex A loads as twelve measures; an unknown obligation, kind, body or
// provision is refused with its row, and nothing is stored.
func TestR6_1AnnexALoadsAsTwelveMeasures(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		s := newSet(t, b)
		for from, to := range map[string]string{
			"CWC-VI2": "line 4: unknown_obligation", "legislation": "line 2: cell_words", "Customs": "line 6: unknown_body", "4.5": "line 5: no_such_number", "A12": "line 13: measure_twice",
		} {
			wrong := strings.Replace(string(samples.Measures), from, map[bool]string{true: "A1", false: "NO-SUCH"}[from == "A12"], 1)
			for _, dry := range []bool{true, false} {
				err := b.Write(b.Official, func(tx *workflows.Tx) error {
					_, err := plan.Import(tx, s.plan.ID, []byte(wrong), dry)
					return err
				})
				refused(t, err, workflows.Invalid, to)
			}
		}
		do(t, b, b.Official, func(tx *workflows.Tx) (*plan.Imported, error) {
			return plan.Import(tx, s.plan.ID, samples.Measures, true)
		})
		if n := b.Count("measures", "1 = 1"); n != 0 {
			t.Fatalf("%d measures of tables that were refused, or only looked at", n)
		}
		rows := s.load(t)
		if len(rows) != 12 || rows[0].Number != "A1" || rows[11].Number != "A12" {
			t.Fatalf("%d measures", len(rows))
		}
		a1 := rows[0]
		if a1.Lead != "Justice" || len(a1.Obligations) != 3 || len(a1.Provisions) != 2 || a1.Provisions[0].Number != "4.1" || dayString(a1.DueOn) != "2027-07-01" || a1.Status != plan.NotStarted {
			t.Errorf("A1 is %+v", a1)
		}
		err := b.Write(b.Official, func(tx *workflows.Tx) error {
			_, err := plan.Import(tx, s.plan.ID, samples.Measures, false)
			return err
		})
		refused(t, err, workflows.Invalid, "line 2: measure_exists")
		err = b.Write(b.Reviewer, func(tx *workflows.Tx) error {
			_, err := plan.Import(tx, s.plan.ID, samples.Measures, true)
			return err
		})
		refused(t, err, workflows.Forbidden, "forbidden")
	})
}

func dayString(at time.Time) string { return at.UTC().Format(time.DateOnly) }

// A1 shows law only and no money for the third year.
func TestR1_3WhatAMeasureLacks(t *testing.T) {
	s := newSet(t, testbed.Open(t, sqlite(t)))
	a1 := named(t, s.load(t), "A1")
	if !slices.Equal(a1.Lacks.EmptyKinds, []string{"regulatory_enforcement", "infrastructure_expertise", "procedures", "resources", "sustainability"}) ||
		!slices.Equal(a1.Lacks.Years, []int{2027, 2028}) || !slices.Equal(a1.Lacks.Words, []string{"upkeep"}) {
		t.Errorf("A1 lacks %+v", a1.Lacks)
	}
}

// Prevention and consequence are tags of their own.
func TestR1_4PreventionAndConsequence(t *testing.T) {
	s := newSet(t, testbed.Open(t, sqlite(t)))
	in := plan.Content{Number: "B1", Title: "Medical stocks", Kind: "resources", Prevention: true, Consequence: true, Obligations: []string{"CWC-X3", "BWC-VII"}}
	both := do(t, s.Bed, s.Official, func(tx *workflows.Tx) (*plan.Measure, error) { return plan.Add(tx, s.plan.ID, in, date("2027-01-01")) })
	in.Number, in.Prevention = "B2", false
	one := do(t, s.Bed, s.Official, func(tx *workflows.Tx) (*plan.Measure, error) { return plan.Add(tx, s.plan.ID, in, date("2027-01-01")) })
	if !both.Prevention || !both.Consequence || one.Prevention || !one.Consequence {
		t.Errorf("%+v, %+v", both, one)
	}
	found, err := plan.For(s.Read(s.Official), "CWC-X3")
	if err != nil || len(found) != 2 {
		t.Errorf("%v, %v", found, err)
	}
}

// Tagged as consequence are four obligations' measures: the filter returns these
// four and no border control.
func TestR1_4TheFilterReturnsConsequence(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		s := newSet(t, b)
		s.load(t)
		want := []string{"BWC-VII", "CPPNMA-2A1C", "CWC-X3", "ICSANT-18"}
		for i, code := range append([]string{"1540-OP3C-BOR"}, want...) {
			in := plan.Content{Number: fmt.Sprintf("C%d", i), Title: code, Kind: "procedures", Prevention: i == 0, Consequence: i > 0, Obligations: []string{code}}
			do(t, b, b.Official, func(tx *workflows.Tx) (*plan.Measure, error) { return plan.Add(tx, s.plan.ID, in, date("2027-01-01")) })
		}
		var got []string
		for _, r := range (plan.Filter{Tag: plan.Consequence}).Of(s.rows(t, s.plan, b.Official)) {
			for _, o := range r.Obligations {
				got = append(got, o.Code)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("consequence: %v", got)
		}
		rows := s.rows(t, s.plan, b.Official)
		for f, n := range map[plan.Filter]int{
			{Tag: plan.Prevention}: 1, {Status: plan.Done}: 0, {Lacks: "money"}: 5, {Kind: "procedures", Tag: plan.Consequence}: 4, {LeadID: *rows[0].LeadID, Lacks: "money"}: 0,
		} {
			if found := f.Of(rows); len(found) != n || f.Check() != nil {
				t.Errorf("%+v finds %d", f, len(found))
			}
		}
		if err := (plan.Filter{Tag: "magic"}).Check(); !workflows.IsKind(err, workflows.Invalid) {
			t.Error(err)
		}
	})
}

// The sum of annex A is 4,200 thousand, and 10.1 says 4.8 million.
func TestR1_5SumsAgainstTheText(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		s := newSet(t, b)
		sums := plan.Sums(s.load(t))
		last := sums[len(sums)-1]
		if last != (plan.Sum{Currency: "EUR", Year: 0, Minor: 420000000}) {
			t.Errorf("%+v", sums)
		}
		p, err := plan.Get(b.Read(b.Official), s.plan.ID)
		if err != nil {
			t.Fatal(err)
		}
		c := p.Checked(sums)
		if c == nil || !c.Differs() || c.Difference().Minor != 60000000 || c.In != "10.1" {
			t.Errorf("%+v", c)
		}
	})
}

func act(s set, id, action, reason string) error {
	return s.Write(s.Official, func(tx *workflows.Tx) error {
		_, err := plan.Apply(tx, id, action, reason)
		return err
	})
}

// lasting is A4 as it stands, with what it takes to last.
func lasting(r plan.Row) plan.Content {
	return plan.Content{
		Number: r.Number, Title: r.Title, Kind: r.Kind, LeadID: *r.LeadID, Obligations: []string{"BWC-IV-B"}, Provisions: []string{"4.5"}, Needs: []string{"2.3"},
		Upkeep: &plan.Amount{Minor: 0, Currency: "EUR"}, UpkeepOwner: "Ministry of health", OwnFrom: date("2029-01-01"),
	}
}

// A4 is not adopted without upkeep: the refusal says what is missing.
func TestR1_6NothingIsAdoptedThatWouldNotLast(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		s := newSet(t, b)
		a4 := named(t, s.load(t), "A4")
		err := act(s, a4.ID, plan.Adopt, "")
		for _, want := range []string{"upkeep_owner: adopt_owner", "upkeep_amount: adopt_upkeep", "own_from: adopt_own_from"} {
			refused(t, err, workflows.Invalid, want)
		}
		refused(t, act(s, a4.ID, plan.Start, ""), workflows.Conflict, "measure_not_adopted")
		whole := lasting(a4)
		for _, lack := range []func(*plan.Content){
			func(c *plan.Content) { c.LeadID = "" }, func(c *plan.Content) { c.UpkeepOwner = " " },
			func(c *plan.Content) { c.Upkeep = nil }, func(c *plan.Content) { c.OwnFrom = time.Time{} },
		} {
			part := whole
			lack(&part)
			put(t, s, a4.ID, part)
			if err := act(s, a4.ID, plan.Adopt, ""); !workflows.IsKind(err, workflows.Invalid) {
				t.Errorf("%+v is adopted: %v", part, err)
			}
		}
		put(t, s, a4.ID, whole)
		if err := act(s, a4.ID, plan.Adopt, ""); err != nil {
			t.Fatal(err)
		}
		whole.Upkeep = nil
		err = b.Write(b.Official, func(tx *workflows.Tx) error {
			m, err := plan.GetMeasure(tx, a4.ID)
			if err != nil {
				return err
			}
			_, err = plan.Put(tx, a4.ID, m.Version, whole)
			return err
		})
		refused(t, err, workflows.Invalid, "adopt_upkeep")
	})
}

func put(t *testing.T, s set, id string, in plan.Content) {
	t.Helper()
	do(t, s.Bed, s.Official, func(tx *workflows.Tx) (*plan.Measure, error) {
		m, err := plan.GetMeasure(tx, id)
		if err != nil {
			return nil, err
		}
		return plan.Put(tx, id, m.Version, in)
	})
}

// Nothing is done without evidence; what is done can be taken up again with a
// reason.
func TestR1_7NothingIsDoneWithoutEvidence(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		s := newSet(t, b)
		a4 := named(t, s.load(t), "A4")
		put(t, s, a4.ID, lasting(a4))
		for _, a := range []string{plan.Adopt, plan.Start} {
			if err := act(s, a4.ID, a, ""); err != nil {
				t.Fatal(err)
			}
		}
		refused(t, act(s, a4.ID, plan.Finish, ""), workflows.Conflict, "measure_unproven")
		err := b.Write(b.Official, func(tx *workflows.Tx) error {
			_, err := plan.AddEvidence(tx, a4.ID, plan.Evidence{Kind: "photo", Text: "x", Link: "http://x"})
			return err
		})
		refused(t, err, workflows.Invalid, "evidence_kind: not_one_of; link: not_https")
		do(t, b, b.Official, func(tx *workflows.Tx) (*plan.Measure, error) {
			return plan.AddEvidence(tx, a4.ID, plan.Evidence{Kind: "law", Text: "Official gazette 12/27, by-law 4"})
		})
		if err := act(s, a4.ID, plan.Finish, ""); err != nil {
			t.Fatal(err)
		}
		refused(t, act(s, a4.ID, plan.Resume, " "), workflows.Invalid, "reason: required")
		if err := act(s, a4.ID, plan.Resume, "The court struck the by-law down"); err != nil {
			t.Fatal(err)
		}
		m, err := plan.GetMeasure(b.Read(b.Official), a4.ID)
		if err != nil || m.Status != plan.UnderWay || m.AdoptedAt == nil {
			t.Errorf("%+v, %v", m, err)
		}
		history, err := m.History(b.Read(b.Auditor))
		if err != nil || history[0].Action != plan.Resume || history[0].Reason == "" {
			t.Errorf("%+v, %v", history, err)
		}
	})
}

// A5 moved from month 10 to 14: the next plan shows the old and the new day, the
// reason and who agreed.
func TestR6_2TheNextPlanInheritsWithTheReason(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		s := newSet(t, b)
		rows := s.load(t)
		a5, a6 := named(t, rows, "A5"), named(t, rows, "A6")
		if err := act(s, a6.ID, plan.Stop, "Done by the bank"); err != nil {
			t.Fatal(err)
		}
		next := do(t, b, b.Official, func(tx *workflows.Tx) (*plan.Plan, error) {
			return plan.Create(tx, s.strategy, terms("Second plan", "2028-07-01", "2030-06-30"))
		})
		if next.Cycle != 2 {
			t.Errorf("cycle %d", next.Cycle)
		}
		left, err := plan.Left(b.Read(b.Official), next)
		if err != nil || len(left) != 11 {
			t.Fatalf("%d, %v", len(left), err)
		}
		inherit := func(d ...plan.Delay) error {
			return b.Write(b.Official, func(tx *workflows.Tx) error {
				_, err := plan.Inherit(tx, next.ID, d)
				return err
			})
		}
		late := plan.Delay{MeasureID: a5.ID, DueOn: date("2027-09-01")}
		refused(t, inherit(late), workflows.Invalid, "measures[0].reason: required; measures[0].agreed_by: required")
		refused(t, inherit(plan.Delay{MeasureID: a6.ID, DueOn: date("2027-09-01")}), workflows.Invalid, "not_left")
		late.Reason, late.AgreedBy = "The risk list waits for the act", "Inter-Agency Body, 4th meeting"
		if err := inherit(late, late); !workflows.IsKind(err, workflows.Invalid) {
			t.Errorf("twice: %v", err)
		}
		if err := inherit(late); err != nil {
			t.Fatal(err)
		}
		m, err := plan.GetMeasure(b.Read(b.Official), a5.ID)
		if err != nil || len(m.Plans) != 2 || m.Plans[0].Plan.ID != next.ID || len(m.Moves) != 1 {
			t.Fatalf("%+v, %v", m, err)
		}
		move := m.Moves[0]
		if dayString(move.FromOn) != "2027-05-01" || dayString(move.ToOn) != "2027-09-01" || move.Reason != late.Reason || move.AgreedBy != late.AgreedBy || move.MovedBy != b.Official.ID {
			t.Errorf("%+v", move)
		}
		if old := named(t, s.rows(t, s.plan, b.Official), "A5"); dayString(old.DueOn) != "2027-05-01" {
			t.Errorf("the old plan says %s now", old.DueOn)
		}
		err = b.Write(b.Official, func(tx *workflows.Tx) error {
			return plan.Postpone(tx, next.ID, plan.Delay{MeasureID: a5.ID, DueOn: date("2027-09-01"), Reason: "x", AgreedBy: "x"})
		})
		refused(t, err, workflows.Invalid, "same_day")
	})
}

// Only the four words are statuses, for the workflow and for the databases.
func TestR6_3StatusIsAWord(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		s := newSet(t, b)
		a1 := s.load(t)[0]
		refused(t, act(s, a1.ID, "57", ""), workflows.Forbidden, "forbidden")
		for _, status := range []string{"57", "57 %", "almost", ""} {
			if err := b.Store.DB.Exec("UPDATE measures SET status = ? WHERE id = ?", status, a1.ID).Error; err == nil {
				t.Errorf("%q is stored", status)
			}
			err := b.Write(b.Official, func(tx *workflows.Tx) error {
				m, err := plan.AddMilestone(tx, a1.ID, plan.Step{Title: "x", OwnerID: b.Official.PersonID(), DueOn: date("2027-01-01"), Status: status})
				if err == nil && m.Status != plan.NotStarted {
					t.Errorf("%q is %s", status, m.Status)
				}
				return err
			})
			if (err == nil) != (status == "") {
				t.Errorf("%q: %v", status, err)
			}
		}
	})
}

// The annex is for officials and reviewers; plans and measures carry its
// reference alone.
func TestR6_4TheAnnexIsTiedByReferenceOnly(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		s := newSet(t, b)
		a4 := named(t, s.load(t), "A4")
		a := do(t, b, b.Official, func(tx *workflows.Tx) (*plan.Annex, error) {
			return plan.AddAnnex(tx, s.strategy, "Annex C, 2", "Security of sites", "ZQSECRET of the laboratory")
		})
		in := lasting(a4)
		in.AnnexID = a.ID
		put(t, s, a4.ID, in)
		if err := act(s, a4.ID, plan.Adopt, ""); err != nil {
			t.Fatal(err)
		}
		do(t, b, b.Official, func(tx *workflows.Tx) (*plan.Plan, error) { return plan.Issue(tx, s.plan.ID) })
		visitor := b.Read(workflows.Actor{})
		p, err := plan.Get(visitor, s.plan.ID)
		if err != nil {
			t.Fatal(err)
		}
		rows := s.rows(t, p, workflows.Actor{})
		if len(rows) != 1 || rows[0].Number != "A4" || rows[0].Annex != "Annex C, 2" {
			t.Errorf("a visitor reads %+v", rows)
		}
		references, err := plan.References(visitor, p)
		if err != nil || len(references) != 1 || references[0].Text != "" {
			t.Errorf("%+v, %v", references, err)
		}
		if text := fmt.Sprintf("%+v %+v", rows, references); strings.Contains(text, "ZQSECRET") {
			t.Error("the text is told")
		}
		for who, may := range map[*workflows.Actor]bool{&b.Official: true, &b.Reviewer: true, &b.Auditor: false, &b.Admin: false} {
			entries, err := plan.Annexes(b.Read(*who), s.strategy)
			if (err == nil && len(entries) == 1) != may {
				t.Errorf("%s: %v", who.Name, err)
			}
		}
		if n := b.Count("audit_entries", "reason LIKE '%ZQSECRET%'"); n != 0 {
			t.Error("the record tells the text")
		}
	})
}

// For A4: gap 2.3, obligations, measure, provision, partner sought.
func TestR12_3TraceFromNeedToSupport(t *testing.T) {
	s := newSet(t, testbed.Open(t, sqlite(t)))
	a4 := named(t, s.load(t), "A4")
	if len(a4.Needs) != 1 || len(a4.Provisions) != 1 || a4.Provisions[0].Number != "4.5" || len(a4.Resources) != 1 {
		t.Fatalf("%+v", a4)
	}
	var codes []string
	for _, o := range a4.Obligations {
		codes = append(codes, o.Code)
	}
	slices.Sort(codes)
	gap, _, _ := strings.Cut(a4.Needs[0].Text, " are")
	chain := strings.Join([]string{a4.Needs[0].Number + " " + gap, strings.Join(codes, "; "), a4.Number + " " + a4.Title, a4.Resources[0].Source}, " → ")
	if want := "2.3 The main gaps → 1540-OP3A-BM-REL; BWC-IV-B → A4 Biosecurity by-law and inventory → sought"; chain != want {
		t.Errorf("got  %s\nwant %s", chain, want)
	}
}

// Milestones do not go round in a circle, wait for what they need, and remind:
// their owner first, the lead later, each once.
func TestR6_1MilestonesWaitAndRemind(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		s := newSet(t, b)
		rows := s.load(t)
		step := func(measure, title string, needs ...string) (*plan.Milestone, error) {
			var out *plan.Milestone
			err := b.Write(b.Official, func(tx *workflows.Tx) (err error) {
				out, err = plan.AddMilestone(tx, measure, plan.Step{Title: title, OwnerID: b.Official.PersonID(), DueOn: b.Clock.Now().AddDate(0, 0, 3), Needs: needs})
				return err
			})
			return out, err
		}
		first, err := step(rows[0].ID, "Draft the law")
		if err != nil {
			t.Fatal(err)
		}
		second, err := step(rows[1].ID, "Adopt the law", first.ID)
		if err != nil {
			t.Fatal(err)
		}
		change := func(m *plan.Milestone, status string, needs ...string) error {
			return b.Write(b.Official, func(tx *workflows.Tx) error {
				now, _, err := plan.GetMilestone(tx, m.ID)
				if err != nil {
					return err
				}
				_, err = plan.PutMilestone(tx, m.ID, now.Version, plan.Step{Title: m.Title, OwnerID: m.OwnerID, DueOn: m.DueOn, Status: status, Needs: needs})
				return err
			})
		}
		refused(t, change(first, plan.NotStarted, second.ID), workflows.Invalid, "needs: milestone_circle")
		refused(t, change(second, plan.Done, first.ID), workflows.Invalid, "status: milestone_waits")
		refused(t, change(first, plan.NotStarted, first.ID), workflows.Invalid, "needs: unknown_milestone")
		count := func() [2]int {
			b.Tick()
			b.Tick()
			return [2]int{b.Count("audit_entries", "object = 'milestone' AND action = 'remind'"), b.Count("audit_entries", "object = 'milestone' AND action = 'climb'")}
		}
		b.Clock.Add(3 * 24 * time.Hour)
		if got := count(); got != [2]int{0, 0} {
			t.Errorf("on the day: %v", got)
		}
		b.Clock.Add(24 * time.Hour)
		if got := count(); got != [2]int{2, 0} {
			t.Errorf("a day later: %v", got)
		}
		if own, err := plan.OwnSteps(b.Read(b.Official), b.Clock.Now()); err != nil || len(own) != 2 {
			t.Errorf("%v, %v", own, err)
		}
		if err := change(first, plan.Done); err != nil {
			t.Fatal(err)
		}
		b.Clock.Add(plan.ClimbAfter)
		if got := count(); got != [2]int{2, 1} {
			t.Errorf("a week later: %v", got)
		}
	})
}

// Amounts as people type them come out as they went in, and nothing is guessed.
func TestAmounts(t *testing.T) {
	for _, c := range []struct {
		typed, currency, want string
		minor                 int64
	}{
		{"1900", "EUR", "1900", 190000},
		{"1 900,5", "eur", "1900.50", 190050},
		{"1,900", "EUR", "1900", 190000},
		{"1,900.50", "EUR", "1900.50", 190050},
		{"1.900", "EUR", "bad_amount", 0},
		{"12", "JPY", "12", 12},
		{"12.5", "JPY", "bad_amount", 0},
		{"1.234", "KWD", "1.234", 1234},
		{"-5", "EUR", "bad_amount", 0},
		{"1e5", "EUR", "bad_amount", 0},
		{"5", "XXX", "unknown_currency", 0},
		{"5", "ZZ", "unknown_currency", 0},
		{"99999999999999999999", "EUR", "bad_amount", 0},
		{".5", "EUR", "bad_amount", 0},
	} {
		var p workflows.Problems
		a := plan.ParseAmount(&p, "amount", c.typed, c.currency)
		if a == nil {
			if len(p) != 1 || p[0].Key != c.want {
				t.Errorf("%q %s: %v", c.typed, c.currency, p)
			}
			continue
		}
		if a.Minor != c.minor || a.Plain() != c.want {
			t.Errorf("%q is %+v, %s", c.typed, a, a.Plain())
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		a := plan.Amount{Minor: rapid.Int64Range(0, 1e15).Draw(t, "minor"), Currency: rapid.SampledFrom([]string{"EUR", "JPY", "KWD", "BAM"}).Draw(t, "currency")}
		var p workflows.Problems
		if got := plan.ParseAmount(&p, "amount", a.Plain(), a.Currency); got == nil || *got != a {
			t.Fatalf("%+v as %s is %+v", a, a.Plain(), got)
		}
	})
}

// Whatever people try, in whatever order: what is under way or done is adopted,
// what is done has evidence, what is adopted lasts, and the record tells every
// step.
func TestTheMachineKeepsItsWord(t *testing.T) {
	testbed.Property(t, func(b *testbed.Bed) set { return newSet(t, b) }, func(rt *rapid.T, b *testbed.Bed, s set) {
		s.Bed = b
		var id string
		err := b.Write(b.Official, func(tx *workflows.Tx) error {
			m, err := plan.Add(tx, s.plan.ID, plan.Content{Number: workflows.NewID()[20:], Title: "x", Kind: "procedures"}, date("2027-01-01"))
			id = m.ID
			return err
		})
		if err != nil {
			rt.Fatal(err)
		}
		before := b.Count("audit_entries", "object_id = ?", id)
		body := ""
		if err := b.Store.DB.Table("organisations").Limit(1).Pluck("id", &body).Error; err != nil {
			rt.Fatal(err)
		}
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			do := rapid.SampledFrom([]string{plan.Adopt, plan.Start, plan.Finish, plan.Stop, plan.Resume, "put", "empty", "prove"}).Draw(rt, "do")
			err := b.Write(b.Official, func(tx *workflows.Tx) error {
				m, err := plan.GetMeasure(tx, id)
				if err != nil {
					return err
				}
				in := plan.Content{Number: m.Number, Title: "x", Kind: "procedures"}
				switch do {
				case "put":
					in.LeadID, in.Upkeep, in.UpkeepOwner, in.OwnFrom = body, &plan.Amount{Minor: 5, Currency: "EUR"}, "x", date("2029-01-01")
					_, err = plan.Put(tx, id, m.Version, in)
				case "empty":
					_, err = plan.Put(tx, id, m.Version, in)
				case "prove":
					_, err = plan.AddEvidence(tx, id, plan.Evidence{Kind: "record", Text: "x"})
				default:
					_, err = plan.Apply(tx, id, do, rapid.SampledFrom([]string{"", "because"}).Draw(rt, "reason"))
				}
				return err
			})
			if err == nil {
				before++
			}
			m, err := plan.GetMeasure(b.Read(b.Official), id)
			if err != nil {
				rt.Fatal(err)
			}
			switch {
			case m.AdoptedAt != nil && (!m.Lasts() || m.LeadID == nil):
				rt.Fatal("adopted, and would not last")
			case m.AdoptedAt == nil && (m.Status == plan.UnderWay || m.Status == plan.Done):
				rt.Fatal("not adopted and", m.Status)
			case m.Status == plan.Done && len(m.Evidence) == 0:
				rt.Fatal("done without evidence")
			case b.Count("audit_entries", "object_id = ?", id) != before:
				rt.Fatal("the record does not tell every step")
			}
		}
	})
}

// Nobody writes but officials of the state.
func TestOnlyOfficialsWrite(t *testing.T) {
	s := newSet(t, testbed.Open(t, sqlite(t)))
	a1 := s.load(t)[0]
	for _, who := range []workflows.Actor{s.Reviewer, s.Auditor, s.Admin, {}} {
		for name, try := range map[string]func(*workflows.Tx) error{
			"create": func(tx *workflows.Tx) error {
				_, err := plan.Create(tx, s.strategy, terms("x", "2026-07-01", "2028-06-30"))
				return err
			},
			"issue": func(tx *workflows.Tx) error { _, err := plan.Issue(tx, s.plan.ID); return err },
			"adopt": func(tx *workflows.Tx) error { _, err := plan.Apply(tx, a1.ID, plan.Adopt, ""); return err },
			"prove": func(tx *workflows.Tx) error {
				_, err := plan.AddEvidence(tx, a1.ID, plan.Evidence{Kind: "law", Text: "x"})
				return err
			},
			"annex": func(tx *workflows.Tx) error { _, err := plan.AddAnnex(tx, s.strategy, "x", "x", "x"); return err },
		} {
			if err := s.Write(who, try); !workflows.IsKind(err, workflows.Forbidden) && !workflows.IsKind(err, workflows.NotFound) && !workflows.IsKind(err, workflows.Unauthenticated) {
				t.Errorf("%s by %q: %v", name, who.ID, err)
			}
		}
	}
	if s.Read(s.Official).May("measure", "fly", policies.Target{State: testbed.State}) {
		t.Error("any action is allowed")
	}
}
