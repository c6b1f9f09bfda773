package web

import (
	"jahorina/policies"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/moderation"
	"jahorina/workflows/submission"
)

// moderatedView is one comment before its moderators.
type moderatedView struct {
	M          *submission.Listed
	C          *consultation.Consultation
	Author     string
	Place      string
	May        bool // moderate it: not one's own
	Own        bool
	Public     []part // as the public sees it
	Proposed   []part
	Rationale  []part
	Redactions []submission.Redaction // lifted ones too
	Flags      []moderation.Flag
	Hints      []moderation.Hint
	Alike      []templates.Option
	Parts      []templates.Option
	Reasons    []string
	Passage    string // proposed by a hint
	At         string
	Back       string
}

func moderateCommentPage(q *request) error {
	tx := q.read()
	m, c, err := submission.GetComment(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	t := policies.Target{State: c.StateCode, ConsultationID: c.ID}
	if !tx.May("submission", "read", t) {
		return workflows.Refuse(workflows.NotFound, "not_found")
	}
	v := moderatedView{
		M: m, C: c, Author: q.author(m), Place: m.Number, Own: m.Own, Reasons: submission.RedactionReasons,
		May: tx.May("comment", "moderate", t) && !m.Own && c.Started() && c.State != consultation.Withdrawn,
		At:  "/comments/" + m.ID, Back: "/consultations/" + c.ID + "/moderation", Passage: q.c.Query("passage"),
	}
	if m.Parked() {
		v.Place = m.Reference
	}
	shown := m.Comment
	shown.Redact(m.Withheld)
	reasons := reasonsOf(m.Withheld)
	v.Public, v.Proposed, v.Rationale = q.marked(shown.Text, reasons), q.marked(shown.ProposedChange, reasons), q.marked(shown.Rationale, reasons)
	all, err := submission.Redactions(tx, true, m.ID)
	if err != nil {
		return err
	}
	v.Redactions = all[m.ID]
	if v.Flags, err = moderation.FlagsOn(tx, m, c); err != nil {
		return err
	}
	if len(v.Flags) == 0 && len(v.Redactions) == 0 {
		v.Hints = moderation.Hints(m.Text + "\n" + m.ProposedChange)
	}
	if err := q.alike(tx, &v); err != nil {
		return err
	}
	q.parts(&v)
	return q.show("official/comment_moderation", q.text.T("moderation.comment_title", "Author", v.Author, "Number", m.Position), v)
}

// parts are what of the comment can be withheld.
func (q *request) parts(v *moderatedView) {
	add := func(part string) {
		v.Parts = append(v.Parts, templates.Option{Value: part, Label: q.text.T("moderation.part." + part), Hint: q.text.T("moderation.part_hint." + part)})
	}
	add(submission.Words)
	if v.M.ProposedChange != "" {
		add(submission.ProposedChange)
	}
	add(submission.WholeComment)
}

func (q *request) alike(tx *workflows.Tx, v *moderatedView) error {
	if !v.May {
		return nil
	}
	alike, err := moderation.AlikeTo(tx, v.M, v.C)
	for i := range alike {
		m := &alike[i]
		v.Alike = append(v.Alike, templates.Option{Value: m.ID, Label: q.text.T("moderation.item", "Author", q.author(m), "Number", m.Position)})
	}
	return err
}

func redact(q *request, tx *workflows.Tx) (done, error) {
	id := q.c.Param("id")
	at, err := q.day("review_date")
	if err != nil {
		return done{}, err
	}
	_, err = moderation.Redact(tx, id, moderation.NewRedaction{
		Part: q.form.Get("part"), Passage: q.form.Get("passage"), Reason: q.form.Get("reason"), Words: q.form.Get("words"),
		Holder: q.form.Get("holder"), ReviewDate: at,
	})
	return done{to: "/comments/" + id + "/moderation", flash: "withheld"}, err
}

// lift shows something again. Its field is named by the redaction: a page has
// several such forms.
func lift(q *request, tx *workflows.Tx) (done, error) {
	redaction := q.form.Get("redaction")
	_, err := moderation.Lift(tx, redaction, q.form.Get("reason-"+redaction))
	return done{to: "/comments/" + q.c.Param("id") + "/moderation", flash: "restored"}, rename(err, "reason", "reason-"+redaction)
}

func prolong(q *request, tx *workflows.Tx) (done, error) {
	redaction := q.form.Get("redaction")
	at, err := q.day("until-" + redaction)
	if err == nil {
		err = moderation.Prolong(tx, redaction, at, q.form.Get("reason-"+redaction))
	}
	err = rename(rename(err, "reason", "reason-"+redaction), "review_date", "until-"+redaction)
	return done{to: "/comments/" + q.c.Param("id") + "/moderation", flash: "prolonged"}, err
}

func dismissFlag(q *request, tx *workflows.Tx) (done, error) {
	flag := q.form.Get("flag")
	_, err := moderation.Dismiss(tx, flag, q.form.Get("words-"+flag))
	return done{to: "/comments/" + q.c.Param("id") + "/moderation", flash: "flag_dismissed"}, rename(err, "words", "words-"+flag)
}

func dismissHints(q *request, tx *workflows.Tx) (done, error) {
	m, _, err := submission.GetComment(tx, q.c.Param("id"))
	if err != nil {
		return done{}, err
	}
	return done{to: "/consultations/" + m.ConsultationID + "/moderation?view=hints", flash: "hints_dismissed"}, moderation.Unfounded(tx, m.ID)
}

// flagView is a comment somebody thinks should be looked at.
type flagView struct {
	M        *submission.Listed
	C        *consultation.Consultation
	Author   string
	Text     []part
	Proposed []part
	Reasons  []string
	Raised   []moderation.Flag // by the reader, and what became of it
	Back     string
}

func flagPage(q *request) error {
	tx := q.read()
	m, c, err := submission.GetComment(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	if err := tx.Check("comment", "flag", m.Target(c)); err != nil {
		return err
	}
	reasons := reasonsOf(m.Withheld)
	v := flagView{
		M: m, C: c, Author: q.author(m), Text: q.marked(m.Text, reasons), Proposed: q.marked(m.ProposedChange, reasons),
		Reasons: submission.RedactionReasons, Back: "/comments/" + m.ID,
	}
	all, err := moderation.FlagsOn(tx, m, c)
	if err != nil {
		return err
	}
	for _, f := range all {
		if f.RaisedBy == q.actor.ID {
			v.Raised = append(v.Raised, f)
		}
	}
	return q.show("official/flag", q.text.T("moderation.flag.title"), v)
}

func raiseFlag(q *request, tx *workflows.Tx) (done, error) {
	id := q.c.Param("id")
	_, err := moderation.Raise(tx, id, q.form.Get("reason"), q.form.Get("words"))
	return done{to: "/comments/" + id, flash: "flagged"}, err
}
