package web

import (
	"regexp"
	"slices"

	"jahorina/app/mail/mailbox"
	"jahorina/app/notify"
	"jahorina/policies"
	"jahorina/templates"
	"jahorina/workflows"
)

// mailView is what an administrator sees of the mail.
type mailView struct {
	State     string
	States    []string
	Messages  []workflows.Message
	Next      string
	MayResend bool
}

func mailPage(q *request) error {
	tx := q.read()
	view := mailView{State: q.c.Query("state"), States: []string{workflows.MessageQueued, workflows.MessageFailed, workflows.MessageSent, workflows.MessageCancelled}}
	if !slices.Contains(view.States, view.State) {
		view.State = ""
	}
	messages, next, err := notify.List(tx, view.State, q.page())
	if err != nil {
		return err
	}
	view.Messages, view.Next = messages, q.more(next)
	view.MayResend = tx.May("message", "resend", policies.Target{State: q.state()})
	return q.show("admin/mail", q.text.T("mailpage.title"), view)
}

// About is what a mail tells, in words.
func (mailView) About(text *templates.Text, template string) string {
	if key := "mailpage.what." + template; text.Has(key) {
		return text.T(key)
	}
	return template
}

// Why is why a mail was not sent: a reason of ours in words, or what the other
// server said.
func (mailView) Why(text *templates.Text, reason string) string {
	if key := "mail.why." + reason; text.Has(key) {
		return text.T(key)
	}
	return reason
}

func resendMail(q *request, tx *workflows.Tx) (done, error) {
	return done{to: "/mail", flash: "mail_resent"}, notify.Resend(tx, q.c.Param("id"))
}

func resendFailed(_ *request, tx *workflows.Tx) (done, error) {
	_, err := notify.ResendFailed(tx)
	return done{to: "/mail", flash: "mail_resent"}, err
}

// mailboxView is the mail the demo caught, newest first.
type mailboxView struct{ Messages []mailbox.Message }

func mailboxPage(q *request) error {
	if q.s.Mailbox == nil {
		return workflows.Refuse(workflows.NotFound, "not_found")
	}
	return q.show("admin/mailbox", q.text.T("mailbox.title"), mailboxView{q.s.Mailbox.Messages()})
}

// mailboxMessageView is one caught mail, its addresses made links.
type mailboxMessageView struct {
	Message mailbox.Message
	Parts   []textPart
}

type textPart struct{ Text, Href string }

func mailboxMessagePage(q *request) error {
	if q.s.Mailbox == nil {
		return workflows.Refuse(workflows.NotFound, "not_found")
	}
	m, ok := q.s.Mailbox.Message(q.c.Param("id"))
	if !ok {
		return workflows.Refuse(workflows.NotFound, "not_found")
	}
	return q.show("admin/mailbox_message", m.Subject, mailboxMessageView{m, linked(m.Text)})
}

var webAddress = regexp.MustCompile(`https?://[^\s<>"]+`)

// linked cuts a text at the web addresses in it.
func linked(text string) []textPart {
	var out []textPart
	at := 0
	for _, span := range webAddress.FindAllStringIndex(text, -1) {
		out = append(out, textPart{Text: text[at:span[0]]}, textPart{Text: text[span[0]:span[1]], Href: text[span[0]:span[1]]})
		at = span[1]
	}
	return append(out, textPart{Text: text[at:]})
}
