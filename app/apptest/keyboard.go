package apptest

import (
	"fmt"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// farthest is how many times the Tab key is pressed to reach something. The
// longest pages have some 200 links.
const farthest = 400

// Keyboard has the tab driven by the keyboard alone from now on, as by somebody
// who cannot use a mouse: an element is reached by Tab, and the arrows among
// radio buttons; a link or button pressed by Enter, a box ticked by the space
// bar. What the focus does not reach, or where it cannot be seen, ends the test.
// Files and times are still put in as before: their dialogues are the browser's.
func (b *Tab) Keyboard() { b.byKeys = true }

// press presses keys.
func (b *Tab) press(keys string) {
	b.t.Helper()
	b.Do(fmt.Sprintf("press %q", keys), chromedp.KeyEvent(keys))
}

// reach moves the focus to an element, from where it is.
func (b *Tab) reach(css string) {
	b.t.Helper()
	const look = `((want, now) => {
		if (want === now) return 'there';
		if (want.type === 'radio' && now?.type === 'radio' && now.name === want.name && now.form === want.form) return 'among';
		return 'elsewhere';
	})(%s, document.activeElement)`
	for range farthest {
		switch eval[string](b, "look where the focus is", fmt.Sprintf(look, element(css))) {
		case "there":
			b.checkFocusIsSeen(css)
			return
		case "among":
			b.press(kb.ArrowDown)
		default:
			b.press(kb.Tab)
		}
	}
	b.t.Fatalf("the Tab key does not reach %s\n%s", css, b.scene())
}

func (b *Tab) checkFocusIsSeen(css string) {
	b.t.Helper()
	const seen = `(e => {
		const r = e.getBoundingClientRect(), marks = [e, ...(e.labels || [])].flatMap(x => [getComputedStyle(x), getComputedStyle(x, '::before')]);
		const inside = r.bottom > 0 && r.top < innerHeight && r.right > 0 && r.left < innerWidth;
		return inside && marks.some(s => s.outlineStyle !== 'none' || s.boxShadow !== 'none');
	})(%s)`
	if !eval[bool](b, "look at the focus", fmt.Sprintf(seen, element(css))) {
		b.t.Fatalf("the focus on %s cannot be seen\n%s", css, b.scene())
	}
}

// clickByKeys is Click for somebody without a mouse. leads says whether another
// page follows.
func (b *Tab) clickByKeys(css string, leads bool) {
	b.t.Helper()
	b.reach(css)
	kind := eval[string](b, "look at "+css, element(css)+".type || ''")
	switch {
	case leads:
		b.leave("follow "+css, chromedp.KeyEvent(kb.Enter))
	case kind == "radio" || kind == "checkbox":
		if !eval[bool](b, "look at "+css, element(css)+".checked") || kind == "checkbox" {
			b.press(" ")
		}
	default:
		b.press(kb.Enter)
	}
}

// fillByKeys is Fill for somebody without a mouse.
func (b *Tab) fillByKeys(css, text string) {
	b.t.Helper()
	b.reach(css)
	if eval[string](b, "look at "+css, element(css)+".type") != "select-one" {
		eval[bool](b, "select what stands in "+css, element(css)+".select() || true")
		b.Do("fill "+css, chromedp.KeyEvent(kb.Backspace), typeText(text))
		return
	}
	value := func() string { return eval[string](b, "look at "+css, element(css)+".value") }
	b.press(kb.Home)
	for before := ""; value() != text; {
		if before == value() {
			b.t.Fatalf("%s cannot be %s", css, text)
		}
		before = value()
		b.press(kb.ArrowDown)
	}
}
