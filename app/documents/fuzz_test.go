package documents_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"unicode"

	"jahorina/app/documents"
	"jahorina/app/documents/samples"
	"jahorina/workflows"
	"jahorina/workflows/strategy"
)

// marks are the characters of Markdown, and those behind a number, that are
// not repeated in a block's number, heading and text.
const marks = "#>*_=-–—.．:：、)）`~"

// checkNothingLost checks that every character of the source lies in a block,
// blank and ruled lines aside, in the order of the source, and that a block
// drops nothing but marks.
func checkNothingLost(t *testing.T, c strategy.Content) {
	t.Helper()
	at := 0
	for _, b := range c.Blocks {
		if b.Start < at || b.End < b.Start || b.End > len(c.Source) {
			t.Fatalf("block %q spans %d to %d after %d", b.Number, b.Start, b.End, at)
		}
		checkOnly(t, string(c.Source[at:b.Start]), "*-_")
		at = b.End
		if b.Kind == strategy.KindVerbatim {
			checkVerbatim(t, c.Printed(b), b.Text)
			continue
		}
		checkOnly(t, rest(t, c.Printed(b), b.Number+b.Heading+b.Text), marks)
	}
	checkOnly(t, string(c.Source[at:]), "*-_")
}

func checkOnly(t *testing.T, s, allowed string) {
	t.Helper()
	for _, r := range s {
		if !unicode.IsSpace(r) && r != '\uFEFF' && !strings.ContainsRune(allowed, r) {
			t.Fatalf("%q is lost from %q", r, s)
		}
	}
}

// rest is what is left of the printed text when the kept one is taken from it.
func rest(t *testing.T, printed, kept string) string {
	t.Helper()
	counts := map[rune]int{}
	for _, r := range kept {
		counts[r]++
	}
	var left strings.Builder
	for _, r := range printed {
		if counts[r] > 0 {
			counts[r]--
			continue
		}
		left.WriteRune(r)
	}
	for r, n := range counts {
		if n > 0 && r != '\n' {
			t.Fatalf("%q is not printed in %q", r, printed)
		}
	}
	return left.String()
}

// checkVerbatim checks that what stands between the fences is kept.
func checkVerbatim(t *testing.T, printed, text string) {
	t.Helper()
	_, inside, _ := strings.Cut(printed, "\n")
	if !strings.Contains(strings.Join(strings.Fields(inside), ""), strings.Join(strings.Fields(text), "")) {
		t.Fatalf("%q is kept as %q", printed, text)
	}
}

func FuzzMarkdown(f *testing.F) {
	f.Add(samples.OutcomeZH)
	f.Add(samples.StrategyEN)
	for _, s := range []string{
		"# A\n\n## 1. B\n\n1.1 c\nd\n\n- e\n\n| f |\n|---|\n\n> g\n\n```x\nh\n```\n", "A\n===\n\nIV. B\n---\n\n第三条 **c**\n\n(a) d\n",
		"1. a\n3. b\n\t1. c\n22.6.2009\n", "\uFEFF# \n---\n***\n__a__b\r\n", "4.3本战略\n2.5万\nA1. x\nAnnex A – y", "a\x00\xff",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		c, err := documents.Markdown(source, documents.Options{})
		var refused *workflows.Error
		if err != nil {
			if !errors.As(err, &refused) {
				t.Fatalf("not an error for people: %v", err)
			}
			return
		}
		if !bytes.Equal(c.Source, source) || len(c.Blocks) == 0 {
			t.Fatalf("kept %q of %q", c.Source, source)
		}
		checkNothingLost(t, c)
	})
}
