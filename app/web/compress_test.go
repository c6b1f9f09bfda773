package web

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestPagesAreCompressed(t *testing.T) {
	s := newSite(t)
	ask := func(accepts string) (*http.Response, []byte) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept-Encoding", accepts)
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(strings.Join(resp.Header.Values("Vary"), ","), "Accept-Encoding") || resp.Header.Get("Content-Type") != "text/html; charset=utf-8" {
			t.Errorf("headers %v", resp.Header)
		}
		return resp, body
	}
	resp, plain := ask("identity")
	if resp.Header.Get("Content-Encoding") != "" || !strings.Contains(string(plain), "</html>") {
		t.Errorf("a browser that takes no compression gets %q", resp.Header.Get("Content-Encoding"))
	}
	lengths := map[int]bool{}
	for range 20 {
		resp, zipped := ask("br, gzip;q=0.8")
		unzip, err := gzip.NewReader(strings.NewReader(string(zipped)))
		if err != nil {
			t.Fatal(err)
		}
		if page, err := io.ReadAll(unzip); err != nil || string(page) != string(plain) || resp.Header.Get("Content-Encoding") != "gzip" {
			t.Fatalf("the page is another one compressed (%v)", err)
		}
		lengths[len(zipped)] = true
	}
	if len(lengths) < 5 {
		t.Errorf("one page has only the lengths %v: what is in it can be guessed by them", lengths)
	}
}
