package web

import (
	"archive/zip"
	"bytes"
	"net/http"
	"net/url"
	"testing"

	"jahorina/workflows"
	"jahorina/workflows/strategy"
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
	var st *strategy.Strategy
	s.bed.Do(s.bed.Official, func(tx *workflows.Tx) (err error) {
		st, err = strategy.Create(tx, "BA", "Strategy")
		return err
	})
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
