package api

import (
	"net/http"
	"strings"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/coverage"
	"jahorina/workflows/strategy"
	"jahorina/workflows/translation"
)

// registerStrategies declares the calls on strategies, drafts and provisions.
func (s *server) registerStrategies() {
	read(s, call{path: "/strategies", id: "list-strategies", summary: "Strategies of a state"}, strategies)
	write(s, call{method: http.MethodPost, path: "/strategies", id: "create-strategy", summary: "Start a strategy", status: http.StatusCreated}, createStrategy)
	read(s, call{path: "/strategies/{id}", id: "strategy", summary: "One strategy"}, oneStrategy)
	read(s, call{path: "/strategies/{id}/drafts", id: "list-drafts", summary: "Its drafts, newest first"}, drafts)
	s.registerUpload()
	read(s, call{path: "/drafts/{id}", id: "draft", summary: "One draft", public: true}, draft)
	read(s, call{path: "/drafts/{id}/diff", id: "diff", summary: "The word-level redline of two drafts", public: true}, diff)
	read(s, call{path: "/provisions/{id}", id: "provision", summary: "One provision, and what happened to it from draft to draft", public: true}, provision)
	write(s, call{method: http.MethodPost, path: "/provisions/{id}/confirmation", id: "confirm-provision", summary: "Confirm that it is the provision it resembles"}, confirmProvision)
	write(s, call{method: http.MethodPost, path: "/provisions/{id}/readings", id: "add-reading", summary: "Put a reading of damaged text beside it", status: http.StatusCreated}, addReading)
}

// StrategyView is a strategy.
type StrategyView struct {
	ID        string    `json:"id"`
	State     string    `json:"state" doc:"Code of its state"`
	Title     string    `json:"title"`
	CreatedAt time.Time `json:"created_at"`
}

func viewStrategy(st strategy.Strategy) StrategyView {
	return StrategyView{st.ID, st.StateCode, st.Title, st.CreatedAt.UTC()}
}

func strategies(tx *workflows.Tx, in *struct {
	Paged
	State string `query:"state" doc:"Code of the state; the asker's own if not given"`
},
) (list[StrategyView], error) {
	rows, next, err := strategy.List(tx, stateOr(tx, in.State), in.page())
	return listOf(rows, next, viewStrategy), err
}

// StrategyIn is a new strategy.
type StrategyIn struct {
	State string `json:"state" doc:"Code of its state"`
	Title string `json:"title"`
}

func createStrategy(tx *workflows.Tx, in *struct {
	Once
	Body StrategyIn
},
) (StrategyView, error) {
	st, err := strategy.Create(tx, in.Body.State, in.Body.Title)
	if err != nil {
		return StrategyView{}, err
	}
	return viewStrategy(*st), nil
}

func oneStrategy(tx *workflows.Tx, in *ByID) (StrategyView, error) {
	st, err := strategy.Get(tx, in.ID)
	if err != nil {
		return StrategyView{}, err
	}
	return viewStrategy(*st), nil
}

// DraftHead is what is said of a draft in a list.
type DraftHead struct {
	ID           string     `json:"id"`
	StrategyID   string     `json:"strategy_id"`
	Version      int        `json:"version"`
	Title        string     `json:"title"`
	Language     string     `json:"language" doc:"BCP 47"`
	SourceSHA256 string     `json:"source_sha256"`
	FrozenAt     *time.Time `json:"frozen_at" doc:"When it first went out for consultation"`
	CreatedAt    time.Time  `json:"created_at"`
}

func headOf(d strategy.Draft) DraftHead {
	return DraftHead{d.ID, d.StrategyID, d.Version, d.Title, d.Language, d.SourceSHA256, utcOrNull(d.FrozenAt), d.CreatedAt.UTC()}
}

func drafts(tx *workflows.Tx, in *ByID) (list[DraftHead], error) {
	rows, err := strategy.Drafts(tx, in.ID)
	return listOf(rows, "", headOf), err
}

// DraftView is a draft with its text.
type DraftView struct {
	DraftHead
	Gaps       []GapView       `json:"gaps" nullable:"false" doc:"Jumps in the numbering of the source"`
	Provisions []ProvisionView `json:"provisions" nullable:"false" doc:"What has a number"`
	Blocks     []ProvisionView `json:"blocks" nullable:"false" doc:"Everything, in order"`
	Languages  []LanguageView  `json:"translations" nullable:"false" doc:"Languages it is translated into"`
	Translated
}

// GapView is a jump in a numbering.
type GapView struct {
	strategy.Gap
	Message string `json:"message"`
}

// ProvisionView is one block of a draft.
type ProvisionView struct {
	ID         string        `json:"id"`
	Number     string        `json:"number" doc:"As printed; empty for what has none"`
	Heading    string        `json:"heading"`
	Text       string        `json:"text" doc:"As printed"`
	Identity   string        `json:"identity" doc:"Survives into the next draft"`
	Origin     string        `json:"origin" doc:"How it came from the draft before"`
	FromNumber string        `json:"from_number"`
	Resembles  string        `json:"resembles,omitempty" doc:"Identity that a confirmation would give it"`
	Kind       string        `json:"kind"`
	Level      int           `json:"level"`
	Section    string        `json:"section"`
	Readings   []ReadingView `json:"readings" nullable:"false"`
	Serves     []string      `json:"obligations" nullable:"false" doc:"Codes of the obligations that it serves"`
	Translated
}

// ReadingView is what damaged text is thought to have meant.
type ReadingView struct {
	ID        string    `json:"id"`
	Printed   string    `json:"printed"`
	Suggested string    `json:"suggested"`
	Author    string    `json:"author"`
	Certainty string    `json:"certainty"`
	Note      string    `json:"note"`
	CreatedAt time.Time `json:"created_at"`
}

func viewReading(r strategy.StoredReading) ReadingView {
	return ReadingView{r.ID, r.Printed, r.Suggested, r.Author, string(r.Certainty), r.Note, r.CreatedAt.UTC()}
}

func draft(tx *workflows.Tx, in *struct {
	ByID
	InLanguage
},
) (DraftView, error) {
	d, err := strategy.GetDraft(tx, in.ID)
	if err != nil {
		return DraftView{}, err
	}
	rows, err := strategy.Provisions(tx, d.ID)
	if err != nil {
		return DraftView{}, err
	}
	readings, err := strategy.Readings(tx, d.ID)
	if err != nil {
		return DraftView{}, err
	}
	served, err := coverage.Served(tx, d)
	if err != nil {
		return DraftView{}, err
	}
	v := viewDraft(askerOf(tx.Context()), d, rows, readings)
	sources := append([]translation.Source{translation.OfTitle(d)}, translation.OfProvisions(d, rows)...)
	if v.Languages, err = languages(tx, sources); err != nil {
		return v, err
	}
	texts, err := in.of(tx, sources)
	v.Translated = texts.of(translation.Draft, d.ID)
	for _, list := range [][]ProvisionView{v.Provisions, v.Blocks} {
		for i := range list {
			list[i].Translated = texts.of(translation.Provision, list[i].ID)
			list[i].Serves = codesOf(served[list[i].Identity])
		}
	}
	return v, err
}

func viewDraft(who asker, d *strategy.Draft, rows []strategy.Provision, readings map[string][]strategy.StoredReading) DraftView {
	v := DraftView{
		DraftHead: headOf(*d), Gaps: []GapView{}, Provisions: []ProvisionView{}, Blocks: []ProvisionView{}, Languages: []LanguageView{},
	}
	for _, g := range d.Gaps {
		v.Gaps = append(v.Gaps, GapView{g, gapMessage(who, g)})
	}
	for _, p := range rows {
		b := viewProvision(p)
		for _, r := range readings[p.ID] {
			b.Readings = append(b.Readings, viewReading(r))
		}
		v.Blocks = append(v.Blocks, b)
		if p.Numbered() {
			v.Provisions = append(v.Provisions, b)
		}
	}
	return v
}

func gapMessage(who asker, g strategy.Gap) string {
	key := "draft.gap"
	if g.After == "" {
		key = "draft.gap_start"
	}
	return who.text.T(key, "After", g.After, "Before", g.Before, "Missing", strings.Join(g.Missing, ", "), "Count", g.Count)
}

func viewProvision(p strategy.Provision) ProvisionView {
	return ProvisionView{
		ID: p.ID, Number: p.Number, Heading: p.Heading, Text: p.Text, Identity: p.Identity, Origin: string(p.Origin),
		FromNumber: p.FromNumber, Resembles: p.Resembles, Kind: string(p.Kind), Level: p.Level, Section: p.Section, Readings: []ReadingView{}, Serves: []string{},
	}
}

func confirmProvision(tx *workflows.Tx, in *struct {
	Once
	ByID
},
) (Named, error) {
	return Named(in.ByID), coverage.Confirm(tx, in.ID)
}

// ReadingIn is a new reading.
type ReadingIn struct {
	Printed   string `json:"printed" doc:"As it stands in the text"`
	Suggested string `json:"suggested"`
	Author    string `json:"author"`
	Certainty string `json:"certainty" doc:"certain, likely or unclear"`
	Note      string `json:"note,omitempty"`
}

func addReading(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body ReadingIn
},
) (ReadingView, error) {
	b := in.Body
	r, err := strategy.AddReading(tx, in.ID, strategy.Reading{
		Printed: b.Printed, Suggested: b.Suggested, Author: b.Author, Certainty: strategy.Certainty(b.Certainty), Note: b.Note,
	})
	if err != nil {
		return ReadingView{}, err
	}
	return viewReading(*r), nil
}
