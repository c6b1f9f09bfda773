package web

import (
	"slices"
	"time"

	"jahorina/policies"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/agenda"
	"jahorina/workflows/consultation"
	"jahorina/workflows/duty"
	"jahorina/workflows/gap"
	reports "jahorina/workflows/report"
	"jahorina/workflows/submission"
)

// homeView is what waits for a person, what they asked of others, what comes
// soon, and what is under way.
type homeView struct {
	Waits, Asked []homeItem
	Soon         []calendarItem
	More         string // said where there is more than was looked through
	UnderWay     []homeRow
	Launch       string           // where a new consultation begins, for those who may
	Setup        bool             // an administrator's links
	Works        bool             // there is long work the reader may know of
	Duties       bool             // there are reporting duties the reader may see
	Gaps         bool             // and gaps between states
	Reports      []templates.Link // drafts of reports and figures of progress, for a state's own people
}

// homeItem is one thing that waits or was asked.
type homeItem struct {
	Label, Href, Title string
	Since, Due         time.Time
	Overdue, AllDay    bool     // AllDay: due up to the end of the day
	Names              []string // of whom it waits for
}

type homeRow struct {
	ID, Title, Kind, State, Href string
	Consultation                 consultation.Consultation
}

// homeRows is how many consultations the table at the end holds, the newest.
const homeRows = 20

func homePage(q *request) error {
	if !q.actor.IsPerson() {
		return workflows.Refuse(workflows.Unauthenticated, "sign_in")
	}
	tx := q.read()
	home, err := agenda.Of(tx)
	if err != nil {
		return err
	}
	if err := q.named(tx, home.Consultations()); err != nil {
		return err
	}
	view := homeView{Setup: q.holds(policies.Administrator), Works: q.runs() || q.holds(policies.Administrator), Duties: len(duty.States(tx)) > 0, Gaps: len(gap.States(tx, "read")) > 0}
	view.Reports = reportLinks(q, reports.States(tx))
	if tx.May("consultation", "create", policies.Target{State: q.state()}) {
		view.Launch = "/strategies"
	}
	for i := range home.Waits {
		view.Waits = append(view.Waits, q.homeItem(&home.Waits[i], q.wanted(&home.Waits[i]), waitsAt, tx.Now))
	}
	for i := range home.Asked {
		a := &home.Asked[i]
		view.Asked = append(view.Asked, q.homeItem(a, q.text.T("agenda.asked."+a.Kind, "Have", a.Count, "Count", count(a)), askedAt, tx.Now))
	}
	for i := range home.Soon {
		view.Soon = append(view.Soon, q.calendarItem(&home.Soon[i]))
	}
	if home.More {
		view.More = q.text.T("agenda.more", "Count", home.Seen)
	}
	if err := q.readUnderWay(tx, &view); err != nil {
		return err
	}
	return q.show("admin/home", q.text.T("home.title"), view)
}

func (q *request) readUnderWay(tx *workflows.Tx, v *homeView) error {
	newest, _, err := consultation.List(tx, consultation.Filter{}, workflows.Page{Limit: homeRows})
	if err != nil {
		return err
	}
	all := make([]*consultation.Consultation, len(newest))
	for i := range newest {
		all[i] = &newest[i]
	}
	if err := q.named(tx, all); err != nil {
		return err
	}
	for _, c := range newest {
		if c.State != consultation.Withdrawn {
			v.UnderWay = append(v.UnderWay, homeRow{ID: c.ID, Title: c.Title, Kind: c.Kind, State: c.State, Href: q.mainPage(c), Consultation: c})
		}
	}
	return nil
}

// count is the number that a text on what was asked is about: the whole where
// there is one of which a part is there.
func count(i *agenda.Item) int {
	if i.Kind == agenda.Invitations || i.Kind == agenda.Decisions || i.Kind == agenda.Work {
		return i.Of
	}
	return i.Count
}

// wanted says what waits.
func (q *request) wanted(i *agenda.Item) string {
	switch i.Kind {
	case agenda.Draft:
		return q.text.T("agenda.waits.draft", "Count", i.Count)
	case agenda.SignOff:
		return q.text.T("agenda.waits.sign_off")
	case agenda.Advise:
		return q.text.T("reviewing.step.advise")
	case agenda.NameReviewer:
		return q.text.T("reviewing.step.name")
	}
	return q.text.T("home.step."+i.Kind, "Count", i.Count)
}

// waitsAt is where it is done, below the consultation's page.
var waitsAt = map[string]string{
	agenda.SubmitForClearance: "/manage", agenda.Clear: "/manage", agenda.Answer: "/answer", agenda.Continue: "/answer", agenda.SignOff: "/answer",
	agenda.Draft: "/comments?state=open&drafter=me", agenda.Propose: "/comments?state=open&drafter=" + submission.Unassigned, agenda.Agree: "/comments?state=proposed",
	agenda.SubmitForReview: "/manage", agenda.Decide: "/review", agenda.Advise: "/review", agenda.NameReviewer: "/reviewers", agenda.Publish: "/manage",
	agenda.Moderate: "/moderation?view=flagged", agenda.Wishes: "/moderation?view=wishes", agenda.LookAgain: "/moderation?view=overdue", agenda.AnswerRuling: "/restricted",
}

// askedAt is where one sees how it stands.
var askedAt = map[string]string{
	agenda.Invitations: "/invitations", agenda.Clearance: "/manage", agenda.Drafting: "/comments?state=open", agenda.Agreement: "/comments?state=proposed",
	agenda.Decisions: "/review", agenda.Mail: "/mail", agenda.Response: "", agenda.SignOff: "/answer",
}

func (q *request) homeItem(i *agenda.Item, label string, at map[string]string, now time.Time) homeItem {
	if a := i.About; a != nil {
		return homeItem{Label: label, Href: a.Path, Title: a.Title, Since: i.Since, Due: dayBefore(i.Due), Overdue: i.Overdue(now), AllDay: true}
	}
	if i.State != "" {
		return homeItem{Label: label, Href: "/duties/" + i.State, Title: q.stateName(q.read(), i.State), Due: dayBefore(i.Due), Overdue: i.Overdue(now), AllDay: true}
	}
	h := homeItem{Label: label, Href: "/mail?state=failed", Since: i.Since, Due: i.Due, Overdue: i.Overdue(now), Names: i.Names}
	if i.WorkID != "" {
		h.Href = "/works/" + i.WorkID
		if i.Consultation != nil {
			h.Title = i.Consultation.Title
		}
		return h
	}
	if i.Consultation != nil {
		h.Title, h.Href = i.Consultation.Title, "/consultations/"+i.Consultation.ID+at[i.Kind]
	}
	return h
}

// dayBefore is the day that ends at the instant; none for none.
func dayBefore(at time.Time) time.Time {
	if at.IsZero() {
		return at
	}
	return at.AddDate(0, 0, -1)
}

// mainPage is where a person's work on a consultation is.
func (q *request) mainPage(c consultation.Consultation) string {
	if q.actor.Holds(policies.Official, c.StateCode) || q.actor.Holds(policies.Reviewer, c.StateCode) || q.actor.Holds(policies.Auditor, c.StateCode) {
		return "/consultations/" + c.ID + "/manage"
	}
	if advisesOn(q.actor, c.ID) {
		return "/consultations/" + c.ID + "/review"
	}
	return "/consultations/" + c.ID
}

// advisesOn says whether the actor is asked for advice on the consultation.
func advisesOn(a workflows.Actor, consultationID string) bool {
	return slices.ContainsFunc(a.Roles, func(h policies.Held) bool { return h.Role == policies.Adviser && h.ConsultationID == consultationID })
}
