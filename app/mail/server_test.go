package mail

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestParseURL(t *testing.T) {
	secret := func() login { return login{"user", "p@ss:/?#"} }
	for s, want := range map[string]Server{
		"smtp://mail.example.org":                                 {host: "mail.example.org", port: "587", starttls: mandatory},
		"smtp://mail.example.org/":                                {host: "mail.example.org", port: "587", starttls: mandatory},
		"smtp://127.0.0.1:2525?starttls=off":                      {host: "127.0.0.1", port: "2525", starttls: off},
		"smtp://[::1]:25?starttls=opportunistic":                  {host: "::1", port: "25", starttls: opportunistic},
		"smtp://user:p%40ss%3A%2F%3F%23@h:587?starttls=mandatory": {host: "h", port: "587", starttls: mandatory, login: secret},
		"smtps://user:p%40ss%3A%2F%3F%23@h":                       {host: "h", port: "465", implicit: true, login: secret},
		"smtps://h:4465?ca=/etc/ca.pem":                           {host: "h", port: "4465", implicit: true, ca: "/etc/ca.pem"},
		"SMTP://Post.Example.ORG?ca=ca.pem":                       {host: "post.example.org", port: "587", starttls: mandatory, ca: "ca.pem"},
	} {
		got, err := ParseURL(s)
		if err != nil {
			t.Errorf("%s: %v", s, err)
			continue
		}
		if (got.login == nil) != (want.login == nil) || got.login != nil && got.login() != want.login() {
			t.Errorf("%s: wrong user or password", s)
		}
		got.login, want.login = nil, nil
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, want %v", s, got, want)
		}
	}
}

func TestParseURLRefuses(t *testing.T) {
	for s, want := range map[string]string{
		"":                                     "must begin with",
		"mail.example.org:25":                  "must begin with",
		"user:hunter2x@mail.example.org":       "must begin with",
		"http://mail.example.org":              "must begin with",
		"hunter2x://mail.example.org":          "must begin with",
		"smtp:mail.example.org":                "no host",
		"smtp://":                              "no host",
		"smtp://:25":                           "no host",
		"smtp://user:hunter2x@":                "no host",
		"smtp://user:hunter2x@h/x":             "after the port",
		"smtp://user:hunter2x@h#x":             "after the port",
		"smtp://user:1/hunter2x@h":             "after the port",
		"smtp://user:1#hunter2x@h":             "after the port",
		"smtp://user:1?hunter2x@h":             "each parameter needs one value",
		"smtp://user:1?hunter2x=1@h":           "unknown parameter",
		"smtp://user:hunter2x%@h":              "percent-encoded",
		"smtp://user:hunter2x?@h":              "percent-encoded",
		"smtp://user:hunter2x\n@h":             "percent-encoded",
		"smtp://user:hunter2x@h:0":             "port",
		"smtp://user:hunter2x@h:65536":         "port",
		"smtp://user:hunter2x@h_x":             "host name",
		"smtp://user:hunter2x@h?start=off":     "unknown parameter",
		"smtp://user:hunter2x@h?starttls=on":   "must be mandatory, opportunistic or off",
		"smtp://user:hunter2x@h?starttls=":     "needs one value",
		"smtp://user:hunter2x@h?ca=a&ca=b":     "needs one value",
		"smtp://user:hunter2x@h?a=%zz":         "malformed",
		"smtp://user:hunter2x@h?starttls=off":  "never sent",
		"smtp://h?starttls=off&ca=a":           "ca has no meaning",
		"smtps://user:hunter2x@h?starttls=off": "no meaning with smtps",
		"smtp://user@h":                        "both",
		"smtp://:hunter2x@h":                   "both",
		"smtp://user:hunter2x%00@h":            "control character",
	} {
		got, err := ParseURL(s)
		if err == nil {
			t.Errorf("%q: accepted as %v", s, got)
			continue
		}
		if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2x") {
			t.Errorf("%q: %v; want %q and no password", s, err, want)
		}
	}
}

func TestServerPrintsNoSecret(t *testing.T) {
	server, err := ParseURL("smtp://user-name:hunter2x@h?ca=/secret/place")
	if err != nil {
		t.Fatal(err)
	}
	settings := struct {
		Public  Server
		private Server
	}{server, server}
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		for _, value := range []any{server, &server, settings, &settings, []Server{server}} {
			if got := fmt.Sprintf(format, value); strings.Contains(got, "hunter2x") || strings.Contains(got, "user-name") {
				t.Errorf("%s of %T: %s", format, value, got)
			}
		}
	}
	if got := server.String(); got != "smtp://h:587?starttls=mandatory" {
		t.Errorf("String: %s", got)
	}
}

func TestNewSenderRefuses(t *testing.T) {
	junk := filepath.Join(t.TempDir(), "junk.pem")
	if err := os.WriteFile(junk, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	from := Address{Email: "a@example.org"}
	for name, c := range map[string]struct {
		url     string
		from    Address
		options Options
	}{
		"no CA file":        {"smtp://h?ca=" + url.QueryEscape(junk+".none"), from, Options{}},
		"junk in CA file":   {"smtp://h?ca=" + url.QueryEscape(junk), from, Options{}},
		"no sender":         {"smtp://h", Address{}, Options{}},
		"sender with break": {"smtp://h", Address{"A\r\nX: y", "a@example.org"}, Options{}},
		"hello with break":  {"smtp://h", from, Options{Hello: "h\r\nMAIL"}},
		"negative timeout":  {"smtp://h", from, Options{Timeout: -1}},
	} {
		server, err := ParseURL(c.url)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if _, err := NewSender(server, c.from, c.options); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := NewSender(Server{}, from, Options{}); err == nil {
		t.Error("the zero Server: accepted")
	}
}

// FuzzParseURL: no panic; what is accepted has a place to connect to; no error repeats a piece of the URL.
func FuzzParseURL(f *testing.F) {
	for _, s := range []string{
		"smtp://user:hunter2x@h:25?starttls=off", "smtps://h?ca=x", "smtp://[::1%25eth0]:1", "smtp://a:1?hunter2x=b@c",
		"smtp://h:99999", "smtp://%68", "smtp://h?starttls=mandatory;hunter2x", "//hunter2x", "smtp://user:a b@h", "smtp://hunter2x@h:x",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		server, err := ParseURL(s)
		if err != nil {
			if strings.Contains(err.Error(), "hunter2x") {
				t.Errorf("%q: %v", s, err)
			}
			return
		}
		if server.host == "" || server.port == "" || strings.ContainsAny(server.hostPort(), " \r\n\x00/@") {
			t.Errorf("%q: accepted as %v", s, server)
		}
		if server.login != nil && !server.implicit && server.starttls == off {
			t.Errorf("%q: a password without TLS", s)
		}
	})
}
