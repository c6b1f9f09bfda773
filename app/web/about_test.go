package web

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/plan"
	"jahorina/workflows/submission"
)

// A comment points to an obligation beside its provision: on the form, at the
// desk, in the comparison with the next draft, in the review and in the response.
func TestCommentPointsToAnObligation(t *testing.T) {
	s := newSite(t)
	d := serving(s)
	org := s.bed.Organisation("Chamber", "industry")
	c := s.bed.Bring(s.bed.Consultation(s.bed.New(d.ID), org), consultation.Open)
	lejla := s.as(s.bed.Person("Lejla", "contributor", org.ID))
	on := s.bed.Provision(d.ID, "1.1")
	form := "/consultations/" + c.ID + "/answer/comment?provision=" + on.ID
	lejla.get(form).says(200, "Which obligation is it about?", `value="CWC-VII1A"`, "Another obligation, by its code")
	typed := url.Values{"text": {"Goods belong here."}, "type": {"technical"}, "obligation_code": {"cwc-99"}, "confidentiality": {"public"}, "language": {"en"}}
	lejla.post(form, typed).says(422, "The register has no obligation with the code CWC-99", `href="#obligation_code"`, "Goods belong here.", "cwc-99")
	typed.Set("obligation_code", "")
	typed.Set("obligation", "CWC-VII1A")
	lejla.post(form, typed).says(200, "Goods belong here.")
	lejla.get("/consultations/" + c.ID + "/answer/comment?provision=" + s.bed.Provision(d.ID, "2.1").ID)
	lejla.says(200, "Obligation it is about, by its code").lacks("Which obligation is it about?")
	second := url.Values{"text": {"Twice a year."}, "type": {"general"}, "obligation_code": {"bwc-i"}, "confidentiality": {"public"}, "language": {"en"}}
	lejla.post("/consultations/"+c.ID+"/answer/comment?provision="+s.bed.Provision(d.ID, "2.1").ID, second).says(200)
	lejla.get("/consultations/" + c.ID + "/answer/submit")
	lejla.post("/consultations/"+c.ID+"/answer/submit", url.Values{"confirm": {"yes"}, "version": {lejla.version()}}).says(200)

	s.bed.Bring(c, consultation.Closed)
	amina := s.as(s.bed.Official)
	amina.get("/consultations/"+c.ID+"/comments").says(200, `href="/obligations/CWC-VII1A"`, `value="BWC-I"`)
	amina.get("/consultations/"+c.ID+"/comments?obligation=BWC-I").says(200, "Twice a year.").lacks("Goods belong here.")
	amina.get("/consultations/"+c.ID+"/comments?obligation=1540-OP3D-EXP").says(200, "Goods belong here.").lacks("Twice a year.")
	rows, err := submission.Standing(s.bed.Read(s.bed.Official), c.ID)
	if err != nil || len(rows) != 2 {
		t.Fatalf("%v, %v", rows, err)
	}
	amina.get("/comments/"+rows[1].ID).says(200, "About the obligation", "BWC-I")

	due := time.Date(2027, 5, 1, 0, 0, 0, 0, time.UTC)
	s.bed.Do(s.bed.Official, func(tx *workflows.Tx) error {
		p, err := plan.Create(tx, d.StrategyID, plan.Terms{Title: "Plan", StartsOn: due.AddDate(-1, 0, 0), EndsOn: due})
		if err != nil {
			return err
		}
		_, err = plan.Add(tx, p.ID, plan.Content{Number: "A1", Title: "Reporting by-law", Kind: plan.Kinds[0], Provisions: []string{"2.1"}, Obligations: []string{"NPT-I"}}, due)
		return err
	})
	s.bed.Propose(rows[1].ID, submission.NewDisposition{Outcome: "accepted", Rationale: "Right."})
	next := s.bed.NextDraft(d.StrategyID, strings.Replace(testbed.Text, "each year", "twice a year", 1))
	amina.get("/drafts/"+next.ID+"/redline").says(200, "Touches", "NPT-I", "BWC-I", "Measures that rest on it", "A1 Reporting by-law", "About the obligation BWC-I")
	amina.get("/provisions/"+s.bed.Provision(next.ID, "2.1").ID).says(200, "Measures that rest on it", "A1 Reporting by-law")
	lejla.get("/provisions/"+s.bed.Provision(d.ID, "2.1").ID).says(200, "2.1").lacks("A1 Reporting", "Measures that rest on it")
	amina.get("/obligations/NPT-I").says(200, "A1 Reporting by-law")
	s.as(workflows.Actor{}).get("/obligations/NPT-I").says(200, "NPT-I").lacks("A1 Reporting")
}
