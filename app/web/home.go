package web

import (
	"jahorina/app/notify"
	"jahorina/policies"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/submission"
)

// homeView is what waits for a person, and what is under way.
type homeView struct {
	Steps    []templates.Step
	UnderWay []homeRow
	Launch   string // where a new consultation begins, for those who may
	Setup    bool   // an administrator's links
}

type homeRow struct {
	ID, Title, Kind, State, Href string
	Consultation                 consultation.Consultation
}

// homeConsultations bounds what the home page looks through.
const homeConsultations = workflows.MaxLimit

func homePage(q *request) error {
	if !q.actor.IsPerson() {
		return workflows.Refuse(workflows.Unauthenticated, "sign_in")
	}
	tx := q.read()
	all, _, err := consultation.List(tx, consultation.Filter{}, workflows.Page{Limit: homeConsultations})
	if err != nil {
		return err
	}
	view := homeView{Setup: q.holds(policies.Administrator)}
	if tx.May("consultation", "create", policies.Target{State: q.state()}) {
		view.Launch = "/strategies"
	}
	for _, c := range all {
		steps, err := q.stepsOn(tx, c)
		if err != nil {
			return err
		}
		view.Steps = append(view.Steps, steps...)
		if c.State != consultation.Withdrawn {
			view.UnderWay = append(view.UnderWay, homeRow{ID: c.ID, Title: c.Title, Kind: c.Kind, State: c.State, Href: q.mainPage(c), Consultation: c})
		}
	}
	if view.Setup {
		if err := q.mailStep(tx, &view); err != nil {
			return err
		}
	}
	return q.show("admin/home", q.text.T("home.title"), view)
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

func (q *request) mailStep(tx *workflows.Tx, view *homeView) error {
	counts, err := notify.Counts(tx)
	if err != nil {
		return err
	}
	if n := counts[workflows.MessageFailed]; n > 0 {
		view.Steps = append(view.Steps, templates.Step{Label: q.text.T("home.step.mail_failed", "Count", int(n)), Href: "/mail?state=failed"})
	}
	return nil
}

// stepsOn lists what the person could do next on one consultation.
func (q *request) stepsOn(tx *workflows.Tx, c consultation.Consultation) ([]templates.Step, error) {
	var out []templates.Step
	add := func(key, path string) {
		out = append(out, templates.Step{Label: q.text.T("home.step." + key), Href: "/consultations/" + c.ID + path, Detail: c.Title})
	}
	official, reviewer := q.actor.Holds(policies.Official, c.StateCode), q.actor.Holds(policies.Reviewer, c.StateCode)
	switch c.State {
	case consultation.Draft:
		if official {
			add("submit_for_clearance", "/manage")
		}
	case consultation.InClearance:
		if (official || reviewer) && c.SubmittedBy != q.actor.ID {
			add("clear", "/manage")
		}
	case consultation.Open:
		return q.answerSteps(tx, c)
	case consultation.Closed:
		if official || reviewer {
			return q.dispositionSteps(tx, c, official)
		}
	case consultation.InReview:
		return q.reviewSteps(tx, c)
	case consultation.Approved:
		if official {
			add("publish", "/manage")
		}
	}
	return out, nil
}

func (q *request) answerSteps(tx *workflows.Tx, c consultation.Consultation) ([]templates.Step, error) {
	t, err := c.Target(tx)
	if err != nil || !tx.May("submission", "create", t) || q.actor.OrganisationID(c.StateCode) == "" {
		return nil, err
	}
	s, err := submission.Own(tx, &c)
	step := templates.Step{Label: q.text.T("home.step.answer"), Href: "/consultations/" + c.ID + "/answer", Detail: c.Title, Due: c.ClosesAt}
	switch {
	case workflows.IsKind(err, workflows.NotFound):
		return []templates.Step{step}, nil
	case err != nil:
		return nil, err
	case s.State == submission.Draft:
		step.Label = q.text.T("home.step.continue")
		return []templates.Step{step}, nil
	}
	return nil, nil
}

func (q *request) dispositionSteps(tx *workflows.Tx, c consultation.Consultation, official bool) ([]templates.Step, error) {
	n, err := submission.CountDispositions(tx, c.ID)
	if err != nil {
		return nil, err
	}
	var out []templates.Step
	add := func(key, path string, count int64) {
		out = append(out, templates.Step{Label: q.text.T("home.step."+key, "Count", int(count)), Href: "/consultations/" + c.ID + path, Detail: c.Title})
	}
	if official && n.Open > 0 {
		add("propose", "/comments?state=open", n.Open)
	}
	toAgree, err := submission.CountToAgree(tx, c.ID)
	if err != nil {
		return nil, err
	}
	if toAgree > 0 {
		add("agree", "/comments?state=proposed", toAgree)
	}
	if official && n.Agreed == n.Total {
		add("submit_for_review", "/manage", n.Total)
	}
	return out, nil
}
