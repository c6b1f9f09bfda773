package documents

import (
	"path"
	"strconv"
	"strings"

	"jahorina/app/archive"
)

// word reads a Word document (ECMA-376).
type word struct {
	a         *archive.Archive
	p         *paper
	styles    map[string]*archive.Node
	numbering *numbering
	notes     map[string]*archive.Node // footnotes and endnotes by kind and id
	marks     map[string]int           // how many notes of a kind have been printed
	ends      string                   // how endnotes are numbered
	held      string                   // text of a paragraph whose mark was deleted: it goes on in the next
	number    string                   // what runs of the paragraph at hand say in the style of numbers
	own       bool                     // it was written by this program
	boxes     []*archive.Node          // text boxes of the paragraph at hand
	within    int                      // text boxes and notes within each other
}

// readDOCX puts a Word document on paper and returns the language it says it is
// in.
func readDOCX(a *archive.Archive, p *paper) (string, error) {
	main, err := mainPart(a)
	if err != nil {
		return "", err
	}
	w := &word{a: a, p: p, styles: map[string]*archive.Node{}, notes: map[string]*archive.Node{}, marks: map[string]int{}, ends: "lowerRoman"}
	body, err := w.parts(main)
	if err != nil {
		return "", err
	}
	w.blocks(body)
	w.flush()
	if w.numbering.unknown {
		p.notice("numbering")
	}
	if a.Has(path.Join(path.Dir(main), "vbaProject.bin")) {
		p.notice("macros")
	}
	return w.says(), nil
}

// mainPart is the name of the main part, by the package's relations; a spreadsheet
// or a picture is no document.
func mainPart(a *archive.Archive) (string, error) {
	rels, err := a.Relations("")
	if err != nil {
		return "", err
	}
	for _, name := range rels["officeDocument"] {
		if strings.HasPrefix(name, "word/") || strings.Contains(path.Base(name), "document") {
			return name, nil
		}
	}
	return "", archive.Unread("document_other_archive")
}

// parts reads the parts beside the main one and returns the body.
func (w *word) parts(main string) (*archive.Node, error) {
	rels, err := w.a.Relations(main)
	if err != nil {
		return nil, err
	}
	part := func(kind string) *archive.Node {
		if err != nil || len(rels[kind]) == 0 {
			return nil
		}
		var n *archive.Node
		n, err = w.a.Read(rels[kind][0])
		return n
	}
	if s := part("styles").Kid("styles"); s != nil {
		for _, k := range s.Kids {
			if k.Name == "style" || k.Name == "docDefaults" {
				w.styles[k.Attr("styleId")] = k // the defaults under ""
			}
		}
	}
	w.own = w.named("Provision") == "Provision" && w.named("Number") == "Number"
	w.numbering = readNumbering(part("numbering"))
	for _, kind := range []string{"footnote", "endnote"} {
		part(kind+"s").Find(kind, func(n *archive.Node) {
			if t := n.Attr("type"); t == "" || t == "normal" {
				w.notes[kind+n.Attr("id")] = n
			}
		})
	}
	for _, kind := range []string{"header", "footer"} {
		for _, name := range rels[kind] {
			n, e := w.a.Read(name)
			if e == nil && strings.TrimSpace(words(n)) != "" {
				w.p.notice("headers")
			}
		}
	}
	if err != nil {
		return nil, err
	}
	root, err := w.a.Read(main)
	if err != nil {
		return nil, err
	}
	body := root.Kid("document", "body")
	if body == nil {
		return nil, archive.Unread("file_damaged")
	}
	if f := body.Val("sectPr", "endnotePr", "numFmt"); f != "" {
		w.ends = f
	}
	return body, nil
}

// words are the words under an element, whatever they are.
func words(n *archive.Node) string {
	var s strings.Builder
	n.Find("t", func(t *archive.Node) { s.WriteString(t.Said()) })
	return s.String()
}

// style follows a style and those it is based on until do has found what it
// looks for.
func (w *word) style(id string, do func(*archive.Node) bool) {
	for range 12 { // styles may not go round in circles
		s := w.styles[id]
		if s == nil || id == "" || do(s) {
			return
		}
		id = s.Val("basedOn")
	}
}

func (w *word) says() string {
	lang := w.styles[""].Kid("rPrDefault", "rPr", "lang")
	return lang.Attr("val")
}

// blocks goes through paragraphs, tables and what wraps them.
func (w *word) blocks(n *archive.Node) {
	for _, k := range n.Kids {
		if w.p.full() {
			return
		}
		switch k.Name {
		case "p":
			w.paragraph(k)
		case "tbl":
			w.flush()
			w.table(k)
		case "sdt":
			if g := k.Val("sdtPr", "docPartObj", "docPartGallery"); g == "Table of Contents" {
				w.p.notice("contents")
				continue
			}
			w.blocks(k.Kid("sdtContent").OrEmpty())
		case "altChunk":
			w.p.notice("embedded")
		case "ins", "moveTo", "customXml", "smartTag", "AlternateContent", "Choice", "txbxContent":
			w.blocks(k)
		}
	}
}

func (w *word) table(t *archive.Node) {
	var rows [][]string
	var row func(*archive.Node)
	cells := func(n *archive.Node) []string {
		var out []string
		n.Find("tc", func(c *archive.Node) { out = append(out, w.cell(c)) })
		return out
	}
	row = func(n *archive.Node) {
		for _, k := range n.Kids {
			switch k.Name {
			case "tr":
				if k.Kid("trPr", "del") != nil {
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
func (w *word) cell(c *archive.Node) string {
	var out []string
	for _, k := range c.Kids {
		switch k.Name {
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
func (w *word) note(kind string, ref *archive.Node) string {
	n := w.notes[kind+ref.Attr("id")]
	if n == nil || w.within > 0 {
		return ""
	}
	w.marks[kind]++
	format := "decimal"
	if kind == "endnote" {
		format = w.ends
	}
	mark, _ := numeral(w.marks[kind], format)
	if on := ref.Attr("customMarkFollows"); on == "1" || on == "true" {
		mark = "*"
	}
	var text []string
	w.within++
	n.Find("p", func(p *archive.Node) { text = append(text, w.text(p)) })
	w.within--
	w.p.note(mark, strings.Join(text, "\n"))
	return "[" + mark + "]"
}

// level is the list and its level that a paragraph is on; nil for none.
func (w *word) level(pPr *archive.Node, style string) (*list, int) {
	id, at := pPr.Val("numPr", "numId"), pPr.Val("numPr", "ilvl")
	if id == "" {
		w.style(style, func(s *archive.Node) bool {
			if id = s.Val("pPr", "numPr", "numId"); id != "" && at == "" {
				at = s.Val("pPr", "numPr", "ilvl")
			}
			return id != ""
		})
	}
	l := w.numbering.lists[id]
	for range 4 { // an outline can be that of a style of numbering
		if l == nil || l.kind.style == "" {
			break
		}
		l = w.numbering.lists[w.styles[l.kind.style].Val("pPr", "numPr", "numId")]
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
