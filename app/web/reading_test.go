package web

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"jahorina/app/apptest"
	"jahorina/app/apptest/testbed"
	"jahorina/app/documents/samples"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
)

func TestProvisionPageFitsItsView(t *testing.T) {
	fit(t, map[string]any{"public/provision": page[provisionView]{}})
}

// five is the sample strategy 0.4 as draft 0.5: 4.5 is cut in two, 8.4 moves to
// chapter 3, 2.5 goes, 10.5 is new, and 4.4 has another number of years.
var five = strings.NewReplacer(
	"draft 0.4", "draft 0.5", "records for seven years", "records for five years",
	"a biosecurity officer. Staff with", "a biosecurity officer.\n\n4.6 Staff with", "4.6 Inspectors may", "4.7 Inspectors may",
	"8.4 Information received from a neighbour keeps the marking given by that neighbour.\n\n", "",
	"## 4. Law", "3.7 Information received from a neighbour keeps the marking given by that neighbour.\n\n## 4. Law",
	"2.5 Staff turnover has cost", "<gone>", "## Annex A", "10.5 Small firms are given a guide with examples.\n\n## Annex A",
)

func draftFive() string {
	text := five.Replace(string(samples.StrategyEN))
	before, rest, _ := strings.Cut(text, "<gone>")
	_, after, _ := strings.Cut(rest, "\n\n")
	return before + after
}

// The number stays on the line of its word.
const betweenOneAndTwo = "From Draft\u00a01 to Draft\u00a02"

var (
	groupOnPage = regexp.MustCompile(`(?s)<h3 class="govuk-heading-s">([^<]+) <span class="app-summary__count">(\d+)</span></h3>\s*<ul[^>]*>(.*?)</ul>`)
	linkOnPage  = regexp.MustCompile(`<a class="govuk-link" href="#([^"]+)" dir="auto">(\S+)[^<]*</a>`)
)

// R3.3: Compare 0.4 and 0.5: added, removed, moved and changed paragraphs are
// listed, each with a link to what happened to it. (By language: with the
// translations.)
func TestR3_3CompareByParagraph(t *testing.T) {
	s := newSite(t)
	old := s.bed.Draft(string(samples.StrategyEN))
	next := s.bed.NextDraft(old.StrategyID, draftFive())
	amina := s.as(s.bed.Official)
	for _, view := range []string{"", "&view=side", "&show=all", "&view=side&show=all"} {
		amina.get("/drafts/"+next.ID+"/redline?from="+old.ID+"&to="+next.ID+view).says(200, betweenOneAndTwo)
		got := map[string][]string{}
		for _, group := range groupOnPage.FindAllStringSubmatch(amina.body, -1) {
			for _, link := range linkOnPage.FindAllStringSubmatch(group[3], -1) {
				got[group[1]] = append(got[group[1]], link[2])
				if strings.Count(amina.body, `id="`+link[1]+`"`) != 1 {
					t.Errorf("%s leads nowhere", link[0])
				}
			}
			if fmt.Sprint(len(got[group[1]])) != group[2] {
				t.Errorf("%s: %s, and %d are listed", group[1], group[2], len(got[group[1]]))
			}
		}
		for kind, want := range map[string][]string{
			"Added": {"4.6", "10.5"}, "Removed": {"2.5"}, "Moved": {"3.7"}, "Changed wording": {"Consultation", "4.4", "4.5"}, "Renumbered": {"4.7"},
		} {
			if !slices.Equal(got[kind], want) {
				t.Errorf("%s%s: %v, want %v", view, kind, got[kind], want)
			}
		}
		amina.says(200, "Moved: it was 8.4 and is now 3.7.", "Renumbered: it was 4.6 and is now 4.7.", "Its words were part of 4.5.",
			"<ins>", "<del>", " start of insertion: ", " start of deletion: ")
		if all := strings.Contains(view, "all"); all != strings.Contains(amina.body, "Banks and insurers will screen") || all == strings.Contains(amina.body, "parts unchanged") {
			t.Errorf("%q: the unchanged parts are not as asked for", view)
		}
		if side := strings.Contains(view, "side"); side != strings.Contains(amina.body, "Not in this draft") {
			t.Errorf("%q: not side by side as asked for", view)
		}
	}
	// Whichever is named first; the old address; what cannot be compared.
	amina.get("/drafts/"+old.ID+"/redline?from="+next.ID+"&to="+old.ID).says(200, betweenOneAndTwo)
	amina.get("/drafts/"+old.ID+"/redline").says(200, betweenOneAndTwo)
	amina.get("/drafts/"+next.ID+"/redline?against="+old.ID).says(200, betweenOneAndTwo)
	amina.get("/drafts/"+next.ID+"/redline?from="+next.ID+"&to="+next.ID).says(200, "You chose the same draft twice")
	other := s.bed.Draft(testbed.Text)
	amina.get("/drafts/"+other.ID+"/redline").says(200, "There is nothing to compare with")
	amina.get("/drafts/" + next.ID + "/redline?against=" + other.ID).says(422)
	amina.get("/drafts/" + next.ID + "/redline?against=nothing").says(404)
	same := s.bed.NextDraft(other.StrategyID, testbed.Text)
	amina.get("/drafts/"+same.ID+"/redline").says(200, "No part changed").get("/drafts/"+same.ID+"/redline?show=all").says(200, "No part changed", "Firms report what they hold")
}

// told is a consultation on the small strategy with a comment that led to the
// change of 1.2, the next draft, and an open one on it.
func told(s *site) (first strategy.Draft, c *consultation.Consultation, next strategy.Draft) {
	first = s.bed.Draft(testbed.Text)
	org := s.bed.Organisation("Chemists", "academia")
	c = s.bed.Bring(s.bed.Consultation(s.bed.New(first.ID), org), consultation.Open)
	on := s.bed.Provision(first.ID, "1.2")
	s.bed.Submit(s.bed.ByLink(c, org), c, testbed.Comment(on.ID, "Museums are missing."))
	c = s.bed.Bring(c, consultation.Closed)
	all, _, err := submission.Comments(s.bed.Read(s.bed.Official), c, submission.Filter{}, workflows.Page{})
	if err != nil {
		s.t.Fatal(err)
	}
	s.bed.Propose(all[0].ID, submission.NewDisposition{Outcome: "accepted", Rationale: "They belong there.", Changes: []string{on.Identity}})
	next = s.bed.NextDraft(first.StrategyID, strings.Replace(testbed.Text, "1.2 It covers industry", "1.2 Words of its own.\n\n1.3 It covers museums, industry", 1))
	return first, s.bed.Bring(c, consultation.Published), next
}

// A provision's page follows it through the drafts by its identity, for each
// reader through what they may read.
func TestProvisionPage(t *testing.T) {
	s := newSite(t)
	first, c, next := told(s)
	in := s.bed.New(next.ID)
	in.Title = "Second round"
	s.bed.Bring(s.bed.Consultation(in), consultation.Open)
	old, now := "/provisions/"+s.bed.Provision(first.ID, "1.2").ID, "/provisions/"+s.bed.Provision(next.ID, "1.3").ID
	internal := s.bed.NextDraft(first.StrategyID, "# Strategy\n\n1.1 Nothing is left but the secret of a draft.\n")

	visitor := s.as(workflows.Actor{})
	visitor.get(old).says(200, "Provision 1.2", "In draft 2 it is 1.3.", now, "Museums are missing.", "They belong there.", "Accepted", "1 comment</h2>", "/response#c-",
		`rel="prev" href="/provisions/`+s.bed.Provision(first.ID, "1.1").ID, `rel="next" href="/provisions/`+s.bed.Provision(first.ID, "2").ID)
	visitor.get(now).says(200, "Provision 1.3", "Renumbered: it was 1.2 and is now 1.3. Changed wording.", "museums,", "The comment that led to this", "Museums are missing.").
		lacks("Draft 3", internal.ID, "Add a reading", "Comment on it")
	visitor.get("/provisions/"+s.bed.Provision(next.ID, "1.2").ID).says(200, "Added.", "No comment that you may see")
	visitor.get("/provisions/" + s.bed.Provision(internal.ID, "1.1").ID).says(404)
	visitor.get("/provisions/nothing").says(404)

	amina := s.as(s.bed.Official)
	amina.get(now).says(200, "It is no longer in draft 3.", "Removed.", "Add a reading", "All changes in this draft", "Museums are missing.", "/comments/")
	amina.get(amina.find(`href="(/drafts/[^"]+redline[^"#]+)#i-`)).says(200, "From Draft\u00a02 to Draft\u00a03")
	lejla := s.as(s.bed.Person("Lejla", "contributor", s.bed.Organisation("Museums", "academia").ID))
	lejla.get(now).says(200, "Comment on it").get(lejla.find(`href="(/consultations/[^"]+/answer/comment\?provision=[^"]+)"`)).says(200, "It covers museums")
	lejla.get("/drafts/"+next.ID).says(200, "Comment<span> 1.3</span>", "Changed since draft 1<span> 1.3</span>", "New since draft 1<span> 1.2</span>", "Details<span> 2.1</span>", "/drafts/"+next.ID+"/redline")
	lejla.get("/drafts/"+first.ID).says(200, "Details").lacks("since draft")
	visitor.get("/consultations/"+c.ID).says(200, `id="p-1.2"`, "Details<span> 1.2</span>").lacks("Comment<span>")
}

// A draft finds one's way in it, whatever its source is like.
func TestDraftAsADocument(t *testing.T) {
	s := newSite(t)
	long := strings.Repeat("A very long heading without an end ", 30)
	deep := s.bed.Draft("# Strategy\n\n## 1. First\n\n#### 1.1.1 Deep\n\n1.1.1.1 Text.\n\n### 1.2 " + long + "\n\n1.2.1 Text.\n\n## 3. Third\n\n| A | B |\n|---|---|\n| one | two |\n")
	amina := s.as(s.bed.Official)
	amina.get("/drafts/"+deep.ID).says(200, `<nav class="app-outline" aria-label="Contents">`, "number 2 is missing", `href="#p-1.2"`, `id="p-1.2"`, "<th scope=\"col\"")
	levels := regexp.MustCompile(`<h([2-6])`).FindAllStringSubmatch(amina.body[strings.Index(amina.body, "app-document"):strings.Index(amina.body, "<footer")], -1)
	last := 1
	for _, m := range levels {
		level := int(m[1][0] - '0')
		if level > last+1 {
			t.Errorf("a heading of level %d follows one of level %d", level, last)
		}
		last = level
	}
	if nested := strings.Count(amina.body, "<ul><li><a href=\"#p-"); nested != 2 {
		t.Errorf("%d lists in the outline, want the chapters and those in the first", nested)
	}
	s.bed.Do(s.bed.Official, func(tx *workflows.Tx) error {
		_, err := strategy.AddReading(tx, s.bed.Provision(deep.ID, "1.1.1.1").ID, strategy.Reading{Printed: "Text", Suggested: "Texts", Author: "A. B.", Certainty: strategy.Likely})
		return err
	})
	amina.get("/drafts/"+deep.ID).says(200, "Proposed reading, not part of the text", "Texts")
	amina.get("/provisions/"+s.bed.Provision(deep.ID, "1.1.1.1").ID).says(200, "Proposed reading, not part of the text", "Texts")
	bare := s.bed.Draft("# Only a title\n")
	amina.get("/drafts/"+bare.ID).says(200, "This draft has no text").lacks("app-outline")
}

// Three hundred provisions, each with a link to itself and to its history, take
// less than 75 kB beside their text, and a link to the form for a comment 50 kB
// more; on the way a page is less than 25 kB.
func TestLongDraftIsLight(t *testing.T) {
	s := newSite(t)
	var source strings.Builder
	source.WriteString("# Strategy\n\n")
	words := 0
	for i := range 300 {
		text := fmt.Sprintf("Provision with a text of its own, about %d things that differ from all others.", i)
		words += len(text)
		fmt.Fprintf(&source, "%d. %s\n\n", i+1, text)
	}
	d := s.bed.Draft(source.String())
	org := s.bed.Organisation("Chemists", "industry")
	c := s.bed.Bring(s.bed.Consultation(s.bed.New(d.ID), org), consultation.Open)
	lejla := s.as(s.bed.Person("Lejla", "contributor", org.ID))
	for _, read := range []struct {
		by   *reader
		path string
		most int
	}{
		{s.as(workflows.Actor{}), "/drafts/" + d.ID, 75_000}, {lejla, "/drafts/" + d.ID, 125_000}, {lejla, "/consultations/" + c.ID + "/answer", 125_000},
	} {
		read.by.get(read.path).says(200, "Details")
		var packed bytes.Buffer
		zip := gzip.NewWriter(&packed)
		zip.Write([]byte(read.by.body))
		zip.Close()
		beside := len(read.by.body) - words
		t.Logf("%s: %d bytes beside %d of text, %d on the way", read.path, beside, words, packed.Len())
		if beside > read.most || packed.Len() > 25_000 {
			t.Errorf("%s: %d bytes beside the text, %d on the way", read.path, beside, packed.Len())
		}
	}
}

// The outline beside the draft stays, marks what is read, and on a telephone is
// folded; permanent links work by keyboard; nothing needs scripts.
func TestReadingInABrowser(t *testing.T) {
	s := newSite(t)
	d := s.bed.Draft(string(samples.StrategyEN))
	c := s.bed.Bring(s.bed.Consultation(s.bed.New(d.ID)), consultation.Open)
	for _, scripts := range []bool{true, false} {
		b := apptest.Browser(t)
		if !scripts {
			b.NoScripts()
		}
		b.Open(s.url + "/consultations/" + c.ID)
		b.Wait(".app-outline__title")
		if b.Visible(".app-outline__summary") {
			t.Error("on a wide screen the outline can be folded")
		}
		b.Click(`.app-outline a[href="#p-7"]`)
		b.Wait(`.app-outline a[href="#p-7"]`) // still in view: it stands beside the text
		if !strings.HasSuffix(b.URL(), "#p-7") || !b.InView(`.app-outline a[href="#p-7"]`) || !b.InView("#p-7") {
			t.Errorf("the outline leads to %s", b.URL())
		}
		if scripts {
			b.Wait(`.app-outline a[href="#p-7"][aria-current="location"]`)
			if n := b.Count(`.app-outline [aria-current]`); n != 1 {
				t.Errorf("%d sections are marked", n)
			}
		}
		b.Size(320, 640)
		if b.Visible(`.app-outline a`) || b.Overflows() {
			t.Error("on a telephone the outline stands in the way, or the page is too wide")
		}
		b.Click(".app-outline__summary")
		b.Click(`.app-outline a[href="#p-9"]`)
		if !b.InView("#p-9") {
			t.Error("the outline does not lead to chapter 9 on a telephone")
		}
	}
	keyboard := apptest.Browser(t)
	keyboard.Keyboard()
	keyboard.Open(s.url + "/drafts/" + d.ID)
	keyboard.Click(`#p-4\.4 > a`)
	if !strings.HasSuffix(keyboard.URL(), "#p-4.4") {
		t.Errorf("the link of 4.4 leads to %s", keyboard.URL())
	}
	keyboard.Click(`#p-4\.4 p a`)
	if h1 := keyboard.Text("h1"); h1 != "Provision 4.4" {
		t.Errorf("its details are %q", h1)
	}
}

// Side by side on a wide screen, one under the other on a telephone; the drafts
// are chosen without scripts.
func TestComparingInABrowser(t *testing.T) {
	s := newSite(t)
	old := s.bed.Draft(string(samples.StrategyEN))
	next := s.bed.NextDraft(old.StrategyID, draftFive())
	last := s.bed.NextDraft(old.StrategyID, strings.Replace(draftFive(), "five years", "six years", 1))
	b := apptest.Browser(t)
	b.NoScripts()
	b.Open(s.url + "/sign-in/" + linkOf(s, s.bed.Official))
	b.Submit(`form[action^="/sign-in/"]`)
	b.Open(s.url + "/drafts/" + last.ID + "/redline")
	if n := b.Count(".app-change"); n != 1 {
		t.Errorf("%d changes from the draft before, want 1", n)
	}
	b.Fill("#from", old.ID)
	b.Fill("#to", next.ID)
	b.Submit(".app-compare")
	b.Click(`.app-ways a[href*="view=side"]`)
	if !strings.Contains(b.Text("main"), betweenOneAndTwo) || b.Overflows() {
		t.Errorf("compared: %s", b.Text(".govuk-body-l"))
	}
	if !b.Beside(".app-sides > :first-child", ".app-sides > :last-child") {
		t.Error("the drafts do not stand side by side")
	}
	b.Size(320, 640)
	if b.Beside(".app-sides > :first-child", ".app-sides > :last-child") || b.Overflows() {
		t.Error("on a telephone the drafts stand side by side")
	}
}

// What is printed is the document, without what can only be clicked.
func TestPrintedDocuments(t *testing.T) {
	s := newSite(t)
	first, c, next := told(s)
	b := apptest.Browser(t)
	b.Open(s.url + "/sign-in/" + linkOf(s, s.bed.Official))
	b.Submit(`form[action^="/sign-in/"]`)
	at := "/consultations/" + c.ID
	for path, wanted := range map[string][]string{
		"/drafts/" + next.ID:                        {"Strategy", "Draft 2", "1.3 It covers museums, industry, academia and trade.", "2.1 Firms report what they hold each year."},
		"/drafts/" + next.ID + "/redline":           {"Changes: Strategy", "From Draft 1 to Draft 2", "museums,", "Renumbered: it was 1.2 and is now 1.3.", "Museums are missing."},
		"/drafts/" + next.ID + "/redline?view=side": {"Changes: Strategy", "Draft 1 · 1.2", "museums,"},
		at:               {"Consultation", "What it is about.", "1.2 It covers industry, academia and trade."},
		at + "/response": {"Museums are missing.", "They belong there.", "It covers industry, academia and trade."},
		at + "/comments": {"Museums are missing.", "Chemists"},
		"/provisions/" + s.bed.Provision(first.ID, "1.2").ID:   {"Provision 1.2", "Museums are missing.", "It covers industry, academia and trade."},
		at + "/comments?" + url.Values{"q": {"none"}}.Encode(): {"No comment"},
	} {
		b.Open(s.url + path)
		text, pages, err := apptest.PDFText(b.PDF())
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		for _, want := range append(wanted, "Printed from "+s.url, fmt.Sprintf("1 / %d", pages)) {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is not on the paper:\n%s", path, want, text)
			}
		}
		for _, unwanted := range []string{"Sign out", "Strategies", "Reviews", "Skip to main", "Contents", "Details", "Add a reading", "Side by side", "Earlier draft", "Filter", "Next steps", "Back to"} {
			if strings.Contains(text, unwanted) {
				t.Errorf("%s: %q is on the paper:\n%s", path, unwanted, text)
			}
		}
	}
}

// A comment can have led to a provision that the draft consulted on does not have:
// it is offered once it is drafted, and said wherever the change is shown.
func TestCommentsThatLedToAddedProvisions(t *testing.T) {
	s := newSite(t)
	first := s.bed.Draft(testbed.Text)
	org := s.bed.Organisation("Chemists", "academia")
	c := s.bed.Bring(s.bed.Consultation(s.bed.New(first.ID), org), consultation.Open)
	on := s.bed.Provision(first.ID, "1.2")
	s.bed.Submit(s.bed.ByLink(c, org), c, testbed.Comment(on.ID, "Museums are missing."))
	c = s.bed.Bring(c, consultation.Closed)
	all, err := submission.Standing(s.bed.Read(s.bed.Official), c.ID)
	if err != nil || len(all) != 1 {
		t.Fatalf("%d comments, %v", len(all), err)
	}
	at := "/comments/" + all[0].ID
	amina := s.as(s.bed.Official)
	amina.get(at).says(200, "Provisions changed because of it").lacks("new in the newest draft")
	next := s.bed.NextDraft(first.StrategyID, testbed.Text+"\n2.9 Museums report what they show.\n")
	added := s.bed.Provision(next.ID, "2.9")
	amina.get(at) // it stands in another section, so it is named by its number
	amina.post(at+"/disposition", url.Values{"outcome": {"accepted"}, "rationale": {"They have a rule of their own."}, "changes_numbers": {"2.9"}, "version": {"1"}}).
		says(200, "new in the newest draft", `value="`+added.Identity+`" checked`)
	amina.get("/drafts/"+next.ID+"/redline").says(200, "Museums are missing.")
	c = s.bed.Bring(c, consultation.Published)
	s.as(workflows.Actor{}).get("/consultations/"+c.ID+"/response").says(200, "Led to a change in 2.9").get("/consultations/"+c.ID+"/response.csv").says(200, "2.9")
}
