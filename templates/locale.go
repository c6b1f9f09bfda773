package templates

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"
)

// defaultTag is the language every other one falls back to.
var defaultTag = language.English

// Locales is the set of languages the texts exist in. It never changes after loading and may be shared.
type Locales struct {
	matcher language.Matcher
	texts   []*Text // in the order the matcher knows; the default language first
}

// LoadLocales reads locales/<tag>/*.json. It fails on malformed JSON, an unknown tag, or a key given twice.
func LoadLocales() (*Locales, error) {
	locales, err := fs.Sub(files, "locales")
	if err != nil {
		return nil, fmt.Errorf("load locales: %w", err)
	}
	return ReadLocales(locales)
}

// ReadLocales is LoadLocales from another folder, for tests in languages that are not there.
func ReadLocales(dir fs.FS) (*Locales, error) {
	catalogues, err := readCatalogues(dir)
	if err != nil {
		return nil, fmt.Errorf("load locales: %w", err)
	}
	// The matcher answers with its first language when nothing fits, so the default leads.
	slices.SortFunc(catalogues, func(a, b catalogue) int {
		return cmp.Or(-cmp.Compare(isDefault(a.tag), isDefault(b.tag)), strings.Compare(a.tag.String(), b.tag.String()))
	})
	bundle := i18n.NewBundle(defaultTag)
	l := &Locales{}
	var tags []language.Tag
	for _, c := range catalogues {
		if err := bundle.AddMessages(c.tag, complete(c.messages)...); err != nil {
			return nil, fmt.Errorf("load locale %s: %w", c.tag, err)
		}
		tags = append(tags, c.tag)
		l.texts = append(l.texts, newText(bundle, c.tag))
	}
	l.matcher = language.NewMatcher(tags)
	return l, nil
}

func isDefault(tag language.Tag) int {
	if tag == defaultTag {
		return 1
	}
	return 0
}

// For returns the texts in the first wish that can be met. Each wish is one tag ("bs") or a whole Accept-Language
// header; give them in order of weight: the person's own setting, the browser's header, the organisation's language.
// A wish that only matches with confidence No is passed over (x/text would read Ukrainian as Russian);
// English answers when none can be met.
func (l *Locales) For(wishes ...string) *Text {
	for _, wish := range wishes {
		tags, _, err := language.ParseAcceptLanguage(wish)
		if err != nil || len(tags) == 0 {
			continue
		}
		for i := range tags {
			tags[i] = sameLanguage(tags[i])
		}
		// The index, not the tag: the matched tag comes back with extensions nobody translated.
		if _, i, confidence := l.matcher.Match(tags...); confidence != language.No {
			return l.texts[i]
		}
	}
	return l.texts[0]
}

// sameLanguage reads Bosnian, Croatian, Montenegrin and Serbian as what they are here: one set of texts in two
// scripts, called bs in Latin and sr in Cyrillic.
func sameLanguage(tag language.Tag) language.Tag {
	base, _ := tag.Base()
	switch base.String() {
	case "bs", "hr", "sr", "sh", "cnr":
	default:
		return tag
	}
	if script, _ := tag.Script(); script.String() == "Cyrl" {
		return language.Serbian
	}
	return bosnian
}

var bosnian = language.MustParse("bs")

// All are the texts in every language, English first, the others by their tags.
func (l *Locales) All() []*Text { return slices.Clone(l.texts) }

// Text speaks one language. It never changes and may be shared by requests.
type Text struct {
	tag       language.Tag
	localizer *i18n.Localizer
	printer   *message.Printer
}

func newText(bundle *i18n.Bundle, tag language.Tag) *Text {
	return &Text{tag: tag, localizer: i18n.NewLocalizer(bundle, tag.String()), printer: message.NewPrinter(latinDigits(tag))}
}

// latinDigits keeps the digits 0 to 9 in every language. Receipts, numbers of provisions, addresses and the controls of
// forms have no others, and a page that mixed them with ٣ would have to be read twice.
func latinDigits(tag language.Tag) language.Tag {
	if with, err := tag.SetTypeForKey("nu", "latn"); err == nil {
		return with
	}
	return tag
}

// T returns the text of a key. Args are either one map[string]any or name-value pairs for the placeholders in the text.
// Whole numbers and times among them are written as Number and DateTime write them; an integer named Count
// also chooses the plural form. A key that does not exist comes back as ⟦key⟧: visible, and no reason to refuse a page.
func (t *Text) T(key string, args ...any) string {
	data := placeholders(args)
	config := &i18n.LocalizeConfig{MessageID: key, TemplateData: data}
	if count, ok := integer(data["Count"]); ok {
		config.PluralCount = count
	}
	for name, value := range data {
		data[name] = t.written(value)
	}
	// go-i18n returns the default language's text together with an error: a text is better than none.
	text, _ := t.localizer.Localize(config)
	if text == "" {
		return "⟦" + key + "⟧"
	}
	return text
}

func (t *Text) written(value any) any {
	if at, ok := value.(*time.Time); ok && at != nil {
		value = *at
	}
	if at, ok := value.(time.Time); ok {
		return t.DateTime(at)
	}
	if n, ok := integer(value); ok {
		return t.Number(n)
	}
	return value
}

// Error returns the sentence for what a workflow refused: the text of error.key. The codes it may carry are written
// as words: Object by object.<object>, State by state.<object>.<state>, Action by action.<object>.<action>.
func (t *Text) Error(key string, args map[string]any) string {
	data := placeholders([]any{args})
	object := textOf(args["Object"])
	for name, word := range map[string]string{
		"Object": "object." + object,
		"State":  "state." + object + "." + textOf(args["State"]),
		"Action": "action." + object + "." + textOf(args["Action"]),
	} {
		if _, given := args[name]; given && t.Has(word) {
			data[name] = t.T(word)
		}
	}
	return t.T("error."+key, data)
}

// Has reports whether the key has a text in this or the default language.
func (t *Text) Has(key string) bool {
	text, _ := t.localizer.Localize(&i18n.LocalizeConfig{MessageID: key})
	return text != ""
}

// Tag is the BCP 47 tag for the lang attribute.
func (t *Text) Tag() string { return t.tag.String() }

// Dir is the direction of writing for the dir attribute: "ltr" or "rtl".
func (t *Text) Dir() string {
	script, _ := t.tag.Script()
	switch script.String() {
	case "Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm", "Rohg":
		return "rtl"
	}
	return "ltr"
}

// Date prints the day in UTC: "24 November 2026". The zero time prints as an empty string.
func (t *Text) Date(at time.Time) string { return t.format("date.day", at) }

// DateTime prints day, hour and minute in UTC and says so: "24 November 2026, 17:00 UTC".
// The zero time prints as an empty string.
func (t *Text) DateTime(at time.Time) string { return t.format("date.instant", at) }

func (t *Text) format(key string, at time.Time) string {
	if at.IsZero() {
		return ""
	}
	at = at.UTC()
	return t.T(key,
		"Day", at.Day(), "Month", t.T(fmt.Sprintf("date.month.%d", int(at.Month()))),
		"Year", t.printer.Sprint(number.Decimal(at.Year(), number.NoSeparator())),
		"Clock", at.Format("15:04"))
}

// Number prints a whole number with the language's digits and grouping: 12,345.
func (t *Text) Number(n int) string { return t.printer.Sprint(number.Decimal(n)) }

// Decimal prints a number with at most one digit after the point: 3.5.
func (t *Text) Decimal(v float64) string {
	return t.printer.Sprint(number.Decimal(v, number.MaxFractionDigits(1)))
}

// Amount prints a number with exactly so many digits after the point: 1,900.50.
func (t *Text) Amount(v float64, digits int) string {
	return t.printer.Sprint(number.Decimal(v, number.Scale(digits)))
}

// Options labels each value with the text of prefix.value, for selects, radios and checkboxes.
// Values may be any slice of strings or of a string type, such as the sectors a workflow declares.
func (t *Text) Options(prefix string, values any) ([]Option, error) {
	names, err := stringsOf(values)
	if err != nil {
		return nil, fmt.Errorf("options of %s: %w", prefix, err)
	}
	options := make([]Option, len(names))
	for i, name := range names {
		options[i] = Option{Value: name, Label: t.T(prefix + "." + name)}
	}
	return options, nil
}

func placeholders(args []any) map[string]any {
	data := map[string]any{}
	if len(args) == 1 {
		given, _ := args[0].(map[string]any)
		for name, value := range given {
			data[name] = value
		}
		return data
	}
	for i := 0; i+1 < len(args); i += 2 {
		data[fmt.Sprint(args[i])] = args[i+1]
	}
	return data
}

func integer(v any) (int, bool) {
	switch n := v.(type) {
	case int:
		return n, true
	case int64:
		return int(n), true
	}
	return 0, false
}
