package api_test

import (
	"net/http"
	"strings"
	"testing"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/submission"
)

const inFrench = "# Stratégie\n\n## 1. Objet\n\n1.1 La stratégie règle les produits à double usage.\n\n1.3 En trop.\n\n## 2. Déclarations\n\n2.1 Les entreprises déclarent.\n"

// A draft, its consultation and the response in a second language, through the
// API.
func TestTranslations(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		w := newWorld(t, b)
		w.signIn(b.Official, b.Reviewer)
		d := b.Draft(testbed.Text)
		in := b.New(d.ID)
		in.Questions = []consultation.NewQuestion{{Text: "Which?", Kind: "single", Options: []string{"Yes", "No"}}}
		c := b.Bring(b.Consultation(in), consultation.Open)
		official, visitor := w.as(b.Official), w.as(workflows.Actor{})

		up := m{"language": "fr", "markdown": inFrench, "author": "Bureau de traduction", "status": "official"}
		w.as(b.Reviewer).post("/drafts/"+d.ID+"/translations", up).refused(http.StatusForbidden, "forbidden")
		done := official.post("/drafts/"+d.ID+"/translations", up).want(http.StatusCreated)
		if done.value["placed"] != 5.0 || len(objects(t, done.value["missing"])) != 1 || len(objects(t, done.value["strays"])) != 1 {
			t.Fatalf("uploaded: %s", done.body)
		}
		stray := official.get("/drafts/" + d.ID + "/translations/strays?language=fr").items()[0]["id"].(string)
		official.post("/strays/"+stray+"/settlement", m{"provision_id": b.Provision(d.ID, "1.2").ID}).want(http.StatusOK)

		questions := objects(t, visitor.get("/consultations/" + c.ID).want(http.StatusOK).value["questions"])
		texts := []m{
			{"field": "title", "text": "Consultation sur la stratégie"},
			{"object": "question", "id": questions[0]["id"], "field": "options", "text": "Oui\nNon"},
		}
		put, path := m{"language": "fr", "texts": texts}, "/consultations/"+c.ID+"/translations"
		w.as(b.Reviewer).put(path, put).refused(http.StatusForbidden, "forbidden")
		texts[1]["text"] = "Oui"
		official.put(path, put).refused(http.StatusUnprocessableEntity, "invalid", "texts[1].text")
		texts[1]["text"] = "Oui\nNon"
		if n := official.put(path, put).want(http.StatusOK).value["changed"]; n != 2.0 {
			t.Errorf("%v changed", n)
		}
		texts[0]["replaces"], texts[0]["text"] = "none", "Une autre formulation"
		official.put(path, put).refused(http.StatusUnprocessableEntity, "invalid", "texts[0].text")

		draft := visitor.get("/drafts/" + d.ID + "?lang=fr").want(http.StatusOK)
		if !strings.Contains(string(draft.body), `"heading":{"text":"Objet","language":"fr","status":"official","stale":false,"author":"Bureau de traduction"}`) ||
			!strings.Contains(string(draft.body), `"translations":[{"language":"fr","total":6,"done":6,"stale":0,"official":6}]`) {
			t.Errorf("draft in French: %s", draft.body)
		}
		if plain := visitor.get("/drafts/" + d.ID).want(http.StatusOK); strings.Contains(string(plain.body), `"translated"`) {
			t.Errorf("nobody asked for French: %s", plain.body)
		}
		visitor.get("/drafts/"+d.ID+"?lang=no+language").refused(http.StatusUnprocessableEntity, "invalid", "lang")
		for _, path := range []string{"/consultations/" + c.ID + "?lang=fr", "/consultations?lang=fr"} {
			if got := visitor.get(path).want(http.StatusOK); !strings.Contains(string(got.body), "Consultation sur la stratégie") {
				t.Errorf("%s: %s", path, got.body)
			}
		}
		if got := visitor.get("/consultations/" + c.ID + "?lang=fr"); !strings.Contains(string(got.body), `"options":{"text":"Oui\nNon"`) {
			t.Errorf("options: %s", got.body)
		}
		all := visitor.get(path + "?lang=fr").want(http.StatusOK)
		if rows := objects(t, all.value["texts"]); len(rows) != 4 || rows[1]["translation"] != nil || rows[0]["translation_id"] == nil {
			t.Errorf("texts: %s", all.body)
		}
		visitor.get(path+"/history?field=title&language=fr").refused(http.StatusUnauthorized, "sign_in")
		if past := official.get(path + "/history?field=title&language=fr").items(); len(past) != 1 {
			t.Errorf("history %v", past)
		}
	})
}

// Comments and what is answered to them: in the list, one by one, in the
// published response.
func TestTranslatedAnswers(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		w := newWorld(t, b)
		org := b.Organisation("Chemical Industry", "industry")
		sender := b.Person("Sender", "contributor", org.ID)
		w.signIn(b.Official, sender)
		c := b.At(consultation.Open, org)
		b.Submit(sender, c, testbed.Comment("", "Five years are enough."))
		c = b.Bring(c, consultation.Closed)
		rows, _, err := submission.Comments(b.Read(b.Official), c, submission.Filter{}, workflows.Page{})
		if err != nil {
			t.Fatal(err)
		}
		id := rows[0].ID
		b.Propose(id, submission.NewDisposition{Outcome: "noted", Rationale: "Noted."})
		own := []m{{"field": "text", "text": "Cinq ans suffisent."}}
		path := "/comments/" + id + "/translations"
		w.as(sender).put(path, m{"language": "fr", "texts": own}).want(http.StatusOK)
		answer := []m{{"object": "disposition", "field": "rationale", "text": "Noté."}}
		put := m{"language": "fr", "texts": answer}
		w.as(sender).put(path, put).refused(http.StatusUnprocessableEntity, "invalid", "texts[0].id")
		w.as(b.Official).put(path, put).want(http.StatusOK)
		one := w.as(b.Official).get("/comments/" + id + "?lang=fr").want(http.StatusOK)
		list := w.as(b.Official).get("/consultations/" + c.ID + "/comments?lang=fr&q=suffisent").want(http.StatusOK)
		for _, got := range []answerOf{{"one", one.body}, {"list", list.body}} {
			if !strings.Contains(string(got.body), "Cinq ans suffisent.") || !strings.Contains(string(got.body), "Noté.") {
				t.Errorf("%s: %s", got.name, got.body)
			}
		}
		b.Bring(c, consultation.Published)
		response := w.as(workflows.Actor{}).get("/consultations/" + c.ID + "/response?lang=fr").want(http.StatusOK)
		if body := string(response.body); !strings.Contains(body, "Cinq ans suffisent.") || !strings.Contains(body, "Noté.") || !strings.Contains(body, "Five years are enough.") {
			t.Errorf("response: %s", body)
		}
	})
}

type answerOf struct {
	name string
	body []byte
}

// Two drafts compared in a language into which both are translated, paragraph by
// paragraph; what is not translated stays in its own.
func TestR3_3CompareInALanguage(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		w := newWorld(t, b)
		w.signIn(b.Official)
		official := w.as(b.Official)
		first := b.Draft(testbed.Text)
		second := b.NextDraft(first.StrategyID, strings.NewReplacer("each year", "each month", "industry, academia and trade", "industry and trade").Replace(testbed.Text))
		official.post("/drafts/"+first.ID+"/translations", m{"language": "fr", "markdown": inFrench}).want(http.StatusCreated)
		official.put("/drafts/"+second.ID+"/translations", m{"language": "fr", "texts": []m{
			{"object": "provision", "id": b.Provision(second.ID, "2.1").ID, "field": "text", "text": "Les entreprises déclarent chaque mois."},
		}}).want(http.StatusOK)
		diff := official.get("/drafts/" + second.ID + "/diff?against=" + first.ID + "&lang=fr").want(http.StatusOK)
		for _, c := range objects(t, diff.value["changes"]) {
			redline := ""
			for _, s := range objects(t, c["text"]) {
				redline += map[any]string{"equal": "=", "insert": "+", "delete": "-"}[s["op"]] + s["text"].(string)
			}
			want := map[string][2]string{
				"1.1": {"fr", "=La stratégie règle les produits à double usage."},
				"1.2": {"und", "=It covers industry-, academia= and trade."},
				"2.1": {"fr", "=Les entreprises déclarent+ chaque mois=."},
			}
			number, _ := c["new_number"].(string)
			if x, asked := want[number]; asked && (c["language"] != x[0] || redline != x[1]) {
				t.Errorf("%s in %v: %q", number, c["language"], redline)
			}
		}
	})
}
