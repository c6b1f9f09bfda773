package documents

import (
	"regexp"
	"strconv"
	"strings"

	"jahorina/app/archive"
	"jahorina/workflows/strategy"
)

// paragraph places a paragraph, and after it the text boxes anchored in it.
func (w *word) paragraph(n *archive.Node) {
	x := w.piece(n)
	x.text = w.held + x.text
	w.held = ""
	if n.Kid("pPr", "rPr", "del") != nil { // its end is deleted: the next one goes on with it
		if w.held = x.text; w.number != "" {
			w.held = w.number + " " + x.text
		}
		return
	}
	if w.own && w.named(n.Val("pPr", "pStyle")) == "Fingerprints" { // of the draft it was written from
		w.p.notice("fingerprints")
		return
	}
	if w.contents(n) {
		if x.text != "" {
			w.p.notice("contents")
		}
		return
	}
	w.p.put(x)
	w.printBoxes()
}

// flush places what was held of the last paragraph.
func (w *word) flush() {
	w.p.put(piece{text: w.held})
	w.held = ""
}

func (w *word) printBoxes() {
	boxes := w.boxes
	w.boxes = nil
	for _, b := range boxes {
		if w.within < 3 {
			w.p.notice("boxes")
			w.within++
			w.blocks(b)
			w.within--
		}
	}
}

// contents says whether a paragraph is a line of a table of contents that the
// program wrote.
func (w *word) contents(n *archive.Node) bool {
	found := false
	w.style(n.Val("pPr", "pStyle"), func(s *archive.Node) bool {
		found = found || tocStyle.MatchString(s.Val("name"))
		return found
	})
	return found
}

var (
	tocStyle     = regexp.MustCompile(`(?i)^toc (\d|heading)$`)
	headingStyle = regexp.MustCompile(`(?i)^heading (\d)$`)
)

// piece reads a paragraph.
func (w *word) piece(n *archive.Node) piece {
	pPr := n.Kid("pPr")
	style := pPr.Val("pStyle")
	x := piece{indent: -1}
	x.title, x.depth = w.depth(pPr, style)
	x.indent = indent(pPr.Kid("ind"), -1)
	w.number = ""
	text := w.text(n)
	list, at := w.level(pPr, style)
	if list != nil && strings.TrimSpace(text) != "" {
		x.label, x.bullet = w.numbering.next(list, at)
		if x.indent < 0 {
			x.indent = list.level(at).left
		}
	}
	if x.indent < 0 {
		w.style(style, func(s *archive.Node) bool {
			x.indent = indent(s.Kid("pPr", "ind"), -1)
			return x.indent >= 0
		})
	}
	x.indent, x.text = max(x.indent, 0), text
	if w.number != "" {
		x.label, x.text = w.number, strings.TrimPrefix(text, "\t")
	}
	if w.own {
		x.as = ownStyles[w.named(style)]
	}
	return x
}

// ownStyles are those of the documents that this program writes: each of their
// paragraphs is a block, whatever it begins with. What people add to such a
// document in Word is in them too, or is read as in any other.
var ownStyles = map[string]strategy.Kind{
	"Provision": strategy.KindParagraph, "Body Text": strategy.KindParagraph, "Quote": strategy.KindNote, "Verbatim": strategy.KindVerbatim,
}

// named is the name of a style, "" for none.
func (w *word) named(id string) string { return w.styles[id].Val("name") }

// depth tells headings. Ids of styles are in the writer's language, names of
// the built-in ones are not.
func (w *word) depth(pPr *archive.Node, style string) (title bool, depth int) {
	outline := pPr.Val("outlineLvl")
	w.style(style, func(s *archive.Node) bool {
		name := strings.ToLower(s.Val("name"))
		if m := headingStyle.FindStringSubmatch(name); m != nil {
			depth = atoi(m[1], 1)
		}
		title = title || name == "title"
		if outline == "" {
			outline = s.Val("pPr", "outlineLvl")
		}
		return depth > 0 || title
	})
	if v, err := strconv.Atoi(outline); err == nil && v >= 0 && v < 9 && !title {
		depth = v + 1
	} else if err == nil && v == 9 {
		depth = 0
	}
	return title, depth
}

// text is a paragraph as it is printed with all changes accepted.
func (w *word) text(n *archive.Node) string {
	var s strings.Builder
	for _, k := range n.Kids {
		w.inline(&s, k)
	}
	return s.String()
}

// inline adds what an element within a paragraph prints.
func (w *word) inline(s *strings.Builder, n *archive.Node) {
	switch n.Name {
	case "", "pPr", "rPr", "instrText", "delText", "delInstrText", "fldData", "annotationRef", "footnoteRef", "endnoteRef", "sdtPr", "Fallback":
	case "t":
		s.WriteString(n.Said())
	case "del", "moveFrom":
		w.p.notice("deletions")
	case "ins", "moveTo":
		w.p.notice("insertions")
		w.children(s, n)
	case "r":
		if n.On("rPr", "vanish") || n.On("rPr", "webHidden") {
			if words(n) != "" {
				w.p.notice("hidden")
			}
			return
		}
		if w.own && w.named(n.Val("rPr", "rStyle")) == "Number" {
			w.number += words(n)
			return
		}
		w.children(s, n)
	case "tab", "ptab":
		s.WriteByte('\t')
	case "br", "cr":
		if t := n.Attr("type"); t == "" || t == "textWrapping" {
			s.WriteByte('\n')
		}
	case "noBreakHyphen":
		s.WriteRune('\u2011')
	case "sym":
		s.WriteString(w.symbol(n.Attr("char")))
	case "footnoteReference", "endnoteReference":
		s.WriteString(w.note(strings.TrimSuffix(n.Name, "Reference"), n))
	case "commentReference":
		w.p.notice("comments")
	case "sdt":
		if !n.On("sdtPr", "showingPlcHdr") { // else it shows what to do, not what was said
			w.children(s, n)
		}
	case "ruby":
		s.WriteString(words(n.Kid("rubyBase")))
		if over := words(n.Kid("rt")); over != "" {
			s.WriteString("（" + over + "）")
		}
	case "drawing", "pict", "object":
		w.drawing(n)
	case "AlternateContent":
		if c := n.Kid("Choice"); c != nil {
			w.children(s, c)
		} else {
			w.children(s, n.Kid("Fallback").OrEmpty())
		}
	case "oMath", "oMathPara":
		w.p.notice("formulas")
		w.children(s, n)
	default:
		w.children(s, n)
	}
}

func (w *word) children(s *strings.Builder, n *archive.Node) {
	for _, k := range n.Kids {
		w.inline(s, k)
	}
}

// symbol is a character of a font of symbols. Those in the private range have
// no meaning outside of their font but for the bullet.
func (w *word) symbol(char string) string {
	v, err := strconv.ParseUint(char, 16, 32)
	switch {
	case err != nil || v < 0x20:
		return ""
	case v == 0xF0B7 || v == 0xF0A7:
		return "•"
	case v >= 0xF000 && v <= 0xF0FF:
		w.p.notice("symbols")
	}
	return string(rune(v))
}

// drawing keeps text boxes for after the paragraph; pictures are not taken in.
func (w *word) drawing(n *archive.Node) {
	found := false
	n.Find("txbxContent", func(b *archive.Node) {
		w.boxes, found = append(w.boxes, b), true
	})
	if !found {
		w.p.notice("pictures")
	}
}
