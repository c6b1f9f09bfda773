package submission

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
)

// FormHead is what a comment form says of itself: for what it was given out. Empty
// fields are not known.
type FormHead struct {
	ConsultationID string
	DraftID        string
	SubmissionID   string // the answer whose comments have keys in it
}

// What a row of a form would do to the answer.
const (
	RowAdded   = "added"
	RowChanged = "changed"
	RowSame    = "same"
	RowKept    = "kept" // not touched in the form, but changed on the page since: the page's stands
	RowGone    = "gone" // not touched in the form, but removed on the page since
	RowWrong   = "wrong"
)

// FormStep is what becomes of one row.
type FormStep struct {
	Line    int
	Fate    string
	Comment NewComment
	Faults  []workflows.FieldError // of a wrong one

	row ImportRow
}

// FormPlan is what taking over a form would do. Comments that are not in the form
// stay as they are.
type FormPlan struct {
	Steps   []FormStep
	Missing int // own comments that the form does not have
	content Content
}

// Count is how many rows have the fate.
func (p *FormPlan) Count(fate string) int {
	n := 0
	for _, s := range p.Steps {
		if s.Fate == fate {
			n++
		}
	}
	return n
}

// Err is what is wrong with the rows, by their lines.
func (p *FormPlan) Err() error {
	var problems workflows.Problems
	for _, s := range p.Steps {
		for _, f := range s.Faults {
			problems = append(problems, workflows.FieldError{Field: fmt.Sprintf("line %d", s.Line), Key: f.Key, Args: f.Args})
		}
	}
	return problems.Err()
}

// OwnForm is the actor's answer to a consultation, as the rows of a form.
type OwnForm struct {
	Consultation *consultation.Consultation
	Submission   *Submission // nil before anything is saved
	Rows         []ImportRow // each with its key
}

// GetOwnForm reads the actor's own answer as the rows of a form, for those who may
// answer the consultation.
func GetOwnForm(tx *workflows.Tx, consultationID string) (*OwnForm, error) {
	c, err := mayAnswer(tx, consultationID)
	if err != nil {
		return nil, err
	}
	f := &OwnForm{Consultation: c}
	s, err := Own(tx, c)
	if workflows.IsKind(err, workflows.NotFound) {
		return f, nil
	}
	if err != nil {
		return nil, err
	}
	f.Submission = s
	in, err := ContentOf(tx, s)
	if err != nil {
		return nil, err
	}
	at, err := placesOf(tx, c.DraftID)
	if err != nil {
		return nil, err
	}
	for _, n := range in.Comments {
		r := ImportRow{Reference: n.Reference, Type: n.Type, Text: n.Text, ProposedChange: n.ProposedChange, Key: n.ID + "." + n.print()}
		if n.ProvisionID != "" {
			r.Reference, r.Part = at.name[n.ProvisionID], n.Reference
		}
		f.Rows = append(f.Rows, r)
	}
	return f, nil
}

func mayAnswer(tx *workflows.Tx, consultationID string) (*consultation.Consultation, error) {
	c, err := consultation.Get(tx, consultationID)
	if err != nil {
		return nil, err
	}
	t, err := c.Target(tx)
	if err != nil {
		return nil, err
	}
	return c, tx.Check("submission", "create", t)
}

// print tells whether a comment says the same as another at the same place.
func (n NewComment) print() string {
	return workflows.SHA256([]byte(strings.Join([]string{n.ProvisionID, cellText(n.Reference), n.Type, cellText(n.Text), cellText(n.ProposedChange)}, "\x00")))[:16]
}

// cellText is a text as every kind of file can hold it: lines end with LF, without
// characters that XML cannot hold and blanks around it.
func cellText(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// PlanForm finds, without storing anything, what taking over the rows of a form
// into the actor's own answer would do.
func PlanForm(tx *workflows.Tx, consultationID string, head FormHead, rows []ImportRow) (*FormPlan, error) {
	c, err := mayAnswer(tx, consultationID)
	if err != nil {
		return nil, err
	}
	s, err := Own(tx, c)
	if workflows.IsKind(err, workflows.NotFound) {
		return planForm(tx, c, nil, begun(tx), head, rows)
	}
	if err != nil {
		return nil, err
	}
	in, err := ContentOf(tx, s)
	if err != nil {
		return nil, err
	}
	return planForm(tx, c, s, in, head, rows)
}

// begun is an answer in which nothing is said yet.
func begun(tx *workflows.Tx) Content {
	return Content{Confidentiality: Public, Language: tx.Actor.Language}
}

// TakeForm takes the rows of a form over into the actor's own answer: all, or, where
// one is wrong, none. It begins an answer where there is none; a submitted one is
// amended. A form that says nothing new changes nothing.
func TakeForm(tx *workflows.Tx, consultationID string, head FormHead, rows []ImportRow) (*Submission, *FormPlan, error) {
	s, c, in, err := ownContent(tx, consultationID)
	if workflows.IsKind(err, workflows.NotFound) {
		return beginWithForm(tx, consultationID, head, rows)
	}
	if err != nil {
		return nil, nil, err
	}
	p, err := planForm(tx, c, s, in, head, rows)
	if err != nil {
		return s, p, err
	}
	if err := p.Err(); err != nil {
		return s, p, err
	}
	if err := checkEdit(tx, s, c); err != nil {
		return s, p, err
	}
	if p.Count(RowAdded)+p.Count(RowChanged) == 0 {
		return s, p, nil
	}
	return s, p, replace(tx, s, c, p.content, false)
}

func beginWithForm(tx *workflows.Tx, consultationID string, head FormHead, rows []ImportRow) (*Submission, *FormPlan, error) {
	c, err := consultation.Get(tx, consultationID)
	if err != nil {
		return nil, nil, err
	}
	p, err := planForm(tx, c, nil, begun(tx), head, rows)
	if err != nil {
		return nil, p, err
	}
	if err := p.Err(); err != nil {
		return nil, p, err
	}
	s, err := Save(tx, consultationID, p.content, false)
	return s, p, err
}

func planForm(tx *workflows.Tx, c *consultation.Consultation, s *Submission, in Content, head FormHead, rows []ImportRow) (*FormPlan, error) {
	switch {
	case head.ConsultationID != "" && head.ConsultationID != c.ID:
		return nil, workflows.InvalidField("file", "form_of_another")
	case head.DraftID != "" && head.DraftID != c.DraftID:
		return nil, workflows.InvalidField("file", "form_of_another_draft")
	case len(rows) == 0:
		return nil, workflows.InvalidField("file", "form_empty")
	case len(rows) > MaxComments:
		return nil, workflows.InvalidField("file", "too_many", "Max", MaxComments)
	}
	at, err := placesOf(tx, c.DraftID)
	if err != nil {
		return nil, err
	}
	p := &FormPlan{content: in}
	for _, r := range rows {
		if s == nil || head.SubmissionID != s.ID {
			r.Key = "" // the keys of another answer
		}
		p.Steps = append(p.Steps, FormStep{Line: r.Line, Comment: r.comment(at), row: r})
	}
	p.match()
	return p, p.check(tx, c)
}

// comment is what the row says.
func (r ImportRow) comment(at places) NewComment {
	n := NewComment{
		Type: r.Type, Text: cellText(r.Text), ProposedChange: cellText(r.ProposedChange), Language: r.Language, Confidentiality: r.Confidentiality,
	}
	if n.Type == "" {
		n.Type = CommentTypes[0]
	}
	n.ProvisionID, n.Reference = at.find(r.Reference, r.Part)
	return n
}

// match finds for each row the comment it is about, if any. What a row says counts
// before its key: rows may have been sorted or copied without their keys.
func (p *FormPlan) match() {
	own, prints := map[string]int{}, map[string][]int{}
	for i, n := range p.content.Comments {
		own[n.ID] = i
		prints[n.print()] = append(prints[n.print()], i)
	}
	taken := make([]bool, len(p.content.Comments))
	claim := func(s *FormStep, i int, fate string) {
		s.Fate, s.Comment.ID, taken[i] = fate, p.content.Comments[i].ID, true
	}
	for _, byKey := range []bool{true, false} {
		for i := range p.Steps {
			s := &p.Steps[i]
			id, _, _ := strings.Cut(s.row.Key, ".")
			for _, at := range prints[s.Comment.print()] {
				if s.Fate == "" && !taken[at] && (!byKey || p.content.Comments[at].ID == id) {
					claim(s, at, RowSame)
				}
			}
		}
	}
	for i := range p.Steps {
		s := &p.Steps[i]
		if s.Fate != "" {
			continue
		}
		id, before, _ := strings.Cut(s.row.Key, ".")
		at, known := own[id]
		untouched := s.Comment.print() == before
		switch {
		case !known && untouched:
			s.Fate = RowGone
		case !known || taken[at]:
			s.Fate = RowAdded
		case untouched:
			claim(s, at, RowKept)
		case p.content.Comments[at].print() == before:
			claim(s, at, RowChanged)
		default:
			claim(s, at, RowWrong)
			s.Faults = append(s.Faults, workflows.FieldError{Key: "row_changed_meanwhile"})
		}
	}
	for _, t := range taken {
		if !t {
			p.Missing++
		}
	}
}

// check puts what rows add and change into the content, and finds what is wrong
// with it.
func (p *FormPlan) check(tx *workflows.Tx, c *consultation.Consultation) error {
	p.content.Comments = slices.Clone(p.content.Comments)
	rows := map[int]*FormStep{}
	for i := range p.Steps {
		s := &p.Steps[i]
		switch s.Fate {
		case RowAdded:
			rows[len(p.content.Comments)] = s
			p.content.Comments = append(p.content.Comments, s.Comment)
		case RowChanged:
			at := slices.IndexFunc(p.content.Comments, func(n NewComment) bool { return n.ID == s.Comment.ID })
			s.Comment = s.Comment.over(p.content.Comments[at])
			rows[at], p.content.Comments[at] = s, s.Comment
		default:
			continue
		}
		if s.Comment.Text == "" {
			s.Faults = append(s.Faults, workflows.FieldError{Key: "comment_needed"})
		}
		if !slices.Contains(CommentTypes, s.Comment.Type) {
			s.Faults = append(s.Faults, workflows.FieldError{Key: "form_type", Args: map[string]any{"Word": s.Comment.Type}})
		}
	}
	checked := p.content
	err := checked.check(tx, c, saved)
	var e *workflows.Error
	if err != nil && !errors.As(err, &e) {
		return err
	}
	if err == nil {
		e = &workflows.Error{}
	}
	for _, f := range e.Fields {
		var i int
		if n, _ := fmt.Sscanf(f.Field, "comments[%d]", &i); n == 1 && rows[i] != nil && !strings.HasSuffix(f.Field, ".type") {
			rows[i].Faults = append(rows[i].Faults, f)
		}
	}
	for i := range p.Steps {
		if len(p.Steps[i].Faults) > 0 {
			p.Steps[i].Fate = RowWrong
		}
	}
	return nil
}

// over is the comment in the place of another: what the form has no column for
// stays.
func (n NewComment) over(old NewComment) NewComment {
	out := old
	out.ProvisionID, out.Reference, out.Type, out.Text, out.ProposedChange = n.ProvisionID, n.Reference, n.Type, n.Text, n.ProposedChange
	if n.Language != "" {
		out.Language = n.Language
	}
	if n.Confidentiality != "" {
		out.Confidentiality = n.Confidentiality
	}
	return out
}
