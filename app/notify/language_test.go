package notify

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"jahorina/templates"
	"jahorina/workflows"
)

// marked are English and a made-up language under the tag ar: the English texts, each begun with a mark.
func marked(t *testing.T) *templates.Locales {
	t.Helper()
	names, err := filepath.Glob("../../templates/locales/en/*.json")
	if err != nil || len(names) == 0 {
		t.Fatalf("no English texts: %v", err)
	}
	dir := fstest.MapFS{}
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		dir["en/"+filepath.Base(name)] = &fstest.MapFile{Data: content}
		dir["ar/"+filepath.Base(name)] = &fstest.MapFile{Data: regexp.MustCompile(`(: ")([^"]+)(")`).ReplaceAll(content, []byte("${1}؛${2}${3}"))}
	}
	locales, err := templates.ReadLocales(dir)
	if err != nil {
		t.Fatal(err)
	}
	return locales
}

// Every mail speaks one language from its subject to its foot, and stands on the side of the page that language begins on.
func TestEveryMailInALanguageFromRightToLeft(t *testing.T) {
	mails, err := templates.LoadMails()
	if err != nil {
		t.Fatal(err)
	}
	locales := marked(t)
	n := &Notifier{Config: Config{Mails: mails, Locales: locales}, host: "test.example"}
	for _, name := range slices.Sorted(maps.Keys(letters)) {
		d := &draft{n: n, m: &workflows.Message{ID: "M1", Template: name, Recipient: "a@a.example", CreatedAt: time.Now()}, text: locales.For("ar"), view: fixed()}
		m, err := d.finish()
		if err != nil {
			t.Fatal(err)
		}
		if m.Language != "ar" || !strings.HasPrefix(m.Subject, "؛") || !strings.Contains(m.HTML, `<html lang="ar" dir="rtl">`) {
			t.Errorf("%s: language %s, subject %q", name, m.Language, m.Subject)
		}
		if side := regexp.MustCompile(`(border|padding|margin)-left|text-align:\s*left`).FindString(m.HTML); side != "" {
			t.Errorf("%s.html has %s", name, side)
		}
		for _, line := range strings.Split(m.Text, "\n") {
			if english := regexp.MustCompile(`^[A-Z][a-z]+ [a-z]+ [a-z]+`).FindString(line); english != "" && !strings.Contains(string(d.view.Reason+d.view.Outcomes[0].Rationale)+d.view.What, english) {
				t.Errorf("%s.txt says in English: %s", name, line)
			}
		}
	}
}
