package duty_test

import (
	"strings"
	"testing"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/duty"
)

func mark(t *testing.T, b *testbed.Bed) *duty.Practice {
	t.Helper()
	var p *duty.Practice
	b.Do(b.Official, func(tx *workflows.Tx) (err error) {
		p, err = duty.Mark(tx, testbed.State, cwc, "Each declaration has its day, and nil returns are sent")
		return err
	})
	return p
}

// A calendar that is marked as a practice to copy is cloned to another theme: as a
// draft, which reminds nobody, can be changed, and then is put in force or thrown
// away.
func TestR2_1APracticeIsCopiedToAnotherTheme(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		var o *duty.Own
		try := func(by workflows.Actor, do func(*workflows.Tx) (*duty.Own, error)) error {
			return b.Write(by, func(tx *workflows.Tx) error {
				got, err := do(tx)
				if err == nil {
					o = got
				}
				return err
			})
		}
		first := mark(t, b)
		p := mark(t, b)
		if list, err := duty.Practices(b.Read(b.Reviewer)); err != nil || len(list) != 1 || list[0].ID != p.ID || first.ID == p.ID {
			t.Errorf("%v, %v", list, err)
		}
		copied := func(by workflows.Actor, theme, title string) error {
			return try(by, func(tx *workflows.Tx) (*duty.Own, error) {
				return duty.Copy(tx, p.ID, testbed.State, theme, title)
			})
		}
		refused(t, copied(b.Official, "poetry", " "), workflows.Invalid, "theme: not_one_of; title: required")
		refused(t, copied(b.Reviewer, "biological", "Biosecurity act"), workflows.Forbidden, "forbidden")
		if err := copied(b.Official, "biological", "Biosecurity act"); err != nil {
			t.Fatal(err)
		}
		duties, err := o.Duties()
		if err != nil || len(duties) < 10 || duties[0].Code != "BA:BIOLOGICAL-CWC-WEAPONS" || duties[0].Rule.String() != "30 days after entry into force" || !strings.Contains(duties[0].Source, "CWC-WEAPONS") {
			t.Fatalf("%+v, %v", duties, err)
		}
		quiet := func() {
			t.Helper()
			if c := calendar(t, b); len(c.Loose()) != 5 {
				t.Errorf("a draft stands in the calendar: %q", c.Loose())
			}
			b.Tick()
			if n := b.Count("duty_reminders", "1 = 1"); n != 0 {
				t.Errorf("%d reminders of a draft", n)
			}
		}
		quiet()
		edit := func(seen int64, lines string) error {
			return try(b.Official, func(tx *workflows.Tx) (*duty.Own, error) { return duty.Edit(tx, o.ID, seen, lines) })
		}
		head := strings.Join(duty.Columns, ",") + "\n"
		line := "BIO-STOCKS,,Biosecurity act,,List of stocks held,30 days after entry into force,yes,from general knowledge,Own idea\n"
		refused(t, edit(1, head+strings.Replace(line, "30 days", "some days", 1)), workflows.Invalid, "bad_rule")
		refused(t, edit(1, head+line+line), workflows.Invalid, "cell_twice")
		refused(t, edit(1, head+strings.Replace(line, ",,", ",NOWHERE-1,", 1)), workflows.Invalid, "unknown_obligation")
		refused(t, edit(7, head+line), workflows.Stale, "stale")
		if err := edit(1, head+line); err != nil {
			t.Fatal(err)
		}
		move := func(by workflows.Actor, action string) error {
			return try(by, func(tx *workflows.Tx) (*duty.Own, error) { return duty.Move(tx, o.ID, o.Version, action) })
		}
		quiet()
		refused(t, move(b.Official, "revise"), workflows.Conflict, "changed_meanwhile")
		refused(t, move(b.Official, "burn"), workflows.Invalid, "not_one_of")
		refused(t, move(b.Reviewer, "put_in_force"), workflows.Forbidden, "forbidden")
		if err := move(b.Official, "put_in_force"); err != nil {
			t.Fatal(err)
		}
		refused(t, edit(o.Version, head+line), workflows.Conflict, "duties_no_draft")
		bind(b, "Biosecurity act", "2026-02-01", "", 0)
		if got := days(calendar(t, b).Coming(), "BA:BIO-STOCKS"); got != "2026-03-03" {
			t.Errorf("in force, and due %q", got)
		}
		if _, err := fulfil(b, b.Official, duty.Sent{Code: "BA:BIO-STOCKS", Period: "once", DoneOn: date("2026-02-02"), Reference: "1/26"}); err != nil {
			t.Errorf("%v", err)
		}
		standing := o
		var ours *duty.Practice
		b.Do(b.Official, func(tx *workflows.Tx) (err error) {
			ours, err = duty.Mark(tx, testbed.State, "Biosecurity act", "Stocks are listed")
			return err
		})
		if err := copied(b.Official, "biological", "Again"); err != nil {
			t.Fatal(err)
		}
		if err := edit(1, head+line); err != nil {
			t.Fatal(err)
		}
		refused(t, move(b.Official, "put_in_force"), workflows.Invalid, "duty_code_taken")
		if err := move(b.Official, "drop"); err != nil {
			t.Fatal(err)
		}
		if list, err := duty.Owns(b.Read(b.Reviewer), testbed.State); err != nil || len(list) != 1 || list[0].ID != standing.ID {
			t.Errorf("%v, %v", list, err)
		}
		o = standing
		if err := move(b.Official, "revise"); err != nil {
			t.Fatal(err)
		}
		if got := days(calendar(t, b).Dues, "BA:BIO-STOCKS"); got != "" {
			t.Errorf("a draft again, and due %s", got)
		}
		p = ours
		refused(t, copied(b.Official, "nuclear", "Of nothing"), workflows.Conflict, "changed_meanwhile")
	})
}

// Who may not change a state's calendar marks nothing; what is taken off the list
// is copied no more.
func TestPracticesAreOfTheirStates(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		try := func(by workflows.Actor, instrument, features string) error {
			return b.Write(by, func(tx *workflows.Tx) error {
				_, err := duty.Mark(tx, testbed.State, instrument, features)
				return err
			})
		}
		refused(t, try(b.Reviewer, cwc, "x"), workflows.Forbidden, "forbidden")
		refused(t, try(workflows.Actor{}, cwc, "x"), workflows.NotFound, "not_found")
		refused(t, try(b.Official, "Treaty of Tartu", ""), workflows.Invalid, "instrument: unknown_instrument; features: required")
		p := mark(t, b)
		if _, err := duty.Practices(b.Read(workflows.Actor{})); err == nil {
			t.Error("anyone reads practices")
		}
		b.Do(b.Official, func(tx *workflows.Tx) error { _, err := duty.Unmark(tx, p.ID); return err })
		_, _, err := duty.GetPractice(b.Read(b.Official), p.ID)
		refused(t, err, workflows.NotFound, "not_found")
	})
}
