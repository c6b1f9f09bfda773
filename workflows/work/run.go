package work

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/stakeholder"
)

// Batch is what a step did.
type Batch struct {
	Rows, Refused, Parked int
	Notes                 []Note
	File                  []byte // the next piece of the file made
	Next                  string // where the next batch begins
	Last                  bool
}

// Step does the next batch of a work in the name of whoever started it. What it
// writes and that it was done are stored together.
type Step func(tx *workflows.Tx, w *Work) (*Batch, error)

// Steps are the steps by kind of work.
type Steps map[string]Step

// Next does one batch of a work and says whether there is more. An error that a
// person would understand ends the work with it; any other is returned, and the
// batch can be tried again. Two that do the same work at once take turns.
func (s Steps) Next(ctx context.Context, e *workflows.Engine, id string, keep time.Duration) (more bool, err error) {
	err = e.Write(ctx, workflows.Clock(), func(tx *workflows.Tx) (err error) {
		more, err = s.batch(tx, id, keep)
		return err
	})
	var refused *workflows.Error
	if errors.As(err, &refused) && refused.Kind != workflows.Stale {
		return false, Fail(ctx, e, id, refused, keep)
	}
	return more && err == nil, err
}

func (s Steps) batch(tx *workflows.Tx, id string, keep time.Duration) (more bool, err error) {
	var w Work
	if err := tx.Lock(&w, false, "id = ?", id); err != nil {
		return false, err
	}
	if !w.Going() {
		return false, nil
	}
	step, known := s[w.Kind]
	if !known {
		return false, fmt.Errorf("no step for work of kind %q", w.Kind)
	}
	by, err := stakeholder.ActorOf(tx, strings.TrimPrefix(w.StartedBy, "user:"))
	if workflows.IsKind(err, workflows.NotFound) {
		return false, workflows.Refuse(workflows.Forbidden, "work_no_account")
	}
	if err != nil {
		return false, err
	}
	if w.State == Queued {
		if err := w.move(tx, "begin", map[string]any{}); err != nil {
			return false, err
		}
	}
	b, err := step(tx.As(by), &w)
	if err != nil {
		return false, lostRight(err)
	}
	if err := w.took(tx, b); err != nil {
		return false, err
	}
	if !b.Last {
		return true, nil
	}
	return false, w.finish(tx, keep)
}

// lostRight: what was allowed at the start and is not now.
func lostRight(err error) error {
	if workflows.IsKind(err, workflows.Forbidden) || workflows.IsKind(err, workflows.NotFound) || workflows.IsKind(err, workflows.Unauthenticated) {
		return workflows.Refuse(workflows.Forbidden, "work_rights_ended")
	}
	return err
}

// took stores what a batch did.
func (w *Work) took(tx *workflows.Tx, b *Batch) error {
	var notes, pieces int64
	if err := tx.DB().Model(&Note{}).Where("work_id = ?", w.ID).Count(&notes).Error; err != nil {
		return fmt.Errorf("count notes: %w", err)
	}
	for i := range b.Notes {
		n := &b.Notes[i]
		if n.WorkID, n.Number = w.ID, int(notes)+i+1; n.Args == nil {
			n.Args = Args{}
		}
	}
	if len(b.Notes) > 0 {
		if err := tx.Insert(&b.Notes); err != nil {
			return fmt.Errorf("store notes: %w", err)
		}
	}
	if len(b.File) > 0 {
		if err := tx.DB().Model(&Piece{}).Where("work_id = ? AND side = 'out'", w.ID).Count(&pieces).Error; err != nil {
			return fmt.Errorf("count pieces: %w", err)
		}
		if err := tx.Insert(&Piece{WorkID: w.ID, Side: "out", Number: int(pieces), Content: b.File}); err != nil {
			return fmt.Errorf("store a piece: %w", err)
		}
	}
	w.Done, w.Refused, w.Parked, w.Size, w.Next = w.Done+b.Rows, w.Refused+b.Refused, w.Parked+b.Parked, w.Size+int64(len(b.File)), b.Next
	w.Total = max(w.Total, w.Done) // comments can come in meanwhile
	set := map[string]any{"done": w.Done, "total": w.Total, "refused": w.Refused, "parked": w.Parked, "size": w.Size, "next": w.Next}
	if err := tx.Update("works", w.ID, w.Version, set); err != nil {
		return err
	}
	w.Version++
	return nil
}

func (w *Work) finish(tx *workflows.Tx, keep time.Duration) error {
	set := map[string]any{"ended_at": tx.Now, "total": w.Done}
	if w.Kind == Import {
		if err := drop(tx, w.ID); err != nil { // it is all in the record
			return err
		}
	} else {
		var err error
		if w.SHA256, err = sumOfFile(tx, w.ID); err != nil {
			return err
		}
		set["sha256"], set["keep_until"] = w.SHA256, tx.Now.Add(keep)
	}
	return w.move(tx, "finish", set)
}

// Fail ends a work that cannot go on, with the reason. It can be resumed as long
// as what it reads and has made is kept.
func Fail(ctx context.Context, e *workflows.Engine, id string, why *workflows.Error, keep time.Duration) error {
	return e.Write(ctx, workflows.Clock(), func(tx *workflows.Tx) error {
		var w Work
		if err := tx.Lock(&w, false, "id = ?", id); err != nil || !w.Going() {
			return err
		}
		key, args := why.Key, why.Args
		if len(why.Fields) > 0 {
			key, args = why.Fields[0].Key, why.Fields[0].Args
		}
		raw, err := workflows.JSON(orEmpty(args))
		if err != nil {
			return err
		}
		return w.move(tx, "fail", map[string]any{"ended_at": tx.Now, "reason": key, "reason_args": raw, "keep_until": tx.Now.Add(keep)})
	})
}

func orEmpty(args map[string]any) map[string]any {
	if args == nil {
		return map[string]any{}
	}
	return args
}

// Cancel stops a work. What was done stays; the rest can be resumed as long as it
// is kept.
func Cancel(tx *workflows.Tx, id string, keep time.Duration) (*Work, error) {
	w, err := hold(tx, id)
	if err != nil {
		return nil, err
	}
	return w, w.end(tx, map[string]any{"ended_at": tx.Now, "seen_at": tx.Now, "keep_until": tx.Now.Add(keep)})
}

func (w *Work) end(tx *workflows.Tx, set map[string]any) error {
	if err := w.move(tx, "cancel", set); err != nil {
		return err
	}
	return tx.One(w, "id = ?", w.ID)
}

// Resume goes on with a work that failed or was cancelled.
func Resume(tx *workflows.Tx, id string) (*Work, error) {
	w, err := hold(tx, id)
	if err != nil {
		return nil, err
	}
	set := map[string]any{"ended_at": nil, "seen_at": nil, "keep_until": nil, "reason": "", "reason_args": "{}"}
	if err := w.move(tx, "resume", set); err != nil {
		return nil, err
	}
	if err := tx.Enqueue(Job{w.ID}); err != nil {
		return nil, err
	}
	var now Work
	return &now, tx.One(&now, "id = ?", w.ID)
}

func hold(tx *workflows.Tx, id string) (*Work, error) {
	if _, err := Get(tx, id); err != nil {
		return nil, err
	}
	var w Work
	return &w, tx.Lock(&w, false, "id = ?", id)
}

// Seen notes that whoever started a work has seen that it ended.
func Seen(tx *workflows.Tx, id string) error {
	res := tx.DB().Model(&Work{}).Where("id = ? AND started_by = ? AND ended_at IS NOT NULL AND seen_at IS NULL", id, tx.Actor.ID).Update("seen_at", tx.Now)
	if res.Error != nil {
		return fmt.Errorf("note that a work was seen: %w", res.Error)
	}
	return nil
}

// cursor is a batch's number in Next.
func cursor(next string) (int, error) {
	if next == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(next)
	if err != nil {
		return 0, fmt.Errorf("read where to go on: %w", err)
	}
	return n, nil
}
