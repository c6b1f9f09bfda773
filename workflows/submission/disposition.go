package submission

import (
	"fmt"
	"slices"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/strategy"
)

// NewDisposition is what an official proposes for a comment. Changes are the
// identities of provisions to be changed because of it; none given, an
// accepted comment changes the provision it is on.
type NewDisposition struct {
	Outcome     string
	Rationale   string
	DuplicateOf string
	Changes     []string
}

// Propose writes the disposition of a comment, which a second person is to
// agree to. version is the comment's as the drafter saw it; 0 takes it as it is.
func Propose(tx *workflows.Tx, commentID string, version int64, in NewDisposition) (*Comment, error) {
	// Alone, where comments are tied together: two at once could make a chain.
	m, c, err := holdComment(tx, commentID, in.DuplicateOf == "")
	if err != nil {
		return nil, err
	}
	if err := tx.Check("comment", "propose", m.Target(c)); err != nil {
		return nil, err
	}
	if err := m.seenAt(version); err != nil {
		return nil, err
	}
	if err := in.check(tx, m, c); err != nil {
		return nil, err
	}
	if in.Changes == nil && (in.Outcome == "accepted" || in.Outcome == "accepted_modified") && m.Identity != "" {
		in.Changes = []string{m.Identity}
	}
	changes, err := workflows.JSON(append([]string{}, in.Changes...))
	if err != nil {
		return nil, err
	}
	set := map[string]any{
		"outcome": in.Outcome, "rationale": in.Rationale, "duplicate_of": nil, "changes": changes,
		"proposed_by": tx.Actor.ID, "proposed_at": tx.Now, "agreed_by": "", "agreed_at": nil,
	}
	if in.DuplicateOf != "" {
		set["duplicate_of"] = in.DuplicateOf
	}
	sum := workflows.SHA256(in.Outcome + "\n" + in.DuplicateOf + "\n" + changes + "\n" + in.Rationale)
	return applyDisposition(tx, m, c, "propose", "", sum, set)
}

func (in NewDisposition) check(tx *workflows.Tx, m *Listed, c *consultation.Consultation) error {
	var p workflows.Problems
	p.OneOf("outcome", in.Outcome, Outcomes...)
	p.Text("rationale", in.Rationale, workflows.MaxParagraph, true)
	if (in.Outcome == "duplicate") != (in.DuplicateOf != "") {
		p.Add("duplicate_of", "duplicate_needs_original")
	}
	if err := p.Err(); err != nil {
		return err
	}
	if err := checkOriginal(tx, m, in.DuplicateOf); err != nil {
		return err
	}
	return checkChanges(tx, c, in.Changes)
}

// checkOriginal: a duplicate points at another comment of the consultation that
// stands and is no duplicate itself, and nothing points at the duplicate.
func checkOriginal(tx *workflows.Tx, m *Listed, original string) error {
	if original == "" {
		return nil
	}
	all, err := Standing(tx, m.ConsultationID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(o Listed) bool { return o.ID == original && o.ID != m.ID })
	if i < 0 {
		return workflows.InvalidField("duplicate_of", "unknown_comment")
	}
	repeated := slices.ContainsFunc(all, func(o Listed) bool { return o.DuplicateOf != nil && *o.DuplicateOf == m.ID })
	if repeated || all[i].Outcome == "duplicate" {
		return workflows.InvalidField("duplicate_of", "original_is_duplicate")
	}
	return nil
}

// Added are the provisions that the newest draft has added to those consulted on:
// a comment can have led to them too.
func Added(tx *workflows.Tx, c *consultation.Consultation, consulted []strategy.Provision) ([]strategy.Provision, error) {
	newest, err := strategy.Newest(tx, c.DraftID)
	if err != nil || newest.ID == c.DraftID {
		return nil, err
	}
	all, err := strategy.Provisions(tx, newest.ID)
	return strategy.Added(consulted, all), err
}

func checkChanges(tx *workflows.Tx, c *consultation.Consultation, identities []string) error {
	if len(identities) == 0 {
		return nil
	}
	newest, err := strategy.Newest(tx, c.DraftID)
	if err != nil {
		return err
	}
	var known []string
	err = tx.DB().Model(&strategy.Provision{}).Distinct().
		Where("draft_id IN ? AND identity IN ?", []string{c.DraftID, newest.ID}, identities).Pluck("identity", &known).Error
	if err != nil {
		return fmt.Errorf("look up provisions: %w", err)
	}
	for i, id := range identities {
		if !slices.Contains(known, id) {
			return workflows.InvalidField(fmt.Sprintf("changes[%d]", i), "unknown_provision")
		}
	}
	return nil
}

// Agree is the second person's word on a proposed disposition. version is the
// comment's as they saw it, so that they agree to what they read; 0 takes it as
// it is.
func Agree(tx *workflows.Tx, commentID string, version int64) (*Comment, error) {
	m, c, err := holdComment(tx, commentID, true)
	if err != nil {
		return nil, err
	}
	if err := m.seenAt(version); err != nil {
		return nil, err
	}
	return applyDisposition(tx, m, c, "agree", "", "", map[string]any{"agreed_by": tx.Actor.ID, "agreed_at": tx.Now})
}

// Reopen sends a disposition back to be written anew, with a reason. The old
// one stays to be improved. version is as for Agree.
func Reopen(tx *workflows.Tx, commentID string, version int64, reason string) (*Comment, error) {
	m, c, err := holdComment(tx, commentID, true)
	if err != nil {
		return nil, err
	}
	if err := m.seenAt(version); err != nil {
		return nil, err
	}
	var p workflows.Problems
	p.Text("reason", reason, workflows.MaxParagraph, false)
	if err := p.Err(); err != nil {
		return nil, err
	}
	return applyDisposition(tx, m, c, "reopen", reason, "", map[string]any{"agreed_by": "", "agreed_at": nil})
}

// Place puts a parked comment on a provision of the consulted draft; what the
// sender wrote stays beside it.
func Place(tx *workflows.Tx, commentID, provisionID string) (*Comment, error) {
	m, c, err := holdComment(tx, commentID, true)
	if err != nil {
		return nil, err
	}
	if err := tx.Check("comment", "place", m.Target(c)); err != nil {
		return nil, err
	}
	if c.State == consultation.Published || c.State == consultation.InReview || c.State == consultation.Approved {
		return nil, workflows.Refuse(workflows.Conflict, "under_review")
	}
	if !m.Parked() {
		return nil, workflows.Refuse(workflows.Conflict, "not_parked")
	}
	known, err := provisionsOf(tx, c.DraftID)
	if err != nil {
		return nil, err
	}
	if !known[provisionID] {
		return nil, workflows.InvalidField("provision_id", "provision_of_another_draft")
	}
	if err := tx.Update("comments", m.ID, m.Version, map[string]any{"provision_id": provisionID}); err != nil {
		return nil, err
	}
	m.ProvisionID, m.Version = &provisionID, m.Version+1
	e := commentEntry(m, c, "place")
	e.Reason = m.Reference
	return &m.Comment, tx.Record(e)
}

// holdComment keeps consultation and comment from changing; not shared, all
// comments of the consultation.
func holdComment(tx *workflows.Tx, id string, shared bool) (*Listed, *consultation.Consultation, error) {
	m, _, err := GetComment(tx, id)
	if err != nil {
		return nil, nil, err
	}
	c, err := consultation.Hold(tx, m.ConsultationID, shared)
	if err != nil {
		return nil, nil, err
	}
	return m, c, tx.Lock(&m.Comment, false, "id = ?", id)
}

func applyDisposition(tx *workflows.Tx, m *Listed, c *consultation.Consultation, action, reason, sum string, set map[string]any) (*Comment, error) {
	step := workflows.Step{
		ID: m.ID, From: m.DispositionState, Version: m.Version, Action: action, Target: m.Target(c), ConsultationID: c.ID,
		Reason: reason, Set: set, SHA256: sum,
	}
	facts := DispositionFacts{Actor: tx.Actor.ID, Consultation: c, ProposedBy: m.ProposedBy, Own: m.Own, Reason: reason}
	if _, err := DispositionTable.Apply(tx, step, facts); err != nil {
		return nil, err
	}
	var after Comment
	return &after, tx.One(&after, "id = ?", m.ID)
}

// Target is what the policy needs to know of a comment. Where the sender's name
// is withheld from the reader it is no one's.
func (m *Listed) Target(c *consultation.Consultation) policies.Target {
	t := policies.Target{State: c.StateCode, ConsultationID: c.ID, Confidentiality: m.Confidentiality}
	if m.OrganisationID != nil {
		t.OrganisationID = *m.OrganisationID
	}
	if m.RespondentID != nil {
		t.OwnerID = "respondent:" + *m.RespondentID
	}
	return t
}

func commentEntry(m *Listed, c *consultation.Consultation, action string) workflows.Entry {
	return workflows.Entry{
		State: c.StateCode, ConsultationID: c.ID, Action: action, Object: "comment", ObjectID: m.ID,
		Confidential: m.Confidentiality == Confidential,
	}
}

// seenAt refuses when the comment is no longer what somebody saw; 0 takes it as
// it is.
func (m *Listed) seenAt(version int64) error {
	if version != 0 && m.Version != version {
		return workflows.Refuse(workflows.Stale, "stale")
	}
	return nil
}
