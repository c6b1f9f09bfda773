package apptest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// A Fault is what a checker found wrong with a page.
type Fault struct {
	Page    string `json:"page"` // file name; empty where the page is the one in the tab
	Rule    string `json:"rule"`
	Message string `json:"message"`
	At      string `json:"at"` // a selector of the element
}

func (f Fault) String() string { return fmt.Sprintf("%s: %s at %s", f.Rule, f.Message, f.At) }

// checkers is the folder with the checkers that npm has installed. Where they
// are missing the test is left out, or fails on CI.
func checkers(t testing.TB) string {
	t.Helper()
	dir, err := filepath.Abs(".")
	for err == nil {
		if _, gone := os.Stat(filepath.Join(dir, "go.mod")); gone == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	dir = filepath.Join(dir, "app", "apptest", "testdata", "checks")
	_, err = os.Stat(filepath.Join(dir, "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		err = fmt.Errorf("%w: %w", errMissing, err)
	}
	needBy(t, "axe-core and html-validate", "make checks", err)
	return dir
}

// ValidateHTML checks all pages (*.html) of a folder against the standard
// (html-validate). About 20 ms a page.
func ValidateHTML(t testing.TB, folder string) []Fault {
	t.Helper()
	dir := checkers(t)
	node := Program(t, "node", "nodejs")
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, node, filepath.Join(dir, "validate.mjs"), folder)
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("validate pages: %v\n%s", err, exit.Stderr)
		}
		t.Fatalf("validate pages: %v", err)
	}
	var faults []Fault
	if err := json.Unmarshal(out, &faults); err != nil {
		t.Fatalf("validate pages: %v", err)
	}
	return faults
}

// WithAxe puts the accessibility checker into all pages opened from now on.
func (b *Tab) WithAxe() {
	b.t.Helper()
	source, err := os.ReadFile(filepath.Join(checkers(b.t), "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		b.t.Fatal(err)
	}
	b.Do("put the accessibility checker in", chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: string(source)})
		return err
	}))
}

// Axe checks the page for what keeps people out: WCAG 2.2, levels A and AA, and
// axe-core's own good practice, but for the rules that are named. It wants WithAxe
// beforehand.
func (b *Tab) Axe(without ...string) []Fault {
	b.t.Helper()
	const check = `axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'], rules: %s})
		.then(r => r.violations.flatMap(v => v.nodes.map(n => ({rule: v.id, message: n.failureSummary.replace(/\s+/g, ' '), at: n.target.join(' ')}))))`
	rules := map[string]any{}
	for _, name := range without {
		rules[name] = map[string]bool{"enabled": false}
	}
	settings, err := json.Marshal(rules)
	if err != nil {
		b.t.Fatal(err)
	}
	run := fmt.Sprintf(check, settings)
	return ask(b, "check accessibility", func(ctx context.Context) ([]Fault, error) {
		return chromedp.Run(ctx, chromedp.Evaluate[[]Fault](run, chromedp.EvalAwaitPromise))
	})
}

// ForcedColours shows pages as people see them who have the system choose all
// colours, or ends that.
func (b *Tab) ForcedColours(on bool) {
	b.t.Helper()
	value := "none"
	if on {
		value = "active"
	}
	b.Do("force colours", emulated(emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "forced-colors", Value: value}}}))
}

// OnPaper shows pages as they are printed, or ends that.
func (b *Tab) OnPaper(on bool) {
	b.t.Helper()
	medium := ""
	if on {
		medium = "print"
	}
	b.Do("lay out for paper", emulated(emulation.SetEmulatedMediaParams{Media: medium}))
	// What a medium shows and hides is settled with a frame, and a page whose
	// scripts are off can't be asked to wait for one.
	b.Do("draw", chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, page.CaptureScreenshot, page.CaptureScreenshotParams{})
		return err
	}))
}

func emulated(medium emulation.SetEmulatedMediaParams) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, medium)
		return err
	})
}

// Ask returns the value of a JavaScript expression on the page.
func Ask[T any](b *Tab, what, expression string) T {
	b.t.Helper()
	return eval[T](b, what, expression)
}
