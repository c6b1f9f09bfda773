package documents

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// line is one line of the source.
type line struct {
	start, end int    // byte offsets, without the line end
	indent     int    // columns before the first character
	text       string // without white space at either side
}

func (l line) blank() bool { return l.text == "" }

// splitLines cuts the source at LF and CR LF.
func splitLines(source string) []line {
	var lines []line
	for start := 0; start < len(source); {
		end := len(source)
		if n := strings.IndexByte(source[start:], '\n'); n >= 0 {
			end = start + n
		}
		raw := source[start:end]
		text := strings.TrimFunc(raw, blank)
		lines = append(lines, line{start, start + len(raw), columns(raw), text})
		start = end + 1
	}
	return lines
}

// blank is white space and the byte order mark.
func blank(r rune) bool { return unicode.IsSpace(r) || r == '\uFEFF' }

// columns counts the indentation as CommonMark does. The wide space with which
// Chinese paragraphs begin is no indentation.
func columns(raw string) int {
	n := 0
	for _, c := range raw {
		switch c {
		case ' ':
			n++
		case '\t':
			n += 4 - n%4
		case '\u3000', '\uFEFF':
		default:
			return n
		}
	}
	return n
}

var (
	headingLine   = regexp.MustCompile(`^(#{1,6})(?:\s+(.*?))?(?:\s+#+)?$`)
	ruleLine      = regexp.MustCompile(`^(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})$`)
	underline     = regexp.MustCompile(`^(?:=+|-+)$`)
	fenceLine     = regexp.MustCompile("^(?:`{3,}|~{3,})")
	tableRuleLine = regexp.MustCompile(`^\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?$`)
	quoteMarks    = regexp.MustCompile(`^(?:>\s*)+`)
	itemLine      = regexp.MustCompile(`^(?:[-*+•·–]\s|[(（][0-9A-Za-z一二三四五六七八九十]{1,4}[)）]|[a-z]{1,4}\)\s)`)
	strongText    = regexp.MustCompile(`\*\*([^\s*](?:[^*]*[^\s*])?)\*\*|__([^\s_](?:[^_]*[^\s_])?)__`)
)

// plain takes the marks of strong text away; all other marks are text.
func plain(s string) string { return strongText.ReplaceAllString(s, "$1$2") }

// The ways in which a number can begin a line. Figures alone need a mark
// behind them ("10."), so that "10 per cent" at the start of a line is text;
// headings are numbered more freely ("A.", "IV", "10 Money").
var (
	lineNumbers = ways(
		`\d{1,3}(?:[.．]\d{1,3}){1,5}[A-Za-z]?`, `[.)．）、:：]?_+|[.)．）、:：]|$`,
		`\d{1,3}[A-Z]?`, `[.．]_+|[.．]$|[)）、．]_*`,
		`[A-Z]\d{1,3}|[A-Z](?:\.\d{1,3}){1,5}`, `[.):]_+|[.):]$`,
		`[一二三四五六七八九十]{1,3}`, `、_*`,
		`第(?:\d{1,3}|[一二三四五六七八九十]{1,3})[条章节段款项篇]`, `[：、]_*|_+|$`,
		`(?i:annex|appendix|article|chapter|paragraph|part|schedule|section)_+(?:\d{1,3}|[IVXLC]+|[A-Z])`, `_*[.:–—-](?:_+|$)|$`,
		// "1.必须" and "4.3本战略" have no space; "2.5万" is an amount.
		`\d{1,3}`, `[.．](?:\p{Han})`,
		`\d{1,3}(?:[.．]\d{1,3}){1,5}`, `[^万亿倍\P{Han}]`,
	)
	headingNumbers = append(ways(
		`\d{1,3}|[IVX]{1,5}|[A-Z]`, `[.):]_*|_+[–—-]_+`,
		`\d{1,3}|[IVX]{2,5}`, `_+`,
	), lineNumbers...)
)

// ways compiles pairs of a number and what must stand behind it, "_" being
// any space.
func ways(pairs ...string) []*regexp.Regexp {
	var out []*regexp.Regexp
	for i := 0; i+1 < len(pairs); i += 2 {
		way := "^(" + pairs[i] + ")(?:" + pairs[i+1] + ")"
		out = append(out, regexp.MustCompile(strings.ReplaceAll(way, "_", `[\s\p{Z}]`)))
	}
	return out
}

// splitNumber takes the number off a line of text, if it begins with one. A
// figure right behind the mark means a date or an amount ("22.6.2009").
func splitNumber(text string, ways []*regexp.Regexp) (number, rest string) {
	for _, way := range ways {
		m := way.FindStringSubmatchIndex(text)
		if m == nil {
			continue
		}
		number, mark, rest := text[:m[3]], text[m[3]:m[1]], text[m[1]:]
		last, size := utf8.DecodeLastRuneInString(mark)
		if unicode.Is(unicode.Han, last) { // it belongs to the text
			rest = text[m[1]-size:]
		}
		after, _ := utf8.DecodeRuneInString(rest)
		if unicode.IsDigit(after) && mark != "" && !unicode.IsSpace(last) {
			continue
		}
		return number, rest
	}
	return "", text
}
