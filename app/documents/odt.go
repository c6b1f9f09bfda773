package documents

import (
	"strings"

	"jahorina/app/archive"
)

// opened reads an OpenDocument text (ISO/IEC 26300).
type opened struct {
	p       *paper
	lists   map[string]*archive.Node // styles of lists by name, the outline's under ""
	parents map[string]string        // of styles of paragraphs
	named   map[string]string        // list styles of styles of paragraphs
	counts  map[string]*counter
	marks   map[string]int
	boxes   []*archive.Node
	within  int
}

// counter is how far the levels of a style of lists have been counted.
type counter struct {
	at    [maxDeep]int
	begun [maxDeep]bool
}

const maxDeep = 10

// readODT puts an OpenDocument text on paper and returns the language it says
// it is in.
func readODT(a *archive.Archive, p *paper) (string, error) {
	manifest, err := a.Read("META-INF/manifest.xml")
	if err != nil {
		return "", err
	}
	locked := false
	manifest.Find("encryption-data", func(*archive.Node) { locked = true })
	if locked || a.Has("encrypted-package") {
		return "", archive.Unread("file_protected")
	}
	styles, err := a.Read("styles.xml")
	if err != nil {
		return "", err
	}
	root, err := a.Read("content.xml")
	if err != nil {
		return "", err
	}
	body := root.Kid("document-content", "body", "text")
	if body == nil {
		return "", archive.Unread("document_other_archive")
	}
	o := &opened{p: p, lists: map[string]*archive.Node{}, parents: map[string]string{}, named: map[string]string{}, counts: map[string]*counter{}, marks: map[string]int{}}
	o.learn(styles)
	o.learn(root)
	o.margins(styles)
	o.blocks(body, place0)
	if a.Has("Basic/script-lc.xml") || a.Has("Scripts") {
		p.notice("macros")
	}
	lang := ""
	styles.Find("default-style", func(n *archive.Node) {
		if n.Attr("family") == "paragraph" {
			lang = languageTag(n.Kid("text-properties"))
		}
	})
	return lang, nil
}

func languageTag(n *archive.Node) string {
	lang, country := n.Attr("language"), n.Attr("country")
	if lang == "" || lang == "none" {
		return ""
	}
	if country != "" && country != "none" {
		lang += "-" + country
	}
	return lang
}

// learn takes in the styles of a part.
func (o *opened) learn(n *archive.Node) {
	n.Find("outline-style", func(s *archive.Node) { o.lists[""] = s })
	n.Find("list-style", func(s *archive.Node) { o.lists[s.Attr("name")] = s })
	n.Find("style", func(s *archive.Node) {
		if s.Attr("family") == "paragraph" {
			o.parents[s.Attr("name")] = s.Attr("parent-style-name")
			o.named[s.Attr("name")] = s.Attr("list-style-name")
		}
	})
}

// margins tells that there are headers and footers.
func (o *opened) margins(styles *archive.Node) {
	for _, name := range []string{"header", "footer"} {
		styles.Find(name, func(n *archive.Node) {
			if strings.TrimSpace(o.text(n)) != "" {
				o.p.notice("headers")
			}
		})
	}
	o.boxes = nil
}

// spot is where a block stands: on which level of which list.
type spot struct {
	list  string // the style
	level int    // from 1; 0: in none
	first bool   // it begins an item, and is numbered
}

var place0 = spot{}

func (o *opened) blocks(n *archive.Node, at spot) {
	for _, k := range n.Kids {
		if o.p.full() {
			return
		}
		switch k.Name {
		case "h", "p":
			o.paragraph(k, at)
			at.first = false
		case "list":
			o.list(k, at)
		case "table":
			o.table(k)
		case "table-of-content":
			o.p.notice("contents")
		case "tracked-changes":
			o.changes(k)
		case "section", "index-body", "numbered-paragraph", "text-box", "frame", "alphabetical-index", "bibliography":
			o.blocks(k, at)
		}
	}
}

// changes: what was deleted is kept there, what was inserted stands in the text.
func (o *opened) changes(n *archive.Node) {
	n.Find("deletion", func(*archive.Node) { o.p.notice("deletions") })
	n.Find("insertion", func(*archive.Node) { o.p.notice("insertions") })
}

func (o *opened) list(n *archive.Node, at spot) {
	style := n.Attr("style-name")
	if style == "" {
		style = at.list
	}
	if style == "" {
		style = o.ofParagraph(n)
	}
	at = spot{list: style, level: at.level + 1}
	if at.level > maxDeep {
		return
	}
	c := o.counter(style)
	if n.Attr("continue-numbering") != "true" && n.Attr("continue-list") == "" {
		c.begun[at.level-1] = false
	}
	for _, k := range n.Kids {
		item := at
		item.first = k.Name == "list-item"
		if v := k.Attr("start-value"); v != "" && item.first {
			c.at[at.level-1], c.begun[at.level-1] = atoi(v, 1)-1, true
		}
		o.blocks(k, item)
	}
}

// ofParagraph is the style of lists that the first paragraph within calls for.
func (o *opened) ofParagraph(n *archive.Node) string {
	found := ""
	n.Find("p", func(p *archive.Node) {
		style := p.Attr("style-name")
		for range 12 {
			if found == "" {
				found = o.named[style]
			}
			style = o.parents[style]
		}
	})
	if found == "" {
		return " " // none: not the outline's, which has no name
	}
	return found
}

func (o *opened) counter(style string) *counter {
	if o.counts[style] == nil {
		o.counts[style] = &counter{}
	}
	return o.counts[style]
}

// paragraph places a paragraph or heading, and after it the text boxes
// anchored in it.
func (o *opened) paragraph(n *archive.Node, at spot) {
	x := piece{text: o.text(n), indent: 4 * at.level}
	if n.Name == "h" {
		x.depth = max(1, min(atoi(n.Attr("outline-level"), 1), maxDeep))
		if at.level == 0 && n.Attr("is-list-header") != "true" {
			at = spot{list: "", level: x.depth, first: true}
		}
		x.indent = 0
	}
	x.title = at.level == 0 && o.under(n.Attr("style-name"), "title")
	if at.first && strings.TrimSpace(x.text) != "" {
		x.label, x.bullet = o.next(at)
	}
	if printed := n.Kid("number"); printed != nil && !x.bullet {
		x.label = printed.Said()
	}
	o.p.put(x)
	boxes := o.boxes
	o.boxes = nil
	for _, b := range boxes {
		if o.within < 3 {
			o.p.notice("boxes")
			o.within++
			o.blocks(b, place0)
			o.within--
		}
	}
}

// under says whether a style is or comes from the named one.
func (o *opened) under(style, name string) bool {
	for range 12 {
		if strings.EqualFold(style, name) {
			return true
		}
		if style = o.parents[style]; style == "" {
			break
		}
	}
	return false
}

// next counts an item on and returns what is printed before it.
func (o *opened) next(at spot) (label string, bullet bool) {
	style := o.lists[at.list]
	lvl := levelStyle(style, at.level)
	if lvl == nil {
		return "", false
	}
	c, i := o.counter(at.list), at.level-1
	if !c.begun[i] {
		c.at[i] = atoi(lvl.Attr("start-value"), 1) - 1
	}
	c.at[i], c.begun[i] = c.at[i]+1, true
	for j := i + 1; j < maxDeep; j++ {
		c.begun[j] = false
	}
	if strings.HasSuffix(lvl.Name, "-bullet") || strings.HasSuffix(lvl.Name, "-image") {
		return "", true
	}
	if lvl.Attr("num-format") == "" {
		return "", false
	}
	shown := max(1, min(atoi(lvl.Attr("display-levels"), 1), at.level))
	var parts []string
	for j := at.level - shown; j < at.level; j++ {
		l := levelStyle(style, j+1)
		v := c.at[j]
		if !c.begun[j] {
			v = atoi(l.Attr("start-value"), 1)
		}
		s, known := numeral(v, l.Attr("num-format"))
		if !known {
			o.p.notice("numbering")
		}
		parts = append(parts, s)
	}
	return lvl.Attr("num-prefix") + strings.Join(parts, ".") + lvl.Attr("num-suffix"), false
}

// levelStyle is the style of a level from 1; nil if there is none.
func levelStyle(style *archive.Node, level int) *archive.Node {
	if style == nil {
		return nil
	}
	for _, k := range style.Kids {
		if atoi(k.Attr("level"), 0) == level {
			return k
		}
	}
	return nil
}

func (o *opened) table(t *archive.Node) {
	var rows [][]string
	var walk func(*archive.Node)
	walk = func(n *archive.Node) {
		for _, k := range n.Kids {
			switch k.Name {
			case "table-row":
				rows = append(rows, o.row(k))
			case "table-header-rows", "table-rows", "table-row-group":
				walk(k)
			}
		}
	}
	walk(t)
	o.p.table(rows)
}

func (o *opened) row(n *archive.Node) []string {
	var out []string
	for _, c := range n.Kids {
		if c.Name != "table-cell" && c.Name != "covered-table-cell" {
			continue
		}
		var texts []string
		var walk func(*archive.Node)
		walk = func(n *archive.Node) {
			for _, k := range n.Kids {
				if k.Name == "p" || k.Name == "h" {
					texts = append(texts, clean(o.text(k)))
				} else {
					walk(k)
				}
			}
		}
		walk(c)
		out = append(out, strings.Join(texts, " "))
	}
	return out
}

func (o *opened) text(n *archive.Node) string {
	var s strings.Builder
	for _, k := range n.Kids {
		o.inline(&s, k)
	}
	return s.String()
}

// inline adds what an element within a paragraph prints. White space counts
// once; further spaces are elements.
func (o *opened) inline(s *strings.Builder, n *archive.Node) {
	switch n.Name {
	case "":
		s.WriteString(collapsed(s.String(), n.Text))
	case "number", "tracked-changes", "desc", "title", "event-listeners", "bookmark", "annotation-end":
	case "annotation":
		o.p.notice("comments")
	case "s":
		s.WriteString(strings.Repeat(" ", max(1, min(atoi(n.Attr("c"), 1), 200))))
	case "tab":
		s.WriteByte('\t')
	case "line-break":
		s.WriteByte('\n')
	case "note":
		s.WriteString(o.note(n))
	case "ruby":
		s.WriteString(o.text(n.Kid("ruby-base").OrEmpty()))
		if over := o.text(n.Kid("ruby-text").OrEmpty()); over != "" {
			s.WriteString("（" + over + "）")
		}
	case "frame":
		o.frame(n)
	case "p", "h":
		s.WriteString(o.text(n) + "\n")
	default:
		for _, k := range n.Kids {
			o.inline(s, k)
		}
	}
}

// frame keeps a text box for after the paragraph; pictures are not taken in.
func (o *opened) frame(n *archive.Node) {
	if b := n.Kid("text-box"); b != nil {
		o.boxes = append(o.boxes, b)
		return
	}
	o.p.notice("pictures")
}

// note prints a note's mark in the text and keeps the note.
func (o *opened) note(n *archive.Node) string {
	if o.within > 2 {
		return ""
	}
	class := n.Attr("note-class")
	o.marks[class]++
	mark := strings.TrimSpace(n.Kid("note-citation").OrEmpty().Said())
	if mark == "" {
		mark, _ = numeral(o.marks[class], "decimal")
	}
	o.within++
	o.p.note(mark, o.text(n.Kid("note-body").OrEmpty()))
	o.within--
	return "[" + mark + "]"
}

// collapsed is text with runs of white space as one space, none after another.
func collapsed(before, text string) string {
	var s strings.Builder
	space := before == "" || strings.HasSuffix(before, " ") || strings.HasSuffix(before, "\n")
	for _, r := range text {
		if r == ' ' || r == '\t' || r == '\n' || r == '\r' {
			if !space {
				s.WriteByte(' ')
			}
			space = true
			continue
		}
		s.WriteRune(r)
		space = false
	}
	return s.String()
}
