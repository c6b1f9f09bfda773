package web

import (
	"jahorina/app/notify"
	"jahorina/templates"
	"jahorina/workflows/consultation"
)

// mailProgressView is how far the mail about a consultation has come.
type mailProgressView struct {
	C     *consultation.Consultation
	Back  string
	Again string // the page itself, to look again while something is under way
	Kinds []notify.Progress
}

// What is the kind of mail in words.
func (mailProgressView) What(text *templates.Text, template string) string {
	return mailView{}.About(text, template)
}

func mailProgressPage(q *request) error {
	tx := q.read()
	c, err := consultation.Get(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	v := mailProgressView{C: c, Back: "/consultations/" + c.ID + "/manage"}
	if v.Kinds, err = notify.ProgressOf(tx, c); err != nil {
		return err
	}
	for _, k := range v.Kinds {
		if k.Queued > 0 {
			v.Again = q.c.Request.URL.Path
		}
	}
	return q.show("official/mail_progress", q.text.T("agenda.mail.title"), v)
}
