package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// newKinds says which pages show an element of a kind that none before them shows, among those as wide. What is painted
// is measured on these: contrast, the size of what is pressed, forced colours. To do so is most of the work, and comes
// out the same for elements that are alike in themselves and in all they stand in. How the elements of a page belong
// together is judged on every page.
func newKinds(t *testing.T, sheets []*sheet) []bool {
	t.Helper()
	seen, fresh, count := map[string]bool{}, make([]bool, len(sheets)), 0
	for i, s := range sheets {
		before := len(seen)
		for _, kind := range kindsOf(t, s.body) {
			seen[kind] = true
		}
		if fresh[i] = len(seen) > before; fresh[i] {
			count++
		}
	}
	t.Logf("%d of %d pages show something new, %d kinds of elements", count, len(sheets), len(seen))
	return fresh
}

// kindsOf are the elements of a page without what they say: each as its name, the attributes that styles and checkers go
// by, and what it stands in, up to the page.
func kindsOf(t *testing.T, body []byte) []string {
	t.Helper()
	page, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]bool{}
	var walk func(n *html.Node, above string)
	walk = func(n *html.Node, above string) {
		if n.Type == html.ElementNode {
			above += "/" + kindOf(n)
			kinds[above] = true
		}
		for c := range n.ChildNodes() {
			walk(c, above)
		}
	}
	walk(page, "")
	out := make([]string, 0, len(kinds))
	for k := range kinds {
		out = append(out, k)
	}
	return out
}

func kindOf(n *html.Node) string {
	attributes := make([]string, 0, len(n.Attr))
	for _, a := range n.Attr {
		switch name := a.Key; {
		case name == "class", name == "type", name == "role", name == "scope", name == "dir", name == "fill", name == "tabindex",
			strings.HasPrefix(name, "aria-") && name != "aria-label" && name != "aria-labelledby" && name != "aria-describedby" && name != "aria-controls":
			attributes = append(attributes, name+"="+a.Val)
		case name == "lang" && n.Data == "html": // as wide as pages in English are
			attributes = append(attributes, fmt.Sprintf("english=%v", a.Val == "en"))
		default:
			attributes = append(attributes, name)
		}
	}
	slices.Sort(attributes)
	return n.Data + "[" + strings.Join(attributes, " ") + "]"
}

// Pages are only alike if their elements are, in themselves and in what they stand in; words, addresses and names may
// differ.
func TestKindsTellPagesApart(t *testing.T) {
	page := func(body string) *sheet {
		return &sheet{body: []byte(`<!doctype html><html lang="en"><head><title>T</title></head><body>` + body + `</body></html>`)}
	}
	first := page(`<main><p class="a" id="x">One</p><a class="b" href="/one">One</a><p class="c">C</p></main>`)
	for body, want := range map[string]bool{
		`<main><p class="a" id="y">Two</p><a class="b" href="/two">Two</a></main>`: false,
		`<main><a class="b" href="/2">2</a><p class="c">C</p></main>`:              false,
		`<main><p class="d" id="x">One</p></main>`:                                 true,
		`<main><p class="a">One</p></main>`:                                        true,
		`<main><div><p class="c">C</p></div></main>`:                               true,
		`<div><p class="c">C</p></div>`:                                            true,
		`<main><a class="b" href="/one" aria-current="page">One</a></main>`:        true,
		`<main><button class="b">One</button></main>`:                              true,
	} {
		if got := newKinds(t, []*sheet{first, page(body)}); !got[0] || got[1] != want {
			t.Errorf("%s: new %v, want %v", body, got[1], want)
		}
	}
	arabic := page(`<main><p class="c">C</p></main>`)
	arabic.body = bytes.Replace(arabic.body, []byte(`lang="en"`), []byte(`lang="ar" dir="rtl"`), 1)
	if got := newKinds(t, []*sheet{first, arabic}); !got[1] {
		t.Error("what was seen in English is not looked at in Arabic")
	}
}
