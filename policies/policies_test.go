package policies

import (
	"strings"
	"testing"
)

func load(t *testing.T) *Policy {
	t.Helper()
	p, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAllows(t *testing.T) {
	p := load(t)
	official := Subject{ID: "user:1", Roles: []Held{{Role: Official, State: "BA"}}}
	chem := Subject{ID: "user:2", Roles: []Held{{Role: Contributor, State: "BA", OrganisationID: "chem"}}}
	link := Subject{ID: "invitation:9", Roles: []Held{{Role: Contributor, State: "BA", OrganisationID: "chem", ConsultationID: "c1"}}}
	observer := Subject{ID: "user:3", Roles: []Held{{Role: Observer, State: "BA", OrganisationID: "mfa-rs"}}}
	visitor := Subject{}
	open := Target{State: "BA", ConsultationID: "c1", Public: true}
	closed := Target{State: "BA", ConsultationID: "c1", Invited: []string{"chem"}}

	for _, c := range []struct {
		name           string
		who            Subject
		object, action string
		target         Target
		want           bool
	}{
		{"official launches at home", official, "consultation", "create", Target{State: "BA"}, true},
		{"official has no say next door", official, "consultation", "create", Target{State: "RS"}, false},
		{"a role counts for no state when the target names none", official, "consultation", "create", Target{}, false},
		{"official does not decide", official, "review", "decide", Target{State: "BA"}, false},
		{"visitor reads what is public", visitor, "consultation", "read", open, true},
		{"visitor reads nothing else", visitor, "consultation", "read", closed, false},
		{"visitor cannot launch", visitor, "consultation", "create", open, false},
		{"invited organisation reads", chem, "consultation", "read", closed, true},
		{"other organisation does not", Subject{ID: "user:4", Roles: []Held{{Role: Contributor, State: "BA", OrganisationID: "bank"}}}, "consultation", "read", closed, false},
		{"link opens its consultation", link, "submission", "create", closed, true},
		{"link opens no other", link, "submission", "create", Target{State: "BA", ConsultationID: "c2", Invited: []string{"chem"}}, false},
		{"own submission", chem, "submission", "edit", Target{State: "BA", ConsultationID: "c1", OrganisationID: "chem"}, true},
		{"another's submission", chem, "submission", "edit", Target{State: "BA", ConsultationID: "c1", OrganisationID: "bank"}, false},
		{"own as a person", Subject{ID: "respondent:7", Roles: []Held{{Role: Contributor, State: "BA", ConsultationID: "c1"}}}, "submission", "edit", Target{State: "BA", ConsultationID: "c1", OwnerID: "respondent:7"}, true},
		{"nobody owns what has no owner", Subject{Roles: []Held{{Role: Contributor, State: "BA"}}}, "submission", "edit", Target{State: "BA"}, false},
		{"observer sees open comments", observer, "comment", "read", Target{State: "BA", Confidentiality: "public"}, true},
		{"observer sees no confidential ones", observer, "comment", "read", Target{State: "BA", Confidentiality: "confidential"}, false},
		{"participant sees what is shared", chem, "comment", "read", Target{State: "BA", OrganisationID: "bank", Confidentiality: "participants"}, true},
		{"participant sees no confidential ones", chem, "comment", "read", Target{State: "BA", OrganisationID: "bank", Confidentiality: "confidential"}, false},
		{"no empty object", official, "", "create", Target{State: "BA"}, false},
		{"no empty action", official, "consultation", "", Target{State: "BA"}, false},
	} {
		if got := p.Allows(c.who, c.object, c.action, c.target); got != c.want {
			t.Errorf("%s: got %v", c.name, got)
		}
	}
}

func TestAnIDThatLooksLikeARoleGivesNothing(t *testing.T) {
	p := load(t)
	for _, id := range []string{Official, Administrator, "user:" + Official} {
		s := Subject{ID: id, Roles: []Held{{Role: id, State: ""}}}
		if p.Allows(s, "consultation", "create", Target{State: "BA"}) {
			t.Errorf("%q may create a consultation", id)
		}
	}
}

func TestConditionsAgreeWithAllows(t *testing.T) {
	p := load(t)
	observer := Subject{ID: "user:3", Roles: []Held{{Role: Observer, State: "BA", OrganisationID: "x"}}}
	got := p.Conditions(observer, "comment", "read", "BA", "c1")
	if strings.Join(got, "; ") != "own; not confidential" {
		t.Errorf("conditions: %q", got)
	}
	if got := p.Conditions(observer, "comment", "read", "RS", "c1"); len(got) != 0 {
		t.Errorf("conditions next door: %q", got)
	}
}

func TestBadPolicyIsRefused(t *testing.T) {
	for name, text := range map[string]string{
		"empty":             "",
		"only remarks":      "# nothing\n",
		"missing field":     "p, role:official, draft, read\n",
		"empty field":       "p, role:official, , read, always\n",
		"no role prefix":    "p, official, draft, read, always\n",
		"unknown condition": "p, role:official, draft, read, sometimes\n",
	} {
		if _, err := parse(text); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// Every line counts: without it some request that was allowed is refused.
func TestEveryLineMatters(t *testing.T) {
	p := load(t)
	for i, r := range p.rules {
		others := append(append([]Rule{}, p.rules[:i]...), p.rules[i+1:]...)
		for _, o := range others {
			if o == r {
				t.Errorf("line %v stands twice", r)
			}
		}
	}
}
