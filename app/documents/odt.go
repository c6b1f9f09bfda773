package documents

import "strings"

// opened reads an OpenDocument text (ISO/IEC 26300).
type opened struct {
	p       *paper
	lists   map[string]*node  // styles of lists by name, the outline's under ""
	parents map[string]string // of styles of paragraphs
	named   map[string]string // list styles of styles of paragraphs
	counts  map[string]*counter
	marks   map[string]int
	boxes   []*node
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
func readODT(a *archive, p *paper) (string, error) {
	manifest, err := a.read("META-INF/manifest.xml")
	if err != nil {
		return "", err
	}
	locked := false
	manifest.find("encryption-data", func(*node) { locked = true })
	if locked || a.has("encrypted-package") {
		return "", unread("document_protected")
	}
	styles, err := a.read("styles.xml")
	if err != nil {
		return "", err
	}
	root, err := a.read("content.xml")
	if err != nil {
		return "", err
	}
	body := root.kid("document-content", "body", "text")
	if body == nil {
		return "", unread("document_other_archive")
	}
	o := &opened{p: p, lists: map[string]*node{}, parents: map[string]string{}, named: map[string]string{}, counts: map[string]*counter{}, marks: map[string]int{}}
	o.learn(styles)
	o.learn(root)
	o.margins(styles)
	o.blocks(body, place0)
	if a.has("Basic/script-lc.xml") || a.has("Scripts") {
		p.notice("macros")
	}
	lang := ""
	styles.find("default-style", func(n *node) {
		if n.attr("family") == "paragraph" {
			lang = languageTag(n.kid("text-properties"))
		}
	})
	return lang, nil
}

func languageTag(n *node) string {
	lang, country := n.attr("language"), n.attr("country")
	if lang == "" || lang == "none" {
		return ""
	}
	if country != "" && country != "none" {
		lang += "-" + country
	}
	return lang
}

// learn takes in the styles of a part.
func (o *opened) learn(n *node) {
	n.find("outline-style", func(s *node) { o.lists[""] = s })
	n.find("list-style", func(s *node) { o.lists[s.attr("name")] = s })
	n.find("style", func(s *node) {
		if s.attr("family") == "paragraph" {
			o.parents[s.attr("name")] = s.attr("parent-style-name")
			o.named[s.attr("name")] = s.attr("list-style-name")
		}
	})
}

// margins tells that there are headers and footers.
func (o *opened) margins(styles *node) {
	for _, name := range []string{"header", "footer"} {
		styles.find(name, func(n *node) {
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

func (o *opened) blocks(n *node, at spot) {
	for _, k := range n.kids {
		if o.p.full() {
			return
		}
		switch k.name {
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
func (o *opened) changes(n *node) {
	n.find("deletion", func(*node) { o.p.notice("deletions") })
	n.find("insertion", func(*node) { o.p.notice("insertions") })
}

func (o *opened) list(n *node, at spot) {
	style := n.attr("style-name")
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
	if n.attr("continue-numbering") != "true" && n.attr("continue-list") == "" {
		c.begun[at.level-1] = false
	}
	for _, k := range n.kids {
		item := at
		item.first = k.name == "list-item"
		if v := k.attr("start-value"); v != "" && item.first {
			c.at[at.level-1], c.begun[at.level-1] = atoi(v, 1)-1, true
		}
		o.blocks(k, item)
	}
}

// ofParagraph is the style of lists that the first paragraph within calls for.
func (o *opened) ofParagraph(n *node) string {
	found := ""
	n.find("p", func(p *node) {
		style := p.attr("style-name")
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
func (o *opened) paragraph(n *node, at spot) {
	x := piece{text: o.text(n), indent: 4 * at.level}
	if n.name == "h" {
		x.depth = max(1, min(atoi(n.attr("outline-level"), 1), maxDeep))
		if at.level == 0 && n.attr("is-list-header") != "true" {
			at = spot{list: "", level: x.depth, first: true}
		}
		x.indent = 0
	}
	x.title = at.level == 0 && o.under(n.attr("style-name"), "title")
	if at.first && strings.TrimSpace(x.text) != "" {
		x.label, x.bullet = o.next(at)
	}
	if printed := n.kid("number"); printed != nil && !x.bullet {
		x.label = said(printed)
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
		c.at[i] = atoi(lvl.attr("start-value"), 1) - 1
	}
	c.at[i], c.begun[i] = c.at[i]+1, true
	for j := i + 1; j < maxDeep; j++ {
		c.begun[j] = false
	}
	if strings.HasSuffix(lvl.name, "-bullet") || strings.HasSuffix(lvl.name, "-image") {
		return "", true
	}
	if lvl.attr("num-format") == "" {
		return "", false
	}
	shown := max(1, min(atoi(lvl.attr("display-levels"), 1), at.level))
	var parts []string
	for j := at.level - shown; j < at.level; j++ {
		l := levelStyle(style, j+1)
		v := c.at[j]
		if !c.begun[j] {
			v = atoi(l.attr("start-value"), 1)
		}
		s, known := numeral(v, l.attr("num-format"))
		if !known {
			o.p.notice("numbering")
		}
		parts = append(parts, s)
	}
	return lvl.attr("num-prefix") + strings.Join(parts, ".") + lvl.attr("num-suffix"), false
}

// levelStyle is the style of a level from 1; nil if there is none.
func levelStyle(style *node, level int) *node {
	if style == nil {
		return nil
	}
	for _, k := range style.kids {
		if atoi(k.attr("level"), 0) == level {
			return k
		}
	}
	return nil
}

func (o *opened) table(t *node) {
	var rows [][]string
	var walk func(*node)
	walk = func(n *node) {
		for _, k := range n.kids {
			switch k.name {
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

func (o *opened) row(n *node) []string {
	var out []string
	for _, c := range n.kids {
		if c.name != "table-cell" && c.name != "covered-table-cell" {
			continue
		}
		var texts []string
		var walk func(*node)
		walk = func(n *node) {
			for _, k := range n.kids {
				if k.name == "p" || k.name == "h" {
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

func (o *opened) text(n *node) string {
	var s strings.Builder
	for _, k := range n.kids {
		o.inline(&s, k)
	}
	return s.String()
}

// inline adds what an element within a paragraph prints. White space counts
// once; further spaces are elements.
func (o *opened) inline(s *strings.Builder, n *node) {
	switch n.name {
	case "":
		s.WriteString(collapsed(s.String(), n.text))
	case "number", "tracked-changes", "desc", "title", "event-listeners", "bookmark", "annotation-end":
	case "annotation":
		o.p.notice("comments")
	case "s":
		s.WriteString(strings.Repeat(" ", max(1, min(atoi(n.attr("c"), 1), 200))))
	case "tab":
		s.WriteByte('\t')
	case "line-break":
		s.WriteByte('\n')
	case "note":
		s.WriteString(o.note(n))
	case "ruby":
		s.WriteString(o.text(n.kid("ruby-base").orEmpty()))
		if over := o.text(n.kid("ruby-text").orEmpty()); over != "" {
			s.WriteString("（" + over + "）")
		}
	case "frame":
		o.frame(n)
	case "p", "h":
		s.WriteString(o.text(n) + "\n")
	default:
		for _, k := range n.kids {
			o.inline(s, k)
		}
	}
}

// frame keeps a text box for after the paragraph; pictures are not taken in.
func (o *opened) frame(n *node) {
	if b := n.kid("text-box"); b != nil {
		o.boxes = append(o.boxes, b)
		return
	}
	o.p.notice("pictures")
}

// note prints a note's mark in the text and keeps the note.
func (o *opened) note(n *node) string {
	if o.within > 2 {
		return ""
	}
	class := n.attr("note-class")
	o.marks[class]++
	mark := strings.TrimSpace(said(n.kid("note-citation").orEmpty()))
	if mark == "" {
		mark, _ = numeral(o.marks[class], "decimal")
	}
	o.within++
	o.p.note(mark, o.text(n.kid("note-body").orEmpty()))
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
