package work

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
)

// stale is how long a work can stand still before a new job is made for it: its
// own has died with its process, perhaps.
const stale = time.Minute

// File returns a work whose file can be fetched: by whoever started it, as long as
// they may read what is in it.
func File(tx *workflows.Tx, id string) (*Work, error) {
	w, err := Get(tx, id)
	if err != nil {
		return nil, err
	}
	if w.Kind != Export || !w.Own(tx) {
		return nil, workflows.Refuse(workflows.NotFound, "not_found")
	}
	c, err := consultation.Get(tx, w.ConsultationID)
	if err != nil {
		return nil, err
	}
	if err := MayExport(tx, c); err != nil {
		return nil, err
	}
	if w.State == Finished && !w.Kept(tx.Now) {
		return nil, workflows.Refuse(workflows.Conflict, "work_removed")
	}
	if !w.HasFile(tx.Now) {
		return nil, workflows.Refuse(workflows.Conflict, "work_not_finished")
	}
	return w, nil
}

// Pieces gives out the file of a work piece by piece, in order: it can be larger
// than what fits in memory.
func Pieces(tx *workflows.Tx, w *Work, give func([]byte) error) error {
	for number := 0; ; number++ {
		var found []Piece
		if err := tx.DB().Where("work_id = ? AND side = 'out' AND number = ?", w.ID, number).Limit(1).Find(&found).Error; err != nil {
			return fmt.Errorf("read a piece: %w", err)
		}
		if len(found) == 0 {
			return nil
		}
		if err := give(found[0].Content); err != nil {
			return err
		}
	}
}

func sumOfFile(tx *workflows.Tx, id string) (string, error) {
	sum := sha256.New()
	err := Pieces(tx, &Work{ID: id}, func(piece []byte) error {
		_, err := sum.Write(piece)
		return err
	})
	return hex.EncodeToString(sum.Sum(nil)), err
}

// drop removes what a work read and made.
func drop(tx *workflows.Tx, id string) error {
	if err := tx.DB().Where("work_id = ?", id).Delete(&Piece{}).Error; err != nil {
		return fmt.Errorf("remove the pieces of a work: %w", err)
	}
	return nil
}

// Tick removes what was kept long enough, and makes a new job for works that stand
// still. The clock calls it.
func Tick(ctx context.Context, e *workflows.Engine) error {
	now := e.Now()
	var due, still []Work
	db := e.Read(ctx, workflows.Clock()).DB()
	err := errors.Join(
		db.Select("id").Where("keep_until <= ?", now).Limit(workflows.DefaultLimit).Find(&due).Error,
		e.Read(ctx, workflows.Clock()).DB().Select("id", "version").Where("ended_at IS NULL AND updated_at < ?", now.Add(-stale)).Limit(workflows.DefaultLimit).Find(&still).Error,
	)
	if err != nil {
		return fmt.Errorf("look for works: %w", err)
	}
	for _, w := range due {
		if err := e.Write(ctx, workflows.Clock(), func(tx *workflows.Tx) error { return remove(tx, w.ID) }); err != nil {
			return err
		}
	}
	for _, w := range still {
		if err := e.Write(ctx, workflows.Clock(), func(tx *workflows.Tx) error { return nudge(tx, w) }); err != nil {
			return err
		}
	}
	return nil
}

func remove(tx *workflows.Tx, id string) error {
	var w Work
	if err := tx.Lock(&w, false, "id = ?", id); err != nil {
		return err
	}
	if w.KeepUntil == nil || tx.Now.Before(*w.KeepUntil) {
		return nil // resumed meanwhile
	}
	if err := drop(tx, id); err != nil {
		return err
	}
	return tx.Update("works", id, w.Version, map[string]any{"keep_until": nil})
}

func nudge(tx *workflows.Tx, w Work) error {
	err := tx.Update("works", w.ID, w.Version, map[string]any{})
	if workflows.IsKind(err, workflows.Stale) {
		return nil // it moved on
	}
	if err != nil {
		return err
	}
	return tx.Enqueue(Job{w.ID})
}
