package strategy

import (
	"strings"
	"unicode/utf8"

	"github.com/aymanbagabas/go-udiff/lcs"
)

// Op says what became of a piece of text.
type Op string

// What can become of a piece of text.
const (
	OpEqual  Op = "equal"
	OpInsert Op = "insert"
	OpDelete Op = "delete"
)

// Span is a piece of a redline.
type Span struct {
	Op   Op     `json:"op"`
	Text string `json:"text"`
}

// Redline compares two texts word by word, or character by character in
// scripts without spaces. The equal and deleted spans together are the old
// text, the equal and inserted ones the new text, byte for byte. Matches too
// small to be read between two changes are shown as part of the change. The
// time grows with the length of the texts, not with its square: where long
// texts have next to nothing in common the search ends early and they come out
// as replaced.
func Redline(old, next string) []Span {
	c := comparison{a: words(old), b: words(next)}
	c.compare(lcs.Diff{End: len(c.a), ReplEnd: len(c.b)})
	return c.spans(c.merged())
}

// comparison gathers the edits that lead from a to b.
type comparison struct {
	a, b  []string
	edits []lcs.Diff
}

func words(s string) []string {
	tokens := tokenise(s)
	texts := make([]string, len(tokens))
	for i, t := range tokens {
		texts[i] = t.text
	}
	return texts
}

// exactUpTo is the number of differences up to which the library finds the
// best match. Beyond it, it works inwards from both ends and stops.
const exactUpTo = 100

// compare adds the edits between what d spans in a and in b. What the library
// left unsearched in the middle is compared again for as long as it keeps
// getting smaller.
func (c *comparison) compare(d lcs.Diff) {
	for _, e := range lcs.DiffLines(c.a[d.Start:d.End], c.b[d.ReplStart:d.ReplEnd]) {
		e = lcs.Diff{Start: d.Start + e.Start, End: d.Start + e.End, ReplStart: d.ReplStart + e.ReplStart, ReplEnd: d.ReplStart + e.ReplEnd}
		if length(e) > exactUpTo && length(d)-length(e) >= exactUpTo {
			c.compare(e)
			continue
		}
		c.edits = append(c.edits, e)
	}
}

func length(d lcs.Diff) int { return d.End - d.Start + d.ReplEnd - d.ReplStart }

// merged returns the edits, neighbours joined where the match between them is
// no larger than either: "confetti" that no one can read.
func (c *comparison) merged() []lcs.Diff {
	a, b := weights(c.a), weights(c.b)
	size := func(d lcs.Diff) int { return max(a[d.End]-a[d.Start], b[d.ReplEnd]-b[d.ReplStart]) }
	var merged []lcs.Diff
	for _, d := range c.edits {
		merged = append(merged, d)
		for n := len(merged); n > 1; n = len(merged) {
			x, y := merged[n-2], merged[n-1]
			if a[y.Start]-a[x.End] > min(size(x), size(y)) {
				break
			}
			merged = append(merged[:n-2], lcs.Diff{Start: x.Start, End: y.End, ReplStart: x.ReplStart, ReplEnd: y.ReplEnd})
		}
	}
	return merged
}

// weights returns how many characters stand before each word and at the end;
// white space counts nothing.
func weights(words []string) []int {
	sums := make([]int, len(words)+1)
	for i, w := range words {
		sums[i+1] = sums[i]
		if strings.TrimSpace(w) != "" {
			sums[i+1] += utf8.RuneCountInString(w)
		}
	}
	return sums
}

// spans writes the edits out, deleted text before the text put in its place.
func (c *comparison) spans(edits []lcs.Diff) []Span {
	var out []Span
	add := func(op Op, words []string) {
		if text := strings.Join(words, ""); text != "" {
			out = append(out, Span{op, text})
		}
	}
	at := 0
	for _, d := range edits {
		add(OpEqual, c.a[at:d.Start])
		add(OpDelete, c.a[d.Start:d.End])
		add(OpInsert, c.b[d.ReplStart:d.ReplEnd])
		at = d.End
	}
	add(OpEqual, c.a[at:])
	return out
}
