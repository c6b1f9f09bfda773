package web

import (
	"cmp"
	"slices"
	"time"

	"jahorina/policies"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/review"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
	"jahorina/workflows/work"
)

// manageView is what the ministry sees of a consultation.
type manageView struct {
	C           *consultation.Consultation
	Draft       templates.Link
	Revised     templates.Link
	Questions   int
	Steps       []templates.Step
	Actions     []actionItem
	Moments     []templates.Moment
	Extensions  []extensionItem
	Invited     []invitedItem
	MayInvite   bool
	MayPromise  bool
	MayEdit     bool
	MayEnter    bool
	MayExport   bool
	Submissions int64
	Counts      submission.Counts
	Reviewed    bool     // there is a review to look at
	Lacks       []string // what the review still needs
	Unheard     []templates.Link
	Figures     []shownFigure // of who took part
	Opened      int           // invited organisations that have followed their link
	Answered    int
	Declined    int
	Silent      int  // that have neither answered nor declined
	Ended       bool // it takes no more answers
}

type actionItem struct{ Action, Href string }

type extensionItem struct {
	From, To, At time.Time
	By, Reason   string
}

type invitedItem struct {
	Organisation, Sector string
	At                   time.Time
	Opened               *time.Time
	Answer               string // key of a text: answered, declined, none, waiting
	Submitted            *time.Time
	Position             string
}

func managePage(q *request) error {
	tx := q.read()
	c, err := q.managed(tx)
	if err != nil {
		return err
	}
	t, err := c.Target(tx)
	if err != nil {
		return err
	}
	v := manageView{
		C: c, Ended: c.State != consultation.Open && c.Started(),
		MayEdit:    c.State == consultation.Draft && tx.May("consultation", "edit", t),
		MayPromise: c.State != consultation.Published && c.State != consultation.Withdrawn && tx.May("consultation", "promise", t),
		MayInvite:  slices.Contains(mayInviteIn, c.State) && tx.May("consultation", "invite", t),
		MayEnter:   (c.State == consultation.Open || c.State == consultation.Closed) && tx.May("submission", "enter", t),
		Reviewed:   c.RevisedDraftID != nil,
		MayExport:  c.Started() && work.MayExport(tx, c) == nil,
	}
	for _, read := range []func(*workflows.Tx, *manageView) error{q.readDrafts, q.readMoments, q.readInvited, q.readCounts, q.readLacks, q.readReach} {
		if err := read(tx, &v); err != nil {
			return err
		}
	}
	v.Actions = q.actions(tx, c, t)
	v.Steps = q.steps(tx, &v)
	more, err := q.moderationSteps(tx, c)
	if err != nil {
		return err
	}
	v.Steps = append(v.Steps, more...)
	return q.show("official/manage", c.Title, v)
}

var mayInviteIn = []string{consultation.Draft, consultation.InClearance, consultation.Scheduled, consultation.Open}

func (q *request) readDrafts(tx *workflows.Tx, v *manageView) error {
	d, err := strategy.DraftByID(tx, v.C.DraftID)
	if err != nil {
		return err
	}
	v.Draft = templates.Link{Label: d.Title + ", " + q.draftLabel(d), Href: "/drafts/" + d.ID}
	if v.C.RevisedDraftID != nil && *v.C.RevisedDraftID != d.ID {
		r, err := strategy.DraftByID(tx, *v.C.RevisedDraftID)
		if err != nil {
			return err
		}
		v.Revised = templates.Link{Label: r.Title + ", " + q.draftLabel(r), Href: redlinePath(r.ID, d.ID)}
	}
	questions, err := consultation.Questions(tx, v.C.ID)
	v.Questions = len(questions)
	return err
}

// lifeline are the states a consultation comes through when all goes well.
var lifeline = []string{
	consultation.Draft, consultation.InClearance, consultation.Scheduled, consultation.Open, consultation.Closed,
	consultation.InReview, consultation.Approved, consultation.Published,
}

// besides are what is done to a consultation without its going on.
var besides = []string{"edit", "remind", "translate", "untranslate"}

// readMoments tells from the record what has been, and what is still to come.
func (q *request) readMoments(tx *workflows.Tx, v *manageView) error {
	c := v.C
	entries, _, err := workflows.Trail(tx, c.StateCode, c.ID, "consultation", workflows.Page{Limit: workflows.MaxLimit})
	if err != nil {
		return err
	}
	for _, e := range entries {
		if slices.Contains(besides, e.Action) {
			continue
		}
		m := templates.Moment{Label: q.done(e.Object, e.Action), By: q.who(e), Note: e.Reason, At: e.At, Done: true}
		v.Moments = append(v.Moments, m)
	}
	if n := len(v.Moments); n > 0 {
		v.Moments[n-1].Current = true
	}
	v.Moments = append(v.Moments, q.toCome(c)...)
	return q.readExtensions(tx, v)
}

// toCome are the states still ahead, those the clock brings with their hour.
func (q *request) toCome(c *consultation.Consultation) []templates.Moment {
	at := slices.Index(lifeline, c.State)
	if at < 0 {
		return nil // withdrawn
	}
	var out []templates.Moment
	for _, state := range lifeline[at+1:] {
		m := templates.Moment{Label: q.text.T("state.consultation." + state)}
		switch state {
		case consultation.Open:
			m.At, m.Note = c.OpensAt, q.text.T("manage.by_clock")
		case consultation.Closed:
			m.At, m.Note = c.ClosesAt, q.text.T("manage.by_clock")
		}
		out = append(out, m)
	}
	return out
}

func (q *request) readExtensions(tx *workflows.Tx, v *manageView) error {
	extensions, err := consultation.Extensions(tx, v.C.ID)
	if err != nil {
		return err
	}
	ids := make([]string, len(extensions))
	for i, x := range extensions {
		ids[i] = x.ExtendedBy
	}
	names, err := stakeholder.NamesOf(tx, ids)
	for _, x := range extensions {
		v.Extensions = append(v.Extensions, extensionItem{From: x.ClosedBefore, To: x.ClosesAt, At: x.ExtendedAt, By: names[x.ExtendedBy], Reason: x.Reason})
	}
	return err
}

func (q *request) readInvited(tx *workflows.Tx, v *manageView) error {
	invited, err := consultation.Invitations(tx, v.C)
	if err != nil {
		return err
	}
	answered, err := submission.Answered(tx, v.C.ID)
	if err != nil {
		return err
	}
	for _, i := range invited {
		item := invitedItem{Organisation: i.Organisation.Name, Sector: i.Organisation.Sector, At: i.InvitedAt, Opened: i.ViewedAt, Answer: "waiting"}
		if i.ViewedAt != nil {
			v.Opened++
		}
		s, has := answered[i.OrganisationID]
		switch {
		case has:
			item.Answer, item.Submitted, item.Position = "answered", s.SubmittedAt, s.Position
			v.Answered++
		case i.DeclinedAt != nil:
			item.Answer = "declined"
			v.Declined++
		case v.Ended:
			// Silence is no consent: it is shown as what it is.
			item.Answer = "none"
			v.Silent++
		default:
			v.Silent++
		}
		v.Invited = append(v.Invited, item)
	}
	slices.SortStableFunc(v.Invited, func(a, b invitedItem) int {
		return cmp.Or(cmp.Compare(a.Sector, b.Sector), cmp.Compare(a.Organisation, b.Organisation))
	})
	return nil
}

func (q *request) readCounts(tx *workflows.Tx, v *manageView) error {
	var err error
	if v.Submissions, err = submission.CountStanding(tx, v.C.ID); err != nil {
		return err
	}
	v.Counts, err = submission.CountDispositions(tx, v.C.ID)
	return err
}

// actions are what the reader may do now, each with the page that says what
// comes of it and asks for what it needs.
func (q *request) actions(tx *workflows.Tx, c *consultation.Consultation, t policies.Target) []actionItem {
	var out []actionItem
	for _, a := range consultation.Table.Actions(tx, c.State, t) {
		if a == consultation.Approve || (a == consultation.Return && c.State == consultation.InReview) {
			continue // comes from the decisions
		}
		out = append(out, actionItem{a, "/consultations/" + c.ID + "/transitions?action=" + a})
	}
	return out
}

// steps says in words what is to be done next, and by whom.
func (q *request) steps(tx *workflows.Tx, v *manageView) []templates.Step {
	c, at := v.C, "/consultations/"+v.C.ID
	step := func(key, href string, args ...any) templates.Step {
		return templates.Step{Label: q.text.T("step."+key+".label", args...), Detail: q.text.T("step."+key+".detail", args...), Href: at + href}
	}
	may := func(action string) bool {
		return slices.ContainsFunc(v.Actions, func(a actionItem) bool { return a.Action == action })
	}
	switch c.State {
	case consultation.Draft:
		if len(v.Invited) == 0 && v.MayInvite {
			return []templates.Step{step("invite", "/invitations"), step("submit", "/transitions?action=submit_for_clearance")}
		}
		if may(consultation.SubmitForClearance) {
			return []templates.Step{step("submit", "/transitions?action=submit_for_clearance")}
		}
	case consultation.InClearance:
		if c.SubmittedBy == q.actor.ID || !may(consultation.Clear) {
			return []templates.Step{step("wait_clearance", "/manage")}
		}
		return []templates.Step{step("clear", "/transitions?action=clear")}
	case consultation.Scheduled:
		return []templates.Step{step("scheduled", "/manage", "At", c.OpensAt)}
	case consultation.Open:
		return []templates.Step{step("open", "/comments", "At", c.ClosesAt, "Count", v.Silent)}
	case consultation.Closed:
		return closedSteps(tx, v, step, may)
	case consultation.InReview:
		if tx.May("review", "decide", policies.Target{State: c.StateCode, ConsultationID: c.ID}) && review.Blocked(tx, c) == nil {
			return []templates.Step{step("decide", "/review")}
		}
		return []templates.Step{step("wait_review", "/review")}
	case consultation.Approved:
		if may(consultation.Publish) {
			return []templates.Step{step("publish", "/transitions?action=publish")}
		}
	case consultation.Published:
		return []templates.Step{step("published", "/response")}
	}
	return nil
}

type stepper func(key, href string, args ...any) templates.Step

func closedSteps(tx *workflows.Tx, v *manageView, step stepper, may func(string) bool) []templates.Step {
	var out []templates.Step
	t := policies.Target{State: v.C.StateCode, ConsultationID: v.C.ID}
	if v.Counts.Open > 0 && tx.May("comment", "propose", t) {
		out = append(out, step("answer", "/comments?state=open", "Count", int(v.Counts.Open)))
	}
	if v.Counts.Proposed > 0 && tx.May("comment", "agree", t) {
		out = append(out, step("agree", "/comments?state=proposed", "Count", int(v.Counts.Proposed)))
	}
	if v.Counts.Agreed == v.Counts.Total && may(consultation.SubmitForReview) {
		out = append(out, step("submit_review", "/transitions?action=submit_for_review"))
	}
	return out
}
