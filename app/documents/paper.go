package documents

import (
	"regexp"
	"strings"

	"jahorina/workflows/strategy"
)

// paper is the one form through which files of all kinds come in: their readers
// put headings, paragraphs, tables and notes on it in the order of the file, and
// it decides what is a provision by the same rules as for Markdown.
type paper struct {
	r       *reader
	notes   []string // footnotes not yet printed: they come at the end of their section
	notices []strategy.Notice
	titled  bool
}

func newPaper() *paper { return &paper{r: &reader{literal: true, gap: true}} }

// piece is a paragraph or heading of a file.
type piece struct {
	depth  int    // of a heading from 1; 0: no heading
	title  bool   // the heading over the document
	label  string // the number that the file's numbering prints, mark and all
	bullet bool   // the file's numbering prints a bullet
	indent int    // columns before its number, or text
	text   string // lines apart by "\n"

	as strategy.Kind // it is a block of this kind, "": to be told
}

// full says that no more will be kept; what has come is refused as too much.
func (p *paper) full() bool { return len(p.r.blocks) > MaxBlocks }

// notice counts something that was left out or decided.
func (p *paper) notice(key string) {
	for i := range p.notices {
		if p.notices[i].Key == key {
			p.notices[i].Count++
			return
		}
	}
	p.notices = append(p.notices, strategy.Notice{Key: key, Count: 1})
}

func (p *paper) put(x piece) {
	if x.as != strategy.KindVerbatim {
		x.text = clean(x.text)
	}
	if p.full() || x.text == "" && markless(x.label) == "" {
		return
	}
	if x.depth > 0 || x.title {
		p.heading(x)
		return
	}
	if x.as != "" {
		p.whole(x)
		return
	}
	p.r.gap = true
	if number := markless(x.label); number != "" && !x.bullet {
		p.numbered(number, x)
		return
	}
	if x.bullet {
		x.text = "• " + x.text
		p.follows()
	}
	for text := range strings.SplitSeq(x.text, "\n") {
		p.r.prose(line{indent: x.indent, text: text})
	}
}

// whole places what is known to be one block.
func (p *paper) whole(x piece) {
	b := p.r.begin(x.as, line{})
	if b.Number = markless(x.label); b.Number == "" && x.as == strategy.KindParagraph {
		b.Number, x.text = splitNumber(x.text, lineNumbers)
	}
	p.r.add(b, line{}, x.text)
	p.r.gap = true
}

// follows lets an item of a list stand in one block with the item before it.
func (p *paper) follows() {
	if b := p.r.last(); b != nil && b.Kind == strategy.KindParagraph && strings.HasPrefix(b.tail, "• ") {
		p.r.gap = false
	}
}

func (p *paper) heading(x piece) {
	depth := x.depth
	if p.titled {
		depth++ // under the title, whichever depth the file gives it
	}
	if x.title && len(p.r.blocks) == 0 {
		p.titled, depth = true, 1
	} else if x.title { // a second line of the title, or one of a part within
		p.put(piece{text: x.text})
		return
	}
	p.printNotes()
	b := p.r.begin(strategy.KindSection, line{})
	text := strings.Join(strings.Fields(x.text), " ")
	b.Number, b.Heading = markless(x.label), text
	if b.Number == "" && !x.title {
		b.Number, b.Heading = splitNumber(text, headingNumbers)
	}
	b.Level, p.r.gap = depth, true
}

// numbered places a paragraph that the file numbers by itself. What stands
// deeper than the provision before it, with a number of one part, is an item of
// that provision, as it is in Markdown.
func (p *paper) numbered(number string, x piece) {
	b := p.r.last()
	item := b != nil && b.Kind == strategy.KindParagraph && b.Number != "" && x.indent >= b.indent+2 && !strings.ContainsAny(number, ".．第")
	l := line{indent: x.indent}
	if item {
		p.r.add(b, l, strings.TrimSpace(strings.TrimSpace(x.label)+" "+x.text))
		return
	}
	b = p.r.begin(strategy.KindParagraph, l)
	b.Number = number
	p.r.add(b, l, x.text)
}

// table places a table as Markdown prints it.
func (p *paper) table(rows [][]string) {
	width := 0
	for _, row := range rows {
		width = max(width, len(row))
	}
	if p.full() || width == 0 {
		return
	}
	var out []string
	said := false
	for i, row := range rows {
		cells := make([]string, width)
		for j, cell := range row {
			cells[j] = strings.ReplaceAll(strings.Join(strings.Fields(cell), " "), "|", `\|`)
			said = said || cells[j] != ""
		}
		out = append(out, "| "+strings.Join(cells, " | ")+" |")
		if i == 0 {
			out = append(out, "|"+strings.Repeat("---|", width))
		}
	}
	if !said {
		return
	}
	b := p.r.begin(strategy.KindTable, line{})
	for _, row := range out {
		p.r.add(b, line{}, row)
	}
	p.r.gap = true
}

// note keeps a footnote for the end of its section.
func (p *paper) note(mark, text string) {
	if text = clean(text); text != "" {
		p.notes = append(p.notes, "["+mark+"] "+text)
	}
}

func (p *paper) printNotes() {
	for _, n := range p.notes {
		b := p.r.begin(strategy.KindNote, line{})
		for text := range strings.SplitSeq(n, "\n") {
			p.r.add(b, line{}, text)
		}
	}
	p.notes, p.r.gap = nil, true
}

func (p *paper) blocks() ([]strategy.Block, error) {
	p.printNotes()
	return p.r.done("file")
}

// language is what the text itself tells, or else what the file says.
func (p *paper) language(said string) string {
	var all strings.Builder
	for _, b := range p.r.blocks {
		all.WriteString(b.Heading + " " + b.Text + "\n")
	}
	if found := language(all.String()); found != "und" || said == "" {
		return found
	}
	return said
}

// clean drops blank lines and the white space at the ends of the others, and
// what a database cannot hold; the bytes of the file are kept beside it.
func clean(s string) string {
	var out []string
	for text := range strings.SplitSeq(strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "\uFFFD"), "\n") {
		if text = strings.TrimFunc(text, blank); text != "" {
			out = append(out, text)
		}
	}
	return strings.Join(out, "\n")
}

var bracketed = regexp.MustCompile(`^[(（]([^()（）]+)[)）]$`)

// markless is a printed number without the marks around it: "4.3" of "4.3.",
// "a" of "(a)", "第三条" as it is.
func markless(label string) string {
	label = strings.Trim(strings.TrimSpace(label), "\u00A0\t")
	if m := bracketed.FindStringSubmatch(label); m != nil {
		return strings.TrimSpace(m[1])
	}
	return strings.TrimRight(label, " .．)）、:：–—-\u00A0")
}
