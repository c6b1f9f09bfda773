package moderation_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/moderation"
	"jahorina/workflows/review"
	"jahorina/workflows/submission"
)

func isKey(err error, key string) bool {
	var e *workflows.Error
	return errors.As(err, &e) && (e.Key == key || slices.ContainsFunc(e.Fields, func(f workflows.FieldError) bool { return f.Key == key }))
}

func nameless(text string) submission.NewComment {
	m := testbed.Comment("", text)
	m.Confidentiality = submission.NameWithheld
	return m
}

// R5.6: a company answers under a mask: others see kind, number and branch, the
// same in every list, in the response and after every amendment; the branch only
// once the desk has accepted it.
func TestR5_6AMaskStaysTheSame(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		content := submission.Content{Masked: true, Branch: "chemical industry", Comments: []submission.NewComment{nameless("First."), testbed.Comment("", "With the name.")}}
		r := newRound(t, b, content)
		alias, err := submission.AliasOf(b.Read(b.Official), r.s)
		if err != nil || alias == nil || alias.Number < 1 || alias.Branch != "" {
			t.Fatalf("alias %+v, %v", alias, err)
		}
		asked, err := moderation.Read(b.Read(b.Official), r.c, moderation.Flagged, "")
		if err != nil || len(asked.Branches) != 1 || asked.Branches[0].Asked != "chemical industry" {
			t.Fatalf("branches %+v, %v", asked, err)
		}
		judge := func(by workflows.Actor, branch string) error {
			return b.Write(by, func(tx *workflows.Tx) error { return moderation.JudgeBranch(tx, asked.Branches[0].ID, branch, true) })
		}
		if err := judge(b.Official, "another"); !isKey(err, "branch_changed") {
			t.Errorf("another branch: %v", err)
		}
		if err := judge(b.Reviewer, "chemical industry"); !workflows.IsKind(err, workflows.Forbidden) {
			t.Errorf("by a reviewer: %v", err)
		}
		if err := judge(b.Official, "chemical industry"); err != nil {
			t.Fatal(err)
		}
		b.Do(r.sender, func(tx *workflows.Tx) error {
			all, err := submission.CommentsOf(tx, r.s.ID)
			if err != nil {
				return err
			}
			kept := nameless("First, amended.")
			kept.ID = all[0].ID
			in := submission.Content{Masked: true, Branch: "chemical industry", Comments: []submission.NewComment{kept, testbed.Comment("", "With the name.")}}
			r.s, err = submission.Update(tx, r.s.ID, r.s.Version, in, true)
			return err
		})
		want := submission.Alias{Number: alias.Number, Branch: "chemical industry"}
		r.bring(consultation.Closed)
		for _, m := range list(t, r, r.reader) {
			masked, named := strings.HasPrefix(m.Text, "First"), m.Text == "With the name."
			switch a := m.Alias(); {
			case masked && (a == nil || *a != want || m.Organisation != "" || !m.NameMasked):
				t.Errorf("listed as %+v, %q", a, m.Organisation)
			case named && (a != nil || m.Organisation != r.org.Name || m.Branch+m.MaskBranch != ""):
				t.Errorf("what has the name is listed as %+v, %q", a, m.Organisation)
			}
		}
		r.bring(consultation.Published)
		resp, _, err := review.GetResponse(b.Read(workflows.Actor{}), r.c.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range resp.Comments {
			if masked := strings.HasPrefix(m.Text, "First"); masked && (m.Mask == nil || *m.Mask != want || m.Organisation != "") || !masked && m.Mask != nil {
				t.Errorf("published as %+v", m)
			}
		}
	})
}

func list(t *testing.T, r *round, by workflows.Actor) []submission.Listed {
	t.Helper()
	rows, _, err := submission.Comments(r.Read(by), r.c, submission.Filter{}, workflows.Page{})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// Numbers of masks are each given once, whoever comes at the same time, and in no
// order of arrival.
func TestMasksAreDrawnAtRandom(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		c := b.At(consultation.Open)
		var actors []workflows.Actor
		for i := range 6 {
			o := b.Organisation(fmt.Sprintf("Works %02d", i), "industry")
			actors = append(actors, b.Person(fmt.Sprintf("Person %02d", i), "contributor", o.ID))
		}
		errs := b.Together(actors, func(i int, tx *workflows.Tx) error {
			_, err := submission.Save(tx, c.ID, submission.Content{Masked: true, Comments: []submission.NewComment{nameless("x")}}, false)
			return err
		})
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		var numbers []int
		if err := b.Store.DB.Table("masks").Order("id").Pluck("number", &numbers).Error; err != nil || len(numbers) != 6 {
			t.Fatalf("%v, %v", numbers, err)
		}
		if slices.Min(numbers) == 1 && slices.Max(numbers) == 6 {
			t.Errorf("counted up: %v", numbers)
		}
	})
}

// f.3 rule 12: a wish needs a ground; the desk decides on each comment and tells
// the sender; nothing is published before it is settled; the sender may agree,
// take the comment back, or let the time pass.
func TestRule12WishesAreSettledBeforePublication(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		wish := func(text string) submission.NewComment {
			m := testbed.Comment("", text)
			m.Confidentiality = submission.Confidential
			return m
		}
		comments := []submission.NewComment{wish("Kept."), wish("Agreed."), wish("Taken back."), wish("Silent."), testbed.Comment("", "Open.")}
		c := b.At(consultation.Open)
		err := b.Write(b.Person("Hasty", "contributor", b.Organisation("Hasty", "industry").ID), func(tx *workflows.Tx) error {
			_, err := submission.Save(tx, c.ID, submission.Content{Comments: comments}, true)
			return err
		})
		if !isKey(err, "ground_required") {
			t.Errorf("without a ground: %v", err)
		}
		r := newRound(t, b, submission.Content{Ground: "trade_secret", GroundWords: "Our process.", Comments: comments})
		rule := func(by workflows.Actor, grant bool, ids ...string) error {
			return b.Write(by, func(tx *workflows.Tx) error {
				return moderation.Rule(tx, r.c.ID, ids, moderation.Ruling{Grant: grant, Reason: "It is in the annual report."})
			})
		}
		if err := rule(b.Official, true, r.of(1)); !isKey(err, "wishes_after_close") {
			t.Errorf("while open: %v", err)
		}
		r.bring(consultation.Closed)
		if err := rule(b.Reviewer, true, r.of(1)); !workflows.IsKind(err, workflows.Forbidden) {
			t.Errorf("by a reviewer: %v", err)
		}
		for _, step := range []struct {
			grant bool
			ids   []string
		}{{true, []string{r.of(1)}}, {false, []string{r.of(2), r.of(3), r.of(4)}}} {
			if err := rule(b.Official, step.grant, step.ids...); err != nil {
				t.Fatal(err)
			}
		}
		if err := rule(b.Official, true, r.of(5)); !isKey(err, "no_wish") {
			t.Errorf("on what is public: %v", err)
		}
		r.bring(consultation.Approved)
		publish := func() error {
			return b.Write(b.Official, func(tx *workflows.Tx) error {
				_, err := review.Transition(tx, r.c.ID, consultation.Publish, consultation.Input{})
				return err
			})
		}
		if err := publish(); !isKey(err, "wishes_undecided") {
			t.Errorf("published before the senders answered: %v", err)
		}
		answer := func(by workflows.Actor, n int, word string) error {
			return b.Write(by, func(tx *workflows.Tx) error { return moderation.Answer(tx, r.of(n), word) })
		}
		if err := answer(r.reader, 2, moderation.AgreeNamed); !workflows.IsKind(err, workflows.NotFound) {
			t.Errorf("answered by another: %v", err)
		}
		if err := answer(b.Official, 2, moderation.AgreeNamed); !workflows.IsKind(err, workflows.Forbidden) {
			t.Errorf("answered by the desk: %v", err)
		}
		if err := errors.Join(answer(r.sender, 2, moderation.AgreeNamed), answer(r.sender, 3, moderation.TakeBack)); err != nil {
			t.Fatal(err)
		}
		b.Clock.Add(moderation.DefaultDays*24*time.Hour - time.Minute)
		b.Tick()
		if err := publish(); !isKey(err, "wishes_undecided") {
			t.Errorf("published a minute early: %v", err)
		}
		b.Clock.Add(time.Minute)
		b.Tick()
		b.Tick()
		if err := publish(); err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		resp, _, err := review.GetResponse(b.Read(workflows.Actor{}), r.c.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range resp.Comments {
			got[m.Text] = m.Organisation
		}
		if len(got) != 4 || got["Agreed."] != r.org.Name || got["Open."] != r.org.Name {
			t.Errorf("published %v", got)
		}
		if name, ok := got["Silent."]; !ok || name != "" {
			t.Errorf("what its sender let pass is published as from %q, %v", name, ok)
		}
		for _, s := range resp.Withheld {
			if s.Ground != "trade_secret" && s.Ground != submission.TakenBack {
				t.Errorf("stub %+v", s)
			}
		}
		if raw := r.shown(workflows.Actor{}); strings.Contains(raw, "Taken back.") || strings.Contains(raw, "Kept.") || strings.Contains(raw, "Our process") {
			t.Error("what is kept, or why the sender says so, leaves")
		}
		observer := b.Person("Observer", "observer", b.Organisation("Neighbour", "international").ID)
		trail, _, err := workflows.Trail(b.Read(observer), testbed.State, r.c.ID, "restriction", workflows.Page{})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range trail {
			if e.ActorName+e.Actor+e.Reason != "" {
				t.Errorf("the record tells an observer of %q by %q", e.Reason, e.ActorName)
			}
		}
	})
}

// Nobody moderates what comes from them: another must, and can.
func TestNobodyModeratesTheirOwn(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		org := b.Organisation("Ministry's own firm", "industry")
		b.Person("Two Hats", "official", "")
		both := b.Person("Two Hats", "contributor", org.ID)
		c := b.At(consultation.Open, org)
		wish := testbed.Comment("", "Confidential.")
		wish.Confidentiality = submission.Confidential
		s := b.Submit(both, c, testbed.Comment("", "Mine, mail me at a@b.example."), wish)
		c = b.Bring(c, consultation.Closed)
		all, err := submission.CommentsOf(b.Read(b.Official), s.ID)
		if err != nil {
			t.Fatal(err)
		}
		in := moderation.NewRedaction{Part: submission.WholeComment, Reason: "spam", Words: "w"}
		acts := map[string]func(tx *workflows.Tx) error{
			"redact":       func(tx *workflows.Tx) error { _, err := moderation.Redact(tx, all[0].ID, in); return err },
			"redact alike": func(tx *workflows.Tx) error { return moderation.RedactAlike(tx, c.ID, []string{all[0].ID}, in) },
			"hint":         func(tx *workflows.Tx) error { return moderation.Unfounded(tx, all[0].ID) },
			"rule": func(tx *workflows.Tx) error {
				return moderation.Rule(tx, c.ID, []string{all[1].ID}, moderation.Ruling{Grant: true})
			},
		}
		for name, act := range acts {
			if err := b.Write(both, act); !isKey(err, "own_moderation") {
				t.Errorf("%s: %v", name, err)
			}
		}
		var f *moderation.Flag
		b.Do(b.Second, func(tx *workflows.Tx) (err error) {
			f, err = moderation.Raise(tx, all[0].ID, "personal_data", "")
			return err
		})
		if err := b.Write(both, func(tx *workflows.Tx) error { _, err := moderation.Dismiss(tx, f.ID, "Fine."); return err }); !isKey(err, "own_moderation") {
			t.Errorf("dismiss: %v", err)
		}
		b.Do(b.Official, acts["redact"])
		if b.Count("flags", "id = ? AND state = ?", f.ID, moderation.FlagUpheld) != 1 {
			t.Error("the flag is not upheld")
		}
	})
}

// Many alike are withheld at once, all or none, and tell one sender once.
func TestManyAlikeAtOnce(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		r := newRound(t, b, submission.Content{Comments: []submission.NewComment{testbed.Comment("", "Buy PILLS"), testbed.Comment("", "buy pills"), testbed.Comment("", "Open.")}})
		r.bring(consultation.Closed)
		m, _, err := submission.GetComment(b.Read(b.Official), r.of(1))
		if err != nil {
			t.Fatal(err)
		}
		alike, err := moderation.AlikeTo(b.Read(b.Official), m, r.c)
		if err != nil || len(alike) != 1 || alike[0].ID != r.of(2) {
			t.Fatalf("alike %v, %v", alike, err)
		}
		hide := func(ids ...string) error {
			return b.Write(b.Official, func(tx *workflows.Tx) error {
				return moderation.RedactAlike(tx, r.c.ID, ids, moderation.NewRedaction{Reason: "spam", Words: "An advertisement."})
			})
		}
		if err := hide(r.of(1), "nothing"); !workflows.IsKind(err, workflows.NotFound) || b.Count("redactions", "1 = 1") != 0 {
			t.Errorf("with one that is not there: %v", err)
		}
		if err := hide(r.of(1), r.of(2), r.of(2)); err != nil || b.Count("redactions", "1 = 1") != 2 {
			t.Fatalf("both: %v", err)
		}
		if err := hide(r.of(1)); !isKey(err, "withheld_already") {
			t.Errorf("again: %v", err)
		}
		q, err := moderation.Read(b.Read(b.Auditor), r.c, moderation.Withheld, "")
		if err != nil || q.Counts[moderation.Withheld] != 2 || len(q.Items) != 2 {
			t.Errorf("the queue: %+v, %v", q, err)
		}
	})
}

// What is refused, and why.
func TestRefusedRedactions(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		r := newRound(t, b, submission.Content{Comments: []submission.NewComment{testbed.Comment("", "Ana said so.")}})
		for key, change := range map[string]func(*moderation.NewRedaction){
			"not_in_comment":     func(in *moderation.NewRedaction) { in.Passage = "ana" },
			"required":           func(in *moderation.NewRedaction) { in.Words = " " },
			"repeats_passage":    func(in *moderation.NewRedaction) { in.Words = "ANA did not agree." },
			"not_one_of":         func(in *moderation.NewRedaction) { in.Reason = "boredom" },
			"no_proposed_change": func(in *moderation.NewRedaction) { in.Part = submission.ProposedChange },
			"in_the_past":        func(in *moderation.NewRedaction) { in.ReviewDate = b.Clock.Now() },
			"too_long":           func(in *moderation.NewRedaction) { in.Words = strings.Repeat("x", 3000) },
		} {
			in := words("Ana")
			change(&in)
			if _, err := r.redact(r.of(1), in); !isKey(err, key) {
				t.Errorf("want %s: %v", key, err)
			}
		}
		made := r.mustRedact(r.of(1), words("Ana"))
		if _, err := r.redact(r.of(1), words("Ana")); !isKey(err, "withheld_already") {
			t.Errorf("twice: %v", err)
		}
		lift := func() error {
			return b.Write(b.Official, func(tx *workflows.Tx) error { _, err := moderation.Lift(tx, made.ID, "Agreed."); return err })
		}
		if err := lift(); err != nil {
			t.Fatal(err)
		}
		if err := lift(); !isKey(err, "lifted_already") {
			t.Errorf("lifted twice: %v", err)
		}
		for _, statement := range []string{"DELETE FROM redactions", "UPDATE redactions SET reason = 'spam'"} {
			if err := b.Store.DB.Exec(statement).Error; err == nil {
				t.Errorf("%s is possible", statement)
			}
		}
	})
}

// Hints point out what may be personal, and not what only looks like a number.
func TestHints(t *testing.T) {
	for text, want := range map[string]string{
		"write to ana.anic@firma.example, now":                       "email:ana.anic@firma.example",
		"call +387 33 123-456 today":                                 "phone:+387 33 123-456",
		"call (033) 123 456 78":                                      "phone:(033) 123 456 78",
		"in 2026, section 4.3, 1,250 kg":                             "",
		"Resolution 1540 (2004) of 28 April":                         "",
		"see https://a.example/b":                                    "",
		"пишите на имя@пример.рф":                                    "email:имя@пример.рф",
		"see https://a.example/?session=" + strings.Repeat("a1", 60): "long_link:https://a.example/?session=" + strings.Repeat("a1", 60),
	} {
		var got []string
		for _, h := range moderation.Hints(text) {
			got = append(got, h.Kind+":"+h.Passage)
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%.60q: %q, want %q", text, got, want)
		}
	}
}

// Whatever is withheld of whatever text, no withheld passage is left, and what
// is not withheld stands in order.
func TestNoPassageIsLeft(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.SampledFrom([]rune("abc й漢")), 0, 40, -1).Draw(t, "text")
		var all []submission.Redaction
		for range rapid.IntRange(1, 3).Draw(t, "passages") {
			all = append(all, submission.Redaction{Part: submission.Words, Passage: rapid.StringOfN(rapid.SampledFrom([]rune("abc й漢")), 1, 4, -1).Draw(t, "passage"), Reason: "other"})
		}
		m := submission.Comment{Text: text}
		m.Redact(all)
		rest := strings.Split(m.Text, "[withheld: other]")
		for _, piece := range rest {
			for _, r := range all {
				if strings.Contains(piece, r.Passage) {
					t.Fatalf("%q without %q is %q", text, r.Passage, m.Text)
				}
			}
		}
		at := 0
		for _, piece := range rest {
			i := strings.Index(text[at:], piece)
			if i < 0 {
				t.Fatalf("%q became %q", text, m.Text)
			}
			at += i + len(piece)
		}
	})
}

func FuzzRedact(f *testing.F) {
	f.Add("a text with words", "words")
	f.Add("aaa", "aa")
	f.Fuzz(func(t *testing.T, text, passage string) {
		m := submission.Comment{Text: text}
		m.Redact([]submission.Redaction{{Part: submission.Words, Passage: passage, Reason: "other"}})
		if passage == "" && m.Text != text {
			t.Fatalf("%q became %q for nothing", text, m.Text)
		}
		if passage != "" && !strings.Contains("[withheld: other]", passage) && strings.Contains(strings.ReplaceAll(m.Text, "[withheld: other]", "\x00"), passage) && !strings.Contains(passage, "\x00") {
			t.Fatalf("%q is left in %q", passage, m.Text)
		}
	})
}
