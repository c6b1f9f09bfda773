// Package duty keeps the calendar of what treaties ask states to send:
// declarations, reports, returns. What there is to send, and by which rule, is a
// data file that a lawyer can read and correct. From the day an instrument binds
// a state, entered by its officials, follows what is due when; an event that
// calls for a notice is entered too. Due days are computed, never stored: a
// corrected rule or day holds at once, everywhere.
//
// What was sent is kept with its day and reference, and "nothing to declare"
// counts where the instrument lets it. It refuses to call anything done that has
// no reference.
package duty

import (
	_ "embed"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/coverage/register"
)

//go:embed duties.csv
var shipped []byte

// Duty is something to send, and when.
type Duty struct {
	Code       string
	Obligation string // its code in the register
	Instrument string
	Article    string
	Due        string // what is to be sent
	Rule       Rule
	Nil        bool   // "nothing to declare" is an answer
	Checked    string // how far the text was read: one of register.Marks
	Source     string
}

// Columns of a table of duties.
var Columns = []string{"code", "obligation", "instrument", "article", "due", "rule", "nil", "checked", "source"}

// All are the duties that ship with the program, in their order.
var All = sync.OnceValues(func() ([]Duty, error) {
	out, err := Parse(shipped)
	if err != nil {
		return nil, fmt.Errorf("read the shipped duties: %w", err)
	}
	return out, nil
})

var goodCode = regexp.MustCompile(`^[A-Z0-9]+(-[A-Z0-9]+)*$`)

// Parse reads a table of duties, whole or not at all.
func Parse(source []byte) ([]Duty, error) { return parse(source, "") }

// parse reads the table that ships or, with the code of a state, one of its own:
// their codes have the state's before them, and what they rest on may be left out.
func parse(source []byte, state string) ([]Duty, error) {
	lines, err := register.Lines(source, Columns)
	if err != nil {
		return nil, err
	}
	var p workflows.Problems
	out := make([]Duty, len(lines))
	seen := map[string]int{}
	for i, l := range lines {
		out[i] = read(&p, l, state)
		if first, twice := seen[out[i].Code]; twice {
			p.Add(l.Name(), "cell_twice", "Code", out[i].Code, "First", first)
		}
		seen[out[i].Code] = l.Number()
	}
	return out, p.Err()
}

func read(p *workflows.Problems, l register.Line, state string) Duty {
	cell := func(column string) string {
		s := strings.TrimSpace(l.Cell(column))
		if s == "" && (state == "" || column != "obligation" && column != "article") {
			p.Add(l.Name(), "cell_required", "Column", column)
		}
		p.Text(l.Name(), s, workflows.MaxParagraph, false)
		return s
	}
	d := Duty{
		Code: cell("code"), Obligation: cell("obligation"), Instrument: cell("instrument"), Article: cell("article"), Due: cell("due"),
		Nil: l.Word(p, "nil", []string{"yes", "no"}) == "yes", Checked: l.Word(p, "checked", register.Marks), Source: cell("source"),
	}
	if state != "" {
		d.Code = d.Code[strings.LastIndexByte(d.Code, ':')+1:] // as it may stand in what was copied
	}
	if len(d.Code) > register.MaxCode || !goodCode.MatchString(d.Code) {
		p.Add(l.Name(), "cell_code")
	}
	var err error
	if d.Rule, err = ParseRule(cell("rule")); err != nil {
		p.Add(l.Name(), "bad_rule", "Rule", l.Cell("rule"))
	}
	if state != "" {
		d.Code = state + ":" + d.Code
	}
	return d
}

// Instruments are those of the duties that take a day of entry into force, in
// their order.
func Instruments(all []Duty) []string {
	var out []string
	for _, d := range all {
		if d.Rule.Kind != By && !slices.Contains(out, d.Instrument) {
			out = append(out, d.Instrument)
		}
	}
	return out
}

// Bond says since when an instrument binds a state.
type Bond struct {
	ID           string
	StateCode    string
	Instrument   string
	InForceOn    *time.Time // nil: it does not bind it
	FollowedFrom *time.Time // what was due before is taken as settled; nil: follow from the beginning
	Source       string     // where that stands
	Version      int64
	CreatedBy    string
	CreatedAt    time.Time
	UpdatedAt    *time.Time
}

// TableName is where GORM keeps bonds.
func (Bond) TableName() string { return "duty_bonds" }

// since is from when on what is due is followed.
func (b *Bond) since() time.Time {
	if b.FollowedFrom != nil {
		return *b.FollowedFrom
	}
	return *b.InForceOn
}

// Event is something that calls for a notice.
type Event struct {
	ID          string
	StateCode   string
	DutyCode    string
	OnDay       time.Time
	Note        string
	CreatedBy   string
	CreatedAt   time.Time
	WithdrawnAt *time.Time // it was entered by mistake, or will not happen
}

// TableName is where GORM keeps events.
func (Event) TableName() string { return "duty_events" }

// Return is what was sent.
type Return struct {
	ID              string
	StateCode       string
	DutyCode        string
	Period          string
	DoneOn          time.Time
	Reference       string // of the letter, or of whatever shows it
	NilReturn       bool   // there was nothing to declare
	Note            string
	CreatedBy       string
	CreatedAt       time.Time
	WithdrawnAt     *time.Time // it was entered by mistake
	WithdrawnReason string
}

// TableName is where GORM keeps returns.
func (Return) TableName() string { return "duty_returns" }

// Due is one thing to send on one day.
type Due struct {
	Duty   *Duty
	Period string
	On     time.Time
	Event  *Event  // that calls for it; nil for others
	Return *Return // how it was done; nil: it is not
}

// Key tells it from every other of the state.
func (d *Due) Key() string { return d.Duty.Code + "-" + d.Period }

// Overdue says whether its day has passed, and it is not done.
func (d *Due) Overdue(now time.Time) bool { return d.Return == nil && d.On.Before(workflows.Day(now)) }

// Ahead is how far the calendar of a state reaches.
const Ahead = 400 * 24 * time.Hour

// Calendar is what a state has to send, had to, and has sent.
type Calendar struct {
	State  string
	Duties []Duty
	Bonds  map[string]Bond // by instrument
	Dues   []Due           // by their days, up to Ahead
	now    time.Time
}

func target(state string) policies.Target { return policies.Target{State: state} }

// Of is the calendar of a state that the actor may read. What lies far ahead is
// left out, but for what is due once.
func Of(tx *workflows.Tx, state string) (*Calendar, error) {
	if err := tx.Check("duty", "read", target(state)); err != nil {
		return nil, err
	}
	return calendar(tx, state)
}

// calendar asks no policy.
func calendar(tx *workflows.Tx, state string) (*Calendar, error) {
	all, err := inForce(tx, state)
	if err != nil {
		return nil, err
	}
	c := &Calendar{State: state, Duties: all, Bonds: map[string]Bond{}, now: tx.Now}
	var bonds []Bond
	if err := tx.DB().Where("state_code = ?", state).Find(&bonds).Error; err != nil {
		return nil, fmt.Errorf("read since when instruments bind: %w", err)
	}
	for _, b := range bonds {
		c.Bonds[b.Instrument] = b
	}
	var events []Event
	if err := tx.DB().Where("state_code = ? AND withdrawn_at IS NULL", state).Order("on_day, id").Find(&events).Error; err != nil {
		return nil, fmt.Errorf("read events: %w", err)
	}
	var returns []Return
	if err := tx.DB().Where("state_code = ? AND withdrawn_at IS NULL", state).Find(&returns).Error; err != nil {
		return nil, fmt.Errorf("read returns: %w", err)
	}
	for i := range c.Duties {
		c.fill(&c.Duties[i], events)
	}
	c.settle(returns)
	slices.SortStableFunc(c.Dues, func(a, b Due) int { return a.On.Compare(b.On) })
	return c, nil
}

// fill adds what is due of one duty.
func (c *Calendar) fill(d *Duty, events []Event) {
	until := c.now.Add(Ahead)
	if d.Rule.Kind == By {
		for _, m := range d.Rule.Moments(d.Rule.On, d.Rule.On, d.Rule.On) {
			c.Dues = append(c.Dues, Due{Duty: d, Period: m.Period, On: m.On})
		}
		return
	}
	b, bound := c.Bonds[d.Instrument]
	if !bound || b.InForceOn == nil {
		return
	}
	for _, m := range d.Rule.Moments(*b.InForceOn, b.since(), until) {
		c.Dues = append(c.Dues, Due{Duty: d, Period: m.Period, On: m.On})
	}
	for i := range events {
		if e := &events[i]; e.DutyCode == d.Code && d.Rule.OfEvents() {
			c.Dues = append(c.Dues, Due{Duty: d, Period: e.ID, On: d.Rule.At(e.OnDay), Event: e})
		}
	}
}

func (c *Calendar) settle(returns []Return) {
	by := map[string]*Return{}
	for i := range returns {
		returns[i].DoneOn = returns[i].DoneOn.UTC()
		by[returns[i].DutyCode+"-"+returns[i].Period] = &returns[i]
	}
	for i := range c.Dues {
		c.Dues[i].Return = by[c.Dues[i].Key()]
	}
}

// Find is the duty with the code, or NotFound.
func (c *Calendar) Find(code string) (*Duty, error) {
	i := slices.IndexFunc(c.Duties, func(d Duty) bool { return d.Code == code })
	if i < 0 {
		return nil, workflows.Refuse(workflows.NotFound, "not_found")
	}
	return &c.Duties[i], nil
}

// Coming are those not done whose day has not passed, the earliest first.
func (c *Calendar) Coming() []Due {
	return c.which(func(d *Due) bool { return d.Return == nil && !d.Overdue(c.now) })
}

// Overdue are those not done whose day has passed, the longest first.
func (c *Calendar) Overdue() []Due { return c.which(func(d *Due) bool { return d.Overdue(c.now) }) }

// Done are those that were sent, the latest due first.
func (c *Calendar) Done() []Due {
	out := c.which(func(d *Due) bool { return d.Return != nil })
	slices.Reverse(out)
	return out
}

// Of are those of one duty.
func (c *Calendar) Of(code string) []Due {
	return c.which(func(d *Due) bool { return d.Duty.Code == code })
}

func (c *Calendar) which(keep func(*Due) bool) []Due {
	var out []Due
	for i := range c.Dues {
		if keep(&c.Dues[i]) {
			out = append(out, c.Dues[i])
		}
	}
	return out
}

// Loose are instruments with duties of which nobody has said since when, or
// whether, they bind the state.
func (c *Calendar) Loose() []string {
	return slices.DeleteFunc(Instruments(c.Duties), func(name string) bool {
		_, said := c.Bonds[name]
		return said
	})
}

// States are those whose calendars the actor may read.
func States(tx *workflows.Tx) []string { return tx.States("duty", "read") }

// Path is the page of something due.
func Path(state string, d *Due) string {
	return "/duties/" + state + "/duty?" + url.Values{"code": {d.Duty.Code}, "period": {d.Period}}.Encode()
}
