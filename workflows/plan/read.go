package plan

import (
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/coverage"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/strategy"
)

// Member says that a measure stands in a plan.
type Member struct {
	PlanID    string `gorm:"primaryKey"`
	MeasureID string `gorm:"primaryKey"`
	Position  int
	StartsOn  *time.Time // on which work is to begin; nil: not said
	DueOn     time.Time
}

// TableName is where GORM keeps members.
func (Member) TableName() string { return "plan_measures" }

// Row is a measure in a plan, with what it is tied to.
type Row struct {
	Measure
	StartsOn    *time.Time // in the plan; nil: not said
	DueOn       time.Time
	Lead        string // names
	PartnerList []string
	Obligations []coverage.Obligation
	Provisions  []strategy.Provision // that the reader may read, of the newest such draft
	Needs       []strategy.Provision
	Annex       string // the public reference of what is not published
	Lacks       Lacks
}

// Lacks is what a measure still needs.
type Lacks struct {
	Words      []string // among LackWords
	Years      []int    // of the plan for which no money is named
	EmptyKinds []string // of measures: no measure of the plan for one of its obligations is of this kind
}

// LackWords are what a measure can lack.
var LackWords = []string{"lead", "money", "upkeep", "obligation"}

// Measures lists the measures of a plan that the actor may read, in their order.
func Measures(tx *workflows.Tx, p *Plan) ([]Row, error) {
	var members []Member
	if err := tx.DB().Where("plan_id = ?", p.ID).Order("position").Find(&members).Error; err != nil {
		return nil, fmt.Errorf("read plan: %w", err)
	}
	stands := map[string]Member{}
	ids := []string{}
	for _, m := range members {
		stands[m.MeasureID] = m
		ids = append(ids, m.MeasureID)
	}
	var found []Measure
	q := tx.DB().Where("id IN ?", ids)
	if !tx.May("measure", "read", policies.Target{State: p.StateCode}) {
		q = q.Where("adopted_at IS NOT NULL")
	}
	if err := q.Find(&found).Error; err != nil {
		return nil, fmt.Errorf("read measures: %w", err)
	}
	slices.SortFunc(found, func(a, b Measure) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	rows := make([]Row, len(found))
	for i, m := range found {
		rows[i] = Row{Measure: m, StartsOn: inUTC(stands[m.ID].StartsOn), DueOn: stands[m.ID].DueOn.UTC()}
	}
	if err := tie(tx, p.StrategyID, rows); err != nil {
		return nil, err
	}
	lack(p, rows)
	return rows, nil
}

func inUTC(at *time.Time) *time.Time {
	if at == nil {
		return nil
	}
	utc := at.UTC()
	return &utc
}

// tie fills in the names and texts that the rows point to.
func tie(tx *workflows.Tx, strategyID string, rows []Row) error {
	if err := tieBodies(tx, rows); err != nil {
		return err
	}
	if err := tieObligations(tx, rows); err != nil {
		return err
	}
	return tieProvisions(tx, strategyID, rows)
}

func tieBodies(tx *workflows.Tx, rows []Row) error {
	ids, annexes := []string{}, []string{}
	for _, r := range rows {
		ids = append(ids, r.Partners...)
		if r.LeadID != nil {
			ids = append(ids, *r.LeadID)
		}
		if r.AnnexID != nil {
			annexes = append(annexes, *r.AnnexID)
		}
	}
	names, err := stakeholder.Names(tx, unique(ids))
	if err != nil {
		return err
	}
	var entries []Annex
	if err := tx.DB().Select("id, reference").Where("id IN ?", annexes).Find(&entries).Error; err != nil {
		return fmt.Errorf("read references: %w", err)
	}
	for i := range rows {
		r := &rows[i]
		if r.LeadID != nil {
			r.Lead = names[*r.LeadID].Name
		}
		for _, id := range r.Partners {
			r.PartnerList = append(r.PartnerList, names[id].Name)
		}
		for _, a := range entries {
			if r.AnnexID != nil && *r.AnnexID == a.ID {
				r.Annex = a.Reference
			}
		}
	}
	return nil
}

func idsOf(rows []Row) []string {
	out := make([]string, len(rows))
	for i := range rows {
		out[i] = rows[i].ID
	}
	return out
}

func tieObligations(tx *workflows.Tx, rows []Row) error {
	var links []Serves
	if err := tx.DB().Where("measure_id IN ?", idsOf(rows)).Find(&links).Error; err != nil {
		return fmt.Errorf("read obligations of measures: %w", err)
	}
	codes := []string{}
	for _, l := range links {
		codes = append(codes, l.Obligation)
	}
	var known []coverage.Obligation
	for some := range slices.Chunk(unique(codes), 200) {
		var found []coverage.Obligation
		if err := tx.DB().Where("code IN ?", some).Order("place").Find(&found).Error; err != nil {
			return fmt.Errorf("read obligations: %w", err)
		}
		known = append(known, found...)
	}
	for i := range rows {
		for _, o := range known {
			if slices.Contains(links, Serves{rows[i].ID, o.Code}) {
				rows[i].Obligations = append(rows[i].Obligations, o)
			}
		}
	}
	return nil
}

func tieProvisions(tx *workflows.Tx, strategyID string, rows []Row) error {
	var links []Rests
	if err := tx.DB().Where("measure_id IN ?", idsOf(rows)).Find(&links).Error; err != nil {
		return fmt.Errorf("read provisions of measures: %w", err)
	}
	places, err := newest(tx, strategyID)
	if err != nil {
		return err
	}
	at := map[string]int{}
	for i := range rows {
		at[rows[i].ID] = i
	}
	for _, p := range places {
		for _, l := range links {
			if l.Identity != p.Identity {
				continue
			}
			r := &rows[at[l.MeasureID]]
			if l.Role == RoleNeed {
				r.Needs = append(r.Needs, p)
			} else {
				r.Provisions = append(r.Provisions, p)
			}
		}
	}
	return nil
}

// lack says what each measure of a plan still needs.
func lack(p *Plan, rows []Row) {
	kinds := map[string][]string{} // of the measures for each obligation
	for _, r := range rows {
		for _, o := range r.Obligations {
			kinds[o.Code] = append(kinds[o.Code], r.Kind)
		}
	}
	for i := range rows {
		r := &rows[i]
		have := []string{r.Kind}
		for _, o := range r.Obligations {
			have = append(have, kinds[o.Code]...)
		}
		r.Lacks.EmptyKinds = without(Kinds, have)
		for _, w := range []struct {
			word string
			is   bool
		}{{"lead", r.LeadID == nil}, {"money", len(r.Resources) == 0}, {"upkeep", !r.Lasts()}, {"obligation", len(r.Obligations) == 0}} {
			if w.is {
				r.Lacks.Words = append(r.Lacks.Words, w.word)
			}
		}
		for _, y := range p.Years() {
			if !slices.ContainsFunc(r.Resources, func(l Resource) bool { return l.Year == y }) {
				r.Lacks.Years = append(r.Lacks.Years, y)
			}
		}
	}
}

func without(all, some []string) []string {
	var out []string
	for _, s := range all {
		if !slices.Contains(some, s) {
			out = append(out, s)
		}
	}
	return out
}

// Whole is a measure with the plans in which it stands.
type Whole struct {
	Row
	Plans []Standing // the newest first
	Moves []Move     // of its day, the newest first
}

// Standing is a plan in which a measure stands.
type Standing struct {
	Plan  Plan
	DueOn time.Time
}

// GetMeasure returns a measure the actor may read, with all it is tied to. What
// it lacks is seen from the newest plan in which it stands.
func GetMeasure(tx *workflows.Tx, id string) (*Whole, error) {
	m, err := get(tx, id)
	if err != nil {
		return nil, err
	}
	w := &Whole{Row: Row{Measure: *m}}
	var members []Member
	if err := tx.DB().Where("measure_id = ?", id).Find(&members).Error; err != nil {
		return nil, fmt.Errorf("read plans of a measure: %w", err)
	}
	for _, member := range members {
		p, err := Get(tx, member.PlanID)
		if workflows.IsKind(err, workflows.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		w.Plans = append(w.Plans, Standing{*p, member.DueOn.UTC()})
	}
	slices.SortFunc(w.Plans, func(a, b Standing) int { return b.Plan.Cycle - a.Plan.Cycle })
	if err := w.readRow(tx); err != nil {
		return nil, err
	}
	var moves []Move
	if err := tx.DB().Where("measure_id = ?", id).Order("id DESC").Limit(workflows.MaxLimit).Find(&moves).Error; err != nil {
		return nil, fmt.Errorf("read how a day moved: %w", err)
	}
	for _, move := range moves {
		if slices.ContainsFunc(w.Plans, func(s Standing) bool { return s.Plan.ID == move.PlanID }) {
			w.Moves = append(w.Moves, move)
		}
	}
	return w, nil
}

func (w *Whole) readRow(tx *workflows.Tx) error {
	if len(w.Plans) == 0 {
		return nil
	}
	rows, err := Measures(tx, &w.Plans[0].Plan)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r.ID == w.ID {
			w.Row = r
		}
	}
	return nil
}

// History is what was done to a measure, the newest first, for its own
// officials.
func (m *Measure) History(tx *workflows.Tx) ([]workflows.Entry, error) {
	if !tx.May("measure", "edit", policies.Target{State: m.StateCode}) && !tx.May("record", "read", policies.Target{State: m.StateCode}) {
		return nil, nil
	}
	var out []workflows.Entry
	err := tx.DB().Where("object = ? AND object_id = ?", "measure", m.ID).Order("seq DESC").Limit(workflows.MaxLimit).Find(&out).Error
	return out, err
}

// For lists the measures for an obligation that the actor may read, the newest
// first.
func For(tx *workflows.Tx, code string) ([]Measure, error) {
	return among(tx, tx.DB().Model(&Serves{}).Select("measure_id").Where("obligation = ?", code))
}

// On lists the measures that rest on a provision, by its identity, as text or as
// need, and that the actor may read, the newest first.
func On(tx *workflows.Tx, identity string) ([]Measure, error) {
	return among(tx, tx.DB().Model(&Rests{}).Select("measure_id").Where("identity = ?", identity))
}

func among(tx *workflows.Tx, ids *gorm.DB) ([]Measure, error) {
	var out []Measure
	if err := visible(tx).Where("id IN (?)", ids).Order("id DESC").Limit(workflows.MaxLimit).Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read measures: %w", err)
	}
	return out, nil
}
