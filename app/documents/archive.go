package documents

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"
)

// Limits against files that are made to harm. A thesis of 500 pages has a
// main part of some 8 MB in 300,000 elements.
const (
	maxEntries  = 2000
	maxPart     = 24 << 20 // bytes of one part of XML, inflated
	maxInflated = 48 << 20 // of all the parts that are read
	maxDepth    = 250      // of elements within each other
	maxNodes    = 1_000_000
)

// archive is a ZIP file with parts of XML. Only parts that are asked for are
// inflated, in memory and within the limits; no name leads to a file.
type archive struct {
	source   []byte
	parts    map[string]*zip.File
	inflated int64 // so far
	nodes    int   // so far
}

func openArchive(source []byte) (*archive, error) {
	r, err := zip.NewReader(bytes.NewReader(source), int64(len(source)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, unread("document_malformed")
	}
	if len(r.File) > maxEntries {
		return nil, unread("document_hostile")
	}
	a := &archive{source: source, parts: map[string]*zip.File{}}
	for _, f := range r.File {
		if f.Flags&1 != 0 {
			return nil, unread("document_protected")
		}
		name := strings.TrimPrefix(path.Clean("/"+f.Name), "/")
		if _, twice := a.parts[name]; twice { // readers would differ in which one they show
			return nil, unread("document_hostile")
		}
		a.parts[name] = f
	}
	return a, nil
}

func (a *archive) has(name string) bool { return a.parts[name] != nil }

// read reads a part; nil where there is none.
func (a *archive) read(name string) (*node, error) {
	f := a.parts[name]
	if f == nil {
		return nil, nil
	}
	in, err := f.Open()
	if err != nil {
		return nil, unread("document_malformed")
	}
	defer in.Close()
	raw, err := io.ReadAll(io.LimitReader(in, maxPart+1))
	if err != nil {
		return nil, unread("document_malformed")
	}
	if a.inflated += int64(len(raw)); len(raw) > maxPart || a.inflated > maxInflated {
		return nil, unread("document_hostile")
	}
	return a.parse(raw)
}

// node is an element, or a run of text where name is "".
type node struct {
	name  string // without its prefix: the same in both of Word's namespaces
	attrs []xml.Attr
	kids  []*node
	text  string
}

// parse reads XML without looking anything up. A document type declaration,
// which no office writes, could define entities: it is refused.
func (a *archive) parse(raw []byte) (*node, error) {
	d := xml.NewDecoder(bytes.NewReader(raw))
	root := &node{}
	open := []*node{root}
	for {
		t, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, unread("document_malformed")
		}
		top := open[len(open)-1]
		switch t := t.(type) {
		case xml.Directive:
			return nil, unread("document_hostile")
		case xml.StartElement:
			n := &node{name: t.Name.Local, attrs: t.Copy().Attr}
			top.kids, open = append(top.kids, n), append(open, n)
			a.nodes++
		case xml.EndElement:
			if len(open) == 1 || t.Name.Local != top.name {
				return nil, unread("document_malformed")
			}
			open = open[:len(open)-1]
		case xml.CharData:
			if len(t) > 0 {
				top.kids = append(top.kids, &node{text: string(t)})
				a.nodes++
			}
		}
		if len(open) > maxDepth || a.nodes > maxNodes {
			return nil, unread("document_hostile")
		}
	}
	if len(open) > 1 || len(root.kids) == 0 {
		return nil, unread("document_malformed")
	}
	return root, nil
}

// attr is an attribute's value by its name without prefix, or "".
func (n *node) attr(name string) string {
	if n == nil {
		return ""
	}
	for _, a := range n.attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// kid is the first child element that the names lead to, or nil.
func (n *node) kid(names ...string) *node {
	for _, name := range names {
		if n == nil {
			return nil
		}
		var found *node
		for _, k := range n.kids {
			if k.name == name {
				found = k
				break
			}
		}
		n = found
	}
	return n
}

// val is the attribute "val" of the child that the names lead to.
func (n *node) val(names ...string) string { return n.kid(names...).attr("val") }

// is says whether the child stands for "on", as w:b and w:vanish do.
func (n *node) is(names ...string) bool {
	k := n.kid(names...)
	if k == nil {
		return false
	}
	switch k.attr("val") {
	case "0", "false", "off", "none":
		return false
	}
	return true
}

// find calls do for every element with the name, however deep, but not for
// those within one that was found.
func (n *node) find(name string, do func(*node)) {
	if n == nil {
		return
	}
	for _, k := range n.kids {
		if k.name == name {
			do(k)
			continue
		}
		k.find(name, do)
	}
}
