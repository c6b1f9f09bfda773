package web

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"jahorina/app/api"
	"jahorina/app/apptest"
	"jahorina/app/apptest/testbed"
	"jahorina/app/documents"
	"jahorina/app/identity"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/plan"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
	"jahorina/workflows/translation"
	"jahorina/workflows/work"
)

// accessWorld is an installation with one of everything, and its principals.
type accessWorld struct {
	*site
	router  http.Handler
	routes  []string // "GET /path"
	bed     *testbed.Bed
	ids     map[string]string
	clients map[string]*http.Client
	tokens  map[string]string
}

func newAccessWorld(t *testing.T) *accessWorld {
	t.Helper()
	database := apptest.SQLite(t)
	if err := testbed.Migrate(database); err != nil {
		t.Fatal(err)
	}
	bed := testbed.Open(t, database)
	w := &accessWorld{site: &site{t: t, bed: bed}, bed: bed, ids: map[string]string{}, clients: map[string]*http.Client{}, tokens: map[string]string{}}
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { w.router.ServeHTTP(rw, r) }))
	t.Cleanup(server.Close)
	w.url = server.URL
	who, err := identity.New(bed.Engine, bed.Store.DB, server.URL)
	if err != nil {
		t.Fatal(err)
	}
	locales, err := templates.LoadLocales()
	if err != nil {
		t.Fatal(err)
	}
	byToken := func(r *http.Request) (workflows.Actor, error) {
		token, given := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !given {
			return workflows.Actor{}, nil
		}
		return who.ActorByToken(r.Context(), token)
	}
	pages, err := New(Parts{
		Engine: bed.Engine, Identity: who, BaseURL: server.URL, Ready: func(*http.Request) error { return nil },
		API:     api.Parts{Engine: bed.Engine, Identify: byToken, Locales: locales, Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})), KeepFiles: keepFiles},
		Metrics: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}),
	})
	if err != nil {
		t.Fatal(err)
	}
	w.router, w.pages = pages.Handler(), pages
	for _, r := range pages.router.Routes() {
		w.routes = append(w.routes, r.Method+" "+r.Path)
	}
	slices.Sort(w.routes)
	w.fill()
	return w
}

// fill makes one of everything, each with its secret.
func (w *accessWorld) fill() {
	b := w.bed
	invited, other := b.Organisation("Chemical Industry", "industry"), b.Organisation("University", "academia")
	nameless, third := b.Organisation(secret("nameless sender"), "civil_society"), b.Organisation("Third", "industry")
	neighbour, foreignOfficial := b.Organisation("Neighbour", "regional"), w.abroad()
	people := map[string]workflows.Actor{
		"c": b.Person("Contributor", "contributor", invited.ID), "x": b.Person("Other", "contributor", other.ID), "o": b.Person("Observer", "observer", neighbour.ID),
		"p": b.Person("Partner", "partner", ""), "a": b.Auditor, "O": b.Official, "R": b.Reviewer, "A": b.Admin, "F": foreignOfficial,
	}
	published := b.At(consultation.Open, invited, third)
	w.answered("published", published, b.ByLink(published, invited))
	b.Submit(b.ByLink(published, third), published, testbed.Comment("", "Third's."))
	published = b.Bring(published, consultation.Closed)
	for _, m := range w.comments(published) {
		if m.Confidentiality == submission.Confidential {
			b.Propose(m.ID, submission.NewDisposition{Outcome: "noted", Rationale: secret("rationale kept")})
		}
	}
	b.Bring(published, consultation.Published)
	respondent := w.closed(invited, nameless)
	targeted := w.targeted(people["c"], invited, third)
	w.translate()
	w.exported()
	w.matrices()
	w.statuses()

	w.clients["v"] = w.as(workflows.Actor{}).client
	w.clients["l"] = w.as(workflows.Actor{}).get("/invitations/" + consultation.InvitationLink(b.Engine.Signer(), strings.TrimPrefix(b.ByLink(targeted, invited).ID, "invitation:"))).client
	r := w.as(workflows.Actor{}).get("/respond/" + respondent)
	w.clients["r"] = r.post("/respond/"+respondent, nil).client
	for letter, person := range people {
		w.clients[letter] = w.as(person).client
		b.Do(workflows.Operator(), func(tx *workflows.Tx) (err error) {
			w.tokens[letter], err = identity.CreateToken(tx, strings.TrimPrefix(person.ID, "user:"))
			return err
		})
	}
	for letter, client := range w.clients {
		page := &reader{s: w.site, client: client}
		w.ids["style"] = page.get("/").find(`href="/static/([^"]+)"`)
		w.ids["csrf "+letter] = page.get("/signin").find(`name="csrf_token" value="([^"]+)"`)
		client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	}
}

// abroad is another state with an official and an open consultation of its own.
func (w *accessWorld) abroad() (official workflows.Actor) {
	b := w.bed
	var org *stakeholder.Organisation
	b.Do(workflows.Operator(), func(tx *workflows.Tx) error {
		if _, err := stakeholder.CreateState(tx, "HR", "Elsewhere", "en"); err != nil {
			return err
		}
		for _, p := range []struct{ name, role string }{{"F2", "official"}, {"F1", "official"}} {
			person, err := stakeholder.CreatePerson(tx, stakeholder.NewPerson{Email: p.name + "@hr.example", Name: p.name, State: "HR", Role: p.role})
			if err != nil {
				return err
			}
			if official, err = stakeholder.ActorOf(tx, person.ID); err != nil {
				return err
			}
		}
		var err error
		org, err = stakeholder.CreateOrganisation(tx, stakeholder.NewOrganisation{State: "HR", Name: "Abroad", Sector: "industry", Email: "abroad@hr.example"})
		return err
	})
	b.Do(official, func(tx *workflows.Tx) error {
		s, err := strategy.Create(tx, "HR", "Strategy")
		if err != nil {
			return err
		}
		content, err := documents.Markdown([]byte(testbed.Text), documents.Options{})
		if err != nil {
			return err
		}
		d, provisions, err := strategy.AddDraft(tx, s.ID, "", content)
		if err != nil {
			return err
		}
		in := b.New(d.ID)
		in.Title, in.Kind = secret("foreign title"), "targeted"
		c, err := consultation.Create(tx, in)
		if err != nil {
			return err
		}
		w.ids["foreign strategy"], w.ids["foreign draft"], w.ids["foreign provision"], w.ids["foreign"] = s.ID, d.ID, provisions[1].ID, c.ID
		_, err = consultation.Invite(tx, c.ID, []string{org.ID}, nil)
		return err
	})
	return official
}

// answered is a submission with a comment of every confidentiality.
func (w *accessWorld) answered(name string, c *consultation.Consultation, by workflows.Actor) *submission.Submission {
	var all []submission.NewComment
	w.ids[name+" provision"] = w.bed.Provision(c.DraftID, "1.2").ID
	for _, level := range submission.Confidentialities {
		m := testbed.Comment(w.ids[name+" provision"], secret(name+" "+level))
		m.Confidentiality = level
		all = append(all, m)
	}
	s := w.bed.Submit(by, c, all...)
	for _, m := range w.comments(c) {
		if m.SubmissionID == s.ID {
			w.ids[name+" "+m.Confidentiality] = m.ID
		}
	}
	w.ids[name] = c.ID
	return s
}

func (w *accessWorld) comments(c *consultation.Consultation) []submission.Listed {
	all, err := submission.Standing(w.bed.Read(w.bed.Official), c.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

// closed is a public consultation whose comments are being answered. It returns
// the link of a respondent who took part.
func (w *accessWorld) closed(invited, nameless stakeholder.Organisation) (token string) {
	b := w.bed
	c := b.At(consultation.Open, invited, nameless)
	w.ids["receipt"] = w.answered("closed", c, b.ByLink(c, invited)).ReceiptNumber
	masked := testbed.Comment("", "zq without a name.")
	masked.Confidentiality = submission.NameWithheld
	b.Submit(b.ByLink(c, nameless), c, masked)
	b.Do(workflows.Actor{}, func(tx *workflows.Tx) error {
		ask := consultation.NewRespondent{Email: "r@example.org", Name: "Respondent", Sector: "academia"}
		if err := consultation.AskToAnswer(tx, c.ID, ask); err != nil {
			return err
		}
		var r consultation.Respondent
		if err := tx.One(&r, "email = ?", ask.Email); err != nil {
			return err
		}
		token = consultation.RespondentLink(tx.Signer(), r.ID)
		a, _, err := consultation.Confirm(tx, token)
		if err != nil {
			return err
		}
		_, err = submission.Save(tx.As(a), c.ID, submission.Content{Comments: []submission.NewComment{testbed.Comment("", "By myself.")}}, true)
		return err
	})
	b.Bring(c, consultation.Closed)
	b.Propose(w.ids["closed public"], submission.NewDisposition{Outcome: "noted", Rationale: secret("rationale of a proposal")})
	w.ids["closed draft"] = c.DraftID
	return token
}

// exported is a file of the comments that are being answered.
func (w *accessWorld) exported() {
	w.bed.Do(w.bed.Official, func(tx *workflows.Tx) error {
		made, err := work.StartExport(tx, w.ids["closed"], "csv", submission.Filter{})
		if err == nil {
			w.ids["work"] = made.ID
		}
		return err
	})
	w.site.work(w.ids["work"])
}

// translate puts translations beside a draft and comments, with a part that
// found no place.
func (w *accessWorld) translate() {
	b := w.bed
	content, err := documents.Markdown([]byte("1.1 "+secret("translation of a draft")+"\n\n7.1 "+secret("stray part")+"\n"), documents.Options{})
	if err != nil {
		w.t.Fatal(err)
	}
	b.Do(b.Official, func(tx *workflows.Tx) error {
		up, err := translation.Upload(tx, w.ids["new draft"], "fr", content, translation.New{})
		if err != nil {
			return err
		}
		w.ids["stray"] = up.Strays[0].ID
		kept, err := strategy.KeepUpload(tx, w.ids["strategy"], content)
		if err != nil {
			return err
		}
		w.ids["upload"] = kept.ID
		for _, name := range []string{"closed public", "closed participants", "closed confidential", "published confidential"} {
			in := translation.New{Text: secret("translation of " + name)}
			if _, err := translation.Put(tx, translation.Comment, w.ids[name], "text", "fr", in); err != nil {
				return err
			}
		}
		return nil
	})
}

// targeted is open to those invited: one has answered, one saved a draft; and one
// consultation that is still a draft itself.
func (w *accessWorld) targeted(by workflows.Actor, organisations ...stakeholder.Organisation) *consultation.Consultation {
	b := w.bed
	in := b.New(b.Draft(testbed.Text).ID)
	in.Kind = "targeted"
	c := b.Bring(b.Consultation(in, organisations...), consultation.Open)
	s := w.answered("targeted", c, by)
	attach := func(as workflows.Actor, s *submission.Submission, name string) {
		b.Do(as, func(tx *workflows.Tx) error {
			f, _, err := submission.Attach(tx, s.ID, s.Version, "a.txt", []byte(secret(name)))
			if err == nil {
				w.ids[name] = f.ID
			}
			return err
		})
	}
	attach(by, s, "file")
	third := b.ByLink(c, organisations[1])
	b.Do(third, func(tx *workflows.Tx) (err error) {
		unsent, err := submission.Save(tx, c.ID, submission.Content{Comments: []submission.NewComment{testbed.Comment("", secret("unsent"))}}, false)
		if err != nil {
			return err
		}
		w.ids["unsent submission"] = unsent.ID
		comments, err := submission.CommentsOf(tx, unsent.ID)
		w.ids["unsent"] = comments[0].ID
		return err
	})
	unsent := &submission.Submission{ID: w.ids["unsent submission"], Version: 1}
	attach(third, unsent, "unsent file")
	d := b.Draft(testbed.Text + "\n2.2 " + secret("text of a draft") + "\n")
	in = b.New(d.ID)
	in.Title = secret("title of a draft")
	w.ids["obligation"], w.ids["linkable provision"] = "NPT-I", b.Provision(d.ID, "1.2").ID
	w.ids["draft"], w.ids["new draft"] = b.Consultation(in).ID, d.ID
	w.ids["submission"], w.ids["targeted draft"], w.ids["strategy"] = s.ID, c.DraftID, d.StrategyID
	w.plans(d.StrategyID, organisations[0].ID)
	w.ids["provision"], w.ids["organisation"] = b.Provision(c.DraftID, "1.2").ID, organisations[0].ID
	for object, table := range map[string]string{"assignment": "assignments", "message": "messages"} {
		var id string
		if err := b.Store.DB.Table(table).Select("id").Limit(1).Scan(&id).Error; err != nil {
			w.t.Fatal(err)
		}
		w.ids[object] = id
	}
	return c
}

// plans makes a plan with a measure, and another that everyone may read with one
// that is adopted.
func (w *accessWorld) plans(strategyID, lead string) {
	terms := plan.Terms{Title: secret("title of a measure"), StartsOn: w.bed.Clock.Now(), EndsOn: w.bed.Clock.Now().AddDate(2, 0, 0)}
	w.bed.Do(w.bed.Official, func(tx *workflows.Tx) error {
		public, err := plan.Create(tx, strategyID, plan.Terms{Title: "Issued", StartsOn: terms.StartsOn, EndsOn: terms.EndsOn})
		if err != nil {
			return err
		}
		annex, err := plan.AddAnnex(tx, strategyID, "Annex C", "Security", secret("text of the annex"))
		if err != nil {
			return err
		}
		in := plan.Content{
			Number: "A1", Title: "Adopted", Kind: "procedures", LeadID: lead, Upkeep: &plan.Amount{Minor: 1, Currency: "EUR"}, UpkeepOwner: "x", OwnFrom: terms.EndsOn, AnnexID: annex.ID,
		}
		shown, err := plan.Add(tx, public.ID, in, terms.EndsOn)
		if err != nil {
			return err
		}
		if _, err := plan.Apply(tx, shown.ID, plan.Adopt, ""); err != nil {
			return err
		}
		hidden, err := plan.Add(tx, public.ID, plan.Content{Number: "A2", Title: secret("title of a measure"), Kind: "procedures"}, terms.EndsOn)
		if err != nil {
			return err
		}
		if _, err := plan.Issue(tx, public.ID); err != nil {
			return err
		}
		own, err := plan.Create(tx, strategyID, terms)
		if err != nil {
			return err
		}
		step, err := plan.AddMilestone(tx, shown.ID, plan.Step{Title: "Step", OwnerID: w.bed.Official.PersonID(), DueOn: terms.EndsOn})
		if err != nil {
			return err
		}
		w.ids["plan"], w.ids["issued plan"], w.ids["measure"], w.ids["adopted measure"], w.ids["milestone"] = own.ID, public.ID, hidden.ID, shown.ID, step.ID
		return nil
	})
}
