package submission_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/submission"
)

// office is an organisation with two clerks and a head, and an open round.
type office struct {
	c          *consultation.Consultation
	org        stakeholder.Organisation
	one, other workflows.Actor
	head       workflows.Actor
}

func newOffice(b *testbed.Bed) office {
	org := b.Organisation("Chamber of Commerce", "industry")
	o := office{
		c: b.At(consultation.Open, org), org: org, one: b.Person("One", "contributor", org.ID),
		other: b.Person("Other", "contributor", org.ID), head: b.Person("Head", "contributor", org.ID),
	}
	return o
}

// wantsSignOff has the organisation want its head's sign-off.
func (o office) wantsSignOff(b *testbed.Bed) {
	b.Do(b.Admin, func(tx *workflows.Tx) error {
		in := stakeholder.NewOrganisation{Name: o.org.Name, Sector: o.org.Sector, Email: o.org.Email, SignOffRequired: true}
		if _, err := stakeholder.EditOrganisation(tx, o.org.ID, 1, in); err != nil {
			return err
		}
		var id string
		err := tx.DB().Table("assignments").Where("person_id = ?", o.head.ID[len("user:"):]).Limit(1).Pluck("id", &id).Error
		if err != nil {
			return err
		}
		return stakeholder.SetHead(tx, id, true)
	})
}

func put(b *testbed.Bed, by workflows.Actor, c *consultation.Consultation, id, text string, version int64) (string, error) {
	in := testbed.Comment("", text)
	in.ID = id
	var out string
	err := b.Write(by, func(tx *workflows.Tx) (err error) {
		_, out, err = submission.PutComment(tx, c.ID, in, version)
		return err
	})
	return out, err
}

// Whatever two colleagues do to the comments of one answer, in whatever order,
// the answer is what the model says: nothing one of them wrote is lost, and who
// saw an older wording is told so.
func TestColleaguesLoseNothing(t *testing.T) {
	testbed.Property(t, newOffice, func(t *rapid.T, b *testbed.Bed, o office) {
		b = b.With(t)
		type written struct {
			text    string
			version int64
		}
		model := map[string]written{}
		n := 0
		b.Do(o.one, func(tx *workflows.Tx) error { // each run with an answer of its own
			s, err := submission.Own(tx, o.c)
			if workflows.IsKind(err, workflows.NotFound) {
				return nil
			}
			if err != nil {
				return err
			}
			_, err = submission.Withdraw(tx, s.ID, s.Version)
			return err
		})
		who := rapid.SampledFrom([]workflows.Actor{o.one, o.other})
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			by := who.Draw(t, "by")
			ids := []string{""}
			for id := range model {
				ids = append(ids, id)
			}
			id := rapid.SampledFrom(sorted(ids)).Draw(t, "comment")
			n++
			text := fmt.Sprintf("text %d", n)
			switch behind := int64(rapid.IntRange(0, 1).Draw(t, "behind")); {
			case id == "":
				id, err := put(b, by, o.c, "", text, 0)
				if err != nil {
					t.Fatal(err)
				}
				model[id] = written{text, 1}
			case rapid.IntRange(0, 4).Draw(t, "remove") == 0 && behind == 0:
				b.Do(by, func(tx *workflows.Tx) error {
					_, err := submission.RemoveComment(tx, o.c.ID, id, model[id].version)
					return err
				})
				delete(model, id)
				for other, m := range model { // those after it move up
					model[other] = written{m.text, versionOf(t, b, other)}
				}
			default:
				_, err := put(b, by, o.c, id, text, model[id].version-behind)
				if behind == 1 && !workflows.IsKind(err, workflows.Stale) || behind == 0 && err != nil {
					t.Fatalf("%d behind: %v", behind, err)
				}
				if err == nil {
					model[id] = written{text, model[id].version + 1}
				}
			}
			for id, m := range model {
				var is submission.Comment
				if err := b.Store.DB.Take(&is, "id = ?", id).Error; err != nil || is.Text != m.text || is.Version != m.version {
					t.Fatalf("%s is %q in version %d, want %+v (%v)", id, is.Text, is.Version, m, err)
				}
			}
		}
	})
}

func versionOf(t *rapid.T, b *testbed.Bed, id string) int64 {
	var m submission.Comment
	if err := b.Store.DB.Take(&m, "id = ?", id).Error; err != nil {
		t.Fatal(err)
	}
	return m.Version
}

func sorted(ids []string) []string {
	out := append([]string{}, ids...)
	for i := range out {
		for j := i + 1; j < len(out); j++ {
			if out[j] < out[i] {
				out[i], out[j] = out[j], out[i]
			}
		}
	}
	return out
}

func TestHeadSignsOff(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		o := newOffice(b)
		o.wantsSignOff(b)
		if _, err := put(b, o.one, o.c, "", "Our view.", 0); err != nil {
			t.Fatal(err)
		}
		s, err := submission.Own(b.Read(o.one), o.c)
		if err != nil {
			t.Fatal(err)
		}
		submit := func(by workflows.Actor) error {
			return b.Write(by, func(tx *workflows.Tx) error {
				now, err := submission.Own(tx, o.c)
				if err != nil {
					return err
				}
				in, err := submission.ContentOf(tx, now)
				if err == nil {
					_, err = submission.Update(tx, now.ID, now.Version, in, true)
				}
				return err
			})
		}
		ask := func(by workflows.Actor) error {
			return b.Write(by, func(tx *workflows.Tx) error { _, err := submission.AskSignOff(tx, s.ID); return err })
		}
		send := func(by workflows.Actor, note string) error {
			return b.Write(by, func(tx *workflows.Tx) error { return submission.ReturnSignOff(tx, s.ID, note) })
		}
		if err := submit(o.one); !workflows.IsKind(err, workflows.Conflict) {
			t.Errorf("a clerk submits: %v", err)
		}
		if err := submit(b.ByLink(o.c, o.org)); !workflows.IsKind(err, workflows.Conflict) {
			t.Errorf("submitted by the link of the invitation: %v", err)
		}
		if err := send(o.head, "Not yet."); !workflows.IsKind(err, workflows.Conflict) {
			t.Errorf("returned unasked: %v", err)
		}
		if err := ask(b.Official); err == nil {
			t.Error("an official asks for it")
		}
		jobs := b.Jobs("announce")
		for range 2 {
			if err := ask(o.one); err != nil {
				t.Fatal(err)
			}
		}
		if n := b.Jobs("announce") - jobs; n != 1 {
			t.Errorf("asked twice and told %d times", n)
		}
		if err := send(o.one, "I return it."); !workflows.IsKind(err, workflows.Forbidden) {
			t.Errorf("a clerk returns it: %v", err)
		}
		if err := send(o.head, ""); !workflows.IsKind(err, workflows.Invalid) {
			t.Errorf("returned without a note: %v", err)
		}
		if err := send(o.head, "Say more of costs."); err != nil {
			t.Fatal(err)
		}
		if err := ask(o.other); err != nil {
			t.Fatal(err)
		}
		if err := submit(o.head); err != nil {
			t.Fatal(err)
		}
		last, err := submission.LastSignOff(b.Read(o.one), s.ID)
		if err != nil || last.Outcome != "signed" || last.DecidedName != o.head.Name {
			t.Errorf("sign-off %+v, %v", last, err)
		}
		if _, err := put(b, o.one, o.c, "", "One more.", 0); !workflows.IsKind(err, workflows.Conflict) {
			t.Errorf("a clerk amends: %v", err)
		}
		if _, err := put(b, o.head, o.c, "", "One more.", 0); err != nil {
			t.Errorf("the head amends: %v", err)
		}
	})
}

// Notes are for colleagues alone: neither officials nor others find them, and no
// version of the answer holds them.
func TestNotesStayAmongColleagues(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		o := newOffice(b)
		id, err := put(b, o.one, o.c, "", "Our view.", 0)
		if err != nil {
			t.Fatal(err)
		}
		s, err := submission.Own(b.Read(o.one), o.c)
		if err != nil {
			t.Fatal(err)
		}
		note := func(by workflows.Actor, text string) error {
			return b.Write(by, func(tx *workflows.Tx) error {
				_, err := submission.AddNote(tx, s.ID, id, "Member firm", text)
				return err
			})
		}
		if err := note(o.other, "Marker of a note"); err != nil {
			t.Fatal(err)
		}
		if err := note(o.other, " "); !workflows.IsKind(err, workflows.Invalid) {
			t.Errorf("an empty note: %v", err)
		}
		stranger := b.Person("Stranger", "contributor", b.Organisation("Elsewhere", "industry").ID)
		for _, by := range []workflows.Actor{b.Official, b.Auditor, stranger, {}} {
			if err := note(by, "x"); err == nil {
				t.Errorf("%s leaves a note", by.ID)
			}
			if rows, err := submission.Notes(b.Read(by), s); err == nil {
				t.Errorf("%s reads %d notes", by.ID, len(rows))
			}
		}
		if rows, err := submission.Notes(b.Read(o.head), s); err != nil || len(rows) != 1 || rows[0].Source != "Member firm" {
			t.Errorf("a colleague reads %v, %v", rows, err)
		}
		b.Do(o.one, func(tx *workflows.Tx) error {
			in, err := submission.ContentOf(tx, s)
			if err == nil {
				_, err = submission.Update(tx, s.ID, s.Version, in, true)
			}
			return err
		})
		for table, column := range map[string]string{"submission_versions": "content", "audit_entries": "reason"} {
			if n := b.Count(table, column+" LIKE ?", "%Marker of a note%"); n != 0 {
				t.Errorf("%s holds the note", table)
			}
		}
	})
}
