package notify

import (
	"strings"
	"testing"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/translation"
)

// A mail names the consultation in its own language, if the title is translated
// into that.
func TestTheTitleIsInTheLanguageOfTheMail(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		r := rigged(t, b)
		org := b.Organisation("Chemical Industry", "industry")
		in := b.New(b.Draft(testbed.Text).ID)
		in.Title, in.Language = "Javna rasprava", "bs"
		c := b.Consultation(in, org)
		b.Do(b.Official, func(tx *workflows.Tx) error {
			_, err := translation.Put(tx, translation.Consultation, c.ID, "title", "en", translation.New{Text: "Public debate"})
			return err
		})
		b.Bring(c, consultation.Open)
		r.settle()
		m := r.wait(org.Email, "Public debate")
		if strings.Contains(m.Text, "Javna rasprava") || !strings.Contains(m.Text, "Public debate") {
			t.Errorf("the mail says:\n%s", m.Text)
		}
	})
}
