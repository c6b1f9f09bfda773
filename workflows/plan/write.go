package plan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/coverage"
	"jahorina/workflows/strategy"
)

// writer writes measures of one strategy.
type writer struct {
	tx       *workflows.Tx
	state    string
	strategy string
	numbers  map[string][]string // identities of the newest draft, by number
	here     map[string]bool     // identities of the newest draft
	codes    map[string]bool     // obligations looked up: whether they can be linked
}

func newWriter(tx *workflows.Tx, state, strategyID string) (*writer, error) {
	w := &writer{tx: tx, state: state, strategy: strategyID, numbers: map[string][]string{}, here: map[string]bool{}, codes: map[string]bool{}}
	places, err := newest(tx, strategyID)
	if err != nil {
		return nil, err
	}
	for _, p := range places {
		w.here[p.Identity] = true
		if p.Numbered() {
			w.numbers[p.Number] = append(w.numbers[p.Number], p.Identity)
		}
	}
	return w, nil
}

// newest are the provisions of the newest draft of the strategy that the actor
// may read.
func newest(tx *workflows.Tx, strategyID string) ([]strategy.Provision, error) {
	var any strategy.Draft
	if err := tx.DB().Omit("source").Where("strategy_id = ?", strategyID).Limit(1).Find(&any).Error; err != nil || any.ID == "" {
		return nil, err
	}
	d, err := strategy.DraftByID(tx, any.ID)
	if err != nil {
		return nil, err
	}
	drafts, err := strategy.Versions(tx, d)
	if err != nil || len(drafts) == 0 {
		return nil, err
	}
	return strategy.Provisions(tx, drafts[0].ID)
}

// known says whether the obligation is in force and can bind the state.
func (w *writer) known(code string) (bool, error) {
	ok, looked := w.codes[code]
	if looked {
		return ok, nil
	}
	o, _, err := coverage.Get(w.tx, code)
	if err != nil && !workflows.IsKind(err, workflows.NotFound) {
		return false, err
	}
	ok = err == nil && o.WithdrawnAt == nil && o.Of(w.state)
	w.codes[code] = ok
	return ok, nil
}

// check finds what is wrong with the content, of the measure with the id or a
// new one.
func (w *writer) check(in Content, id string) (workflows.Problems, error) {
	var p workflows.Problems
	if err := in.check(w.tx, w.state, &p); err != nil {
		return nil, err
	}
	for _, code := range in.Obligations {
		ok, err := w.known(code)
		if err != nil {
			return nil, err
		}
		if ok {
			continue
		}
		var n int64 // it may have served it before that was withdrawn
		if err := w.tx.DB().Model(&Serves{}).Where("measure_id = ? AND obligation = ?", id, code).Count(&n).Error; err != nil {
			return nil, err
		}
		if n == 0 {
			p.Add("obligations", "unknown_obligation", "Code", code)
		}
	}
	for _, list := range []struct {
		field   string
		numbers []string
	}{{"provisions", in.Provisions}, {"needs", in.Needs}} {
		for _, number := range list.numbers {
			switch len(w.numbers[number]) {
			case 0:
				p.Add(list.field, "no_such_number", "Number", number)
			case 1:
			default:
				p.Add(list.field, "number_twice", "Number", number)
			}
		}
	}
	if in.AnnexID != "" {
		var a Annex
		if err := w.tx.One(&a, "id = ? AND strategy_id = ?", in.AnnexID, w.strategy); workflows.IsKind(err, workflows.NotFound) {
			p.Add("annex", "unknown_annex")
		} else if err != nil {
			return nil, err
		}
	}
	return p, p.Err()
}

// add stores a new measure in a plan that is held.
func (w *writer) add(p *Plan, in Content, resources []Resource, dueOn time.Time, position int) (*Measure, error) {
	problems, err := w.check(in, "")
	if err != nil && !workflows.IsKind(err, workflows.Invalid) {
		return nil, err
	}
	checkStart(&problems, "starts_on", in.StartsOn, dueOn)
	if problems.Instant("due_on", dueOn); len(problems) > 0 {
		return nil, problems.Err()
	}
	if position > MaxMeasures {
		return nil, workflows.InvalidField("number", "too_many", "Max", MaxMeasures)
	}
	m := &Measure{
		ID: workflows.NewID(), StateCode: w.state, StrategyID: w.strategy, Resources: append([]Resource{}, resources...), Evidence: []Evidence{},
		Status: NotStarted, Version: 1, CreatedBy: w.tx.Actor.ID, CreatedAt: w.tx.Now,
	}
	m.take(in)
	isNew, err := w.tx.InsertOnce(m, "strategy_id", "number")
	if err != nil {
		return nil, fmt.Errorf("store measure: %w", err)
	}
	if !isNew {
		return nil, workflows.InvalidField("number", "measure_exists", "Number", m.Number)
	}
	if err := w.tx.Insert(&Member{PlanID: p.ID, MeasureID: m.ID, Position: position, StartsOn: dayOrNil(in.StartsOn), DueOn: workflows.Day(dueOn)}); err != nil {
		return nil, fmt.Errorf("put measure into plan: %w", err)
	}
	if err := w.relink(m.ID, in); err != nil {
		return nil, err
	}
	return m, w.record("create", m)
}

// relink makes the links of a measure what the content says. What it rests on
// and the newest draft no longer has stays.
func (w *writer) relink(id string, in Content) error {
	if err := w.tx.DB().Where("measure_id = ?", id).Delete(&Serves{}).Error; err != nil {
		return fmt.Errorf("unlink obligations: %w", err)
	}
	for _, code := range unique(in.Obligations) {
		if err := w.tx.Insert(&Serves{id, code}); err != nil {
			return fmt.Errorf("link obligation: %w", err)
		}
	}
	var stand []Rests
	if err := w.tx.DB().Where("measure_id = ?", id).Find(&stand).Error; err != nil {
		return fmt.Errorf("read links: %w", err)
	}
	for _, r := range stand {
		if !w.here[r.Identity] {
			continue
		}
		if err := w.tx.DB().Where("measure_id = ? AND identity = ? AND role = ?", r.MeasureID, r.Identity, r.Role).Delete(&Rests{}).Error; err != nil {
			return fmt.Errorf("unlink provision: %w", err)
		}
	}
	for role, numbers := range map[string][]string{RoleText: in.Provisions, RoleNeed: in.Needs} {
		for _, n := range unique(numbers) {
			if err := w.tx.Insert(&Rests{id, w.numbers[n][0], role}); err != nil {
				return fmt.Errorf("link provision: %w", err)
			}
		}
	}
	return nil
}

func unique(list []string) []string { return slices.Compact(slices.Sorted(slices.Values(list))) }

func (w *writer) record(action string, m *Measure) error {
	raw, err := workflows.JSON(m)
	if err != nil {
		return err
	}
	return w.tx.Record(workflows.Entry{State: m.StateCode, Action: action, Object: "measure", ObjectID: m.ID, SHA256: workflows.SHA256(raw)})
}

// Codes takes a list of codes or numbers apart, as people type it: with commas,
// semicolons or white space between.
func Codes(typed string) []string {
	return strings.FieldsFunc(typed, func(r rune) bool { return r == ',' || r == ';' || r == ' ' || r == '\n' || r == '\t' || r == '\u00a0' })
}
