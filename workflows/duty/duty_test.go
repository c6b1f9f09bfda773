package duty_test

import (
	"strings"
	"testing"
	"time"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/duty"
)

const cwc = "CWC (1993)"

func bind(b *testbed.Bed, instrument, inForce, followed string, seen int64) {
	in := duty.Binding{Instrument: instrument, InForceOn: date(inForce), Source: "Official gazette 1/26"}
	if followed != "" {
		in.FollowedFrom = date(followed)
	}
	b.Do(b.Official, func(tx *workflows.Tx) error {
		_, err := duty.Bind(tx, testbed.State, in, seen)
		return err
	})
}

func calendar(t *testing.T, b *testbed.Bed) *duty.Calendar {
	t.Helper()
	c, err := duty.Of(b.Read(b.Official), testbed.State)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func days(dues []duty.Due, code string) string {
	var out []string
	for _, d := range dues {
		if d.Duty.Code == code {
			out = append(out, d.On.Format(time.DateOnly))
		}
	}
	return strings.Join(out, " ")
}

func fulfil(b *testbed.Bed, by workflows.Actor, in duty.Sent) (*duty.Return, error) {
	var r *duty.Return
	err := b.Write(by, func(tx *workflows.Tx) (err error) {
		r, err = duty.Fulfil(tx, testbed.State, in)
		return err
	})
	return r, err
}

func refused(t *testing.T, err error, kind workflows.Kind, want string) {
	t.Helper()
	if !workflows.IsKind(err, kind) || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %s", err, want)
	}
}

// Given entry into force on 1 February, what is due in 30 days falls on 3 March;
// it is done with a day and a reference, or by a nil return where that is an
// answer.
func TestR2_2TreatyCalendar(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		if got := days(calendar(t, b).Dues, "CWC-WEAPONS"); got != "" {
			t.Errorf("due before it binds: %s", got)
		}
		bind(b, cwc, "2026-02-01", "", 0)
		c := calendar(t, b)
		if got := days(c.Coming(), "CWC-WEAPONS"); got != "2026-03-03" {
			t.Errorf("30 days after 1 February: %s", got)
		}
		if got := days(c.Coming(), "CWC-S2-PAST"); got != "2027-03-31" {
			t.Errorf("90 days after the end of the year: %s", got)
		}
		if got := days(c.Coming(), "CWC-S2-NEXT"); got != "2026-11-02" {
			t.Errorf("60 days before the year: %s", got)
		}
		b.Clock.Set(date("2026-03-05"))
		if got := days(calendar(t, b).Overdue(), "CWC-WEAPONS"); got != "2026-03-03" {
			t.Errorf("overdue: %s", got)
		}
		in := duty.Sent{Code: "CWC-WEAPONS", Period: "once", DoneOn: date("2026-03-06")}
		_, err := fulfil(b, b.Official, in)
		refused(t, err, workflows.Invalid, "done_on: day_in_future; reference: required")
		in.DoneOn, in.Reference, in.NilReturn = date("2026-03-04"), "Note 12/26", true
		r, err := fulfil(b, b.Official, in)
		if err != nil {
			t.Fatal(err)
		}
		_, err = fulfil(b, b.Official, in)
		refused(t, err, workflows.Conflict, "duty_done")
		if done := calendar(t, b).Done(); len(done) != 1 || !done[0].Return.NilReturn || days(calendar(t, b).Overdue(), "CWC-WEAPONS") != "" {
			t.Errorf("%+v", done)
		}
		if err := b.Store.DB.Exec("UPDATE duty_returns SET reference = 'x' WHERE id = ?", r.ID).Error; err == nil {
			t.Error("what was sent can be rewritten")
		}
		if err := b.Store.DB.Exec("DELETE FROM duty_returns").Error; err == nil {
			t.Error("what was sent can be deleted")
		}
		withdraw := func(reason string) error {
			return b.Write(b.Official, func(tx *workflows.Tx) error { _, err := duty.Withdraw(tx, testbed.State, r.ID, reason); return err })
		}
		refused(t, withdraw(" "), workflows.Invalid, "reason: required")
		if err := withdraw("Sent to the wrong address"); err != nil {
			t.Fatal(err)
		}
		refused(t, withdraw("again"), workflows.Conflict, "changed_meanwhile")
		if got := days(calendar(t, b).Overdue(), "CWC-WEAPONS"); got != "2026-03-03" {
			t.Errorf("after the withdrawal: %s", got)
		}
		if _, err := fulfil(b, b.Official, in); err != nil {
			t.Errorf("done again: %v", err)
		}
		_, err = fulfil(b, b.Official, duty.Sent{Code: "2663-REVIEW", Period: "once", DoneOn: date("2026-03-04"), Reference: "x", NilReturn: true})
		refused(t, err, workflows.Invalid, "no_nil_return")
		_, err = fulfil(b, b.Official, duty.Sent{Code: "CWC-S2-PAST", Period: "1999", DoneOn: date("2026-03-04"), Reference: "x"})
		refused(t, err, workflows.NotFound, "")
		if n := b.Count("audit_entries", "object = 'duty'"); n != 4 {
			t.Errorf("%d entries of the record", n)
		}
	})
}

// The comprehensive review before December 2027 stands in every calendar.
func TestR7_2TheComprehensiveReview(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		if got := days(calendar(t, b).Coming(), "2663-REVIEW"); got != "2027-11-30" {
			t.Errorf("the review: %q", got)
		}
	})
}

// What was due before an official follows an old treaty is taken as settled; a
// day that is corrected moves all that follows; who saw an older one is refused.
func TestDaysOfInstruments(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		if loose := calendar(t, b).Loose(); len(loose) != 5 || loose[0] != cwc {
			t.Errorf("%q", loose)
		}
		bind(b, cwc, "1997-04-29", "2026-01-01", 0)
		c := calendar(t, b)
		if days(c.Dues, "CWC-WEAPONS") != "" || days(c.Dues, "CWC-S3-PAST") != "2026-03-31 2027-03-31" || len(c.Loose()) != 4 {
			t.Errorf("%s, %s, %q", days(c.Dues, "CWC-WEAPONS"), days(c.Dues, "CWC-S3-PAST"), c.Loose())
		}
		bind(b, cwc, "2026-02-01", "", 1)
		if got := days(calendar(t, b).Dues, "CWC-WEAPONS"); got != "2026-03-03" {
			t.Errorf("corrected: %s", got)
		}
		try := func(by workflows.Actor, in duty.Binding, seen int64) error {
			return b.Write(by, func(tx *workflows.Tx) error { _, err := duty.Bind(tx, testbed.State, in, seen); return err })
		}
		good := duty.Binding{Instrument: cwc, InForceOn: date("2026-02-02"), Source: "x"}
		refused(t, try(b.Official, good, 1), workflows.Stale, "stale")
		refused(t, try(b.Official, good, 0), workflows.Stale, "stale")
		refused(t, try(b.Official, duty.Binding{Instrument: "Treaty of Tartu", InForceOn: date("1620-01-01")}, 0), workflows.Invalid, "instrument: unknown_instrument; in_force_on: year_range; source: required")
		refused(t, try(b.Official, duty.Binding{Instrument: cwc, FollowedFrom: date("2026-02-02"), Source: "x"}, 2), workflows.Invalid, "in_force_on: required")
		refused(t, try(b.Reviewer, good, 2), workflows.Forbidden, "forbidden")
		refused(t, try(workflows.Actor{}, good, 2), workflows.NotFound, "not_found")
		if err := try(b.Official, duty.Binding{Instrument: cwc, Source: "Never ratified"}, 2); err != nil {
			t.Fatal(err)
		}
		if c := calendar(t, b); days(c.Dues, "CWC-S3-PAST") != "" || len(c.Loose()) != 4 {
			t.Error("it binds nobody, and something is due")
		}
	})
}

// A notice is due before an event that an official enters, and no more once that
// is dropped.
func TestEventsCallForNotices(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		bind(b, cwc, "2026-02-01", "", 0)
		var e *duty.Event
		b.Do(b.Official, func(tx *workflows.Tx) (err error) {
			e, err = duty.AddEvent(tx, testbed.State, "CWC-S1-CHANGE", date("2027-01-01"), "A laboratory moves")
			return err
		})
		if got := days(calendar(t, b).Coming(), "CWC-S1-CHANGE"); got != "2026-07-05" {
			t.Errorf("180 days before 1 January 2027: %s", got)
		}
		b.Do(b.Official, func(tx *workflows.Tx) error { _, err := duty.DropEvent(tx, testbed.State, e.ID); return err })
		if got := days(calendar(t, b).Coming(), "CWC-S1-CHANGE"); got != "" {
			t.Errorf("dropped: %s", got)
		}
		err := b.Write(b.Official, func(tx *workflows.Tx) error {
			_, err := duty.AddEvent(tx, testbed.State, "BWC-CBM", date("2027-01-01"), "x")
			return err
		})
		refused(t, err, workflows.NotFound, "")
	})
}

// Officials are told two weeks before and once when the day has passed, not of
// what is done, nor of decades when an old treaty is entered.
func TestOfficialsAreReminded(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		told := func() [2]int {
			b.Tick()
			b.Tick()
			return [2]int{b.Count("duty_reminders", "late = ?", false), b.Count("duty_reminders", "late = ?", true)}
		}
		bind(b, "BWC confidence-building measures", "1987-01-01", "", 0)
		for _, c := range []struct {
			on   string
			want [2]int
		}{{"2026-03-31", [2]int{0, 0}}, {"2026-04-01", [2]int{1, 0}}, {"2026-04-15", [2]int{1, 0}}, {"2026-04-16", [2]int{1, 1}}, {"2026-05-30", [2]int{1, 1}}} {
			b.Clock.Set(date(c.on).Add(9 * time.Hour))
			if got := told(); got != c.want {
				t.Errorf("on %s: %v, want %v", c.on, got, c.want)
			}
		}
		if n := b.Jobs("announce"); n != 2 {
			t.Errorf("%d announcements", n)
		}
		b.Clock.Set(date("2027-03-01"))
		if _, err := fulfil(b, b.Official, duty.Sent{Code: "BWC-CBM", Period: "2027", DoneOn: date("2027-03-01"), Reference: "CBM 2027"}); err != nil {
			t.Fatal(err)
		}
		b.Clock.Set(date("2027-04-20"))
		if got := told(); got != [2]int{1, 1} {
			t.Errorf("of what is done: %v", got)
		}
	})
}
