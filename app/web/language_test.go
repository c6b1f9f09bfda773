package web

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/stakeholder"
)

// babel are English and two made-up languages under the tags fr and ar: the English texts, marked.
func babel(t *testing.T) *templates.Locales {
	t.Helper()
	names, err := filepath.Glob("../../templates/locales/en/*.json")
	if err != nil || len(names) == 0 {
		t.Fatalf("no English texts: %v", err)
	}
	value := regexp.MustCompile(`(: ")([^"]+)(")`)
	dir := fstest.MapFS{}
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		base := filepath.Base(name)
		dir["en/"+base] = &fstest.MapFile{Data: content}
		for tag, mark := range map[string]string{"fr": "«", "ar": "؛"} {
			dir[tag+"/"+base] = &fstest.MapFile{Data: value.ReplaceAll(content, []byte("${1}"+mark+"${2}${3}"))}
		}
	}
	locales, err := templates.ReadLocales(dir)
	if err != nil {
		t.Fatal(err)
	}
	return locales
}

// choose sends the form at the foot of the page shown now.
func (r *reader) choose(tag string) *reader {
	r.s.t.Helper()
	foot := r.find(`(?s)(<form method="post" action="/language".*?</form>)`)
	typed := url.Values{"language": {tag}}
	for _, m := range regexp.MustCompile(`name="(\w+)" value="([^"]*)"`).FindAllStringSubmatch(foot, -1) {
		if m[1] != "language" {
			typed.Set(m[1], strings.ReplaceAll(m[2], "&amp;", "&"))
		}
	}
	resp, err := r.client.PostForm(r.s.url+"/language", typed)
	return r.took(resp, err)
}

func TestVisitorChoosesLanguage(t *testing.T) {
	s := newSiteIn(t, babel(t))
	v := s.as(workflows.Actor{})
	v.get("/consultations?q=x&after=").says(200, `<html lang="en" dir="ltr"`, `action="/language"`, `href="#languages"`, "Language", `>«English</button>`)
	u, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	if cookies := v.client.Jar.Cookies(u); len(cookies) != 0 {
		t.Errorf("a page with nothing but the choice of a language sets %v", cookies)
	}
	v.choose("fr").says(200, `<html lang="fr" dir="ltr"`)
	if v.at != "/consultations?q=x&after=" {
		t.Errorf("the choice led to %s", v.at)
	}
	v.get("/signin").says(200, `<html lang="fr"`)
	v.choose("ar").says(200, `<html lang="ar" dir="rtl"`, "app.rtl.")

	other := s.as(workflows.Actor{})
	req, err := http.NewRequest(http.MethodGet, s.url+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Language", "de, ar-EG;q=0.8, en;q=0.5")
	resp, err := other.client.Do(req)
	other.took(resp, err).says(200, `<html lang="ar"`)
}

func TestLanguageLeadsNowhereElse(t *testing.T) {
	s := newSiteIn(t, babel(t))
	v := s.as(workflows.Actor{})
	v.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for to, want := range map[string]string{
		"https://elsewhere.example/": "/", "//elsewhere.example": "/", `/\elsewhere.example`: "/", "": "/", "/rights": "/rights",
	} {
		resp, err := v.client.PostForm(s.url+"/language", url.Values{"language": {"fr"}, "to": {to}})
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if got := resp.Header.Get("Location"); got != want {
			t.Errorf("to %q led to %q, want %q", to, got, want)
		}
	}
	for _, tag := range []string{"", "xx", "de", "fr-FR", strings.Repeat("x", 4000)} {
		resp, err := v.client.PostForm(s.url+"/language", url.Values{"language": {tag}})
		v.took(resp, err).says(http.StatusUnprocessableEntity)
	}
	v.get("/language").says(http.StatusNotFound)
}

func TestPersonChoosesLanguage(t *testing.T) {
	s := newSiteIn(t, babel(t))
	o := s.as(s.bed.Official)
	language := func() string {
		p, err := stakeholder.Self(s.bed.Read(s.bed.Official))
		if err != nil {
			t.Fatal(err)
		}
		return p.Language
	}
	o.get("/profile").says(200, "Your account", s.bed.Official.Name, "Official (BA)", `value="en" checked`)
	o.post("/profile", url.Values{"language": {"ar"}}).says(200, `<html lang="ar" dir="rtl"`, "؛Pages and mails now come to you", `value="ar" checked`)
	if got := language(); got != "ar" {
		t.Errorf("the account has language %s", got)
	}
	o.get("/home").choose("fr").says(200, `<html lang="fr"`)
	if got := language(); got != "fr" {
		t.Errorf("the account has language %s", got)
	}
	if n := s.bed.Count("audit_entries", "action = 'choose_language'"); n != 2 {
		t.Errorf("%d entries in the record, want 2", n)
	}
	o.post("/profile", url.Values{"language": {"no language"}}).says(http.StatusUnprocessableEntity, `<html lang="fr"`)

	// Somebody else's site sends the form: no token, no change.
	resp, err := o.client.PostForm(s.url+"/language", url.Values{"language": {"en"}})
	o.took(resp, err).says(http.StatusForbidden)
	if got := language(); got != "fr" {
		t.Errorf("without the form's token the language became %s", got)
	}
	// A new browser, a new session: the account's own language.
	s.as(s.bed.Official).get("/home").says(200, `<html lang="fr"`)
	s.as(workflows.Actor{}).get("/profile").says(http.StatusUnauthorized)
}

// A page that answers a form has the address of the form, which a link does not always open.
func TestChoiceAfterRefusedForm(t *testing.T) {
	s := newSiteIn(t, babel(t))
	org := s.bed.Organisation("Chamber", "industry")
	c := s.bed.At(consultation.Open, org)
	v := s.as(workflows.Actor{})
	v.get("/consultations/"+c.ID+"/ask").post("/consultations/"+c.ID+"/ask", url.Values{"email": {"nothing"}}).says(422)
	if v.choose("fr").says(200, `<html lang="fr"`); v.at != "/consultations/"+c.ID+"/ask" {
		t.Errorf("the choice led to %s", v.at)
	}
}
