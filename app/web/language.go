package web

import (
	"net/http"
	"slices"
	"strings"

	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/stakeholder"
)

// chooseLanguage takes a choice at the foot of a page and leads back to it. A
// visitor's is kept in the session; a person's also with their account, as mails
// come to them in the same language. A visitor's form carries no token, so that
// showing it starts no session; all that another site could do by it is to
// change the language of a visitor.
func chooseLanguage(q *request) error {
	if err := q.parse(); err != nil {
		return err
	}
	if err := q.speak(q.form.Get("language"), q.form.Get("csrf_token")); err != nil {
		return err
	}
	to := localPath(q.form.Get("to"))
	if to == "" {
		to = "/"
	}
	q.c.Redirect(seeOther, to)
	return nil
}

func (q *request) speak(tag, token string) error {
	if !slices.ContainsFunc(q.s.locales.All(), func(t *templates.Text) bool { return t.Tag() == tag }) {
		return workflows.Refuse(workflows.Invalid, "not_a_language")
	}
	if q.actor.IsPerson() {
		if err := q.s.Identity.CheckCSRF(q.c.Request, token); err != nil {
			return err
		}
		change := func(tx *workflows.Tx) error { return stakeholder.ChooseLanguage(tx, tag) }
		if err := q.s.Engine.Write(q.context(), q.actor, change); err != nil {
			return err
		}
	}
	q.s.Identity.SetLanguage(q.context(), tag)
	return nil
}

// profileView is the account of whoever asks, as they see it.
type profileView struct {
	Person    *stakeholder.Person
	Roles     []string
	Languages []templates.Option
	Language  string // the choice that is shown as taken
}

func profilePage(q *request) error {
	if !q.actor.IsPerson() {
		return workflows.Refuse(workflows.Unauthenticated, "sign_in")
	}
	p, err := stakeholder.Self(q.read())
	if err != nil {
		return err
	}
	v := profileView{Person: p, Language: p.Language}
	for _, h := range q.actor.Roles {
		v.Roles = append(v.Roles, q.text.T("profile.role_in", "Role", q.text.T("role."+strings.TrimPrefix(h.Role, "role:")), "State", h.State))
	}
	v.Languages = q.spoken()
	if !slices.ContainsFunc(v.Languages, func(o templates.Option) bool { return o.Value == p.Language }) {
		v.Languages = append(v.Languages, templates.Option{Value: p.Language, Label: q.text.T("profile.other_language", "Tag", p.Language)})
	}
	return q.show("admin/profile", q.text.T("profile.title"), v)
}

// spoken are the languages of pages and mails, each by its own name.
func (q *request) spoken() []templates.Option {
	var out []templates.Option
	for _, t := range q.s.locales.All() {
		out = append(out, templates.Option{Value: t.Tag(), Label: t.T("language.name"), Lang: t.Tag()})
	}
	return out
}

// mailedIn are the languages somebody can be written to in: that of their state unless one is chosen. The one they have
// now is among them in any case.
func (q *request) mailedIn(now string) []templates.Option {
	out := append([]templates.Option{{Label: q.text.T("registry.language_of_state")}}, q.spoken()...)
	if !slices.ContainsFunc(out, func(o templates.Option) bool { return o.Value == now }) {
		out = append(out, templates.Option{Value: now, Label: q.text.T("profile.other_language", "Tag", now)})
	}
	return out
}

func saveProfile(q *request, tx *workflows.Tx) (done, error) {
	tag := q.form.Get("language")
	keep := func() error {
		q.s.Identity.SetLanguage(q.context(), tag)
		q.text = q.s.locales.For(tag, q.c.GetHeader("Accept-Language"))
		return nil
	}
	return done{to: "/profile", flash: "language_saved", then: keep}, stakeholder.ChooseLanguage(tx, tag)
}

// place is the address of this page for a link that leads back to it: its own,
// or, where a refused form is shown, that of the page the form stands on.
func (q *request) place() string {
	path, pattern := q.c.Request.URL.Path, q.c.FullPath()
	if q.c.Request.Method != http.MethodPost {
		return q.c.Request.URL.RequestURI()
	}
	for pattern != "" && !q.s.opens[pattern] {
		path, pattern = parent(path), parent(pattern)
	}
	if pattern == "" {
		return "/"
	}
	return path
}

func parent(path string) string { return path[:max(strings.LastIndexByte(path, '/'), 0)] }
