package demo

import (
	"time"

	"jahorina/workflows"
	"jahorina/workflows/progress"
	"jahorina/workflows/report"
)

// reports tells of two laws that stand in the drafts, and of how many states had
// a national authority in two years.
func (w *world) reports() error {
	return w.do("Amina", func(tx *workflows.Tx) error {
		for _, l := range []report.Text{
			{Kind: "law", Citation: "Made-up act on the control of dual-use goods, Gazette 12/10, Art. 5", Obligations: []string{"1540-OP3D-LIC", "1540-OP3D-EXP", "BWC-III-T", "CWC-VI5T", "SAA-10-3B"}, InForceOn: date(2010, time.March, 1)},
			{Kind: "law", Citation: "Made-up penal code, Gazette 3/03, Art. 201", Obligations: []string{"1540-OP2-CW-ACQ", "1540-OP2-BW-ACQ", "BWC-IV-B", "CWC-VII1A"}, InForceOn: date(2003, time.March, 1)},
		} {
			if _, err := report.AddLaw(tx, State, l); err != nil {
				return err
			}
		}
		for _, f := range []progress.New{{AsOf: date(2003, time.October, 17), Have: 126, OutOf: 155}, {AsOf: date(2008, time.October, 17), Have: 177, OutOf: 184}} {
			f.Subject, f.Whole, f.Source = "States with a National Authority", "States Parties", "Figures of the OPCW for 2003 and 2008; the days are made up"
			if _, err := progress.Add(tx, State, f); err != nil {
				return err
			}
		}
		return nil
	})
}
