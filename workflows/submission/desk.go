package submission

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"gorm.io/gorm"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/stakeholder"
)

// MaxTogether bounds what is done to comments in one go: one transaction, with
// an entry of the record for each.
const MaxTogether = 2_000

// Unassigned as a Filter's Drafter finds comments nobody is to answer.
const Unassigned = "none"

// Skipped is a comment that is left out when many are treated together, and why:
// the key of an error.
type Skipped struct {
	Comment Listed
	Key     string
}

// Batch is what is or would be done to comments together.
type Batch struct {
	Taken   []Listed
	Skipped []Skipped
}

// Plan says for which of the comments the action (propose, agree, assign) would
// be done by the actor, and which would be skipped. Comments that the actor may
// not read are not mentioned.
func Plan(tx *workflows.Tx, consultationID, action string, ids []string) (*Batch, error) {
	c, err := consultation.Get(tx, consultationID)
	if err != nil {
		return nil, err
	}
	if err := tx.Check("comment", action, policies.Target{State: c.StateCode, ConsultationID: c.ID}); err != nil {
		return nil, err
	}
	return plan(tx, c, action, ids)
}

func plan(tx *workflows.Tx, c *consultation.Consultation, action string, ids []string) (*Batch, error) {
	if len(ids) == 0 {
		return nil, workflows.InvalidField("comment_ids", "none_chosen")
	}
	if len(ids) > MaxTogether {
		return nil, workflows.InvalidField("comment_ids", "too_many", "Max", MaxTogether)
	}
	rows, err := chosen(tx, c, ids)
	if err != nil {
		return nil, err
	}
	b := &Batch{}
	for _, m := range rows {
		if key := standsAgainst(tx, action, m); key != "" {
			b.Skipped = append(b.Skipped, Skipped{m, key})
		} else {
			b.Taken = append(b.Taken, m)
		}
	}
	return b, nil
}

// standsAgainst is the key of why the action cannot be done to a comment, "" for
// nothing that concerns this comment alone.
func standsAgainst(tx *workflows.Tx, action string, m Listed) string {
	switch {
	case action == "assign":
		return ""
	case m.DispositionState == DispositionAgreed:
		return "agreed_already"
	case m.Own:
		return "own_comment"
	case action == "agree" && m.DispositionState == DispositionOpen:
		return "nothing_proposed"
	case action == "agree" && m.ProposedBy == tx.Actor.ID:
		return "four_eyes_agree"
	}
	return ""
}

// chosen are the comments with the ids that the actor may read, in the order of
// the list.
func chosen(tx *workflows.Tx, c *consultation.Consultation, ids []string) ([]Listed, error) {
	q, err := visible(tx, c)
	if err != nil {
		return nil, err
	}
	var rows []Listed
	if err := q.Where("comments.id IN ?", ids).Order(byProvision + ", comments.id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read comments: %w", err)
	}
	return mask(tx, c, rows)
}

// ProposeTogether writes one disposition for many comments, in one transaction:
// all that Plan takes, or none. An original is skipped where the others become
// its duplicates.
func ProposeTogether(tx *workflows.Tx, consultationID string, ids []string, in NewDisposition) (*Batch, error) {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == in.DuplicateOf })
	return together(tx, consultationID, "propose", ids, func(_ *consultation.Consultation, m Listed) error {
		_, err := Propose(tx, m.ID, 0, in)
		return err
	})
}

// AgreeTogether is the second person's word on the dispositions of many
// comments.
func AgreeTogether(tx *workflows.Tx, consultationID string, ids []string) (*Batch, error) {
	return together(tx, consultationID, "agree", ids, func(_ *consultation.Consultation, m Listed) error {
		_, err := Agree(tx, m.ID, m.Version)
		return err
	})
}

// together does to all comments that plan takes what do does to one. None is a
// Conflict.
func together(tx *workflows.Tx, consultationID, action string, ids []string, do func(*consultation.Consultation, Listed) error) (*Batch, error) {
	c, err := consultation.Hold(tx, consultationID, false)
	if err != nil {
		return nil, err
	}
	b, err := plan(tx, c, action, ids)
	if err != nil {
		return nil, err
	}
	if len(b.Taken) == 0 {
		return nil, workflows.Refuse(workflows.Conflict, "none_can_be_done")
	}
	for _, m := range b.Taken {
		if err := do(c, m); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// Assign gives comments to the official who is to answer them, or to nobody. The
// drafter is told, once for all of them.
func Assign(tx *workflows.Tx, consultationID string, ids []string, drafterID string) (*Batch, error) {
	c, err := consultation.Get(tx, consultationID)
	if err != nil {
		return nil, err
	}
	if err := tx.Check("comment", "assign", policies.Target{State: c.StateCode, ConsultationID: c.ID}); err != nil {
		return nil, err
	}
	name, err := drafterName(tx, c, drafterID)
	if err != nil {
		return nil, err
	}
	b, err := together(tx, c.ID, "assign", ids, func(c *consultation.Consultation, m Listed) error {
		return assign(tx, c, m, drafterID, name)
	})
	if err != nil || drafterID == "" || drafterID == tx.Actor.PersonID() {
		return b, err
	}
	return b, tx.Enqueue(workflows.Announcement{Event: "comment.assign", ID: b.Taken[0].ID, At: tx.Now})
}

func assign(tx *workflows.Tx, c *consultation.Consultation, m Listed, drafterID, name string) error {
	if m.DrafterID == drafterID {
		return nil
	}
	if err := tx.Update("comments", m.ID, m.Version, map[string]any{"drafter_id": drafterID}); err != nil {
		return err
	}
	e := commentEntry(&m, c, "assign")
	e.Reason = name
	return tx.Record(e)
}

// drafterName checks that the person answers comments in that state.
func drafterName(tx *workflows.Tx, c *consultation.Consultation, id string) (string, error) {
	if id == "" {
		return "", nil
	}
	drafters, err := Drafters(tx, c)
	if err != nil {
		return "", err
	}
	for _, d := range drafters {
		if d.ID == id {
			return d.Name, nil
		}
	}
	return "", workflows.InvalidField("drafter_id", "no_such_drafter")
}

// Drafters are the officials of the state, who can be given comments to answer.
func Drafters(tx *workflows.Tx, c *consultation.Consultation) ([]stakeholder.Person, error) {
	return stakeholder.Holders(tx, c.StateCode, "official")
}

// IDs are the comments that match the filter, for those who run the
// consultation: at most MaxTogether.
func IDs(tx *workflows.Tx, c *consultation.Consultation, f Filter) ([]string, error) {
	q, err := listed(tx, c, f)
	if err != nil {
		return nil, err
	}
	var out []string
	if err := q.Select("comments.id").Order(byProvision + ", comments.id").Limit(MaxTogether + 1).Scan(&out).Error; err != nil {
		return nil, fmt.Errorf("read which comments there are: %w", err)
	}
	return out, nil
}

// Count is how many comments match the filter, of those the actor may read.
func Count(tx *workflows.Tx, c *consultation.Consultation, f Filter) (int, error) {
	q, err := listed(tx, c, f)
	if err != nil {
		return 0, err
	}
	var n int64
	return int(n), q.Count(&n).Error
}

// CountFor is how many comments wait for the drafter to propose a disposition.
func CountFor(tx *workflows.Tx, consultationID, drafterID string) (int, error) {
	var n int64
	err := base(tx, consultationID).Where("comments.drafter_id = ? AND comments.disposition_state = ?", drafterID, DispositionOpen).Count(&n).Error
	return int(n), err
}

// Neighbours are the comments before and after the given one in the list that
// the filter makes, "" where there is none, and its place in it.
func Neighbours(tx *workflows.Tx, c *consultation.Consultation, f Filter, id string) (previous, next string, place, all int, err error) {
	ids, err := IDs(tx, c, f)
	if err != nil {
		return "", "", 0, 0, err
	}
	i := slices.Index(ids, id)
	switch {
	case i < 0:
		return "", "", 0, len(ids), nil
	case i > 0:
		previous = ids[i-1]
	}
	if i+1 < len(ids) {
		next = ids[i+1]
	}
	return previous, next, i + 1, len(ids), nil
}

// Rationales are the last different rationales proposed in the consultation, the
// newest first, to be used again.
func Rationales(tx *workflows.Tx, c *consultation.Consultation, limit int) ([]Comment, error) {
	if !readsAll(tx, c) {
		return nil, workflows.Refuse(workflows.NotFound, "not_found")
	}
	var rows, out []Comment
	err := tx.DB().Where("consultation_id = ? AND rationale <> '' AND outcome <> 'duplicate'", c.ID).Order("proposed_at DESC").Limit(20 * limit).Find(&rows).Error
	for _, m := range rows {
		if len(out) < limit && !slices.ContainsFunc(out, func(o Comment) bool { return o.Rationale == m.Rationale }) {
			out = append(out, m)
		}
	}
	return out, err
}

// countAlike counts, for comments of the list, how many of the consultation say
// the same in the same words.
func countAlike(tx *workflows.Tx, c *consultation.Consultation, rows []Listed) error {
	keys := []string{}
	for _, m := range rows {
		if m.Alike != "" {
			keys = append(keys, m.Alike)
		}
	}
	var counts []struct {
		Alike string
		N     int
	}
	err := base(tx, c.ID).Select("comments.alike, COUNT(*) AS n").Where("comments.alike IN ?", keys).Group("comments.alike").Scan(&counts).Error
	if err != nil {
		return fmt.Errorf("count alike comments: %w", err)
	}
	for i := range rows {
		for _, n := range counts {
			if n.Alike == rows[i].Alike {
				rows[i].SaidBy = n.N
			}
		}
	}
	return nil
}

// alikeKey is the same for texts that differ in case, accents, punctuation and
// space alone. Short ones ("Agreed.") are alike only where they are equal anyway.
func alikeKey(text, proposed string) string {
	plain := func(s string) string {
		return strings.Join(strings.FieldsFunc(workflows.Fold(s), func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r)
		}), " ")
	}
	sum := sha256.Sum256([]byte(plain(text) + "\n" + plain(proposed)))
	return hex.EncodeToString(sum[:16])
}

// byProvision orders comments as the draft goes, those on the whole first.
const byProvision = "COALESCE(provisions.position, 0)"

// inOrder is the column that orders and pages comments as the draft goes.
const inOrder = "(" + byProvision + " + 1000000) || ':' || comments.id"

func (l Listed) inOrder() string { return fmt.Sprintf("%d:%s", l.Place+1_000_000, l.ID) }

// desk cuts a filter down by what only those who run the consultation may ask.
func (f Filter) desk(q *gorm.DB) *gorm.DB {
	switch f.Drafter {
	case "":
	case Unassigned:
		q = q.Where("comments.drafter_id = ''")
	default:
		q = q.Where("comments.drafter_id = ?", f.Drafter)
	}
	if f.OrganisationID != "" {
		q = q.Where("submissions.organisation_id = ?", f.OrganisationID)
	}
	if f.Alike != "" {
		q = q.Where("comments.alike <> '' AND comments.alike = (SELECT same.alike FROM comments same WHERE same.id = ?)", f.Alike)
	}
	return q
}
