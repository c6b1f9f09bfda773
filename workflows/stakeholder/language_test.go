package stakeholder_test

import (
	"strings"
	"testing"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/stakeholder"
)

func TestChooseLanguage(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		choose := func(by workflows.Actor, tag string) error {
			return b.Write(by, func(tx *workflows.Tx) error { return stakeholder.ChooseLanguage(tx, tag) })
		}
		now := func(who workflows.Actor) string {
			p, err := stakeholder.Self(b.Read(who))
			if err != nil {
				t.Fatal(err)
			}
			return p.Language
		}
		for tag, want := range map[string]string{"AR": "ar", "sr-cyrl": "sr-Cyrl", "fr-CA": "fr-CA"} {
			if err := choose(b.Official, tag); err != nil || now(b.Official) != want {
				t.Errorf("after choosing %s the language is %s (%v)", tag, now(b.Official), err)
			}
		}
		if now(b.Second) != "en" {
			t.Error("the language of another person changed too")
		}
		before := now(b.Official)
		for _, tag := range []string{"", " ", "not a language", "%%", strings.Repeat("a", 4000)} {
			if err := choose(b.Official, tag); !workflows.IsKind(err, workflows.Invalid) || now(b.Official) != before {
				t.Errorf("choosing %.20q: %v", tag, err)
			}
		}
		if err := choose(workflows.Actor{}, "fr"); err == nil {
			t.Error("a visitor has an account")
		}
		// The same choice again changes nothing and is no news.
		entries := func() int { return b.Count("audit_entries", "action = ?", "choose_language") }
		n := entries()
		if err := choose(b.Second, "en"); err != nil || entries() != n || n == 0 {
			t.Errorf("%d entries, then %d (%v)", n, entries(), err)
		}
	})
}
