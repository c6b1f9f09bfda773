package workflows

import "time"

// EntryOf is, for notices, the entry of the record about what was done to the
// object at the instant. It asks no policy.
func EntryOf(tx *Tx, object, objectID, action string, at time.Time) (*Entry, error) {
	var e Entry
	return &e, tx.One(&e, "object = ? AND object_id = ? AND action = ? AND at = ?", object, objectID, action, at)
}
