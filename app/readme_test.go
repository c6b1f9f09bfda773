package main

import (
	"cmp"
	"flag"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"jahorina/app/apptest"
)

var update = flag.Bool("update", false, "take the pictures of the README anew")

// The README shows pages as they are: each of its pictures is of a page of the
// demo that still shows what the picture is for.
func TestPicturesOfTheReadme(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	apptest.Browser(t) // skip before anything is set up
	o := openOfficeWith(t, func(o *office) error { return o.in.seed(t.Context()) })
	people, err := o.in.signIns(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []struct{ name, who, language, title, path, sees string }{
		{"consultation", "lejla@chemfed.example", "en", "Public consultation on the draft national strategy", "/answer", ".app-outline"},
		{"desk", "amina@ministry.example", "en", "Industry and academia on chapters 4 and 5", "/comments", ".app-meter"},
		{"review", "emir@review.example", "fr", "Industry on licences, records and inspections", "/review", "input[name=decision]"},
		{"participation", "goran@ministry.example", "ar", "Industry and academia on chapters 4 and 5", "/participation", "#figure-sectors svg"},
	} {
		b := apptest.Browser(t)
		if i := slices.IndexFunc(people, func(s signIn) bool { return s.Email == p.who }); i >= 0 {
			b.Open(people[i].Link)
			b.Submit(`form[action^="/sign-in/"]`)
		}
		if b.Open(o.url); p.language != "en" {
			b.Click(fmt.Sprintf(`form[action="/language"] button[value=%s]`, p.language))
		}
		var id string
		if err := o.in.store.DB.Table("consultations").Where("title = ?", p.title).Pluck("id", &id).Error; err != nil || id == "" {
			t.Fatalf("the demo has no consultation %q: %v", p.title, err)
		}
		b.Open(o.url + "/consultations/" + id + p.path)
		if !b.Has(p.sees) {
			t.Errorf("the page of %s has no %s", p.name, p.sees)
		}
		file := "docs/pictures/" + p.name + ".png"
		if !strings.Contains(string(readme), file) {
			t.Errorf("the README does not show %s", file)
		}
		if *update {
			from := 0
			if p.path == "/answer" { // what is above the text is in the other pictures
				from = apptest.Ask[int](b, "look where the text begins", `Math.round(document.querySelector('`+p.sees+`').getBoundingClientRect().top + scrollY - 90)`)
			}
			take(t, b, "../"+file, from)
		}
		if size := sizeOf(t, "../"+file); size != image.Pt(1280, 900) {
			t.Errorf("%s is %v", file, size)
		}
	}
}

// take writes what a window shows of the page that is scrolled down so far.
func take(t *testing.T, b *apptest.Tab, file string, from int) {
	t.Helper()
	whole := filepath.Join(t.TempDir(), "page.png")
	b.Screenshot(whole)
	in, err := os.Open(whole)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	page, err := png.Decode(in)
	if err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	shown := image.NewRGBA(image.Rect(0, 0, 1280, 900))
	draw.Draw(shown, shown.Bounds(), page, image.Pt(0, from), draw.Src)
	if err := cmp.Or(png.Encode(out, shown), out.Close()); err != nil {
		t.Fatal(err)
	}
}

func sizeOf(t *testing.T, file string) image.Point {
	t.Helper()
	in, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	head, err := png.DecodeConfig(in)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return image.Pt(head.Width, head.Height)
}
