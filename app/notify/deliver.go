package notify

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/riverqueue/river"

	"jahorina/workflows"
)

// maxReason is the most bytes of an error that a message keeps.
const maxReason = 500

// markWithin is the time to note what became of a mail, even when the job's own
// time is up: what was sent must not be sent again.
const markWithin = 10 * time.Second

// moot says why a mail has lost its point; it is a word of the locale files,
// "mail.why.<word>".
type moot string

func (m moot) Error() string { return string(m) }

// Why a mail is not sent after all.
const (
	tooLate          moot = "too_late"
	overtaken        moot = "overtaken"
	answeredAlready  moot = "answered"
	declinedAlready  moot = "declined"
	wantsNoReminders moot = "unsubscribed"
	notEntitled      moot = "no_longer_entitled"
)

// deliverer sends messages. Faults that pass are met again and again with
// pauses between, for about a day; others fail the message at once, for an
// administrator to see.
type deliverer struct {
	river.WorkerDefaults[workflows.Delivery]
	n *Notifier
}

// Timeout is longer than the Sender's, whose deadline is to come first.
func (*deliverer) Timeout(*river.Job[workflows.Delivery]) time.Duration { return Timeout }

// NextRetry is when to try again after the attempt that just failed.
func (w *deliverer) NextRetry(job *river.Job[workflows.Delivery]) time.Time {
	return time.Now().UTC().Add(w.n.Backoff(job.Attempt))
}

// Work sends one message, unless that was done or has lost its point.
func (w *deliverer) Work(ctx context.Context, job *river.Job[workflows.Delivery]) error {
	w.n.waited(job.Kind, job.ScheduledAt)
	m, err := w.n.take(ctx, job.Args.MessageID)
	if err != nil || m == nil {
		return err
	}
	err = w.n.deliver(ctx, m)
	return w.n.settle(ctx, m, err, job.Attempt >= job.MaxAttempts)
}

// take loads a message that waits to be sent and counts the attempt; nil if
// there is nothing to do. Of two jobs for one message, one gets it.
func (n *Notifier) take(ctx context.Context, id string) (*workflows.Message, error) {
	var m workflows.Message
	err := n.Engine.Read(ctx, workflows.Clock()).One(&m, "id = ?", id)
	if workflows.IsKind(err, workflows.NotFound) {
		n.Log.ErrorContext(ctx, "no such message", "message", id)
		return nil, river.JobCancel(unknown("message", id))
	}
	if err != nil {
		return nil, fmt.Errorf("load message %s: %w", id, err)
	}
	mine, err := n.change(ctx, &m, map[string]any{"attempts": m.Attempts + 1}, "attempts = ?", m.Attempts)
	if err != nil || !mine {
		return nil, err
	}
	return &m, nil
}

func (n *Notifier) deliver(ctx context.Context, m *workflows.Message) error {
	l, err := n.compose(ctx, m)
	if err != nil {
		return err
	}
	return n.Sender.Send(ctx, l)
}

// settle notes what became of an attempt. It returns an error for what is to be
// tried again.
func (n *Notifier) settle(ctx context.Context, m *workflows.Message, err error, last bool) error {
	log := n.Log.With("message", m.ID, "template", m.Template)
	set := map[string]any{"state": workflows.MessageSent, "sent_at": n.Engine.Now(), "last_error": ""}
	why, pointless := errors.AsType[moot](err)
	failed := err != nil && !pointless && (last || hopeless(err))
	switch {
	case err == nil:
	case pointless:
		set = map[string]any{"state": workflows.MessageCancelled, "last_error": string(why)}
	case failed:
		log.ErrorContext(ctx, "mail failed", "error", err)
		set = map[string]any{"state": workflows.MessageFailed, "last_error": reason(err)}
	default:
		log.WarnContext(ctx, "mail put off", "error", err)
		set = map[string]any{"last_error": reason(err)}
	}
	if _, marking := n.change(ctx, m, set, "1 = 1"); marking != nil {
		return errors.Join(err, marking)
	}
	if pointless || failed {
		return nil
	}
	return err
}

// change writes to a message that still waits; it says whether it did.
func (n *Notifier) change(ctx context.Context, m *workflows.Message, set map[string]any, where string, args ...any) (bool, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), markWithin)
	defer cancel()
	var changed int64
	err := n.Engine.Write(ctx, workflows.Clock(), func(tx *workflows.Tx) error {
		res := tx.DB().Table("messages").Where("id = ? AND state = ?", m.ID, workflows.MessageQueued).Where(where, args...).Updates(set)
		changed = res.RowsAffected
		return res.Error
	})
	if err != nil {
		return false, fmt.Errorf("change message %s: %w", m.ID, err)
	}
	return changed == 1, nil
}

func reason(err error) string {
	s := err.Error()
	return strings.ToValidUTF8(s[:min(len(s), maxReason)], "")
}
