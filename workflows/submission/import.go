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

// ImportRow is one comment of a file, with its line for messages.
type ImportRow struct {
	Line            int
	Organisation    string
	Sector          string
	Reference       string // number of the provision as the sender wrote it
	Part            string `json:",omitempty"` // of the provision: a paragraph, figure or table, as the sender wrote it
	Type            string
	Text            string
	ProposedChange  string
	Language        string
	Confidentiality string
	Obligation      string `json:",omitempty"` // its code
	Key             string `json:",omitempty"` // of a row that was given out in a form: the comment, and what it said then
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
	at, err := placesOf(tx, c.DraftID)
	if err != nil {
		return nil, err
	}
	report := &ImportReport{Comments: len(rows), Parked: []string{}}
	var problems workflows.Problems
	for _, g := range letters(rows) {
		in, parked := g.content(at)
		for _, p := range parked {
			report.Parked = append(report.Parked, fmt.Sprintf("%d: %s", p.Line, p.Reference))
		}
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

// ParkedRow is a row that names a provision the draft does not have.
type ParkedRow struct {
	Line      int
	Reference string // as the sender wrote it
}

// letter is the rows of one organisation.
type letter []ImportRow

func letters(rows []ImportRow) []letter {
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

func (l letter) content(at places) (in Content, parked []ParkedRow) {
	in = Content{Confidentiality: Public, Language: l[0].Language}
	for _, r := range l {
		n := NewComment{
			Type: r.Type, Text: r.Text, ProposedChange: r.ProposedChange, Language: r.Language,
			Confidentiality: r.Confidentiality, Obligation: r.Obligation,
		}
		n.ProvisionID, n.Reference = at.find(r.Reference, r.Part)
		if n.ProvisionID == "" && n.Reference != "" {
			parked = append(parked, ParkedRow{r.Line, n.Reference})
		}
		in.Comments = append(in.Comments, n)
	}
	return in, parked
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

// Part is what became of a part of a file.
type Part struct {
	Comments, Submissions int
	Refused               int // rows that could not be taken
	Parked                []ParkedRow
	Faults                []workflows.FieldError // of the rows refused, by "line 60"
}

// ImportPart enters the comments of a part of a file like Import, but leaves out
// the organisations of which a row cannot be stored: their rows are refused, with
// every fault named by its line, and the others go in. All rows of an organisation
// belong into the same part.
func ImportPart(tx *workflows.Tx, consultationID string, rows []ImportRow, receivedAt time.Time) (*Part, error) {
	c, err := consultation.Hold(tx, consultationID, false)
	if err != nil {
		return nil, err
	}
	if err := mayImport(tx, c, receivedAt); err != nil {
		return nil, err
	}
	at, err := placesOf(tx, c.DraftID)
	if err != nil {
		return nil, err
	}
	var part Part
	for _, l := range letters(rows) {
		in, parked := l.content(at)
		err := tx.Try(func(tx *workflows.Tx) error {
			who, err := l.onBehalf(tx, c, receivedAt)
			if err == nil {
				_, err = Enter(tx, c.ID, who, in)
			}
			return err
		})
		var faults workflows.Problems
		if !l.note(&faults, err) {
			return nil, fmt.Errorf("import comments of %q: %w", l[0].Organisation, err)
		}
		if err != nil {
			part.Refused += len(l)
			part.Faults = append(part.Faults, faults...)
			continue
		}
		part.Comments += len(l)
		part.Submissions++
		part.Parked = append(part.Parked, parked...)
	}
	return &part, nil
}

func mayImport(tx *workflows.Tx, c *consultation.Consultation, receivedAt time.Time) error {
	if err := tx.Check("submission", "enter", (&Submission{}).target(c)); err != nil {
		return err
	}
	return checkArrival(tx, c, receivedAt)
}

// CheckImport finds, with a few queries and without storing anything, what would
// stand against the rows of a file: every fault by its line.
func CheckImport(tx *workflows.Tx, consultationID string, rows []ImportRow, receivedAt time.Time) (*consultation.Consultation, error) {
	c, err := consultation.Get(tx, consultationID)
	if err != nil {
		return nil, err
	}
	if err := mayImport(tx, c, receivedAt); err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, workflows.InvalidField("file", "empty_file")
	}
	at, err := placesOf(tx, c.DraftID)
	if err != nil {
		return nil, err
	}
	against, err := askedIn(tx, c)
	if err != nil {
		return nil, err
	}
	known, err := sendersOf(tx, c)
	if err != nil {
		return nil, err
	}
	var problems workflows.Problems
	for _, l := range letters(rows) {
		in, _ := l.content(at)
		l.note(&problems, known.check(l))
		l.note(&problems, in.checkAgainst(against, entered))
	}
	return c, problems.Err()
}

// senders are those who are known by name, and whether their answer stands.
type senders struct {
	organisations map[string]bool // by folded name
	respondents   map[string]bool // by name
}

func sendersOf(tx *workflows.Tx, c *consultation.Consultation) (senders, error) {
	out := senders{map[string]bool{}, map[string]bool{}}
	var rows []struct {
		Name   string
		Stands bool
	}
	const standing = `EXISTS (SELECT 1 FROM submissions WHERE submissions.consultation_id = ? AND submissions.state <> ? AND submissions.%s = %s.id) AS stands`
	err := tx.DB().Table("organisations").Select("name_folded AS name, "+fmt.Sprintf(standing, "organisation_id", "organisations"), c.ID, Withdrawn).
		Where("state_code = ?", c.StateCode).Scan(&rows).Error
	if err != nil {
		return out, fmt.Errorf("read organisations: %w", err)
	}
	for _, r := range rows {
		out.organisations[r.Name] = r.Stands
	}
	rows = nil
	err = tx.DB().Table("respondents").Select("name, "+fmt.Sprintf(standing, "respondent_id", "respondents"), c.ID, Withdrawn).
		Where("consultation_id = ? AND email = ''", c.ID).Scan(&rows).Error
	if err != nil {
		return out, fmt.Errorf("read respondents: %w", err)
	}
	for _, r := range rows {
		out.respondents[r.Name] = out.respondents[r.Name] || r.Stands
	}
	return out, nil
}

// check says what stands against whoever sent the letter.
func (s senders) check(l letter) error {
	stands, known := s.organisations[workflows.FoldName(l[0].Organisation)]
	if !known {
		stands, known = s.respondents[strings.TrimSpace(l[0].Organisation)]
	}
	switch {
	case stands:
		return workflows.Refuse(workflows.Conflict, "submission_exists")
	case known:
		return nil
	}
	return consultation.NewRespondent{Name: l[0].Organisation, Sector: l[0].Sector, Language: l[0].Language}.Check()
}

// Batches cuts rows into batches of about so many, all rows of an organisation in
// the same one.
func Batches(rows []ImportRow, size int) [][]ImportRow {
	var out [][]ImportRow
	var batch []ImportRow
	for _, l := range letters(rows) {
		if batch = append(batch, l...); len(batch) >= size {
			out, batch = append(out, batch), nil
		}
	}
	if len(batch) > 0 {
		out = append(out, batch)
	}
	return out
}
