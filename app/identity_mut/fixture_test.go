package identity

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"jahorina/app/apptest"
	"jahorina/app/store"
	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/strategy"
)

// world is a state with its people on a real database, and the service behind
// a real server with one path for each thing pages do.
type world struct {
	t      testing.TB
	store  *store.Store
	engine *workflows.Engine
	svc    *Service
	url    string
	ahead  atomic.Int64  // how far the clocks are ahead, in nanoseconds
	slow   chan struct{} // GET /slow says on it that it has the session, then waits for
	resume chan struct{} // this

	org     string
	orgs    []string          // three more
	people  map[string]string // by the name before the @
	consult string
	invited map[string]string // organisation -> invitation
}

func migrated(url string) error {
	st, err := store.Open(context.Background(), url)
	if err != nil {
		return err
	}
	defer st.Close()
	return st.MigrateUp(context.Background())
}

func eachWorld(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	apptest.EachDatabase(t, "identity", migrated, func(t *testing.T, url string) { test(t, newWorld(t, url)) })
}

func newWorld(t testing.TB, databaseURL string) *world {
	t.Helper()
	st, err := store.Open(t.Context(), databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	policy, err := policies.Load()
	if err != nil {
		t.Fatal(err)
	}
	signer, err := workflows.NewSigner(make([]byte, workflows.SecretSize), "test.example")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, store: st, slow: make(chan struct{}), resume: make(chan struct{})}
	w.engine = workflows.NewEngine(st.DB, policy, st, signer, w.now)
	w.svc = w.service("http://127.0.0.1")
	w.url = w.serve(w.svc)
	w.fill()
	return w
}

func (w *world) now() time.Time { return time.Now().Add(time.Duration(w.ahead.Load())) }

func (w *world) service(baseURL string) *Service {
	w.t.Helper()
	s, err := New(w.engine, w.store.DB, baseURL)
	if err != nil {
		w.t.Fatal(err)
	}
	s.now = w.now
	return s
}

func (w *world) serve(s *Service) string {
	server := httptest.NewServer(s.Middleware(w.pages(s)))
	w.t.Cleanup(server.Close)
	return server.URL
}

// write runs fn as whoever has a shell on the server.
func (w *world) write(fn func(tx *workflows.Tx) error) {
	w.t.Helper()
	if err := w.engine.Write(w.t.Context(), workflows.Operator(), fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) read() *workflows.Tx { return w.engine.Read(w.t.Context(), workflows.Operator()) }

func (w *world) exec(query string, args ...any) {
	w.t.Helper()
	if err := w.store.DB.Exec(query, args...).Error; err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) count(query string, args ...any) int {
	w.t.Helper()
	var n int
	if err := w.store.DB.Raw(query, args...).Scan(&n).Error; err != nil {
		w.t.Fatal(err)
	}
	return n
}

func (w *world) fill() {
	w.t.Helper()
	w.people, w.invited = map[string]string{}, map[string]string{}
	w.write(func(tx *workflows.Tx) error {
		for _, code := range []string{"BA", "HR"} {
			if _, err := stakeholder.CreateState(tx, code, "State "+code, "en"); err != nil {
				return err
			}
		}
		for i := range 4 {
			o, err := stakeholder.CreateOrganisation(tx, stakeholder.NewOrganisation{
				State: "BA", Name: fmt.Sprint("Body ", i), Sector: "industry", Email: fmt.Sprintf("body%d@example.org", i),
			})
			if err != nil {
				return err
			}
			w.orgs = append(w.orgs, o.ID)
		}
		w.org, w.orgs = w.orgs[0], w.orgs[1:]
		return w.fillPeople(tx)
	})
	w.write(w.fillConsultation)
}

func (w *world) fillPeople(tx *workflows.Tx) error {
	for _, p := range []struct{ name, role, state, org string }{
		{"admin", "administrator", "BA", ""},
		{"official", "official", "BA", ""},
		{"second", "official", "BA", ""},
		{"member", "contributor", "BA", w.org},
		{"both", "official", "BA", ""},
		{"both", "official", "HR", ""},
		{"gone", "official", "BA", ""},
	} {
		person, err := stakeholder.CreatePerson(tx, stakeholder.NewPerson{
			Email: p.name + "@example.org", Name: "Name of " + p.name, State: p.state, Role: p.role, OrganisationID: p.org,
		})
		if err != nil {
			return err
		}
		w.people[p.name] = person.ID
	}
	return tx.DB().Exec("UPDATE people SET disabled_at = ? WHERE id = ?", tx.Now, w.people["gone"]).Error
}

func (w *world) fillConsultation(tx *workflows.Tx) error {
	s, err := strategy.Create(tx, "BA", "A strategy")
	if err != nil {
		return err
	}
	content := strategy.Content{Title: "A strategy", Language: "en", Blocks: []strategy.Block{{Kind: strategy.KindParagraph, Level: 1, Number: "1", Text: "A rule."}}, Source: []byte("1. A rule.")}
	d, _, err := strategy.AddDraft(tx, s.ID, "Draft", content)
	if err != nil {
		return err
	}
	c, err := consultation.Create(tx, consultation.New{
		DraftID: d.ID, Title: "A round", Summary: "About the rule", Kind: "public",
		OpensAt: tx.Now.Add(time.Hour), ClosesAt: tx.Now.Add(1000 * time.Hour), Sectors: []string{"industry"},
	})
	if err != nil {
		return err
	}
	w.consult = c.ID
	if _, err := consultation.Invite(tx, c.ID, append([]string{w.org}, w.orgs...), nil); err != nil {
		return err
	}
	list, err := consultation.Invitations(tx, c)
	for _, i := range list {
		w.invited[i.OrganisationID] = i.ID
	}
	return err
}

// respondent is someone who asked to answer; it returns the link mailed to
// them.
func (w *world) respondent(email string) string {
	w.t.Helper()
	w.exec("UPDATE consultations SET state = 'open', opened_at = created_at WHERE id = ?", w.consult)
	err := w.engine.Write(w.t.Context(), workflows.Actor{}, func(tx *workflows.Tx) error {
		return consultation.AskToAnswer(tx, w.consult, consultation.NewRespondent{Email: email, Name: "Someone", Sector: "industry", Language: "en"})
	})
	if err != nil {
		w.t.Fatal(err)
	}
	var r consultation.Respondent
	if err := w.read().One(&r, "email = ?", email); err != nil {
		w.t.Fatal(err)
	}
	return consultation.RespondentLink(w.engine.Signer(), r.ID)
}

func (w *world) invitation(org string) string {
	return consultation.InvitationLink(w.engine.Signer(), w.invited[org])
}

// link is a fresh sign-in link of the person.
func (w *world) link(name string) (token string) {
	w.t.Helper()
	w.write(func(tx *workflows.Tx) (err error) {
		token, err = NewSignInLink(tx, w.people[name], PrintedFor)
		return err
	})
	return token
}

// answer is what every path of the test's pages returns.
type answer struct {
	Actor  workflows.Actor
	Opened Opened
	Token  string
	Flash  Flash
	Error  string
}

func (w *world) pages(s *Service) http.Handler {
	mux := http.NewServeMux()
	page := func(pattern string, do func(r *http.Request, a *answer) error) {
		mux.HandleFunc(pattern, func(rw http.ResponseWriter, r *http.Request) {
			var a answer
			if err := do(r, &a); err != nil {
				a.Error = err.Error()
			}
			a.Actor = s.Actor(r.Context())
			_ = json.NewEncoder(rw).Encode(a)
		})
	}
	page("GET /me", func(*http.Request, *answer) error { return nil })
	page("GET /form", func(r *http.Request, a *answer) error { a.Token = s.CSRF(r.Context()); return nil })
	page("POST /form", func(r *http.Request, _ *answer) error { return s.CheckCSRF(r, r.PostFormValue("csrf_token")) })
	page("GET /language", func(r *http.Request, _ *answer) error { s.SetLanguage(r.Context(), "bs"); return nil })
	page("GET /choice", func(r *http.Request, a *answer) error { a.Token = s.Language(r.Context()); return nil })
	page("GET /note", func(r *http.Request, _ *answer) error {
		return s.SetFlash(r.Context(), Flash{Kind: "success", Title: "T", Text: "x"})
	})
	page("GET /noted", func(r *http.Request, a *answer) error { a.Flash, _ = s.TakeFlash(r.Context()); return nil })
	page("POST /signin", func(r *http.Request, _ *answer) error {
		_, err := s.SignIn(r.Context(), r.FormValue("t"))
		return err
	})
	page("POST /signout", func(r *http.Request, _ *answer) error { return s.SignOut(r.Context()) })
	page("GET /i", func(r *http.Request, a *answer) (err error) {
		a.Opened, err = s.OpenInvitation(r.Context(), r.FormValue("t"))
		return err
	})
	page("POST /r", func(r *http.Request, a *answer) (err error) {
		a.Opened, err = s.OpenRespondent(r.Context(), r.FormValue("t"))
		return err
	})
	page("GET /slow", func(r *http.Request, _ *answer) error {
		w.slow <- struct{}{}
		<-w.resume
		return s.SetFlash(r.Context(), Flash{Text: "too late"})
	})
	return mux
}

// browser keeps cookies as a person's does.
type browser struct {
	w    *world
	http *http.Client
	url  string
}

func (w *world) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return &browser{w: w, url: w.url, http: &http.Client{Jar: jar, Timeout: 30 * time.Second}}
}

// with is another browser that sends the same cookie: a thief's.
func (b *browser) with(cookie string) *browser {
	other := b.w.browser()
	u, _ := url.Parse(b.url)
	other.http.Jar.SetCookies(u, []*http.Cookie{{Name: "jahorina_session", Value: cookie, Path: "/"}})
	return other
}

func (b *browser) cookie() string {
	u, _ := url.Parse(b.url)
	for _, c := range b.http.Jar.Cookies(u) {
		if c.Name == "jahorina_session" {
			return c.Value
		}
	}
	return ""
}

func (b *browser) do(method, path string, form url.Values) answer {
	b.w.t.Helper()
	a, err := b.try(method, path, form)
	if err != nil {
		b.w.t.Fatal(err)
	}
	return a
}

func (b *browser) try(method, path string, form url.Values) (answer, error) {
	var a answer
	req, err := http.NewRequest(method, b.url+path+"?"+form.Encode(), nil)
	if err != nil {
		return a, err
	}
	resp, err := b.http.Do(req)
	if err != nil {
		return a, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		return a, fmt.Errorf("%s %s: status %d, %q, %v", method, path, resp.StatusCode, raw, err)
	}
	return a, json.Unmarshal(raw, &a)
}

func (b *browser) me() workflows.Actor { b.w.t.Helper(); return b.do("GET", "/me", nil).Actor }

func (b *browser) signIn(name string) {
	b.w.t.Helper()
	a := b.do("POST", "/signin", url.Values{"t": {b.w.link(name)}})
	if a.Error != "" || a.Actor.ID != "user:"+b.w.people[name] {
		b.w.t.Fatalf("sign-in of %s: %+v", name, a)
	}
}
