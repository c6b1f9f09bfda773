package api

import (
	"net/http"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/coverage"
	"jahorina/workflows/coverage/register"
	"jahorina/workflows/plan"
	"jahorina/workflows/strategy"
)

// registerObligations declares the calls on the register of obligations and on
// what serves them.
func (s *server) registerObligations() {
	read(s, call{path: "/obligations", id: "list-obligations", summary: "The register of obligations", public: true}, obligations)
	write(s, call{method: http.MethodPost, path: "/obligations", id: "put-own-obligations", summary: "Make a state's own obligations what a table says"}, putOwnObligations)
	read(s, call{path: "/obligations/{id}", id: "obligation", summary: "One obligation, and what serves it", public: true}, obligation)
	read(s, call{path: "/instruments", id: "list-instruments", summary: "Instruments with obligations in the register", public: true}, instruments)
	read(s, call{path: "/drafts/{id}/obligations", id: "draft-obligations", summary: "What the provisions of a draft serve, by instrument and provision", public: true}, draftObligations)
	read(s, call{path: "/drafts/{id}/obligations/unserved", id: "unserved-obligations", summary: "Obligations that no provision of a draft serves", public: true}, unserved)
	write(s, call{method: http.MethodPost, path: "/drafts/{id}/obligations", id: "import-provision-obligations", summary: "Add what a table says that provisions serve"}, importLinks)
	write(s, call{method: http.MethodPost, path: "/provisions/{id}/obligations", id: "relink-provision", summary: "Say which obligations a provision serves, or no longer serves"}, relink)
}

// ObligationView is an obligation.
type ObligationView struct {
	Code        string     `json:"code" doc:"Of a state's own with the state's code before it: XJ:SAA-126"`
	State       *string    `json:"state" doc:"Whose own it is; null: of the register that ships with the program"`
	Instrument  string     `json:"instrument"`
	Provision   string     `json:"provision" doc:"Article or paragraph of the instrument"`
	Theme       string     `json:"theme" doc:"nuclear, chemical, biological, means_of_delivery or cross_cutting"`
	Kind        string     `json:"kind" doc:"Of measure called for: legislation, regulatory_enforcement, infrastructure_expertise, procedures, resources or sustainability"`
	Title       string     `json:"title" doc:"In English"`
	Summary     string     `json:"summary" doc:"In our own words, in English"`
	Lead        string     `json:"lead" doc:"Who usually has it"`
	Sectors     []string   `json:"sectors" nullable:"false"`
	Checked     string     `json:"checked" doc:"How far the text was read: verified, partly_verified or from_general_knowledge"`
	Source      string     `json:"source"`
	WithdrawnAt *time.Time `json:"withdrawn_at"`
}

func viewObligation(o coverage.Obligation) ObligationView {
	return ObligationView{
		Code: o.Code, State: o.StateCode, Instrument: o.Instrument, Provision: o.Provision, Theme: o.Theme, Kind: o.Kind, Title: o.Title,
		Summary: o.Summary, Lead: o.Lead, Sectors: o.Sectors, Checked: o.Checked, Source: o.Source, WithdrawnAt: utcOrNull(o.WithdrawnAt),
	}
}

// ObligationFilter is part of the input of lists of obligations.
type ObligationFilter struct {
	Instrument string `query:"instrument" doc:"Its name"`
	Theme      string `query:"theme"`
	Kind       string `query:"kind" doc:"Of measure called for"`
	Checked    string `query:"checked"`
	Query      string `query:"q" doc:"Words, or a code"`
}

func (f ObligationFilter) filter() coverage.Filter {
	return coverage.Filter{Instrument: f.Instrument, Theme: f.Theme, Kind: f.Kind, Checked: f.Checked, Query: f.Query}
}

func obligations(tx *workflows.Tx, in *struct {
	Paged
	ObligationFilter
},
) (list[ObligationView], error) {
	rows, next, err := coverage.List(tx, in.filter(), in.page())
	return listOf(rows, next, viewObligation), err
}

// OneObligation is an obligation with what serves it.
type OneObligation struct {
	ObligationView
	ServedBy []ServingView `json:"served_by" nullable:"false" doc:"Of each strategy the newest draft that the asker may read and that serves it"`
	Measures []MeasureHead `json:"measures" nullable:"false" doc:"For it, as far as the asker may read them"`
	Versions []WordingView `json:"versions" nullable:"false" doc:"Wordings it had, newest first"`
}

// ServingView is a draft with its provisions that serve an obligation.
type ServingView struct {
	Draft      DraftHead   `json:"draft"`
	Provisions []PlaceView `json:"provisions" nullable:"false"`
}

// WordingView is how an entry of the register came to be what it is.
type WordingView struct {
	Version   int64     `json:"version"`
	Change    string    `json:"change" doc:"added, revised, withdrawn or restored"`
	Title     string    `json:"title"`
	Summary   string    `json:"summary"`
	Checked   string    `json:"checked"`
	Source    string    `json:"source"`
	ChangedAt time.Time `json:"changed_at"`
}

func obligation(tx *workflows.Tx, in *ByID) (OneObligation, error) {
	o, versions, err := coverage.Get(tx, in.ID)
	if err != nil {
		return OneObligation{}, err
	}
	v := OneObligation{ObligationView: viewObligation(*o)}
	v.Versions = listOf(versions, "", func(w coverage.Version) WordingView {
		return WordingView{w.Version, w.Change, w.Wording.Title, w.Wording.Summary, w.Wording.Checked, w.Wording.Source, w.ChangedAt.UTC()}
	}).Items
	serving, err := coverage.Serving(tx, o.Code)
	v.ServedBy = listOf(serving, "", func(s coverage.Service) ServingView {
		return ServingView{headOf(s.Draft), listOf(s.Provisions, "", viewPlace).Items}
	}).Items
	if err != nil {
		return v, err
	}
	measures, err := plan.For(tx, o.Code)
	v.Measures = listOf(measures, "", headOfMeasure).Items
	return v, err
}

// MeasureHead names a measure.
type MeasureHead struct {
	ID     string `json:"id"`
	State  string `json:"state"`
	Number string `json:"number"`
	Title  string `json:"title"`
	Kind   string `json:"kind"`
	Status string `json:"status"`
}

func headOfMeasure(m plan.Measure) MeasureHead {
	return MeasureHead{m.ID, m.StateCode, m.Number, m.Title, m.Kind, m.Status}
}

func viewPlace(p strategy.Provision) PlaceView { return PlaceView{p.ID, p.Number} }

// InstrumentView is an instrument of the register.
type InstrumentView struct {
	Name  string `json:"name"`
	Count int    `json:"count" doc:"Obligations of it in force"`
}

func instruments(tx *workflows.Tx, in *ObligationFilter) (list[InstrumentView], error) {
	rows, err := coverage.Instruments(tx, in.filter())
	return listOf(rows, "", func(i coverage.Instrument) InstrumentView { return InstrumentView{i.Name, i.Count} }), err
}

// DraftObligationsView is a draft against the register.
type DraftObligationsView struct {
	Instruments []TallyView  `json:"instruments" nullable:"false"`
	Provisions  []ServesView `json:"provisions" nullable:"false" doc:"Those that can serve an obligation, in order"`
}

// TallyView is how much of an instrument a draft serves. It is no score.
type TallyView struct {
	Instrument string `json:"instrument"`
	Total      int    `json:"total"`
	Served     int    `json:"served"`
}

// ServesView is what a provision serves.
type ServesView struct {
	ID          string   `json:"id"`
	Number      string   `json:"number"`
	Obligations []string `json:"obligations" nullable:"false" doc:"Codes, in the order of the register"`
}

func draftObligations(tx *workflows.Tx, in *ByID) (DraftObligationsView, error) {
	v := DraftObligationsView{Provisions: []ServesView{}}
	d, err := strategy.GetDraft(tx, in.ID)
	if err != nil {
		return v, err
	}
	tallies, err := coverage.Tallies(tx, d)
	if err != nil {
		return v, err
	}
	v.Instruments = listOf(tallies, "", func(t coverage.Tally) TallyView { return TallyView(t) }).Items
	rows, err := strategy.Provisions(tx, d.ID)
	if err != nil {
		return v, err
	}
	served, err := coverage.Served(tx, d)
	for i := range rows {
		if p := &rows[i]; coverage.Linkable(p) {
			v.Provisions = append(v.Provisions, ServesView{p.ID, p.Number, codesOf(served[p.Identity])})
		}
	}
	return v, err
}

func codesOf(rows []coverage.Obligation) []string {
	out := []string{}
	for _, o := range rows {
		out = append(out, o.Code)
	}
	return out
}

func unserved(tx *workflows.Tx, in *struct {
	ByID
	Paged
	ObligationFilter
},
) (list[ObligationView], error) {
	d, err := strategy.GetDraft(tx, in.ID)
	if err != nil {
		return list[ObligationView]{}, err
	}
	rows, next, err := coverage.Unserved(tx, d, in.filter(), in.page())
	return listOf(rows, next, viewObligation), err
}

// RelinkIn says what a provision serves, beside what stands already.
type RelinkIn struct {
	Add    []string `json:"add,omitempty" maxItems:"200" doc:"Codes; those that it serves already change nothing"`
	Remove []string `json:"remove,omitempty" maxItems:"200" doc:"Codes"`
}

func relink(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body RelinkIn
},
) (ServesView, error) {
	if _, err := coverage.Relink(tx, in.ID, in.Body.Add, in.Body.Remove); err != nil {
		return ServesView{}, err
	}
	p, d, err := strategy.GetProvision(tx, in.ID)
	if err != nil {
		return ServesView{}, err
	}
	served, err := coverage.Served(tx, d)
	return ServesView{p.ID, p.Number, codesOf(served[p.Identity])}, err
}

// LinksIn is a table of what provisions serve.
type LinksIn struct {
	Table  string `json:"table" doc:"CSV with the columns provision (its number) and obligation (a code, or several with semicolons between)"`
	DryRun bool   `json:"dry_run,omitempty" doc:"Only say what it would do"`
}

// LinkedView is what a table does, or would do.
type LinkedView struct {
	Added int `json:"added"`
	Same  int `json:"same" doc:"Links that stand already"`
}

func importLinks(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body LinksIn
},
) (LinkedView, error) {
	rows, err := register.Links([]byte(in.Body.Table))
	if err != nil {
		return LinkedView{}, err
	}
	done, err := coverage.Import(tx, in.ID, rows, in.Body.DryRun)
	if err != nil {
		return LinkedView{}, err
	}
	return LinkedView(*done), nil
}

// OwnIn is a table of a state's own obligations.
type OwnIn struct {
	State  string `json:"state" doc:"Its code"`
	Table  string `json:"table" doc:"CSV with the columns code, instrument, provision, theme, kind, title, summary, lead, sectors, checked, source: the whole list. What is not in it is withdrawn"`
	DryRun bool   `json:"dry_run,omitempty" doc:"Only say what it would do"`
}

// OwnView is what a table does to a state's own obligations, or would do.
type OwnView struct {
	Same    int             `json:"same" doc:"Obligations that stay as they are"`
	Changes []OwnChangeView `json:"changes" nullable:"false"`
}

// OwnChangeView is a change to one obligation.
type OwnChangeView struct {
	Code   string   `json:"code" doc:"As in the table"`
	Change string   `json:"change" doc:"added, revised, withdrawn or restored"`
	Fields []string `json:"fields" nullable:"false" doc:"In which the wording changes"`
}

func putOwnObligations(tx *workflows.Tx, in *struct {
	Once
	Body OwnIn
},
) (OwnView, error) {
	rows, err := register.Parse([]byte(in.Body.Table))
	if err != nil {
		return OwnView{}, err
	}
	r, err := coverage.PutOwn(tx, in.Body.State, rows, in.Body.DryRun)
	if err != nil {
		return OwnView{}, err
	}
	changes := listOf(r.Changes, "", func(c coverage.Change) OwnChangeView {
		return OwnChangeView{c.Row.Code, c.Kind, append([]string{}, c.Fields...)}
	})
	return OwnView{r.Same, changes.Items}, nil
}

// servedBy are the ids of the provisions of a draft that serve the obligation.
func servedBy(tx *workflows.Tx, draftID, code string) ([]string, error) {
	d, err := strategy.DraftByID(tx, draftID)
	if err != nil {
		return nil, err
	}
	return coverage.ServedBy(tx, d, code)
}
