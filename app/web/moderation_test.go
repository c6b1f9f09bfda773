package web

import (
	"encoding/csv"
	"net/url"
	"strings"
	"testing"

	"jahorina/app/apptest"
	"jahorina/app/apptest/testbed"
	"jahorina/app/identity"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/moderation"
	"jahorina/workflows/submission"
)

// moderated is a closed consultation that two organisations answered, the first
// under a mask and with a wish, the second with a name to be withheld.
type moderated struct {
	*site
	c            *consultation.Consultation
	at           string
	sender       workflows.Actor // by link
	reader       workflows.Actor
	wish, ana    string // ids of comments
	masked, link string
}

func newModerated(t *testing.T) *moderated {
	t.Helper()
	s := newSite(t)
	b := s.bed
	works, univ := b.Organisation("Chemical Works", "industry"), b.Organisation("University", "academia")
	m := &moderated{site: s, reader: b.Person("Reader", "contributor", univ.ID)}
	m.c = b.At(consultation.Open, works, univ)
	m.at, m.sender = "/consultations/"+m.c.ID, b.ByLink(m.c, works)
	m.link = "/invitations/" + consultation.InvitationLink(b.Engine.Signer(), strings.TrimPrefix(m.sender.ID, "invitation:"))
	masked, wish := testbed.Comment("", "The list is too short."), testbed.Comment("", "Our yield is 93 per cent.")
	masked.Confidentiality, wish.Confidentiality = submission.NameWithheld, submission.Confidential
	var own *submission.Submission
	b.Do(m.sender, func(tx *workflows.Tx) (err error) {
		own, err = submission.Save(tx, m.c.ID, submission.Content{Masked: true, Branch: "chemical industry", Ground: "trade_secret", Comments: []submission.NewComment{masked, wish}}, true)
		return err
	})
	other := b.Submit(m.reader, m.c, testbed.Comment("", "Ask Ana Anić at ana@univ.example, says Ana Anić."))
	for _, x := range []struct {
		of   *submission.Submission
		n    int
		into *string
	}{{own, 1, &m.wish}, {own, 0, &m.masked}, {other, 0, &m.ana}} {
		all, err := submission.CommentsOf(b.Read(b.Official), x.of.ID)
		if err != nil {
			t.Fatal(err)
		}
		*x.into = all[x.n].ID
	}
	m.c = b.Bring(m.c, consultation.Closed)
	return m
}

// R5.6 and f.3 rules 3 and 12 on the pages: the desk works the queue, the sender
// answers, the public sees marks, masks and stubs; later something more is
// withheld.
func TestR5_6ModerationThroughPages(t *testing.T) {
	m := newModerated(t)
	desk, sender, reader, public := m.as(m.bed.Official), m.as(workflows.Actor{}), m.as(m.reader), m.as(workflows.Actor{})
	sender.get(m.link+"?to="+url.QueryEscape("//elsewhere.example/")).says(200, "The deadline has passed", m.at+"/restricted")
	sender.get(m.link+"?to="+url.QueryEscape(m.at+"/restricted")).says(200, "The ministry has not decided yet", "Our yield is 93 per cent.", "“chemical industry” is not shown")

	desk.get("/home").says(200, "Settle 1 wish to keep a comment from others")
	queue := m.at + "/moderation"
	desk.get(m.at+"/manage").says(200, queue)
	desk.get(queue).says(200, "Branches to check", "chemical industry", "Nothing waits in this part")
	mask := desk.find(`name="mask" value="([^"]+)"`)
	desk.post(queue+"/branches", url.Values{"mask": {mask}, "branch": {"chemical industry"}, "accept": {"true"}}).says(200, "The branch is shown").lacks("Branches to check")
	desk.get(queue+"?view=hints").says(200, "ana@univ.example", "E-mail address:")
	desk.get(queue+"?view=wishes").says(200, "Our yield is 93 per cent.", "Ground: Trade secret.")
	desk.post(queue+"/rulings", url.Values{"view": {"wishes"}, "ruling": {"decline"}, "days": {"10"}}).says(422, "Choose at least one comment")
	typed := url.Values{"view": {"wishes"}, "comments": {m.wish}, "ruling": {"decline"}, "days": {"1"}, "reason": {"It stands in the annual report."}}
	desk.post(queue+"/rulings", typed).says(422, "Choose from 3 to 60 days", "It stands in the annual report.", `value="`+m.wish+`" checked`)
	typed.Set("days", "10")
	desk.post(queue+"/rulings", typed).says(200, "The senders are told")
	desk.get(queue+"?view=running").says(200, "The sender can answer until")

	sender.get(m.at+"/restricted").says(200, "It stands in the annual report.", "Tell us by", "Publish it without our name")
	sender.post(m.at+"/restricted", url.Values{"comment": {m.wish}}).says(422, "Publish it without our name")
	sender.post(m.at+"/restricted", url.Values{"comment": {m.wish}, "answer-" + m.wish: {moderation.AgreeNameless}}).says(200, "The ministry knows what you prefer", "This comment is published.")

	comment := "/comments/" + m.ana
	reader.get(comment+"/flag").says(200, "Ask the moderators")
	m.as(m.bed.Reviewer).get(comment+"/flag").post(comment+"/flag", url.Values{"reason": {"other"}}).says(422, "Fill this in")
	m.as(m.bed.Reviewer).get(comment+"/flag").post(comment+"/flag", url.Values{"reason": {"personal_data"}, "words": {"A name."}}).says(200, "The moderators will look at it")
	desk.get(queue).says(200, "Flagged on", "A name.")
	desk.get(comment+"/moderation?passage=ana%40univ.example").says(200, "ana@univ.example</textarea>", "A name.")
	hide := url.Values{"part": {"words"}, "passage": {"Anna"}, "reason": {"personal_data"}, "words": {"It names a person."}}
	desk.post(comment+"/redactions", hide).says(422, "These words do not stand in the comment", "It names a person.", ">\nAnna</textarea>")
	for _, passage := range []string{"Ana Anić", "ana@univ.example"} {
		hide.Set("passage", passage)
		desk.post(comment+"/redactions", hide).says(200, "It is withheld from the public", "As the public sees it")
	}
	m.as(m.bed.Admin).get(comment).says(404)
	observer := m.as(m.bed.Person("Observer", "observer", m.bed.Organisation("Neighbour", "international").ID))
	observer.get(comment).says(200, `<bdi class="app-withheld">[withheld: personal data]</bdi>`, "Withheld here: Personal data.", "It names a person.").lacks("Ana Anić", "ana@univ")
	observer.get(m.at + "/comments?q=Ana+Ani%C4%87").says(200).lacks(m.ana)
	reader.get(m.at+"/restricted").says(200, "says Ana Anić", "As the public sees it", "[withheld: personal data]")
	m.as(m.bed.Auditor).get(comment+"/moderation").says(200, "Ana Anić", "Official").lacks("Withhold from the public</h2>")

	m.c = m.bed.Bring(m.c, consultation.Published)
	public.get(m.at+"/response").says(200, "[withheld: personal data]", "It names a person.", "Held by Testland", "Our yield is 93 per cent.").lacks("Ana Anić", "ana@univ", "Chemical Works")
	public.lacks("/flag")
	reader.get(m.at+"/response").says(200, "/comments/"+m.ana+"/flag").get("/comments/"+m.ana+"/flag").says(200, "Ask the moderators")
	number := public.find(`Company (\d+), chemical industry`)
	if n := strings.Count(public.body, "Company "+number+", chemical industry"); n != 2 {
		t.Errorf("the mask is named %d times", n)
	}
	m.tableIsSafe(public, "Company "+number+", chemical industry")

	desk.get("/comments/"+m.masked+"/moderation").post("/comments/"+m.masked+"/redactions", url.Values{"part": {"comment"}, "reason": {"defamation"}, "words": {"It accuses a firm."}}).says(200)
	public.get(m.at+"/response").says(200, "now edition 2", "Reason: Defamation.", "Comments that are not shown", "It accuses a firm.", "Withheld by the ministry").lacks("The list is too short")
	redaction := desk.get("/comments/" + m.masked + "/moderation").find(`name="redaction" value="([^"]+)"`)
	lifting := "/comments/" + m.masked + "/redactions/lifting"
	desk.post(lifting, url.Values{"redaction": {redaction}}).says(422, "Fill this in")
	desk.post(lifting, url.Values{"redaction": {redaction}, "reason-" + redaction: {"The firm agreed."}}).says(200, "It is shown again", "The firm agreed.")
	public.get(m.at+"/response").says(200, "now edition 3", "The list is too short", "shown again")
	desk.get(m.at+"/record").says(200, "withheld something of a comment", "showed again what was withheld", "published an answer in part")
}

// tableIsSafe reads the response as a table.
func (m *moderated) tableIsSafe(public *reader, sender string) {
	m.t.Helper()
	public.get(m.at+"/response.csv").lacks("Ana", "ana@univ", "Chemical Works")
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(public.body, "\uFEFF"))).ReadAll()
	if err != nil || len(rows) != 4 {
		m.t.Fatalf("%d rows, %v", len(rows), err)
	}
	if !strings.Contains(public.body, sender) || !strings.Contains(public.body, "Personal data; Personal data") {
		m.t.Errorf("the table:\n%s", public.body)
	}
}

// A sender says what may be published: a ground is asked for when it is needed,
// and nothing typed is lost.
func TestSettingsAskForAGround(t *testing.T) {
	r := newSite(t).round("targeted")
	w := r.as(workflows.Actor{})
	w.get(r.invitation(r.chem))
	form := r.answer("/comment") + "?provision="
	w.get(form).post(form, with(commentForm("Our secret"), "confidentiality", "confidential"))
	send := url.Values{"confirm": {"yes"}}
	w.get(r.answer("/submit"))
	send.Set("version", w.version())
	w.post(r.answer("/submit"), send).says(422, "Say why this is to be kept from others")
	w.get(r.answer("/settings")).says(200, "Company 47", "Trade secret")
	settings := url.Values{"version": {w.version()}, "confidentiality": {"confidential"}, "language": {"en"}, "ground": {"other"}, "masked": {"yes"}, "branch": {"two\nlines"}}
	w.post(r.answer("/settings"), settings).says(422, "Keep this to one line", "checked")
	settings.Set("branch", "solvents")
	settings.Set("ground_words", "A pending patent.")
	w.post(r.answer("/settings"), settings).says(200)
	w.get(r.answer("/settings")).says(200, "you appear as “Company ", "A pending patent.", "solvents")
	w.get(r.answer("/submit"))
	send.Set("version", w.version())
	w.post(r.answer("/submit"), send).says(200)
	var m submission.Comment
	if err := r.bed.Read(r.bed.Official).One(&m, "consultation_id = ?", r.c.ID); err != nil || m.Ground != "other" || m.GroundWords != "A pending patent." {
		t.Errorf("the comment has the ground %q, %q: %v", m.Ground, m.GroundWords, err)
	}
}

// With scripts the words to withhold are selected; without, they are copied.
func TestModerationInTheBrowser(t *testing.T) {
	m := newModerated(t)
	b := apptest.Browser(t)
	var token string
	m.bed.Do(workflows.Operator(), func(tx *workflows.Tx) (err error) {
		token, err = identity.NewSignInLink(tx, strings.TrimPrefix(m.bed.Official.ID, "user:"), 1e12)
		return err
	})
	b.Open(m.url + "/sign-in/" + token)
	b.Submit(`form[action^="/sign-in/"]`)
	page := m.url + "/comments/" + m.ana + "/moderation"
	b.Open(page)
	b.SelectWords(`[data-passage-source]`, "ana@univ.example")
	b.Click(`[data-passage-take] button`)
	if got := b.Value("#passage"); got != "ana@univ.example" {
		t.Fatalf("taken over: %q", got)
	}
	b.Fill("#words", "It is an address.")
	b.Submit(`form[action$="/redactions"]`)
	if text := b.Text("main"); !strings.Contains(text, "[withheld: personal data]") {
		t.Errorf("after withholding:\n%s", text)
	}
	b.NoScripts()
	b.Open(page)
	b.Fill("#passage", "Ana Anić")
	b.Fill("#words", "It is a name.")
	b.Submit(`form[action$="/redactions"]`)
	if n := m.bed.Count("redactions", "comment_id = ?", m.ana); n != 2 {
		t.Errorf("%d redactions", n)
	}
}
