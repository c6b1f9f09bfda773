package api

import (
	"net/http"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/review"
	"jahorina/workflows/submission"
	"jahorina/workflows/translation"
)

// registerConsultations declares the calls on consultations up to their close.
func (s *server) registerConsultations() {
	write(s, call{method: http.MethodPost, path: "/consultations", id: "create-consultation", summary: "Launch a consultation on a draft", status: http.StatusCreated}, createConsultation)
	write(s, call{method: http.MethodPut, path: "/consultations/{id}", id: "edit-consultation", summary: "Change one that is still a draft"}, editConsultation)
	read(s, call{path: "/consultations", id: "list-consultations", summary: "Consultations, newest first; public ones without a token", public: true}, consultations)
	read(s, call{path: "/consultations/{id}", id: "consultation", summary: "One consultation; a public one without a token", public: true}, oneConsultation)
	write(s, call{method: http.MethodPost, path: "/consultations/{id}/transitions", id: "transition", summary: "Take a step of its workflow"}, transition)
	write(s, call{method: http.MethodPost, path: "/consultations/{id}/invitations", id: "invite", summary: "Invite organisations", status: http.StatusAccepted}, invite)
	read(s, call{path: "/consultations/{id}/invitations", id: "list-invitations", summary: "Who is invited, and who has answered"}, invitations)
	write(s, call{method: http.MethodPost, path: "/consultations/{id}/decline", id: "decline", summary: "Say that the asker's organisation will not answer"}, decline)
	write(s, call{
		method: http.MethodPost, path: "/consultations/{id}/respondents", id: "ask-to-answer", public: true, status: http.StatusAccepted,
		summary: "Ask to answer a public consultation without an account: a link is mailed that confirms the address and opens the answer",
	}, askToAnswer)
}

// ConsultationIn is what a consultation is made from.
type ConsultationIn struct {
	DraftID   string       `json:"draft_id"`
	Title     string       `json:"title"`
	Summary   string       `json:"summary"`
	Language  string       `json:"language,omitempty" doc:"BCP 47, of title, summary and questions; the draft's if not given"`
	Kind      string       `json:"kind"`
	OpensAt   time.Time    `json:"opens_at"`
	ClosesAt  time.Time    `json:"closes_at"`
	Sectors   []string     `json:"sectors,omitempty" doc:"Whom it is meant for"`
	Quorum    int          `json:"quorum,omitempty" doc:"Approvals the review needs; 1 if not given"`
	Questions []QuestionIn `json:"questions,omitempty"`

	ResponseDueAt time.Time `json:"response_due_at,omitempty" doc:"When the response is promised for; twelve weeks after closes_at if not given"`
}

// QuestionIn is what a question is made from.
type QuestionIn struct {
	Text     string   `json:"text"`
	Help     string   `json:"help,omitempty" doc:"What it means, shown under the question"`
	Kind     string   `json:"kind"`
	Options  []string `json:"options,omitempty" doc:"Required for single, multiple and ranking; for scale, names of the steps"`
	Other    bool     `json:"other,omitempty" doc:"single and multiple: an answer in one's own words is taken beside the options"`
	Required bool     `json:"required,omitempty"`
}

func (in ConsultationIn) new() consultation.New {
	n := consultation.New{
		DraftID: in.DraftID, Title: in.Title, Summary: in.Summary, Language: in.Language, Kind: in.Kind, OpensAt: in.OpensAt, ClosesAt: in.ClosesAt,
		Sectors: in.Sectors, Quorum: in.Quorum, ResponseDueAt: in.ResponseDueAt,
	}
	for _, q := range in.Questions {
		n.Questions = append(n.Questions, consultation.NewQuestion(q))
	}
	return n
}

func createConsultation(tx *workflows.Tx, in *struct {
	Once
	Body ConsultationIn
},
) (ConsultationView, error) {
	c, err := consultation.Create(tx, in.Body.new())
	if err != nil {
		return ConsultationView{}, err
	}
	return viewConsultation(tx, c)
}

func editConsultation(tx *workflows.Tx, in *struct {
	ByID
	IfMatch
	Body ConsultationIn
},
) (ConsultationView, error) {
	version, err := in.version()
	if err != nil {
		return ConsultationView{}, err
	}
	c, err := consultation.Edit(tx, in.ID, version, in.Body.new())
	if err != nil {
		return ConsultationView{}, err
	}
	return viewConsultation(tx, c)
}

// ConsultationHead is what is said of a consultation in a list.
type ConsultationHead struct {
	ID              string     `json:"id"`
	State           string     `json:"state" doc:"Where its workflow has come to"`
	Version         int64      `json:"version"`
	StateCode       string     `json:"state_code" doc:"Of the country that runs it"`
	Kind            string     `json:"kind"`
	Title           string     `json:"title"`
	Summary         string     `json:"summary"`
	Language        string     `json:"language" doc:"BCP 47, of title, summary and questions"`
	Sectors         []string   `json:"sectors" nullable:"false"`
	OpensAt         time.Time  `json:"opens_at"`
	ClosesAt        time.Time  `json:"closes_at"`
	OpenedAt        *time.Time `json:"opened_at"`
	ClosedAt        *time.Time `json:"closed_at"`
	PublishedAt     *time.Time `json:"published_at"`
	ResponseDueAt   *time.Time `json:"response_due_at" doc:"When the response is promised for"`
	Quorum          int        `json:"quorum"`
	DraftID         string     `json:"draft_id"`
	RevisedDraftID  *string    `json:"revised_draft_id"`
	WithdrawnReason string     `json:"withdrawn_reason,omitempty"`
	ClosedReason    string     `json:"closed_reason,omitempty" doc:"Why it was closed before its hour"`
	Translated
}

func headOfConsultation(c consultation.Consultation) ConsultationHead {
	return ConsultationHead{
		ID: c.ID, State: c.State, Version: c.Version, StateCode: c.StateCode, Kind: c.Kind, Title: c.Title, Summary: c.Summary, Language: c.Language,
		Sectors: append([]string{}, c.Sectors...), OpensAt: c.OpensAt.UTC(), ClosesAt: c.ClosesAt.UTC(), OpenedAt: utcOrNull(c.OpenedAt),
		ClosedAt: utcOrNull(c.ClosedAt), PublishedAt: utcOrNull(c.PublishedAt), Quorum: c.Quorum, DraftID: c.DraftID,
		ResponseDueAt: utcOrNull(c.ResponseDueAt), RevisedDraftID: c.RevisedDraftID, WithdrawnReason: c.WithdrawnReason, ClosedReason: c.ClosedReason,
	}
}

// ConsultationView is a consultation with all a client needs to answer it.
type ConsultationView struct {
	ConsultationHead
	Questions    []QuestionView  `json:"questions" nullable:"false"`
	Extensions   []ExtensionView `json:"extensions" nullable:"false" doc:"How the deadline has moved"`
	Actions      []string        `json:"actions" nullable:"false" doc:"Steps the asker may take now; guards may still stand against one"`
	SubmissionID *string         `json:"submission_id" doc:"The asker's own standing submission"`
	Languages    []LanguageView  `json:"translations" nullable:"false" doc:"Languages it is translated into, the questions with it"`
}

func (v ConsultationView) version() int64 { return v.Version }

// QuestionView is a question as it is put.
type QuestionView struct {
	ID       string   `json:"id"`
	Text     string   `json:"text"`
	Help     string   `json:"help"`
	Kind     string   `json:"kind"`
	Options  []string `json:"options" nullable:"false"`
	Other    bool     `json:"other"`
	Required bool     `json:"required"`
	Translated
}

// ExtensionView is one lengthening of the window.
type ExtensionView struct {
	ClosedBefore time.Time `json:"closed_before" doc:"The deadline until then"`
	ClosesAt     time.Time `json:"closes_at"`
	Reason       string    `json:"reason"`
	ExtendedAt   time.Time `json:"extended_at"`
}

func viewConsultation(tx *workflows.Tx, c *consultation.Consultation) (ConsultationView, error) {
	v := ConsultationView{ConsultationHead: headOfConsultation(*c), Questions: []QuestionView{}, Extensions: []ExtensionView{}, Languages: []LanguageView{}}
	questions, err := consultation.Questions(tx, c.ID)
	if err != nil {
		return v, err
	}
	for _, q := range questions {
		v.Questions = append(v.Questions, QuestionView{
			ID: q.ID, Text: q.Text, Help: q.Help, Kind: q.Kind, Options: append([]string{}, q.Options...), Other: q.Other, Required: q.Required,
		})
	}
	extensions, err := consultation.Extensions(tx, c.ID)
	if err != nil {
		return v, err
	}
	for _, e := range extensions {
		v.Extensions = append(v.Extensions, ExtensionView{e.ClosedBefore.UTC(), e.ClosesAt.UTC(), e.Reason, e.ExtendedAt.UTC()})
	}
	target, err := c.Target(tx)
	if err != nil {
		return v, err
	}
	v.Actions = append([]string{}, consultation.Table.Actions(tx, c.State, target)...)
	own, err := submission.Own(tx, c)
	switch {
	case err == nil:
		v.SubmissionID = &own.ID
	case !workflows.IsKind(err, workflows.NotFound):
		return v, err
	}
	return v, nil
}

func consultations(tx *workflows.Tx, in *struct {
	Paged
	State     []string `query:"state" doc:"Where their workflow has come to; several with commas"`
	Kind      string   `query:"kind"`
	StateCode string   `query:"state_code" doc:"Of the country that runs them"`
	InLanguage
},
) (list[ConsultationHead], error) {
	rows, next, err := consultation.List(tx, consultation.Filter{States: in.State, Kind: in.Kind, Code: in.StateCode}, in.page())
	if err != nil {
		return list[ConsultationHead]{}, err
	}
	var sources []translation.Source
	for i := range rows {
		sources = append(sources, translation.OfConsultation(tx, &rows[i])...)
	}
	texts, err := in.of(tx, sources)
	out := listOf(rows, next, headOfConsultation)
	for i := range out.Items {
		out.Items[i].Translated = texts.of(translation.Consultation, out.Items[i].ID)
	}
	return out, err
}

func oneConsultation(tx *workflows.Tx, in *struct {
	ByID
	InLanguage
},
) (ConsultationView, error) {
	c, err := consultation.Get(tx, in.ID)
	if err != nil {
		return ConsultationView{}, err
	}
	v, err := viewConsultation(tx, c)
	if err != nil {
		return v, err
	}
	sources, err := translation.All(tx, translation.Consultation, c.ID)
	if err != nil {
		return v, err
	}
	if v.Languages, err = languages(tx, sources); err != nil {
		return v, err
	}
	texts, err := in.of(tx, sources)
	v.Translated = texts.of(translation.Consultation, c.ID)
	for i := range v.Questions {
		v.Questions[i].Translated = texts.of(translation.Question, v.Questions[i].ID)
	}
	return v, err
}

// TransitionIn is a step of the workflow.
type TransitionIn struct {
	Action   string    `json:"action" doc:"submit_for_clearance, clear, return, extend, close, submit_for_review, publish or withdraw"`
	Reason   string    `json:"reason,omitempty" doc:"Required to return, extend, close before the hour, and withdraw"`
	ClosesAt time.Time `json:"closes_at,omitzero" doc:"The new deadline, to extend"`

	Reviewers []string  `json:"reviewers,omitempty" doc:"To submit for review: addresses of the reviewers named to decide; without any, every reviewer may"`
	Advisers  []string  `json:"advisers,omitempty" doc:"To submit for review: addresses of accounts asked for advice"`
	DueAt     time.Time `json:"due_at,omitzero" doc:"To submit for review: when decisions and advice are due"`
}

func transition(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body TransitionIn
},
) (ConsultationView, error) {
	c, err := review.Transition(tx, in.ID, in.Body.Action, consultation.Input{
		Reason: in.Body.Reason, ClosesAt: in.Body.ClosesAt, Reviewers: in.Body.Reviewers, Advisers: in.Body.Advisers, DueAt: in.Body.DueAt,
	})
	if err != nil {
		return ConsultationView{}, err
	}
	return viewConsultation(tx, c)
}

// InvitationsIn names whom to invite.
type InvitationsIn struct {
	OrganisationIDs []string `json:"organisation_ids,omitempty"`
	Sectors         []string `json:"sectors,omitempty" doc:"All organisations of these"`
}

// InvitedView counts the newly invited.
type InvitedView struct {
	Invited int `json:"invited" doc:"Organisations newly invited"`
}

func invite(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body InvitationsIn
},
) (InvitedView, error) {
	n, err := consultation.Invite(tx, in.ID, in.Body.OrganisationIDs, in.Body.Sectors)
	return InvitedView{n}, err
}

// InvitationView is one invitation and what came of it.
type InvitationView struct {
	ID             string     `json:"id"`
	OrganisationID string     `json:"organisation_id"`
	Organisation   string     `json:"organisation"`
	Sector         string     `json:"sector"`
	InvitedAt      time.Time  `json:"invited_at"`
	ViewedAt       *time.Time `json:"viewed_at"`
	DeclinedAt     *time.Time `json:"declined_at"`
	SubmissionID   *string    `json:"submission_id"`
}

func invitations(tx *workflows.Tx, in *ByID) (list[InvitationView], error) {
	c, err := consultation.Get(tx, in.ID)
	if err != nil {
		return list[InvitationView]{}, err
	}
	if err := tx.Check("submission", "read", runs(c.StateCode, c.ID)); err != nil {
		return list[InvitationView]{}, err
	}
	rows, err := consultation.Invitations(tx, c)
	if err != nil {
		return list[InvitationView]{}, err
	}
	answered, err := submission.Answered(tx, c.ID)
	return listOf(rows, "", func(i consultation.Invited) InvitationView {
		return InvitationView{
			ID: i.ID, OrganisationID: i.OrganisationID, Organisation: i.Organisation.Name, Sector: i.Organisation.Sector,
			InvitedAt: i.InvitedAt.UTC(), ViewedAt: utcOrNull(i.ViewedAt), DeclinedAt: utcOrNull(i.DeclinedAt),
			SubmissionID: orNull(answered[i.OrganisationID].ID),
		}
	}), err
}

func decline(tx *workflows.Tx, in *struct {
	Once
	ByID
},
) (Named, error) {
	return Named(in.ByID), consultation.Decline(tx, in.ID)
}

// RespondentIn is what someone gives who wants to answer without an account.
type RespondentIn struct {
	Name     string `json:"name"`
	Email    string `json:"email"`
	Sector   string `json:"sector"`
	Language string `json:"language,omitempty" doc:"BCP 47"`
}

// askToAnswer says the same whether the address was given before or not.
func askToAnswer(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body RespondentIn
},
) (QueuedView, error) {
	b := in.Body
	who := consultation.NewRespondent{Name: b.Name, Email: b.Email, Sector: b.Sector, Language: b.Language}
	return QueuedView{workflows.MessageQueued}, consultation.AskToAnswer(tx, in.ID, who)
}
