package api

import (
	"net/http"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/submission"
)

// registerSubmissions declares the calls on submissions.
func (s *server) registerSubmissions() {
	write(s, call{method: http.MethodPost, path: "/consultations/{id}/submissions", id: "submit", summary: "Answer the consultation, or save a draft of the answer", status: http.StatusCreated}, submit)
	write(s, call{method: http.MethodPost, path: "/consultations/{id}/submissions/on-behalf", id: "enter", summary: "Enter an answer that came on paper or by mail", status: http.StatusCreated}, enter)
	read(s, call{path: "/consultations/{id}/submissions", id: "list-submissions", summary: "Submissions that stand, for those who run the consultation"}, submissions)
	read(s, call{path: "/submissions/{id}", id: "submission", summary: "One submission"}, oneSubmission)
	write(s, call{method: http.MethodPut, path: "/submissions/{id}", id: "amend", summary: "Replace its content before the deadline"}, amend)
	write(s, call{method: http.MethodDelete, path: "/submissions/{id}", id: "withdraw-submission", summary: "Take it back before the deadline"}, withdraw)
}

// SubmissionIn is an answer as a whole: what is not in it any more is no
// longer part of the submission.
type SubmissionIn struct {
	Confidentiality string      `json:"confidentiality,omitempty" doc:"Of comments that do not say otherwise; public if not given"`
	Ground          string      `json:"ground,omitempty" doc:"Why, where comments are to be kept from others: trade_secret, personal_data, security or other"`
	GroundWords     string      `json:"ground_words,omitempty" doc:"Required for other"`
	Masked          bool        `json:"masked,omitempty" doc:"Where the name is withheld, be known by a number that stays the same"`
	Branch          string      `json:"branch,omitempty" doc:"Beside the number, once the desk has accepted it"`
	Position        string      `json:"position,omitempty" doc:"Of an agency, in an interagency consultation"`
	Language        string      `json:"language,omitempty" doc:"BCP 47"`
	Comments        []CommentIn `json:"comments,omitempty"`
	Answers         []AnswerIn  `json:"answers,omitempty"`
	Draft           bool        `json:"draft,omitempty" doc:"Save without submitting; what was submitted is amended all the same"`
}

// CommentIn is one comment.
type CommentIn struct {
	ID              string `json:"id,omitempty" doc:"Of a comment of this submission that is kept"`
	ProvisionID     string `json:"provision_id,omitempty" doc:"Not given for a comment on the whole"`
	Reference       string `json:"reference,omitempty" doc:"The place as its sender wrote it, where it could not be found"`
	Type            string `json:"type"`
	Text            string `json:"text"`
	ProposedChange  string `json:"proposed_change,omitempty"`
	Language        string `json:"language,omitempty" doc:"BCP 47; the submission's if not given"`
	Confidentiality string `json:"confidentiality,omitempty" doc:"The submission's if not given"`
	Ground          string `json:"ground,omitempty" doc:"Why it is to be kept from others: trade_secret, personal_data, security or other; the submission's if not given"`
	GroundWords     string `json:"ground_words,omitempty"`
	Obligation      string `json:"obligation,omitempty" doc:"Code of the obligation it is about, beside the provision"`
}

// AnswerIn is the answer to one question.
type AnswerIn struct {
	QuestionID string `json:"question_id"`
	Value      string `json:"value" doc:"Several options are a line each"`
}

func (in SubmissionIn) content() submission.Content {
	c := submission.Content{
		Confidentiality: in.Confidentiality, Ground: in.Ground, GroundWords: in.GroundWords, Masked: in.Masked, Branch: in.Branch,
		Position: in.Position, Language: in.Language,
	}
	for _, m := range in.Comments {
		c.Comments = append(c.Comments, submission.NewComment(m))
	}
	for _, a := range in.Answers {
		c.Answers = append(c.Answers, submission.NewAnswer(a))
	}
	return c
}

// SubmissionHead is what is said of a submission in a list and after a change.
type SubmissionHead struct {
	ID              string     `json:"id"`
	ConsultationID  string     `json:"consultation_id"`
	State           string     `json:"state"`
	Version         int64      `json:"version"`
	Publication     string     `json:"publication"`
	Confidentiality string     `json:"confidentiality"`
	Ground          string     `json:"ground,omitempty"`
	GroundWords     string     `json:"ground_words,omitempty"`
	Masked          bool       `json:"masked"`
	Branch          string     `json:"branch,omitempty"`
	Mask            *MaskView  `json:"mask" doc:"How its sender appears where the name is withheld; null if they chose no mask"`
	Position        string     `json:"position,omitempty"`
	Language        string     `json:"language"`
	Organisation    string     `json:"organisation" doc:"Name of who it is from"`
	Sector          string     `json:"sector"`
	SubmittedAt     *time.Time `json:"submitted_at" doc:"When it entered the record; null for a draft"`
	ReceiptNumber   string     `json:"receipt_number,omitempty"`
}

func headOfSubmission(tx *workflows.Tx, s submission.Submission) (SubmissionHead, error) {
	sender, err := submission.SenderOf(tx, &s)
	h := SubmissionHead{
		ID: s.ID, ConsultationID: s.ConsultationID, State: s.State, Version: s.Version, Publication: s.Publication,
		Confidentiality: s.Confidentiality, Ground: s.Ground, GroundWords: s.GroundWords, Masked: s.Masked, Branch: s.Branch,
		Position: s.Position, Language: s.Language, Organisation: sender.Name, Sector: sender.Sector, SubmittedAt: utcOrNull(s.SubmittedAt),
	}
	if err != nil {
		return h, err
	}
	alias, err := submission.AliasOf(tx, &s)
	h.Mask = viewMask(alias)
	if s.SubmittedAt != nil {
		h.ReceiptNumber = s.ReceiptNumber
	}
	return h, err
}

// SavedView is what came of a change: with the receipt where it entered the
// record.
type SavedView struct {
	SubmissionHead
	Receipt string `json:"receipt,omitempty" doc:"Signed proof that this version entered the record (C2SP signed note)"`
}

func (v SavedView) version() int64 { return v.Version }

func saved(tx *workflows.Tx, s *submission.Submission, err error) (SavedView, error) {
	if err != nil {
		return SavedView{}, err
	}
	head, err := headOfSubmission(tx, *s)
	if err != nil || s.SubmittedAt == nil {
		return SavedView{SubmissionHead: head}, err
	}
	versions, err := submission.Versions(tx, s.ID)
	if err != nil || len(versions) == 0 {
		return SavedView{SubmissionHead: head}, err
	}
	return SavedView{head, versions[len(versions)-1].Receipt}, nil
}

func submit(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body SubmissionIn
},
) (SavedView, error) {
	s, err := submission.Save(tx, in.ID, in.Body.content(), !in.Body.Draft)
	return saved(tx, s, err)
}

func amend(tx *workflows.Tx, in *struct {
	ByID
	IfMatch
	Body SubmissionIn
},
) (SavedView, error) {
	version, err := in.version()
	if err != nil {
		return SavedView{}, err
	}
	s, err := submission.Update(tx, in.ID, version, in.Body.content(), !in.Body.Draft)
	return saved(tx, s, err)
}

func withdraw(tx *workflows.Tx, in *struct {
	ByID
	IfMatch
},
) (SavedView, error) {
	version, err := in.version()
	if err != nil {
		return SavedView{}, err
	}
	s, err := submission.Withdraw(tx, in.ID, version)
	return saved(tx, s, err)
}

// OnBehalfIn is an answer that came another way: from an organisation of the
// registry, or from someone named.
type OnBehalfIn struct {
	OrganisationID  string      `json:"organisation_id,omitempty"`
	Name            string      `json:"name,omitempty" doc:"Of the sender, where it is no organisation of the registry"`
	Sector          string      `json:"sector,omitempty" doc:"Of the sender named"`
	ReceivedAt      time.Time   `json:"received_at" doc:"When it reached the office"`
	Confidentiality string      `json:"confidentiality,omitempty" doc:"Of comments that do not say otherwise; public if not given"`
	Position        string      `json:"position,omitempty"`
	Language        string      `json:"language,omitempty" doc:"BCP 47"`
	Comments        []CommentIn `json:"comments,omitempty"`
	Answers         []AnswerIn  `json:"answers,omitempty"`
}

func enter(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body OnBehalfIn
},
) (SavedView, error) {
	b := in.Body
	who := submission.OnBehalf{
		OrganisationID: b.OrganisationID, ReceivedAt: b.ReceivedAt,
		Respondent: consultation.NewRespondent{Name: b.Name, Sector: b.Sector, Language: b.Language},
	}
	content := SubmissionIn{Confidentiality: b.Confidentiality, Position: b.Position, Language: b.Language, Comments: b.Comments, Answers: b.Answers}
	s, err := submission.Enter(tx, in.ID, who, content.content())
	return saved(tx, s, err)
}

func submissions(tx *workflows.Tx, in *struct {
	ByID
	Paged
},
) (list[SubmissionHead], error) {
	c, err := consultation.Get(tx, in.ID)
	if err != nil {
		return list[SubmissionHead]{}, err
	}
	rows, next, err := submission.All(tx, c, in.page())
	if err != nil {
		return list[SubmissionHead]{}, err
	}
	heads := make([]SubmissionHead, len(rows))
	for i := range rows {
		if heads[i], err = headOfSubmission(tx, rows[i]); err != nil {
			return list[SubmissionHead]{}, err
		}
	}
	return listOf(heads, next, func(h SubmissionHead) SubmissionHead { return h }), nil
}

// SubmissionView is a submission as it now is, with what was received.
type SubmissionView struct {
	SubmissionHead
	Comments    []OwnComment     `json:"comments" nullable:"false"`
	Answers     []AnswerIn       `json:"answers" nullable:"false"`
	Attachments []AttachmentView `json:"attachments" nullable:"false"`
	Versions    []VersionView    `json:"versions" nullable:"false"`
}

func (v SubmissionView) version() int64 { return v.Version }

// OwnComment is a comment within its submission, in the form it is sent in.
type OwnComment struct {
	CommentIn
	Number int `json:"number" doc:"Within the submission"`
}

// VersionView is one version that entered the record.
type VersionView struct {
	Version       int64     `json:"version"`
	ReceivedAt    time.Time `json:"received_at"`
	ContentSHA256 string    `json:"content_sha256"`
	Receipt       string    `json:"receipt"`
}

func viewVersion(v submission.Received) VersionView {
	return VersionView{v.Version, v.ReceivedAt.UTC(), v.ContentSHA256, v.Receipt}
}

func oneSubmission(tx *workflows.Tx, in *ByID) (SubmissionView, error) {
	s, _, err := submission.Get(tx, in.ID)
	if err != nil {
		return SubmissionView{}, err
	}
	v := SubmissionView{Comments: []OwnComment{}, Answers: []AnswerIn{}}
	if v.SubmissionHead, err = headOfSubmission(tx, *s); err != nil {
		return v, err
	}
	content, err := submission.ContentOf(tx, s)
	if err != nil {
		return v, err
	}
	for i, m := range content.Comments {
		v.Comments = append(v.Comments, OwnComment{CommentIn(m), i + 1})
	}
	for _, a := range content.Answers {
		v.Answers = append(v.Answers, AnswerIn(a))
	}
	files, err := submission.Attachments(tx, s.ID)
	if err != nil {
		return v, err
	}
	v.Attachments = listOf(files, "", viewAttachment).Items
	versions, err := submission.Versions(tx, s.ID)
	v.Versions = listOf(versions, "", viewVersion).Items
	return v, err
}
