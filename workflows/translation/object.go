package translation

import (
	"slices"
	"strings"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/review"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
)

// object is something whose fields can be translated, as the actor may read it.
type object struct {
	kind, id       string
	policy         string // the policy's word for it
	target         policies.Target
	consultationID string
	confidential   bool
	own            bool // the actor's own comment
	sources        []Source
}

func (o *object) source(field string) (Source, error) {
	names := make([]string, len(o.sources))
	for i, s := range o.sources {
		if s.Field == field && s.Text != "" {
			return s, nil
		}
		names[i] = s.Field
	}
	return Source{}, workflows.InvalidField("field", "not_one_of", "Words", strings.Join(names, ", "))
}

// Sources are the texts of an object that the actor may read: of a draft its
// title, of a consultation its title and summary.
func Sources(tx *workflows.Tx, kind, id string) ([]Source, error) {
	o, err := load(tx, kind, id)
	if err != nil {
		return nil, err
	}
	return o.sources, nil
}

// May says whether the actor may translate the object.
func May(tx *workflows.Tx, kind, id string) (bool, error) {
	o, err := load(tx, kind, id)
	if err != nil {
		return false, err
	}
	return tx.May(o.policy, "translate", o.target), nil
}

// All are the texts of an object with what belongs to it, as the actor may read
// them: of a draft its title and its parts, of a consultation its title, summary
// and questions, of a comment its texts and what is answered to it.
func All(tx *workflows.Tx, kind, id string) ([]Source, error) {
	objects, err := whole(tx, kind, id)
	if err != nil {
		return nil, err
	}
	var out []Source
	for _, o := range objects {
		out = append(out, o.sources...)
	}
	return out, nil
}

func whole(tx *workflows.Tx, kind, id string) ([]*object, error) {
	o, err := load(tx, kind, id)
	switch {
	case err != nil:
		return nil, err
	case kind == Draft:
		o, _, err = wholeDraft(tx, id)
	case kind == Consultation:
		err = o.addQuestions(tx)
	case kind == Comment:
		answer, err := load(tx, Disposition, id)
		return []*object{o, answer}, err
	}
	return []*object{o}, err
}

func wholeDraft(tx *workflows.Tx, id string) (*object, []strategy.Provision, error) {
	d, err := strategy.GetDraft(tx, id)
	if err != nil {
		return nil, nil, err
	}
	provisions, err := strategy.Provisions(tx, d.ID)
	o := &object{kind: Draft, id: d.ID, policy: "draft", target: policies.Target{State: d.StateCode}}
	o.sources = append([]Source{OfTitle(d)}, OfProvisions(d, provisions)...)
	return o, provisions, err
}

func (o *object) addQuestions(tx *workflows.Tx) error {
	questions, err := consultation.Questions(tx, o.id)
	for i := range questions {
		o.sources = append(o.sources, ofQuestion(o.sources[0], &questions[i])...)
	}
	return err
}

func load(tx *workflows.Tx, kind, id string) (*object, error) {
	switch kind {
	case Draft:
		return loadDraft(tx, id)
	case Provision:
		return loadProvision(tx, id)
	case Consultation:
		return loadConsultation(tx, id)
	case Question:
		return loadQuestion(tx, id)
	case Comment, Disposition:
		return loadComment(tx, kind, id)
	}
	return nil, workflows.InvalidField("object", "not_one_of", "Words", strings.Join(Objects, ", "))
}

func loadDraft(tx *workflows.Tx, id string) (*object, error) {
	d, err := strategy.GetDraft(tx, id)
	if err != nil {
		return nil, err
	}
	return &object{kind: Draft, id: id, policy: "draft", target: policies.Target{State: d.StateCode}, sources: []Source{OfTitle(d)}}, nil
}

func loadProvision(tx *workflows.Tx, id string) (*object, error) {
	p, d, err := strategy.GetProvision(tx, id)
	if err != nil {
		return nil, err
	}
	o := &object{kind: Provision, id: id, policy: "draft", target: policies.Target{State: d.StateCode}}
	o.sources = OfProvisions(d, []strategy.Provision{*p})
	return o, nil
}

func loadConsultation(tx *workflows.Tx, id string) (*object, error) {
	c, err := consultation.Get(tx, id)
	if err != nil {
		return nil, err
	}
	o := ofConsultation(c)
	o.kind, o.id, o.sources = Consultation, id, OfConsultation(tx, c)
	return o, nil
}

func ofConsultation(c *consultation.Consultation) *object {
	return &object{policy: "consultation", target: policies.Target{State: c.StateCode, ConsultationID: c.ID}, consultationID: c.ID}
}

func loadQuestion(tx *workflows.Tx, id string) (*object, error) {
	var a consultation.Question
	if err := tx.One(&a, "id = ?", id); err != nil {
		return nil, err
	}
	c, err := consultation.Get(tx, a.ConsultationID)
	if err != nil {
		return nil, err
	}
	o := ofConsultation(c)
	o.kind, o.id, o.sources = Question, id, OfQuestions(c, []consultation.Question{a})
	return o, nil
}

func loadComment(tx *workflows.Tx, kind, id string) (*object, error) {
	m, c, err := submission.GetComment(tx, id)
	if err != nil {
		return nil, err
	}
	o := &object{
		kind: kind, id: id, policy: kind, target: m.Target(c), consultationID: c.ID, own: m.Own,
		confidential: m.Confidentiality == submission.Confidential,
	}
	for _, s := range OfComments(tx, c, []submission.Listed{*m}) {
		if s.Object == kind {
			o.sources = append(o.sources, s)
		}
	}
	return o, nil
}

// OfTitle is a draft's title.
func OfTitle(d *strategy.Draft) Source {
	return Source{Object: Draft, ID: d.ID, Key: d.StrategyID, Field: "title", Text: d.Title, Language: d.Language}
}

// OfProvisions are the texts of the parts of a draft; the heading over the whole
// is its title and not among them.
func OfProvisions(d *strategy.Draft, provisions []strategy.Provision) []Source {
	out := make([]Source, 0, len(provisions))
	for i := range provisions {
		p := &provisions[i]
		s := Source{Object: Provision, ID: p.ID, Key: p.Identity, Field: "text", Text: p.Text, Language: d.Language}
		if p.Kind == strategy.KindSection {
			s.Field, s.Text = "heading", p.Heading
		}
		if p.Kind != strategy.KindTitle && s.Text != "" {
			out = append(out, s)
		}
	}
	return out
}

// OfConsultation are the title and the summary of a consultation.
func OfConsultation(tx *workflows.Tx, c *consultation.Consultation) []Source {
	t := policies.Target{State: c.StateCode, ConsultationID: c.ID}
	s := Source{Object: Consultation, ID: c.ID, Key: c.ID, Language: c.Language, Earlier: tx.May("consultation", "translate", t)}
	return heads(s, c.Title, c.Summary)
}

// heads are the title and the summary of what s names.
func heads(s Source, title, summary string) []Source {
	a, b := s, s
	a.Field, a.Text = "title", title
	b.Field, b.Text = "summary", summary
	return []Source{a, b}
}

// OfQuestions are the texts of the questions of a consultation.
func OfQuestions(c *consultation.Consultation, questions []consultation.Question) []Source {
	var out []Source
	for i := range questions {
		out = append(out, ofQuestion(Source{Key: c.ID, Language: c.Language}, &questions[i])...)
	}
	return out
}

func ofQuestion(s Source, a *consultation.Question) []Source {
	var out []Source
	s.Object, s.ID, s.Earlier = Question, a.ID, false
	for _, f := range []struct{ field, text string }{{"text", a.Text}, {"help", a.Help}, {"options", strings.Join(a.Options, "\n")}} {
		if s.Field, s.Text = f.field, f.text; s.Text != "" {
			out = append(out, s)
		}
	}
	return out
}

// OfComments are the texts of comments as the actor may read them, and of what
// is answered to them.
func OfComments(tx *workflows.Tx, c *consultation.Consultation, rows []submission.Listed) []Source {
	var out []Source
	runs := tx.May("submission", "read", policies.Target{State: c.StateCode, ConsultationID: c.ID})
	for i := range rows {
		m := &rows[i]
		s := Source{Object: Comment, ID: m.ID, Key: m.ID, Language: m.Language, Earlier: runs || m.Own}
		for _, f := range []struct{ object, field, text string }{
			{Comment, "text", m.Text}, {Comment, "proposed_change", m.ProposedChange}, {Disposition, "rationale", m.Rationale},
		} {
			if f.text == "" {
				continue
			}
			s.Object, s.Field, s.Text = f.object, f.field, f.text
			if f.object == Disposition {
				s.Language, s.Earlier = c.Language, runs
			}
			out = append(out, s)
		}
	}
	return out
}

// OfResponse are the texts of a response, published or to be: of what is shown
// in it, comments and what is answered to them.
func OfResponse(c *consultation.Consultation, r *review.Response) []Source {
	out := heads(Source{Object: Consultation, ID: c.ID, Key: c.ID, Language: c.Language}, r.Title, r.Summary)
	for i := range r.Comments {
		m := &r.Comments[i]
		for _, s := range []Source{
			{Object: Comment, Field: "text", Text: m.Text, Language: m.Language},
			{Object: Comment, Field: "proposed_change", Text: m.ProposedChange, Language: m.Language},
			{Object: Disposition, Field: "rationale", Text: m.Disposition.Rationale, Language: c.Language},
		} {
			if s.ID, s.Key = m.ID, m.ID; s.Text != "" {
				out = append(out, s)
			}
		}
	}
	return out
}

// Accepts reads the tag of a language in which somebody wishes to read.
func Accepts(field, tag string) (string, error) {
	var p workflows.Problems
	p.Text(field, tag, maxTag, true)
	if len(p) == 0 {
		tag = p.Language(field, tag)
	}
	return tag, p.Err()
}

// optionsOf are the lines of translated options.
func optionsOf(text string) []string { return slices.Collect(strings.SplitSeq(text, "\n")) }
