package moderation_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/moderation"
	"jahorina/workflows/review"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/submission"
	"jahorina/workflows/translation"
)

const marker = "MARKER-7f3a"

// round is a consultation two organisations answered, the first with the
// comments.
type round struct {
	*testbed.Bed
	t      *testing.T
	c      *consultation.Consultation
	org    stakeholder.Organisation
	sender workflows.Actor
	reader workflows.Actor // of the other organisation
	s      *submission.Submission
}

func newRound(t *testing.T, b *testbed.Bed, content submission.Content) *round {
	t.Helper()
	r := &round{Bed: b, t: t, org: b.Organisation("Chemical Works", "industry")}
	other := b.Organisation("University", "academia")
	r.c = b.At(consultation.Open, r.org, other)
	r.sender, r.reader = b.ByLink(r.c, r.org), b.Person("Reader", "contributor", other.ID)
	b.Do(r.sender, func(tx *workflows.Tx) (err error) {
		r.s, err = submission.Save(tx, r.c.ID, content, true)
		return err
	})
	b.Submit(r.reader, r.c, testbed.Comment("", "Another's."))
	return r
}

func (r *round) bring(state string) { r.c = r.Bring(r.c, state) }

// of is the id of the sender's n-th comment.
func (r *round) of(n int) string {
	r.t.Helper()
	all, err := submission.CommentsOf(r.Read(r.Official), r.s.ID)
	if err != nil || len(all) < n {
		r.t.Fatalf("%d comments, %v", len(all), err)
	}
	return all[n-1].ID
}

func (r *round) redact(id string, in moderation.NewRedaction) (out *submission.Redaction, err error) {
	err = r.Write(r.Official, func(tx *workflows.Tx) (err error) {
		out, err = moderation.Redact(tx, id, in)
		return err
	})
	return out, err
}

func (r *round) mustRedact(id string, in moderation.NewRedaction) *submission.Redaction {
	r.t.Helper()
	out, err := r.redact(id, in)
	if err != nil {
		r.t.Fatal(err)
	}
	return out
}

func words(passage string) moderation.NewRedaction {
	return moderation.NewRedaction{Part: submission.Words, Passage: passage, Reason: "personal_data", Words: "It names a person."}
}

// shown is everything that leaves for the actor about the round, as bytes.
func (r *round) shown(by workflows.Actor) string {
	r.t.Helper()
	tx := r.Read(by)
	var out []any
	keep := func(v any, err error) {
		var refused *workflows.Error
		if err != nil && !errors.As(err, &refused) {
			r.t.Fatal(err)
		}
		if err == nil {
			out = append(out, v)
		}
	}
	rows, _, err := submission.Comments(tx, r.c, submission.Filter{}, workflows.Page{})
	for i := range rows {
		rows[i].TextFolded, rows[i].OpenFolded = "", nil // never leave the workflows
		keep(rows[i], nil)
		one, _, err := submission.GetComment(tx, rows[i].ID)
		if err == nil {
			one.TextFolded, one.OpenFolded = "", nil
		}
		keep(one, err)
	}
	keep(rows, err)
	translated, err := translation.Of(tx, translation.OfComments(tx, r.c, rows), "fr")
	for _, text := range translated {
		keep(text.Text, nil)
	}
	keep(nil, err)
	led, err := submission.LedTo(tx, r.c)
	for _, list := range led {
		for _, m := range list {
			keep(m.Text+m.ProposedChange+m.Rationale, nil)
		}
	}
	keep(nil, err)
	resp, _, err := review.GetResponse(tx, r.c.ID)
	keep(resp, err)
	if err == nil {
		translated, err := translation.Of(tx, translation.OfResponse(r.c, resp), "fr")
		for _, text := range translated {
			keep(text.Text, nil)
		}
		keep(nil, err)
	}
	st, err := submission.ByReceipt(tx, r.s.ReceiptNumber)
	if err == nil {
		keep(st.Comments, nil)
	}
	trail, _, err := workflows.Trail(tx, testbed.State, r.c.ID, "", workflows.Page{Limit: workflows.MaxLimit})
	keep(trail, err)
	raw, err := json.Marshal(out)
	if err != nil {
		r.t.Fatal(err)
	}
	return string(raw)
}

// finds says whether a search for the words finds a comment for the actor.
func (r *round) finds(by workflows.Actor, q string) bool {
	r.t.Helper()
	rows, _, err := submission.Comments(r.Read(by), r.c, submission.Filter{Query: q}, workflows.Page{})
	if err != nil && !workflows.IsKind(err, workflows.NotFound) {
		r.t.Fatal(err)
	}
	return len(rows) > 0
}

// f.3 rules 2 and 6: what is withheld leaves by no way, to nobody but its sender
// and those who run, decide or audit; a lifted redaction shows it again.
func TestRule2NothingWithheldLeaves(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		m := testbed.Comment("", "Ask "+marker+" about it, says "+marker+".")
		m.ProposedChange = "Add: see " + marker
		r := newRound(t, b, submission.Content{Comments: []submission.NewComment{m, testbed.Comment("", "Open.")}})
		r.bring(consultation.Closed)
		r.Propose(r.of(1), submission.NewDisposition{Outcome: "accepted", Rationale: "Thanks to " + marker, Changes: []string{}})
		for object, field := range map[string]string{translation.Comment: "text", translation.Disposition: "rationale"} {
			b.Do(b.Official, func(tx *workflows.Tx) error {
				_, err := translation.Put(tx, object, r.of(1), field, "fr", translation.New{Text: "Demandez à " + marker, Status: translation.Official})
				return err
			})
		}
		made := r.mustRedact(r.of(1), words(marker))
		observer := b.Person("Observer", "observer", b.Organisation("Neighbour", "international").ID)
		outside := map[string]workflows.Actor{"visitor": {}, "participant": r.reader, "observer": observer, "administrator": b.Admin}
		check := func(when string) {
			t.Helper()
			for name, a := range outside {
				if got := r.shown(a); strings.Contains(got, marker) {
					t.Errorf("%s, %s: the words leave: %.300s", when, name, got[max(0, strings.Index(got, marker)-150):])
				}
				if r.finds(a, marker) {
					t.Errorf("%s, %s: the words are found", when, name)
				}
			}
			for name, a := range map[string]workflows.Actor{"official": b.Official, "sender": r.sender, "auditor": b.Auditor, "reviewer": b.Reviewer} {
				if !strings.Contains(r.shown(a), marker) {
					t.Errorf("%s, %s: does not see the original", when, name)
				}
			}
		}
		check("closed")
		if !r.finds(b.Official, marker) || !r.finds(r.reader, "about it") || !r.finds(r.reader, "[withheld: personal_data]") {
			t.Error("the search does not go by what a reader sees")
		}
		r.bring(consultation.Published)
		check("published")
		resp, _, _ := review.GetResponse(b.Read(workflows.Actor{}), r.c.ID)
		i := 0
		for resp.Comments[i].ID != r.of(1) {
			i++
		}
		if got := resp.Comments[i]; got.Text != "Ask [withheld: personal_data] about it, says [withheld: personal_data]." || len(got.Withheld) != 1 || got.Withheld[0].Words != "It names a person." {
			t.Errorf("published as %+v", got)
		}
		if n := b.Count("submission_versions", "submission_id = ? AND content LIKE ?", r.s.ID, "%"+marker+"%"); n != 1 {
			t.Error("the version received was touched")
		}
		b.Do(b.Second, func(tx *workflows.Tx) error {
			_, err := moderation.Lift(tx, made.ID, "The person agreed.")
			return err
		})
		if !strings.Contains(r.shown(workflows.Actor{}), marker) || !r.finds(r.reader, marker) {
			t.Error("what is shown again is not")
		}
	})
}

// Amending a comment does not bring withheld words back.
func TestAnAmendmentUnveilsNothing(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		r := newRound(t, b, submission.Content{Comments: []submission.NewComment{testbed.Comment("", "It is "+marker+".")}})
		r.mustRedact(r.of(1), words(marker))
		kept := testbed.Comment("", "It is still "+marker+", we say.")
		kept.ID = r.of(1)
		b.Do(r.sender, func(tx *workflows.Tx) error {
			_, err := submission.Update(tx, r.s.ID, r.s.Version, submission.Content{Comments: []submission.NewComment{kept}}, true)
			return err
		})
		r.bring(consultation.Closed)
		if strings.Contains(r.shown(r.reader), marker) || r.finds(r.reader, marker) || !r.finds(r.reader, "we say") {
			t.Error("the amendment shows what was withheld")
		}
	})
}

// f.3 rule 3: each withheld item leaves a stub with id, kind, ground, holder and
// review date; ids tell nothing of the comments.
func TestRule3StubsOfWhatIsWithheld(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		asked := testbed.Comment("", "Secret figures.")
		asked.Confidentiality, asked.Ground = submission.Confidential, "trade_secret"
		r := newRound(t, b, submission.Content{Comments: []submission.NewComment{asked, testbed.Comment("", "Insult."), testbed.Comment("", "Open.")}})
		r.bring(consultation.Closed)
		day := b.Clock.Now().Add(400 * 24 * time.Hour)
		b.Do(b.Official, func(tx *workflows.Tx) error {
			return moderation.Rule(tx, r.c.ID, []string{r.of(1)}, moderation.Ruling{Grant: true, Holder: "Trade Desk", ReviewDate: day})
		})
		r.mustRedact(r.of(2), moderation.NewRedaction{Part: submission.WholeComment, Reason: "abuse", Words: "It insults a person."})
		r.bring(consultation.Published)
		resp, _, err := review.GetResponse(b.Read(workflows.Actor{}), r.c.ID)
		if err != nil {
			t.Fatal(err)
		}
		if resp.Total != 4 || resp.Published != 2 || resp.Restricted != 2 || len(resp.Withheld) != 2 {
			t.Fatalf("counts %+v", resp)
		}
		for _, s := range resp.Withheld {
			ok := s.Level == "confidential" && s.Ground == "trade_secret" && s.Holder == "Trade Desk" && s.ReviewDate.Equal(day) ||
				s.Level == "redacted" && s.Ground == "abuse" && s.Words == "It insults a person." && s.Holder == "Testland" && s.ReviewDate != nil
			if !ok || s.Kind != "comment" || len(s.ID) != 16 || s.ID == r.of(1) || s.Outcome != "noted" || s.Number == 0 {
				t.Errorf("stub %+v", s)
			}
		}
		if n := b.Count("submissions", "id = ? AND publication = ?", r.s.ID, submission.IsRedacted); n != 1 {
			t.Error("the submission is not published in part")
		}
		b.Clock.Set(day)
		n, err := moderation.OverdueOf(b.Read(b.Official))
		if err != nil || n[r.c.ID] != 1 {
			t.Errorf("overdue to its holder: %v, %v", n, err)
		}
		if n, _ := moderation.OverdueOf(b.Read(b.Second)); len(n) != 0 {
			t.Error("overdue to somebody else")
		}
	})
}

// What is withheld after publication makes a new edition: the first stays as it
// was, only the comment concerned changes, and the change is told.
func TestWithheldAfterPublication(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		r := newRound(t, b, submission.Content{Comments: []submission.NewComment{testbed.Comment("", "Ask "+marker+"."), testbed.Comment("", "Open.")}})
		r.bring(consultation.Published)
		visitor := b.Read(workflows.Actor{})
		before, _, _ := review.GetResponse(visitor, r.c.ID)
		if err := b.Store.DB.Table("organisations").Where("id = ?", r.org.ID).Update("name", "Renamed Works").Error; err != nil {
			t.Fatal(err)
		}
		r.mustRedact(r.of(1), words(marker))
		after, _, err := review.GetResponse(visitor, r.c.ID)
		if err != nil || before.Edition != 1 || after.Edition != 2 || after.SHA256 == before.SHA256 || len(after.Changes) != 1 {
			t.Fatalf("%v, edition %d after %d, %+v", err, after.Edition, before.Edition, after.Changes)
		}
		if c := after.Changes[0]; c.Action != "redacted" || c.Reason != "personal_data" || len(c.Numbers) != 1 {
			t.Errorf("change %+v", c)
		}
		for i, m := range after.Comments {
			if changed := m.ID == r.of(1); m.Number != before.Comments[i].Number || !changed && (m.Text != before.Comments[i].Text || m.Organisation != before.Comments[i].Organisation) {
				t.Errorf("comment %d became %+v", m.Number, m)
			}
		}
		if strings.Contains(r.shown(workflows.Actor{}), marker) {
			t.Error("the words are still shown")
		}
		if err := b.Store.DB.Exec("UPDATE response_editions SET content = '{}'").Error; err == nil {
			t.Error("an edition can be changed")
		}
		if n := b.Count("submissions", "publication = ?", submission.IsRedacted); n != 1 {
			t.Errorf("%d submissions published in part", n)
		}
	})
}
