package stakeholder

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"jahorina/policies"
	"jahorina/workflows"
)

// Roles a person can be given.
var Roles = []string{"administrator", "official", "reviewer", "contributor", "observer", "partner", "auditor"}

// Person has an account. Email is folded and unique.
type Person struct {
	ID             string
	Email          string
	Name           string
	Language       string // BCP 47
	OrganisationID *string
	DisabledAt     *time.Time
	CreatedAt      time.Time
}

// TableName is where GORM keeps people.
func (Person) TableName() string { return "people" }

// Assignment is a role a person holds in a state.
type Assignment struct {
	ID             string
	PersonID       string
	Role           string // without the policy's prefix
	StateCode      string
	OrganisationID *string
	Head           bool // signs off what the organisation answers
	GrantedBy      string
	GrantedAt      time.Time
	RevokedAt      *time.Time
}

// NewPerson is what CreatePerson needs. OrganisationID is the organisation
// they work for; contributors and observers answer for it.
type NewPerson struct {
	Email, Name, State, Role, OrganisationID, Language string
}

// CreatePerson adds a person, or, where the address is known, gives the person
// the further role.
func CreatePerson(tx *workflows.Tx, in NewPerson) (*Person, error) {
	var p workflows.Problems
	state, err := stateFor(tx, &p, in.State, "person")
	if err != nil {
		return nil, err
	}
	p.Text("name", in.Name, workflows.MaxName, true)
	email := p.Email("email", in.Email)
	p.OneOf("role", in.Role, Roles...)
	if err := checkOrganisation(tx, &p, in); err != nil {
		return nil, err
	}
	if err := p.Err(); err != nil {
		return nil, err
	}
	if in.Language == "" {
		in.Language = state.Locale
	}
	person := &Person{ID: workflows.NewID(), Email: email, Name: strings.TrimSpace(in.Name), Language: p.Language("language", in.Language), CreatedAt: tx.Now}
	if in.OrganisationID != "" {
		person.OrganisationID = &in.OrganisationID
	}
	if err := p.Err(); err != nil {
		return nil, err
	}
	if person, err = storePerson(tx, person, in.State); err != nil {
		return nil, err
	}
	return person, Grant(tx, person, in.Role, in.State, in.OrganisationID)
}

func checkOrganisation(tx *workflows.Tx, p *workflows.Problems, in NewPerson) error {
	if in.OrganisationID == "" {
		if in.Role == "contributor" || in.Role == "observer" {
			p.Add("organisation_id", "required")
		}
		return nil
	}
	var o Organisation
	err := tx.One(&o, "id = ? AND state_code = ?", in.OrganisationID, in.State)
	if workflows.IsKind(err, workflows.NotFound) {
		p.Add("organisation_id", "unknown_organisation")
		return nil
	}
	return err
}

func storePerson(tx *workflows.Tx, person *Person, state string) (*Person, error) {
	fresh, err := tx.InsertOnce(person, "email")
	if err != nil {
		return nil, fmt.Errorf("store person: %w", err)
	}
	if fresh {
		return person, tx.Record(workflows.Entry{State: state, Action: "create", Object: "person", ObjectID: person.ID})
	}
	var known Person
	return &known, tx.One(&known, "email = ?", person.Email)
}

// Grant gives a person a role in a state; holding it already is no error.
func Grant(tx *workflows.Tx, person *Person, role, state, organisationID string) error {
	if err := tx.Check("assignment", "grant", policies.Target{State: state}); err != nil {
		return err
	}
	held, err := Assignments(tx, person.ID)
	if err != nil {
		return err
	}
	same := func(a Assignment) bool {
		return a.Role == role && a.StateCode == state && deref(a.OrganisationID) == organisationID
	}
	if slices.ContainsFunc(held, same) {
		return nil
	}
	a := &Assignment{ID: workflows.NewID(), PersonID: person.ID, Role: role, StateCode: state, GrantedBy: tx.Actor.ID, GrantedAt: tx.Now}
	if organisationID != "" {
		a.OrganisationID = &organisationID
	}
	if err := tx.Insert(a); err != nil {
		if workflows.IsDuplicate(err) {
			return workflows.Refuse(workflows.Conflict, "changed_meanwhile", "Object", "assignment")
		}
		return fmt.Errorf("store assignment: %w", err)
	}
	return tx.Record(workflows.Entry{State: state, Action: "grant", Object: "assignment", ObjectID: a.ID, To: role, Reason: person.ID})
}

// SetHead says whether the holder of a role as contributor signs off what the
// organisation answers.
func SetHead(tx *workflows.Tx, assignmentID string, head bool) error {
	var a Assignment
	if err := tx.One(&a, "id = ? AND revoked_at IS NULL", assignmentID); err != nil {
		return err
	}
	if err := tx.Check("assignment", "grant", policies.Target{State: a.StateCode}); err != nil {
		return err
	}
	if a.Role != "contributor" || a.OrganisationID == nil {
		return workflows.Refuse(workflows.Conflict, "no_head_of_this")
	}
	if err := tx.DB().Model(&a).Where("id = ?", a.ID).Update("head", head).Error; err != nil {
		return fmt.Errorf("change assignment: %w", err)
	}
	action := "appoint_head"
	if !head {
		action = "release_head"
	}
	return tx.Record(workflows.Entry{State: a.StateCode, Action: action, Object: "assignment", ObjectID: a.ID, Reason: a.PersonID})
}

// Heads lists the people who sign off what the organisation answers.
func Heads(tx *workflows.Tx, organisationID string) ([]Person, error) {
	var out []Person
	heads := tx.DB().Model(&Assignment{}).Select("person_id").Where("organisation_id = ? AND head AND revoked_at IS NULL", organisationID)
	if err := tx.DB().Where("disabled_at IS NULL AND id IN (?)", heads).Order("id").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read heads: %w", err)
	}
	return out, nil
}

// Heading returns the ids of the organisations for which the person signs off.
func Heading(tx *workflows.Tx, personID string) (map[string]bool, error) {
	var ids []string
	err := tx.DB().Model(&Assignment{}).Where("person_id = ? AND head AND revoked_at IS NULL", personID).Pluck("organisation_id", &ids).Error
	out := map[string]bool{}
	for _, id := range ids {
		out[id] = true
	}
	return out, err
}

// Revoke takes a role away, from the next request on.
func Revoke(tx *workflows.Tx, assignmentID string) error {
	var a Assignment
	if err := tx.One(&a, "id = ? AND revoked_at IS NULL", assignmentID); err != nil {
		return err
	}
	if err := tx.Check("assignment", "revoke", policies.Target{State: a.StateCode}); err != nil {
		return err
	}
	if err := checkLast(tx, a); err != nil {
		return err
	}
	res := tx.DB().Model(&Assignment{}).Where("id = ? AND revoked_at IS NULL", a.ID).Update("revoked_at", tx.Now)
	if res.Error != nil {
		return fmt.Errorf("revoke assignment: %w", res.Error)
	}
	if res.RowsAffected != 1 {
		return workflows.Refuse(workflows.Conflict, "changed_meanwhile", "Object", "assignment")
	}
	return tx.Record(workflows.Entry{State: a.StateCode, Action: "revoke", Object: "assignment", ObjectID: a.ID, From: a.Role, Reason: a.PersonID})
}

// checkLast keeps a state from being left without an administrator: nobody could
// add another.
func checkLast(tx *workflows.Tx, a Assignment) error {
	if a.Role != "administrator" {
		return nil
	}
	others, err := Holders(tx, a.StateCode, "administrator")
	if err != nil {
		return err
	}
	if slices.ContainsFunc(others, func(p Person) bool { return p.ID != a.PersonID }) {
		return nil
	}
	return workflows.Refuse(workflows.Conflict, "last_administrator")
}

// Assignments lists the roles a person holds now.
func Assignments(tx *workflows.Tx, personID string) ([]Assignment, error) {
	var out []Assignment
	return out, tx.DB().Where("person_id = ? AND revoked_at IS NULL", personID).Order("id").Find(&out).Error
}

// Listed is a person with the roles they hold in the state asked for.
type Listed struct {
	Person
	Assignments []Assignment `gorm:"-"`
}

// TableName is where GORM keeps people.
func (Listed) TableName() string { return "people" }

// People lists those who hold or held a role in the state.
func People(tx *workflows.Tx, state string, page workflows.Page) ([]Listed, string, error) {
	if err := tx.Check("person", "read", policies.Target{State: state}); err != nil {
		return nil, "", err
	}
	q := tx.DB().Where("id IN (?)", tx.DB().Model(&Assignment{}).Select("person_id").Where("state_code = ?", state))
	people, next, err := workflows.Rows(q, "id", page, func(p Listed) string { return p.ID })
	if err != nil {
		return nil, "", err
	}
	for i := range people {
		held, err := Assignments(tx, people[i].ID)
		if err != nil {
			return nil, "", err
		}
		people[i].Assignments = slices.DeleteFunc(held, func(a Assignment) bool { return a.StateCode != state })
	}
	return people, next, nil
}

// PersonByEmail finds an account that is not disabled; NotFound if none.
func PersonByEmail(tx *workflows.Tx, email string) (*Person, error) {
	var p Person
	return &p, tx.One(&p, "email = ? AND disabled_at IS NULL", strings.ToLower(strings.TrimSpace(email)))
}

// ActorOf returns the person as an actor with the roles they hold at this
// moment, that of an adviser in the reviews they are asked in among them. A disabled person is NotFound.
func ActorOf(tx *workflows.Tx, personID string) (workflows.Actor, error) {
	var p Person
	if err := tx.One(&p, "id = ? AND disabled_at IS NULL", personID); err != nil {
		return workflows.Actor{}, err
	}
	held, err := Assignments(tx, p.ID)
	if err != nil {
		return workflows.Actor{}, fmt.Errorf("read roles: %w", err)
	}
	a := workflows.Actor{Subject: policies.Subject{ID: "user:" + p.ID}, Name: p.Name, Language: p.Language}
	for _, h := range held {
		a.Roles = append(a.Roles, policies.Held{Role: "role:" + h.Role, State: h.StateCode, OrganisationID: deref(h.OrganisationID)})
	}
	var advises []policies.Held
	err = tx.DB().Table("review_assignments").Distinct("state_code AS state, consultation_id").
		Where("person_id = ? AND kind = 'advisory' AND ended = ''", p.ID).Order("consultation_id").Scan(&advises).Error
	if err != nil {
		return workflows.Actor{}, fmt.Errorf("read what they advise on: %w", err)
	}
	for _, h := range advises {
		h.Role = policies.Adviser
		a.Roles = append(a.Roles, h)
	}
	return a, nil
}

// WorksFor lists the organisations a person works or answers for.
func WorksFor(tx *workflows.Tx, personID string) ([]string, error) {
	var p Person
	if err := tx.One(&p, "id = ?", personID); err != nil {
		return nil, err
	}
	held, err := Assignments(tx, personID)
	if err != nil {
		return nil, fmt.Errorf("read roles: %w", err)
	}
	var out []string
	for _, id := range append([]*string{p.OrganisationID}, organisations(held)...) {
		if id != nil && !slices.Contains(out, *id) {
			out = append(out, *id)
		}
	}
	return out, nil
}

func organisations(held []Assignment) []*string {
	out := make([]*string, len(held))
	for i, a := range held {
		out[i] = a.OrganisationID
	}
	return out
}

// Holders lists the people not disabled who hold any of the roles in the
// state: those to be told of what waits for such a role.
func Holders(tx *workflows.Tx, state string, roles ...string) ([]Person, error) {
	var out []Person
	holders := tx.DB().Model(&Assignment{}).Select("person_id").Where("state_code = ? AND role IN ? AND revoked_at IS NULL", state, roles)
	err := tx.DB().Where("disabled_at IS NULL AND id IN (?)", holders).Order("id").Find(&out).Error
	return out, err
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// Found makes the person who added a state its first administrator; nobody
// else could. A state that has one is Conflict.
func Found(tx *workflows.Tx, state string) error {
	var n int64
	if err := tx.DB().Model(&Assignment{}).Where("state_code = ?", state).Count(&n).Error; err != nil {
		return fmt.Errorf("look for administrators: %w", err)
	}
	if n > 0 || !tx.Actor.IsPerson() {
		return workflows.Refuse(workflows.Conflict, "state_exists", "Code", state)
	}
	a := &Assignment{
		ID: workflows.NewID(), PersonID: tx.Actor.PersonID(), Role: "administrator", StateCode: state,
		GrantedBy: tx.Actor.ID, GrantedAt: tx.Now,
	}
	if err := tx.Insert(a); err != nil {
		return fmt.Errorf("store assignment: %w", err)
	}
	return tx.Record(workflows.Entry{State: state, Action: "grant", Object: "assignment", ObjectID: a.ID, To: a.Role, Reason: a.PersonID})
}

// ByActors returns the people among actors ("user:…").
func ByActors(tx *workflows.Tx, actors []string) ([]Person, error) {
	var ids []string
	for _, a := range actors {
		if id, ok := strings.CutPrefix(a, "user:"); ok {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	var people []Person
	if err := tx.DB().Where("id IN ?", ids).Find(&people).Error; err != nil {
		return nil, fmt.Errorf("read names: %w", err)
	}
	return people, nil
}

// NamesOf returns the names of people by their actor ids ("user:…"), for
// readers of what they did. Other actors are left out.
func NamesOf(tx *workflows.Tx, actors []string) (map[string]string, error) {
	people, err := ByActors(tx, actors)
	out := map[string]string{}
	for _, p := range people {
		out["user:"+p.ID] = p.Name
	}
	return out, err
}

// WorksIn says whether the person has a role in the state.
func WorksIn(tx *workflows.Tx, personID, state string) (bool, error) {
	a, err := ActorOf(tx, personID)
	if workflows.IsKind(err, workflows.NotFound) {
		return false, nil
	}
	return err == nil && slices.ContainsFunc(a.Roles, func(h policies.Held) bool { return h.State == state }), err
}
