package pictures

// Heat is a strip of cells in the order of a document, the darker the more. The
// count stands in each, so that the shade only helps the eye.
type Heat struct {
	ID, Title, Summary string
	RTL                bool
	Cells              []HeatCell
	Table              Table
}

// HeatCell is one cell: its name, its count, and the count in words.
type HeatCell struct {
	Label, Text string
	Count       int
}

// heatColumns fit on the narrowest screen; heatHeight is in pixels.
const (
	heatColumns = 6
	heatHeight  = 46
)

// shades from nothing to the most; black letters can be read on each.
var shades = []string{paper, "#e1ecf4", pale, "#9fc3de", "#6fa5cb"}

// Draw makes the figure.
func (in Heat) Draw() Figure {
	c := newCanvas(in.ID, in.RTL)
	most := 1
	for _, cell := range in.Cells {
		most = max(most, cell.Count)
	}
	const width = 100.0 / heatColumns
	for i, cell := range in.Cells {
		x, y := float64(i%heatColumns)*width, float64(i/heatColumns)*heatHeight
		c.shade(x+0.2, y+1, width-0.4, heatHeight-4, shades[shadeOf(cell.Count, most)])
		c.text(x+width/2, y+18, "middle", 13, clip(cell.Label, 8))
		c.text(x+width/2, y+36, "middle", 15, cell.Text)
	}
	rows := (len(in.Cells) + heatColumns - 1) / heatColumns
	c.height = float64(max(rows, 1)) * heatHeight
	return c.figure(in.Title, in.Summary, in.Table)
}

// shadeOf divides what there is evenly; only nothing is white.
func shadeOf(n, most int) int {
	if n == 0 {
		return 0
	}
	return 1 + (n-1)*(len(shades)-1)/most
}
