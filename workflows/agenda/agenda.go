// Package agenda says what waits for a person, what they asked of others and
// where it stands, and what happens when. It gathers from all workflows in a
// fixed number of queries, whatever the number of consultations, and tells nobody of a
// consultation they may not know of. It changes nothing but the secret address of
// a person's calendar.
package agenda

import (
	"slices"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/moderation"
	"jahorina/workflows/review"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/submission"
)

// Item is one thing that waits, or that was asked. Kind is the word for it:
// those of Waits and Asked.
type Item struct {
	Kind         string
	Consultation *consultation.Consultation // nil for what belongs to none
	WorkID       string                     // of long work
	State        string                     // code of the state, of what belongs to one as a whole
	About        *About                     // what that is, where it is one thing
	Count, Of    int                        // how many; of how many
	Names        []string                   // of whom it waits for
	Since, Due   time.Time                  // zero: none
}

// Overdue says whether its hour has passed.
func (i *Item) Overdue(now time.Time) bool { return !i.Due.IsZero() && !now.Before(i.Due) }

// Home is a person's agenda.
type Home struct {
	Waits []Item  // for the person; overdue first, then by deadline, those without one last
	Asked []Item  // of others by the person, or by those they work with; in the same order
	Soon  []Entry // of the next Ahead, the earliest first
	More  bool    // there are more consultations under way than were looked through
	Seen  int     // consultations looked through
}

// Consultations are all that the lists speak of; one can be there several times.
func (h *Home) Consultations() []*consultation.Consultation {
	var out []*consultation.Consultation
	for _, i := range slices.Concat(h.Waits, h.Asked) {
		if i.Consultation != nil {
			out = append(out, i.Consultation)
		}
	}
	for _, e := range h.Soon {
		if e.Consultation != nil {
			out = append(out, e.Consultation)
		}
	}
	return out
}

// Ahead is how far "soon" reaches.
const Ahead = 30 * 24 * time.Hour

// MaxReviews bounds how many reviews under way are looked into, those with the
// nearest deadlines first: each takes a few queries of its own.
const MaxReviews = 20

// underWay are the states in which a consultation can ask something of somebody.
var underWay = []string{
	consultation.Draft, consultation.InClearance, consultation.Scheduled, consultation.Open, consultation.Closed, consultation.InReview, consultation.Approved,
}

// desk is all that was read for one person.
type desk struct {
	tx          *workflows.Tx
	all         []consultation.Consultation
	invitations map[string][]consultation.Invitation
	own         map[string]submission.Submission
	signOffs    map[string]submission.SignOff
	heads       map[string]bool // organisations the actor signs off for
	comments    map[string]submission.Waiting
	replied     map[string]submission.Replied
	reviews     map[string]review.Progress
	moderated   map[string]moderation.Waiting
	ruled       map[string]int64 // by the actor's submissions
	home        Home
}

// Of gathers the actor's agenda from the newest workflows.MaxLimit consultations
// under way.
func Of(tx *workflows.Tx) (*Home, error) {
	if !tx.Actor.IsPerson() {
		return nil, workflows.Refuse(workflows.Unauthenticated, "sign_in")
	}
	d, err := read(tx)
	if err != nil {
		return nil, err
	}
	if err := d.failedMail(); err != nil {
		return nil, err
	}
	if err := d.mailing(); err != nil {
		return nil, err
	}
	for i := range d.all {
		c := &d.all[i]
		d.preparing(c)
		d.answering(c)
		d.disposing(c)
		d.moderating(c)
		if err := d.reviewing(c); err != nil {
			return nil, err
		}
	}
	if err := d.working(); err != nil {
		return nil, err
	}
	for _, look := range []func() error{d.lookingAgain, d.planned, d.reporting, d.between} {
		if err := look(); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(d.home.Waits, byDue)
	slices.SortStableFunc(d.home.Asked, byDue)
	soon, _, err := Entries(tx, Span{From: tx.Now, Until: tx.Now.Add(Ahead)})
	if err != nil {
		return nil, err
	}
	d.home.Soon = slices.DeleteFunc(soon, func(e Entry) bool { return e.Kind == Reminder || e.Cancelled() })
	return &d.home, nil
}

func byDue(a, b Item) int {
	switch {
	case a.Due.IsZero() && b.Due.IsZero():
		return 0
	case a.Due.IsZero():
		return 1
	case b.Due.IsZero():
		return -1
	}
	return a.Due.Compare(b.Due)
}

func read(tx *workflows.Tx) (*desk, error) {
	d := &desk{tx: tx}
	all, next, err := consultation.List(tx, consultation.Filter{States: underWay}, workflows.Page{Limit: workflows.MaxLimit})
	if err != nil {
		return nil, err
	}
	d.all, d.home.More, d.home.Seen = all, next != "", len(all)
	if d.invitations, err = consultation.OwnInvitations(tx, d.ids(nil)); err != nil {
		return nil, err
	}
	if d.own, err = submission.OwnIn(tx, d.ids(nil)); err != nil {
		return nil, err
	}
	if d.signOffs, err = submission.SignOffsOf(tx, d.own); err != nil {
		return nil, err
	}
	if d.heads, err = stakeholder.Heading(tx, tx.Actor.PersonID()); err != nil {
		return nil, err
	}
	closed := d.ids(func(c *consultation.Consultation) bool {
		return c.State == consultation.Closed && d.may(c, "submission", "read")
	})
	if d.comments, err = submission.WaitingIn(tx, closed); err != nil {
		return nil, err
	}
	open := d.ids(func(c *consultation.Consultation) bool {
		return c.State == consultation.Open && d.may(c, "consultation", "invite")
	})
	if d.replied, err = submission.RepliedIn(tx, open); err != nil {
		return nil, err
	}
	started := d.ids(func(c *consultation.Consultation) bool { return c.Started() && d.may(c, "comment", "moderate") })
	if d.moderated, err = moderation.WaitingIn(tx, started); err != nil {
		return nil, err
	}
	var own []string
	for _, s := range d.own {
		own = append(own, s.ID)
	}
	if d.ruled, err = moderation.AskedIn(tx, own); err != nil {
		return nil, err
	}
	return d, d.readReviews()
}

func (d *desk) readReviews() error {
	d.reviews = map[string]review.Progress{}
	followed := d.ids(func(c *consultation.Consultation) bool {
		return c.State == consultation.InReview && d.may(c, "review", "follow")
	})
	rounds, err := review.UnderWayIn(d.tx, followed)
	if err != nil {
		return err
	}
	for _, r := range rounds[:min(len(rounds), MaxReviews)] {
		i := slices.IndexFunc(d.all, func(c consultation.Consultation) bool { return c.ID == r.ConsultationID })
		all, err := review.Follow(d.tx, &d.all[i])
		if err != nil {
			return err
		}
		d.reviews[r.ConsultationID] = all[len(all)-1]
	}
	return nil
}

func (d *desk) ids(which func(*consultation.Consultation) bool) []string {
	var out []string
	for i := range d.all {
		if which == nil || which(&d.all[i]) {
			out = append(out, d.all[i].ID)
		}
	}
	return out
}

func (d *desk) may(c *consultation.Consultation, object, action string) bool {
	return d.tx.May(object, action, c.TargetWith(d.invitations[c.ID]))
}

func (d *desk) waits(i Item) { d.home.Waits = append(d.home.Waits, i) }
func (d *desk) asked(i Item) { d.home.Asked = append(d.home.Asked, i) }
