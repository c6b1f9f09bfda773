package api

import (
	"jahorina/workflows"
	"jahorina/workflows/submission"
)

// registerReceipts declares the calls for the holders of receipts, who need no
// account.
func (s *server) registerReceipts() {
	read(s, call{path: "/receipts/{number}", id: "receipt", summary: "What became of the submission with the receipt number", public: true}, receipt)
	read(s, call{path: "/receipt-key", id: "receipt-key", summary: "The public key receipts are verified with", public: true}, receiptKey)
}

// ReceiptView is what the holder of a receipt number may see.
type ReceiptView struct {
	ReceiptNumber     string          `json:"receipt_number"`
	State             string          `json:"state"`
	SubmissionID      string          `json:"submission_id"`
	ConsultationID    string          `json:"consultation_id"`
	Consultation      string          `json:"consultation" doc:"Its title"`
	ConsultationState string          `json:"consultation_state"`
	Versions          []VersionView   `json:"versions" nullable:"false"`
	Comments          []ReceiptAnswer `json:"comments" nullable:"false"`
}

// ReceiptAnswer is what became of one comment, once the response is published.
type ReceiptAnswer struct {
	Number    int     `json:"number" doc:"Within the submission"`
	Type      string  `json:"type"`
	Text      string  `json:"text" doc:"Of public comments alone"`
	Outcome   *string `json:"outcome" doc:"null until the response is published"`
	Rationale string  `json:"rationale"`
}

func receipt(tx *workflows.Tx, in *struct {
	Number string `path:"number"`
},
) (ReceiptView, error) {
	st, err := submission.ByReceipt(tx, in.Number)
	if err != nil {
		return ReceiptView{}, err
	}
	return ReceiptView{
		ReceiptNumber: st.Submission.ReceiptNumber, State: st.Submission.State, SubmissionID: st.Submission.ID,
		ConsultationID: st.Consultation.ID, Consultation: st.Consultation.Title, ConsultationState: st.Consultation.State,
		Versions: listOf(st.Versions, "", viewVersion).Items,
		Comments: listOf(st.Comments, "", func(m submission.Comment) ReceiptAnswer {
			v := ReceiptAnswer{Number: m.Position, Type: m.Type, Outcome: orNull(m.Outcome)}
			if m.Confidentiality == submission.Public { // a receipt is shown to others as a proof
				v.Text, v.Rationale = m.Text, m.Rationale
			}
			return v
		}).Items,
	}, nil
}

// KeyView is the key receipts are verified with.
type KeyView struct {
	Key string `json:"key" doc:"Verifier key of a C2SP signed note"`
}

func receiptKey(tx *workflows.Tx, _ *struct{}) (KeyView, error) {
	return KeyView{tx.Signer().ReceiptKey()}, nil
}
