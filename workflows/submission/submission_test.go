package submission_test

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
	"jahorina/workflows/submission"
)

// A second, and a microsecond, decide: what comes at the deadline is late, in
// whatever order clock and submission get there.
func TestOneSecondLate(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		for offset, ok := range map[time.Duration]bool{-time.Microsecond: true, 0: false, time.Microsecond: false, time.Second: false} {
			b.Clock.Set(testbed.Start)
			org := b.Organisation("Organisation "+offset.String(), "industry")
			c := b.At(consultation.Open, org)
			b.Clock.Set(c.ClosesAt.Add(offset))
			_, err := save(b, b.ByLink(c, org), c.ID, one("A comment."))
			if ok && err != nil || !ok && !isKey(err, "deadline_passed") {
				t.Errorf("%v from the deadline: %v", offset, err)
			}
			want := map[bool]int{true: 1, false: 0}[ok]
			if b.Count("submissions", "consultation_id = ?", c.ID) != want || b.Count("comments", "consultation_id = ?", c.ID) != want {
				t.Errorf("%v from the deadline: stored all the same, or not", offset)
			}
		}
	})
}

// Each bad input gets an error that names the field, and leaves nothing behind.
func TestBadInput(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		org := b.Organisation("Chemical Industry", "industry")
		in := b.New(b.Draft(testbed.Text).ID)
		in.Questions = []consultation.NewQuestion{
			{Text: "Do you agree?", Kind: "single", Options: []string{"yes", "no"}, Required: true},
			{Text: "Why?", Kind: "text"},
			{Text: "Which?", Kind: "multiple", Options: []string{"a", "b"}},
			{Text: "How much?", Kind: "scale"},
		}
		c := b.Bring(b.Consultation(in, org), consultation.Open)
		q, err := consultation.Questions(b.Read(b.Official), c.ID)
		if err != nil {
			t.Fatal(err)
		}
		yes := submission.NewAnswer{QuestionID: q[0].ID, Value: "yes"}
		elsewhere := b.Provision(b.Draft(testbed.Text).ID, "1.1").ID
		comment := func(change func(*submission.NewComment)) submission.Content {
			m := testbed.Comment("", "A comment.")
			change(&m)
			return submission.Content{Comments: []submission.NewComment{m}, Answers: []submission.NewAnswer{yes}}
		}
		answers := func(a ...submission.NewAnswer) submission.Content { return submission.Content{Answers: append(a, yes)} }
		for name, x := range map[string]struct {
			in         submission.Content
			field, key string
		}{
			"another draft's provision": {comment(func(m *submission.NewComment) { m.ProvisionID = elsewhere }), "comments[0].provision_id", "provision_of_another_draft"},
			"2 MB of text":              {comment(func(m *submission.NewComment) { m.Text = strings.Repeat("a", 2<<20) }), "comments[0].text", "too_long"},
			"not UTF-8":                 {comment(func(m *submission.NewComment) { m.Text = "a\xff" }), "comments[0].text", "not_utf8"},
			"NUL":                       {comment(func(m *submission.NewComment) { m.ProposedChange = "a\x00" }), "comments[0].proposed_change", "has_nul"},
			"blank":                     {comment(func(m *submission.NewComment) { m.Text = " \n" }), "comments[0].text", "required"},
			"type":                      {comment(func(m *submission.NewComment) { m.Type = "te" }), "comments[0].type", "not_one_of"},
			"confidentiality":           {comment(func(m *submission.NewComment) { m.Confidentiality = "restricted" }), "comments[0].confidentiality", "not_one_of"},
			"language":                  {comment(func(m *submission.NewComment) { m.Language = "x" }), "comments[0].language", "not_a_language"},
			"position":                  {submission.Content{Position: "maybe", Answers: []submission.NewAnswer{yes}}, "position", "not_one_of"},
			"required answer":           {one("A comment."), "answers." + q[0].ID, "answer_required"},
			"no option":                 {submission.Content{Answers: []submission.NewAnswer{{QuestionID: q[0].ID, Value: "perhaps"}}}, "answers[0].value", "not_an_option"},
			"an option twice":           {answers(submission.NewAnswer{QuestionID: q[2].ID, Value: "a\na"}), "answers[0].value", "not_an_option"},
			"off the scale":             {answers(submission.NewAnswer{QuestionID: q[3].ID, Value: "6"}), "answers[0].value", "not_on_scale"},
			"answered twice":            {answers(yes), "answers[1].question_id", "answered_twice"},
			"unknown question":          {answers(submission.NewAnswer{QuestionID: "x", Value: "y"}), "answers[0].question_id", "unknown_question"},
			"too many comments":         {submission.Content{Comments: make([]submission.NewComment, submission.MaxComments+1)}, "comments", "too_many"},
			"spaces for an answer":      {submission.Content{Answers: []submission.NewAnswer{{QuestionID: q[0].ID, Value: " \n"}}}, "answers[0].value", "answer_required"},
			"nothing":                   {submission.Content{}, "answers." + q[0].ID, "answer_required"},
		} {
			_, err := save(b, b.ByLink(c, org), c.ID, x.in)
			if !names(err, x.field, x.key) {
				t.Errorf("%s: %v, want %s: %s", name, err, x.field, x.key)
			}
		}
		if n := b.Count("comments", "consultation_id = ?", c.ID); n != 0 {
			t.Errorf("%d comments left behind", n)
		}
	})
}

// The same request twice at once, without a key: one submission, and the other
// is told that there is one.
func TestSentTwiceAtOnce(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		org := b.Organisation("Chemical Industry", "industry")
		c := b.At(consultation.Open, org)
		link := b.ByLink(c, org)
		errs := b.Together([]workflows.Actor{link, link, link, link}, func(_ int, tx *workflows.Tx) error {
			_, err := submission.Save(tx, c.ID, one("A comment."), true)
			return err
		})
		wins := 0
		for _, err := range errs {
			if err == nil {
				wins++
			} else if !isKey(err, "submission_exists") {
				t.Error(err)
			}
		}
		if n := b.Count("submission_versions", "1 = 1"); wins != 1 || n != 1 || b.Count("comments", "1 = 1") != 1 {
			t.Errorf("%d were accepted, %d versions stored", wins, n)
		}
	})
}

// Two amendments of the same version at once: one is stored, the other is told
// that what it saw is stale, and loses nothing by being merged.
func TestAmendedTwiceAtOnce(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		org := b.Organisation("Chemical Industry", "industry")
		c := b.At(consultation.Open, org)
		link := b.ByLink(c, org)
		s := b.Submit(link, c, testbed.Comment("", "First."))
		errs := b.Together([]workflows.Actor{link, link}, func(i int, tx *workflows.Tx) error {
			_, err := submission.Update(tx, s.ID, s.Version, one(fmt.Sprintf("Amended by %d.", i)), true)
			return err
		})
		slices.SortFunc(errs, func(a, _ error) int {
			if a == nil {
				return -1
			}
			return 1
		})
		if errs[0] != nil || !workflows.IsKind(errs[1], workflows.Stale) {
			t.Errorf("ended as %v", errs)
		}
		if n := b.Count("submission_versions", "1 = 1"); n != 2 || b.Count("comments", "1 = 1") != 1 {
			t.Errorf("%d versions", n)
		}
	})
}

// Whoever is not of the ministry proposes no disposition, and hears nothing of
// comments that are not theirs.
func TestDispositionByAnOutsider(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		org, other := b.Organisation("Chemical Industry", "industry"), b.Organisation("Bank", "industry")
		c := b.At(consultation.Open, org, other)
		secret := testbed.Comment("", "Secret.")
		secret.Confidentiality = submission.Confidential
		own, stranger := b.ByLink(c, org), b.ByLink(c, other)
		b.Submit(own, c, secret)
		c = b.Bring(c, consultation.Closed)
		m := standing(t, b, c.ID)[0]
		for name, x := range map[string]struct {
			by   workflows.Actor
			kind workflows.Kind
		}{
			"its sender": {own, workflows.Forbidden}, "another contributor": {stranger, workflows.NotFound}, "a visitor": {workflows.Actor{}, workflows.NotFound},
			"administrator": {b.Admin, workflows.NotFound}, "auditor": {b.Auditor, workflows.Forbidden}, "reviewer": {b.Reviewer, workflows.Forbidden},
		} {
			_, err := write(b, x.by, func(tx *workflows.Tx) (*submission.Comment, error) {
				return submission.Propose(tx, m.ID, 0, submission.NewDisposition{Outcome: "noted", Rationale: "Mine."})
			})
			if !workflows.IsKind(err, x.kind) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if n := b.Count("comments", "outcome <> '' OR version <> 1"); n != 0 {
			t.Error("the comment was changed")
		}
	})
}

// Each reader of the comments sees what its sender allows, and nothing else,
// by whatever way.
func TestWhoSeesWhichComment(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		org, answered, silent := b.Organisation("Sender", "industry"), b.Organisation("Answered", "industry"), b.Organisation("Silent", "academia")
		foreign := b.Organisation("Neighbour", "international")
		c := b.At(consultation.Open, org, answered, silent)
		var all []submission.NewComment
		for _, k := range submission.Confidentialities {
			m := testbed.Comment("", "canary-"+k)
			m.Confidentiality = k
			all = append(all, m)
		}
		b.Submit(b.ByLink(c, org), c, all...)
		b.Submit(b.ByLink(c, answered), c, testbed.Comment("", "ours"))
		actors := map[string]workflows.Actor{
			"official": b.Official, "sender": b.ByLink(c, org), "participant": b.ByLink(c, answered), "invited, silent": b.ByLink(c, silent),
			"account, not invited": b.Person("Account", "contributor", b.Organisation("Other", "industry").ID),
			"observer":             b.Person("Observer", "observer", foreign.ID), "administrator": b.Admin, "visitor": {},
		}
		const public, masked, shared, secret = "canary-public", "canary-name_withheld", "canary-participants", "canary-confidential"
		while := map[string][]string{"official": {public, masked, shared, secret}, "sender": {public, masked, shared, secret}, "observer": {public, masked, shared}}
		after := map[string][]string{
			"official": while["official"], "sender": while["sender"], "observer": while["observer"], "participant": {public, masked, shared},
			"invited, silent": {public, masked}, "account, not invited": {public, masked},
		}
		checkSeen(t, b, c, actors, while)
		checkSeen(t, b, b.Bring(c, consultation.Closed), actors, after)
	})
}

func checkSeen(t *testing.T, b *testbed.Bed, c *consultation.Consultation, actors map[string]workflows.Actor, want map[string][]string) {
	t.Helper()
	for name, a := range actors {
		tx := b.Read(a)
		rows, _, err := submission.Comments(tx, c, submission.Filter{Query: "CANARY"}, workflows.Page{})
		if err != nil && !workflows.IsKind(err, workflows.NotFound) {
			t.Fatal(err)
		}
		var seen []string
		for _, m := range rows {
			seen = append(seen, m.Text)
			if m.Confidentiality == submission.NameWithheld && (m.Organisation == "") != (name != "official" && name != "sender") {
				t.Errorf("%s, %s: the withheld name is %q", c.State, name, m.Organisation)
			}
		}
		if !slices.Equal(seen, want[name]) {
			t.Errorf("%s, %s: sees %v, should see %v", c.State, name, seen, want[name])
		}
		counts, err := submission.CountByProvision(tx, c)
		if ours := b.Count("comments", "consultation_id = ? AND text = 'ours'", c.ID); err != nil || counts[""] < len(seen) || counts[""] > len(seen)+ours {
			t.Errorf("%s, %s: counts %v, sees %d: %v", c.State, name, counts, len(seen), err)
		}
		for _, m := range standing(t, b, c.ID) {
			_, _, err := submission.GetComment(tx, m.ID)
			if sees := m.Text == "ours" || slices.Contains(want[name], m.Text); m.Text != "ours" && sees != (err == nil) {
				t.Errorf("%s, %s: asks for %s: %v", c.State, name, m.Text, err)
			}
		}
	}
}

// An amendment keeps the comments that are kept, talk included.
func TestAmendKeepsWhatIsKept(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		org := b.Organisation("Chemical Industry", "industry")
		c := b.At(consultation.Open, org)
		link := b.ByLink(c, org)
		s := b.Submit(link, c, testbed.Comment("", "Kept."), testbed.Comment("", "Dropped."))
		before := standing(t, b, c.ID)
		b.Do(b.Official, func(tx *workflows.Tx) error {
			_, err := submission.AddReply(tx, before[0].ID, "What do you mean?")
			return err
		})
		kept := testbed.Comment("", "Kept, and made clearer.")
		kept.ID = before[0].ID
		stolen := testbed.Comment("", "New.")
		stolen.ID = before[0].ID // named twice: the second is a new one
		b.Do(link, func(tx *workflows.Tx) error {
			_, err := submission.Update(tx, s.ID, s.Version, submission.Content{Comments: []submission.NewComment{kept, stolen}}, true)
			return err
		})
		after := standing(t, b, c.ID)
		if len(after) != 2 || after[0].ID != before[0].ID || after[0].Text != kept.Text || after[1].ID == before[1].ID || !after[0].CreatedAt.Equal(before[0].CreatedAt) {
			t.Errorf("after: %+v", after)
		}
		if b.Count("replies", "comment_id = ?", before[0].ID) != 1 {
			t.Error("the talk is gone")
		}
	})
}

func one(text string) submission.Content {
	return submission.Content{Comments: []submission.NewComment{testbed.Comment("", text)}}
}

func save(b *testbed.Bed, by workflows.Actor, id string, in submission.Content) (*submission.Submission, error) {
	return write(b, by, func(tx *workflows.Tx) (*submission.Submission, error) { return submission.Save(tx, id, in, true) })
}

func standing(t *testing.T, b *testbed.Bed, id string) []submission.Listed {
	t.Helper()
	all, err := submission.Standing(b.Read(b.Official), id)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func isKey(err error, key string) bool {
	var e *workflows.Error
	return errors.As(err, &e) && e.Key == key
}

func names(err error, field, key string) bool {
	var e *workflows.Error
	return errors.As(err, &e) && slices.ContainsFunc(e.Fields, func(f workflows.FieldError) bool { return f.Field == field && f.Key == key })
}
