package strategy

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// style is how one part of a number is written. The order is the order in
// which numbers of different styles are listed.
type style int

const (
	arabic style = iota
	roman
	letter
	han
	word
)

// part is one part of a number: "4" and "10" of "4.10", "A" of "Annex A".
type part struct {
	style   style
	value   int    // from 1; 0 for a word
	printed string // as written
}

// number is a provision's number taken apart.
type number struct {
	head  string // what is printed before the last part: "4." of "4.10", "Annex " of "Annex A"
	tail  string // what is printed after it: "条" of "第三条"
	parts []part
}

// series names one numbering: numbers in it differ in their last part only.
type series struct {
	head, tail string
	style      style
	kind       Kind
}

// Less orders numbers as a reader expects: "4.9" before "4.10", "4.4" before
// "4.4A" before "4.5", figures before Roman numbers before letters before
// words ("Annex A"). Single letters I, V and X count as Roman. Any string is
// accepted; equal numbers are ordered by how they are written.
func Less(a, b string) bool {
	x, y := parseNumber(a), parseNumber(b)
	c := slices.CompareFunc(x.parts, y.parts, func(p, q part) int {
		if p.style == word && q.style == word {
			return cmp.Compare(strings.ToLower(p.printed), strings.ToLower(q.printed))
		}
		return cmp.Or(cmp.Compare(p.style, q.style), cmp.Compare(p.value, q.value))
	})
	return cmp.Or(c, cmp.Compare(a, b)) < 0
}

// IsNext says whether b is printed as the number right after a in the same
// numbering: "4.10" after "4.9", "B" after "A".
func IsNext(a, b string) bool {
	x, y := parseNumber(a), parseNumber(b)
	if len(x.parts) == 0 || len(y.parts) == 0 {
		return false
	}
	return x.series("") == y.series("") && y.last().value == x.last().value+1
}

// parseNumber takes any string apart; what it does not know becomes a word.
func parseNumber(s string) number {
	s = strings.Trim(s, " \t\u3000()（）[]§.．:：、-–—")
	n := number{}
	end := 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		class := classOf(r)
		if class == nil {
			i += size
			continue
		}
		j := i + size
		for j < len(s) {
			r, size := utf8.DecodeRuneInString(s[j:])
			if !class(r) {
				break
			}
			j += size
		}
		p := readPart(s[i:j])
		if p.style == word && end > 0 && isHan(r) {
			i = j // the unit behind a Chinese number
			continue
		}
		n.parts, n.head, end = append(n.parts, p), s[:i], j
		i = j
	}
	n.tail = s[end:]
	return n
}

// classOf returns the test that the rest of a part beginning with r must pass.
func classOf(r rune) func(rune) bool {
	switch {
	case r >= '0' && r <= '9':
		return func(r rune) bool { return r >= '0' && r <= '9' }
	case strings.ContainsRune(hanDigits, r):
		return func(r rune) bool { return strings.ContainsRune(hanDigits, r) }
	case unicode.IsLetter(r) && isHan(r):
		return func(r rune) bool { return isHan(r) && !strings.ContainsRune(hanDigits, r) }
	case unicode.IsLetter(r):
		return func(r rune) bool { return unicode.IsLetter(r) && !isHan(r) }
	}
	return nil
}

func readPart(s string) part {
	if v, err := strconv.Atoi(s); err == nil && v >= 0 {
		return part{arabic, v, s}
	}
	if v := hanValue(s); v > 0 {
		return part{han, v, s}
	}
	if v := romanValue(s); v > 0 && (len(s) > 1 || strings.Contains("IVX", strings.ToUpper(s))) {
		return part{roman, v, s}
	}
	if len(s) == 1 {
		return part{letter, letterValue(s), s}
	}
	return part{word, 0, s}
}

func (n number) last() part { return n.parts[len(n.parts)-1] }

// series returns the numbering that n is in. Sections and paragraphs with
// plain numbers are numbered apart; "4.1" is one numbering wherever it stands.
func (n number) series(kind Kind) series {
	s := series{n.head, n.tail, n.last().style, ""}
	if n.head == "" {
		s.kind = kind
	}
	return s
}

// inContext reads a single "I", "V" or "X" as the letter it also is where
// letters have led up to it and no Roman numbers have.
func (n number) inContext(kind Kind, reached map[series]mark) number {
	last := n.last()
	if last.style != roman || len(last.printed) > 1 || reached[n.series(kind)].value > 0 {
		return n
	}
	parts := slices.Clone(n.parts)
	parts[len(parts)-1] = part{letter, letterValue(last.printed), last.printed}
	asLetter := number{n.head, n.tail, parts}
	if reached[asLetter.series(kind)].value == 0 {
		return n
	}
	return asLetter
}

// gapAfter returns what is missing between the mark and n.
func (n number) gapAfter(m mark) Gap {
	g := Gap{After: m.number, Before: n.print(n.last().printed), Count: n.last().value - m.value - 1}
	for v := m.value + 1; v < n.last().value && len(g.Missing) < maxMissing; v++ {
		g.Missing = append(g.Missing, n.print(n.last().write(v)))
	}
	return g
}

func (n number) print(last string) string { return n.head + last + n.tail }

// write writes v as p is written.
func (p part) write(v int) string {
	s := strconv.Itoa(v)
	switch p.style {
	case roman:
		s = writeRoman(v)
	case letter:
		s = string(rune('A' + v - 1))
	case han:
		s = writeHan(v)
	}
	if p.printed == strings.ToLower(p.printed) {
		return strings.ToLower(s)
	}
	return s
}

// letterValue is the place of a Latin letter in the alphabet, 0 for others.
func letterValue(s string) int {
	if c := s[0] | 0x20; c >= 'a' && c <= 'z' {
		return int(c-'a') + 1
	}
	return 0
}
