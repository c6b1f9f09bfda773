package api

import (
	"cmp"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/plan"
	"jahorina/workflows/review"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
	"jahorina/workflows/translation"
)

// DiffView is the comparison of two drafts of one strategy.
type DiffView struct {
	From    DraftHead    `json:"from" doc:"The older draft"`
	To      DraftHead    `json:"to"`
	Changes []ChangeView `json:"changes" nullable:"false" doc:"All provisions, in the order of the newer draft"`
}

// ChangeView is how one provision stands in both drafts.
type ChangeView struct {
	State     string          `json:"state" doc:"same, reworded, moved, moved_reworded, added or deleted"`
	Kinds     []string        `json:"kinds" nullable:"false" doc:"All that happened to it: added, split (cut from another), deleted, merged (into another), moved (to another place), renumbered, reworded"`
	Place     *string         `json:"place" doc:"Number of the provision it was split from or merged into; null otherwise"`
	Identity  string          `json:"identity"`
	Kind      string          `json:"kind"`
	OldNumber *string         `json:"old_number" doc:"null where it was not there"`
	NewNumber *string         `json:"new_number" doc:"null where it is gone"`
	Heading   []strategy.Span `json:"heading" nullable:"false" doc:"The redline of the heading"`
	Text      []strategy.Span `json:"text" nullable:"false" doc:"The redline of the text"`
	Touches   []string        `json:"obligations" nullable:"false" doc:"Codes of the obligations that it serves in either draft, by itself or through measures"`
	Measures  []MeasureHead   `json:"measures" nullable:"false" doc:"That rest on it, as far as the asker may read them"`
	Language  string          `json:"language" doc:"Of the redline: that asked for with ?lang= where both drafts are translated there, else the source's"`
	Comments  []string        `json:"comments" nullable:"false" doc:"Ids of the comments that led to it, as far as the asker may know of them"`
}

func diff(tx *workflows.Tx, in *struct {
	ByID
	Against string `query:"against" required:"true" doc:"Id of the other draft; the older of both is taken as the old one"`
	Lang    string `query:"lang" doc:"BCP 47: compares the translations into this language"`
},
) (DiffView, error) {
	d, err := strategy.Diff(tx, in.ID, in.Against)
	if err != nil {
		return DiffView{}, err
	}
	led, err := ledBetween(tx, d)
	if err != nil {
		return DiffView{}, err
	}
	touches, err := plan.Touched(tx, d)
	if err != nil {
		return DiffView{}, err
	}
	lang, translated := "", map[string]bool{}
	if in.Lang != "" {
		if lang, err = translation.Accepts("lang", in.Lang); err != nil {
			return DiffView{}, err
		}
		if translated, err = translation.Redline(tx, d, lang); err != nil {
			return DiffView{}, err
		}
	}
	v := DiffView{From: headOf(*d.Old), To: headOf(*d.New), Changes: []ChangeView{}}
	for _, c := range d.Changes {
		view := viewChange(c, led[c.Identity])
		view.Touches = touches[c.Identity].Codes()
		view.Measures = listOf(touches[c.Identity].Measures, "", headOfMeasure).Items
		if view.Language = d.New.Language; translated[c.Identity] {
			view.Language = lang
		}
		v.Changes = append(v.Changes, view)
	}
	return v, nil
}

func viewChange(c strategy.Change, comments []string) ChangeView {
	v := ChangeView{
		State: string(c.State), Kinds: kindsOf(c), Identity: c.Identity, Comments: append([]string{}, comments...),
		Heading: append([]strategy.Span{}, c.Heading...), Text: append([]strategy.Span{}, c.Text...),
	}
	if c.Old != nil {
		v.Kind, v.OldNumber = string(c.Old.Kind), &c.Old.Number
	}
	if c.New != nil {
		v.Kind, v.NewNumber = string(c.New.Kind), &c.New.Number
	}
	if other := cmp.Or(c.Split, c.Merged); other != nil {
		v.Place = &other.Number
	}
	if len(v.Heading)+len(v.Text) == 0 && c.New != nil {
		v.Heading, v.Text = same(c.New.Heading), same(c.New.Text)
	}
	return v
}

// same is the redline of words that did not change.
func same(words string) []strategy.Span {
	if words == "" {
		return []strategy.Span{}
	}
	return strategy.Redline(words, words)
}

// ledBetween gathers them from the older draft and those between it and the
// newer one.
func ledBetween(tx *workflows.Tx, diff *strategy.Redlined) (map[string][]string, error) {
	drafts, err := strategy.Versions(tx, diff.New)
	if err != nil {
		return nil, err
	}
	all := map[string][]string{}
	for _, d := range drafts {
		if d.Version < diff.Old.Version || d.Version >= diff.New.Version {
			continue
		}
		led, err := ledTo(tx, d.ID)
		if err != nil {
			return nil, err
		}
		for identity, comments := range led {
			all[identity] = append(all[identity], comments...)
		}
	}
	return all, nil
}

// ledTo gathers, by the identity of the provision they changed, the comments
// on a draft that the asker may know of.
func ledTo(tx *workflows.Tx, draftID string) (map[string][]string, error) {
	led := map[string][]string{}
	page := workflows.Page{Limit: workflows.MaxLimit}
	for {
		rounds, next, err := consultation.List(tx, consultation.Filter{DraftID: draftID}, page)
		if err != nil {
			return nil, err
		}
		for i := range rounds {
			if err := gather(tx, &rounds[i], draftID, led); err != nil {
				return nil, err
			}
		}
		if page.After = next; next == "" {
			return led, nil
		}
	}
}

func gather(tx *workflows.Tx, c *consultation.Consultation, draftID string, led map[string][]string) error {
	if c.DraftID != draftID {
		return nil // the draft is what came of that one
	}
	by, err := submission.LedTo(tx, c)
	if err == nil && len(by) == 0 && c.State == consultation.Published {
		return gatherPublished(tx, c, led)
	}
	for identity, comments := range by {
		for _, m := range comments {
			led[identity] = append(led[identity], m.ID)
		}
	}
	return err
}

// gatherPublished takes the comments from the response, which all may read.
func gatherPublished(tx *workflows.Tx, c *consultation.Consultation, led map[string][]string) error {
	r, _, err := review.GetResponse(tx, c.ID)
	if err != nil {
		return err
	}
	for _, m := range r.Comments {
		for _, identity := range m.Disposition.Changes {
			led[identity] = append(led[identity], m.ID)
		}
	}
	return nil
}
