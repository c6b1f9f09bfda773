// Package pictures draws figures as SVG: bars, a course over days, a strip of
// heat. It knows no workflow and no language: it is given numbers and the words
// to write beside them. A figure is as wide as its place and keeps its letters
// at one size, so that it can be read on a telephone; it has no style of its
// own, so that the strictest content security policy lets it through; and it
// tells nothing that its table does not tell as well.
//
// No library draws the figures: those we know write inline styles, scripts or
// letters turned to outlines, and none writes from right to left.
package pictures

import (
	"fmt"
	"html/template"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/width"
)

// Figure is a picture with the table behind it. Title and Summary are
// sentences; Summary says what the picture shows to those who don't see it.
type Figure struct {
	ID      string // unique on its page, a valid XML name
	Title   string
	Summary string
	Legend  []Key
	Marks   []Mark // of a course, in words
	SVG     template.HTML
	Table   Table

	height float64 // of the SVG, in pixels
	rtl    bool
}

// Key explains one fill.
type Key struct {
	Fill  Fill
	Label string
	SVG   template.HTML // a sample of the fill
}

// Table is what a picture shows, in numbers. The first cell of a row is its
// heading.
type Table struct {
	Head []string
	Rows [][]Cell
}

// Cell is one value of a table. Href leads to what it counts, or is empty. Plain
// is the value as a program reads it (digits 0 to 9, days as YYYY-MM-DD), empty
// where that is the text.
type Cell struct {
	Text, Href, Plain string
	Number            bool
}

// Fill tells parts of a bar apart by shade and by pattern: colour alone is
// never the difference.
type Fill int

// The fills, from the strongest to nothing.
const (
	Solid Fill = iota
	Striped
	Dotted
	Pale
	Empty
	Crossed
)

// fills is how many there are; more parts than fills begin anew.
const fills = int(Crossed) + 1

// colours of ink and paper in every figure.
const (
	ink   = "#1d4f7c"
	pale  = "#c8dceb"
	line  = "#505a5f"
	text  = "#0b0c0c"
	paper = "#ffffff"
)

// canvas collects the elements of one figure. Horizontal places are per cent of
// the width, from the side where reading starts; vertical ones are pixels.
type canvas struct {
	b      strings.Builder
	id     string
	rtl    bool
	height float64
}

func newCanvas(id string, rtl bool) *canvas { return &canvas{id: id, rtl: rtl} }

// left is the left edge of something that starts at and is as wide as given.
func (c *canvas) left(start, width float64) float64 {
	if c.rtl {
		return 100 - start - width
	}
	return start
}

// rect draws a box. The class of its fill lets a style sheet give it the system's
// colours where those are forced.
func (c *canvas) rect(start, y, width, height float64, fill Fill) {
	class := map[Fill]string{Solid: ` class="app-ink"`, Pale: ` class="app-pale"`, Empty: ` class="app-paper"`}[fill]
	fmt.Fprintf(&c.b, `<rect%s x="%s%%" y="%s" width="%s%%" height="%s" fill="%s" stroke="%s"/>`,
		class, num(c.left(start, width)), num(y), num(width), num(height), c.paint(fill), ink)
}

// shade draws a box with letters on it.
func (c *canvas) shade(start, y, width, height float64, colour string) {
	fmt.Fprintf(&c.b, `<rect class="app-paper" x="%s%%" y="%s" width="%s%%" height="%s" fill="%s" stroke="%s"/>`,
		num(c.left(start, width)), num(y), num(width), num(height), colour, line)
}

// gap draws a box for something that is there and whose size is not told.
func (c *canvas) gap(start, y, width, height float64) {
	fmt.Fprintf(&c.b, `<rect x="%s%%" y="%s" width="%s%%" height="%s" fill="none" stroke="%s" stroke-dasharray="4 3"/>`,
		num(c.left(start, width)), num(y), num(width), num(height), line)
}

func (c *canvas) line(start, y1, end, y2 float64, dashed bool) {
	dash := ""
	if dashed {
		dash = ` stroke-dasharray="4 3"`
	}
	fmt.Fprintf(&c.b, `<line x1="%s%%" y1="%s" x2="%s%%" y2="%s" stroke="%s"%s/>`,
		num(c.left(start, 0)), num(y1), num(c.left(end, 0)), num(y2), line, dash)
}

// text writes words at a place: anchor is start, middle or end, as the language
// reads.
func (c *canvas) text(start, y float64, anchor string, size int, words string) {
	c.write(start, y, anchor, size, words, opposite(words, c.rtl))
}

// paragraph writes words whole, in lines of their own, from a place downwards, and
// returns the place below them. Each line runs as the whole does, whatever it
// begins with.
func (c *canvas) paragraph(y float64, height, size, letters int, words string) float64 {
	turned := opposite(words, c.rtl)
	for _, l := range wrap(words, letters) {
		y += float64(height)
		c.write(0, y-5, "start", size, l, turned)
	}
	return y
}

func (c *canvas) write(start, y float64, anchor string, size int, words string, turned bool) {
	if turned { // isolated: punctuation stays on the words' own side (UAX #9)
		isolate := "\u2067"
		if c.rtl {
			isolate = "\u2066"
		}
		words = isolate + words + "\u2069"
	}
	fmt.Fprintf(&c.b, `<text x="%s%%" y="%s" text-anchor="%s" font-size="%d" fill="%s">%s</text>`,
		num(c.left(start, 0)), num(y), anchor, size, text, template.HTMLEscapeString(words))
}

// opposite says whether the words begin in a script of the other direction.
func opposite(words string, rtl bool) bool {
	for _, r := range words {
		p, _ := bidi.LookupString(string(r))
		switch p.Class() {
		case bidi.L:
			return rtl
		case bidi.R, bidi.AL:
			return !rtl
		}
	}
	return false
}

func (c *canvas) paint(fill Fill) string {
	switch fill {
	case Solid:
		return ink
	case Pale:
		return pale
	case Empty:
		return paper
	}
	return fmt.Sprintf("url(#%s-%d)", c.id, fill)
}

// figure closes the drawing. Said aloud it is its summary.
func (c *canvas) figure(title, summary string, table Table) Figure {
	head := fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="%s-title" class="app-figure__picture" width="100%%" height="%s" direction="%s" font-family="%s"><title id="%s-title">%s</title>`,
		c.id, num(c.height), direction(c.rtl), fonts, c.id, template.HTMLEscapeString(summary))
	return Figure{
		ID: c.id, Title: title, Summary: summary, Table: table, height: c.height, rtl: c.rtl,
		SVG: template.HTML(head + c.patterns() + c.b.String() + `</svg>`), // every word in it is escaped above
	}
}

const fonts = "system-ui, sans-serif"

func direction(rtl bool) string {
	if rtl {
		return "rtl"
	}
	return "ltr"
}

// patterns defines the fills in use.
func (c *canvas) patterns() string {
	drawn := c.b.String()
	var b strings.Builder
	for fill, inside := range map[Fill]string{
		Striped: `<path d="M0 8L8 0" stroke="` + ink + `" stroke-width="2.5"/>`,
		Dotted:  `<circle cx="4" cy="4" r="1.8" fill="` + ink + `"/>`,
		Crossed: `<path d="M0 0L8 8M0 8L8 0" stroke="` + ink + `"/>`,
	} {
		if !strings.Contains(drawn, c.paint(fill)) {
			continue
		}
		fmt.Fprintf(&b, `<pattern id="%s-%d" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" fill="%s"/>%s</pattern>`, c.id, fill, paper, inside)
	}
	if b.Len() == 0 {
		return ""
	}
	return "<defs>" + b.String() + "</defs>"
}

// num writes a number as short as it can be without being seen to differ.
func num(v float64) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.2f", v), "0"), ".")
}

// letterWidth is how much room a letter takes in a usual face, in tenths of its
// size. Lower case Latin and Arabic letters take 5 in the mean.
func letterWidth(r rune) int {
	k := width.LookupRune(r).Kind()
	switch {
	case k == width.EastAsianWide || k == width.EastAsianFullwidth:
		return 10
	case strings.ContainsRune("mwMWМШЩЖЮФЫмшщжюфы", r):
		return 9
	case unicode.IsUpper(r):
		return 7
	case unicode.Is(unicode.Cyrillic, r):
		return 6
	}
	return usualLetter
}

const usualLetter = 5

// wrap divides words into lines, between words or, where one is longer than a line
// or the script sets no spaces, between letters. There is one line at least, and a
// line holds as many usual letters as are given.
func wrap(s string, letters int) []string {
	var lines []string
	whole := letters * usualLetter
	line, room := "", whole
	for _, word := range strings.Fields(s) {
		wide := 0
		for _, r := range word {
			wide += letterWidth(r)
		}
		if line != "" && wide+usualLetter <= room {
			line, room = line+" "+word, room-wide-usualLetter
			continue
		}
		if line != "" {
			lines, line, room = append(lines, line), "", whole
		}
		for _, r := range word {
			if w := letterWidth(r); w > room {
				lines, line, room = append(lines, line), "", whole
			}
			line, room = line+string(r), room-letterWidth(r)
		}
	}
	return append(lines, line)
}

// clip shortens what would run out of the figure; the table has it whole.
func clip(s string, letters int) string {
	room, fits := letters*usualLetter, 0
	for i, r := range s {
		room -= letterWidth(r)
		if room < 0 {
			return s[:fits] + "…"
		}
		if room >= usualLetter {
			fits = i + utf8.RuneLen(r)
		}
	}
	return s
}

// legend gives each label its fill and a sample of it.
func legend(id string, labels []string) []Key {
	keys := make([]Key, len(labels))
	for i, l := range labels {
		c := newCanvas(fmt.Sprintf("%s-key-%d", id, i), false)
		fill := Fill(i % fills)
		c.rect(5, 1, 90, 14, fill)
		keys[i] = Key{Fill: fill, Label: l, SVG: template.HTML( // numbers only
			`<svg xmlns="http://www.w3.org/2000/svg" aria-hidden="true" width="24" height="16">` + c.patterns() + c.b.String() + `</svg>`)}
	}
	return keys
}
