// Package works does long work (see workflows/work) as jobs: batch after batch,
// with a pause for others every few seconds. It knows how files are written; what
// may be in them is decided where comments are listed. It refuses to hold a file in
// memory: each batch is a piece of it.
package works

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"

	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/work"
)

// turn is how long one job goes on with a work before it lets others have theirs:
// much shorter than a stopping server waits.
const turn = 10 * time.Second

// AtOnce is how many works are done at the same time.
const AtOnce = 2

// Config is what a Runner needs.
type Config struct {
	Engine  *workflows.Engine
	Locales *templates.Locales
	Keep    time.Duration // how long files made or read in are kept
	Log     *slog.Logger
	Waited  func(kind string, wait time.Duration) // told how long a job waited; may be nil
}

// Runner does works. It is safe for concurrent use.
type Runner struct {
	Config
	steps work.Steps
}

// New makes a runner.
func New(c Config) *Runner {
	c.Log = c.Log.With("part", "works")
	if c.Waited == nil {
		c.Waited = func(string, time.Duration) {}
	}
	return &Runner{Config: c, steps: work.Steps{work.Import: work.ImportStep, work.Export: exporter{c.Locales}.step}}
}

// Next does one batch of the work and says whether there is more.
func (r *Runner) Next(ctx context.Context, id string) (more bool, err error) {
	return r.steps.Next(ctx, r.Engine, id, r.Keep)
}

// Do does the work to its end.
func (r *Runner) Do(ctx context.Context, id string) error {
	for more := true; more; {
		var err error
		if more, err = r.Next(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// AddTo adds the worker that does works.
func (r *Runner) AddTo(workers *river.Workers) { river.AddWorker(workers, &worker{r: r}) }

type worker struct {
	river.WorkerDefaults[work.Job]
	r *Runner
}

// Work goes on with a work for a turn.
func (w *worker) Work(ctx context.Context, job *river.Job[work.Job]) error {
	w.r.Waited(job.Kind, max(0, time.Since(job.ScheduledAt)))
	id := job.Args.WorkID
	for end := time.Now().Add(turn); time.Now().Before(end); {
		more, err := w.r.Next(ctx, id)
		if err != nil {
			return w.failed(ctx, job, err)
		}
		if !more {
			return nil
		}
	}
	return river.JobSnooze(0)
}

// failed is told of a fault of ours: it is tried again, and in the end the work is
// given up, so that nobody waits for ever.
func (w *worker) failed(ctx context.Context, job *river.Job[work.Job], err error) error {
	id := job.Args.WorkID
	if workflows.IsKind(err, workflows.NotFound) {
		return river.JobCancel(fmt.Errorf("work %s: %w", id, err))
	}
	w.r.Log.ErrorContext(ctx, "work failed", "work", id, "attempt", job.Attempt, "error", err)
	if job.Attempt < job.MaxAttempts {
		return fmt.Errorf("work %s: %w", id, err)
	}
	return work.Fail(context.WithoutCancel(ctx), w.r.Engine, id, workflows.Refuse(workflows.Conflict, "work_broken"), w.r.Keep)
}
