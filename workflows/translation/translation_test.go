package translation_test

import (
	"slices"
	"strings"
	"testing"

	"jahorina/app/apptest/testbed"
	"jahorina/app/documents/samples"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
	"jahorina/workflows/translation"
)

func put(b *testbed.Bed, by workflows.Actor, object, id, field, language string, in translation.New) error {
	return b.Write(by, func(tx *workflows.Tx) error {
		_, err := translation.Put(tx, object, id, field, language, in)
		return err
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// read is the translations of a draft as the reader gets them, by number, with
// "~" before a stale one.
func read(t *testing.T, b *testbed.Bed, by workflows.Actor, draftID, language string) map[string]string {
	t.Helper()
	tx := b.Read(by)
	d, err := strategy.GetDraft(tx, draftID)
	must(t, err)
	provisions, err := strategy.Provisions(tx, draftID)
	must(t, err)
	texts, err := translation.Of(tx, translation.OfProvisions(d, provisions), language)
	must(t, err)
	out := map[string]string{}
	for _, p := range provisions {
		for ref, text := range texts {
			if ref.ID == p.ID {
				out[p.Number] = map[bool]string{true: "~"}[text.Stale] + text.Text
			}
		}
	}
	return out
}

// What was translated goes along into the next draft, stale where the wording
// changed; the draft before keeps its own.
func TestTranslationsFollowTheProvision(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		first := b.Draft(testbed.Text)
		for number, text := range map[string]string{"1.1": "Un", "1.2": "Deux", "2.1": "Trois"} {
			must(t, put(b, b.Official, translation.Provision, b.Provision(first.ID, number).ID, "text", "fr", translation.New{Text: text}))
		}
		reworded := strings.Replace(testbed.Text, "1.2 It covers industry, academia and trade.", "1.2 It covers industry, academia, trade and transport.", 1)
		second := b.NextDraft(first.StrategyID, strings.Replace(reworded, "2.1 Firms", "2.2 Firms", 1))
		got := read(t, b, b.Official, second.ID, "fr")
		if got["1.1"] != "Un" || got["1.2"] != "~Deux" || got["2.2"] != "Trois" || len(got) != 3 {
			t.Errorf("in the second draft: %v", got)
		}
		must(t, put(b, b.Official, translation.Provision, b.Provision(second.ID, "1.2").ID, "text", "fr", translation.New{Text: "Deux, mieux"}))
		if got := read(t, b, b.Official, second.ID, "fr"); got["1.2"] != "Deux, mieux" {
			t.Errorf("translated anew: %v", got)
		}
		if got := read(t, b, b.Official, first.ID, "fr"); got["1.2"] != "Deux" {
			t.Errorf("in the first draft: %v", got)
		}
	})
}

// A translation of a wording that a reader may not read is not shown to them
// beside another.
func TestAnEarlierWordingNeedsItsOwnRight(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		internal := b.Draft(strings.Replace(testbed.Text, "each year", "each month, in secret", 1))
		must(t, put(b, b.Official, translation.Provision, b.Provision(internal.ID, "2.1").ID, "text", "fr", translation.New{Text: "en secret"}))
		must(t, put(b, b.Official, translation.Provision, b.Provision(internal.ID, "1.1").ID, "text", "fr", translation.New{Text: "Un"}))
		must(t, put(b, b.Official, translation.Draft, internal.ID, "title", "fr", translation.New{Text: "Stratégie"}))
		public := b.NextDraft(internal.StrategyID, testbed.Text)
		b.Bring(b.Consultation(b.New(public.ID)), consultation.Open)
		if got := read(t, b, b.Official, public.ID, "fr"); got["2.1"] != "~en secret" {
			t.Errorf("the official reads %v", got)
		}
		got := read(t, b, workflows.Actor{}, public.ID, "fr")
		if _, shown := got["2.1"]; shown || got["1.1"] != "Un" {
			t.Errorf("the public reads %v", got)
		}
	})
}

func TestProgress(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		d := b.Draft(testbed.Text)
		must(t, put(b, b.Official, translation.Provision, b.Provision(d.ID, "1.1").ID, "text", "fr", translation.New{Text: "Un", Status: translation.Official}))
		must(t, put(b, b.Official, translation.Provision, b.Provision(d.ID, "1.2").ID, "text", "fr", translation.New{Text: "Deux"}))
		must(t, put(b, b.Official, translation.Provision, b.Provision(d.ID, "1.2").ID, "text", "bs", translation.New{Text: "Dva"}))
		next := b.NextDraft(d.StrategyID, strings.Replace(testbed.Text, "and trade", "and much trade", 1))
		tx := b.Read(b.Official)
		all, err := strategy.Provisions(tx, next.ID)
		must(t, err)
		got, err := translation.Languages(tx, translation.OfProvisions(&next, all))
		must(t, err)
		want := []translation.Progress{{Language: "bs", Total: 5, Done: 1, Stale: 1}, {Language: "fr", Total: 5, Done: 2, Stale: 1, Official: 1}}
		if !slices.Equal(got, want) {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
}

func TestWhatIsRefused(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		d := b.Draft(testbed.Text)
		in := b.New(d.ID)
		in.Questions = []consultation.NewQuestion{{Text: "Which?", Kind: "single", Options: []string{"Yes", "No"}}}
		c := b.Consultation(in)
		questions, err := consultation.Questions(b.Read(b.Official), c.ID)
		must(t, err)
		p, q := b.Provision(d.ID, "1.1").ID, questions[0].ID
		for _, x := range []struct {
			name, object, id, field, language string
			in                                translation.New
			kind                              workflows.Kind
		}{
			{"no such object", "strategy", d.ID, "title", "fr", translation.New{Text: "x"}, workflows.Invalid},
			{"no such row", translation.Draft, "nothing", "title", "fr", translation.New{Text: "x"}, workflows.NotFound},
			{"no such field", translation.Provision, p, "heading", "fr", translation.New{Text: "x"}, workflows.Invalid},
			{"no language", translation.Provision, p, "text", "", translation.New{Text: "x"}, workflows.Invalid},
			{"not a language", translation.Provision, p, "text", "no language", translation.New{Text: "x"}, workflows.Invalid},
			{"the source's language", translation.Provision, p, "text", "en-GB", translation.New{Text: "x"}, workflows.Invalid},
			{"not UTF-8", translation.Provision, p, "text", "fr", translation.New{Text: "\xff"}, workflows.Invalid},
			{"too long", translation.Provision, p, "text", "fr", translation.New{Text: strings.Repeat("x", workflows.MaxParagraph+1)}, workflows.Invalid},
			{"status", translation.Provision, p, "text", "fr", translation.New{Text: "x", Status: "certain"}, workflows.Invalid},
			{"an option too few", translation.Question, q, "options", "fr", translation.New{Text: "Oui"}, workflows.Invalid},
			{"an option twice", translation.Question, q, "options", "fr", translation.New{Text: "Oui\nOui"}, workflows.Invalid},
			{"an option empty", translation.Question, q, "options", "fr", translation.New{Text: "Oui\n "}, workflows.Invalid},
			{"another stands", translation.Provision, p, "text", "fr", translation.New{Text: "x", Replaces: "another"}, workflows.Stale},
			{"another wording", translation.Provision, p, "text", "fr", translation.New{Text: "x", Source: "another"}, workflows.Stale},
		} {
			if err := put(b, b.Official, x.object, x.id, x.field, x.language, x.in); !workflows.IsKind(err, x.kind) {
				t.Errorf("%s: %v", x.name, err)
			}
		}
		must(t, put(b, b.Official, translation.Question, q, "options", "fr", translation.New{Text: "Oui\nNon", Replaces: translation.NothingStands}))
		if n := b.Count("translations", "1 = 1"); n != 1 {
			t.Errorf("%d rows", n)
		}
	})
}

// The newest stands, what it replaced stays, the same again is nothing new, and
// what is taken back stands no more.
func TestHistoryIsKept(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		d := b.Draft(testbed.Text)
		id := b.Provision(d.ID, "1.1").ID
		for _, text := range []string{"Un", "Un", "Premier", ""} {
			must(t, put(b, b.Official, translation.Provision, id, "text", "fr", translation.New{Text: text, Author: "Me Traductrice"}))
		}
		all, err := translation.History(b.Read(b.Official), translation.Provision, id, "text", "fr")
		must(t, err)
		if len(all) != 3 || all[0].Text != "" || all[1].Text != "Premier" || all[2].Text != "Un" || all[2].Author != "Me Traductrice" {
			t.Errorf("history %+v", all)
		}
		if got := read(t, b, b.Official, d.ID, "fr"); len(got) != 0 {
			t.Errorf("still stands: %v", got)
		}
		entries := b.Count("audit_entries", "object = ? AND object_id = ? AND action IN ? AND to_state = ?", "provision", id, []string{"translate", "untranslate"}, "fr")
		if entries != 3 {
			t.Errorf("%d entries", entries)
		}
		for _, change := range []string{"DELETE FROM translations", "UPDATE translations SET text = 'x'", "UPDATE translations SET superseded_at = NULL"} {
			if err := b.Store.DB.Exec(change).Error; err == nil {
				t.Errorf("%s: done", change)
			}
		}
	})
}

// Of two who translate the same at once from what they saw, one is told.
func TestTwoAtOnce(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		id := b.Provision(b.Draft(testbed.Text).ID, "1.1").ID
		errs := b.Together([]workflows.Actor{b.Official, b.Second}, func(i int, tx *workflows.Tx) error {
			_, err := translation.Put(tx, translation.Provision, id, "text", "fr", translation.New{Text: []string{"Un", "Premier"}[i], Replaces: translation.NothingStands})
			return err
		})
		if (errs[0] == nil) == (errs[1] == nil) || !workflows.IsKind(errs[0], workflows.Stale) && !workflows.IsKind(errs[1], workflows.Stale) {
			t.Errorf("%v; %v", errs[0], errs[1])
		}
		if n := b.Count("translations", "superseded_at IS NULL"); n != 1 {
			t.Errorf("%d stand", n)
		}
	})
}

// world is a closed consultation with comments of each confidentiality by one
// organisation, and the others who might read them.
type world struct {
	c             *consultation.Consultation
	comments      map[string]submission.Listed
	sender, other workflows.Actor
}

func newWorld(t *testing.T, b *testbed.Bed) world {
	t.Helper()
	org, other := b.Organisation("Chemical Industry", "industry"), b.Organisation("University", "academia")
	w := world{sender: b.Person("Sender", "contributor", org.ID), other: b.Person("Reader", "contributor", other.ID), comments: map[string]submission.Listed{}}
	w.c = b.At(consultation.Open, org, other)
	var in []submission.NewComment
	for _, level := range submission.Confidentialities {
		m := testbed.Comment("", "Comment "+level)
		m.Confidentiality, m.Language = level, "en"
		in = append(in, m)
	}
	b.Submit(w.sender, w.c, in...)
	b.Submit(w.other, w.c, testbed.Comment("", "Another's."))
	w.c = b.Bring(w.c, consultation.Closed)
	rows, _, err := submission.Comments(b.Read(b.Official), w.c, submission.Filter{}, workflows.Page{})
	must(t, err)
	for _, m := range rows {
		w.comments[m.Confidentiality] = m
	}
	return w
}

func TestWhoMayTranslate(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		w := newWorld(t, b)
		m := w.comments[submission.NameWithheld].ID
		b.Propose(m, submission.NewDisposition{Outcome: "noted", Rationale: "Noted."})
		questions := b.New(w.c.DraftID)
		questions.Questions = []consultation.NewQuestion{{Text: "Why?", Kind: "text"}}
		asked, err := consultation.Questions(b.Read(b.Official), b.Consultation(questions).ID)
		must(t, err)
		provision := b.Provision(w.c.DraftID, "1.1").ID
		actors := map[string]workflows.Actor{
			"official": b.Official, "reviewer": b.Reviewer, "auditor": b.Auditor, "admin": b.Admin, "sender": w.sender, "other": w.other, "nobody": {},
		}
		for _, x := range []struct{ object, id, field, may string }{
			{translation.Draft, w.c.DraftID, "title", "official"},
			{translation.Provision, provision, "text", "official"},
			{translation.Consultation, w.c.ID, "summary", "official"},
			{translation.Question, asked[0].ID, "text", "official"},
			{translation.Comment, m, "text", "official sender"},
			{translation.Disposition, m, "rationale", "official"},
		} {
			for name, actor := range actors {
				err := put(b, actor, x.object, x.id, x.field, "fr", translation.New{Text: "de " + name})
				if may := slices.Contains(strings.Fields(x.may), name); may != (err == nil) {
					t.Errorf("%s translates %s: %v", name, x.object, err)
				}
			}
		}
	})
}

// The sender of a comment whose name is withheld is not named by its translation
// either, and does not speak for the ministry.
func TestTheSenderIsNotNamed(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		w := newWorld(t, b)
		m := w.comments[submission.NameWithheld]
		must(t, put(b, w.sender, translation.Comment, m.ID, "text", "fr", translation.New{Text: "Commentaire", Author: "Chemical Industry", Status: translation.Official}))
		texts := beside(t, b, w.other, w.c, "fr")
		got := texts[translation.Ref{Object: translation.Comment, ID: m.ID, Field: "text"}]
		if got.Text != "Commentaire" || got.Author != "" || !got.BySender || got.Status != translation.Working {
			t.Errorf("got %+v", got)
		}
		entries, _, err := workflows.Trail(b.Read(b.Official), w.c.StateCode, w.c.ID, "comment", workflows.Page{})
		must(t, err)
		if i := slices.IndexFunc(entries, func(e workflows.Entry) bool { return e.Action == "translate" }); i < 0 {
			t.Error("not on the record")
		}
	})
}

// beside is the translations of all the comments a reader may read.
func beside(t *testing.T, b *testbed.Bed, by workflows.Actor, c *consultation.Consultation, language string) map[translation.Ref]translation.Text {
	t.Helper()
	tx := b.Read(by)
	rows, _, err := submission.Comments(tx, c, submission.Filter{}, workflows.Page{})
	must(t, err)
	texts, err := translation.Of(tx, translation.OfComments(tx, c, rows), language)
	must(t, err)
	return texts
}

func found(t *testing.T, b *testbed.Bed, by workflows.Actor, c *consultation.Consultation, part string) []string {
	t.Helper()
	rows, _, err := submission.Comments(b.Read(by), c, submission.Filter{Query: part}, workflows.Page{})
	if workflows.IsKind(err, workflows.NotFound) {
		return nil
	}
	must(t, err)
	var out []string
	for _, m := range rows {
		out = append(out, m.ID)
	}
	return out
}

// A translation of a comment is as confidential as the comment: not read, not
// found by looking for its words.
func TestATranslationIsAsConfidentialAsItsComment(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		w := newWorld(t, b)
		for level, m := range w.comments {
			must(t, put(b, b.Official, translation.Comment, m.ID, "text", "fr", translation.New{Text: "Remarque " + level}))
		}
		for who, actor := range map[string]workflows.Actor{"official": b.Official, "sender": w.sender, "other": w.other, "reviewer": b.Reviewer, "nobody": {}, "partner": b.Person("Partner", "partner", "")} {
			may := map[string]bool{}
			rows, _, err := submission.Comments(b.Read(actor), w.c, submission.Filter{}, workflows.Page{})
			if err != nil && !workflows.IsKind(err, workflows.NotFound) {
				t.Fatal(err)
			}
			for _, m := range rows {
				may[m.ID] = true
			}
			for level, m := range w.comments {
				if got := len(found(t, b, actor, w.c, "REMARQUE "+level)) == 1; got != may[m.ID] {
					t.Errorf("%s finds the translation of a comment that is %s: %v", who, level, got)
				}
				_, err := translation.Sources(b.Read(actor), translation.Comment, m.ID)
				if (err == nil) != may[m.ID] {
					t.Errorf("%s reads one that is %s: %v", who, level, err)
				}
			}
			if who == "other" && may[w.comments[submission.Confidential].ID] {
				t.Error("the other participant reads what is confidential")
			}
		}
	})
}

// What a sender took out of a comment is not told by a translation made before.
func TestATranslationTellsNothingThatWasTakenOut(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		org, other := b.Organisation("Chemical Industry", "industry"), b.Organisation("University", "academia")
		sender, reader := b.Person("Sender", "contributor", org.ID), b.Person("Reader", "contributor", other.ID)
		c := b.At(consultation.Open, org, other)
		s := b.Submit(sender, c, testbed.Comment("", "We store it in hall 7."))
		b.Submit(reader, c, testbed.Comment("", "Another's."))
		comments, err := submission.CommentsOf(b.Read(sender), s.ID)
		must(t, err)
		must(t, put(b, b.Official, translation.Comment, comments[0].ID, "text", "fr", translation.New{Text: "Entrepôt 7."}))
		b.Do(sender, func(tx *workflows.Tx) error {
			content, err := submission.ContentOf(tx, s)
			if err != nil {
				return err
			}
			content.Comments[0].Text = "We store it."
			_, err = submission.Update(tx, s.ID, s.Version, content, false)
			return err
		})
		c = b.Bring(c, consultation.Closed)
		ref := translation.Ref{Object: translation.Comment, ID: comments[0].ID, Field: "text"}
		if got := beside(t, b, reader, c, "fr")[ref]; got.Text != "" {
			t.Errorf("the reader gets %q", got.Text)
		}
		if got := found(t, b, reader, c, "entrepôt"); len(got) != 0 {
			t.Error("the reader finds it")
		}
		if got := beside(t, b, b.Official, c, "fr")[ref]; !got.Stale || got.Text != "Entrepôt 7." {
			t.Errorf("the official gets %+v", got)
		}
	})
}

// The sample comments in six languages other than English keep their original,
// with a translation beside it that names who or what made it; looking for
// words finds both.
func TestR3_14CommentsKeepTheirOriginal(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		org := b.Organisation("Chemical Industry", "industry")
		c := b.At(consultation.Open, org)
		all, err := samples.Comments()
		must(t, err)
		var in []submission.NewComment
		languages := map[string]bool{}
		for _, s := range all {
			if s.Language != "en" {
				m := testbed.Comment("", s.Text)
				m.Language = s.Language
				in, languages[s.Language] = append(in, m), true
			}
		}
		for _, l := range []string{"zh", "fr", "bs", "ru", "ar", "es"} {
			if !languages[l] {
				t.Fatalf("no sample in %s", l)
			}
		}
		b.Submit(b.ByLink(c, org), c, in...)
		c = b.Bring(c, consultation.Closed)
		rows, _, err := submission.Comments(b.Read(b.Official), c, submission.Filter{}, workflows.Page{})
		must(t, err)
		for i, m := range rows {
			made := translation.New{Text: "In English, of " + m.Language + " number " + string(rune('A'+i)), Author: "Ana Prevoditelj"}
			if i%2 == 1 {
				made.Author, made.Tool = "", "Translator 2.1"
			}
			must(t, put(b, b.Official, translation.Comment, m.ID, "text", "en", made))
		}
		texts := beside(t, b, b.Reviewer, c, "en")
		for i, m := range rows {
			got := texts[translation.Ref{Object: translation.Comment, ID: m.ID, Field: "text"}]
			if m.Text != in[i].Text || got.Text == "" || (got.Author == "") == (got.Tool == "") {
				t.Errorf("%s: %q beside %+v", m.Language, m.Text, got)
			}
			original := string([]rune(m.Text)[:min(20, len([]rune(m.Text)))])
			if !slices.Contains(found(t, b, b.Reviewer, c, original), m.ID) {
				t.Errorf("%s: the original %q is not found", m.Language, original)
			}
			if ids := found(t, b, b.Reviewer, c, "of "+m.Language+" NUMBER "+string(rune('A'+i))); !slices.Equal(ids, []string{m.ID}) {
				t.Errorf("%s: the translation finds %v", m.Language, ids)
			}
		}
	})
}
