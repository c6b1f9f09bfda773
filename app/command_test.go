package main

import (
	"bytes"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"jahorina/app/apptest"
)

// said is what a command printed and how it ended.
type said struct {
	code     int
	out, err string
}

// jahorina runs a command line on the database, in an environment without any
// other setting.
func jahorina(t *testing.T, databaseURL string, args ...string) said {
	t.Helper()
	var out, errOut bytes.Buffer
	environ := []string{"JAHORINA_DATABASE_URL=" + databaseURL, "JAHORINA_SECRET_FILE=" + filepath.Join(t.TempDir(), "secret"), "JAHORINA_BASE_URL=https://consult.example"}
	code := run(t.Context(), args, environ, &out, &errOut)
	return said{code, out.String(), errOut.String()}
}

// The commands of the contract set an installation up, on both databases.
func TestCommandsSetUpAnInstallation(t *testing.T) {
	for name, url := range map[string]func(testing.TB) string{"sqlite": apptest.SQLite, "postgres": apptest.Postgres} {
		t.Run(name, func(t *testing.T) {
			db := url(t)
			must := func(args ...string) string {
				t.Helper()
				s := jahorina(t, db, args...)
				if s.code != exitDone {
					t.Fatalf("jahorina %v: exit %d\n%s%s", args, s.code, s.out, s.err)
				}
				return strings.TrimSpace(s.out)
			}
			must("migrate", "up")
			if status := must("migrate", "status"); strings.Contains(status, "pending") || !strings.Contains(status, "applied") {
				t.Errorf("after migrate up: %s", status)
			}
			must("state", "create", "BA", "--name", "Bosnia and Herzegovina", "--locale", "bs")
			org := must("organisation", "create", "--state", "BA", "--name", "Chemists", "--sector", "academia", "--email", "office@chemists.example")
			if !regexp.MustCompile(`^[0-9a-f-]{36}$`).MatchString(org) {
				t.Errorf("organisation create printed %q, want an id alone", org)
			}
			link := must("user", "create", "--email", "ana@chemists.example", "--name", "Ana", "--state", "BA", "--role", "contributor", "--organisation", org)
			if !regexp.MustCompile(`^https://consult\.example/sign-in/\S+$`).MatchString(link) {
				t.Errorf("user create printed %q, want a link alone", link)
			}
			if token := must("token", "create", "--email", "ana@chemists.example"); !regexp.MustCompile(`^jah_[0-9a-f]{64}$`).MatchString(token) {
				t.Errorf("token create printed %q, want a token alone", token)
			}
		})
	}
}

func TestExitCodesAndWords(t *testing.T) {
	db := apptest.SQLite(t)
	for _, c := range []struct {
		name  string
		args  []string
		code  int
		words []string // in what is said as an error, a line each
	}{
		{"unknown command", []string{"fly"}, exitUsage, []string{"unknown command"}},
		{"group without command", []string{"state"}, exitUsage, []string{"needs one of its commands"}},
		{"unknown flag", []string{"serve", "--colour", "red"}, exitUsage, []string{"--colour"}},
		{"too many arguments", []string{"serve", "now"}, exitUsage, []string{`"now"`}},
		{"wrong settings", []string{"serve", "--addr", "8080", "--smtp-url", "ftp://x"}, exitUsage, []string{"jahorina: JAHORINA_ADDR:", "jahorina: JAHORINA_SMTP_URL:"}},
		{"wrong SMTP parameter", []string{"serve", "--smtp-url", "smtp://u:hunter2@localhost?starttls=perhaps"}, exitUsage, []string{"JAHORINA_SMTP_URL"}},
		{"missing fields", []string{"organisation", "create", "--state", "ZZ"}, exitUsage, []string{"--name", "--sector", "--email", "--state"}},
		{"no such person", []string{"token", "create", "--email", "nobody@x.example"}, exitFailed, []string{"does not exist"}},
		{"nobody answers", []string{"health", "--addr", "127.0.0.1:1"}, exitFailed, []string{"no answer"}},
	} {
		s := jahorina(t, db, c.args...)
		if s.code != c.code {
			t.Errorf("%s: exit %d, want %d\n%s", c.name, s.code, c.code, s.err)
		}
		for _, w := range c.words {
			if !strings.Contains(s.err, w) {
				t.Errorf("%s: %q is missing in\n%s", c.name, w, s.err)
			}
		}
		if strings.Contains(s.out+s.err, "hunter2") {
			t.Errorf("%s: a password was printed\n%s", c.name, s.err)
		}
	}
}
