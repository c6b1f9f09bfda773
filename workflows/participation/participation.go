// Package participation counts who took part in a consultation and what they
// said: reach and balance by sector, region and size, the course of answers over
// the window, what became of comments, and the results of the questionnaire.
// Those who run or decide a consultation see every number; everyone else sees
// numbers under disclosure control, once the window has closed. It changes
// nothing.
package participation

import (
	"fmt"
	"slices"
	"time"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/disclosure"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/submission"
)

// Report is the reach and balance of a consultation: each table has a row for
// every group, those from whom nothing came too.
type Report struct {
	Exact    bool // every number is told; else small ones are not
	Answers  int  // submissions that stand
	Comments int
	Sectors  []Group
	Regions  []Group // in alphabetical order, "" for not given last
	Sizes    []Group
}

// Group is what came from one sector, region or size. What follows Whole is
// told in a Whole report only. Of those invited, each is counted once: as having
// answered, declined, only opened the invitation, or not even that.
type Group struct {
	Name     string
	Invited  disclosure.Cell // organisations that were asked
	Answered disclosure.Cell // submissions, from others too
	Whole
}

// Whole is what only those who see every number are told of a group.
type Whole struct {
	Declined, Opened, Silent int
	Uninvited                int // answers from others
	Comments                 int // of all answers
}

// Unheard says that nobody of the group answered, though some were asked.
func (g Group) Unheard() bool {
	none := disclosure.Cell{}
	return g.Invited != none && g.Answered == none
}

// Read makes the report for the actor. Before the window has closed only those
// who see every number may have it: NotFound to others.
func Read(tx *workflows.Tx, c *consultation.Consultation) (*Report, error) {
	whole, err := may(tx, c, c.Ended())
	if err != nil {
		return nil, err
	}
	all, err := parties(tx, c)
	if err != nil {
		return nil, err
	}
	r := &Report{Exact: whole}
	for _, p := range all {
		r.Comments += p.Comments
		if p.Answered {
			r.Answers++
		}
	}
	t := teller{whole: whole, invitedOnly: c.Kind != "public" && !slices.ContainsFunc(all, func(p party) bool { return !p.Invited })}
	r.Sectors = t.groups(all, stakeholder.Sectors, func(p party) string { return p.Sector })
	r.Regions = t.groups(all, regions(all), func(p party) string { return p.Region })
	r.Sizes = t.groups(all, stakeholder.Sizes, func(p party) string { return p.Size })
	return r, nil
}

// teller decides what is told of the groups.
type teller struct {
	whole       bool // every number
	invitedOnly bool // everyone knows that no group has more answers than invitations
}

// MayRead says whether the actor may have the report.
func MayRead(tx *workflows.Tx, c *consultation.Consultation) bool {
	_, err := may(tx, c, c.Ended())
	return err == nil
}

// may says whether the actor sees every number, or, where controlled is true,
// those under disclosure control.
func may(tx *workflows.Tx, c *consultation.Consultation, controlled bool) (whole bool, err error) {
	t, err := c.Target(tx)
	if err != nil {
		return false, err
	}
	conditions := tx.Policy().Conditions(tx.Actor.Subject, "participation", "read", c.StateCode, c.ID)
	if slices.Contains(conditions, policies.Always) {
		return true, nil
	}
	if !controlled || !tx.May("participation", "read", t) {
		return false, workflows.Refuse(workflows.NotFound, "not_found")
	}
	return false, nil
}

// party is an organisation or person that was asked or answered.
type party struct {
	Sector, Region, Size string
	Invited              bool
	ViewedAt             *time.Time
	DeclinedAt           *time.Time
	Answered             bool
	Comments             int
}

const invitedParties = `SELECT o.sector, o.region, o.size, TRUE AS invited, i.viewed_at, i.declined_at,
	s.id IS NOT NULL AS answered, (SELECT COUNT(*) FROM comments m WHERE m.submission_id = s.id) AS comments
FROM invitations i JOIN organisations o ON o.id = i.organisation_id
LEFT JOIN submissions s ON s.consultation_id = i.consultation_id AND s.organisation_id = i.organisation_id AND s.state IN ?
WHERE i.consultation_id = ?`

const uninvitedParties = `SELECT COALESCE(o.sector, r.sector) AS sector, COALESCE(o.region, '') AS region, COALESCE(o.size, '') AS size,
	FALSE AS invited, TRUE AS answered, (SELECT COUNT(*) FROM comments m WHERE m.submission_id = s.id) AS comments
FROM submissions s LEFT JOIN organisations o ON o.id = s.organisation_id LEFT JOIN respondents r ON r.id = s.respondent_id
WHERE s.consultation_id = ? AND s.state IN ? AND NOT EXISTS (
	SELECT 1 FROM invitations i WHERE i.consultation_id = s.consultation_id AND i.organisation_id = s.organisation_id)`

func parties(tx *workflows.Tx, c *consultation.Consultation) ([]party, error) {
	var invited, others []party
	if err := tx.DB().Raw(invitedParties, submission.InRecord, c.ID).Scan(&invited).Error; err != nil {
		return nil, fmt.Errorf("read who was invited: %w", err)
	}
	if err := tx.DB().Raw(uninvitedParties, c.ID, submission.InRecord).Scan(&others).Error; err != nil {
		return nil, fmt.Errorf("read who answered: %w", err)
	}
	return append(invited, others...), nil
}

func regions(all []party) []string {
	var out []string
	for _, p := range all {
		if p.Region != "" && !slices.Contains(out, p.Region) {
			out = append(out, p.Region)
		}
	}
	slices.Sort(out)
	return out
}

// groups counts the parties by what of gives, in the order of names; those of
// whom it is not known come last, if there are any. There are none where
// nothing can be told without telling of a small group.
func (t teller) groups(all []party, names []string, of func(party) string) []Group {
	if slices.ContainsFunc(all, func(p party) bool { return !slices.Contains(names, of(p)) }) {
		names = append(slices.Clone(names), "")
	}
	out, asked, heard := make([]Group, len(names)), make([]int, len(names)), make([]int, len(names))
	for _, p := range all {
		i := slices.Index(names, of(p))
		if i < 0 {
			i = len(names) - 1
		}
		if p.Invited {
			asked[i]++
		}
		if p.Answered {
			heard[i]++
		}
		if t.whole {
			out[i].count(p)
		}
	}
	answered, invited, ok := t.tell(heard, asked)
	if !ok {
		return nil
	}
	for i, n := range names {
		out[i].Name, out[i].Invited, out[i].Answered = n, invited[i], answered[i]
	}
	return out
}

// tell is what may be told of answers and invitations, group by group.
func (t teller) tell(heard, asked []int) (answered, invited []disclosure.Cell, ok bool) {
	if t.invitedOnly && !t.whole {
		return disclosure.Parts(heard, asked)
	}
	one, ok := shown([][]int{heard}, t.whole, inAll)
	other, told := shown([][]int{asked}, t.whole, inAll)
	if !ok || !told {
		return nil, nil, false
	}
	return one[0], other[0], true
}

func (w *Whole) count(p party) {
	w.Comments += p.Comments
	switch {
	case p.Answered && !p.Invited:
		w.Uninvited++
	case p.Answered:
	case p.DeclinedAt != nil:
		w.Declined++
	case p.ViewedAt != nil:
		w.Opened++
	default:
		w.Silent++
	}
}

// inAll: everyone knows what the counts of a row add up to.
var inAll = disclosure.Totals{Rows: []bool{true}}

// shown is what may be told of the counts: all of them, or what disclosure
// control leaves.
func shown(counts [][]int, whole bool, known disclosure.Totals) ([][]disclosure.Cell, bool) {
	if !whole {
		return disclosure.Table(counts, known)
	}
	out := make([][]disclosure.Cell, len(counts))
	for i, row := range counts {
		out[i] = make([]disclosure.Cell, len(row))
		for j, n := range row {
			out[i][j].Count = n
		}
	}
	return out, true
}
