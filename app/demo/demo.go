// Package demo fills an empty installation with a made-up state that consults
// on the sample strategy: people of every role, organisations of the kinds a
// real process has, and a consultation in each state of the workflow. All of it
// goes through the workflows, on a clock that runs through the past weeks, so
// that the record reads like one that grew.
package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/moderation"
	"jahorina/workflows/review"
	"jahorina/workflows/stakeholder"
)

// State is the made-up state: ISO 3166-1 keeps XA to XZ free for users.
const State = "XJ"

// Person is somebody who can sign in to the demo.
type Person struct {
	Name, Email, Role, Organisation string
}

// People are the demo's sign-ins.
var People = []Person{
	{"Amina Hodžić", "amina@ministry.example", "official", ""},
	{"Goran Petrović", "goran@ministry.example", "official", ""},
	{"Marija Kovač", "marija@review.example", "reviewer", ""},
	{"Emir Begić", "emir@review.example", "reviewer", ""},
	{"Lejla Marić", "lejla@chemfed.example", "contributor", "National Chemical Industry Federation"},
	{"Zoran Ilić", "zoran@virology.example", "contributor", "Institute of Virology"},
	{"Olga Novak", "olga@neighbour-a.example", "observer", "Neighbour State A, Ministry of Foreign Affairs"},
	{"Paul Weber", "paul@iox.example", "partner", "International Organisation X, field office"},
	{"Sanja Jurić", "sanja@audit.example", "auditor", ""},
	{"Damir Lukić", "damir@ministry.example", "administrator", ""},
}

// Clock is the time the demo's past is lived through at.
type Clock struct{ at time.Time }

// Now returns it.
func (c *Clock) Now() time.Time { return c.at }

// world is what the demo is told with.
type world struct {
	ctx    context.Context
	engine *workflows.Engine
	clock  *Clock
	today  time.Time
	people map[string]workflows.Actor // by first name
	orgs   []stakeholder.Organisation
}

// Seed tells the demo's past, up to today. engine must run on the clock. It
// does nothing where the state is there already.
func Seed(ctx context.Context, engine *workflows.Engine, clock *Clock, today time.Time) error {
	clock.at = today.AddDate(0, 0, -80)
	w := &world{ctx: ctx, engine: engine, clock: clock, today: today, people: map[string]workflows.Actor{}}
	if _, err := stakeholder.GetState(engine.Read(ctx, workflows.Operator()), State); err == nil {
		return nil
	}
	for _, chapter := range []func() error{w.registry, w.matrices, w.strategies, w.coverage, w.longWork, w.duties, w.gaps, w.reports} {
		if err := chapter(); err != nil {
			return fmt.Errorf("seed the demo: %w", err)
		}
	}
	return nil
}

// day moves the clock to so many days before today, at nine.
func (w *world) day(before int) {
	d := w.today.AddDate(0, 0, -before)
	w.clock.at = time.Date(d.Year(), d.Month(), d.Day(), 9, 0, 0, 0, time.UTC)
}

// later moves the clock on.
func (w *world) later(d time.Duration) { w.clock.at = w.clock.at.Add(d) }

// tick lets the clock's own work be done.
func (w *world) tick() error {
	return errors.Join(consultation.Tick(w.ctx, w.engine), review.Tick(w.ctx, w.engine), moderation.Tick(w.ctx, w.engine))
}

// do is one change by the person with the first name.
func (w *world) do(name string, fn func(*workflows.Tx) error) error {
	by, ok := w.people[name]
	if !ok {
		by = workflows.Operator()
	}
	w.later(3 * time.Minute)
	return w.engine.Write(w.ctx, by, fn)
}
