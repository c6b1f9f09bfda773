package web

import (
	"archive/zip"
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"jahorina/app/apptest"
	"jahorina/app/documents"
	"jahorina/app/documents/samples"
	"jahorina/app/printing"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/strategy"
)

// bring sends a file through the pages: it is read, shown, and accepted as it was
// read. It returns the id of the draft.
func (r *reader) bring(strategyID, name string, file []byte) string {
	r.s.t.Helper()
	form := "/strategies/" + strategyID + "/drafts/new"
	r.get(form).upload(form, url.Values{"act": {"read"}}, "file", name, file).says(http.StatusOK, "This is not a draft yet")
	here := r.find(`action="(/uploads/[^"]+)"`)
	r.post(here, url.Values{"act": {"accept"}, "version": {r.find(`name="version" value="(\d+)"`)}}).says(http.StatusOK, "Download the file as it was sent")
	return strings.TrimPrefix(r.at, "/drafts/")
}

// blocksIn are the blocks of a file as our own reader has them.
func blocksIn(t *testing.T, file []byte) []strategy.Block {
	t.Helper()
	c, err := documents.Read(file, documents.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c.Blocks
}

// sameBlocks checks that each block is there in its order with its kind, depth,
// number, heading and text.
func sameBlocks(t *testing.T, what string, got, want []strategy.Block) {
	t.Helper()
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) {
			t.Fatalf("%s: %d blocks, want %d", what, len(got), len(want))
		}
		g, w := got[i], want[i]
		if g.Kind != w.Kind || g.Level != w.Level || g.Number != w.Number || g.Heading != w.Heading || g.Text != w.Text {
			t.Errorf("%s: block %d\n got %s %d %q %q %q\nwant %s %d %q %q %q", what, i, g.Kind, g.Level, g.Number, g.Heading, g.Text, w.Kind, w.Level, w.Number, w.Heading, w.Text)
		}
	}
}

func textBlocks(t *testing.T, source []byte) []strategy.Block {
	t.Helper()
	c, err := documents.Markdown(source, documents.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c.Blocks
}

// inOrder checks that a PDF, read by our own reader, says every number, heading and
// text of the blocks, one behind the other.
func inOrder(t *testing.T, pdf []byte, blocks []strategy.Block) {
	t.Helper()
	c, err := documents.Read(pdf, documents.Options{})
	if err != nil {
		t.Fatal(err)
	}
	squeeze := func(s string) string { return strings.Join(strings.Fields(norm.NFKC.String(s)), "") }
	var all strings.Builder
	headings := map[string]bool{}
	for _, b := range c.Blocks {
		all.WriteString(squeeze(b.Number + b.Heading + b.Text))
		headings[squeeze(b.Heading)] = true
	}
	rest := strings.NewReplacer(".", "", "。", "").Replace(all.String())
	for _, b := range blocks {
		want := strings.NewReplacer(".", "", "。", "").Replace(squeeze(b.Number + b.Heading + b.Text))
		_, after, found := strings.Cut(rest, want)
		if !found {
			t.Fatalf("%q is not in the rest of the PDF:\n%s", want, rest)
		}
		rest = after
		if b.Heading != "" && !headings[squeeze(b.Heading)] {
			t.Errorf("%q is no heading in the PDF", b.Heading)
		}
	}
}

// The outcome of Jahorina goes in as a Word file whose list prints the numbers, is
// looked at, accepted and published, and everybody gets it as Word and PDF with
// nothing lost: every word, number and heading in its order, the gap at 9, the damage.
func TestTheSourceTextGoesInAsWordAndComesOutWithNothingLost(t *testing.T) {
	apptest.Browser(t)
	s := newSite(t)
	printer, err := printing.Find("")
	if err != nil || printer == nil {
		t.Fatal(printer, err)
	}
	s.pages.Printer = printer
	st := s.strategy()
	official := s.as(s.bed.Official)
	id := official.bring(st.ID, "成果.docx", samples.OutcomeDOCX)
	official.says(http.StatusOK, "9")
	s.bed.Bring(s.bed.Consultation(s.bed.New(id)), consultation.Open)
	visitor := s.as(workflows.Actor{})
	want := textBlocks(t, samples.OutcomeZH)
	_, file := visitor.download("/drafts/" + id + "/download/docx")
	sameBlocks(t, "as Word", blocksIn(t, file), want)
	_, pdf := visitor.download("/drafts/" + id + "/download/pdf")
	inOrder(t, pdf, want)
	if _, source := official.download("/drafts/" + id + "/source"); !bytes.Equal(source, samples.OutcomeDOCX) {
		t.Error("the file that was sent is not kept")
	}

	// What came out goes in again, changed, and the two compared are Word's tracked
	// changes: all accepted, the newer text; all rejected, the older.
	changed := strings.NewReplacer("该拟议项目和成为过去两天好转的明确成果", "该拟议项目成为过去两天会议的明确成果", "### 最后一次全体会议", "### 闭幕会议", "\n2. 本次", "\n2. 新的一段。\n3. 本次").Replace(string(samples.OutcomeZH))
	next := official.bring(st.ID, "changed.docx", wordOf(t, textBlocks(t, []byte(changed))))
	_, redline := official.download("/drafts/" + next + "/redline/download/docx?from=" + id + "&to=" + next)
	sameBlocks(t, "accepted", blocksIn(t, redline), textBlocks(t, []byte(changed)))
	sameBlocks(t, "rejected", blocksIn(t, otherWay(t, redline)), want)
}

func (s *site) strategy() (st *strategy.Strategy) {
	s.t.Helper()
	s.bed.Do(s.bed.Official, func(tx *workflows.Tx) (err error) {
		st, err = strategy.Create(tx, "BA", "Strategy")
		return err
	})
	return st
}

// wordOf writes blocks as paragraphs with typed numbers, headings in Word's styles.
func wordOf(t *testing.T, blocks []strategy.Block) []byte {
	t.Helper()
	var body strings.Builder
	for _, b := range blocks {
		style, text := "", b.Text
		if b.Heading != "" {
			style, text = `<w:pPr><w:outlineLvl w:val="`+string(rune('0'+b.Level))+`"/></w:pPr>`, b.Heading
		}
		if b.Number != "" {
			text = b.Number + ". " + text
		}
		body.WriteString(`<w:p>` + style + `<w:r><w:t xml:space="preserve">` + strings.ReplaceAll(text, "\n", "</w:t><w:br/><w:t>") + `</w:t></w:r></w:p>`)
	}
	return wordFile(t, body.String())
}

// otherWay is a Word document in which what was inserted is deleted, and what was
// deleted inserted: whoever accepts all of it has rejected all of the other.
func otherWay(t *testing.T, file []byte) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	swap := strings.NewReplacer("<w:ins ", "<w:del ", "</w:ins>", "</w:del>", "<w:del ", "<w:ins ", "</w:del>", "</w:ins>",
		"<w:delText", "<w:t", "</w:delText>", "</w:t>", "<w:ins/>", "<w:del/>", "<w:del/>", "<w:ins/>")
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range z.File {
		if f.Name == "word/document.xml" {
			continue
		}
		if err := w.Copy(f); err != nil {
			t.Fatal(err)
		}
	}
	part, err := w.Create("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	_, err = swap.WriteString(part, wordBody(t, file))
	if err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
