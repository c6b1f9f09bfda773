package pictures

import (
	"fmt"
	"html/template"
	"strings"
)

// fileWidth is the width of a figure in a file of its own, in pixels.
const fileWidth = 720

// File is the figure as an SVG file: with its title, its legend and its marks,
// on white, at a fixed width, so that it can be put into a document.
func (f Figure) File() []byte {
	c := &canvas{id: f.ID, rtl: f.rtl}
	y := c.paragraph(0, 28, 20, 62, f.Title) + 10
	for _, k := range f.Legend {
		x := 0
		if f.rtl {
			x = fileWidth - 24
		}
		fmt.Fprintf(&c.b, `<g transform="translate(%d %s)">%s</g>`, x, num(y), k.SVG)
		c.text(4.5, y+13, "start", 16, clip(k.Label, 80))
		y += 24
	}
	fmt.Fprintf(&c.b, `<g transform="translate(0 %s)">%s</g>`, num(y), strings.Replace(string(f.SVG), `width="100%"`, fmt.Sprintf(`width="%d"`, fileWidth), 1))
	y += f.height
	for _, m := range f.Marks {
		y += 22
		c.text(0, y, "start", 16, m.Letter)
		c.text(4.5, y, "start", 16, clip(m.Label, 80))
	}
	height := num(y + 12)
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%s" viewBox="0 0 %d %s" direction="%s" font-family="%s"><title>%s</title><rect width="100%%" height="100%%" fill="%s"/>%s</svg>`,
		fileWidth, height, fileWidth, height, direction(f.rtl), fonts, template.HTMLEscapeString(f.Title), paper, c.b.String())
}
