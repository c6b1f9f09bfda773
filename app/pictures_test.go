package main

import (
	"strings"
	"testing"

	"jahorina/app/apptest"
)

// R3.15 in the browser, without scripts: whom an official has not heard, seen in
// a picture that fits a telephone, with its table to open and to print.
func TestR3_15PicturesInTheBrowser(t *testing.T) {
	o := openOfficeWith(t, func(o *office) error { return o.in.seed(t.Context()) })
	people, err := o.in.signIns(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var id string
	if err := o.in.store.DB.Table("consultations").Where("title = ?", "Industry and academia on chapters 4 and 5").Pluck("id", &id).Error; err != nil {
		t.Fatal(err)
	}
	b := apptest.Browser(t)
	b.NoScripts()
	b.Open(people[0].Link)
	b.Submit(`form[action^="/sign-in/"]`)
	b.Open(o.url + "/consultations/" + id + "/manage")
	b.Size(320, 640)
	if words := b.Text("main"); !strings.Contains(words, "Civil society: nobody has answered. Invited: ") {
		t.Errorf("nothing is said of those who were not heard:\n%s", words)
	}
	b.Click(`a[href$="/participation"]`)
	const rows = `#figure-sectors tbody tr`
	for _, figure := range []string{"sectors", "course", "outcomes", "heat", "regions", "sizes"} {
		if !b.Has("#figure-" + figure + " svg[role=img] > title") {
			t.Errorf("no picture of %s", figure)
		}
	}
	if wide := apptest.Ask[bool](b, "look for what does not fit", `document.documentElement.scrollWidth > innerWidth`); wide {
		t.Error("the page is wider than a telephone")
	}
	visible := func() bool {
		return apptest.Ask[bool](b, "look at the table", `document.querySelector('`+rows+`').checkVisibility({contentVisibilityAuto: true}) && document.querySelector('`+rows+`').getBoundingClientRect().height > 0`)
	}
	if visible() {
		t.Error("the table is open before anyone asked for it")
	}
	b.OnPaper(true)
	if !visible() {
		t.Error("the table is not printed")
	}
	b.OnPaper(false)
	b.Click(`#figure-sectors summary`)
	if n := b.Count(rows); n != 6 || !visible() {
		t.Errorf("%d sectors in the table, to be seen: %v", n, visible())
	}
}
