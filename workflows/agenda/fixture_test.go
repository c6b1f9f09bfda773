package agenda_test

import (
	"testing"

	"gorm.io/gorm"

	"jahorina/app/apptest"
	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/agenda"
	"jahorina/workflows/stakeholder"
)

func bed(t *testing.T) *testbed.Bed {
	t.Helper()
	url := apptest.SQLite(t)
	if err := testbed.Migrate(url); err != nil {
		t.Fatal(err)
	}
	return testbed.Open(t, url)
}

// queries counts those that the person's home takes.
func queries(t *testing.T, b *testbed.Bed, by workflows.Actor) int {
	t.Helper()
	n := 0
	count := func(*gorm.DB) { n++ }
	for _, register := range []func(string, func(*gorm.DB)) error{
		b.Store.DB.Callback().Query().Before("gorm:query").Register, b.Store.DB.Callback().Row().Before("gorm:row").Register,
	} {
		if err := register("count", count); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := agenda.Of(b.Read(by)); err != nil {
		t.Fatal(err)
	}
	for _, remove := range []func(string) error{b.Store.DB.Callback().Query().Remove, b.Store.DB.Callback().Row().Remove} {
		if err := remove("count"); err != nil {
			t.Fatal(err)
		}
	}
	return n
}

func addresses(t *testing.T, b *testbed.Bed, people ...workflows.Actor) (out []string) {
	t.Helper()
	for _, a := range people {
		var p stakeholder.Person
		if err := b.Read(b.Official).One(&p, "id = ?", a.PersonID()); err != nil {
			t.Fatal(err)
		}
		out = append(out, p.Email)
	}
	return out
}
