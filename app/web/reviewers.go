package web

import (
	"time"

	"jahorina/policies"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/review"
)

// askingView is whom the reader can ask, when submitting for review.
type askingView struct {
	Quorum    int
	Reviewers []templates.Option
	Chosen    []string
	Advisers  string
	Barred    []string // why some reviewers cannot be asked
}

// reviewersView changes who is asked in the round under way.
type reviewersView struct {
	C                  *consultation.Consultation
	ByName             bool
	DueAt              time.Time
	Asked              []askedItem
	Candidates         []templates.Option // not asked yet
	Barred             []string
	Decisive, Advisory []templates.Option // waiting, by assignment, "nobody" first
	Waiting            []templates.Option // of both kinds
	Back               string
}

// asking lists the reviewers to choose from, those of the last round chosen.
func (q *request) asking(tx *workflows.Tx, c *consultation.Consultation) (*askingView, error) {
	v := &askingView{Quorum: c.Quorum}
	var err error
	if v.Reviewers, v.Barred, err = q.candidates(tx, c, nil); err != nil {
		return nil, err
	}
	var advisers []string
	v.Chosen, advisers, err = review.NamedLast(tx, c)
	for i, email := range advisers {
		if i > 0 {
			v.Advisers += "\n"
		}
		v.Advisers += email
	}
	return v, err
}

// candidates are the reviewers who can be named, and in words why others
// cannot. Those asked already are left out.
func (q *request) candidates(tx *workflows.Tx, c *consultation.Consultation, asked map[string]bool) (may []templates.Option, barred []string, err error) {
	all, err := review.Candidates(tx, c)
	for _, one := range all {
		switch {
		case asked[one.Person.ID]:
		case one.Bar != "":
			barred = append(barred, q.text.T("reviewers.bar."+one.Bar, "Name", one.Person.Name))
		default:
			may = append(may, templates.Option{Value: one.Person.Email, Label: one.Person.Name})
		}
	}
	return may, barred, err
}

// askedFor are those named in the form that submits for review.
func (q *request) askedFor() (in consultation.Input, err error) {
	in.Reviewers, in.Advisers = q.form["reviewers"], lines(q.form.Get("advisers"))
	in.DueAt, err = q.instant("due_at")
	return in, err
}

func reviewersPage(q *request) error {
	tx := q.read()
	c, err := q.managed(tx)
	if err != nil {
		return err
	}
	if err := tx.Check("review", "assign", policies.Target{State: c.StateCode, ConsultationID: c.ID}); err != nil {
		return err
	}
	rounds, err := review.Follow(tx, c)
	if err != nil {
		return err
	}
	if c.State != consultation.InReview || len(rounds) == 0 {
		return workflows.Refuse(workflows.Conflict, "no_review_under_way")
	}
	p := &rounds[len(rounds)-1]
	v := reviewersView{C: c, ByName: p.Round.ByName, Asked: roundOf(p).Asked, Back: "/consultations/" + c.ID + "/review"}
	if p.Round.DueAt != nil {
		v.DueAt = *p.Round.DueAt
	}
	nobody := templates.Option{Label: q.text.T("reviewers.name.nobody")}
	v.Decisive, v.Advisory = []templates.Option{nobody}, []templates.Option{nobody}
	asked := map[string]bool{}
	for _, a := range p.Asked {
		asked[a.PersonID] = asked[a.PersonID] || a.Ended == ""
		if a.ID == "" || !a.Waits() {
			continue
		}
		o := templates.Option{Value: a.ID, Label: a.PersonName}
		if a.Kind == review.Decisive {
			v.Decisive = append(v.Decisive, o)
		} else {
			v.Advisory = append(v.Advisory, o)
		}
		v.Waiting = append(v.Waiting, o)
	}
	if v.Candidates, v.Barred, err = q.candidates(tx, c, asked); err != nil {
		return err
	}
	return q.show("official/reviewers", q.text.T("reviewers.title"), v)
}

// nameReviewer asks one more person. The two forms that do so have fields of
// their own: "reviewer_email" and so on, and "adviser_email".
func nameReviewer(q *request, tx *workflows.Tx) (done, error) {
	kind, prefix := review.Decisive, "reviewer_"
	if q.form.Get("kind") == review.Advisory {
		kind, prefix = review.Advisory, "adviser_"
	}
	id := q.c.Param("id")
	_, err := review.Name(tx, id, review.Naming{
		Kind: kind, Email: q.form.Get(prefix + "email"), Replaces: q.form.Get(prefix + "replaces"), Reason: q.form.Get(prefix + "reason"),
	})
	for _, f := range []string{"email", "reason", "kind"} {
		err = rename(err, f, prefix+f)
	}
	return done{to: "/consultations/" + id + "/reviewers", flash: "reviewer_named"}, err
}

func removeReviewer(q *request, tx *workflows.Tx) (done, error) {
	id := q.c.Param("id")
	if q.form.Get("removed") == "" {
		return done{}, workflows.InvalidField("removed", "required")
	}
	err := review.Remove(tx, id, q.form.Get("removed"), q.form.Get("removal_reason"))
	return done{to: "/consultations/" + id + "/reviewers", flash: "reviewer_removed"}, rename(err, "reason", "removal_reason")
}

func moveReviewDeadline(q *request, tx *workflows.Tx) (done, error) {
	due, err := q.instant("due_at")
	if err != nil {
		return done{}, err
	}
	id := q.c.Param("id")
	err = review.SetDue(tx, id, due, q.form.Get("due_reason"))
	return done{to: "/consultations/" + id + "/reviewers", flash: "review_due"}, rename(err, "reason", "due_reason")
}
