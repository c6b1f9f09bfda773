package notify

import (
	"strconv"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/submission"
)

// plan says who is told what of an event.
type plan func(tx *workflows.Tx, a workflows.Announcement) ([]wave, error)

// plans of all events that workflows announce.
var plans = map[string]plan{
	"consultation.submit_for_clearance": about("submit_for_clearance", clearanceWanted),
	"consultation.clear":                about("clear", cleared),
	"consultation.return":               about("return", returned),
	"consultation.open":                 about("open", opened),
	"consultation.extend":               about("extend", extended),
	"consultation.remind":               about("remind", reminded),
	"consultation.remind_response":      about("remind_response", responseDue),
	"submission.ask_sign_off":           signOffWanted,
	"submission.return_sign_off":        signOffReturned,
	"comment.assign":                    assigned,
	"consultation.close":                about("close", closed),
	"consultation.submit_for_review":    about("submit_for_review", reviewWanted),
	"consultation.approve":              about("approve", approved),
	"consultation.publish":              about("publish", published),
	"consultation.withdraw":             about("withdraw", withdrawn),
	"review.remind":                     inReview("remind", reviewDue),
	"review.reschedule":                 inReview("reschedule", reviewMoved),
	"review.assign":                     inReview("assign", reviewerNamed),
	"review.unassign":                   inReview("unassign", reviewerReleased),
	"review.recuse":                     inReview("recuse", reviewerRecused),
	"invitation.create":                 invited,
	"submission.submit":                 receipt("submit"),
	"submission.enter":                  receipt("enter"),
	"submission.amend":                  receipt("amend"),
	"submission.withdraw":               receipt("withdraw"),
	"comment.reply":                     replied,
	"comment.redact":                    redacted,
	"comment.flag":                      flagged,
	"restriction.keep":                  ruled("kept"),
	"restriction.disclose":              ruled("opened_up"),
	"milestone.remind":                  milestoneOverdue,
	"milestone.climb":                   milestoneClimbed,
	"gap.create":                        gapMoved("create"),
	"gap.agree_step":                    gapMoved("agree_step"),
	"gap.propose_closing":               gapMoved("propose_closing"),
	"gap.object":                        gapMoved("object"),
	"gap.close":                         gapMoved("close"),
	"gap.reopen":                        gapMoved("reopen"),
	"duty.remind":                       dutyRemind,
}

// event is something done to a consultation, with the entry of the record that
// tells who did it and why.
type event struct {
	workflows.Announcement
	c     *consultation.Consultation
	entry *workflows.Entry
}

func about(action string, waves func(*workflows.Tx, event) ([]wave, error)) plan {
	return func(tx *workflows.Tx, a workflows.Announcement) ([]wave, error) {
		c, err := consultation.Get(tx, a.ID)
		if err != nil {
			return nil, err
		}
		entry, err := workflows.EntryOf(tx, "consultation", a.ID, action, a.At)
		if err != nil {
			return nil, err
		}
		return waves(tx, event{Announcement: a, c: c, entry: entry})
	}
}

// wave is a mail about the event, with the entry to quote from.
func (e event) wave(template string, to source) wave {
	return wave{
		template: template, consultationID: e.c.ID, to: to,
		args: map[string]string{"entry": strconv.FormatInt(e.entry.Seq, 10)},
	}
}

// everybody is a wave to all who take part: invited, answering, or with a
// confirmed address. Who is several of these is told once.
func (e event) everybody(template string, args map[string]string) []wave {
	var out []wave
	for _, to := range []source{invitedTo(e.c.ID, nil), sendersTo(e.c.ID, true), confirmedFor(e.c.ID)} {
		w := e.wave(template, to)
		for k, v := range args {
			w.args[k] = v
		}
		out = append(out, w)
	}
	return out
}

func clearanceWanted(_ *workflows.Tx, e event) ([]wave, error) {
	return []wave{e.wave("clearance_wanted", e.staff(nil, official, reviewer))}, nil
}

// cleared tells those whose consultation it is.
func cleared(tx *workflows.Tx, e event) ([]wave, error) {
	to, err := e.owners(tx)
	return []wave{e.wave("cleared", to)}, err
}

// returned from clearance is for those whose consultation it is; from review,
// for all officials, who have the answers to mend.
func returned(tx *workflows.Tx, e event) ([]wave, error) {
	if e.entry.To == consultation.Closed {
		return []wave{e.wave("returned", e.staff(nil, official))}, nil
	}
	to, err := e.owners(tx)
	return []wave{e.wave("returned", to)}, err
}

func opened(_ *workflows.Tx, e event) ([]wave, error) {
	w := e.wave("invitation", invitedTo(e.c.ID, nil))
	w.key = invitationKey
	return []wave{w}, nil
}

// invitationKey is the same whether the organisation was invited before the
// opening or after.
func invitationKey(r recipient) string { return "invitation:" + r.args["invitation"] }

func invited(tx *workflows.Tx, a workflows.Announcement) ([]wave, error) {
	var i consultation.Invitation
	if err := tx.One(&i, "id = ?", a.ID); err != nil {
		return nil, err
	}
	who, err := consultation.InvitedAddress(tx, &i)
	if err != nil {
		return nil, err
	}
	return []wave{{template: "invitation", consultationID: i.ConsultationID, key: invitationKey, to: only(fromAddressee(who))}}, nil
}

func extended(tx *workflows.Tx, e event) ([]wave, error) {
	x, err := consultation.ExtensionAt(tx, e.c.ID, e.At)
	if err != nil {
		return nil, err
	}
	return e.everybody("extended", map[string]string{"extension": x.ID}), nil
}

func reminded(_ *workflows.Tx, e event) ([]wave, error) {
	w := e.wave("reminder", invitedTo(e.c.ID, unanswered))
	w.notAfter = &e.c.ClosesAt
	return []wave{w}, nil
}

// unanswered leaves those who neither answered nor declined nor want no
// reminders.
func unanswered(tx *workflows.Tx, consultationID string) (func(consultation.Addressee) bool, error) {
	answered, err := submission.Answered(tx, consultationID)
	if err != nil {
		return nil, err
	}
	quiet, err := unsubscribed(tx, consultationID)
	if err != nil {
		return nil, err
	}
	return func(a consultation.Addressee) bool {
		_, done := answered[a.OrganisationID]
		return !done && a.DeclinedAt == nil && !quiet[a.Party()]
	}, nil
}

// closed before its hour is for all to know; by the clock, for those who now
// answer the comments.
func closed(_ *workflows.Tx, e event) ([]wave, error) {
	out := []wave{e.wave("closed", e.staff(nil, official))}
	if e.c.ClosedReason == "" {
		return out, nil
	}
	return append(out, e.everybody("closed_early", nil)...), nil
}

func approved(_ *workflows.Tx, e event) ([]wave, error) {
	return []wave{e.wave("approved", e.staff(nil, official))}, nil
}

func published(_ *workflows.Tx, e event) ([]wave, error) {
	return []wave{e.wave("outcome", sendersTo(e.c.ID, false)), e.wave("published", e.staff(nil, official))}, nil
}

// withdrawn before it opened is nobody's business outside.
func withdrawn(_ *workflows.Tx, e event) ([]wave, error) {
	if !e.c.Started() {
		return nil, nil
	}
	return e.everybody("withdrawn", nil), nil
}
