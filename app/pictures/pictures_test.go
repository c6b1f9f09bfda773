package pictures

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// wellFormed reads the figure as XML and returns its elements by name with
// their attributes.
func wellFormed(t interface{ Fatalf(string, ...any) }, svg string) map[string][]map[string]string {
	found := map[string][]map[string]string{}
	for d := xml.NewDecoder(strings.NewReader(svg)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			t.Fatalf("not well-formed: %v in\n%s", err, svg)
			return nil
		}
		if e, ok := token.(xml.StartElement); ok {
			attrs := map[string]string{}
			for _, a := range e.Attr {
				attrs[a.Name.Local] = a.Value
			}
			if e.Name.Local != "rect" || strings.HasSuffix(attrs["x"], "%") { // those of a pattern have no place
				found[e.Name.Local] = append(found[e.Name.Local], attrs)
			}
		}
	}
}

// Any numbers and words make a figure that is well-formed, stays within its
// edges, has its summary, and carries no style or script.
func TestFiguresHoldForAnyInput(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.IntRange(0, 1_000_000)
		words := rapid.StringMatching(`[ -~а-яا-ي国]{0,60}`)
		rtl := rapid.Bool().Draw(t, "rtl")
		bars := Bars{ID: "bars", Summary: words.Draw(t, "summary"), RTL: rtl, Parts: []string{"a", "b", "c"}}
		for range rapid.IntRange(0, 6).Draw(t, "rows") {
			bars.Rows = append(bars.Rows, BarRow{words.Draw(t, "label"), words.Draw(t, "note"), rapid.SliceOfN(count, 3, 3).Draw(t, "parts"), rapid.Bool().Draw(t, "untold")})
		}
		course := Course{ID: "course", Summary: "s", RTL: rtl, Days: rapid.SliceOfN(count, 0, 90).Draw(t, "days"), First: words.Draw(t, "first")}
		if n := len(course.Days); n > 0 {
			course.Cut = rapid.IntRange(0, n).Draw(t, "cut")
			for _, day := range rapid.SliceOfN(rapid.IntRange(0, n-1), 0, 30).Draw(t, "marks") {
				course.Marks = append(course.Marks, Mark{Day: day, Label: words.Draw(t, "what")})
			}
		}
		heat := Heat{ID: "heat", Summary: "s", RTL: rtl}
		for range rapid.IntRange(0, 40).Draw(t, "cells") {
			heat.Cells = append(heat.Cells, HeatCell{Label: words.Draw(t, "name"), Count: count.Draw(t, "count")})
		}
		for _, f := range []Figure{bars.Draw(), course.Draw(), heat.Draw()} {
			found := wellFormed(t, string(f.SVG))
			if len(found["title"]) != 1 || found["svg"][0]["role"] != "img" || found["svg"][0]["aria-labelledby"] != f.ID+"-title" {
				t.Fatalf("%s has no name", f.ID)
			}
			for _, e := range found["rect"] {
				inside(t, f.ID, e["x"], e["width"])
			}
			if file := wellFormed(t, string(f.File())); len(file["svg"]) < 2 || file["svg"][0]["viewBox"] == "" || len(file["text"]) < len(found["text"])+len(f.Marks) {
				t.Fatalf("file of %s lacks something: %v", f.ID, file)
			}
			if strings.Contains(string(f.SVG), "style=") || len(found["script"]) > 0 {
				t.Fatalf("%s has a style or a script", f.ID)
			}
		}
	})
}

func inside(t *rapid.T, figure, x, width string) {
	read := func(s string) float64 {
		var v float64
		if strings.HasPrefix(s, "-") && s != "-0%" {
			t.Fatalf("%s: %q lies outside", figure, s)
		}
		if _, err := fmt.Sscan(strings.TrimSuffix(s, "%"), &v); err != nil {
			t.Fatalf("%s: %q is no number", figure, s)
		}
		return v
	}
	if strings.HasSuffix(x, "%") && read(x)+read(width) > 100.05 {
		t.Fatalf("%s: %s and %s lie outside", figure, x, width)
	}
}

func TestWordsAreEscaped(t *testing.T) {
	f := Bars{ID: "b", Summary: `<script>"&`, Rows: []BarRow{{Label: "<b>&", Note: `"`, Parts: []int{1}}}}.Draw()
	wellFormed(t, string(f.SVG))
	if strings.Contains(string(f.SVG), "<script") || strings.Contains(string(f.SVG), "<b>") {
		t.Errorf("not escaped: %s", f.SVG)
	}
}

// A figure written from right to left starts at the right edge.
func TestFiguresAreMirrored(t *testing.T) {
	row := []BarRow{{Label: "a", Parts: []int{1, 3}}}
	ltr := wellFormed(t, string(Bars{ID: "b", Rows: row}.Draw().SVG))
	rtl := wellFormed(t, string(Bars{ID: "b", Rows: row, RTL: true}.Draw().SVG))
	if x := ltr["rect"][0]["x"]; x != "0.2%" {
		t.Errorf("left to right begins at %s", x)
	}
	if x := rtl["rect"][0]["x"]; x != "74.9%" || rtl["svg"][0]["direction"] != "rtl" || rtl["text"][0]["x"] != "100%" {
		t.Errorf("right to left begins at %s", x)
	}
	if ltr["rect"][0]["fill"] == ltr["rect"][1]["fill"] {
		t.Error("parts look alike")
	}
}

func TestLabelsAreClippedByTheirWidth(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "abcde": "abcde", "abcdef": "abcd…", "国家": "国家", "国家战": "国家…", "a国家战": "a国…", "ابجده": "ابجده",
	} {
		if got := clip(in, 5); got != want {
			t.Errorf("%q clipped to %q, want %q", in, got, want)
		}
	}
}

// A long name stands above its bar in lines, nothing cut; words are kept whole where
// they fit, and each line runs as the name does.
func TestLongNamesStandInLines(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "ab cd": "ab cd", "ab cde": "ab|cde", "abcdefgh": "abcde|fgh", "a bcdefgh": "a|bcdef|gh", "国家战略": "国家|战略", "a  国家": "a|国家", "ab\ncd": "ab cd", "абвг д": "абвг|д", "ABCDE": "ABC|DE",
	} {
		if got := strings.Join(wrap(in, 5), "|"); got != want {
			t.Errorf("%q in lines is %q, want %q", in, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		words, letters := rapid.StringMatching(`[a-zа-яا-ي国 ]{0,90}`).Draw(t, "words"), rapid.IntRange(2, 40).Draw(t, "letters")
		lines := wrap(words, letters)
		for _, l := range lines {
			if clip(l, letters) != l {
				t.Fatalf("%q is wider than %d", l, letters)
			}
		}
		bare := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if got := bare(strings.Join(lines, "")); got != bare(words) {
			t.Fatalf("%q lost letters: %q", words, lines)
		}
	})
	name := "الموانئ والطرق التي تربط المدن بالجزر أولا EU 2030 والمختبرات"
	drawn := Bars{ID: "b", Rows: []BarRow{{Label: name, Parts: []int{1}}, {Label: "b", Parts: []int{1}}}}.Draw()
	found := wellFormed(t, string(drawn.SVG))
	if len(found["text"]) != 5 { // two lines and a note, a line and a note
		t.Errorf("%d lines", len(found["text"]))
	}
	if n := strings.Count(string(drawn.SVG), "\u2067"); n != 2 {
		t.Errorf("%d lines run from right to left, want 2", n)
	}
	if strings.Contains(string(drawn.SVG), "…") || found["rect"][0]["y"] == found["rect"][1]["y"] {
		t.Errorf("cut, or on one another: %s", drawn.SVG)
	}
}

// Marks of neighbouring days stand on lines of their own, so that each can be
// read on the narrowest screen.
func TestMarksStandClear(t *testing.T) {
	days := make([]int, 30)
	found := wellFormed(t, string(Course{ID: "c", Days: days, Marks: []Mark{{Day: 2}, {Day: 28}, {Day: 29}, {Day: 29}}}.Draw().SVG))
	at := func(i int) string { return found["text"][i]["y"] }
	if at(0) != at(1) || at(1) == at(2) || at(2) == at(3) || at(1) == at(3) {
		t.Errorf("letters at %s, %s, %s and %s", at(0), at(1), at(2), at(3))
	}
}

// A size that is not told is drawn as such, and not as nothing.
func TestUntoldIsNotNothing(t *testing.T) {
	row := func(untold bool) map[string]string {
		return wellFormed(t, string(Bars{ID: "b", Rows: []BarRow{{Label: "a", Parts: []int{0}, Untold: untold}}}.Draw().SVG))["rect"][0]
	}
	if r := row(true); r["stroke-dasharray"] == "" || r["fill"] != "none" {
		t.Errorf("untold drawn as %v", r)
	}
}

func TestWordsOfTheOtherDirectionAreIsolated(t *testing.T) {
	label := func(words string, rtl bool) string {
		return string(Bars{ID: "b", RTL: rtl, Rows: []BarRow{{Label: words}}}.Draw().SVG)
	}
	for _, x := range []struct {
		words    string
		rtl      bool
		isolated bool
	}{{"4 ports", false, false}, {"4 ports", true, true}, {"4 موانئ", true, false}, {"4 موانئ", false, true}, {"12", true, false}} {
		if got := strings.ContainsAny(label(x.words, x.rtl), "\u2066\u2067"); got != x.isolated {
			t.Errorf("%q, from right to left %v: isolated %v", x.words, x.rtl, got)
		}
	}
}
