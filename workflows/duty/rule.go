package duty

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"jahorina/workflows"
)

// Kinds of rules.
const (
	AfterEntry   = "after_entry"   // once, days after entry into force
	AfterYear    = "after_year"    // days after the end of each year
	FromYear     = "from_year"     // days after the beginning of each year
	BeforeYear   = "before_year"   // days before the beginning of each year
	AfterQuarter = "after_quarter" // days after the end of each quarter
	AfterMonth   = "after_month"   // days after the end of each month
	Each         = "each"          // on a day of each year
	By           = "by"            // once, on a day
	BeforeEvent  = "before_event"  // days before something that an official enters
	AfterEvent   = "after_event"   // days after it
)

// Rule says when something is due.
type Rule struct {
	Kind  string
	Days  int        // of those that count days
	Month time.Month // of Each
	Day   int        // of Each
	On    time.Time  // of By
	Event string     // of BeforeEvent and AfterEvent, in words
}

// Moment is one day on which something is due. Period tells it from others of
// the same rule: "2026", "2026-Q3", "2026-09", "once".
type Moment struct {
	Period string
	On     time.Time
}

const maxDays = 3660 // a rule counts

var rules = []struct {
	pattern *regexp.Regexp
	kind    string
}{
	{regexp.MustCompile(`^(\d{1,4}) days after entry into force$`), AfterEntry},
	{regexp.MustCompile(`^(\d{1,4}) days after the end of the year$`), AfterYear},
	{regexp.MustCompile(`^(\d{1,4}) days after the beginning of the year$`), FromYear},
	{regexp.MustCompile(`^(\d{1,4}) days before the beginning of the year$`), BeforeYear},
	{regexp.MustCompile(`^(\d{1,4}) days after the end of each quarter$`), AfterQuarter},
	{regexp.MustCompile(`^(\d{1,4}) days after the end of each month$`), AfterMonth},
	{regexp.MustCompile(`^(\d{1,4}) days before: (\S.*)$`), BeforeEvent},
	{regexp.MustCompile(`^(\d{1,4}) days after: (\S.*)$`), AfterEvent},
}

// Wordings are an example of each rule, as a table of duties has it.
var Wordings = []string{
	"30 days after entry into force", "90 days after the end of the year", "90 days after the beginning of the year", "60 days before the beginning of the year",
	"60 days after the end of each quarter", "30 days after the end of each month", "each 15 April", "by 30 November 2032",
	"180 days before: a facility is changed", "10 days after: a request is received",
}

// ParseRule reads a rule as duties.csv has it.
func ParseRule(s string) (Rule, error) {
	for _, known := range rules {
		m := known.pattern.FindStringSubmatch(s)
		if m == nil {
			continue
		}
		r := Rule{Kind: known.kind}
		r.Days, _ = strconv.Atoi(m[1]) // at most four digits
		if len(m) > 2 {
			r.Event = m[2]
		}
		if r.Days > maxDays {
			return Rule{}, fmt.Errorf("more than %d days", maxDays)
		}
		return r, nil
	}
	if at, err := time.Parse("each 2 January 2006", s+" 2000"); err == nil { // a leap year: 29 February is a day
		return Rule{Kind: Each, Month: at.Month(), Day: at.Day()}, nil
	}
	if at, err := time.Parse("by 2 January 2006", s); err == nil {
		return Rule{Kind: By, On: at}, nil
	}
	if at, err := time.Parse("before 2 January 2006", s); err == nil {
		return Rule{Kind: By, On: at.AddDate(0, 0, -1)}, nil
	}
	return Rule{}, fmt.Errorf("no rule is %q", s)
}

// String is the rule as duties.csv has it.
func (r Rule) String() string {
	switch r.Kind {
	case AfterEntry:
		return fmt.Sprintf("%d days after entry into force", r.Days)
	case AfterYear:
		return fmt.Sprintf("%d days after the end of the year", r.Days)
	case FromYear:
		return fmt.Sprintf("%d days after the beginning of the year", r.Days)
	case BeforeYear:
		return fmt.Sprintf("%d days before the beginning of the year", r.Days)
	case AfterQuarter:
		return fmt.Sprintf("%d days after the end of each quarter", r.Days)
	case AfterMonth:
		return fmt.Sprintf("%d days after the end of each month", r.Days)
	case BeforeEvent:
		return fmt.Sprintf("%d days before: %s", r.Days, r.Event)
	case AfterEvent:
		return fmt.Sprintf("%d days after: %s", r.Days, r.Event)
	case Each:
		return fmt.Sprintf("each %d %s", r.Day, r.Month)
	}
	return r.On.Format("by 2 January 2006")
}

// OfEvents says whether somebody has to enter what it counts from.
func (r Rule) OfEvents() bool { return r.Kind == BeforeEvent || r.Kind == AfterEvent }

// At is when it is due for an event on the day.
func (r Rule) At(event time.Time) time.Time {
	if r.Kind == BeforeEvent {
		return workflows.Day(event).AddDate(0, 0, -r.Days)
	}
	return workflows.Day(event).AddDate(0, 0, r.Days)
}

// Moments are the days, the earliest first, on which it is due from the day from
// up to the day until, for a state that the instrument binds since inForce. None
// lies before that. Those of events are not among them.
func (r Rule) Moments(inForce, from, until time.Time) []Moment {
	inForce, from, until = workflows.Day(inForce), workflows.Day(from), workflows.Day(until)
	var out []Moment
	add := func(period string, on time.Time) {
		if !on.Before(from) && !on.After(until) {
			out = append(out, Moment{period, on})
		}
	}
	switch r.Kind {
	case By:
		add("once", r.On)
	case AfterEntry:
		add("once", inForce.AddDate(0, 0, r.Days))
	case AfterMonth, AfterQuarter:
		r.spans(inForce, until, add)
	case AfterYear, FromYear, BeforeYear, Each:
		r.years(inForce, until, add)
	}
	return out
}

func (r Rule) years(inForce, until time.Time, add func(string, time.Time)) {
	reach := r.Days/365 + 1
	for y := inForce.Year(); y <= until.Year()+reach; y++ {
		on := r.InYear(y)
		if on.After(inForce) {
			add(strconv.Itoa(y), on)
		}
	}
}

// InYear is when it is due for the year; of Each, in the year.
func (r Rule) InYear(y int) time.Time {
	begins := time.Date(y, time.January, 1, 0, 0, 0, 0, time.UTC)
	switch r.Kind {
	case AfterYear:
		return begins.AddDate(1, 0, r.Days-1)
	case FromYear:
		return begins.AddDate(0, 0, r.Days)
	case BeforeYear:
		return begins.AddDate(0, 0, -r.Days)
	}
	last := time.Date(y, r.Month+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return time.Date(y, r.Month, min(r.Day, last), 0, 0, 0, 0, time.UTC)
}

// spans are the months or quarters since that of the entry into force.
func (r Rule) spans(inForce, until time.Time, add func(string, time.Time)) {
	months := 1
	if r.Kind == AfterQuarter {
		months = 3
	}
	first := time.Date(inForce.Year(), inForce.Month(), 1, 0, 0, 0, 0, time.UTC)
	first = first.AddDate(0, -(int(first.Month())-1)%months, 0)
	for begins := first; !begins.After(until); begins = begins.AddDate(0, months, 0) {
		period := begins.Format("2006-01")
		if months == 3 {
			period = fmt.Sprintf("%d-Q%d", begins.Year(), (int(begins.Month())+2)/3)
		}
		add(period, begins.AddDate(0, months, r.Days-1))
	}
}
