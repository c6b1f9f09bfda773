package notify

import (
	"fmt"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/moderation"
	"jahorina/workflows/submission"
)

// redacted tells the sender that something of their comment is withheld, and
// why. Where that is sensitive the reviewers are told instead: the sender sees
// it on their page, and no mail says that there is something to find.
func redacted(tx *workflows.Tx, a workflows.Announcement) ([]wave, error) {
	var r submission.Redaction
	if err := tx.One(&r, "id = ?", a.ID); err != nil {
		return nil, err
	}
	if r.Reason == "sensitive" {
		return sensitive(tx, a, r.ConsultationID, r.CommentID, "redact")
	}
	return toSender(tx, a, r.CommentID, "redacted", map[string]string{"redaction": r.ID})
}

func flagged(tx *workflows.Tx, a workflows.Announcement) ([]wave, error) {
	var f moderation.Flag
	if err := tx.One(&f, "id = ?", a.ID); err != nil {
		return nil, err
	}
	return sensitive(tx, a, f.ConsultationID, f.CommentID, "flag")
}

// sensitive tells the reviewers to look, without a word of what it is.
func sensitive(tx *workflows.Tx, a workflows.Announcement, consultationID, commentID, action string) ([]wave, error) {
	c, err := consultation.Get(tx, consultationID)
	if err != nil {
		return nil, err
	}
	entry, err := workflows.EntryOf(tx, "comment", commentID, action, a.At)
	if err != nil {
		return nil, err
	}
	e := event{Announcement: a, c: c, entry: entry}
	w := e.wave("sensitive", e.staff(nil, reviewer))
	w.args["comment"] = commentID
	return []wave{w}, nil
}

// ruled tells the sender what the desk decided on their wish.
func ruled(template string) plan {
	return func(tx *workflows.Tx, a workflows.Announcement) ([]wave, error) {
		return toSender(tx, a, a.ID, template, map[string]string{"comment": a.ID})
	}
}

// toSender is one mail to the sender of the comment, however many of their
// comments something was done to at the same instant.
func toSender(tx *workflows.Tx, a workflows.Announcement, commentID, template string, args map[string]string) ([]wave, error) {
	var m submission.Comment
	if err := tx.One(&m, "id = ?", commentID); err != nil {
		return nil, err
	}
	sender, err := submission.AddressOf(tx, m.SubmissionID)
	w := wave{template: template, consultationID: m.ConsultationID, to: only(fromAddressee(sender.Addressee)), args: args}
	w.key = func(r recipient) string {
		return fmt.Sprintf("%s:%s:%d:%s", template, m.SubmissionID, a.At.UnixMicro(), r.party)
	}
	return []wave{w}, err
}

// withheldFromYours says why, never what.
func withheldFromYours(d *draft) error {
	var r submission.Redaction
	if err := d.tx.One(&r, "id = ?", d.m.Args["redaction"]); err != nil {
		return err
	}
	if r.LiftedAt != nil {
		return overtaken
	}
	d.view.Reason, d.view.Link = lines(r.Words), d.door(d.page("restricted"))
	return nil
}

func wish(state string) func(*draft) error {
	return func(d *draft) error {
		var w submission.Restriction
		if err := d.tx.One(&w, "id = ?", d.m.Args["comment"]); err != nil {
			return err
		}
		if w.State != state {
			return overtaken
		}
		if w.AnswerBy != nil {
			d.view.At = *w.AnswerBy
		}
		d.view.Link = d.door(d.page("restricted"))
		return nil
	}
}

func toLookAt(d *draft) error {
	d.view.Link = d.url("comments", d.m.Args["comment"])
	return nil
}
