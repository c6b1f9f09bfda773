package templates

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

func TestStatic(t *testing.T) {
	static, err := LoadStatic()
	if err != nil {
		t.Fatal(err)
	}
	url, err := static.URL("app.css")
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^/static/app\.[0-9a-f]{10}\.css$`).MatchString(url) {
		t.Errorf("no hash in %s", url)
	}
	if _, err := static.URL("nothing.css"); err == nil {
		t.Error("an asset that does not exist has an address")
	}
	want, err := files.ReadFile("static/app.css")
	if err != nil {
		t.Fatal(err)
	}
	plain := get(static, http.MethodGet, url, "")
	if !bytes.Equal(plain.Body.Bytes(), want) {
		t.Error("the plain body differs from the file")
	}
	if got := plain.Header().Get("Cache-Control"); !strings.Contains(got, "immutable") {
		t.Errorf("Cache-Control: %s", got)
	}
	if got := plain.Header().Get("Content-Type"); got != "text/css; charset=utf-8" {
		t.Errorf("Content-Type: %s", got)
	}
	zipped := get(static, http.MethodGet, url, "br, gzip")
	r, err := gzip.NewReader(zipped.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, want) {
		t.Errorf("the compressed body differs from the file: %v", err)
	}
	if head := get(static, http.MethodHead, url, ""); head.Code != http.StatusOK || head.Body.Len() != 0 {
		t.Errorf("HEAD: %d with %d bytes", head.Code, head.Body.Len())
	}
	for _, c := range [][2]string{
		{http.MethodGet, "/static/app.css"},
		{http.MethodGet, "/static/app.0000000000.css"},
		{http.MethodGet, "/static/../embed.go"},
		{http.MethodPost, url},
	} {
		if got := get(static, c[0], c[1], ""); got.Code != http.StatusNotFound {
			t.Errorf("%s %s: %d", c[0], c[1], got.Code)
		}
	}
}

func get(h http.Handler, method, path, encoding string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "/", nil)
	r.URL.Path = path
	r.Header.Set("Accept-Encoding", encoding)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// What a first visit loads, page included, stays under 100 kB.
func TestFirstLoadIsLight(t *testing.T) {
	static, err := LoadStatic()
	if err != nil {
		t.Fatal(err)
	}
	page, err := compress([]byte(rendered(t, testPages(t), "test/kitchen", kitchenPage(t))))
	if err != nil {
		t.Fatal(err)
	}
	total := len(page)
	for _, name := range []string{"app.css", "app.js", "icon.svg"} {
		total += len(static.assets[static.urls[name]].zip)
	}
	t.Logf("first load: %d bytes, of which the page %d", total, len(page))
	if total > 100_000 {
		t.Errorf("first load is %d bytes", total)
	}
}

// Nothing of the British crown, crest or typeface is ours to use.
func TestNoForeignInsignia(t *testing.T) {
	for _, name := range []string{"static/app.css", "static/app.rtl.css", "static/app.js", "static/icon.svg"} {
		content, err := files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if found := regexp.MustCompile(`(?i)crest|crown|GDS Transport|@font-face|sourceMappingURL`).Find(content); found != nil {
			t.Errorf("%s contains %q", name, found)
		}
	}
}

// The style for Arabic is the other one in a mirror: as large, and with what stood at the left at the right.
func TestStyleFromRightToLeft(t *testing.T) {
	read := func(name string) string {
		content, err := files.ReadFile("static/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(content)
	}
	left, right := read("app.css"), read("app.rtl.css")
	if d := len(right) - len(left); d < -500 || d > 500 {
		t.Errorf("one of the two styles is not built from the present sources: %d and %d bytes", len(left), len(right))
	}
	for _, side := range [][2]string{{left, "left"}, {right, "right"}} {
		if !regexp.MustCompile(`\.govuk-back-link:before\{[^}]*;` + side[1] + `:\.`).MatchString(side[0]) {
			t.Errorf("the arrow of the link back does not stand at the %s", side[1])
		}
	}
}

func TestPageLoadsTheStyleOfItsDirection(t *testing.T) {
	pages, locales := testPages(t), world(t)
	for tag, want := range map[string]string{"en": "app.css", "ar": "app.rtl.css"} {
		html := rendered(t, pages, "public/error", Page{Text: locales.For(tag), Data: ErrorPage{}})
		static, err := LoadStatic()
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(html, static.urls[want]) || strings.Count(html, `rel="stylesheet"`) != 1 {
			t.Errorf("%s does not load %s alone", tag, want)
		}
	}
}

// A page that stands alone has its style in it and nothing that a browser would fetch.
func TestPageThatStandsAlone(t *testing.T) {
	static, err := LoadStatic()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"app.css", "app.rtl.css"} {
		page := `<head><link rel="icon" type="image/svg+xml" href="` + static.urls["icon.svg"] + `"><link rel="stylesheet" href="` + static.urls[name] +
			`"><script type="module" src="` + static.urls["app.js"] + `"></script></head><body>Words</body>`
		got := string(static.Alone([]byte(page)))
		for _, unwanted := range []string{"<link", "<script", "/static/", "@import", "url("} {
			if strings.Contains(got, unwanted) {
				t.Errorf("%s: %s is in the page", name, unwanted)
			}
		}
		for _, want := range []string{"default-src 'none'", "<style>", "@page", "</style></head><body>Words</body>"} {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %s is not in the page", name, want)
			}
		}
	}
}
