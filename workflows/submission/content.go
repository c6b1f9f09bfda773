package submission

import (
	"fmt"
	"strings"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/coverage"
)

// Limits of one submission.
const (
	MaxComments = 2_000
)

// CommentTypes, as in the ISO commenting form (ge, te, ed).
var CommentTypes = []string{"general", "technical", "editorial"}

// Content is what a contributor sends, as a whole: what is not in it any more
// is no longer part of the submission.
type Content struct {
	Confidentiality string       `json:"confidentiality"`
	Ground          string       `json:"ground,omitempty"` // one of Grounds, where something is kept from others
	GroundWords     string       `json:"ground_words,omitempty"`
	Masked          bool         `json:"masked,omitempty"` // known by number where the name is withheld
	Branch          string       `json:"branch,omitempty"` // beside the number
	Position        string       `json:"position,omitempty"`
	Language        string       `json:"language,omitempty"`
	Comments        []NewComment `json:"comments"`
	Answers         []NewAnswer  `json:"answers"`
}

// NewComment is one comment. ID names a comment of this submission that is
// kept; ProvisionID is empty for a comment on the whole.
type NewComment struct {
	ID              string `json:"id,omitempty"`
	ProvisionID     string `json:"provision_id,omitempty"`
	Reference       string `json:"reference,omitempty"` // as the sender wrote it, where it could not be placed
	Type            string `json:"type"`
	Text            string `json:"text"`
	ProposedChange  string `json:"proposed_change,omitempty"`
	Language        string `json:"language,omitempty"`
	Confidentiality string `json:"confidentiality,omitempty"` // empty: the submission's
	Ground          string `json:"ground,omitempty"`          // likewise
	GroundWords     string `json:"ground_words,omitempty"`
	Obligation      string `json:"obligation,omitempty"` // code of the one it is about, beside the provision
}

// NewAnswer is the answer to one question.
type NewAnswer struct {
	QuestionID string `json:"question_id"`
	Value      string `json:"value"`
}

// stage says how much of a content must be there.
type stage int

const (
	saved    stage = iota // anything, to go on with later
	entered               // its comments: a letter need not answer every question
	complete              // comments and required answers
)

// asked is what a content is checked against.
type asked struct {
	provisions map[string]bool // ids of the draft's
	questions  []consultation.Question
	binds      func(code string) (bool, error) // whether an obligation can bind the state
}

func askedIn(tx *workflows.Tx, c *consultation.Consultation) (asked, error) {
	provisions, err := provisionsOf(tx, c.DraftID)
	if err != nil {
		return asked{}, err
	}
	questions, err := consultation.Questions(tx, c.ID)
	if err != nil {
		return asked{}, fmt.Errorf("read questions: %w", err)
	}
	return asked{provisions, questions, coverage.Binds(tx, c.StateCode)}, nil
}

// check finds everything that is wrong with the content at its stage.
func (in *Content) check(tx *workflows.Tx, c *consultation.Consultation, at stage) error {
	a, err := askedIn(tx, c)
	if err != nil {
		return err
	}
	return in.checkAgainst(a, at)
}

func (in *Content) checkAgainst(a asked, at stage) error {
	var p workflows.Problems
	if in.Confidentiality == "" {
		in.Confidentiality = Public
	}
	p.OneOf("confidentiality", in.Confidentiality, Confidentialities...)
	if in.Position != "" {
		p.OneOf("position", in.Position, Positions[1:]...)
	}
	in.Language = p.Language("language", in.Language)
	checkGround(&p, func(name string) string { return name }, in.Ground, in.GroundWords, false)
	in.checkMask(&p)
	in.checkComments(&p, a.provisions, at)
	if err := in.checkObligations(&p, a.binds); err != nil {
		return err
	}
	in.checkAnswers(&p, a.questions, at == complete)
	return p.Err()
}

// checkObligations refuses codes that the register does not have for the state.
func (in *Content) checkObligations(p *workflows.Problems, binds func(string) (bool, error)) error {
	for i, m := range in.Comments {
		if m.Obligation == "" {
			continue
		}
		ok, err := binds(m.Obligation)
		if err != nil {
			return err
		}
		if !ok {
			p.Add(fmt.Sprintf("comments[%d].obligation", i), "unknown_obligation", "Code", m.Obligation)
		}
	}
	return nil
}

func (in *Content) checkComments(p *workflows.Problems, known map[string]bool, at stage) {
	if len(in.Comments) > MaxComments {
		p.Add("comments", "too_many", "Max", MaxComments)
		return
	}
	for i := range in.Comments {
		m := &in.Comments[i]
		field := func(s string) string { return fmt.Sprintf("comments[%d].%s", i, s) }
		m.ProposedChange, m.Obligation = orNothing(m.ProposedChange), strings.TrimSpace(m.Obligation)
		if m.ProvisionID != "" && !known[m.ProvisionID] {
			p.Add(field("provision_id"), "provision_of_another_draft")
		}
		p.OneOf(field("type"), m.Type, CommentTypes...)
		p.Text(field("text"), m.Text, workflows.MaxParagraph, at >= entered)
		p.Text(field("proposed_change"), m.ProposedChange, workflows.MaxParagraph, false)
		p.Text(field("reference"), m.Reference, workflows.MaxName, false)
		if m.Confidentiality == "" {
			m.Confidentiality = in.Confidentiality
		}
		p.OneOf(field("confidentiality"), m.Confidentiality, Confidentialities...)
		m.ground(in)
		checkGround(p, field, m.Ground, m.GroundWords, at == complete && Restricted(m.Confidentiality))
		if m.Language == "" {
			m.Language = in.Language
		}
		m.Language = p.Language(field("language"), m.Language)
	}
}

// orNothing is the text, "" where it is made of spaces alone: that is neither an
// answer nor a proposal.
func orNothing(text string) string {
	if strings.TrimSpace(text) == "" {
		return ""
	}
	return text
}

// ground takes the submission's where the comment gives none; what is published
// needs none.
func (m *NewComment) ground(in *Content) {
	switch {
	case !Restricted(m.Confidentiality):
		m.Ground, m.GroundWords = "", ""
	case m.Ground == "":
		m.Ground, m.GroundWords = in.Ground, in.GroundWords
	}
}

func (in *Content) checkAnswers(p *workflows.Problems, questions []consultation.Question, whole bool) {
	given := map[string]int{}
	for i, a := range in.Answers {
		in.Answers[i].Value = orNothing(a.Value)
		if _, twice := given[a.QuestionID]; twice {
			p.Add(fmt.Sprintf("answers[%d].question_id", i), "answered_twice")
		}
		given[a.QuestionID] = i
	}
	for _, q := range questions {
		i, ok := given[q.ID]
		if !ok {
			if q.Required && whole {
				p.Add("answers."+q.ID, "answer_required")
			}
			continue
		}
		q.CheckAnswer(p, fmt.Sprintf("answers[%d].value", i), in.Answers[i].Value, whole)
		delete(given, q.ID)
	}
	for _, i := range given {
		p.Add(fmt.Sprintf("answers[%d].question_id", i), "unknown_question")
	}
}

func (in *Content) empty() bool {
	if len(in.Comments) > 0 || in.Position != "" {
		return false
	}
	for _, a := range in.Answers {
		if a.Value != "" {
			return false
		}
	}
	return true
}

func provisionsOf(tx *workflows.Tx, draftID string) (map[string]bool, error) {
	var ids []string
	if err := tx.DB().Table("provisions").Where("draft_id = ?", draftID).Pluck("id", &ids).Error; err != nil {
		return nil, fmt.Errorf("read provisions: %w", err)
	}
	out := make(map[string]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out, nil
}
