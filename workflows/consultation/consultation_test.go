package consultation_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/review"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/submission"
)

// Two officials save what they saw at the same version: one is stored, the
// other is told that it is stale.
func TestTwoEditsAtOnce(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		draft := b.Draft(testbed.Text)
		c := b.Consultation(b.New(draft.ID))
		errs := b.Together([]workflows.Actor{b.Official, b.Second}, func(i int, tx *workflows.Tx) error {
			in := b.New(draft.ID)
			in.Title = fmt.Sprintf("Edited by %d", i)
			_, err := consultation.Edit(tx, c.ID, c.Version, in)
			return err
		})
		wins := slices.DeleteFunc(slices.Clone(errs), func(err error) bool { return err != nil })
		stale := slices.DeleteFunc(errs, func(err error) bool { return !workflows.IsKind(err, workflows.Stale) })
		if len(wins) != 1 || len(stale) != 1 || b.Count("consultations", "version = 2") != 1 {
			t.Errorf("%d stored, %d stale", len(wins), len(stale))
		}
	})
}

// However many servers tick at once, each change happens once.
func TestTicksAtOnce(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		c := b.At(consultation.Scheduled)
		for _, hour := range []time.Time{c.OpensAt, c.ClosesAt.Add(-7 * 24 * time.Hour), c.ClosesAt.Add(-24 * time.Hour), c.ClosesAt} {
			b.Clock.Set(hour)
			done := make(chan error)
			for range 4 {
				go func() { done <- consultation.Tick(t.Context(), b.Engine) }()
			}
			for range 4 {
				if err := <-done; err != nil {
					t.Errorf("at %v: %v", hour, err)
				}
			}
		}
		var did []string
		for _, e := range b.Trail(c.ID) {
			if e.Actor == "clock" {
				did = append(did, e.Action)
			}
		}
		if want := []string{"open", "remind", "remind", "close"}; !slices.Equal(did, want) {
			t.Errorf("the clock did %v, want %v", did, want)
		}
		reminders, err := consultation.Reminders(b.Read(b.Official), c.ID)
		if err != nil || len(reminders) != 2 || reminders[0].DaysBefore != 7 || reminders[1].DaysBefore != 1 {
			t.Errorf("reminders %+v, %v", reminders, err)
		}
	})
}

// Lengthening the window takes nothing back: what was received stands, what
// came too late before may come now, and the history names every deadline.
func TestExtensionNeverInvalidates(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		org, late := b.Organisation("Chemical Industry", "industry"), b.Organisation("Late", "academia")
		c := b.At(consultation.Open, org, late)
		s := b.Submit(b.ByLink(c, org), c, testbed.Comment("", "In time."))
		before, first := b.Trail(c.ID), c.ClosesAt
		for range 2 {
			old := c.ClosesAt
			b.Do(b.Official, func(tx *workflows.Tx) (err error) {
				c, err = review.Transition(tx, c.ID, consultation.Extend, consultation.Input{Reason: "Asked for.", ClosesAt: old.Add(24 * time.Hour)})
				return err
			})
		}
		b.Clock.Set(first.Add(time.Hour))
		b.Tick()
		b.Submit(b.ByLink(c, late), c, testbed.Comment("", "In the longer time."))
		versions, err := submission.Versions(b.Read(b.Official), s.ID)
		if err != nil || len(versions) != 1 || !versions[0].ReceivedAt.Before(first) {
			t.Errorf("the first submission: %+v, %v", versions, err)
		}
		history, err := consultation.Extensions(b.Read(b.Official), c.ID)
		if err != nil || len(history) != 2 || !history[0].ClosedBefore.Equal(first) || !history[1].ClosedBefore.Equal(history[0].ClosesAt) || !history[1].ClosesAt.Equal(c.ClosesAt) {
			t.Errorf("history: %+v, %v", history, err)
		}
		if after := b.Trail(c.ID); !slices.Equal(after[:len(before)], before) {
			t.Error("the record of what was before changed")
		}
	})
}

// A lengthening, an early close and a submission at the same instant: whoever
// comes first, what is told accepted is stored and what is refused is not.
func TestCloseAndSubmitAtOnce(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		for i := range 5 {
			org := b.Organisation(fmt.Sprintf("Organisation %d", i), "industry")
			c := b.At(consultation.Open, org)
			errs := b.Together([]workflows.Actor{b.Official, b.ByLink(c, org)}, func(i int, tx *workflows.Tx) error {
				if i == 0 {
					_, err := review.Transition(tx, c.ID, consultation.Close, consultation.Input{Reason: "Enough."})
					return err
				}
				_, err := submission.Save(tx, c.ID, submission.Content{Comments: []submission.NewComment{testbed.Comment("", "x")}}, true)
				return err
			})
			stored := b.Count("submission_versions", "submission_id IN (SELECT id FROM submissions WHERE consultation_id = ?)", c.ID)
			if accepted := errs[1] == nil; errs[0] != nil || accepted != (stored == 1) || !accepted && !workflows.IsKind(errs[1], workflows.Conflict) {
				t.Errorf("close: %v; submit: %v; %d stored", errs[0], errs[1], stored)
			}
		}
	})
}

// R3.4: an agency that does not answer is "no answer". It never counts as
// agreeing, not even after the deadline; declining and objecting are not
// silence.
func TestR3_4SilenceIsNoAnswer(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		agrees, objects, declines, silent := b.Organisation("Customs", "government"), b.Organisation("Health", "government"), b.Organisation("Police", "government"), b.Organisation("Finance", "government")
		in := b.New(b.Draft(testbed.Text).ID)
		in.Kind = "interagency"
		c := b.Bring(b.Consultation(in, agrees, objects, declines, silent), consultation.Open)
		for position, org := range map[string]stakeholder.Organisation{"concur": agrees, "non_concur": objects} {
			b.Do(b.ByLink(c, org), func(tx *workflows.Tx) error {
				_, err := submission.Save(tx, c.ID, submission.Content{Position: position}, true)
				return err
			})
		}
		b.Do(b.ByLink(c, declines), func(tx *workflows.Tx) error { return consultation.Decline(tx, c.ID) })
		c = b.Bring(c, consultation.Closed)
		tx := b.Read(b.Official)
		invited, err := consultation.Invitations(tx, c)
		if err != nil {
			t.Fatal(err)
		}
		answered, err := submission.Answered(tx, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, i := range invited {
			s, ok := answered[i.OrganisationID]
			switch {
			case ok:
				got[i.Organisation.Name] = s.Position
			case i.DeclinedAt != nil:
				got[i.Organisation.Name] = "declined"
			default:
				got[i.Organisation.Name] = "no answer"
			}
		}
		want := map[string]string{"Customs": "concur", "Health": "non_concur", "Police": "declined", "Finance": "no answer"}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("got %v, want %v", got, want)
		}
		if n := b.Count("submissions", "organisation_id = ?", silent.ID); n != 0 {
			t.Error("silence was turned into a submission")
		}
	})
}

// R3.8: two rounds on the same draft run at once, each with its own dates,
// questions and audience, and nothing of one is seen or counted in the other.
func TestR3_8RoundsDoNotMix(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		draft := b.Draft(testbed.Text)
		provision := b.Provision(draft.ID, "1.1").ID
		org := b.Organisation("Chemical Industry", "industry")
		round := func(kind, question string) *consultation.Consultation {
			in := b.New(draft.ID)
			in.Kind, in.Questions = kind, []consultation.NewQuestion{{Text: question, Kind: "text"}}
			return b.Bring(b.Consultation(in, org), consultation.Open)
		}
		open, industry := round("public", "What do all think?"), round("targeted", "What does it cost you?")
		b.Submit(b.ByLink(open, org), open, testbed.Comment(provision, "For all."))
		b.Submit(b.ByLink(industry, org), industry, testbed.Comment(provision, "For the ministry."), testbed.Comment("", "Two."))
		tx := b.Read(b.Official)
		for _, x := range []struct {
			c      *consultation.Consultation
			texts  []string
			counts map[string]int
		}{
			{open, []string{"For all."}, map[string]int{provision: 1}},
			{industry, []string{"For the ministry.", "Two."}, map[string]int{provision: 1, "": 1}},
		} {
			rows, _, err := submission.Comments(tx, x.c, submission.Filter{}, workflows.Page{})
			if err != nil {
				t.Fatal(err)
			}
			var texts []string
			for _, m := range rows {
				texts = append(texts, m.Text)
			}
			counts, err := submission.CountByProvision(tx, x.c)
			if err != nil || !slices.Equal(texts, x.texts) || fmt.Sprint(counts) != fmt.Sprint(x.counts) {
				t.Errorf("%s: %v, %v, %v", x.c.Kind, texts, counts, err)
			}
		}
		refuseTheOtherRounds(t, b, open, industry, org)
		// One ends; the other goes on.
		b.Bring(open, consultation.Published)
		if c, err := consultation.Get(b.Read(b.Official), industry.ID); err != nil || c.State != consultation.Open && c.State != consultation.Closed {
			t.Errorf("the other round: %+v, %v", c, err)
		}
	})
}

// refuseTheOtherRounds: neither the question nor the link of one round is good
// for the other.
func refuseTheOtherRounds(t *testing.T, b *testbed.Bed, open, industry *consultation.Consultation, org stakeholder.Organisation) {
	t.Helper()
	q, err := consultation.Questions(b.Read(b.Official), open.ID)
	if err != nil {
		t.Fatal(err)
	}
	mixed := submission.Content{Answers: []submission.NewAnswer{{QuestionID: q[0].ID, Value: "x"}}}
	own, err := submission.Own(b.Read(b.ByLink(industry, org)), industry)
	if err != nil {
		t.Fatal(err)
	}
	err = b.Write(b.ByLink(industry, org), func(tx *workflows.Tx) error {
		_, err := submission.Update(tx, own.ID, own.Version, mixed, true)
		return err
	})
	if !workflows.IsKind(err, workflows.Invalid) {
		t.Errorf("the other round's question: %v", err)
	}
	err = b.Write(b.ByLink(open, org), func(tx *workflows.Tx) error {
		_, err := submission.Update(tx, own.ID, own.Version, submission.Content{}, true)
		return err
	})
	if !workflows.IsKind(err, workflows.NotFound) {
		t.Errorf("by the other round's link: %v", err)
	}
}

// A list shows exactly what could be opened one by one.
func TestListShowsWhatCanBeRead(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		cast := newCast(b)
		var ids []string
		for _, kind := range consultation.Kinds {
			for _, state := range []string{consultation.Draft, consultation.InClearance, consultation.Scheduled, consultation.Open, consultation.Published} {
				in := b.New(b.Draft(testbed.Text).ID)
				in.Kind = kind
				invited := b.Consultation(in, cast.org)
				ids = append(ids, b.Bring(invited, state).ID)
			}
		}
		for name, a := range cast.actors {
			if name == "clock" {
				continue
			}
			tx := b.Read(a)
			rows, _, err := consultation.List(tx, consultation.Filter{}, workflows.Page{Limit: workflows.MaxLimit})
			if err != nil {
				t.Fatal(err)
			}
			listed := map[string]bool{}
			for _, c := range rows {
				listed[c.ID] = true
			}
			for _, id := range ids {
				if c, err := consultation.Get(tx, id); (err == nil) != listed[id] {
					t.Errorf("%s: listed %v, opened: %v (%s)", name, listed[id], err, c.Kind+" "+c.State)
				}
			}
		}
	})
}

func TestBadConsultations(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		draft := b.Draft(testbed.Text)
		for name, x := range map[string]struct {
			change     func(*consultation.New)
			field, key string
		}{
			"no title":     {func(in *consultation.New) { in.Title = " " }, "title", "required"},
			"long summary": {func(in *consultation.New) { in.Summary = strings.Repeat("a", 2<<20) }, "summary", "too_long"},
			"malformed":    {func(in *consultation.New) { in.Title = "\xff" }, "title", "not_utf8"},
			"kind":         {func(in *consultation.New) { in.Kind = "secret" }, "kind", "not_one_of"},
			"sector":       {func(in *consultation.New) { in.Sectors = []string{"industry", "civil-society"} }, "sectors[1]", "not_one_of"},
			"window":       {func(in *consultation.New) { in.ClosesAt = in.OpensAt }, "closes_at", "closes_before_it_opens"},
			"past": {func(in *consultation.New) {
				in.OpensAt, in.ClosesAt = in.OpensAt.AddDate(-1, 0, 0), in.ClosesAt.AddDate(-1, 0, 0)
			}, "closes_at", "in_the_past"},
			"no hour":       {func(in *consultation.New) { in.OpensAt = time.Time{} }, "opens_at", "required"},
			"quorum":        {func(in *consultation.New) { in.Quorum = -1 }, "quorum", "quorum_range"},
			"draft":         {func(in *consultation.New) { in.DraftID = "x" }, "draft_id", "unknown_draft"},
			"question kind": {func(in *consultation.New) { in.Questions = []consultation.NewQuestion{{Text: "?", Kind: "essay"}} }, "questions[0].kind", "not_one_of"},
			"question options": {func(in *consultation.New) {
				in.Questions = []consultation.NewQuestion{{Text: "?", Kind: "single", Options: []string{"a"}}}
			}, "questions[0].options", "too_few_options"},
			"too much to rank": {func(in *consultation.New) {
				in.Questions = []consultation.NewQuestion{{Text: "?", Kind: "ranking", Options: strings.Split("abcdefghijklm", "")}}
			}, "questions[0].options", "too_many"},
			"other in a ranking": {func(in *consultation.New) {
				in.Questions = []consultation.NewQuestion{{Text: "?", Kind: "ranking", Options: []string{"a", "b"}, Other: true}}
			}, "questions[0].other", "no_other_here"},
			"option called other": {func(in *consultation.New) {
				in.Questions = []consultation.NewQuestion{{Text: "?", Kind: "single", Options: []string{"a", "other"}, Other: true}}
			}, "questions[0].options[1]", "option_reserved"},
			"same option": {func(in *consultation.New) {
				in.Questions = []consultation.NewQuestion{{Text: "?", Kind: "single", Options: []string{"a", "a"}}}
			}, "questions[0].options[1]", "option_unclear"},
		} {
			in := b.New(draft.ID)
			x.change(&in)
			err := b.Write(b.Official, func(tx *workflows.Tx) error { _, err := consultation.Create(tx, in); return err })
			var e *workflows.Error
			if !errors.As(err, &e) || !slices.ContainsFunc(e.Fields, func(f workflows.FieldError) bool { return f.Field == x.field && f.Key == x.key }) {
				t.Errorf("%s: %v, want %s: %s", name, err, x.field, x.key)
			}
		}
		for name, by := range map[string]workflows.Actor{"reviewer": b.Reviewer, "administrator": b.Admin, "auditor": b.Auditor, "visitor": {}} {
			if err := b.Write(by, func(tx *workflows.Tx) error { _, err := consultation.Create(tx, b.New(draft.ID)); return err }); err == nil {
				t.Errorf("%s created one", name)
			}
		}
		if n := b.Count("consultations", "1 = 1"); n != 0 {
			t.Errorf("%d were stored", n)
		}
	})
}

// An address may be given for a public round as often as one likes, at once
// too: one respondent, one mail a minute.
func TestAskingTwice(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		c := b.At(consultation.Open)
		ask := func(tx *workflows.Tx) error {
			return consultation.AskToAnswer(tx, c.ID, consultation.NewRespondent{Email: "Ana@X.example", Name: "Ana", Sector: "academia"})
		}
		for _, err := range b.Together(make([]workflows.Actor, 4), func(_ int, tx *workflows.Tx) error { return ask(tx) }) {
			if err != nil && !workflows.IsKind(err, workflows.Conflict) {
				t.Error(err)
			}
		}
		b.Do(workflows.Actor{}, ask)
		if r, m := b.Count("respondents", "1 = 1"), b.Count("messages", "1 = 1"); r != 1 || m != 1 || b.Jobs("deliver") != 1 {
			t.Errorf("%d respondents, %d messages, %d jobs", r, m, b.Jobs("deliver"))
		}
		b.Clock.Add(time.Minute)
		b.Do(workflows.Actor{}, ask)
		if b.Count("messages", "1 = 1") != 2 {
			t.Error("no second mail a minute later")
		}
		for _, e := range b.Trail(c.ID) {
			if strings.Contains(strings.ToLower(fmt.Sprint(e)), "ana") {
				t.Errorf("the record, which is kept for ever, names a private person: %+v", e)
			}
		}
	})
}
