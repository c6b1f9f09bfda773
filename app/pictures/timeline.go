package pictures

// Timeline are stretches of days, all to one scale, with days marked on them of
// which one can wait for another.
type Timeline struct {
	ID, Title, Summary string
	RTL                bool
	First, Last        string   // days, in words
	Days               int      // from the first to the last
	Parts              []string // what the parts of a stretch are: as it was agreed, and what was added
	Rows               []Stretch
	Waits              [][2]int // marks by their place over all rows: the first waits for the second
	Table              Table
}

// Stretch is from one day until another, or, once it was moved, until a later one.
type Stretch struct {
	Label, Note        string
	From, Until, Moved int // days from the first
	Marks              []Mark
}

// Draw makes the figure. Marks without a letter are named in their order.
func (in Timeline) Draw() Figure {
	c := newCanvas(in.ID, in.RTL)
	step := 99.6 / float64(max(in.Days, 1))
	at := func(day int) float64 { return 0.2 + float64(min(max(day, 0), max(in.Days, 1)))*step }
	var marks []Mark
	var spots [][2]float64
	y := 0.0
	for _, r := range in.Rows {
		c.text(0, y+labelHeight-5, "start", 16, clip(r.Label, labelLetters))
		c.text(0, y+labelHeight+noteHeight-5, "start", 14, clip(r.Note, labelLetters+8))
		top := y + labelHeight + noteHeight
		c.line(0.2, top+barHeight, 99.8, top+barHeight, true)
		c.rect(at(r.From), top, max(at(r.Until)-at(r.From), 0.4), barHeight, Solid)
		if r.Moved > r.Until {
			c.rect(at(r.Until), top, at(r.Moved)-at(r.Until), barHeight, Striped)
		}
		lines, deepest := Course{Marks: r.Marks}.tiers(step)
		for i, m := range r.Marks {
			if m.Letter == "" {
				m.Letter = letter(len(marks))
			}
			foot := top + barHeight + float64((lines[i]+1)*markHeight)
			c.line(at(m.Day), top, at(m.Day), foot-markHeight+3, false)
			c.text(min(max(at(m.Day), 1.5), 98.5), foot, "middle", 14, m.Letter)
			marks, spots = append(marks, m), append(spots, [2]float64{at(m.Day), top + barHeight/2})
		}
		if y = top + barHeight + barGap; len(r.Marks) > 0 {
			y += float64((deepest + 1) * markHeight)
		}
	}
	for _, w := range in.Waits {
		from, to := spots[w[1]], spots[w[0]]
		c.line(from[0], from[1], to[0], to[1], true)
	}
	c.text(0, y+10, "start", 14, in.First)
	c.text(100, y+10, "end", 14, in.Last)
	c.height = y + 16
	f := c.figure(in.Title, in.Summary, in.Table)
	f.Legend, f.Marks = legend(in.ID, in.Parts), marks
	return f
}
