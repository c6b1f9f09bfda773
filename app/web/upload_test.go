package web

import (
	"archive/zip"
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jahorina/app/apptest"
	"jahorina/app/documents/samples"
)

// wordFile is a Word document with the body.
func wordFile(t *testing.T, body string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, text := range map[string]string{
		"_rels/.rels":       `<Relationships><Relationship Type="x/officeDocument" Target="word/document.xml"/></Relationships>`,
		"word/document.xml": `<w:document><w:body>` + body + `</w:body></w:document>`,
	} {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A Word file is read, corrected part by part and accepted; what is refused
// keeps what was typed, and another never sees it.
func TestAWordFileIsCorrectedAndAccepted(t *testing.T) {
	s := newSite(t)
	st := s.strategy()
	p := func(text string) string { return `<w:p><w:r><w:t>` + text + `</w:t></w:r></w:p>` }
	file := wordFile(t, p("1. One is here.")+`<w:p><w:del><w:r><w:delText>x</w:delText></w:r></w:del></w:p>`+p("3. Three is here.")+p("Left over."))
	official := s.as(s.bed.Official)
	form := "/strategies/" + st.ID + "/drafts/new"
	official.get(form).upload(form, url.Values{"act": {"read"}}, "file", "draft.docx", file)
	official.says(http.StatusOK, "One is here.", "Passages that a tracked change deletes were left out: 1", "Only you see it")
	here := official.find(`action="(/uploads/[^"]+)"`)

	// correct sends the form of the part shown, with the version it was shown at.
	correct := func(r *reader, at string, typed url.Values) *reader {
		typed.Set("version", r.find(`name="version" value="(\d+)"`))
		if typed.Get("kind") == "" {
			typed.Set("kind", "paragraph")
		}
		return r.post(here+at, typed)
	}
	correct(official.get(here+"/parts/2"), "/parts/2", url.Values{"act": {"save"}, "text": {" "}}).says(http.StatusUnprocessableEntity, "Correct part 2 of 3")
	correct(official.get(here+"/parts/2"), "/parts/2", url.Values{"act": {"split"}, "number": {"2"}, "text": {"Two is here.\n\n4. Four is new."}}).says(http.StatusOK, "Two is here.", "Four is new.", "The part is corrected")
	correct(official.get(here+"/parts/4"), "/parts/4", url.Values{"act": {"leaveout"}}).says(http.StatusOK, "Left out of the draft")
	s.as(s.bed.Reviewer).get(here).says(http.StatusNotFound)

	seen := official.get(here).find(`name="version" value="(\d+)"`)
	correct(official.get(here+"/parts/1"), "/parts/1", url.Values{"act": {"save"}, "number": {"1"}, "text": {"One is here now."}})
	official.get(here).post(here, url.Values{"act": {"accept"}, "version": {seen}, "title": {"Kept title"}}).says(http.StatusPreconditionFailed, "Kept title")
	correct(official.get(here), "", url.Values{"act": {"accept"}, "title": {"Our strategy"}}).says(http.StatusOK, "Our strategy", "One is here now.", "Two is here.", "Four is new.", "corrected by a person").lacks("Left over.")
	source := official.find(`href="(/drafts/[^"]+/source)"`)
	if got := official.get(source).body; got != string(file) {
		t.Errorf("the source is not the file: %d bytes of %d", len(got), len(file))
	}
	official.get(here).says(http.StatusNotFound)

	official.get(form).upload(form, url.Values{"act": {"read"}}, "file", "draft.docx", []byte("no archive")).says(http.StatusUnprocessableEntity, "damaged")
	official.get(form).upload(form, url.Values{"act": {"read"}}, "file", "draft.md", []byte("1. One.\n")).says(http.StatusOK, "What was read")
	official.post(official.find(`action="(/uploads/[^"]+)"`), url.Values{"act": {"discard"}}).says(http.StatusOK, "No draft was made")
}

// An official brings the outcome of Jahorina in as a Word file in the browser, is
// refused a broken one, corrects a part and accepts the whole; without scripts too.
// Each state of the page is one that everybody can use.
func TestAWordFileInTheBrowser(t *testing.T) {
	for name, way := range map[string]func(*apptest.Tab){"scripts": (*apptest.Tab).WithAxe, "no scripts": (*apptest.Tab).NoScripts} {
		t.Run(name, func(t *testing.T) {
			b := apptest.Browser(t)
			s := newSite(t)
			st := s.strategy()
			b.Open(s.url + "/sign-in/" + s.signInLink(s.bed.Official))
			b.Submit(`form[action^="/sign-in/"]`)
			way(b)
			form := s.url + "/strategies/" + st.ID + "/drafts/new"
			send := func(state, file string, content []byte, says ...string) {
				t.Helper()
				path := filepath.Join(t.TempDir(), file)
				if err := os.WriteFile(path, content, 0o600); err != nil {
					t.Fatal(err)
				}
				b.Open(form)
				b.Upload("#file", path)
				b.Click(`button[value="read"]`)
				checkState(t, b, name, state, says...)
			}
			deleted := `<w:p><w:del><w:r><w:delText>x</w:delText></w:r></w:del></w:p>`
			send("refused", "broken.docx", samples.OutcomeDOCX[:2000], "The file is damaged")
			send("warnings", "draft.docx", wordFile(t, `<w:p><w:r><w:t>1. One.</w:t></w:r></w:p>`+deleted), "Passages that a tracked change deletes were left out: 1")
			send("clean", "outcome.docx", samples.OutcomeDOCX, "第六十四届会议", "What was read")
			b.Click(`#part-1 .app-read__tools a`)
			b.Fill("#text", "第六十四届会议 (2009)")
			checkState(t, b, name, "part", "Correct part 1 of 20")
			b.Fill("#text", " ")
			b.Click(`button[value="save"]`)
			checkState(t, b, name, "part refused", "There is a problem")
			b.Fill("#text", "第六十四届会议 (2009)")
			b.Click(`button[value="save"]`)
			checkState(t, b, name, "corrected", "The part is corrected", "第六十四届会议 (2009)")
			b.Click(`button[value="accept"]`)
			checkState(t, b, name, "accepted", "第六十四届会议 (2009)")
			if n := s.bed.Count("uploads", "strategy_id = ?", st.ID); n != 1 {
				t.Errorf("%d uploads wait", n)
			}
		})
	}
}

// checkState checks what a page says, at both widths, and where scripts run that it
// keeps nobody out. JAHORINA_TEST_KEEP is where pictures go.
func checkState(t *testing.T, b *apptest.Tab, way, state string, says ...string) {
	t.Helper()
	text := b.Text("main") + b.Title()
	if b.Has(".govuk-notification-banner") {
		text += b.Text(".govuk-notification-banner")
	}
	for _, want := range says {
		if !strings.Contains(text, want) {
			t.Errorf("%s: %q is not in\n%s", state, want, text)
		}
	}
	for _, width := range []int{320, 1280} {
		b.Size(width, 900)
		if dir := os.Getenv("JAHORINA_TEST_KEEP"); dir != "" && way == "scripts" {
			b.Screenshot(filepath.Join(dir, fmt.Sprintf("upload-%s-%d.png", strings.ReplaceAll(state, " ", "-"), width)))
		}
		if b.Overflows() {
			t.Errorf("%s: wider than %d", state, width)
		}
	}
	if way != "scripts" {
		return
	}
	for _, f := range b.Axe() {
		t.Errorf("%s: %+v", state, f)
	}
}
