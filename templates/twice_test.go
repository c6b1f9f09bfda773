package templates

import (
	"encoding/json"
	"io/fs"
	"strings"
	"testing"
)

// A name given twice in one object of a file would hide the first text.
func TestNoNameTwiceInAnObject(t *testing.T) {
	names, err := fs.Glob(files, "locales/*/*.json")
	if err != nil || len(names) == 0 {
		t.Fatal(len(names), err)
	}
	for _, name := range names {
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, twice := range namedTwice(json.NewDecoder(strings.NewReader(string(raw))), "") {
			t.Errorf("%s: %s stands twice", name, twice)
		}
	}
	if got := namedTwice(json.NewDecoder(strings.NewReader(`{"a": {"b": "", "b": ""}, "c": {"b": ""}}`)), ""); len(got) != 1 || got[0] != ".a.b" {
		t.Errorf("found %q", got)
	}
}

// namedTwice reads one value and returns the paths of names that stand twice in
// their object.
func namedTwice(d *json.Decoder, at string) []string {
	token, err := d.Token()
	if token != json.Delim('{') || err != nil {
		return nil
	}
	var out []string
	seen := map[string]bool{}
	for d.More() {
		key, _ := d.Token()
		path := at + "." + key.(string)
		if seen[path] {
			out = append(out, path)
		}
		seen[path] = true
		out = append(out, namedTwice(d, path)...)
	}
	_, _ = d.Token() // the brace that closes it
	return out
}
