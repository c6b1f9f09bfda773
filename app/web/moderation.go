package web

import (
	"net/url"
	"slices"
	"time"

	"jahorina/policies"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/moderation"
	"jahorina/workflows/submission"
)

// queueView is what there is to moderate in a consultation.
type queueView struct {
	C        *consultation.Consultation
	View     string
	Tabs     []queueTab
	Items    []queueItem
	Branches []branchItem
	Next     string
	May      bool // moderate; the auditor only looks
	Closed   bool // wishes can be decided
	Reasons  []string
	Grounds  []templates.Option
	Days     int
	At       string // address of the queue
	Back     string
}

type queueTab struct {
	templates.Link
	Count int
}

type queueItem struct {
	ID, Name, Place, Lang, Text, Href string
	Own                               bool
	Confidentiality                   string
	Flags                             []moderation.Flag
	Hints                             []moderation.Hint
	Wish                              submission.Restriction
	Ground, GroundWords               string
	Withheld                          []submission.Redaction
	Alike                             int
}

type branchItem struct {
	ID, Alias, Branch, Organisation string
}

func queuePage(q *request) error {
	tx := q.read()
	c, err := consultation.Get(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	v := queueView{
		C: c, View: q.queueView(), May: tx.May("comment", "moderate", policies.Target{State: c.StateCode, ConsultationID: c.ID}),
		Reasons: submission.RedactionReasons, Days: moderation.DefaultDays, At: "/consultations/" + c.ID + "/moderation", Back: "/consultations/" + c.ID + "/manage",
		Closed: slices.Contains([]string{consultation.Closed, consultation.InReview, consultation.Approved, consultation.Published}, c.State),
	}
	queue, err := moderation.Read(tx, c, v.View, q.c.Query("after"))
	if err != nil {
		return err
	}
	v.Next = q.more(queue.Next)
	for _, view := range moderation.Views {
		l := templates.Link{Label: q.text.T("moderation.view." + view), Href: v.At + "?" + url.Values{"view": {view}}.Encode(), Current: view == v.View}
		v.Tabs = append(v.Tabs, queueTab{l, queue.Counts[view]})
	}
	v.Grounds = []templates.Option{{Label: q.text.T("moderation.senders_ground")}}
	for _, g := range submission.Grounds {
		v.Grounds = append(v.Grounds, templates.Option{Value: g, Label: q.text.T("ground." + g)})
	}
	for _, i := range queue.Items {
		v.Items = append(v.Items, q.queueItem(&i))
	}
	for _, b := range queue.Branches {
		v.Branches = append(v.Branches, branchItem{b.ID, q.alias(b.Sector, &submission.Alias{Number: b.Number, Branch: b.Asked}), b.Asked, b.Organisation})
	}
	return q.show("official/moderation", q.text.T("moderation.title"), v)
}

// queueView is the view asked for, also of a form that was refused.
func (q *request) queueView() string {
	for _, view := range []string{q.form.Get("view"), q.c.Query("view")} {
		if slices.Contains(moderation.Views, view) {
			return view
		}
	}
	return moderation.Flagged
}

func (q *request) queueItem(i *moderation.Item) queueItem {
	item := queueItem{
		ID: i.ID, Name: q.text.T("moderation.item", "Author", q.author(&i.Listed), "Number", i.Position), Place: i.Number, Lang: i.Language,
		Text: excerpt(i.Text, 400), Href: "/comments/" + i.ID + "/moderation", Own: i.Own, Confidentiality: i.Confidentiality,
		Flags: i.Flags, Hints: i.Hints, Wish: i.Wish, Ground: i.Ground, GroundWords: i.GroundWords, Withheld: i.Withheld, Alike: i.Alike,
	}
	if i.Parked() {
		item.Place = i.Reference
	}
	return item
}

// Restricted says whether its sender keeps it from the public.
func (i queueItem) Restricted() bool { return submission.Restricted(i.Confidentiality) }

// Ticked says whether the comment was chosen in a form that was refused.
func (queueView) Ticked(typed url.Values, id string) bool {
	return slices.Contains(typed["comments"], id)
}

// redactAlike withholds the comments ticked in the queue, or on a comment's page.
func redactAlike(q *request, tx *workflows.Tx) (done, error) {
	id := q.c.Param("id")
	err := moderation.RedactAlike(tx, id, q.form["comments"], moderation.NewRedaction{Reason: q.form.Get("reason"), Words: q.form.Get("words")})
	return done{to: "/consultations/" + id + "/moderation?view=" + q.queueView(), flash: "withheld"}, err
}

// rule decides on the wishes ticked in the queue.
func rule(q *request, tx *workflows.Tx) (done, error) {
	id := q.c.Param("id")
	if q.form.Get("ruling") == "" {
		return done{}, workflows.InvalidField("ruling", "required")
	}
	days, err := q.number("days")
	if err != nil {
		return done{}, err
	}
	review, err := q.day("review_date")
	if err != nil {
		return done{}, err
	}
	in := moderation.Ruling{
		Grant: q.form.Get("ruling") == "grant", Ground: q.form.Get("ground"), Reason: q.form.Get("reason"), Holder: q.form.Get("holder"),
		ReviewDate: review, Days: days,
	}
	flash := "wish_declined"
	if in.Grant {
		flash = "wish_granted"
	}
	return done{to: "/consultations/" + id + "/moderation?view=wishes", flash: flash}, moderation.Rule(tx, id, q.form["comments"], in)
}

// day reads a day typed as 2027-03-31; it begins at midnight UTC. Nothing typed
// is the zero time.
func (q *request) day(field string) (time.Time, error) {
	typed := q.form.Get(field)
	if typed == "" {
		return time.Time{}, nil
	}
	at, err := time.Parse(time.DateOnly, typed)
	if err != nil {
		return time.Time{}, workflows.InvalidField(field, "bad_day")
	}
	return at, nil
}

func judgeBranch(q *request, tx *workflows.Tx) (done, error) {
	id := q.c.Param("id")
	accept := q.form.Get("accept") == "true"
	flash := "branch_declined"
	if accept {
		flash = "branch_accepted"
	}
	err := moderation.JudgeBranch(tx, q.form.Get("mask"), q.form.Get("branch"), accept)
	return done{to: "/consultations/" + id + "/moderation?view=" + q.queueView(), flash: flash}, err
}

// moderationSteps are what of a consultation waits for those who moderate it.
func (q *request) moderationSteps(tx *workflows.Tx, c *consultation.Consultation) ([]templates.Step, error) {
	var out []templates.Step
	if !c.Started() || c.State == consultation.Withdrawn || !tx.May("comment", "moderate", policies.Target{State: c.StateCode, ConsultationID: c.ID}) {
		return nil, nil
	}
	waiting, err := moderation.WaitingIn(tx, []string{c.ID})
	if err != nil {
		return nil, err
	}
	add := func(key, view string, n int64) {
		if n > 0 {
			out = append(out, templates.Step{Label: q.text.T("home.step."+key, "Count", int(n)), Href: "/consultations/" + c.ID + "/moderation?view=" + view})
		}
	}
	w := waiting[c.ID]
	add("moderate", moderation.Flagged, w.Flags)
	if c.State != consultation.Open {
		add("wishes", moderation.Wishes, w.Wishes)
	}
	return out, nil
}
