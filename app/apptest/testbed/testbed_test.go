package testbed_test

import (
	"testing"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows/consultation"
)

// Every state can be brought about, so that the tests of others can rely on it.
func TestAtEveryState(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		org := b.Organisation("Chemical Industry", "industry")
		for _, state := range []string{
			consultation.Draft, consultation.InClearance, consultation.Scheduled, consultation.Open, consultation.Closed,
			consultation.InReview, consultation.Approved, consultation.Published, consultation.Withdrawn,
		} {
			if c := b.At(state, org); c.State != state {
				t.Errorf("asked for %s, got %s", state, c.State)
			}
		}
	})
}
