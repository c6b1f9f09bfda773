package notify

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"jahorina/app/apptest/testbed"
	"jahorina/app/mail/mailbox"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/stakeholder"
)

// post queues a message that always has a point: a link to sign in.
func (r *rig) post(address string, notAfter time.Time) workflows.Message {
	r.t.Helper()
	r.Do(workflows.Clock(), func(tx *workflows.Tx) error {
		return tx.Post(workflows.Message{
			Key: "test:" + address, Template: "sign_in", Args: map[string]string{"link": "L1"},
			RecipientName: "Somebody", Recipient: address, Language: "en", NotAfter: &notAfter,
		})
	})
	return r.message(address)
}

func (r *rig) message(address string) workflows.Message {
	r.t.Helper()
	return r.messages("recipient = ?", address)[0]
}

// With the mail server away nothing is lost: when it is back, each mail comes once.
func TestServerAway(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		away, err := mailbox.Start("127.0.0.1:0", b.Clock.Now)
		if err != nil {
			t.Fatal(err)
		}
		url := away.URL()
		if err := away.Close(); err != nil {
			t.Fatal(err)
		}
		r := &rig{Bed: b, t: t, n: notifier(t, b, url)}
		r.start()
		orgs := []stakeholder.Organisation{b.Organisation("A", "industry"), b.Organisation("B", "academia"), b.Organisation("C", "regional")}
		b.At(consultation.Open, orgs...)
		r.until("every invitation was tried", func() bool {
			return r.Count("messages", "template = 'invitation' AND attempts > 0 AND last_error <> ''") == 3
		})
		if m := r.message(orgs[0].Email); m.State != workflows.MessageQueued || !strings.Contains(m.LastError, "connect") {
			t.Errorf("while the server is away: %+v", m)
		}
		r.box, err = mailbox.Start(strings.TrimSuffix(strings.TrimPrefix(url, "smtp://"), "?starttls=off"), b.Clock.Now)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { r.box.Close() })
		for _, o := range orgs {
			r.wait(o.Email, "invited")
		}
		r.settle()
		r.same("arrived", r.arrived("invited"), []string{orgs[0].Email, orgs[1].Email, orgs[2].Email})
		if m := r.message(orgs[0].Email); m.State != workflows.MessageSent || m.Attempts < 2 || m.LastError != "" || m.SentAt == nil {
			t.Errorf("after it is back: %+v", m)
		}
	})
}

// What the server will never take fails at once, and only that; an
// administrator may send it again.
func TestRefusedForEver(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		r := rigged(t, b)
		orgs := []stakeholder.Organisation{b.Organisation("A", "industry"), b.Organisation("B", "academia"), b.Organisation("C", "regional")}
		r.box.Fail(func(_, to string) error {
			if to == orgs[1].Email {
				return mailbox.Refuse(550, "no such user")
			}
			return nil
		})
		c := b.At(consultation.Open, orgs...)
		r.settle()
		r.same("told", r.told("invitation"), []string{"invitation > A sent", "invitation > B failed", "invitation > C sent"})
		m := r.message(orgs[1].Email)
		if m.Attempts != 1 || !strings.Contains(m.LastError, "no such user") {
			t.Errorf("the failed one: %+v", m)
		}
		r.box.Fail(nil)
		b.Do(b.Admin, func(tx *workflows.Tx) error { return Resend(tx, m.ID) })
		r.wait(orgs[1].Email, "invited")
		r.settle()
		if m = r.message(orgs[1].Email); m.State != workflows.MessageSent || m.Attempts != 2 {
			t.Errorf("sent again: %+v", m)
		}
		trail := b.Trail(c.ID)
		if e := trail[len(trail)-1]; e.Action != "resend" || e.Object != "message" || e.ObjectID != m.ID || e.Actor != b.Admin.ID || e.From != "failed" || e.State != testbed.State {
			t.Errorf("the record says %+v", e)
		}
		err := b.Write(b.Admin, func(tx *workflows.Tx) error { return Resend(tx, m.ID) })
		if !workflows.IsKind(err, workflows.Conflict) {
			t.Errorf("what was sent, again: %v", err)
		}
	})
}

// A server that hangs on some mails holds the others up in nothing.
func TestHungServer(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		r := rigged(t, b)
		release := make(chan struct{})
		r.box.Fail(func(_, to string) error {
			if strings.HasPrefix(to, "hung") {
				<-release
			}
			return nil
		})
		later := b.Clock.Now().Add(time.Hour)
		for i := range 5 {
			r.post(fmt.Sprintf("hung%d@a.example", i), later)
		}
		for i := range 20 {
			r.post(fmt.Sprintf("fine%d@a.example", i), later)
		}
		for i := range 20 {
			r.wait(fmt.Sprintf("fine%d@a.example", i), "sign in")
		}
		if n := r.Count("messages", "recipient LIKE 'hung%' AND state = 'queued'"); n != 5 {
			t.Errorf("%d still hang, want 5", n)
		}
		close(release)
		r.settle()
		if got := len(r.arrived("sign in")); got != 25 {
			t.Errorf("%d mails arrived, want 25", got)
		}
	})
}

// Past its hour a mail is not sent.
func TestNotAfter(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		r := rigged(t, b)
		r.post("in-time@a.example", b.Clock.Now())
		m := r.post("late@a.example", b.Clock.Now().Add(-time.Microsecond))
		r.settle()
		if m = r.message("late@a.example"); m.State != workflows.MessageCancelled || m.LastError != string(tooLate) || m.SentAt != nil {
			t.Errorf("%+v", m)
		}
		r.same("arrived", r.arrived(""), []string{"in-time@a.example"})
		if mail := r.box.Messages()[0]; !strings.Contains(mail.Text, "https://test.example/sign-in/L1.") {
			t.Errorf("no link:\n%s", mail.Text)
		}
	})
}

// Kinds of event, template and object that this program does not know are
// dropped, not tried for ever.
func TestUnknown(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		r := rigged(t, b)
		b.Do(workflows.Clock(), func(tx *workflows.Tx) error {
			if err := tx.Post(workflows.Message{Key: "k", Template: "of_the_future", Recipient: "a@a.example", Language: "en"}); err != nil {
				return err
			}
			return tx.Enqueue(
				workflows.Delivery{MessageID: "nothing"},
				workflows.Announcement{Event: "consultation.celebrate", ID: "x", At: tx.Now},
				workflows.Announcement{Event: "consultation.open", ID: "nothing", At: tx.Now},
			)
		})
		r.settle()
		if n := r.Count("river_job", "state = 'cancelled' AND attempt = 1"); n != 3 {
			t.Errorf("%d jobs were dropped at once, want 3", n)
		}
		if m := r.message("a@a.example"); m.State != workflows.MessageFailed || m.Attempts != 1 {
			t.Errorf("%+v", m)
		}
	})
}

// The last attempt decides; a job that comes for a message in hand, or done,
// does nothing.
func TestSettle(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		r := &rig{Bed: b, t: t, n: notifier(t, b, "smtp://127.0.0.1:1?starttls=off")} // no queue runs
		m := r.post("a@a.example", b.Clock.Now())
		first, err := r.n.take(t.Context(), m.ID)
		if err != nil || first == nil {
			t.Fatal(first, err)
		}
		if mine, err := r.n.change(t.Context(), &m, map[string]any{"attempts": 9}, "attempts = ?", m.Attempts); mine || err != nil {
			t.Errorf("two jobs took one attempt: %v", err)
		}
		passing := errors.New("451 later " + strings.Repeat("é", maxReason))
		if err := r.n.settle(t.Context(), first, passing, false); !errors.Is(err, passing) {
			t.Errorf("a passing fault is not tried again: %v", err)
		}
		if m = r.message("a@a.example"); m.State != workflows.MessageQueued || !strings.HasPrefix(m.LastError, "451") || len(m.LastError) > maxReason {
			t.Errorf("after a passing fault: %+v", m)
		}
		if err := r.n.settle(t.Context(), first, passing, true); err != nil {
			t.Errorf("the last attempt is tried again: %v", err)
		}
		if m = r.message("a@a.example"); m.State != workflows.MessageFailed {
			t.Errorf("after the last attempt: %+v", m)
		}
		if again, err := r.n.take(t.Context(), m.ID); again != nil || err != nil {
			t.Errorf("a failed message was taken: %v", err)
		}
		// Whoever still holds it cannot undo what is settled.
		if err := r.n.settle(t.Context(), first, nil, false); err != nil {
			t.Error(err)
		}
		if m = r.message("a@a.example"); m.State != workflows.MessageFailed {
			t.Errorf("settled twice: %+v", m)
		}
	})
}

// The pauses grow to hours, never the same for all, and take a day in all.
func TestBackoff(t *testing.T) {
	var sum time.Duration
	for attempt := 1; attempt < 12; attempt++ {
		want := pauses[min(attempt, len(pauses))-1]
		seen := map[time.Duration]bool{}
		for range 50 {
			d := backoff(attempt)
			if d < want*9/10 || d > want*11/10 {
				t.Fatalf("after attempt %d: %v, want about %v", attempt, d, want)
			}
			seen[d] = true
		}
		if len(seen) < 2 {
			t.Errorf("after attempt %d everybody comes back at once", attempt)
		}
		sum += want
	}
	if sum < 20*time.Hour || sum > 30*time.Hour {
		t.Errorf("all attempts take %v", sum)
	}
	w := &deliverer{n: &Notifier{Config: Config{Backoff: func(n int) time.Duration { return time.Duration(n) * time.Hour }}}}
	job := &river.Job[workflows.Delivery]{JobRow: &rivertype.JobRow{Attempt: 3}}
	if d := time.Until(w.NextRetry(job)); d < 2*time.Hour+59*time.Minute || d > 3*time.Hour {
		t.Errorf("the next retry is in %v", d)
	}
}

// The administrator's list shows what belongs to the states they look after.
func TestAdministration(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		r := rigged(t, b)
		r.box.Fail(func(string, string) error { return mailbox.Refuse(550, "closed") })
		b.At(consultation.Open, b.Organisation("A", "industry"), b.Organisation("B", "academia"), b.Organisation("C", "regional"))
		var admin stakeholder.Person
		if err := b.Read(b.Admin).One(&admin, "id = ?", strings.TrimPrefix(b.Admin.ID, "user:")); err != nil {
			t.Fatal(err)
		}
		r.post(admin.Email, b.Clock.Now())
		r.post("stranger@a.example", b.Clock.Now()) // about no consultation, to nobody of the state
		foreign := foreignAdmin(b)
		r.settle()

		failed, next, err := List(b.Read(b.Admin), workflows.MessageFailed, workflows.Page{Limit: 2})
		if err != nil || len(failed) != 2 || next == "" {
			t.Fatalf("%d messages, next %q, %v", len(failed), next, err)
		}
		rest, next, err := List(b.Read(b.Admin), workflows.MessageFailed, workflows.Page{Limit: 200, After: next})
		if err != nil || next != "" {
			t.Fatal(err)
		}
		all := append(failed, rest...)
		to := func(address string) func(workflows.Message) bool {
			return func(m workflows.Message) bool { return m.Recipient == address }
		}
		if !slices.ContainsFunc(all, to(admin.Email)) || slices.ContainsFunc(all, to("stranger@a.example")) {
			t.Errorf("the list has %d messages", len(all))
		}
		if seen, _, err := List(b.Read(foreign), "", workflows.Page{}); err != nil || len(seen) != 0 {
			t.Errorf("an administrator of another state sees %d messages, %v", len(seen), err)
		}
		for who, by := range map[string]workflows.Actor{"an official": b.Official, "a visitor": {}} {
			if _, _, err := List(b.Read(by), "", workflows.Page{}); !workflows.IsKind(err, workflows.NotFound) {
				t.Errorf("%s lists messages: %v", who, err)
			}
		}
		if _, _, err := List(b.Read(b.Admin), "lost", workflows.Page{}); !workflows.IsKind(err, workflows.Invalid) {
			t.Errorf("a state that does not exist: %v", err)
		}
		for who, by := range map[string]workflows.Actor{"an official": b.Official, "the auditor": b.Auditor, "a foreign administrator": foreign} {
			if err := b.Write(by, func(tx *workflows.Tx) error { return Resend(tx, all[0].ID) }); err == nil {
				t.Errorf("%s sent a message again", who)
			}
		}
		r.box.Fail(nil)
		var n int
		b.Do(b.Admin, func(tx *workflows.Tx) (err error) {
			n, err = ResendFailed(tx)
			return err
		})
		r.settle()
		if n != len(all) || len(r.arrived("invited")) != 3 {
			t.Errorf("%d sent again, want %d", n, len(all))
		}
		counts, err := Counts(b.Read(workflows.Clock()))
		if err != nil || counts["failed"] != 1 || counts["queued"] != 0 {
			t.Errorf("counts %v, %v", counts, err)
		}
		// A request for clearance that was refused before it was cleared is pointless by now, and says so.
		for _, m := range all {
			now := r.messages("id = ?", m.ID)[0]
			if now.State != workflows.MessageSent && (now.State != workflows.MessageCancelled || m.Template != "clearance_wanted") {
				t.Errorf("%s to %s is %s after it was sent again", m.Template, m.Recipient, now.State)
			}
		}
		if _, _, err := List(b.Read(workflows.Operator()), "", workflows.Page{}); err != nil {
			t.Errorf("the operator: %v", err)
		}
	})
}

func foreignAdmin(b *testbed.Bed) (a workflows.Actor) {
	b.Do(workflows.Operator(), func(tx *workflows.Tx) error {
		if _, err := stakeholder.CreateState(tx, "XX", "Elsewhere", "en"); err != nil {
			return err
		}
		p, err := stakeholder.CreatePerson(tx, stakeholder.NewPerson{Email: "admin@elsewhere.example", Name: "Foreign", State: "XX", Role: "administrator"})
		if err != nil {
			return err
		}
		a, err = stakeholder.ActorOf(tx, p.ID)
		return err
	})
	return a
}

// One click stops the reminders to that organisation about that consultation,
// and nothing else.
func TestUnsubscribe(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		r := rigged(t, b)
		orgs := []stakeholder.Organisation{b.Organisation("A", "industry"), b.Organisation("B", "academia"), b.Organisation("C", "regional")}
		c := b.At(consultation.Open, orgs...)
		m := r.wait(orgs[0].Email, "invited")
		link := strings.Trim(m.Header.Get("List-Unsubscribe"), "<>")
		token := strings.TrimPrefix(link, "https://test.example/unsubscribe/")
		if token == link || !strings.Contains(m.Text, link) {
			t.Fatalf("link %q", link)
		}
		if got, err := Subscription(b.Read(workflows.Actor{}), token); err != nil || got.ID != c.ID {
			t.Fatal(err)
		}
		for range 2 {
			b.Do(workflows.Actor{}, func(tx *workflows.Tx) error {
				_, err := Unsubscribe(tx, token)
				return err
			})
		}
		if n := r.Count("audit_entries", "action = 'unsubscribe'"); n != 1 {
			t.Errorf("%d entries in the record", n)
		}
		for i := range token { // any other token is dead
			forged := token[:i] + string(token[i]^1) + token[i+1:]
			if _, err := Subscription(b.Read(workflows.Actor{}), forged); !workflows.IsKind(err, workflows.NotFound) {
				t.Fatalf("%q: %v", forged, err)
			}
		}
		b.Clock.Set(c.ClosesAt.Add(-24 * time.Hour))
		b.Tick()
		r.settle()
		r.same("reminders", r.told("reminder"), []string{"reminder > B sent", "reminder > C sent"})
		b.Bring(c, consultation.Withdrawn)
		r.settle()
		r.same("what all must know", r.told("withdrawn"), []string{"withdrawn > A sent", "withdrawn > B sent", "withdrawn > C sent"})
	})
}
