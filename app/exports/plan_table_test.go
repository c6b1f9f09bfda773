package exports

import (
	"strings"
	"testing"

	"jahorina/templates"
)

// In every language each column of a plan has a heading of its own, and the table
// reads back as the one for programs.
func TestAPlanReadsBackInEveryLanguage(t *testing.T) {
	locales, err := templates.LoadLocales()
	if err != nil {
		t.Fatal(err)
	}
	plain := strings.Join(PlanColumns, ",") + "\r\n"
	words := map[string]string{"kind": "procedures", "source": "sought", "tags": "prevention; consequence", "status": "under_way", "milestone_status": "stopped", "title": "Procedures"}
	var cells, heads []string
	for _, c := range PlanColumns {
		cells = append(cells, words[c])
	}
	plain = "\ufeff" + plain + strings.Join(cells, ",") + "\r\n"
	for _, text := range locales.All() {
		known := map[string]string{}
		heads, cells = nil, nil
		for _, c := range PlanColumns {
			head := PlanHeading(text, c)
			if other, twice := known[strings.ToLower(head)]; twice {
				t.Errorf("%s: %s and %s are both called %s", text.Tag(), c, other, head)
			}
			known[strings.ToLower(head)] = c
			var said []string
			for w := range strings.SplitSeq(words[c], "; ") {
				if planWords[c] != nil && w != "" {
					w = PlanWord(text, c, w)
				}
				said = append(said, w)
			}
			heads, cells = append(heads, `"`+head+`"`), append(cells, `"`+strings.Join(said, "; ")+`"`)
		}
		typed := strings.Join(heads, ";") + "\r\n" + strings.Join(cells, ";") + "\r\n"
		if got := string(PlainPlan(locales, []byte(typed))); got != plain {
			t.Errorf("%s: %s\nis read as\n%s", text.Tag(), typed, got)
		}
	}
	for _, other := range []string{plain, "number,title\n1,2\n", "", "\xff", "a\"b,c"} {
		if got := string(PlainPlan(locales, []byte(other))); got != other {
			t.Errorf("%q became %q", other, got)
		}
	}
}
