package notify

import (
	"strings"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/submission"
)

// Roles of the people told of what waits for them.
const (
	official = "official"
	reviewer = "reviewer"
)

// staff are the people who hold one of the roles now, as far as keep (nil: all)
// lets them through, but not whoever did it: they know.
func (e event) staff(keep func(stakeholder.Person) bool, roles ...string) source {
	return holders(e.c.StateCode, func(p stakeholder.Person) bool {
		return e.entry.Actor != "user:"+p.ID && (keep == nil || keep(p))
	}, roles...)
}

func holders(state string, keep func(stakeholder.Person) bool, roles ...string) source {
	return func(tx *workflows.Tx, _ string) ([]recipient, string, error) {
		people, err := stakeholder.Holders(tx, state, roles...)
		var out []recipient
		for _, p := range people {
			if keep(p) {
				out = append(out, fromPerson(p))
			}
		}
		return out, "", err
	}
}

// owners are who made the consultation and who submitted it, as far as they are
// still officials; if neither is, all officials look after it.
func (e event) owners(tx *workflows.Tx) (source, error) {
	owns := func(p stakeholder.Person) bool {
		return "user:"+p.ID == e.c.CreatedBy || "user:"+p.ID == e.c.SubmittedBy
	}
	officials, err := stakeholder.Holders(tx, e.c.StateCode, official)
	if err != nil {
		return nil, err
	}
	for _, p := range officials {
		if owns(p) {
			return e.staff(owns, official), nil
		}
	}
	return e.staff(nil, official), nil
}

func fromPerson(p stakeholder.Person) recipient {
	return recipient{party: "user:" + p.ID, name: p.Name, email: p.Email, language: p.Language, args: map[string]string{"person": p.ID}}
}

func only(people ...recipient) source {
	return func(*workflows.Tx, string) ([]recipient, string, error) { return people, "", nil }
}

// chooser makes a filter of addressees from how things stand.
type chooser func(tx *workflows.Tx, consultationID string) (func(consultation.Addressee) bool, error)

// invitedTo are the invited organisations, as far as choose (nil: all) lets
// them through.
func invitedTo(consultationID string, choose chooser) source {
	return func(tx *workflows.Tx, after string) ([]recipient, string, error) {
		list, err := consultation.InvitedAddresses(tx, consultationID, after, batch)
		if err != nil || choose == nil {
			return addressees(list, nil, err)
		}
		keep, err := choose(tx, consultationID)
		return addressees(list, keep, err)
	}
}

// sendersTo are the senders of what stands, with drafts also of what is not
// submitted yet.
func sendersTo(consultationID string, drafts bool) source {
	return func(tx *workflows.Tx, after string) ([]recipient, string, error) {
		list, err := submission.StandingAddresses(tx, consultationID, after, batch, drafts)
		if err != nil {
			return nil, "", err
		}
		plain := make([]consultation.Addressee, len(list))
		for i, a := range list {
			plain[i] = a.Addressee
		}
		out, next, err := addressees(plain, nil, nil)
		for i := range out {
			out[i].args["submission"] = list[i].SubmissionID
		}
		return out, next, err
	}
}

func confirmedFor(consultationID string) source {
	return func(tx *workflows.Tx, after string) ([]recipient, string, error) {
		list, err := consultation.ConfirmedAddresses(tx, consultationID, after, batch)
		return addressees(list, nil, err)
	}
}

func addressees(list []consultation.Addressee, keep func(consultation.Addressee) bool, err error) ([]recipient, string, error) {
	if err != nil || len(list) == 0 {
		return nil, "", err
	}
	var out []recipient
	for _, a := range list {
		if keep == nil || keep(a) {
			out = append(out, fromAddressee(a))
		}
	}
	next := ""
	if len(list) == batch {
		next = list[batch-1].Cursor
	}
	return out, next, nil
}

// receipt goes to the sender, and to whoever signed in for the organisation and
// sent it. An official who entered a letter is neither.
func receipt(action string) plan {
	return func(tx *workflows.Tx, a workflows.Announcement) ([]wave, error) {
		var s submission.Submission
		if err := tx.One(&s, "id = ?", a.ID); err != nil {
			return nil, err
		}
		if s.SubmittedAt == nil {
			return nil, nil // a draft that was thrown away
		}
		entry, err := workflows.EntryOf(tx, "submission", a.ID, action, a.At)
		if err != nil {
			return nil, err
		}
		to, err := senders(tx, &s, entry)
		w := wave{
			template: "receipt", consultationID: s.ConsultationID, to: to,
			args: map[string]string{"submission": s.ID, "sha256": entry.SHA256},
		}
		if action == "withdraw" {
			w.template = "submission_withdrawn"
		}
		return []wave{w}, err
	}
}

func senders(tx *workflows.Tx, s *submission.Submission, entry *workflows.Entry) (source, error) {
	sender, err := submission.AddressOf(tx, s.ID)
	if err != nil {
		return nil, err
	}
	out := []recipient{fromAddressee(sender.Addressee)}
	id, person := strings.CutPrefix(entry.Actor, "user:")
	if !person || entry.Action == "enter" {
		return only(out...), nil
	}
	var p stakeholder.Person
	if err := tx.One(&p, "id = ?", id); err != nil {
		return nil, err
	}
	if p.Email != sender.Email && p.DisabledAt == nil {
		out = append(out, fromPerson(p))
	}
	return only(out...), nil
}

// replied tells the other side of the talk about a comment.
func replied(tx *workflows.Tx, a workflows.Announcement) ([]wave, error) {
	r, m, err := submission.ReplyByID(tx, a.ID)
	if err != nil {
		return nil, err
	}
	w := wave{template: "reply", consultationID: m.ConsultationID, args: map[string]string{"reply": r.ID}}
	if r.Official {
		sender, err := submission.AddressOf(tx, m.SubmissionID)
		w.to = only(fromAddressee(sender.Addressee))
		return []wave{w}, err
	}
	c, err := consultation.Get(tx, m.ConsultationID)
	if err != nil {
		return nil, err
	}
	w.template, w.to = "reply_received", holders(c.StateCode, func(stakeholder.Person) bool { return true }, official)
	return []wave{w}, nil
}
