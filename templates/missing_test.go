package templates

import (
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// -missing fr prints what the French texts lack, as files to fill in.
var missing = flag.String("missing", "", "language whose missing texts to print")

// TestMissing is no test without its flag.
func TestMissing(t *testing.T) {
	if *missing == "" {
		return
	}
	dir, err := fs.Sub(files, "locales")
	if err != nil {
		t.Fatal(err)
	}
	out, err := lacking(dir, *missing)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(out)) {
		fmt.Printf("locales/%s/%s\n%s\n", *missing, name, out[name])
	}
	if len(out) == 0 {
		fmt.Printf("%s lacks nothing\n", *missing)
	}
}

// lacking are the English texts that a language lacks, by file, nested as they stand there. A plural lacks whatever
// form its grammar asks for; it is given with all the forms there should be.
func lacking(dir fs.FS, tag string) (map[string]string, error) {
	have := map[string]*i18n.Message{}
	own, err := readMessages(dir, tag)
	if err != nil {
		return nil, err
	}
	for _, m := range own {
		have[m.ID] = m
	}
	names, err := fs.Glob(dir, "en/*.json")
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, name := range names {
		raw, err := fs.ReadFile(dir, name)
		if err != nil {
			return nil, err
		}
		var tree map[string]any
		if err := json.Unmarshal(raw, &tree); err != nil {
			return nil, err
		}
		lacks := lackingOf(tree, "", have, formsOf(language.MustParse(tag)))
		if len(lacks) == 0 {
			continue
		}
		var text strings.Builder
		enc := json.NewEncoder(&text)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		if err := enc.Encode(lacks); err != nil {
			return nil, err
		}
		out[path.Base(name)] = text.String()
	}
	return out, nil
}

func lackingOf(tree map[string]any, above string, have map[string]*i18n.Message, forms map[plural.Form]bool) map[string]any {
	lacks := map[string]any{}
	for name, value := range tree {
		key := strings.TrimPrefix(above+"."+name, ".")
		group, nested := value.(map[string]any)
		switch {
		case nested && !isPlural(group):
			if below := lackingOf(group, key, have, forms); len(below) > 0 {
				lacks[name] = below
			}
		case nested:
			wanted := map[string]any{}
			complete := have[key] != nil
			for form := range forms {
				complete = complete && formText(have[key], form) != ""
				wanted[formName[form]] = group["other"]
				if text, ok := group[formName[form]]; ok {
					wanted[formName[form]] = text
				}
			}
			if !complete {
				lacks[name] = wanted
			}
		case have[key] == nil:
			lacks[name] = value
		}
	}
	return lacks
}

var formName = map[plural.Form]string{
	plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many", plural.Other: "other",
}

func formText(m *i18n.Message, form plural.Form) string {
	if m == nil {
		return ""
	}
	return map[plural.Form]string{plural.Zero: m.Zero, plural.One: m.One, plural.Two: m.Two, plural.Few: m.Few, plural.Many: m.Many, plural.Other: m.Other}[form]
}

func TestLacking(t *testing.T) {
	dir := fstest.MapFS{
		"en/a.json": {Data: []byte(`{"a": {"b": "B", "c": "C & <d>"}, "n": {"one": "{{.Count}} thing", "other": "{{.Count}} things"}}`)},
		"en/b.json": {Data: []byte(`{"x": "X"}`)},
		"ru/a.json": {Data: []byte(`{"a": {"b": "Б"}, "n": {"one": "1", "other": "2"}}`)},
		"ru/c.json": {Data: []byte(`{"x": "Х"}`)}, // in which file a text stands is all the same
	}
	out, err := lacking(dir, "ru")
	if err != nil {
		t.Fatal(err)
	}
	const want = `{
  "a": {
    "c": "C & <d>"
  },
  "n": {
    "few": "{{.Count}} things",
    "many": "{{.Count}} things",
    "one": "{{.Count}} thing",
    "other": "{{.Count}} things"
  }
}
`
	if len(out) != 1 || out["a.json"] != want {
		t.Errorf("got %v", out)
	}
	if out, err = lacking(dir, "zh"); err != nil || len(out) != 2 {
		t.Errorf("a language without any text lacks %v (%v)", out, err)
	}
}
