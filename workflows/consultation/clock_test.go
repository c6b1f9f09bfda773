package consultation_test

import (
	"fmt"
	"testing"
	"time"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
)

// A server that was down for days catches up with one reminder, the one whose
// hour is nearest: nobody gets two on the same day.
func TestOneReminderAfterAnOutage(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		c := b.At(consultation.Open)
		b.Clock.Set(c.ClosesAt.Add(-12 * time.Hour))
		b.Tick()
		b.Tick()
		reminders, err := consultation.Reminders(b.Read(b.Official), c.ID)
		if err != nil || len(reminders) != 1 || reminders[0].DaysBefore != 1 {
			t.Errorf("reminders %+v, %v", reminders, err)
		}
	})
}

// What was withdrawn before it was cleared has never left the house.
func TestWithdrawnBeforeItOpened(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		neighbour := b.Organisation("Neighbour", "regional")
		observer := b.Person("Observer", "observer", neighbour.ID)
		hidden, shown := b.At(consultation.Draft), b.At(consultation.Open)
		for _, c := range []*consultation.Consultation{hidden, shown} {
			b.Move(b.Official, c, consultation.Withdraw)
		}
		for who, sees := range map[*workflows.Actor][]*consultation.Consultation{&observer: {shown}, &b.Official: {shown, hidden}} {
			list, _, err := consultation.List(b.Read(*who), consultation.Filter{}, workflows.Page{})
			if err != nil || len(list) != len(sees) {
				t.Errorf("%s sees %d, %v", who.Name, len(list), err)
			}
			_, err = consultation.Get(b.Read(*who), hidden.ID)
			if seen := len(sees) == 2; (err == nil) != seen || !seen && !workflows.IsKind(err, workflows.NotFound) {
				t.Errorf("%s: %v", who.Name, err)
			}
		}
	})
}

// Whom else was asked is not for observers to know, by whatever way.
func TestTheRecordNamesNobodyInvitedToObservers(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		org, neighbour := b.Organisation("Chemical Industry", "industry"), b.Organisation("Neighbour", "regional")
		observer := b.Person("Observer", "observer", neighbour.ID)
		c := b.At(consultation.Open, org)
		b.Do(b.ByLink(c, org), func(tx *workflows.Tx) error { return consultation.Decline(tx, c.ID) })
		for who, want := range map[*workflows.Actor]int{&observer: 0, &b.Auditor: 2} {
			entries, _, err := workflows.Trail(b.Read(*who), c.StateCode, c.ID, "", workflows.Page{})
			n := 0
			for _, e := range entries {
				if e.Object == "invitation" {
					n++
				}
			}
			if err != nil || len(entries) == 0 || n != want {
				t.Errorf("%s: %d of %d entries are on invitations, %v", who.Name, n, len(entries), err)
			}
		}
	})
}

// Nobody can have a stranger's mailbox filled, through one consultation or many.
func TestAStrangerIsMailedAFewTimesAnHour(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		first, second := b.At(consultation.Open), b.At(consultation.Open)
		for i := range 20 {
			c := []*consultation.Consultation{first, second}[i%2]
			b.Do(workflows.Actor{}, func(tx *workflows.Tx) error {
				return consultation.AskToAnswer(tx, c.ID, consultation.NewRespondent{Email: "victim@example.org", Name: fmt.Sprint("Name ", i), Sector: "academia"})
			})
			b.Clock.Add(time.Minute)
		}
		if n := b.Count("messages", "recipient = ?", "victim@example.org"); n != 5 {
			t.Errorf("%d mails in 20 minutes", n)
		}
		b.Clock.Add(time.Hour)
		b.Do(workflows.Actor{}, func(tx *workflows.Tx) error {
			return consultation.AskToAnswer(tx, first.ID, consultation.NewRespondent{Email: "victim@example.org", Name: "Name", Sector: "academia"})
		})
		if n := b.Count("messages", "recipient = ?", "victim@example.org"); n != 6 {
			t.Errorf("%d mails after an hour", n)
		}
	})
}
