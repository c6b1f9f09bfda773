package coverage

import (
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"jahorina/workflows"
	"jahorina/workflows/coverage/register"
	"jahorina/workflows/strategy"
)

func byPlace(a, b Obligation) int { return strings.Compare(a.Place, b.Place) }

// Service is a draft with those of its provisions that serve an obligation.
type Service struct {
	Draft      strategy.Draft
	Provisions []strategy.Provision
}

// maxStrategies bounds what is shown of one obligation.
const maxStrategies = 100

// Serving finds what serves the obligation: of each strategy the newest draft
// that the actor may read and in which anything does.
func Serving(tx *workflows.Tx, code string) ([]Service, error) {
	var links []Link
	if err := tx.DB().Where("obligation = ?", code).Order("id DESC").Find(&links).Error; err != nil {
		return nil, fmt.Errorf("read what serves %s: %w", code, err)
	}
	by := map[string][]Link{}
	var strategies []string
	for _, l := range links {
		if by[l.StrategyID] == nil {
			strategies = append(strategies, l.StrategyID)
		}
		by[l.StrategyID] = append(by[l.StrategyID], l)
	}
	var out []Service
	for _, id := range strategies[:min(len(strategies), maxStrategies)] {
		s, err := serving(tx, id, by[id])
		if err != nil {
			return nil, err
		}
		if s != nil {
			out = append(out, *s)
		}
	}
	return out, nil
}

// readable are the drafts of a strategy that the actor may read, the newest first.
func readable(tx *workflows.Tx, strategyID string) ([]strategy.Draft, error) {
	var any strategy.Draft
	if err := tx.DB().Omit("source").Where("strategy_id = ?", strategyID).Limit(1).Find(&any).Error; err != nil {
		return nil, err
	}
	d, err := strategy.DraftByID(tx, any.ID)
	if err != nil {
		return nil, err
	}
	return strategy.Versions(tx, d)
}

func serving(tx *workflows.Tx, strategyID string, links []Link) (*Service, error) {
	drafts, err := readable(tx, strategyID)
	if err != nil {
		return nil, err
	}
	for _, d := range drafts {
		var identities []string
		for _, l := range links {
			if l.in(d.Version) {
				identities = append(identities, l.Identity)
			}
		}
		if len(identities) == 0 {
			continue
		}
		s := &Service{Draft: d}
		if err := tx.DB().Where("draft_id = ? AND identity IN ?", d.ID, identities).Order("position").Find(&s.Provisions).Error; err != nil {
			return nil, fmt.Errorf("read provisions: %w", err)
		}
		if len(s.Provisions) > 0 {
			return s, nil
		}
	}
	return nil, nil
}

// Tally is how many obligations of an instrument a draft serves.
type Tally struct {
	Instrument    string
	Total, Served int
}

// Tallies counts, for whoever may read the draft, what it serves of each
// instrument. Obligations are counted, not provisions: one served twice is one.
func Tallies(tx *workflows.Tx, d *strategy.Draft) ([]Tally, error) {
	all, err := Instruments(tx, Filter{State: d.StateCode})
	if err != nil {
		return nil, err
	}
	codes, err := servedCodes(tx, d)
	if err != nil {
		return nil, err
	}
	var served []Obligation
	for some := range slices.Chunk(codes, atOnce) {
		var rows []Obligation
		if err := tx.DB().Select("code, instrument").Where("code IN ? AND withdrawn_at IS NULL", some).Find(&rows).Error; err != nil {
			return nil, fmt.Errorf("read obligations: %w", err)
		}
		served = append(served, rows...)
	}
	out := make([]Tally, len(all))
	for i, in := range all {
		out[i] = Tally{Instrument: in.Name, Total: in.Count}
		for _, o := range served {
			if o.Instrument == in.Name {
				out[i].Served++
			}
		}
	}
	return out, nil
}

// Unserved lists the obligations in force that no provision of the draft serves,
// for whoever may read it.
func Unserved(tx *workflows.Tx, d *strategy.Draft, f Filter, page workflows.Page) ([]Obligation, string, error) {
	f.State = d.StateCode
	q, err := standing(tx, f)
	if err != nil {
		return nil, "", err
	}
	codes, err := servedCodes(tx, d)
	if err != nil {
		return nil, "", err
	}
	if len(codes) > 0 {
		q = q.Where("code NOT IN ?", codes)
	}
	return workflows.Rows(q, "place", page, func(o Obligation) string { return o.Place })
}

// linksIn is the query for the links that hold in the draft.
func linksIn(tx *workflows.Tx, d *strategy.Draft) *gorm.DB {
	return tx.DB().Model(&Link{}).
		Where("strategy_id = ? AND since_version <= ? AND (until_version IS NULL OR until_version > ?)", d.StrategyID, d.Version, d.Version)
}

// servedCodes are the codes that the provisions of the draft serve. A link whose
// provision is gone from the draft does not count.
func servedCodes(tx *workflows.Tx, d *strategy.Draft) ([]string, error) {
	var codes []string
	there := tx.DB().Model(&strategy.Provision{}).Select("identity").Where("draft_id = ?", d.ID)
	err := linksIn(tx, d).Distinct().Where("identity IN (?)", there).
		Order("obligation").Pluck("obligation", &codes).Error
	if err != nil {
		return nil, fmt.Errorf("read which obligations are served: %w", err)
	}
	return codes, nil
}

// ServedBy are the ids of the provisions of a draft that serve the obligation,
// for whoever may read the draft.
func ServedBy(tx *workflows.Tx, d *strategy.Draft, code string) ([]string, error) {
	var p workflows.Problems
	if p.Search("obligation", code); len(p) > 0 {
		return nil, p.Err()
	}
	ids := []string{}
	links := linksIn(tx, d).Select("identity").Where("obligation = ?", code)
	err := tx.DB().Model(&strategy.Provision{}).Where("draft_id = ? AND identity IN (?)", d.ID, links).Order("position").Pluck("id", &ids).Error
	return ids, err
}

// Imported is what a table of links does to a draft, or would do.
type Imported struct {
	Added int
	Same  int // links that stand already
}

// Import adds the links of a table to a draft: all, or none if any does not fit.
// What the table does not name stays. With dry it only says what it would do. The
// error is about the fields "line 7".
func Import(tx *workflows.Tx, draftID string, rows []register.Link, dry bool) (*Imported, error) {
	d, err := strategy.GetDraft(tx, draftID)
	if err != nil {
		return nil, err
	}
	w, err := holdOrLook(tx, d, dry)
	if err != nil {
		return nil, err
	}
	provisions, err := strategy.Provisions(tx, d.ID)
	if err != nil {
		return nil, err
	}
	found, err := w.place(provisions, rows)
	if err != nil {
		return nil, err
	}
	out := &Imported{}
	for i, r := range rows {
		if _, there := w.links[found[i].Identity][r.Obligation]; there {
			out.Same++
			continue
		}
		out.Added++
		if dry {
			w.pretend(found[i], r.Obligation)
			continue
		}
		if _, err := w.change(found[i], []string{r.Obligation}, nil); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func holdOrLook(tx *workflows.Tx, d *strategy.Draft, dry bool) (*writer, error) {
	if !dry {
		return hold(tx, d)
	}
	if err := Changeable(tx, d); err != nil {
		return nil, err
	}
	return newWriter(tx, d)
}

// pretend notes a link that a dry run would make.
func (w *writer) pretend(p *strategy.Provision, code string) {
	if w.links[p.Identity] == nil {
		w.links[p.Identity] = map[string]Link{}
	}
	w.links[p.Identity][code] = Link{}
}

// place finds the provision that each row names.
func (w *writer) place(provisions []strategy.Provision, rows []register.Link) ([]*strategy.Provision, error) {
	by := map[string][]*strategy.Provision{}
	for i := range provisions {
		if p := &provisions[i]; p.Numbered() {
			by[p.Number] = append(by[p.Number], p)
		}
	}
	var problems workflows.Problems
	found := make([]*strategy.Provision, len(rows))
	for i, r := range rows {
		line := fmt.Sprintf("line %d", r.Line)
		switch named := by[r.Provision]; len(named) {
		case 0:
			problems.Add(line, "no_such_number", "Number", r.Provision)
		case 1:
			found[i] = named[0]
		default:
			problems.Add(line, "number_twice", "Number", r.Provision)
		}
		if w.known(r.Obligation) != nil {
			problems.Add(line, "unknown_obligation", "Code", r.Obligation)
		}
	}
	return found, problems.Err()
}

// All are the obligations that any provision of the draft serves, each once and in
// the order of the register, for whoever may read the draft.
func All(tx *workflows.Tx, d *strategy.Draft) ([]Obligation, error) {
	codes, err := servedCodes(tx, d)
	if err != nil {
		return nil, err
	}
	var out []Obligation
	for some := range slices.Chunk(codes, atOnce) {
		var rows []Obligation
		if err := tx.DB().Where("code IN ?", some).Find(&rows).Error; err != nil {
			return nil, fmt.Errorf("read obligations: %w", err)
		}
		out = append(out, rows...)
	}
	slices.SortFunc(out, byPlace)
	return out, nil
}
