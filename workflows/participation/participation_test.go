package participation_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/disclosure"
	"jahorina/workflows/participation"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/submission"
)

// reached is a public consultation, closed: six firms asked of which five
// answered and one declined, one university that opened its invitation, a silent
// union, and a ministry that was not asked.
func reached(b *testbed.Bed) *consultation.Consultation {
	var firms []stakeholder.Organisation
	for i := range 6 {
		firms = append(firms, b.Organisation(fmt.Sprintf("Firm %d", i), "industry"))
	}
	university, union := b.Organisation("University", "academia"), b.Organisation("Union", "civil_society")
	b.Do(b.Admin, func(tx *workflows.Tx) error {
		in := stakeholder.NewOrganisation{Name: firms[0].Name, Sector: "industry", Email: firms[0].Email, Region: "Herzegovina", Size: "large"}
		_, err := stakeholder.EditOrganisation(tx, firms[0].ID, 1, in)
		return err
	})
	in := b.New(b.Draft(testbed.Text).ID)
	in.Kind = "public"
	in.Questions = []consultation.NewQuestion{
		{Text: "Agreed?", Kind: "single", Options: []string{"Yes", "No"}, Other: true},
		{Text: "How clear?", Kind: "scale"},
		{Text: "What first?", Kind: "ranking", Options: []string{"Ports", "Labs", "Roads"}},
		{Text: "What else?", Kind: "text"},
	}
	c := b.Bring(b.Consultation(in, append(firms, university, union)...), consultation.Open)
	for i, f := range firms[:5] {
		answer(b, b.ByLink(c, f), c, i)
	}
	b.Do(b.ByLink(c, firms[5]), func(tx *workflows.Tx) error { return consultation.Decline(tx, c.ID) })
	invited, err := consultation.Invitations(b.Read(b.Official), c)
	if err != nil {
		panic(err)
	}
	for _, i := range invited {
		if i.OrganisationID == university.ID {
			b.Do(b.Official, func(tx *workflows.Tx) error { return consultation.Viewed(tx, i.ID) })
		}
	}
	ministry := b.Organisation("Ministry of Trade", "government")
	answer(b, b.Person("Trade", "contributor", ministry.ID), c, 5)
	return b.Bring(c, consultation.Closed)
}

func answer(b *testbed.Bed, by workflows.Actor, c *consultation.Consultation, turn int) {
	b.Do(by, func(tx *workflows.Tx) error {
		qs, err := consultation.Questions(tx, c.ID)
		if err != nil {
			return err
		}
		values := []string{
			[]string{"Yes", "Yes", "No", "Only at sea", "Yes", "No"}[turn], fmt.Sprint(1 + turn%5),
			[]string{"Labs\nPorts\nRoads", "Labs", "Ports\nLabs", "", "Labs\nRoads", "Ports"}[turn], []string{"", "Marker of a free text", "", "", "", ""}[turn],
		}
		in := submission.Content{Language: "en", Comments: []submission.NewComment{testbed.Comment("", "One."), testbed.Comment("", "Two.")}}
		for i, q := range qs {
			in.Answers = append(in.Answers, submission.NewAnswer{QuestionID: q.ID, Value: values[i]})
		}
		_, err = submission.Save(tx, c.ID, in, true)
		return err
	})
}

func group(t *testing.T, groups []participation.Group, name string) participation.Group {
	t.Helper()
	i := slices.IndexFunc(groups, func(g participation.Group) bool { return g.Name == name })
	if i < 0 {
		t.Fatalf("no row for %q", name)
	}
	return groups[i]
}

// R3.15: invited, opened, commented by sector, region and size; silence shown, and
// a sector from which nothing came is there with zero.
func TestR3_15ReachAndBalance(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		c := reached(b)
		r, err := participation.Read(b.Read(b.Official), c)
		if err != nil {
			t.Fatal(err)
		}
		n := func(n int) disclosure.Cell { return disclosure.Cell{Count: n} }
		for _, want := range []participation.Group{
			{Name: "industry", Invited: n(6), Answered: n(5), Whole: participation.Whole{Declined: 1, Comments: 10}},
			{Name: "academia", Invited: n(1), Whole: participation.Whole{Opened: 1}},
			{Name: "civil_society", Invited: n(1), Whole: participation.Whole{Silent: 1}},
			{Name: "government", Answered: n(1), Whole: participation.Whole{Uninvited: 1, Comments: 2}},
			{Name: "regional"},
		} {
			if got := group(t, r.Sectors, want.Name); got != want {
				t.Errorf("%+v, want %+v", got, want)
			}
		}
		if !r.Exact || r.Answers != 6 || r.Comments != 12 || len(r.Sectors) != len(stakeholder.Sectors) {
			t.Errorf("report %+v", r)
		}
		if g := group(t, r.Regions, "Herzegovina"); g.Answered.Count != 1 {
			t.Errorf("region %+v", g)
		}
		if g := group(t, r.Sizes, "small"); g.Answered.Count != 0 || group(t, r.Sizes, "large").Answered.Count != 1 || group(t, r.Sizes, "").Silent != 1 {
			t.Errorf("sizes %+v", r.Sizes)
		}
		if !group(t, r.Sectors, "academia").Unheard() || group(t, r.Sectors, "industry").Unheard() || group(t, r.Sectors, "regional").Unheard() {
			t.Error("those who were asked and not heard are not told apart")
		}
	})
}

// Rule8: counts below five in a sector are shown as fewer than five, and cannot be
// worked out from those beside them; before the close nobody outside sees any.
func TestRule8SmallCountsStayUntold(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		c := reached(b)
		visitor := b.Read(workflows.Actor{})
		r, err := participation.Read(visitor, c)
		if err != nil {
			t.Fatal(err)
		}
		if r.Exact {
			t.Error("a visitor sees every number")
		}
		for _, g := range r.Sectors {
			for _, cell := range []disclosure.Cell{g.Answered, g.Invited} {
				if cell.Shown == disclosure.Exact && cell.Count > 0 && cell.Count < disclosure.Smallest {
					t.Errorf("%s shows %d", g.Name, cell.Count)
				}
			}
			if g.Whole != (participation.Whole{}) {
				t.Errorf("%s shows %+v", g.Name, g.Whole)
			}
		}
		if g := group(t, r.Sectors, "government"); g.Answered.Shown != disclosure.FewerThanFive {
			t.Errorf("government %+v", g)
		}
		if _, err := participation.ReadResults(visitor, c, ""); !workflows.IsKind(err, workflows.NotFound) {
			t.Errorf("results before the response: %v", err)
		}
		open := b.At(consultation.Open)
		for name, read := range map[string]func() error{
			"report":   func() error { _, err := participation.Read(visitor, open); return err },
			"course":   func() error { _, err := participation.ReadCourse(visitor, open); return err },
			"outcomes": func() error { _, err := participation.Outcomes(visitor, c); return err },
		} {
			if err := read(); !workflows.IsKind(err, workflows.NotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// Rule8: where only those invited can answer, their numbers give away nothing of
// the answers: one small number stands beside nobody invited elsewhere.
func TestRule8InvitationsGiveNoAnswersAway(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		var firms []stakeholder.Organisation
		for i := range 6 {
			firms = append(firms, b.Organisation(fmt.Sprintf("Firm %d", i), "industry"))
		}
		university := b.Organisation("University", "academia")
		in := b.New(b.Draft(testbed.Text).ID)
		in.Kind = "targeted"
		c := b.Bring(b.Consultation(in, append(firms, university)...), consultation.Open)
		for _, f := range firms[:2] {
			b.Submit(b.ByLink(c, f), c, testbed.Comment("", "One."))
		}
		c = b.Bring(c, consultation.Published)
		r, err := participation.Read(b.Read(workflows.Actor{}), c)
		if err != nil {
			t.Fatal(err)
		}
		uncertain := 0
		for _, g := range r.Sectors {
			if g.Answered.Shown != disclosure.Exact && g.Invited != (disclosure.Cell{}) {
				uncertain++
			}
		}
		if industry := group(t, r.Sectors, "industry"); industry.Answered.Shown != disclosure.FewerThanFive || uncertain < 2 {
			t.Errorf("two answers from industry can be worked out from %+v", r.Sectors)
		}
	})
}

// Where the comments are is seen by those who read them, and by everyone from
// the published response, without those that are not in it.
func TestHeatIsOfCommentsOneMayRead(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		org := b.Organisation("Firm", "industry")
		c := b.At(consultation.Open, org)
		first, second := b.Provision(c.DraftID, "1.1").ID, b.Provision(c.DraftID, "1.2").ID
		secret := testbed.Comment(second, "In confidence.")
		secret.Confidentiality = submission.Confidential
		b.Submit(b.ByLink(c, org), c, testbed.Comment(first, "One."), testbed.Comment(first, "Two."), secret, testbed.Comment("", "On the whole."))
		c = b.Bring(c, consultation.Closed)
		heat := func(by workflows.Actor) map[string]int {
			counts, err := participation.Heat(b.Read(by), c)
			if err != nil && !workflows.IsKind(err, workflows.NotFound) {
				t.Fatal(err)
			}
			return counts
		}
		if got := heat(b.Official); got[first] != 2 || got[second] != 1 || got[""] != 1 {
			t.Errorf("an official sees %v", got)
		}
		if got := heat(workflows.Actor{}); got != nil {
			t.Errorf("a visitor sees %v before the response", got)
		}
		b.Answer(c)
		c = b.Bring(c, consultation.Published)
		if got := heat(workflows.Actor{}); got[first] != 2 || got[second] != 0 || got[""] != 1 {
			t.Errorf("a visitor sees %v", got)
		}
	})
}

func TestCourseEndsWhereItWasClosed(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		c := b.Bring(b.At(consultation.Open), consultation.Closed)
		early := b.At(consultation.Open)
		b.Clock.Add(48 * time.Hour)
		b.Do(b.Official, func(tx *workflows.Tx) error {
			found, err := consultation.Hold(tx, early.ID, false)
			if err != nil {
				return err
			}
			early = found
			return consultation.Transition(tx, early, consultation.Close, consultation.Input{Reason: "The basis has changed."})
		})
		for _, x := range []struct {
			c    *consultation.Consultation
			mark string
		}{{c, "deadline"}, {early, "closed"}} {
			course, err := participation.ReadCourse(b.Read(b.Official), x.c)
			if err != nil {
				t.Fatal(err)
			}
			last := course.Marks[len(course.Marks)-1]
			if last.Kind != x.mark || last.Day != len(course.Days)-1 {
				t.Errorf("ends with %+v of %d days, want %s", last, len(course.Days), x.mark)
			}
		}
	})
}

func TestResultsOfEachKindOfQuestion(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		c := reached(b)
		r, err := participation.ReadResults(b.Read(b.Official), c, "")
		if err != nil {
			t.Fatal(err)
		}
		single, scale, ranking, text := r.Questions[0], r.Questions[1], r.Questions[2], r.Questions[3]
		if got := []int{single.Options[0].Count, single.Options[1].Count, single.Options[2].Count}; !slices.Equal(got, []int{3, 2, 1}) || single.Texts[0] != "Only at sea" {
			t.Errorf("single: %v, %q", got, single.Texts)
		}
		if scale.Mean < 2.66 || scale.Mean > 2.67 || scale.Median != 2.5 || scale.Answered != 6 {
			t.Errorf("scale: %+v", scale)
		}
		// Three rankings with Labs first, two with Ports first; 3 − 1 points for a first
		// place, and what an answer leaves open is shared.
		if top := ranking.Ranked(); top[0].Option != "Labs" || top[0].Count != 3 || top[0].Points != 7.5 || ranking.Skipped != 1 {
			t.Errorf("ranking: %+v, skipped %d", top, ranking.Skipped)
		}
		if text.Answered != 1 || text.Skipped != 5 || text.Texts[0] != "Marker of a free text" {
			t.Errorf("text: %+v", text)
		}
		for _, row := range single.Cross {
			sum := 0
			for _, cell := range row.Options {
				sum += cell.Count
			}
			if sum != row.Answered.Count || row.Name == "industry" && sum != 5 || row.Name == "government" && sum != 1 {
				t.Errorf("%s: %+v", row.Name, row)
			}
		}
		by, err := participation.ReadResults(b.Read(b.Official), c, single.Question.ID)
		if err != nil {
			t.Fatal(err)
		}
		if row := by.Questions[1].Cross[0]; row.Name != "Yes" || row.Answered.Count != 3 {
			t.Errorf("by the first question: %+v", row)
		}
		if _, err := participation.ReadResults(b.Read(b.Official), c, text.Question.ID); !workflows.IsKind(err, workflows.Invalid) {
			t.Errorf("crossed with a free text: %v", err)
		}
	})
}

func TestPublicResultsShowNoTextAndNoSmallSector(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		c := reached(b)
		b.Answer(c)
		c = b.Bring(c, consultation.Published)
		r, err := participation.ReadResults(b.Read(workflows.Actor{}), c, "")
		if err != nil {
			t.Fatal(err)
		}
		if r.Exact || r.Submissions != 6 || r.Questions[0].Options[0].Count != 3 {
			t.Errorf("public results %+v", r)
		}
		for _, q := range r.Questions {
			if len(q.Texts) > 0 {
				t.Errorf("%q shows %q", q.Question.Text, q.Texts)
			}
			for _, row := range q.Cross {
				for _, cell := range append(row.Options, row.Answered) {
					if cell.Shown == disclosure.Exact && cell.Count > 0 && cell.Count < disclosure.Smallest {
						t.Errorf("%s, %s shows %d", q.Question.Text, row.Name, cell.Count)
					}
				}
			}
		}
	})
}

// What a sender asked to keep from the public is in no public count: the answers
// of all others may be known.
func TestPublicResultsCountNoConfidentialAnswer(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		firm, rival := b.Organisation("Firm", "industry"), b.Organisation("Rival", "industry")
		in := b.New(b.Draft(testbed.Text).ID)
		in.Questions = []consultation.NewQuestion{{Text: "Agreed?", Kind: "single", Options: []string{"Yes", "No"}}}
		c := b.Bring(b.Consultation(in, firm, rival), consultation.Open)
		for o, confidentiality := range map[stakeholder.Organisation]string{firm: submission.Public, rival: submission.Confidential} {
			b.Do(b.ByLink(c, o), func(tx *workflows.Tx) error {
				qs, err := consultation.Questions(tx, c.ID)
				if err != nil {
					return err
				}
				value := map[string]string{submission.Public: "Yes", submission.Confidential: "No"}[confidentiality]
				_, err = submission.Save(tx, c.ID, submission.Content{
					Confidentiality: confidentiality, Language: "en", Answers: []submission.NewAnswer{{QuestionID: qs[0].ID, Value: value}},
				}, true)
				return err
			})
		}
		c = b.Bring(c, consultation.Published)
		for name, x := range map[string]struct {
			by      workflows.Actor
			yes, no int
		}{"official": {b.Official, 1, 1}, "visitor": {workflows.Actor{}, 1, 0}} {
			r, err := participation.ReadResults(b.Read(x.by), c, "")
			if err != nil {
				t.Fatal(err)
			}
			if got := r.Questions[0].Options; got[0].Count != x.yes || got[1].Count != x.no || r.Submissions != x.yes+x.no || r.Questions[0].Answered != x.yes+x.no {
				t.Errorf("%s sees %d submissions, %+v", name, r.Submissions, got)
			}
		}
	})
}

func TestCourseCountsEachSubmissionOnceAndMarksReminders(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		org := b.Organisation("Firm", "industry")
		c := b.At(consultation.Open, org)
		by := b.ByLink(c, org)
		s := b.Submit(by, c, testbed.Comment("", "At once."))
		b.Clock.Add(48 * time.Hour)
		b.Do(by, func(tx *workflows.Tx) error {
			in, err := submission.ContentOf(tx, s)
			if err != nil {
				return err
			}
			in.Comments[0].Text = "Amended."
			_, err = submission.Update(tx, s.ID, s.Version, in, true)
			return err
		})
		b.Clock.Set(c.ClosesAt.Add(-24 * time.Hour))
		b.Tick()
		x, err := participation.ReadCourse(b.Read(b.Official), c)
		if err != nil {
			t.Fatal(err)
		}
		sum := 0
		for _, n := range x.Days {
			sum += n
		}
		if sum != 1 || x.Days[0] != 1 || x.Past >= len(x.Days)+1 {
			t.Errorf("course %+v", x)
		}
		kinds := map[string]int{}
		for _, m := range x.Marks {
			kinds[m.Kind]++
		}
		if kinds["reminder"] == 0 || kinds["deadline"] != 1 {
			t.Errorf("marks %+v", x.Marks)
		}
	})
}
