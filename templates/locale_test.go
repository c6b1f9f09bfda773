package templates

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// world is a small set of languages with the traps of matching and plurals.
func world(t *testing.T) *Locales {
	t.Helper()
	dir := fstest.MapFS{}
	for tag, text := range map[string]string{
		"en": `{"n": {"one": "{{.Count}} thing", "other": "{{.Count}} things"}, "hi": "Hello {{.Name}}", "only": "English only"}`,
		"bs": `{"n": {"one": "{{.Count}} stvar", "few": "{{.Count}} stvari", "other": "{{.Count}} stvari."}, "hi": "Zdravo {{.Name}}"}`,
		"ru": `{"hi": "Привет"}`,
		"ar": `{"hi": "مرحبا", "sector": {"other": "x", "industry": "y"}}`,
	} {
		dir[tag+"/common.json"] = &fstest.MapFile{Data: []byte(text)}
	}
	locales, err := ReadLocales(dir)
	if err != nil {
		t.Fatal(err)
	}
	return locales
}

func TestFor(t *testing.T) {
	locales := world(t)
	for _, c := range []struct {
		wishes []string
		want   string
	}{
		{nil, "en"},
		{[]string{""}, "en"},
		{[]string{"bs"}, "bs"},
		{[]string{"hr"}, "bs"},
		{[]string{"uk"}, "en"}, // x/text would say ru, with confidence No
		{[]string{"uk", "bs"}, "bs"},
		{[]string{"ar-EG,en;q=0.5"}, "ar"},
		{[]string{"zh-TW", "de;q=0.9, ru;q=0.5"}, "ru"},
		{[]string{"%%%", strings.Repeat("x-", 5000), "ru"}, "ru"},
	} {
		if got := locales.For(c.wishes...).Tag(); got != c.want {
			t.Errorf("For(%.40q) = %s, want %s", c.wishes, got, c.want)
		}
	}
}

func TestText(t *testing.T) {
	locales := world(t)
	en, bs, ar := locales.For("en"), locales.For("bs"), locales.For("ar")
	for _, c := range []struct{ got, want string }{
		{en.T("n", "Count", 1), "1 thing"},
		{en.T("n", "Count", 12345), "12,345 things"},
		{en.T("n", map[string]any{"Count": int64(2)}), "2 things"},
		{bs.T("n", "Count", 3), "3 stvari"},
		{bs.T("n", "Count", 5), "5 stvari."},
		{bs.T("hi", "Name", "<Amra>"), "Zdravo <Amra>"},
		{bs.T("only"), "English only"},
		{en.T("no.such"), "⟦no.such⟧"},
		{ar.T("sector.other"), "x"}, // a group that has a member called other is not a plural
		{en.Dir(), "ltr"},
		{ar.Dir(), "rtl"},
		{en.Number(-1234567), "-1,234,567"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
	if !bs.Has("only") || bs.Has("no.such") {
		t.Error("Has is wrong")
	}
}

func TestDates(t *testing.T) {
	text := english(t)
	sarajevo := time.FixedZone("CET", 3600)
	at := time.Date(2026, 1, 1, 0, 30, 0, 0, sarajevo)
	for _, c := range []struct{ got, want string }{
		{text.Date(at), "31 December 2025"},
		{text.DateTime(at), "31 December 2025, 23:30 UTC"},
		{text.Date(time.Time{}), ""},
		{text.DateTime(time.Time{}), ""},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

// A text that is changed by what is written into one call must not be seen in the next.
func TestArgumentsStayOutside(t *testing.T) {
	args := map[string]any{"Count": 1000}
	if got := english(t).T("provision.comments", args); got != "1,000 comments" {
		t.Errorf("got %q", got)
	}
	if args["Count"] != 1000 {
		t.Errorf("T changed its caller's map: %v", args)
	}
}

func TestCatalogueFaults(t *testing.T) {
	for name, c := range map[string]struct{ file, content, want string }{
		"twice":     {"en/b.json", `{"a": {"b": "again"}}`, "a.b is given twice"},
		"not JSON":  {"en/b.json", `{"a": `, "unexpected end"},
		"number":    {"en/b.json", `{"c": 1}`, "want a text or a group"},
		"plural":    {"en/b.json", `{"c": {"one": 1, "other": "x"}}`, "want a text"},
		"not a tag": {"klingon_/b.json", `{}`, "klingon_"},
	} {
		dir := fstest.MapFS{
			"en/a.json": {Data: []byte(`{"a": {"b": "x"}}`)},
			c.file:      {Data: []byte(c.content)},
		}
		if _, err := ReadLocales(dir); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

func TestErrorSpeaksInWords(t *testing.T) {
	text := english(t)
	at := time.Date(2026, 11, 24, 17, 0, 0, 0, time.UTC)
	for key, c := range map[string]struct {
		args map[string]any
		want string
	}{
		"wrong_state": {
			map[string]any{"Object": "consultation", "Action": "clear", "State": "in_review"},
			"This consultation is in the state “In review”, in which “Clear” is not possible",
		},
		"unknown_action":      {map[string]any{"Action": "burn"}, "There is no action “burn”"},
		"deadline_passed":     {map[string]any{"ClosesAt": at}, "The deadline was 24 November 2026, 17:00 UTC. What was submitted before it is safe in the record"},
		"comments_unanswered": {map[string]any{"Count": 1}, "1 comment has no agreed disposition yet"},
		"too_many":            {map[string]any{"Max": 20480}, "Give 20,480 at most"},
		"not_found":           {nil, "This does not exist, or is not open to you"},
	} {
		if got := text.Error(key, c.args); got != c.want {
			t.Errorf("%s: got %q, want %q", key, got, c.want)
		}
	}
}

func formsOf(tag language.Tag) map[plural.Form]bool {
	forms := map[plural.Form]bool{plural.Other: true}
	for n := range 1000 {
		forms[plural.Cardinal.MatchPlural(tag, n, 0, 0, 0, 0)] = true
	}
	return forms
}

func TestFormsOf(t *testing.T) {
	for tag, want := range map[string]int{"en": 2, "bs": 3, "ar": 6, "zh": 1} {
		if got := len(formsOf(language.MustParse(tag))); got != want {
			t.Errorf("%s has %d forms, want %d", tag, got, want)
		}
	}
}

// messagesOf are all forms of each message of one language, joined.
func messagesOf(t *testing.T, tag string) map[string]string {
	t.Helper()
	dir, err := fs.Sub(files, "locales")
	if err != nil {
		t.Fatal(err)
	}
	messages, err := readMessages(dir, tag)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, m := range messages {
		all[m.ID] = strings.Join([]string{m.Zero, m.One, m.Two, m.Few, m.Many, m.Other}, "\n")
	}
	return all
}

func TestForOneLanguageInTwoScripts(t *testing.T) {
	dir := fstest.MapFS{}
	for _, tag := range []string{"en", "fr", "es", "ru", "ar", "zh", "bs", "sr"} {
		dir[tag+"/common.json"] = &fstest.MapFile{Data: []byte(`{"hi": "x"}`)}
	}
	locales, err := ReadLocales(dir)
	if err != nil {
		t.Fatal(err)
	}
	for wish, want := range map[string]string{
		"bs": "bs", "bs-BA": "bs", "bs-Latn-BA": "bs", "bs-Cyrl-BA": "sr", "hr": "bs", "hr-HR,hr;q=0.9,en;q=0.8": "bs", "hr-BA": "bs",
		"sr": "sr", "sr-RS": "sr", "sr-Cyrl": "sr", "sr-Cyrl-BA": "sr", "sr-Latn": "bs", "sr-Latn-RS,en;q=0.5": "bs", "sr-ME": "bs",
		"sh": "bs", "cnr": "bs", "cnr-Cyrl": "sr", "mk": "en", "sl": "en", "bg,ru;q=0.5": "ru",
		"fr-CA": "fr", "es-419": "es", "ar-MA": "ar", "zh-CN": "zh", "zh-Hans-SG": "zh", "de-AT, de;q=0.9": "en", "*": "en",
	} {
		if got := locales.For(wish).Tag(); got != want {
			t.Errorf("For(%q) = %s, want %s", wish, got, want)
		}
	}
	var all []string
	for _, text := range locales.All() {
		all = append(all, text.Tag())
	}
	if got := strings.Join(all, " "); got != "en ar bs es fr ru sr zh" {
		t.Errorf("the languages are %s", got)
	}
}
