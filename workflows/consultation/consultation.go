// Package consultation runs one round on one draft, from its launch to its
// end: the window, the questions, who is invited, extensions, reminders. What
// is answered belongs to package submission, what is decided to package
// review.
package consultation

import (
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/strategy"
)

// Kinds of consultation: between agencies, with invited bodies, with everyone,
// with neighbouring states.
var Kinds = []string{"interagency", "targeted", "public", "regional"}

// Consultation is one round on one draft.
type Consultation struct {
	ID              string
	StateCode       string
	DraftID         string
	RevisedDraftID  *string // what the review decides on, once submitted for it
	Title           string
	Summary         string
	Language        string // BCP 47: of title, summary and questions; "und" where nobody said
	Kind            string
	Sectors         []string `gorm:"serializer:json"`
	OpensAt         time.Time
	ClosesAt        time.Time
	Quorum          int // approvals the review needs, at least 1
	State           string
	Version         int64
	SubmittedBy     string // who last submitted it for clearance
	WithdrawnReason string
	ClosedReason    string // why it was closed before its hour
	OpenedAt        *time.Time
	ClosedAt        *time.Time
	PublishedAt     *time.Time
	ResponseDueAt   *time.Time // when the response is promised for
	CreatedBy       string
	CreatedAt       time.Time
	UpdatedAt       time.Time
}

// New is what Create and Edit need.
type New struct {
	DraftID   string
	Title     string
	Summary   string
	Language  string // "": that of the draft
	Kind      string
	OpensAt   time.Time
	ClosesAt  time.Time
	Sectors   []string
	Quorum    int // 0: 1
	Questions []NewQuestion

	// ResponseDueAt is when the response is promised for; zero: ResponseWeeks
	// after the deadline.
	ResponseDueAt time.Time
}

// ResponseWeeks after the deadline the response is due unless something else is
// said: the twelve weeks of the UK's Consultation Principles (2018).
const ResponseWeeks = 12

// MaxQuorum bounds the approvals that can be asked for.
const MaxQuorum = 50

// Create launches a consultation on a draft, in state draft.
func Create(tx *workflows.Tx, in New) (*Consultation, error) {
	draft, err := strategy.GetDraft(tx, in.DraftID)
	if workflows.IsKind(err, workflows.NotFound) {
		return nil, workflows.InvalidField("draft_id", "unknown_draft")
	} else if err != nil {
		return nil, err
	}
	if err := tx.Check("consultation", "create", policies.Target{State: draft.StateCode}); err != nil {
		return nil, err
	}
	if err := in.check(tx.Now, draft.Language); err != nil {
		return nil, err
	}
	c := &Consultation{
		ID: workflows.NewID(), StateCode: draft.StateCode, State: Draft, Version: 1,
		CreatedBy: tx.Actor.ID, CreatedAt: tx.Now, UpdatedAt: tx.Now,
	}
	in.fill(c)
	if err := tx.Insert(c); err != nil {
		return nil, fmt.Errorf("store consultation: %w", err)
	}
	if err := storeQuestions(tx, c.ID, in.Questions); err != nil {
		return nil, err
	}
	return c, tx.Record(c.entry("create"))
}

// Edit changes a consultation that is still a draft. version is the one the
// editor saw.
func Edit(tx *workflows.Tx, id string, version int64, in New) (*Consultation, error) {
	c, err := Get(tx, id)
	if err != nil {
		return nil, err
	}
	if err := tx.Check("consultation", "edit", c.target()); err != nil {
		return nil, err
	}
	if c.State != Draft {
		return nil, workflows.Refuse(workflows.Conflict, "edit_only_draft", "State", c.State)
	}
	draft, err := strategy.GetDraft(tx, in.DraftID)
	if err != nil || draft.StateCode != c.StateCode {
		return nil, workflows.InvalidField("draft_id", "unknown_draft")
	}
	if err := in.check(tx.Now, draft.Language); err != nil {
		return nil, err
	}
	in.fill(c)
	sectors, err := workflows.JSON(c.Sectors)
	if err != nil {
		return nil, err
	}
	set := map[string]any{
		"draft_id": c.DraftID, "title": c.Title, "summary": c.Summary, "language": c.Language, "kind": c.Kind, "sectors": sectors,
		"opens_at": c.OpensAt, "closes_at": c.ClosesAt, "quorum": c.Quorum, "response_due_at": c.ResponseDueAt,
	}
	if err := tx.Update("consultations", id, version, set); err != nil {
		return nil, err
	}
	c.Version = version + 1
	if err := replaceQuestions(tx, id, in.Questions); err != nil {
		return nil, err
	}
	return c, tx.Record(c.entry("edit"))
}

func (in *New) check(now time.Time, draftLanguage string) error {
	var p workflows.Problems
	if in.Language == "" {
		in.Language = draftLanguage
	}
	p.Text("language", in.Language, 35, true) // RFC 5646, 4.4.1
	if len(p) == 0 {
		in.Language = p.Language("language", in.Language)
	}
	p.Text("title", in.Title, workflows.MaxName, true)
	p.Text("summary", in.Summary, workflows.MaxParagraph, true)
	p.OneOf("kind", in.Kind, Kinds...)
	for i, s := range in.Sectors {
		p.OneOf(fmt.Sprintf("sectors[%d]", i), s, stakeholder.Sectors...)
	}
	if in.Quorum < 0 || in.Quorum > MaxQuorum {
		p.Add("quorum", "quorum_range", "Max", MaxQuorum)
	}
	p.Instant("opens_at", in.OpensAt)
	p.Instant("closes_at", in.ClosesAt)
	switch {
	case in.OpensAt.IsZero() || in.ClosesAt.IsZero(): // said already
	case !in.ClosesAt.After(in.OpensAt):
		p.Add("closes_at", "closes_before_it_opens")
	case !in.ClosesAt.After(now):
		p.Add("closes_at", "in_the_past")
	}
	if !in.ResponseDueAt.IsZero() {
		p.Instant("response_due_at", in.ResponseDueAt)
		if !in.ResponseDueAt.After(in.ClosesAt) {
			p.Add("response_due_at", "due_before_close")
		}
	}
	checkQuestions(&p, in.Questions)
	return p.Err()
}

func (in *New) fill(c *Consultation) {
	c.DraftID, c.Title, c.Summary, c.Kind = in.DraftID, in.Title, in.Summary, in.Kind
	c.Language = in.Language
	c.OpensAt, c.ClosesAt = workflows.UTC(in.OpensAt), workflows.UTC(in.ClosesAt)
	c.Sectors = append([]string{}, in.Sectors...)
	c.Quorum = max(in.Quorum, 1)
	due := workflows.UTC(in.ResponseDueAt)
	if in.ResponseDueAt.IsZero() {
		due = c.ClosesAt.AddDate(0, 0, 7*ResponseWeeks)
	}
	c.ResponseDueAt = &due
}

// Get returns a consultation the actor may know of.
func Get(tx *workflows.Tx, id string) (*Consultation, error) {
	var c Consultation
	if err := tx.One(&c, "id = ?", id); err != nil {
		return nil, err
	}
	return &c, c.checkRead(tx)
}

// Hold is Get, keeping the consultation's state from changing until the end of
// the transaction: exclusively, or shared with others that only rely on it.
func Hold(tx *workflows.Tx, id string, shared bool) (*Consultation, error) {
	var c Consultation
	if err := tx.Lock(&c, shared, "id = ?", id); err != nil {
		return nil, err
	}
	return &c, c.checkRead(tx)
}

func (c *Consultation) checkRead(tx *workflows.Tx) error {
	if tx.Actor.ID == workflows.Clock().ID {
		return nil
	}
	t, err := c.Target(tx)
	if err != nil {
		return err
	}
	return tx.Check("consultation", "read", t)
}

// Started says whether it has opened, whatever came after.
func (c *Consultation) Started() bool { return c.OpenedAt != nil }

// Ended says whether it takes no more answers.
func (c *Consultation) Ended() bool { return c.Started() && c.State != Open }

// Accepts says whether a submission is in time at the instant.
func (c *Consultation) Accepts(at time.Time) bool { return c.State == Open && at.Before(c.ClosesAt) }

// CheckInTime refuses what comes before the consultation opened or after its
// deadline, and says which.
func (c *Consultation) CheckInTime(at time.Time) error {
	switch {
	case c.Accepts(at):
		return nil
	case c.Started():
		return workflows.Refuse(workflows.Conflict, "deadline_passed", "ClosesAt", c.ClosesAt)
	default:
		return workflows.Refuse(workflows.Conflict, "not_open_yet", "OpensAt", c.OpensAt)
	}
}

// target is what the policy needs to know when invitations don't matter.
func (c *Consultation) target() policies.Target {
	t := policies.Target{State: c.StateCode, ConsultationID: c.ID, Public: c.public()}
	if c.State == Draft || c.State == InClearance || c.State == Withdrawn && !c.Started() {
		t.Confidentiality = "confidential"
	}
	return t
}

// Target is what the policy needs to know, the actor's own invitations
// included; they count from the opening on.
func (c *Consultation) Target(tx *workflows.Tx) (policies.Target, error) {
	t := c.target()
	orgs := organisationsOf(tx.Actor, c.StateCode)
	if !c.Started() || len(orgs) == 0 {
		return t, nil
	}
	err := tx.DB().Model(&Invitation{}).Where("consultation_id = ? AND organisation_id IN ?", c.ID, orgs).Pluck("organisation_id", &t.Invited).Error
	return t, err
}

// public: everyone may know of it.
func (c *Consultation) public() bool {
	return c.Started() && (c.Kind == "public" || c.State == Published)
}

func organisationsOf(a workflows.Actor, state string) []string {
	var out []string
	for _, h := range a.Roles {
		if h.State == state && h.OrganisationID != "" && !slices.Contains(out, h.OrganisationID) {
			out = append(out, h.OrganisationID)
		}
	}
	return out
}

func (c *Consultation) entry(action string) workflows.Entry {
	return workflows.Entry{State: c.StateCode, ConsultationID: c.ID, Action: action, Object: "consultation", ObjectID: c.ID, To: c.State}
}

// Filter cuts down a list of consultations.
type Filter struct {
	States []string // workflow states; none: all
	Kind   string
	Code   string // of the country
	// DraftID finds the rounds on a draft, and those that led to it.
	DraftID string
}

// List returns the consultations the actor may know of, newest first.
func List(tx *workflows.Tx, f Filter, page workflows.Page) ([]Consultation, string, error) {
	var p workflows.Problems
	p.Search("state", f.States...)
	p.Search("kind", f.Kind)
	p.Search("code", f.Code)
	p.Search("draft", f.DraftID)
	if err := p.Err(); err != nil {
		return nil, "", err
	}
	q := tx.DB().Where(visible(tx))
	if len(f.States) > 0 {
		q = q.Where("state IN ?", f.States)
	}
	if f.Kind != "" {
		q = q.Where("kind = ?", f.Kind)
	}
	if f.Code != "" {
		q = q.Where("state_code = ?", f.Code)
	}
	if f.DraftID != "" {
		q = q.Where("draft_id = ? OR revised_draft_id = ?", f.DraftID, f.DraftID)
	}
	page.Newest = true
	return workflows.Rows(q, "id", page, func(c Consultation) string { return c.ID })
}

// visible is the condition under which checkRead would let a row through.
func visible(tx *workflows.Tx) *gorm.DB {
	or := tx.DB().Where("opened_at IS NOT NULL AND (kind = ? OR state = ?)", "public", Published)
	done := map[string]bool{}
	for _, h := range tx.Actor.Roles {
		if h.ConsultationID != "" && slices.Contains(tx.Policy().Conditions(tx.Actor.Subject, "consultation", "read", h.State, h.ConsultationID), policies.Always) {
			or = or.Or("id = ?", h.ConsultationID) // asked for advice on it
		}
		if done[h.State] || h.ConsultationID != "" {
			continue
		}
		done[h.State] = true
		for _, cond := range tx.Policy().Conditions(tx.Actor.Subject, "consultation", "read", h.State, "") {
			switch cond {
			case policies.Always:
				or = or.Or("state_code = ?", h.State)
			case policies.NotConfidential:
				or = or.Or("state_code = ? AND state NOT IN ? AND (state <> ? OR opened_at IS NOT NULL)", h.State, []string{Draft, InClearance}, Withdrawn)
			case policies.Invited:
				invited := tx.DB().Model(&Invitation{}).Select("consultation_id").Where("organisation_id IN ?", organisationsOf(tx.Actor, h.State))
				or = or.Or("state_code = ? AND opened_at IS NOT NULL AND id IN (?)", h.State, invited)
			}
		}
	}
	return or
}
