package api

import (
	"net/http"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/review"
	"jahorina/workflows/translation"
)

// registerReview declares the calls on a consultation's review, response and
// record.
func (s *server) registerReview() {
	write(s, call{method: http.MethodPost, path: "/consultations/{id}/decisions", id: "decide", summary: "Decide in the review", status: http.StatusCreated}, decide)
	read(s, call{path: "/consultations/{id}/rounds", id: "list-rounds", summary: "Rounds of the review, with their decisions"}, rounds)
	read(s, call{path: "/consultations/{id}/outcome", id: "outcome", summary: "What was decided, by whom and when", public: true}, outcome)
	read(s, call{path: "/consultations/{id}/response", id: "response", summary: "The published answer to all comments", public: true}, response)
	read(s, call{path: "/consultations/{id}/record", id: "record", summary: "The audit trail, oldest first"}, record)
}

// DecisionIn is a reviewer's decision.
type DecisionIn struct {
	Decision string `json:"decision"`
	Reason   string `json:"reason,omitempty" doc:"Required unless it is a plain approval"`
	SHA256   string `json:"content_sha256,omitempty" doc:"Of the content decided on, as the round gives it; another round's is refused"`
}

func decide(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body DecisionIn
},
) (ConsultationView, error) {
	c, err := review.Decide(tx, in.ID, review.Verdict{Decision: in.Body.Decision, Reason: in.Body.Reason, SHA256: in.Body.SHA256})
	if err != nil {
		return ConsultationView{}, err
	}
	return viewConsultation(tx, c)
}

// RoundView is one round of the review.
type RoundView struct {
	ID            string         `json:"id"`
	Number        int            `json:"number"`
	DraftID       string         `json:"draft_id"`
	ContentSHA256 string         `json:"content_sha256" doc:"Of draft and dispositions as put to the reviewers"`
	Quorum        int            `json:"quorum"`
	Outcome       string         `json:"outcome" doc:"Empty while it goes on; approved, returned or withdrawn"`
	OpenedAt      time.Time      `json:"opened_at"`
	EndedAt       *time.Time     `json:"ended_at"`
	DueAt         *time.Time     `json:"due_at"`
	Decisions     []DecisionView `json:"decisions" nullable:"false"`
}

// DecisionView is one decision.
type DecisionView struct {
	Reviewer  string    `json:"reviewer"`
	Decision  string    `json:"decision"`
	Reason    string    `json:"reason"`
	DecidedAt time.Time `json:"decided_at"`
}

func rounds(tx *workflows.Tx, in *ByID) (list[RoundView], error) {
	c, err := consultation.Get(tx, in.ID)
	if err != nil {
		return list[RoundView]{}, err
	}
	rows, decisions, err := review.Rounds(tx, c)
	return listOf(rows, "", func(r review.Round) RoundView {
		v := RoundView{
			ID: r.ID, Number: r.Number, DraftID: r.DraftID, ContentSHA256: r.ContentSHA256, Quorum: r.Quorum, Outcome: r.Outcome,
			OpenedAt: r.OpenedAt.UTC(), EndedAt: utcOrNull(r.EndedAt), DueAt: utcOrNull(r.DueAt), Decisions: []DecisionView{},
		}
		for _, d := range decisions[r.ID] {
			v.Decisions = append(v.Decisions, DecisionView{d.ReviewerName, d.Decision, d.Reason, d.DecidedAt.UTC()})
		}
		return v
	}), err
}

// ResponseView is the answer to all comments, as published.
type ResponseView struct {
	review.Response
	SHA256 string `json:"content_sha256,omitempty" doc:"Of the response as published"`

	Languages    []LanguageView                `json:"translations" nullable:"false" doc:"Languages it is translated into"`
	Translations map[string]TranslatedComments `json:"translated_comments,omitempty" doc:"By the id of the comment, with ?lang="`
	Translated
}

// TranslatedComments are a comment and what is answered to it in the language
// asked for.
type TranslatedComments struct {
	Comment     map[string]TextView `json:"comment,omitempty"`
	Disposition map[string]TextView `json:"disposition,omitempty"`
}

func response(tx *workflows.Tx, in *struct {
	ByID
	InLanguage
},
) (ResponseView, error) {
	r, c, err := review.GetResponse(tx, in.ID)
	if err != nil {
		return ResponseView{}, err
	}
	v := ResponseView{Response: *r, SHA256: r.SHA256}
	v.OpenedAt, v.ClosedAt, v.PublishedAt = r.OpenedAt.UTC(), r.ClosedAt.UTC(), utcOrNull(r.PublishedAt)
	sources := translation.OfResponse(c, r)
	if v.Languages, err = languages(tx, sources); err != nil {
		return v, err
	}
	texts, err := in.of(tx, sources)
	v.Translated = texts.of(translation.Consultation, c.ID)
	if len(texts) > 0 {
		v.Translations = map[string]TranslatedComments{}
	}
	for _, m := range r.Comments {
		t := TranslatedComments{texts.of(translation.Comment, m.ID).Texts, texts.of(translation.Disposition, m.ID).Texts}
		if len(t.Comment)+len(t.Disposition) > 0 {
			v.Translations[m.ID] = t
		}
	}
	return v, err
}

// EntryView is one line of the audit trail.
type EntryView struct {
	At       time.Time `json:"at"`
	Actor    string    `json:"actor" doc:"Name, or kind of actor where the record keeps no name"`
	ActorID  string    `json:"actor_id"`
	Action   string    `json:"action"`
	Object   string    `json:"object"`
	ObjectID string    `json:"object_id"`
	From     string    `json:"from"`
	To       string    `json:"to"`
	Reason   string    `json:"reason"`
	SHA256   string    `json:"content_sha256,omitempty"`
}

func record(tx *workflows.Tx, in *struct {
	ByID
	Paged
	Object string `query:"object" doc:"Only entries about one kind of object: consultation, submission, comment and so on"`
},
) (list[EntryView], error) {
	c, err := consultation.Get(tx, in.ID)
	if err != nil {
		return list[EntryView]{}, err
	}
	rows, next, err := workflows.Trail(tx, c.StateCode, c.ID, in.Object, in.page())
	return listOf(rows, next, func(e workflows.Entry) EntryView {
		v := EntryView{e.At.UTC(), e.ActorName, e.Actor, e.Action, e.Object, e.ObjectID, e.From, e.To, e.Reason, e.SHA256}
		if v.Actor == "" {
			v.Actor = e.Actor
		}
		return v
	}), err
}

// OutcomeView is what came of a consultation, from the record of decisions.
type OutcomeView struct {
	ConsultationID string         `json:"consultation_id"`
	State          string         `json:"state"`
	Title          string         `json:"title"`
	Comments       int            `json:"comments"`
	Submissions    int            `json:"submissions"`
	Outcomes       map[string]int `json:"outcomes" doc:"Of all comments"`
	DraftID        string         `json:"draft_id"`
	RevisedDraftID string         `json:"revised_draft_id"`
	Approvals      int            `json:"approvals"`
	Quorum         int            `json:"quorum"`
	By             []string       `json:"by" nullable:"false" doc:"Names of those who approved; for whoever may follow the review"`
	OpenedAt       time.Time      `json:"opened_at"`
	ClosedAt       time.Time      `json:"closed_at"`
	ApprovedAt     *time.Time     `json:"approved_at" doc:"null: not approved"`
	PublishedAt    *time.Time     `json:"published_at"`
}

func outcome(tx *workflows.Tx, in *ByID) (OutcomeView, error) {
	o, err := review.OutcomeOf(tx, in.ID)
	if err != nil {
		return OutcomeView{}, err
	}
	r := o.Response
	return OutcomeView{
		r.ConsultationID, o.Consultation.StateCode, r.Title, r.Total, r.Submissions, r.Outcomes, r.DraftID, r.RevisedDraftID, o.Approvals, o.Quorum,
		append([]string{}, o.By...), r.OpenedAt.UTC(), r.ClosedAt.UTC(), utcOrNull(o.ApprovedAt), utcOrNull(r.PublishedAt),
	}, nil
}
