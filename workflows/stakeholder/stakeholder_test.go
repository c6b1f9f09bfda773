package stakeholder_test

import (
	"strings"
	"testing"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/stakeholder"
)

// A role taken away is gone at the next request, and only that role.
func TestRevokedRoleIsGoneAtOnce(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		id := strings.TrimPrefix(b.Second.ID, "user:")
		c := b.At(consultation.InClearance)
		clear := func() error {
			return b.Write(now(t, b, id), func(tx *workflows.Tx) error {
				held, err := consultation.Hold(tx, c.ID, false)
				if err != nil {
					return err
				}
				return consultation.Transition(tx, held, consultation.Clear, consultation.Input{})
			})
		}
		held, err := stakeholder.Assignments(b.Read(b.Admin), id)
		if err != nil || len(held) != 1 {
			t.Fatalf("%+v, %v", held, err)
		}
		revoke := func(tx *workflows.Tx) error { return stakeholder.Revoke(tx, held[0].ID) }
		if err := b.Write(b.Official, revoke); !workflows.IsKind(err, workflows.Forbidden) {
			t.Errorf("an official took a role away: %v", err)
		}
		b.Do(b.Admin, revoke)
		if err := clear(); !workflows.IsKind(err, workflows.NotFound) {
			t.Errorf("cleared without the role: %v", err)
		}
		if err := b.Write(b.Admin, revoke); !workflows.IsKind(err, workflows.NotFound) {
			t.Errorf("taken away twice: %v", err)
		}
		b.Do(b.Admin, func(tx *workflows.Tx) error {
			return stakeholder.Grant(tx, &stakeholder.Person{ID: id}, "official", testbed.State, "")
		})
		if err := clear(); err != nil {
			t.Errorf("with the role again: %v", err)
		}
		if b.Count("assignments", "person_id = ?", id) != 2 || b.Count("audit_entries", "action IN ('grant', 'revoke') AND reason = ?", id) != 3 {
			t.Error("the record of granting and taking away is not complete")
		}
	})
}

// now is the person as they would come in with their next request.
func now(t *testing.T, b *testbed.Bed, id string) workflows.Actor {
	t.Helper()
	a, err := stakeholder.ActorOf(b.Read(workflows.Actor{}), id)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// The same thing twice, or at once, is one thing and a clear error.
func TestDuplicates(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		org := b.Organisation("Čovjek i drvo", "civil_society")
		again := func(tx *workflows.Tx) error {
			_, err := stakeholder.CreateOrganisation(tx, stakeholder.NewOrganisation{State: testbed.State, Name: " ČOVJEK  i drvo", Sector: "academia", Email: "x@y.example"})
			return err
		}
		if err := b.Write(b.Admin, again); !workflows.IsKind(err, workflows.Conflict) {
			t.Errorf("an organisation twice: %v", err)
		}
		if err := b.Write(workflows.Operator(), func(tx *workflows.Tx) error { _, err := stakeholder.CreateState(tx, "ba", "Again", "en"); return err }); !workflows.IsKind(err, workflows.Conflict) {
			t.Errorf("a state twice: %v", err)
		}
		person := stakeholder.NewPerson{Email: "Ana@X.example", Name: "Ana", State: testbed.State, Role: "contributor", OrganisationID: org.ID}
		for _, err := range b.Together([]workflows.Actor{b.Admin, b.Admin, b.Admin}, func(_ int, tx *workflows.Tx) error {
			_, err := stakeholder.CreatePerson(tx, person)
			return err
		}) {
			if err != nil && !workflows.IsKind(err, workflows.Conflict) {
				t.Errorf("a person at once: %v", err)
			}
		}
		person.Email = "ana@x.EXAMPLE"
		b.Do(b.Admin, func(tx *workflows.Tx) error { _, err := stakeholder.CreatePerson(tx, person); return err })
		if p, a := b.Count("people", "email = 'ana@x.example'"), b.Count("assignments", "role = 'contributor'"); p != 1 || a != 1 {
			t.Errorf("%d people with %d roles", p, a)
		}
	})
}

func TestBadPeople(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		good := stakeholder.NewPerson{Email: "a@b.example", Name: "A", State: testbed.State, Role: "official"}
		for name, change := range map[string]func(*stakeholder.NewPerson){
			"address":              func(p *stakeholder.NewPerson) { p.Email = "a@b.example\r\nBcc: c@d.example" },
			"name":                 func(p *stakeholder.NewPerson) { p.Name = "\xff" },
			"role":                 func(p *stakeholder.NewPerson) { p.Role = "role:official" },
			"public role":          func(p *stakeholder.NewPerson) { p.Role = "public" },
			"organisation":         func(p *stakeholder.NewPerson) { p.OrganisationID = "x" },
			"needs organisation":   func(p *stakeholder.NewPerson) { p.Role = "contributor" },
			"language":             func(p *stakeholder.NewPerson) { p.Language = "x" },
			"observer without one": func(p *stakeholder.NewPerson) { p.Role = "observer" },
		} {
			in := good
			change(&in)
			if err := b.Write(b.Admin, func(tx *workflows.Tx) error { _, err := stakeholder.CreatePerson(tx, in); return err }); !workflows.IsKind(err, workflows.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for name, by := range map[string]workflows.Actor{"official": b.Official, "auditor": b.Auditor, "visitor": {}} {
			if err := b.Write(by, func(tx *workflows.Tx) error { _, err := stakeholder.CreatePerson(tx, good); return err }); err == nil {
				t.Errorf("%s added a person", name)
			}
		}
		if b.Count("people", "email = 'a@b.example'") != 0 {
			t.Error("someone was stored")
		}
	})
}

func TestDisabledPersonIsNobody(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		id := strings.TrimPrefix(b.Second.ID, "user:")
		if err := b.Store.DB.Exec("UPDATE people SET disabled_at = ? WHERE id = ?", b.Clock.Now(), id).Error; err != nil {
			t.Fatal(err)
		}
		if _, err := stakeholder.ActorOf(b.Read(workflows.Actor{}), id); !workflows.IsKind(err, workflows.NotFound) {
			t.Errorf("a disabled person acts: %v", err)
		}
		holders, err := stakeholder.Holders(b.Read(b.Admin), testbed.State, "official")
		if err != nil || len(holders) != 1 || holders[0].ID == id {
			t.Errorf("told all the same: %+v, %v", holders, err)
		}
	})
}

// A state keeps an administrator: the last one's role cannot be taken away.
func TestTheLastAdministratorStays(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		id := strings.TrimPrefix(b.Admin.ID, "user:")
		held, err := stakeholder.Assignments(b.Read(b.Admin), id)
		if err != nil || len(held) != 1 {
			t.Fatalf("%+v, %v", held, err)
		}
		revoke := func(tx *workflows.Tx) error { return stakeholder.Revoke(tx, held[0].ID) }
		if err := b.Write(b.Admin, revoke); !workflows.IsKind(err, workflows.Conflict) {
			t.Errorf("the last administrator went: %v", err)
		}
		b.Person("Another", "administrator", "")
		b.Do(b.Admin, revoke)
	})
}
