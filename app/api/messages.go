package api

import (
	"net/http"
	"time"

	"jahorina/app/notify"
	"jahorina/workflows"
)

// registerMessages declares the calls on the mail.
func (s *server) registerMessages() {
	read(s, call{path: "/messages", id: "list-messages", summary: "Mail of the states one administers, newest first"}, messages)
	write(s, call{method: http.MethodPost, path: "/messages/{id}/resend", id: "resend-message", summary: "Send a mail again that failed, was cancelled or still waits", status: http.StatusAccepted}, resend)
}

// MessageView is one mail to one recipient.
type MessageView struct {
	ID             string     `json:"id"`
	ConsultationID string     `json:"consultation_id"`
	Template       string     `json:"template" doc:"What it tells"`
	Recipient      string     `json:"recipient"`
	RecipientName  string     `json:"recipient_name"`
	State          string     `json:"state" enum:"queued,sent,failed,cancelled"`
	Attempts       int        `json:"attempts"`
	LastError      string     `json:"last_error" doc:"What the other server said, or why it was cancelled"`
	CreatedAt      time.Time  `json:"created_at"`
	SentAt         *time.Time `json:"sent_at"`
}

func messages(tx *workflows.Tx, in *struct {
	State string `query:"state" doc:"queued, sent, failed or cancelled; all if not given"`
	Paged
},
) (list[MessageView], error) {
	rows, next, err := notify.List(tx, in.State, in.page())
	return listOf(rows, next, func(m workflows.Message) MessageView {
		return MessageView{m.ID, m.ConsultationID, m.Template, m.Recipient, m.RecipientName, m.State, m.Attempts, m.LastError, m.CreatedAt, m.SentAt}
	}), err
}

// QueuedView says that something waits to be done.
type QueuedView struct {
	State string `json:"state"`
}

func resend(tx *workflows.Tx, in *struct {
	Once
	ID string `path:"id"`
},
) (QueuedView, error) {
	return QueuedView{workflows.MessageQueued}, notify.Resend(tx, in.ID)
}
