// Package config reads the settings: defaults, then a file, then JAHORINA_*
// variables, then flags, each over the one before. It finds every fault at once
// and says each in a line; an unknown setting is a fault, so that a misspelt
// one is not silently ignored.
package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Config is the settings, checked.
type Config struct {
	Addr           string         // host:port to listen on
	DatabaseURL    string         // "sqlite:PATH" or "postgres://…"
	SMTPURL        string         // "smtp://user:pass@host:port?starttls=…" or "smtps://…"
	MailFrom       string         // address the mail comes from, RFC 5322
	BaseURL        string         // how people reach the pages, without a slash at the end
	DataDir        string         // folder for what is kept in files
	SecretFile     string         // 32 bytes in hexadecimal; made if missing
	TrustedProxies []netip.Prefix // whose X-Forwarded-For counts
	Chromium       string         // program that prints PDFs: "" looks for one, "off" has none
	LogLevel       slog.Level
	KeepFiles      time.Duration // how long files made or read in by long work are kept
	Migrate        bool
}

// Setting is one setting as people name it: "database_url" in the file,
// JAHORINA_DATABASE_URL in the environment, --database-url as a flag.
type Setting struct {
	Name    string
	Default string
	Usage   string
	Secret  bool // never printed
}

// Settings are all settings there are.
var Settings = []Setting{
	{Name: "addr", Default: "127.0.0.1:8080", Usage: "host:port to listen on"},
	{Name: "database_url", Usage: "sqlite:PATH or postgres://… (default sqlite:DATA_DIR/jahorina.db)", Secret: true},
	{Name: "smtp_url", Default: "smtp://127.0.0.1:25?starttls=off", Usage: "smtp://user:pass@host:port?starttls=mandatory|opportunistic|off, or smtps://…", Secret: true},
	{Name: "mail_from", Usage: "address the mail comes from (default jahorina@ the host of base_url)"},
	{Name: "base_url", Usage: "address people reach the pages under (default http://ADDR)"},
	{Name: "data_dir", Default: "data", Usage: "folder for the database, keys and files"},
	{Name: "secret_file", Usage: "file with the installation's secret (default DATA_DIR/secret, made if missing)"},
	{Name: "trusted_proxies", Usage: "comma-separated addresses or networks whose X-Forwarded-For counts (default none)"},
	{Name: "chromium", Usage: "program that makes PDFs of pages, or off (default: chromium or google-chrome where installed)"},
	{Name: "log_level", Default: "info", Usage: "debug, info, warn or error"},
	{Name: "keep_files", Default: "7", Usage: "days for which files made or read in by long work are kept, 1 to 365"},
	{Name: "migrate", Default: "true", Usage: "bring the database schema up to date at the start"},
}

// Faults are what is wrong with the settings, a line each.
type Faults []string

func (f Faults) Error() string { return strings.Join(f, "\n") }

// Env is the variable of a setting.
func (s Setting) Env() string { return "JAHORINA_" + strings.ToUpper(s.Name) }

// Flag is the flag of a setting.
func (s Setting) Flag() string { return strings.ReplaceAll(s.Name, "_", "-") }

// Load reads the settings. file may be ""; environ is os.Environ(); flags holds
// the flags given, by setting name.
func Load(file string, environ []string, flags map[string]string) (*Config, error) {
	values := map[string]string{}
	for _, s := range Settings {
		values[s.Name] = s.Default
	}
	var faults Faults
	if file != "" {
		faults = append(faults, readFile(file, values)...)
	}
	faults = append(faults, readEnviron(environ, values)...)
	for name, v := range flags {
		values[name] = v
	}
	c, more := check(values)
	if faults = append(faults, more...); len(faults) > 0 {
		return nil, faults
	}
	return c, nil
}

func readEnviron(environ []string, values map[string]string) Faults {
	var faults Faults
	for _, kv := range environ {
		k, v, _ := strings.Cut(kv, "=")
		if !strings.HasPrefix(k, "JAHORINA_") {
			continue
		}
		i := slices.IndexFunc(Settings, func(s Setting) bool { return s.Env() == k })
		if i < 0 {
			faults = append(faults, fmt.Sprintf("%s: there is no such setting", k))
			continue
		}
		values[Settings[i].Name] = v
	}
	slices.Sort(faults)
	return faults
}

func check(v map[string]string) (*Config, Faults) {
	var faults Faults
	bad := func(name, format string, args ...any) {
		faults = append(faults, fmt.Sprintf("JAHORINA_%s: %s", strings.ToUpper(name), fmt.Sprintf(format, args...)))
	}
	c := &Config{Addr: v["addr"], DatabaseURL: v["database_url"], SMTPURL: v["smtp_url"], MailFrom: v["mail_from"], DataDir: v["data_dir"], SecretFile: v["secret_file"], Chromium: v["chromium"]}
	if _, _, err := net.SplitHostPort(c.Addr); err != nil {
		bad("addr", "%q is not host:port", c.Addr)
	}
	if c.DataDir == "" {
		bad("data_dir", "name a folder")
	}
	c.fillDefaults(v["base_url"])
	if !isDatabaseURL(c.DatabaseURL) {
		bad("database_url", `it must start with "sqlite:" or "postgres://"`)
	}
	if u, err := url.Parse(c.BaseURL); err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.Path != "" || u.RawQuery != "" {
		bad("base_url", "%q is not http(s)://host without a path", c.BaseURL)
	} else if c.MailFrom == "" {
		c.MailFrom = "jahorina@" + u.Hostname()
	}
	if _, err := mail.ParseAddress(c.MailFrom); c.MailFrom != "" && err != nil {
		bad("mail_from", "%q is not an address", c.MailFrom)
	}
	if u, err := url.Parse(c.SMTPURL); err != nil || (u.Scheme != "smtp" && u.Scheme != "smtps") || u.Host == "" {
		bad("smtp_url", `it must be "smtp://host:port" or "smtps://host:port"`)
	}
	var err error
	if c.TrustedProxies, err = parseProxies(v["trusted_proxies"]); err != nil {
		bad("trusted_proxies", "%v", err)
	}
	if err := c.LogLevel.UnmarshalText([]byte(v["log_level"])); err != nil {
		bad("log_level", "%q is not debug, info, warn or error", v["log_level"])
	}
	days, err := strconv.Atoi(v["keep_files"])
	if c.KeepFiles = time.Duration(days) * 24 * time.Hour; err != nil || days < 1 || days > 365 {
		bad("keep_files", "%q is no number of days from 1 to 365", v["keep_files"])
	}
	switch v["migrate"] {
	case "true", "false":
		c.Migrate = v["migrate"] == "true"
	default:
		bad("migrate", "%q is not true or false", v["migrate"])
	}
	return c, faults
}

func (c *Config) fillDefaults(baseURL string) {
	if c.DatabaseURL == "" {
		c.DatabaseURL = "sqlite:" + filepath.Join(c.DataDir, "jahorina.db")
	}
	if c.SecretFile == "" {
		c.SecretFile = filepath.Join(c.DataDir, "secret")
	}
	if c.BaseURL = strings.TrimSuffix(baseURL, "/"); c.BaseURL == "" {
		c.BaseURL = "http://" + c.Addr
	}
}

func isDatabaseURL(s string) bool {
	for _, p := range []string{"sqlite:", "postgres://", "postgresql://"} {
		if strings.HasPrefix(s, p) && len(s) > len(p) {
			return true
		}
	}
	return false
}

func parseProxies(list string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, s := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' }) {
		if p, err := netip.ParsePrefix(s); err == nil {
			out = append(out, p)
			continue
		}
		a, err := netip.ParseAddr(s)
		if err != nil {
			return nil, fmt.Errorf("%q is not an address or network", s)
		}
		out = append(out, netip.PrefixFrom(a, a.BitLen()))
	}
	return out, nil
}

// IsFault says whether err is about the settings.
func IsFault(err error) bool {
	var f Faults
	return errors.As(err, &f)
}
