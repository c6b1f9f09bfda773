package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jahorina/app/apptest"
)

// An official reads in a table of 2,000 rows, leaves, comes back and sees it
// finished: with scripts the page follows by itself, without them by a link.
func TestR3_9LongImportInTheBrowser(t *testing.T) {
	for name, way := range map[string]func(*apptest.Tab){"scripts": nil, "no scripts": (*apptest.Tab).NoScripts} {
		t.Run(name, func(t *testing.T) {
			apptest.Browser(t) // skip before anything is set up
			o := openOfficeWith(t, func(o *office) error {
				o.in.mailbox = o.box
				return o.in.seed(t.Context())
			})
			o.way = way
			var id string
			if err := o.in.store.DB.Table("consultations").Where("kind = 'public' AND state = 'open'").Limit(1).Pluck("id", &id).Error; err != nil || id == "" {
				t.Fatalf("the demo has no open public consultation: %v", err)
			}
			b := o.amina()
			b.Open(o.url + "/consultations/" + id + "/import")
			b.Upload("#file", longTable(t, 2000))
			b.Fill(`[name=received_at]`, o.clock.Now().UTC().Add(-time.Minute).Format("2006-01-02T15:04"))
			b.Submit(`form[action$="/import"]`)
			page := b.URL()
			if !strings.Contains(page, "/works/") || !strings.Contains(b.Text("main"), "of 2,000 rows") {
				t.Fatalf("at %s after sending the table:\n%s", page, b.Text("main"))
			}
			b.Open(o.url + "/home")
			if text := b.Text("main"); !strings.Contains(text, "of 2,000 rows are done") && !strings.Contains(text, "See what came of the table") {
				t.Errorf("home does not tell of it:\n%s", text)
			}
			b.Open(page)
			if way == nil {
				b.Wait(`#work:not([data-follow])`)
			}
			for end := time.Now().Add(90 * time.Second); !strings.Contains(b.Text("#work-said"), "finished") && time.Now().Before(end); {
				b.Click(`#work a[href^="/works/"]`) // look again
			}
			if text := b.Text("main"); !strings.Contains(text, "2,000 of 2,000 rows") || !strings.Contains(text, "2,000 comments are in the record") || !strings.Contains(b.Text("#work-said"), "It is finished") {
				t.Errorf("the end is not told:\n%s", text)
			}
			if n := o.count("comments", "text LIKE 'Row %'"); n != 2000 {
				t.Errorf("%d comments of 2,000", n)
			}
			b.Open(o.url + "/works")
			if text := b.Text("main"); !strings.Contains(text, "2,000 of 2,000 rows") || !strings.Contains(text, "Finished") {
				t.Errorf("the list does not tell the end:\n%s", text)
			}
		})
	}
}

// amina is the demo's official, signed in.
func (o *office) amina() *apptest.Tab {
	o.t.Helper()
	links, err := o.in.signIns(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	b := o.browser()
	b.Open(links[0].Link)
	b.Submit(`form[action^="/sign-in/"]`)
	return b
}

// longTable is a file with so many rows, four of each sender.
func longTable(t *testing.T, rows int) string {
	t.Helper()
	var table strings.Builder
	table.WriteString("organisation,sector,paragraph,type,comment\n")
	for i := range rows {
		fmt.Fprintf(&table, "Reader %d,academia,4.4,te,Row %d\n", i/4, i)
	}
	file := filepath.Join(t.TempDir(), "table.csv")
	if err := os.WriteFile(file, []byte(table.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
