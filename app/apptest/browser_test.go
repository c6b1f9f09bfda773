package apptest

import (
	"fmt"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const formPage = `<!doctype html><title>Form</title><h1>Comment</h1>
<p hidden id="hidden">not shown</p>
<form method="post" enctype="multipart/form-data">
  <textarea name="text">old</textarea>
  <select name="kind"><option value="general">General<option value="technical">Technical</select>
  <input type="date" name="day">
  <input type="radio" name="agree" value="yes" id="yes">
  <input type="file" name="file">
  <button>Send</button>
</form>
<a href="#top" id="top">Top</a> <a href="/next" id="next">Next</a>
<div style="height: 3000px"></div>
<script>document.title = 'Form with scripts'</script>`

// site is a small web site: a form that shows what it got, and a cookie.
func site(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /form", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, formPage) })
	mux.HandleFunc("POST /form", func(w http.ResponseWriter, r *http.Request) {
		file, _, err := r.FormFile("file")
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		content, _ := io.ReadAll(file)
		w.WriteHeader(http.StatusUnprocessableEntity)
		fmt.Fprintf(w, "<title>Got</title><h1>%d %s %s %s %s %s</h1>", len([]rune(r.FormValue("text"))),
			r.FormValue("text")[:6], r.FormValue("kind"), r.FormValue("day"), r.FormValue("agree"), content)
	})
	mux.HandleFunc("GET /next", func(w http.ResponseWriter, r *http.Request) {
		cookie, err := r.Cookie("seen")
		http.SetCookie(w, &http.Cookie{Name: "seen", Value: "before", MaxAge: 60})
		fmt.Fprintf(w, "<title>Next</title><p>seen %v %v</p>", cookie, err == nil)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

func TestPersonFillsAndSendsForm(t *testing.T) {
	tab := Browser(t)
	address := site(t)
	file := filepath.Join(t.TempDir(), "draft.md")
	if err := os.WriteFile(file, []byte("draft-text"), 0o600); err != nil {
		t.Fatal(err)
	}
	tab.Open(address + "/form")
	tab.Fill("textarea", strings.Repeat("数据", 10_000))
	tab.Fill("[name=kind]", "technical")
	tab.Fill("[name=day]", "2026-11-24")
	tab.Click("#yes")
	tab.Click("#top")
	tab.Upload("[name=file]", file)
	if got := len([]rune(tab.Value("textarea"))); got != 20_000 {
		t.Errorf("the field holds %d characters, want 20000", got)
	}
	tab.Submit("form")
	// The answer has the form's own address, as a refused form's page has.
	if got, want := tab.Text("h1"), "20000 数据 technical 2026-11-24 yes draft-text"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := tab.URL(), address+"/form#top"; got != want {
		t.Errorf("at %s, want %s", got, want)
	}
}

func TestClickFollowsLink(t *testing.T) {
	tab := Browser(t)
	tab.Open(site(t) + "/form")
	if tab.Title() != "Form with scripts" || !tab.Has("#hidden") || tab.Has("#none") || tab.Count("a") != 2 {
		t.Errorf("the page was read wrongly: title %q", tab.Title())
	}
	tab.Click("#next")
	if got := tab.Text("p"); !strings.HasSuffix(got, "false") {
		t.Errorf("got %q", got)
	}
}

func TestTwoTabsAreTwoPeople(t *testing.T) {
	first, second := Browser(t), Browser(t)
	address := site(t) + "/next"
	for range 2 {
		first.Open(address)
	}
	if got := first.Text("p"); !strings.HasSuffix(got, "true") {
		t.Errorf("the first person's cookie was lost: %q", got)
	}
	second.Open(address)
	if got := second.Text("p"); !strings.HasSuffix(got, "false") {
		t.Errorf("the second person has the first one's cookie: %q", got)
	}
}

func TestPageWithoutScripts(t *testing.T) {
	tab := Browser(t)
	tab.NoScripts()
	tab.Open(site(t) + "/form")
	tab.Click("#next")
	tab.Open(strings.TrimSuffix(tab.URL(), "/next") + "/form")
	if got := tab.Title(); got != "Form" {
		t.Errorf("title %q: a script ran", got)
	}
}

func TestScreenshotIsWholePage(t *testing.T) {
	tab := Browser(t)
	tab.Size(400, 600)
	tab.Open(site(t) + "/form")
	path := filepath.Join(t.TempDir(), "page.png")
	tab.Screenshot(path)
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	size, err := png.DecodeConfig(file)
	if err != nil || size.Width != 400 || size.Height < 3000 {
		t.Errorf("picture is %dx%d, error %v; want 400 by over 3000", size.Width, size.Height, err)
	}
}

func TestFailureTellsWhere(t *testing.T) {
	tab := Browser(t)
	address := site(t)
	tab.Open(address + "/next")
	tab.step = tab.step / 100
	got := run(t, func(t testing.TB) {
		tab.t = t
		tab.Wait("#absent")
	})
	for _, want := range []string{"fails: wait for #absent", `page "Next" at ` + address + "/next", "seen"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q does not say %q", got, want)
		}
	}
}
