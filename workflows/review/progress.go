package review

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/stakeholder"
)

// Asked is one person asked in a round, by name or as one of the reviewers,
// with what has come of it.
type Asked struct {
	Assignment // without an id where nobody was named
	Decision   *Decision
	Opinion    *Opinion
	Lost       bool // asked to decide, but no reviewer any more
}

// Waits says whether the person has still to decide or to advise.
func (a *Asked) Waits() bool { return a.Ended == "" && a.Decision == nil && a.Opinion == nil }

// Progress is how far a round has come: who is asked, who has decided or
// advised, and what is missing.
type Progress struct {
	Round     Round
	Asked     []Asked // those who decide first
	Approvals int     // of the content as it was put
	Returned  []Asked // whose decision sends the round back
}

// Missing is how many approvals the quorum still needs.
func (p *Progress) Missing() int { return max(p.Round.Quorum-p.Approvals, 0) }

// Waiting are those of the kind who have neither decided nor advised, and can.
func (p *Progress) Waiting(kind string) []Asked {
	return slices.DeleteFunc(slices.Clone(p.Asked), func(a Asked) bool { return a.Kind != kind || a.Lost || !a.Waits() })
}

// Stuck says that the quorum cannot be reached by those who are asked.
func (p *Progress) Stuck() bool {
	return p.Round.Outcome == "" && p.Missing() > len(p.Waiting(Decisive))
}

// Overdue says whether the round's deadline has passed without its end.
func (p *Progress) Overdue(now time.Time) bool {
	return p.Round.Outcome == "" && p.Round.DueAt != nil && !now.Before(*p.Round.DueAt)
}

// Follow tells how far each round has come, oldest first, for those who may
// follow the review.
func Follow(tx *workflows.Tx, c *consultation.Consultation) ([]Progress, error) {
	if err := tx.Check("review", "follow", policies.Target{State: c.StateCode, ConsultationID: c.ID}); err != nil {
		return nil, err
	}
	rounds, decisions, err := Rounds(tx, c)
	if err != nil {
		return nil, err
	}
	var assignments []Assignment
	if err := tx.DB().Where("consultation_id = ?", c.ID).Order("id").Find(&assignments).Error; err != nil {
		return nil, fmt.Errorf("read assignments: %w", err)
	}
	var opinions []Opinion
	if err := tx.DB().Where("consultation_id = ?", c.ID).Order("id").Find(&opinions).Error; err != nil {
		return nil, fmt.Errorf("read opinions: %w", err)
	}
	out := make([]Progress, len(rounds))
	for i, r := range rounds {
		p := &out[i]
		p.Round = r
		for _, a := range assignments {
			if a.RoundID == r.ID {
				p.Asked = append(p.Asked, Asked{Assignment: a})
			}
		}
		if !r.ByName {
			if err := p.addReviewers(tx, c, decisions[r.ID]); err != nil {
				return nil, err
			}
		}
		p.add(decisions[r.ID], opinions)
		if err := p.findLost(tx, c); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// findLost marks those named to decide who hold the role no more.
func (p *Progress) findLost(tx *workflows.Tx, c *consultation.Consultation) error {
	if p.Round.Outcome != "" || !p.Round.ByName {
		return nil
	}
	people, err := stakeholder.Holders(tx, c.StateCode, "reviewer")
	for i := range p.Asked {
		a := &p.Asked[i]
		held := slices.ContainsFunc(people, func(one stakeholder.Person) bool { return one.ID == a.PersonID })
		a.Lost = a.Kind == Decisive && a.Waits() && !held
	}
	return err
}

// addReviewers adds, to a round that is for every reviewer, those who decided
// and, while it goes on, those who could.
func (p *Progress) addReviewers(tx *workflows.Tx, c *consultation.Consultation, decisions []Decision) error {
	known := func(id string) bool {
		return slices.ContainsFunc(p.Asked, func(a Asked) bool { return a.PersonID == id && a.Kind == Decisive })
	}
	add := func(id, name string) {
		if !known(id) {
			p.Asked = append(p.Asked, Asked{Assignment: Assignment{RoundID: p.Round.ID, ConsultationID: c.ID, PersonID: id, PersonName: name, Kind: Decisive, NamedAt: p.Round.OpenedAt}})
		}
	}
	for _, d := range decisions {
		add(workflows.Actor{Subject: policies.Subject{ID: d.ReviewerID}}.PersonID(), d.ReviewerName)
	}
	if p.Round.Outcome != "" {
		return nil
	}
	people, err := deciders(tx, c, &p.Round)
	for _, one := range people {
		add(one.ID, one.Name)
	}
	return err
}

// add puts the decisions and opinions beside those who gave them.
func (p *Progress) add(decisions []Decision, opinions []Opinion) {
	for i := range p.Asked {
		a := &p.Asked[i]
		for j := range decisions {
			if a.Kind == Decisive && a.Ended == "" && decisions[j].ReviewerID == a.Actor() {
				a.Decision = &decisions[j]
			}
		}
		for j := range opinions {
			if a.Kind == Advisory && a.Ended == "" && opinions[j].RoundID == p.Round.ID && opinions[j].AdviserID == a.Actor() {
				a.Opinion = &opinions[j]
			}
		}
		switch {
		case a.Decision == nil:
		case a.Decision.Decision == "return":
			p.Returned = append(p.Returned, *a)
		case a.Decision.ContentSHA256 == p.Round.ContentSHA256:
			p.Approvals++
		}
	}
	slices.SortStableFunc(p.Asked, func(a, b Asked) int { return cmp.Compare(order[a.Kind], order[b.Kind]) })
}

var order = map[string]int{Decisive: 0, Advisory: 1}

// Pending is a consultation that lacks decisions: under review, or returned and
// not submitted again.
type Pending struct {
	Consultation consultation.Consultation
	Progress
}

// Lacking lists the consultations whose review the actor may follow and that
// lack decisions, the most pressing first: by their deadline, then by how long
// the round has been open. It looks through the newest workflows.MaxLimit of
// those under review, and as many of those closed.
func Lacking(tx *workflows.Tx) ([]Pending, error) {
	var out []Pending
	for _, state := range []string{consultation.InReview, consultation.Closed} {
		found, _, err := consultation.List(tx, consultation.Filter{States: []string{state}}, workflows.Page{Limit: workflows.MaxLimit})
		if err != nil {
			return nil, err
		}
		for _, c := range found {
			if c.RevisedDraftID == nil || !tx.May("review", "follow", policies.Target{State: c.StateCode, ConsultationID: c.ID}) {
				continue
			}
			rounds, err := Follow(tx, &c)
			if err != nil {
				return nil, err
			}
			if len(rounds) > 0 {
				out = append(out, Pending{c, rounds[len(rounds)-1]})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Pending) int { return cmp.Or(compareDue(&a, &b), a.Round.OpenedAt.Compare(b.Round.OpenedAt)) })
	return out, nil
}

// compareDue puts rounds under way before those returned, and those with a
// deadline before those without.
func compareDue(a, b *Pending) int {
	ended := func(p *Pending) int { return min(len(p.Round.Outcome), 1) }
	if ended(a) != ended(b) || ended(a) == 1 {
		return cmp.Compare(ended(a), ended(b))
	}
	switch x, y := a.Round.DueAt, b.Round.DueAt; {
	case x != nil && y != nil:
		return x.Compare(*y)
	case x != nil:
		return -1
	case y != nil:
		return 1
	}
	return 0
}

// Answers counts the comments whose answers the round binds, all of them and by
// outcome.
func (r *Round) Answers() (total int, outcomes map[string]int, err error) {
	s, err := r.subject()
	if err != nil {
		return 0, nil, err
	}
	outcomes = map[string]int{}
	for _, d := range s.Dispositions {
		outcomes[d.Outcome]++
	}
	return len(s.Dispositions), outcomes, nil
}

func (r *Round) subject() (*subject, error) {
	var s subject
	if err := json.Unmarshal([]byte(r.Content), &s); err != nil {
		return nil, fmt.Errorf("decode what round %s binds: %w", r.ID, err)
	}
	return &s, nil
}

// AnswerChange is an answer that differs between two rounds. Before is "" for
// a comment that was not there.
type AnswerChange struct {
	CommentID     string
	Before, After string // outcomes
}

// AnswersChanged lists the answers that differ between a round and the later
// one.
func AnswersChanged(before, after *Round) ([]AnswerChange, error) {
	old, err := before.subject()
	if err != nil {
		return nil, err
	}
	now, err := after.subject()
	if err != nil {
		return nil, err
	}
	was := map[string]dispositions{}
	for _, d := range old.Dispositions {
		was[d.Comment] = d
	}
	var out []AnswerChange
	for _, d := range now.Dispositions {
		if o := was[d.Comment]; o.Outcome != d.Outcome || o.Rationale != d.Rationale || o.DuplicateOf != d.DuplicateOf || !slices.Equal(o.Changes, d.Changes) {
			out = append(out, AnswerChange{d.Comment, o.Outcome, d.Outcome})
		}
	}
	return out, nil
}
