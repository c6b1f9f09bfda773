package work

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/submission"
)

// batchRows is about how many rows of a file one transaction enters.
const batchRows = 50

// maxGoing is how many works of one person can be under way.
const maxGoing = 10

// Formats of files made of comments.
var Formats = []string{"csv", "json"}

// Job is the job that does a work.
type Job struct {
	WorkID string `json:"work_id"`
}

// Kind is the job's name in the queue.
func (Job) Kind() string { return "work" }

// StartImport begins to read in a table of comments that is free of faults as far
// as can be told beforehand: else nothing is begun, and every fault is named by its
// line. The same table sent again leads to the same work, unless rows of it were
// refused. name is the file's.
func StartImport(tx *workflows.Tx, consultationID, name string, rows []submission.ImportRow, receivedAt time.Time) (*Work, error) {
	asked := Asked{ReceivedAt: workflows.UTC(receivedAt)}
	sum, err := sumOf(consultationID, asked, rows)
	if err != nil {
		return nil, err
	}
	// Alone: the same table sent twice at once must not begin twice.
	if _, err := consultation.Hold(tx, consultationID, false); err != nil {
		return nil, err
	}
	known, err := startedBefore(tx, consultationID, sum)
	if known != nil || err != nil {
		return known, err
	}
	c, err := submission.CheckImport(tx, consultationID, rows, receivedAt)
	if err != nil {
		return nil, err
	}
	w := &Work{Kind: Import, Name: name, Asked: asked, AskedSHA256: sum, Total: len(rows)}
	if err := start(tx, c, w); err != nil {
		return nil, err
	}
	for i, batch := range submission.Batches(rows, batchRows) {
		raw, err := json.Marshal(batch)
		if err != nil {
			return nil, fmt.Errorf("encode rows: %w", err)
		}
		if err := tx.Insert(&Piece{WorkID: w.ID, Side: "in", Number: i, Content: raw}); err != nil {
			return nil, fmt.Errorf("keep rows: %w", err)
		}
	}
	return w, nil
}

// startedBefore finds the actor's work on the same table, as long as it can still
// be gone on with or left nothing to do.
func startedBefore(tx *workflows.Tx, consultationID, sum string) (*Work, error) {
	q, err := visible(tx)
	if err != nil {
		return nil, err
	}
	var found []Work
	err = q.Where("started_by = ? AND consultation_id = ? AND asked_sha256 = ?", tx.Actor.ID, consultationID, sum).
		Where("ended_at IS NULL OR (state = ? AND refused = 0) OR (state <> ? AND keep_until > ?)", Finished, Finished, tx.Now).
		Order("id DESC").Limit(1).Find(&found).Error
	if err != nil {
		return nil, fmt.Errorf("look for the same work: %w", err)
	}
	if len(found) == 0 {
		return nil, nil
	}
	return &found[0], nil
}

// StartExport begins to make a file of the comments that the filter finds, for
// those who run, decide or audit the consultation.
func StartExport(tx *workflows.Tx, consultationID, format string, f submission.Filter) (*Work, error) {
	c, err := consultation.Get(tx, consultationID)
	if err != nil {
		return nil, err
	}
	if err := MayExport(tx, c); err != nil {
		return nil, err
	}
	if !slices.Contains(Formats, format) {
		return nil, workflows.InvalidField("format", "not_one_of", "Words", strings.Join(Formats, ", "))
	}
	f.ByProvision = false
	n, err := submission.Count(tx, c, f)
	if err != nil {
		return nil, err
	}
	asked := Asked{Format: format, Filter: f}
	sum, err := sumOf(consultationID, asked, nil)
	if err != nil {
		return nil, err
	}
	w := &Work{Kind: Export, Name: "comments." + format, Asked: asked, AskedSHA256: sum, Total: n}
	return w, start(tx, c, w)
}

// MayExport refuses those who do not read every comment of the consultation.
func MayExport(tx *workflows.Tx, c *consultation.Consultation) error {
	return tx.Check("submission", "export", policies.Target{State: c.StateCode, ConsultationID: c.ID})
}

func sumOf(parts ...any) (string, error) {
	raw, err := json.Marshal(parts)
	if err != nil {
		return "", fmt.Errorf("encode what is asked: %w", err)
	}
	return workflows.SHA256(raw), nil
}

// start stores a new work with its job.
func start(tx *workflows.Tx, c *consultation.Consultation, w *Work) error {
	if !tx.Actor.IsPerson() {
		return workflows.Refuse(workflows.Forbidden, "forbidden", "Object", "work", "Action", w.Kind)
	}
	var going int64
	if err := tx.DB().Model(&Work{}).Where("started_by = ? AND ended_at IS NULL", tx.Actor.ID).Count(&going).Error; err != nil {
		return fmt.Errorf("count works: %w", err)
	}
	if going >= maxGoing {
		return workflows.Refuse(workflows.Conflict, "works_going", "Max", maxGoing)
	}
	w.ID, w.State, w.Version, w.StateCode, w.ConsultationID = workflows.NewID(), Queued, 1, c.StateCode, c.ID
	w.StartedBy, w.StarterName, w.Language = tx.Actor.ID, tx.Actor.Name, tx.Actor.Language
	w.ReasonArgs, w.CreatedAt, w.UpdatedAt = Args{}, tx.Now, tx.Now
	if err := tx.Insert(w); err != nil {
		return fmt.Errorf("store work: %w", err)
	}
	err := tx.Record(workflows.Entry{
		State: c.StateCode, ConsultationID: c.ID, Action: w.Kind, Object: "work", ObjectID: w.ID, To: Queued, Confidential: true,
	})
	if err != nil {
		return err
	}
	return tx.Enqueue(Job{w.ID})
}

// MediaTypes of the files made, by format.
var MediaTypes = map[string]string{"csv": "text/csv; charset=utf-8", "json": "application/json"}
