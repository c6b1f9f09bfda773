package plan

import (
	"strings"

	"jahorina/workflows"
)

// Progress is what the owner of a milestone reports of it.
type Progress struct {
	Status string // UnderWay or Done
	Note   string // what was done; Done needs it
	Link   string // https, or ""
}

// ReportStep says how far a milestone is. Its owner may do that, who may change
// nothing else of it, and whoever may change the measure.
func ReportStep(tx *workflows.Tx, id string, version int64, in Progress) (*Milestone, error) {
	if _, _, err := GetMilestone(tx, id); err != nil {
		return nil, err
	}
	var s Milestone
	if err := tx.Lock(&s, false, "id = ?", id); err != nil {
		return nil, err
	}
	if err := tx.Check("milestone", "report", s.target()); err != nil {
		return nil, err
	}
	if err := in.check(tx, &s); err != nil {
		return nil, err
	}
	before := s.Status
	s.Status, s.Note, s.Link = in.Status, strings.TrimSpace(in.Note), strings.TrimSpace(in.Link)
	if err := tx.Update("milestones", s.ID, version, map[string]any{"status": s.Status, "note": s.Note, "link": s.Link}); err != nil {
		return nil, err
	}
	s.Version = version + 1
	return &s, tx.Record(workflows.Entry{State: s.StateCode, Action: "report", Object: "milestone", ObjectID: s.ID, From: before, To: s.Status, Reason: s.Note})
}

func (in Progress) check(tx *workflows.Tx, s *Milestone) error {
	var p workflows.Problems
	p.OneOf("status", in.Status, UnderWay, Done)
	p.Text("note", in.Note, workflows.MaxParagraph, in.Status == Done)
	checkLink(&p, in.Link)
	if in.Status != Done {
		return p.Err()
	}
	all, err := Milestones(tx, s.MeasureID)
	if err != nil {
		return err
	}
	for _, o := range all {
		if o.ID == s.ID {
			s.checkWaits(&p, o.Needs)
		}
	}
	return p.Err()
}

// checkWaits refuses to call done what waits for something that is not.
func (s *Milestone) checkWaits(p *workflows.Problems, needs []Milestone) {
	for _, o := range needs {
		if o.Status != Done && o.Status != Stopped {
			p.Add("status", "milestone_waits", "Title", o.Title)
		}
	}
}

func checkNote(p *workflows.Problems, note, link string) {
	p.Text("note", note, workflows.MaxParagraph, false)
	checkLink(p, link)
}

func checkLink(p *workflows.Problems, link string) {
	p.Text("link", link, 2000, false)
	if link != "" && !strings.HasPrefix(link, "https://") {
		p.Add("link", "not_https")
	}
}
