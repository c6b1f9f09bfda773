package work

import (
	"encoding/json"
	"fmt"
	"strconv"

	"jahorina/workflows"
	"jahorina/workflows/submission"
)

// ImportStep enters the next batch of a table of comments.
func ImportStep(tx *workflows.Tx, w *Work) (*Batch, error) {
	number, err := cursor(w.Next)
	if err != nil {
		return nil, err
	}
	var pieces []Piece
	if err := tx.DB().Where("work_id = ? AND side = 'in' AND number >= ?", w.ID, number).Order("number").Limit(2).Find(&pieces).Error; err != nil {
		return nil, fmt.Errorf("read rows: %w", err)
	}
	if len(pieces) == 0 || pieces[0].Number != number {
		return nil, workflows.Refuse(workflows.Conflict, "work_removed")
	}
	var rows []submission.ImportRow
	if err := json.Unmarshal(pieces[0].Content, &rows); err != nil {
		return nil, fmt.Errorf("decode rows: %w", err)
	}
	part, err := submission.ImportPart(tx, w.ConsultationID, rows, w.Asked.ReceivedAt)
	if err != nil {
		return nil, err
	}
	b := &Batch{Rows: len(rows), Refused: part.Refused, Parked: len(part.Parked), Next: strconv.Itoa(number + 1), Last: len(pieces) == 1}
	for _, p := range part.Parked {
		b.Notes = append(b.Notes, Note{Line: p.Line, Taken: true, Reason: "row_parked", Args: Args{"Place": p.Reference}})
	}
	for _, f := range part.Faults {
		n := Note{Reason: f.Key, Args: f.Args}
		if _, err := fmt.Sscanf(f.Field, "line %d", &n.Line); err != nil {
			return nil, fmt.Errorf("read the line of %q: %w", f.Field, err)
		}
		b.Notes = append(b.Notes, n)
	}
	return b, nil
}
