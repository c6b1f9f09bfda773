package agenda

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/moderation"
	"jahorina/workflows/review"
	"jahorina/workflows/submission"
)

// What waits for a person.
const (
	SubmitForClearance = "submit_for_clearance"
	Clear              = "clear"
	Answer             = "answer"
	Continue           = "continue"
	SignOff            = "sign_off" // also asked, of the head of one's organisation
	Draft              = "draft"    // dispositions of comments given to them
	Propose            = "propose"
	Agree              = "agree"
	SubmitForReview    = "submit_for_review"
	Decide             = "decide"
	Advise             = "advise"
	NameReviewer       = "name_reviewer"
	Publish            = "publish"
	MailFailed         = "mail_failed"
	Moderate           = "moderate"   // flags
	Wishes             = "wishes"     // of senders to keep something from others
	LookAgain          = "look_again" // at what they withhold
	AnswerRuling       = "answer_ruling"
	ImportFinished     = "import_finished"
	ExportFinished     = "export_finished"
	WorkFailed         = "work_failed"
	Milestone          = "milestone"      // of one's own
	Measure            = "measure"        // that one's organisation leads
	MilestoneLate      = "milestone_late" // of which its lead has been told
	DutiesOverdue      = "duties_overdue" // declarations and reports to be sent
	DutiesSoon         = "duties_soon"
	GapConfirm         = "gap_confirm" // that a gap between states is closed
	GapOwner           = "gap_owner"   // for the own side of one
	GapStep            = "gap_step"    // whose day has passed
)

// Waits lists them.
var Waits = []string{
	SubmitForClearance, Clear, Answer, Continue, SignOff, Draft, Propose, Agree, SubmitForReview, Decide, Advise, NameReviewer, Publish, MailFailed,
	Moderate, Wishes, LookAgain, AnswerRuling, ImportFinished, ExportFinished, WorkFailed, Milestone, Measure, MilestoneLate,
	DutiesOverdue, DutiesSoon,
	GapConfirm, GapOwner, GapStep,
}

// What was asked of others.
const (
	Invitations = "invitations"
	Clearance   = "clearance"
	Drafting    = "drafting"
	Agreement   = "agreement"
	Decisions   = "decisions"
	Response    = "response" // to one's own answer
	Mail        = "mail"     // still to be sent about a consultation one runs
	Work        = "work"     // imports and exports under way
)

// Asked lists them.
var Asked = []string{Invitations, SignOff, Clearance, Drafting, Agreement, Decisions, Response, Mail, Work}

// preparing: up to the opening, and the publication at the end.
func (d *desk) preparing(c *consultation.Consultation) {
	i := Item{Consultation: c, Due: c.OpensAt, Since: c.UpdatedAt}
	switch c.State {
	case consultation.Draft:
		if d.may(c, "consultation", consultation.SubmitForClearance) {
			i.Kind = SubmitForClearance
			d.waits(i)
		}
	case consultation.InClearance:
		if c.SubmittedBy == d.tx.Actor.ID {
			i.Kind = Clearance
			d.asked(i)
		} else if d.may(c, "consultation", consultation.Clear) {
			i.Kind = Clear
			d.waits(i)
		}
	case consultation.Approved:
		if d.may(c, "consultation", consultation.Publish) {
			i.Kind, i.Due = Publish, promised(c)
			d.waits(i)
		}
	}
}

// answering: what those asked have done, and what the actor has, as one of them.
func (d *desk) answering(c *consultation.Consultation) {
	own, has := d.own[c.ID]
	if r := d.replied[c.ID]; r.Invited > 0 {
		d.asked(Item{Kind: Invitations, Consultation: c, Count: r.Answered + r.Declined, Of: r.Invited, Due: c.ClosesAt, Since: *c.OpenedAt})
	}
	if has && own.In() {
		d.asked(Item{Kind: Response, Consultation: c, Due: promised(c), Since: *own.SubmittedAt})
		return
	}
	if !c.Accepts(d.tx.Now) || d.tx.Actor.OrganisationID(c.StateCode) == "" || !d.may(c, "submission", "create") {
		return
	}
	declined := func(i consultation.Invitation) bool { return i.DeclinedAt != nil }
	switch {
	case has && d.signOffs[own.ID].ID != "":
		d.signingOff(c, own)
	case has:
		d.waits(Item{Kind: Continue, Consultation: c, Due: c.ClosesAt, Since: own.CreatedAt})
	case !slices.ContainsFunc(d.invitations[c.ID], declined):
		d.waits(Item{Kind: Answer, Consultation: c, Due: c.ClosesAt, Since: *c.OpenedAt})
	}
}

// signingOff: the head of the organisation is asked to put its answer into the
// record.
func (d *desk) signingOff(c *consultation.Consultation, own submission.Submission) {
	i := Item{Kind: SignOff, Consultation: c, Due: c.ClosesAt, Since: d.signOffs[own.ID].AskedAt}
	if d.heads[*own.OrganisationID] {
		d.waits(i)
	} else {
		d.asked(i)
	}
}

// disposing: the comments, from the closing to the review.
func (d *desk) disposing(c *consultation.Consultation) {
	if c.State != consultation.Closed || !d.may(c, "submission", "read") {
		return
	}
	w := d.comments[c.ID]
	add := func(list func(Item), kind, action string, n int64) {
		if n > 0 && d.may(c, "comment", action) {
			list(Item{Kind: kind, Consultation: c, Count: int(n), Of: int(w.Total), Due: promised(c), Since: *c.ClosedAt})
		}
	}
	add(d.waits, Draft, "propose", w.Mine)
	add(d.waits, Propose, "propose", w.Free)
	add(d.waits, Agree, "agree", w.ToAgree)
	add(d.asked, Drafting, "assign", w.Elsewhere)
	add(d.asked, Agreement, "propose", w.Proposed)
	if w.Agreed == w.Total && d.may(c, "consultation", consultation.SubmitForReview) {
		d.waits(Item{Kind: SubmitForReview, Consultation: c, Count: int(w.Total), Of: int(w.Total), Due: promised(c), Since: *c.ClosedAt})
	}
}

// reviewing: the decision, the advice, or somebody to name where the quorum is
// out of reach.
func (d *desk) reviewing(c *consultation.Consultation) error {
	p, ok := d.reviews[c.ID]
	if !ok {
		return nil
	}
	i := Item{Consultation: c, Since: p.Round.OpenedAt, Count: p.Approvals, Of: p.Round.Quorum}
	if p.Round.DueAt != nil {
		i.Due = *p.Round.DueAt
	}
	kind, err := d.wantedOf(c, &p)
	if err != nil {
		return err
	}
	if kind != "" {
		wanted := i
		wanted.Kind = kind
		d.waits(wanted)
	}
	if d.may(c, "review", "assign") {
		i.Kind = Decisions
		for _, a := range append(p.Waiting(review.Decisive), p.Waiting(review.Advisory)...) {
			if a.Actor() != d.tx.Actor.ID {
				i.Names = append(i.Names, a.PersonName)
			}
		}
		d.asked(i)
	}
	return nil
}

func (d *desk) wantedOf(c *consultation.Consultation, p *review.Progress) (string, error) {
	for _, w := range []struct {
		kind, action string
		stands       func() error
	}{
		{Decide, "decide", func() error { return review.Blocked(d.tx, c) }},
		{Advise, "advise", func() error { return review.MayAdvise(d.tx, c) }},
	} {
		if !d.may(c, "review", w.action) {
			continue
		}
		err := w.stands()
		if err == nil {
			return w.kind, nil
		}
		if !workflows.IsKind(err, workflows.Conflict) && !workflows.IsKind(err, workflows.Forbidden) && !workflows.IsKind(err, workflows.NotFound) {
			return "", err
		}
	}
	if p.Stuck() && d.may(c, "review", "assign") {
		return NameReviewer, nil
	}
	return "", nil
}

// mailing: mails under way about consultations to which the actor invites.
func (d *desk) mailing() error {
	ids := d.ids(func(c *consultation.Consultation) bool { return d.may(c, "consultation", "invite") })
	if len(ids) == 0 {
		return nil
	}
	var rows []struct {
		ConsultationID string
		N              int
	}
	err := d.tx.DB().Model(&workflows.Message{}).Select("consultation_id, COUNT(*) AS n").
		Where("consultation_id IN ? AND state = ?", ids, workflows.MessageQueued).Group("consultation_id").Order("consultation_id").Scan(&rows).Error
	if err != nil {
		return fmt.Errorf("count mail to be sent: %w", err)
	}
	for _, r := range rows {
		i := slices.IndexFunc(d.all, func(c consultation.Consultation) bool { return c.ID == r.ConsultationID })
		d.asked(Item{Kind: Mail, Consultation: &d.all[i], Count: r.N})
	}
	return nil
}

// moderating: flags and wishes, and what the actor as a sender is asked.
func (d *desk) moderating(c *consultation.Consultation) {
	add := func(kind string, n int64) {
		if n > 0 {
			d.waits(Item{Kind: kind, Consultation: c, Count: int(n), Since: c.UpdatedAt})
		}
	}
	w := d.moderated[c.ID]
	add(Moderate, w.Flags)
	if c.State != consultation.Open {
		add(Wishes, w.Wishes)
	}
	if own, has := d.own[c.ID]; has {
		add(AnswerRuling, d.ruled[own.ID])
	}
}

// lookingAgain: what the actor withholds and said they would look at again by
// now, in whichever state the consultation is.
func (d *desk) lookingAgain() error {
	overdue, err := moderation.OverdueOf(d.tx)
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(overdue)) {
		c, err := consultation.Get(d.tx, id)
		if workflows.IsKind(err, workflows.NotFound) {
			continue // not theirs to know of any more
		}
		if err != nil {
			return err
		}
		if d.tx.May("comment", "moderate", policies.Target{State: c.StateCode, ConsultationID: c.ID}) {
			d.waits(Item{Kind: LookAgain, Consultation: c, Count: int(overdue[id])})
		}
	}
	return nil
}

// failedMail is for those who can send it again.
func (d *desk) failedMail() error {
	may := func(h policies.Held) bool {
		return d.tx.May("message", "resend", policies.Target{State: h.State})
	}
	if !slices.ContainsFunc(d.tx.Actor.Roles, may) {
		return nil
	}
	var n int64
	if err := d.tx.DB().Model(&workflows.Message{}).Where("state = ?", workflows.MessageFailed).Count(&n).Error; err != nil {
		return fmt.Errorf("count failed mail: %w", err)
	}
	if n > 0 {
		d.waits(Item{Kind: MailFailed, Count: int(n)})
	}
	return nil
}

// promised is when the response is due, as far as it is known.
func promised(c *consultation.Consultation) time.Time {
	if c.ResponseDueAt == nil {
		return time.Time{}
	}
	return *c.ResponseDueAt
}
