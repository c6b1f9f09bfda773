package web

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"jahorina/app/apptest"
	"jahorina/app/documents/samples"
	"jahorina/app/exports"
	"jahorina/app/printing"
	"jahorina/workflows"
)

// download asks for a file as the reader does who follows a link.
func (r *reader) download(path string) (http.Header, []byte) {
	r.s.t.Helper()
	resp, err := r.client.Get(r.s.url + path)
	if err != nil {
		r.s.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		r.s.t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		r.s.t.Fatalf("%s: %d", path, resp.StatusCode)
	}
	for name, want := range map[string]string{"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"} {
		if got := resp.Header.Get(name); got != want {
			r.s.t.Errorf("%s: %s is %q", path, name, got)
		}
	}
	return resp.Header, body
}

func wordBody(t *testing.T, file []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// Each page that is a document offers its files, whose names say version and
// language; without a printer it says how to come by a PDF, and who asks for one
// all the same is told so, not that there is a fault.
func TestDownloads(t *testing.T) {
	s := newSite(t)
	first, c, next := told(s)
	official := s.as(s.bed.Official)
	pair := "?from=" + first.ID + "&to=" + next.ID
	for page, forms := range map[string]string{
		"/drafts/" + next.ID: "docx xml json csv", "/drafts/" + next.ID + "/redline" + pair: "docx json csv",
		"/consultations/" + c.ID + "/response": "docx json csv",
	} {
		path, _, _ := strings.Cut(page, "?")
		official.get(page)
		if !strings.Contains(official.body, "save it as PDF") || strings.Contains(official.body, path+"/download/pdf") {
			t.Errorf("%s does not say how to come by a PDF", page)
		}
		for _, form := range strings.Fields(forms) {
			link := official.find(`href="(` + path + `/download/` + form + `[^"]*)"`)
			header, body := official.download(strings.ReplaceAll(link, "&amp;", "&"))
			if form == "csv" && (strings.HasPrefix(string(body), "kind,") || strings.Contains(string(body), "old_number")) {
				t.Errorf("%s has columns as programs name them: %.80s", link, body)
			}
			name := header.Get("Content-Disposition")
			if !strings.HasPrefix(name, "attachment; filename=") || !strings.Contains(name, "-en."+form) && !strings.Contains(name, "-und."+form) || !strings.Contains(name, "v1") && !strings.Contains(name, "v2") || len(body) == 0 {
				t.Errorf("%s: %s, %d bytes", link, name, len(body))
			}
		}
		for form, want := range map[string]int{"pdf": http.StatusServiceUnavailable, "exe": http.StatusNotFound, "docx.exe": http.StatusNotFound, "%00": http.StatusNotFound} {
			resp, err := official.client.Get(s.url + path + "/download/" + form + strings.TrimPrefix(page, path))
			if err != nil {
				t.Fatal(err)
			}
			body, _ := io.ReadAll(resp.Body)
			resp.Body.Close()
			if resp.StatusCode != want || form == "pdf" && !strings.Contains(string(body), "print it from your browser") {
				t.Errorf("%s as %s: %d", path, form, resp.StatusCode)
			}
		}
	}
	_, body := official.download("/drafts/" + next.ID + "/redline/download/docx" + pair)
	if doc := wordBody(t, body); !strings.Contains(doc, `w:author="Draft 2"`) || !strings.Contains(doc, "museums") || !strings.Contains(doc, "<w:delText") {
		t.Errorf("no tracked changes in %s", doc)
	}
	_, body = official.download("/consultations/" + c.ID + "/response/download/docx")
	for _, want := range []string{"Museums are missing.", "They belong there.", "It covers industry, academia and trade."} {
		if doc := wordBody(t, body); !strings.Contains(doc, want) {
			t.Errorf("%q is not in %s", want, doc)
		}
	}
	official.get("/consultations/" + c.ID + "/response")
	_, body = official.download("/consultations/" + c.ID + "/response/download/json")
	if hash := workflows.SHA256(body); !json.Valid(body) || !strings.Contains(official.body, hash) {
		t.Errorf("the page does not show %s, the hash of the response as JSON", hash)
	}
}

// What is withheld on the page is in no file of it.
func TestDownloadsWithholdWhatThePageWithholds(t *testing.T) {
	w := newAccessWorld(t)
	for _, form := range exports.OfResponse {
		if form == exports.PDF {
			continue
		}
		for _, who := range []string{"v", "c", "O"} {
			resp, err := w.clients[who].Get(w.url + "/consultations/" + w.ids["published"] + "/response/download/" + form)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(resp.Body)
			if err != nil || resp.Body.Close() != nil || resp.StatusCode != http.StatusOK {
				t.Fatalf("%s: %d, %v", form, resp.StatusCode, err)
			}
			content := string(body)
			if form == exports.Word {
				content = wordBody(t, body)
			}
			for _, canary := range []string{"published confidential", "published participants", "rationale kept", "nameless sender"} {
				if strings.Contains(content, tail(canary)) {
					t.Errorf("%s for %s gives away %q", form, who, canary)
				}
			}
		}
	}
}

// The PDFs of a draft in Chinese, its page in Arabic, hold every word of both.
func TestDownloadsAsPDF(t *testing.T) {
	apptest.Browser(t)
	s := newSite(t)
	printer, err := printing.Find("")
	if err != nil || printer == nil {
		t.Fatal(printer, err)
	}
	s.pages.Printer = printer
	d := s.bed.Draft(string(samples.OutcomeZH))
	official := s.as(s.bed.Official)
	official.get("/drafts/" + d.ID)
	header, pdf := official.download(official.find(`href="(/drafts/[^"]+/download/pdf)"`))
	if got := header.Get("Content-Type"); got != exports.PDFType {
		t.Errorf("it is %s", got)
	}
	text, pages, err := apptest.PDFText(pdf)
	if err != nil {
		t.Fatal(err)
	}
	words := text
	for n := range pages { // a page's number stands before its words
		words = strings.Replace(words, fmt.Sprintf("%d / %d", n+1, pages), "", 1)
	}
	squeezed := strings.Join(strings.Fields(norm.NFKC.String(words)), "")
	for _, p := range official.provisionsOf(d.ID) {
		for line := range strings.SplitSeq(p, "\n") {
			if want := strings.Join(strings.Fields(norm.NFKC.String(line)), ""); !strings.Contains(squeezed, want) {
				t.Errorf("%q is not in the %d pages", line, pages)
			}
		}
	}
	for _, want := range []string{"Printed from " + s.url + "/drafts/" + d.ID, fmt.Sprintf("1 / %d", pages)} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in %q", want, text)
		}
	}
	for _, unwanted := range []string{"Sign out", "Download", "Akoma"} {
		if strings.Contains(text, unwanted) {
			t.Errorf("%q is on the paper", unwanted)
		}
	}
}

// provisionsOf are the texts of a draft, from its file.
func (r *reader) provisionsOf(id string) []string {
	_, body := r.download("/drafts/" + id + "/download/json")
	var d struct {
		Blocks []struct{ Heading, Text string }
	}
	if err := json.Unmarshal(body, &d); err != nil || len(d.Blocks) == 0 {
		r.s.t.Fatal(err, len(d.Blocks))
	}
	var out []string
	for _, b := range d.Blocks {
		out = append(out, b.Heading+b.Text)
	}
	return out
}

// Programs get the same PDFs, as far as the holder of their token may read the page;
// without a printer they are told so.
func TestProgramsGetPDFs(t *testing.T) {
	apptest.Browser(t)
	w := newAccessWorld(t)
	ask := func(method, who, path string) (int, []byte) {
		r, err := http.NewRequestWithContext(t.Context(), method, w.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if w.tokens[who] != "" {
			r.Header.Set("Authorization", "Bearer "+w.tokens[who])
		}
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, body
	}
	path := "/api/v1/drafts/" + w.ids["new draft"] + "/download/pdf"
	if status, body := ask(http.MethodGet, "O", path); status != http.StatusServiceUnavailable || !strings.Contains(string(body), `"key":"no_pdf"`) {
		t.Errorf("without a printer: %d %s", status, body)
	}
	var err error
	if w.pages.Printer, err = printing.Find(""); err != nil {
		t.Fatal(err)
	}
	for _, who := range []string{"v", "c", "F"} {
		if status, body := ask(http.MethodGet, who, path); status != http.StatusNotFound && status != http.StatusForbidden {
			t.Errorf("%s gets a draft that has not gone out: %d, %d bytes", who, status, len(body))
		}
	}
	status, pdf := ask(http.MethodGet, "O", path)
	text, _, err := apptest.PDFText(pdf)
	if status != http.StatusOK || err != nil || !strings.Contains(text, "Printed from "+w.url+"/drafts/"+w.ids["new draft"]) || !strings.Contains(text, tail("text of a draft")) {
		t.Errorf("%d, %v: %q", status, err, text)
	}
	if status, body := ask(http.MethodHead, "v", "/drafts/"+w.ids["closed draft"]+"/download/pdf"); status != http.StatusOK || len(body) > 0 {
		t.Errorf("HEAD: %d, %d bytes", status, len(body))
	}
}
