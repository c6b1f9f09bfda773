package plan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/coverage/register"
	"jahorina/workflows/stakeholder"
)

// Kinds of measures are the six of the register of obligations.
var Kinds = register.Kinds

// Sources of money, as a word.
var Sources = []string{"state", "shared", "partner", "sought"}

// EvidenceKinds are what can show that a measure is done.
var EvidenceKinds = []string{"law", "procedure", "record"}

// Limits of one measure.
const (
	maxLines = 100 // of resources, and of evidence
	maxLinks = 200 // obligations, provisions, partners
	// MaxMeasures bounds the measures of one plan.
	MaxMeasures = 500
)

// Measure is what a state does to give a strategy effect.
type Measure struct {
	ID             string
	StateCode      string
	StrategyID     string
	Number         string // in its plans: "A1"
	Title          string
	Kind           string
	Capability     string
	Prevention     bool // whether it prevents, and
	Consequence    bool // whether it manages consequences: neither crowds out the other
	LeadID         *string
	Partners       []string   `gorm:"serializer:json"` // ids of organisations
	Resources      []Resource `gorm:"serializer:json"`
	UpkeepMinor    *int64     // a year
	UpkeepCurrency string
	UpkeepOwner    string
	OwnFrom        *time.Time // from this day on it goes without outside help
	Sustainability string     // how it is kept up
	Indicator      string
	Evidence       []Evidence `gorm:"serializer:json"`
	AnnexID        *string    // entry of the restricted annex that it rests on
	Status         string
	AdoptedAt      *time.Time
	Version        int64
	CreatedBy      string
	CreatedAt      time.Time
	UpdatedAt      *time.Time
}

// Resource is money for a measure.
type Resource struct {
	Amount
	Year   int    `json:"year"`
	Source string `json:"source"` // one of Sources
	Owner  string `json:"owner"`  // who has the budget; "": the lead
}

// Evidence is what shows that a measure is done.
type Evidence struct {
	Kind string `json:"kind"` // one of EvidenceKinds
	Text string `json:"text"`
	Link string `json:"link"` // https, or ""
}

// Serves says that a measure helps to meet an obligation.
type Serves struct {
	MeasureID  string `gorm:"primaryKey"`
	Obligation string `gorm:"primaryKey"`
}

// TableName is where GORM keeps them.
func (Serves) TableName() string { return "measure_obligations" }

// Roles of a provision beside a measure.
const (
	RoleText = "text" // the measure gives it effect
	RoleNeed = "need" // it says why the measure is needed
)

// Rests says which provision, by its identity, a measure rests on.
type Rests struct {
	MeasureID string `gorm:"primaryKey"`
	Identity  string `gorm:"primaryKey"`
	Role      string `gorm:"primaryKey"`
}

// TableName is where GORM keeps them.
func (Rests) TableName() string { return "measure_provisions" }

// Content is what is said of a measure, but for its resources and evidence.
// Provisions are named by their numbers in the newest draft of the strategy.
type Content struct {
	Number, Title, Kind, Capability string
	Prevention, Consequence         bool
	LeadID                          string // "": not yet known
	Partners                        []string
	Obligations, Provisions, Needs  []string
	Upkeep                          *Amount
	UpkeepOwner                     string
	OwnFrom                         time.Time // zero: not yet known
	StartsOn                        time.Time // in its newest plan; zero: not said
	Sustainability, Indicator       string
	AnnexID                         string
}

// Lasts says whether it is known who keeps the measure up, at what cost, and
// from when on without outside help.
func (m *Measure) Lasts() bool {
	return m.UpkeepMinor != nil && m.UpkeepOwner != "" && m.OwnFrom != nil
}

// Open says whether there is something left to do.
func (m *Measure) Open() bool { return m.Status == NotStarted || m.Status == UnderWay }

// Upkeep is what it costs a year, nil if that is not known.
func (m *Measure) Upkeep() *Amount {
	if m.UpkeepMinor == nil {
		return nil
	}
	return &Amount{*m.UpkeepMinor, m.UpkeepCurrency}
}

// check finds what is wrong with the content. prefix stands before the names of
// fields that rows of a table share.
func (in *Content) check(tx *workflows.Tx, state string, p *workflows.Problems) error {
	p.Text("number", in.Number, 20, true)
	p.Text("title", in.Title, workflows.MaxName, true)
	p.OneOf("kind", in.Kind, Kinds...)
	p.Text("capability", in.Capability, workflows.MaxName, false)
	p.Text("upkeep_owner", in.UpkeepOwner, workflows.MaxName, false)
	p.Text("sustainability", in.Sustainability, workflows.MaxParagraph, false)
	p.Text("indicator", in.Indicator, workflows.MaxParagraph, false)
	if in.Upkeep != nil {
		in.Upkeep.check(p, "upkeep_amount")
	}
	if !in.OwnFrom.IsZero() {
		p.Instant("own_from", in.OwnFrom)
	}
	if !in.StartsOn.IsZero() {
		p.Instant("starts_on", in.StartsOn)
	}
	for field, list := range map[string][]string{"obligations": in.Obligations, "provisions": in.Provisions, "needs": in.Needs, "partners": in.Partners} {
		if len(list) > maxLinks {
			p.Add(field, "too_many", "Max", maxLinks)
			return nil
		}
		p.Search(field, list...)
	}
	if len(*p) > 0 {
		return nil // the rest is asked of the database
	}
	return in.checkBodies(tx, state, p)
}

func (in *Content) checkBodies(tx *workflows.Tx, state string, p *workflows.Problems) error {
	ids := slices.Clone(in.Partners)
	if in.LeadID != "" {
		ids = append(ids, in.LeadID)
	}
	known, err := stakeholder.Names(tx, ids)
	if err != nil {
		return err
	}
	if o, there := known[in.LeadID]; in.LeadID != "" && (!there || o.StateCode != state) {
		p.Add("lead", "unknown_organisation")
	}
	for _, id := range in.Partners {
		if o, there := known[id]; !there || o.StateCode != state {
			p.Add("partners", "unknown_organisation")
			break
		}
	}
	return nil
}

func (m *Measure) take(in Content) {
	m.Number, m.Title, m.Kind, m.Capability = strings.TrimSpace(in.Number), strings.TrimSpace(in.Title), in.Kind, strings.TrimSpace(in.Capability)
	m.Prevention, m.Consequence = in.Prevention, in.Consequence
	m.LeadID, m.AnnexID, m.OwnFrom = orNil(in.LeadID), orNil(in.AnnexID), dayOrNil(in.OwnFrom)
	m.Partners = append([]string{}, unique(in.Partners)...)
	m.UpkeepMinor, m.UpkeepCurrency = nil, ""
	if in.Upkeep != nil {
		m.UpkeepMinor, m.UpkeepCurrency = &in.Upkeep.Minor, in.Upkeep.Currency
	}
	m.UpkeepOwner = strings.TrimSpace(in.UpkeepOwner)
	m.Sustainability, m.Indicator = in.Sustainability, in.Indicator
}

func orNil(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// Add puts a new measure into a plan, due on the day.
func Add(tx *workflows.Tx, planID string, in Content, dueOn time.Time) (*Measure, error) {
	p, err := hold(tx, planID, "edit")
	if err != nil {
		return nil, err
	}
	w, err := newWriter(tx, p.StateCode, p.StrategyID)
	if err != nil {
		return nil, err
	}
	n, err := p.count(tx)
	if err != nil {
		return nil, err
	}
	return w.add(p, in, nil, dueOn, n+1)
}

// count is how many measures the plan has.
func (p *Plan) count(tx *workflows.Tx) (int, error) {
	var n int64
	if err := tx.DB().Model(&Member{}).Where("plan_id = ?", p.ID).Count(&n).Error; err != nil {
		return 0, fmt.Errorf("count measures: %w", err)
	}
	return int(n), nil
}

// Put changes what is said of a measure. What is adopted must go on being such
// as can be adopted.
func Put(tx *workflows.Tx, id string, version int64, in Content) (*Measure, error) {
	m, err := holdMeasure(tx, id, "edit")
	if err != nil {
		return nil, err
	}
	w, err := newWriter(tx, m.StateCode, m.StrategyID)
	if err != nil {
		return nil, err
	}
	if _, err := w.check(in, m.ID); err != nil {
		return nil, err
	}
	m.take(in)
	if m.AdoptedAt != nil {
		if err := adoptable.Check(facts{Measure: m}); err != nil {
			return nil, err
		}
	}
	partners, err := workflows.JSON(m.Partners)
	if err != nil {
		return nil, err
	}
	set := map[string]any{
		"number": m.Number, "title": m.Title, "kind": m.Kind, "capability": m.Capability, "prevention": m.Prevention, "consequence": m.Consequence,
		"lead_id": m.LeadID, "partners": partners, "upkeep_minor": m.UpkeepMinor, "upkeep_currency": m.UpkeepCurrency, "upkeep_owner": m.UpkeepOwner,
		"own_from": m.OwnFrom, "sustainability": m.Sustainability, "indicator": m.Indicator, "annex_id": m.AnnexID,
	}
	if err := tx.Update("measures", m.ID, version, set); workflows.IsDuplicate(err) {
		return nil, workflows.InvalidField("number", "measure_exists", "Number", m.Number)
	} else if err != nil {
		return nil, err
	}
	m.Version = version + 1
	if err := m.begin(tx, in.StartsOn); err != nil {
		return nil, err
	}
	if err := w.relink(m.ID, in); err != nil {
		return nil, err
	}
	return m, w.record("edit", m)
}

// target of a measure: the public reads what is adopted of a plan that is
// issued.
func (m *Measure) target(tx *workflows.Tx) (policies.Target, error) {
	t := policies.Target{State: m.StateCode}
	if m.AdoptedAt == nil {
		return t, nil
	}
	var n int64
	issued := tx.DB().Model(&Plan{}).Select("id").Where("issued_at IS NOT NULL AND strategy_id = ?", m.StrategyID)
	err := tx.DB().Model(&Member{}).Where("measure_id = ? AND plan_id IN (?)", m.ID, issued).Count(&n).Error
	t.Public = n > 0
	return t, err
}

// get returns a measure the actor may read.
func get(tx *workflows.Tx, id string) (*Measure, error) {
	var m Measure
	if err := tx.One(&m, "id = ?", id); err != nil {
		return nil, err
	}
	t, err := m.target(tx)
	if err != nil {
		return nil, err
	}
	return &m, tx.Check("measure", "read", t)
}

// holdMeasure loads a measure against others who change it, for whoever may do
// the action.
func holdMeasure(tx *workflows.Tx, id, action string) (*Measure, error) {
	if _, err := get(tx, id); err != nil {
		return nil, err
	}
	var m Measure
	if err := tx.Lock(&m, false, "id = ?", id); err != nil {
		return nil, err
	}
	return &m, tx.Check("measure", action, policies.Target{State: m.StateCode})
}

// AddResource adds a line of money.
func AddResource(tx *workflows.Tx, id string, r Resource) (*Measure, error) {
	m, err := holdMeasure(tx, id, "edit")
	if err != nil {
		return nil, err
	}
	var p workflows.Problems
	r.check(&p)
	if len(m.Resources) >= maxLines {
		p.Add("amount", "too_many", "Max", maxLines)
	}
	if err := p.Err(); err != nil {
		return nil, err
	}
	m.Resources = append(m.Resources, r)
	return m, m.keep(tx, "resources", m.Resources, "fund", fmt.Sprintf("%s %s, %d, %s", r.Plain(), r.Currency, r.Year, r.Source))
}

func (r *Resource) check(p *workflows.Problems) {
	r.Amount.check(p, "amount")
	if r.Year < 2000 || r.Year > 2200 {
		p.Add("year", "year_range", "Min", "2000", "Max", "2200")
	}
	p.OneOf("source", r.Source, Sources...)
	p.Text("owner", r.Owner, workflows.MaxName, false)
}

// DropResource takes a line of money away, by its place.
func DropResource(tx *workflows.Tx, id string, version int64, i int) (*Measure, error) {
	m, err := holdMeasure(tx, id, "edit")
	if err != nil {
		return nil, err
	}
	if m.Version != version || i < 0 || i >= len(m.Resources) {
		return nil, workflows.Refuse(workflows.Stale, "stale")
	}
	r := m.Resources[i]
	m.Resources = slices.Delete(m.Resources, i, i+1)
	return m, m.keep(tx, "resources", m.Resources, "defund", fmt.Sprintf("%s %s, %d, %s", r.Plain(), r.Currency, r.Year, r.Source))
}

// AddEvidence adds what shows that the measure is done. None is ever taken away.
func AddEvidence(tx *workflows.Tx, id string, e Evidence) (*Measure, error) {
	m, err := holdMeasure(tx, id, "edit")
	if err != nil {
		return nil, err
	}
	var p workflows.Problems
	p.OneOf("evidence_kind", e.Kind, EvidenceKinds...)
	p.Text("text", e.Text, workflows.MaxParagraph, true)
	checkLink(&p, e.Link)
	if len(m.Evidence) >= maxLines {
		p.Add("text", "too_many", "Max", maxLines)
	}
	if err := p.Err(); err != nil {
		return nil, err
	}
	m.Evidence = append(m.Evidence, e)
	return m, m.keep(tx, "evidence", m.Evidence, "prove", e.Kind)
}

// keep stores one list of the measure and puts that on the record.
func (m *Measure) keep(tx *workflows.Tx, column string, list any, action, what string) error {
	raw, err := workflows.JSON(list)
	if err != nil {
		return err
	}
	if err := tx.Update("measures", m.ID, m.Version, map[string]any{column: raw}); err != nil {
		return err
	}
	m.Version++
	return tx.Record(workflows.Entry{State: m.StateCode, Action: action, Object: "measure", ObjectID: m.ID, Reason: what, SHA256: workflows.SHA256(raw)})
}
