package review

import (
	"fmt"
	"slices"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
)

// group is people to be named for one thing, by the addresses of their
// accounts, as the field of a request gives them.
type group struct {
	field, kind string
	emails      []string
}

// find looks the people up and says of each who cannot be named why not.
func find(tx *workflows.Tx, c *consultation.Consultation, drafts []string, groups ...group) ([]Assignment, error) {
	i, err := interestsIn(tx, c, drafts...)
	if err != nil {
		return nil, err
	}
	var p workflows.Problems
	var out []Assignment
	for _, g := range groups {
		if len(g.emails) > MaxNamed {
			p.Add(g.field, "too_many", "Max", MaxNamed)
			continue
		}
		for n, email := range g.emails {
			field := g.field
			if field != "email" {
				field = fmt.Sprintf("%s[%d]", g.field, n)
			}
			a, key, err := i.named(tx, email, g.kind)
			if err != nil {
				return nil, err
			}
			if key == "" && slices.ContainsFunc(out, func(o Assignment) bool { return o.PersonID == a.PersonID }) {
				key = "person_named_twice"
			}
			if key != "" {
				p.Add(field, key, "Name", a.PersonName, "Email", email)
				continue
			}
			out = append(out, a)
		}
	}
	return out, p.Err()
}

// named finds the account and says why its person cannot be asked: a key, or
// "".
func (i *interests) named(tx *workflows.Tx, email, kind string) (Assignment, string, error) {
	var p workflows.Problems
	if p.Text("email", email, workflows.MaxAddress, true); len(p) > 0 {
		return Assignment{}, p[0].Key, nil
	}
	person, err := stakeholder.PersonByEmail(tx, email)
	if workflows.IsKind(err, workflows.NotFound) {
		return Assignment{}, "unknown_person", nil
	}
	if err != nil {
		return Assignment{}, "", err
	}
	a := Assignment{PersonID: person.ID, PersonName: person.Name, Kind: kind}
	if kind == Decisive && !i.reviewers[person.ID] {
		return a, "named_not_reviewer", nil
	}
	bar, err := i.bar(tx, person.ID)
	if bar == "" || (kind == Advisory && bar == barCommented) {
		return a, "", err // an opinion of those concerned is an opinion too
	}
	return a, "named_" + bar, err
}

// What keeps somebody from deciding; each is the key of an error.
const (
	barAuthor    = "own_draft"
	barCommented = "reviewer_commented"
	barRecused   = "recused"
)

// interests is what people have to do with a consultation that is reviewed.
type interests struct {
	authors   map[string]bool // of the drafts, by actor
	commented map[string]bool // organisations whose answer stands
	recused   map[string]bool // by id of the person
	reviewers map[string]bool // who hold the role in the state
	people    []stakeholder.Person
}

func interestsIn(tx *workflows.Tx, c *consultation.Consultation, drafts ...string) (*interests, error) {
	i := &interests{authors: map[string]bool{}, commented: map[string]bool{}, recused: map[string]bool{}, reviewers: map[string]bool{}}
	for _, id := range drafts {
		d, err := strategy.DraftByID(tx, id)
		if err != nil {
			return nil, err
		}
		i.authors[d.CreatedBy] = true
	}
	if err := i.readAnswers(tx, c); err != nil {
		return nil, err
	}
	var gone []string
	if err := tx.DB().Model(&Assignment{}).Where("consultation_id = ? AND ended = ?", c.ID, recused).Pluck("person_id", &gone).Error; err != nil {
		return nil, fmt.Errorf("read who recused themselves: %w", err)
	}
	for _, id := range gone {
		i.recused[id] = true
	}
	var err error
	if i.people, err = stakeholder.Holders(tx, c.StateCode, "reviewer"); err != nil {
		return nil, fmt.Errorf("read reviewers: %w", err)
	}
	for _, p := range i.people {
		i.reviewers[p.ID] = true
	}
	return i, nil
}

// bar says what keeps the person from deciding; "" if nothing does.
func (i *interests) bar(tx *workflows.Tx, personID string) (string, error) {
	switch {
	case i.authors["user:"+personID]:
		return barAuthor, nil
	case i.recused[personID]:
		return barRecused, nil
	}
	organisations, err := stakeholder.WorksFor(tx, personID)
	if slices.ContainsFunc(organisations, func(id string) bool { return i.commented[id] }) {
		return barCommented, err
	}
	return "", err
}

// Candidate is a reviewer of the state, and what keeps them from deciding: the
// key of an error, "" if nothing does.
type Candidate struct {
	Person stakeholder.Person
	Bar    string
}

// Candidates lists the reviewers who could be named to decide on the
// consultation, those who cannot with what stands against it, for whoever may
// name them.
func Candidates(tx *workflows.Tx, c *consultation.Consultation) ([]Candidate, error) {
	if err := tx.Check("review", "assign", policies.Target{State: c.StateCode, ConsultationID: c.ID}); err != nil {
		return nil, err
	}
	draft, err := strategy.Newest(tx, c.DraftID)
	if err != nil {
		return nil, err
	}
	i, err := interestsIn(tx, c, c.DraftID, draft.ID)
	if err != nil {
		return nil, err
	}
	var out []Candidate
	for _, p := range i.people {
		bar, err := i.bar(tx, p.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, Candidate{p, bar})
	}
	return out, nil
}

func (i *interests) readAnswers(tx *workflows.Tx, c *consultation.Consultation) error {
	answered, err := submission.Answered(tx, c.ID)
	if err != nil {
		return err
	}
	for id := range answered {
		i.commented[id] = true
	}
	return nil
}
