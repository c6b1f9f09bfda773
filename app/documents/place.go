package documents

import (
	"strings"

	"jahorina/workflows/strategy"
)

// place tells the title from the sections, and every block its section and
// level. It finds the depth of headings as the count of their marks.
func place(blocks []strategy.Block) {
	setTitle(blocks)
	top := 6
	for _, b := range blocks {
		if b.Kind == strategy.KindSection {
			top = min(top, b.Level)
		}
	}
	var within []strategy.Block // the sections at hand, from the outermost
	for i := range blocks {
		b := &blocks[i]
		if b.Kind == strategy.KindTitle {
			b.Level = 0
			continue
		}
		if b.Kind == strategy.KindSection {
			b.Level -= top - 1
			for len(within) > 0 && within[len(within)-1].Level >= b.Level {
				within = within[:len(within)-1]
			}
		}
		var section strategy.Block
		if len(within) > 0 {
			section = within[len(within)-1]
		}
		b.Section = section.Number
		if b.Section == "" {
			b.Section = section.Heading
		}
		if b.Kind == strategy.KindSection {
			within = append(within, *b)
			continue
		}
		deeper := strings.Count(b.Number, ".") - strings.Count(section.Number, ".") - 1
		b.Level = section.Level + 1 + max(deeper, 0)
	}
}

// setTitle makes the first heading the title if it alone has the least depth
// and no number.
func setTitle(blocks []strategy.Block) {
	var first *strategy.Block
	for i := range blocks {
		switch b := &blocks[i]; {
		case b.Kind != strategy.KindSection:
		case first == nil && (b.Level > 1 || b.Number != ""):
			return
		case first == nil:
			first = b
		case b.Level == 1:
			return
		}
	}
	if first != nil {
		first.Kind = strategy.KindTitle
	}
}
