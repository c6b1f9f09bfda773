// Package policies decides who may do what. It is the only place that knows
// Casbin: the rules are policy.csv, read once and never changed while running;
// the roles a person holds come with each request, so that a role taken away
// is gone at the next one. It refuses to start on an empty or malformed policy
// and answers "no" to whatever no line allows, errors included.
package policies

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"
	stringadapter "github.com/casbin/casbin/v2/persist/string-adapter"
)

//go:embed model.conf
var modelText string

//go:embed policy.csv
var policyText string

// Roles, as policy.csv names them. Subjects never carry this prefix, so no
// id can be mistaken for a role.
const (
	Public        = "role:public"
	Administrator = "role:administrator"
	Official      = "role:official"
	Reviewer      = "role:reviewer"
	Contributor   = "role:contributor"
	Observer      = "role:observer"
	Partner       = "role:partner"
	Auditor       = "role:auditor"
	Adviser       = "role:adviser" // of one consultation, by being asked in its review
)

// Held is one role a subject holds: in a state, for an organisation where the
// role speaks for one, and for one consultation only where it came with a link
// to it.
type Held struct {
	Role           string
	State          string
	OrganisationID string
	ConsultationID string
}

// Subject is who asks. ID has a kind before a colon ("user:…",
// "invitation:…", "respondent:…"); it is empty for a visitor without account.
type Subject struct {
	ID    string
	Roles []Held
}

// Target is what is asked for, as far as a condition needs to know it.
type Target struct {
	State           string // code of the state it belongs to; required
	ConsultationID  string
	OrganisationID  string
	OwnerID         string // subject id of the person it belongs to
	Public          bool   // open to everyone
	Invited         []string
	Confidentiality string // of a comment or submission: public, name_withheld, participants, confidential
}

// Policy answers questions about rights. It is safe for concurrent use.
type Policy struct {
	enforcer *casbin.Enforcer
	rules    []Rule
}

// Rule is one line of policy.csv.
type Rule struct{ Role, Object, Action, Condition string }

// Load reads the embedded rules.
func Load() (*Policy, error) { return parse(policyText) }

func parse(text string) (*Policy, error) {
	m, err := model.NewModelFromString(modelText)
	if err != nil {
		return nil, fmt.Errorf("read policy model: %w", err)
	}
	rules, err := parseRules(text)
	if err != nil {
		return nil, err
	}
	e, err := casbin.NewEnforcer(m, stringadapter.NewAdapter(text))
	if err != nil {
		return nil, fmt.Errorf("load policy: %w", err)
	}
	e.AddFunction("holds", holdsFunc)
	e.AddFunction("meets", meetsFunc)
	return &Policy{enforcer: e, rules: rules}, nil
}

func parseRules(text string) ([]Rule, error) {
	var rules []Rule
	for n, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, ",")
		for i := range f {
			f[i] = strings.TrimSpace(f[i])
		}
		if len(f) != 5 || f[0] != "p" || slices.Contains(f, "") || !strings.HasPrefix(f[1], "role:") {
			return nil, fmt.Errorf("policy.csv line %d: want p, role:…, object, action, condition", n+1)
		}
		if _, known := conditions[f[4]]; !known {
			return nil, fmt.Errorf("policy.csv line %d: unknown condition %q", n+1, f[4])
		}
		rules = append(rules, Rule{f[1], f[2], f[3], f[4]})
	}
	if len(rules) == 0 {
		return nil, errors.New("policy.csv allows nothing: refusing to start without a policy")
	}
	return rules, nil
}

// Allows says whether the subject may do the action on the object. Empty
// words and errors of the enforcer are a "no".
func (p *Policy) Allows(s Subject, object, action string, t Target) bool {
	if object == "" || action == "" {
		return false
	}
	ok, err := p.enforcer.Enforce(s, t.State, object, action, t)
	return err == nil && ok
}

// Conditions lists the conditions under which the subject may do the action on
// objects of the kind in the state, so that a list can be cut down to what
// Allows would let through one by one. None means: nothing.
func (p *Policy) Conditions(s Subject, object, action, state, consultationID string) []string {
	var out []string
	t := Target{State: state, ConsultationID: consultationID}
	for _, r := range p.rules {
		if r.Object == object && r.Action == action && len(held(s, r.Role, t)) > 0 && !slices.Contains(out, r.Condition) {
			out = append(out, r.Condition)
		}
	}
	return out
}

// Rules returns all rules, in the order of the file.
func (p *Policy) Rules() []Rule { return slices.Clone(p.rules) }

// RolesFor lists the roles that may ever do the action on the object.
func (p *Policy) RolesFor(object, action string) []string {
	var out []string
	for _, r := range p.rules {
		if r.Object == object && r.Action == action && !slices.Contains(out, r.Role) {
			out = append(out, r.Role)
		}
	}
	return out
}
