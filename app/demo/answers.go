package demo

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"jahorina/app/documents/samples"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/submission"
)

var (
	commentTypes      = map[string]string{"ge": "general", "te": "technical", "ed": "editorial"}
	confidentialities = map[string]string{"public": submission.Public, "restricted": submission.Confidential, "confidential": submission.Confidential}
)

// answer lets organisations of the sectors answer with their sample comments,
// each in its own name, until so many comments are in.
func (w *world) answer(c *consultation.Consultation, sectors []string, comments int) error {
	all, err := samples.Comments()
	if err != nil {
		return err
	}
	var names []string
	by := map[string][]samples.Comment{}
	for _, m := range all {
		if comments == 0 || !slices.Contains(sectors, sector(m.Sector)) || c.Kind != "public" && w.organisation(m.Organisation).ID == "" {
			continue
		}
		comments--
		if _, known := by[m.Organisation]; !known {
			names = append(names, m.Organisation)
		}
		by[m.Organisation] = append(by[m.Organisation], m)
	}
	for _, name := range names {
		w.later(90 * time.Minute)
		if err := w.submit(c, name, by[name]); err != nil {
			return fmt.Errorf("%s answers %q: %w", name, c.Title, err)
		}
	}
	return nil
}

func (w *world) submit(c *consultation.Consultation, name string, comments []samples.Comment) error {
	return w.do("", func(tx *workflows.Tx) error {
		content, err := w.content(tx, c, comments)
		if err != nil {
			return err
		}
		o := w.organisation(name)
		if o.ID == "" { // a citizen: the office typed the letter in
			who := submission.OnBehalf{ReceivedAt: tx.Now, Respondent: consultation.NewRespondent{Name: "M. K.", Sector: "civil_society", Language: "en"}}
			_, err := submission.Enter(tx.As(w.people["Amina"]), c.ID, who, content)
			return err
		}
		by, err := w.invited(tx, c, o.ID)
		if err != nil {
			return err
		}
		_, err = submission.Save(tx.As(by), c.ID, content, true)
		return err
	})
}

// invited is the organisation as it comes by its invitation's link.
func (w *world) invited(tx *workflows.Tx, c *consultation.Consultation, organisationID string) (workflows.Actor, error) {
	var i consultation.Invitation
	if err := tx.One(&i, "consultation_id = ? AND organisation_id = ?", c.ID, organisationID); err != nil {
		return workflows.Actor{}, fmt.Errorf("find the invitation: %w", err)
	}
	if err := consultation.Viewed(tx, i.ID); err != nil {
		return workflows.Actor{}, err
	}
	by, _, err := consultation.InvitationActor(tx, i.ID)
	return by, err
}

func (w *world) content(tx *workflows.Tx, c *consultation.Consultation, comments []samples.Comment) (submission.Content, error) {
	content := submission.Content{Confidentiality: submission.Public, Language: comments[0].Language, Comments: []submission.NewComment{}}
	if comments[0].Sector == "industry" && len(comments[0].Organisation)%3 == 0 {
		content.Masked, content.Branch = true, "manufacturing"
	}
	if c.Kind == "interagency" {
		content.Position = "concur_with_comments"
	}
	for _, m := range comments {
		n := submission.NewComment{
			Type: commentTypes[m.Type], Text: m.Text, ProposedChange: m.ProposedChange, Language: m.Language, Confidentiality: confidentialities[m.Confidentiality],
		}
		if submission.Restricted(n.Confidentiality) {
			n.Ground = "trade_secret"
		}
		if content.Masked && n.Confidentiality == submission.Public {
			n.Confidentiality = submission.NameWithheld
		}
		var err error
		if n.ProvisionID, err = provision(tx, c.DraftID, m.Paragraph); err != nil {
			return content, err
		}
		if n.ProvisionID == "" {
			n.Reference = m.Paragraph
		}
		content.Comments = append(content.Comments, n)
	}
	qs, err := consultation.Questions(tx, c.ID)
	if err != nil {
		return content, err
	}
	for i, q := range qs {
		if value := given(q, len(comments[0].Text)+i); value != "" {
			content.Answers = append(content.Answers, submission.NewAnswer{QuestionID: q.ID, Value: value})
		}
	}
	return content, nil
}

// given is an answer to a question, different from one sender to the next.
func given(q consultation.Question, turn int) string {
	switch q.Kind {
	case "single":
		return q.Options[turn%len(q.Options)]
	case "multiple":
		return strings.Join(q.Options[:1+turn%len(q.Options)], "\n")
	case "ranking":
		from := turn % len(q.Options)
		return strings.Join(append(slices.Clone(q.Options[from:]), q.Options[:from]...), "\n")
	case "scale":
		return fmt.Sprint(2 + turn%4)
	}
	return ""
}

func provision(tx *workflows.Tx, draftID, number string) (string, error) {
	var ids []string
	err := tx.DB().Table("provisions").Where("draft_id = ? AND number = ?", draftID, number).Limit(1).Pluck("id", &ids).Error
	if err != nil || len(ids) == 0 {
		return "", err
	}
	return ids[0], nil
}

// changesOfMind show the other states of a submission: one amended, one
// withdrawn, one still a draft, and an official's question with its answer.
func (w *world) changesOfMind(c *consultation.Consultation) error {
	w.day(9)
	steps := []func(tx *workflows.Tx) error{
		func(tx *workflows.Tx) error { return w.amend(tx, c, "Rectors' Conference") },
		func(tx *workflows.Tx) error { return w.withdraw(tx, c, "Nuclear and radiation regulator") },
		func(tx *workflows.Tx) error { return w.draft(tx, c, "Biosafety association") },
	}
	for _, step := range steps {
		if err := w.do("", step); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) standing(tx *workflows.Tx, c *consultation.Consultation, name string) (*submission.Submission, workflows.Actor, error) {
	by, err := w.invited(tx, c, w.organisation(name).ID)
	if err != nil {
		return nil, by, err
	}
	s, err := submission.Own(tx.As(by), c)
	return s, by, err
}

func (w *world) amend(tx *workflows.Tx, c *consultation.Consultation, name string) error {
	s, by, err := w.standing(tx, c, name)
	if err != nil {
		return err
	}
	content, err := submission.ContentOf(tx, s)
	if err != nil {
		return err
	}
	content.Comments[0].Text += " The rectors of all seven universities have confirmed this."
	_, err = submission.Update(tx.As(by), s.ID, s.Version, content, true)
	return err
}

// begin saves a first comment as the organisation's draft.
func (w *world) begin(tx *workflows.Tx, c *consultation.Consultation, name, text string) (*submission.Submission, workflows.Actor, error) {
	by, err := w.invited(tx, c, w.organisation(name).ID)
	if err != nil {
		return nil, by, err
	}
	content := submission.Content{Comments: []submission.NewComment{{Type: "general", Text: text}}}
	s, err := submission.Save(tx.As(by), c.ID, content, false)
	return s, by, err
}

func (w *world) draft(tx *workflows.Tx, c *consultation.Consultation, name string) error {
	_, _, err := w.begin(tx, c, name, "We are collecting the views of our members until Friday.")
	return err
}

func (w *world) withdraw(tx *workflows.Tx, c *consultation.Consultation, name string) error {
	s, by, err := w.begin(tx, c, name, "Paragraph 4.6 overlaps with our own inspections.")
	if err != nil {
		return err
	}
	_, err = submission.Withdraw(tx.As(by), s.ID, s.Version)
	return err
}
