package web

import (
	"net/http"
	"net/url"
	"testing"

	"jahorina/workflows"
	"jahorina/workflows/stakeholder"
)

// Two clerks of a federation write its answer, leave notes, and the head signs
// it off; officials see nothing of what they said to each other.
func TestColleaguesPrepareAnAnswer(t *testing.T) {
	s := newSite(t)
	r := s.round("targeted")
	one, other, head := s.bed.Person("Ana One", "contributor", r.chem.ID), s.bed.Person("Ivo Other", "contributor", r.chem.ID), s.bed.Person("Eva Head", "contributor", r.chem.ID)
	a := s.as(s.bed.Admin)
	var assignment string
	if err := s.bed.Store.DB.Table("assignments").Where("person_id = ?", head.ID[len("user:"):]).Limit(1).Pluck("id", &assignment).Error; err != nil {
		t.Fatal(err)
	}
	a.get("/people").says(http.StatusOK, "Name as head")
	a.post("/assignments/"+assignment+"/head", url.Values{"head": {"yes"}}).says(http.StatusOK, "No longer head")
	a.get("/organisations/"+r.chem.ID).says(http.StatusOK, "Only a head may submit")
	s.bed.Do(s.bed.Admin, func(tx *workflows.Tx) error {
		in := stakeholder.NewOrganisation{Name: r.chem.Name, Sector: r.chem.Sector, Email: r.chem.Email, Language: r.chem.Language, SignOffRequired: true}
		_, err := stakeholder.EditOrganisation(tx, r.chem.ID, 1, in)
		return err
	})

	w, v := s.as(one), s.as(other)
	w.get(r.answer("/comment"))
	w.post(r.answer("/comment"), commentForm("Our first point.")).says(http.StatusOK, "Our first point.")
	edit := w.find(`href="(` + r.answer("/comment") + `\?comment=[^"]+)"`)
	w.get(edit).says(http.StatusOK, "Written by Ana One", "Only people of your organisation see these")
	v.get(edit)
	v.post(edit, with(commentForm("Our first point, sharper."), "version", v.version())).says(http.StatusOK, "sharper")
	// The first has the form open still: both wordings stand side by side.
	w.post(edit, with(commentForm("Our first point, softer."), "version", "1")).says(http.StatusPreconditionFailed, "Our first point, softer.", "Our first point, sharper.", "From their wording to yours")
	v.get(edit).says(http.StatusOK, "Written by Ana One, last changed by Ivo Other")
	v.post(r.answer("/notes")+"?"+edit[len(r.answer("/comment?")):], url.Values{"note": {"Marker among colleagues."}, "source": {"Plastics Ltd"}}).says(http.StatusOK, "View of Plastics Ltd")
	v.post(r.answer("/notes"), url.Values{"note": {""}}).says(http.StatusUnprocessableEntity, `id="note-error"`)

	w.get(r.answer("/submit")).says(http.StatusOK, "Ask for the sign-off", "Eva Head").lacks("Sign off and submit")
	w.post(r.answer("/sign-off"), url.Values{}).says(http.StatusOK, "has been asked", "Ana One asked for it")
	h := s.as(head)
	h.get(r.answer("/submit")).says(http.StatusOK, "Sign off and submit", "Return it")
	h.post(r.answer("/sign-off/return"), url.Values{"note": {"Say more of costs."}}).says(http.StatusOK, "returned to your colleagues")
	w.get(r.answer("/submit")).says(http.StatusOK, "Returned by Eva Head", "Say more of costs.")
	w.post(r.answer("/sign-off"), url.Values{}).says(http.StatusOK, "has been asked")
	h.get(r.answer("/submit"))
	h.post(r.answer("/submit"), url.Values{"version": {h.version()}, "confirm": {"yes"}}).says(http.StatusOK, "Answer received")
	o := s.as(s.bed.Official)
	o.get(r.path("/comments")).says(http.StatusOK, "sharper").lacks("Marker among colleagues", "Plastics Ltd")
	o.get(r.path("/record")).says(http.StatusOK, "asked the head of the organisation").lacks("Say more of costs", "Marker among colleagues")
}
