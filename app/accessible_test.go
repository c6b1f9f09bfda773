package main

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"jahorina/app/apptest"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/stakeholder"
)

// Every page, as everybody is shown it, in every state the demo has: nothing keeps people out, each is valid, fits a
// telephone and a magnified screen, can be used with the system's own colours, and asks nobody else for anything.
func TestEveryPageIsAccessible(t *testing.T) {
	apptest.Browser(t).WithAxe() // skip before anything is set up
	start := time.Now()
	sheets := append(demoSheets(t), emptySheets(t)...)
	t.Logf("%d pages kept in %.1f s", len(sheets), time.Since(start).Seconds())
	checkHeaders(t, sheets)
	checkWritten(t, sheets)
	checkSizes(t, sheets)
	saved, fresh := serveSheets(t, sheets), newKinds(t, sheets)
	const tabs = 2
	for nth := range tabs {
		t.Run(fmt.Sprintf("tab-%d", nth+1), func(t *testing.T) {
			t.Parallel()
			tab, found := apptest.Browser(t), findings{}
			tab.WithAxe()
			start := time.Now()
			for i := nth; i < len(sheets); i += tabs {
				checkInBrowser(tab, fmt.Sprintf("%s/saved/%d", saved, i), sheets[i], fresh[i], found)
			}
			found.report(t)
			t.Logf("looked at in %.1f s", time.Since(start).Seconds())
		})
	}
	t.Run("html", func(t *testing.T) {
		t.Parallel()
		checkHTML(t, sheets)
	})
}

// demoSheets are the pages of the demo: for everyone who has an account there, a visitor, and somebody who asked to answer.
func demoSheets(t *testing.T) []*sheet {
	t.Helper()
	o := openOfficeWith(t, func(o *office) error {
		o.in.mailbox = o.box
		return o.in.seed(t.Context())
	})
	visitors := []*visitor{newVisitor(t, "visitor", o.url), o.respondent(t)}
	signIns, err := o.in.signIns(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range signIns {
		v := newVisitor(t, p.Role+" "+p.Name, o.url)
		v.signIn(p.Link)
		visitors = append(visitors, v)
	}
	kept, inArabic := newCollection(keptOfEach), newCollection(keptInArabic)
	own := map[*visitor][]*sheet{} // the kept pages of each
	for _, v := range visitors {
		v.walk(func(s *sheet) {
			if kept.add(s) {
				own[v] = append(own[v], s)
			}
		})
		for _, path := range strangeAddresses {
			if s := v.get(path); s != nil {
				kept.add(s)
			}
		}
	}
	if o.speaks("ar") {
		for _, v := range visitors {
			v.again("ar", own[v], inArabic)
		}
	}
	for _, v := range visitors { // last, as some forms are content with nothing
		for _, s := range own[v] {
			v.provoke(s, kept)
		}
	}
	return append(kept.sheets, inArabic.sheets...)
}

// again opens the pages in another language.
func (v *visitor) again(tag string, sheets []*sheet, into *collection) {
	v.t.Helper()
	v.choose(tag)
	for _, s := range sheets {
		if translated := v.get(s.path); translated != nil {
			into.add(translated)
		}
	}
}

// strangeAddresses lead nowhere, or where not everybody may go.
var strangeAddresses = []string{
	"/nothing", "/people", "/home", "/profile", "/sign-in/nothing", "/respond/nothing", "/invitations/nothing", "/unsubscribe/nothing",
	"/receipts/XJ-2026-000000", "/receipts?number=nothing", "/consultations?q=zzzzzz", "/consultations?after=nothing", "/comments/nothing", "/signin?sent=1",
}

// emptySheets are the pages of an installation in which nothing has happened yet.
func emptySheets(t *testing.T) []*sheet {
	t.Helper()
	o := openOfficeWith(t, func(o *office) error { o.in.mailbox = o.box; return nil })
	kept := newCollection(keptOfEach)
	newVisitor(t, "visitor, all empty", o.url).walk(func(s *sheet) { kept.add(s) })
	err := o.in.engine.Write(t.Context(), workflows.Operator(), func(tx *workflows.Tx) error {
		_, err := stakeholder.CreateState(tx, "XJ", "Republic of Jahorina", "en")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range []string{"administrator", "official", "reviewer", "auditor", "partner"} {
		link := o.newcomer(t, role)
		v := newVisitor(t, role+", all empty", o.url)
		v.signIn(link)
		v.walk(func(s *sheet) { kept.add(s) })
	}
	return kept.sheets
}

// newcomer adds a person and returns their link to sign in by.
func (o *office) newcomer(t *testing.T, role string) string {
	t.Helper()
	email := role + "@ministry.example"
	err := o.in.engine.Write(t.Context(), workflows.Operator(), func(tx *workflows.Tx) error {
		_, err := stakeholder.CreatePerson(tx, stakeholder.NewPerson{Email: email, Name: "New " + role, State: "XJ", Role: role})
		return err
	})
	if err == nil {
		err = o.in.identity.RequestLink(context.WithoutCancel(t.Context()), email)
	}
	if err != nil {
		t.Fatal(err)
	}
	return o.link(o.mail(email, "/sign-in/"), "/sign-in/")
}

func (o *office) speaks(tag string) bool {
	return slices.ContainsFunc(o.in.locales.All(), func(t *templates.Text) bool { return t.Tag() == tag })
}

// respondent is somebody without an account who has asked to answer the open public consultation.
func (o *office) respondent(t *testing.T) *visitor {
	t.Helper()
	v := newVisitor(t, "respondent", o.url)
	list := v.get("/consultations")
	for _, m := range regexp.MustCompile(`href="(/consultations/[0-9a-f-]+)"`).FindAllStringSubmatch(string(list.body), -1) {
		ask := v.get(m[1] + "/ask")
		if ask == nil || ask.status != http.StatusOK {
			continue
		}
		form := url.Values{"email": {"nada@example.org"}, "name": {"Nada Nadić"}, "sector": {"academia"}}
		v.send(ask, m[1]+"/ask", form)
		link := strings.TrimPrefix(o.link(o.mail("nada@example.org", "/respond/"), "/respond/"), o.url)
		v.send(v.get(link), link, nil)
		return v
	}
	t.Fatal("no consultation takes answers from everybody")
	return nil
}

// signIn opens a link to sign in by.
func (v *visitor) signIn(link string) {
	v.t.Helper()
	path := strings.TrimPrefix(link, v.base)
	v.send(v.get(path), path, nil)
}

// choose takes a language at the foot of the start page.
func (v *visitor) choose(tag string) {
	v.t.Helper()
	v.send(v.get("/"), "/language", url.Values{"language": {tag}})
}

// send fills in the form with the action that stands on the page.
func (v *visitor) send(s *sheet, action string, typed url.Values) {
	v.t.Helper()
	for _, m := range formTag.FindAllStringSubmatch(string(s.body), -1) {
		if m[1] != action {
			continue
		}
		form := url.Values{}
		for _, field := range hidden.FindAllStringSubmatch(m[3], -1) {
			form.Set(field[1], field[2])
		}
		maps.Copy(form, typed)
		if refused := v.post(action, form); refused != nil {
			v.t.Fatalf("%s\n%s", refused, refused.body)
		}
		return
	}
	v.t.Fatalf("no form %s on %s", action, s)
}

// checkHTML validates the pages as they were sent.
func checkHTML(t *testing.T, sheets []*sheet) {
	t.Helper()
	folder := t.TempDir()
	for i, s := range sheets {
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%04d.html", i)), s.body, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	found := findings{}
	for _, f := range apptest.ValidateHTML(t, folder) {
		var i int
		if _, err := fmt.Sscanf(f.Page, "%04d.html", &i); err != nil {
			t.Fatal(err)
		}
		found.add(sheets[i], f.String())
	}
	found.report(t)
}

// findings are what is wrong, each with the pages it was found on: one fault of a shared part is one line.
type findings map[string][]string

func (f findings) add(s *sheet, what string) { f[what] = append(f[what], s.String()) }

func (f findings) report(t *testing.T) {
	t.Helper()
	for _, what := range slices.Sorted(maps.Keys(f)) {
		t.Errorf("%s\n\ton %s, and %d more", what, f[what][0], len(f[what])-1)
	}
}

// checkHeaders: nothing inline, nothing from elsewhere.
func checkHeaders(t *testing.T, sheets []*sheet) {
	t.Helper()
	for _, s := range sheets {
		policy := s.header.Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") {
			t.Errorf("%s: policy %q", s, policy)
		}
	}
}

// checkWritten: nothing stands on a page as the program writes it: no raw time, no key of a text that is missing.
func checkWritten(t *testing.T, sheets []*sheet) {
	t.Helper()
	raw := regexp.MustCompile(`.{0,60}(\+0000 UTC|⟦|&lt;nil&gt;|&lt;no value&gt;|%!).{0,60}`)
	found := findings{}
	for _, s := range sheets {
		for _, what := range raw.FindAll(s.body, 3) {
			found.add(s, "not written for people: "+string(what))
		}
	}
	found.report(t)
}

// checkSizes: a first visit to any page loads less than 100 kB, a page with 50 comments is less than 30 kB, as sent.
func checkSizes(t *testing.T, sheets []*sheet) {
	t.Helper()
	static, err := templates.LoadStatic()
	if err != nil {
		t.Fatal(err)
	}
	parts := 0
	for _, name := range []string{"app.rtl.css", "app.js", "icon.svg"} {
		parts += compressed(t, static, name)
	}
	links := regexp.MustCompile(`href="/comments/[^"/?#]+`)
	largest, most := sheets[0], 0
	for _, s := range sheets {
		if s.sentBytes > largest.sentBytes {
			largest = s
		}
		if s.sentBytes+parts > 100_000 {
			t.Errorf("%s: a first visit loads %d bytes", s, s.sentBytes+parts)
		}
		distinct := map[string]bool{}
		for _, link := range links.FindAllString(string(s.body), -1) {
			distinct[link] = true
		}
		if len(distinct) >= 50 && s.sentBytes > 30_000*len(distinct)/50 {
			t.Errorf("%s: %d comments are %d bytes", s, len(distinct), s.sentBytes)
		}
		if len(distinct) > most {
			most = len(distinct)
			t.Logf("%s: %d comments, %d bytes as sent, %d plain", s, most, s.sentBytes, len(s.body))
		}
	}
	t.Logf("style, script and mark are %d bytes; the largest page is %s with %d, %d plain", parts, largest, largest.sentBytes, len(largest.body))
	if most < 50 {
		t.Errorf("no page shows 50 comments; the most are %d", most)
	}
}

// compressed is the size of an asset as it is sent.
func compressed(t *testing.T, static *templates.Static, name string) int {
	t.Helper()
	address, err := static.URL(name)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, address, nil)
	r.Header.Set("Accept-Encoding", "gzip")
	w := httptest.NewRecorder()
	static.ServeHTTP(w, r)
	if cache := w.Header().Get("Cache-Control"); !strings.Contains(cache, "immutable") || w.Code != http.StatusOK {
		t.Errorf("%s: %d, Cache-Control %q", address, w.Code, cache)
	}
	return w.Body.Len()
}

// checkInBrowser shows a saved page in a browser. One in English is as wide as a screen when it is checked, the others
// as narrow as a telephone, which is also how wide a screen is at 400 %. How things are painted is looked at where the
// page is fresh: the first to show an element of some kind.
func checkInBrowser(tab *apptest.Tab, address string, s *sheet, fresh bool, found findings) {
	width, painted := 320, []string{"color-contrast", "target-size"}
	if s.lang == "en" {
		width = 1280
	}
	if fresh {
		painted = nil
	}
	tab.Size(width, 900)
	tab.Open(address)
	for _, what := range apptest.Ask[[]string](tab, "look for what is misplaced", misplaced) {
		found.add(s, what)
	}
	for _, f := range tab.Axe(painted...) {
		found.add(s, "axe "+f.String())
	}
	for _, what := range apptest.Ask[[]string](tab, "look for what is from elsewhere", fromElsewhere) {
		found.add(s, "is from elsewhere: "+what)
	}
	if fresh {
		tab.ForcedColours(true)
		for _, what := range apptest.Ask[[]string](tab, "look for what cannot be seen", unseen) {
			found.add(s, "with forced colours "+what)
		}
		tab.ForcedColours(false)
	}
	if width > 320 {
		tab.Size(320, 900)
	}
	for _, what := range apptest.Ask[[]string](tab, "look for what is too wide", tooWide) {
		found.add(s, "at 320 pixels "+what)
	}
}

const (
	fromElsewhere = `performance.getEntriesByType('resource').map(e => e.name).filter(n => !n.startsWith(location.origin + '/static/'))`

	// The page must not scroll sideways; what makes it so wide is named.
	tooWide = `document.documentElement.scrollWidth <= 320 ? [] : [...document.querySelectorAll('body *')]
		.filter(e => e.getBoundingClientRect().width > 0 && (e.getBoundingClientRect().right > 321 || e.getBoundingClientRect().left < -1))
		.slice(0, 4).map(e => 'too wide: ' + e.tagName + '.' + e.className)`

	// What the colours of a page show alone is gone when the system chooses them: the focus must be drawn by an outline,
	// a field by a border, a button by a border or its words.
	unseen = `!matchMedia('(forced-colors: active)').matches ? ['they are not forced'] : [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
		.filter(e => e.checkVisibility() && e.tabIndex >= 0).slice(0, 80).flatMap(e => {
			const name = e.tagName.toLowerCase() + '.' + e.className, faults = [];
			const styles = () => [getComputedStyle(e), ...(e.labels ? [...e.labels].map(l => getComputedStyle(l, '::before')) : [])];
			const bordered = styles().some(s => s.borderStyle !== 'none' && parseFloat(s.borderWidth) > 0);
			if (!bordered && e.type !== 'file' && !e.innerText?.trim()) faults.push('a control cannot be seen: ' + name);
			e.focus({preventScroll: true});
			const outlined = styles().some(s => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0);
			if (document.activeElement === e && !outlined) faults.push('the focus cannot be seen: ' + name);
			return faults;
		})`

	// One title a page, and nothing that changes the order of the keyboard.
	misplaced = `[
		...(document.querySelectorAll('h1').length === 1 ? [] : ['there are ' + document.querySelectorAll('h1').length + ' titles (h1)']),
		...[...document.querySelectorAll('[tabindex]')].filter(e => e.tabIndex > 0).map(e => 'the keyboard is led astray by ' + e.tagName),
		...(document.activeElement === document.body || document.querySelector('.govuk-error-summary, .govuk-notification-banner') ? [] : ['the focus is taken by ' + document.activeElement.tagName])]`
)

// serveSheets serves the saved pages with the headers they came with, and the real styles and scripts.
func serveSheets(t *testing.T, sheets []*sheet) string {
	t.Helper()
	static, err := templates.LoadStatic()
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /static/", static)
	for i, s := range sheets {
		mux.HandleFunc(fmt.Sprintf("GET /saved/%d", i), func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", s.header.Get("Content-Type"))
			w.Header().Set("Content-Security-Policy", s.header.Get("Content-Security-Policy"))
			w.Write(s.body)
		})
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}
