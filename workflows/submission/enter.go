package submission

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/stakeholder"
)

// OnBehalf says for whom an official enters an answer that came on paper or by
// mail: an organisation of the registry, or someone named. ReceivedAt is when
// it reached the office, and must be in time.
type OnBehalf struct {
	OrganisationID string
	Respondent     consultation.NewRespondent
	ReceivedAt     time.Time

	respondentID string // of one entered before
}

// Enter puts an answer that came another way into the record. It may be typed
// in after the deadline, if it arrived before.
func Enter(tx *workflows.Tx, consultationID string, who OnBehalf, in Content) (*Submission, error) {
	c, err := consultation.Hold(tx, consultationID, true)
	if err != nil {
		return nil, err
	}
	if err := tx.Check("submission", "enter", (&Submission{}).target(c)); err != nil {
		return nil, err
	}
	if err := checkArrival(tx, c, who.ReceivedAt); err != nil {
		return nil, err
	}
	p, err := who.party(tx, c)
	if err != nil {
		return nil, err
	}
	s, err := start(tx, c, p, in, entered)
	if err != nil {
		return nil, err
	}
	return s, move(tx, c, s, "enter", in.empty(), workflows.UTC(who.ReceivedAt))
}

func checkArrival(tx *workflows.Tx, c *consultation.Consultation, at time.Time) error {
	switch {
	case c.State != consultation.Open && c.State != consultation.Closed:
		return workflows.Refuse(workflows.Conflict, "enter_while_answering", "State", c.State)
	case at.IsZero():
		return workflows.InvalidField("received_at", "required")
	case at.After(tx.Now):
		return workflows.InvalidField("received_at", "in_the_future")
	case at.Before(*c.OpenedAt):
		return workflows.InvalidField("received_at", "before_opening", "OpenedAt", *c.OpenedAt)
	}
	return nil
}

func (o OnBehalf) party(tx *workflows.Tx, c *consultation.Consultation) (party, error) {
	if o.respondentID != "" {
		return party{respondentID: o.respondentID}, nil
	}
	if o.OrganisationID == "" {
		r, err := consultation.Represent(tx, c, o.Respondent)
		if err != nil {
			return party{}, err
		}
		return party{respondentID: r.ID}, nil
	}
	var org stakeholder.Organisation
	err := tx.One(&org, "id = ? AND state_code = ?", o.OrganisationID, c.StateCode)
	if workflows.IsKind(err, workflows.NotFound) {
		err = workflows.InvalidField("organisation_id", "unknown_organisation")
	}
	return party{organisationID: org.ID}, err
}

// ImportRow is one comment of a file, with its line for messages.
type ImportRow struct {
	Line            int
	Organisation    string
	Sector          string
	Reference       string // number of the provision as the sender wrote it
	Type            string
	Text            string
	ProposedChange  string
	Language        string
	Confidentiality string
}

// ImportReport is what an import did.
type ImportReport struct {
	Comments    int      `json:"comments"`
	Submissions int      `json:"submissions"`
	Parked      []string `json:"parked"` // "line 60: 4.9"
}

// Import enters the comments of a file, one submission for each organisation
// named in it. A row that names a provision the draft does not have is kept
// and parked. Any row that cannot be stored refuses the whole file, with every
// fault named by its line.
func Import(tx *workflows.Tx, consultationID string, rows []ImportRow, receivedAt time.Time) (*ImportReport, error) {
	// Alone: the same file sent twice at once must not find nobody entered yet.
	c, err := consultation.Hold(tx, consultationID, false)
	if err != nil {
		return nil, err
	}
	if err := tx.Check("submission", "enter", (&Submission{}).target(c)); err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, workflows.InvalidField("file", "empty_file")
	}
	byNumber, err := numbersOf(tx, c.DraftID)
	if err != nil {
		return nil, err
	}
	report := &ImportReport{Comments: len(rows), Parked: []string{}}
	var problems workflows.Problems
	for _, g := range group(rows) {
		in := g.content(byNumber, report)
		who, err := g.onBehalf(tx, c, receivedAt)
		if err != nil {
			return nil, err
		}
		_, err = Enter(tx, c.ID, who, in)
		if !g.note(&problems, err) {
			return nil, fmt.Errorf("import comments of %q: %w", g[0].Organisation, err)
		}
		report.Submissions++
	}
	return report, problems.Err()
}

// letter is the rows of one organisation.
type letter []ImportRow

func group(rows []ImportRow) []letter {
	at := map[string]int{}
	var out []letter
	for _, r := range rows {
		key := workflows.FoldName(r.Organisation)
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key], out = i, append(out, nil)
		}
		out[i] = append(out[i], r)
	}
	return out
}

func (l letter) content(byNumber map[string]string, report *ImportReport) Content {
	in := Content{Confidentiality: Public, Language: l[0].Language}
	for _, r := range l {
		n := NewComment{
			Type: r.Type, Text: r.Text, ProposedChange: r.ProposedChange, Language: r.Language,
			Confidentiality: r.Confidentiality, ProvisionID: byNumber[r.Reference],
		}
		if n.ProvisionID == "" && r.Reference != "" {
			n.Reference = r.Reference
			report.Parked = append(report.Parked, fmt.Sprintf("%d: %s", r.Line, r.Reference))
		}
		in.Comments = append(in.Comments, n)
	}
	return in
}

// onBehalf finds whom the letter is from. Someone not in the registry who was
// entered before under the same name is taken for the same: a file sent twice
// must not double what it says.
func (l letter) onBehalf(tx *workflows.Tx, c *consultation.Consultation, at time.Time) (OnBehalf, error) {
	who := OnBehalf{ReceivedAt: at, Respondent: consultation.NewRespondent{Name: l[0].Organisation, Sector: l[0].Sector, Language: l[0].Language}}
	var o stakeholder.Organisation
	err := tx.One(&o, "state_code = ? AND name_folded = ?", c.StateCode, workflows.FoldName(l[0].Organisation))
	if err == nil {
		who.OrganisationID = o.ID
		return who, nil
	}
	if !workflows.IsKind(err, workflows.NotFound) {
		return who, err
	}
	var r consultation.Respondent
	err = tx.One(&r, "consultation_id = ? AND email = '' AND name = ?", c.ID, strings.TrimSpace(l[0].Organisation))
	if workflows.IsKind(err, workflows.NotFound) {
		err = nil
	}
	who.respondentID = r.ID
	return who, err
}

// note turns what is wrong with the letter into problems of its lines. It says
// whether the import can go on to look for more.
func (l letter) note(p *workflows.Problems, err error) bool {
	if err == nil {
		return true
	}
	var e *workflows.Error
	if !errors.As(err, &e) || (e.Kind != workflows.Invalid && e.Key != "submission_exists") {
		return false
	}
	if len(e.Fields) == 0 {
		p.Add(fmt.Sprintf("line %d", l[0].Line), e.Key)
	}
	for _, f := range e.Fields {
		line := l[0].Line
		var i int
		if n, _ := fmt.Sscanf(f.Field, "comments[%d]", &i); n == 1 && i < len(l) {
			line = l[i].Line
		}
		*p = append(*p, workflows.FieldError{Field: fmt.Sprintf("line %d", line), Key: f.Key, Args: f.Args})
	}
	return true
}

func numbersOf(tx *workflows.Tx, draftID string) (map[string]string, error) {
	var rows []struct{ ID, Number string }
	err := tx.DB().Table("provisions").Select("id, number").Where("draft_id = ? AND number <> ''", draftID).Order("position").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read provisions: %w", err)
	}
	out := make(map[string]string, len(rows))
	for _, r := range rows {
		if _, first := out[r.Number]; !first {
			out[r.Number] = r.ID
		}
	}
	return out, nil
}
