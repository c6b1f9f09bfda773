package documents

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"jahorina/app/archive"
	"jahorina/workflows/strategy"
)

// A page of a scan has at most a stamp.
const fewLetters = 15 // a page

// layOut makes paragraphs and headings of lines on pages. A PDF knows neither:
// sizes and distances tell.
func layOut(pages [][]printed) (*paper, error) {
	p := newPaper()
	p.notice("pdf")
	letters, empty := 0, 0
	for _, page := range pages {
		n := 0
		for _, l := range page {
			n += utf8.RuneCountInString(l.text)
		}
		if letters += n; n == 0 {
			empty++
		}
	}
	if letters <= fewLetters*len(pages) {
		return nil, archive.Unread("document_scan")
	}
	for range empty {
		p.notice("empty_pages")
	}
	pages = p.withoutRunning(pages)
	hyphenated := spelled(pages)
	ranks := headingSizes(pages)
	var before *printed
	step := commonStep(pages)
	for _, page := range pages {
		for i := range page {
			l := &page[i]
			p.printedLine(before, l, i == 0, ranks, step)
			before = l
			if p.full() {
				return p, nil
			}
		}
	}
	for _, b := range p.r.blocks {
		text := p.unbroken(b.text.String(), hyphenated)
		b.text.Reset()
		b.text.WriteString(text)
	}
	return p, nil
}

// printedLine places a line after the one before it.
func (p *paper) printedLine(before, l *printed, top bool, ranks []float64, step float64) {
	text := clean(l.text)
	if depth := slices.Index(ranks, l.size) + 1; depth > 0 && utf8.RuneCountInString(text) < maxTitle {
		last := p.r.last()
		if before != nil && before.size == l.size && last != nil && last.Kind == strategy.KindSection && before.bottom-l.top < 2*l.size {
			last.Heading += joint(last.Heading, text) + text
			return
		}
		p.put(piece{depth: min(depth, 6), text: text})
		return
	}
	switch {
	case before == nil:
		p.r.gap = true
	case top: // a sentence can go on over the page
		p.r.gap = p.r.gap || strategy.EndsSentence(before.text)
	case before.size != l.size || before.bottom-l.top > 1.35*step || before.bottom < l.top-step:
		p.r.gap = true
	}
	p.r.prose(line{text: text})
}

// withoutRunning takes away what stands at the head or foot of most pages but
// for its number.
func (p *paper) withoutRunning(pages [][]printed) [][]printed {
	const edge = 2 // lines
	seen := map[string]int{}
	at := func(page []printed, i int) bool { return i < edge || i >= len(page)-edge }
	form := func(l printed) string { return figures.ReplaceAllString(l.text, "#") }
	for _, page := range pages {
		once := map[string]bool{}
		for i, l := range page {
			if f := form(l); at(page, i) && !once[f] {
				once[f] = true
				seen[f]++
			}
		}
	}
	out := make([][]printed, len(pages))
	for n, page := range pages {
		for i, l := range page {
			if f := form(l); at(page, i) && len(pages) > 1 && seen[f]*2 > len(pages) && seen[f] > 1 && runs(f, len(pages)) {
				p.notice("running")
				continue
			}
			out[n] = append(out[n], l)
		}
	}
	return out
}

// runs: on few pages, a paragraph could begin like another; only page numbers
// are plain then.
func runs(form string, pages int) bool {
	return pages > 2 || strings.Trim(form, "#/-–— .|") == "" || !strings.HasPrefix(form, "#")
}

var figures = regexp.MustCompile(`\d+`)

// headingSizes are the sizes larger than that of the text, the largest first.
func headingSizes(pages [][]printed) []float64 {
	counts := map[float64]int{}
	for _, page := range pages {
		for _, l := range page {
			counts[l.size] += utf8.RuneCountInString(l.text)
		}
	}
	body := commonest(counts)
	var out []float64
	for size := range counts {
		if size > 1.1*body {
			out = append(out, size)
		}
	}
	slices.Sort(out)
	slices.Reverse(out)
	return out
}

// commonStep is the distance from a line to the next within a paragraph: the
// smallest that is found often.
func commonStep(pages [][]printed) float64 {
	counts, most := map[float64]int{}, 0
	for _, page := range pages {
		for i := 1; i < len(page); i++ {
			if d := page[i-1].bottom - page[i].top; d > 4 && d < 60 {
				d = float64(int(d + 0.5))
				counts[d]++
				most = max(most, counts[d])
			}
		}
	}
	step := 60.0
	for d, n := range counts {
		if n*3 >= most {
			step = min(step, d)
		}
	}
	return step
}

var compound = regexp.MustCompile(`\pL+-\pL+`)

// spelled are the words that are written with a hyphen within a line.
func spelled(pages [][]printed) map[string]bool {
	out := map[string]bool{}
	for _, page := range pages {
		for _, l := range page {
			for _, w := range compound.FindAllString(l.text, -1) {
				out[strings.ToLower(w)] = true
			}
		}
	}
	return out
}

// unbroken joins the lines of a text but for the items of a list.
func (p *paper) unbroken(text string, hyphenated map[string]bool) string {
	lines := strings.Split(text, "\n")
	var s strings.Builder
	for i, l := range lines {
		next := ""
		if i+1 < len(lines) {
			next = lines[i+1]
		}
		switch {
		case next == "":
		case itemLine.MatchString(next):
			l += "\n"
		case endsBroken.MatchString(l) && unicode.IsLower(firstRune(next)):
			l += "\u00AD"
		default:
			l += joint(l, next)
		}
		s.WriteString(l)
	}
	whole := broken.ReplaceAllStringFunc(s.String(), func(word string) string {
		head, tail, _ := strings.Cut(word, "-\u00AD")
		if hyphenated[strings.ToLower(head+"-"+tail)] {
			return head + "-" + tail
		}
		p.notice("hyphens")
		return head + tail
	})
	return strings.ReplaceAll(whole, "\u00AD", "")
}

var (
	endsBroken = regexp.MustCompile(`\pL-$`)
	broken     = regexp.MustCompile(`\pL+-\x{AD}\p{Ll}+`)
)

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// joint is what stands between two lines that are joined: Chinese and Japanese
// have no spaces.
func joint(before, after string) string {
	last, _ := utf8.DecodeLastRuneInString(before)
	if wide(last) && wide(firstRune(after)) {
		return ""
	}
	return " "
}

func wide(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r >= 0x3000 && r < 0x3040 || r >= 0xFF00 && r < 0xFFF0
}
