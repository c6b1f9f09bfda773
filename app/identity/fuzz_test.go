package identity

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"jahorina/app/apptest"
	"jahorina/workflows"
)

func newSQLiteWorld(t testing.TB) *world {
	t.Helper()
	url := apptest.SQLite(t)
	if err := migrated(url); err != nil {
		t.Fatal(err)
	}
	return newWorld(t, url)
}

// FuzzToken: only the API token that was issued lets anybody in.
func FuzzToken(f *testing.F) {
	w := newSQLiteWorld(f)
	good := w.token("official")
	for _, s := range append(flips(good)[:20], good, "", "jah_", "jah_"+strings.Repeat("g", 64)) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		a, err := w.svc.ActorByToken(t.Context(), raw)
		if (raw == good) != (err == nil) || (err != nil && (a.ID != "" || !workflows.IsKind(err, workflows.Unauthenticated))) {
			t.Errorf("%q: %+v, %v", raw, a, err)
		}
	})
}

// FuzzSignInToken: what opens is exactly what the signer makes of the id.
func FuzzSignInToken(f *testing.F) {
	signer, err := workflows.NewSigner(make([]byte, workflows.SecretSize), "test.example")
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range append(flips(SignInToken(signer, "01"))[:20], SignInToken(signer, "01"), ".", "a.b.c", "\x00.") {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, token string) {
		id, err := signer.OpenLink(signInLink, token)
		if err == nil && SignInToken(signer, id) != token {
			t.Errorf("%q opens %q", token, id)
		}
		if made := SignInToken(signer, token); !strings.Contains(token, ".") && token != "" {
			if back, err := signer.OpenLink(signInLink, made); err != nil || back != token {
				t.Errorf("%q does not open its own id: %q, %v", made, back, err)
			}
		}
	})
}

// FuzzCookie: whatever a browser sends, a page is served, and to a visitor.
func FuzzCookie(f *testing.F) {
	w := newSQLiteWorld(f)
	for _, s := range []string{"", "=", "jahorina_session=x", "jahorina_session=\x00", "jahorina_session=a; jahorina_session=b", "jahorina_session=\"q\""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, header string) {
		req, rec := httptest.NewRequest("GET", "/", nil), httptest.NewRecorder()
		req.Header.Set("Cookie", header)
		w.svc.Middleware(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if a := w.svc.Actor(r.Context()); a.ID != "" {
				t.Errorf("%q is %+v", header, a)
			}
			rw.WriteHeader(http.StatusNoContent)
		})).ServeHTTP(rec, req)
		if rec.Code != http.StatusNoContent {
			t.Errorf("%q: status %d", header, rec.Code)
		}
	})
}
