package identity

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/stakeholder"
)

// requests are the jobs in the queue, oldest first.
func (w *world) requests() []LinkRequest {
	w.t.Helper()
	query := "SELECT args::text FROM river_job WHERE kind = 'sign_in' ORDER BY id"
	if w.store.Dialect() == "sqlite" {
		query = "SELECT json(args) FROM river_job WHERE kind = 'sign_in' ORDER BY id"
	}
	var raw []string
	if err := w.store.DB.Raw(query).Scan(&raw).Error; err != nil {
		w.t.Fatal(err)
	}
	out := make([]LinkRequest, len(raw))
	for i := range raw {
		if err := json.Unmarshal([]byte(raw[i]), &out[i]); err != nil {
			w.t.Fatal(err)
		}
	}
	return out
}

func (w *world) messages() []workflows.Message {
	w.t.Helper()
	var out []workflows.Message
	if err := w.read().DB().Where("template = 'sign_in'").Order("id").Find(&out).Error; err != nil {
		w.t.Fatal(err)
	}
	return out
}

func TestRequestTellsNobodyWhoHasAnAccount(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		addresses := []string{"official@example.org", "nobody@example.org", "gone@example.org", " Official@Example.org "}
		for i, a := range addresses {
			if err := w.svc.RequestLink(t.Context(), a); err != nil {
				t.Errorf("%s: %v", a, err)
			}
			// Up to the answer, one job and nothing else, whoever it is.
			if n := len(w.requests()); n != i+1 || len(w.messages()) != 0 || w.count("SELECT count(*) FROM sign_in_links") != 0 {
				t.Errorf("%s: %d jobs, %d messages", a, n, len(w.messages()))
			}
		}
		for range 2 { // the queue may run a job twice
			for _, r := range w.requests() {
				if err := w.svc.MailLink(t.Context(), r); err != nil {
					t.Errorf("%s: %v", r.Email, err)
				}
			}
		}
		got := w.messages()
		if len(got) != 2 || got[0].Recipient != "official@example.org" || got[1].Recipient != "official@example.org" {
			t.Fatalf("messages: %+v", got)
		}
		for _, m := range got {
			token := SignInToken(w.engine.Signer(), m.Args["link"])
			if raw := fmt.Sprint(m); strings.Contains(raw, token) || strings.Contains(raw, token[len(token)-32:]) {
				t.Error("the queue holds what signs in")
			}
			if left := m.NotAfter.Sub(w.now()); left <= 0 || left > MailedFor {
				t.Errorf("mail of use for %v", left)
			}
			if a := w.browser().do("POST", "/signin", url.Values{"t": {token}}); a.Actor.ID != "user:"+w.people["official"] {
				t.Errorf("the mailed link: %+v", a)
			}
		}
		for _, bad := range []string{"", "x", "a@b\r\nBcc: c@d", "Name <a@b.example>", strings.Repeat("a", 300) + "@b.example"} {
			if err := w.svc.RequestLink(t.Context(), bad); !workflows.IsKind(err, workflows.Invalid) {
				t.Errorf("address %q: %v", bad, err)
			}
		}
	})
}

func TestRequestTakesTheSameTime(t *testing.T) {
	if testing.Short() {
		t.Skip("measures 400 requests")
	}
	eachWorld(t, func(t *testing.T, w *world) {
		const n = 200
		took := map[string][]time.Duration{}
		for range n {
			for _, a := range []string{"official@example.org", "nobody12@example.org"} {
				start := time.Now()
				if err := w.svc.RequestLink(t.Context(), a); err != nil {
					t.Fatal(err)
				}
				took[a] = append(took[a], time.Since(start))
			}
		}
		var medians []time.Duration
		for _, d := range took {
			slices.Sort(d)
			medians = append(medians, d[n/2])
		}
		slices.Sort(medians)
		t.Logf("medians of known and unknown: %v", medians)
		if medians[1]-medians[0] > 5*time.Millisecond {
			t.Errorf("medians differ: %v", medians)
		}
	})
}

func TestFiveLinksAnHour(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		ask := func(name string) {
			r := LinkRequest{ID: workflows.NewID(), Email: name + "@example.org", At: w.engine.Now()}
			if err := w.svc.MailLink(t.Context(), r); err != nil {
				t.Fatal(err)
			}
		}
		var all sync.WaitGroup
		for range 12 { // also at once
			all.Go(func() { ask("official") })
		}
		all.Wait()
		ask("second")
		if n := len(w.messages()); n != maxAnHour+1 {
			t.Errorf("%d mails, want %d to one and 1 to the other", n, maxAnHour)
		}
		w.ahead.Store(int64(61 * time.Minute))
		ask("official")
		if n := len(w.messages()); n != maxAnHour+2 {
			t.Errorf("%d mails an hour later", n)
		}
		late := LinkRequest{ID: workflows.NewID(), Email: "second@example.org", At: w.engine.Now().Add(-MailedFor)}
		if err := w.svc.MailLink(t.Context(), late); err != nil || len(w.messages()) != maxAnHour+2 {
			t.Errorf("a job that came too late mailed a dead link (%v)", err)
		}
	})
}

func TestLinkWorksOnce(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		for range 3 {
			token := w.link("official")
			const tries = 20
			results := make(chan answer, tries)
			var start, done sync.WaitGroup
			start.Add(1)
			for range tries {
				b := w.browser()
				done.Go(func() {
					start.Wait()
					a, err := b.try("POST", "/signin", url.Values{"t": {token}})
					if err != nil {
						t.Error(err)
					}
					results <- a
				})
			}
			start.Done()
			done.Wait()
			in := 0
			for range tries {
				if a := <-results; a.Error == "" && a.Actor.ID == "user:"+w.people["official"] {
					in++
				} else if a.Error != "dead_link" || a.Actor.ID != "" {
					t.Errorf("refused with %+v", a)
				}
			}
			if in != 1 {
				t.Fatalf("%d of %d signed in", in, tries)
			}
		}
	})
}

func TestDeadLinksAreAllAlike(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		good := w.link("official")
		bad := append(flips(good),
			SignInToken(w.engine.Signer(), workflows.NewID()), // signed, and never issued
			w.engine.Signer().Link("invitation", strings.Split(good, ".")[0]),
			w.invitation(w.org),
		)
		disabled := w.link("second")
		w.exec("UPDATE people SET disabled_at = ? WHERE id = ?", workflows.UTC(w.now()), w.people["second"])
		bad = append(bad, disabled)
		b := w.browser()
		for _, token := range bad {
			if a := b.do("POST", "/signin", url.Values{"t": {token}}); a.Error != "dead_link" || a.Actor.ID != "" {
				t.Errorf("%q: %+v", token, a)
			}
		}
		w.ahead.Store(int64(PrintedFor))
		if a := b.do("POST", "/signin", url.Values{"t": {good}}); a.Error != "dead_link" {
			t.Errorf("expired: %+v", a)
		}
		w.ahead.Store(int64(PrintedFor - time.Minute))
		if a := b.do("POST", "/signin", url.Values{"t": {good}}); a.Error != "" {
			t.Errorf("a minute before it expires: %+v", a)
		}
		if n := w.count("SELECT count(*) FROM audit_entries WHERE action = 'sign_in'"); n != 1 {
			t.Errorf("%d sign-ins recorded, want 1", n)
		}
	})
}

func TestWhoMayHandOutLinksAndTokens(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		for _, c := range []struct {
			by, person  string
			link, token bool
		}{
			{"admin", "official", true, true},
			{"admin", "both", false, false}, // also holds a role where the administrator holds none
			{"admin", "gone", false, false},
			{"official", "second", false, false},
			{"official", "official", false, true},
			{"member", "admin", false, false},
		} {
			by, err := stakeholder.ActorOf(w.read(), w.people[c.by])
			if err != nil {
				t.Fatal(err)
			}
			try := func(fn func(tx *workflows.Tx) error) bool { return w.engine.Write(t.Context(), by, fn) == nil }
			entries := w.count("SELECT count(*) FROM audit_entries")
			link := try(func(tx *workflows.Tx) error {
				_, err := NewSignInLink(tx, w.people[c.person], time.Hour)
				return err
			})
			token := try(func(tx *workflows.Tx) error { _, err := CreateToken(tx, w.people[c.person]); return err })
			if link != c.link || token != c.token {
				t.Errorf("%s for %s: link %v, token %v", c.by, c.person, link, token)
			}
			want := map[bool]int{true: 1}
			if n := w.count("SELECT count(*) FROM audit_entries") - entries; n != want[link]+want[token] {
				t.Errorf("%s for %s: %d entries", c.by, c.person, n)
			}
		}
	})
}
