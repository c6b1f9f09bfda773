// Package workflows holds what every workflow shares: who acts, the
// transaction they act in, the tables of transitions, the record, the errors
// people meet. One transition is one transaction: check policy, check guard,
// write rows, append the audit entry, enqueue the notices. Nothing else writes
// state. It knows no page, no mail and no HTTP.
package workflows

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"jahorina/policies"
)

// Job is work to be done after the commit. Kind is its name in the queue.
type Job interface{ Kind() string }

// Queue stores jobs in the caller's transaction: what rolls back leaves none.
type Queue interface {
	Enqueue(ctx context.Context, tx *sql.Tx, jobs ...Job) error
}

// Engine opens transactions for workflows.
type Engine struct {
	db     *gorm.DB
	policy *policies.Policy
	queue  Queue
	signer *Signer
	now    func() time.Time
}

// NewEngine joins the parts. now is the server's clock; tests set their own.
func NewEngine(db *gorm.DB, policy *policies.Policy, queue Queue, signer *Signer, now func() time.Time) *Engine {
	return &Engine{db: db, policy: policy, queue: queue, signer: signer, now: now}
}

// Now is the server's time: UTC, whole microseconds, which is what both
// databases keep.
func (e *Engine) Now() time.Time { return e.now().UTC().Truncate(time.Microsecond) }

// Policy is the set of rules in force.
func (e *Engine) Policy() *policies.Policy { return e.policy }

// Signer signs receipts and links.
func (e *Engine) Signer() *Signer { return e.signer }

// Tx is one actor's work at one instant. From Write it is a transaction, from
// Read a plain connection that refuses to write.
type Tx struct {
	Actor Actor
	Now   time.Time

	ctx      context.Context
	db       *gorm.DB
	engine   *Engine
	writable bool
}

// Write runs fn in one transaction, and rolls everything back, jobs included,
// when fn fails.
func (e *Engine) Write(ctx context.Context, by Actor, fn func(*Tx) error) error {
	return e.db.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		return fn(&Tx{Actor: by, Now: e.Now(), ctx: ctx, db: db, engine: e, writable: true})
	})
}

// Try runs fn as a part of the transaction that is rolled back alone when fn
// fails; what was done before stays.
func (tx *Tx) Try(fn func(*Tx) error) error {
	return tx.DB().Transaction(func(db *gorm.DB) error {
		part := *tx
		part.db = db
		return fn(&part)
	})
}

// Read returns a handle for queries.
func (e *Engine) Read(ctx context.Context, by Actor) *Tx {
	return &Tx{Actor: by, Now: e.Now(), ctx: ctx, db: e.db.WithContext(ctx), engine: e}
}

// As returns the same transaction in another actor's name: what follows from
// one person's act but is the clock's or another's by right.
func (tx *Tx) As(a Actor) *Tx {
	other := *tx
	other.Actor = a
	return &other
}

// DB is a fresh query on the transaction; conditions never carry over.
func (tx *Tx) DB() *gorm.DB { return tx.db.Session(&gorm.Session{NewDB: true, Context: tx.ctx}) }

// Context is the request's.
func (tx *Tx) Context() context.Context { return tx.ctx }

// Signer signs receipts and links.
func (tx *Tx) Signer() *Signer { return tx.engine.signer }

// Policy is the set of rules in force.
func (tx *Tx) Policy() *policies.Policy { return tx.engine.policy }

// May says whether the actor may do the action on the target.
func (tx *Tx) May(object, action string, t policies.Target) bool {
	if tx.Actor.ID == operator.ID {
		return true
	}
	return tx.engine.policy.Allows(tx.Actor.Subject, object, action, t)
}

// States are those, by code, in which the actor has a role beyond one consultation
// and may do the action.
func (tx *Tx) States(object, action string) []string {
	out := []string{}
	for _, h := range tx.Actor.Roles {
		if h.ConsultationID == "" && !slices.Contains(out, h.State) && tx.May(object, action, policies.Target{State: h.State}) {
			out = append(out, h.State)
		}
	}
	slices.Sort(out)
	return out
}

// Check refuses what May denies: with 404 when the actor may not even know of
// the target, else with 403 (401 for a visitor, who might sign in).
func (tx *Tx) Check(object, action string, t policies.Target) error {
	if tx.May(object, action, t) {
		return nil
	}
	switch {
	case action == "read":
		return Refuse(NotFound, "not_found")
	case tx.Actor.ID == "":
		return Refuse(Unauthenticated, "sign_in")
	default:
		return Refuse(Forbidden, "forbidden", "Object", object, "Action", action)
	}
}

// One loads the row the query finds into dst. A missing row is NotFound.
func (tx *Tx) One(dst any, query string, args ...any) error {
	if malformed(args) {
		return Refuse(NotFound, "not_found")
	}
	return found(tx.DB().Where(query, args...).Take(dst).Error)
}

// Lock loads the row and holds it against other writers until the end of the
// transaction; shared lets others hold it too. SQLite's transactions are alone
// anyway.
func (tx *Tx) Lock(dst any, shared bool, query string, args ...any) error {
	if malformed(args) {
		return Refuse(NotFound, "not_found")
	}
	strength := clause.LockingStrengthUpdate
	if shared {
		strength = clause.LockingStrengthShare
	}
	return found(tx.DB().Clauses(clause.Locking{Strength: strength}).Where(query, args...).Take(dst).Error)
}

// malformed finds a text that no row can hold: an id from a request may be any
// bytes, and PostgreSQL fails on what SQLite only does not find.
func malformed(args []any) bool {
	return slices.ContainsFunc(args, func(a any) bool {
		s, ok := a.(string)
		return ok && !wellFormed(s)
	})
}

func found(err error) error {
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return Refuse(NotFound, "not_found")
	}
	return err
}

// Insert stores a new row (or a slice of them).
func (tx *Tx) Insert(row any) error {
	if !tx.writable {
		return errors.New("insert outside a transaction")
	}
	return tx.DB().Omit(clause.Associations).Create(row).Error
}

// Update changes exactly one row of the table if it still has the version it
// was read at, and raises the version. Anything else is Stale.
func (tx *Tx) Update(table, id string, version int64, set map[string]any) error {
	if !tx.writable {
		return errors.New("update outside a transaction")
	}
	set["version"] = version + 1
	set["updated_at"] = tx.Now
	res := tx.DB().Table(table).Where("id = ? AND version = ?", id, version).Updates(set)
	if res.Error != nil {
		return fmt.Errorf("update %s: %w", table, res.Error)
	}
	if res.RowsAffected != 1 {
		return Refuse(Stale, "stale")
	}
	return nil
}

// Enqueue stores jobs that run once the transaction has committed.
func (tx *Tx) Enqueue(jobs ...Job) error {
	t, ok := tx.db.Statement.ConnPool.(*sql.Tx)
	if !ok {
		return fmt.Errorf("enqueue outside a transaction (%T)", tx.db.Statement.ConnPool)
	}
	if err := tx.engine.queue.Enqueue(tx.ctx, t, jobs...); err != nil {
		return fmt.Errorf("enqueue: %w", err)
	}
	return nil
}
