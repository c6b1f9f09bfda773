package store

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"

	"jahorina/workflows"
)

// Settings of the queue. A job gets jobTimeout; one whose process died is
// taken up again after rescueAfter. Attempts and pauses between them are the
// workers' business.
const (
	jobTimeout    = time.Minute
	rescueAfter   = 5 * time.Minute
	fetchCooldown = 20 * time.Millisecond
	maxAttempts   = 12
)

// Runner is the queue's working side.
type Runner interface {
	Start(ctx context.Context) error
	// Stop lets jobs in hand finish.
	Stop(ctx context.Context) error
	StopAndCancel(ctx context.Context) error
}

type inserter interface {
	InsertManyFastTx(ctx context.Context, tx *sql.Tx, params []river.InsertManyParams) (int, error)
}

func (s *Store) newInserter() (inserter, error) {
	c, err := river.NewClient(s.driver(), &river.Config{})
	if err != nil {
		return nil, fmt.Errorf("open the queue: %w", err)
	}
	return c, nil
}

func (s *Store) driver() riverdriver.Driver[*sql.Tx] {
	if s.dialect == postgresDialect {
		return riverdatabasesql.New(s.sql)
	}
	return riversqlite.New(s.writer)
}

// Enqueue stores jobs in the caller's transaction. Every kind of job has a
// queue of its own, so that slow mail holds up nothing else.
func (s *Store) Enqueue(ctx context.Context, tx *sql.Tx, jobs ...workflows.Job) error {
	params := make([]river.InsertManyParams, len(jobs))
	for i, j := range jobs {
		params[i] = river.InsertManyParams{Args: j, InsertOpts: &river.InsertOpts{Queue: j.Kind(), MaxAttempts: maxAttempts}}
	}
	_, err := s.insert.InsertManyFastTx(ctx, tx, params)
	return err
}

// NewRunner makes the working side: for each kind of job, at most that many at
// once.
func (s *Store) NewRunner(workers *river.Workers, atOnce map[string]int, log *slog.Logger) (Runner, error) {
	queues := make(map[string]river.QueueConfig, len(atOnce))
	for kind, n := range atOnce {
		queues[kind] = river.QueueConfig{MaxWorkers: n, FetchCooldown: fetchCooldown}
	}
	cfg := &river.Config{
		Queues: queues, Workers: workers, Logger: storeLog(log),
		JobTimeout: jobTimeout, RescueStuckJobsAfter: rescueAfter, FetchCooldown: fetchCooldown,
	}
	if s.dialect == postgresDialect {
		return river.NewClient(riverpgxv5.New(s.pool), cfg)
	}
	return river.NewClient(s.driver(), cfg)
}
