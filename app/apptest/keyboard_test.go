package apptest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestPersonWithoutMouse(t *testing.T) {
	tab := Browser(t)
	address := site(t)
	file := filepath.Join(t.TempDir(), "draft.md")
	if err := os.WriteFile(file, []byte("draft-text"), 0o600); err != nil {
		t.Fatal(err)
	}
	tab.Keyboard()
	tab.Open(address + "/form")
	tab.Fill("textarea", "数据数据数据, not the old one")
	tab.Fill("[name=kind]", "technical")
	tab.Fill("[name=day]", "2026-11-24")
	tab.Click("#yes")
	tab.Upload("[name=file]", file)
	tab.Submit("form")
	if got, want := tab.Text("h1"), "23 数据 technical 2026-11-24 yes draft-text"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// What only a mouse reaches, and a focus that is drawn nowhere, are faults.
func TestKeyboardFindsWhatKeepsItOut(t *testing.T) {
	tab := Browser(t)
	address := site(t)
	tab.Keyboard()
	for what, c := range map[string]struct{ change, want string }{
		"out of reach": {`document.querySelector('#next').tabIndex = -1`, "does not reach #next"},
		"unseen":       {`document.querySelector('#next').style.outline = 'none'`, "the focus on #next cannot be seen"},
	} {
		tab.Open(address + "/form")
		eval[any](tab, "spoil the page", c.change)
		got := run(t, func(inner testing.TB) {
			tab.t = inner
			tab.Click("#next")
		})
		tab.t = t
		if !strings.Contains(got, c.want) {
			t.Errorf("%s: %q does not say %q", what, got, c.want)
		}
	}
}
