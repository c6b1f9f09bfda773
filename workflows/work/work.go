// Package work does what takes longer than a request: tables of comments that are
// read in, files that are made of comments. A work is a row that tells how far it
// has come. Each batch is one transaction, in the name of whoever started it, with
// the rights they have at that moment, and moves the row on together with what it
// did: after a crash the next batch begins where the last one ended, and nothing
// is done twice. It refuses to go on for somebody whose rights have ended.
package work

import (
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"gorm.io/gorm"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/submission"
)

// Kinds of work.
const (
	Import = "import"
	Export = "export"
)

// States of a work.
const (
	Queued    = "queued"
	Running   = "running"
	Finished  = "finished"
	Failed    = "failed"
	Cancelled = "cancelled"
)

// States lists them.
var States = []string{Queued, Running, Finished, Failed, Cancelled}

// Asked is what a work is to do.
type Asked struct {
	ReceivedAt time.Time         `json:"received_at,omitzero"` // Import: when the table reached the office
	Format     string            `json:"format,omitempty"`     // Export: one of Formats
	Filter     submission.Filter `json:"filter,omitzero"`      // Export: which comments
}

// Work is one piece of long work.
type Work struct {
	ID             string
	Kind           string
	State          string
	Version        int64
	StateCode      string
	ConsultationID string
	StartedBy      string // actor
	StarterName    string
	Language       string // of whoever started it: of the words in the file made
	Name           string // of the file read in or made; for whoever started it
	Asked          Asked  `gorm:"serializer:json"`
	AskedSHA256    string `gorm:"column:asked_sha256"`
	Total          int    // rows
	Done           int    // rows, those refused among them
	Refused        int    // rows that could not be taken
	Parked         int    // rows that were taken and wait for their place
	Next           string
	Reason         string // key of the error that ended it
	ReasonArgs     Args   `gorm:"serializer:json"`
	Size           int64  // bytes of the file made
	SHA256         string `gorm:"column:sha256"` // of the file made
	CreatedAt      time.Time
	UpdatedAt      time.Time
	EndedAt        *time.Time
	SeenAt         *time.Time // when whoever started it saw that it had ended
	KeepUntil      *time.Time // when what it read or made is removed
}

// Args are what an error says about a work or a line.
type Args map[string]any

// UnmarshalJSON reads whole numbers as such: texts count by them.
func (a *Args) UnmarshalJSON(raw []byte) error {
	var plain map[string]any
	if err := json.Unmarshal(raw, &plain); err != nil {
		return err
	}
	for k, v := range plain {
		if f, ok := v.(float64); ok && f == float64(int(f)) {
			plain[k] = int(f)
		}
	}
	*a = plain
	return nil
}

// Piece is a part of what a work reads ("in") or makes ("out").
type Piece struct {
	WorkID  string `gorm:"primaryKey"`
	Side    string `gorm:"primaryKey"`
	Number  int    `gorm:"primaryKey"`
	Content []byte
}

// TableName is where GORM keeps pieces.
func (Piece) TableName() string { return "work_pieces" }

// Note is what there is to say about a line of a file that was read in.
type Note struct {
	WorkID string `gorm:"primaryKey"`
	Number int    `gorm:"primaryKey"`
	Line   int
	Taken  bool   // parked; else refused
	Reason string // key of an error
	Args   Args   `gorm:"serializer:json"`
}

// TableName is where GORM keeps notes.
func (Note) TableName() string { return "work_notes" }

// Going says whether there is still something to do.
func (w *Work) Going() bool { return w.EndedAt == nil }

// Own says whether the actor started it: content and file are for them alone.
func (w *Work) Own(tx *workflows.Tx) bool { return w.StartedBy == tx.Actor.ID }

// Kept says whether what it read or made is still there.
func (w *Work) Kept(now time.Time) bool { return w.KeepUntil != nil && now.Before(*w.KeepUntil) }

// HasFile says whether there is a file to fetch.
func (w *Work) HasFile(now time.Time) bool {
	return w.Kind == Export && w.State == Finished && w.Kept(now)
}

func (w *Work) target() policies.Target {
	return policies.Target{State: w.StateCode, ConsultationID: w.ConsultationID, OwnerID: w.StartedBy, Confidentiality: submission.Confidential}
}

// Get returns a work the actor started or may look after. Who only looks after it
// sees how far it has come, not what it is about.
func Get(tx *workflows.Tx, id string) (*Work, error) {
	var w Work
	if err := tx.One(&w, "id = ?", id); err != nil {
		return nil, err
	}
	if err := tx.Check("work", "read", w.target()); err != nil {
		return nil, err
	}
	w.hide(tx)
	return &w, nil
}

func (w *Work) hide(tx *workflows.Tx) {
	if !w.Own(tx) {
		w.Name, w.Asked, w.AskedSHA256, w.SHA256, w.ReasonArgs = "", Asked{}, "", "", nil
	}
}

// List returns the works the actor may know of, the newest first: all, or those
// of one consultation.
func List(tx *workflows.Tx, consultationID string, page workflows.Page) ([]Work, string, error) {
	q, err := visible(tx)
	if err != nil {
		return nil, "", err
	}
	if consultationID != "" {
		var p workflows.Problems
		if p.Search("consultation_id", consultationID); len(p) > 0 {
			return nil, "", p.Err()
		}
		q = q.Where("consultation_id = ?", consultationID)
	}
	page.Newest = true
	rows, next, err := workflows.Rows(q, "id", page, func(w Work) string { return w.ID })
	if err != nil {
		return nil, "", fmt.Errorf("list works: %w", err)
	}
	for i := range rows {
		rows[i].hide(tx)
	}
	return rows, next, nil
}

// visible is the query for the works the actor may know of.
func visible(tx *workflows.Tx) (*gorm.DB, error) {
	if !tx.Actor.IsPerson() {
		return nil, workflows.Refuse(workflows.Unauthenticated, "sign_in")
	}
	states := map[string]bool{}
	for _, h := range tx.Actor.Roles {
		states[h.State] = true
	}
	or := tx.DB().Where("1 = 0")
	for state := range maps.Keys(states) {
		for _, cond := range tx.Policy().Conditions(tx.Actor.Subject, "work", "read", state, "") {
			switch cond {
			case policies.Always:
				or = or.Or("state_code = ?", state)
			case policies.Own:
				or = or.Or("state_code = ? AND started_by = ?", state, tx.Actor.ID)
			}
		}
	}
	return tx.DB().Model(&Work{}).Where(or), nil
}

// Unseen returns the actor's own works that go on, and those that ended within
// the time without their having looked, the newest first.
func Unseen(tx *workflows.Tx, within time.Duration) ([]Work, error) {
	q, err := visible(tx)
	if err != nil {
		return nil, err
	}
	var out []Work
	err = q.Where("started_by = ? AND (ended_at IS NULL OR (seen_at IS NULL AND ended_at > ?))", tx.Actor.ID, tx.Now.Add(-within)).
		Order("id DESC").Limit(workflows.DefaultLimit).Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("read works: %w", err)
	}
	return out, nil
}

// Notes returns what there is to say about the lines of a file, in their order,
// to whoever started to read it in: so many, or with 0 all.
func Notes(tx *workflows.Tx, w *Work, limit int) ([]Note, error) {
	if !w.Own(tx) {
		return nil, workflows.Refuse(workflows.NotFound, "not_found")
	}
	var out []Note
	q := tx.DB().Where("work_id = ?", w.ID).Order("line, number")
	if limit > 0 {
		q = q.Limit(limit)
	}
	if err := q.Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read notes: %w", err)
	}
	return out, nil
}
