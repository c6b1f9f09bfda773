package demo

import (
	"fmt"
	"strings"

	"jahorina/app/documents/samples"
	"jahorina/workflows"
	"jahorina/workflows/stakeholder"
)

// kinds are the kinds of actors, by their code in the sample registry, of which
// the demo has one organisation each beside those that commented.
var kinds = []string{"GOV-MFA", "GOV-JUS", "GOV-HEA", "IND-CHA", "IND-COC", "ACA-UNI", "ACA-BSA", "CSO-SEC", "CSO-ENV", "REG-RCC", "GOV-NUC", "IND-NUC"}

// registry adds state, organisations and people.
func (w *world) registry() error {
	err := w.do("", func(tx *workflows.Tx) error {
		_, err := stakeholder.CreateState(tx, State, "Republic of Jahorina", "en")
		return err
	})
	if err != nil {
		return err
	}
	if err := w.organisations(); err != nil {
		return err
	}
	for _, p := range People {
		if err := w.person(p); err != nil {
			return fmt.Errorf("add %s: %w", p.Name, err)
		}
	}
	return nil
}

func (w *world) person(p Person) error {
	return w.do("", func(tx *workflows.Tx) error {
		in := stakeholder.NewPerson{Email: p.Email, Name: p.Name, State: State, Role: p.Role}
		if p.Organisation != "" {
			in.OrganisationID = w.organisation(p.Organisation).ID
		}
		person, err := stakeholder.CreatePerson(tx, in)
		if err != nil {
			return err
		}
		first, _, _ := strings.Cut(p.Name, " ")
		w.people[first], err = stakeholder.ActorOf(tx, person.ID)
		return err
	})
}

func (w *world) organisations() error {
	comments, err := samples.Comments()
	if err != nil {
		return err
	}
	types, err := samples.Stakeholders()
	if err != nil {
		return err
	}
	type newcomer struct{ name, sector, language string }
	var all []newcomer
	for _, code := range kinds {
		for _, t := range types {
			if t.Code == code {
				all = append(all, newcomer{t.Type, sector(t.Sector), "en"})
			}
		}
	}
	for _, c := range comments {
		if !strings.HasPrefix(c.Organisation, "Citizens' comment") {
			all = append(all, newcomer{c.Organisation, sector(c.Sector), c.Language})
		}
	}
	return w.do("", func(tx *workflows.Tx) error {
		for _, n := range all {
			if w.organisation(n.name).ID != "" {
				continue
			}
			o, err := stakeholder.CreateOrganisation(tx, stakeholder.NewOrganisation{
				State: State, Name: n.name, Sector: n.sector, Language: n.language, Email: fmt.Sprintf("office%d@%s.example", len(w.orgs)+1, strings.ReplaceAll(n.sector, "_", "-")),
				Region: regions[len(w.orgs)%len(regions)], Size: stakeholder.Sizes[len(w.orgs)*3%7%4],
			})
			if err != nil {
				return fmt.Errorf("add %s: %w", n.name, err)
			}
			w.orgs = append(w.orgs, *o)
		}
		return nil
	})
}

// organisation finds one by its name; its zero value if there is none.
func (w *world) organisation(name string) stakeholder.Organisation {
	folded := workflows.FoldName(name)
	for _, o := range w.orgs {
		if o.NameFolded == folded {
			return o
		}
	}
	return stakeholder.Organisation{}
}

// sector writes a sample's sector as the registry does.
func sector(s string) string { return strings.ReplaceAll(s, "-", "_") }

// regions the organisations are in; of some it is not known.
var regions = []string{"Sarajevo", "Banja Luka", "Mostar", "", "Tuzla", "Sarajevo"}
