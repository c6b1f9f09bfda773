package web

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"jahorina/app/apptest"
	"jahorina/app/apptest/testbed"
	"jahorina/app/documents"
	"jahorina/app/documents/samples"
	"jahorina/workflows"
	"jahorina/workflows/plan"
	"jahorina/workflows/strategy"
)

func TestPlanPagesFitTheirViews(t *testing.T) {
	fit(t, map[string]any{
		"public/plans": page[plansView]{}, "public/plan": page[planView]{}, "public/period": page[periodView]{}, "public/outcome": page[outcomeView]{}, "public/measure": page[measureView]{}, "official/plan_form": page[planFormView]{},
		"official/measure_form": page[measureFormView]{}, "official/measures_import": page[importMeasuresView]{}, "official/inherit": page[inheritView]{},
		"official/annex": page[annexView]{}, "official/milestone": page[milestoneView]{},
	})
}

// planned makes the sample strategy with the bodies of its annex A, and returns
// the strategy's id.
func planned(t *testing.T, s *site) string {
	t.Helper()
	for _, name := range []string{"Justice", "Foreign trade", "National Authority", "Health", "Customs", "Finance", "Interior", "Foreign affairs"} {
		s.bed.Organisation(name, "government")
	}
	var id string
	s.bed.Do(s.bed.Official, func(tx *workflows.Tx) error {
		st, err := strategy.Create(tx, testbed.State, "National strategy")
		if err != nil {
			return err
		}
		content, err := documents.Markdown(samples.StrategyEN, documents.Options{})
		if err != nil {
			return err
		}
		id = st.ID
		_, _, err = strategy.AddDraft(tx, st.ID, "", content)
		return err
	})
	return id
}

var planForm = url.Values{
	"title": {"Action plan 2026 to 2028"}, "starts_on": {"2026-07-01"}, "ends_on": {"2028-06-30"}, "stated_amount": {"4,800,000"}, "stated_currency": {"eur"}, "stated_in": {"10.1"},
}

// An official makes the plan of annex A: the table with its dry run, the sum
// against the text, what A1 and A4 lack, adoption, evidence, another day, the
// next plan.
func TestR1_5AnOfficialMakesThePlan(t *testing.T) {
	s := newSite(t)
	amina := s.as(s.bed.Official)
	id := planned(t, s)
	amina.get("/strategies/"+id).says(200, "/plans?strategy="+id)
	amina.get("/plans?strategy="+id).says(200, "There is no plan to read yet", "/strategies/"+id+"/plans/new")
	amina.get("/strategies/" + id + "/plans/new")
	wrong := url.Values{"title": {"Kept"}, "starts_on": {"2026-07-01"}, "ends_on": {"2026-06-01"}, "stated_amount": {"many"}, "stated_currency": {"EUR"}}
	amina.post("/strategies/"+id+"/plans/new", wrong).says(422, "Enter an amount", "Kept")
	wrong.Set("stated_amount", "")
	amina.post("/strategies/"+id+"/plans/new", wrong).says(422, "The last day must come after the first", "Kept", "2026-06-01")
	amina.post("/strategies/"+id+"/plans/new", planForm).says(200, "Action plan 2026 to 2028", "Not published yet", "There is no measure to read yet")
	at := strings.TrimSuffix(amina.at, "?")

	amina.get(at+"/import").says(200, "number, title, kind", "infrastructure-expertise")
	bad := strings.Replace(string(samples.Measures), "BWC-IV-B", "BWC-99", 1)
	amina.post(at+"/import", url.Values{"act": {"put"}, "table": {bad}}).says(422, "Line 5: The register has no obligation with the code BWC-99", "A12,")
	amina.post(at+"/import", url.Values{"act": {"check"}, "table": {string(samples.Measures)}}).says(200, "12 measures would be added", "4,200,000", `value="put"`)
	amina.post(at+"/import", url.Values{"act": {"put"}, "table": {string(samples.Measures)}}).
		says(200, "A1 Amend the penal code", "4,800,000", "4,200,000", "600,000", "10.1", "No money is named for: 2027, 2028", "<svg", "Partner sought")
	a4 := "/measures/" + measureID(s, "A4")
	amina.get(a4).says(200, "2.3 The main gaps", "/obligations/BWC-IV-B", "4.5 Laboratories", "540,000", "Partner sought", "There is no plan to keep it up", "Regulatory enforcement")
	amina.post(a4+"/transitions", url.Values{"action": {"adopt"}}).says(422, "say who owns the upkeep", "give the upkeep a year", "first day without outside help")
	amina.get(a4+"/edit").says(200, "1540-OP3A-BM-REL; BWC-IV-B", `value="A4"`)
	form := url.Values{
		"version": {amina.version()}, "number": {"A4"}, "title": {"Biosecurity by-law"}, "kind": {"regulatory_enforcement"}, "lead": {amina.find(`<option value="([^"]+)" selected[^>]*>Health`)}, "needs": {"2.3"},
		"tags": {"prevention", "consequence"}, "obligations": {"BWC-IV-B, 1540-OP3A-BM-REL"}, "provisions": {"4.5; 99.9"}, "partners": {"Interior\nNobody at all"},
		"upkeep_amount": {"90000"}, "upkeep_currency": {"EUR"}, "upkeep_owner": {"Institute of health"}, "own_from": {"2029-01-01"}, "sustainability": {"In the budget of the institute"},
	}
	amina.post(a4+"/edit", form).says(422, "no organisation “Nobody at all”", "4.5; 99.9", "In the budget of the institute", "2029-01-01")
	form.Set("partners", "interior")
	amina.post(a4+"/edit", form).says(422, "The draft has no provision 99.9")
	form.Set("provisions", "4.5")
	amina.post(a4+"/edit", form).says(200, "Biosecurity by-law", "90,000", "Interior", "Managing consequences").lacks("There is no plan to keep it up")
	amina.post(a4+"/transitions", url.Values{"action": {"adopt"}}).says(200, "It is saved and on the record").lacks("Not adopted yet")
	amina.post(a4+"/transitions", url.Values{"action": {"start"}}).says(200, "Under way")
	amina.post(a4+"/transitions", url.Values{"action": {"finish"}}).says(409, "Nothing shows that it is done")
	amina.post(a4+"/evidence", url.Values{"evidence_kind": {"law"}, "text": {""}, "link": {"http://x.example"}}).says(422, "begins with https://", "http://x.example")
	amina.post(a4+"/evidence", url.Values{"evidence_kind": {"law"}, "text": {"Gazette 12/27"}}).says(200, "Gazette 12/27")
	amina.post(a4+"/transitions", url.Values{"action": {"finish"}}).says(200, "Done")
	amina.post(a4+"/transitions", url.Values{"action": {"resume"}}).says(422)
	amina.post(a4+"/transitions", url.Values{"action": {"resume"}, "reason": {"Struck down"}}).says(200, "Struck down", "taken up again", "added").lacks("· begun<")
	amina.post(a4+"/resources", url.Values{"amount": {"12x"}, "currency": {"EUR"}, "year": {"2028"}, "source": {"state"}}).says(422, "Enter an amount", "12x")
	amina.post(a4+"/resources", url.Values{"amount": {"12"}, "currency": {"EUR"}, "year": {"2028"}, "source": {"state"}}).says(200, "12", "State budget")
	amina.post(a4+"/resources", url.Values{"drop": {"1"}, "version": {amina.version()}}).says(200, "money taken away")

	a5 := "/measures/" + measureID(s, "A5")
	amina.get(a5).post(a5+"/due", url.Values{"due_on": {"2027-09-01"}}).says(422, `href="#delay"`, `href="#agreed_by"`)
	amina.post(a5+"/due", url.Values{"due_on": {"2027-09-01"}, "delay": {"Waits for the act"}, "agreed_by": {"The Body"}}).says(200, "From 1 May 2027 to 1 September 2027. Reason: Waits for the act. Agreed by: The Body.")
	amina.get(at).post(at+"/issue", nil).says(200, "The plan is published")

	amina.get("/strategies/" + id + "/plans/new")
	second := url.Values{"title": {"Second plan"}, "starts_on": {"2028-07-01"}, "ends_on": {"2030-06-30"}}
	amina.post("/strategies/"+id+"/plans/new", second).says(200, "Take over open measures")
	next := strings.TrimSuffix(amina.at, "?")
	take := url.Values{"measures[0].take": {measureID(s, "A1")}, "measures[0].due_on": {"2028-12-01"}}
	amina.get(next+"/inherit").says(200, "A12 Exercise").post(next+"/inherit", take).says(422, "2028-12-01", "checked")
	take["measures[0].reason"], take["measures[0].agreed_by"] = []string{"Parliament dissolved"}, []string{"Government"}
	amina.post(next+"/inherit", take).says(200, "A1 Amend the penal code").lacks("A2 Adopt")
	amina.get("/measures/"+measureID(s, "A1")).says(200, "From 1 July 2027 to 1 December 2028. Reason: Parliament dissolved. Agreed by: Government.")

	for who, status := range map[*reader]int{s.as(s.bed.Reviewer): 403, s.as(s.bed.Admin): 403} {
		who.get(at).says(200, "A1 Amend").lacks("Take in measures")
		who.get(at + "/import").says(status)
		who.get(a4 + "/edit").says(status)
	}
}

func measureID(s *site, number string) string {
	var ids []string
	if err := s.bed.Store.DB.Table("measures").Where("number = ?", number).Pluck("id", &ids).Error; err != nil || len(ids) != 1 {
		s.t.Fatalf("measure %s: %v, %v", number, ids, err)
	}
	return ids[0]
}

// adopted makes a plan in which A4 alone is adopted and rests on the annex.
func adopted(t *testing.T, s *site) *plan.Plan {
	t.Helper()
	id := planned(t, s)
	var p *plan.Plan
	s.bed.Do(s.bed.Official, func(tx *workflows.Tx) (err error) {
		p, err = plan.Create(tx, id, plan.Terms{Title: "First plan", StartsOn: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC), EndsOn: time.Date(2028, 6, 30, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			return err
		}
		if _, err := plan.Import(tx, p.ID, samples.Measures, false); err != nil {
			return err
		}
		a, err := plan.AddAnnex(tx, id, "Annex C, 2", "Security of sites", "ZQSECRET of the laboratory")
		if err != nil {
			return err
		}
		rows, err := plan.Measures(tx, p)
		if err != nil {
			return err
		}
		m := rows[3]
		in := plan.Content{
			Number: m.Number, Title: m.Title, Kind: m.Kind, LeadID: *m.LeadID, Obligations: []string{"BWC-IV-B"}, Provisions: []string{"4.5"}, Needs: []string{"2.3"},
			Upkeep: &plan.Amount{Minor: 0, Currency: "EUR"}, UpkeepOwner: "Institute", OwnFrom: time.Date(2029, 1, 1, 0, 0, 0, 0, time.UTC), AnnexID: a.ID,
		}
		if _, err := plan.Put(tx, m.ID, m.Version, in); err != nil {
			return err
		}
		_, err = plan.Apply(tx, m.ID, plan.Adopt, "")
		return err
	})
	return p
}

// What everyone can read of a plan, also as a file, has the reference of the
// annex and none of its text.
func TestR6_4PublicExportHasTheReferenceAlone(t *testing.T) {
	s := newSite(t)
	p := adopted(t, s)
	visitor, amina := s.as(workflows.Actor{}), s.as(s.bed.Official)
	visitor.get("/plans/" + p.ID).says(404)
	visitor.get("/plans").says(200, "There is no plan to read yet").get("/measures/" + measureID(s, "A4")).says(404)
	amina.get("/plans/"+p.ID).post("/plans/"+p.ID+"/issue", nil).says(200, "The plan is published")
	visitor.get("/").says(200, `href="/plans"`).get("/plans").says(200, "First plan")
	for _, path := range []string{"/plans/" + p.ID, "/plans/" + p.ID + "/plan.csv", "/measures/" + measureID(s, "A4")} {
		visitor.get(path).says(200, "Biosecurity by-law and inventory", "Annex C, 2").lacks("ZQSECRET", "Amend the penal code", "What is still missing")
	}
	visitor.get("/measures/" + measureID(s, "A1")).says(404)
	at := "/strategies/" + p.StrategyID + "/annex"
	visitor.get(at).says(404)
	s.as(s.bed.Auditor).get(at).says(404)
	s.as(s.bed.Reviewer).get(at).says(200, "ZQSECRET").lacks(`name="reference"`)
	amina.get(at).post(at, url.Values{"reference": {"Annex C, 2"}, "reason": {"x"}, "text": {"Kept text"}}).says(422, "has an entry “Annex C, 2” already", "Kept text")
	amina.post(at, url.Values{"reference": {"Annex C, 3"}, "reason": {"x"}, "text": {"Other"}}).says(200, "Annex C, 3")
}

// The plan in a browser: with the keyboard, and without scripts at the width of
// a telephone.
func TestR12_3PlanInABrowser(t *testing.T) {
	s := newSite(t)
	p := adopted(t, s)
	for _, scripts := range []bool{true, false} {
		b := apptest.Browser(t)
		if scripts {
			b.Keyboard()
		} else {
			b.NoScripts()
			b.Size(320, 640)
		}
		b.Open(s.url + "/sign-in/" + linkOf(s, s.bed.Official))
		b.Submit(`form[action^="/sign-in/"]`)
		b.Open(s.url + "/plans/" + p.ID)
		if b.Overflows() {
			t.Error("the plan is too wide")
		}
		a4 := "/measures/" + measureID(s, "A4")
		b.Click(`td a[href="` + a4 + `"]`)
		if text := b.Text("#trace ~ dl"); !strings.Contains(text, "BWC-IV-B") || !strings.Contains(text, "Partner sought") || b.Overflows() {
			t.Errorf("the trace says %s", text)
		} else if !regexp.MustCompile(`(?s)2\.3 The main gaps.*BWC-IV-B.*Measure\s+A4 Biosecurity by-law and inventory.*Partner sought`).MatchString(text) {
			t.Errorf("the trace is not the chain: %s", text)
		}
		b.Click(`main a[href="` + a4 + `/edit"]`)
		owner := map[bool]string{true: "Institute of health", false: "Laboratory service"}[scripts]
		b.Fill("#upkeep_owner", owner)
		b.Click("main form button")
		if text := b.Text("main"); !strings.Contains(text, owner) || b.Overflows() {
			t.Errorf("the owner is not %s: %s", owner, text)
		}
	}
}
