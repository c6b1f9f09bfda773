package apptest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// stepTime bounds each step of a browser test. A page takes well under a
// second; the rest is for a machine on which every package is tested at once.
const stepTime = 20 * time.Second

// profileScript makes the browser's profile directory and prints its name; when
// the test process is gone, and the browser by it, it removes the directory.
// Chromium ends by itself once the pipe it is driven through is closed.
const profileScript = `
trap '' HUP INT TERM
dir=$(mktemp -d "${TMPDIR:-/tmp}/apptest-browser.XXXXXX") || exit 1
echo "$dir"
cat >/dev/null
for i in 1 2 3 4 5 6 7 8 9 10; do
  rm -rf "$dir" 2>/dev/null
  sleep 0.2
  test -e "$dir" || exit 0
done
`

// A browser is the one Chromium of this process.
type browser struct {
	ctx     context.Context // without a deadline, which would end the browser
	profile string          // directory
	life    tether
}

var ownBrowser = sync.OnceValues(startBrowser)

func startBrowser() (*browser, error) {
	program, err := chromium()
	if err != nil {
		return nil, err
	}
	profile, life, err := tie("", profileScript)
	if err != nil {
		return nil, err
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(program),
		chromedp.UserDataDir(profile),
		chromedp.NoSandbox, // root and most containers cannot have one; only own pages are opened
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.WindowSize(1280, 900),
	)
	allocator, _ := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, _ := chromedp.NewContext(allocator)
	return &browser{ctx, profile, life}, chromedp.Do(ctx)
}

func chromium() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("chromium: %w", errMissing)
}

// A Tab is a page in the browser, driven as a person would: with the mouse and
// the keyboard. Every method ends the test when the page does not do what was
// asked within 20 seconds, and then says where it was and what stood there.
// Elements are named by CSS selectors; the first match counts.
type Tab struct {
	t    testing.TB
	ctx  context.Context
	step time.Duration // for one step

	byKeys bool // without a mouse; see Keyboard
}

// Browser opens an empty tab with cookies of its own, so two tabs in one test
// are two people. It is closed when the test ends. The first call in a process
// starts Chromium (1 to 2 s).
func Browser(t testing.TB) *Tab {
	t.Helper()
	b, err := ownBrowser()
	need(t, "Chromium", "chromium", err)
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("open tab: %v", err)
	}
	tab := &Tab{t: t, ctx: ctx, step: stepTime}
	tab.Size(1280, 900)
	return tab
}

// Do runs steps that have no method here. What is for the failure's message:
// "open /x".
func (b *Tab) Do(what string, steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ask(b, what, func(ctx context.Context) (chromedp.Void, error) {
		return chromedp.Void{}, chromedp.Do(ctx, steps...)
	})
}

// Open loads an address and waits until the page is there.
func (b *Tab) Open(url string) {
	b.t.Helper()
	b.Do("open "+url, chromedp.Navigate(url))
}

// Click presses an element. If it is a link to a page or a button that sends a
// form, it also waits until the next page is there.
func (b *Tab) Click(css string) {
	b.t.Helper()
	b.Wait(css)
	const leads = `(e => {
		const link = e.closest('a[href]');
		if (link) return !link.getAttribute('href').startsWith('#') && !link.target && !link.hasAttribute('download');
		const button = e.closest('button, input');
		return !!button && !!button.form && ['submit', 'image'].includes(button.type);
	})(%s)`
	follow := eval[bool](b, "look at "+css, fmt.Sprintf(leads, element(css)))
	if b.byKeys {
		b.clickByKeys(css, follow)
		return
	}
	if follow {
		b.leave("follow "+css, chromedp.Click(chromedp.CSS(css), chromedp.NodeVisible))
		return
	}
	b.Do("click "+css, chromedp.Click(chromedp.CSS(css), chromedp.NodeVisible))
}

// Submit presses the first submit button of the form that css names, of those
// that can be seen and reached, and waits until the next page is there.
func (b *Tab) Submit(css string) {
	b.t.Helper()
	const mark = `document.querySelectorAll('[data-apptest]').forEach(e => e.removeAttribute('data-apptest')),
		(e => { e?.setAttribute('data-apptest', 'submit'); return !!e })([...document.querySelectorAll(%s)].find(e => e.checkVisibility() && e.tabIndex >= 0))`
	buttons := fmt.Sprintf(`:is(%s) :is(button:not([type]), [type=submit])`, css)
	b.until("wait for a button in "+css, fmt.Sprintf(mark, quote(buttons)))
	b.Click(`[data-apptest=submit]`)
}

// leave takes a step to another page, which may have the same address. The mark
// on the page left behind tells the two apart.
func (b *Tab) leave(what string, step chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	eval[bool](b, what, `window.apptestLeft = true`)
	b.Do(what, step)
	b.until(what+" and wait for the next page", `!window.apptestLeft && document.readyState === 'complete'`)
}

// Fill types text into a field in place of what stands there. Where one does not
// type but choose (select, date and time fields) the text is the value.
func (b *Tab) Fill(css, text string) {
	b.t.Helper()
	b.Wait(css)
	if b.byKeys && !eval[bool](b, "look at "+css, `['date', 'time', 'datetime-local', 'month'].includes(`+element(css)+`.type)`) {
		b.fillByKeys(css, text)
		return
	}
	const choose = `((e, value) => {
		e.focus();
		if (!['select-one', 'date', 'time', 'datetime-local', 'month'].includes(e.type)) { e.select(); return false; }
		e.value = value;
		if (e.value !== value) throw new Error('it cannot be ' + value);
		e.dispatchEvent(new Event('input', {bubbles: true}));
		e.dispatchEvent(new Event('change', {bubbles: true}));
		return true;
	})(%s, %s)`
	if eval[bool](b, "fill "+css, fmt.Sprintf(choose, element(css), quote(text))) {
		return
	}
	b.Do("fill "+css, chromedp.KeyEvent(kb.Backspace), typeText(text))
}

// typeText enters the text at once, as an input method does: 20,000 Chinese
// characters take no longer than one.
func typeText(text string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, input.InsertText, input.InsertTextParams{Text: text})
		return err
	})
}

// SelectWords selects words where they first stand in an element, as one does with
// the mouse.
func (b *Tab) SelectWords(css, words string) {
	b.t.Helper()
	b.Wait(css)
	const find = `((root, words) => {
		const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
		while (texts.nextNode()) {
			const at = texts.currentNode.data.indexOf(words)
			if (at < 0) continue
			getSelection().setBaseAndExtent(texts.currentNode, at, texts.currentNode, at + words.length)
			return true
		}
		return false
	})(%s, %s)`
	if !eval[bool](b, "select "+words, fmt.Sprintf(find, element(css), quote(words))) {
		b.t.Fatalf("select: %s does not hold %q", css, words)
	}
}

// Upload puts files into a file field.
func (b *Tab) Upload(css string, paths ...string) {
	b.t.Helper()
	b.Do("upload "+css, chromedp.SetUploadFiles(chromedp.CSS(css), paths))
}

// Wait waits until an element is visible.
func (b *Tab) Wait(css string) {
	b.t.Helper()
	b.until("wait for "+css, fmt.Sprintf(`(e => !!e && e.checkVisibility())(%s)`, element(css)))
}

// Text waits for an element and returns what a person reads in it.
func (b *Tab) Text(css string) string {
	b.t.Helper()
	b.Wait(css)
	return strings.TrimSpace(eval[string](b, "read "+css, element(css)+".innerText"))
}

// Value waits for a field and returns what it holds.
func (b *Tab) Value(css string) string {
	b.t.Helper()
	b.Wait(css)
	return eval[string](b, "read "+css, element(css)+".value")
}

// Attribute is the value of an element's attribute, as it stands in the page.
func (b *Tab) Attribute(css, name string) string {
	b.t.Helper()
	b.Wait(css)
	return eval[string](b, "read "+name+" of "+css, fmt.Sprintf(`%s.getAttribute(%q)`, element(css), name))
}

// Has tells whether the page has an element now.
func (b *Tab) Has(css string) bool {
	b.t.Helper()
	return b.Count(css) > 0
}

// Count tells how many elements of the page match now.
func (b *Tab) Count(css string) int {
	b.t.Helper()
	return eval[int](b, "count "+css, "document.querySelectorAll("+quote(css)+").length")
}

// URL is the address of the page, with its fragment.
func (b *Tab) URL() string {
	b.t.Helper()
	return eval[string](b, "read address", "location.href")
}

// Title is the title of the page.
func (b *Tab) Title() string {
	b.t.Helper()
	return eval[string](b, "read title", "document.title")
}

// Size sets the room for the page, in CSS pixels; a tab begins with 1280 by 900.
func (b *Tab) Size(width, height int) {
	b.t.Helper()
	b.Do("set size", chromedp.EmulateViewport(int64(width), int64(height)))
}

// NoScripts keeps the scripts of the pages opened from now on from running.
func (b *Tab) NoScripts() {
	b.t.Helper()
	b.Do("switch scripts off", chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled,
			emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	}))
}

// Screenshot writes a PNG of the whole page.
func (b *Tab) Screenshot(path string) {
	b.t.Helper()
	png := ask(b, "take a screenshot", func(ctx context.Context) ([]byte, error) {
		return chromedp.Run(ctx, chromedp.FullScreenshot(100))
	})
	if err := os.WriteFile(path, png, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// Visible tells whether a person sees the element now, in the window or by
// scrolling.
func (b *Tab) Visible(css string) bool {
	b.t.Helper()
	return eval[bool](b, "look for "+css, fmt.Sprintf(`(e => !!e && e.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true}))(%s)`, element(css)))
}

// InView tells whether the element begins in
// the window.
func (b *Tab) InView(css string) bool {
	b.t.Helper()
	return eval[bool](b, "look where "+css+" is", fmt.Sprintf(`(e => { const r = e.getBoundingClientRect(); return r.bottom > 0 && r.top >= -1 && r.top < innerHeight })(%s)`, element(css)))
}

// Beside tells whether two elements stand beside each other.
func (b *Tab) Beside(css, other string) bool {
	b.t.Helper()
	return eval[bool](b, "look at "+css, fmt.Sprintf(`((a, b) => { a = a.getBoundingClientRect(); b = b.getBoundingClientRect(); return a.top < b.bottom && b.top < a.bottom })(%s, %s)`, element(css), element(other)))
}

// Overflows tells whether the page is wider than the window.
func (b *Tab) Overflows() bool {
	b.t.Helper()
	return eval[bool](b, "measure the page", `document.documentElement.scrollWidth > innerWidth`)
}
