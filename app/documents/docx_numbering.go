package documents

import (
	"strconv"
	"strings"

	"jahorina/app/archive"
)

// numbering computes the numbers that a Word document prints by itself
// (ECMA-376, part 1, 17.9).
type numbering struct {
	kinds   map[string]*outline // abstractNum by id
	lists   map[string]*list    // num by id
	unknown bool                // a format was not known
}

const maxLevels = 9

// outline is an abstractNum: its levels, and how far each has been counted.
// Lists of one outline count on together.
type outline struct {
	levels [maxLevels]level
	counts [maxLevels]int
	begun  [maxLevels]bool
	style  string // numStyleLink: the outline is that of this style
}

type level struct {
	start   int
	format  string
	text    string // "%1.%2"
	restart int    // -1: after any higher level; 0: never; n: after level n or higher
	legal   bool   // all figures are Arabic
	style   string // of the paragraphs that are on this level
	left    int    // indent of its number in columns
}

// list is a num: an outline with what it overrides.
type list struct {
	kind   *outline
	levels [maxLevels]*level
	starts [maxLevels]int // startOverride, -1: none
	used   [maxLevels]bool
}

func readNumbering(root *archive.Node) *numbering {
	n := &numbering{kinds: map[string]*outline{}, lists: map[string]*list{}}
	top := root.Kid("numbering")
	if top == nil {
		return n
	}
	for _, k := range top.Kids {
		if k.Name != "abstractNum" {
			continue
		}
		o := &outline{style: k.Val("numStyleLink")}
		for i := range o.levels {
			o.levels[i] = level{format: "none", restart: -1}
		}
		for _, l := range k.Kids {
			if i := levelOf(l); l.Name == "lvl" && i >= 0 {
				o.levels[i] = readLevel(l)
			}
		}
		n.kinds[k.Attr("abstractNumId")] = o
	}
	for _, k := range top.Kids {
		if o := n.kinds[k.Val("abstractNumId")]; k.Name == "num" && o != nil {
			n.lists[k.Attr("numId")] = readList(k, o)
		}
	}
	return n
}

func levelOf(n *archive.Node) int {
	i, err := strconv.Atoi(n.Attr("ilvl"))
	if err != nil || i < 0 || i >= maxLevels {
		return -1
	}
	return i
}

func readLevel(n *archive.Node) level {
	l := level{start: atoi(n.Val("start"), 0), format: n.Val("numFmt"), text: n.Val("lvlText"), restart: -1, legal: n.On("isLgl"), style: n.Val("pStyle")}
	if c := n.Kid("lvlRestart"); c != nil {
		l.restart = atoi(c.Attr("val"), -1)
	}
	l.left = indent(n.Kid("pPr", "ind"), 0)
	return l
}

func readList(n *archive.Node, o *outline) *list {
	out := &list{kind: o}
	for i := range out.starts {
		out.starts[i] = -1
	}
	for _, k := range n.Kids {
		i := levelOf(k)
		if k.Name != "lvlOverride" || i < 0 {
			continue
		}
		out.starts[i] = atoi(k.Val("startOverride"), -1)
		if l := k.Kid("lvl"); l != nil {
			changed := readLevel(l)
			out.levels[i] = &changed
		}
	}
	return out
}

func (l *list) level(i int) level {
	if l.levels[i] != nil {
		return *l.levels[i]
	}
	return l.kind.levels[i]
}

// next counts the level of the list on by one and returns what is printed.
func (n *numbering) next(l *list, at int) (label string, bullet bool) {
	o, lvl := l.kind, l.level(at)
	switch {
	case l.starts[at] >= 0 && !l.used[at]:
		o.counts[at] = l.starts[at]
	case !o.begun[at]:
		o.counts[at] = lvl.start
	case o.counts[at] < 1<<30:
		o.counts[at]++
	}
	l.used[at], o.begun[at] = true, true
	for i := at + 1; i < maxLevels; i++ {
		if r := l.level(i).restart; r < 0 || r > 0 && at < r {
			o.begun[i] = false
		}
	}
	if lvl.format == "bullet" {
		return "", true
	}
	return n.print(l, lvl), false
}

// print fills "%1" to "%9" in. A level that has not begun prints its start.
func (n *numbering) print(l *list, lvl level) string {
	var s strings.Builder
	for rest := lvl.text; rest != ""; {
		before, after, found := strings.Cut(rest, "%")
		s.WriteString(before)
		if !found {
			break
		}
		if after == "" || after[0] < '1' || after[0] > '9' {
			s.WriteByte('%')
			rest = after
			continue
		}
		i := int(after[0] - '1')
		v, format := l.kind.counts[i], l.level(i).format
		if !l.kind.begun[i] {
			v = l.level(i).start
		}
		if lvl.legal {
			format = "decimal"
		}
		printed, known := numeral(v, format)
		n.unknown = n.unknown || !known
		s.WriteString(printed)
		rest = after[1:]
	}
	return s.String()
}

func atoi(s string, otherwise int) int {
	v, err := strconv.Atoi(s)
	if err != nil || v > 1<<30 || v < -(1<<30) {
		return otherwise
	}
	return v
}

// indent is where the first line begins, in columns of 120 twips, which is how
// wide a character is at 12 points.
func indent(ind *archive.Node, otherwise int) int {
	if ind == nil {
		return otherwise
	}
	left := ind.Attr("left")
	if left == "" {
		left = ind.Attr("start") // in the strict form
	}
	if left == "" {
		return otherwise
	}
	return max(atoi(left, 0)-atoi(ind.Attr("hanging"), 0)+atoi(ind.Attr("firstLine"), 0), 0) / 120
}
