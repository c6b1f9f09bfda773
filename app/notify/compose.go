package notify

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"jahorina/app/mail"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/translation"
)

// view is what templates of mails show. Each mail fills what it needs.
type view struct {
	Host        string // the only one that links lead to
	Name        string // of the recipient; greeted with it, unless a stranger typed it
	State       string // the country's name
	Title       string
	Link        string
	Calendar    string // link to the dates, for a calendar program
	Response    string // link to the published response
	Unsubscribe string // link; "" where the mail must be told anyway

	OpensAt, ClosesAt, ClosedAt, ClosedBefore, At time.Time

	By     string // who did it
	Reason lines  // as they wrote it
	What   string // happened, as a sentence
	Count  int
	Number string // of a receipt
	Place  place  // of a comment

	Version int64
	SHA256  string

	Outcomes []outcome
	More     int // outcomes that are not shown
}

// lines is a text somebody wrote. Mails quote it line by line, so that nothing
// in it can pass for our own words.
type lines string

// Lines are the text's lines.
func (l lines) Lines() []string { return strings.Split(strings.TrimSpace(string(l)), "\n") }

// letter is how one kind of mail is made.
type letter struct {
	holds []string // states of the consultation in which it has a point; nil: always
	staff bool     // for officials and reviewers of the consultation's state only
	fill  func(*draft) error
}

// draft is a mail in the making.
type draft struct {
	n     *Notifier
	tx    *workflows.Tx
	m     *workflows.Message
	c     *consultation.Consultation // nil if the mail is about none
	text  *templates.Text
	view  view
	files []mail.Attachment
}

// compose makes the mail from how things stand now. The error is a moot if it
// has lost its point.
func (n *Notifier) compose(ctx context.Context, m *workflows.Message) (mail.Message, error) {
	l, ok := letters[m.Template]
	if !ok {
		return mail.Message{}, unknown("template", m.Template)
	}
	if m.NotAfter != nil && n.Engine.Now().After(*m.NotAfter) {
		return mail.Message{}, tooLate
	}
	d := &draft{n: n, tx: n.Engine.Read(ctx, workflows.Clock()), m: m, view: view{Host: n.host, Name: line(m.RecipientName)}}
	if err := d.begin(); err != nil {
		return mail.Message{}, err
	}
	if err := d.check(l); err != nil {
		return mail.Message{}, err
	}
	if err := l.fill(d); err != nil {
		return mail.Message{}, err
	}
	return d.finish()
}

// begin reads what most mails show.
func (d *draft) begin() error {
	locale := ""
	if d.m.ConsultationID != "" {
		c, err := consultation.Get(d.tx, d.m.ConsultationID)
		if err != nil {
			return err
		}
		state, err := stakeholder.GetState(d.tx, c.StateCode)
		if err != nil {
			return err
		}
		locale, d.c = state.Locale, c
		d.view.State, d.view.Title, d.view.OpensAt, d.view.ClosesAt = line(state.Name), line(c.Title), c.OpensAt, c.ClosesAt
		if c.ClosedAt != nil {
			d.view.ClosedAt = *c.ClosedAt
		}
		d.view.Response = d.page("response")
	}
	d.text = d.n.Locales.For(d.m.Language, locale)
	return d.translateTitle()
}

// translateTitle gives the consultation's title in the language of the mail, if
// it is translated.
func (d *draft) translateTitle() error {
	if d.c == nil {
		return nil
	}
	title := translation.OfConsultation(d.tx, d.c)[:1]
	texts, err := translation.Of(d.tx, title, d.text.Tag())
	if t, there := texts[title[0].Ref()]; there && !t.Stale {
		d.view.Title = line(t.Text)
	}
	return err
}

// check decides anew whether the mail is still for this recipient to get.
func (d *draft) check(l letter) error {
	if l.holds != nil && (d.c == nil || !slices.Contains(l.holds, d.c.State)) {
		return overtaken
	}
	if !l.staff {
		return nil
	}
	a, err := stakeholder.ActorOf(d.tx, d.m.Args["person"])
	if workflows.IsKind(err, workflows.NotFound) {
		return notEntitled
	}
	if err == nil && !a.Holds("role:"+official, d.c.StateCode) && !a.Holds("role:"+reviewer, d.c.StateCode) {
		return notEntitled
	}
	return err
}

// finish renders the mail. Its subject may use any of the placeholders here.
func (d *draft) finish() (mail.Message, error) {
	v := &d.view
	subject := d.text.T("mail."+d.m.Template+".subject", "Title", v.Title, "State", v.State, "Number", v.Number, "Count", v.Count)
	text, html, err := d.n.Mails.Render(d.m.Template, templates.Mail{Text: d.text, Subject: subject, Data: v})
	if err != nil {
		return mail.Message{}, fmt.Errorf("%w: %w", errUnknown, err) // no retry makes a template fit
	}
	return mail.Message{
		ID: d.m.ID, To: mail.Address{Name: v.Name, Email: d.m.Recipient}, Subject: subject, Text: text, HTML: html,
		Attachments: d.files, Unsubscribe: v.Unsubscribe, Language: d.text.Tag(), Date: d.m.CreatedAt,
	}, nil
}

// url is the address of a page.
func (d *draft) url(path ...string) string { return d.n.BaseURL + "/" + strings.Join(path, "/") }

// page is the address of a page of the consultation.
func (d *draft) page(name ...string) string {
	return d.url(append([]string{"consultations", d.c.ID}, name...)...)
}

// door is where the recipient comes in: by their own link if they have one,
// else at the page. The link leads to their answer, or on to the page where it
// is another than the consultation's.
func (d *draft) door(page string) string {
	on := ""
	if page != "" && page != d.page() {
		on = "?to=" + url.QueryEscape(strings.TrimPrefix(page, d.n.BaseURL))
	}
	switch s := d.tx.Signer(); {
	case d.m.Args["invitation"] != "":
		return d.url("invitations", consultation.InvitationLink(s, d.m.Args["invitation"])) + on
	case d.m.Args["respondent"] != "":
		return d.url("respond", consultation.RespondentLink(s, d.m.Args["respondent"])) + on
	}
	return page
}

// line is s without breaks or other control characters.
func line(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}
