package calendar

import (
	"flag"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	ics "github.com/arran4/golang-ical"

	"jahorina/templates"
	"jahorina/workflows/agenda"
	"jahorina/workflows/consultation"
)

var update = flag.Bool("update", false, "write the golden file anew")

func english(t testing.TB) *templates.Text {
	t.Helper()
	locales, err := templates.LoadLocales()
	if err != nil {
		t.Fatal(err)
	}
	return locales.For("en")
}

var start = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

func entry(kind, title, state string) agenda.Entry {
	c := &consultation.Consultation{ID: "0190-" + kind, Title: title, State: state, UpdatedAt: start}
	return agenda.Entry{Kind: kind, At: start.Add(240 * time.Hour), Consultation: c, Sequence: 3}
}

func TestGoldenCalendar(t *testing.T) {
	got := File(english(t), "https://consult.example/", "Consultations", []agenda.Entry{
		entry(agenda.Opens, "Dual-use chemicals; biological agents, and the trade in both of them across borders", consultation.Scheduled),
		entry(agenda.Closes, "Стратегия, часть 1", consultation.Withdrawn),
		entry(agenda.ReviewDue, "Two\r\nlines", consultation.InReview),
		entry(agenda.ResponseDue, "Draft", consultation.Draft),
		entry(agenda.Reminder, "Not told", consultation.Open),
		entry(agenda.Extended, "Not told", consultation.Open),
	})
	const golden = "testdata/calendar.ics"
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// Whatever a title is, the file is well-formed by RFC 5545 and read back it says
// the same.
func FuzzTitle(f *testing.F) {
	for _, s := range []string{"", "a", `back\slash; comma, semicolon`, "BEGIN:VEVENT\r\nEND:VCALENDAR", "ст" + strings.Repeat("ратегия ", 40), strings.Repeat("x", 200), "\x00\u2028", "<a> <b>"} {
		f.Add(s)
	}
	text := english(f)
	f.Fuzz(func(t *testing.T, title string) {
		if !utf8.ValidString(title) {
			t.Skip("no title is that")
		}
		e := entry(agenda.Closes, title, consultation.Open)
		got := string(File(text, "https://consult.example", "Consultations", []agenda.Entry{e}))
		for _, l := range strings.Split(strings.TrimSuffix(got, "\r\n"), "\r\n") {
			if len(l) > 75 || strings.ContainsAny(l, "\r\n") || !utf8.ValidString(l) {
				t.Fatalf("line of %d octets: %q", len(l), l)
			}
		}
		parsed, err := ics.ParseCalendar(strings.NewReader(got))
		if err != nil {
			t.Fatalf("%v:\n%s", err, got)
		}
		events := parsed.Events()
		if len(events) != 1 {
			t.Fatalf("%d events:\n%s", len(events), got)
		}
		want := text.T("agenda.feed.summary.closes", "Title", line(title))
		if s := events[0].GetProperty(ics.ComponentPropertySummary).Value; s != want {
			t.Errorf("read back %q, want %q", s, want)
		}
		if at, err := events[0].GetStartAt(); err != nil || !at.Equal(e.At) {
			t.Errorf("begins at %v, %v", at, err)
		}
	})
}
