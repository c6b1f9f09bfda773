package review

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/submission"
)

// Change is what led to a later edition of a published response: something was
// withheld from it, or is shown again. It says no more than the public may know.
type Change struct {
	Edition int       `json:"edition"`
	At      time.Time `json:"at"`
	Action  string    `json:"action"` // "redacted", "restored", "opened" or "taken_back"
	Reason  string    `json:"reason,omitempty"`
	Words   string    `json:"words,omitempty"`
	Numbers []int     `json:"numbers"` // of the comments in the response
}

// edition is a later edition as it is kept.
type edition struct {
	ConsultationID string `gorm:"primaryKey"`
	Edition        int    `gorm:"primaryKey"`
	Content        string
	ContentSHA256  string `gorm:"column:content_sha256"`
	MadeBy         string
	MadeAt         time.Time
}

func (edition) TableName() string { return "response_editions" }

// newest is the newest edition of a published response.
func newest(tx *workflows.Tx, consultationID string) (*Response, error) {
	var later edition
	res := tx.DB().Where("consultation_id = ?", consultationID).Order("edition DESC").Limit(1).Find(&later)
	if res.Error != nil {
		return nil, fmt.Errorf("read the editions: %w", res.Error)
	}
	content, sum := later.Content, later.ContentSHA256
	if res.RowsAffected == 0 {
		var first storedResponse
		if err := tx.One(&first, "consultation_id = ?", consultationID); err != nil {
			return nil, err
		}
		content, sum = first.Content, first.ContentSHA256
	}
	r := Response{Edition: 1}
	if err := json.Unmarshal([]byte(content), &r); err != nil {
		return nil, fmt.Errorf("decode response: %w", err)
	}
	r.SHA256 = sum
	return &r, nil
}

// Reissue makes the next edition of a published response after what is withheld
// of the comments has changed; of any other it does nothing. Only these comments
// differ from the edition before: what changed elsewhere since does not reach
// the response. Earlier editions are kept and not shown.
func Reissue(tx *workflows.Tx, c *consultation.Consultation, commentIDs []string, what Change) error {
	if c.State != consultation.Published {
		return nil
	}
	before, err := newest(tx, c.ID)
	if err != nil {
		return err
	}
	now, err := build(tx, c)
	if err != nil {
		return err
	}
	what.Edition, what.At, what.Numbers = before.Edition+1, tx.Now, now.numbers(commentIDs)
	now.keep(before, what.Numbers)
	now.Edition, now.Changes = what.Edition, append(slices.Clone(before.Changes), what)
	content, err := workflows.JSON(now)
	if err != nil {
		return err
	}
	digest := sha256.Sum256([]byte(content))
	row := &edition{ConsultationID: c.ID, Edition: now.Edition, Content: content, ContentSHA256: hex.EncodeToString(digest[:]), MadeBy: tx.Actor.ID, MadeAt: tx.Now}
	if err := tx.Insert(row); err != nil {
		return fmt.Errorf("store edition %d: %w", now.Edition, err)
	}
	return submission.SetPublication(tx.As(workflows.Clock()), c)
}

// numbers are those that the comments have in the response.
func (r *Response) numbers(commentIDs []string) []int {
	out := []int{}
	for _, m := range r.Comments {
		if slices.Contains(commentIDs, m.ID) {
			out = append(out, m.Number)
		}
	}
	for _, id := range commentIDs {
		if i := slices.IndexFunc(r.Withheld, func(s Stub) bool { return s.ID == stubID(id) }); i >= 0 {
			out = append(out, r.Withheld[i].Number)
		}
	}
	slices.Sort(out)
	return out
}

// keep takes all but the comments with these numbers from the edition before.
func (r *Response) keep(before *Response, changed []int) {
	earlier := map[int]ResponseComment{}
	for _, m := range before.Comments {
		earlier[m.Number] = m
	}
	stubs := map[int]Stub{}
	for _, s := range before.Withheld {
		stubs[s.Number] = s
	}
	for i, m := range r.Comments {
		if old, ok := earlier[m.Number]; ok && !slices.Contains(changed, m.Number) {
			duplicateOf := m.Disposition.DuplicateOf // it may point at what is now withheld
			r.Comments[i] = old
			r.Comments[i].Disposition.DuplicateOf = duplicateOf
		}
	}
	for i, s := range r.Withheld {
		if old, ok := stubs[s.Number]; ok && !slices.Contains(changed, s.Number) {
			r.Withheld[i] = old
		}
	}
}
