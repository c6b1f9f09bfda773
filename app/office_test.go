package main

import (
	"context"
	"log/slog"
	"net"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"jahorina/app/apptest"
	"jahorina/app/config"
	"jahorina/app/mail/mailbox"
)

// handClock is the time deadlines go by, moved by hand.
type handClock struct {
	mu    sync.Mutex
	ahead time.Duration
}

func (c *handClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

func (c *handClock) skip(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}

// office is a running installation as its users meet it: by browser and mail.
type office struct {
	t     *testing.T
	url   string
	box   *mailbox.Mailbox
	clock *handClock
	in    *installation
	stop  func() error // ends it as a signal does, and waits

	people []participant      // who answers there
	way    func(*apptest.Tab) // in which its people use their browsers; nil for the usual one
}

// openOffice starts everything there is on SQLite, with mail caught by a real
// server, and stops it at the end of the test.
func openOffice(t *testing.T) *office {
	t.Helper()
	return openOfficeWith(t, func(*office) error { return nil })
}

// openOfficeWith is openOffice with something to be done before it opens.
func openOfficeWith(t *testing.T, before func(*office) error) *office {
	t.Helper()
	return openOfficeThat(t, "off", before)
}

// openOfficeThat is openOfficeWith that prints with a program, "off" with none.
func openOfficeThat(t *testing.T, prints string, before func(*office) error) *office {
	t.Helper()
	box, err := mailbox.Start("127.0.0.1:0", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { box.Close() })
	o := &office{t: t, box: box, clock: &handClock{}}
	cfg, err := config.Load("", nil, map[string]string{"addr": freeAddr(t), "data_dir": t.TempDir(), "smtp_url": box.URL(), "chromium": prints})
	if err != nil {
		t.Fatal(err)
	}
	o.url = cfg.BaseURL
	log := slog.New(slog.NewTextHandler(&toTest{t: t}, &slog.HandlerOptions{Level: slog.LevelWarn}))
	if o.in, err = open(t.Context(), cfg, log, o.clock.Now); err != nil {
		t.Fatal(err)
	}
	if err := o.in.prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := before(o); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	listening, stopped := make(chan string, 1), make(chan error, 1)
	go func() { stopped <- o.in.run(ctx, func(addr string) { listening <- addr }) }()
	o.stop = sync.OnceValue(func() error {
		cancel()
		return <-stopped
	})
	t.Cleanup(func() {
		if err := o.stop(); err != nil {
			t.Errorf("stop: %v", err)
		}
		o.in.store.Close()
	})
	select {
	case <-listening:
	case err := <-stopped:
		stopped <- nil
		t.Fatalf("start: %v", err)
	}
	return o
}

func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// toTest writes the log into the test's own, until the test has ended.
type toTest struct{ t *testing.T }

func (w *toTest) Write(p []byte) (int, error) {
	if w.t.Context().Err() == nil {
		w.t.Log(strings.TrimSpace(string(p)))
	}
	return len(p), nil
}

// mail waits for the newest mail to the address that holds the words, and
// returns its text.
func (o *office) mail(to, words string) mailbox.Message {
	o.t.Helper()
	ctx, cancel := context.WithTimeout(o.t.Context(), 30*time.Second)
	defer cancel()
	m, err := o.box.Wait(ctx, func(m mailbox.Message) bool {
		return m.To.Email == to && (strings.Contains(m.Text, words) || strings.Contains(m.Subject, words))
	})
	if err != nil {
		o.t.Fatalf("no mail to %s with %q: %v", to, words, err)
	}
	return m
}

// link is the address in a mail's text below the path.
func (o *office) link(m mailbox.Message, path string) string {
	o.t.Helper()
	found := regexp.MustCompile(regexp.QuoteMeta(o.url+path) + `[^\s)>]*`).FindString(m.Text)
	if found == "" {
		o.t.Fatalf("no link to %s in\n%s", path, m.Text)
	}
	return found
}

// browser is the one of a person nobody knows yet.
func (o *office) browser() *apptest.Tab {
	o.t.Helper()
	b := apptest.Browser(o.t)
	if o.way != nil {
		o.way(b)
	}
	return b
}

// signIn opens a browser of one's own and signs in by the mailed link.
func (o *office) signIn(email string) *apptest.Tab {
	o.t.Helper()
	b := o.browser()
	b.Open(o.link(o.mail(email, "/sign-in/"), "/sign-in/"))
	b.Submit(`form[action^="/sign-in/"]`)
	return b
}

// count is the number of rows of a table.
func (o *office) count(table, where string) (n int64) {
	o.t.Helper()
	if err := o.in.store.DB.Table(table).Where(where).Count(&n).Error; err != nil {
		o.t.Fatal(err)
	}
	return n
}
