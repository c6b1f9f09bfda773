package templates

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// same are texts that may be the English ones, though they have more than three words.
var same = []string{"import.columns_list"}

// scripts are those of the languages that are not written in Latin letters.
var scripts = map[string]*unicode.RangeTable{"ru": unicode.Cyrillic, "sr": unicode.Cyrillic, "ar": unicode.Arabic, "zh": unicode.Han}

// Every language has every text English has and no other, with the same placeholders, the plural forms of its own
// grammar, and nothing left in English.
func TestLocalesAreComplete(t *testing.T) {
	dir, err := fs.Sub(files, "locales")
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range faultsOf(t, dir) {
		t.Error(fault)
	}
}

func faultsOf(t *testing.T, dir fs.FS) []string {
	t.Helper()
	catalogues, err := readCatalogues(dir)
	if err != nil {
		t.Fatal(err)
	}
	byTag := map[string]map[string]*i18n.Message{}
	plurals := map[string]bool{}
	for _, c := range catalogues {
		byTag[c.tag.String()] = map[string]*i18n.Message{}
		for _, m := range c.messages {
			byTag[c.tag.String()][m.ID] = m
			if m.One+m.Two+m.Few+m.Many+m.Zero != "" {
				plurals[m.ID] = true
			}
		}
	}
	var faults []string
	for tag, own := range byTag {
		for key := range own {
			if byTag["en"][key] == nil {
				faults = append(faults, fmt.Sprintf("%s has %s, which English lacks", tag, key))
			}
		}
		for key, english := range byTag["en"] {
			if own[key] == nil {
				faults = append(faults, fmt.Sprintf("%s lacks %s", tag, key))
				continue
			}
			for _, what := range faultsOfMessage(tag, english, own[key], plurals[key]) {
				faults = append(faults, fmt.Sprintf("%s: %s %s", tag, key, what))
			}
		}
	}
	slices.Sort(faults)
	return faults
}

func faultsOfMessage(tag string, english, own *i18n.Message, counted bool) []string {
	var faults []string
	forms := formsOf(language.MustParse(tag))
	for form, name := range formName {
		text, wanted := formText(own, form), forms[form] && (counted || form == plural.Other)
		switch {
		case wanted && text == "":
			faults = append(faults, "lacks the plural form "+name)
		case !wanted && text != "":
			faults = append(faults, "has the plural form "+name+", which this language has not")
		case text != "":
			faults = append(faults, faultsOfText(tag, english, text, exact(tag, form))...)
		}
	}
	return faults
}

// faultsOfText compares one form with English. Where the form stands for a single number, that number may be a word.
func faultsOfText(tag string, english *i18n.Message, text string, single bool) []string {
	var faults []string
	source := strings.Join([]string{english.One, english.Other}, "\n")
	want, have := slotsOf(source), slotsOf(text)
	for slot := range want {
		if !have[slot] && (!single || slot != "{{.Count}}") {
			faults = append(faults, "lacks "+slot)
		}
	}
	for slot := range have {
		if !want[slot] {
			faults = append(faults, "has "+slot+", which English has not")
		}
	}
	if tag == "en" || slices.Contains(same, english.ID) || len(strings.Fields(slot.ReplaceAllString(text, ""))) <= 3 {
		return faults
	}
	script := scripts[tag]
	left := text == english.Other || text == english.One
	if script != nil && strings.ContainsFunc(text, unicode.IsLetter) && !strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(script, r) }) {
		left = true
	}
	if left {
		faults = append(faults, "is left in English")
	}
	return faults
}

var slot = regexp.MustCompile(`\{\{[^}]*\}\}|%\{\w+\}`)

func slotsOf(text string) map[string]bool {
	slots := map[string]bool{}
	for _, s := range slot.FindAllString(text, -1) {
		slots[strings.ReplaceAll(s, " ", "")] = true
	}
	return slots
}

// exact reports whether a form stands for one number alone, or for none beside it: "two" does in Arabic, "one" does in
// English and French (0, 1), but not in Russian (21, 31 …).
func exact(tag string, form plural.Form) bool {
	n := 0
	for i := 1; i < 1000; i++ {
		if plural.Cardinal.MatchPlural(language.MustParse(tag), i, 0, 0, 0, 0) == form {
			n++
		}
	}
	return n <= 1
}

// What a translator gets wrong is found, and what is right is not.
func TestFaultsOfLocales(t *testing.T) {
	english := `{"plain": "Send your answer before the deadline", "short": "Jahorina", "slots": "From {{.From}} to {{.To}}",
		"n": {"one": "{{.Count}} thing of {{.Name}}", "other": "{{.Count}} things of {{.Name}}"}, "left": "Characters left: %{count}"}`
	for name, c := range map[string]struct{ tag, text, want string }{
		"right": {"bs", `{"plain": "Pošaljite odgovor prije roka", "short": "Jahorina", "slots": "Od {{.From}} do {{.To}}",
			"n": {"one": "{{.Count}} stvar {{.Name}}", "few": "{{.Count}} stvari {{.Name}}", "other": "{{.Count}} stvari {{.Name}}"}, "left": "Preostalo: %{count}"}`, ""},
		"right, numbers as words": {"ar", `{"plain": "أ ب ت ث ج", "short": "Jahorina", "slots": "{{.To}} - {{.From}}",
			"n": {"zero": "لا {{.Name}}", "one": "واحد {{.Name}}", "two": "اثنان {{.Name}}", "few": "{{.Count}} {{.Name}}", "many": "{{.Count}} {{.Name}}", "other": "{{.Count}} {{.Name}}"}, "left": "%{count}"}`, ""},
		"a key too few":     {"fr", `{"short": "J", "slots": "{{.From}}{{.To}}", "n": {"one": "{{.Count}}{{.Name}}", "other": "{{.Count}}{{.Name}}"}, "left": "%{count}"}`, "fr lacks plain"},
		"a key too many":    {"fr", `{"more": "x", "plain": "p", "short": "J", "slots": "{{.From}}{{.To}}", "n": {"one": "{{.Count}}{{.Name}}", "other": "{{.Count}}{{.Name}}"}, "left": "%{count}"}`, "fr has more"},
		"left in English":   {"fr", `{"plain": "Send your answer before the deadline", "short": "J", "slots": "{{.From}}{{.To}}", "n": {"one": "{{.Count}}{{.Name}}", "other": "{{.Count}}{{.Name}}"}, "left": "%{count}"}`, "plain is left in English"},
		"another script":    {"ru", `{"plain": "Poshlite otvet do sroka", "short": "J", "slots": "{{.From}}{{.To}}", "n": {"one": "{{.Count}}{{.Name}}", "few": "{{.Count}}{{.Name}}", "many": "{{.Count}}{{.Name}}", "other": "{{.Count}}{{.Name}}"}, "left": "%{count}"}`, "plain is left in English"},
		"a slot too few":    {"fr", `{"plain": "p", "short": "J", "slots": "{{.From}}", "n": {"one": "{{.Count}}{{.Name}}", "other": "{{.Count}}{{.Name}}"}, "left": "%{count}"}`, "slots lacks {{.To}}"},
		"a slot misspelt":   {"fr", `{"plain": "p", "short": "J", "slots": "{{.From}}{{.to}}", "n": {"one": "{{.Count}}{{.Name}}", "other": "{{.Count}}{{.Name}}"}, "left": "%{count}"}`, "slots has {{.to}}"},
		"a slot of scripts": {"fr", `{"plain": "p", "short": "J", "slots": "{{.From}}{{.To}}", "n": {"one": "{{.Count}}{{.Name}}", "other": "{{.Count}}{{.Name}}"}, "left": "%{compte}"}`, "left lacks %{count}"},
		"a form too few":    {"ru", `{"plain": "ж", "short": "J", "slots": "{{.From}}{{.To}}", "n": {"one": "{{.Count}}{{.Name}}", "few": "{{.Count}}{{.Name}}", "other": "{{.Count}}{{.Name}}"}, "left": "%{count}"}`, "n lacks the plural form many"},
		"a form too many":   {"zh", `{"plain": "文", "short": "J", "slots": "{{.From}}{{.To}}", "n": {"one": "{{.Count}}{{.Name}}", "other": "{{.Count}}{{.Name}}"}, "left": "%{count}"}`, "n has the plural form one"},
		"a slot of a form":  {"ru", `{"plain": "ж", "short": "J", "slots": "{{.From}}{{.To}}", "n": {"one": "один {{.Name}}", "few": "{{.Count}}{{.Name}}", "many": "{{.Count}}{{.Name}}", "other": "{{.Count}}{{.Name}}"}, "left": "%{count}"}`, "n lacks {{.Count}}"},
		"no plural at all":  {"ru", `{"plain": "ж", "short": "J", "slots": "{{.From}}{{.To}}", "n": "{{.Count}}{{.Name}}", "left": "%{count}"}`, "n lacks the plural form few"},
	} {
		dir := fstest.MapFS{"en/a.json": {Data: []byte(english)}, c.tag + "/b.json": {Data: []byte(c.text)}}
		faults := faultsOf(t, dir)
		found := slices.ContainsFunc(faults, func(f string) bool { return c.want != "" && strings.Contains(f, c.want) })
		if found != (c.want != "") || c.want == "" && len(faults) > 0 {
			t.Errorf("%s: found %q, want %q", name, faults, c.want)
		}
	}
	if exact("ru", plural.One) || !exact("fr", plural.One) || exact("fr", plural.Other) || !exact("ar", plural.Two) || !exact("en", plural.One) {
		t.Error("exact is wrong")
	}
}
