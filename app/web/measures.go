package web

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"jahorina/policies"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/plan"
	"jahorina/workflows/stakeholder"
)

// measureFormView is the form for what is said of a measure.
type measureFormView struct {
	Back              string
	M                 plan.Row
	New               bool
	Kinds, Bodies     []templates.Option
	Annexes           []templates.Option
	TagOptions        []templates.Option
	Upkeep, Currency  string
	OwnFrom, StartsOn string
	Tags              []string
	Lead, Annex       string
	Codes             string
	Provisions, Needs string
	Partners          string
}

// measureForm fills in what the form offers, for a plan of the state.
func (q *request) measureForm(tx *workflows.Tx, p *plan.Plan, v *measureFormView) error {
	v.Kinds = []templates.Option{}
	for _, k := range plan.Kinds {
		v.Kinds = append(v.Kinds, templates.Option{Value: k, Label: q.text.T("measure_kind." + k)})
	}
	v.TagOptions = []templates.Option{{Value: "prevention", Label: q.text.T("measure.prevention")}, {Value: "consequence", Label: q.text.T("measure.consequence")}}
	v.Bodies = []templates.Option{{Label: q.text.T("measure.nobody")}}
	bodies, err := workflows.Every(func(page workflows.Page) ([]stakeholder.Organisation, string, error) {
		return stakeholder.Organisations(tx, p.StateCode, stakeholder.Filter{}, page)
	})
	if err != nil {
		return err
	}
	for _, o := range bodies {
		v.Bodies = append(v.Bodies, templates.Option{Value: o.ID, Label: o.Name})
	}
	slices.SortStableFunc(v.Bodies[1:], func(a, b templates.Option) int {
		return strings.Compare(workflows.Fold(a.Label), workflows.Fold(b.Label))
	})
	references, err := plan.References(tx, p)
	v.Annexes = []templates.Option{{Label: q.text.T("measure.no_annex")}}
	for _, a := range references {
		v.Annexes = append(v.Annexes, templates.Option{Value: a.ID, Label: a.Reference})
	}
	return err
}

func newMeasurePage(q *request) error {
	tx := q.read()
	p, err := changeablePlan(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	v := measureFormView{Back: "/plans/" + p.ID, New: true, Codes: strings.Join(q.several("obligation"), "; ")}
	if err := q.measureForm(tx, p, &v); err != nil {
		return err
	}
	return q.show("official/measure_form", q.text.T("plans.add"), v)
}

// changeableMeasure is a measure that the reader may change, with its newest
// plan.
func changeableMeasure(tx *workflows.Tx, id string) (*plan.Whole, *plan.Plan, error) {
	m, err := plan.GetMeasure(tx, id)
	if err != nil {
		return nil, nil, err
	}
	if err := tx.Check("measure", "edit", policies.Target{State: m.StateCode}); err != nil {
		return nil, nil, err
	}
	return m, &m.Plans[0].Plan, nil
}

func editMeasurePage(q *request) error {
	tx := q.read()
	m, p, err := changeableMeasure(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	v := measureFormView{
		Back: "/measures/" + m.ID, M: m.Row, Codes: codesOf(&m.Row), Provisions: numbersOf(m.Provisions), Needs: numbersOf(m.Needs),
		Partners: strings.Join(m.PartnerList, "\n"),
	}
	if m.Prevention {
		v.Tags = append(v.Tags, "prevention")
	}
	if m.Consequence {
		v.Tags = append(v.Tags, "consequence")
	}
	if m.LeadID != nil {
		v.Lead = *m.LeadID
	}
	if m.AnnexID != nil {
		v.Annex = *m.AnnexID
	}
	v.OwnFrom, v.StartsOn = dayOrNone(m.OwnFrom), dayOrNone(m.StartsOn)
	if a := m.Upkeep(); a != nil {
		v.Upkeep, v.Currency = a.Plain(), a.Currency
	}
	if err := q.measureForm(tx, p, &v); err != nil {
		return err
	}
	return q.show("official/measure_form", q.text.T("measure.edit_title", "Number", m.Number), v)
}

// measure is what the form says, of a measure of the state.
func (q *request) measure(tx *workflows.Tx, state string) (plan.Content, time.Time, error) {
	f := q.form
	var p workflows.Problems
	in := plan.Content{
		Number: f.Get("number"), Title: f.Get("title"), Kind: f.Get("kind"), Capability: f.Get("capability"), LeadID: f.Get("lead"), AnnexID: f.Get("annex"),
		Prevention: slices.Contains(f["tags"], "prevention"), Consequence: slices.Contains(f["tags"], "consequence"),
		Obligations: plan.Codes(f.Get("obligations")), Provisions: plan.Codes(f.Get("provisions")), Needs: plan.Codes(f.Get("needs")),
		UpkeepOwner: f.Get("upkeep_owner"), Sustainability: f.Get("sustainability"), Indicator: f.Get("indicator"),
	}
	var err error
	if in.Partners, err = plan.Bodies(tx, &p, state, "partners", strings.Split(f.Get("partners"), "\n")); err != nil {
		return in, time.Time{}, err
	}
	in.Upkeep = plan.ParseAmount(&p, "upkeep_amount", f.Get("upkeep_amount"), f.Get("upkeep_currency"))
	in.OwnFrom, in.StartsOn = q.typedDay(&p, "own_from"), q.typedDay(&p, "starts_on")
	due := q.typedDay(&p, "due_on")
	return in, due, p.Err()
}

func createMeasure(q *request, tx *workflows.Tx) (done, error) {
	p, err := changeablePlan(tx, q.c.Param("id"))
	if err != nil {
		return done{}, err
	}
	in, due, err := q.measure(tx, p.StateCode)
	if err != nil {
		return done{}, err
	}
	m, err := plan.Add(tx, p.ID, in, due)
	if err != nil {
		return done{}, err
	}
	return done{to: "/measures/" + m.ID, flash: "on_record"}, nil
}

func editMeasure(q *request, tx *workflows.Tx) (done, error) {
	m, _, err := changeableMeasure(tx, q.c.Param("id"))
	if err != nil {
		return done{}, err
	}
	version, err := q.version()
	if err != nil {
		return done{}, err
	}
	in, _, err := q.measure(tx, m.StateCode)
	if err != nil {
		return done{}, err
	}
	if _, err := plan.Put(tx, m.ID, version, in); err != nil {
		return done{}, err
	}
	return done{to: "/measures/" + m.ID, flash: "on_record"}, nil
}

// measureView is a measure with all it is tied to.
type measureView struct {
	M          *plan.Whole
	At         string
	Facts      []templates.Row
	Lacks      []string
	Needs      []templates.Link
	Provisions []templates.Link
	Serves     []templates.Obligation
	Support    []string // lines of money
	Upkeep     string
	Moves      []moveItem
	Steps      []stepItem
	History    []historyItem
	MayEdit    bool
	Actions    []string
	Sources    []templates.Option
	Proofs     []templates.Option
	People     []templates.Option
	Others     []templates.Option // milestones that one can wait for
}

type moveItem struct{ Text string }

type stepItem struct {
	plan.Stepped
	Href    string // to change it
	Overdue bool
}

type historyItem struct {
	At       time.Time
	By, What string
	Reason   string
}

func measurePage(q *request) error {
	tx := q.read()
	m, err := plan.GetMeasure(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	v := measureView{M: m, At: "/measures/" + m.ID, Needs: placeLinks(m.Needs), Provisions: placeLinks(m.Provisions), Serves: obliged(m.Obligations)}
	v.MayEdit = tx.May("measure", "edit", policies.Target{State: m.StateCode})
	v.Actions = m.Actions(tx)
	for _, r := range m.Resources {
		v.Support = append(v.Support, strings.TrimSuffix(q.funds([]plan.Resource{r})+" · "+r.Owner, " · "))
	}
	if a := m.Upkeep(); a != nil {
		v.Upkeep = q.money(*a)
	}
	if tx.May("measure", "read", policies.Target{State: m.StateCode}) {
		v.Lacks = q.missing(&m.Row)
	}
	v.facts(q)
	for _, move := range m.Moves {
		v.Moves = append(v.Moves, moveItem{q.text.T("measure.moved", "From", q.text.Date(move.FromOn), "To", q.text.Date(move.ToOn), "Reason", move.Reason, "By", move.AgreedBy)})
	}
	if err := v.tellSteps(q, tx); err != nil {
		return err
	}
	if err := v.tellHistory(q, tx); err != nil {
		return err
	}
	return q.show("public/measure", m.Title, v)
}

func (v *measureView) facts(q *request) {
	m := v.M
	add := func(field, value string) {
		if value != "" {
			v.Facts = append(v.Facts, templates.Row{Key: q.text.T("measure.field." + field), Value: value})
		}
	}
	add("kind", q.text.T("measure_kind."+m.Kind))
	add("tags", q.tags(&m.Measure))
	add("capability", m.Capability)
	add("lead", m.Lead)
	add("partners", strings.Join(m.PartnerList, "; "))
	add("start", q.startCell(&m.Row))
	if len(m.Plans) > 0 {
		add("due", q.text.Date(m.DueOn))
	}
	add("indicator", m.Indicator)
	add("upkeep", v.Upkeep)
	add("upkeep_owner", m.UpkeepOwner)
	if m.OwnFrom != nil {
		add("own_from", q.text.Date(*m.OwnFrom))
	}
	add("sustainability", m.Sustainability)
	if m.AdoptedAt != nil {
		add("adopted", q.text.Date(*m.AdoptedAt))
	}
	add("annex", m.Annex)
}

func (v *measureView) tellSteps(q *request, tx *workflows.Tx) error {
	steps, err := plan.Milestones(tx, v.M.ID)
	if err != nil {
		return err
	}
	for _, s := range steps {
		item := stepItem{Stepped: s, Overdue: s.Overdue(tx.Now)}
		if v.MayEdit || s.OwnerID != "" && s.OwnerID == tx.Actor.PersonID() {
			item.Href = "/milestones/" + s.ID
		}
		v.Steps = append(v.Steps, item)
		v.Others = append(v.Others, templates.Option{Value: s.ID, Label: s.Title})
	}
	if !v.MayEdit {
		return nil
	}
	for _, s := range plan.Sources {
		v.Sources = append(v.Sources, templates.Option{Value: s, Label: q.text.T("money_source." + s)})
	}
	for _, k := range plan.EvidenceKinds {
		v.Proofs = append(v.Proofs, templates.Option{Value: k, Label: q.text.T("evidence_kind." + k)})
	}
	v.People, err = q.owners(tx, &v.M.Measure)
	return err
}

func (v *measureView) tellHistory(q *request, tx *workflows.Tx) error {
	entries, err := v.M.History(tx)
	for _, e := range entries {
		v.History = append(v.History, historyItem{e.At, e.ActorName, q.text.T("did.measure." + e.Action), e.Reason})
	}
	return err
}

func moveMeasure(q *request, tx *workflows.Tx) (done, error) {
	_, err := plan.Apply(tx, q.c.Param("id"), q.form.Get("action"), q.form.Get("reason"))
	for _, field := range []string{"lead", "upkeep_owner", "upkeep_amount", "own_from", "action"} {
		err = rename(err, field, "") // no field of this page
	}
	return done{to: "/measures/" + q.c.Param("id"), flash: "on_record"}, err
}

func fundMeasure(q *request, tx *workflows.Tx) (done, error) {
	to := done{to: "/measures/" + q.c.Param("id") + "#money", flash: "on_record"}
	if _, _, err := changeableMeasure(tx, q.c.Param("id")); err != nil {
		return done{}, err
	}
	if drop := q.form.Get("drop"); drop != "" {
		i, err := strconv.Atoi(drop)
		if err != nil {
			i = -1
		}
		version, err := q.version()
		if err != nil {
			return done{}, err
		}
		_, err = plan.DropResource(tx, q.c.Param("id"), version, i)
		return to, err
	}
	var p workflows.Problems
	amount := plan.ParseAmount(&p, "amount", q.form.Get("amount"), q.form.Get("currency"))
	if amount == nil && len(p) == 0 {
		p.Add("amount", "required")
	}
	year, err := q.number("year")
	if err != nil {
		p.Add("year", "not_a_number")
	}
	if err := p.Err(); err != nil {
		return done{}, err
	}
	_, err = plan.AddResource(tx, q.c.Param("id"), plan.Resource{Amount: *amount, Year: year, Source: q.form.Get("source"), Owner: q.form.Get("owner")})
	return to, err
}

func proveMeasure(q *request, tx *workflows.Tx) (done, error) {
	e := plan.Evidence{Kind: q.form.Get("evidence_kind"), Text: q.form.Get("text"), Link: strings.TrimSpace(q.form.Get("link"))}
	_, err := plan.AddEvidence(tx, q.c.Param("id"), e)
	return done{to: "/measures/" + q.c.Param("id") + "#evidence", flash: "on_record"}, err
}

func postponeMeasure(q *request, tx *workflows.Tx) (done, error) {
	m, p, err := changeableMeasure(tx, q.c.Param("id"))
	if err != nil {
		return done{}, err
	}
	due, err := q.day("due_on")
	if err != nil {
		return done{}, err
	}
	d := plan.Delay{MeasureID: m.ID, DueOn: due, Reason: q.form.Get("delay"), AgreedBy: q.form.Get("agreed_by")}
	return done{to: "/measures/" + m.ID + "#moves", flash: "on_record"}, rename(plan.Postpone(tx, p.ID, d), "reason", "delay")
}

// step is what a form says of a milestone.
func (q *request) step() (plan.Step, error) {
	due, err := q.day("step_due")
	return plan.Step{Title: q.form.Get("step"), OwnerID: q.form.Get("step_owner"), DueOn: due, Status: q.form.Get("status"), Needs: slices.DeleteFunc(q.form["step_needs"], func(s string) bool { return s == "" })}, err
}

// stepFields says of the form's own fields what is wrong with a milestone.
func stepFields(err error) error {
	for from, to := range map[string]string{"title": "step", "owner": "step_owner", "due_on": "step_due", "needs": "step_needs"} {
		err = rename(err, from, to)
	}
	return err
}

func addMilestone(q *request, tx *workflows.Tx) (done, error) {
	if _, _, err := changeableMeasure(tx, q.c.Param("id")); err != nil {
		return done{}, err
	}
	in, err := q.step()
	if err != nil {
		return done{}, err
	}
	_, err = plan.AddMilestone(tx, q.c.Param("id"), in)
	return done{to: "/measures/" + q.c.Param("id") + "#milestones", flash: "on_record"}, stepFields(err)
}
