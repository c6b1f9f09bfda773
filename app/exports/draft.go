package exports

import (
	"strconv"
	"strings"
	"time"

	"jahorina/app/documents/word"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/strategy"
)

// Draft is a draft the actor may read, in a form of OfDraft but PDF.
func Draft(tx *workflows.Tx, text *templates.Text, id, form string) (*File, error) {
	d, err := strategy.GetDraft(tx, id)
	if err != nil {
		return nil, err
	}
	rows, err := strategy.Provisions(tx, d.ID)
	if err != nil {
		return nil, err
	}
	f := &File{Name: DraftName(d, form)}
	switch form {
	case Word:
		f.MediaType = word.MediaType
		f.Content, err = word.Write(draftDocument(text, d, rows))
	case AkomaNtoso:
		f.MediaType = akomaType
		f.Content = akoma(d, rows)
	case JSON:
		f.MediaType = jsonType
		f.Content, err = encoded(viewDraft(d, rows))
	case CSV:
		f.MediaType = csvType
		f.Content, err = asCSV(tableHead(text, blockColumns), blockRows(rows))
	default:
		err = noSuchForm()
	}
	return f, err
}

// DraftName is the name of a draft's file.
func DraftName(d *strategy.Draft, form string) string {
	return Name(d.Title, version(d), d.Language, form)
}

// draftFile is a draft as JSON has it.
type draftFile struct {
	ID            string         `json:"id"`
	Version       int            `json:"version"`
	Title         string         `json:"title"`
	Language      string         `json:"language"`
	CreatedAt     time.Time      `json:"created_at"`
	SourceSHA256  string         `json:"source_sha256"`
	ContentSHA256 string         `json:"content_sha256"`
	Gaps          []strategy.Gap `json:"gaps"`
	Blocks        []blockFile    `json:"blocks"`
}

type blockFile struct {
	Kind     string `json:"kind"`
	Level    int    `json:"level"`
	Number   string `json:"number"`
	Heading  string `json:"heading"`
	Text     string `json:"text"`
	Section  string `json:"section"`
	Identity string `json:"identity"`
}

func viewDraft(d *strategy.Draft, rows []strategy.Provision) draftFile {
	f := draftFile{
		ID: d.ID, Version: d.Version, Title: d.Title, Language: d.Language, CreatedAt: d.CreatedAt.UTC(), SourceSHA256: d.SourceSHA256,
		ContentSHA256: d.ContentSHA256, Gaps: append([]strategy.Gap{}, d.Gaps...), Blocks: make([]blockFile, len(rows)),
	}
	for i, p := range rows {
		f.Blocks[i] = blockFile{string(p.Kind), p.Level, p.Number, p.Heading, p.Text, p.Section, p.Identity}
	}
	return f
}

// tableHead names columns in the reader's language. Nothing reads these tables back
// in; programs take the JSON.
func tableHead(text *templates.Text, columns []string) []string {
	head := make([]string, len(columns))
	for i, c := range columns {
		head[i] = text.T("draft_table." + c)
	}
	return head
}

var blockColumns = []string{"kind", "level", "number", "heading", "text", "section", "identity"}

func blockRows(rows []strategy.Provision) [][]string {
	out := make([][]string, len(rows))
	for i, p := range rows {
		out[i] = []string{string(p.Kind), strconv.Itoa(p.Level), p.Number, p.Heading, p.Text, p.Section, p.Identity}
	}
	return out
}

func draftDocument(text *templates.Text, d *strategy.Draft, rows []strategy.Provision) word.Document {
	doc := word.Document{
		Title: d.Title, Language: d.Language, Version: strconv.Itoa(d.Version), Identifier: "sha256:" + d.ContentSHA256, Created: d.CreatedAt,
	}
	for i := range rows {
		doc.Body = append(doc.Body, whole(blockOf(&rows[i]), word.Kept)...)
	}
	doc.Body = append(underTitle(doc.Body), hashes(text, d))
	return doc
}

// underTitle lets headings begin at the second level where the document has no
// title, as the only one of the first level would pass for it.
func underTitle(body []word.Part) []word.Part {
	var headings []*word.Paragraph
	for _, part := range body {
		switch p, _ := part.(*word.Paragraph); {
		case p != nil && p.Style == word.Title && p.Change == word.Kept:
			return body
		case p != nil && p.Style == word.Heading:
			headings = append(headings, p)
		}
	}
	for _, h := range headings {
		h.Level++
	}
	return body
}

func blockOf(p *strategy.Provision) *strategy.Block {
	return &strategy.Block{Kind: p.Kind, Level: p.Level, Number: p.Number, Heading: p.Heading, Text: p.Text, Section: p.Section}
}

// whole writes a block of which everything was kept, inserted or deleted.
func whole(b *strategy.Block, c word.Change) []word.Part {
	if rows := cellsOf(b); rows != nil {
		return []word.Part{tableOf(rows, c)}
	}
	op := map[word.Change]strategy.Op{word.Kept: strategy.OpEqual, word.Inserted: strategy.OpInsert, word.Deleted: strategy.OpDelete}[c]
	span := func(s string) []strategy.Span { return []strategy.Span{{Op: op, Text: s}} }
	p := paragraph(b, span(b.Number), span(b.Heading), span(b.Text))
	p.Change = c
	return []word.Part{p}
}

// paragraph puts a block together: its number, a tab, its words. A tab belongs
// to the number, and comes and goes with it.
func paragraph(b *strategy.Block, number, heading, text []strategy.Span) *word.Paragraph {
	p := &word.Paragraph{Style: styleOf(b), Level: b.Level}
	old, next := sides(number)
	p.Runs = append(p.Runs, runs(number, true)...)
	p.Runs = append(p.Runs, runs(joint(old, next, "\t"), false)...)
	p.Runs = append(p.Runs, runs(heading, false)...)
	oldHeading, nextHeading := sides(heading)
	oldText, nextText := sides(text)
	p.Runs = append(p.Runs, runs(joint(oldHeading && oldText, nextHeading && nextText, "\n"), false)...)
	p.Runs = append(p.Runs, runs(text, false)...)
	return p
}

// sides says whether the older and the newer side of a redline have any words.
func sides(spans []strategy.Span) (old, next bool) {
	for _, s := range spans {
		if s.Text != "" {
			old, next = old || s.Op != strategy.OpInsert, next || s.Op != strategy.OpDelete
		}
	}
	return old, next
}

// joint is what stands between two parts, on the sides that have both.
func joint(old, next bool, s string) []strategy.Span {
	switch {
	case old && next:
		return []strategy.Span{{Op: strategy.OpEqual, Text: s}}
	case old:
		return []strategy.Span{{Op: strategy.OpDelete, Text: s}}
	case next:
		return []strategy.Span{{Op: strategy.OpInsert, Text: s}}
	}
	return nil
}

var changes = map[strategy.Op]word.Change{strategy.OpEqual: word.Kept, strategy.OpInsert: word.Inserted, strategy.OpDelete: word.Deleted}

func runs(spans []strategy.Span, number bool) []word.Run {
	var out []word.Run
	for _, s := range spans {
		if s.Text != "" {
			out = append(out, word.Run{Text: s.Text, Number: number, Change: changes[s.Op]})
		}
	}
	return out
}

func styleOf(b *strategy.Block) word.Style {
	switch b.Kind {
	case strategy.KindTitle:
		return word.Title
	case strategy.KindSection:
		return word.Heading
	case strategy.KindNote:
		return word.Quote
	case strategy.KindVerbatim:
		return word.Verbatim
	case strategy.KindTable: // one whose rows could not be told
		return word.Verbatim
	}
	if b.Number != "" {
		return word.Numbered
	}
	return word.Text
}

// cellsOf are the cells of a table block; nil for any other, and where its lines
// are not the rows of one table.
func cellsOf(b *strategy.Block) [][]string {
	if b.Kind != strategy.KindTable || b.Number != "" || b.Heading != "" {
		return nil
	}
	var rows [][]string
	for line := range strings.SplitSeq(b.Text, "\n") {
		cells := cut(line)
		if cells == nil {
			return nil
		}
		rows = append(rows, cells)
	}
	return rows
}

// cut cuts a line "| a | b |" at its bars; nil where it has none. A bar behind a
// backslash is a character.
func cut(line string) []string {
	line = strings.TrimSpace(line)
	if !strings.Contains(line, "|") {
		return nil
	}
	line = strings.TrimPrefix(line, "|")
	if strings.HasSuffix(line, "|") && !strings.HasSuffix(line, `\|`) {
		line = strings.TrimSuffix(line, "|")
	}
	var cells []string
	from := 0
	for i := range len(line) {
		if line[i] == '|' && (i == 0 || line[i-1] != '\\') {
			cells, from = append(cells, line[from:i]), i+1
		}
	}
	cells = append(cells, line[from:])
	for i := range cells {
		cells[i] = strings.ReplaceAll(strings.TrimSpace(cells[i]), `\|`, "|")
	}
	return cells
}

// isRule says whether a row is the line of dashes under the head of a table.
func isRule(cells []string) bool {
	for _, c := range cells {
		if strings.Trim(c, ":-") != "" || !strings.Contains(c, "-") {
			return false
		}
	}
	return len(cells) > 0
}

func tableOf(rows [][]string, c word.Change) *word.Table {
	t := &word.Table{}
	if len(rows) > 1 && isRule(rows[1]) {
		t.Head, rows = 1, append(rows[:1:1], rows[2:]...)
	}
	for i, cells := range rows {
		row := word.Row{Change: c}
		for _, cell := range cells {
			r := word.Run{Text: cell, Bold: i < t.Head, Change: c}
			row.Cells = append(row.Cells, []word.Paragraph{{Style: word.Text, Runs: []word.Run{r}}})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
