package strategy

import "strings"

// Arrange tells every block its section and, by the depth of the headings, its
// level: sections right under the title are 1, text is one deeper than its
// section. What is placed already stays as it is.
func Arrange(blocks []Block) {
	top := 6
	for _, b := range blocks {
		if b.Kind == KindSection {
			top = min(top, b.Level)
		}
	}
	var within []Block // the sections at hand, from the outermost
	for i := range blocks {
		b := &blocks[i]
		if b.Kind == KindTitle {
			b.Level = 0
			continue
		}
		if b.Kind == KindSection {
			b.Level -= top - 1
			for len(within) > 0 && within[len(within)-1].Level >= b.Level {
				within = within[:len(within)-1]
			}
		}
		var section Block
		if len(within) > 0 {
			section = within[len(within)-1]
		}
		b.Section = section.Number
		if b.Section == "" {
			b.Section = section.Heading
		}
		if b.Kind == KindSection {
			within = append(within, *b)
			continue
		}
		deeper := strings.Count(b.Number, ".") - strings.Count(section.Number, ".") - 1
		b.Level = section.Level + 1 + max(deeper, 0)
	}
}
