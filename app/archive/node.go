package archive

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// Node is an element, or a run of text where Name is "". The nil node is one without
// anything in it.
type Node struct {
	Name  string // without its prefix: the same in both of Word's namespaces
	Kids  []*Node
	Text  string // of a run of text
	attrs []xml.Attr
}

// parse reads XML without looking anything up. A document type declaration,
// which no office writes, could define entities: it is refused.
func (a *Archive) parse(raw []byte) (*Node, error) {
	d := xml.NewDecoder(bytes.NewReader(raw))
	root := &Node{}
	open := []*Node{root}
	for {
		t, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, Unread("file_damaged")
		}
		top := open[len(open)-1]
		switch t := t.(type) {
		case xml.Directive:
			return nil, Unread("file_hostile")
		case xml.StartElement:
			n := &Node{Name: t.Name.Local, attrs: t.Copy().Attr}
			top.Kids, open = append(top.Kids, n), append(open, n)
			a.nodes++
		case xml.EndElement:
			if len(open) == 1 || t.Name.Local != top.Name {
				return nil, Unread("file_damaged")
			}
			open = open[:len(open)-1]
		case xml.CharData:
			if len(t) > 0 {
				top.Kids = append(top.Kids, &Node{Text: string(t)})
				a.nodes++
			}
		}
		if len(open) > maxDepth || a.nodes > maxNodes {
			return nil, Unread("file_hostile")
		}
	}
	if len(open) > 1 || len(root.Kids) == 0 {
		return nil, Unread("file_damaged")
	}
	return root, nil
}

// Attr is an attribute's value by its name without prefix, or "".
func (n *Node) Attr(name string) string {
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

// Kid is the first child element that the names lead to, or nil.
func (n *Node) Kid(names ...string) *Node {
	for _, name := range names {
		if n == nil {
			return nil
		}
		var found *Node
		for _, k := range n.Kids {
			if k.Name == name {
				found = k
				break
			}
		}
		n = found
	}
	return n
}

// OrEmpty is the node, or one without anything in it.
func (n *Node) OrEmpty() *Node {
	if n == nil {
		return &Node{}
	}
	return n
}

// Val is the attribute "val" of the child that the names lead to.
func (n *Node) Val(names ...string) string { return n.Kid(names...).Attr("val") }

// On says whether the child stands for "on", as w:b and w:vanish do.
func (n *Node) On(names ...string) bool {
	k := n.Kid(names...)
	if k == nil {
		return false
	}
	switch k.Attr("val") {
	case "0", "false", "off", "none":
		return false
	}
	return true
}

// Find calls do for every element with the name, however deep, but not for
// those within one that was found.
func (n *Node) Find(name string, do func(*Node)) {
	if n == nil {
		return
	}
	for _, k := range n.Kids {
		if k.Name == name {
			do(k)
			continue
		}
		k.Find(name, do)
	}
}

// Said is the text right within an element.
func (n *Node) Said() string {
	var s strings.Builder
	for _, k := range n.Kids {
		s.WriteString(k.Text)
	}
	return s.String()
}

// Clean leaves out what XML cannot hold, and ends lines in one way.
func Clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s))
}
