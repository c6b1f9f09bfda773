package api

import (
	"net/http"
	"time"

	"jahorina/app/notify"
	"jahorina/workflows"
	"jahorina/workflows/agenda"
	"jahorina/workflows/consultation"
)

// registerAgenda declares the calls on what waits, what was asked, and what
// happens when.
func (s *server) registerAgenda() {
	read(s, call{path: "/home", id: "home", summary: "What waits for you, what you asked of others, and what comes in the next 30 days"}, home)
	read(s, call{path: "/calendar", id: "calendar", summary: "Windows and deadlines of the consultations you may know of", public: true}, calendar)
	read(s, call{path: "/consultations/{id}/mail", id: "mail-progress", summary: "How far the mail about a consultation has come"}, mailProgress)
	read(s, call{path: "/calendar/address", id: "calendar-address", summary: "Secret address under which a program reads your calendar"}, calendarAddress)
	write(s, call{method: http.MethodPost, path: "/calendar/address", id: "renew-calendar-address", summary: "A new secret address; an earlier one opens nothing any more", status: http.StatusCreated}, renewAddress)
	write(s, call{method: http.MethodDelete, path: "/calendar/address", id: "close-calendar-address", summary: "End the address"}, closeAddress)
}

// MailProgressView is how far the mails of one kind have come.
type MailProgressView struct {
	Template  string `json:"template"`
	Total     int    `json:"total"`
	Queued    int    `json:"queued"`
	Sent      int    `json:"sent"`
	Failed    int    `json:"failed"`
	Cancelled int    `json:"cancelled" doc:"Not sent, as they had lost their point"`
}

// MailProgressList holds every kind.
type MailProgressList struct {
	Items []MailProgressView `json:"items" nullable:"false" doc:"Those with most to do first"`
}

func mailProgress(tx *workflows.Tx, in *ByID) (MailProgressList, error) {
	out := MailProgressList{Items: []MailProgressView{}}
	c, err := consultation.Get(tx, in.ID)
	if err != nil {
		return out, err
	}
	all, err := notify.ProgressOf(tx, c)
	for _, p := range all {
		out.Items = append(out.Items, MailProgressView(p))
	}
	return out, err
}

// HomeView is a person's agenda.
type HomeView struct {
	Waits []AgendaItemView `json:"waits" nullable:"false" doc:"The most pressing first"`
	Asked []AgendaItemView `json:"asked" nullable:"false" doc:"Of others, and where it stands"`
	Soon  []DateView       `json:"soon" nullable:"false"`
	More  bool             `json:"more" doc:"There are more consultations under way than were looked through"`
}

// AgendaItemView is one thing that waits or was asked.
type AgendaItemView struct {
	Kind           string     `json:"kind"`
	ConsultationID string     `json:"consultation_id" doc:"Empty for what belongs to none"`
	Title          string     `json:"title" doc:"Of the consultation"`
	WorkID         string     `json:"work_id,omitempty" doc:"Of long work"`
	Page           string     `json:"page,omitempty" doc:"Path of its page, of what belongs to no consultation"`
	State          string     `json:"state,omitempty" doc:"Of duties, and of a side in a gap"`
	Count          int        `json:"count"`
	Of             int        `json:"of" doc:"What count is a part of; 0: of nothing"`
	WaitsFor       []string   `json:"waits_for" nullable:"false" doc:"Names"`
	Since          *time.Time `json:"since"`
	DueAt          *time.Time `json:"due_at"`
	Overdue        bool       `json:"overdue"`
}

// DateView is one instant of the calendar.
type DateView struct {
	ID             string     `json:"id" doc:"Stays the same when it is moved, but for extended and reminder, of which there are several"`
	Kind           string     `json:"kind" enum:"opens,closes,extended,reminder,review_due,response_due,published,milestone_due,measure_due,duty_due"`
	At             time.Time  `json:"at"`
	MovedTo        *time.Time `json:"moved_to" doc:"Of extended: the new deadline"`
	ConsultationID string     `json:"consultation_id" doc:"Empty for what belongs to none"`
	Page           string     `json:"page,omitempty" doc:"Path of its page, of what belongs to no consultation"`
	State          string     `json:"state,omitempty" doc:"Of a duty"`
	Title          string     `json:"title"`
	Cancelled      bool       `json:"cancelled" doc:"The consultation was withdrawn"`
}

func home(tx *workflows.Tx, _ *struct{}) (HomeView, error) {
	h, err := agenda.Of(tx)
	if err != nil {
		return HomeView{}, err
	}
	return HomeView{Waits: viewItems(h.Waits, tx.Now), Asked: viewItems(h.Asked, tx.Now), Soon: viewEntries(h.Soon), More: h.More}, nil
}

func viewItems(items []agenda.Item, now time.Time) []AgendaItemView {
	out := []AgendaItemView{}
	for _, i := range items {
		v := AgendaItemView{
			Kind: i.Kind, WorkID: i.WorkID, State: i.State, Count: i.Count, Of: i.Of, WaitsFor: append([]string{}, i.Names...),
			Since: given(i.Since), DueAt: given(i.Due), Overdue: i.Overdue(now),
		}
		if i.Consultation != nil {
			v.ConsultationID, v.Title = i.Consultation.ID, i.Consultation.Title
		}
		if i.About != nil {
			v.Title, v.Page = i.About.Title, i.About.Path
		}
		out = append(out, v)
	}
	return out
}

// given is nil for the zero time.
func given(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	at = at.UTC()
	return &at
}

// InSpan asks for a span of the calendar.
type InSpan struct {
	From           time.Time `query:"from" doc:"Now, if not given"`
	Until          time.Time `query:"until" doc:"30 days after from, if not given; at most 400"`
	ConsultationID string    `query:"consultation_id"`
}

// maxSpan bounds what one call asks for.
const maxSpan = 400 * 24 * time.Hour

// CalendarView is a span of the calendar.
type CalendarView struct {
	Items []DateView `json:"items" nullable:"false" doc:"The earliest first"`
	More  bool       `json:"more" doc:"There are consultations that were not looked at: ask for a shorter span"`
}

func calendar(tx *workflows.Tx, in *InSpan) (CalendarView, error) {
	span := agenda.Span{From: in.From, Until: in.Until, ConsultationID: in.ConsultationID}
	if span.From.IsZero() {
		span.From = tx.Now
	}
	if span.Until.IsZero() {
		span.Until = span.From.Add(agenda.Ahead)
	}
	if d := span.Until.Sub(span.From); d < 0 || d > maxSpan {
		return CalendarView{}, workflows.InvalidField("until", "bad_span", "Days", int(maxSpan/(24*time.Hour)))
	}
	found, more, err := agenda.Entries(tx, span)
	return CalendarView{Items: viewEntries(found), More: more}, err
}

func viewEntries(found []agenda.Entry) []DateView {
	out := []DateView{}
	for _, e := range found {
		v := DateView{ID: e.ID(), Kind: e.Kind, At: e.At.UTC(), MovedTo: given(e.To), Title: e.Title(), Cancelled: e.Cancelled()}
		if e.Consultation != nil {
			v.ConsultationID = e.Consultation.ID
		}
		if e.About != nil {
			v.Page, v.State = e.About.Path, e.About.State
		}
		out = append(out, v)
	}
	return out
}

// AddressView is the secret address of a calendar.
type AddressView struct {
	Path string `json:"path" doc:"iCalendar, below the address of the pages; empty: there is none"`
}

func viewAddress(secret string, err error) (AddressView, error) {
	if err != nil || secret == "" {
		return AddressView{}, err
	}
	return AddressView{Path: "/calendar/" + secret + ".ics"}, nil
}

func calendarAddress(tx *workflows.Tx, _ *struct{}) (AddressView, error) {
	return viewAddress(agenda.OwnFeed(tx))
}

func renewAddress(tx *workflows.Tx, _ *Once) (AddressView, error) {
	return viewAddress(agenda.RenewFeed(tx))
}

func closeAddress(tx *workflows.Tx, _ *struct{}) (AddressView, error) {
	return AddressView{}, agenda.CloseFeed(tx)
}
