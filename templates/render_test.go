package templates

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jba/templatecheck"
)

func TestEveryPageAndMailLoads(t *testing.T) {
	static, err := LoadStatic()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := LoadPages(static); err != nil {
		t.Error(err)
	}
	if _, err := LoadMails(); err != nil {
		t.Error(err)
	}
}

func TestLoadRefuses(t *testing.T) {
	static := &Static{}
	for name, c := range map[string]struct{ page, want string }{
		"missing template": {`{{define "main"}}{{template "nowhere" .}}{{end}}`, "nowhere"},
		"unknown function": {`{{define "main"}}{{shout .}}{{end}}`, "shout"},
		"half an action":   {`{{define "main"}}{{if .}}`, "unexpected EOF"},
		"broken attribute": {`{{define "main"}}<a href="{{if .}}x"{{end}}>{{end}}`, "branches end in different contexts"},
	} {
		dir := fstest.MapFS{
			"partials/layout.html": {Data: []byte(`{{define "layout"}}<p>{{template "main" .}}</p>{{end}}`)},
			"public/bad.html":      {Data: []byte(c.page)},
		}
		if _, err := loadPages(dir, static); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

func TestRenderSendsAllOrNothing(t *testing.T) {
	pages := testPages(t)
	text := english(t)
	for name, c := range map[string]struct {
		name string
		page Page
	}{
		"no such page":         {"public/nothing", Page{Text: text}},
		"no language":          {"public/error", Page{}},
		"view of another page": {"public/message", Page{Text: text, Data: 7}},
	} {
		var out bytes.Buffer
		if err := pages.Render(&out, c.name, c.page); err == nil {
			t.Errorf("%s: no error", name)
		}
		if out.Len() != 0 {
			t.Errorf("%s: %d bytes were sent", name, out.Len())
		}
	}
	broken := errors.New("the reader has gone")
	if err := pages.Render(failingWriter{broken}, "public/error", errorPage(t)); !errors.Is(err, broken) {
		t.Errorf("got %v, want %v", err, broken)
	}
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

// Two readers at once, each in their own language: neither sees the other's.
func TestLanguageStaysWithItsReader(t *testing.T) {
	dir := fstest.MapFS{
		"partials/layout.html": {Data: []byte(`{{define "layout"}}{{template "main" .}}{{end}}`)},
		"public/hello.html":    {Data: []byte(`{{define "main"}}{{.Text.T "hi" "Name" .Title}}{{end}}`)},
	}
	pages, err := loadPages(dir, &Static{})
	if err != nil {
		t.Fatal(err)
	}
	locales := world(t)
	var wg sync.WaitGroup
	for i := range 200 {
		tag, want := "en", "Hello"
		if i%2 == 0 {
			tag, want = "bs", "Zdravo"
		}
		wg.Go(func() {
			var out bytes.Buffer
			name := fmt.Sprintf("N%d", i)
			if err := pages.Render(&out, "public/hello", Page{Text: locales.For(tag), Title: name}); err != nil {
				t.Error(err)
			}
			if out.String() != want+" "+name {
				t.Errorf("%s read %q", tag, out.String())
			}
		})
	}
	wg.Wait()
}

func TestGenericPages(t *testing.T) {
	pages := testPages(t)
	text := english(t)
	for _, kind := range []string{
		"bad_request", "sign_in", "forbidden", "not_found", "conflict",
		"link_expired", "too_late", "too_large", "too_many", "unavailable", "failed",
	} {
		title, view := NewErrorPage(text, kind, "id-1")
		html := rendered(t, pages, "public/error", Page{Text: text, Title: title, Data: view})
		if strings.Contains(html, "⟦") || !strings.Contains(html, "id-1") {
			t.Errorf("%s: a text or the reference is missing", kind)
		}
	}
	done := MessagePage{Done: true, Paragraphs: []string{"<i>first</i>"}, Links: []Link{{Label: "On", Href: "javascript:alert(1)"}}}
	html := rendered(t, pages, "public/message", Page{Text: text, Title: "Sent", Data: done})
	for _, want := range []string{`govuk-panel__title">Sent`, "&lt;i&gt;first&lt;/i&gt;", "#ZgotmplZ"} {
		if !strings.Contains(html, want) {
			t.Errorf("message page lacks %s", want)
		}
	}
}

// The fields each generic page reads exist in the view it is given, in branches no test takes too.
func TestViewsFit(t *testing.T) {
	pages := testPages(t)
	for name, data := range map[string]any{
		"public/error": struct {
			Page
			Data ErrorPage
		}{},
		"public/message": struct {
			Page
			Data MessagePage
		}{},
		"test/kitchen": struct {
			Page
			Data kitchen
		}{},
	} {
		page, ok := pages.Lookup(name)
		if !ok {
			t.Errorf("no page %s", name)
			continue
		}
		if err := templatecheck.CheckHTML(page.Lookup("main"), data); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestField(t *testing.T) {
	page := Page{Text: english(t)}
	at := time.Date(2026, 3, 1, 9, 5, 59, 0, time.FixedZone("CET", 3600))
	f, err := page.Field("closes_at", "Label", "Closes", "Value", at)
	if err != nil || f.Value != "2026-03-01T08:05" {
		t.Errorf("got %q, %v", f.Value, err)
	}
	f, err = page.Field("sectors", "Values", []sector{"industry"})
	if err != nil || !f.Chosen("industry") || f.Chosen("academia") || f.Chosen("") {
		t.Errorf("got %v, %v", f.Values, err)
	}
	for name, options := range map[string][]any{
		"unknown option": {"Hnt", "x"},
		"odd":            {"Hint"},
		"wrong type":     {"Rows", "many"},
		"not a list":     {"Values", "one"},
		"nil for a flag": {"Inline", nil},
	} {
		if _, err := page.Field("f", options...); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	// An answer that unticked every box stays unticked.
	page.Typed = map[string][]string{"other": {"x"}}
	f, err = page.Field("sectors", "Values", []sector{"industry"}, "Value", "industry")
	if err != nil || f.Chosen("industry") {
		t.Errorf("what was unticked came back: %v, %v", f.Values, err)
	}
}

func TestFormsOfOnePageDiffer(t *testing.T) {
	page := Page{CSRF: func() string { return "c" }, RequestID: "r"}
	a, b := page.Form("agree", 1), page.Form("agree", 2)
	if a.RequestID == b.RequestID || a.RequestID != "r-agree-1" || a.CSRF != "c" {
		t.Errorf("got %v and %v", a, b)
	}
}

func TestUserRoles(t *testing.T) {
	var nobody *User
	if nobody.Has("official") || !(&User{Roles: []string{"official"}}).Has("official") {
		t.Error("Has is wrong")
	}
}

func TestRowAndDictRefuse(t *testing.T) {
	if _, err := row("k", "v", "/only-an-address"); err == nil {
		t.Error("row took half a link")
	}
	if _, err := dict("k"); err == nil {
		t.Error("dict took half a pair")
	}
}

func TestMail(t *testing.T) {
	dir := fstest.MapFS{
		"layout.html": {Data: []byte(`{{define "layout"}}<html lang="{{.Text.Tag}}"><title>{{.Subject}}</title>{{template "body" .}}</html>{{end}}`)},
		"layout.txt":  {Data: []byte(`{{define "layout"}}{{template "body" .}}{{end}}`)},
		"hello.html":  {Data: []byte(`{{define "body"}}<p>{{.Text.T "hi" "Name" .Data}}</p>{{end}}`)},
		"hello.txt":   {Data: []byte(`{{define "body"}}{{.Text.T "hi" "Name" .Data}}{{end}}`)},
	}
	mails, err := loadMails(dir)
	if err != nil {
		t.Fatal(err)
	}
	text, html, err := mails.Render("hello", Mail{Text: world(t).For("bs"), Subject: "S & T", Data: "<A & B>"})
	if err != nil {
		t.Fatal(err)
	}
	if text != "Zdravo <A & B>" {
		t.Errorf("text is %q", text)
	}
	if html != `<html lang="bs"><title>S &amp; T</title><p>Zdravo &lt;A &amp; B&gt;</p></html>` {
		t.Errorf("HTML is %q", html)
	}
	if _, _, err := mails.Render("nothing", Mail{Text: english(t)}); err == nil {
		t.Error("a mail that does not exist was rendered")
	}
	if _, _, err := mails.Render("hello", Mail{}); err == nil {
		t.Error("a mail without language was rendered")
	}
	delete(dir, "hello.txt")
	if _, err := loadMails(dir); err == nil {
		t.Error("a mail without its plain form was loaded")
	}
}
