package implementation

import (
	"maps"
	"slices"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/coverage"
	"jahorina/workflows/matrix"
	"jahorina/workflows/plan"
)

// Filter cuts the obligations of a state down. Empty fields let everything through.
type Filter struct {
	coverage.Filter
	Capability string // of a measure for it
	Lead       string // id of the body that leads a measure for it
	Status     string // as read: one of Words
	Gaps       bool   // the uncovered alone
	At         string // a day, YYYY-MM-DD; empty: today
}

func (f Filter) check(today string) error {
	var p workflows.Problems
	if f.Status != "" {
		p.OneOf("status", f.Status, Words...)
	}
	p.Search("capability", f.Capability)
	p.Search("lead", f.Lead)
	if _, err := time.Parse(time.DateOnly, f.At); err != nil {
		p.Add("at", "bad_day")
	} else if f.At > today {
		p.Add("at", "day_to_come")
	}
	return p.Err()
}

// Row is an obligation with how far the state is with it, as the reader may know.
type Row struct {
	coverage.Obligation
	Status     string  // one of Words
	Stated     *Status // nil: derived, or unknown
	Measures   []*plan.Standby
	Provisions []coverage.Place
}

// Derived says that nobody has stated the status: it follows from the measures.
func (r *Row) Derived() bool { return r.Stated == nil && r.Status != Unknown }

// Gap says that nothing covers the obligation: no status but "none", no measure, no
// provision.
func (r *Row) Gap() bool { return r.Status == None && len(r.Measures) == 0 && len(r.Provisions) == 0 }

// Coverage is how far a state is with its obligations.
type Coverage struct {
	State   string
	On      string            // the day
	Inside  bool              // the reader is of the state's own people
	Rows    []Row             // those that pass the filter, gaps first, then by status, each in the order of the register
	Leads   map[string]string // of bodies that lead measures, by id
	Talents []string          // capabilities that measures name
	book    *book
}

// book is all that is known of a state, to be read at any day.
type book struct {
	all      []coverage.Obligation
	said     map[string][]Status
	measures map[string][]*plan.Standby
	inside   bool
}

// Read says how far the state is, as far as the actor may know. Measures and drafts
// count from the day on which they came.
func Read(tx *workflows.Tx, state string, f Filter) (*Coverage, error) {
	today := dayOf(tx)
	if f.At == "" {
		f.At = today
	}
	said, seen, err := told(tx, state)
	if err != nil {
		return nil, err
	}
	if err := f.check(today); err != nil {
		return nil, err
	}
	c := &Coverage{State: state, On: f.At, Inside: slices.Contains(seen, matrix.Inside), Leads: map[string]string{}}
	c.book = &book{said: said, measures: map[string][]*plan.Standby{}, inside: c.Inside}
	if c.book.all, err = obligations(tx, state, f.Filter); err != nil {
		return nil, err
	}
	if err := c.measures(tx); err != nil {
		return nil, err
	}
	places, err := coverage.InState(tx, state, endOf(f.At))
	if err != nil {
		return nil, err
	}
	for _, o := range c.book.all {
		if r := c.book.row(o, f.At, places); f.lets(&r) {
			c.Rows = append(c.Rows, r)
		}
	}
	slices.SortStableFunc(c.Rows, func(a, b Row) int { return a.place() - b.place() })
	return c, nil
}

func (c *Coverage) measures(tx *workflows.Tx) error {
	all, err := plan.InState(tx, c.State)
	if err != nil {
		return err
	}
	talents := map[string]bool{}
	for i := range all {
		m := &all[i]
		for _, code := range m.Codes {
			c.book.measures[code] = append(c.book.measures[code], m)
		}
		if m.LeadID != nil {
			c.Leads[*m.LeadID] = m.Lead
		}
		if m.Capability != "" {
			talents[m.Capability] = true
		}
	}
	c.Talents = slices.Sorted(maps.Keys(talents))
	return nil
}

// endOf is the last instant of a day.
func endOf(day string) time.Time {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return time.Time{} // checked before
	}
	return at.AddDate(0, 0, 1).Add(-time.Microsecond)
}

// row is the obligation as it was on a day.
func (b *book) row(o coverage.Obligation, day string, places map[string][]coverage.Place) Row {
	r := Row{Obligation: o, Provisions: places[o.Code]}
	for _, m := range b.measures[o.Code] {
		if !m.CreatedAt.After(endOf(day)) {
			r.Measures = append(r.Measures, m)
		}
	}
	r.Stated = b.on(o.Code, day)
	switch {
	case r.Stated != nil:
		r.Status = r.Stated.Status
	case len(r.Measures) > 0:
		r.Status = Planned
	case b.inside:
		r.Status = None
	default:
		r.Status = Unknown
	}
	return r
}

// on is what was stated last of the obligation that held on the day.
func (b *book) on(code, day string) *Status {
	versions := b.said[code]
	for i := len(versions) - 1; i >= 0; i-- {
		if versions[i].AsOf <= day {
			return &versions[i]
		}
	}
	return nil
}

func (f Filter) lets(r *Row) bool {
	with := func(is func(*plan.Standby) bool) bool { return slices.ContainsFunc(r.Measures, is) }
	switch {
	case f.Status != "" && r.Status != f.Status, f.Gaps && !r.Gap():
		return false
	case f.Capability != "" && !with(func(m *plan.Standby) bool { return m.Capability == f.Capability }):
		return false
	case f.Lead != "" && !with(func(m *plan.Standby) bool { return m.LeadID != nil && *m.LeadID == f.Lead }):
		return false
	}
	return true
}

func (r *Row) place() int {
	if r.Gap() {
		return -1
	}
	return slices.Index(Words, r.Status)
}

// Gaps are the rows that nothing covers.
func (c *Coverage) Gaps() []Row {
	var out []Row
	for _, r := range c.Rows {
		if r.Gap() {
			out = append(out, r)
		}
	}
	return out
}

// Counts are how many rows have each status.
func Counts(rows []Row) map[string]int {
	out := map[string]int{}
	for _, r := range rows {
		out[r.Status]++
	}
	return out
}

// Tally counts measures: each once, and once for each obligation it serves.
type Tally struct {
	Measures, Links int
	By              []TallyOf // instruments of the rows, in their order
}

// TallyOf is how many measures serve an instrument.
type TallyOf struct {
	Instrument string
	Measures   int
}

// Tally counts the measures for the rows. One that serves two instruments stands
// under both and is one in the total.
func (c *Coverage) Tally() Tally {
	var t Tally
	all, by := map[string]bool{}, map[string]map[string]bool{}
	var order []string
	for _, r := range c.Rows {
		if by[r.Instrument] == nil {
			by[r.Instrument], order = map[string]bool{}, append(order, r.Instrument)
		}
		for _, m := range r.Measures {
			all[m.ID], by[r.Instrument][m.ID] = true, true
			t.Links++
		}
	}
	t.Measures = len(all)
	for _, in := range order {
		if n := len(by[in]); n > 0 {
			t.By = append(t.By, TallyOf{in, n})
		}
	}
	return t
}

// Snapshot is how many obligations had each status on a day.
type Snapshot struct {
	On     string
	Total  int
	Counts map[string]int
}

// maxSnapshots bounds how far back Course looks, in months.
const maxSnapshots = 12

// Course counts the obligations of the coverage, whatever its filter of statuses
// and measures, on the first day of each month since the first status, and on
// its own day.
func (c *Coverage) Course() []Snapshot {
	first := c.On
	for _, versions := range c.book.said {
		for _, s := range versions {
			first = min(first, s.AsOf)
		}
	}
	end := endOf(c.On)
	day := time.Date(end.Year(), end.Month(), 1, 0, 0, 0, 0, time.UTC)
	days := []string{c.On}
	for ; len(days) < maxSnapshots && day.Format(time.DateOnly) >= first; day = day.AddDate(0, -1, 0) {
		if on := day.Format(time.DateOnly); on != c.On {
			days = append(days, on)
		}
	}
	slices.Reverse(days)
	var out []Snapshot
	for _, on := range days {
		s := Snapshot{On: on, Total: len(c.book.all), Counts: map[string]int{}}
		for _, o := range c.book.all {
			r := c.book.row(o, on, nil)
			s.Counts[r.Status]++
		}
		out = append(out, s)
	}
	return out
}
