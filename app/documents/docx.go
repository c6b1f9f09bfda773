package documents

import (
	"path"
	"strconv"
	"strings"
)

// word reads a Word document (ECMA-376).
type word struct {
	a         *archive
	p         *paper
	styles    map[string]*node
	numbering *numbering
	notes     map[string]*node // footnotes and endnotes by kind and id
	marks     map[string]int   // how many notes of a kind have been printed
	ends      string           // how endnotes are numbered
	held      string           // text of a paragraph whose mark was deleted: it goes on in the next
	number    string           // what runs of the paragraph at hand say in the style of numbers
	own       bool             // it was written by this program
	boxes     []*node          // text boxes of the paragraph at hand
	within    int              // text boxes and notes within each other
}

// readDOCX puts a Word document on paper and returns the language it says it is
// in.
func readDOCX(a *archive, p *paper) (string, error) {
	main, err := a.main()
	if err != nil {
		return "", err
	}
	w := &word{a: a, p: p, styles: map[string]*node{}, notes: map[string]*node{}, marks: map[string]int{}, ends: "lowerRoman"}
	body, err := w.parts(main)
	if err != nil {
		return "", err
	}
	w.blocks(body)
	w.flush()
	if w.numbering.unknown {
		p.notice("numbering")
	}
	if a.has(path.Join(path.Dir(main), "vbaProject.bin")) {
		p.notice("macros")
	}
	return w.says(), nil
}

// main is the name of the main part, by the package's relations; a spreadsheet
// or a picture is no document.
func (a *archive) main() (string, error) {
	if a.has("EncryptionInfo") || a.has("EncryptedPackage") {
		return "", unread("document_protected")
	}
	rels, err := a.relations("")
	if err != nil {
		return "", err
	}
	for _, name := range rels["officeDocument"] {
		if strings.HasPrefix(name, "word/") || strings.Contains(path.Base(name), "document") {
			return name, nil
		}
	}
	return "", unread("document_other_archive")
}

// relations are the parts that a part leads to, by the last word of their kind.
// What lies outside of the file is left out.
func (a *archive) relations(part string) (map[string][]string, error) {
	dir, base := path.Split(part)
	root, err := a.read(path.Join(dir, "_rels", base+".rels"))
	if err != nil {
		return nil, err
	}
	out := map[string][]string{}
	root.find("Relationship", func(n *node) {
		if n.attr("TargetMode") == "External" {
			return
		}
		target := n.attr("Target")
		if !strings.HasPrefix(target, "/") {
			target = path.Join("/", dir, target)
		}
		kind := path.Base(n.attr("Type"))
		out[kind] = append(out[kind], strings.TrimPrefix(path.Clean(target), "/"))
	})
	return out, nil
}

// parts reads the parts beside the main one and returns the body.
func (w *word) parts(main string) (*node, error) {
	rels, err := w.a.relations(main)
	if err != nil {
		return nil, err
	}
	part := func(kind string) *node {
		if err != nil || len(rels[kind]) == 0 {
			return nil
		}
		var n *node
		n, err = w.a.read(rels[kind][0])
		return n
	}
	if s := part("styles").kid("styles"); s != nil {
		for _, k := range s.kids {
			if k.name == "style" || k.name == "docDefaults" {
				w.styles[k.attr("styleId")] = k // the defaults under ""
			}
		}
	}
	w.own = w.named("Provision") == "Provision" && w.named("Number") == "Number"
	w.numbering = readNumbering(part("numbering"))
	for _, kind := range []string{"footnote", "endnote"} {
		part(kind+"s").find(kind, func(n *node) {
			if t := n.attr("type"); t == "" || t == "normal" {
				w.notes[kind+n.attr("id")] = n
			}
		})
	}
	for _, kind := range []string{"header", "footer"} {
		for _, name := range rels[kind] {
			n, e := w.a.read(name)
			if e == nil && strings.TrimSpace(words(n)) != "" {
				w.p.notice("headers")
			}
		}
	}
	if err != nil {
		return nil, err
	}
	root, err := w.a.read(main)
	if err != nil {
		return nil, err
	}
	body := root.kid("document", "body")
	if body == nil {
		return nil, unread("document_malformed")
	}
	if f := body.val("sectPr", "endnotePr", "numFmt"); f != "" {
		w.ends = f
	}
	return body, nil
}

// words are the words under an element, whatever they are.
func words(n *node) string {
	var s strings.Builder
	n.find("t", func(t *node) { s.WriteString(said(t)) })
	return s.String()
}

// said is the text right within an element.
func said(n *node) string {
	var s strings.Builder
	for _, k := range n.kids {
		s.WriteString(k.text)
	}
	return s.String()
}

// style follows a style and those it is based on until do has found what it
// looks for.
func (w *word) style(id string, do func(*node) bool) {
	for range 12 { // styles may not go round in circles
		s := w.styles[id]
		if s == nil || id == "" || do(s) {
			return
		}
		id = s.val("basedOn")
	}
}

func (w *word) says() string {
	lang := w.styles[""].kid("rPrDefault", "rPr", "lang")
	return lang.attr("val")
}

// blocks goes through paragraphs, tables and what wraps them.
func (w *word) blocks(n *node) {
	for _, k := range n.kids {
		if w.p.full() {
			return
		}
		switch k.name {
		case "p":
			w.paragraph(k)
		case "tbl":
			w.flush()
			w.table(k)
		case "sdt":
			if g := k.val("sdtPr", "docPartObj", "docPartGallery"); g == "Table of Contents" {
				w.p.notice("contents")
				continue
			}
			w.blocks(k.kid("sdtContent").orEmpty())
		case "altChunk":
			w.p.notice("embedded")
		case "ins", "moveTo", "customXml", "smartTag", "AlternateContent", "Choice", "txbxContent":
			w.blocks(k)
		}
	}
}

func (n *node) orEmpty() *node {
	if n == nil {
		return &node{}
	}
	return n
}

func (w *word) table(t *node) {
	var rows [][]string
	var row func(*node)
	cells := func(n *node) []string {
		var out []string
		n.find("tc", func(c *node) { out = append(out, w.cell(c)) })
		return out
	}
	row = func(n *node) {
		for _, k := range n.kids {
			switch k.name {
			case "tr":
				if k.kid("trPr", "del") != nil {
					w.p.notice("deletions")
					continue
				}
				rows = append(rows, cells(k))
			case "sdt", "sdtContent", "customXml", "ins":
				row(k)
			}
		}
	}
	row(t)
	w.p.table(rows)
	w.printBoxes()
}

// cell is the text of a cell; that of tables within it is part of it.
func (w *word) cell(c *node) string {
	var out []string
	for _, k := range c.kids {
		switch k.name {
		case "p":
			x := w.piece(k)
			number := strings.TrimSpace(x.label)
			if x.bullet {
				number = "•"
			}
			out = append(out, number, clean(x.text))
		case "tbl", "tr", "tc", "sdt", "sdtContent", "customXml":
			out = append(out, w.cell(k))
		}
	}
	return strings.Join(out, " ")
}

// note prints a note's mark in the text and keeps the note.
func (w *word) note(kind string, ref *node) string {
	n := w.notes[kind+ref.attr("id")]
	if n == nil || w.within > 0 {
		return ""
	}
	w.marks[kind]++
	format := "decimal"
	if kind == "endnote" {
		format = w.ends
	}
	mark, _ := numeral(w.marks[kind], format)
	if on := ref.attr("customMarkFollows"); on == "1" || on == "true" {
		mark = "*"
	}
	var text []string
	w.within++
	n.find("p", func(p *node) { text = append(text, w.text(p)) })
	w.within--
	w.p.note(mark, strings.Join(text, "\n"))
	return "[" + mark + "]"
}

// level is the list and its level that a paragraph is on; nil for none.
func (w *word) level(pPr *node, style string) (*list, int) {
	id, at := pPr.val("numPr", "numId"), pPr.val("numPr", "ilvl")
	if id == "" {
		w.style(style, func(s *node) bool {
			if id = s.val("pPr", "numPr", "numId"); id != "" && at == "" {
				at = s.val("pPr", "numPr", "ilvl")
			}
			return id != ""
		})
	}
	l := w.numbering.lists[id]
	for range 4 { // an outline can be that of a style of numbering
		if l == nil || l.kind.style == "" {
			break
		}
		l = w.numbering.lists[w.styles[l.kind.style].val("pPr", "numPr", "numId")]
	}
	if l == nil {
		return nil, 0
	}
	i, err := strconv.Atoi(at)
	if err != nil {
		i = 0
		for j := range maxLevels {
			if s := l.level(j).style; s != "" && s == style {
				i = j
			}
		}
	}
	if i < 0 || i >= maxLevels {
		return nil, 0
	}
	return l, i
}
