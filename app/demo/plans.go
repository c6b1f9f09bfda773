package demo

import (
	"bytes"
	"encoding/csv"
	"time"

	"jahorina/app/documents/samples"
	"jahorina/workflows"
	"jahorina/workflows/plan"
	"jahorina/workflows/strategy"
)

// leads are the bodies of annex A that the demo's registry has; the other
// measures wait for one.
var leads = map[string]string{"Justice": "Ministry of Justice", "Health": "Ministry of Health / public health institute", "Foreign affairs": "Ministry of Foreign Affairs"}

// actionPlan makes the plan of annex A, by Amina: two measures are adopted, one
// is under way, and everyone may read it. What the text says it costs is not
// what the measures come to.
func (w *world) actionPlan(d *strategy.Draft) error {
	table, err := annexA()
	if err != nil {
		return err
	}
	return w.do("Amina", func(tx *workflows.Tx) error {
		p, err := plan.Create(tx, d.StrategyID, plan.Terms{
			Title: "Action plan 2026 to 2028", StartsOn: time.Date(2026, time.July, 1, 0, 0, 0, 0, time.UTC), EndsOn: time.Date(2028, time.June, 30, 0, 0, 0, 0, time.UTC),
			Stated: &plan.Amount{Minor: 480_000_000, Currency: "EUR"}, StatedIn: "10.1",
		})
		if err != nil {
			return err
		}
		if _, err := plan.Import(tx, p.ID, table, false); err != nil {
			return err
		}
		if _, err := plan.AddAnnex(tx, d.StrategyID, "Annex C, 1", "Security of sites and third-party information", "A made-up statement of threats, to show who can read it."); err != nil {
			return err
		}
		rows, err := plan.Measures(tx, p)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if r.Number != "A1" && r.Number != "A9" {
				continue
			}
			if err := adopt(tx, r); err != nil {
				return err
			}
		}
		_, err = plan.Issue(tx, p.ID)
		return err
	})
}

// adopt says how the measure lasts, and adopts it.
func adopt(tx *workflows.Tx, r plan.Row) error {
	in := plan.Content{
		Number: r.Number, Title: r.Title, Kind: r.Kind, Prevention: true, LeadID: *r.LeadID, Indicator: r.Indicator,
		Upkeep: &plan.Amount{Minor: 500_000, Currency: "EUR"}, UpkeepOwner: r.Lead, OwnFrom: time.Date(2028, time.July, 1, 0, 0, 0, 0, time.UTC),
		StartsOn: time.Date(2026, time.July, 1, 0, 0, 0, 0, time.UTC),
	}
	for _, o := range r.Obligations {
		in.Obligations = append(in.Obligations, o.Code)
	}
	for _, p := range r.Provisions {
		in.Provisions = append(in.Provisions, p.Number)
	}
	for _, p := range r.Needs {
		in.Needs = append(in.Needs, p.Number)
	}
	if _, err := plan.Put(tx, r.ID, r.Version, in); err != nil {
		return err
	}
	if _, err := plan.Apply(tx, r.ID, plan.Adopt, ""); err != nil {
		return err
	}
	if r.Number == "A1" {
		return steps(tx, r.ID)
	}
	_, err := plan.Apply(tx, r.ID, plan.Start, "")
	return err
}

// steps are two milestones of which the second waits for the first, Amina's own.
func steps(tx *workflows.Tx, measureID string) error {
	in := plan.Step{Title: "Draft of the amendment agreed", OwnerID: tx.Actor.PersonID(), DueOn: time.Date(2027, time.January, 15, 0, 0, 0, 0, time.UTC)}
	first, err := plan.AddMilestone(tx, measureID, in)
	if err != nil {
		return err
	}
	in.Title, in.DueOn, in.Needs = "Amendment before parliament", time.Date(2027, time.April, 15, 0, 0, 0, 0, time.UTC), []string{first.ID}
	_, err = plan.AddMilestone(tx, measureID, in)
	return err
}

// annexA is the table of the measures with the bodies of the demo's registry.
func annexA() ([]byte, error) {
	rows, err := csv.NewReader(bytes.NewReader(samples.Measures)).ReadAll()
	if err != nil {
		return nil, err
	}
	const lead, partners = 6, 7
	for _, r := range rows[1:] {
		r[lead], r[partners] = leads[r[lead]], ""
	}
	var out bytes.Buffer
	table := csv.NewWriter(&out)
	err = table.WriteAll(rows)
	return out.Bytes(), err
}
