package workflows_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"jahorina/app/apptest/testbed"
	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/stakeholder"
)

// order is a request that makes an organisation.
type order struct{ Name string }

func (o order) make(tx *workflows.Tx) (string, error) {
	org, err := stakeholder.CreateOrganisation(tx, stakeholder.NewOrganisation{State: testbed.State, Name: o.Name, Sector: "industry", Email: "a@b.example"})
	if err != nil {
		return "", err
	}
	return org.ID, nil
}

func once(b *testbed.Bed, by workflows.Actor, key string, o order) (id string, err error) {
	err = b.Write(by, func(tx *workflows.Tx) error {
		id, err = workflows.Once(tx, key, o, func() (string, error) { return o.make(tx) })
		return err
	})
	return id, err
}

// The same request sent fifty times at once does one thing and has one answer.
func TestSameRequestAtOnce(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		var wg sync.WaitGroup
		start := make(chan struct{})
		var ids [50]string
		var errs [50]error
		for i := range ids {
			wg.Go(func() {
				<-start
				ids[i], errs[i] = once(b, b.Admin, "key-1", order{"Chemical Industry"})
			})
		}
		close(start)
		wg.Wait()
		if err := errors.Join(errs[:]...); err != nil {
			t.Fatal(err)
		}
		for _, id := range ids {
			if id != ids[0] || id == "" {
				t.Fatalf("answers differ: %q and %q", ids[0], id)
			}
		}
		if n := b.Count("organisations", "1 = 1"); n != 1 {
			t.Errorf("%d organisations", n)
		}
		if n := b.Count("audit_entries", "object = 'organisation'"); n != 1 {
			t.Errorf("%d entries in the record", n)
		}
	})
}

func TestKeys(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		first, err := once(b, b.Admin, "k", order{"First"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := once(b, b.Admin, "k", order{"Other body"}); !workflows.IsKind(err, workflows.Conflict) {
			t.Errorf("the key of another request: %v", err)
		}
		if id, err := once(b, b.Official, "k", order{"Official's"}); err != nil || id == first {
			t.Errorf("another person's key: %q, %v", id, err)
		}
		// A request that failed may be mended and sent again under its key.
		if _, err := once(b, b.Admin, "failed", order{""}); !workflows.IsKind(err, workflows.Invalid) {
			t.Errorf("an organisation without a name: %v", err)
		}
		if _, err := once(b, b.Admin, "failed", order{"Mended"}); err != nil {
			t.Errorf("sent again after a failure: %v", err)
		}
		// Whoever may not do it does not get the answer of one who may.
		stranger := workflows.Actor{Subject: policies.Subject{ID: "user:x"}}
		if _, err := once(b, stranger, "k", order{"First"}); !workflows.IsKind(err, workflows.Forbidden) {
			t.Errorf("a stranger: %v", err)
		}
		for _, key := range []string{strings.Repeat("k", workflows.MaxKey+1), "a\x00b", "a\xffb"} {
			if _, err := once(b, b.Admin, key, order{"Never"}); !workflows.IsKind(err, workflows.Invalid) {
				t.Errorf("key %q: %v", key, err)
			}
		}
		for range 2 { // without a key nothing is kept: the second meets the first
			_, err = once(b, b.Admin, "", order{"Keyless"})
		}
		if !workflows.IsKind(err, workflows.Conflict) {
			t.Errorf("twice without a key: %v", err)
		}
		if n := b.Count("organisations", "name = 'Never' OR name = 'Other body'"); n != 0 {
			t.Errorf("%d refused requests left something", n)
		}
	})
}

// A key that visitors send is nobody's own: one who takes it first neither keeps
// another from theirs nor gets their answer.
func TestVisitorsShareNoKey(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		did := 0
		ask := func(request string) (answer string, err error) {
			err = b.Write(workflows.Actor{}, func(tx *workflows.Tx) error {
				answer, err = workflows.Once(tx, "1", request, func() (string, error) { did++; return "to " + request, nil })
				return err
			})
			return answer, err
		}
		for _, request := range []string{"one", "other", "one"} {
			if answer, err := ask(request); err != nil || answer != "to "+request {
				t.Errorf("%s: %q, %v", request, answer, err)
			}
		}
		if did != 2 {
			t.Errorf("done %d times, want 2", did)
		}
	})
}
