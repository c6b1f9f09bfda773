package review

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
)

// Response is the answer to all comments as the public sees it: every public
// comment with its disposition, and the restricted ones counted.
type Response struct {
	ConsultationID string            `json:"consultation_id"`
	Title          string            `json:"title"`
	Kind           string            `json:"kind"`
	Summary        string            `json:"summary"`
	DraftID        string            `json:"draft_id"`
	DraftVersion   int               `json:"draft_version"`
	RevisedDraftID string            `json:"revised_draft_id"`
	RevisedVersion int               `json:"revised_version"`
	OpenedAt       time.Time         `json:"opened_at"`
	ClosedAt       time.Time         `json:"closed_at"`
	PublishedAt    *time.Time        `json:"published_at"`
	Total          int               `json:"total"`      // comments received
	Published      int               `json:"published"`  // of them shown here
	Restricted     int               `json:"restricted"` // of them not shown
	Submissions    int               `json:"submissions"`
	Outcomes       map[string]int    `json:"outcomes"` // of all comments
	Comments       []ResponseComment `json:"comments"`
	Withheld       []Stub            `json:"withheld"`
	Edition        int               `json:"edition"`           // 1 as first published
	Changes        []Change          `json:"changes,omitempty"` // that led to the later editions, oldest first
	SHA256         string            `json:"-"`
}

// ResponseComment is one public comment with what became of it.
type ResponseComment struct {
	ID             string              `json:"id"`
	Number         int                 `json:"number"` // running, over all comments, restricted ones too
	Organisation   string              `json:"organisation"`
	Mask           *submission.Alias   `json:"mask,omitempty"` // of a sender who is known by number
	Sector         string              `json:"sector"`
	Entered        bool                `json:"entered,omitempty"` // on paper or by mail, and entered on the sender's behalf
	ProvisionID    string              `json:"provision_id,omitempty"`
	Provision      string              `json:"provision"`
	Identity       string              `json:"identity,omitempty"`
	Reference      string              `json:"reference,omitempty"`
	Obligation     string              `json:"obligation,omitempty"` // code of the one it is about, beside the provision
	Type           string              `json:"type"`
	Language       string              `json:"language"`
	Text           string              `json:"text"`
	ProposedChange string              `json:"proposed_change"`
	Disposition    ResponseDisposition `json:"disposition"`
	Withheld       []Mark              `json:"withheld,omitempty"` // what is left out of it, and why
}

// ResponseDisposition is what became of a comment, and why.
type ResponseDisposition struct {
	Outcome     string   `json:"outcome"`
	Rationale   string   `json:"rationale"`
	DuplicateOf string   `json:"duplicate_of,omitempty"`
	Changes     []string `json:"changes"`
}

// Mark says why words of a shown comment are left out.
type Mark struct {
	Reason     string    `json:"reason"`
	Words      string    `json:"words"`
	Holder     string    `json:"holder"`
	ReviewDate time.Time `json:"review_date"`
}

// Stub stands for a comment that is not shown: that there is one, that it was
// answered, on which ground it is withheld, who holds it and when that is looked
// at again.
type Stub struct {
	Number     int        `json:"number"`
	ID         string     `json:"id"`     // of the stub: the comment's would tell when it was written
	Kind       string     `json:"kind"`   // "comment"
	Level      string     `json:"level"`  // "participants", "confidential" as its sender asked, or "redacted"
	Ground     string     `json:"ground"` // one of submission.Grounds or RedactionReasons; "" where none was given, "taken_back"
	Words      string     `json:"words,omitempty"`
	Holder     string     `json:"holder"`
	ReviewDate *time.Time `json:"review_date"`
	Outcome    string     `json:"outcome"`
}

type storedResponse struct {
	ConsultationID string `gorm:"primaryKey"`
	Content        string
	ContentSHA256  string `gorm:"column:content_sha256"`
	PublishedBy    string
	PublishedAt    time.Time
}

func (storedResponse) TableName() string { return "responses" }

// publish freezes the response and makes it public.
func publish(tx *workflows.Tx, c *consultation.Consultation) error {
	var r Round
	if err := tx.One(&r, "consultation_id = ? AND outcome = ?", c.ID, outcomeApproved); err != nil && !workflows.IsKind(err, workflows.NotFound) {
		return err
	}
	facts := consultation.Facts{}
	if r.ID != "" {
		var err error
		if facts.Changed, err = changed(tx, c, &r); err != nil {
			return err
		}
	}
	var err error
	if facts.Undecided, err = submission.CountUndecided(tx, c.ID); err != nil {
		return fmt.Errorf("count wishes that are not settled: %w", err)
	}
	if err := consultation.Move(tx, c, consultation.Publish, facts, map[string]any{"published_at": tx.Now}, r.ContentSHA256); err != nil {
		return err
	}
	if err := storeResponse(tx, c); err != nil {
		return err
	}
	return submission.SetPublication(tx, c)
}

func storeResponse(tx *workflows.Tx, c *consultation.Consultation) error {
	resp, err := build(tx, c)
	if err != nil {
		return err
	}
	content, err := workflows.JSON(resp)
	if err != nil {
		return err
	}
	return tx.Insert(&storedResponse{
		ConsultationID: c.ID, Content: content, ContentSHA256: workflows.SHA256(content), PublishedBy: tx.Actor.ID, PublishedAt: tx.Now,
	})
}

// GetResponse returns the published response, or, for those who run or decide
// the consultation, what would be published now.
func GetResponse(tx *workflows.Tx, id string) (*Response, *consultation.Consultation, error) {
	c, err := consultation.Get(tx, id)
	if err != nil {
		return nil, nil, err
	}
	t := policies.Target{State: c.StateCode, ConsultationID: c.ID, Public: c.State == consultation.Published}
	if err := tx.Check("response", "read", t); err != nil {
		return nil, nil, err
	}
	if c.State != consultation.Published {
		resp, err := build(tx, c)
		return resp, c, err
	}
	resp, err := newest(tx, c.ID)
	return resp, c, err
}

func build(tx *workflows.Tx, c *consultation.Consultation) (*Response, error) {
	draft, err := strategy.DraftByID(tx, c.DraftID)
	if err != nil {
		return nil, err
	}
	revised := draft
	if c.RevisedDraftID != nil {
		if revised, err = strategy.DraftByID(tx, *c.RevisedDraftID); err != nil {
			return nil, err
		}
	}
	resp := &Response{
		ConsultationID: c.ID, Title: c.Title, Kind: c.Kind, Summary: c.Summary, PublishedAt: c.PublishedAt,
		DraftID: draft.ID, DraftVersion: draft.Version, RevisedDraftID: revised.ID, RevisedVersion: revised.Version,
		Outcomes: map[string]int{}, Comments: []ResponseComment{}, Withheld: []Stub{}, Edition: 1,
	}
	if c.OpenedAt != nil {
		resp.OpenedAt = *c.OpenedAt
	}
	if c.ClosedAt != nil {
		resp.ClosedAt = *c.ClosedAt
	}
	all, err := submission.Standing(tx, c.ID)
	if err != nil {
		return nil, err
	}
	restrictions, err := submission.Restrictions(tx, c.ID)
	if err != nil {
		return nil, err
	}
	resp.fill(all, restrictions)
	return resp, nil
}

func (r *Response) fill(all []submission.Listed, restrictions map[string]submission.Restriction) {
	// Not in the order they came in: a neighbour would tell whose a comment
	// without a name is.
	slices.SortFunc(all, func(a, b submission.Listed) int { return cmp.Compare(shuffled(a.ID), shuffled(b.ID)) })
	from, shown := map[string]bool{}, map[string]bool{}
	for i, m := range all {
		r.add(i+1, m, restrictions[m.ID])
		from[m.SubmissionID] = true
	}
	for _, m := range r.Comments {
		shown[m.ID] = true
	}
	for i := range r.Comments {
		if d := &r.Comments[i].Disposition; !shown[d.DuplicateOf] {
			d.DuplicateOf = "" // what is not shown is not pointed at either
		}
	}
	r.Submissions = len(from)
}

// shuffled gives ids an order that has nothing to do with when they were made,
// and is the same each time.
func shuffled(id string) string {
	sum := sha256.Sum256([]byte(id))
	return string(sum[:])
}

func (r *Response) add(number int, m submission.Listed, kept submission.Restriction) {
	r.Total++
	r.Outcomes[m.Outcome]++
	if stub, ok := stubOf(number, m, kept); ok {
		r.Restricted++
		r.Withheld = append(r.Withheld, stub)
		return
	}
	m.Redact(m.Withheld)
	r.Published++
	rc := ResponseComment{
		ID: m.ID, Number: number, Organisation: m.Organisation, Sector: m.Sector, Entered: m.Entered, Provision: m.Number, Identity: m.Identity,
		Reference: m.Reference, Type: m.Type, Language: m.Language, Text: m.Text, ProposedChange: m.ProposedChange,
		Disposition: ResponseDisposition{Outcome: m.Outcome, Rationale: m.Rationale, Changes: m.Changes},
	}
	if m.ProvisionID != nil {
		rc.ProvisionID = *m.ProvisionID
	}
	if m.Obligation != nil {
		rc.Obligation = *m.Obligation
	}
	if m.DuplicateOf != nil {
		rc.Disposition.DuplicateOf = *m.DuplicateOf
	}
	if m.Confidentiality == submission.NameWithheld {
		rc.Organisation, rc.Mask, rc.Entered = "", m.Alias(), false // how it came would tell whose it is
	}
	for _, w := range m.Withheld {
		rc.Withheld = append(rc.Withheld, Mark{w.Reason, w.Words, w.Holder, w.ReviewDate.UTC()})
	}
	r.Comments = append(r.Comments, rc)
}

// stubOf is what stands for a comment of which nothing is shown.
func stubOf(number int, m submission.Listed, kept submission.Restriction) (Stub, bool) {
	s := Stub{Number: number, ID: stubID(m.ID), Kind: "comment", Outcome: m.Outcome}
	if submission.Restricted(m.Confidentiality) {
		s.Level, s.Ground, s.Holder, s.ReviewDate = m.Confidentiality, cmp.Or(kept.Ground, m.Ground), kept.Holder, kept.ReviewDate
		if kept.State == submission.TakenBack {
			s.Ground = submission.TakenBack
		}
		return s, true
	}
	w := submission.Whole(m.Withheld)
	if w == nil {
		return s, false
	}
	at := w.ReviewDate.UTC()
	s.Level, s.Ground, s.Words, s.Holder, s.ReviewDate = "redacted", w.Reason, w.Words, w.Holder, &at
	return s, true
}

// stubID is the same each time, and tells nothing of the comment.
func stubID(commentID string) string {
	sum := sha256.Sum256([]byte("stub:" + commentID))
	return hex.EncodeToString(sum[:8])
}
