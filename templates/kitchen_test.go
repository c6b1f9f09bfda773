package templates

import (
	"bytes"
	"flag"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// -show DIR keeps the rendered pages with their assets, to be looked at in a browser.
var show = flag.String("show", "", "folder to write the rendered test pages to")

// kitchen is a page with every partial on it, in the worst case of each.
type kitchen struct {
	At, Later      time.Time
	Lines          string
	Kinds, Sectors []sector
	States         []string
	Heading        Provision
	Provisions     []Provision
	Spans          []Span
	Comments       []Comment
	Steps          []Step
	Moments        []Moment
	Rows           [][]Cell
}

type sector string

func kitchenPage(t *testing.T) Page {
	t.Helper()
	at := time.Date(2026, 11, 24, 17, 0, 0, 0, time.UTC)
	text := english(t)
	page := Page{
		Text: text, Title: "National strategy on dual-use goods", Path: "/kitchen", CSRF: func() string { return "csrf" }, RequestID: "r1", Demo: true,
		User: &User{Name: "Amra Begović", Organisation: "Ministry of Foreign Trade and Economic Relations", Roles: []string{"official"}},
		Nav: []Link{
			{Label: "Consultations", Href: "/", Current: true},
			{Label: "Strategies", Href: "/s"},
			{Label: "Organisations", Href: "/o"},
			{Label: "Record", Href: "/r"},
		},
		Footer: []Link{{Label: "Who can read this record", Href: "/readers"}, {Label: "Accessibility", Href: "/a"}},
		Flash:  &Flash{Kind: "success", Title: "The draft is saved"},
		Errors: []FieldError{
			{Field: "title", Message: "Enter a title"},
			{Field: "summary", Message: "Shorten the summary"},
			{Field: "sectors", Message: "Choose at least one sector"},
			{Message: "The draft has changed since"},
		},
		Typed: url.Values{
			"title": {`<b>"typed"</b>`}, "summary": {"\nfirst line kept"}, "kind": {"regional"},
			"confidentiality": {"confidential"}, "sectors": {"industry", "academia"}, "closes_at": {"2026-12-31T17:00"},
		},
	}
	page.Data = kitchen{
		At: at, Later: at.AddDate(0, 1, 0), Lines: "First line.\nSecond line.",
		Kinds: []sector{"interagency", "public", "regional"}, Sectors: []sector{"government", "industry", "academia", "civil_society"},
		States:  []string{"draft", "in_clearance", "scheduled", "open", "closed", "in_review", "approved", "published", "withdrawn"},
		Heading: Provision{Anchor: "h", Number: "2", Heading: "Coordination between agencies", Level: 1},
		Provisions: []Provision{
			{Anchor: "a", Number: "2.1", Text: "A coordination body shall meet every quarter and keep a register of measures.\nIts minutes shall be public.", Tools: []Link{{Label: "3 comments", Href: "/c"}}},
			{
				Anchor: "b", Number: "12", Text: "该项目应适合东道国的需要，并能得到区域和国际行为者的支持。", Lang: "zh", Tools: []Link{{Label: "Comment", Href: "/c"}},
				Readings: []Reading{{Printed: "该项目", Suggested: "项目必须切合东道国的需要", Note: "The source is damaged here.", Author: "A. Begović", Certainty: "likely"}},
			},
			{Anchor: "c", Text: "تُنشئ الدولة هيئة تنسيق وطنية.", Lang: "ar", Tools: []Link{{Label: "Comment", Href: "/c"}}},
		},
		Spans: []Span{
			{Op: "equal", Text: "A coordination body shall meet every "},
			{Op: "delete", Text: "year"},
			{Op: "insert", Text: "quarter"},
			{Op: "equal", Text: " and keep a register of measures"},
			{Op: "insert", Text: ", open to all agencies"},
			{Op: "equal", Text: "."},
		},
		Comments: []Comment{{
			ID: "1", Author: "Chamber of Chemical Industry", Sector: "industry", Type: "technical", At: at,
			Place: Link{Label: "2.1 Coordination between agencies", Href: "#p-a"}, Text: "Quarterly is too rare.\nMeet monthly in the first year.",
			Proposed: "… shall meet every month in the first year …", Outcome: "accepted_modified", State: "proposed", Rationale: "Monthly until the register is complete.",
		}, {
			ID: "2", Author: "جامعة سراييفو", Sector: "academia", Type: "general", Text: "نرحب بهذه الاستراتيجية ونقترح مشاركة أوسع.", Lang: "ar",
		}},
		Steps: []Step{
			{Label: "Clear “National strategy on dual-use goods”", Href: "/1", Detail: "Submitted by A. Begović", Due: at.AddDate(0, 0, 3)},
			{Label: "Answer 12 comments", Href: "/2"},
		},
		Moments: []Moment{
			{Label: "Cleared", At: at, By: "M. Kovač", Done: true},
			{Label: "Open", At: at.AddDate(0, 0, 2), Current: true, Note: "Extended by a week at the request of three respondents."},
			{Label: "Closed"},
			{Label: "Response published"},
		},
		Rows: [][]Cell{
			{{Text: "Chamber of Chemical Industry"}, {Text: "2.1", Href: "#p-a"}, {Text: "Quarterly is too rare. Meet monthly in the first year."}, {Tag: &Tag{Label: "Accepted", Class: "govuk-tag--green"}}},
			{{Text: "University of Sarajevo"}, {Text: "12", Href: "#p-b"}, {Text: "We welcome the strategy and propose wider participation of universities in the neighbouring states."}, {Tag: &Tag{Label: "Noted", Class: "govuk-tag--grey"}}},
		},
	}
	return page
}

func english(t *testing.T) *Text {
	t.Helper()
	locales, err := LoadLocales()
	if err != nil {
		t.Fatal(err)
	}
	return locales.For("en")
}

// testPages are the pages of testdata with the real layout and partials.
func testPages(t *testing.T) *Pages {
	t.Helper()
	merged := fstest.MapFS{}
	copyFiles(t, merged, files, "pages")
	copyFiles(t, merged, os.DirFS("testdata"), "pages")
	sub, err := fs.Sub(merged, "pages")
	if err != nil {
		t.Fatal(err)
	}
	static, err := LoadStatic()
	if err != nil {
		t.Fatal(err)
	}
	pages, err := loadPages(sub, static)
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

func copyFiles(t *testing.T, into fstest.MapFS, from fs.FS, root string) {
	t.Helper()
	err := fs.WalkDir(from, root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(from, name)
		into[name] = &fstest.MapFile{Data: content}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func rendered(t *testing.T, pages *Pages, name string, page Page) string {
	t.Helper()
	var out bytes.Buffer
	if err := pages.Render(&out, name, page); err != nil {
		t.Fatal(err)
	}
	if *show != "" {
		keep(t, name, out.String())
	}
	return out.String()
}

func keep(t *testing.T, name, html string) {
	t.Helper()
	html = regexp.MustCompile(`/static/([\w.]+)\.\w+\.(\w+)`).ReplaceAllString(html, "$1.$2")
	for _, file := range []string{"app.css", "app.rtl.css", "app.js", "icon.svg"} {
		content, err := files.ReadFile("static/" + file)
		if err == nil {
			err = os.WriteFile(filepath.Join(*show, file), content, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	name = filepath.Join(*show, strings.ReplaceAll(name, "/", "-")+".html")
	if err := os.WriteFile(name, []byte(html), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestKitchenRenders(t *testing.T) {
	html := rendered(t, testPages(t), "test/kitchen", kitchenPage(t))
	for _, want := range []string{
		`<html lang="en" dir="ltr"`,
		`value="&lt;b&gt;&#34;typed&#34;&lt;/b&gt;"`,                                 // typed wins, escaped
		`id="title" name="title" type="text"`,                                        // the control
		`aria-describedby="title-hint title-error"`,                                  // hint and error are linked
		`id="title-error"`,                                                           //
		`href="#title"`,                                                              // and the summary leads there
		`aria-describedby="summary-info summary-hint summary-error"`,                 //
		">\n\nfirst line kept</textarea>",                                            // the writer's first line break survives
		`<option value="regional" selected>`,                                         //
		`value="confidential" checked`,                                               //
		`id="sectors" name="sectors"`,                                                // the summary's link finds the first box
		`value="industry" checked`,                                                   //
		`value="2026-12-31T17:00"`,                                                   //
		`name="csrf_token" value="csrf"`,                                             //
		`name="request_id" value="r1-create"`,                                        //
		`<ins><bdi class="govuk-visually-hidden"> start of insertion: </bdi>quarter`, //
		`<del><bdi class="govuk-visually-hidden"> start of deletion: </bdi>year`,     //
		`<time datetime="2026-11-24T17:00:00Z">24 November 2026, 17:00 UTC</time>`,   //
		`<strong class="govuk-tag govuk-tag--yellow">In review</strong>`,             //
		`<title>Error: National strategy on dual-use goods – Jahorina</title>`,       //
		`<bdi>جامعة سراييفو</bdi>`,                                                   //
		`id="b"`, `dir="auto" lang="zh"`,                                             //
		`3 comments`, //
	} {
		if !strings.Contains(html, want) {
			t.Errorf("page lacks %s", want)
		}
	}
	if strings.Contains(html, "⟦") || strings.Contains(html, "no value") {
		t.Error("a text is missing")
	}
}

// Parts with nothing to show say so, or show nothing, rather than an empty frame.
func TestIdleParts(t *testing.T) {
	page := Page{Text: english(t), Title: "Idle", Data: Provision{Anchor: "x", Text: "Only text."}}
	html := rendered(t, testPages(t), "test/idle", page)
	if !strings.Contains(html, "Nothing waits for you now.") {
		t.Error("an empty list of steps says nothing")
	}
	for _, unwanted := range []string{"error-summary", "notification-banner", "app-demo", "app-footer__list", "<p></p>", "<p><a", "app-reading", "service-navigation", `href="/signout"`} {
		if strings.Contains(html, unwanted) {
			t.Errorf("the page has an empty %s", unwanted)
		}
	}
	if !strings.Contains(html, `href="/signin?to=`) {
		t.Error("nobody is signed in, and no link leads to signing in")
	}
}

// A strict content security policy refuses all of these.
func TestNoInlineCode(t *testing.T) {
	pages := testPages(t)
	all := []string{rendered(t, pages, "test/kitchen", kitchenPage(t)), rendered(t, pages, "public/error", errorPage(t))}
	inline := regexp.MustCompile(`(?i)<[^>]+\s(style|on\w+)\s*=|<style|<script[^>]*>[^<]|javascript:`)
	for _, html := range all {
		if found := inline.FindString(html); found != "" {
			t.Errorf("inline code: %s", found)
		}
	}
}

func errorPage(t *testing.T) Page {
	t.Helper()
	text := english(t)
	title, view := NewErrorPage(text, "link_expired", "8c1f0a")
	return Page{Text: text, Title: title, Data: view}
}
