package web

import (
	"jahorina/app/notify"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
)

type unsubscribeView struct {
	Consultation *consultation.Consultation
}

func unsubscribePage(q *request) error {
	c, err := notify.Subscription(q.read(), q.c.Param("token"))
	if err != nil {
		return err
	}
	return q.show("public/unsubscribe", q.text.T("public.unsubscribe.title"), unsubscribeView{c})
}

// unsubscribe is for mail programs and people alike. It asks for no token of
// ours and answers at once, without leading elsewhere: a program that
// unsubscribes with one click brings no cookie and follows no redirect (RFC
// 8058, section 3).
func unsubscribe(q *request) error {
	var c *consultation.Consultation
	err := q.s.Engine.Write(q.context(), q.actor, func(tx *workflows.Tx) (err error) {
		c, err = notify.Unsubscribe(tx, q.c.Param("token"))
		return err
	})
	if err != nil {
		return err
	}
	v := templates.MessagePage{Done: true, Paragraphs: []string{q.text.T("public.unsubscribe.done_text", "Title", c.Title)}}
	return q.show("public/message", q.text.T("public.unsubscribe.done"), v)
}
