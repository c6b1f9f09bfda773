// Package stakeholder holds who takes part: states, organisations, people and
// the roles they hold. Roles are read anew for each request, so one taken away
// is gone at the next. It knows no password and no session.
package stakeholder

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"jahorina/policies"
	"jahorina/workflows"
)

// Sectors an organisation can belong to.
var Sectors = []string{"government", "industry", "academia", "civil_society", "international", "regional"}

// Sizes of an organisation by staff, as the European Commission counts
// (Recommendation 2003/361/EC): fewer than 10, 50, 250, and more.
var Sizes = []string{"micro", "small", "medium", "large"}

// State is a country that runs or follows a process. Its code is the domain
// of the policy (ISO 3166-1 alpha-2 where there is one).
type State struct {
	Code      string `gorm:"primaryKey"`
	Name      string
	Locale    string // BCP 47: the language of its people unless they choose
	CreatedAt time.Time
}

// Organisation is a ministry, agency, association, company, university, NGO,
// IGO or treaty body.
type Organisation struct {
	ID         string
	StateCode  string
	Name       string
	NameFolded string
	Sector     string
	Email      string
	Language   string // BCP 47
	Region     string // of the country, in its own words; "" if not given
	Size       string // one of Sizes, "" if not given
	// SignOffRequired says that only a head of the organisation may put its
	// answers into the record.
	SignOffRequired bool
	Version         int64
	CreatedAt       time.Time
	UpdatedAt       *time.Time
}

// CreateState adds a state. Code is two to eight letters or digits.
func CreateState(tx *workflows.Tx, code, name, locale string) (*State, error) {
	code = strings.ToUpper(strings.TrimSpace(code))
	var p workflows.Problems
	if len(code) < 2 || len(code) > 8 || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
		p.Add("code", "bad_state_code")
	}
	p.Text("name", name, workflows.MaxName, true)
	s := &State{Code: code, Name: name, Locale: p.Language("locale", locale), CreatedAt: tx.Now}
	if err := p.Err(); err != nil {
		return nil, err
	}
	// A new state is for an administrator of any state to add.
	if err := checkAnywhere(tx, "state", "create"); err != nil {
		return nil, err
	}
	fresh, err := tx.InsertOnce(s, "code")
	if err != nil {
		return nil, fmt.Errorf("store state: %w", err)
	}
	if !fresh {
		return nil, workflows.Refuse(workflows.Conflict, "state_exists", "Code", code)
	}
	return s, tx.Record(workflows.Entry{State: code, Action: "create", Object: "state", ObjectID: code})
}

func checkAnywhere(tx *workflows.Tx, object, action string) error {
	for _, h := range tx.Actor.Roles {
		if tx.May(object, action, policies.Target{State: h.State}) {
			return nil
		}
	}
	return tx.Check(object, action, policies.Target{})
}

// States lists all states by code.
func States(tx *workflows.Tx) ([]State, error) {
	var out []State
	return out, tx.DB().Order("code").Find(&out).Error
}

// GetState returns a state; states are public.
func GetState(tx *workflows.Tx, code string) (*State, error) {
	var s State
	return &s, tx.One(&s, "code = ?", code)
}

// NewOrganisation is what CreateOrganisation needs.
type NewOrganisation struct {
	State, Name, Sector, Email string
	Language                   string // empty: the state's
	Region, Size               string // both may be empty
	SignOffRequired            bool   // only a head may submit for it
}

// CreateOrganisation adds an organisation to a state.
func CreateOrganisation(tx *workflows.Tx, in NewOrganisation) (*Organisation, error) {
	var p workflows.Problems
	state, err := stateFor(tx, &p, in.State, "organisation")
	if err != nil {
		return nil, err
	}
	o := &Organisation{ID: workflows.NewID(), StateCode: in.State, Version: 1, CreatedAt: tx.Now}
	if in.Region, err = spelled(tx, in.State, in.Region); err != nil {
		return nil, err
	}
	o.describe(&p, in, state)
	if err := p.Err(); err != nil {
		return nil, err
	}
	fresh, err := tx.InsertOnce(o, "state_code", "name_folded")
	if err != nil {
		return nil, fmt.Errorf("store organisation: %w", err)
	}
	if !fresh {
		return nil, workflows.Refuse(workflows.Conflict, "organisation_exists", "Name", o.Name)
	}
	return o, tx.Record(workflows.Entry{State: o.StateCode, Action: "create", Object: "organisation", ObjectID: o.ID})
}

// describe takes over what is said of the organisation, and notes what is wrong
// with it.
func (o *Organisation) describe(p *workflows.Problems, in NewOrganisation, state *State) {
	p.Text("name", in.Name, workflows.MaxName, true)
	p.OneOf("sector", in.Sector, Sectors...)
	p.Text("region", in.Region, workflows.MaxName, false)
	if in.Size != "" {
		p.OneOf("size", in.Size, Sizes...)
	}
	o.Name, o.NameFolded, o.Sector = strings.TrimSpace(in.Name), workflows.FoldName(in.Name), in.Sector
	o.Region, o.Size = strings.TrimSpace(in.Region), in.Size
	o.SignOffRequired = in.SignOffRequired
	o.Email = p.Email("email", in.Email)
	if o.Language = in.Language; o.Language == "" {
		o.Language = state.Locale
	}
	p.Language("language", o.Language)
}

// Regions lists, in the order of letters, the regions that organisations of the
// state have.
func Regions(tx *workflows.Tx, state string) ([]string, error) {
	if err := tx.Check("organisation", "read", policies.Target{State: state}); err != nil {
		return nil, err
	}
	return regions(tx, state)
}

func regions(tx *workflows.Tx, state string) ([]string, error) {
	var out []string
	if err := tx.DB().Model(&Organisation{}).Where("state_code = ? AND region <> ''", state).Distinct().Pluck("region", &out).Error; err != nil {
		return nil, fmt.Errorf("read regions: %w", err)
	}
	slices.Sort(out)
	return out, nil
}

// spelled is the region as others of the state spell it, so that small and
// capital letters don't make two of one.
func spelled(tx *workflows.Tx, state, region string) (string, error) {
	known, err := regions(tx, state)
	if err != nil {
		return "", err
	}
	for _, r := range known {
		if workflows.FoldName(r) == workflows.FoldName(region) {
			return r, nil
		}
	}
	return region, nil
}

// EditOrganisation changes what is said of an organisation; its state stays.
// version is the one the editor saw.
func EditOrganisation(tx *workflows.Tx, id string, version int64, in NewOrganisation) (*Organisation, error) {
	o, err := GetOrganisation(tx, id)
	if err != nil {
		return nil, err
	}
	if err := tx.Check("organisation", "edit", policies.Target{State: o.StateCode, OrganisationID: o.ID}); err != nil {
		return nil, err
	}
	state, err := GetState(tx, o.StateCode)
	if err != nil {
		return nil, err
	}
	if in.Region, err = spelled(tx, o.StateCode, in.Region); err != nil {
		return nil, err
	}
	var p workflows.Problems
	o.describe(&p, in, state)
	if err := p.Err(); err != nil {
		return nil, err
	}
	var same int64
	if err := tx.DB().Model(o).Where("state_code = ? AND name_folded = ? AND id <> ?", o.StateCode, o.NameFolded, o.ID).Count(&same).Error; err != nil {
		return nil, fmt.Errorf("look for the name: %w", err)
	}
	if same > 0 {
		return nil, workflows.Refuse(workflows.Conflict, "organisation_exists", "Name", o.Name)
	}
	if err := tx.Update("organisations", o.ID, version, map[string]any{
		"name": o.Name, "name_folded": o.NameFolded, "sector": o.Sector, "email": o.Email, "language": o.Language, "region": o.Region, "size": o.Size,
		"sign_off_required": o.SignOffRequired,
	}); err != nil {
		return nil, fmt.Errorf("change organisation: %w", err)
	}
	o.Version = version + 1
	return o, tx.Record(workflows.Entry{State: o.StateCode, Action: "edit", Object: "organisation", ObjectID: o.ID})
}

// stateFor looks up the state something is to be created in, and checks the
// right to. A state there is not is noted in p, for the field to be named beside
// what else is wrong.
func stateFor(tx *workflows.Tx, p *workflows.Problems, code, object string) (*State, error) {
	s, err := GetState(tx, code)
	if workflows.IsKind(err, workflows.NotFound) {
		p.Add("state", "unknown_state", "Code", code)
		return &State{}, nil
	}
	if err != nil {
		return nil, err
	}
	return s, tx.Check(object, "create", policies.Target{State: code})
}

// GetOrganisation returns an organisation the actor may see.
func GetOrganisation(tx *workflows.Tx, id string) (*Organisation, error) {
	var o Organisation
	if err := tx.One(&o, "id = ?", id); err != nil {
		return nil, err
	}
	return &o, tx.Check("organisation", "read", policies.Target{State: o.StateCode, OrganisationID: o.ID})
}

// Filter cuts down a list of organisations.
type Filter struct {
	Sectors []string // any of them; none: all
	Query   string   // part of the name
}

// Organisations lists the organisations of a state, in order of creation.
func Organisations(tx *workflows.Tx, state string, f Filter, page workflows.Page) ([]Organisation, string, error) {
	if err := tx.Check("organisation", "read", policies.Target{State: state}); err != nil {
		return nil, "", err
	}
	var p workflows.Problems
	p.Search("sector", f.Sectors...)
	p.Search("q", f.Query)
	if err := p.Err(); err != nil {
		return nil, "", err
	}
	q := tx.DB().Where("state_code = ?", state)
	if len(f.Sectors) > 0 {
		q = q.Where("sector IN ?", f.Sectors)
	}
	if f.Query != "" {
		q = q.Where(`name_folded LIKE ? ESCAPE '\'`, workflows.LikePart(workflows.FoldName(f.Query)))
	}
	return workflows.Rows(q, "id", page, func(o Organisation) string { return o.ID })
}

// Names returns the names of organisations by id, for lists whose reader may
// see them anyway.
func Names(tx *workflows.Tx, ids []string) (map[string]Organisation, error) {
	out := make(map[string]Organisation, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	var rows []Organisation
	if err := tx.DB().Where("id IN ?", ids).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read organisations: %w", err)
	}
	for _, o := range rows {
		out[o.ID] = o
	}
	return out, nil
}
