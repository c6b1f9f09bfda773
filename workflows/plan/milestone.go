package plan

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/stakeholder"
)

// Milestone is a step of a measure that one person has.
type Milestone struct {
	ID         string
	StateCode  string
	MeasureID  string
	Title      string
	OwnerID    string // a person
	DueOn      time.Time
	Status     string
	Note       string     // what its owner says of it, such as what shows that it is done
	Link       string     // https, or ""
	RemindedAt *time.Time // when its owner was told that it is overdue
	ClimbedAt  *time.Time // when the lead was
	Version    int64
	CreatedBy  string
	CreatedAt  time.Time
	UpdatedAt  *time.Time
}

// Needs says that a milestone waits for another.
type Needs struct {
	MilestoneID string `gorm:"primaryKey"`
	NeedsID     string `gorm:"primaryKey"`
}

// TableName is where GORM keeps them.
func (Needs) TableName() string { return "milestone_needs" }

// ClimbAfter is how long a milestone is overdue before the lead of its measure
// is told.
const ClimbAfter = 7 * 24 * time.Hour

const maxMilestones = 100 // of one measure

// Step is what is said of a milestone.
type Step struct {
	Title, OwnerID string
	DueOn          time.Time
	Status         string // "": not started
	Note, Link     string
	Needs          []string // ids of milestones of the same strategy
}

func (m *Milestone) target() policies.Target {
	return policies.Target{State: m.StateCode, OwnerID: "user:" + m.OwnerID}
}

// Overdue says whether it should have been done before the day of now.
func (m *Milestone) Overdue(now time.Time) bool {
	return (m.Status == NotStarted || m.Status == UnderWay) && m.DueOn.Before(workflows.Day(now))
}

// AddMilestone adds a step to a measure.
func AddMilestone(tx *workflows.Tx, measureID string, in Step) (*Milestone, error) {
	m, err := holdMeasure(tx, measureID, "edit")
	if err != nil {
		return nil, err
	}
	s := newMilestone(tx, m)
	if err := s.take(tx, m, in); err != nil {
		return nil, err
	}
	var n int64
	if err := tx.DB().Model(&Milestone{}).Where("measure_id = ?", m.ID).Count(&n).Error; err != nil {
		return nil, fmt.Errorf("count milestones: %w", err)
	}
	if n >= maxMilestones {
		return nil, workflows.InvalidField("title", "too_many", "Max", maxMilestones)
	}
	if err := tx.Insert(s); err != nil {
		return nil, fmt.Errorf("store milestone: %w", err)
	}
	if err := s.need(tx, in.Needs); err != nil {
		return nil, err
	}
	return s, s.record(tx, "create", "", s.Status)
}

// PutMilestone changes a step, or says how far it is.
func PutMilestone(tx *workflows.Tx, id string, version int64, in Step) (*Milestone, error) {
	var s Milestone
	if err := tx.One(&s, "id = ?", id); err != nil {
		return nil, err
	}
	m, err := holdMeasure(tx, s.MeasureID, "edit")
	if err != nil {
		return nil, err
	}
	before, due := s.Status, s.DueOn
	if err := s.take(tx, m, in); err != nil {
		return nil, err
	}
	set := map[string]any{"title": s.Title, "owner_id": s.OwnerID, "due_on": s.DueOn, "status": s.Status, "note": s.Note, "link": s.Link}
	if !s.DueOn.Equal(due) { // another day, another reminder
		set["reminded_at"], set["climbed_at"] = nil, nil
	}
	if err := tx.Update("milestones", s.ID, version, set); err != nil {
		return nil, err
	}
	s.Version = version + 1
	if err := tx.DB().Where("milestone_id = ?", s.ID).Delete(&Needs{}).Error; err != nil {
		return nil, fmt.Errorf("unlink milestones: %w", err)
	}
	if err := s.need(tx, in.Needs); err != nil {
		return nil, err
	}
	return &s, s.record(tx, "edit", before, s.Status)
}

func (s *Milestone) record(tx *workflows.Tx, action, from, to string) error {
	return tx.Record(workflows.Entry{State: s.StateCode, Action: action, Object: "milestone", ObjectID: s.ID, From: from, To: to, Reason: s.Title})
}

func (s *Milestone) take(tx *workflows.Tx, m *Measure, in Step) error {
	var p workflows.Problems
	p.Text("title", in.Title, workflows.MaxName, true)
	p.Instant("due_on", in.DueOn)
	if in.Status == "" {
		in.Status = NotStarted
	}
	p.OneOf("status", in.Status, Statuses...)
	checkNote(&p, in.Note, in.Link)
	if err := s.checkOwner(tx, &p, in.OwnerID); err != nil {
		return err
	}
	if err := s.checkNeeds(tx, m, &p, in); err != nil {
		return err
	}
	s.set(in)
	return p.Err()
}

func (s *Milestone) set(in Step) {
	s.Title, s.OwnerID, s.DueOn, s.Status = strings.TrimSpace(in.Title), in.OwnerID, workflows.Day(in.DueOn), in.Status
	s.Note, s.Link = strings.TrimSpace(in.Note), strings.TrimSpace(in.Link)
}

func newMilestone(tx *workflows.Tx, m *Measure) *Milestone {
	return &Milestone{ID: workflows.NewID(), StateCode: m.StateCode, MeasureID: m.ID, Status: NotStarted, Version: 1, CreatedBy: tx.Actor.ID, CreatedAt: tx.Now}
}

func (s *Milestone) checkOwner(tx *workflows.Tx, p *workflows.Problems, id string) error {
	if id == "" {
		p.Add("owner", "required")
		return nil
	}
	known, err := stakeholder.WorksIn(tx, id, s.StateCode)
	if err == nil && !known {
		p.Add("owner", "unknown_owner")
	}
	return err
}

// Candidates are who can have a milestone of the measure: those who work for the
// state, and those who answer for the bodies that carry the measure.
func Candidates(tx *workflows.Tx, m *Measure) ([]stakeholder.Person, error) {
	out, err := stakeholder.Holders(tx, m.StateCode, "official", "reviewer")
	if err != nil {
		return nil, err
	}
	bodies := slices.Clone(m.Partners)
	if m.LeadID != nil {
		bodies = append(bodies, *m.LeadID)
	}
	var others []stakeholder.Person
	answer := tx.DB().Model(&stakeholder.Assignment{}).Select("person_id").
		Where("state_code = ? AND role = ? AND organisation_id IN ? AND revoked_at IS NULL", m.StateCode, "contributor", bodies)
	err = tx.DB().Where("disabled_at IS NULL AND id IN (?)", answer).Order("id").Find(&others).Error
	return append(out, others...), err
}

// checkNeeds refuses what is not of the strategy, what goes round in a circle,
// and to call done what waits for something that is not.
func (s *Milestone) checkNeeds(tx *workflows.Tx, m *Measure, p *workflows.Problems, in Step) error {
	of := tx.DB().Model(&Measure{}).Select("id").Where("strategy_id = ?", m.StrategyID)
	var all []Milestone
	if err := tx.DB().Where("measure_id IN (?)", of).Find(&all).Error; err != nil {
		return fmt.Errorf("read milestones: %w", err)
	}
	known := map[string]Milestone{}
	ids := []string{}
	for _, o := range all {
		known[o.ID] = o
		ids = append(ids, o.ID)
	}
	for _, id := range in.Needs {
		o, there := known[id]
		switch {
		case !there || id == s.ID:
			p.Add("needs", "unknown_milestone")
		case in.Status == Done && o.Status != Done && o.Status != Stopped:
			p.Add("status", "milestone_waits", "Title", o.Title)
		}
	}
	var links []Needs
	if err := tx.DB().Where("milestone_id IN ?", ids).Find(&links).Error; err != nil {
		return fmt.Errorf("read what milestones wait for: %w", err)
	}
	after := map[string][]string{}
	for _, l := range links {
		if l.MilestoneID != s.ID {
			after[l.MilestoneID] = append(after[l.MilestoneID], l.NeedsID)
		}
	}
	after[s.ID] = in.Needs
	if circular(after, s.ID) {
		p.Add("needs", "milestone_circle")
	}
	return nil
}

// circular says whether one gets from the start back to it.
func circular(after map[string][]string, start string) bool {
	seen := map[string]bool{}
	left := slices.Clone(after[start])
	for len(left) > 0 {
		id := left[len(left)-1]
		left = left[:len(left)-1]
		if id == start {
			return true
		}
		if !seen[id] {
			seen[id] = true
			left = append(left, after[id]...)
		}
	}
	return false
}

func (s *Milestone) need(tx *workflows.Tx, ids []string) error {
	for _, id := range unique(ids) {
		if err := tx.Insert(&Needs{s.ID, id}); err != nil {
			return fmt.Errorf("link milestones: %w", err)
		}
	}
	return nil
}

// Stepped is a milestone with what it waits for.
type Stepped struct {
	Milestone
	Owner string
	Needs []Milestone
}

// Milestones lists the steps of measures by their days, for whoever may read
// the measures.
func Milestones(tx *workflows.Tx, measureIDs ...string) ([]Stepped, error) {
	var rows []Milestone
	if err := tx.DB().Where("measure_id IN ?", measureIDs).Order("due_on, id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read milestones: %w", err)
	}
	ids, owners := []string{}, []string{}
	for _, m := range rows {
		ids, owners = append(ids, m.ID), append(owners, m.OwnerID)
	}
	var links []Needs
	if err := tx.DB().Where("milestone_id IN ?", ids).Find(&links).Error; err != nil {
		return nil, fmt.Errorf("read what milestones wait for: %w", err)
	}
	needed := []string{}
	for _, l := range links {
		needed = append(needed, l.NeedsID)
	}
	var others []Milestone
	if err := tx.DB().Where("id IN ?", needed).Order("due_on, id").Find(&others).Error; err != nil {
		return nil, fmt.Errorf("read milestones: %w", err)
	}
	var people []stakeholder.Person
	if err := tx.DB().Where("id IN ?", owners).Find(&people).Error; err != nil {
		return nil, fmt.Errorf("read owners of milestones: %w", err)
	}
	out := make([]Stepped, len(rows))
	for i, m := range rows {
		m.DueOn = m.DueOn.UTC()
		if !tx.May("milestone", "read", m.target()) { // everyone reads of no person
			m.Note, m.Link, m.OwnerID = "", "", ""
		}
		out[i] = Stepped{Milestone: m}
		for _, o := range others {
			if slices.Contains(links, Needs{m.ID, o.ID}) {
				out[i].Needs = append(out[i].Needs, o)
			}
		}
		for _, p := range people {
			if p.ID == m.OwnerID {
				out[i].Owner = p.Name
			}
		}
	}
	return out, nil
}

// Tick tells the owners of milestones that have become overdue, and the lead of
// those that still are after ClimbAfter. It may be called as often as one likes,
// by several servers at once.
func Tick(ctx context.Context, e *workflows.Engine) error {
	tx := e.Read(ctx, workflows.Clock())
	var errs []error
	for _, due := range []struct {
		column, event string
		before        time.Time
	}{{"reminded_at", "remind", workflows.Day(tx.Now)}, {"climbed_at", "climb", workflows.Day(tx.Now.Add(-ClimbAfter))}} {
		var found []Milestone
		err := tx.DB().Where("status IN ? AND due_on < ? AND "+due.column+" IS NULL", []string{NotStarted, UnderWay}, due.before).Limit(100).Find(&found).Error
		if err != nil {
			return fmt.Errorf("look for overdue milestones: %w", err)
		}
		for _, m := range found {
			err := e.Write(ctx, workflows.Clock(), func(tx *workflows.Tx) error { return m.tell(tx, due.column, due.event) })
			if err != nil {
				errs = append(errs, fmt.Errorf("%s of milestone %s: %w", due.event, m.ID, err))
			}
		}
	}
	return errors.Join(errs...)
}

func (s *Milestone) tell(tx *workflows.Tx, column, event string) error {
	res := tx.DB().Model(&Milestone{}).Where("id = ? AND due_on = ? AND "+column+" IS NULL", s.ID, s.DueOn).Update(column, tx.Now)
	if res.Error != nil || res.RowsAffected != 1 {
		return res.Error // another server was quicker
	}
	if err := s.record(tx, event, "", ""); err != nil {
		return err
	}
	return tx.Enqueue(workflows.Announcement{Event: "milestone." + event, ID: s.ID, At: tx.Now})
}

// GetMilestone returns a milestone with its measure, if the actor may read that
// or has the milestone.
func GetMilestone(tx *workflows.Tx, id string) (*Stepped, *Measure, error) {
	s, m, err := StepOf(tx, id)
	if err != nil {
		return nil, nil, err
	}
	if !tx.May("milestone", "read", s.target()) {
		if m, err = get(tx, s.MeasureID); err != nil {
			return nil, nil, err
		}
	}
	all, err := Milestones(tx, m.ID)
	for i := range all {
		if all[i].ID == id {
			return &all[i], m, err
		}
	}
	return nil, nil, err
}

// StepOf returns a milestone with its measure, for notices. It asks no policy.
func StepOf(tx *workflows.Tx, id string) (*Milestone, *Measure, error) {
	var s Milestone
	if err := tx.One(&s, "id = ?", id); err != nil {
		return nil, nil, err
	}
	var m Measure
	return &s, &m, tx.One(&m, "id = ?", s.MeasureID)
}
