package workflows

import "jahorina/policies"

// Actor is who does something: a person, someone with an invitation or
// confirmation link, a visitor, or the clock. Every write names one, and the
// record keeps both id and name.
type Actor struct {
	policies.Subject
	Name     string
	Language string // BCP 47
}

// Clock is the actor of what happens because its hour has come. It holds no
// role: the transition tables say what it may do.
var clock = Actor{Subject: policies.Subject{ID: "clock"}, Name: "clock"}

// Clock returns the actor of what happens because its hour has come.
func Clock() Actor { return clock }

// operator is whoever has a shell on the server: they could edit the database
// itself, so the commands they run are bounded by the record alone.
var operator = Actor{Subject: policies.Subject{ID: "operator"}, Name: "operator"}

// Operator returns the actor of commands typed at the server's own shell.
func Operator() Actor { return operator }

// IsPerson says whether the actor signed in with an account.
func (a Actor) IsPerson() bool { return len(a.ID) > 5 && a.ID[:5] == "user:" }

// Holds says whether the actor holds the role in the state.
func (a Actor) Holds(role, state string) bool {
	for _, h := range a.Roles {
		if h.Role == role && h.State == state {
			return true
		}
	}
	return false
}

// OrganisationID returns the organisation the actor answers for in the state,
// or "" if they answer for none.
func (a Actor) OrganisationID(state string) string {
	for _, h := range a.Roles {
		if h.State == state && h.OrganisationID != "" && (h.Role == policies.Contributor || h.Role == policies.Observer) {
			return h.OrganisationID
		}
	}
	return ""
}

// PersonID is the id of the person's row, or "" if the actor is none.
func (a Actor) PersonID() string {
	if !a.IsPerson() {
		return ""
	}
	return a.ID[5:]
}
