package web

import (
	"net/url"
	"strings"
	"testing"

	"jahorina/app/apptest"
	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/submission"
)

func TestTranslationPagesFitTheirViews(t *testing.T) {
	fit(t, map[string]any{"official/translate": page[translateView]{}, "official/translations": page[translationsView]{}})
}

const enFrancais = `# Stratégie

## 1. Objet

1.1 La stratégie règle les produits à double usage.

1.3 Elle ne dit rien du reste.

## 2. Déclarations

2.1 Les entreprises déclarent chaque année.
`

// rowOf is what the form sends of a text of the page, by the name of its field.
func (r *reader) rowOf(id, field string) (name string, typed url.Values) {
	r.s.t.Helper()
	name = r.find(`name="(texts\[\d+\]\.)object" value="\w+"><input type="hidden" name="texts\[\d+\]\.id" value="` + id + `"><input type="hidden" name="texts\[\d+\]\.field" value="` + field + `"`)
	typed = url.Values{}
	for _, cell := range []string{"object", "id", "field", "seen", "was", "source"} {
		quoted := strings.NewReplacer("[", `\[`, "]", `\]`, ".", `\.`).Replace(name + cell)
		typed.Set(name+cell, r.find(`name="`+quoted+`" value="([^"]*)"`))
	}
	return name, typed
}

// A document in French is brought in, what has no place is placed by hand, what
// is missing is written beside its source, and readers get it all in French, the
// source beside it when they ask.
func TestADraftInTwoLanguages(t *testing.T) {
	s := newSiteIn(t, babel(t))
	d := s.bed.Draft(testbed.Text)
	org := s.bed.Organisation("Industrie", "industry")
	c := s.bed.Bring(s.bed.Consultation(s.bed.New(d.ID), org), consultation.Open)
	official, visitor := s.as(s.bed.Official), s.as(workflows.Actor{})
	official.get("/drafts/"+d.ID).says(200, "Translations of this draft")
	visitor.get("/drafts/"+d.ID).says(200).lacks("Translations of this draft", "app-tongues")
	path := "/drafts/" + d.ID + "/translations"
	official.get(path).says(200, "There is no translation yet")
	official.post(path, url.Values{"markdown": {enFrancais}, "author": {"Bureau"}}).says(422, "Bureau", "Stratégie")
	official.post(path, url.Values{"language": {"fr"}, "markdown": {enFrancais}, "author": {"Bureau"}, "status": {"official"}}).
		says(200, "Translate into French", "5 of 6 texts are translated", "1 part without a place", "<bdi>1.3</bdi>", "Elle ne dit rien")
	stray := official.find(`action="(/strays/[^"]+)"`)
	official.post(stray, url.Values{"act": {"place"}, "provision_id": {s.bed.Provision(d.ID, "1.2").ID}}).
		says(200, "The part is in its place", "6 of 6 texts are translated").lacks("without a place")

	visitor.get("/drafts/"+d.ID).says(200, "Read this in", `lang="fr" hreflang="fr"`, "It covers industry").lacks("Elle ne dit rien")
	visitor.get("/drafts/"+d.ID+"?lang=fr").says(200, `<h1 class="govuk-heading-l" lang="fr" dir="auto">Stratégie</h1>`, "Elle ne dit rien du reste.",
		"Only it binds").lacks("It covers industry")
	visitor.get("/drafts/"+d.ID+"?lang=fr&side=both").says(200, "Elle ne dit rien du reste.", "It covers industry", "app-both")
	visitor.get("/consultations/"+c.ID+"?lang=fr").says(200, "Elle ne dit rien du reste.", "Objet")
	sender := s.as(workflows.Actor{}).get("/invitations/" + consultation.InvitationLink(s.bed.Engine.Signer(), strings.TrimPrefix(s.bed.ByLink(c, org).ID, "invitation:")))
	comment := "/consultations/" + c.ID + "/answer/comment?provision=" + s.bed.Provision(d.ID, "1.2").ID
	sender.get(comment+"&lang=fr").says(200, "Elle ne dit rien du reste.", "Only it binds", "It covers industry") // what is commented on stands there too
	sender.get(comment).says(200, "It covers industry").lacks("Elle ne dit rien", "Only it binds")
	detail := "/provisions/" + s.bed.Provision(d.ID, "1.2").ID
	visitor.get(detail+"?lang=fr").says(200, "Elle ne dit rien du reste.", "Only it binds", "It covers industry")
	visitor.get(detail).says(200, "It covers industry").lacks("Elle ne dit rien", "Only it binds")
	visitor.choose("fr") // now the page is in French, and so is the draft without being asked for
	visitor.get("/drafts/"+d.ID).says(200, "«Read this in", "Elle ne dit rien du reste.").lacks("It covers industry")
	visitor.get(detail).says(200, "Elle ne dit rien du reste.", "Only it binds", "It covers industry")
	visitor.get("/drafts/"+d.ID+"?lang=source").says(200, "It covers industry").lacks("Elle ne dit rien")

	next := s.bed.NextDraft(d.StrategyID, strings.Replace(testbed.Text, "each year", "each month", 1))
	s.bed.Bring(s.bed.Consultation(s.bed.New(next.ID)), consultation.Open)
	s.as(workflows.Actor{}).get("/drafts/"+next.ID+"?lang=fr").says(200, "1 translation is of an earlier wording", "Translation of an earlier wording.", "each month", "chaque année")
	edit := "/drafts/" + next.ID + "/translation?to=fr"
	official.get(edit+"&show=stale").says(200, "6 of 6 texts are translated, 1 of them from an earlier wording.", "It still fits", "What has changed in the source")
	name, typed := official.rowOf(s.bed.Provision(next.ID, "2.1").ID, "text")
	typed.Set(name+"text", "Les entreprises déclarent chaque mois.")
	typed.Set("status", "official")
	official.post("/drafts/"+next.ID+"/translation?to=fr&show=stale", typed).says(200, "The translation is saved", "There is no such text")
	official.get("/drafts/"+next.ID+"/redline?from="+d.ID+"&to="+next.ID+"&lang=fr").says(200, "Compared in French", "mois").lacks("each month")
}

// Of two translators of one text the second is shown what stands, and nothing
// that was typed is lost.
func TestTranslatedMeanwhile(t *testing.T) {
	s := newSite(t)
	d := s.bed.Draft(testbed.Text)
	edit := "/drafts/" + d.ID + "/translation?to=fr"
	id := s.bed.Provision(d.ID, "1.1").ID
	first, second := s.as(s.bed.Official).get(edit), s.as(s.bed.Second).get(edit)
	name, typed := first.rowOf(id, "text")
	typed.Set(name+"text", "La première.")
	first.post(edit, typed).says(200, "The translation is saved")
	first.post(edit, typed).says(200) // of the page as it now is; nothing changed
	name, typed = second.rowOf(id, "text")
	typed.Set(name+"text", "La seconde.")
	second.post(edit, typed).says(422, "La seconde.", "La première.", "Somebody else has changed this translation")
	name, typed = second.rowOf(id, "text")
	typed.Set(name+"text", "La seconde.")
	second.post(edit, typed).says(200, "The translation is saved", "La seconde.").lacks("La première.")
}

// Title, summary and questions are translated on one page; who answers in French
// chooses among French options, and the option of the source is stored.
func TestAConsultationInTwoLanguages(t *testing.T) {
	s := newSiteIn(t, babel(t))
	org := s.bed.Organisation("Industrie", "industry")
	in := s.bed.New(s.bed.Draft(testbed.Text).ID)
	in.Questions = []consultation.NewQuestion{
		{Text: "Is it clear?", Kind: "single", Options: []string{"Yes", "No"}},
		{Text: "In which order?", Kind: "ranking", Options: []string{"Sooner", "Later"}},
	}
	c := s.bed.Bring(s.bed.Consultation(in, org), consultation.Open)
	questions, err := consultation.Questions(s.bed.Read(s.bed.Official), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	edit := "/consultations/" + c.ID + "/translation?to=fr"
	official := s.as(s.bed.Official).get("/consultations/"+c.ID).says(200, "/translation").get(edit).says(200, "Question 1: Options", "2 lines, one option each")
	typed := url.Values{"author": {"Bureau"}}
	say := func(id, field, text string) {
		name, row := official.rowOf(id, field)
		for k, v := range row {
			typed[k] = v
		}
		typed.Set(name+"text", text)
	}
	say(c.ID, "title", "La consultation")
	say(c.ID, "summary", "De quoi il s'agit.")
	say(questions[0].ID, "text", "Est-ce clair ?")
	say(questions[0].ID, "options", "Oui")
	say(questions[1].ID, "text", "Dans quel ordre ?")
	say(questions[1].ID, "options", "Plus tôt\nPlus tard")
	official.post(edit, typed).says(422, "Write 2 lines", "Plus tard", "Bureau")
	typed = url.Values{"author": {"Bureau"}}
	say(c.ID, "title", "La consultation")
	say(c.ID, "summary", "De quoi il s'agit.")
	say(questions[0].ID, "text", "Est-ce clair ?")
	say(questions[0].ID, "options", "Oui\nNon")
	say(questions[1].ID, "text", "Dans quel ordre ?")
	say(questions[1].ID, "options", "Plus tôt\nPlus tard")
	official.post(edit, typed).says(200, "The translation is saved", "6 of 6 texts")

	visitor := s.as(workflows.Actor{})
	visitor.get("/consultations/"+c.ID+"?lang=fr").says(200, `<bdi lang="fr">La consultation</bdi>`, "De quoi il s", "Est-ce clair ?", "Plus tard")
	visitor.get("/").choose("fr")
	visitor.get("/consultations").says(200, "La consultation").lacks(">Consultation<")
	visitor.get("/calendar?month="+c.ClosesAt.Format(monthLayout)).says(200, "La consultation")
	visitor.get("/consultations/"+c.ID+"/calendar.ics").says(200, "NAME:La consultation")
	desk := s.as(s.bed.Second)
	desk.get("/").choose("fr")
	desk.get("/home").says(200, "La consultation")
	desk.get("/consultations/"+c.ID+"/results?by="+questions[0].ID).says(200, "Est-ce clair ?", "Oui", "Plus tard").lacks("Sooner")
	desk.get("/consultations/"+c.ID+"/figures/question-2.csv").says(200, "Plus tard").lacks("Sooner")

	link := "/invitations/" + consultation.InvitationLink(s.bed.Engine.Signer(), strings.TrimPrefix(s.bed.ByLink(c, org).ID, "invitation:"))
	sender := s.as(workflows.Actor{}).get(link).get("/consultations/"+c.ID+"/answer/questions?lang=fr").
		says(200, "Est-ce clair ?", `value="Yes"`, "Oui", "Plus tard")
	sender.post("/consultations/"+c.ID+"/answer/questions", url.Values{
		"version": {"0"}, fieldOf(questions[0].ID): {"Yes"}, placeField(questions[1].ID, 0): {"2"}, placeField(questions[1].ID, 1): {"1"},
	}).says(200)
	if n := s.bed.Count("answers", "value IN ?", []string{"Yes", "Later\nSooner"}); n != 2 {
		t.Errorf("%d answers name the options of the source", n)
	}
	sender.get("/consultations/"+c.ID+"/answer/submit?lang=fr").says(200, `<bdi lang="fr">La consultation</bdi>`, "Est-ce clair ?", "Oui", "Plus tard\nPlus tôt").
		lacks("Is it clear?", "Sooner")
}

// A comment in Arabic is shown from right to left as it was sent, with its
// translation and who made it under it; the published answer too.
func TestR3_14TranslationBesideAComment(t *testing.T) {
	s := newSite(t)
	org := s.bed.Organisation("Industry", "industry")
	sender := s.bed.Person("Sender", "contributor", org.ID)
	c := s.bed.At(consultation.Open, org)
	m := testbed.Comment("", "خمس سنوات تكفي.")
	m.Language = "ar"
	s.bed.Submit(sender, c, m)
	c = s.bed.Bring(c, consultation.Closed)
	rows, _, err := submission.Comments(s.bed.Read(s.bed.Official), c, submission.Filter{}, workflows.Page{})
	if err != nil {
		t.Fatal(err)
	}
	id := rows[0].ID
	s.bed.Propose(id, submission.NewDisposition{Outcome: "noted", Rationale: "Noted with thanks."})
	s.as(sender).get("/comments/"+id).says(200, "/translation").get("/comments/"+id+"/translation?to=fr").says(200, "Your comment stays as you wrote it").lacks("Reasons of the answer")
	edit := "/comments/" + id + "/translation?to=en"
	official := s.as(s.bed.Official).get(edit).says(200, "خمس سنوات تكفي.")
	name, typed := official.rowOf(id, "text")
	typed.Set(name+"text", "Five years are enough.")
	typed.Set("tool", "Argos 1.9")
	official.post(edit, typed).says(200, "The translation is saved")
	official.get("/comments/"+id).says(200, `dir="auto" lang="ar">خمس سنوات تكفي.`, "Five years are enough.", "Help for reading, made with Argos 1.9.", "The original is in Arabic.")
	official.get("/consultations/"+c.ID+"/comments?q=five+years").says(200, "خمس سنوات تكفي.")
	official.get("/consultations/"+c.ID+"/record").says(200, "put a translation into English beside a comment")
	s.bed.Bring(c, consultation.Published)
	s.as(workflows.Actor{}).get("/consultations/"+c.ID+"/response").says(200, "خمس سنوات تكفي.", "Five years are enough.", "Argos 1.9")
}

// Without scripts and by any width: choose the language, write, read both side
// by side.
func TestTranslatingInABrowser(t *testing.T) {
	s := newSite(t)
	d := s.bed.Draft(testbed.Text)
	b := apptest.Browser(t)
	b.NoScripts()
	b.Open(s.url + "/sign-in/" + linkOf(s, s.bed.Official))
	b.Submit(`form[action^="/sign-in/"]`)
	b.Open(s.url + "/drafts/" + d.ID + "/translation")
	b.Fill("#to", "ar")
	b.Submit("form.app-compare")
	if b.Beside(".app-translate__source", ".app-translate textarea") != true || b.Overflows() {
		t.Error("the translation does not stand beside its source")
	}
	b.Fill(`textarea[name="texts[2].text"]`, "تحدد هذه الاستراتيجية الضوابط.")
	b.Submit(`form[method="post"]:has(textarea)`)
	b.Size(320, 640)
	if b.Beside(".app-translate__source", ".app-translate textarea") || b.Overflows() {
		t.Error("on a telephone they stand side by side")
	}
	b.Open(s.url + "/drafts/" + d.ID + "?lang=ar&side=both")
	if b.Overflows() || !strings.Contains(b.Text("main"), "تحدد هذه") {
		t.Errorf("read in Arabic: %s", b.Text("main"))
	}
	b.Size(1280, 900)
	if !b.Beside(".app-both > :first-child", ".app-both > :last-child") {
		t.Error("the source does not stand beside the translation")
	}
}
