package submission

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
)

// Save starts the actor's submission to the consultation: as a draft, or, with
// submit, straight into the record. There is one standing submission for each
// organisation or person.
func Save(tx *workflows.Tx, consultationID string, in Content, submit bool) (*Submission, error) {
	c, err := consultation.Hold(tx, consultationID, true)
	if err != nil {
		return nil, err
	}
	t, err := c.Target(tx)
	if err != nil {
		return nil, err
	}
	if err := tx.Check("submission", "create", t); err != nil {
		return nil, err
	}
	p, err := partyOf(tx.Actor, c.StateCode)
	if err != nil {
		return nil, err
	}
	if !t.Public && !slices.Contains(t.Invited, p.organisationID) {
		// Another organisation that the person answers for is invited, not this.
		return nil, workflows.Refuse(workflows.Forbidden, "answers_for_nobody")
	}
	if err := c.CheckInTime(tx.Now); err != nil {
		return nil, err
	}
	s, err := start(tx, c, p, in, stageOf(submit))
	if err != nil || !submit {
		return s, err
	}
	return s, move(tx, c, s, "submit", in.empty(), tx.Now)
}

func stageOf(submit bool) stage {
	if submit {
		return complete
	}
	return saved
}

// start stores a new draft of the party; the right to and the hour have been
// checked.
func start(tx *workflows.Tx, c *consultation.Consultation, p party, in Content, at stage) (*Submission, error) {
	if err := in.check(tx, c, at); err != nil {
		return nil, err
	}
	s := &Submission{
		ID: workflows.NewID(), ConsultationID: c.ID, ReceiptNumber: workflows.NewReceiptNumber(), State: Draft,
		Publication: "pending", Version: 1, EnteredBy: tx.Actor.ID, CreatedAt: tx.Now, UpdatedAt: tx.Now,
	}
	s.take(in)
	if p.organisationID != "" {
		s.OrganisationID = &p.organisationID
	} else {
		s.RespondentID = &p.respondentID
	}
	var standing int64
	err := tx.DB().Model(&Submission{}).Where("consultation_id = ? AND state <> ? AND "+p.column()+" = ?", c.ID, Withdrawn, p.id()).Count(&standing).Error
	if err != nil {
		return nil, fmt.Errorf("look for an earlier submission: %w", err)
	}
	if standing > 0 {
		return nil, workflows.Refuse(workflows.Conflict, "submission_exists")
	}
	if err := tx.Insert(s); err != nil {
		if workflows.IsDuplicate(err) {
			return nil, workflows.Refuse(workflows.Conflict, "submission_exists")
		}
		return nil, fmt.Errorf("store submission: %w", err)
	}
	if err := draw(tx, s); err != nil {
		return nil, err
	}
	if err := storeContent(tx, s, in); err != nil {
		return nil, err
	}
	return s, tx.Record(entry(c, s, "create"))
}

// Update replaces the content of a submission whose version the sender saw. A
// draft stays one unless submit is set; what was submitted is amended.
func Update(tx *workflows.Tx, id string, version int64, in Content, submit bool) (*Submission, error) {
	s, c, err := holdToEdit(tx, id, version)
	if err != nil {
		return nil, err
	}
	return s, replace(tx, s, c, in, submit)
}

// holdToEdit holds a submission that the actor may change now, and that is still
// the version they saw.
func holdToEdit(tx *workflows.Tx, id string, version int64) (*Submission, *consultation.Consultation, error) {
	s, c, err := hold(tx, id)
	if err != nil {
		return nil, nil, err
	}
	if err := checkEdit(tx, s, c); err != nil {
		return nil, nil, err
	}
	if s.Version != version {
		return nil, nil, workflows.Refuse(workflows.Stale, "stale")
	}
	return s, c, nil
}

// checkEdit says whether the actor may change the submission, which is held, now.
func checkEdit(tx *workflows.Tx, s *Submission, c *consultation.Consultation) error {
	if err := tx.Check("submission", "edit", s.target(c)); err != nil {
		return err
	}
	if s.State == Withdrawn {
		return workflows.Refuse(workflows.Conflict, "wrong_state", "Object", "submission", "Action", "amend", "State", s.State)
	}
	return c.CheckInTime(tx.Now)
}

// replace puts the content in the place of what a held submission holds; that it
// may be changed has been checked.
func replace(tx *workflows.Tx, s *Submission, c *consultation.Consultation, in Content, submit bool) error {
	submit = submit || s.In()
	if err := in.check(tx, c, stageOf(submit)); err != nil {
		return err
	}
	s.take(in)
	if err := draw(tx, s); err != nil {
		return err
	}
	if err := storeContent(tx, s, in); err != nil {
		return err
	}
	empty, err := saysNothing(tx, s, in)
	if err != nil {
		return err
	}
	switch {
	case s.In():
		return move(tx, c, s, "amend", empty, tx.Now)
	case submit:
		return move(tx, c, s, "submit", empty, tx.Now)
	}
	if err := tx.Update("submissions", s.ID, s.Version, s.columns()); err != nil {
		return err
	}
	s.Version++
	return tx.Record(entry(c, s, "edit"))
}

// Withdraw takes a submission back before the deadline. Its versions stay on
// the record.
func Withdraw(tx *workflows.Tx, id string, version int64) (*Submission, error) {
	s, c, err := hold(tx, id)
	if err != nil {
		return nil, err
	}
	if err := tx.Check("submission", "withdraw", s.target(c)); err != nil {
		return nil, err
	}
	if s.Version != version {
		return nil, workflows.Refuse(workflows.Stale, "stale")
	}
	return s, move(tx, c, s, "withdraw", false, tx.Now)
}

func hold(tx *workflows.Tx, id string) (*Submission, *consultation.Consultation, error) {
	s, _, err := Get(tx, id)
	if err != nil {
		return nil, nil, err
	}
	c, err := consultation.Hold(tx, s.ConsultationID, true)
	if err != nil {
		return nil, nil, err
	}
	return s, c, tx.Lock(s, false, "id = ?", id)
}

func saysNothing(tx *workflows.Tx, s *Submission, in Content) (bool, error) {
	if !in.empty() {
		return false, nil
	}
	var n int64
	err := tx.DB().Model(&Attachment{}).Where("submission_id = ?", s.ID).Count(&n).Error
	return n == 0, err
}

// move applies the table and, for what enters the record, keeps the version
// with its receipt. received is when it came in: now, or earlier for paper.
func move(tx *workflows.Tx, c *consultation.Consultation, s *Submission, action string, empty bool, received time.Time) error {
	set := s.columns()
	if action == "submit" || action == "enter" {
		set["submitted_at"], s.SubmittedAt = received, &received
	}
	sum := ""
	if action != "withdraw" {
		var err error
		if sum, err = keepVersion(tx, c, s, received); err != nil {
			return err
		}
	}
	step := workflows.Step{
		ID: s.ID, From: s.State, Version: s.Version, Action: action, Target: s.target(c), ConsultationID: c.ID, Set: set, SHA256: sum,
	}
	facts := Facts{Now: received, Consultation: c, Empty: empty}
	own := action == "submit" || action == "amend" // an official enters, and nobody signs a withdrawal
	if own {
		var err error
		if facts.NeedsHead, err = needsHead(tx, s); err != nil {
			return err
		}
	}
	to, err := Table.Apply(tx, step, facts)
	if err != nil {
		return err
	}
	s.State, s.Version, s.UpdatedAt = to, s.Version+1, tx.Now
	if own {
		return signed(tx, s)
	}
	return nil
}

// take sets what the content says of the submission as a whole.
func (s *Submission) take(in Content) {
	s.Confidentiality, s.Position, s.Language = in.Confidentiality, in.Position, in.Language
	s.Ground, s.GroundWords, s.Masked, s.Branch = in.Ground, in.GroundWords, in.Masked, in.Branch
}

func (s *Submission) columns() map[string]any {
	return map[string]any{
		"confidentiality": s.Confidentiality, "ground": s.Ground, "ground_words": s.GroundWords, "masked": s.Masked, "branch": s.Branch,
		"position": s.Position, "language": s.Language,
	}
}

func entry(c *consultation.Consultation, s *Submission, action string) workflows.Entry {
	return workflows.Entry{
		State: c.StateCode, ConsultationID: c.ID, Action: action, Object: "submission", ObjectID: s.ID, To: s.State,
		Confidential: s.Confidentiality == Confidential,
	}
}

// snapshot is what a version's hash stands for.
type snapshot struct {
	Consultation string            `json:"consultation"`
	Submission   string            `json:"submission"`
	Version      int64             `json:"version"`
	From         string            `json:"from"`
	Content      Content           `json:"content"`
	Attachments  map[string]string `json:"attachments"` // name by SHA-256
}

// keepVersion keeps what came in, with its receipt, as the next version received.
func keepVersion(tx *workflows.Tx, c *consultation.Consultation, s *Submission, received time.Time) (string, error) {
	earlier, err := Versions(tx, s.ID)
	if err != nil {
		return "", fmt.Errorf("read earlier versions: %w", err)
	}
	version := int64(len(earlier)) + 1
	content, err := ContentOf(tx, s)
	if err != nil {
		return "", err
	}
	files, err := Attachments(tx, s.ID)
	if err != nil {
		return "", err
	}
	snap := snapshot{Consultation: c.ID, Submission: s.ID, Version: version, From: PartyOf(s), Content: content, Attachments: map[string]string{}}
	for _, f := range files {
		snap.Attachments[f.SHA256] = f.Name
	}
	raw, err := workflows.JSON(snap)
	if err != nil {
		return "", err
	}
	hash := workflows.SHA256(raw)
	receipt, err := tx.Signer().Receipt(receiptText(c, s, version, received, hash))
	if err != nil {
		return "", err
	}
	row := &Received{SubmissionID: s.ID, Version: version, Content: raw, ContentSHA256: hash, Receipt: receipt, ReceivedFrom: tx.Actor.ID, ReceivedAt: received}
	if err := tx.Insert(row); err != nil {
		return "", fmt.Errorf("keep the version: %w", err)
	}
	return hash, nil
}

// PartyOf is whose submission it is: "organisation:…" or "respondent:…".
func PartyOf(s *Submission) string {
	if s.OrganisationID != nil {
		return "organisation:" + *s.OrganisationID
	}
	return "respondent:" + *s.RespondentID
}

// receiptText is what a receipt says. It reveals nothing of the content.
func receiptText(c *consultation.Consultation, s *Submission, version int64, received time.Time, hash string) string {
	return strings.Join([]string{
		"Jahorina receipt, format 1",
		"receipt " + s.ReceiptNumber,
		"consultation " + c.ID,
		"submission " + s.ID,
		fmt.Sprintf("version %d", version),
		"received " + received.UTC().Format(time.RFC3339Nano),
		"sha256 " + hash,
		"",
	}, "\n")
}
