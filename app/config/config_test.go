package config

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestLoadTakesTheLastWord(t *testing.T) {
	file := filepath.Join(t.TempDir(), "settings")
	write(t, file, "# ours\naddr = \"0.0.0.0:1\"\nbase_url=https://consult.example/\nJAHORINA_LOG_LEVEL=warn\n")
	c, err := Load(file, []string{"HOME=/root", "JAHORINA_ADDR=0.0.0.0:2", "JAHORINA_TRUSTED_PROXIES="}, map[string]string{"data_dir": "/var/lib/j"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != "0.0.0.0:2" || c.BaseURL != "https://consult.example" || c.MailFrom != "jahorina@consult.example" ||
		c.DatabaseURL != "sqlite:/var/lib/j/jahorina.db" || c.LogLevel.String() != "WARN" || len(c.TrustedProxies) != 0 || !c.Migrate {
		t.Errorf("got %+v", c)
	}
}

func TestEveryFaultHasItsLine(t *testing.T) {
	file := filepath.Join(t.TempDir(), "settings")
	write(t, file, "colour = red\nnonsense\n")
	_, err := Load(file, []string{
		"JAHORINA_ADDR=8080", "JAHORINA_DATABASE_URL=mysql://u:hunter2@h/d", "JAHORINA_SMTP_URL=ftp://u:hunter2@h", "JAHORINA_MAIL_FROM=nobody",
		"JAHORINA_BASE_URL=consult.example/x", "JAHORINA_TRUSTED_PROXIES=proxy", "JAHORINA_LOG_LEVEL=loud", "JAHORINA_ADRESS=1", "JAHORINA_MIGRATE=perhaps",
	}, nil)
	if !IsFault(err) {
		t.Fatalf("got %v", err)
	}
	for _, want := range []string{
		`:1: there is no setting "colour"`, ":2: want name = value", "JAHORINA_ADDR:", "JAHORINA_DATABASE_URL:", "JAHORINA_SMTP_URL:",
		"JAHORINA_MAIL_FROM:", "JAHORINA_BASE_URL:", "JAHORINA_TRUSTED_PROXIES:", "JAHORINA_LOG_LEVEL:", "JAHORINA_ADRESS: there is no such setting", "JAHORINA_MIGRATE:",
	} {
		if n := strings.Count(err.Error(), want); n != 1 {
			t.Errorf("%q stands %d times in\n%v", want, n, err)
		}
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Errorf("a password in the message:\n%v", err)
	}
}

func TestSecretIsMadeOnceAndKept(t *testing.T) {
	c := &Config{SecretFile: filepath.Join(t.TempDir(), "deep", "secret")}
	first, err := c.Secret()
	if err != nil {
		t.Fatal(err)
	}
	again, err := c.Secret()
	if err != nil || !slices.Equal(first, again) {
		t.Errorf("second read: %v, same %v", err, slices.Equal(first, again))
	}
	if info, _ := os.Stat(c.SecretFile); info.Mode().Perm() != 0o600 {
		t.Errorf("others may read it: %v", info.Mode())
	}
	write(t, c.SecretFile, "short")
	if _, err := c.Secret(); !IsFault(err) {
		t.Errorf("a short secret: %v", err)
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
