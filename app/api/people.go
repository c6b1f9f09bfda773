package api

import (
	"net/http"
	"strings"
	"time"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/stakeholder"
)

// registerPeople declares the calls on states, organisations and people.
func (s *server) registerPeople() {
	read(s, call{path: "/me", id: "me", summary: "Who the token stands for"}, me)
	write(s, call{method: http.MethodPatch, path: "/me", id: "change-me", summary: "Choose the language of one's pages and mails"}, changeMe)
	read(s, call{path: "/states", id: "list-states", summary: "States", public: true}, states)
	write(s, call{method: http.MethodPost, path: "/states", id: "create-state", summary: "Add a state", status: http.StatusCreated}, createState)
	read(s, call{path: "/organisations", id: "list-organisations", summary: "Organisations of a state"}, organisations)
	write(s, call{method: http.MethodPost, path: "/organisations", id: "create-organisation", summary: "Add an organisation", status: http.StatusCreated}, createOrganisation)
	read(s, call{path: "/organisations/{id}", id: "organisation", summary: "One organisation"}, organisation)
	write(s, call{method: http.MethodPut, path: "/organisations/{id}", id: "edit-organisation", summary: "Change what is said of an organisation"}, editOrganisation)
	read(s, call{path: "/people", id: "list-people", summary: "Those who hold a role in a state"}, people)
	write(s, call{method: http.MethodPost, path: "/people", id: "create-person", summary: "Add a person, or give one a further role", status: http.StatusCreated}, createPerson)
	write(s, call{method: http.MethodDelete, path: "/assignments/{id}", id: "revoke-assignment", summary: "Take a role away"}, revoke)
}

// RoleView is one role as its holder sees it.
type RoleView struct {
	Role           string `json:"role"`
	State          string `json:"state" doc:"Code of the state it is held in"`
	OrganisationID string `json:"organisation_id,omitempty"`
}

// MeView is who asks.
type MeView struct {
	ID       string     `json:"id"`
	Name     string     `json:"name"`
	Language string     `json:"language"`
	Roles    []RoleView `json:"roles" nullable:"false"`
}

func me(tx *workflows.Tx, _ *struct{}) (MeView, error) {
	v := MeView{ID: tx.Actor.ID, Name: tx.Actor.Name, Language: tx.Actor.Language, Roles: []RoleView{}}
	for _, h := range tx.Actor.Roles {
		v.Roles = append(v.Roles, RoleView{strings.TrimPrefix(h.Role, "role:"), h.State, h.OrganisationID})
	}
	return v, nil
}

func changeMe(tx *workflows.Tx, in *struct {
	Body struct {
		Language string `json:"language" doc:"BCP 47"`
	}
},
) (MeView, error) {
	if err := stakeholder.ChooseLanguage(tx, in.Body.Language); err != nil {
		return MeView{}, err
	}
	now, err := stakeholder.Self(tx)
	if err != nil {
		return MeView{}, err
	}
	tx.Actor.Language = now.Language
	return me(tx, nil)
}

// StateView is a state.
type StateView struct {
	Code   string `json:"code"`
	Name   string `json:"name"`
	Locale string `json:"locale" doc:"BCP 47"`
}

func viewState(st stakeholder.State) StateView { return StateView{st.Code, st.Name, st.Locale} }

func states(tx *workflows.Tx, _ *struct{}) (list[StateView], error) {
	rows, err := stakeholder.States(tx)
	return listOf(rows, "", viewState), err
}

// StateIn is a new state.
type StateIn struct {
	Code   string `json:"code" doc:"Two to eight letters or digits; ISO 3166-1 alpha-2 where there is one"`
	Name   string `json:"name"`
	Locale string `json:"locale,omitempty" doc:"BCP 47; en if not given"`
}

func createState(tx *workflows.Tx, in *struct {
	Once
	Body StateIn
},
) (StateView, error) {
	st, err := stakeholder.CreateState(tx, in.Body.Code, in.Body.Name, in.Body.Locale)
	if err != nil {
		return StateView{}, err
	}
	return viewState(*st), stakeholder.Found(tx, st.Code)
}

// OrganisationView is an organisation.
type OrganisationView struct {
	ID       string `json:"id"`
	State    string `json:"state" doc:"Code of its state"`
	Name     string `json:"name"`
	Sector   string `json:"sector"`
	Email    string `json:"email"`
	Language string `json:"language"`
	Region   string `json:"region" doc:"Of the country, in its own words; empty if not given"`
	Size     string `json:"size" doc:"By staff: micro (to 9), small (to 49), medium (to 249), large; empty if not given"`
	Version  int64  `json:"version"`

	SignOffRequired bool `json:"sign_off_required" doc:"Only a head of it may submit its answers"`
}

func (v OrganisationView) version() int64 { return v.Version }

func viewOrganisation(o stakeholder.Organisation) OrganisationView {
	return OrganisationView{
		ID: o.ID, State: o.StateCode, Name: o.Name, Sector: o.Sector, Email: o.Email, Language: o.Language, Region: o.Region, Size: o.Size, Version: o.Version,
		SignOffRequired: o.SignOffRequired,
	}
}

func organisations(tx *workflows.Tx, in *struct {
	Paged
	State   string   `query:"state" doc:"Code of the state; the asker's own if not given"`
	Sectors []string `query:"sector"`
	Query   string   `query:"q" doc:"Part of the name"`
},
) (list[OrganisationView], error) {
	rows, next, err := stakeholder.Organisations(tx, stateOr(tx, in.State), stakeholder.Filter{Sectors: in.Sectors, Query: in.Query}, in.page())
	return listOf(rows, next, viewOrganisation), err
}

// stateOr is the state asked for, or else the first the asker holds a role in.
func stateOr(tx *workflows.Tx, code string) string {
	if code == "" && len(tx.Actor.Roles) > 0 {
		return tx.Actor.Roles[0].State
	}
	return code
}

// OrganisationIn is a new organisation.
type OrganisationIn struct {
	Name     string `json:"name"`
	Sector   string `json:"sector"`
	Email    string `json:"email"`
	State    string `json:"state" doc:"Code of its state"`
	Language string `json:"language,omitempty" doc:"BCP 47; the state's if not given"`
	Region   string `json:"region,omitempty"`
	Size     string `json:"size,omitempty" doc:"micro, small, medium or large"`

	SignOffRequired bool `json:"sign_off_required,omitempty" doc:"Only a head of it may submit its answers"`
}

func createOrganisation(tx *workflows.Tx, in *struct {
	Once
	Body OrganisationIn
},
) (OrganisationView, error) {
	o, err := stakeholder.CreateOrganisation(tx, in.Body.new())
	if err != nil {
		return OrganisationView{}, err
	}
	return viewOrganisation(*o), nil
}

func (in OrganisationIn) new() stakeholder.NewOrganisation {
	return stakeholder.NewOrganisation{State: in.State, Name: in.Name, Sector: in.Sector, Email: in.Email, Language: in.Language, Region: in.Region, Size: in.Size, SignOffRequired: in.SignOffRequired}
}

func editOrganisation(tx *workflows.Tx, in *struct {
	ByID
	IfMatch
	Body OrganisationIn
},
) (OrganisationView, error) {
	version, err := in.version()
	if err != nil {
		return OrganisationView{}, err
	}
	o, err := stakeholder.EditOrganisation(tx, in.ID, version, in.Body.new())
	if err != nil {
		return OrganisationView{}, err
	}
	return viewOrganisation(*o), nil
}

func organisation(tx *workflows.Tx, in *ByID) (OrganisationView, error) {
	o, err := stakeholder.GetOrganisation(tx, in.ID)
	if err != nil {
		return OrganisationView{}, err
	}
	return viewOrganisation(*o), nil
}

// AssignmentView is one role of a person as an administrator sees it.
type AssignmentView struct {
	ID string `json:"id"`
	RoleView
	GrantedAt time.Time `json:"granted_at"`
}

// PersonView is a person with an account.
type PersonView struct {
	ID             string           `json:"id"`
	Email          string           `json:"email"`
	Name           string           `json:"name"`
	Language       string           `json:"language"`
	OrganisationID *string          `json:"organisation_id"`
	DisabledAt     *time.Time       `json:"disabled_at"`
	Roles          []AssignmentView `json:"roles" nullable:"false" doc:"In the state asked for"`
}

func viewPerson(p stakeholder.Person, held []stakeholder.Assignment) PersonView {
	v := PersonView{
		ID: p.ID, Email: p.Email, Name: p.Name, Language: p.Language, OrganisationID: p.OrganisationID,
		DisabledAt: utcOrNull(p.DisabledAt), Roles: []AssignmentView{},
	}
	for _, a := range held {
		v.Roles = append(v.Roles, AssignmentView{a.ID, RoleView{a.Role, a.StateCode, orEmpty(a.OrganisationID)}, a.GrantedAt.UTC()})
	}
	return v
}

func people(tx *workflows.Tx, in *struct {
	Paged
	State string `query:"state" doc:"Code of the state; the asker's own if not given"`
},
) (list[PersonView], error) {
	rows, next, err := stakeholder.People(tx, stateOr(tx, in.State), in.page())
	return listOf(rows, next, func(l stakeholder.Listed) PersonView { return viewPerson(l.Person, l.Assignments) }), err
}

// PersonIn is a new person with their first role, or a further role for a
// person whose address is known.
type PersonIn struct {
	Email          string `json:"email"`
	Name           string `json:"name"`
	State          string `json:"state" doc:"Code of the state the role is held in"`
	Role           string `json:"role"`
	OrganisationID string `json:"organisation_id,omitempty" doc:"Required for contributors and observers, who answer for it"`
	Language       string `json:"language,omitempty" doc:"BCP 47; the state's if not given"`
}

func createPerson(tx *workflows.Tx, in *struct {
	Once
	Body PersonIn
},
) (PersonView, error) {
	b := in.Body
	p, err := stakeholder.CreatePerson(tx, stakeholder.NewPerson{
		Email: b.Email, Name: b.Name, State: b.State, Role: b.Role, OrganisationID: b.OrganisationID, Language: b.Language,
	})
	if err != nil {
		return PersonView{}, err
	}
	held, err := stakeholder.Assignments(tx, p.ID)
	if err != nil {
		return PersonView{}, err
	}
	return viewPerson(*p, ofState(held, b.State)), nil
}

func ofState(held []stakeholder.Assignment, code string) []stakeholder.Assignment {
	var out []stakeholder.Assignment
	for _, a := range held {
		if a.StateCode == code {
			out = append(out, a)
		}
	}
	return out
}

// Named is an answer that only says what it is about.
type Named struct {
	ID string `json:"id"`
}

func revoke(tx *workflows.Tx, in *ByID) (Named, error) {
	return Named(*in), stakeholder.Revoke(tx, in.ID)
}

// runs is a target that only those who run or look after a consultation may
// read: a submission of nobody in particular.
func runs(state, consultationID string) policies.Target {
	return policies.Target{State: state, ConsultationID: consultationID, OrganisationID: "-"}
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func utcOrNull(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}
