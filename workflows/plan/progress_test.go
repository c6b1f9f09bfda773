package plan_test

import (
	"testing"
	"time"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/plan"
)

// A measure begins and is due in its plan; it does not begin after that, and the
// next plan takes both days over.
func TestR6_1AMeasureBeginsBeforeItIsDue(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		s := newSet(t, b)
		in := plan.Content{Number: "B1", Title: "Stocks", Kind: "resources", StartsOn: date("2027-03-01")}
		add := func(due string) error {
			return b.Write(b.Official, func(tx *workflows.Tx) error {
				_, err := plan.Add(tx, s.plan.ID, in, date(due))
				return err
			})
		}
		refused(t, add("2027-02-28"), workflows.Invalid, "starts_on: starts_after_due")
		if err := add("2027-06-01"); err != nil {
			t.Fatal(err)
		}
		r := named(t, s.rows(t, s.plan, b.Official), "B1")
		if r.StartsOn == nil || dayString(*r.StartsOn) != "2027-03-01" {
			t.Errorf("begins %v", r.StartsOn)
		}
		put := func(start string) error {
			in.StartsOn = date(start)
			return b.Write(b.Official, func(tx *workflows.Tx) error {
				_, err := plan.Put(tx, r.ID, r.Version, in)
				return err
			})
		}
		refused(t, put("2027-06-02"), workflows.Invalid, "starts_on: starts_after_due")
		if err := put("2027-04-01"); err != nil {
			t.Fatal(err)
		}
		refused(t, b.Write(b.Official, func(tx *workflows.Tx) error {
			return plan.Postpone(tx, s.plan.ID, plan.Delay{MeasureID: r.ID, DueOn: date("2027-03-31"), Reason: "r", AgreedBy: "a"})
		}), workflows.Invalid, "due_on: starts_after_due")
		table := func(start string) []byte {
			return []byte("number,title,kind,provisions,needs,obligations,lead,partners,start,due,amount,currency,year,source,owner,indicator\n" +
				"B2,Training,procedures,,,,Health,," + start + ",2027-05-01,,,,,,\n")
		}
		for start, want := range map[string]string{"soon": "line 2: bad_day", "2027-05-02": "line 2: starts_after_due"} {
			refused(t, b.Write(b.Official, func(tx *workflows.Tx) error {
				_, err := plan.Import(tx, s.plan.ID, table(start), false)
				return err
			}), workflows.Invalid, want)
		}
		do(t, b, b.Official, func(tx *workflows.Tx) (*plan.Imported, error) {
			return plan.Import(tx, s.plan.ID, table("2027-02-01"), false)
		})
		if r := named(t, s.rows(t, s.plan, b.Official), "B2"); r.StartsOn == nil || dayString(*r.StartsOn) != "2027-02-01" {
			t.Errorf("the table says %v", r.StartsOn)
		}
		next := do(t, b, b.Official, func(tx *workflows.Tx) (*plan.Plan, error) {
			return plan.Create(tx, s.strategy, terms("Second plan", "2028-07-01", "2030-06-30"))
		})
		do(t, b, b.Official, func(tx *workflows.Tx) (int, error) {
			return plan.Inherit(tx, next.ID, []plan.Delay{{MeasureID: r.ID, DueOn: date("2028-09-01"), Reason: "Funds", AgreedBy: "Government"}})
		})
		if r := named(t, s.rows(t, next, b.Official), "B1"); r.StartsOn == nil || dayString(*r.StartsOn) != "2027-04-01" {
			t.Errorf("begins %v in the next plan", r.StartsOn)
		}
	})
}

// Somebody of the lead body has a milestone: they can say how far it is and
// nothing else, and others of the body cannot.
func TestOwnerReportsOnAMilestone(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		s := newSet(t, b)
		m := named(t, s.load(t), "A4")
		nada, other := b.Person("Nada", "contributor", *m.LeadID), b.Person("Olga", "contributor", *m.LeadID)
		add := func(title string, needs ...string) *plan.Milestone {
			return do(t, b, b.Official, func(tx *workflows.Tx) (*plan.Milestone, error) {
				return plan.AddMilestone(tx, m.ID, plan.Step{Title: title, OwnerID: nada.PersonID(), DueOn: b.Clock.Now().AddDate(0, 0, 5), Needs: needs})
			})
		}
		first := add("Draft the by-law")
		second := add("Adopt the by-law", first.ID)
		report := func(by workflows.Actor, id, status, note, link string) error {
			return b.Write(by, func(tx *workflows.Tx) error {
				now, _, err := plan.GetMilestone(tx, id)
				if err != nil {
					return err
				}
				_, err = plan.ReportStep(tx, id, now.Version, plan.Progress{Status: status, Note: note, Link: link})
				return err
			})
		}
		refused(t, report(other, first.ID, plan.Done, "n", ""), workflows.NotFound, "not_found")
		refused(t, report(b.Reviewer, first.ID, plan.Done, "n", ""), workflows.Forbidden, "forbidden")
		refused(t, report(nada, first.ID, plan.Stopped, "n", ""), workflows.Invalid, "status: not_one_of")
		refused(t, report(nada, first.ID, plan.Done, " ", ""), workflows.Invalid, "note: required")
		refused(t, report(nada, first.ID, plan.Done, "n", "http://x.example"), workflows.Invalid, "link: not_https")
		refused(t, report(nada, second.ID, plan.Done, "n", ""), workflows.Invalid, "status: milestone_waits")
		refused(t, b.Write(nada, func(tx *workflows.Tx) error {
			_, err := plan.PutMilestone(tx, first.ID, first.Version, plan.Step{Title: "Mine", OwnerID: nada.PersonID(), DueOn: first.DueOn})
			return err
		}), workflows.NotFound, "not_found")
		for _, id := range []string{first.ID, second.ID} {
			if err := report(nada, id, plan.Done, "Sent to the government", "https://gov.example/1"); err != nil {
				t.Fatal(err)
			}
		}
		shown, _, err := plan.GetMilestone(b.Read(b.Official), second.ID)
		if err != nil || shown.Status != plan.Done || shown.Note != "Sent to the government" || shown.Link != "https://gov.example/1" {
			t.Errorf("%+v, %v", shown, err)
		}
		if n := b.Count("audit_entries", "object = 'milestone' AND action = 'report' AND actor = ?", nada.ID); n != 2 {
			t.Errorf("%d entries on the record", n)
		}
		if own, err := plan.OwnSteps(b.Read(nada), b.Clock.Now().AddDate(1, 0, 0)); err != nil || len(own) != 0 {
			t.Errorf("still to do: %v, %v", own, err)
		}
	})
}

// The report of a time tells what was begun, done, stopped and moved in it, which
// milestones were reached, late or missed, the money of its years, and what is
// overdue now.
func TestReportByPeriod(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		s := newSet(t, b)
		rows := s.load(t)
		first := b.Clock.Now()
		step := func(r plan.Row, title string, days int) *plan.Milestone {
			return do(t, b, b.Official, func(tx *workflows.Tx) (*plan.Milestone, error) {
				return plan.AddMilestone(tx, r.ID, plan.Step{Title: title, OwnerID: b.Official.PersonID(), DueOn: first.AddDate(0, 0, days)})
			})
		}
		inTime, late := step(rows[0], "In time", 10), step(rows[0], "Late", 2)
		step(rows[1], "Missed", 3)
		step(rows[1], "Later", 300)
		put(t, s, rows[0].ID, lasting(rows[0]))
		for _, a := range []string{plan.Adopt, plan.Start} {
			if err := act(s, rows[0].ID, a, ""); err != nil {
				t.Fatal(err)
			}
		}
		if err := act(s, rows[1].ID, plan.Stop, "No funds"); err != nil {
			t.Fatal(err)
		}
		b.Do(b.Official, func(tx *workflows.Tx) error {
			return plan.Postpone(tx, s.plan.ID, plan.Delay{MeasureID: rows[2].ID, DueOn: date("2028-01-01"), Reason: "Waits", AgreedBy: "The Body"})
		})
		b.Clock.Add(5 * 24 * time.Hour)
		for _, m := range []*plan.Milestone{inTime, late} {
			do(t, b, b.Official, func(tx *workflows.Tx) (*plan.Milestone, error) {
				return plan.ReportStep(tx, m.ID, m.Version, plan.Progress{Status: plan.Done, Note: "Done"})
			})
		}
		r, err := plan.Over(b.Read(b.Official), s.plan.ID, first, first.AddDate(0, 1, 0))
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Of(plan.Adopt)) != 1 || len(r.Of(plan.Start)) != 1 || len(r.Of(plan.Finish)) != 0 || len(r.Of(plan.Stop)) != 1 || r.Of(plan.Stop)[0].Reason != "No funds" {
			t.Errorf("events: %+v", r.Events)
		}
		if len(r.Moves) != 1 || dayString(r.Moves[0].Move.ToOn) != "2028-01-01" || r.Moves[0].Number != rows[2].Number {
			t.Errorf("moves: %+v", r.Moves)
		}
		got := map[string]string{}
		for _, m := range r.Steps {
			got[m.Step.Title] = map[bool]string{true: "done", false: "open"}[m.DoneAt != nil] + map[bool]string{true: " late", false: ""}[m.Late]
		}
		if len(got) != 3 || got["In time"] != "done" || got["Late"] != "done late" || got["Missed"] != "open late" {
			t.Errorf("milestones: %v", got)
		}
		if len(r.Overdue) != 1 || r.Overdue[0].Milestone.Title != "Missed" {
			t.Errorf("overdue: %+v", r.Overdue)
		}
		if none, err := plan.Over(b.Read(b.Official), s.plan.ID, date("2020-01-01"), date("2020-12-31")); err != nil || len(none.Events)+len(none.Moves)+len(none.Steps)+len(none.Sums) != 0 {
			t.Errorf("before: %+v, %v", none, err)
		}
		_, err = plan.Over(b.Read(b.Official), s.plan.ID, date("2027-01-02"), date("2027-01-01"))
		refused(t, err, workflows.Invalid, "to: plan_ends_early")
		_, err = plan.Over(b.Read(workflows.Actor{}), s.plan.ID, first, first)
		refused(t, err, workflows.NotFound, "not_found")
	})
}
