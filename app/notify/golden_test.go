package notify

import (
	"bytes"
	"context"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"jahorina/app/mail"
	"jahorina/app/mail/mailbox"
	"jahorina/templates"
	"jahorina/workflows"
)

var update = flag.Bool("update", false, "write the golden files anew")

// fixed is a view with something in every field.
func fixed() view {
	at := func(day int) time.Time { return time.Date(2026, time.November, day, 17, 0, 0, 0, time.UTC) }
	return view{
		Host: "test.example", Name: "Udruženje <hemičara>", State: "Bosnia and Herzegovina", Title: "Chemical & Biological Security – 条例",
		Link: "https://test.example/link", Calendar: "https://test.example/calendar/T.ics", Response: "https://test.example/consultations/C1/response",
		OpensAt: at(1), ClosesAt: at(24), ClosedAt: at(25), ClosedBefore: at(17), At: at(20),
		What: "One side says that it is closed.", By: "Ana Anić", Reason: "Two holidays <b>fall</b> into the window.\n\nhttps://elsewhere.example", Count: 3,
		Number: "7K3Q-XZ4M-2PWA-9C6T", Version: 2, SHA256: strings.Repeat("0123456789abcdef", 4), More: 12,
		Outcomes: []outcome{
			{Number: 1, Place: place{Provision: "2.1"}, Outcome: "accepted", Rationale: "It is clearer.\nThank you."},
			{Number: 2, Confidential: true},
			{Number: 3, Outcome: "rejected", Rationale: "已有规定。"},
			{Number: 4, Place: place{Reference: "4.9 <x>"}, Outcome: "noted", Long: true},
		},
	}
}

// Every mail as it is read: the text and the HTML, in golden files.
func TestGolden(t *testing.T) {
	mails, err := templates.LoadMails()
	if err != nil {
		t.Fatal(err)
	}
	locales, err := templates.LoadLocales()
	if err != nil {
		t.Fatal(err)
	}
	n := &Notifier{Config: Config{Mails: mails, Locales: locales}, host: "test.example"}
	for _, name := range slices.Sorted(maps.Keys(letters)) {
		d := &draft{n: n, m: &workflows.Message{ID: "M1", Template: name, Recipient: "a@a.example", CreatedAt: time.Now()}, text: locales.For("en"), view: fixed()}
		if name == "invitation" || name == "reminder" {
			d.view.Unsubscribe = "https://test.example/unsubscribe/T"
		}
		if name == "confirm_address" {
			d.view.Name = ""
		}
		m, err := d.finish()
		if err != nil {
			t.Fatal(err)
		}
		golden(t, name+".txt", "Subject: "+m.Subject+"\n\n"+m.Text)
		golden(t, name+".html", m.HTML)
		for _, bad := range []string{"⟦", "<no value>", "ZgotmplZ", "<b>", "<x>", "<hemičara>"} {
			if strings.Contains(m.HTML, bad) {
				t.Errorf("%s.html holds %s", name, bad)
			}
		}
		if strings.Contains(m.Text+m.Subject, "⟦") || strings.Contains(m.Text, "<no value>") || strings.Contains(m.Text, "\n\n\n") {
			t.Errorf("%s.txt lacks something:\n%s", name, m.Text)
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, []byte(got)) {
		t.Errorf("%s has changed (-update writes it anew):\n%s", name, got)
	}
}

// Every mail passes the composer and a server whole, in whatever language it
// was asked for.
func TestEveryMailIsTaken(t *testing.T) {
	box, err := mailbox.Start("127.0.0.1:0", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer box.Close()
	server, err := mail.ParseURL(box.URL())
	if err != nil {
		t.Fatal(err)
	}
	sender, err := mail.NewSender(server, mail.Address{Email: "post@test.example"}, mail.Options{})
	if err != nil {
		t.Fatal(err)
	}
	mails, err := templates.LoadMails()
	if err != nil {
		t.Fatal(err)
	}
	locales, err := templates.LoadLocales()
	if err != nil {
		t.Fatal(err)
	}
	n := &Notifier{Config: Config{Mails: mails, Locales: locales}, host: "test.example"}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for name := range letters {
		d := &draft{
			n: n, m: &workflows.Message{ID: "M-" + name, Template: name, Recipient: name + "@a.example", CreatedAt: time.Now()},
			text: locales.For("zh-Hant", "not a language"), view: fixed(),
		}
		m, err := d.finish()
		if err != nil {
			t.Fatal(err)
		}
		if err := sender.Send(ctx, m); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got, err := box.Wait(ctx, func(m mailbox.Message) bool { return m.Recipients[0] == name+"@a.example" })
		if err != nil {
			t.Fatal(err)
		}
		if got.Subject != m.Subject || got.To.Name != m.To.Name || strings.TrimSpace(got.Text) != strings.TrimSpace(m.Text) {
			t.Errorf("%s arrived as %q to %v:\n%s", name, got.Subject, got.To, got.Text)
		}
	}
}
