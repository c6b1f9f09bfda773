package demo_test

import (
	"slices"
	"testing"
	"time"

	"jahorina/app/apptest/testbed"
	"jahorina/app/demo"
	"jahorina/app/forms"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/submission"
)

// Every state of every workflow is to be seen in the demo, on both databases.
func TestSeedShowsEveryState(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		clock := &demo.Clock{}
		engine := workflows.NewEngine(b.Store.DB, b.Engine.Policy(), b.Store, b.Engine.Signer(), clock.Now)
		today := time.Date(2026, 11, 24, 15, 0, 0, 0, time.UTC)
		for range 2 { // a second time changes nothing
			if err := demo.Seed(t.Context(), engine, clock, today); err != nil {
				t.Fatal(err)
			}
		}
		for table, want := range map[string][]string{
			"consultations.state": {
				consultation.Draft, consultation.InClearance, consultation.Scheduled, consultation.Open, consultation.Closed,
				consultation.InReview, consultation.Approved, consultation.Published, consultation.Withdrawn,
			},
			"submissions.state":          {submission.Draft, submission.Submitted, submission.Amended, submission.Withdrawn},
			"comments.disposition_state": {submission.DispositionOpen, submission.DispositionProposed, submission.DispositionAgreed},
			"submissions.publication":    {"pending", "published"},
			"translations.language":      {"fr", "en"},
			"translations.object":        {"draft", "provision", "consultation", "question", "comment"},
			"comments.language":          {"en", "bs", "zh", "fr", "ru", "ar", "es"},
		} {
			got := distinct(t, b, table)
			for _, w := range want {
				if !slices.Contains(got, w) {
					t.Errorf("%s: %q is missing in %v", table, w, got)
				}
			}
		}
		if n := b.Count("uploads", "1 = 1"); n != 1 {
			t.Errorf("%d documents wait to be looked at", n)
		}
		checkFilledForm(t, engine)
		open := b.Count("consultations", "state = 'open'")
		comments := b.Count("comments", "consultation_id IN (SELECT id FROM consultations WHERE state = 'open') AND submission_id IN (SELECT id FROM submissions WHERE state IN ('submitted', 'amended'))")
		if open != 1 || comments != 60 {
			t.Errorf("%d open consultations with %d comments, want 1 with 60", open, comments)
		}
	})
}

// checkFilledForm checks that the form that comes with the demo says something new.
func checkFilledForm(t *testing.T, engine *workflows.Engine) {
	t.Helper()
	locales, err := templates.LoadLocales()
	if err != nil {
		t.Fatal(err)
	}
	_, content, err := demo.FilledForm(t.Context(), engine, locales)
	if err != nil {
		t.Fatal(err)
	}
	form, err := forms.NewReader(locales).Read(content)
	if err != nil {
		t.Fatal(err)
	}
	lejla, err := stakeholder.PersonByEmail(engine.Read(t.Context(), workflows.Operator()), "lejla@chemfed.example")
	if err != nil {
		t.Fatal(err)
	}
	actor, err := stakeholder.ActorOf(engine.Read(t.Context(), workflows.Operator()), lejla.ID)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := submission.PlanForm(engine.Read(t.Context(), actor), form.ConsultationID, form.FormHead, form.Rows)
	if err != nil || plan.Count(submission.RowAdded) != 2 || plan.Count(submission.RowWrong) != 0 {
		t.Errorf("%v: %+v", err, plan)
	}
}

func distinct(t *testing.T, b *testbed.Bed, column string) []string {
	t.Helper()
	table, name, _ := cut(column)
	var out []string
	if err := b.Store.DB.Table(table).Distinct(name).Pluck(name, &out).Error; err != nil {
		t.Fatal(err)
	}
	return out
}

func cut(column string) (table, name string, ok bool) {
	i := slices.Index([]byte(column), '.')
	return column[:i], column[i+1:], i > 0
}
