package apptest

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// What is on the paper is read, in whatever script; what is hidden on paper is not there.
func TestPDFText(t *testing.T) {
	const html = `<!doctype html><meta charset="utf-8"><style>@media print { nav { display: none } section { break-before: page } }</style>
		<nav>Menu of the site</nav><h1>Office fires</h1><p>Efficient <b>offices</b> of Šahovnica, 第三条 and Статья.</p><section>Second page</section>`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(html)) }))
	defer server.Close()
	b := Browser(t)
	b.Open(server.URL)
	pdf := b.PDF()
	text, pages, err := PDFText(pdf)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Office fires", "Efficient offices of Šahovnica, 第三条 and Статья.", "Second page"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in %q", want, text)
		}
	}
	if strings.Contains(text, "Menu") || pages != 2 {
		t.Errorf("%d pages: %q", pages, text)
	}
}
