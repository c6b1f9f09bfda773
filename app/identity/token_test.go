package identity

import (
	"regexp"
	"testing"

	"jahorina/workflows"
)

var form = regexp.MustCompile(`^jah_[0-9a-f]{64}$`)

func (w *world) token(name string) (raw string) {
	w.t.Helper()
	w.write(func(tx *workflows.Tx) (err error) {
		raw, err = CreateToken(tx, w.people[name])
		return err
	})
	return raw
}

func TestTokens(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		raw, again, others := w.token("official"), w.token("official"), w.token("second")
		if raw == again || !form.MatchString(raw) {
			t.Fatalf("tokens %q %q", raw, again)
		}
		if n := w.count("SELECT count(*) FROM tokens WHERE hash = ? OR hash LIKE ?", raw, "%"+raw[len(tokenPrefix):]+"%"); n != 0 {
			t.Error("the token is stored readable")
		}
		a, err := w.svc.ActorByToken(t.Context(), raw)
		if err != nil || a.ID != "user:"+w.people["official"] || len(a.Roles) != 1 {
			t.Errorf("actor %+v, %v", a, err)
		}
		for _, bad := range append(flips(raw), "Bearer "+raw, sum(raw), tokenPrefix) {
			w.refused(t, bad)
		}
		w.write(func(tx *workflows.Tx) error { return RevokeTokens(tx, w.people["official"]) })
		w.refused(t, raw)
		w.refused(t, again)
		if _, err := w.svc.ActorByToken(t.Context(), others); err != nil {
			t.Errorf("another person's token: %v", err)
		}
		w.exec("UPDATE people SET disabled_at = ? WHERE id = ?", workflows.UTC(w.now()), w.people["second"])
		w.refused(t, others)
		if n := w.count("SELECT count(*) FROM audit_entries WHERE object = 'token'"); n != 4 {
			t.Errorf("%d entries, want 3 created and 1 revocation", n)
		}
	})
}

func (w *world) refused(t *testing.T, raw string) {
	t.Helper()
	a, err := w.svc.ActorByToken(t.Context(), raw)
	if a.ID != "" || len(a.Roles) != 0 || !workflows.IsKind(err, workflows.Unauthenticated) || err.Error() != "bad_token" {
		t.Errorf("token %q: %+v, %v", raw, a, err)
	}
}
