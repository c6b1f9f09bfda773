package web

import (
	"slices"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/review"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/submission"
)

// transitionView asks for one action on a consultation: it says what comes of
// it and who is told before anything happens.
type transitionView struct {
	C           *consultation.Consultation
	Action      string
	Label       string
	Effect      string
	Told        []string
	NeedsReason bool
	NeedsTime   bool
	Public      bool // the reason is shown to everyone
	Grave       bool // cannot be undone
	Back        string
	Asking      *askingView // for a review
}

func transitionPage(q *request) error {
	tx := q.read()
	c, err := q.managed(tx)
	if err != nil {
		return err
	}
	action := q.c.Query("action")
	if q.form != nil {
		action = q.form.Get("action")
	}
	t, err := c.Target(tx)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(q.actions(tx, c, t), func(a actionItem) bool { return a.Action == action }) {
		return q.impossible(tx, c, action)
	}
	v := transitionView{C: c, Action: action, Back: "/consultations/" + c.ID + "/manage"}
	v.Label = q.text.T("action.consultation." + action)
	v.NeedsReason = slices.Contains([]string{consultation.Return, consultation.Extend, consultation.Close, consultation.Withdraw}, action)
	v.NeedsTime = action == consultation.Extend
	v.Public = action == consultation.Extend || action == consultation.Close || action == consultation.Withdraw
	v.Grave = slices.Contains([]string{consultation.Close, consultation.Publish, consultation.Withdraw}, action)
	v.Effect = q.text.T("effect." + action)
	if v.Told, err = q.told(tx, c, action); err != nil {
		return err
	}
	if action == consultation.SubmitForReview {
		if v.Asking, err = q.asking(tx, c); err != nil {
			return err
		}
	}
	return q.show("official/transition", v.Label, v)
}

// impossible says why the action is not offered: no right to it, or not in this
// state.
func (q *request) impossible(tx *workflows.Tx, c *consultation.Consultation, action string) error {
	if _, err := consultation.Table.Find(c.State, action); err != nil {
		return err
	}
	t, err := c.Target(tx)
	if err != nil {
		return err
	}
	if err := tx.Check("consultation", action, t); err != nil {
		return err
	}
	return workflows.Refuse(workflows.Conflict, "approved_by_decisions")
}

func transition(q *request, tx *workflows.Tx) (done, error) {
	action := q.form.Get("action")
	in := consultation.Input{}
	if action == consultation.SubmitForReview {
		var err error
		if in, err = q.askedFor(); err != nil {
			return done{}, err
		}
	}
	in.Reason = q.form.Get("reason")
	if action == consultation.Extend {
		var err error
		if in.ClosesAt, err = q.instant("closes_at"); err != nil {
			return done{}, err
		}
		if in.ClosesAt.IsZero() {
			return done{}, workflows.InvalidField("closes_at", "required")
		}
	}
	c, err := review.Transition(tx, q.c.Param("id"), action, in)
	if err != nil {
		return done{}, atFields(err, "", nil)
	}
	return done{to: "/consultations/" + c.ID + "/manage", flash: "transition." + action}, nil
}

// told says who gets a mail when the action is done, in the words of the page.
// It counts as package notify will tell.
func (q *request) told(tx *workflows.Tx, c *consultation.Consultation, action string) ([]string, error) {
	var out []string
	add := func(key string, n int) {
		if n > 0 {
			out = append(out, q.text.T("told."+key, "Count", n))
		}
	}
	officials, err := q.colleagues(tx, c, nil, "official")
	if err != nil {
		return nil, err
	}
	switch action {
	case consultation.SubmitForClearance:
		n, err := q.colleagues(tx, c, nil, "official", "reviewer")
		add("clearance", n)
		return out, err
	case consultation.Clear, consultation.Return:
		n, err := q.colleagues(tx, c, owns(c), "official")
		add("owners", n)
		return out, err
	case consultation.SubmitForReview:
		may, _, err := q.candidates(tx, c, nil)
		return []string{q.text.T("reviewing.told", "Count", len(may))}, err
	case consultation.Publish:
		n, err := submission.CountStanding(tx, c.ID)
		add("senders", int(n))
		add("officials", officials)
		return out, err
	case consultation.Close:
		add("officials", officials)
	}
	if !c.Started() {
		return out, nil
	}
	n, err := everybody(tx, c)
	add("everybody", n)
	return out, err
}

// colleagues counts the holders of the roles but the reader.
func (q *request) colleagues(tx *workflows.Tx, c *consultation.Consultation, keep func(string) bool, roles ...string) (int, error) {
	people, err := stakeholder.Holders(tx, c.StateCode, roles...)
	n := 0
	for _, p := range people {
		if id := "user:" + p.ID; id != q.actor.ID && (keep == nil || keep(id)) {
			n++
		}
	}
	return n, err
}

func owns(c *consultation.Consultation) func(string) bool {
	return func(id string) bool { return id == c.CreatedBy || id == c.SubmittedBy }
}

// everybody counts those who take part: invited, answering, or with a confirmed
// address, each once.
func everybody(tx *workflows.Tx, c *consultation.Consultation) (int, error) {
	const batch = 500
	parties := map[string]bool{}
	lists := []func(after string) ([]consultation.Addressee, error){
		func(after string) ([]consultation.Addressee, error) {
			return consultation.InvitedAddresses(tx, c.ID, after, batch)
		},
		func(after string) ([]consultation.Addressee, error) {
			return consultation.ConfirmedAddresses(tx, c.ID, after, batch)
		},
		func(after string) ([]consultation.Addressee, error) {
			list, err := submission.StandingAddresses(tx, c.ID, after, batch, true)
			out := make([]consultation.Addressee, len(list))
			for i := range list {
				out[i] = list[i].Addressee
			}
			return out, err
		},
	}
	for _, list := range lists {
		for after, more := "", true; more; {
			found, err := list(after)
			if err != nil {
				return 0, err
			}
			for _, a := range found {
				if a.Email != "" {
					parties[a.Party()] = true
				}
				after = a.Cursor
			}
			more = len(found) == batch
		}
	}
	return len(parties), nil
}
