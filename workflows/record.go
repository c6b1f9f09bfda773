package workflows

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"jahorina/policies"
)

// Entry is one line of the audit trail. Entries are only ever added.
type Entry struct {
	Seq            int64     `gorm:"primaryKey;autoIncrement"`
	At             time.Time // UTC
	State          string    `gorm:"column:state_code"`
	ConsultationID string
	Actor          string
	ActorName      string
	Action         string
	Object         string
	ObjectID       string
	From           string `gorm:"column:from_state"`
	To             string `gorm:"column:to_state"`
	Reason         string
	SHA256         string `gorm:"column:content_sha256"`
	// Confidential entries speak of something its sender keeps from others.
	Confidential bool
}

// TableName is where GORM keeps entries.
func (Entry) TableName() string { return "audit_entries" }

// Record appends an entry in the actor's name at the transaction's instant.
func (tx *Tx) Record(e Entry) error {
	e.At, e.Actor, e.ActorName = tx.Now, tx.Actor.ID, tx.Actor.Name
	if strings.HasPrefix(e.Actor, "respondent:") {
		// The record is for ever; a private person's name can be erased.
		e.ActorName = ""
	}
	if err := tx.Insert(&e); err != nil {
		return fmt.Errorf("append to the record: %w", err)
	}
	return nil
}

// Trail returns the entries of one consultation the actor may read, oldest
// first, and the cursor of the next page ("" at the end). object keeps those
// about one kind of object; "" keeps all.
func Trail(tx *Tx, state, consultationID, object string, page Page) ([]Entry, string, error) {
	conds := tx.Policy().Conditions(tx.Actor.Subject, "record", "read", state, consultationID)
	if len(conds) == 0 {
		return nil, "", Refuse(NotFound, "not_found")
	}
	limit, err := page.limit()
	if err != nil {
		return nil, "", err
	}
	after, err := page.afterSeq()
	if err != nil {
		return nil, "", err
	}
	q := tx.DB().Where("consultation_id = ? AND seq > ?", consultationID, after)
	if !slices.Contains(conds, policies.Always) {
		q = q.Where("confidential = ?", false)
	}
	if !tx.May("invitation", "read", policies.Target{State: state, ConsultationID: consultationID}) {
		q = q.Where("object <> ?", "invitation") // whom else was asked
	}
	if object != "" {
		q = q.Where("object = ?", object)
	}
	var out []Entry
	if err := q.Order("seq").Limit(limit + 1).Find(&out).Error; err != nil {
		return nil, "", fmt.Errorf("read the record: %w", err)
	}
	if !slices.Contains(conds, policies.Always) {
		withholdSenders(out)
	}
	if len(out) <= limit {
		return out, "", nil
	}
	return out[:limit], fmt.Sprint(out[limit-1].Seq), nil
}

// withholdSenders leaves out who acted on submissions and comments: a sender may
// have asked that their name be withheld.
func withholdSenders(entries []Entry) {
	for i := range entries {
		if e := &entries[i]; slices.Contains([]string{"submission", "comment", "respondent", "restriction", "flag"}, e.Object) {
			e.Actor, e.ActorName, e.Reason = "", "", ""
		}
	}
}
