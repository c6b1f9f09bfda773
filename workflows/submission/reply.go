package submission

import (
	"fmt"
	"slices"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
)

// Reply is one turn of the talk about a comment between officials and its
// sender. It explains; it never changes the comment.
type Reply struct {
	ID         string
	CommentID  string
	Author     string
	AuthorName string
	Official   bool
	Text       string
	CreatedAt  time.Time
}

// AddReply adds to the talk about a comment and tells the other side.
func AddReply(tx *workflows.Tx, commentID, text string) (*Reply, error) {
	m, c, err := holdComment(tx, commentID, true)
	if err != nil {
		return nil, err
	}
	if err := tx.Check("comment", "reply", m.Target(c)); err != nil {
		return nil, err
	}
	if !slices.Contains([]string{consultation.Open, consultation.Closed}, c.State) {
		return nil, workflows.Refuse(workflows.Conflict, "talk_is_over")
	}
	var p workflows.Problems
	p.Text("text", text, workflows.MaxParagraph, true)
	if err := p.Err(); err != nil {
		return nil, err
	}
	r := &Reply{
		ID: workflows.NewID(), CommentID: m.ID, Author: tx.Actor.ID, AuthorName: tx.Actor.Name,
		Official: !m.Own, Text: text, CreatedAt: tx.Now,
	}
	if err := tx.Insert(r); err != nil {
		return nil, fmt.Errorf("store reply: %w", err)
	}
	if err := tx.Record(commentEntry(m, c, "reply")); err != nil {
		return nil, err
	}
	return r, tx.Enqueue(workflows.Announcement{Event: "comment.reply", ID: r.ID, At: tx.Now})
}

// Replies lists the talk about a comment, oldest first: for its sender and for
// those who may answer it.
func Replies(tx *workflows.Tx, m *Listed, c *consultation.Consultation) ([]Reply, error) {
	if !m.Own && !tx.May("submission", "read", m.Target(c)) {
		return nil, nil
	}
	var out []Reply
	return out, tx.DB().Where("comment_id = ?", m.ID).Order("id").Find(&out).Error
}
