package api

import (
	"net/http"

	"jahorina/workflows"
	"jahorina/workflows/duty"
)

// registerPractices declares the calls on calendars worth copying, and on what states
// made of them.
func (s *server) registerPractices() {
	read(s, call{path: "/practices", id: "practices", summary: "Calendars of reporting duties that are practices to copy"}, practices)
	write(s, call{method: http.MethodPost, path: "/duties/{id}/practices", id: "mark-practice", summary: "Mark the state's calendar of an instrument as a practice to copy", status: http.StatusCreated}, markPractice)
	write(s, call{method: http.MethodPost, path: "/practices/{id}/withdrawal", id: "withdraw-practice", summary: "Take a practice off the list"}, unmarkPractice)
	write(s, call{method: http.MethodPost, path: "/practices/{id}/copies", id: "copy-practice", summary: "Copy a practice to another theme, as a draft", status: http.StatusCreated}, copyPractice)
	read(s, call{path: "/own-calendars/{id}", id: "own-calendar", summary: "A calendar that a state made for itself from a practice"}, ownCalendar)
	write(s, call{method: http.MethodPut, path: "/own-calendars/{id}", id: "edit-own-calendar", summary: "Replace the duties of a draft"}, editOwnCalendar)
	write(s, call{method: http.MethodPost, path: "/own-calendars/{id}/transitions", id: "move-own-calendar", summary: "Put a draft in force, throw it away, or make a draft of it again"}, moveOwnCalendar)
}

// PracticesView lists practices to copy.
type PracticesView struct {
	Items []PracticeView `json:"items" nullable:"false"`
}

// PracticeView is a calendar worth copying.
type PracticeView struct {
	ID         string `json:"id"`
	State      string `json:"state"`
	Instrument string `json:"instrument"`
	Features   string `json:"features" doc:"What is worth copying"`
}

func viewPractice(p *duty.Practice, err error) (PracticeView, error) {
	if err != nil {
		return PracticeView{}, err
	}
	return PracticeView{p.ID, p.StateCode, p.Instrument, p.Features}, nil
}

func practices(tx *workflows.Tx, _ *struct{}) (PracticesView, error) {
	found, err := duty.Practices(tx)
	out := PracticesView{Items: make([]PracticeView, len(found))}
	for i := range found {
		out.Items[i], _ = viewPractice(&found[i], nil)
	}
	return out, err
}

// PracticeIn marks a calendar.
type PracticeIn struct {
	Instrument string `json:"instrument"`
	Features   string `json:"features" doc:"What is worth copying"`
}

func markPractice(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body PracticeIn
},
) (PracticeView, error) {
	return viewPractice(duty.Mark(tx, in.ID, in.Body.Instrument, in.Body.Features))
}

func unmarkPractice(tx *workflows.Tx, in *struct {
	Once
	ByID
},
) (PracticeView, error) {
	return viewPractice(duty.Unmark(tx, in.ID))
}

// OwnCalendarView is a state's own calendar.
type OwnCalendarView struct {
	ID       string `json:"id"`
	State    string `json:"state"`
	Title    string `json:"title"`
	Theme    string `json:"theme"`
	Practice string `json:"practice" doc:"It was copied from, by its id"`
	Status   string `json:"status" enum:"draft,in_force,dropped"`
	Table    string `json:"table" doc:"Its duties (CSV): code, obligation, instrument, article, due, rule, nil, checked, source"`
	Version  int64  `json:"version"`
}

func (v OwnCalendarView) version() int64 { return v.Version }

func viewOwn(o *duty.Own, err error) (OwnCalendarView, error) {
	if err != nil {
		return OwnCalendarView{}, err
	}
	return OwnCalendarView{o.ID, o.StateCode, o.Title, o.Theme, o.PracticeID, o.Status, o.Lines, o.Version}, nil
}

// CopyIn says for what a practice is copied.
type CopyIn struct {
	State string `json:"state" doc:"That copies it"`
	Theme string `json:"theme" doc:"nuclear, chemical, biological, means_of_delivery or cross_cutting"`
	Title string `json:"title" doc:"Instrument or programme that asks for what is to be sent"`
}

func copyPractice(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body CopyIn
},
) (OwnCalendarView, error) {
	return viewOwn(duty.Copy(tx, in.ID, in.Body.State, in.Body.Theme, in.Body.Title))
}

func ownCalendar(tx *workflows.Tx, in *ByID) (OwnCalendarView, error) {
	return viewOwn(duty.GetOwn(tx, in.ID))
}

// OwnCalendarIn are the duties of a draft.
type OwnCalendarIn struct {
	Table string `json:"table" doc:"CSV with the columns of what is read; obligation and article may be empty"`
}

func editOwnCalendar(tx *workflows.Tx, in *struct {
	IfMatch
	ByID
	Body OwnCalendarIn
},
) (OwnCalendarView, error) {
	seen, err := in.version()
	if err != nil {
		return OwnCalendarView{}, err
	}
	return viewOwn(duty.Edit(tx, in.ID, seen, in.Body.Table))
}

// OwnCalendarMoveIn is what is done with an own calendar.
type OwnCalendarMoveIn struct {
	Action  string `json:"action" doc:"put_in_force, revise or drop"`
	Version int64  `json:"version" doc:"That the writer saw"`
}

func moveOwnCalendar(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body OwnCalendarMoveIn
},
) (OwnCalendarView, error) {
	return viewOwn(duty.Move(tx, in.ID, in.Body.Version, in.Body.Action))
}
