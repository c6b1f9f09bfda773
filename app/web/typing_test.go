package web

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"jahorina/app/apptest"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/submission"
)

// writer is a contributor's browser, come in by the invitation, on their answer.
func (r round) writer() *apptest.Tab {
	r.t.Helper()
	b := apptest.Browser(r.t)
	r.enter(b)
	b.Open(r.url + r.answer(""))
	return b
}

func (r round) enter(b *apptest.Tab) {
	r.t.Helper()
	b.Open(r.url + r.invitation(r.chem))
	if b.Has(`form[action^="/invitations/"]`) {
		b.Submit(`form[action^="/invitations/"]`)
	}
}

const commentLink = `.app-provision a[href*="/answer/comment?provision="]`

// run runs a script in the page.
func run(b *apptest.Tab, script string) {
	b.Do("run "+script, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("("+script+", true)"))
		return err
	}))
}

// press clicks what leads nowhere while scripts run.
func press(b *apptest.Tab, css string) { run(b, "document.querySelector('"+css+"').click()") }

// waitFor waits until the status below the form says the text.
func waitFor(r round, b *apptest.Tab, text string) {
	r.t.Helper()
	b.Do("wait for "+text, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			is, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`!!document.querySelector('[data-typing]')?.textContent.includes('`+text+`')`))
			if err != nil || is {
				return err
			}
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-tick.C:
			}
		}
	}))
}

func (r round) comments() (texts []string) {
	r.t.Helper()
	var all []submission.Comment
	if err := r.bed.Store.DB.Order("id").Find(&all).Error; err != nil {
		r.t.Fatal(err)
	}
	for _, m := range all {
		texts = append(texts, m.Text)
	}
	return texts
}

func TestFormOpensInPlaceAndSavesOneComment(t *testing.T) {
	r := newSite(t).round("targeted")
	b := r.writer()
	b.Wait(commentLink)
	run(b, "document.querySelector('"+commentLink+"').focus()")
	b.Do("press Enter", chromedp.KeyEvent("\r"))
	b.Wait(`.app-inplace textarea:focus`)
	b.Do("press Escape", chromedp.KeyEvent("\u001b"))
	b.Wait(commentLink + ":focus")
	if b.Has(".app-inplace") {
		t.Error("Escape does not close the form")
	}
	b.Do("press Enter", chromedp.KeyEvent("\r"))
	b.Fill(`.app-inplace textarea`, "First words")
	waitFor(r, b, "Saved ")
	b.Fill(`.app-inplace textarea`, "First words, and more")
	b.Wait(`.app-inplace form[action*="?comment="]`)
	b.Submit(`.app-inplace form`)
	if got := r.comments(); len(got) != 1 || got[0] != "First words, and more" {
		t.Errorf("comments %q", got)
	}
	if !strings.Contains(b.URL(), "/answer#") || b.Has(".app-inplace") {
		t.Errorf("sending led to %s", b.URL())
	}
	b.Open(r.url + r.answer("/comment"))
	if text := b.Value("#text"); text != "" {
		t.Errorf("a new form holds %q", text)
	}
}

// A form opened in the text is in no crawl: it is there only with scripts.
func TestOpenedFormIsAccessible(t *testing.T) {
	r := newSite(t).round("targeted")
	b := r.writer()
	b.WithAxe()
	b.Open(b.URL())
	b.Wait(commentLink)
	run(b, "document.querySelector('"+commentLink+"').click()")
	b.Wait(`.app-inplace textarea:focus`)
	for _, fault := range b.Axe() {
		t.Errorf("%+v", fault)
	}
	if b.Size(320, 640); b.Overflows() {
		t.Error("the open form is wider than a telephone")
	}
}

func TestTypingWithoutConnection(t *testing.T) {
	r := newSite(t).round("targeted")
	b := r.writer()
	b.Open(r.url + r.answer("/comment"))
	run(b, "window.realFetch = fetch, window.fetch = () => Promise.reject(new TypeError('no network'))")
	b.Fill("#text", "Written in a tunnel")
	waitFor(r, b, "there is no connection")
	b.Open(r.url + r.answer("/comment")) // the browser was closed in between, or the page left
	if got := b.Value("#text"); got != "Written in a tunnel" {
		t.Fatalf("restored %q", got)
	}
	waitFor(r, b, "is restored")
	run(b, "window.realFetch = fetch, window.fetch = () => Promise.reject(new TypeError('no network'))")
	b.Fill("#text", "Written in a tunnel, twice")
	waitFor(r, b, "there is no connection")
	run(b, "window.fetch = window.realFetch, dispatchEvent(new Event('online'))")
	waitFor(r, b, "Saved ")
	if got := r.comments(); len(got) != 1 || got[0] != "Written in a tunnel, twice" {
		t.Errorf("comments %q", got)
	}
}

func TestSessionEndsWhileTyping(t *testing.T) {
	r := newSite(t).round("targeted")
	b := r.writer()
	b.Open(r.url + r.answer("/comment"))
	if err := r.bed.Store.DB.Exec("DELETE FROM sessions").Error; err != nil {
		t.Fatal(err)
	}
	b.Fill("#text", "An hour of work")
	waitFor(r, b, "no longer signed in")
	// In another tab of the same browser, and back to this one.
	run(b, "fetch('"+r.invitation(r.chem)+"').then(() => dispatchEvent(new Event('focus')))")
	waitFor(r, b, "Saved ")
	b.Wait(`form[action*="?comment="]`)
	if got := r.comments(); len(got) != 1 || got[0] != "An hour of work" {
		t.Fatalf("comments %q", got)
	}

	b.Open(r.url + r.answer("/comment"))
	if err := r.bed.Store.DB.Exec("DELETE FROM sessions").Error; err != nil {
		t.Fatal(err)
	}
	b.Fill("#text", "Another hour")
	waitFor(r, b, "no longer signed in")
	b.Open(r.url + r.invitation(r.chem))
	r.enter(b)
	b.Open(r.url + r.answer("/comment"))
	if got := b.Value("#text"); got != "Another hour" {
		t.Fatalf("restored %q", got)
	}
	run(b, "document.querySelector('#text').dispatchEvent(new Event('input', {bubbles: true}))")
	waitFor(r, b, "Saved ")
	if got := r.comments(); len(got) != 2 {
		t.Errorf("comments %q", got)
	}
	run(b, "sessionStorage.setItem('typing:x', '{}')")
	b.Submit(`form[action="/signout"]`)
	run(b, "sessionStorage.length && document.body.classList.add('left-something')")
	if b.Has(".left-something") {
		t.Error("signing out leaves typed words in the tab")
	}
}

// What is in the record is amended by its writer's hand alone.
func TestNothingIsAmendedByTyping(t *testing.T) {
	r := newSite(t).round("targeted")
	w := r.as(workflows.Actor{})
	w.get(r.invitation(r.chem))
	form := r.answer("/comment") + "?provision="
	w.get(form).says(http.StatusOK, "data-autosave").post(form, with(commentForm("A draft"), "autosave", "1")).says(http.StatusOK, "data-autosave", "A draft")
	if !strings.Contains(w.at, "/comment?comment=") {
		t.Errorf("led to %s", w.at)
	}
	edit := w.at
	w.post(edit, with(commentForm("A better draft"), "version", w.version(), "autosave", "1")).says(http.StatusOK, "A better draft")
	open := w.version()
	w.get(r.answer("/submit")).says(http.StatusOK, "As it stood on")
	w.post(r.answer("/submit"), url.Values{"confirm": {"yes"}, "version": {w.version()}})
	w.get(edit).lacks("data-autosave")
	w.post(edit, with(commentForm("Slipped in"), "version", open, "autosave", "1")).says(http.StatusConflict, "put into the record", "Slipped in")
	if n := r.bed.Count("submission_versions", "1 = 1"); n != 1 {
		t.Errorf("%d versions", n)
	}
	b := r.writer()
	b.Open(r.url + edit)
	b.Fill("#text", "Kept here alone")
	b.Open(r.url + edit)
	if got := b.Value("#text"); got != "Kept here alone" {
		t.Errorf("restored %q", got)
	}
	press(b, ".app-typing button")
	if got := b.Value("#text"); got != "A better draft" {
		t.Errorf("after dropping: %q", got)
	}
}

func TestAnswersAreSavedWhileTyping(t *testing.T) {
	r := newSite(t).round("targeted", consultation.NewQuestion{Text: "Why?", Kind: "text"})
	b := r.writer()
	b.Open(r.url + r.answer("/questions"))
	b.Fill("form textarea", "Because")
	waitFor(r, b, "Saved ")
	b.Open(r.url + r.answer("/questions"))
	if got := b.Value("form textarea"); got != "Because" {
		t.Errorf("saved %q", got)
	}
}

// Without scripts: the page that says nobody knows who sent it sends it again.
func TestResend(t *testing.T) {
	r := newSite(t).round("targeted")
	b := apptest.Browser(t)
	b.NoScripts()
	r.enter(b)
	b.Open(r.url + r.answer("/comment"))
	if err := r.bed.Store.DB.Exec("DELETE FROM sessions").Error; err != nil {
		t.Fatal(err)
	}
	b.Fill("#text", "An hour of work, all of it, and the time before")
	b.Submit(`main form[action*="/comment"]`)
	if !b.Has(`main form:has(button) input[name=text][value="An hour of work, all of it, and the time before"]`) {
		t.Error("the page does not hold what was typed, to be sent again")
	}

	w := r.as(workflows.Actor{})
	w.get(r.invitation(r.chem))
	form := r.answer("/comment") + "?provision="
	w.get(form)
	typed := w.fill(form, commentForm("First line\nand the second line, with all its reasons"))
	w.client.Jar.SetCookies(must(url.Parse(r.url)), []*http.Cookie{{Name: "jahorina_session", Value: "gone"}})
	w.took(w.client.PostForm(r.url+form, typed))
	w.says(http.StatusForbidden, "Send it again")
	hidden := url.Values{}
	for _, m := range regexp.MustCompile(`(?s)<input type="hidden" name="(\w+)" value="([^"]*)"`).FindAllStringSubmatch(w.find(`(?s)(<form method="post" action="[^"]*/comment\?.*?</form>)`), -1) {
		hidden.Set(m[1], m[2])
	}
	w.get(r.invitation(r.chem)) // in another tab
	w.took(w.client.PostForm(r.url+form, hidden))
	if w.status == http.StatusForbidden {
		hidden.Set("csrf_token", w.find(`action="[^"]*/comment\?[^>]*><input type="hidden" name="csrf_token" value="(\w+)"`))
		w.took(w.client.PostForm(r.url+form, hidden))
	}
	w.says(http.StatusOK, "First line\nand the second line, with all its reasons")
	if got := r.comments(); len(got) != 1 {
		t.Errorf("comments %q", got)
	}

	// Another site's form gets no button that would send it.
	req := must(http.NewRequest(http.MethodPost, r.url+form, strings.NewReader(typed.Encode())))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	w.took(w.client.Do(req))
	w.says(http.StatusForbidden).lacks("Send it again")
}
