package documents

import "jahorina/workflows/strategy"

// place tells the title from the sections, and every block its section and
// level. It finds the depth of headings as the count of their marks.
func place(blocks []strategy.Block) {
	setTitle(blocks)
	strategy.Arrange(blocks)
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
