package web

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"jahorina/app/apptest/testbed"
	"jahorina/app/documents/samples"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/plan"
	"jahorina/workflows/strategy"
)

// stepped fills in what a table can say of two measures, with milestones that
// wait for each other, and returns the address of their plan.
func stepped(t *testing.T, s *site, strategyID string) string {
	t.Helper()
	day := func(n int) time.Time { return s.bed.Clock.Now().AddDate(0, n, 0).UTC().Truncate(24 * time.Hour) }
	var p *plan.Plan
	s.bed.Do(s.bed.Official, func(tx *workflows.Tx) (err error) {
		if p, err = plan.Create(tx, strategyID, plan.Terms{Title: "First plan", StartsOn: day(0), EndsOn: day(24)}); err != nil {
			return err
		}
		if _, err := plan.Import(tx, p.ID, samples.Measures, false); err != nil {
			return err
		}
		rows, err := plan.Measures(tx, p)
		if err != nil {
			return err
		}
		m := rows[3]
		_, err = plan.Put(tx, m.ID, m.Version, plan.Content{
			Number: m.Number, Title: "=By-law; “inventory”, signed", Kind: m.Kind, LeadID: *m.LeadID, Partners: rows[1].Partners, Obligations: []string{"BWC-IV-B"}, Provisions: []string{"4.5"}, Needs: []string{"2.3"},
			Upkeep: &plan.Amount{Minor: 9000050, Currency: "EUR"}, UpkeepOwner: "Institute", OwnFrom: day(30), StartsOn: day(1), Capability: "Inventory", Prevention: true, Consequence: true,
			Sustainability: "First line\n- second line", Indicator: "-1 case",
		})
		if err != nil {
			return err
		}
		if _, err := plan.AddResource(tx, m.ID, plan.Resource{Amount: plan.Amount{Minor: 1250, Currency: "USD"}, Year: 2028, Source: "shared", Owner: "Treasury"}); err != nil {
			return err
		}
		waits := ""
		for i, of := range []string{rows[0].ID, m.ID, m.ID} {
			in := plan.Step{Title: "Step, of work", OwnerID: s.bed.Official.PersonID(), DueOn: day(i + 1), Status: plan.Statuses[2-i], Note: "=1+1\nsaid", Link: "https://x.example/1"}
			if waits != "" {
				in.Needs = []string{waits}
			}
			one, err := plan.AddMilestone(tx, of, in)
			if err != nil {
				return err
			}
			waits = one.ID
		}
		return nil
	})
	return "/plans/" + p.ID
}

// emptyPlan makes another strategy with the same draft, and the address of its empty
// plan.
func emptyPlan(t *testing.T, s *site, title string) string {
	t.Helper()
	var st *strategy.Strategy
	s.bed.Do(s.bed.Official, func(tx *workflows.Tx) (err error) {
		st, err = strategy.Create(tx, testbed.State, "Another strategy")
		return err
	})
	s.bed.NextDraft(st.ID, string(samples.StrategyEN))
	var p *plan.Plan
	s.bed.Do(s.bed.Official, func(tx *workflows.Tx) (err error) {
		p, err = plan.Create(tx, st.ID, plan.Terms{Title: title, StartsOn: s.bed.Clock.Now(), EndsOn: s.bed.Clock.Now().AddDate(2, 0, 0)})
		return err
	})
	return "/plans/" + p.ID
}

// A plan with its milestones goes out as a table and comes back into an empty
// plan without a loss, in the reader's language; what was decided stays behind,
// and the preview says so.
func TestR6_1APlanComesBackFromItsTable(t *testing.T) {
	locales, err := templates.LoadLocales()
	if err != nil {
		t.Fatal(err)
	}
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		s := newSiteOn(t, locales, b)
		amina := s.as(b.Official)
		at := stepped(t, s, planned(t, s))
		for _, language := range []string{"en", "ar"} {
			amina.get("/plans").choose(language)
			out := amina.get(at + "/plan.csv").body
			if !strings.Contains(out, "A4.2") || !strings.Contains(out, "A1.1") || !strings.Contains(out, "https://x.example/1") {
				t.Fatalf("no milestones: %s", out)
			}
			to := emptyPlan(t, s, language)
			before := b.Count("milestones", "1 = 1")
			amina.get(to+"/import").upload(to+"/import", url.Values{"act": {"check"}}, "file", "plan.csv", []byte(out))
			amina.says(200, "A12", "4,200,000")
			if n := b.Count("milestones", "1 = 1"); n != before {
				t.Errorf("the dry run stored %d", n-before)
			}
			amina.upload(to+"/import", url.Values{"act": {"put"}}, "file", "plan.csv", []byte(out)).says(200, "A12")
			if back := amina.get(to + "/plan.csv").body; back != out {
				t.Errorf("%s: out\n%s\nback\n%s", language, out, back)
			}
		}
	})
}

// What is wrong with milestones of a table is said of their lines, and nothing
// is stored.
func TestATableOfMilestonesIsRefusedByItsLines(t *testing.T) {
	s := newSite(t)
	amina := s.as(s.bed.Official)
	at := emptyPlan(t, s, planned(t, s))
	head := strings.Join(plan.Columns, ",") + ",status,milestone,milestone_title,milestone_owner,milestone_due,milestone_status,milestone_needs\n"
	measure := "A1,Law,legislation,,,,Justice,,2027-07-01,,,,,,,done"
	amina.get(at + "/import")
	for line, want := range map[string]string{
		"A1.1,T,Nobody,2027-01-01,,":     "Line 2: Choose a person who works for this state",
		"A1.1,T,{},2027-01-41,,":         "Line 2: Enter a day",
		"A1.1,,{},2027-01-01,,":          "Line 2:",
		"A1.1,T,{},2027-01-01,late,":     "Line 2: In the column “milestone_status”",
		"A1.1,T,{},2027-01-01,,A9.1":     "Line 2: This is no other milestone",
		"A1.1,T,{},2027-01-01,,A1.2":     "each would wait for the other",
		"A1.1,T,{},2027-01-01,done,A1.3": "Line 2:",
		"A1.2,T,{},2027-01-01,,":         "The number A1.2 of a milestone stands in line 2 already",
	} {
		table := head + measure + "," + line + "\nA1,,,,,,,,,,,,,,,,A1.2,Two,{},2027-01-01,,A1.1;A1.3\nA1,,,,,,,,,,,,,,,,A1.3,Three,{},2027-01-01,,\n"
		table = strings.ReplaceAll(table, "{}", s.bed.Official.Name)
		amina.post(at+"/import", url.Values{"act": {"put"}, "table": {table}}).says(422, want)
	}
	if n := s.bed.Count("measures", "1 = 1") + s.bed.Count("milestones", "1 = 1"); n != 0 {
		t.Errorf("%d rows stored", n)
	}
	table := head + measure + ",A1.1,T," + s.bed.Official.Name + ",2027-01-01,,\n"
	amina.post(at+"/import", url.Values{"act": {"check"}, "table": {table}}).says(200, "Milestones that would be added: 1", "on their own pages: A1")
}
