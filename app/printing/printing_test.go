package printing

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"jahorina/app/apptest"
	"jahorina/workflows"
)

// printer is a real one; without Chromium the test is left out, and said so.
func printer(t *testing.T) *Printer {
	t.Helper()
	apptest.Browser(t)
	p, err := Find("")
	if err != nil || p == nil {
		t.Fatal(p, err)
	}
	return p
}

// Arabic, Chinese and Cyrillic come out as text that can be searched and copied;
// scripts do not run, and nothing is fetched.
func TestPDFHoldsEveryScript(t *testing.T) {
	p := printer(t)
	asked := make(chan string, 10)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { asked <- r.URL.Path }))
	defer server.Close()
	page := `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Strategy</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"></head><body><h1>Strategy</h1>
<p>Efficient offices of Šahovnica.</p><p lang="zh">第三条 国家</p><p lang="ru">Статья третья</p><p lang="ar" dir="rtl">المادة الثالثة</p>
<img src="` + server.URL + `/picture"><script src="` + server.URL + `/script"></script><script>document.body.textContent = "script ran"</script></body></html>`
	pdf, err := p.PDF(t.Context(), []byte(page), About{Title: "Strategy ž", Language: "en", Made: time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv("JAHORINA_TEST_KEEP"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, "scripts.pdf"), pdf, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	text, pages, err := apptest.PDFText(pdf)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Strategy Efficient offices of Šahovnica.", "第三条 国家", "Статья третья"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in %q", want, text)
		}
	}
	// Arabic comes as the forms its letters take, in the order of the paper: what reads
	// PDFs turns both around.
	if !strings.Contains(norm.NFKC.String(text), reversed("المادة الثالثة")) {
		t.Errorf("no Arabic in %q", text)
	}
	if strings.Contains(text, "script ran") || pages != 1 {
		t.Errorf("%d pages: %q", pages, text)
	}
	select {
	case path := <-asked:
		t.Errorf("the browser fetched %s", path)
	default:
	}
	checkArchival(t, pdf)
}

func reversed(s string) string {
	r := []rune(s)
	for i, j := 0, len(r)-1; i < j; i, j = i+1, j-1 {
		r[i], r[j] = r[j], r[i]
	}
	return string(r)
}

// checkArchival checks the clauses of ISO 19005-2 that can be told from the file's
// objects.
func checkArchival(t *testing.T, pdf []byte) {
	t.Helper()
	for _, want := range []string{
		"<pdfaid:part>2</pdfaid:part>", "<pdfaid:conformance>B</pdfaid:conformance>", "/S /GTS_PDFA1", "/OutputIntents [", "/Metadata ", "/MarkInfo", "/StructTreeRoot",
		"/ID [<", "/Title <FEFF00530074", "acsp", "xml:lang=\"x-default\">Strategy ž<",
	} {
		if !bytes.Contains(pdf, []byte(want)) {
			t.Errorf("%s is not in the file", want)
		}
	}
	for _, unwanted := range []string{"/JavaScript", "/Encrypt", "/EmbeddedFile", "/LZWDecode", "/Launch", "/AA ", "/OpenAction", "/SubmitForm"} {
		if bytes.Contains(pdf, []byte(unwanted)) {
			t.Errorf("%s is in the file", unwanted)
		}
	}
	// Each font program that a descriptor is there for is in the file.
	if d, f := bytes.Count(pdf, []byte("/Type /FontDescriptor\n/FontName")), bytes.Count(pdf, []byte("/FontFile")); d > f+bytes.Count(pdf, []byte("/Type3")) {
		t.Errorf("%d descriptors, %d font programs", d, f)
	}
	checkReferences(t, pdf)
}

// checkReferences follows the newest table of references to its objects.
func checkReferences(t *testing.T, pdf []byte) {
	t.Helper()
	_, after, _ := bytes.Cut(pdf[bytes.LastIndex(pdf, []byte("startxref\n")):], []byte("\n"))
	at, err := strconv.Atoi(strings.Fields(string(after))[0])
	if err != nil || !bytes.HasPrefix(pdf[at:], []byte("xref\n")) {
		t.Fatalf("no table at %d: %v", at, err)
	}
	lines := strings.Split(string(pdf[at+len("xref\n"):]), "\n")
	n := 0
	for ; strings.HasSuffix(lines[n], " 1"); n += 2 {
		var number, offset int
		if _, err := fmt.Sscanf(lines[n]+" "+lines[n+1], "%d 1 %010d", &number, &offset); err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf("%d 0 obj\n", number); !bytes.HasPrefix(pdf[offset:], []byte(want)) {
			t.Errorf("object %d is not at %d", number, offset)
		}
	}
	if n != 10 || lines[n] != "trailer" {
		t.Errorf("%d lines, then %q", n, lines[n])
	}
}

func TestUnknownPDFStaysAsItIs(t *testing.T) {
	for _, pdf := range []string{"", "%PDF-1.7", "trailer\n<</Size 3\n/Root 2 0 R\n/Info 1 0 R>>\nstartxref\n9\n%%EOF", "x\n2 0 obj\n[]\nendobj\ntrailer\n<</Size 3\n/Root 2 0 R\n/Info 1 0 R>>\nstartxref\n9\n%%EOF"} {
		if got := archival([]byte(pdf), About{}); string(got) != pdf {
			t.Errorf("%q became %q", pdf, got)
		}
	}
}

func TestFind(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	for _, program := range []string{"", Off} {
		if p, err := Find(program); p != nil || err != nil {
			t.Errorf("%q: %v, %v", program, p, err)
		}
	}
	if _, err := Find("/nowhere/chromium"); err == nil {
		t.Error("a program that is not there was found")
	}
}

// program is a printer that runs a script instead.
func program(t *testing.T, script string) *Printer {
	t.Helper()
	path := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script), 0o700); err != nil { //nolint:gosec // it is run
		t.Fatal(err)
	}
	p, err := Find(path)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// One page at a time; a few wait, and those beyond are told so. Whoever goes away
// ends their printing, with all that it started.
func TestPrintingIsBounded(t *testing.T) {
	started := filepath.Join(t.TempDir(), "started")
	p := program(t, "echo x >> "+started+"; sleep 100 & sleep 100\n")
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	for range waiting {
		go func() {
			_, err := p.PDF(ctx, []byte("page"), About{})
			ended <- err
		}()
	}
	for len(p.places) < waiting || !isWritten(started) {
		time.Sleep(time.Millisecond)
	}
	if _, err := p.PDF(ctx, []byte("page"), About{}); !workflows.IsKind(err, workflows.TooMany) {
		t.Errorf("one too many: %v", err)
	}
	cancel()
	for range waiting {
		if err := <-ended; err == nil {
			t.Error("printed by a program that writes nothing")
		}
	}
	if content, _ := os.ReadFile(started); strings.Count(string(content), "x") != 1 {
		t.Errorf("at once: %q", content)
	}
}

func isWritten(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Size() > 0
}

func TestPrintingFails(t *testing.T) {
	for script, want := range map[string]string{"exit 0": "nothing came of it", "echo no display >&2; exit 3": "no display"} {
		if _, err := program(t, script).PDF(t.Context(), []byte("page"), About{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", script, err)
		}
	}
	if _, err := program(t, "exit 0").PDF(t.Context(), make([]byte, MaxPage+1), About{}); !workflows.IsKind(err, workflows.TooLarge) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := program(t, "exit 0").PDF(ctx, []byte("page"), About{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
