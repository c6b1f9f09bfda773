package web

import (
	"slices"
	"time"

	"jahorina/policies"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/participation"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/submission"
	"jahorina/workflows/translation"
)

type consultationView struct {
	card
	Country    string // whose ministry runs it
	Extensions []consultation.Extension
	Moments    []templates.Moment
	Early      bool // closed before its hour
	Questions  []consultation.Question
	Draft      *documentView // nil where the reader may not read it
	Ask        bool          // may ask for a link to answer
	Decline    bool
	Declined   bool
	Own        *submission.Submission // the reader's own answer
	Receipt    string                 // of the own answer once it is in the record
	Response   bool                   // may read it, published or as a preview
	// Promise is when the response is due, in words, and whether it is late.
	Promise string
	// Participation says that the reader may see who took part.
	Participation bool
	Figures       []shownFigure // of it, once it has ended
	// In the language that is read.
	Tongue      *tongueView
	Name, About saidIn
	Asked       []questionIn
	Translate   string // address of the page on which it is translated
}

// questionIn is a question in a language, "" for that of the source.
type questionIn struct {
	consultation.Question
	Lang string
}

func consultationPage(q *request) error {
	tx := q.read()
	c, err := consultation.Get(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	k, err := q.card(tx, *c)
	if err != nil {
		return err
	}
	v := consultationView{card: k, Participation: participation.MayRead(tx, c)}
	v.Promise = q.promise(tx, c)
	if err := v.load(q, tx, c); err != nil {
		return err
	}
	if err := v.offer(tx, c); err != nil {
		return err
	}
	if v.Participation && c.Ended() {
		if v.Figures, _, err = q.reach(tx, c); err != nil {
			return err
		}
	}
	if err := v.translate(q, tx, c); err != nil {
		return err
	}
	return q.show("public/consultation", v.Name.Text, v)
}

// translate shows all its texts, the draft's among them, in the language that is
// read.
func (v *consultationView) translate(q *request, tx *workflows.Tx, c *consultation.Consultation) error {
	own := translation.OfConsultation(tx, c)
	sources := append(slices.Clone(own), translation.OfQuestions(c, v.Questions)...)
	if v.Draft != nil {
		sources = append(sources, translation.OfProvisions(v.Draft.Draft, v.Draft.provisions)...)
	}
	var texts map[translation.Ref]translation.Text
	var err error
	if v.Tongue, texts, err = q.tongue(tx, sources, consultedOn); err != nil {
		return err
	}
	v.Name, v.About = said(texts, own[0]), said(texts, own[1])
	for _, a := range v.Questions {
		in, lang := askedIn(texts, a)
		v.Asked = append(v.Asked, questionIn{in, lang})
	}
	if v.Tongue != nil && v.Draft != nil {
		v.Draft.translate(texts, v.Tongue.Both)
	}
	if tx.May("consultation", "translate", policies.Target{State: c.StateCode, ConsultationID: c.ID}) {
		v.Translate = "/consultations/" + c.ID + "/translation"
	}
	return nil
}

func (v *consultationView) load(q *request, tx *workflows.Tx, c *consultation.Consultation) error {
	country, err := stakeholder.GetState(tx, c.StateCode)
	if err != nil {
		return err
	}
	v.Country = country.Name
	if v.Extensions, err = consultation.Extensions(tx, c.ID); err != nil {
		return err
	}
	if v.Questions, err = consultation.Questions(tx, c.ID); err != nil {
		return err
	}
	tools, err := q.roundTools(tx, c, v.Answer)
	if err != nil {
		return err
	}
	v.Draft, err = q.reading(tx, c.DraftID, tools)
	if err != nil && !workflows.IsKind(err, workflows.NotFound) {
		return err
	}
	v.Moments = q.course(c, v.Extensions)
	v.Early = c.ClosedAt != nil && c.ClosedAt.Before(c.ClosesAt)
	return nil
}

// offer finds what this reader can do here.
func (v *consultationView) offer(tx *workflows.Tx, c *consultation.Consultation) error {
	t, err := c.Target(tx)
	if err != nil {
		return err
	}
	own, err := submission.Own(tx, c)
	if err != nil && !workflows.IsKind(err, workflows.NotFound) {
		return err
	}
	if err == nil {
		v.Own = own
		if own.In() {
			v.Receipt = own.ReceiptNumber
		}
	}
	accepts := c.Accepts(tx.Now)
	v.Ask = accepts && c.Kind == "public" && tx.Actor.ID == ""
	if v.Declined, err = declined(tx, c); err != nil {
		return err
	}
	v.Decline = accepts && v.Answer && v.Receipt == "" && slices.Contains(t.Invited, tx.Actor.OrganisationID(c.StateCode))
	v.Response = c.ClosedAt != nil && c.State != consultation.Withdrawn &&
		tx.May("response", "read", policies.Target{State: c.StateCode, ConsultationID: c.ID, Public: c.State == consultation.Published})
	return nil
}

// declined says whether the actor's organisation said that it will not answer.
func declined(tx *workflows.Tx, c *consultation.Consultation) (bool, error) {
	i, err := consultation.OwnInvitation(tx, c)
	if workflows.IsKind(err, workflows.NotFound) {
		return false, nil
	}
	return err == nil && i.DeclinedAt != nil, err
}

// course is what has happened to a consultation and what is still to come, as
// far as everyone may know.
func (q *request) course(c *consultation.Consultation, extensions []consultation.Extension) []templates.Moment {
	stages := []string{consultation.Open, consultation.Closed, consultation.InReview, consultation.Approved, consultation.Published}
	at := map[string]time.Time{consultation.Open: c.OpensAt, consultation.Closed: c.ClosesAt}
	for stage, reached := range map[string]*time.Time{consultation.Open: c.OpenedAt, consultation.Closed: c.ClosedAt, consultation.Published: c.PublishedAt} {
		if reached != nil {
			at[stage] = *reached
		}
	}
	now := slices.Index(stages, c.State)
	var out []templates.Moment
	for i, stage := range stages {
		done := i < now
		if c.State == consultation.Withdrawn {
			done = stage == consultation.Open && c.OpenedAt != nil || stage == consultation.Closed && c.ClosedAt != nil
			if !done {
				break
			}
		}
		m := templates.Moment{Label: q.text.T("public.course." + stage), At: at[stage], Done: done, Current: i == now}
		if stage == consultation.Closed {
			m.Note = c.ClosedReason
		}
		out = append(out, m)
		if stage == consultation.Open {
			out = append(out, q.extended(extensions)...)
		}
	}
	if c.State == consultation.Withdrawn {
		out = append(out, templates.Moment{Label: q.text.T("public.course.withdrawn"), At: c.UpdatedAt, Note: c.WithdrawnReason, Current: true})
	}
	return out
}

func (q *request) extended(extensions []consultation.Extension) []templates.Moment {
	var out []templates.Moment
	for _, e := range extensions {
		note := q.text.T("public.course.extended_note", "Before", e.ClosedBefore, "After", e.ClosesAt, "Reason", e.Reason)
		out = append(out, templates.Moment{Label: q.text.T("public.course.extended"), At: e.ExtendedAt, Note: note, Done: true})
	}
	return out
}

// decline says, for the invited organisation, that it will not answer.
func decline(q *request, tx *workflows.Tx) (done, error) {
	id := q.c.Param("id")
	return done{to: "/consultations/" + id, flash: "declined"}, consultation.Decline(tx, id)
}
