package apptest

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/chromedp/chromedp"
)

// ask does one thing with the page in time, or ends the test.
func ask[T any](b *Tab, what string, do func(context.Context) (T, error)) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, b.step)
	defer cancel()
	answer, err := do(ctx)
	if err != nil {
		b.t.Fatalf("%s: %v\n%s", what, err, b.scene())
	}
	return answer
}

// eval asks the page for the value of a JavaScript expression.
func eval[T any](b *Tab, what, expression string) T {
	b.t.Helper()
	return ask(b, what, func(ctx context.Context) (T, error) {
		return chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	})
}

// until asks again and again until the expression is true. It asks from here,
// not by a script in the page, as the page may be replaced meanwhile; the errors
// of that moment pass.
func (b *Tab) until(what, expression string) {
	b.t.Helper()
	ask(b, what, func(ctx context.Context) (chromedp.Void, error) {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			if holds, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression)); err == nil && holds {
				return chromedp.Void{}, nil
			}
			select {
			case <-tick.C:
			case <-ctx.Done():
				return chromedp.Void{}, ctx.Err()
			}
		}
	})
}

// scene tells where the tab is, for the message of a failure.
func (b *Tab) scene() string {
	ctx, cancel := context.WithTimeout(b.ctx, 5*time.Second)
	defer cancel()
	const look = `'page "' + document.title + '" at ' + location.href + '\n' + document.body?.innerText.slice(0, 600)`
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](look))
	if err != nil {
		return "and the page cannot be read: " + err.Error()
	}
	return strings.TrimSpace(text)
}

// element is the JavaScript for the first match of a selector.
func element(css string) string {
	return "document.querySelector(" + quote(css) + ")"
}

// quote makes a JavaScript string literal; JSON is a part of JavaScript.
func quote(text string) string {
	literal, err := json.Marshal(text)
	if err != nil { // no Go string is one that JSON refuses
		panic(err)
	}
	return string(literal)
}
