package work

import "jahorina/workflows"

// Facts are what the guards look at.
type Facts struct {
	Kept bool // what it reads or has made is still there
}

type guard = workflows.Guard[Facts]

var kept = guard{Name: "what it reads or has made is still kept", Check: func(f Facts) error {
	if !f.Kept {
		return workflows.Refuse(workflows.Conflict, "work_removed")
	}
	return nil
}}

// Table is the workflow of a work. What its job does is the clock's.
var Table = &workflows.Machine[Facts]{
	Object: "work", Table: "works", Column: "state", Version: "version",
	Initial: Queued, Finals: []string{Finished},
	Rows: []workflows.Transition[Facts]{
		{Action: "begin", From: []string{Queued}, To: Running, Clock: true},
		{Action: "finish", From: []string{Running}, To: Finished, Clock: true},
		{Action: "fail", From: []string{Queued, Running}, To: Failed, Clock: true},
		{Action: "cancel", From: []string{Queued, Running}, To: Cancelled},
		{Action: "resume", From: []string{Failed, Cancelled}, To: Queued, Guards: []guard{kept}},
	},
}

// move applies the table to a work that is held.
func (w *Work) move(tx *workflows.Tx, action string, set map[string]any) error {
	step := workflows.Step{
		ID: w.ID, From: w.State, Version: w.Version, Action: action, Target: w.target(), ConsultationID: w.ConsultationID,
		Reason: reasonOf(set), Set: set, SHA256: w.SHA256,
	}
	to, err := Table.Apply(tx, step, Facts{Kept: w.Kept(tx.Now)})
	if err != nil {
		return err
	}
	w.State, w.Version, w.UpdatedAt = to, w.Version+1, tx.Now
	return nil
}

func reasonOf(set map[string]any) string {
	reason, _ := set["reason"].(string)
	return reason
}
