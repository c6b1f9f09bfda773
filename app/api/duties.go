package api

import (
	"net/http"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/duty"
)

// registerDuties declares the calls on what treaties ask states to send.
func (s *server) registerDuties() {
	read(s, call{path: "/duties/{id}", id: "duties", summary: "What a state has to send, had to, and has sent"}, duties)
	write(s, call{method: http.MethodPost, path: "/duties/{id}/instruments", id: "bind-instrument", summary: "Say since when an instrument binds the state"}, bindInstrument)
	write(s, call{method: http.MethodPost, path: "/duties/{id}/returns", id: "fulfil-duty", summary: "Put on the record that something due was sent", status: http.StatusCreated}, fulfilDuty)
	write(s, call{method: http.MethodPost, path: "/duties/{id}/withdrawals", id: "withdraw-return", summary: "Say that this was recorded by mistake"}, withdrawReturn)
	write(s, call{method: http.MethodPost, path: "/duties/{id}/events", id: "add-duty-event", summary: "Enter an event that calls for a notice", status: http.StatusCreated}, addDutyEvent)
	write(s, call{method: http.MethodPost, path: "/duties/{id}/removals", id: "drop-duty-event", summary: "Say that an event was entered by mistake, or will not happen"}, dropDutyEvent)
}

// DutiesView is the calendar of a state. Its id is the state's code.
type DutiesView struct {
	State       string     `json:"state"`
	Instruments []BondView `json:"instruments" nullable:"false" doc:"Since when they bind the state"`
	Loose       []string   `json:"loose" nullable:"false" doc:"Of these nobody has said so: nothing of them is in the calendar"`
	Dues        []DueView  `json:"dues" nullable:"false" doc:"By their days, up to 400 days ahead; what is due once, whenever it is"`
}

// BondView says since when an instrument binds a state.
type BondView struct {
	Instrument   string `json:"instrument"`
	InForceOn    string `json:"in_force_on" doc:"YYYY-MM-DD; empty: it does not bind the state"`
	FollowedFrom string `json:"followed_from" doc:"What was due before is taken as settled; empty: followed from the beginning"`
	Source       string `json:"source" doc:"Where that stands"`
	Version      int64  `json:"version"`
}

func viewBond(b duty.Bond) BondView {
	return BondView{b.Instrument, dayOf(b.InForceOn), dayOf(b.FollowedFrom), b.Source, b.Version}
}

// DueView is one thing to send on one day.
type DueView struct {
	Code       string      `json:"code"`
	Period     string      `json:"period" doc:"Year, quarter or month it is for, once, or the id of an event"`
	DueOn      string      `json:"due_on" doc:"YYYY-MM-DD"`
	What       string      `json:"what"`
	Instrument string      `json:"instrument"`
	Article    string      `json:"article"`
	Obligation string      `json:"obligation" doc:"Its code in the register"`
	Rule       string      `json:"rule"`
	NilAllowed bool        `json:"nil_allowed" doc:"That there is nothing to declare is an answer"`
	Checked    string      `json:"checked" doc:"How far the text was read"`
	Source     string      `json:"source"`
	Event      string      `json:"event,omitempty" doc:"That calls for it"`
	Overdue    bool        `json:"overdue"`
	Return     *ReturnView `json:"return" doc:"How it was done; null: it is not"`
}

// ReturnView is what was sent.
type ReturnView struct {
	ID        string    `json:"id"`
	DoneOn    string    `json:"done_on"`
	Reference string    `json:"reference"`
	NilReturn bool      `json:"nil_return"`
	Note      string    `json:"note"`
	At        time.Time `json:"recorded_at"`
}

func viewReturn(r *duty.Return) *ReturnView {
	if r == nil {
		return nil
	}
	return &ReturnView{r.ID, dayOf(&r.DoneOn), r.Reference, r.NilReturn, r.Note, r.CreatedAt.UTC()}
}

func duties(tx *workflows.Tx, in *ByID) (DutiesView, error) {
	c, err := duty.Of(tx, in.ID)
	if err != nil {
		return DutiesView{}, err
	}
	out := DutiesView{State: c.State, Instruments: []BondView{}, Loose: append([]string{}, c.Loose()...), Dues: []DueView{}}
	for _, name := range duty.Instruments(c.Duties) {
		if b, said := c.Bonds[name]; said {
			out.Instruments = append(out.Instruments, viewBond(b))
		}
	}
	for i := range c.Dues {
		d := &c.Dues[i]
		v := DueView{
			Code: d.Duty.Code, Period: d.Period, DueOn: dayOf(&d.On), What: d.Duty.Due, Instrument: d.Duty.Instrument, Article: d.Duty.Article, Obligation: d.Duty.Obligation,
			Rule: d.Duty.Rule.String(), NilAllowed: d.Duty.Nil, Checked: d.Duty.Checked, Source: d.Duty.Source, Overdue: d.Overdue(tx.Now), Return: viewReturn(d.Return),
		}
		if d.Event != nil {
			v.Event = d.Event.Note
		}
		out.Dues = append(out.Dues, v)
	}
	return out, nil
}

// BondIn says since when an instrument binds the state.
type BondIn struct {
	Instrument   string `json:"instrument"`
	InForceOn    string `json:"in_force_on,omitempty" doc:"YYYY-MM-DD; empty: it does not bind the state"`
	FollowedFrom string `json:"followed_from,omitempty"`
	Source       string `json:"source"`
	Version      int64  `json:"version,omitempty" doc:"That the writer saw; 0 if nothing was said"`
}

func bindInstrument(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body BondIn
},
) (BondView, error) {
	var p workflows.Problems
	b := in.Body
	binding := duty.Binding{Instrument: b.Instrument, InForceOn: day(&p, "in_force_on", b.InForceOn), FollowedFrom: day(&p, "followed_from", b.FollowedFrom), Source: b.Source}
	if err := p.Err(); err != nil {
		return BondView{}, err
	}
	bond, err := duty.Bind(tx, in.ID, binding, b.Version)
	if err != nil {
		return BondView{}, err
	}
	return viewBond(*bond), nil
}

// ReturnIn is how something due was done.
type ReturnIn struct {
	Code      string `json:"code"`
	Period    string `json:"period"`
	DoneOn    string `json:"done_on" doc:"YYYY-MM-DD"`
	Reference string `json:"reference"`
	NilReturn bool   `json:"nil_return,omitempty" doc:"There was nothing to declare"`
	Note      string `json:"note,omitempty"`
}

func fulfilDuty(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body ReturnIn
},
) (ReturnView, error) {
	var p workflows.Problems
	b := in.Body
	sent := duty.Sent{Code: b.Code, Period: b.Period, DoneOn: day(&p, "done_on", b.DoneOn), Reference: b.Reference, NilReturn: b.NilReturn, Note: b.Note}
	if err := p.Err(); err != nil {
		return ReturnView{}, err
	}
	r, err := duty.Fulfil(tx, in.ID, sent)
	if err != nil {
		return ReturnView{}, err
	}
	return *viewReturn(r), nil
}

// WithdrawalIn takes back what was recorded by mistake.
type WithdrawalIn struct {
	Return string `json:"return" doc:"Its id"`
	Reason string `json:"reason"`
}

func withdrawReturn(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body WithdrawalIn
},
) (ReturnView, error) {
	r, err := duty.Withdraw(tx, in.ID, in.Body.Return, in.Body.Reason)
	if err != nil {
		return ReturnView{}, err
	}
	return *viewReturn(r), nil
}

// DutyEventIn is an event that calls for a notice.
type DutyEventIn struct {
	Code  string `json:"code" doc:"Of the duty"`
	OnDay string `json:"on_day" doc:"YYYY-MM-DD"`
	Note  string `json:"note" doc:"What it is"`
}

// DutyEventView is an event that calls for a notice.
type DutyEventView struct {
	ID    string `json:"id"`
	Code  string `json:"code"`
	OnDay string `json:"on_day"`
	Note  string `json:"note"`
}

func viewDutyEvent(e *duty.Event, err error) (DutyEventView, error) {
	if err != nil {
		return DutyEventView{}, err
	}
	return DutyEventView{e.ID, e.DutyCode, dayOf(&e.OnDay), e.Note}, nil
}

func addDutyEvent(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body DutyEventIn
},
) (DutyEventView, error) {
	var p workflows.Problems
	on := day(&p, "on_day", in.Body.OnDay)
	if err := p.Err(); err != nil {
		return DutyEventView{}, err
	}
	return viewDutyEvent(duty.AddEvent(tx, in.ID, in.Body.Code, on, in.Body.Note))
}

// DutyRemovalIn names an event.
type DutyRemovalIn struct {
	Event string `json:"event" doc:"Its id"`
}

func dropDutyEvent(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body DutyRemovalIn
},
) (DutyEventView, error) {
	return viewDutyEvent(duty.DropEvent(tx, in.ID, in.Body.Event))
}
