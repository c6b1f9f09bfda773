package main

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"jahorina/app/apptest"
)

// From the demo's strategy an official finds its three uncovered obligations of
// resolution 1540, adds the measures, compares with two neighbours, and sends the
// minister one PDF: with the keyboard, and without scripts on a telephone.
func TestOfficialClosesTheGapsOf1540(t *testing.T) {
	for name, way := range map[string]func(*apptest.Tab){"keyboard": (*apptest.Tab).Keyboard, "no scripts": func(b *apptest.Tab) { b.NoScripts(); b.Size(320, 640) }} {
		t.Run(name, func(t *testing.T) {
			apptest.Browser(t) // skip before anything is set up
			o := openOfficeThat(t, "", func(o *office) error {
				o.in.mailbox = o.box
				return o.in.seed(t.Context())
			})
			o.way = way
			b := o.amina()
			gaps := o.url + "/coverage/XJ?" + url.Values{"instrument": {"UNSCR 1540 (2004)"}, "gaps": {"1"}}.Encode()
			want := []string{"1540-OP3D-IND", "1540-OP3D-GEN", "1540-OP3D-DEE"}
			b.Open(gaps)
			if text := b.Text("main"); b.Count(".app-coverage tbody tr") != 3 || !strings.Contains(text, "3 obligations are uncovered") || b.Overflows() {
				t.Fatalf("not three gaps:\n%s", text)
			}
			for i, code := range want {
				b.Open(gaps)
				b.Click(`.app-coverage a[href="/obligations/` + code + `"]`)
				b.Click(`main a[href$="measures/new?obligation=` + code + `"]`)
				if got := b.Value("#obligations"); got != code {
					t.Fatalf("the form is for %q", got)
				}
				b.Fill("#number", "B"+string(rune('1'+i)))
				b.Fill("#title", "Close the gap of "+code)
				b.Fill("#due_on", "2027-12-01")
				b.Submit(`main form[method="post"]`)
				if text := b.Text("main"); !strings.Contains(text, code) || !strings.Contains(text, "Close the gap of") {
					t.Fatalf("no measure:\n%s", text)
				}
			}
			b.Open(gaps)
			if text := b.Text("main"); b.Has(".app-coverage") || !strings.Contains(text, "Nothing is uncovered") {
				t.Fatalf("gaps are left:\n%s", text)
			}
			b.Open(o.url + "/coverage/compare?state=XJ&state=XN&state=XO&findings=1")
			if text := b.Text("main"); !strings.Contains(text, "72 h") || !strings.Contains(text, "48 h") || !strings.Contains(text, "The figures differ") || !strings.Contains(text, "Shared gap") || b.Overflows() {
				t.Errorf("the comparison says:\n%s", text)
			}
			b.Open(o.url + "/coverage/XJ?" + url.Values{"instrument": {"UNSCR 1540 (2004)"}}.Encode())
			for _, neighbour := range []string{"XN", "XO"} {
				b.Click("#with-" + neighbour)
			}
			b.Submit(`form[action$="/briefing"]`)
			if text := b.Text("main"); b.Overflows() || !strings.Contains(text, "Neighbour State B") {
				t.Errorf("the briefing says:\n%s", text)
			}
			paper := o.printed(t, b.Attribute(`main a[href*="briefing.pdf"]`, "href"))
			for _, words := range slices.Concat(want, []string{"Close the gap of 1540-OP3D-DEE", "Neighbour State A", "Neighbour State B", "72 h", "48 h", "It does not prove that an obligation is met", "Nothing is uncovered"}) {
				if !strings.Contains(paper, words) {
					t.Errorf("%q is not on the paper:\n%s", words, paper)
				}
			}
		})
	}
}

// printed is the text of a PDF that Amina gets.
func (o *office) printed(t *testing.T, path string) string {
	t.Helper()
	signIns, err := o.in.signIns(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	v := newVisitor(t, "Amina", o.url)
	for _, p := range signIns {
		if strings.HasPrefix(p.Email, "amina@") {
			v.signIn(p.Link)
		}
	}
	r, err := v.client.Do(v.request(http.MethodGet, path, nil))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	content, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != "application/pdf" {
		t.Fatalf("%s: %d, %v", path, r.StatusCode, err)
	}
	text, _, err := apptest.PDFText(content)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
