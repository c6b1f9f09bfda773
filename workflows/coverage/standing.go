package coverage

import (
	"fmt"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/strategy"
)

// Place is a provision with the draft it stands in.
type Place struct {
	Draft     *strategy.Draft
	Provision strategy.Provision
}

// InState are the provisions that serve obligations in the strategies of a state, by
// the code of the obligation: of each strategy those of the newest draft that the
// actor may read and that was there at the instant.
func InState(tx *workflows.Tx, state string, at time.Time) (map[string][]Place, error) {
	var strategies []string
	of := tx.DB().Model(&strategy.Strategy{}).Select("id").Where("state_code = ?", state)
	if err := tx.DB().Model(&Link{}).Distinct().Where("strategy_id IN (?)", of).Order("strategy_id").Pluck("strategy_id", &strategies).Error; err != nil {
		return nil, fmt.Errorf("read which strategies serve obligations: %w", err)
	}
	out := map[string][]Place{}
	for _, id := range strategies[:min(len(strategies), maxStrategies)] {
		d, err := newestAt(tx, id, at)
		if err != nil {
			return nil, err
		}
		if d == nil {
			continue
		}
		if err := placed(tx, d, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func newestAt(tx *workflows.Tx, strategyID string, at time.Time) (*strategy.Draft, error) {
	drafts, err := readable(tx, strategyID)
	if err != nil {
		return nil, err
	}
	for i := range drafts {
		if !drafts[i].CreatedAt.After(at) {
			return &drafts[i], nil
		}
	}
	return nil, nil
}

// placed adds what serves obligations in the draft.
func placed(tx *workflows.Tx, d *strategy.Draft, out map[string][]Place) error {
	links, err := linksOf(tx, d.StrategyID, "")
	if err != nil {
		return err
	}
	var rows []strategy.Provision
	if err := tx.DB().Where("draft_id = ?", d.ID).Order("position").Find(&rows).Error; err != nil {
		return fmt.Errorf("read provisions: %w", err)
	}
	codes := map[string][]string{} // by identity
	for _, l := range links {
		if l.in(d.Version) {
			codes[l.Identity] = append(codes[l.Identity], l.Obligation)
		}
	}
	for _, p := range rows {
		for _, code := range codes[p.Identity] {
			out[code] = append(out[code], Place{d, p})
		}
	}
	return nil
}
