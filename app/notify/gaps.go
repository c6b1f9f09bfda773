package notify

import (
	"strconv"

	"jahorina/workflows"
	"jahorina/workflows/gap"
	"jahorina/workflows/stakeholder"
)

// gapMoved tells the officials of every side what became of a gap, but not
// whoever did it.
func gapMoved(action string) plan {
	return func(tx *workflows.Tx, a workflows.Announcement) ([]wave, error) {
		g, err := gap.ByID(tx, a.ID)
		if err != nil {
			return nil, err
		}
		entry, err := workflows.EntryOf(tx, "gap", a.ID, action, a.At)
		if err != nil {
			return nil, err
		}
		var out []wave
		for _, s := range g.Sides {
			keep := func(p stakeholder.Person) bool { return entry.Actor != "user:"+p.ID }
			out = append(out, wave{template: "gap_moved", to: holders(s.StateCode, keep, official), args: map[string]string{"entry": strconv.FormatInt(entry.Seq, 10)}})
		}
		return out, nil
	}
}

// gapNews fills in a mail about a gap, for whoever still is an official of one of
// its sides.
func gapNews(d *draft) error {
	var e workflows.Entry
	if err := d.tx.One(&e, "seq = ?", d.m.Args["entry"]); err != nil {
		return err
	}
	g, err := gap.ByID(d.tx, e.ObjectID)
	if err != nil {
		return err
	}
	who, err := stakeholder.ActorOf(d.tx, d.m.Args["person"])
	if err != nil && !workflows.IsKind(err, workflows.NotFound) {
		return err
	}
	for _, s := range g.Sides {
		if err == nil && who.Holds("role:"+official, s.StateCode) {
			d.view.Title, d.view.Link = line(g.Title), d.url("gaps", g.ID)
			d.view.What = d.text.T("gaps.told." + e.Action)
			if e.Action != "create" {
				d.view.Reason = lines(e.Reason)
			}
			return nil
		}
	}
	return notEntitled
}
