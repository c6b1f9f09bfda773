package web

import (
	"cmp"
	"slices"
	"strings"

	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/review"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
)

type redlineView struct {
	Draft, Old, New *strategy.Draft // Old and New are nil where there is nothing to compare with
	OldLabel        string
	NewLabel        string
	Lang            string
	Against         string
	Others          []templates.Option
	Counts          []templates.Row
	Parts           []redlinePart
	Back            string
}

// redlinePart is a provision that changed, or a run of those that did not.
type redlinePart struct {
	State         string // of strategy, "" for a run of unchanged ones
	Name          string
	From, To      string // the numbers, where it moved
	Heading, Text []templates.Span
	Because       []becauseView
	Same          []string // the provisions of a run
}

// becauseView is a comment that led to a change.
type becauseView struct {
	Href, Author, Sector, Text, Outcome string
}

func redlinePage(q *request) error {
	tx := q.read()
	d, err := strategy.GetDraft(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	v := redlineView{Draft: d, Lang: language(d), Against: q.c.Query("against"), Back: "/drafts/" + d.ID}
	drafts, err := strategy.Drafts(tx, d.StrategyID)
	if err != nil && !workflows.IsKind(err, workflows.NotFound) {
		return err
	}
	for _, o := range drafts {
		if o.ID != d.ID {
			v.Others = append(v.Others, templates.Option{Value: o.ID, Label: q.draftLabel(&o)})
		}
	}
	if v.Against == "" {
		v.Against = neighbour(d, drafts)
	}
	title := q.text.T("redline_page.title", "Title", d.Title)
	if v.Against == "" {
		return q.show("official/redline", title, v)
	}
	diff, err := strategy.Diff(tx, d.ID, v.Against)
	if err != nil {
		return err
	}
	v.Old, v.New, v.OldLabel, v.NewLabel = diff.Old, diff.New, q.draftLabel(diff.Old), q.draftLabel(diff.New)
	because, err := q.because(tx, diff, drafts)
	if err != nil {
		return err
	}
	v.Counts, v.Parts = q.counts(diff.Changes), parts(diff.Changes, because)
	return q.show("official/redline", title, v)
}

// neighbour is the draft one compares with when none is named: the one before,
// or for the first the one after.
func neighbour(d *strategy.Draft, drafts []strategy.Draft) string {
	for _, version := range []int{d.Version - 1, d.Version + 1} {
		for _, o := range drafts {
			if o.Version == version {
				return o.ID
			}
		}
	}
	return ""
}

// because lists, by identity of the provision, the comments that led to its
// change: those on the older draft and on the ones between, as far as the reader
// may see them and what became of them.
func (q *request) because(tx *workflows.Tx, diff *strategy.Redlined, drafts []strategy.Draft) (map[string][]becauseView, error) {
	consulted := []strategy.Draft{*diff.Old}
	for _, d := range drafts {
		if d.Version > diff.Old.Version && d.Version < diff.New.Version {
			consulted = append(consulted, d)
		}
	}
	out := map[string][]becauseView{}
	for _, d := range consulted {
		rounds, err := q.consultedOn(tx, &d)
		if err != nil {
			return nil, err
		}
		for i := range rounds {
			if err := q.ledTo(tx, &rounds[i], out); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// ledTo adds the comments of one consultation: those the reader may see as
// comments and, once its response is published, those that stand in it.
func (q *request) ledTo(tx *workflows.Tx, c *consultation.Consultation, out map[string][]becauseView) error {
	led, err := submission.LedTo(tx, c)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for identity, comments := range led {
		for _, m := range comments {
			known[m.ID] = true
			out[identity] = append(out[identity], becauseView{"/comments/" + m.ID, q.author(&m), m.Sector, excerpt(m.Text, 140), m.Outcome})
		}
	}
	if c.State != consultation.Published {
		return nil
	}
	response, _, err := review.GetResponse(tx, c.ID)
	if err != nil {
		return err
	}
	for _, m := range response.Comments {
		if known[m.ID] || !strings.HasPrefix(m.Disposition.Outcome, "accepted") {
			continue
		}
		author := cmp.Or(m.Organisation, q.text.T("comment_page.name_withheld"))
		b := becauseView{"/consultations/" + c.ID + "/response#c-" + m.ID, author, m.Sector, excerpt(m.Text, 140), m.Disposition.Outcome}
		for _, identity := range m.Disposition.Changes {
			out[identity] = append(out[identity], b)
		}
	}
	return nil
}

// consultedOn are the consultations that asked about the draft, as far as the
// reader may know of them; those it only answers are not among them.
func (q *request) consultedOn(tx *workflows.Tx, d *strategy.Draft) ([]consultation.Consultation, error) {
	found, _, err := consultation.List(tx, consultation.Filter{DraftID: d.ID}, workflows.Page{Limit: workflows.MaxLimit})
	return slices.DeleteFunc(found, func(c consultation.Consultation) bool { return c.DraftID != d.ID }), err
}

var changeStates = []strategy.State{
	strategy.StateReworded, strategy.StateMovedReworded, strategy.StateMoved, strategy.StateAdded, strategy.StateDeleted, strategy.StateSame,
}

func (q *request) counts(changes []strategy.Change) []templates.Row {
	n := map[strategy.State]int{}
	for _, c := range changes {
		n[c.State]++
	}
	var out []templates.Row
	for _, s := range changeStates {
		if n[s] > 0 {
			out = append(out, templates.Row{Key: q.text.T("change." + string(s)), Value: q.text.Number(n[s])})
		}
	}
	return out
}

// parts folds what did not change into runs.
func parts(changes []strategy.Change, because map[string][]becauseView) []redlinePart {
	var out []redlinePart
	for _, c := range changes {
		if c.State == strategy.StateSame {
			if len(out) == 0 || out[len(out)-1].State != "" {
				out = append(out, redlinePart{})
			}
			run := &out[len(out)-1]
			run.Same = append(run.Same, naming(c.New.Number, c.New.Heading, c.New.Text))
			continue
		}
		out = append(out, changedPart(c, because[c.Identity]))
	}
	return out
}

func changedPart(c strategy.Change, because []becauseView) redlinePart {
	p := redlinePart{State: string(c.State), Heading: spans(c.Heading), Text: spans(c.Text), Because: because}
	shown := c.New
	if shown == nil {
		shown = c.Old
	}
	p.Name = naming(shown.Number, shown.Heading, "")
	if slices.Contains([]strategy.State{strategy.StateMoved, strategy.StateMovedReworded}, c.State) {
		p.From, p.To = c.Old.Number, c.New.Number
	}
	if c.State == strategy.StateMoved {
		p.Text = []templates.Span{{Op: string(strategy.OpEqual), Text: c.New.Text}}
	}
	return p
}
