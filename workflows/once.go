package workflows

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// MaxKey is the longest Idempotency-Key accepted, in bytes.
const MaxKey = 255

type idempotencyKey struct {
	Actor       string `gorm:"primaryKey"`
	Key         string `gorm:"primaryKey"`
	Fingerprint string
	Answer      string
	CreatedAt   time.Time
}

// Once runs fn unless the same actor did so before with the same key; then it
// returns the first answer. The answer is stored in the transaction of the
// change itself: a crash in between leaves both or neither. The same key with
// another request is refused. An empty key runs fn every time. request is what
// was asked, A what the entrance answers (encoded as JSON).
func Once[A any](tx *Tx, key string, request any, fn func() (A, error)) (A, error) {
	var answer A
	if key == "" {
		return fn()
	}
	var p Problems
	if p.Text("Idempotency-Key", key, MaxKey, true); len(p) > 0 {
		return answer, p.Err()
	}
	fp, err := fingerprint(request)
	if err != nil {
		return answer, err
	}
	if tx.Actor.ID == "" {
		key += ":" + fp // visitors are many: a key is theirs for this very request alone
	}
	// The row comes first: a twin of this request waits for it or finds it.
	row := idempotencyKey{Actor: tx.Actor.ID, Key: key, Fingerprint: fp, CreatedAt: tx.Now}
	fresh, err := tx.InsertOnce(&row, "actor", "key")
	if err != nil {
		return answer, fmt.Errorf("keep the request's key: %w", err)
	}
	if !fresh {
		return earlier[A](tx, row)
	}
	if answer, err = fn(); err != nil {
		return answer, err
	}
	return answer, keep(tx, row, answer)
}

func keep(tx *Tx, row idempotencyKey, answer any) error {
	raw, err := json.Marshal(answer)
	if err != nil {
		return fmt.Errorf("encode the answer: %w", err)
	}
	res := tx.DB().Model(&idempotencyKey{}).Where("actor = ? AND key = ?", row.Actor, row.Key).Update("answer", string(raw))
	if res.Error == nil && res.RowsAffected != 1 {
		return errors.New("the request's key vanished")
	}
	return res.Error
}

func earlier[A any](tx *Tx, row idempotencyKey) (answer A, err error) {
	var kept idempotencyKey
	if err := tx.One(&kept, "actor = ? AND key = ?", row.Actor, row.Key); err != nil {
		return answer, err
	}
	if kept.Fingerprint != row.Fingerprint {
		return answer, Refuse(Conflict, "key_reused")
	}
	if err := json.Unmarshal([]byte(kept.Answer), &answer); err != nil {
		return answer, fmt.Errorf("decode the first answer: %w", err)
	}
	return answer, nil
}

func fingerprint(request any) (string, error) {
	raw, err := json.Marshal(request)
	if err != nil {
		return "", fmt.Errorf("encode the request: %w", err)
	}
	return SHA256(raw), nil
}

// InsertOnce stores the row unless one with the same values in the columns of
// a unique constraint is there. It says whether the row is new.
func (tx *Tx) InsertOnce(row any, columns ...string) (bool, error) {
	if !tx.writable {
		return false, errors.New("insert outside a transaction")
	}
	conflict := clause.OnConflict{DoNothing: true}
	for _, c := range columns {
		conflict.Columns = append(conflict.Columns, clause.Column{Name: c})
	}
	res := tx.DB().Session(&gorm.Session{SkipHooks: true}).Clauses(conflict).Create(row)
	return res.RowsAffected == 1, res.Error
}
