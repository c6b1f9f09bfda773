package workflows_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/review"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
)

// Paging shows every row once, even when rows come in between two pages.
func TestPaging(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		var made []string
		add := func() { made = append(made, b.Organisation(fmt.Sprintf("Organisation %d", len(made)), "industry").ID) }
		for range 7 {
			add()
		}
		var seen []string
		page := workflows.Page{Limit: 3}
		for {
			rows, next, err := stakeholder.Organisations(b.Read(b.Admin), testbed.State, stakeholder.Filter{}, page)
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range rows {
				seen = append(seen, o.ID)
			}
			if next == "" {
				break
			}
			if len(made) < 9 {
				add()
			}
			page.After = next
		}
		if !slices.Equal(seen, made) {
			t.Errorf("saw %d rows, want the %d made, each once, in order", len(seen), len(made))
		}
		rows, _, err := stakeholder.Organisations(b.Read(b.Admin), testbed.State, stakeholder.Filter{}, workflows.Page{After: made[2]})
		if err != nil || len(rows) != len(made)-3 || rows[0].ID != made[3] {
			t.Errorf("after the third: %d rows, %v", len(rows), err)
		}
	})
}

func TestPagingOfTheRecord(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		c := b.At(consultation.Published)
		want := b.Trail(c.ID)
		var got []workflows.Entry
		page := workflows.Page{Limit: 2}
		for {
			rows, next, err := workflows.Trail(b.Read(b.Auditor), testbed.State, c.ID, "", page)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, rows...)
			if page.After = next; next == "" {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d entries paged, %d stored", len(got), len(want))
		}
	})
}

// Whatever bytes stand where an id, a cursor or a search belongs: an answer or
// a clear error, never a fault of the database.
func TestMalformedIDs(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		c := b.At(consultation.Open)
		for _, bad := range []string{"", " ", "x", "\x00", "a\x00b", "\xff\xfe", "'; DROP TABLE people; --", "%", strings.Repeat("x", 100_000), c.ID + " ", "ﬁ"} {
			tx := b.Read(b.Official)
			for what, err := range lookUp(tx, bad) {
				if !workflows.IsKind(err, workflows.NotFound) && !workflows.IsKind(err, workflows.Invalid) {
					t.Errorf("%s with id %.20q: %v", what, bad, err)
				}
			}
			for what, err := range search(tx, c, bad) {
				if err != nil && !workflows.IsKind(err, workflows.Invalid) {
					t.Errorf("%s with %.20q: %v", what, bad, err)
				}
			}
		}
		for _, limit := range []int{-1, workflows.MaxLimit + 1} {
			if _, _, err := consultation.List(b.Read(b.Official), consultation.Filter{}, workflows.Page{Limit: limit}); !workflows.IsKind(err, workflows.Invalid) {
				t.Errorf("limit %d: %v", limit, err)
			}
		}
	})
}

func lookUp(tx *workflows.Tx, id string) map[string]error {
	out := map[string]error{}
	_, out["consultation"] = consultation.Get(tx, id)
	_, out["strategy"] = strategy.Get(tx, id)
	_, out["draft"] = strategy.GetDraft(tx, id)
	_, _, out["submission"] = submission.Get(tx, id)
	_, _, out["comment"] = submission.GetComment(tx, id)
	_, out["attachment"] = submission.GetAttachment(tx, id)
	_, out["receipt"] = submission.ByReceipt(tx, id)
	_, _, out["response"] = review.GetResponse(tx, id)
	_, out["organisation"] = stakeholder.GetOrganisation(tx, id)
	_, out["state"] = stakeholder.GetState(tx, id)
	_, out["person"] = stakeholder.ActorOf(tx, id)
	_, out["address"] = stakeholder.PersonByEmail(tx, id)
	_, _, out["invitation"] = consultation.ActorByInvitation(tx, id)
	_, _, out["respondent"] = consultation.Confirm(tx, id)
	return out
}

func search(tx *workflows.Tx, c *consultation.Consultation, text string) map[string]error {
	out := map[string]error{}
	page := workflows.Page{After: text}
	_, _, out["cursor of consultations"] = consultation.List(tx, consultation.Filter{}, page)
	_, _, out["cursor of comments"] = submission.Comments(tx, c, submission.Filter{}, page)
	_, _, out["cursor of submissions"] = submission.All(tx, c, page)
	_, _, out["cursor of the record"] = workflows.Trail(tx, testbed.State, c.ID, "", page)
	_, _, out["kind of consultation"] = consultation.List(tx, consultation.Filter{Kind: text}, workflows.Page{})
	_, _, out["state of consultation"] = consultation.List(tx, consultation.Filter{States: []string{text}}, workflows.Page{})
	_, _, out["country"] = consultation.List(tx, consultation.Filter{Code: text}, workflows.Page{})
	_, _, out["search of comments"] = submission.Comments(tx, c, submission.Filter{Query: text}, workflows.Page{})
	_, _, out["filter of comments"] = submission.Comments(tx, c, submission.Filter{Type: text, Sector: text, ProvisionID: text, State: text, SubmissionID: text}, workflows.Page{})
	_, _, out["search of organisations"] = stakeholder.Organisations(tx, testbed.State, stakeholder.Filter{Query: text}, workflows.Page{})
	_, _, out["sector of organisations"] = stakeholder.Organisations(tx, testbed.State, stakeholder.Filter{Sectors: []string{text}}, workflows.Page{})
	return out
}
