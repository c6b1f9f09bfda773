package web

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
)

// answeredRound is a closed public round in which one organisation answered,
// one was asked in vain.
func answeredRound(t *testing.T) round {
	s := newSite(t)
	r := s.round("public", consultation.NewQuestion{Text: "Agreed?", Kind: "single", Options: []string{"Yes", "=1+1"}},
		consultation.NewQuestion{Text: "What first?", Kind: "ranking", Options: []string{"Ports", "Labs"}}, consultation.NewQuestion{Text: "What else?", Kind: "text"})
	w := r.as(workflows.Actor{})
	w.get(r.invitation(r.chem))
	w.post(r.answer("/comment"), with(commentForm("A comment."), "version", "0"))
	w.get(r.answer("/questions"))
	form := url.Values{"version": {w.version()}, w.find(`name="(answer-[^"]+)" type="radio"`): {"=1+1"}, w.find(`name="(answer-[^"]+-place-0)"`): {"2"}, w.find(`name="(answer-[^"]+-place-1)"`): {"1"}}
	form.Set(w.find(`<textarea[^>]+name="(answer-[^"]+)"`), "Marker of a free text.")
	w.post(r.answer("/questions"), form).says(http.StatusOK, "3 of 3 answered")
	w.get(r.answer("/submit"))
	w.post(r.answer("/submit"), url.Values{"version": {w.version()}, "confirm": {"yes"}}).says(http.StatusOK, "Answer received")
	r.c = s.bed.Bring(r.c, consultation.Closed)
	return r
}

// R3.15 on the page: pictures with their tables, sectors from which nothing came
// among them, and as files.
func TestR3_15ParticipationInPictures(t *testing.T) {
	r := answeredRound(t)
	w := r.as(r.bed.Official)
	w.get(r.path("/participation")).says(http.StatusOK, "<svg", "Participation by sector", "Civil society", "Submissions over the window", "Where the comments are that you may read", "Answered: 1. Invited: 1.", "Show as a table")
	w.get(r.path("/figures/sectors.svg")).says(http.StatusOK, `xmlns="http://www.w3.org/2000/svg"`, "<title")
	w.get(r.path("/figures/sectors.csv"))
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(w.body, "\uFEFF"))).ReadAll()
	if err != nil || len(rows) != 7 || rows[0][0] != "Sector" {
		t.Errorf("table %q, %v", rows, err)
	}
	w.get(r.path("/figures/nothing.csv")).says(http.StatusNotFound)
	w.get(r.path("/figures/sectors.exe")).says(http.StatusNotFound)
	v := r.as(workflows.Actor{})
	v.get(r.path("")).says(http.StatusOK, "Who took part, in pictures and tables")
	v.get(r.path("/participation")).says(http.StatusOK, "Numbers below five are not told").lacks("Answered uninvited", "Opened the invitation only")
}

func TestResultsOfTheQuestionnaire(t *testing.T) {
	r := answeredRound(t)
	w := r.as(r.bed.Official)
	w.get(r.path("/results")).says(http.StatusOK, "1 submission counts.", "Agreed?", "1 answered, 0 did not.", "Borda", "Points: 1. Ranked first: 1.", "Marker of a free text.", "Broken down: \u2068Agreed?\u2069", "1 (100 %)")
	by := w.find(`<option value="([0-9a-f-]{36})">Agreed\?`)
	w.get(r.path("/results?by="+by)).says(http.StatusOK, `<option value="`+by+`" selected`)
	w.get(r.path("/results?by=nothing")).says(http.StatusUnprocessableEntity, "check what you entered")
	w.get(r.path("/figures/question-1.csv")).says(http.StatusOK, "'=1+1")
	w.get(r.path("/figures/question-1.csv?by=sector")).says(http.StatusOK, "Industry,1,0,1")
	v := r.as(workflows.Actor{})
	v.get(r.path("/results")).says(http.StatusNotFound)
	r.bed.Answer(r.c)
	r.bed.Bring(r.c, consultation.Published)
	v.get(r.path("/results")).says(http.StatusOK, "1 submission counts.", "too few answers").lacks("Marker of a free text.")
	v.get(r.path("/response")).says(http.StatusOK, "What became of the comments, by type", "<svg")
}

func TestOrganisationIsEdited(t *testing.T) {
	s := newSite(t)
	o := s.bed.Organisation("Chemical Federation", "industry")
	s.bed.Organisation("Another", "industry")
	w := s.as(s.bed.Admin)
	w.get("/organisations").says(http.StatusOK, `href="/organisations/`+o.ID)
	form := func(name string) url.Values {
		return url.Values{"version": {"1"}, "name": {name}, "sector": {"industry"}, "email": {o.Email}, "language": {"en"}, "region": {"Herzegovina"}, "size": {"small"}}
	}
	w.get("/organisations/"+o.ID).says(http.StatusOK, `value="Chemical Federation"`, "10 to 49 people")
	w.post("/organisations/"+o.ID, form("another")).says(http.StatusConflict, "Herzegovina")
	w.post("/organisations/"+o.ID, form("Chemical and Plastics Federation")).says(http.StatusOK, "The organisation is saved", "Plastics")
	again := with(form("Third"), "state", "BA", "email", "third@example.org", "region", "  HERZEGOVINA ")
	w.get("/organisations/new").says(http.StatusOK, `list="region-list"`, `<option value="Herzegovina"></option>`)
	w.post("/organisations/new", again).says(http.StatusOK, "Third")
	w.get("/organisations/new").lacks("HERZEGOVINA")
	w.post("/organisations/"+o.ID, form("Somebody else’s change")).says(http.StatusPreconditionFailed)
}
