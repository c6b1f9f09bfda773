package exports

import (
	"slices"
	"strings"
	"testing"

	"jahorina/templates"
)

// Whoever opens a table of a draft reads its columns in their own language, each
// under a name of its own.
func TestTablesSpeakTheReadersLanguage(t *testing.T) {
	locales, err := templates.LoadLocales()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for _, tag := range []string{"en", "fr", "es", "ru", "ar", "zh", "bs", "sr"} {
		for _, columns := range [][]string{blockColumns, changeColumns} {
			head := tableHead(locales.For(tag), columns)
			names := slices.Compact(slices.Sorted(slices.Values(head)))
			if line := strings.Join(head, ","); len(names) != len(columns) || strings.Contains(line, "⟦") || seen[line] != "" {
				t.Errorf("%s, as in %q: %s", tag, seen[line], line)
			} else {
				seen[line] = tag
			}
		}
	}
}
