package demo

import (
	"fmt"
	"strings"

	"jahorina/app/documents"
	"jahorina/app/documents/samples"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/strategy"
)

// strategies uploads the documents and runs the rounds on them.
func (w *world) strategies() error {
	national, err := w.strategy("National Strategy to Counter the Proliferation of Weapons of Mass Destruction", samples.StrategyEN)
	if err != nil {
		return err
	}
	if err := w.ownObligations(); err != nil {
		return err
	}
	if err := w.obligations(national); err != nil {
		return fmt.Errorf("say what the draft serves: %w", err)
	}
	if err := w.actionPlan(national); err != nil {
		return fmt.Errorf("make the action plan: %w", err)
	}
	if err := w.pastRounds(national); err != nil {
		return err
	}
	if err := w.reviewByName(national); err != nil {
		return err
	}
	if err := w.openRound(national); err != nil {
		return err
	}
	if err := w.translations(national); err != nil {
		return err
	}
	outcome, err := w.strategy("Outcome of the Jahorina workshop, 2009", samples.OutcomeZH)
	if err != nil {
		return err
	}
	if err := w.readings(outcome); err != nil {
		return err
	}
	if err := w.outcomeServes(outcome); err != nil {
		return err
	}
	if err := w.comingRounds(national, outcome); err != nil {
		return err
	}
	return w.wordFile(outcome)
}

// strategy adds a strategy with its first draft, by Goran.
func (w *world) strategy(title string, source []byte) (*strategy.Draft, error) {
	var d *strategy.Draft
	err := w.do("Goran", func(tx *workflows.Tx) error {
		s, err := strategy.Create(tx, State, title)
		if err != nil {
			return err
		}
		d, err = addDraft(tx, s.ID, source)
		return err
	})
	return d, err
}

func addDraft(tx *workflows.Tx, strategyID string, source []byte) (*strategy.Draft, error) {
	content, err := documents.Markdown(source, documents.Options{})
	if err != nil {
		return nil, err
	}
	d, _, err := strategy.AddDraft(tx, strategyID, "", content)
	return d, err
}

// revisions are what the sample strategy becomes after its first round.
var revisions = strings.NewReplacer(
	"keep records for seven years", "keep records for five years",
	"more than a set amount of listed toxic chemicals will register", "more than an amount of listed toxic chemicals fixed in a by-law, not lower than the declaration thresholds of the Convention, will register",
	"at least 24 hours before arrival", "at least 24 hours before arrival by sea and rail, 4 hours by road and 2 hours by air express",
	"with assistance, financing and attempt", "with knowing assistance, knowing financing and attempt",
	"with a reason.\n", "with a reason, within 30 days after the comment period closes.\n",
	"Consultation draft 0.4", "Consultation draft 0.5",
)

func (w *world) revise(d *strategy.Draft) error {
	return w.do("Goran", func(tx *workflows.Tx) error {
		_, err := addDraft(tx, d.StrategyID, []byte(revisions.Replace(restructuring.Replace(string(samples.StrategyEN)))))
		return err
	})
}

// readings puts the readings of the damaged paragraphs beside the text.
func (w *world) readings(d *strategy.Draft) error {
	all, err := samples.Readings()
	if err != nil {
		return err
	}
	return w.do("Amina", func(tx *workflows.Tx) error {
		provisions, err := strategy.Provisions(tx, d.ID)
		if err != nil {
			return err
		}
		for _, r := range all {
			for _, p := range provisions {
				if p.Number != r.Provision {
					continue
				}
				if _, err := strategy.AddReading(tx, p.ID, r); err != nil {
					return fmt.Errorf("reading of paragraph %s: %w", p.Number, err)
				}
			}
		}
		return nil
	})
}

// questions of the rounds.
var questions = []consultation.NewQuestion{
	{Text: "Does your organisation already keep records of the kind in paragraph 4.4?", Kind: "single", Options: []string{"Yes", "No", "In part"}, Required: true},
	{Text: "Which of these would your organisation take part in?", Kind: "multiple", Options: []string{"Joint training", "Advisory Panel", "Code of conduct"}, Other: true},
	{Text: "How clear is the text as a whole, from 1 (unclear) to 5 (clear)?", Kind: "scale"},
	{
		Text: "What should be done first?", Help: "The action plan can start with two of these in its first year.", Kind: "ranking",
		Options: []string{"Training of border and customs officers", "Licensing of dual-use goods", "Outreach to universities", "A register of radioactive sources"},
	},
	{Text: "What else should the working group know?", Kind: "text"},
}
