package apptest_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"jahorina/app/apptest"
)

const (
	badPage = `<!doctype html><html><head><title></title></head><body><h3 id="x">Title</h3><img src="x.png"><input id="x" name="a">
		<p style="color:#999;background:#fff">Pale</p><button></button><p>Open<div></p></body></html>`
	goodPage = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>A page</title></head><body><main><h1>A page</h1><label for="a">Name</label> <input id="a" name="a" type="text"></main></body></html>`
)

// A checker that finds nothing anywhere would look like a house without faults.
func TestCheckersFindFaults(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
		page := goodPage
		if r.URL.Path == "/bad" {
			page = badPage
		}
		w.Write([]byte(page))
	}))
	t.Cleanup(server.Close)
	tab := apptest.Browser(t)
	tab.WithAxe()
	tab.Open(server.URL + "/good")
	if faults := tab.Axe(); len(faults) != 0 {
		t.Errorf("axe finds %v on a good page", faults)
	}
	tab.Open(server.URL + "/bad")
	expect(t, tab.Axe(), "html-has-lang", "document-title", "image-alt", "label", "color-contrast", "button-name")
	if slices.ContainsFunc(tab.Axe("color-contrast"), func(f apptest.Fault) bool { return f.Rule == "color-contrast" }) {
		t.Error("a rule is applied that was left out")
	}
	folder := t.TempDir()
	for name, page := range map[string]string{"bad.html": badPage, "good.html": goodPage} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(page), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	faults := apptest.ValidateHTML(t, folder)
	expect(t, faults, "no-dup-id", "empty-title", "close-order", "element-required-attributes", "input-missing-label")
	if i := slices.IndexFunc(faults, func(f apptest.Fault) bool { return f.Page != "bad.html" }); i >= 0 {
		t.Errorf("a good page is at fault: %v", faults[i])
	}
	tab.ForcedColours(true)
	if !apptest.Ask[bool](tab, "ask for colours", `matchMedia('(forced-colors: active)').matches`) {
		t.Error("colours are not forced")
	}
	if canvas := apptest.Ask[string](tab, "ask for a colour", `getComputedStyle(document.querySelector('p')).backgroundColor + getComputedStyle(document.querySelector('p')).color`); strings.Contains(canvas, "153") {
		t.Errorf("the page is shown in its own colours: %s", canvas)
	}
}

func expect(t *testing.T, faults []apptest.Fault, rules ...string) {
	t.Helper()
	var found []string
	for _, f := range faults {
		found = append(found, f.Rule)
	}
	for _, r := range rules {
		if !slices.Contains(found, r) {
			t.Errorf("%s is not found among %s", r, strings.Join(found, ", "))
		}
	}
}
