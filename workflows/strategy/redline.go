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

// wholeTexts is up to how many pieces two texts are compared word by word from
// end to end; longer ones are lined up by sentences first, which is quicker
// and keeps apart what belongs to different sentences.
const wholeTexts = 2000

// Redline compares two texts word by word, or character by character in
// scripts without spaces. The equal and deleted spans together are the old
// text, the equal and inserted ones the new text, byte for byte. Matches too
// small to be read between two changes are shown as part of the change. The
// search for matches is bounded: texts that have next to nothing in common
// come out as replaced.
func Redline(old, next string) []Span {
	c := comparison{a: words(old), b: words(next)}
	if len(c.a)+len(c.b) <= wholeTexts {
		c.words(0, len(c.a), 0, len(c.b))
	} else {
		c.sentences()
	}
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

// libraryIsExact is the number of differences up to which the library finds
// the best match. Beyond it, it stops in the middle of the texts.
const libraryIsExact = 100

// compare calls edit for what differs, in order. What the library left
// unsearched in the middle of very different texts is compared once more until
// nothing more matches.
func compare(a, b []string, edit func(lcs.Diff)) {
	for _, d := range lcs.DiffLines(a, b) {
		inner, outer := d.End-d.Start+d.ReplEnd-d.ReplStart, len(a)+len(b)
		if inner <= libraryIsExact || inner == outer {
			edit(d)
			continue
		}
		compare(a[d.Start:d.End], b[d.ReplStart:d.ReplEnd], func(found lcs.Diff) {
			edit(lcs.Diff{Start: d.Start + found.Start, End: d.Start + found.End, ReplStart: d.ReplStart + found.ReplStart, ReplEnd: d.ReplStart + found.ReplEnd})
		})
	}
}

// words compares a[start:end] with b[replStart:replEnd].
func (c *comparison) words(start, end, replStart, replEnd int) {
	compare(c.a[start:end], c.b[replStart:replEnd], func(d lcs.Diff) {
		c.edits = append(c.edits, lcs.Diff{Start: start + d.Start, End: start + d.End, ReplStart: replStart + d.ReplStart, ReplEnd: replStart + d.ReplEnd})
	})
}

// sentences lines up the sentences, then compares the words of those that
// were replaced.
func (c *comparison) sentences() {
	a, aAt := sentences(c.a)
	b, bAt := sentences(c.b)
	compare(a, b, func(d lcs.Diff) {
		c.words(aAt[d.Start], aAt[d.End], bAt[d.ReplStart], bAt[d.ReplEnd])
	})
}

// sentences joins words to sentences and says at which word each begins, the
// end of the text included.
func sentences(words []string) (texts []string, starts []int) {
	begin := 0
	for i, w := range words {
		ended := strings.ContainsAny(w, sentenceEnds) && utf8.RuneCountInString(w) == 1
		if ended || strings.Contains(w, "\n") || i == len(words)-1 {
			texts, starts = append(texts, strings.Join(words[begin:i+1], "")), append(starts, begin)
			begin = i + 1
		}
	}
	return texts, append(starts, len(words))
}

// sentenceEnds are the marks that end a sentence in the scripts at hand.
const sentenceEnds = ".!?。．｡！？…؟۔।"

// EndsSentence says whether the text ends as sentences end, closing quotation
// marks and brackets aside. "…:" and "…;" leave more to come.
func EndsSentence(text string) bool {
	text = strings.TrimRight(text, " \t\r\n\u3000\"'”’»」』)）]】*_")
	last, _ := utf8.DecodeLastRuneInString(text)
	return strings.ContainsRune(sentenceEnds, last)
}

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
