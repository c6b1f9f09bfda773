package identity

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestFormsOfOthersAreRefused(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		b, other := w.browser(), w.browser()
		b.signIn("official")
		other.signIn("official")
		mine, theirs := b.do("GET", "/form", nil).Token, other.do("GET", "/form", nil).Token
		if mine == theirs || len(mine) < 26 { // 130 bits in base32
			t.Fatalf("tokens %q %q", mine, theirs)
		}
		self := w.url
		for _, c := range []struct {
			name, token, site, origin string
			ok                        bool
		}{
			{"right", mine, "same-origin", self, true},
			{"old browser", mine, "", self, true},
			{"the base URL behind a proxy", mine, "", "http://127.0.0.1", true},
			{"no browser", mine, "", "", true},
			{"no token", "", "same-origin", self, false},
			{"other session's token", theirs, "same-origin", self, false},
			{"token with a tail", mine + "A", "same-origin", self, false},
			{"cross-site", mine, "cross-site", "https://evil.example", false},
			{"sibling host", mine, "same-site", "https://evil.consult.example", false},
			{"old browser, foreign origin", mine, "", "https://evil.example", false},
			{"sandboxed frame", mine, "", "null", false},
		} {
			if got := b.post(c.token, c.site, c.origin); (got.Error == "") != c.ok {
				t.Errorf("%s: %q", c.name, got.Error)
			} else if !c.ok && got.Error != "form_expired" {
				t.Errorf("%s: refused with %q", c.name, got.Error)
			}
		}
		if got := w.browser().post("", "same-origin", self); got.Error != "form_expired" {
			t.Errorf("without session and token: %q", got.Error)
		}
	})
}

// post sends a form as a browser with these headers would.
func (b *browser) post(token, site, origin string) (a answer) {
	b.w.t.Helper()
	req, err := http.NewRequest("POST", b.url+"/form", strings.NewReader(url.Values{"csrf_token": {token}}.Encode()))
	if err != nil {
		b.w.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for name, value := range map[string]string{"Sec-Fetch-Site": site, "Origin": origin} {
		if value != "" {
			req.Header.Set(name, value)
		}
	}
	resp, err := b.http.Do(req)
	if err != nil {
		b.w.t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil {
		b.w.t.Fatal(err)
	}
	return a
}
