package api

import (
	"net/http"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/submission"
)

// registerDesk declares the calls that treat several comments at once, and the
// promise of a response.
func (s *server) registerDesk() {
	write(s, call{method: http.MethodPost, path: "/consultations/{id}/comments/dispositions", id: "propose-together", summary: "Propose the same disposition for several comments, all or none"}, proposeTogether)
	write(s, call{method: http.MethodPost, path: "/consultations/{id}/comments/agreements", id: "agree-together", summary: "Agree to the dispositions of several comments, all or none"}, agreeTogether)
	write(s, call{method: http.MethodPost, path: "/consultations/{id}/comments/assignments", id: "assign", summary: "Say who is to answer several comments"}, assign)
	write(s, call{method: http.MethodPut, path: "/consultations/{id}/response-due", id: "promise", summary: "Promise the response for another day"}, promise)
}

// TogetherView is what was done to several comments.
type TogetherView struct {
	Done    []string      `json:"done" nullable:"false" doc:"Ids of comments"`
	Skipped []SkippedView `json:"skipped" nullable:"false"`
}

// SkippedView is a comment that was left out, and why.
type SkippedView struct {
	ID  string `json:"id"`
	Why string `json:"why" doc:"Code of what stands against it"`
}

func viewTogether(b *submission.Batch, err error) (TogetherView, error) {
	v := TogetherView{Done: []string{}, Skipped: []SkippedView{}}
	if err != nil {
		return v, err
	}
	for _, m := range b.Taken {
		v.Done = append(v.Done, m.ID)
	}
	for _, s := range b.Skipped {
		v.Skipped = append(v.Skipped, SkippedView{s.Comment.ID, s.Key})
	}
	return v, nil
}

// TogetherIn is one disposition for several comments.
type TogetherIn struct {
	CommentIDs  []string `json:"comment_ids" doc:"At most 2000"`
	Outcome     string   `json:"outcome"`
	Rationale   string   `json:"rationale"`
	DuplicateOf string   `json:"duplicate_of,omitempty"`
	Changes     []string `json:"changes,omitempty" doc:"Identities of provisions; an accepted comment's own if not given"`
}

func proposeTogether(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body TogetherIn
},
) (TogetherView, error) {
	d := submission.NewDisposition{Outcome: in.Body.Outcome, Rationale: in.Body.Rationale, DuplicateOf: in.Body.DuplicateOf, Changes: in.Body.Changes}
	return viewTogether(submission.ProposeTogether(tx, in.ID, in.Body.CommentIDs, d))
}

// ChosenIn names several comments.
type ChosenIn struct {
	CommentIDs []string `json:"comment_ids" doc:"At most 2000"`
}

func agreeTogether(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body ChosenIn
},
) (TogetherView, error) {
	return viewTogether(submission.AgreeTogether(tx, in.ID, in.Body.CommentIDs))
}

// AssignIn gives comments to a drafter.
type AssignIn struct {
	CommentIDs []string `json:"comment_ids" doc:"At most 2000"`
	DrafterID  string   `json:"drafter_id" doc:"Id of an official of the state; empty for nobody"`
}

func assign(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body AssignIn
},
) (TogetherView, error) {
	return viewTogether(submission.Assign(tx, in.ID, in.Body.CommentIDs, in.Body.DrafterID))
}

// PromiseIn is when the response is promised for.
type PromiseIn struct {
	ResponseDueAt time.Time `json:"response_due_at"`
	Reason        string    `json:"reason,omitempty" doc:"Required once the consultation has opened; public"`
}

func promise(tx *workflows.Tx, in *struct {
	ByID
	IfMatch
	Body PromiseIn
},
) (ConsultationView, error) {
	version, err := in.version()
	if err != nil {
		return ConsultationView{}, err
	}
	c, err := consultation.Promise(tx, in.ID, version, in.Body.ResponseDueAt, in.Body.Reason)
	if err != nil {
		return ConsultationView{}, err
	}
	return viewConsultation(tx, c)
}
