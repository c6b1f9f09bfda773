package moderation

import (
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/submission"
)

// Views of the queue.
const (
	Flagged  = "flagged"  // comments with an open flag
	Hinted   = "hints"    // with something the program points out, that nobody has looked at
	Wishes   = "wishes"   // whose senders want them kept from others, undecided
	Running  = "running"  // of those declined, whose senders may still answer
	Withheld = "withheld" // of which something is withheld, or kept from others
	Overdue  = "overdue"  // of these, where it is time to look again
)

// Views lists them in order.
var Views = []string{Flagged, Hinted, Wishes, Running, Withheld, Overdue}

// Item is a comment in the queue.
type Item struct {
	submission.Listed
	Flags []Flag // open ones
	Hints []Hint
	Wish  submission.Restriction
	Alike int // other comments with the same text of which not all is withheld
}

// Queue is what there is to moderate in a consultation.
type Queue struct {
	Counts   map[string]int // by view
	Items    []Item         // of the view asked for
	Next     string         // cursor of the next page, "" at the end
	Branches []submission.BranchAsked
}

// pageSize is how many items a page of the queue has.
const pageSize = 50

// Read gathers the queue for those who moderate or audit: a page of the view
// after the cursor ("" from the start).
func Read(tx *workflows.Tx, c *consultation.Consultation, view, after string) (*Queue, error) {
	if err := readable(tx, c); err != nil {
		return nil, err
	}
	var p workflows.Problems
	if p.OneOf("view", view, Views...); len(p) > 0 {
		return nil, p.Err()
	}
	all, err := items(tx, c)
	if err != nil {
		return nil, err
	}
	q := &Queue{Counts: map[string]int{}}
	for _, v := range Views {
		q.Counts[v] = 0
	}
	var chosen []Item
	for _, i := range all {
		for _, v := range i.views(tx.Now) {
			q.Counts[v]++
			if v == view && i.ID > after {
				chosen = append(chosen, i)
			}
		}
	}
	if q.Items = chosen; len(chosen) > pageSize {
		q.Items, q.Next = chosen[:pageSize], chosen[pageSize-1].ID
	}
	q.Branches, err = submission.BranchesAsked(tx, c.ID)
	return q, err
}

// readable: whoever moderates, and the auditor, who reads every submission.
func readable(tx *workflows.Tx, c *consultation.Consultation) error {
	if tx.May("submission", "read", policies.Target{State: c.StateCode, ConsultationID: c.ID}) {
		return nil
	}
	return workflows.Refuse(workflows.NotFound, "not_found")
}

func items(tx *workflows.Tx, c *consultation.Consultation) ([]Item, error) {
	comments, err := submission.Standing(tx, c.ID)
	if err != nil {
		return nil, err
	}
	var flags []Flag
	if err := tx.DB().Where("consultation_id = ?", c.ID).Order("id").Find(&flags).Error; err != nil {
		return nil, fmt.Errorf("read flags: %w", err)
	}
	wishes, err := submission.Restrictions(tx, c.ID)
	if err != nil {
		return nil, err
	}
	flagged, alike := map[string][]Flag{}, map[string]int{}
	for _, f := range flags {
		flagged[f.CommentID] = append(flagged[f.CommentID], f)
	}
	for _, m := range comments {
		if submission.Whole(m.Withheld) == nil {
			alike[m.Comment.Alike]++
		}
	}
	out := make([]Item, len(comments))
	for n, m := range comments {
		i := Item{Listed: m, Wish: wishes[m.ID], Alike: alike[m.Comment.Alike]}
		if submission.Whole(m.Withheld) == nil {
			i.Alike--
		}
		if len(flagged[m.ID]) == 0 && len(m.Withheld) == 0 {
			i.Hints = Hints(m.Text + "\n" + m.ProposedChange)
		}
		i.Flags = slices.DeleteFunc(flagged[m.ID], func(f Flag) bool { return f.State != FlagOpen })
		out[n] = i
	}
	return out, nil
}

// views are those the item belongs to.
func (i Item) views(now time.Time) []string {
	var out []string
	add := func(view string, belongs bool) {
		if belongs {
			out = append(out, view)
		}
	}
	restricted := submission.Restricted(i.Confidentiality)
	granted := i.Wish.State == submission.Granted
	overdue := granted && !i.Wish.ReviewDate.After(now)
	for _, r := range i.Withheld {
		overdue = overdue || !r.ReviewDate.After(now)
	}
	add(Flagged, len(i.Flags) > 0)
	add(Hinted, len(i.Hints) > 0 && !restricted)
	add(Wishes, restricted && (i.Wish.State == "" || i.Wish.State == submission.Asked))
	add(Running, i.Wish.State == submission.Declined)
	add(Withheld, len(i.Withheld) > 0 || granted || i.Wish.State == submission.TakenBack)
	add(Overdue, overdue)
	return out
}

// AlikeTo lists the other comments with the same text of which not all is
// withheld, for those who moderate.
func AlikeTo(tx *workflows.Tx, m *submission.Listed, c *consultation.Consultation) ([]submission.Listed, error) {
	if err := mayModerate(tx, c); err != nil {
		return nil, err
	}
	all, err := submission.Standing(tx, c.ID)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(o submission.Listed) bool {
		return o.ID == m.ID || o.Comment.Alike != m.Comment.Alike || submission.Whole(o.Withheld) != nil
	}), nil
}

// Waiting is what of a consultation waits for those who moderate it.
type Waiting struct{ Flags, Wishes int64 }

// WaitingIn counts it, in two queries over all of the consultations, by their
// id. It is for those who moderate them.
func WaitingIn(tx *workflows.Tx, ids []string) (map[string]Waiting, error) {
	out := map[string]Waiting{}
	if len(ids) == 0 {
		return out, nil
	}
	flags, err := counted(tx.DB().Model(&Flag{}).Where("consultation_id IN ? AND state = ?", ids, FlagOpen), "consultation_id")
	if err != nil {
		return nil, fmt.Errorf("count flags: %w", err)
	}
	wishes, err := submission.UndecidedIn(tx, ids)
	if err != nil {
		return nil, fmt.Errorf("count wishes: %w", err)
	}
	for _, id := range ids {
		out[id] = Waiting{flags[id], wishes[id]}
	}
	return out, nil
}

// OverdueOf counts, by consultation, what the actor withholds or keeps from
// others and said they would look at again by now.
func OverdueOf(tx *workflows.Tx) (map[string]int64, error) {
	redactions := tx.DB().Model(&submission.Redaction{}).Where("made_by = ? AND lifted_at IS NULL AND review_date <= ?", tx.Actor.ID, tx.Now)
	out, err := counted(redactions, "consultation_id")
	if err != nil {
		return nil, fmt.Errorf("count redactions to look at: %w", err)
	}
	granted := tx.DB().Model(&submission.Restriction{}).Where("held_by = ? AND state = ? AND review_date <= ?", tx.Actor.ID, submission.Granted, tx.Now)
	restrictions, err := counted(granted, "consultation_id")
	if err != nil {
		return nil, fmt.Errorf("count restrictions to look at: %w", err)
	}
	for id, n := range restrictions {
		out[id] += n
	}
	return out, nil
}

// AskedIn counts, by submission, the comments the desk would publish against
// their sender's wish, and which wait for the sender's word.
func AskedIn(tx *workflows.Tx, submissionIDs []string) (map[string]int64, error) {
	if len(submissionIDs) == 0 {
		return nil, nil
	}
	q := tx.DB().Model(&submission.Restriction{}).Joins("JOIN comments ON comments.id = restrictions.id").
		Where("comments.submission_id IN ? AND restrictions.state = ?", submissionIDs, submission.Declined)
	out, err := counted(q, "comments.submission_id")
	if err != nil {
		return nil, fmt.Errorf("count what senders are asked: %w", err)
	}
	return out, nil
}

func counted(q *gorm.DB, column string) (map[string]int64, error) {
	var rows []struct {
		ID string
		N  int64
	}
	err := q.Select(column + " AS id, COUNT(*) AS n").Group(column).Scan(&rows).Error
	out := make(map[string]int64, len(rows))
	for _, r := range rows {
		out[r.ID] = r.N
	}
	return out, err
}
