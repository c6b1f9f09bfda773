package identity

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/stakeholder"
)

func TestSignedOutSessionNeverComesBack(t *testing.T) {
	const rounds, slow = 25, 10 // 250 requests under way on each database
	eachWorld(t, func(t *testing.T, w *world) {
		for range rounds {
			b := w.browser()
			b.signIn("official")
			old := b.cookie()
			var late []*browser
			var done sync.WaitGroup
			for range slow {
				l := b.with(old)
				late = append(late, l)
				done.Go(func() {
					if a, err := l.try("GET", "/slow", nil); err != nil || a.Actor.ID == "" {
						t.Errorf("request under way: %+v, %v", a, err)
					}
				})
			}
			for range slow {
				<-w.slow // all of them have the session by now
			}
			b.do("POST", "/signout", nil)
			for range slow {
				w.resume <- struct{}{} // and save it only after the sign-out
			}
			done.Wait()
			for _, l := range late { // a late answer must not undo a new sign-in either
				if l.cookie() != old {
					t.Fatalf("the late answer set the cookie to %q", l.cookie())
				}
			}
			for _, l := range append(late, b.with(old), b) {
				if a := l.me(); a.ID != "" {
					t.Fatalf("the session came back: %+v", a)
				}
			}
		}
		if n := w.count("SELECT count(*) FROM sessions WHERE revoked_at IS NULL OR length(data) > 0"); n != 0 {
			t.Errorf("%d sessions with data are left", n)
		}
		if n := w.count("SELECT count(*) FROM audit_entries WHERE action = 'sign_out'"); n != rounds {
			t.Errorf("%d sign-outs recorded, want %d", n, rounds)
		}
	})
}

func TestStoreNeverWritesRevokedRow(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		s := &sessionStore{db: w.store.DB, now: w.now}
		in := w.now().Add(time.Hour)
		if err := errors.Join(s.Commit("a", []byte("1"), in), s.Commit("a", []byte("2"), in), s.Commit("b", []byte("3"), in)); err != nil {
			t.Fatal(err)
		}
		if data, ok, err := s.Find("a"); string(data) != "2" || !ok || err != nil {
			t.Errorf("got %q %v %v", data, ok, err)
		}
		if err := errors.Join(s.Delete("a"), s.Delete("a"), s.Delete("unknown")); err != nil {
			t.Fatal(err)
		}
		if err := s.Commit("a", []byte("4"), in); !errors.Is(err, errSignedOut) {
			t.Errorf("commit after revocation: %v", err)
		}
		if _, ok, err := s.Find("a"); ok || err != nil {
			t.Errorf("found a revoked session, %v", err)
		}
		if data, ok, err := s.Find("b"); string(data) != "3" || !ok || err != nil {
			t.Errorf("the other session: %q %v %v", data, ok, err)
		}
	})
}

func TestSignInRenewsToken(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		b := w.browser()
		form := b.do("GET", "/form", nil).Token
		planted := b.cookie()
		if planted == "" || form == "" {
			t.Fatal("a form started no session")
		}
		b.do("GET", "/language", nil)
		b.signIn("official")
		if b.cookie() == planted {
			t.Error("the token from before the sign-in is still in use")
		}
		if a := b.with(planted).me(); a.ID != "" {
			t.Errorf("the planted token is signed in: %+v", a)
		}
		if got := b.do("GET", "/form", nil).Token; got == form {
			t.Error("the form token from before the sign-in still counts")
		}
		if got := b.do("GET", "/choice", nil).Token; got != "bs" {
			t.Errorf("language after sign-in %q, want bs", got)
		}
		first := b.cookie()
		b.signIn("second")
		if a := b.with(first).me(); a.ID != "" {
			t.Errorf("the first person's token lives on: %+v", a)
		}
		var got []workflows.Entry
		if err := w.read().DB().Where("object = 'session'").Order("seq").Find(&got).Error; err != nil {
			t.Fatal(err)
		}
		if len(got) != 3 || got[0].Action != "sign_in" || got[1].Action != "sign_in" || got[2].Action != "sign_out" ||
			got[0].ObjectID != got[2].ObjectID || got[0].ObjectID == got[1].ObjectID || got[0].ObjectID == "" ||
			got[2].Actor != "user:"+w.people["official"] || got[2].State != "BA" {
			t.Errorf("record: %+v", got)
		}
	})
}

func TestRevokedRoleIsGoneAtNextRequestOnEveryReplica(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		replica := w.serve(w.service("http://127.0.0.1"))
		for _, name := range []string{"official", "second", "member"} {
			b := w.browser()
			b.signIn(name)
			other := b.with(b.cookie())
			other.url = replica
			before := other.do("GET", "/me", nil).Actor
			held, err := stakeholder.Assignments(w.read(), w.people[name])
			if err != nil || len(held) != 1 || len(before.Roles) != 1 {
				t.Fatalf("before: %+v, held %v, %v", before, held, err)
			}
			w.write(func(tx *workflows.Tx) error { return stakeholder.Revoke(tx, held[0].ID) })
			for _, at := range []*browser{b, other} {
				if a := at.me(); a.ID != before.ID || len(a.Roles) != 0 {
					t.Errorf("after: %+v", a)
				}
			}
		}
	})
}

func TestDisabledPersonIsSignedOut(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		b := w.browser()
		b.signIn("official")
		old := b.cookie()
		w.exec("UPDATE people SET disabled_at = ? WHERE id = ?", workflows.UTC(w.now()), w.people["official"])
		if a := b.me(); a.ID != "" || b.cookie() != "" {
			t.Errorf("still there: %+v, cookie %q", a, b.cookie())
		}
		w.exec("UPDATE people SET disabled_at = NULL WHERE id = ?", w.people["official"])
		if a := b.with(old).me(); a.ID != "" {
			t.Errorf("the old session came back with the person: %+v", a)
		}
	})
}

func TestSessionsExpire(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		idle, busy, visitor := w.browser(), w.browser(), w.browser()
		idle.signIn("official")
		busy.signIn("second")
		visitor.do("GET", "/language", nil)
		cookies := []string{idle.cookie(), busy.cookie(), visitor.cookie()}
		w.ahead.Store(int64(Idle + time.Minute))
		if err := w.svc.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := w.count("SELECT count(*) FROM sessions"); n != 2 {
			t.Errorf("%d rows after %v, want those of the two people", n, Idle)
		}
		w.ahead.Store(0)
		for range 11 { // 11 hours, the busy one at work in each
			w.ahead.Add(int64(time.Hour))
			if a := busy.me(); a.ID == "" {
				t.Fatalf("signed out at work after %v", time.Duration(w.ahead.Load()))
			}
		}
		for i, c := range cookies {
			a := idle.with(c).do("GET", "/choice", nil)
			if alive := a.Actor.ID != "" || a.Token != ""; alive != (i == 1) {
				t.Errorf("session %d: %+v", i, a)
			}
		}
		w.ahead.Store(int64(Lifetime + time.Minute))
		if a := busy.me(); a.ID != "" {
			t.Errorf("%v and still signed in", Lifetime)
		}
		if err := w.svc.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := w.count("SELECT count(*) FROM sessions"); n != 0 {
			t.Errorf("%d rows left after the sweep", n)
		}
	})
}

func TestSweepKeepsWhatLives(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		b := w.browser()
		b.signIn("official")
		out := w.browser()
		out.signIn("second")
		old := out.cookie()
		out.do("POST", "/signout", nil)
		unused := w.link("second")
		if err := w.svc.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if b.me().ID == "" || out.with(old).me().ID != "" {
			t.Error("the sweep touched a live session, or revived a dead one")
		}
		if n := w.count("SELECT count(*) FROM sessions WHERE revoked_at IS NOT NULL"); n != 1 {
			t.Errorf("%d signed-out sessions kept, want 1", n)
		}
		if a := w.browser().do("POST", "/signin", url.Values{"t": {unused}}); a.Error != "" {
			t.Errorf("the unused link: %+v", a)
		}
		w.ahead.Store(int64(PrintedFor + 25*time.Hour))
		if err := w.svc.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := w.count("SELECT count(*) FROM sign_in_links"); n != 0 {
			t.Errorf("%d links left", n)
		}
	})
}

func TestForgedCookies(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		b := w.browser()
		b.signIn("official")
		good := b.cookie()
		for _, bad := range flips(good) {
			if a := b.with(bad).me(); a.ID != "" {
				t.Errorf("%q opens the session of %q", bad, good)
			}
		}
		if n := w.count("SELECT count(*) FROM sessions WHERE token = ?", good); n != 0 {
			t.Error("the token is stored readable")
		}
		if b.me().ID == "" {
			t.Error("the right cookie no longer works")
		}
	})
}

// flips are the token with each character changed, cut and lengthened.
func flips(token string) []string {
	out := []string{"", token + "0", token + ".", token[1:], token[:len(token)-1], strings.ToUpper(token), token + token}
	for i := range token {
		for _, mask := range []byte{1, 2, 32} {
			c := token[i] ^ mask
			if c > ' ' && c < 127 && !strings.ContainsRune(`;,"\`, rune(c)) {
				out = append(out, token[:i]+string(c)+token[i+1:])
			}
		}
	}
	return slices.DeleteFunc(out, func(s string) bool { return s == token })
}

func TestVisitorsGetNoSession(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		for _, b := range []*browser{w.browser(), w.browser().with("unknown"), w.browser().with(strings.Repeat("x", 4000))} {
			had := b.cookie()
			if a := b.me(); a.ID != "" || b.cookie() != had {
				t.Errorf("%+v, cookie %q", a, b.cookie())
			}
		}
		if n := w.count("SELECT count(*) FROM sessions"); n != 0 {
			t.Errorf("%d sessions for visitors", n)
		}
	})
}

func TestCookieFlags(t *testing.T) {
	w := newSQLiteWorld(t)
	for _, c := range []struct{ base, want string }{
		{"https://consult.example", "__Host-jahorina_session=TOKEN; Path=/; HttpOnly; Secure; SameSite=Lax"},
		{"http://127.0.0.1:8080", "jahorina_session=TOKEN; Path=/; HttpOnly; SameSite=Lax"},
	} {
		s := w.service(c.base)
		rec := httptest.NewRecorder()
		s.Middleware(w.pages(s)).ServeHTTP(rec, httptest.NewRequest("GET", "/form", nil))
		got := rec.Result().Cookies()
		if len(got) != 1 {
			t.Fatalf("%s: cookies %v", c.base, got)
		}
		if len(got[0].Value) != 43 { // 256 bits in base64
			t.Errorf("%s: token %q", c.base, got[0].Value)
		}
		got[0].Value = "TOKEN"
		if got[0].String() != c.want || !slices.Contains(rec.Result().Header["Vary"], "Cookie") {
			t.Errorf("%s: got %s %v, want %s", c.base, got[0], rec.Result().Header, c.want)
		}
	}
	for _, bad := range []string{"", "consult.example", "ftp://x", "https://", "http://%", "//x"} {
		if _, err := New(w.engine, w.store.DB, bad); err == nil {
			t.Errorf("base URL %q accepted", bad)
		}
	}
}

func TestFlashIsToldOnce(t *testing.T) {
	w := newSQLiteWorld(t)
	b := w.browser()
	b.do("GET", "/note", nil)
	want := Flash{Kind: "success", Title: "T", Text: "x"}
	if got := b.do("GET", "/noted", nil).Flash; got != want {
		t.Errorf("got %+v", got)
	}
	if got := b.do("GET", "/noted", nil).Flash; got != (Flash{}) {
		t.Errorf("told again: %+v", got)
	}
}

func TestFailureToSaveIsTheAnswer(t *testing.T) {
	w := newSQLiteWorld(t)
	s := w.service("http://127.0.0.1")
	var failed error
	s.Failed = func(rw http.ResponseWriter, _ *http.Request, err error) {
		failed = err
		rw.WriteHeader(http.StatusServiceUnavailable)
	}
	handler := s.Middleware(w.pages(s))
	cookie := &http.Cookie{Name: "jahorina_session", Value: "x"}
	for _, path := range []string{"/form", "/me"} { // one that saves, one that only loads
		w.exec("ALTER TABLE sessions RENAME TO elsewhere")
		rec, req := httptest.NewRecorder(), httptest.NewRequest("GET", path, nil)
		if path == "/me" {
			req.AddCookie(cookie)
		}
		failed = nil
		handler.ServeHTTP(rec, req)
		if rec.Code != http.StatusServiceUnavailable || rec.Body.Len() != 0 || failed == nil {
			t.Errorf("%s: status %d, body %q, error %v", path, rec.Code, rec.Body, failed)
		}
		w.exec("ALTER TABLE elsewhere RENAME TO sessions")
	}
	rec := httptest.NewRecorder()
	bareFailure(rec, nil, nil)
	if rec.Code != http.StatusInternalServerError {
		t.Errorf("bare failure: %d", rec.Code)
	}
}

func TestFlushBeginsTheAnswer(t *testing.T) {
	w := newSQLiteWorld(t)
	rec := httptest.NewRecorder()
	w.svc.Middleware(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.svc.CSRF(r.Context())
		rw.(http.Flusher).Flush()
		rw.WriteHeader(http.StatusTeapot) // too late, as ever
	})).ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
	if rec.Code != http.StatusOK || !rec.Flushed || len(rec.Result().Cookies()) != 1 {
		t.Errorf("code %d, flushed %v, cookies %v", rec.Code, rec.Flushed, rec.Result().Cookies())
	}
}
