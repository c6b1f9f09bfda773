package store_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/riverqueue/river"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
)

// counter is a worker that says when it has done so many jobs.
type counter struct {
	river.WorkerDefaults[workflows.Announcement]
	mu   sync.Mutex
	left int
	done chan struct{}
}

func (c *counter) Work(context.Context, *river.Job[workflows.Announcement]) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.left--; c.left == 0 {
		close(c.done)
	}
	return nil
}

// Sixteen writers that never pause, beside a queue that is worked off
// meanwhile: none is refused, and the queue gets its turn.
func TestWritersAndQueueTakeTurns(t *testing.T) {
	const writers, writes = 16, 25
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		c := &counter{left: writers * writes, done: make(chan struct{})}
		workers := river.NewWorkers()
		river.AddWorker(workers, c)
		runner, err := b.Store.NewRunner(workers, map[string]int{workflows.Announcement{}.Kind(): 8}, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		if err := runner.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		var wait sync.WaitGroup
		for w := range writers {
			wait.Go(func() {
				for i := range writes {
					err := b.Write(b.Official, func(tx *workflows.Tx) error {
						if err := tx.Record(workflows.Entry{State: testbed.State, Action: "test", Object: "test", ObjectID: fmt.Sprint(w, "-", i)}); err != nil {
							return err
						}
						return tx.Enqueue(workflows.Announcement{Event: "test", ID: fmt.Sprint(w, "-", i)})
					})
					if err != nil {
						t.Errorf("write %d of %d: %v", i, w, err)
						return
					}
				}
			})
		}
		wait.Wait()
		select {
		case <-c.done:
		case <-time.After(60 * time.Second):
			t.Errorf("%d of %d jobs are still waiting", c.left, writers*writes)
		}
		if err := runner.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Errorf("stop the queue: %v", err)
		}
		if n := b.Count("audit_entries", "object = 'test'"); n != writers*writes {
			t.Errorf("%d entries, want %d", n, writers*writes)
		}
	})
}
