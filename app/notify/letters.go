package notify

import (
	"fmt"
	"math"

	"jahorina/app/identity"
	"jahorina/app/mail"
	"jahorina/workflows"
	"jahorina/workflows/agenda"
	"jahorina/workflows/consultation"
	"jahorina/workflows/submission"
)

// letters are all mails, by the name of their template. Those that ask for
// something hold while it can still be done, the others until a withdrawal
// overtakes them.
var letters = map[string]letter{
	"invitation":           {holds: []string{consultation.Open}, fill: invitation},
	"reminder":             {holds: []string{consultation.Open}, fill: reminder},
	"extended":             {holds: []string{consultation.Open}, fill: extension},
	"closed_early":         {holds: from(consultation.Closed), fill: closedEarly},
	"withdrawn":            {holds: []string{consultation.Withdrawn}, fill: withdrawal},
	"outcome":              {holds: []string{consultation.Published}, fill: outcomes},
	"receipt":              {fill: receiptFor},
	"submission_withdrawn": {fill: takenBack},
	"reply":                {holds: []string{consultation.Open, consultation.Closed}, fill: replyTo},
	"advice_wanted":        {holds: []string{consultation.InReview}, fill: toReview},
	"review_reminder":      {holds: []string{consultation.InReview}, fill: dueSoon},
	"review_overdue":       {holds: []string{consultation.InReview}, fill: dueSoon},
	"review_moved":         {holds: []string{consultation.InReview}, fill: toReview},
	"review_released":      {holds: []string{consultation.InReview}, fill: released},
	"review_recused":       {staff: true, holds: []string{consultation.InReview}, fill: recusal},
	"redacted":             {holds: from(consultation.Open), fill: withheldFromYours},
	"kept":                 {holds: from(consultation.Closed), fill: wish(submission.Granted)},
	"opened_up":            {holds: from(consultation.Closed), fill: wish(submission.Declined)},
	"sensitive":            {staff: true, holds: from(consultation.Open), fill: toLookAt},
	"confirm_address":      {holds: []string{consultation.Open}, fill: confirmAddress},
	"sign_in":              {fill: signIn},
	"milestone_climbed":    {fill: lateStep},
	"duty_due":             {fill: dutyDue},
	"gap_moved":            {fill: gapNews},
	"milestone_overdue":    {fill: ownLateStep},

	"clearance_wanted":  {staff: true, holds: []string{consultation.InClearance}, fill: manage},
	"cleared":           {staff: true, holds: from(consultation.Scheduled), fill: manage},
	"returned":          {staff: true, holds: []string{consultation.Draft, consultation.Closed}, fill: manage},
	"sign_off_wanted":   {holds: answerable, fill: toSignOff},
	"sign_off_returned": {holds: answerable, fill: toSignOff},
	"assigned":          {staff: true, holds: []string{consultation.Open, consultation.Closed}, fill: toDraft},
	"response_due":      {staff: true, holds: consultation.Owed, fill: promised},
	"response_overdue":  {staff: true, holds: consultation.Owed, fill: promised},
	"closed":            {staff: true, holds: from(consultation.Closed), fill: closing},
	"review_wanted":     {staff: true, holds: []string{consultation.InReview}, fill: toReview},
	"approved":          {staff: true, holds: from(consultation.Approved), fill: manage},
	"published":         {staff: true, holds: []string{consultation.Published}, fill: manage},
	"reply_received":    {staff: true, holds: []string{consultation.Open, consultation.Closed}, fill: replyTo},
}

// from are the state and those that follow it, withdrawal aside.
func from(state string) []string {
	all := []string{consultation.Scheduled, consultation.Open, consultation.Closed, consultation.InReview, consultation.Approved, consultation.Published}
	for all[0] != state {
		all = all[1:]
	}
	return all
}

func invitation(d *draft) error {
	i, err := d.asked()
	if err != nil {
		return err
	}
	d.view.Calendar = d.url("calendar", agenda.InvitationCalendar(d.tx.Signer(), i.ID)+".ics")
	d.unsubscribe(i)
	return nil
}

// asked is the invitation of a mail that asks for an answer, if it still can be
// given and has not been refused.
func (d *draft) asked() (*consultation.Invitation, error) {
	if !d.c.Accepts(d.tx.Now) {
		return nil, tooLate
	}
	var i consultation.Invitation
	if err := d.tx.One(&i, "id = ?", d.m.Args["invitation"]); err != nil {
		return nil, err
	}
	if i.DeclinedAt != nil {
		return nil, declinedAlready
	}
	d.view.Link = d.door(d.page())
	return &i, nil
}

func reminder(d *draft) error {
	i, err := d.asked()
	if err != nil {
		return err
	}
	answered, err := submission.Answered(d.tx, d.c.ID)
	if err != nil {
		return err
	}
	if _, done := answered[i.OrganisationID]; done {
		return answeredAlready
	}
	quiet, err := unsubscribed(d.tx, d.c.ID)
	if err != nil {
		return err
	}
	if quiet["organisation:"+i.OrganisationID] {
		return wantsNoReminders
	}
	d.unsubscribe(i)
	d.view.Count = int(math.Ceil(d.c.ClosesAt.Sub(d.tx.Now).Hours() / 24))
	return nil
}

// extension tells of the newest one only: each has its own mail.
func extension(d *draft) error {
	var x consultation.Extension
	if err := d.tx.One(&x, "id = ?", d.m.Args["extension"]); err != nil {
		return err
	}
	if !x.ClosesAt.Equal(d.c.ClosesAt) {
		return overtaken
	}
	d.view.ClosedBefore, d.view.Reason, d.view.Link = x.ClosedBefore, lines(x.Reason), d.door(d.page())
	return nil
}

func closedEarly(d *draft) error {
	d.view.Reason, d.view.Link = lines(d.c.ClosedReason), d.door(d.page())
	return nil
}

func withdrawal(d *draft) error {
	d.view.Reason, d.view.Link = lines(d.c.WithdrawnReason), d.door(d.page())
	return nil
}

// manage is for officials: who did it, why, and where to go on.
func manage(d *draft) error {
	var e workflows.Entry
	if err := d.tx.One(&e, "seq = ?", d.m.Args["entry"]); err != nil {
		return err
	}
	if d.m.Template == "returned" && e.To != d.c.State {
		return overtaken
	}
	d.view.By, d.view.Reason, d.view.Link = line(e.ActorName), lines(e.Reason), d.page("manage")
	return nil
}

func closing(d *draft) error {
	counts, err := submission.CountDispositions(d.tx, d.c.ID)
	d.view.Count, d.view.Link = int(counts.Total), d.page("manage")
	return err
}

func receiptFor(d *draft) error {
	s, err := d.submission()
	if err != nil {
		return err
	}
	r, err := submission.VersionWith(d.tx, s.ID, d.m.Args["sha256"])
	if err != nil {
		return err
	}
	d.view.Version, d.view.At, d.view.SHA256 = r.Version, r.ReceivedAt, r.ContentSHA256
	d.files = []mail.Attachment{{Name: "receipt.txt", ContentType: "text/plain; charset=utf-8", Content: []byte(r.Receipt)}}
	return nil
}

func takenBack(d *draft) error {
	s, err := d.submission()
	if err != nil {
		return err
	}
	d.view.At = s.UpdatedAt
	return nil
}

// submission is what the mail is about, with its sender and the page that shows
// how it stands.
func (d *draft) submission() (*submission.Submission, error) {
	var s submission.Submission
	if err := d.tx.One(&s, "id = ?", d.m.Args["submission"]); err != nil {
		return nil, err
	}
	sender, err := submission.SenderOf(d.tx, &s)
	d.view.By, d.view.Number, d.view.Link = line(sender.Name), s.ReceiptNumber, d.url("receipts", s.ReceiptNumber)
	return &s, err
}

// replyTo says that there is a reply, and to which comment, never what it says.
func replyTo(d *draft) error {
	r, m, err := submission.ReplyByID(d.tx, d.m.Args["reply"])
	if err != nil {
		return err
	}
	d.view.Link = d.door(d.url("comments", r.CommentID))
	d.view.Count = m.Position
	return nil
}

// confirmAddress does not greet by the name: a stranger may have typed it, with
// somebody else's address.
func confirmAddress(d *draft) error {
	if !d.c.Accepts(d.tx.Now) {
		return tooLate
	}
	d.view.Name, d.view.Link = "", d.door("")
	return nil
}

func signIn(d *draft) error {
	if d.m.NotAfter == nil {
		return fmt.Errorf("%w: a sign-in link without end", errUnknown)
	}
	d.view.At = *d.m.NotAfter
	d.view.Link = d.url("sign-in", identity.SignInToken(d.tx.Signer(), d.m.Args["link"]))
	return nil
}
