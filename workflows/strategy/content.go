package strategy

// Kind says what a block of a document is.
type Kind string

// The kinds of block. Only sections and paragraphs carry numbers.
const (
	KindTitle     Kind = "title"     // the one heading over the whole document
	KindSection   Kind = "section"   // a heading; a provision one can comment on
	KindParagraph Kind = "paragraph" // text, numbered or not
	KindTable     Kind = "table"     // rows as printed, one a line
	KindNote      Kind = "note"      // a quoted remark
	KindVerbatim  Kind = "verbatim"  // fenced text, in which nothing is a heading or a number
)

// Block is one part of a document, as printed: damaged text stays damaged.
// Numbered blocks are the provisions; what has no number (cover note, date,
// notes, tables) is kept as a block too, so that nothing of the source is lost.
type Block struct {
	Kind  Kind
	Level int // sections right under the title are 1, the title is 0, text is one deeper than its section

	Number  string // without the mark behind it: "4", "4.3", "10", "Annex A"; "" if none is printed
	Heading string // of titles and sections
	Text    string // of all others; lines joined by "\n", blank lines dropped
	Section string // number, or else heading, of the section it stands in

	// Start and End are byte offsets in Content.Source. Blocks that come from
	// elsewhere leave them 0.
	Start, End int
}

// Content is a document as it was brought in.
type Content struct {
	Title    string
	Language string // BCP 47; "und" where neither given nor plain from the text
	Blocks   []Block
	Gaps     []Gap
	SHA256   string // of Source, lower-case hexadecimal
	Source   []byte // what was sent, byte for byte; not to be written to

	MediaType string   // of Source; "" for Markdown
	Notices   []Notice // what the reader left out or had to decide
	Corrected bool     // a person corrected the blocks after reading
}

// Notice says what the reader of a file left out or had to decide.
type Notice struct {
	Key   string `json:"key"` // of the text "noticed.<key>"
	Count int    `json:"count"`
}

// Preamble returns the texts that stand before the first section and the first
// number: cover note, agenda item, date, marking.
func (c Content) Preamble() []string {
	var texts []string
	for _, b := range c.Blocks {
		if b.Kind == KindSection || b.Number != "" {
			break
		}
		if b.Kind != KindTitle {
			texts = append(texts, b.Text)
		}
	}
	return texts
}

// Printed returns the block as the source has it, marks and blank lines included.
func (c Content) Printed(b Block) string { return string(c.Source[b.Start:b.End]) }

// Gap is a jump in a numbering. "8 → 10, 9 missing" has After "8", Before "10"
// and Missing "9". After is "" where a numbering does not begin at its first
// number. A gap is a fact of the source: nothing is ever renumbered.
type Gap struct {
	After   string   `json:"after"`
	Before  string   `json:"before"`
	Missing []string `json:"missing"` // the first maxMissing of them
	Count   int      `json:"count"`   // how many are missing in all
}

// maxMissing keeps the report of a stray number readable.
const maxMissing = 20

// FindGaps reports the numbers that are missing in each numbering of the
// blocks, in their order. Plain numbers run on across sections, as they do in
// United Nations documents; "4.1, 4.2" is a numbering of its own in "4". A
// number that steps back starts its numbering again and is no gap.
func FindGaps(blocks []Block) []Gap {
	reached := map[series]mark{}
	var gaps []Gap
	for _, b := range blocks {
		n := parseNumber(b.Number)
		if len(n.parts) == 0 || n.last().value < 1 {
			continue
		}
		n = n.inContext(b.Kind, reached)
		s := n.series(b.Kind)
		if gap := n.gapAfter(reached[s]); gap.Count > 0 {
			gaps = append(gaps, gap)
		}
		reached[s] = mark{b.Number, n.last().value}
	}
	return gaps
}

// mark is how far a numbering has come.
type mark struct {
	number string
	value  int
}
