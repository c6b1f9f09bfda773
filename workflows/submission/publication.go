package submission

import (
	"fmt"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
)

// States of a submission towards the public.
const (
	PublicationPending = "pending"
	IsPublished        = "published"
	IsRedacted         = "redacted" // in part
	IsWithheld         = "withheld" // nothing of it is shown
)

// PublicationFacts are what the guards of a publication look at.
type PublicationFacts struct {
	Consultation    *consultation.Consultation
	Parts, Withheld int // comments, and those of which something is withheld
	Shown           int // comments of which something is shown
}

type publicationGuard = workflows.Guard[PublicationFacts]

var (
	responseOut = publicationGuard{Name: "the response is published", Check: func(f PublicationFacts) error {
		if f.Consultation.State != consultation.Published {
			return workflows.Refuse(workflows.Conflict, "not_published_yet")
		}
		return nil
	}}
	allShown = publicationGuard{Name: "nothing of it is withheld", Check: func(f PublicationFacts) error {
		return f.mustBe("show")
	}}
	someShown = publicationGuard{Name: "something of it is withheld and something shown", Check: func(f PublicationFacts) error {
		return f.mustBe("redact")
	}}
	noneShown = publicationGuard{Name: "all of it is withheld", Check: func(f PublicationFacts) error {
		return f.mustBe("withhold")
	}}
)

// PublicationTable is the workflow of what the public sees of a submission. In
// the policy its object is "publication".
var PublicationTable = &workflows.Machine[PublicationFacts]{
	Object: "publication", Table: "submissions", Column: "publication", Version: "version",
	Initial: PublicationPending,
	Rows: []workflows.Transition[PublicationFacts]{
		{Action: "show", From: []string{PublicationPending, IsRedacted, IsWithheld}, To: IsPublished, Clock: true, ByPeople: true, Guards: []publicationGuard{responseOut, allShown}},
		{Action: "redact", From: []string{PublicationPending, IsPublished, IsWithheld}, To: IsRedacted, Clock: true, ByPeople: true, Guards: []publicationGuard{responseOut, someShown}},
		{Action: "withhold", From: []string{PublicationPending, IsPublished, IsRedacted}, To: IsWithheld, Clock: true, ByPeople: true, Guards: []publicationGuard{responseOut, noneShown}},
	},
}

var publicationOf = map[string]string{"show": IsPublished, "redact": IsRedacted, "withhold": IsWithheld}

// action is what the facts call for.
func (f PublicationFacts) action() string {
	switch {
	case f.Withheld == 0:
		return "show"
	case f.Shown > 0:
		return "redact"
	}
	return "withhold"
}

func (f PublicationFacts) mustBe(action string) error {
	if f.action() != action {
		return workflows.Refuse(workflows.Conflict, "changed_meanwhile", "Object", "submission")
	}
	return nil
}

// SetPublication brings what is said of each standing submission's publication
// to where its comments are, once the response is published: shown, in part, or
// kept back. It is the consequence of an act whose right has been checked.
func SetPublication(tx *workflows.Tx, c *consultation.Consultation) error {
	facts, err := publicationFacts(tx, c)
	if err != nil {
		return err
	}
	var all []Submission
	if err := tx.DB().Where("consultation_id = ? AND state IN ?", c.ID, InRecord).Order("id").Find(&all).Error; err != nil {
		return fmt.Errorf("read submissions: %w", err)
	}
	for _, s := range all {
		f := facts[s.ID]
		if f.Parts == 0 && Restricted(s.Confidentiality) {
			f.Withheld++ // answers and files alone
		}
		f.Consultation = c
		action := f.action()
		if publicationOf[action] == s.Publication {
			continue
		}
		step := workflows.Step{ID: s.ID, From: s.Publication, Version: s.Version, Action: action, Target: s.target(c), ConsultationID: c.ID}
		if _, err := PublicationTable.Apply(tx, step, f); err != nil {
			return fmt.Errorf("%s submission %s: %w", action, s.ID, err)
		}
	}
	return nil
}

func publicationFacts(tx *workflows.Tx, c *consultation.Consultation) (map[string]PublicationFacts, error) {
	comments, err := Standing(tx, c.ID)
	if err != nil {
		return nil, err
	}
	out := map[string]PublicationFacts{}
	for _, m := range comments {
		f := out[m.SubmissionID]
		f.Parts++
		hidden := Restricted(m.Confidentiality) || Whole(m.Withheld) != nil
		if hidden || len(m.Withheld) > 0 {
			f.Withheld++
		}
		if !hidden {
			f.Shown++
		}
		out[m.SubmissionID] = f
	}
	return out, nil
}
