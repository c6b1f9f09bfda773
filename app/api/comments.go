package api

import (
	"net/http"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
	"jahorina/workflows/translation"
)

// registerComments declares the calls on comments and what becomes of them.
func (s *server) registerComments() {
	read(s, call{path: "/consultations/{id}/comments", id: "list-comments", summary: "Comments, as far as the asker may read them"}, comments)
	read(s, call{path: "/comments/{id}", id: "comment", summary: "One comment, with the talk about it"}, oneComment)
	write(s, call{method: http.MethodPut, path: "/comments/{id}/disposition", id: "propose", summary: "Propose what becomes of it"}, propose)
	write(s, call{method: http.MethodPost, path: "/comments/{id}/disposition/agreement", id: "agree", summary: "Agree to the disposition, or send it back"}, agree)
	write(s, call{method: http.MethodPost, path: "/comments/{id}/replies", id: "reply", summary: "Say something about it to the other side", status: http.StatusCreated}, reply)
	write(s, call{method: http.MethodPost, path: "/comments/{id}/place", id: "place", summary: "Put a parked comment on a provision"}, place)
}

// CommentView is a comment and what became of it.
type CommentView struct {
	ID              string          `json:"id"`
	ConsultationID  string          `json:"consultation_id"`
	SubmissionID    string          `json:"submission_id" doc:"Empty where the sender's name is withheld from the asker"`
	Number          int             `json:"number" doc:"Within its submission"`
	Organisation    string          `json:"organisation" doc:"Empty where the sender's name is withheld from the asker"`
	Mask            *MaskView       `json:"mask" doc:"How the sender appears where the name is withheld; null if they chose no mask"`
	Sector          string          `json:"sector"`
	Entered         bool            `json:"entered,omitempty" doc:"It came on paper or by mail, and an official entered it on its sender's behalf"`
	ProvisionID     *string         `json:"provision_id" doc:"null for the whole"`
	Provision       string          `json:"provision" doc:"Number of the provision, as printed"`
	Obligation      *string         `json:"obligation" doc:"Code of the obligation it is about; null if none was named"`
	Reference       string          `json:"reference,omitempty" doc:"The place as its sender wrote it"`
	Parked          bool            `json:"parked" doc:"The draft has no such place, and nobody has found one yet"`
	Type            string          `json:"type"`
	Text            string          `json:"text"`
	ProposedChange  string          `json:"proposed_change"`
	Language        string          `json:"language"`
	Confidentiality string          `json:"confidentiality"`
	DrafterID       string          `json:"drafter_id,omitempty" doc:"Who is to answer it; only for those who run the consultation"`
	SaidBy          int             `json:"said_by,omitempty" doc:"Comments that say the same in the same words, itself among them; in lists for those who run the consultation"`
	Ground          string          `json:"ground,omitempty" doc:"Why it is to be kept from others; for the sender and the ministry"`
	GroundWords     string          `json:"ground_words,omitempty"`
	Withheld        []RedactionView `json:"withheld" nullable:"false" doc:"What of it is not shown to the public; in its texts marks stand there: [withheld: personal_data]"`
	Version         int64           `json:"version"`
	Disposition     DispositionView `json:"disposition"`
	Translated
}

func (v CommentView) version() int64 { return v.Version }

// DispositionView is what became of a comment.
type DispositionView struct {
	State       string     `json:"state" doc:"open, proposed or agreed"`
	Outcome     *string    `json:"outcome" doc:"null as long as none was proposed"`
	Rationale   string     `json:"rationale"`
	DuplicateOf *string    `json:"duplicate_of"`
	Changes     []string   `json:"changes" nullable:"false" doc:"Identities of the provisions changed because of it"`
	ProposedBy  string     `json:"proposed_by,omitempty"`
	ProposedAt  *time.Time `json:"proposed_at,omitempty"`
	AgreedBy    string     `json:"agreed_by,omitempty"`
	AgreedAt    *time.Time `json:"agreed_at,omitempty"`
	Translated
}

func viewComment(l submission.Listed) CommentView {
	v := CommentView{
		ID: l.ID, ConsultationID: l.ConsultationID, SubmissionID: l.SubmissionID, Number: l.Position, Organisation: l.Organisation,
		Sector: l.Sector, Entered: l.Entered, ProvisionID: l.ProvisionID, Provision: l.Number, Obligation: l.Obligation, Reference: l.Reference, Parked: l.Parked(), Type: l.Type,
		Text: l.Text, ProposedChange: l.ProposedChange, Language: l.Language, Confidentiality: l.Confidentiality, Version: l.Version,
		DrafterID: l.DrafterID, SaidBy: l.SaidBy,
	}
	v.Ground, v.GroundWords, v.Mask = l.Ground, l.GroundWords, viewMask(l.Alias())
	v.Withheld = listOf(l.Withheld, "", viewRedaction).Items
	v.Disposition = DispositionView{
		State: l.DispositionState, Outcome: orNull(l.Outcome), Rationale: l.Rationale, DuplicateOf: l.DuplicateOf,
		Changes: append([]string{}, l.Changes...), ProposedBy: l.ProposedBy, ProposedAt: utcOrNull(l.ProposedAt),
		AgreedBy: l.AgreedBy, AgreedAt: utcOrNull(l.AgreedAt),
	}
	return v
}

func comments(tx *workflows.Tx, in *struct {
	ByID
	Paged
	Sector       string `query:"sector"`
	Type         string `query:"type"`
	ProvisionID  string `query:"provision_id"`
	Outcome      string `query:"outcome" doc:"Or none"`
	State        string `query:"state" doc:"Of the disposition"`
	SubmissionID string `query:"submission_id"`
	Parked       bool   `query:"parked"`
	Obligation   string `query:"obligation" doc:"Code: those that point to it or are on provisions that serve it"`
	Language     string `query:"language"`
	Drafter      string `query:"drafter_id" doc:"Who is to answer it; none: nobody. Like organisation_id and alike for those who run the consultation"`
	Organisation string `query:"organisation_id"`
	Alike        string `query:"alike" doc:"Id of a comment: those that say the same in the same words"`
	Query        string `query:"q" doc:"Part of the text or the proposed change, or of a translation"`
	InLanguage
},
) (list[CommentView], error) {
	c, err := consultation.Get(tx, in.ID)
	if err != nil {
		return list[CommentView]{}, err
	}
	filter := submission.Filter{
		Sector: in.Sector, Type: in.Type, ProvisionID: in.ProvisionID, Outcome: in.Outcome, State: in.State,
		SubmissionID: in.SubmissionID, Obligation: in.Obligation, Parked: in.Parked, Query: in.Query,
		Language: in.Language, Drafter: in.Drafter, OrganisationID: in.Organisation, Alike: in.Alike,
	}
	if in.Obligation != "" {
		if filter.Provisions, err = servedBy(tx, c.DraftID, in.Obligation); err != nil {
			return list[CommentView]{}, err
		}
	}
	rows, next, err := submission.Comments(tx, c, filter, in.page())
	if err != nil {
		return list[CommentView]{}, err
	}
	texts, err := in.of(tx, translation.OfComments(tx, c, rows))
	out := listOf(rows, next, viewComment)
	for i := range out.Items {
		out.Items[i].translate(texts)
	}
	return out, err
}

func (v *CommentView) translate(texts translations) {
	v.Translated, v.Disposition.Translated = texts.of(translation.Comment, v.ID), texts.of(translation.Disposition, v.ID)
}

// CommentTalk is a comment with the talk about it.
type CommentTalk struct {
	CommentView
	Replies      []ReplyView `json:"replies" nullable:"false"`
	ProvisionNow *FateView   `json:"provision_now" doc:"Where its provision is in a later draft; null if there is none one may read"`
}

// ReplyView is one turn of the talk about a comment.
type ReplyView struct {
	ID        string    `json:"id"`
	Author    string    `json:"author"`
	Official  bool      `json:"official" doc:"Not from its sender"`
	Text      string    `json:"text"`
	CreatedAt time.Time `json:"created_at"`
}

func viewReply(r submission.Reply) ReplyView {
	return ReplyView{r.ID, r.AuthorName, r.Official, r.Text, r.CreatedAt.UTC()}
}

func oneComment(tx *workflows.Tx, in *struct {
	ByID
	InLanguage
},
) (CommentTalk, error) {
	l, c, err := submission.GetComment(tx, in.ID)
	if err != nil {
		return CommentTalk{}, err
	}
	v := CommentTalk{CommentView: viewComment(*l)}
	texts, err := in.of(tx, translation.OfComments(tx, c, []submission.Listed{*l}))
	if err != nil {
		return v, err
	}
	v.translate(texts)
	replies, err := submission.Replies(tx, l, c)
	v.Replies = listOf(replies, "", viewReply).Items
	if err != nil || l.ProvisionID == nil {
		return v, err
	}
	fate, err := strategy.FateOf(tx, *l.ProvisionID)
	v.ProvisionNow = viewFate(fate)
	return v, err
}

// FateView is where a provision is in a later draft.
type FateView struct {
	DraftID string `json:"draft_id"`
	Version int    `json:"version"`
	Deleted bool   `json:"deleted"`
	Number  string `json:"number,omitempty"`
}

func viewFate(f *strategy.Fate) *FateView {
	if f == nil {
		return nil
	}
	v := &FateView{DraftID: f.Draft.ID, Version: f.Draft.Version, Deleted: f.Provision == nil}
	if f.Provision != nil {
		v.Number = f.Provision.Number
	}
	return v
}

// again shows a comment after a change.
func again(tx *workflows.Tx, m *submission.Comment, err error) (CommentView, error) {
	if err != nil {
		return CommentView{}, err
	}
	l, _, err := submission.GetComment(tx, m.ID)
	if err != nil {
		return CommentView{}, err
	}
	return viewComment(*l), nil
}

// DispositionIn is a proposed disposition.
type DispositionIn struct {
	Outcome     string   `json:"outcome"`
	Rationale   string   `json:"rationale"`
	DuplicateOf string   `json:"duplicate_of,omitempty" doc:"Id of the comment it repeats; required for duplicate"`
	Changes     []string `json:"changes,omitempty" doc:"Identities of the provisions to be changed because of it; the comment's own for an accepted one if not given"`
}

func propose(tx *workflows.Tx, in *struct {
	ByID
	IfMatch
	Body DispositionIn
},
) (CommentView, error) {
	version, err := in.optional()
	if err != nil {
		return CommentView{}, err
	}
	m, err := submission.Propose(tx, in.ID, version, submission.NewDisposition(in.Body))
	return again(tx, m, err)
}

// AgreementIn is a second person's word on a proposed disposition.
type AgreementIn struct {
	Agree  *bool  `json:"agree"`
	Reason string `json:"reason,omitempty" doc:"Required to send it back"`
}

func agree(tx *workflows.Tx, in *struct {
	Once
	ByID
	IfMatch
	Body AgreementIn
},
) (CommentView, error) {
	seen, err := in.optional()
	if err != nil {
		return CommentView{}, err
	}
	if in.Body.Agree == nil {
		return CommentView{}, workflows.InvalidField("agree", "required")
	}
	if *in.Body.Agree {
		m, err := submission.Agree(tx, in.ID, seen)
		return again(tx, m, err)
	}
	m, err := submission.Reopen(tx, in.ID, seen, in.Body.Reason)
	return again(tx, m, err)
}

// ReplyIn is a new turn of the talk about a comment.
type ReplyIn struct {
	Text string `json:"text"`
}

func reply(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body ReplyIn
},
) (ReplyView, error) {
	r, err := submission.AddReply(tx, in.ID, in.Body.Text)
	if err != nil {
		return ReplyView{}, err
	}
	return viewReply(*r), nil
}

// PlaceIn is where a parked comment belongs.
type PlaceIn struct {
	ProvisionID string `json:"provision_id"`
}

func place(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body PlaceIn
},
) (CommentView, error) {
	m, err := submission.Place(tx, in.ID, in.Body.ProvisionID)
	return again(tx, m, err)
}
