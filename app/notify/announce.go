package notify

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/riverqueue/river"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
)

// announcer does announcements: it works out who is to be told and queues a
// message to each. Done again, it adds nothing. An event it does not know is
// logged and dropped; fields it does not know are passed over.
type announcer struct {
	river.WorkerDefaults[workflows.Announcement]
	n *Notifier
}

// Work does one announcement.
func (w *announcer) Work(ctx context.Context, job *river.Job[workflows.Announcement]) error {
	w.n.waited(job.Kind, job.ScheduledAt)
	err := w.n.announce(ctx, job.Args)
	if err == nil {
		return nil
	}
	err = fmt.Errorf("announce %s %s: %w", job.Args.Event, job.Args.ID, err)
	w.n.Log.ErrorContext(ctx, "announcement failed", "event", job.Args.Event, "id", job.Args.ID, "attempt", job.Attempt, "error", err)
	if hopeless(err) {
		return river.JobCancel(err)
	}
	return err
}

// wave is one mail to many.
type wave struct {
	template       string
	consultationID string
	args           map[string]string // beside those of each recipient
	notAfter       *time.Time
	to             source
	key            func(recipient) string // nil: one for the event and recipient
}

// source lists recipients in batches: those after the cursor ("" at first), and
// the cursor of the next batch ("" at the end).
type source func(tx *workflows.Tx, after string) ([]recipient, string, error)

// recipient is one person or organisation. args say how they come in: by
// which "invitation" or "respondent" link, or as which "person".
type recipient struct {
	party, name, email, language string
	args                         map[string]string
}

func (n *Notifier) announce(ctx context.Context, a workflows.Announcement) error {
	plan, ok := plans[a.Event]
	if !ok {
		return unknown("event", a.Event)
	}
	waves, err := plan(n.Engine.Read(ctx, workflows.Clock()), a)
	if err != nil {
		return err
	}
	for _, w := range waves {
		if w.key == nil {
			w.key = func(r recipient) string { return fmt.Sprintf("%s:%s:%d:%s", a.Event, a.ID, a.At.UnixMicro(), r.party) }
		}
		if err := n.post(ctx, w); err != nil {
			return fmt.Errorf("queue %s: %w", w.template, err)
		}
	}
	return nil
}

// post queues the messages batch by batch, each in a transaction of its own,
// so that ten thousand of them hold nobody up for long.
func (n *Notifier) post(ctx context.Context, w wave) error {
	for after, more := "", true; more; more = after != "" {
		err := n.Engine.Write(ctx, workflows.Clock(), func(tx *workflows.Tx) error {
			people, next, err := w.to(tx, after)
			if err != nil {
				return err
			}
			after = next
			for _, r := range people {
				if err := w.postTo(tx, r); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (w wave) postTo(tx *workflows.Tx, r recipient) error {
	if r.email == "" {
		return nil // answered on paper
	}
	args := maps.Clone(r.args)
	maps.Copy(args, w.args)
	return tx.Post(workflows.Message{
		Key: w.key(r), ConsultationID: w.consultationID, Template: w.template, Args: args,
		RecipientName: r.name, Recipient: r.email, Language: r.language, NotAfter: w.notAfter,
	})
}

func fromAddressee(a consultation.Addressee) recipient {
	r := recipient{party: a.Party(), name: a.Name, email: a.Email, language: a.Language, args: map[string]string{}}
	switch {
	case a.InvitationID != "":
		r.args["invitation"] = a.InvitationID
	case a.RespondentID != "":
		r.args["respondent"] = a.RespondentID
	}
	return r
}
