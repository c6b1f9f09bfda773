package demo

import (
	"fmt"
	"log/slog"
	"time"

	"jahorina/app/works"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/submission"
	"jahorina/workflows/work"
)

// letters came by post to the round that has closed, in time; one speaks of a
// paragraph that the draft does not have.
var letters = []submission.ImportRow{
	{Line: 2, Organisation: "Faculty of Mining", Sector: "academia", Reference: "4.4", Type: "general", Text: "We buy small amounts for teaching. Say from which amount on records are kept.", Language: "en"},
	{Line: 3, Organisation: "Faculty of Mining", Sector: "academia", Reference: "4.9", Type: "general", Text: "The paragraph on teaching that we were shown in spring is gone.", Language: "en"},
	{Line: 4, Organisation: "Guild of Laboratory Suppliers", Sector: "industry", Reference: "4.4", Type: "technical", Text: "Small firms have no staff for seven years of records.", ProposedChange: "five years", Language: "en"},
}

// longWork are a table that was read in, a file that was made, and one that was
// stopped, all of this morning.
func (w *world) longWork() error {
	w.clock.at = w.today.Add(-2 * time.Hour)
	found, _, err := consultation.List(w.engine.Read(w.ctx, w.people["Amina"]), consultation.Filter{States: []string{consultation.Closed}}, workflows.Page{})
	if err != nil || len(found) == 0 {
		return fmt.Errorf("no round has closed: %w", err)
	}
	c := found[0]
	locales, err := templates.LoadLocales()
	if err != nil {
		return err
	}
	runner := works.New(works.Config{Engine: w.engine, Locales: locales, Keep: 7 * day, Log: slog.New(slog.DiscardHandler)})
	for _, start := range []func(*workflows.Tx) (*work.Work, error){
		func(tx *workflows.Tx) (*work.Work, error) {
			return work.StartImport(tx, c.ID, "letters.csv", letters, c.ClosesAt.Add(-time.Hour))
		},
		func(tx *workflows.Tx) (*work.Work, error) {
			return work.StartExport(tx, c.ID, "csv", submission.Filter{})
		},
		func(tx *workflows.Tx) (*work.Work, error) {
			made, err := work.StartExport(tx, c.ID, "json", submission.Filter{Type: "technical"})
			if err != nil {
				return nil, err
			}
			return work.Cancel(tx, made.ID, 7*day)
		},
	} {
		var started *work.Work
		err := w.do("Amina", func(tx *workflows.Tx) (err error) {
			started, err = start(tx)
			return err
		})
		if err != nil {
			return fmt.Errorf("start long work: %w", err)
		}
		if err := runner.Do(w.ctx, started.ID); err != nil {
			return fmt.Errorf("do long work: %w", err)
		}
	}
	return nil
}
