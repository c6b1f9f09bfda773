package web

import "jahorina/workflows"

// autosaves says whether the page's script sent the form while its writer was
// still typing. It is then led back to the form, whose tokens it takes over.
func (q *request) autosaves() bool { return q.form.Get("autosave") != "" }

// mayAutosave refuses to amend an answer in the record by itself: a colleague may
// have submitted it since the form was opened, and each amendment is a version
// with a receipt.
func (q *request) mayAutosave(a *answering) error {
	if q.autosaves() && a.Amends() {
		return workflows.Refuse(workflows.Conflict, "in_record_now")
	}
	return nil
}
