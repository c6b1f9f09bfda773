package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/jba/templatecheck"

	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/submission"
)

func TestPublicPagesFitTheirViews(t *testing.T) {
	fit(t, map[string]any{
		"public/start":            page[startView]{},
		"public/consultations":    page[consultationsView]{},
		"public/consultation":     page[consultationView]{},
		"public/response":         page[responseView]{},
		"public/participation":    page[participationView]{},
		"public/results":          page[resultsView]{},
		"public/ask":              page[askView]{},
		"public/respond":          page[respondView]{},
		"public/signin":           page[signInView]{},
		"public/signin_link":      page[any]{},
		"public/unsubscribe":      page[unsubscribeView]{},
		"public/kept":             page[keptView]{},
		"public/receipts":         page[any]{},
		"public/receipt":          page[receiptView]{},
		"contributor/answer":      page[answerView]{},
		"contributor/comment":     page[ownCommentView]{},
		"contributor/questions":   page[questionsView]{},
		"contributor/settings":    page[settingsView]{},
		"contributor/attachments": page[attachmentsView]{},
		"contributor/submit":      page[submitView]{},
		"contributor/withdraw":    page[withdrawView]{},
		"contributor/late":        page[lateView]{},
		"public/over":             page[overView]{},
	})
}

// fit checks that every field a page asks for exists in its view.
func fit(t *testing.T, views map[string]any) {
	t.Helper()
	static, err := templates.LoadStatic()
	if err != nil {
		t.Fatal(err)
	}
	pages, err := templates.LoadPages(static)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range views {
		tree, ok := pages.Lookup(name)
		if !ok {
			t.Errorf("no page %s", name)
			continue
		}
		for _, part := range []string{"main", "before"} {
			if tmpl := tree.Lookup(part); tmpl != nil {
				if err := templatecheck.CheckHTML(tmpl, data); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
	}
}

// round is an open consultation with two invited organisations.
type round struct {
	*site
	c          *consultation.Consultation
	chem, univ stakeholder.Organisation
}

func (s *site) round(kind string, questions ...consultation.NewQuestion) round {
	s.t.Helper()
	r := round{site: s, chem: s.bed.Organisation("Chemical Industry Federation", "industry"), univ: s.bed.Organisation("University", "academia")}
	in := s.bed.New(s.bed.Draft(draftText).ID)
	in.Kind, in.Questions = kind, questions
	r.c = s.bed.Bring(s.bed.Consultation(in, r.chem, r.univ), consultation.Open)
	return r
}

const draftText = `# Strategy

## 1. Purpose

1.1 This strategy sets out how dual-use chemicals are controlled.

1.3 It covers industry, academia and trade.

| No. | Measure |
|---|---|
| A1 | Amend the penal code |
`

// invitation is the path of the link in the organisation's mail.
func (r round) invitation(o stakeholder.Organisation) string {
	r.t.Helper()
	var i consultation.Invitation
	if err := r.bed.Read(workflows.Operator()).One(&i, "consultation_id = ? AND organisation_id = ?", r.c.ID, o.ID); err != nil {
		r.t.Fatal(err)
	}
	return "/invitations/" + consultation.InvitationLink(r.bed.Engine.Signer(), i.ID)
}

func (r round) path(end string) string { return "/consultations/" + r.c.ID + end }

func (r round) answer(end string) string { return r.path("/answer" + end) }

// version is the one the page's form names.
func (r *reader) version() string {
	r.s.t.Helper()
	return r.find(`name="version" value="(\d+)"`)
}

func commentForm(text string) url.Values {
	return url.Values{"text": {text}, "type": {"technical"}, "confidentiality": {"public"}, "language": {"en"}}
}

func with(form url.Values, pairs ...string) url.Values {
	for i := 0; i < len(pairs); i += 2 {
		form[pairs[i]] = []string{pairs[i+1]}
	}
	return form
}

// The whole answer by the link of an invitation, without an account: comments,
// questions, settings, a file, submission, receipt, amendment, withdrawal.
func TestAnswerByInvitation(t *testing.T) {
	r := newSite(t).round("targeted",
		consultation.NewQuestion{Text: "Do you agree?", Kind: "single", Options: []string{"Yes", "No"}, Required: true},
		consultation.NewQuestion{Text: "Which parts?", Kind: "multiple", Options: []string{"First", "Second", "Third"}})
	w := r.as(workflows.Actor{})
	w.get(r.path("")).says(http.StatusNotFound)
	w.get(r.invitation(r.chem)).says(http.StatusOK, "Chemical Industry Federation", "1.1", "dual-use chemicals", "Answer the questions", "2 is missing", "Amend the penal code").
		lacks("| A1 |")
	if w.at != r.answer("") {
		t.Fatalf("the token stays in the address: %s", w.at)
	}

	provision := w.find(`/answer/comment\?provision=([^"]+)"`)
	form := r.answer("/comment") + "?provision=" + provision
	w.get(form).says(http.StatusOK, "Purpose", "20,480 bytes")
	w.post(form, with(commentForm(" "), "proposed_change", "Instead of this, that.")).says(http.StatusUnprocessableEntity, "Write your comment", "Instead of this, that.")
	w.post(form, commentForm("Who pays?\n<b>Second</b> line")).says(http.StatusOK, "Who pays?", "&lt;b&gt;Second", "Saved as a draft")

	edit := r.answer("/comment") + "?comment=" + w.find(`/answer/comment\?comment=([^"]+)"`)
	w.get(edit)
	w.post(edit, with(commentForm(strings.Repeat("я", 10_241)), "version", w.version())).says(http.StatusUnprocessableEntity, "Shorten this", "яяя")
	w.post(edit, with(commentForm("Who will pay?"), "version", w.version())).says(http.StatusOK, "Who will pay?").lacks("Who pays?")

	w.get(r.answer("/submit")).says(http.StatusOK, "1 question must be answered", "Will be published under the name Chemical Industry Federation")
	w.post(r.answer("/submit"), url.Values{"version": {w.version()}}).says(http.StatusUnprocessableEntity, "Tick the box")
	w.post(r.answer("/submit"), url.Values{"version": {w.version()}, "confirm": {"yes"}}).says(http.StatusUnprocessableEntity, "Answer this question", `href="#answer-`)
	w.get(r.answer("/questions"))
	first, second := w.find(`name="(answer-[^"]+)" type="radio"`), w.find(`name="(answer-[^"]+)" type="checkbox"`)
	w.post(r.answer("/questions"), url.Values{"version": {w.version()}, first: {"Yes"}, second: {"First", "Third"}}).says(http.StatusOK, "2 of 2 answered")
	w.get(r.answer("/questions")).says(http.StatusOK, `value="Third" checked`)

	w.get(r.answer("/attachments"))
	w.upload(r.answer("/attachments"), nil, "file", "bad.exe", []byte("MZ")).says(http.StatusUnprocessableEntity, "This kind of file is not taken")
	w.upload(r.answer("/attachments"), nil, "file", "številke.txt", []byte("figures")).says(http.StatusOK, "številke.txt")
	r.checkDownload(w, w.find(`href="(/attachments/[^"]+)"`))

	w.get(r.answer("/submit")).says(http.StatusOK, "First\nThird")
	w.post(r.answer("/submit"), url.Values{"version": {w.version()}, "confirm": {"yes"}}).says(http.StatusOK, "Answer received", "Your answer is in the record")
	number := strings.TrimPrefix(w.at, "/receipts/")
	w.get(r.answer("")).says(http.StatusOK, number, "Each change amends it at once")
	w.get(edit)
	w.post(edit, with(commentForm("Who will pay for it?"), "version", w.version())).says(http.StatusOK, "A new receipt is on its way")
	r.checkReceipt(number)

	w.get(r.answer("/withdraw"))
	w.post(r.answer("/withdraw"), url.Values{"version": {w.version()}}).says(http.StatusOK, "Your answer has been taken back")
	w.get("/receipts/"+number).says(http.StatusOK, "taken back by its sender")
}

func (r round) checkDownload(w *reader, href string) {
	r.t.Helper()
	resp, err := w.client.Get(r.url + href)
	if err != nil {
		r.t.Fatal(err)
	}
	resp.Body.Close()
	for header, want := range map[string]string{
		"Content-Disposition": "attachment; filename*=utf-8''%C5%A1tevilke.txt", "Content-Security-Policy": "default-src 'none'; sandbox",
		"X-Content-Type-Options": "nosniff", "Content-Type": "text/plain; charset=utf-8",
	} {
		if got := resp.Header.Get(header); got != want {
			r.t.Errorf("%s: %q, want %q", header, got, want)
		}
	}
	r.as(workflows.Actor{}).get(href).says(http.StatusNotFound)
}

// checkReceipt: whoever holds the number sees that it was received, and can
// verify it; nothing of the content.
func (r round) checkReceipt(number string) {
	r.t.Helper()
	v := r.as(workflows.Actor{})
	v.get("/receipts?number="+url.QueryEscape(strings.ToLower(strings.ReplaceAll(number, "-", " ")))).
		says(http.StatusOK, number, "Answer received", "It holds 1 comment", "Receipt of version 2").lacks("Who will pay", "Chemical Industry")
	v.get("/receipts/" + number + "/receipt.txt?version=1")
	first := v.body
	v.get("/receipts/" + number + "/receipt.txt")
	if v.body == first {
		r.t.Error("both versions have the same receipt")
	}
	receipt := v.body
	v.get("/receipt-key")
	if _, err := workflows.VerifyReceipt(receipt, strings.TrimSpace(v.body)); err != nil {
		r.t.Error(err)
	}
	v.get("/receipts/AAAA-AAAA-AAAA-AAAA").says(http.StatusNotFound, "There is no receipt with this number")
}

// Two people of one organisation at once: what both typed is kept and shown.
func TestCommentChangedMeanwhile(t *testing.T) {
	r := newSite(t).round("targeted")
	one, two := r.as(workflows.Actor{}), r.as(workflows.Actor{})
	one.get(r.invitation(r.chem))
	two.get(r.invitation(r.chem))
	form := r.answer("/comment") + "?provision="
	one.get(form).post(form, commentForm("Mine, at first"))
	edit := r.answer("/comment") + "?comment=" + one.find(`/answer/comment\?comment=([^"]+)"`)
	one.get(edit)
	two.get(edit)
	stale := two.version()
	one.post(edit, with(commentForm("Mine, better"), "version", one.version())).says(http.StatusOK, "Mine, better")
	two.post(edit, with(commentForm("Theirs"), "version", stale)).says(http.StatusPreconditionFailed, "Mine, better", "Theirs", "As it stands now")
	two.post(edit, with(commentForm("Theirs"), "version", two.version())).says(http.StatusOK, "Theirs").lacks("Mine, better")

	// A new comment disturbs nobody.
	one.get(form).post(form, commentForm("One more")).says(http.StatusOK, "One more", "Theirs")
	remove := strings.Replace(edit, "?", "/remove?", 1)
	two.get(edit)
	two.post(remove, url.Values{"version": {two.version()}}).says(http.StatusOK, "One more").lacks("Theirs")
	one.get(form)
	one.post(edit, with(commentForm("Still wanted"), "version", "1")).says(http.StatusPreconditionFailed, "has removed this comment", "Still wanted")
}

// Whoever was signed out while writing gets their words back, whole.
func TestTypedTextSurvivesTheSession(t *testing.T) {
	r := newSite(t).round("public")
	w := r.as(workflows.Actor{})
	w.get(r.invitation(r.chem))
	form := r.answer("/comment") + "?provision="
	w.get(form)
	typed := w.fill(form, commentForm("A long thought\nthat took an hour & a half to write"))
	w.client.Jar.SetCookies(must(url.Parse(r.url)), []*http.Cookie{{Name: "jahorina_session", Value: "gone"}})
	resp, err := w.client.PostForm(r.url+form, typed)
	w.took(resp, err).says(http.StatusForbidden, "A long thought\nthat took an hour &amp; a half to write", "/signin?to=").lacks(typed.Get("csrf_token"))
	if n := r.bed.Count("comments", "1 = 1"); n != 0 {
		t.Errorf("%d comments stored", n)
	}
}

func must[A any](a A, err error) A {
	if err != nil {
		panic(err)
	}
	return a
}

func TestTooLate(t *testing.T) {
	r := newSite(t).round("targeted")
	w, other := r.as(workflows.Actor{}), r.as(workflows.Actor{})
	w.get(r.invitation(r.chem))
	form := r.answer("/comment") + "?provision="
	w.get(form).post(form, commentForm("In time, as a draft"))
	w.get(form)
	r.bed.Clock.Set(r.c.ClosesAt)
	w.post(form, commentForm("One second late, kept to copy")).says(http.StatusConflict, "The deadline was", "One second late, kept to copy")
	w.get(r.answer("")).says(http.StatusOK, "The deadline has passed", "In time, as a draft", "not in the record", "Testland")
	other.get(r.invitation(r.univ)).says(http.StatusOK, "There is no answer of yours in the record")
}

func TestDecline(t *testing.T) {
	r := newSite(t).round("targeted")
	w := r.as(workflows.Actor{})
	w.get(r.invitation(r.chem)).get(r.path("")).says(http.StatusOK, "We will not answer")
	w.post(r.path("/decline"), nil).says(http.StatusOK, "You have told the ministry that you will not answer", "change your mind").lacks(">We will not answer<")
}

// The response shows what may be shown, counts the rest, and names nobody who
// asked not to be named.
func TestResponsePage(t *testing.T) {
	r := newSite(t).round("targeted")
	provision := r.bed.Provision(r.c.DraftID, "1.1").ID
	comments := map[string]submission.NewComment{
		submission.Public:       {ProvisionID: provision, Type: "technical", Text: "An open word", ProposedChange: "Another word", Language: "fr"},
		submission.NameWithheld: {Type: "general", Text: "A nameless word"},
		submission.Participants: {ProvisionID: provision, Type: "editorial", Text: "A word among us"},
		submission.Confidential: {ProvisionID: provision, Type: "general", Text: "A secret word"},
	}
	var all []submission.NewComment
	for _, level := range submission.Confidentialities {
		m := comments[level]
		m.Confidentiality = level
		all = append(all, m)
	}
	sent := r.bed.Submit(r.bed.ByLink(r.c, r.chem), r.c, all...)
	response := r.path("/response")
	v := r.as(workflows.Actor{})
	v.get(response).says(http.StatusNotFound)
	r.c = r.bed.Bring(r.c, consultation.Closed)
	r.as(r.bed.Official).get(response).says(http.StatusOK, "This is not published", "No answer is agreed yet")
	v.get(response).says(http.StatusNotFound)
	v.get("/receipts/"+sent.ReceiptNumber).says(http.StatusOK, "Officials are answering each comment").lacks("An open word")
	r.bed.Bring(r.c, consultation.Published)

	v.get(response).says(http.StatusOK, "4 comments were received", "An open word", `lang="fr"`, "Another word", "Noted with thanks", "Chemical Industry Federation",
		"A nameless word", "Name withheld", "1 is shared with the other participants only", "1 is confidential", "On the whole draft").
		lacks("A word among us", "A secret word", "This is not published")
	if n := strings.Count(v.body, "Chemical Industry Federation"); n != 1 {
		t.Errorf("the sender is named %d times", n)
	}
	v.get(response+"?sector=academia").says(http.StatusOK, "0 of 2", "No comment to show here").lacks("An open word")
	v.get(response+"?outcome=noted&sector=industry").says(http.StatusOK, "An open word")
	v.get("/receipts/"+sent.ReceiptNumber).says(http.StatusOK, "An open word", "Its sender asked to keep this comment from others").
		lacks("A secret word", "A nameless word", "A word among us")
	r.as(workflows.Actor{}).get(r.invitation(r.chem)).get("/receipts/"+sent.ReceiptNumber).says(http.StatusOK, "A secret word", "A nameless word")
	v.get("/").says(http.StatusOK, "Read the response")
	v.get(r.path("")).says(http.StatusOK, "Read the response: what became of each comment")
}

// An answer that is closed afterwards is closed with all that follows it.
func TestSettingsCarryComments(t *testing.T) {
	r := newSite(t).round("interagency")
	w := r.as(workflows.Actor{})
	w.get(r.invitation(r.chem))
	form := r.answer("/comment") + "?provision="
	w.get(form).post(form, commentForm("As the whole"))
	w.get(form).post(form, with(commentForm("On its own"), "confidentiality", "participants"))
	w.get(r.answer("/settings")).says(http.StatusOK, "Does not concur", "the 1 comment")
	w.post(r.answer("/settings"), url.Values{"version": {w.version()}, "confidentiality": {"confidential"}, "language": {"en"}, "position": {"non_concur"}}).
		says(http.StatusOK, "Does not concur")
	for text, want := range map[string]string{"As the whole": "confidential", "On its own": "participants"} {
		if n := r.bed.Count("comments", "text = ? AND confidentiality = ?", text, want); n != 1 {
			t.Errorf("%s is not %s", text, want)
		}
	}
}

// A visitor sees nothing of what is not for them, and no counts.
func TestVisitorsList(t *testing.T) {
	s := newSite(t)
	open := s.round("public")
	in := s.bed.New(s.bed.Draft(draftText).ID)
	in.Kind, in.Title = "targeted", "A quiet round"
	quiet := s.bed.Bring(s.bed.Consultation(in, open.chem), consultation.Open)
	v := s.as(workflows.Actor{})
	v.get("/consultations").says(http.StatusOK, open.c.ID).lacks("A quiet round")
	v.get("/consultations?state=published").says(http.StatusOK, "There is nothing to show here")
	v.get("/consultations?state=draft").says(http.StatusUnprocessableEntity)
	v.get("/consultations/" + quiet.ID).says(http.StatusNotFound)
	s.as(s.bed.Official).get("/consultations").says(http.StatusOK, "A quiet round", "/consultations/"+quiet.ID+"/manage")
	s.bed.Bring(open.c, consultation.Withdrawn)
	v.get(open.path("")).says(http.StatusOK, "was withdrawn", "a reason").lacks("Answer this consultation")
}
