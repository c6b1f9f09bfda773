package api

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// What checkJSON lets through is JSON that means one thing: encoding it again
// and decoding that gives the same, with nothing mended.
func FuzzJSON(f *testing.F) {
	for _, s := range []string{
		`{"title":"x","questions":[{"text":"a","options":["b","c"]}]}`, `{"a":1,"A":2}`, `{"a":"\ud83d\ude00"}`, `{"a":"\ud800"}`,
		`{"a":"\\ud800"}`, `"\\\ud800"`, `{"a":"\u0000"}`, "{\"a\":\"\xff\"}", `{} {}`, `[[[[`, `nul`, ``, "\ufeff{}", `{"a":{"a":[null,true,-1e3]}}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if checkJSON(body) != nil {
			return
		}
		var first, second any
		if err := json.Unmarshal(body, &first); err != nil || !utf8.Valid(body) {
			t.Fatalf("let through %q: %v", body, err)
		}
		raw, err := json.Marshal(first)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(raw, &second); err != nil {
			t.Fatal(err)
		}
		again, _ := json.Marshal(second)
		if !bytes.Equal(raw, again) {
			t.Fatalf("%q and %q", raw, again)
		}
		if n := strings.Count(string(raw), "\ufffd"); n > strings.Count(string(body), "\ufffd")+strings.Count(strings.ToLower(string(body)), `\ufffd`) {
			t.Fatalf("%q was mended to %q", body, raw)
		}
	})
}

func TestLoneSurrogates(t *testing.T) {
	for s, want := range map[string]int{
		`"\ud83d\ude00"`: -1, `"\\ud800"`: -1, `"\\\\ud800"`: -1, `"\n\u0041"`: -1, `"\ud800"`: 1, `"\\\ud800"`: 3, `"\udc00\ud800"`: 1,
		`"\ud800\u0041"`: 1, `"\ud83d\ud83d\ude00"`: 1, `"a\ud83d"`: 2,
	} {
		if got := loneSurrogate([]byte(s)); got != want {
			t.Errorf("%s: %d, want %d", s, got, want)
		}
	}
}

func FuzzETag(f *testing.F) {
	for _, s := range []string{`"3"`, `W/"3"`, `3`, `*`, `"1", "2"`, `""`, `"`, `"01"`, `"9223372036854775808"`, ` "7" `} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := parseETag(s)
		if err != nil {
			return
		}
		if again, err := parseETag(etag(n)); err != nil || again != n || n < 1 || !strings.Contains(s, strings.Trim(etag(n), `"`)) {
			t.Fatalf("%q is %d, which is %d (%v)", s, n, again, err)
		}
	})
}

func FuzzForm(f *testing.F) {
	f.Add([]byte("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.md\"\r\n\r\ntext\r\n--b--\r\n"), "b")
	f.Add([]byte("--b--\r\n"), "b")
	f.Add([]byte(""), "")
	f.Add([]byte("--b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=\r\n--b"), "b")
	f.Fuzz(func(t *testing.T, body []byte, boundary string) {
		form, err := readForm(body, boundary, "file")
		if err == nil && form.name == "" {
			t.Fatal("a form without file")
		}
		if len(form.content) > len(body) {
			t.Fatalf("%d bytes of file in %d", len(form.content), len(body))
		}
	})
}

func FuzzMediaType(f *testing.F) {
	for _, s := range []string{"application/json", "application/json; charset=utf-8", "APPLICATION/JSON", "text/plain", "", ";", "application/json; charset=utf-16"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, header string) {
		media, err := mediaType(header, call{})
		if (err == nil) != (media == jsonType) || err == nil && header != "" && !strings.Contains(strings.ToLower(header), jsonType) {
			t.Fatalf("%q is %q, %v", header, media, err)
		}
	})
}
