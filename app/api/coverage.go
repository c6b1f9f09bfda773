package api

import (
	"net/http"
	"time"

	"jahorina/app/exports"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/coverage"
	"jahorina/workflows/implementation"
	"jahorina/workflows/plan"
)

// registerCoverage declares the calls on how far states are with obligations.
func (s *server) registerCoverage() {
	read(s, call{path: "/coverage/{id}", id: "coverage", summary: "How far a state is with its obligations, gaps first", public: true}, stateCoverage)
	read(s, call{path: "/coverage/{id}/course", id: "coverage-course", summary: "How many obligations had each status, month by month", public: true}, coverageCourse)
	read(s, call{path: "/coverage/{id}/statuses/{code}", id: "obligation-statuses", summary: "All that a state stated of an obligation, the newest first", public: true}, statusHistory)
	write(s, call{method: http.MethodPost, path: "/coverage/{id}/statuses", id: "set-statuses", summary: "Say of one or more obligations how far the state is from now on"}, setStatuses)
	write(s, call{method: http.MethodPost, path: "/coverage/{id}/tables", id: "take-statuses", summary: "Take a table of statuses in"}, takeStatuses)
	read(s, call{path: "/coverage-comparison", id: "compare-coverage", summary: "States side by side, what they can talk about first", public: true}, compareCoverage)
	read(s, call{path: "/drafts/{id}/check", id: "draft-check", summary: "What of the register a draft leaves out, and what its measures lack", public: true}, draftCheck)
	download(s, call{path: "/coverage/{id}/briefing/{form}", id: "briefing", summary: "A briefing on the coverage of a state, as pdf", public: true}, "briefing",
		func(tx *workflows.Tx, _ *templates.Text, _ *struct {
			ByForm
			Instrument string   `query:"instrument"`
			With       []string `query:"with,explode" doc:"Neighbours to compare with"`
		},
		) (*exports.File, error) {
			return nil, workflows.Refuse(workflows.NotFound, "not_found")
		})
}

// CoverageNotes go with every coverage that leaves: on which day it is so, and
// that it measures nothing.
func CoverageNotes(text *templates.Text, c *implementation.Coverage) []string {
	notes := []string{text.T("coverage.note")}
	if !c.Inside {
		notes = append(notes, text.T("coverage.note_outside"))
	}
	day := c.On
	if at, err := time.Parse(time.DateOnly, c.On); err == nil {
		day = text.Date(at)
	}
	return append(notes, text.T("coverage.on_day", "Day", day))
}

// StatusView is what a state stated of an obligation.
type StatusView struct {
	Status   string    `json:"status" doc:"none, planned, drafted, in_force or not_applicable"`
	Evidence string    `json:"evidence"`
	Figure   string    `json:"figure" doc:"To compare with neighbours"`
	AsOf     string    `json:"as_of" doc:"YYYY-MM-DD"`
	Audience string    `json:"audience" doc:"public, community or state"`
	Version  int64     `json:"version"`
	Author   string    `json:"author" doc:"Empty for those outside the state"`
	At       time.Time `json:"at"`
}

func viewStatus(s implementation.Status) StatusView {
	return StatusView{s.Status, s.Evidence, s.Figure, s.AsOf, s.Audience, s.Version, s.AuthorName, s.CreatedAt.UTC()}
}

// CoveredView is an obligation with how far the state is with it.
type CoveredView struct {
	Code       string        `json:"code"`
	Instrument string        `json:"instrument"`
	Provision  string        `json:"provision"`
	Theme      string        `json:"theme"`
	Kind       string        `json:"kind"`
	Title      string        `json:"title"`
	Status     string        `json:"status" doc:"As stated; else planned where a measure stands for it, none, or unknown to those outside the state"`
	Basis      string        `json:"basis" doc:"stated, derived, or empty"`
	Gap        bool          `json:"gap" doc:"No status but none, no measure, no provision"`
	Stated     *StatusView   `json:"stated"`
	Measures   []StandbyView `json:"measures" nullable:"false"`
	Provisions []PlaceView   `json:"provisions" nullable:"false" doc:"Of the newest drafts that the asker may read"`
}

// StandbyView is a measure that stands for an obligation.
type StandbyView struct {
	ID     string `json:"id"`
	Number string `json:"number"`
	Title  string `json:"title"`
	Lead   string `json:"lead" doc:"Empty: not yet known"`
	DueOn  string `json:"due_on"`
	Status string `json:"status"`
}

func viewStandby(m *plan.Standby) StandbyView {
	v := StandbyView{ID: m.ID, Number: m.Number, Title: m.Title, Lead: m.Lead, Status: m.Status}
	if !m.DueOn.IsZero() {
		v.DueOn = dayOf(&m.DueOn)
	}
	return v
}

func viewCovered(r implementation.Row) CoveredView {
	v := CoveredView{r.Code, r.Instrument, r.Provision, r.Theme, r.Kind, r.Title, r.Status, r.Basis(), r.Gap(), nil, listOf(r.Measures, "", viewStandby).Items, nil}
	if r.Stated != nil {
		s := viewStatus(*r.Stated)
		v.Stated = &s
	}
	v.Provisions = listOf(r.Provisions, "", func(p coverage.Place) PlaceView { return viewPlace(p.Provision) }).Items
	return v
}

// CoverageView is how far a state is with its obligations.
type CoverageView struct {
	Notes       []string       `json:"notes" nullable:"false"`
	State       string         `json:"state"`
	On          string         `json:"on" doc:"YYYY-MM-DD"`
	Counts      map[string]int `json:"counts" nullable:"false" doc:"Obligations by status"`
	Measures    int            `json:"measures" doc:"That stand for them, each counted once"`
	Links       int            `json:"measures_by_obligation" doc:"The same, counted under each obligation"`
	Obligations []CoveredView  `json:"obligations" nullable:"false"`
}

// ViewCoverage is the coverage as programs read it.
func ViewCoverage(text *templates.Text, c *implementation.Coverage) CoverageView {
	t := c.Tally()
	return CoverageView{CoverageNotes(text, c), c.State, c.On, implementation.Counts(c.Rows), t.Measures, t.Links, listOf(c.Rows, "", viewCovered).Items}
}

// CoverageQuery cuts obligations down.
type CoverageQuery struct {
	Instrument string `query:"instrument"`
	Theme      string `query:"theme"`
	Kind       string `query:"kind"`
	Query      string `query:"q" doc:"Words, or a code"`
	Capability string `query:"capability" doc:"Of a measure for it"`
	Lead       string `query:"lead" doc:"Id of the body that leads a measure for it"`
	Status     string `query:"status"`
	Gaps       bool   `query:"gaps" doc:"Only what nothing covers"`
	At         string `query:"at" doc:"A day that has come, YYYY-MM-DD"`
}

func (q CoverageQuery) filter() implementation.Filter {
	return implementation.Filter{
		Filter:     coverage.Filter{Instrument: q.Instrument, Theme: q.Theme, Kind: q.Kind, Query: q.Query},
		Capability: q.Capability, Lead: q.Lead, Status: q.Status, Gaps: q.Gaps, At: q.At,
	}
}

func stateCoverage(tx *workflows.Tx, in *struct {
	ByID
	CoverageQuery
},
) (CoverageView, error) {
	c, err := implementation.Read(tx, in.ID, in.filter())
	if err != nil {
		return CoverageView{}, err
	}
	return ViewCoverage(askerOf(tx.Context()).text, c), nil
}

// SnapshotView is how many obligations had each status on a day.
type SnapshotView struct {
	On     string         `json:"on"`
	Total  int            `json:"total"`
	Counts map[string]int `json:"counts" nullable:"false"`
}

// CoverageCourseView is the coverage over time.
type CoverageCourseView struct {
	Notes []string       `json:"notes" nullable:"false"`
	Days  []SnapshotView `json:"days" nullable:"false"`
}

func coverageCourse(tx *workflows.Tx, in *struct {
	ByID
	CoverageQuery
},
) (CoverageCourseView, error) {
	c, err := implementation.Read(tx, in.ID, in.filter())
	if err != nil {
		return CoverageCourseView{}, err
	}
	days := listOf(c.Course(), "", func(s implementation.Snapshot) SnapshotView { return SnapshotView(s) })
	return CoverageCourseView{CoverageNotes(askerOf(tx.Context()).text, c), days.Items}, nil
}

// ByCode names an obligation in a state.
type ByCode struct {
	ByID
	Code string `path:"code"`
}

func statusHistory(tx *workflows.Tx, in *ByCode) (list[StatusView], error) {
	rows, err := implementation.History(tx, in.ID, in.Code)
	return listOf(rows, "", viewStatus), err
}

// StatusesIn states the same of one or more obligations.
type StatusesIn struct {
	Status      string   `json:"status" doc:"none, planned, drafted, in_force or not_applicable"`
	Evidence    string   `json:"evidence,omitempty" doc:"What is in force needs it; of what does not apply it says why"`
	Figure      string   `json:"figure,omitempty" doc:"To compare with neighbours: 72 h"`
	AsOf        string   `json:"as_of,omitempty" doc:"YYYY-MM-DD; today if not given"`
	Audience    string   `json:"audience" doc:"public, community or state"`
	Obligations []SeenIn `json:"obligations" nullable:"false"`
}

// SeenIn is an obligation, and what was last seen of it.
type SeenIn struct {
	Code    string `json:"code"`
	Version int64  `json:"version,omitempty" doc:"Of its status that the writer saw; 0 if there was none"`
}

func setStatuses(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body StatusesIn
},
) (list[StatusView], error) {
	b := in.Body
	var of []implementation.Of
	for _, o := range b.Obligations {
		of = append(of, implementation.Of{Code: o.Code, Seen: o.Version})
	}
	rows, err := implementation.Set(tx, in.ID, implementation.Statement{Status: b.Status, Evidence: b.Evidence, Figure: b.Figure, AsOf: b.AsOf, Audience: b.Audience}, of)
	return listOf(rows, "", viewStatus), err
}

// StatusTableIn is a table of statuses.
type StatusTableIn struct {
	Table  string `json:"table" doc:"CSV with the columns code, status, evidence, figure, as_of, audience, as the page gives it. A line with a fault refuses the whole"`
	DryRun bool   `json:"dry_run,omitempty" doc:"Only say what it would do"`
}

// StatusesTakenView is what a table does, or would do.
type StatusesTakenView struct {
	Added   int `json:"added"`
	Changed int `json:"changed"`
	Same    int `json:"same"`
}

func takeStatuses(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body StatusTableIn
},
) (StatusesTakenView, error) {
	lines, err := implementation.Parse([]byte(in.Body.Table))
	if err != nil {
		return StatusesTakenView{}, err
	}
	r, err := implementation.Take(tx, in.ID, lines, in.Body.DryRun)
	if err != nil {
		return StatusesTakenView{}, err
	}
	return StatusesTakenView(*r), nil
}

// BesideStatesView is an obligation in several states.
type BesideStatesView struct {
	Code   string             `json:"code"`
	Title  string             `json:"title"`
	States []StatusBesideView `json:"states" nullable:"false" doc:"In the order asked for"`
	Shared bool               `json:"shared" doc:"Two or more have none"`
	Apart  bool               `json:"apart" doc:"In force in one, none in another"`
	Differ bool               `json:"differ" doc:"The figures are not the same"`
}

// StatusBesideView is how far one of several states is.
type StatusBesideView struct {
	State    string `json:"state"`
	Status   string `json:"status"`
	Figure   string `json:"figure"`
	Evidence string `json:"evidence"`
}

// CoverageComparisonView lays states side by side. It counts nothing.
type CoverageComparisonView struct {
	Note        string             `json:"note"`
	Obligations []BesideStatesView `json:"obligations" nullable:"false"`
}

func compareCoverage(tx *workflows.Tx, in *struct {
	States     []string `query:"state,explode" doc:"Codes, at most 6"`
	Instrument string   `query:"instrument"`
	Theme      string   `query:"theme"`
	Kind       string   `query:"kind"`
},
) (CoverageComparisonView, error) {
	rows, err := implementation.Compare(tx, in.States, coverage.Filter{Instrument: in.Instrument, Theme: in.Theme, Kind: in.Kind})
	view := func(b implementation.Beside) BesideStatesView {
		v := BesideStatesView{b.Code, b.Title, []StatusBesideView{}, b.Shared, b.Apart, b.Differ}
		for i, r := range b.States {
			s := StatusBesideView{State: in.States[i], Status: r.Status}
			if r.Stated != nil {
				s.Figure, s.Evidence = r.Stated.Figure, r.Stated.Evidence
			}
			v.States = append(v.States, s)
		}
		return v
	}
	return CoverageComparisonView{askerOf(tx.Context()).text.T("coverage.note"), listOf(rows, "", view).Items}, err
}

// DraftCheckView is what a draft and its measures leave open.
type DraftCheckView struct {
	Unserved   []string      `json:"unserved" nullable:"false" doc:"Codes of obligations that no provision serves"`
	Provisions []PlaceView   `json:"provisions" nullable:"false" doc:"That serve none"`
	Measures   []LackingView `json:"measures" nullable:"false" doc:"Of the newest plan, that lack something"`
}

// LackingView is a measure that lacks something.
type LackingView struct {
	ID     string   `json:"id"`
	Number string   `json:"number"`
	Title  string   `json:"title"`
	Lacks  []string `json:"lacks" nullable:"false" doc:"lead, money, upkeep, obligation"`
}

func draftCheck(tx *workflows.Tx, in *ByID) (DraftCheckView, error) {
	c, err := implementation.CheckDraft(tx, in.ID)
	if err != nil {
		return DraftCheckView{}, err
	}
	v := DraftCheckView{Unserved: codesOf(c.Unserved), Measures: listOf(c.Lacking, "", func(r plan.Row) LackingView {
		return LackingView{r.ID, r.Number, r.Title, append([]string{}, r.Lacks.Words...)}
	}).Items}
	v.Provisions = places(c.Idle)
	return v, nil
}
