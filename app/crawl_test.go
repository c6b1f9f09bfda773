package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"html"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// Bounds of a crawl. Of pages with one pattern, such as /comments/:id, each reader opens openedOfEach. Those that show
// something the others do not are kept: at most keptOfEach, and keptInArabic in the other direction.
const (
	openedOfEach = 12
	keptOfEach   = 6
	keptInArabic = 2
)

// sheet is a page as somebody was shown it.
type sheet struct {
	who, lang, path string
	sent            string // what was posted to it: "GET", or "POST" of an empty form
	status          int
	header          http.Header
	body            []byte
	sentBytes       int             // of the body, compressed where it was
	shows           map[string]bool // kinds of elements
}

func (s *sheet) String() string {
	return fmt.Sprintf("%s %s as %s in %s (%d)", s.sent, s.path, s.who, s.lang, s.status)
}

// visitor walks through the pages as one person, without scripts.
type visitor struct {
	t      *testing.T
	who    string
	base   string
	client *http.Client
	opened map[string]int // pages by pattern
}

func newVisitor(t *testing.T, who, base string) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{t: t, who: who, base: base, client: &http.Client{Jar: jar, Timeout: 30 * time.Second}, opened: map[string]int{}}
}

// get opens a page; what is no page is nil.
func (v *visitor) get(path string) *sheet {
	v.t.Helper()
	r, err := v.client.Do(v.request(http.MethodGet, path, nil))
	if err != nil {
		v.t.Fatal(err)
	}
	return v.sheet("GET", r)
}

// post sends a form; what leads on, as no fault was found, is nil.
func (v *visitor) post(path string, form url.Values) *sheet {
	v.t.Helper()
	client := *v.client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	r, err := client.Do(v.request(http.MethodPost, path, form))
	if err != nil {
		v.t.Fatal(err)
	}
	if r.StatusCode < 400 {
		r.Body.Close()
		return nil
	}
	return v.sheet("POST", r)
}

// request asks for compressed pages itself, so that their size as sent is seen.
func (v *visitor) request(method, path string, form url.Values) *http.Request {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), method, v.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Accept-Encoding", "gzip")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return r
}

func (v *visitor) sheet(sent string, r *http.Response) *sheet {
	v.t.Helper()
	defer r.Body.Close()
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") {
		return nil
	}
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	body := raw
	if r.Header.Get("Content-Encoding") == "gzip" {
		unzip, err := gzip.NewReader(bytes.NewReader(raw))
		if err == nil {
			body, err = io.ReadAll(unzip)
		}
		if err != nil {
			v.t.Fatal(err)
		}
	}
	s := &sheet{sentBytes: len(raw), who: v.who, lang: langOf(body), path: r.Request.URL.RequestURI(), sent: sent, status: r.StatusCode, header: r.Header, body: body, shows: map[string]bool{}}
	if s.status >= 500 {
		v.t.Errorf("%s failed", s)
	}
	for _, m := range element.FindAllStringSubmatch(string(body), -1) {
		s.shows[m[1]+" "+m[2]] = true
	}
	return s
}

var (
	element  = regexp.MustCompile(`<([a-z0-9]+)(?:[^>]*? class="([^"]*)")?`)
	anchor   = regexp.MustCompile(`<a [^>]*href="([^"#]+)`)
	formTag  = regexp.MustCompile(`(?s)<form method="post" action="([^"]+)"([^>]*)>(.*?)</form>`)
	hidden   = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)
	htmlLang = regexp.MustCompile(`<html lang="([^"]+)"`)
	anyID    = regexp.MustCompile(`^[0-9a-fA-F-]{20,}.*$|^\d+$|^[A-Z0-9:]+(-[\w().:]+)+$|^[\w-]{30,}(\.\w+)?$`)
	chosenBy = regexp.MustCompile(`^(action|sent|mode)$`) // parts of a query that make another page
)

func langOf(body []byte) string {
	if m := htmlLang.FindSubmatch(body); m != nil {
		return string(m[1])
	}
	return ""
}

// patternOf is the address with what differs from thing to thing left out.
func patternOf(path string) string {
	u, err := url.Parse(path)
	if err != nil {
		return path
	}
	parts := strings.Split(u.Path, "/")
	for i, p := range parts {
		if anyID.MatchString(p) {
			parts[i] = ":id"
		}
	}
	var query []string
	for _, name := range slices.Sorted(maps.Keys(u.Query())) {
		if chosenBy.MatchString(name) {
			name += "=" + u.Query().Get(name)
		}
		query = append(query, name)
	}
	return strings.Join(parts, "/") + "?" + strings.Join(query, "&")
}

// walk opens every page that links lead to, from the start page and the person's own.
func (v *visitor) walk(visit func(*sheet)) {
	v.t.Helper()
	seen := map[string]bool{}
	for next := []string{"/", "/home"}; len(next) > 0; next = next[1:] {
		path := next[0]
		if pattern := patternOf(path); seen[path] || v.opened[pattern] >= openedOfEach || strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/static/") {
			continue
		} else {
			v.opened[pattern]++
		}
		seen[path] = true
		s := v.get(path)
		if s == nil {
			continue
		}
		visit(s)
		for _, m := range anchor.FindAllStringSubmatch(string(s.body), -1) {
			if to := html.UnescapeString(m[1]); strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "//") {
				next = append(next, to)
			}
		}
	}
}

// provoke sends every form of a page with nothing filled in. Forms that do without are done.
func (v *visitor) provoke(s *sheet, into *collection) {
	v.t.Helper()
	for _, m := range formTag.FindAllStringSubmatch(string(s.body), -1) {
		action := html.UnescapeString(m[1])
		key := "POST " + patternOf(action)
		if action == "/signout" || action == "/language" || v.opened[key] >= 2 {
			continue
		}
		v.opened[key]++
		form := url.Values{}
		for _, field := range hidden.FindAllStringSubmatch(m[3], -1) {
			form.Set(field[1], html.UnescapeString(field[2]))
		}
		if refused := v.post(action, form); refused != nil {
			into.add(refused)
		}
	}
}

// collection keeps the pages that show something new, by pattern.
type collection struct {
	most   int // of each pattern
	sheets []*sheet
	shown  map[string]map[string]bool
	kept   map[string]int
}

func newCollection(most int) *collection {
	return &collection{most: most, shown: map[string]map[string]bool{}, kept: map[string]int{}}
}

// add keeps the page if it shows something new, and says whether it does.
func (c *collection) add(s *sheet) bool {
	key := fmt.Sprintf("%s %s %d %s", s.sent, patternOf(s.path), s.status/100, s.lang)
	if c.shown[key] == nil {
		c.shown[key] = map[string]bool{}
	}
	before := len(c.shown[key])
	maps.Copy(c.shown[key], s.shows)
	if len(c.shown[key]) == before || c.kept[key] == c.most {
		return false
	}
	c.kept[key]++
	c.sheets = append(c.sheets, s)
	return true
}
