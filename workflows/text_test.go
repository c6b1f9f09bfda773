package workflows_test

import (
	"net/mail"
	"strings"
	"testing"

	"jahorina/workflows"
)

func TestText(t *testing.T) {
	for _, c := range []struct {
		text     string
		max      int
		required bool
		want     string
	}{
		{"", 9, false, ""},
		{"", 9, true, "required"},
		{" \n\t\u3000", 9, true, "required"},
		{" \n", 9, false, ""},
		{strings.Repeat("a", 9), 9, true, ""},
		{strings.Repeat("a", 10), 9, true, "too_long"},
		{"第八段", 9, true, ""},
		{"第八段!", 9, true, "too_long"}, // bytes, not letters
		{"a\xff", 9, false, "not_utf8"},
		{"\xed\xa0\x80", 9, false, "not_utf8"},
		{"\xc0\xaf", 9, false, "not_utf8"},
		{"a\x00b", 9, false, "has_nul"},
		{strings.Repeat("a", 2<<20), workflows.MaxParagraph, true, "too_long"},
	} {
		var p workflows.Problems
		p.Text("f", c.text, c.max, c.required)
		got := ""
		if len(p) > 0 {
			got = p[0].Key
		}
		if got != c.want || len(p) > 1 {
			t.Errorf("%.20q: %q, want %q", c.text, got, c.want)
		}
	}
}

func TestEmail(t *testing.T) {
	for in, want := range map[string]string{
		"Amra@Example.org": "amra@example.org", "  a@b.example ": "a@b.example", "a+tag@b.example": "a+tag@b.example", "žena@b.example": "žena@b.example",
		"": "", "a": "", "@b.example": "", "a@": "", "Amra <a@b.example>": "", "<a@b.example>": "", "a@b.example, c@d.example": "",
		"a@b.example\r\nBcc: c@d.example": "", "a\nb@c.example": "", `"a,b"@c.example`: "", `"a b"@c.example`: "", `"a\"b"@c.example`: "",
		"a@b.example\x00": "", strings.Repeat("a", 250) + "@b.example": "", "a@b.example (a remark)": "",
	} {
		var p workflows.Problems
		if got := p.Email("email", in); got != want || (got == "") != (len(p) == 1) {
			t.Errorf("%q: %q with %d problems, want %q", in, got, len(p), want)
		}
	}
}

// What passes as an address is one address, the same one, wherever it is put
// into a header.
func FuzzEmail(f *testing.F) {
	for _, seed := range []string{"a@b.example", `"a,b"@c.example`, "a@[127.0.0.1]", "é@x", "a@b\r\nX: y", "=?utf-8?q?a?=@b.c"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		var p workflows.Problems
		got := p.Email("email", in)
		if got == "" {
			return
		}
		list, err := mail.ParseAddressList(got)
		if err != nil || len(list) != 1 || list[0].Address != got || strings.ContainsAny(got, "\r\n\x00<>\", ") {
			t.Errorf("%q became %q, read back as %v, %v", in, got, list, err)
		}
	})
}

func TestLanguage(t *testing.T) {
	for in, want := range map[string]string{"": "en", "EN": "en", "zh-hans": "zh-Hans", "bs": "bs", "x": "", "not a tag": "", "\xff": "", "en\x00": ""} {
		var p workflows.Problems
		if got := p.Language("language", in); got != want || (got == "") != (len(p) == 1) {
			t.Errorf("%q: %q with %d problems, want %q", in, got, len(p), want)
		}
	}
}

// A search pattern finds texts that contain what was typed, letter for letter.
func TestLikePart(t *testing.T) {
	for in, want := range map[string]string{"": "%%", "50%": `%50\%%`, "a_b": `%a\_b%`, `a\b`: `%a\\b%`} {
		if got := workflows.LikePart(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestFoldName(t *testing.T) {
	for _, same := range [][2]string{{"Čovjek  i\tdrvo ", "čovjek i DRVO"}, {"ﬁrm", "FIRM"}, {"Straße", "STRASSE"}, {"Cafe\u0301", "CAFÉ"}} {
		if a, b := workflows.FoldName(same[0]), workflows.FoldName(same[1]); a != b {
			t.Errorf("%q and %q fold to %q and %q", same[0], same[1], a, b)
		}
	}
}
