package submission

import (
	"fmt"
	"strings"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
)

// Status is what the holder of a receipt number may see without an account. A
// receipt is shown around as proof: of comments that their sender keeps from
// others it tells the outcome alone, but to those who may read the submission.
type Status struct {
	Submission   Submission
	Consultation consultation.Consultation
	Versions     []Received
	Comments     []Comment // with outcomes only once the response is published
}

// ByReceipt returns the state of the submission with the receipt number. The
// number is the key: 80 random bits that only its sender was given.
func ByReceipt(tx *workflows.Tx, number string) (*Status, error) {
	var st Status
	number = strings.ToUpper(strings.TrimSpace(number))
	if err := tx.One(&st.Submission, "receipt_number = ?", number); err != nil {
		return nil, err
	}
	if st.Submission.SubmittedAt == nil {
		return nil, workflows.Refuse(workflows.NotFound, "not_found")
	}
	if err := tx.One(&st.Consultation, "id = ?", st.Submission.ConsultationID); err != nil {
		return nil, err
	}
	var err error
	if st.Versions, err = Versions(tx, st.Submission.ID); err != nil {
		return nil, fmt.Errorf("read versions: %w", err)
	}
	if st.Comments, err = CommentsOf(tx, st.Submission.ID); err != nil {
		return nil, err
	}
	_, _, err = Get(tx, st.Submission.ID)
	insider := err == nil
	if err != nil && !workflows.IsKind(err, workflows.NotFound) {
		return nil, err
	}
	ids := make([]string, len(st.Comments))
	for i, m := range st.Comments {
		ids[i] = m.ID
	}
	withheld, err := Redactions(tx, false, ids...)
	if err != nil {
		return nil, err
	}
	for i := range st.Comments {
		m := &st.Comments[i]
		if !insider {
			m.Redact(withheld[m.ID])
			m.Ground, m.GroundWords = "", ""
		}
		if st.Consultation.State != consultation.Published {
			m.hideDisposition()
		}
		if !insider && m.Confidentiality != Public {
			m.Text, m.TextFolded, m.ProposedChange, m.Rationale = "", "", "", ""
		}
	}
	return &st, nil
}
