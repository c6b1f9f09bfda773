package documents

import (
	"strings"

	"jahorina/workflows"
	"jahorina/workflows/strategy"
)

// reader goes through the lines once. The last block is open: lines that
// belong to it are added to it until something else begins.
type reader struct {
	source string
	lines  []line
	blocks []*block

	gap   bool   // a blank line, or a ruled one, came since the last block was added to
	fence string // the marks that end a verbatim block, "" outside

	literal bool // the text comes from a file that has no marks: "**" is text
}

// block is a block under work.
type block struct {
	strategy.Block
	text   strings.Builder
	tail   string // its last line
	indent int
}

func newReader(source string) *reader { return &reader{source: source, lines: splitLines(source)} }

func (r *reader) read() ([]strategy.Block, error) {
	for i, l := range r.lines {
		r.line(i, l)
		if len(r.blocks) > MaxBlocks {
			break
		}
	}
	return r.done("markdown")
}

// done closes the blocks. field is the form's, for what is wrong with them.
func (r *reader) done(field string) ([]strategy.Block, error) {
	if len(r.blocks) > MaxBlocks {
		return nil, workflows.InvalidField(field, "document_too_many_provisions", "Max", MaxBlocks)
	}
	if len(r.blocks) == 0 {
		return nil, workflows.InvalidField(field, "document_no_text")
	}
	blocks := make([]strategy.Block, len(r.blocks))
	for i, b := range r.blocks {
		b.Text = b.text.String()
		blocks[i] = b.Block
	}
	place(blocks)
	return blocks, nil
}

// line decides what a line is. The order of the cases is the order in which
// CommonMark decides.
func (r *reader) line(i int, l line) {
	switch {
	case r.fence != "":
		r.verbatim(l)
	case l.blank():
		r.gap = true
	case fenceLine.MatchString(l.text):
		r.fence = fenceLine.FindString(l.text)
		r.begin(strategy.KindVerbatim, l)
	case r.heading(l), r.underlined(l):
	case ruleLine.MatchString(l.text):
		r.gap = true
	case r.isRow(i):
		r.row(l)
	case strings.HasPrefix(l.text, ">"):
		r.quote(l)
	default:
		r.prose(l)
	}
}

// begin opens a block that holds the line.
func (r *reader) begin(kind strategy.Kind, l line) *block {
	b := &block{Block: strategy.Block{Kind: kind, Start: l.start, End: l.end}, indent: l.indent}
	r.blocks, r.gap = append(r.blocks, b), false
	return b
}

// open is the last block if it is of the kind and no blank line came since.
func (r *reader) open(kind strategy.Kind) *block {
	if b := r.last(); b != nil && b.Kind == kind && !r.gap {
		return b
	}
	return nil
}

func (r *reader) last() *block {
	if len(r.blocks) == 0 {
		return nil
	}
	return r.blocks[len(r.blocks)-1]
}

// add adds a line to a block.
func (r *reader) add(b *block, l line, text string) {
	if b.text.Len() > 0 {
		b.text.WriteByte('\n')
	}
	b.text.WriteString(text)
	b.tail, b.End, r.gap = text, l.end, false
}

// verbatim takes a line between fences as it is, blank ones and the spaces at
// its beginning too.
func (r *reader) verbatim(l line) {
	b := r.last()
	if strings.HasPrefix(l.text, r.fence) && strings.Trim(l.text, r.fence[:1]) == "" {
		b.End, r.fence = l.end, ""
		return
	}
	r.add(b, l, strings.TrimRightFunc(r.source[l.start:l.end], blank))
}

func (r *reader) heading(l line) bool {
	m := headingLine.FindStringSubmatch(l.text)
	if m == nil || m[2] == "" || l.indent > 3 {
		return false
	}
	r.setHeading(r.begin(strategy.KindSection, l), len(m[1]), m[2])
	return true
}

// underlined turns a paragraph of one line into a heading when a line of "="
// or "-" follows it.
func (r *reader) underlined(l line) bool {
	b := r.open(strategy.KindParagraph)
	if b == nil || !underline.MatchString(l.text) || strings.Contains(b.text.String(), "\n") || len(l.text) < 3 {
		return false
	}
	text := strings.TrimFunc(r.source[b.Start:b.End], blank)
	b.Kind, b.End = strategy.KindSection, l.end
	b.text.Reset()
	depth := 2
	if l.text[0] == '=' {
		depth = 1
	}
	r.setHeading(b, depth, text)
	return true
}

func (r *reader) setHeading(b *block, depth int, text string) {
	b.Number, b.Heading = splitNumber(plain(text), headingNumbers)
	b.Level, r.gap = depth, true
}

// isRow says whether the i-th line is a row of a table.
func (r *reader) isRow(i int) bool {
	text := r.lines[i].text
	if strings.HasPrefix(text, "|") {
		return true
	}
	if !strings.Contains(text, "|") {
		return false
	}
	next := i + 1
	return r.open(strategy.KindTable) != nil ||
		next < len(r.lines) && strings.Contains(r.lines[next].text, "|") && tableRuleLine.MatchString(r.lines[next].text)
}

func (r *reader) row(l line) {
	b := r.open(strategy.KindTable)
	if b == nil {
		b = r.begin(strategy.KindTable, l)
	}
	r.add(b, l, l.text)
}

func (r *reader) quote(l line) {
	b := r.open(strategy.KindNote)
	if b == nil {
		b = r.begin(strategy.KindNote, l)
	}
	r.add(b, l, plain(l.text[len(quoteMarks.FindString(l.text)):]))
}

// prose places a line of running text: it begins a numbered provision, goes on
// with the block before it, or begins a block without a number.
func (r *reader) prose(l line) {
	text := l.text
	if !r.literal {
		text = plain(text)
	}
	if number, rest := splitNumber(text, lineNumbers); number != "" && r.beginsProvision(number, l) {
		b := r.begin(strategy.KindParagraph, l)
		b.Number = number
		r.add(b, l, rest)
		return
	}
	b := r.open(strategy.KindParagraph)
	if b == nil {
		b = r.goesOn(l)
	}
	if b == nil {
		b = r.begin(strategy.KindParagraph, l)
	}
	r.add(b, l, text)
}

// beginsProvision says whether a number at the start of a line is a provision's.
// It is not where it stands in a list under a provision, or in the middle of a
// sentence of a paragraph that runs over several lines ("…a cost of / 4.8
// million") and is not the number that comes next.
func (r *reader) beginsProvision(number string, l line) bool {
	b := r.last()
	if b == nil || b.Kind != strategy.KindParagraph {
		return true
	}
	dotted := strings.ContainsAny(number, ".．")
	next := strategy.IsNext(b.Number, number)
	if b.Number != "" && !(dotted && next) && (l.indent >= b.indent+2 || !dotted && strings.ContainsAny(b.Number, ".．")) {
		return false
	}
	return r.gap || next || number == "1" || strings.HasSuffix(number, ".1") || strategy.EndsSentence(b.tail) || strings.HasSuffix(b.tail, ":")
}

// goesOn returns the numbered provision that a line after a gap goes on with,
// if it does: as an item of a list, indented under the number, or because the
// sentence before was not at its end (a page broke within it).
func (r *reader) goesOn(l line) *block {
	b := r.last()
	if b == nil || b.Kind != strategy.KindParagraph || b.Number == "" {
		return nil
	}
	if itemLine.MatchString(l.text) || l.indent >= b.indent+2 || !strategy.EndsSentence(b.tail) {
		return b
	}
	return nil
}
