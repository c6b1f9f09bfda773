package notify

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"jahorina/app/apptest/testbed"
	"jahorina/app/mail"
	"jahorina/app/mail/mailbox"
	"jahorina/app/store"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
)

// patience is the longest a test waits for anything.
const patience = 60 * time.Second

// rig is an installation with its mail: a real queue, a real SMTP server.
type rig struct {
	*testbed.Bed
	t     testing.TB
	box   *mailbox.Mailbox
	n     *Notifier
	run   store.Runner
	waits waits
}

// rigged starts the mail of a bed, with pauses of a moment between attempts.
func rigged(t testing.TB, b *testbed.Bed) *rig {
	t.Helper()
	box, err := mailbox.Start("127.0.0.1:0", b.Clock.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { box.Close() })
	r := &rig{Bed: b, t: t, box: box, n: notifier(t, b, box.URL())}
	r.start()
	return r
}

func notifier(t testing.TB, b *testbed.Bed, url string) *Notifier {
	t.Helper()
	server, err := mail.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	sender, err := mail.NewSender(server, mail.Address{Name: "Jahorina", Email: "post@test.example"}, mail.Options{Timeout: 20 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	mails, err := templates.LoadMails()
	if err != nil {
		t.Fatal(err)
	}
	locales, err := templates.LoadLocales()
	if err != nil {
		t.Fatal(err)
	}
	n, err := New(Config{
		Engine: b.Engine, Sender: sender, Mails: mails, Locales: locales, BaseURL: "https://test.example/",
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Backoff: func(int) time.Duration { return time.Millisecond },
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// start runs the queue until the test ends.
func (r *rig) start() {
	r.t.Helper()
	r.n.Waited = r.waits.note
	var err error
	r.run, err = r.Store.NewRunner(r.n.Workers(), AtOnce(), r.n.Log)
	if err != nil {
		r.t.Fatal(err)
	}
	if err := r.run.Start(context.Background()); err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := r.run.Stop(ctx); err != nil {
			r.t.Errorf("stop the queue: %v", err)
		}
	})
}

// until waits for the condition.
func (r *rig) until(what string, holds func() bool) {
	r.t.Helper()
	deadline := time.Now().Add(patience)
	for !holds() {
		if time.Now().After(deadline) {
			r.t.Fatalf("waited in vain until %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// settle waits until the queue has nothing left to do.
func (r *rig) settle() {
	r.t.Helper()
	r.until("the queue is empty", func() bool {
		return r.Count("river_job", "state NOT IN ('completed', 'cancelled', 'discarded')") == 0
	})
}

// messages are all messages, oldest first.
func (r *rig) messages(where string, args ...any) []workflows.Message {
	r.t.Helper()
	var out []workflows.Message
	if err := r.Store.DB.Where(where, args...).Order("id").Find(&out).Error; err != nil {
		r.t.Fatal(err)
	}
	return out
}

// told lists the messages of the templates as "template recipient state", by
// the names people know.
func (r *rig) told(templates ...string) []string {
	r.t.Helper()
	var out []string
	for _, m := range r.messages("template IN ?", templates) {
		out = append(out, m.Template+" > "+m.RecipientName+" "+m.State)
	}
	slices.Sort(out)
	return out
}

// arrived lists the addresses that mail with the words in its subject came to.
func (r *rig) arrived(subject string) []string {
	var out []string
	for _, m := range r.box.Messages() {
		if strings.Contains(m.Subject, subject) {
			out = append(out, m.Recipients...)
		}
	}
	slices.Sort(out)
	return out
}

// wait is the mail to the address with the words in its subject.
func (r *rig) wait(address, subject string) mailbox.Message {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	m, err := r.box.Wait(ctx, func(m mailbox.Message) bool {
		return slices.Contains(m.Recipients, address) && strings.Contains(m.Subject, subject)
	})
	if err != nil {
		r.t.Fatalf("no mail %q to %s: %v", subject, address, err)
	}
	return m
}

func (r *rig) same(what string, got, want []string) {
	r.t.Helper()
	slices.Sort(want)
	if !slices.Equal(got, want) {
		r.t.Errorf("%s:\n got %s\nwant %s", what, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}

// respondent confirms an address for a public consultation.
func (r *rig) respondent(c *consultation.Consultation, email string) workflows.Actor {
	r.t.Helper()
	var a workflows.Actor
	r.Do(workflows.Actor{}, func(tx *workflows.Tx) error {
		return consultation.AskToAnswer(tx, c.ID, consultation.NewRespondent{Email: email, Name: "R " + email, Sector: "academia"})
	})
	r.Do(workflows.Actor{}, func(tx *workflows.Tx) error {
		var row consultation.Respondent
		if err := tx.One(&row, "consultation_id = ? AND email = ?", c.ID, email); err != nil {
			return err
		}
		var err error
		a, _, err = consultation.Confirm(tx, consultation.RespondentLink(tx.Signer(), row.ID))
		return err
	})
	return a
}
