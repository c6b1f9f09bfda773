package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"jahorina/app/apptest"
)

func TestZZShots(t *testing.T) {
	if os.Getenv("SHOTS") == "" {
		t.Skip()
	}
	out, _ := os.ReadFile("/tmp/demo.out")
	base := "http://127.0.0.1:8099"
	link := func(email string) string {
		i := strings.Index(string(out), email+" ")
		return regexp.MustCompile(`http://\S+/sign-in/\S+`).FindString(string(out)[i:])
	}
	as := func(email string) *apptest.Tab {
		b := apptest.Browser(t)
		if email != "" {
			b.Open(link(email))
			b.Submit(`form[action^="/sign-in/"]`)
		}
		return b
	}
	shot := func(b *apptest.Tab, name string) {
		b.Size(1280, 900)
		b.Screenshot("/tmp/shots/" + name + ".png")
		b.Size(320, 640)
		b.Screenshot("/tmp/shots320/" + name + ".png")
		b.Size(1280, 900)
	}
	pub := as("")
	pub.Open(base + "/consultations")
	shot(pub, "pub_list")
	pub.Click(`a[href^="/consultations/"]`)
	shot(pub, "pub_consultation")
	open := pub.URL()
	pub.Open(open + "/ask")
	shot(pub, "pub_ask")
	pub.Open(base + "/")
	pub.Click(`a[href$="/response"]`)
	shot(pub, "pub_response")
	pub.Open(base + "/mailbox")
	shot(pub, "mailbox")
	pub.Open(base + "/rights")
	shot(pub, "rights")
	pub.Open(base + "/nothing")
	shot(pub, "404")
	a := as("amina@ministry.example")
	shot(a, "off_home")
	a.Open(open + "/manage")
	shot(a, "off_manage_open")
	a.Open(open + "/comments")
	shot(a, "off_comments")
	a.Click(`td a[href^="/comments/"]`)
	shot(a, "off_comment")
	a.Open(open + "/transitions?action=extend")
	shot(a, "off_extend")
	a.Open(open + "/record")
	shot(a, "off_record")
	a.Open(base + "/strategies")
	shot(a, "off_strategies")
	a.Click(`main li:last-child a[href^="/strategies/"]:not([href="/strategies/new"]), main tr:last-child a[href^="/strategies/"]:not([href="/strategies/new"])`)
	shot(a, "off_strategy")
	a.Click(`main a[href^="/drafts/"]`)
	shot(a, "off_draft")
	a.Open(base + "/home")
	a.Open(base + "/consultations/new")
	shot(a, "off_launch")
	m := as("marija@review.example")
	shot(m, "rev_home")
	m.Click(`a[href$="/review"]`)
	shot(m, "rev_review")
	l := as("lejla@chemfed.example")
	shot(l, "con_home")
	l.Open(open + "/answer")
	shot(l, "con_answer")
	l.Open(open + "/answer/submit")
	shot(l, "con_submit")
	d := as("damir@ministry.example")
	shot(d, "adm_home")
	d.Open(base + "/people")
	shot(d, "adm_people")
	d.Open(base + "/organisations")
	shot(d, "adm_orgs")
	d.Open(base + "/mail")
	shot(d, "adm_mail")
}
