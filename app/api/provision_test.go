package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
)

// The comparison names all that happened to each provision, and a provision is
// followed through the drafts that the asker may read. R3.3 for programs.
func TestR3_3KindsOfChangeAndHistory(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		w := newWorld(t, b)
		w.signIn(b.Official)
		first := b.Draft(testbed.Text)
		b.Bring(b.Consultation(b.New(first.ID)), consultation.Open)
		next := b.NextDraft(first.StrategyID, strings.NewReplacer(
			"1.2 It covers industry, academia and trade.", "1.2 Museums keep a list of their collections and show it on request.\n\n1.3 It covers industry, academia and all trade.",
			"1.1 This strategy sets out how dual-use chemicals are controlled.\n\n", "", "2.1", "2.1 This strategy sets out how dual-use chemicals are controlled.\n\n2.2").Replace(testbed.Text))
		d := w.as(b.Official).get("/drafts/" + first.ID + "/diff?against=" + next.ID).want(http.StatusOK)
		var got []string
		for _, c := range objects(t, d.value["changes"]) {
			if kinds := c["kinds"].([]any); len(kinds) > 0 {
				got = append(got, fmt.Sprintf("%v %v %v", c["old_number"], c["new_number"], kinds))
			}
		}
		want := []string{"<nil> 1.2 [added]", "1.2 1.3 [renumbered reworded]", "1.1 2.1 [moved]", "2.1 2.2 [renumbered]"}
		if !slices.Equal(got, want) {
			t.Errorf("kinds %q, want %q", got, want)
		}

		path := "/provisions/" + b.Provision(first.ID, "1.2").ID
		p := w.as(b.Official).get(path).want(http.StatusOK)
		history := objects(t, p.value["history"])
		if len(history) != 2 || p.str("number") != "1.2" || history[0]["number"] != "1.3" || fmt.Sprint(history[0]["kinds"]) != "[renumbered reworded]" || fmt.Sprint(history[1]["kinds"]) != "[]" {
			t.Errorf("history %s", p.body)
		}
		public := w.as(workflows.Actor{}).get(path).want(http.StatusOK)
		if n := len(objects(t, public.value["history"])); n != 1 {
			t.Errorf("everyone sees %d drafts, want the one that has gone out: %s", n, public.body)
		}
		w.as(workflows.Actor{}).get("/provisions/"+b.Provision(next.ID, "1.3").ID).refused(http.StatusNotFound, "not_found")
	})
}
