package templates

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// speakers are the eight languages with one text in every plural form, named after the form.
func speakers(t *testing.T) *Locales {
	t.Helper()
	dir := fstest.MapFS{}
	for tag, day := range map[string]string{
		"en": "{{.Day}} {{.Month}} {{.Year}}", "fr": "{{.Day}} {{.Month}} {{.Year}}", "es": "{{.Day}} de {{.Month}} de {{.Year}}", "ru": "{{.Day}} {{.Month}} {{.Year}} г.",
		"ar": "{{.Day}} {{.Month}} {{.Year}}", "zh": "{{.Year}}年{{.Month}}{{.Day}}日", "bs": "{{.Day}}. {{.Month}} {{.Year}}.", "sr": "{{.Day}}. {{.Month}} {{.Year}}.",
	} {
		month := map[string]string{"en": "March", "fr": "mars", "es": "marzo", "ru": "марта", "ar": "آذار/مارس", "zh": "3月", "bs": "mart", "sr": "март"}[tag]
		dir[tag+"/common.json"] = &fstest.MapFile{Data: fmt.Appendf(nil, `{
			"date": {"day": %q, "instant": %q, "month": {"3": %q}},
			"n": {"zero": "zero {{.Count}}", "one": "one {{.Count}}", "two": "two {{.Count}}", "few": "few {{.Count}}", "many": "many {{.Count}}", "other": "other {{.Count}}"},
			"plain": {"one": "a thing", "other": "{{.Count}} things"}, "at": "{{.When}}"}`, day, day+" {{.Clock}} UTC", month)}
	}
	locales, err := ReadLocales(dir)
	if err != nil {
		t.Fatal(err)
	}
	return locales
}

// Each language counts by its own grammar (CLDR). A form is chosen by the whole number that is shown.
func TestPluralsOfEachLanguage(t *testing.T) {
	locales := speakers(t)
	counts := []int{0, 1, 2, 3, 5, 11, 21, 22, 100, 101, 111, 1000}
	for tag, want := range map[string]string{
		"en": "other one other other other other other other other other other other",
		"fr": "one one other other other other other other other other other other",
		"es": "other one other other other other other other other other other other",
		"ru": "many one few few many many one few many one many many",
		"bs": "other one few few other other one few other one other other",
		"sr": "other one few few other other one few other one other other",
		"ar": "zero one two few few many many many other other many other",
		"zh": "other other other other other other other other other other other other",
	} {
		var got []string
		for _, n := range counts {
			form, number, _ := strings.Cut(locales.For(tag).T("n", "Count", n), " ")
			got = append(got, form)
			if number != locales.For(tag).Number(n) {
				t.Errorf("%s writes %d as %q", tag, n, number)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s counts %v as\n%s, want\n%s", tag, counts, got, want)
		}
	}
}

// A form the translator had no use for never falls back to English: French has one for whole millions.
func TestPluralFormsNobodyWrote(t *testing.T) {
	locales := speakers(t)
	for _, tag := range []string{"fr", "es", "ar", "ru", "bs"} {
		for _, n := range []int{0, 2, 3, 11, 1_000_000, 1_000_003} {
			text := locales.For(tag)
			if got, want := text.T("plain", "Count", n), text.Number(n)+" things"; got != want && !(tag == "fr" && n == 0) {
				t.Errorf("%s says %q of %d, want %q", tag, got, n, want)
			}
		}
	}
}

func TestNumbersAndDatesOfEachLanguage(t *testing.T) {
	locales := speakers(t)
	at := time.Date(2026, 3, 5, 7, 4, 0, 0, time.UTC)
	for tag, want := range map[string][3]string{
		"en": {"1,234,567", "5 March 2026", "5 March 2026 07:04 UTC"},
		"fr": {"1\u00a0234\u00a0567", "5 mars 2026", "5 mars 2026 07:04 UTC"},
		"es": {"1.234.567", "5 de marzo de 2026", "5 de marzo de 2026 07:04 UTC"},
		"ru": {"1\u00a0234\u00a0567", "5 марта 2026 г.", "5 марта 2026 г. 07:04 UTC"},
		"bs": {"1.234.567", "5. mart 2026.", "5. mart 2026. 07:04 UTC"},
		"sr": {"1.234.567", "5. март 2026.", "5. март 2026. 07:04 UTC"},
		"ar": {"1,234,567", "5 آذار/مارس 2026", "5 آذار/مارس 2026 07:04 UTC"},
		"zh": {"1,234,567", "2026年3月5日", "2026年3月5日 07:04 UTC"},
	} {
		text := locales.For(tag)
		if got := [3]string{text.Number(1234567), text.Date(at), text.DateTime(at)}; got != want {
			t.Errorf("%s: got %q, want %q", tag, got, want)
		}
		if got := text.T("at", "When", at); got != want[2] {
			t.Errorf("%s: a time within a text is %q", tag, got)
		}
		if got := text.T("at", "When", &at); got != want[2] { // one that may be missing
			t.Errorf("%s: a pointer to a time within a text is %q", tag, got)
		}
	}
}
