package policies

import (
	"errors"
	"slices"
)

// Conditions of policy.csv.
const (
	Always          = "always"
	Own             = "own"
	OwnOrganisation = "own organisation"
	PublicOnly      = "public"
	Invited         = "invited"
	NotConfidential = "not confidential"
	Participants    = "participants"
)

// conditions say when a line counts, given the roles the subject holds that
// the line speaks of.
var conditions = map[string]func(Subject, []Held, Target) bool{
	Always: func(Subject, []Held, Target) bool { return true },
	Own: func(s Subject, h []Held, t Target) bool {
		return (t.OwnerID != "" && t.OwnerID == s.ID) || ofOrganisation(h, t)
	},
	OwnOrganisation: func(_ Subject, h []Held, t Target) bool { return ofOrganisation(h, t) },
	PublicOnly:      func(_ Subject, _ []Held, t Target) bool { return t.Public },
	Invited: func(_ Subject, h []Held, t Target) bool {
		return t.Public || slices.ContainsFunc(h, func(r Held) bool {
			return r.OrganisationID != "" && slices.Contains(t.Invited, r.OrganisationID)
		})
	},
	NotConfidential: func(_ Subject, _ []Held, t Target) bool { return t.Confidentiality != "confidential" },
	Participants: func(_ Subject, _ []Held, t Target) bool {
		return t.Confidentiality == "public" || t.Confidentiality == "participants" || t.Confidentiality == "name_withheld"
	},
}

func ofOrganisation(h []Held, t Target) bool {
	return t.OrganisationID != "" && slices.ContainsFunc(h, func(r Held) bool { return r.OrganisationID == t.OrganisationID })
}

// held returns the subject's holdings of the role that reach the target: those
// in its state, and of those that came with a link to one consultation only
// the ones to this consultation.
func held(s Subject, role string, t Target) []Held {
	if role == Public {
		return []Held{{Role: Public, State: t.State}}
	}
	var out []Held
	for _, h := range s.Roles {
		if h.Role == role && h.State != "" && h.State == t.State && (h.ConsultationID == "" || h.ConsultationID == t.ConsultationID) {
			out = append(out, h)
		}
	}
	return out
}

var errArguments = errors.New("policy function called with the wrong arguments")

// holdsFunc is holds(r.sub, p.sub, r.dom, r.target) of the model.
func holdsFunc(args ...any) (any, error) {
	if len(args) != 4 {
		return false, errArguments
	}
	s, ok1 := args[0].(Subject)
	role, ok2 := args[1].(string)
	t, ok3 := args[3].(Target)
	if !ok1 || !ok2 || !ok3 || args[2] != t.State {
		return false, errArguments
	}
	return len(held(s, role, t)) > 0, nil
}

// meetsFunc is meets(p.cond, r.sub, p.sub, r.target) of the model.
func meetsFunc(args ...any) (any, error) {
	if len(args) != 4 {
		return false, errArguments
	}
	cond, ok1 := args[0].(string)
	s, ok2 := args[1].(Subject)
	role, ok3 := args[2].(string)
	t, ok4 := args[3].(Target)
	if !ok1 || !ok2 || !ok3 || !ok4 {
		return false, errArguments
	}
	check, known := conditions[cond]
	return known && check(s, held(s, role, t), t), nil
}
