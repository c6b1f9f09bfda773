package notify

import (
	"jahorina/workflows"
	"jahorina/workflows/duty"
	"jahorina/workflows/stakeholder"
)

// dutyRemind tells a state's officials of something to be sent.
func dutyRemind(tx *workflows.Tx, a workflows.Announcement) ([]wave, error) {
	r, d, err := duty.Told(tx, a.ID)
	if err != nil || d == nil {
		return nil, err
	}
	to := holders(r.StateCode, func(stakeholder.Person) bool { return true }, official)
	return []wave{{template: "duty_due", to: to, args: map[string]string{"reminder": r.ID}}}, nil
}

// dutyDue fills in a mail about something that is still to be sent, for whoever
// still is an official of the state.
func dutyDue(d *draft) error {
	r, due, err := duty.Told(d.tx, d.m.Args["reminder"])
	if err != nil {
		return err
	}
	if due == nil {
		return overtaken
	}
	who, err := stakeholder.ActorOf(d.tx, d.m.Args["person"])
	if workflows.IsKind(err, workflows.NotFound) || err == nil && !who.Holds("role:"+official, r.StateCode) {
		return notEntitled
	}
	if err != nil {
		return err
	}
	d.view.Title, d.view.At, d.view.Link = line(due.Duty.Due), due.On, d.url("duties", r.StateCode)
	return nil
}
