package api_test

import (
	"net/http"
	"testing"

	"jahorina/app/apptest/testbed"
)

func TestMeChoosesLanguage(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		w := newWorld(t, b)
		w.actors[b.Official.ID] = b.Official
		me := w.as(b.Official)
		if got := me.call(http.MethodPatch, "/me", map[string]any{"language": "fr"}).want(http.StatusOK).str("language"); got != "fr" {
			t.Errorf("the answer says %s", got)
		}
		me.call(http.MethodPatch, "/me", map[string]any{"language": "no language"}).refused(http.StatusUnprocessableEntity, "invalid", "language")
		me.call(http.MethodPatch, "/me", map[string]any{"name": "Somebody else"}).want(http.StatusUnprocessableEntity)
		if n := b.Count("people", "language = 'fr'"); n != 1 {
			t.Errorf("%d people read French, want 1", n)
		}
	})
}
