package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/submission"
)

type receiptView struct {
	Number       string
	Submission   submission.Submission
	Consultation consultation.Consultation
	Known        bool // the reader may open the consultation's page
	Newest       submission.Received
	Versions     []submission.Received // newest first
	Comments     []receiptComment
	Stage        string // what happens to it now, a code
	Amend        bool
	Talks        bool // something was said about a comment
}

// receiptComment is what the holder of a receipt sees of a comment. A receipt
// is shown around as proof, so it must not tell what its sender kept from
// others: then only the outcome.
type receiptComment struct {
	submission.Comment
	Place string
	Open  bool // may be shown to whoever holds the number
	Talk  talk
}

// receiptsPage takes a receipt number and leads to its page.
func receiptsPage(q *request) error {
	number := receiptNumber(q.c.Query("number"))
	if number == "" {
		return q.show("public/receipts", q.text.T("public.receipts.title"), nil)
	}
	q.c.Redirect(seeOther, "/receipts/"+url.PathEscape(number))
	return nil
}

// receiptNumber reads a number as people type or hear it: in small letters,
// without the dashes, with letters that Crockford's base 32 reads as digits.
func receiptNumber(typed string) string {
	s := strings.NewReplacer("O", "0", "I", "1", "L", "1", "-", "", " ", "").Replace(strings.ToUpper(strings.TrimSpace(typed)))
	if len(s) != 16 {
		return s
	}
	return strings.Join([]string{s[:4], s[4:8], s[8:12], s[12:]}, "-")
}

func receiptPage(q *request) error {
	tx := q.read()
	st, err := submission.ByReceipt(tx, q.c.Param("number"))
	if err != nil {
		return noReceipt(err)
	}
	v := receiptView{Number: st.Submission.ReceiptNumber, Submission: st.Submission, Consultation: st.Consultation, Newest: newest(st.Versions)}
	v.Versions = slices.Clone(st.Versions)
	slices.Reverse(v.Versions)
	_, _, err = submission.Get(tx, st.Submission.ID)
	insider := err == nil
	_, err = consultation.Get(tx, st.Consultation.ID)
	v.Known = err == nil
	places, err := placesOf(tx, st.Consultation.DraftID)
	if err != nil {
		return err
	}
	for _, m := range st.Comments {
		if !insider {
			m.Text, m.ProposedChange = q.words(m.Text, submission.RedactionReasons), q.words(m.ProposedChange, submission.RedactionReasons)
			m.Rationale = q.words(m.Rationale, submission.RedactionReasons)
		}
		c := receiptComment{Comment: m, Place: m.Reference, Open: insider || m.Confidentiality == submission.Public}
		if m.ProvisionID != nil {
			c.Place = places[*m.ProvisionID]
		}
		if insider {
			if c.Talk, err = talkOn(tx, &st.Consultation, m, !runs(tx, &st.Consultation)); err != nil {
				return err
			}
		}
		v.Talks = v.Talks || c.Talk.Href != ""
		v.Comments = append(v.Comments, c)
	}
	v.Stage = stageOf(st)
	v.Amend = insider && v.Known && st.Submission.In() && st.Consultation.Accepts(tx.Now) && !runs(tx, &st.Consultation)
	return q.show("public/receipt", q.text.T("public.receipt.title", "Number", v.Number), v)
}

// stageOf says in one word what happens to an answer now.
func stageOf(st *submission.Status) string {
	switch {
	case st.Submission.State == submission.Withdrawn:
		return "taken_back"
	case st.Consultation.State == consultation.Approved:
		return consultation.InReview
	}
	return st.Consultation.State
}

func noReceipt(err error) error {
	if workflows.IsKind(err, workflows.NotFound) {
		return workflows.Refuse(workflows.NotFound, "no_such_receipt")
	}
	return err
}

// receiptText gives out the signed receipt of the newest version, or of the one
// asked for.
func receiptText(q *request) error {
	st, err := submission.ByReceipt(q.read(), q.c.Param("number"))
	if err != nil {
		return noReceipt(err)
	}
	r := newest(st.Versions)
	if asked := q.c.Query("version"); asked != "" {
		i := slices.IndexFunc(st.Versions, func(r submission.Received) bool { return strconv.FormatInt(r.Version, 10) == asked })
		if i < 0 {
			return workflows.Refuse(workflows.NotFound, "not_found")
		}
		r = st.Versions[i]
	}
	name := fmt.Sprintf("receipt-%s-version-%d.txt", st.Submission.ReceiptNumber, r.Version)
	q.attach(name, "text/plain; charset=utf-8", []byte(r.Receipt))
	return nil
}

// receiptKey is the public key with which anyone can verify a receipt.
func receiptKey(q *request) error {
	q.c.String(http.StatusOK, "%s\n", q.s.Engine.Signer().ReceiptKey())
	return nil
}
