package demo

import (
	"fmt"
	"slices"

	"jahorina/workflows"
	"jahorina/workflows/coverage"
	"jahorina/workflows/implementation"
	"jahorina/workflows/stakeholder"
)

// second is another neighbour that runs its process here.
const second = "XO"

// uncovered are the obligations of resolution 1540 for which the state has done
// nothing yet: those of the rows named in gaps.
var uncovered = []string{"1540-OP3D-IND", "1540-OP3D-GEN", "1540-OP3D-DEE"}

// saying is a status that a state states of some of its obligations.
type saying struct {
	implementation.Statement
	of func(i int, o *coverage.Obligation) bool
}

// coverage says how far the state and its two neighbours are with resolution 1540
// and the treaties around it, by Amina; the neighbours have told everyone.
func (w *world) coverage() error {
	err := w.do("", func(tx *workflows.Tx) error {
		_, err := stakeholder.CreateState(tx, second, "Neighbour State B", "en")
		return err
	})
	if err != nil {
		return err
	}
	if err := w.states("Amina", State, w.own()); err != nil {
		return err
	}
	for _, state := range []string{neighbour, second} {
		if err := w.states("", state, w.neighbours()[state]); err != nil {
			return err
		}
	}
	return nil
}

// monthsAgo is the day that many months ago.
func (w *world) monthsAgo(n int) string { return w.today.AddDate(0, -n, 0).Format("2006-01-02") }

func is1540(o *coverage.Obligation) bool { return o.Instrument == "UNSCR 1540 (2004)" }

func open(o *coverage.Obligation) bool { return slices.Contains(uncovered, o.Code) }

// own is what the state states of itself, one after the other.
func (w *world) own() []saying {
	return []saying{
		{said(implementation.Drafted, "Draft act of the working group (made up)", "", w.monthsAgo(11), "state"), func(_ int, o *coverage.Obligation) bool { return is1540(o) && !open(o) }},
		{said(implementation.InForce, "Penal code (made up), Art. 201 to 209", "", w.monthsAgo(8), "public"), func(_ int, o *coverage.Obligation) bool {
			return is1540(o) && o.Provision == "OP2"
		}},
		{said(implementation.InForce, "Customs act 12/2019 (made up), Art. 44", "", w.monthsAgo(4), "community"), func(i int, o *coverage.Obligation) bool {
			return is1540(o) && !open(o) && o.Provision != "OP2" && i%3 == 0
		}},
		{said(implementation.Planned, "", "", w.monthsAgo(2), "state"), func(i int, o *coverage.Obligation) bool {
			return is1540(o) && !open(o) && o.Provision != "OP2" && i%3 == 1
		}},
		{said(implementation.NotApplicable, "The state has no old or abandoned chemical weapons (made up).", "", w.monthsAgo(2), "public"), code("1540-OP3A-CM-OLD")},
		{said(implementation.InForce, "Customs act 12/2019 (made up), Art. 51", "72 h", w.monthsAgo(1), "community"), code("1540-OP3C-BOR")},
		{said(implementation.InForce, "Export control act 9/2021 (made up)", "", w.monthsAgo(3), "public"), code("SAA-10-3B")},
	}
}

// neighbours are what the neighbours state, for everyone.
func (w *world) neighbours() map[string][]saying {
	return map[string][]saying{
		neighbour: {
			{said(implementation.InForce, "Act of 2018 (made up)", "", w.monthsAgo(9), "public"), func(i int, o *coverage.Obligation) bool { return is1540(o) && i%4 != 0 && !open(o) }},
			{said(implementation.InForce, "Customs act of 2018 (made up), Art. 30", "48 h", w.monthsAgo(9), "public"), code("1540-OP3C-BOR")},
			{said(implementation.InForce, "Order 4/2020 (made up)", "", w.monthsAgo(9), "public"), code("1540-OP3D-IND")},
			{said(implementation.None, "", "", w.monthsAgo(9), "public"), code("1540-OP3D-DEE")},
		},
		second: {
			{said(implementation.Drafted, "Draft law (made up)", "", w.monthsAgo(6), "public"), func(i int, o *coverage.Obligation) bool { return is1540(o) && i%3 == 0 && !open(o) }},
			{said(implementation.InForce, "Law on customs (made up), Art. 12", "72 h", w.monthsAgo(6), "public"), code("1540-OP3C-BOR")},
			{said(implementation.None, "", "", w.monthsAgo(6), "public"), code("1540-OP3D-GEN")},
			{said(implementation.None, "", "", w.monthsAgo(6), "public"), code("1540-OP3D-DEE")},
		},
	}
}

func said(status, evidence, figure, asOf, audience string) implementation.Statement {
	return implementation.Statement{Status: status, Evidence: evidence, Figure: figure, AsOf: asOf, Audience: audience}
}

func code(c string) func(int, *coverage.Obligation) bool {
	return func(_ int, o *coverage.Obligation) bool { return o.Code == c }
}

// states has somebody state things of a state, one after the other.
func (w *world) states(by, state string, all []saying) error {
	for _, s := range all {
		err := w.do(by, func(tx *workflows.Tx) error {
			c, err := implementation.Read(tx, state, implementation.Filter{})
			if err != nil {
				return err
			}
			slices.SortFunc(c.Rows, func(a, b implementation.Row) int {
				if a.Place < b.Place {
					return -1
				}
				return 1
			})
			var of []implementation.Of
			for i := range c.Rows {
				r := &c.Rows[i]
				if !s.of(i, &r.Obligation) {
					continue
				}
				o := implementation.Of{Code: r.Code}
				if r.Stated != nil {
					o.Seen = r.Stated.Version
				}
				of = append(of, o)
			}
			_, err = implementation.Set(tx, state, s.Statement, of)
			return err
		})
		if err != nil {
			return fmt.Errorf("coverage of %s: %w", state, err)
		}
	}
	return nil
}
