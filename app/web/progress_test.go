package web

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"jahorina/app/apptest"
	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/plan"
	"jahorina/workflows/stakeholder"
)

// Somebody of the lead body finds their milestone at home and in the calendar, and
// reports on it; the report of the plan tells so in every form.
func TestOwnerReportsAndThePlanTells(t *testing.T) {
	s := newSite(t)
	p := adopted(t, s)
	amina := s.as(s.bed.Official)
	a4 := "/measures/" + measureID(s, "A4")
	var lead string
	s.bed.Do(s.bed.Official, func(tx *workflows.Tx) error {
		m, err := plan.GetMeasure(tx, measureID(s, "A4"))
		lead = *m.LeadID
		return err
	})
	nada := s.bed.Person("Nada", "contributor", lead)
	today := s.bed.Clock.Now()
	step := url.Values{"step": {"Draft the by-law"}, "step_owner": {nada.PersonID()}, "step_due": {dayOf(today.AddDate(0, 0, 3))}}
	amina.get(a4).says(200, "Nada").post(a4+"/milestones", step).says(200, "Draft the by-law")
	at := amina.find(`href="(/milestones/[^"]+)"`)
	n := s.as(nada)
	n.get("/home").says(200, "A milestone of yours", "A4 Draft the by-law", at)
	n.get(at).says(200, "Say how far it is", "Due on").lacks("Change the milestone")
	n.post(at+"/report", url.Values{"progress": {"done"}, "note": {""}, "link": {"http://x.example"}, "version": {n.version()}}).says(422, "begins with https://", "http://x.example")
	s.as(s.bed.Person("Olga", "contributor", lead)).get(at).says(404)
	s.as(workflows.Actor{}).get(at).says(404)
	s.bed.Clock.Add(12 * 24 * time.Hour)
	s.bed.Tick()
	amina.get("/home").says(200, "A milestone is overdue, and the lead was told")
	n.get(at).says(200, "Overdue").post(at+"/report", url.Values{"progress": {"done"}, "note": {"Sent to the government"}, "version": {n.version()}}).says(200, "Sent to the government")
	amina.get("/home").lacks("the lead was told").get(a4).says(200, "Sent to the government")
	amina.get("/calendar?month=" + today.AddDate(0, 0, 3).Format("2006-01")).lacks("Draft the by-law")

	report := "/plans/" + p.ID + "/report?from=" + dayOf(today) + "&to=" + dayOf(today.AddDate(0, 1, 0))
	amina.get(report).says(200, "Milestones reached late", "A4 Draft the by-law", "Measures adopted", "Biosecurity by-law and inventory").lacks("%")
	for _, form := range []string{"csv", "json"} {
		amina.get(strings.Replace(report, "report?", "report/download/"+form+"?", 1)).says(200, "Draft the by-law", "A4")
	}
	amina.get(strings.Replace(report, "report?", "report/download/docx?", 1)).says(404)
	amina.get("/plans/" + p.ID + "/report?from=2027-02-30").says(422)
	amina.get("/plans/" + p.ID + "/report?from=2027-02-03&to=2027-01-01").says(422)
	amina.get("/plans/"+p.ID+"?tag=consequence").says(200, "No measure is like that")
	amina.get("/plans/" + p.ID + "?kind=procedures&lacks=upkeep").says(200).lacks("A4 Biosecurity")
	amina.get("/plans/" + p.ID + "?status=half").says(422)
}

// What is due stands in the calendar of those who may know of it.
func TestCalendarHasWhatIsDueInPlans(t *testing.T) {
	s := newSite(t)
	p := adopted(t, s)
	amina, visitor := s.as(s.bed.Official), s.as(workflows.Actor{})
	var due time.Time
	s.bed.Do(s.bed.Official, func(tx *workflows.Tx) error {
		m, err := plan.GetMeasure(tx, measureID(s, "A4"))
		due = m.DueOn
		return err
	})
	month := "/calendar?month=" + due.Format("2006-01")
	amina.get(month).says(200, "Measure is due", "A4 Biosecurity by-law and inventory")
	visitor.get(month).says(200).lacks("Measure is due")
	amina.get("/plans/"+p.ID).post("/plans/"+p.ID+"/issue", nil).says(200)
	visitor.get(month).says(200, "A4 Biosecurity by-law and inventory").lacks("A1 Amend")
}

// R12.1: what was decided, by whom, when and what follows, on one page in two
// languages with the same numbers.
func TestR12_1OutcomeSheetInTwoLanguages(t *testing.T) {
	s := newSite(t)
	d := s.bed.Draft(testbed.Text)
	orgs := []stakeholder.Organisation{s.bed.Organisation("Chamber", "industry"), s.bed.Organisation("Faculty", "academia")}
	c := s.bed.Bring(s.bed.Consultation(s.bed.New(d.ID), orgs...), consultation.Open)
	for i, o := range orgs {
		s.bed.Submit(s.bed.Person([]string{"Ana", "Ivo"}[i], "contributor", o.ID), c, testbed.Comment("", "One."), testbed.Comment("", "Two."))
	}
	visitor, amina := s.as(workflows.Actor{}), s.as(s.bed.Official)
	visitor.get("/consultations/" + c.ID + "/outcome").says(404)
	amina.get("/consultations/"+c.ID+"/outcome").says(200, "Nothing is decided yet")
	s.bed.Do(s.bed.Official, func(tx *workflows.Tx) error {
		p, err := plan.Create(tx, d.StrategyID, plan.Terms{Title: "First plan", StartsOn: tx.Now, EndsOn: tx.Now.AddDate(2, 0, 0)})
		if err != nil {
			return err
		}
		_, err = plan.Issue(tx, p.ID)
		return err
	})
	s.bed.Bring(c, consultation.Published)
	visitor.get("/consultations/"+c.ID+"/outcome?with=ru").says(200, "What was decided", "By whom", "What follows", "First plan", "Что решено", "4 comments were received, in 2 answers", `lang="ru"`).lacks("Nothing is decided yet", s.bed.Reviewer.Name)
	sheets := strings.Split(visitor.body, "<section lang=")
	if len(sheets) != 3 {
		t.Fatalf("%d sheets", len(sheets)-1)
	}
	digits := regexp.MustCompile(`[0-9]+`)
	numbers := func(html string) []string {
		html, _, _ = strings.Cut(html, "</section>")
		found := digits.FindAllString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(html, " "), -1)
		slices.Sort(found)
		return found
	}
	if a, b := numbers(sheets[1]), numbers(sheets[2]); !slices.Equal(a, b) || len(a) < 8 {
		t.Errorf("the numbers differ: %v, %v", a, b)
	}
	amina.get("/consultations/"+c.ID+"/outcome").says(200, s.bed.Reviewer.Name, "Ce qui a été décidé")
	visitor.get("/consultations/"+c.ID+"/outcome/download/csv?with=fr").says(200, "Noted,Notée,4")
	visitor.get("/consultations/" + c.ID + "/outcome/download/json").says(404)
	visitor.get("/consultations/"+c.ID+"/response").says(200, "/consultations/"+c.ID+"/outcome")
}

// What was added to plans, milestones, outcomes and comments can be read and used
// by everyone, also on a telephone and from right to left.
func TestPlanPagesAreAccessible(t *testing.T) {
	s := newSite(t)
	p := adopted(t, s)
	var step string
	s.bed.Do(s.bed.Official, func(tx *workflows.Tx) error {
		in := plan.Step{Title: "Draft the by-law", OwnerID: s.bed.Official.PersonID(), DueOn: p.StartsOn.AddDate(0, 3, 0)}
		first, err := plan.AddMilestone(tx, measureID(s, "A4"), in)
		if err != nil {
			return err
		}
		in.Title, in.DueOn, in.Needs, step = "Adopt it", p.StartsOn.AddDate(0, 6, 0), []string{first.ID}, first.ID
		_, err = plan.AddMilestone(tx, measureID(s, "A4"), in)
		return err
	})
	d := serving(s)
	c := s.bed.Bring(s.bed.Consultation(s.bed.New(d.ID)), consultation.Published)
	b := apptest.Browser(t)
	b.WithAxe()
	b.Open(s.url + "/sign-in/" + linkOf(s, s.bed.Official))
	b.Submit(`form[action^="/sign-in/"]`)
	for _, tag := range []string{"en", "ar"} {
		b.Open(s.url + "/")
		if tag != "en" {
			b.Click(`button[name="language"][value="` + tag + `"]`)
		}
		for _, path := range []string{
			"/plans/" + p.ID, "/plans/" + p.ID + "?status=done", "/plans/" + p.ID + "/report", "/milestones/" + step, "/consultations/" + c.ID + "/outcome",
			"/obligations/BWC-IV-B", "/plans/" + p.ID + "/measures/new", "/consultations/" + c.ID + "/comments",
		} {
			for _, width := range []int{1280, 320} {
				b.Size(width, 800)
				b.Open(s.url + path)
				for _, fault := range b.Axe() {
					t.Errorf("%s in %s at %d: %s", path, tag, width, fault)
				}
				if b.Overflows() {
					t.Errorf("%s in %s is wider than %d", path, tag, width)
				}
			}
		}
	}
}
