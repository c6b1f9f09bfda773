package documents

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/klippa-app/go-pdfium/responses"
)

// printed is a line of a page as it lies there; lengths in points.
type printed struct {
	text   string
	top    float64 // where its letters stand
	bottom float64 // the same of its last part, where a hyphen breaks it
	size   float64 // of most of its letters
}

// glyph is a character and where it lies.
type glyph struct {
	text        string
	left, right float64
}

// printedLines puts the characters of a page together.
func printedLines(chars []*responses.GetPageTextStructuredChar) []printed {
	var lines []printed
	var line []*responses.GetPageTextStructuredChar
	end := func() {
		if l := printedLine(line); l.text != "" {
			lines = append(lines, l)
		}
		line = nil
	}
	for _, c := range chars {
		if c.Text == "\n" || c.Text == "\r" {
			end()
			continue
		}
		line = append(line, c)
	}
	end()
	return lines
}

func printedLine(chars []*responses.GetPageTextStructuredChar) printed {
	var l printed
	var words []string
	var word []glyph
	end := func() {
		if s := joined(word); s != "" {
			words = append(words, s)
		}
		word = nil
	}
	sizes := map[float64]int{}
	stands := 0.0
	for _, c := range chars {
		t := strings.ToValidUTF8(c.Text, "\uFFFD")
		if t == "" || t == "\x00" {
			continue
		}
		if strings.TrimSpace(t) == "" {
			end()
			continue
		}
		at := c.PointPosition
		word = append(word, glyph{t, at.Left, at.Right})
		stands = max(stands, at.Bottom) // that of a letter that does not reach below the line
		if isBreak(t) {
			l.bottom, stands = stands, 0
			if l.top == 0 {
				l.top = l.bottom
			}
		}
		if c.FontInformation != nil {
			sizes[float64(int(c.FontInformation.Size*2+0.5))/2]++
		}
	}
	end()
	if stands > 0 {
		l.bottom = stands
	}
	if l.top == 0 {
		l.top = l.bottom
	}
	l.size = commonest(sizes)
	l.text = strings.Join(words, " ")
	if unicode.In(firstLetter(l.text), unicode.Arabic, unicode.Hebrew) {
		l.text = mirrored(l.text)
	}
	return l
}

func commonest(counts map[float64]int) float64 {
	best, most := 0.0, 0
	for v, n := range counts {
		if n > most || n == most && v > best {
			best, most = v, n
		}
	}
	return best
}

func firstLetter(s string) rune {
	for _, r := range s {
		if unicode.IsLetter(r) {
			return r
		}
	}
	return 0
}

// joined is a word. Where letters run from right to left, some writers lay them
// down from the left: then where they lie tells how they are read.
func joined(word []glyph) string {
	rtl := false
	for _, g := range word {
		r := []rune(g.text)[0]
		rtl = rtl || unicode.In(r, unicode.Arabic, unicode.Hebrew) && unicode.IsLetter(r)
	}
	if rtl {
		slices.SortStableFunc(word, func(a, b glyph) int { return cmp.Compare(b.left+b.right, a.left+a.right) })
		lamFirst(word)
		figuresFromLeft(word)
	}
	var s strings.Builder
	for _, g := range word {
		if isBreak(g.text) {
			g.text = "-\u00AD"
		}
		s.WriteString(g.text)
	}
	return s.String()
}

// isBreak: how PDFium gives the hyphen at the end of a line, which it joins to
// the next.
func isBreak(s string) bool { return s == "\x02" || s == "\uFFFE" || s == "\u00AD" }

// lamFirst: lam and alef are one shape, whose halves come in either order.
func lamFirst(word []glyph) {
	for i := 0; i+1 < len(word); i++ {
		a, b := word[i], word[i+1]
		half := near(a.left, b.right) && near(a.right-a.left, b.right-b.left)
		if half && strings.Contains("اأإآ", a.text) && b.text == "ل" {
			word[i], word[i+1] = b, a
		}
	}
}

func near(a, b float64) bool { return a-b < 0.15 && b-a < 0.15 }

// figuresFromLeft: numbers and Latin words run from the left within the others.
func figuresFromLeft(word []glyph) {
	for i := 0; i < len(word); {
		j := i
		for j < len(word) && fromLeft(word[j].text) {
			j++
		}
		slices.Reverse(word[i:j])
		i = max(j, i+1)
	}
}

func fromLeft(s string) bool {
	r := []rune(s)[0]
	return unicode.IsDigit(r) || unicode.IsLetter(r) && !unicode.In(r, unicode.Arabic, unicode.Hebrew)
}

// mirrored turns brackets round where they close before they open.
func mirrored(s string) string {
	opens, shuts := strings.IndexByte(s, '('), strings.IndexByte(s, ')')
	if shuts < 0 || opens >= 0 && opens < shuts {
		return s
	}
	s = strings.NewReplacer("(", ")", ")", "(").Replace(s)
	return strings.ReplaceAll(s, "( ", " (")
}
