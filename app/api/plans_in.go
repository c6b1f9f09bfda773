package api

import (
	"jahorina/app/exports"
	"jahorina/workflows"
	"jahorina/workflows/plan"
)

// PlanIn is what is said of a plan as a whole.
type PlanIn struct {
	Title    string      `json:"title"`
	StartsOn string      `json:"starts_on" doc:"YYYY-MM-DD"`
	EndsOn   string      `json:"ends_on" doc:"YYYY-MM-DD"`
	Stated   *AmountView `json:"stated,omitempty" doc:"What the text says the plan costs"`
	StatedIn string      `json:"stated_in,omitempty" doc:"Where it says so: 10.1"`
}

func (in PlanIn) terms() (plan.Terms, error) {
	var p workflows.Problems
	t := plan.Terms{Title: in.Title, StatedIn: in.StatedIn, Stated: in.Stated.plan()}
	t.StartsOn, t.EndsOn = day(&p, "starts_on", in.StartsOn), day(&p, "ends_on", in.EndsOn)
	return t, p.Err()
}

func createPlan(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body PlanIn
},
) (PlanHead, error) {
	t, err := in.Body.terms()
	if err != nil {
		return PlanHead{}, err
	}
	p, err := plan.Create(tx, in.ID, t)
	if err != nil {
		return PlanHead{}, err
	}
	return headOfPlan(*p), nil
}

func editPlan(tx *workflows.Tx, in *struct {
	ByID
	IfMatch
	Body PlanIn
},
) (PlanHead, error) {
	version, err := in.IfMatch.version()
	if err != nil {
		return PlanHead{}, err
	}
	t, err := in.Body.terms()
	if err != nil {
		return PlanHead{}, err
	}
	p, err := plan.Edit(tx, in.ID, version, t)
	if err != nil {
		return PlanHead{}, err
	}
	return headOfPlan(*p), nil
}

func issuePlan(tx *workflows.Tx, in *struct {
	Once
	ByID
},
) (PlanHead, error) {
	p, err := plan.Issue(tx, in.ID)
	if err != nil {
		return PlanHead{}, err
	}
	return headOfPlan(*p), nil
}

// MeasureIn is what is said of a measure, but for its money and evidence.
type MeasureIn struct {
	Number         string      `json:"number"`
	Title          string      `json:"title"`
	Kind           string      `json:"kind" doc:"legislation, regulatory_enforcement, infrastructure_expertise, procedures, resources or sustainability"`
	Capability     string      `json:"capability,omitempty"`
	Prevention     bool        `json:"prevention,omitempty"`
	Consequence    bool        `json:"consequence,omitempty"`
	LeadID         string      `json:"lead_id,omitempty" doc:"An organisation"`
	Partners       []string    `json:"partners,omitempty" doc:"Organisations, by their ids"`
	Obligations    []string    `json:"obligations,omitempty" doc:"Codes of the register"`
	Provisions     []string    `json:"provisions,omitempty" doc:"Numbers in the newest draft that it gives effect to"`
	Needs          []string    `json:"needs,omitempty" doc:"Numbers in the newest draft that say why it is needed"`
	Upkeep         *AmountView `json:"upkeep,omitempty" doc:"A year"`
	UpkeepOwner    string      `json:"upkeep_owner,omitempty"`
	OwnFrom        string      `json:"own_from,omitempty" doc:"First day without outside help"`
	StartsOn       string      `json:"starts_on,omitempty" doc:"In its newest plan"`
	Sustainability string      `json:"sustainability,omitempty"`
	Indicator      string      `json:"indicator,omitempty"`
	AnnexID        string      `json:"annex_id,omitempty" doc:"Entry of the restricted annex"`
	DueOn          string      `json:"due_on,omitempty" doc:"YYYY-MM-DD; of a new measure"`
}

func (in MeasureIn) content() (plan.Content, error) {
	var p workflows.Problems
	c := plan.Content{
		Number: in.Number, Title: in.Title, Kind: in.Kind, Capability: in.Capability, Prevention: in.Prevention, Consequence: in.Consequence,
		LeadID: in.LeadID, Partners: in.Partners, Obligations: in.Obligations, Provisions: in.Provisions, Needs: in.Needs, Upkeep: in.Upkeep.plan(),
		UpkeepOwner: in.UpkeepOwner, OwnFrom: day(&p, "own_from", in.OwnFrom), Sustainability: in.Sustainability, Indicator: in.Indicator, AnnexID: in.AnnexID,
		StartsOn: day(&p, "starts_on", in.StartsOn),
	}
	return c, p.Err()
}

// shown is the measure as it stands now.
func shown(tx *workflows.Tx, m *plan.Measure, err error) (MeasureView, error) {
	if err != nil {
		return MeasureView{}, err
	}
	w, err := plan.GetMeasure(tx, m.ID)
	if err != nil {
		return MeasureView{}, err
	}
	return viewMeasure(w.Row), nil
}

func addMeasure(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body MeasureIn
},
) (MeasureView, error) {
	c, err := in.Body.content()
	if err != nil {
		return MeasureView{}, err
	}
	var p workflows.Problems
	due := day(&p, "due_on", in.Body.DueOn)
	if err := p.Err(); err != nil {
		return MeasureView{}, err
	}
	m, err := plan.Add(tx, in.ID, c, due)
	return shown(tx, m, err)
}

func editMeasure(tx *workflows.Tx, in *struct {
	ByID
	IfMatch
	Body MeasureIn
},
) (MeasureView, error) {
	version, err := in.IfMatch.version()
	if err != nil {
		return MeasureView{}, err
	}
	c, err := in.Body.content()
	if err != nil {
		return MeasureView{}, err
	}
	m, err := plan.Put(tx, in.ID, version, c)
	return shown(tx, m, err)
}

// MoveIn is what is done to a measure.
type MoveIn struct {
	Action string `json:"action" doc:"adopt, start, finish, stop or resume"`
	Reason string `json:"reason,omitempty" doc:"Needed to stop and to resume"`
}

func moveMeasure(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body MoveIn
},
) (MeasureView, error) {
	m, err := plan.Apply(tx, in.ID, in.Body.Action, in.Body.Reason)
	return shown(tx, m, err)
}

func fundMeasure(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body ResourceView
},
) (MeasureView, error) {
	m, err := plan.AddResource(tx, in.ID, plan.Resource{Amount: *in.Body.AmountView.plan(), Year: in.Body.Year, Source: in.Body.Source, Owner: in.Body.Owner})
	return shown(tx, m, err)
}

// LineIn names a line of money.
type LineIn struct {
	Place int `json:"place" minimum:"0" doc:"Among the resources of the measure, from 0"`
}

func defundMeasure(tx *workflows.Tx, in *struct {
	Once
	ByID
	IfMatch
	Body LineIn
},
) (MeasureView, error) {
	version, err := in.IfMatch.version()
	if err != nil {
		return MeasureView{}, err
	}
	m, err := plan.DropResource(tx, in.ID, version, in.Body.Place)
	return shown(tx, m, err)
}

func proveMeasure(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body EvidenceView
},
) (MeasureView, error) {
	m, err := plan.AddEvidence(tx, in.ID, plan.Evidence(in.Body))
	return shown(tx, m, err)
}

// TableIn is a table of measures.
type TableIn struct {
	Table  string `json:"table" doc:"CSV with the columns number, title, kind, provisions, needs, obligations, lead, partners, due, amount, currency, year, source, owner, indicator, and if you like those of the plan as a table, with its milestones; headings and words may be those of any interface language"`
	DryRun bool   `json:"dry_run,omitempty" doc:"Only say what it would do"`
}

// PlanTakenView is what a table adds, or would add.
type PlanTakenView struct {
	Numbers []string  `json:"numbers" nullable:"false"`
	Sums    []SumView `json:"sums" nullable:"false"`

	Milestones int      `json:"milestones"`
	Undecided  []string `json:"undecided" nullable:"false" doc:"Numbers of measures of which the table says what was decided or done; that does not come in"`
}

func (s *server) importMeasures(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body TableIn
},
) (PlanTakenView, error) {
	done, err := plan.Import(tx, in.ID, exports.PlainPlan(s.Locales, []byte(in.Body.Table)), in.Body.DryRun)
	if err != nil {
		return PlanTakenView{}, err
	}
	sums := listOf(done.Sums, "", func(s plan.Sum) SumView { return SumView{AmountView{s.Minor, s.Currency}, s.Year} })
	return PlanTakenView{append([]string{}, done.Numbers...), sums.Items, done.Milestones, append([]string{}, done.Undecided...)}, nil
}

// DelayIn is another day for a measure.
type DelayIn struct {
	MeasureID string `json:"measure_id"`
	DueOn     string `json:"due_on" doc:"YYYY-MM-DD"`
	Reason    string `json:"reason,omitempty" doc:"Needed if the day is another"`
	AgreedBy  string `json:"agreed_by,omitempty" doc:"Needed if the day is another"`
}

// InheritIn are measures that go on in the next plan.
type InheritIn struct {
	Measures []DelayIn `json:"measures" maxItems:"500"`
}

// InheritedView is how many measures were taken over.
type InheritedView struct {
	Count int `json:"count"`
}

func inherit(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body InheritIn
},
) (InheritedView, error) {
	var p workflows.Problems
	var delays []plan.Delay
	for _, d := range in.Body.Measures {
		delays = append(delays, plan.Delay{MeasureID: d.MeasureID, DueOn: day(&p, "measures", d.DueOn), Reason: d.Reason, AgreedBy: d.AgreedBy})
	}
	if err := p.Err(); err != nil {
		return InheritedView{}, err
	}
	n, err := plan.Inherit(tx, in.ID, delays)
	return InheritedView{n}, err
}

func postpone(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body DelayIn
},
) (MeasureView, error) {
	var p workflows.Problems
	d := plan.Delay{MeasureID: in.Body.MeasureID, DueOn: day(&p, "due_on", in.Body.DueOn), Reason: in.Body.Reason, AgreedBy: in.Body.AgreedBy}
	if err := p.Err(); err != nil {
		return MeasureView{}, err
	}
	if err := plan.Postpone(tx, in.ID, d); err != nil {
		return MeasureView{}, err
	}
	return shown(tx, &plan.Measure{ID: d.MeasureID}, nil)
}

// MilestoneIn is what is said of a milestone.
type MilestoneIn struct {
	Title  string   `json:"title"`
	Owner  string   `json:"owner" doc:"A person, by their id"`
	DueOn  string   `json:"due_on" doc:"YYYY-MM-DD"`
	Status string   `json:"status,omitempty" doc:"not_started, under_way, done or stopped"`
	Note   string   `json:"note,omitempty"`
	Link   string   `json:"link,omitempty" doc:"https"`
	Needs  []string `json:"needs,omitempty" doc:"Ids of milestones it waits for"`
}

func (in MilestoneIn) step() (plan.Step, error) {
	var p workflows.Problems
	return plan.Step{Title: in.Title, OwnerID: in.Owner, DueOn: day(&p, "due_on", in.DueOn), Status: in.Status, Needs: in.Needs, Note: in.Note, Link: in.Link}, p.Err()
}

func stepShown(tx *workflows.Tx, s *plan.Milestone, err error) (MilestoneView, error) {
	if err != nil {
		return MilestoneView{}, err
	}
	now, _, err := plan.GetMilestone(tx, s.ID)
	if err != nil {
		return MilestoneView{}, err
	}
	return viewStep(*now), nil
}

func addMilestone(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body MilestoneIn
},
) (MilestoneView, error) {
	step, err := in.Body.step()
	if err != nil {
		return MilestoneView{}, err
	}
	s, err := plan.AddMilestone(tx, in.ID, step)
	return stepShown(tx, s, err)
}

func editMilestone(tx *workflows.Tx, in *struct {
	ByID
	IfMatch
	Body MilestoneIn
},
) (MilestoneView, error) {
	version, err := in.IfMatch.version()
	if err != nil {
		return MilestoneView{}, err
	}
	step, err := in.Body.step()
	if err != nil {
		return MilestoneView{}, err
	}
	s, err := plan.PutMilestone(tx, in.ID, version, step)
	return stepShown(tx, s, err)
}

func oneMilestone(tx *workflows.Tx, in *ByID) (MilestoneView, error) {
	return stepShown(tx, &plan.Milestone{ID: in.ID}, nil)
}

// ProgressIn is what the owner of a milestone reports.
type ProgressIn struct {
	Status string `json:"status" doc:"under_way or done"`
	Note   string `json:"note,omitempty" doc:"What was done; done needs it"`
	Link   string `json:"link,omitempty" doc:"https"`
}

func reportMilestone(tx *workflows.Tx, in *struct {
	ByID
	IfMatch
	Body ProgressIn
},
) (MilestoneView, error) {
	version, err := in.IfMatch.version()
	if err != nil {
		return MilestoneView{}, err
	}
	s, err := plan.ReportStep(tx, in.ID, version, plan.Progress(in.Body))
	return stepShown(tx, s, err)
}

// AnnexIn is an entry of the restricted annex.
type AnnexIn struct {
	Reference string `json:"reference" doc:"Public"`
	Reason    string `json:"reason" doc:"Why it is not published; public"`
	Text      string `json:"text" doc:"For officials and reviewers of the state"`
}

// AnnexView is an entry of the restricted annex with its text.
type AnnexView struct {
	ReferenceView
	Text string `json:"text"`
}

func viewAnnex(a plan.Annex) AnnexView {
	return AnnexView{ReferenceView{a.ID, a.Reference, a.Reason}, a.Text}
}

func annex(tx *workflows.Tx, in *ByID) (list[AnnexView], error) {
	rows, err := plan.Annexes(tx, in.ID)
	return listOf(rows, "", viewAnnex), err
}

func addAnnex(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body AnnexIn
},
) (AnnexView, error) {
	a, err := plan.AddAnnex(tx, in.ID, in.Body.Reference, in.Body.Reason, in.Body.Text)
	if err != nil {
		return AnnexView{}, err
	}
	return viewAnnex(*a), nil
}
