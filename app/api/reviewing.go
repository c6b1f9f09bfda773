package api

import (
	"net/http"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/review"
)

// registerReviewing declares the calls on who is asked in a review, and how far
// it has come.
func (s *server) registerReviewing() {
	read(s, call{path: "/reviews", id: "list-reviews", summary: "Consultations that lack decisions, the most pressing first"}, reviews)
	read(s, call{path: "/consultations/{id}/review", id: "review", summary: "How far the newest round has come: who is asked, who has answered, what is missing"}, progress)
	read(s, call{path: "/consultations/{id}/reviewers/candidates", id: "list-candidates", summary: "Reviewers who could be named to decide, and why others cannot"}, candidates)
	write(s, call{method: http.MethodPost, path: "/consultations/{id}/reviewers", id: "name-reviewer", summary: "Ask one more person to decide or to advise, or one in the place of another", status: http.StatusCreated}, nameReviewer)
	write(s, call{method: http.MethodPost, path: "/consultations/{id}/reviewers/removal", id: "remove-reviewer", summary: "Ask somebody no longer"}, removeReviewer)
	write(s, call{method: http.MethodPost, path: "/consultations/{id}/reviewers/deadline", id: "move-review-deadline", summary: "Move the deadline of the review"}, moveReviewDeadline)
	write(s, call{method: http.MethodPost, path: "/consultations/{id}/opinions", id: "advise", summary: "Give the advice one was asked for; it does not count as a decision", status: http.StatusCreated}, advise)
	write(s, call{method: http.MethodPost, path: "/consultations/{id}/recusals", id: "recuse", summary: "Stand back from the review for a conflict of interest", status: http.StatusCreated}, recuse)
	write(s, call{method: http.MethodPost, path: "/consultations/{id}/review/seen", id: "note-review-seen", summary: "Leave the mark that one has opened the review"}, noteSeen)
}

// AskedView is one person asked in a round.
type AskedView struct {
	ID          string        `json:"id" doc:"Of the assignment; empty where nobody was named and every reviewer may decide"`
	Name        string        `json:"name"`
	Kind        string        `json:"kind" doc:"decisive or advisory"`
	NamedAt     time.Time     `json:"named_at"`
	SeenAt      *time.Time    `json:"seen_at" doc:"When they first opened the review, if they were named"`
	Ended       string        `json:"ended" doc:"Empty while they are asked; removed or recused"`
	EndedReason string        `json:"ended_reason"`
	Lost        bool          `json:"lost" doc:"Asked to decide, but no reviewer any more"`
	Decision    *DecisionView `json:"decision"`
	Opinion     *OpinionView  `json:"opinion"`
}

// OpinionView is one adviser's opinion.
type OpinionView struct {
	Opinion string    `json:"opinion" doc:"ready, ready_with_issues or not_ready"`
	Text    string    `json:"text"`
	GivenAt time.Time `json:"given_at"`
}

// ProgressView is how far a round has come.
type ProgressView struct {
	RoundID       string      `json:"round_id"`
	Number        int         `json:"number"`
	DraftID       string      `json:"draft_id"`
	ContentSHA256 string      `json:"content_sha256" doc:"Of draft and dispositions as put to the reviewers: what a decision binds"`
	Answers       int         `json:"answers" doc:"Comments whose answers are part of it"`
	OpenedAt      time.Time   `json:"opened_at"`
	DueAt         *time.Time  `json:"due_at"`
	Overdue       bool        `json:"overdue"`
	Outcome       string      `json:"outcome" doc:"Empty while it goes on"`
	ByName        bool        `json:"by_name" doc:"Reviewers were named: only they decide"`
	Quorum        int         `json:"quorum"`
	Approvals     int         `json:"approvals"`
	Missing       int         `json:"missing" doc:"Approvals still needed"`
	Stuck         bool        `json:"stuck" doc:"Those asked are too few to complete the quorum"`
	Asked         []AskedView `json:"asked" nullable:"false"`
}

func viewProgress(p *review.Progress, now time.Time) (ProgressView, error) {
	r := &p.Round
	answers, _, err := r.Answers()
	v := ProgressView{
		RoundID: r.ID, Number: r.Number, DraftID: r.DraftID, ContentSHA256: r.ContentSHA256, Answers: answers, OpenedAt: r.OpenedAt.UTC(),
		DueAt: utcOrNull(r.DueAt), Overdue: p.Overdue(now), Outcome: r.Outcome, ByName: r.ByName, Quorum: r.Quorum, Approvals: p.Approvals,
		Missing: p.Missing(), Stuck: p.Stuck(), Asked: []AskedView{},
	}
	for _, a := range p.Asked {
		v.Asked = append(v.Asked, viewAsked(a))
	}
	return v, err
}

func viewAsked(a review.Asked) AskedView {
	v := AskedView{ID: a.ID, Name: a.PersonName, Kind: a.Kind, NamedAt: a.NamedAt.UTC(), SeenAt: utcOrNull(a.SeenAt), Ended: a.Ended, EndedReason: a.EndedReason, Lost: a.Lost}
	if d := a.Decision; d != nil {
		v.Decision = &DecisionView{d.ReviewerName, d.Decision, d.Reason, d.DecidedAt.UTC()}
	}
	if o := a.Opinion; o != nil {
		v.Opinion = &OpinionView{o.Opinion, o.Text, o.GivenAt.UTC()}
	}
	return v
}

// newest is the newest round of a review that the asker may follow.
func newest(tx *workflows.Tx, id string) (ProgressView, error) {
	c, err := consultation.Get(tx, id)
	if err != nil {
		return ProgressView{}, err
	}
	rounds, err := review.Follow(tx, c)
	if err != nil {
		return ProgressView{}, err
	}
	if len(rounds) == 0 {
		return ProgressView{}, workflows.Refuse(workflows.Conflict, "no_review_under_way")
	}
	return viewProgress(&rounds[len(rounds)-1], tx.Now)
}

func progress(tx *workflows.Tx, in *ByID) (ProgressView, error) { return newest(tx, in.ID) }

// PendingView is a consultation that lacks decisions.
type PendingView struct {
	ConsultationID string       `json:"consultation_id"`
	Title          string       `json:"title"`
	State          string       `json:"state" doc:"in_review, or closed where it was returned"`
	Round          ProgressView `json:"round"`
}

func reviews(tx *workflows.Tx, _ *struct{}) (list[PendingView], error) {
	pending, err := review.Lacking(tx)
	out := list[PendingView]{Items: []PendingView{}}
	for i := range pending {
		p := &pending[i]
		round, err := viewProgress(&p.Progress, tx.Now)
		if err != nil {
			return out, err
		}
		out.Items = append(out.Items, PendingView{p.Consultation.ID, p.Consultation.Title, p.Consultation.State, round})
	}
	return out, err
}

// CandidateView is a reviewer of the state.
type CandidateView struct {
	Name  string `json:"name"`
	Email string `json:"email"`
	Bar   string `json:"bar" doc:"Empty, or why they cannot decide: own_draft, reviewer_commented, recused"`
}

func candidates(tx *workflows.Tx, in *ByID) (list[CandidateView], error) {
	c, err := consultation.Get(tx, in.ID)
	if err != nil {
		return list[CandidateView]{}, err
	}
	rows, err := review.Candidates(tx, c)
	return listOf(rows, "", func(one review.Candidate) CandidateView {
		return CandidateView{one.Person.Name, one.Person.Email, one.Bar}
	}), err
}

// ReviewerIn names a person for the round under way.
type ReviewerIn struct {
	Kind     string `json:"kind" doc:"decisive or advisory"`
	Email    string `json:"email" doc:"Of their account"`
	Replaces string `json:"replaces,omitempty" doc:"Id of the assignment they take the place of"`
	Reason   string `json:"reason,omitempty" doc:"Required to replace somebody"`
}

func nameReviewer(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body ReviewerIn
},
) (AskedView, error) {
	a, err := review.Name(tx, in.ID, review.Naming(in.Body))
	if err != nil {
		return AskedView{}, err
	}
	return viewAsked(review.Asked{Assignment: *a}), nil
}

// RemovalIn ends an assignment.
type RemovalIn struct {
	AssignmentID string `json:"assignment_id"`
	Reason       string `json:"reason"`
}

func removeReviewer(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body RemovalIn
},
) (ProgressView, error) {
	if err := review.Remove(tx, in.ID, in.Body.AssignmentID, in.Body.Reason); err != nil {
		return ProgressView{}, err
	}
	return newest(tx, in.ID)
}

// DeadlineIn is another deadline of a review.
type DeadlineIn struct {
	DueAt  time.Time `json:"due_at,omitzero" doc:"Without it the review has no deadline"`
	Reason string    `json:"reason"`
}

func moveReviewDeadline(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body DeadlineIn
},
) (ProgressView, error) {
	if err := review.SetDue(tx, in.ID, in.Body.DueAt, in.Body.Reason); err != nil {
		return ProgressView{}, err
	}
	return newest(tx, in.ID)
}

// OpinionIn is an adviser's opinion.
type OpinionIn struct {
	Opinion string `json:"opinion"`
	Text    string `json:"text,omitempty" doc:"Required unless it is ready as it stands"`
	SHA256  string `json:"content_sha256,omitempty" doc:"Of the content advised on, as the round gives it; another round's is refused"`
}

func advise(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body OpinionIn
},
) (OpinionView, error) {
	o, err := review.Advise(tx, in.ID, review.Advice(in.Body))
	if err != nil {
		return OpinionView{}, err
	}
	return OpinionView{o.Opinion, o.Text, o.GivenAt.UTC()}, nil
}

// RecusalIn says what the conflict of interest is.
type RecusalIn struct {
	Reason string `json:"reason"`
}

// RecusedView says that somebody has stood back; they may read no more now.
type RecusedView struct {
	Recused bool `json:"recused"`
}

func recuse(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body RecusalIn
},
) (RecusedView, error) {
	err := review.Recuse(tx, in.ID, in.Body.Reason)
	return RecusedView{err == nil}, err
}

func noteSeen(tx *workflows.Tx, in *struct {
	Once
	ByID
},
) (ProgressView, error) {
	if err := review.Seen(tx, in.ID); err != nil {
		return ProgressView{}, err
	}
	return newest(tx, in.ID)
}
