package submission

import (
	"fmt"
	"slices"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/stakeholder"
)

// Note is what colleagues of one organisation say to each other about their
// answer. It is no part of it: officials never see it, and it goes into no
// version, export or record.
type Note struct {
	ID           string
	SubmissionID string
	CommentID    string // "" for the answer as a whole
	Author       string
	AuthorName   string
	Source       string // whose view it is, such as a member of the association
	Text         string
	CreatedAt    time.Time
}

// TableName is where GORM keeps notes.
func (Note) TableName() string { return "submission_notes" }

// SignOff is a request to the head of an organisation to put its answer into
// the record, and what came of it.
type SignOff struct {
	ID           string
	SubmissionID string
	AskedBy      string
	AskedName    string
	AskedAt      time.Time
	Outcome      string // "", "signed" or "returned"
	DecidedName  string
	DecidedAt    *time.Time
	Note         string // why it was returned
}

// PutComment stores one comment of the actor's own answer to the consultation,
// a new one where in has no id, and leaves the others as they are now: two
// colleagues work on different comments without noticing each other. version is
// the comment's as the writer saw it; one changed since is Stale. Where there is
// no answer yet it begins one; a submitted one is amended. It returns the
// answer and the comment's id.
func PutComment(tx *workflows.Tx, consultationID string, in NewComment, version int64) (*Submission, string, error) {
	s, c, content, err := ownContent(tx, consultationID)
	if workflows.IsKind(err, workflows.NotFound) && in.ID == "" {
		s, err = Save(tx, consultationID, Content{Confidentiality: in.Confidentiality, Language: in.Language, Comments: []NewComment{in}}, false)
		return newest(tx, s, err)
	}
	if err != nil {
		return nil, "", err
	}
	if in.ID == "" {
		content.Comments = append(content.Comments, in)
		return newest(tx, s, rewrite(tx, s, c, content))
	}
	i, err := seen(tx, s, content, in.ID, version)
	if err != nil {
		return nil, "", err
	}
	old := content.Comments[i]
	in.ProvisionID, in.Reference = old.ProvisionID, old.Reference
	content.Comments[i] = in
	return s, in.ID, rewrite(tx, s, c, content)
}

// RemoveComment takes one comment out of the actor's own answer.
func RemoveComment(tx *workflows.Tx, consultationID, commentID string, version int64) (*Submission, error) {
	s, c, content, err := ownContent(tx, consultationID)
	if err != nil {
		return nil, err
	}
	i, err := seen(tx, s, content, commentID, version)
	if err != nil {
		return nil, err
	}
	content.Comments = slices.Delete(content.Comments, i, i+1)
	return s, rewrite(tx, s, c, content)
}

// rewrite replaces the content of the held answer, if the actor may change it now.
func rewrite(tx *workflows.Tx, s *Submission, c *consultation.Consultation, in Content) error {
	if err := checkEdit(tx, s, c); err != nil {
		return err
	}
	return replace(tx, s, c, in, false)
}

// ownContent holds the actor's own answer and reads it as it is now.
func ownContent(tx *workflows.Tx, consultationID string) (*Submission, *consultation.Consultation, Content, error) {
	c, err := consultation.Get(tx, consultationID)
	if err != nil {
		return nil, nil, Content{}, err
	}
	s, err := Own(tx, c)
	if err != nil {
		return nil, nil, Content{}, err
	}
	if s, c, err = hold(tx, s.ID); err != nil {
		return nil, nil, Content{}, err
	}
	content, err := ContentOf(tx, s)
	return s, c, content, err
}

// seen is the place of the comment in the content, if it is still what its
// writer saw.
func seen(tx *workflows.Tx, s *Submission, content Content, id string, version int64) (int, error) {
	i := slices.IndexFunc(content.Comments, func(m NewComment) bool { return m.ID == id })
	if i < 0 {
		return i, workflows.Refuse(workflows.Stale, "comment_gone")
	}
	m, err := Written(tx, s, id)
	if err != nil {
		return i, err
	}
	if m.Version != version {
		return i, workflows.Refuse(workflows.Stale, "stale")
	}
	return i, nil
}

// newest is the id of the comment just added to the answer.
func newest(tx *workflows.Tx, s *Submission, err error) (*Submission, string, error) {
	if err != nil {
		return nil, "", err
	}
	var m Comment
	if err := tx.DB().Where("submission_id = ?", s.ID).Order("position DESC").Limit(1).Find(&m).Error; err != nil {
		return nil, "", fmt.Errorf("read the new comment: %w", err)
	}
	return s, m.ID, nil
}

// Written is a comment of the actor's own answer, with who wrote and last
// changed it.
func Written(tx *workflows.Tx, s *Submission, id string) (*Comment, error) {
	var m Comment
	return &m, tx.One(&m, "id = ? AND submission_id = ?", id, s.ID)
}

// among checks that the actor writes the answer with its colleagues.
func among(tx *workflows.Tx, s *Submission, c *consultation.Consultation) error {
	p, err := partyOf(tx.Actor, c.StateCode)
	if err != nil || s.OrganisationID == nil || *s.OrganisationID != p.organisationID {
		return workflows.Refuse(workflows.NotFound, "not_found")
	}
	return tx.Check("submission", "edit", s.target(c))
}

// AddNote leaves a note for the colleagues of the organisation, on one comment
// or on the answer as a whole.
func AddNote(tx *workflows.Tx, submissionID, commentID, source, text string) (*Note, error) {
	s, c, err := Get(tx, submissionID)
	if err != nil {
		return nil, err
	}
	if err := among(tx, s, c); err != nil {
		return nil, err
	}
	var p workflows.Problems
	p.Text("text", text, workflows.MaxParagraph, true)
	p.Text("source", source, workflows.MaxName, false)
	if err := p.Err(); err != nil {
		return nil, err
	}
	if commentID != "" {
		if err := tx.One(&Comment{}, "id = ? AND submission_id = ?", commentID, s.ID); err != nil {
			return nil, err
		}
	}
	n := &Note{
		ID: workflows.NewID(), SubmissionID: s.ID, CommentID: commentID, Author: tx.Actor.ID, AuthorName: tx.Actor.Name,
		Source: source, Text: text, CreatedAt: tx.Now,
	}
	return n, tx.Insert(n)
}

// Notes are the notes on an answer, oldest first, for those who write it.
func Notes(tx *workflows.Tx, s *Submission) ([]Note, error) {
	c, err := consultation.Get(tx, s.ConsultationID)
	if err != nil {
		return nil, err
	}
	if err := among(tx, s, c); err != nil {
		return nil, err
	}
	var out []Note
	return out, tx.DB().Where("submission_id = ?", s.ID).Order("id").Find(&out).Error
}

// Signing is who signs off an answer, where its organisation wants that.
type Signing struct {
	Heads []stakeholder.Person
	Head  bool // the actor is one of them
}

// SigningOf says who signs off the answer, nil where nobody has to.
func SigningOf(tx *workflows.Tx, s *Submission) (*Signing, error) {
	if s.OrganisationID == nil {
		return nil, nil
	}
	orgs, err := stakeholder.Names(tx, []string{*s.OrganisationID})
	if err != nil || !orgs[*s.OrganisationID].SignOffRequired {
		return nil, err
	}
	heads, err := stakeholder.Heads(tx, *s.OrganisationID)
	me := func(p stakeholder.Person) bool { return p.ID == tx.Actor.PersonID() }
	return &Signing{heads, slices.ContainsFunc(heads, me)}, err
}

// needsHead says whether only a head of the organisation may put the answer into
// the record, and the actor is none.
func needsHead(tx *workflows.Tx, s *Submission) (bool, error) {
	who, err := SigningOf(tx, s)
	return who != nil && !who.Head, err
}

// AskSignOff asks the heads of the organisation to look at the answer and put it
// into the record. They are told by mail. Asked again before they have, it stays
// one request.
func AskSignOff(tx *workflows.Tx, submissionID string) (*SignOff, error) {
	s, c, err := hold(tx, submissionID)
	if err != nil {
		return nil, err
	}
	if err := among(tx, s, c); err != nil {
		return nil, err
	}
	if err := c.CheckInTime(tx.Now); err != nil {
		return nil, err
	}
	open, err := PendingSignOff(tx, s.ID)
	if err != nil || open != nil {
		return open, err
	}
	heads, err := stakeholder.Heads(tx, *s.OrganisationID)
	if err != nil {
		return nil, err
	}
	if len(heads) == 0 {
		return nil, workflows.Refuse(workflows.Conflict, "no_head")
	}
	o := &SignOff{ID: workflows.NewID(), SubmissionID: s.ID, AskedBy: tx.Actor.ID, AskedName: tx.Actor.Name, AskedAt: tx.Now}
	if err := tx.Insert(o); err != nil {
		return nil, fmt.Errorf("store request to sign off: %w", err)
	}
	if err := tx.Record(entry(c, s, "ask_sign_off")); err != nil {
		return nil, err
	}
	return o, tx.Enqueue(workflows.Announcement{Event: "submission.ask_sign_off", ID: o.ID, At: tx.Now})
}

// ReturnSignOff sends the answer back to those who wrote it, with a note that
// stays among them.
func ReturnSignOff(tx *workflows.Tx, submissionID, note string) error {
	s, c, err := hold(tx, submissionID)
	if err != nil {
		return err
	}
	if err := among(tx, s, c); err != nil {
		return err
	}
	needs, err := needsHead(tx, s)
	if err != nil {
		return err
	}
	if needs {
		return workflows.Refuse(workflows.Forbidden, "head_signs_off")
	}
	var p workflows.Problems
	p.Text("note", note, workflows.MaxParagraph, true)
	if err := p.Err(); err != nil {
		return err
	}
	o, err := PendingSignOff(tx, s.ID)
	if err != nil {
		return err
	}
	if o == nil {
		return workflows.Refuse(workflows.Conflict, "sign_off_not_asked")
	}
	if err := o.decide(tx, "returned", note); err != nil {
		return err
	}
	if err := tx.Record(entry(c, s, "return_sign_off")); err != nil {
		return err
	}
	return tx.Enqueue(workflows.Announcement{Event: "submission.return_sign_off", ID: o.ID, At: tx.Now})
}

func (o *SignOff) decide(tx *workflows.Tx, outcome, note string) error {
	set := map[string]any{"outcome": outcome, "decided_name": tx.Actor.Name, "decided_at": tx.Now, "note": note}
	if err := tx.DB().Model(o).Where("id = ? AND outcome = ''", o.ID).Updates(set).Error; err != nil {
		return fmt.Errorf("store the outcome of a sign-off: %w", err)
	}
	return nil
}

// signed notes that the head has put the answer into the record.
func signed(tx *workflows.Tx, s *Submission) error {
	o, err := PendingSignOff(tx, s.ID)
	if err != nil || o == nil {
		return err
	}
	return o.decide(tx, "signed", "")
}

// PendingSignOff is the request that waits for the head, nil for none.
func PendingSignOff(tx *workflows.Tx, submissionID string) (*SignOff, error) {
	return signOff(tx, "submission_id = ? AND outcome = ''", submissionID)
}

// LastSignOff is the newest request, nil for none.
func LastSignOff(tx *workflows.Tx, submissionID string) (*SignOff, error) {
	return signOff(tx, "submission_id = ?", submissionID)
}

func signOff(tx *workflows.Tx, where, id string) (*SignOff, error) {
	var rows []SignOff
	if err := tx.DB().Where(where, id).Order("id DESC").Limit(1).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read requests to sign off: %w", err)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	return &rows[0], nil
}
