package web

import (
	"time"

	"jahorina/workflows"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/submission"
)

// noteItem is a note among colleagues.
type noteItem struct {
	By, Source, Text string
	At               time.Time
}

// signOffView is where the head's sign-off stands.
type signOffView struct {
	submission.Signing
	Asked *submission.SignOff
}

// amongColleagues adds to a comment's form what colleagues know of it.
func (q *request) amongColleagues(tx *workflows.Tx, v *ownCommentView) error {
	m, err := submission.Written(tx, v.Submission, v.Comment.ID)
	if err != nil {
		return err
	}
	v.Edited = m.Version
	names, err := stakeholder.NamesOf(tx, []string{m.WrittenBy, m.ChangedBy})
	if err != nil {
		return err
	}
	v.By = q.writtenBy(names, m)
	v.Notes, err = q.notes(tx, v.answering, v.Comment.ID)
	return err
}

// writtenBy says in words who wrote a comment and who changed it last. Whoever
// came by the link of an invitation has no name of their own.
func (q *request) writtenBy(names map[string]string, m *submission.Comment) string {
	wrote, changed := names[m.WrittenBy], names[m.ChangedBy]
	switch {
	case wrote == "" && changed == "":
		return ""
	case wrote == changed || wrote == "":
		return q.text.T("colleagues.written", "By", changed, "At", m.UpdatedAt)
	case changed == "":
		return q.text.T("colleagues.written", "By", wrote, "At", m.CreatedAt)
	}
	return q.text.T("colleagues.changed", "By", wrote, "Changed", changed, "At", m.UpdatedAt)
}

// notes are the notes on a comment, or with "" on the answer as a whole.
func (q *request) notes(tx *workflows.Tx, a *answering, commentID string) ([]noteItem, error) {
	if a.Submission == nil || a.Submission.OrganisationID == nil {
		return nil, nil
	}
	all, err := submission.Notes(tx, a.Submission)
	var out []noteItem
	for _, n := range all {
		if n.CommentID == commentID {
			out = append(out, noteItem{n.AuthorName, n.Source, n.Text, n.CreatedAt})
		}
	}
	return out, err
}

// showNotes is the page on which a note was written: that of its comment, or the
// answer as a whole.
func showNotes(q *request, tx *workflows.Tx, a *answering) error {
	if q.c.Query("comment") != "" {
		return showComment(q, tx, a)
	}
	return showAnswer(q, tx, a)
}

func addNote(q *request, tx *workflows.Tx, a *answering) (done, error) {
	if a.Submission == nil {
		return done{}, workflows.Refuse(workflows.NotFound, "not_found")
	}
	comment := q.c.Query("comment")
	_, err := submission.AddNote(tx, a.Submission.ID, comment, q.form.Get("source"), q.form.Get("note"))
	to := a.Path + "#notes"
	if comment != "" {
		to = a.Path + "/comment?comment=" + comment + "#notes"
	}
	return done{to: to, flash: "note_added"}, rename(err, "text", "note")
}

func (q *request) signOff(tx *workflows.Tx, a *answering) (*signOffView, error) {
	if a.Submission == nil {
		return nil, nil
	}
	who, err := submission.SigningOf(tx, a.Submission)
	if err != nil || who == nil {
		return nil, err
	}
	asked, err := submission.LastSignOff(tx, a.Submission.ID)
	return &signOffView{*who, asked}, err
}

func askSignOff(q *request, tx *workflows.Tx, a *answering) (done, error) {
	if a.Submission == nil {
		return done{}, workflows.InvalidField("comments", "empty_submission")
	}
	_, err := submission.AskSignOff(tx, a.Submission.ID)
	return done{to: a.Path + "/submit", flash: "sign_off_asked"}, err
}

func returnSignOff(q *request, tx *workflows.Tx, a *answering) (done, error) {
	if a.Submission == nil {
		return done{}, workflows.Refuse(workflows.NotFound, "not_found")
	}
	err := submission.ReturnSignOff(tx, a.Submission.ID, q.form.Get("note"))
	return done{to: a.Path, flash: "sign_off_returned"}, err
}

// setHead names the head of an organisation, or releases one.
func setHead(q *request, tx *workflows.Tx) (done, error) {
	err := stakeholder.SetHead(tx, q.c.Param("id"), q.form.Get("head") == "yes")
	return done{to: "/people", flash: "head_set"}, err
}
