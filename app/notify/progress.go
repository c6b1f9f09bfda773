package notify

import (
	"fmt"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
)

// Progress is how far the mails of one kind about a consultation have come. It is
// counted from the messages themselves: they are the work, and who stops the server
// or looks away misses nothing.
type Progress struct {
	Template                               string
	Total, Queued, Sent, Failed, Cancelled int
}

// Done is how many need nothing more.
func (p *Progress) Done() int { return p.Total - p.Queued }

// ProgressOf tells how far each kind of mail about the consultation has come, for
// those who look after its invitations; those with most to do come first.
func ProgressOf(tx *workflows.Tx, c *consultation.Consultation) ([]Progress, error) {
	if err := tx.Check("invitation", "read", c.TargetWith(nil)); err != nil {
		return nil, err
	}
	var out []Progress
	err := tx.DB().Table("messages").Select(`template, COUNT(*) AS total,
			SUM(CASE WHEN state = 'queued' THEN 1 ELSE 0 END) AS queued, SUM(CASE WHEN state = 'sent' THEN 1 ELSE 0 END) AS sent,
			SUM(CASE WHEN state = 'failed' THEN 1 ELSE 0 END) AS failed, SUM(CASE WHEN state = 'cancelled' THEN 1 ELSE 0 END) AS cancelled`).
		Where("consultation_id = ?", c.ID).Group("template").Order("queued DESC, template").Scan(&out).Error
	if err != nil {
		return nil, fmt.Errorf("count mails: %w", err)
	}
	return out, nil
}
