package notify

import (
	"strings"

	"jahorina/workflows/submission"
)

// Limits of one mail; what is beyond stands on the page it links to.
const (
	maxOutcomes  = 100
	maxRationale = 4 << 10 // bytes
)

// place is where in the draft a comment belongs.
type place struct {
	Provision string // number as printed, "" if it has none
	Reference string // as the sender wrote it, where that is no provision of the draft
}

// outcome is what became of one comment. A confidential one has its number
// only: what is written about it must not travel by mail.
type outcome struct {
	Number       int // within the sender's answer
	Place        place
	Outcome      string
	Rationale    lines
	Long         bool // the rationale is too long for a mail
	Confidential bool
}

// outcomes tell a sender what became of each of their comments.
func outcomes(d *draft) error {
	s, err := d.submission()
	if err != nil {
		return err
	}
	list, err := submission.ListedOf(d.tx, s)
	if err != nil {
		return err
	}
	d.view.Count = len(list)
	d.view.More = max(0, len(list)-maxOutcomes)
	for _, m := range list[:len(list)-d.view.More] {
		o := outcomeOf(m)
		for _, r := range m.Withheld {
			o.Rationale = lines(strings.ReplaceAll(string(o.Rationale), r.Mark(), d.text.T("withheld.mark."+r.Reason)))
		}
		d.view.Outcomes = append(d.view.Outcomes, o)
	}
	return nil
}

func outcomeOf(m submission.Listed) outcome {
	o := outcome{Number: m.Position, Confidential: m.Confidentiality == submission.Confidential}
	if o.Confidential {
		return o
	}
	o.Place, o.Outcome = place{Provision: line(m.Number)}, m.Outcome
	if m.Number == "" {
		o.Place.Reference = line(m.Reference)
	}
	if o.Long = len(m.Rationale) > maxRationale; !o.Long {
		o.Rationale = lines(m.Rationale)
	}
	return o
}
