package coverage

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/strategy"
)

// Link says that the provision with the identity serves the obligation, in the
// drafts of the strategy from SinceVersion up to, and without, UntilVersion.
type Link struct {
	ID           string
	StrategyID   string
	Identity     string
	Obligation   string // its code
	SinceVersion int
	UntilVersion *int // nil: to the newest
	CreatedBy    string
	CreatedAt    time.Time
	RemovedBy    string
	RemovedAt    *time.Time
}

// TableName is where GORM keeps links.
func (Link) TableName() string { return "provision_obligations" }

// in says whether the link holds in the version.
func (l Link) in(version int) bool {
	return l.SinceVersion <= version && (l.UntilVersion == nil || *l.UntilVersion > version)
}

// MaxServed bounds the obligations one provision can serve.
const MaxServed = 200

// Served are the obligations that the parts of a draft serve, by the identity of
// the part and in the order of the register, for whoever may read the draft.
func Served(tx *workflows.Tx, d *strategy.Draft) (map[string][]Obligation, error) {
	links, err := linksOf(tx, d.StrategyID, "")
	if err != nil {
		return nil, err
	}
	links = slices.DeleteFunc(links, func(l Link) bool { return !l.in(d.Version) })
	return named(tx, links)
}

// Touched are, by the identity of the provision, the obligations that it serves
// in either of two drafts, for whoever may read both: a change of its text
// touches them.
func Touched(tx *workflows.Tx, diff *strategy.Redlined) (map[string][]Obligation, error) {
	out, err := Served(tx, diff.New)
	if err != nil {
		return nil, err
	}
	before, err := Served(tx, diff.Old)
	for identity, rows := range before {
		for _, o := range rows {
			if !slices.ContainsFunc(out[identity], func(now Obligation) bool { return now.Code == o.Code }) {
				out[identity] = append(out[identity], o)
			}
		}
	}
	return out, err
}

// linksOf are all links of a strategy, or those of one identity, ended ones too.
func linksOf(tx *workflows.Tx, strategyID, identity string) ([]Link, error) {
	q := tx.DB().Where("strategy_id = ?", strategyID)
	if identity != "" {
		q = q.Where("identity = ?", identity)
	}
	var out []Link
	if err := q.Order("id").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read which obligations are served: %w", err)
	}
	return out, nil
}

// named finds the obligations of links.
func named(tx *workflows.Tx, links []Link) (map[string][]Obligation, error) {
	var codes []string
	for _, l := range links {
		if !slices.Contains(codes, l.Obligation) {
			codes = append(codes, l.Obligation)
		}
	}
	out := map[string][]Obligation{}
	var all []Obligation
	for some := range slices.Chunk(codes, atOnce) {
		var rows []Obligation
		if err := tx.DB().Where("code IN ?", some).Find(&rows).Error; err != nil {
			return nil, fmt.Errorf("read obligations: %w", err)
		}
		all = append(all, rows...)
	}
	slices.SortFunc(all, byPlace)
	for _, o := range all {
		for _, l := range links {
			if l.Obligation == o.Code {
				out[l.Identity] = append(out[l.Identity], o)
			}
		}
	}
	return out, nil
}

// Stage is what changed about the obligations of a provision with one draft.
type Stage struct{ Added, Dropped []Obligation }

// History says what the provision with the identity began, or ceased, to serve
// with which version, as seen by somebody who may read the given versions of the
// draft's strategy.
func History(tx *workflows.Tx, d *strategy.Draft, identity string, versions []int) (map[int]Stage, error) {
	links, err := linksOf(tx, d.StrategyID, identity)
	if err != nil {
		return nil, err
	}
	known, err := named(tx, links)
	if err != nil {
		return nil, err
	}
	obligations := slices.CompactFunc(known[identity], func(a, b Obligation) bool { return a.Code == b.Code })
	out := map[int]Stage{}
	before := 0
	for _, v := range slices.Sorted(slices.Values(versions)) {
		var s Stage
		for _, o := range obligations {
			holds := func(version int) bool {
				return slices.ContainsFunc(links, func(l Link) bool { return l.Obligation == o.Code && l.in(version) })
			}
			switch {
			case holds(v) && !holds(before):
				s.Added = append(s.Added, o)
			case holds(before) && !holds(v):
				s.Dropped = append(s.Dropped, o)
			}
		}
		out[v], before = s, v
	}
	return out, nil
}

// Changeable says what stands against changing which obligations the provisions
// of a draft serve: nil, a right that is missing, that a newer draft is there, or
// that the draft is published.
func Changeable(tx *workflows.Tx, d *strategy.Draft) error {
	if err := tx.Check("obligation", "link", policies.Target{State: d.StateCode}); err != nil {
		return err
	}
	newest, err := strategy.Newest(tx, d.ID)
	if err != nil {
		return err
	}
	if newest.Version != d.Version {
		return workflows.Refuse(workflows.Conflict, "links_of_older_draft", "Version", newest.Version)
	}
	var published int64
	err = tx.DB().Table("consultations").Where("state = 'published' AND (draft_id = ? OR revised_draft_id = ?)", d.ID, d.ID).Count(&published).Error
	if err != nil {
		return fmt.Errorf("look for what is published of the draft: %w", err)
	}
	if published > 0 {
		return workflows.Refuse(workflows.Conflict, "links_of_published_draft")
	}
	return nil
}

// Linkable says whether a part of a draft can serve an obligation: what has a
// number, and headings.
func Linkable(p *strategy.Provision) bool { return p.Numbered() || p.Kind == strategy.KindSection }

// Relink says that the provision serves the obligations with the codes in add,
// and no longer those in remove. What is so already is left as it is. It returns
// how many links were made or ended.
func Relink(tx *workflows.Tx, provisionID string, add, remove []string) (int, error) {
	p, d, err := strategy.GetProvision(tx, provisionID)
	if err != nil {
		return 0, err
	}
	w, err := hold(tx, d)
	if err != nil {
		return 0, err
	}
	if !Linkable(p) {
		return 0, workflows.InvalidField("add", "not_linkable")
	}
	var problems workflows.Problems
	for i, code := range add {
		if slices.Contains(remove, code) {
			problems.Add(fmt.Sprintf("add[%d]", i), "added_and_removed", "Code", code)
			continue
		}
		if err := w.known(code); err != nil {
			problems.Add(fmt.Sprintf("add[%d]", i), "unknown_obligation", "Code", code)
		}
	}
	if err := problems.Err(); err != nil {
		return 0, err
	}
	return w.change(p, add, remove)
}

// writer changes the links of one draft, which it holds against others who do.
type writer struct {
	tx    *workflows.Tx
	draft *strategy.Draft
	codes map[string]bool            // that can be linked
	links map[string]map[string]Link // that stand, by identity and code
}

func hold(tx *workflows.Tx, d *strategy.Draft) (*writer, error) {
	if err := tx.Check("obligation", "link", policies.Target{State: d.StateCode}); err != nil {
		return nil, err
	}
	var held strategy.Draft
	if err := tx.Lock(&held, false, "id = ?", d.ID); err != nil {
		return nil, err
	}
	if err := Changeable(tx, d); err != nil {
		return nil, err
	}
	return newWriter(tx, d)
}

func newWriter(tx *workflows.Tx, d *strategy.Draft) (*writer, error) {
	w := &writer{tx: tx, draft: d, codes: map[string]bool{}, links: map[string]map[string]Link{}}
	q, err := standing(tx, Filter{State: d.StateCode})
	if err != nil {
		return nil, err
	}
	var codes []string
	if err := q.Pluck("code", &codes).Error; err != nil {
		return nil, fmt.Errorf("read obligations: %w", err)
	}
	for _, c := range codes {
		w.codes[c] = true
	}
	links, err := linksOf(tx, d.StrategyID, "")
	for _, l := range links {
		if l.UntilVersion != nil {
			continue
		}
		if w.links[l.Identity] == nil {
			w.links[l.Identity] = map[string]Link{}
		}
		w.links[l.Identity][l.Obligation] = l
	}
	return w, err
}

// known refuses codes of what is not registered, is withdrawn, or is another
// state's own.
func (w *writer) known(code string) error {
	if !w.codes[code] {
		return workflows.InvalidField("add", "unknown_obligation", "Code", code)
	}
	return nil
}

func (w *writer) change(p *strategy.Provision, add, remove []string) (int, error) {
	n := 0
	stand := w.links[p.Identity]
	for _, code := range remove {
		l, there := stand[code]
		if !there {
			continue
		}
		if err := w.end(p, l); err != nil {
			return n, err
		}
		delete(stand, code)
		n++
	}
	for _, code := range add {
		if _, there := stand[code]; there {
			continue
		}
		if len(stand) >= MaxServed {
			return n, workflows.InvalidField("add", "too_many", "Max", MaxServed)
		}
		l, err := w.begin(p, code)
		if err != nil {
			return n, err
		}
		if stand == nil {
			stand = map[string]Link{}
			w.links[p.Identity] = stand
		}
		stand[code] = l
		n++
	}
	return n, nil
}

func (w *writer) begin(p *strategy.Provision, code string) (Link, error) {
	l := Link{
		ID: workflows.NewID(), StrategyID: w.draft.StrategyID, Identity: p.Identity, Obligation: code, SinceVersion: w.draft.Version,
		CreatedBy: w.tx.Actor.ID, CreatedAt: w.tx.Now,
	}
	if err := w.tx.Insert(&l); err != nil {
		if workflows.IsDuplicate(err) {
			err = workflows.Refuse(workflows.Conflict, "changed_meanwhile", "Object", "provision")
		}
		return l, err
	}
	return l, w.record("link", p, code)
}

func (w *writer) end(p *strategy.Provision, l Link) error {
	set := map[string]any{"until_version": w.draft.Version, "removed_by": w.tx.Actor.ID, "removed_at": w.tx.Now}
	res := w.tx.DB().Model(&Link{}).Where("id = ? AND until_version IS NULL", l.ID).Updates(set)
	if res.Error != nil {
		return fmt.Errorf("end a link: %w", res.Error)
	}
	if res.RowsAffected != 1 {
		return workflows.Refuse(workflows.Stale, "stale")
	}
	return w.record("unlink", p, l.Obligation)
}

func (w *writer) record(action string, p *strategy.Provision, code string) error {
	return w.tx.Record(workflows.Entry{State: w.draft.StateCode, Action: action, Object: "provision", ObjectID: p.ID, Reason: code})
}

// Confirm says that a provision is the one of the draft before that it resembles,
// see strategy.Confirm, and that it serves what was said of either.
func Confirm(tx *workflows.Tx, provisionID string) error {
	p, d, err := strategy.GetProvision(tx, provisionID)
	if err != nil {
		return err
	}
	if err := strategy.Confirm(tx, provisionID); err != nil {
		return err
	}
	w, err := newWriter(tx, d)
	if err != nil {
		return err
	}
	codes := slices.Sorted(maps.Keys(w.links[p.Identity]))
	p.Identity = p.Resembles
	_, err = w.change(p, codes, nil)
	return err
}
