package web

import (
	"cmp"

	"jahorina/app/identity"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/stakeholder"
)

type askView struct {
	Consultation *consultation.Consultation
	Left         string
	Sectors      []string
	Sent         bool
}

// openInvitation makes this session the invited organisation's and leads on,
// so that the token leaves the address bar.
func openInvitation(q *request) error {
	opened, err := q.s.Identity.OpenInvitation(q.context(), q.c.Param("token"))
	if err != nil {
		return err
	}
	if err := q.tellSwitched(opened); err != nil {
		return err
	}
	q.c.Redirect(seeOther, q.ledOn(opened.ConsultationID))
	return nil
}

// ledOn is where a link leads whoever came by it: to the page that the mail
// speaks of, or to their answer.
func (q *request) ledOn(consultationID string) string {
	return cmp.Or(localPath(q.c.Query("to")), "/consultations/"+consultationID+"/answer")
}

// tellSwitched says that the session was somebody else's until now.
func (q *request) tellSwitched(o identity.Opened) error {
	if !o.Switched {
		return nil
	}
	return q.s.Identity.SetFlash(q.context(), identity.Flash{Kind: "notice", Text: q.text.T("public.link.switched")})
}

// askPage is where someone without an account asks for a link to answer a
// public consultation.
func askPage(q *request) error {
	tx := q.read()
	c, err := consultation.Get(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	if len(q.errors) == 0 {
		if c.Kind != "public" {
			return workflows.Refuse(workflows.Forbidden, "by_invitation_only")
		}
		if !c.Accepts(tx.Now) {
			return showOver(q, tx, c)
		}
	}
	v := askView{Consultation: c, Left: q.left(tx.Now, c.ClosesAt), Sectors: stakeholder.Sectors, Sent: q.c.Query("sent") != ""}
	title := q.text.T("public.ask.title")
	if v.Sent {
		title = q.text.T("public.ask.sent_title")
	}
	return q.show("public/ask", title, v)
}

func ask(q *request, tx *workflows.Tx) (done, error) {
	id := q.c.Param("id")
	err := consultation.AskToAnswer(tx, id, consultation.NewRespondent{
		Email: q.form.Get("email"), Name: q.form.Get("name"), Sector: q.form.Get("sector"), Language: q.text.Tag(),
	})
	return done{to: "/consultations/" + id + "/ask?sent=1"}, err
}

type respondView struct{ Action string }

// respondPage shows a button alone: what follows links in mails to look for
// viruses must not confirm an address.
func respondPage(q *request) error {
	return q.show("public/respond", q.text.T("public.respond.title"), respondView{Action: q.c.Request.URL.RequestURI()})
}

func respond(q *request, tx *workflows.Tx) (done, error) {
	token := q.c.Param("token")
	_, r, err := consultation.Confirm(tx, token)
	if workflows.IsKind(err, workflows.NotFound) {
		err = workflows.Refuse(workflows.NotFound, "dead_link")
	}
	if err != nil {
		return done{}, err
	}
	open := func() error {
		opened, err := q.s.Identity.OpenRespondent(q.context(), token)
		if err != nil {
			return err
		}
		return q.tellSwitched(opened)
	}
	return done{to: q.ledOn(r.ConsultationID), then: open}, nil
}
