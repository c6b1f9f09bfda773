package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/submission"
)

// A ranking is a place for each option, and "other" is said in one's own words;
// what cannot be taken comes back as it was filled in.
func TestRankingAndOwnWords(t *testing.T) {
	s := newSite(t)
	r := s.round("targeted",
		consultation.NewQuestion{Text: "What first?", Help: "Two fit into the first year.", Kind: "ranking", Options: []string{"Ports", "Labs", "Roads"}, Required: true},
		consultation.NewQuestion{Text: "Who should pay?", Kind: "single", Options: []string{"The state", "Users"}, Other: true},
		consultation.NewQuestion{Text: "Who should help?", Kind: "multiple", Options: []string{"Neighbours", "The Union"}, Other: true},
	)
	w := r.as(workflows.Actor{})
	w.get(r.invitation(r.chem))
	w.get(r.answer("/questions")).says(http.StatusOK, "Two fit into the first year.", "Give 1 to what matters most", "If other, say which")
	place := strings.TrimSuffix(w.find(`name="(answer-[^"]+-place-0)"`), "0")
	one, some := w.find(`name="(answer-[^"]+)" type="radio"`), w.find(`name="(answer-[^"]+)" type="checkbox"`)
	form := func(places ...string) url.Values {
		v := url.Values{"version": {w.version()}, one: {"other"}, one + "-own": {"The  European Union"}, some: {"Neighbours"}, some + "-own": {"Universities"}}
		for i, p := range places {
			v.Set(place+string(rune('0'+i)), p)
		}
		return v
	}
	w.post(r.answer("/questions"), form("2", "2", "")).says(http.StatusUnprocessableEntity, "Two options have place 2", "The  European Union", `<option value="2" selected>`)
	w.get(r.answer("/questions"))
	w.post(r.answer("/questions"), form("3", "1", "")).says(http.StatusOK, "3 of 3 answered")
	want := []string{"Labs\nPorts", "The European Union", "Neighbours\nUniversities"}
	var got []string
	if err := s.bed.Read(s.bed.Official).DB().Model(&submission.Answer{}).Joins("JOIN questions ON questions.id = question_id").Order("questions.position").Pluck("value", &got).Error; err != nil {
		t.Fatal(err)
	}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("stored %q, want %q", got, want)
	}
	w.get(r.answer("/questions")).says(http.StatusOK, `value="other" checked`, `value="The European Union"`, `value="Universities"`)
	w.get(r.answer("/submit")).says(http.StatusOK, "Labs\nPorts", "The European Union")
}
