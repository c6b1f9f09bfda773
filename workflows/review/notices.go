package review

import (
	"fmt"
	"slices"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/stakeholder"
)

// The queries of this file find those to be told of a review. They ask no
// policy: the mail tells each no more than is theirs to know.

// deciders are the reviewers who could decide in a round that is for all: not
// those asked for advice in it.
func deciders(tx *workflows.Tx, c *consultation.Consultation, r *Round) ([]stakeholder.Person, error) {
	i, err := interestsIn(tx, c, c.DraftID, r.DraftID)
	if err != nil {
		return nil, err
	}
	var advisers []string
	if err := tx.DB().Model(&Assignment{}).Where("round_id = ? AND kind = ? AND ended = ''", r.ID, Advisory).Pluck("person_id", &advisers).Error; err != nil {
		return nil, fmt.Errorf("read advisers: %w", err)
	}
	var out []stakeholder.Person
	for _, p := range i.people {
		bar, err := i.bar(tx, p.ID)
		if err != nil {
			return nil, err
		}
		if bar == "" && !slices.Contains(advisers, p.ID) {
			out = append(out, p)
		}
	}
	return out, nil
}

// RoundAt is, for notices, the round that began at the instant.
func RoundAt(tx *workflows.Tx, consultationID string, at time.Time) (*Round, error) {
	var r Round
	return &r, tx.One(&r, "consultation_id = ? AND opened_at = ?", consultationID, at)
}

// RoundByID is, for notices, a round.
func RoundByID(tx *workflows.Tx, id string) (*Round, error) {
	var r Round
	return &r, tx.One(&r, "id = ?", id)
}

// Current is, for notices, the round that goes on.
func Current(tx *workflows.Tx, consultationID string) (*Round, error) {
	return current(tx, consultationID)
}

// AssignmentByID is, for notices, an assignment.
func AssignmentByID(tx *workflows.Tx, id string) (*Assignment, error) {
	var a Assignment
	return &a, tx.One(&a, "id = ?", id)
}

// Waits says, for notices, whether the person has still to decide or to advise
// in the round.
func Waits(tx *workflows.Tx, r *Round, personID string) (bool, error) {
	acted, err := hasActed(tx, r, "user:"+personID)
	if err != nil || acted || r.Outcome != "" {
		return false, err
	}
	var ended, stands int64
	if err := tx.DB().Model(&Assignment{}).Where("round_id = ? AND person_id = ? AND ended <> ''", r.ID, personID).Count(&ended).Error; err != nil {
		return false, err
	}
	err = tx.DB().Model(&Assignment{}).Where("round_id = ? AND person_id = ? AND ended = ''", r.ID, personID).Count(&stands).Error
	return stands > 0 || (!r.ByName && ended == 0), err
}

// ToAsk lists, for notices, the people of the kind who have still to act in the
// round.
func ToAsk(tx *workflows.Tx, c *consultation.Consultation, r *Round, kind string) ([]stakeholder.Person, error) {
	var people []stakeholder.Person
	var err error
	if kind == Decisive && !r.ByName {
		people, err = deciders(tx, c, r)
	} else {
		named := tx.DB().Model(&Assignment{}).Select("person_id").Where("round_id = ? AND kind = ? AND ended = ''", r.ID, kind)
		err = tx.DB().Where("disabled_at IS NULL AND id IN (?)", named).Order("id").Find(&people).Error
	}
	if err != nil {
		return nil, err
	}
	var out []stakeholder.Person
	for _, p := range people {
		acted, err := hasActed(tx, r, "user:"+p.ID)
		if err != nil {
			return nil, err
		}
		if !acted {
			out = append(out, p)
		}
	}
	return out, nil
}
