package web

import (
	"jahorina/policies"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/stakeholder"
)

// organisationsView lists the organisations of a state.
type organisationsView struct {
	State         string
	Query, Sector string
	Sectors       []string
	Organisations []stakeholder.Organisation
	Next          string
	MayAdd        bool
	MayEdit       bool
}

func organisationsPage(q *request) error {
	tx := q.read()
	view := organisationsView{State: q.state(), Query: q.c.Query("q"), Sector: q.c.Query("sector"), Sectors: stakeholder.Sectors}
	filter := stakeholder.Filter{Query: view.Query}
	if view.Sector != "" {
		filter.Sectors = []string{view.Sector}
	}
	var err error
	var next string
	if view.Organisations, next, err = stakeholder.Organisations(tx, view.State, filter, q.page()); err != nil {
		return err
	}
	view.Next = q.more(next)
	view.MayAdd = tx.May("organisation", "create", policies.Target{State: view.State})
	view.MayEdit = tx.May("organisation", "edit", policies.Target{State: view.State})
	return q.show("admin/organisations", q.text.T("registry.organisations"), view)
}

// organisationView is the form for an organisation, new or known.
type organisationView struct {
	States    []templates.Option // none for one that has its state
	State     string
	Sectors   []string
	Sizes     []templates.Option
	Regions   []templates.Option // named so far
	Languages []templates.Option
	Given     stakeholder.Organisation
}

func newOrganisationPage(q *request) error {
	states, err := q.states("organisation", "create")
	if err != nil {
		return err
	}
	view := organisationView{States: states, State: q.state(), Sectors: stakeholder.Sectors, Sizes: q.sizes(), Languages: q.mailedIn("")}
	if view.Regions, err = regionOptions(q.read(), view.State); err != nil {
		return err
	}
	return q.show("admin/organisation_new", q.text.T("registry.add_organisation"), view)
}

func createOrganisation(q *request, tx *workflows.Tx) (done, error) {
	o, err := stakeholder.CreateOrganisation(tx, q.organisation())
	if err != nil {
		return done{}, err
	}
	return done{to: "/organisations?state=" + o.StateCode, flash: "organisation_created"}, nil
}

func (q *request) organisation() stakeholder.NewOrganisation {
	return stakeholder.NewOrganisation{
		State: q.form.Get("state"), Name: q.form.Get("name"), Sector: q.form.Get("sector"), Email: q.form.Get("email"),
		Language: q.form.Get("language"), Region: q.form.Get("region"), Size: q.form.Get("size"),
		SignOffRequired: q.form.Get("sign_off_required") != "",
	}
}

func (q *request) sizes() []templates.Option {
	out := []templates.Option{{Label: q.text.T("figure.not_given")}}
	for _, s := range stakeholder.Sizes {
		out = append(out, templates.Option{Value: s, Label: q.text.T("size." + s)})
	}
	return out
}

// regionOptions are the regions that organisations of the state have.
func regionOptions(tx *workflows.Tx, state string) ([]templates.Option, error) {
	regions, err := stakeholder.Regions(tx, state)
	var out []templates.Option
	for _, r := range regions {
		out = append(out, templates.Option{Value: r})
	}
	return out, err
}

func editOrganisationPage(q *request) error {
	tx := q.read()
	o, err := stakeholder.GetOrganisation(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	if err := tx.Check("organisation", "edit", policies.Target{State: o.StateCode, OrganisationID: o.ID}); err != nil {
		return err
	}
	view := organisationView{State: o.StateCode, Sectors: stakeholder.Sectors, Sizes: q.sizes(), Languages: q.mailedIn(o.Language), Given: *o}
	if view.Regions, err = regionOptions(tx, o.StateCode); err != nil {
		return err
	}
	return q.show("admin/organisation_new", o.Name, view)
}

func editOrganisation(q *request, tx *workflows.Tx) (done, error) {
	version, err := q.version()
	if err != nil {
		return done{}, err
	}
	o, err := stakeholder.EditOrganisation(tx, q.c.Param("id"), version, q.organisation())
	if err != nil {
		return done{}, err
	}
	return done{to: "/organisations?state=" + o.StateCode, flash: "organisation_saved"}, nil
}

// states are the countries in which the actor has the right, for a form to
// choose from. None is Forbidden.
func (q *request) states(object, action string) ([]templates.Option, error) {
	tx := q.read()
	all, err := stakeholder.States(tx)
	if err != nil {
		return nil, err
	}
	var out []templates.Option
	for _, s := range all {
		if tx.May(object, action, policies.Target{State: s.Code}) {
			out = append(out, templates.Option{Value: s.Code, Label: s.Name})
		}
	}
	if len(out) == 0 {
		return nil, tx.Check(object, action, policies.Target{})
	}
	return out, nil
}

// peopleView lists people and the roles they hold.
type peopleView struct {
	State         string
	People        []stakeholder.Listed
	Organisations map[string]stakeholder.Organisation
	Next          string
	MayAdd        bool
}

func peoplePage(q *request) error {
	tx := q.read()
	view := peopleView{State: q.state()}
	people, next, err := stakeholder.People(tx, view.State, q.page())
	if err != nil {
		return err
	}
	var ids []string
	for _, p := range people {
		for _, a := range p.Assignments {
			if a.OrganisationID != nil {
				ids = append(ids, *a.OrganisationID)
			}
		}
	}
	if view.Organisations, err = stakeholder.Names(tx, ids); err != nil {
		return err
	}
	view.People, view.Next = people, q.more(next)
	view.MayAdd = tx.May("person", "create", policies.Target{State: view.State})
	return q.show("admin/people", q.text.T("registry.people"), view)
}

// OrganisationOf is the name of the organisation a role speaks for, or "".
func (v peopleView) OrganisationOf(a stakeholder.Assignment) string {
	if a.OrganisationID == nil {
		return ""
	}
	return v.Organisations[*a.OrganisationID].Name
}

// newPersonView is the form for a person and a role.
type newPersonView struct {
	States        []templates.Option
	State         string
	Roles         []string
	Organisations []templates.Option
	Languages     []templates.Option
}

func newPersonPage(q *request) error {
	states, err := q.states("person", "create")
	if err != nil {
		return err
	}
	view := newPersonView{States: states, State: q.state(), Roles: stakeholder.Roles, Languages: q.mailedIn("")}
	orgs, _, err := stakeholder.Organisations(q.read(), view.State, stakeholder.Filter{}, workflows.Page{Limit: workflows.MaxLimit})
	if err != nil {
		return err
	}
	view.Organisations = []templates.Option{{Value: "", Label: q.text.T("registry.no_organisation")}}
	for _, o := range orgs {
		view.Organisations = append(view.Organisations, templates.Option{Value: o.ID, Label: o.Name})
	}
	return q.show("admin/person_new", q.text.T("registry.add_person"), view)
}

// createPerson adds a person, who is mailed a sign-in link.
func createPerson(q *request, tx *workflows.Tx) (done, error) {
	p, err := stakeholder.CreatePerson(tx, stakeholder.NewPerson{
		Email: q.form.Get("email"), Name: q.form.Get("name"), State: q.form.Get("state"), Role: q.form.Get("role"),
		OrganisationID: q.form.Get("organisation_id"), Language: q.form.Get("language"),
	})
	if err != nil {
		return done{}, err
	}
	mailLink := func() error { return q.s.Identity.RequestLink(q.context(), p.Email) }
	return done{to: "/people?state=" + q.form.Get("state"), flash: "person_created", then: mailLink}, nil
}

func revokeRole(q *request, tx *workflows.Tx) (done, error) {
	return done{to: "/people", flash: "role_revoked"}, stakeholder.Revoke(tx, q.c.Param("id"))
}

// newStateView is the form for a state.
type newStateView struct{ Languages []templates.Option }

func newStatePage(q *request) error {
	if _, err := q.states("state", "create"); err != nil {
		return err
	}
	return q.show("admin/state_new", q.text.T("registry.add_state"), newStateView{q.spoken()})
}

// createState adds a state and makes whoever adds it its first administrator:
// else nobody could add another.
func createState(q *request, tx *workflows.Tx) (done, error) {
	s, err := stakeholder.CreateState(tx, q.form.Get("code"), q.form.Get("name"), q.form.Get("locale"))
	if err != nil {
		return done{}, err
	}
	return done{to: "/people?state=" + s.Code, flash: "state_created"}, stakeholder.Found(tx, s.Code)
}

// SectorOptions is every sector, and none.
func (v organisationsView) SectorOptions(text *templates.Text) ([]templates.Option, error) {
	sectors, err := text.Options("sector", v.Sectors)
	return append([]templates.Option{{Value: "", Label: text.T("registry.all_sectors")}}, sectors...), err
}

// RoleOptions is every role with what it is for.
func (v newPersonView) RoleOptions(text *templates.Text) []templates.Option {
	out := make([]templates.Option, len(v.Roles))
	for i, r := range v.Roles {
		out[i] = templates.Option{Value: r, Label: text.T("role." + r), Hint: text.T("registry.role_hint." + r)}
	}
	return out
}
