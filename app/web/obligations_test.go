package web

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"jahorina/app/apptest"
	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/coverage"
	"jahorina/workflows/coverage/register"
	"jahorina/workflows/strategy"
)

func TestObligationPagesFitTheirViews(t *testing.T) {
	fit(t, map[string]any{
		"public/obligations": page[obligationsView]{}, "public/obligation": page[obligationView]{}, "public/draft_obligations": page[draftObligationsView]{},
		"official/serves": page[servesView]{}, "official/serves_import": page[importLinksView]{}, "admin/obligations_own": page[ownView]{},
	})
}

// R1.1 and R1.2 as a visitor sees them: the register whole and cut down, each
// entry with its source and its mark, the table that can be read in again.
func TestR1_1RegisterOnPages(t *testing.T) {
	s := newSite(t)
	v := s.as(workflows.Actor{})
	v.get("/").says(200, `href="/obligations"`)
	v.get("/obligations").says(200, "359 obligations", "The 31 instruments", "1540-OP1-NW", "Partly verified", "after=").lacks("Obligations of our own state")
	v.get(strings.ReplaceAll(v.find(`href="(/obligations\?after=[^"]+)"`), "&amp;", "&")).says(200, "1540-OP3A").lacks(">1540-OP1-NW<")
	v.get("/obligations?instrument=EU+Stabilisation+and+Association+Agreement").says(200, "7 obligations", "SAA-10-3B", "Show all").lacks("CWC-I1A")
	v.get("/obligations?kind=resources").says(200, "10 obligations")
	v.get("/obligations?theme=nuclear&checked=from_general_knowledge&q=safeguards").says(200, "From general knowledge").lacks("CWC-")
	v.get("/obligations?q=zzzzzz").says(200, "No obligation is like that")
	v.get("/obligations?theme=magic").says(422)
	v.get("/obligations?after=%ff").says(422)
	v.get("/obligations/CWC-VII1A").says(200, "Penal law for natural and legal persons", "Art. VII(1)(a)", "Verified", "text read in public copy", "No provision that you may see serves it", "Only the text of the instrument binds")
	v.get("/obligations/AP-2A1").says(200, "From general knowledge", "Nobody has compared this entry with the text yet")
	v.get("/obligations/NO-SUCH").says(404)

	v.get("/obligations.csv")
	rows, err := register.Parse([]byte(v.body))
	shipped, err2 := register.Shipped()
	if err != nil || err2 != nil || len(rows) != 359 {
		t.Fatalf("the table: %d rows, %v, %v", len(rows), err, err2)
	}
	for i := range rows {
		rows[i].Line = shipped[i].Line
		a, _ := rows[i].SHA256()
		if b, _ := shipped[i].SHA256(); a != b {
			t.Errorf("%+v is not %+v", rows[i], shipped[i])
		}
	}
	v.get("/obligations.csv?kind=sustainability")
	if rows, err := register.Parse([]byte(v.body)); err != nil || len(rows) != 14 {
		t.Errorf("the table cut down: %d rows, %v", len(rows), err)
	}
}

// serving links the small strategy's 1.1, on a site.
func serving(s *site) strategy.Draft {
	d := s.bed.Draft(testbed.Text)
	s.bed.Do(s.bed.Official, func(tx *workflows.Tx) error {
		_, err := coverage.Relink(tx, s.bed.Provision(d.ID, "1.1").ID, []string{"CWC-VII1A", "1540-OP3D-EXP"}, nil)
		return err
	})
	return d
}

// An official finds obligations by words and by code, keeps what was ticked from
// search to search, and says what a provision serves.
func TestOfficialSaysWhatAProvisionServes(t *testing.T) {
	s := newSite(t)
	d := serving(s)
	on := "/provisions/" + s.bed.Provision(d.ID, "1.2").ID
	amina := s.as(s.bed.Official)
	amina.get("/drafts/"+d.ID).says(200, "Serves", "Penal law for natural", "/obligations/1540-OP3D-EXP").get("/drafts/"+d.ID+"/obligations").
		says(200, "Of 359 obligations in the register, 2 are served", "1 of 147", "357 obligations are served by no provision", on+"/obligations", "Take in a table")
	amina.get(on).says(200, "It is not said that this provision serves an obligation").get(on+"/obligations").says(200, "It is not said yet")
	amina.post(on+"/obligations", url.Values{"act": {"find"}, "q": {"catch-all"}}).says(200, "1540-OP3D-CAT", "EU821-4").lacks("checked>")
	amina.post(on+"/obligations", url.Values{"act": {"find"}, "q": {"no such thing"}, "add": {"EU821-4"}}).says(200, `value="EU821-4" checked`, `value="no such thing"`)
	amina.post(on+"/obligations", url.Values{"act": {"find"}, "q": {strings.Repeat("x", 400)}, "add": {"EU821-4"}}).says(422, `value="EU821-4" checked`)
	amina.post(on+"/obligations", url.Values{"act": {"save"}, "add": {"EU821-4", "NO-SUCH"}, "q": {"x"}}).says(422, "no obligation with the code NO-SUCH")
	amina.post(on+"/obligations", url.Values{"act": {"save"}, "add": {"EU821-4", "1540-OP3D-CAT"}}).says(200, "on the record which obligations", "4 are served")
	amina.get(on).says(200, "Catch-all for unlisted items", "EU Dual-Use Regulation 2021/821, Art. 4", "Serves from this draft on", on+"/obligations")
	amina.get(on+"/obligations").says(200, `name="remove"`)
	amina.post(on+"/obligations", url.Values{"act": {"save"}, "remove": {"EU821-4"}}).says(200, "3 are served")
	amina.get(on+"/obligations").post(on+"/obligations", url.Values{"act": {"save"}}).says(200, "Nothing has changed")
	amina.get("/drafts/"+d.ID+"/obligations?instrument=CWC+%281993%29").says(200, "Shown: CWC (1993).", "51 obligations are served by no provision").lacks(">1540-OP1-NW<")

	for who, status := range map[*reader]int{s.as(s.bed.Reviewer): 403, s.as(s.bed.Admin): 403, s.as(workflows.Actor{}): 404} {
		who.get(on + "/obligations").says(status)
		who.get("/drafts/" + d.ID + "/obligations/import").says(status)
	}
	s.as(s.bed.Reviewer).get("/drafts/"+d.ID+"/obligations").says(200, "1540-OP3D-CAT").lacks(on+"/obligations", "Take in a table")
}

// The next draft goes on serving what the one before did; the comparison shows
// what a change touches, the provision's page what changed; what is published
// stays.
func TestWhatIsServedGoesOn(t *testing.T) {
	s := newSite(t)
	d := serving(s)
	c := s.bed.Bring(s.bed.Consultation(s.bed.New(d.ID)), consultation.Open)
	visitor := s.as(workflows.Actor{})
	visitor.get("/obligations/CWC-VII1A").says(200, "/drafts/"+d.ID, "1.1 This strategy")
	visitor.get("/consultations/"+c.ID).says(200, "1540-OP3D-EXP", "Export control law in place")
	next := s.bed.NextDraft(d.StrategyID, strings.Replace(testbed.Text, "dual-use chemicals", "dual-use chemicals and goods", 1))
	visitor.get("/obligations/CWC-VII1A").says(200, "Draft\u00a01").lacks("Draft\u00a02")
	visitor.get("/drafts/" + next.ID + "/obligations").says(404)

	amina := s.as(s.bed.Official)
	now := "/provisions/" + s.bed.Provision(next.ID, "1.1").ID
	amina.get("/drafts/"+next.ID+"/redline").says(200, "Touches", "1540-OP3D-EXP", "CWC-VII1A")
	amina.get(now+"/obligations").post(now+"/obligations", url.Values{"act": {"save"}, "remove": {"1540-OP3D-EXP"}, "add": {"NPT-II"}}).says(200)
	amina.get(now).says(200, "Serves no longer", "Export control law in place", "Serves from this draft on")
	amina.get("/drafts/"+next.ID+"/redline").says(200, "Touches", "1540-OP3D-EXP", "NPT-II")
	amina.get("/drafts/"+d.ID+"/obligations").says(200, "What an older draft serves no longer changes", "1540-OP3D-EXP").lacks("NPT-II</a>", ">Change<")
	amina.get("/provisions/"+s.bed.Provision(d.ID, "1.1").ID+"/obligations").says(409, "Change it in draft 2")
	s.bed.Bring(c, consultation.Published)
	amina.get(now).says(200, "This draft is published: what it serves no longer changes")
	visitor.get("/obligations/NPT-II").says(200, "Draft\u00a02", "1.1 This strategy")
}

// At the desk the comments are those on provisions that serve an obligation.
func TestDeskByObligation(t *testing.T) {
	s := newSite(t)
	d := serving(s)
	org := s.bed.Organisation("Chemists", "academia")
	c := s.bed.Bring(s.bed.Consultation(s.bed.New(d.ID), org), consultation.Open)
	s.bed.Submit(s.bed.ByLink(c, org), c, testbed.Comment(s.bed.Provision(d.ID, "1.1").ID, "On what serves."), testbed.Comment(s.bed.Provision(d.ID, "1.2").ID, "On what does not."))
	s.bed.Bring(c, consultation.Closed)
	amina := s.as(s.bed.Official)
	list := "/consultations/" + c.ID + "/comments"
	amina.get(list).says(200, `<option value="CWC-VII1A"`, "On what does not.")
	amina.get(list+"?obligation=CWC-VII1A").says(200, "Serves: CWC-VII1A", "On what serves.", "1 comment").lacks("On what does not.")
	amina.get(strings.ReplaceAll(amina.find(`href="(/comments/[^"]+)"`), "&amp;", "&")).says(200, "On what serves.", "Penal law for natural")
	amina.get(list+"?obligation=NPT-I").says(200).lacks("On what serves.", "On what does not.")
	amina.get(list + "?obligation=%00").says(422)
}

func TestLinksAreTakenFromATable(t *testing.T) {
	s := newSite(t)
	d := serving(s)
	path := "/drafts/" + d.ID + "/obligations/import"
	amina := s.as(s.bed.Official)
	amina.get(path).post(path, url.Values{"act": {"check"}}).says(422, "Choose a file or paste the text")
	amina.post(path, url.Values{"act": {"put"}, "table": {"provision,obligation\n9.9,NPT-I\n1.2,NO-1\n"}}).
		says(422, "Line 2: The draft has no provision 9.9", "Line 3: The register has no obligation with the code NO-1", "9.9,NPT-I")
	amina.upload(path, url.Values{"act": {"check"}}, "file", "links.csv", []byte("\ufeffprovision;obligation\r\n1.1;CWC-VII1A\r\n1.2;NPT-I\r\n")).
		says(200, "1 link would be added. 1 is there already.", "1.2;NPT-I", `value="put"`)
	if n := s.bed.Count("provision_obligations", "obligation = 'NPT-I'"); n != 0 {
		t.Error("a check changes something")
	}
	amina.post(path, url.Values{"act": {"put"}, "table": {"provision;obligation\n1.1;CWC-VII1A\n1.2;NPT-I\n"}}).says(200, "The table is taken in", "NPT-I")
}

const ownTable = `code,instrument,provision,theme,kind,title,summary,lead,sectors,checked,source
SAA-126,SAA of Testland,Art. 126,cross-cutting,procedures,Own clause,What it says,Foreign ministry,government,verified,Read in the gazette
`

func TestStateAddsItsOwn(t *testing.T) {
	s := newSite(t)
	s.as(s.bed.Official).get("/obligations/own").says(403)
	admin := s.as(s.bed.Admin)
	admin.get("/obligations").says(200, "Obligations of our own state").get("/obligations/own").says(200, "There are none yet")
	admin.post("/obligations/own", url.Values{"state": {"BA"}, "act": {"put"}, "table": {strings.Replace(ownTable, "procedures", "laws", 1)}}).
		says(422, "Line 2: In the column “kind”, write one of: legislation", "Own clause")
	admin.post("/obligations/own", url.Values{"state": {"BA"}, "act": {"check"}, "table": {ownTable}}).says(200, "SAA-126 would be added: Own clause", "Art. 126", `value="put"`)
	admin.post("/obligations/own", url.Values{"state": {"BA"}, "act": {"put"}, "table": {ownTable}}).says(200, "The obligations of the state are what the table says", "BA:SAA-126", "Added by BA")
	admin.post("/obligations/own", url.Values{"state": {"BA"}, "act": {"put"}, "table": {strings.Replace(ownTable, "What it says", "What it says now", 1)}}).says(200)
	visitor := s.as(workflows.Actor{})
	visitor.get("/obligations/BA:SAA-126").says(200, "What it says now", "Added by BA", "Changes of this entry", "changed: Summary")
	visitor.get("/obligations.csv?instrument=SAA+of+Testland")
	admin.get("/obligations/own").post("/obligations/own", url.Values{"state": {"BA"}, "act": {"check"}, "table": {visitor.body}}).says(200, "Nothing would change", "1 obligation stays as it is").lacks(`value="put"`)
	admin.upload("/obligations/own", url.Values{"state": {"BA"}, "act": {"put"}}, "file", "own.csv", []byte(strings.Replace(ownTable, "SAA-126", "SAA-127", 1))).says(200, "BA:SAA-127")
	visitor.get("/obligations/BA:SAA-126").says(200, "withdrawn from the register")
	admin.get("/obligations/own").post("/obligations/own", url.Values{"state": {"ZZ"}, "act": {"put"}, "table": {ownTable}}).says(403)
}

// The whole of it in a browser, with the keyboard, and without scripts at the
// width of a telephone.
func TestServingInABrowser(t *testing.T) {
	s := newSite(t)
	d := serving(s)
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
		b.Open(s.url + "/drafts/" + d.ID)
		b.Click(`main a[href$="/obligations"]`)
		b.Click(`a[href="/provisions/` + s.bed.Provision(d.ID, "2.1").ID + `/obligations"]`)
		code := map[bool]string{true: "1540-OP4-REP", false: "CWC-VI78"}[scripts]
		b.Fill("#q", code)
		b.Click("button[value=find]")
		b.Click(`input[name=add][value="` + code + `"]`)
		if b.Overflows() {
			t.Error("the page is too wide")
		}
		b.Click("button[value=save]")
		if text := b.Text("main"); !strings.Contains(text, code) || b.Overflows() {
			t.Errorf("%s is not served: %s", code, text)
		}
	}
	got, err := coverage.Served(s.bed.Read(s.bed.Official), &d)
	if rows := got[s.bed.Provision(d.ID, "2.1").Identity]; err != nil || len(rows) != 2 {
		t.Errorf("%v, %v", rows, err)
	}
	// On paper the folded ones stand open.
	s.bed.Do(s.bed.Official, func(tx *workflows.Tx) error {
		rows, _, err := coverage.List(tx, coverage.Filter{}, workflows.Page{Limit: 8})
		var add []string
		for _, o := range rows {
			add = append(add, o.Code)
		}
		if err == nil {
			_, err = coverage.Relink(tx, s.bed.Provision(d.ID, "1.2").ID, add, nil)
		}
		return err
	})
	s.bed.Bring(s.bed.Consultation(s.bed.New(d.ID)), consultation.Open)
	b := apptest.Browser(t)
	b.Open(s.url + "/drafts/" + d.ID)
	if !strings.Contains(b.Text("#p-1\\.2"), "Serves 8 obligations") || b.Visible(`#p-1\.2 dd a`) {
		t.Error("a long list is not folded")
	}
	b.OnPaper(true)
	if !b.Visible(`#p-1\.2 dd a`) || !b.Visible(`#p-1\.1 dd a`) {
		t.Error("paper lacks what is served")
	}
}

// The own order of the view is that of the register.
func TestServesInOrder(t *testing.T) {
	s := newSite(t)
	d := serving(s)
	v := s.as(s.bed.Official).get("/drafts/" + d.ID)
	if at := []int{strings.Index(v.body, "/obligations/1540-OP3D-EXP"), strings.Index(v.body, "/obligations/CWC-VII1A")}; !slices.IsSorted(at) || at[0] < 0 {
		t.Errorf("at %v", at)
	}
}
