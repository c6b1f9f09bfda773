package submission_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"jahorina/app/apptest/testbed"
	"jahorina/app/documents/samples"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/submission"
)

// R3.9: the sample file's comment on a paragraph that is not there is parked,
// not lost, and can then be put in its place; a faulty row refuses the file.
func TestR3_9ImportParksWhatItCannotPlace(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		c := b.Bring(b.Consultation(b.New(b.Draft(string(samples.StrategyEN)).ID)), consultation.Open)
		rows := sampleRows(t)
		bad := slices.Clone(rows)
		bad[7].Type, bad[30].Text = "te", "\xff"
		_, err := importRows(b, c.ID, bad)
		if !names(err, fmt.Sprintf("line %d", bad[7].Line), "not_one_of") || !names(err, fmt.Sprintf("line %d", bad[30].Line), "not_utf8") || b.Count("comments", "1 = 1") != 0 {
			t.Errorf("a file with two faulty rows: %v", err)
		}
		report, err := importRows(b, c.ID, rows)
		if err != nil {
			t.Fatal(err)
		}
		if report.Comments != 60 || b.Count("comments", "consultation_id = ?", c.ID) != 60 || b.Count("submissions", "state = 'submitted'") != report.Submissions {
			t.Errorf("report %+v, %d stored", report, b.Count("comments", "1 = 1"))
		}
		parked, _, err := submission.Comments(b.Read(b.Official), c, submission.Filter{Parked: true}, workflows.Page{})
		if err != nil || len(parked) != 1 || parked[0].Reference != "4.9" || parked[0].Text != rows[59].Text {
			t.Fatalf("parked: %+v, %v", parked, err)
		}
		if want := []string{fmt.Sprintf("%d: 4.9", rows[59].Line)}; !slices.Equal(report.Parked, want) {
			t.Errorf("reported as parked: %v", report.Parked)
		}
		m, err := write(b, b.Official, func(tx *workflows.Tx) (*submission.Comment, error) {
			return submission.Place(tx, parked[0].ID, b.Provision(c.DraftID, "4.4").ID)
		})
		if err != nil || m.Parked() || m.Reference != "4.9" {
			t.Errorf("placed: %+v, %v", m, err)
		}
		if _, err := importRows(b, c.ID, rows); !names(err, fmt.Sprintf("line %d", rows[0].Line), "submission_exists") {
			t.Errorf("the file again: %v", err)
		}
	})
}

func sampleRows(t *testing.T) []submission.ImportRow {
	t.Helper()
	comments, err := samples.Comments()
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]string{"ge": "general", "te": "technical", "ed": "editorial"}
	var rows []submission.ImportRow
	for _, m := range comments {
		row := submission.ImportRow{
			Line: m.Row + 1, Organisation: m.Organisation, Sector: strings.ReplaceAll(m.Sector, "-", "_"), Reference: m.Paragraph, Type: words[m.Type],
			Text: m.Text, ProposedChange: m.ProposedChange, Language: m.Language, Confidentiality: submission.Public,
		}
		if m.Confidentiality != submission.Public {
			row.Confidentiality = submission.Confidential
		}
		rows = append(rows, row)
	}
	return rows
}

func importRows(b *testbed.Bed, id string, rows []submission.ImportRow) (*submission.ImportReport, error) {
	return write(b, b.Official, func(tx *workflows.Tx) (*submission.ImportReport, error) {
		return submission.Import(tx, id, rows, tx.Now)
	})
}

// R3.10: the number on a receipt lets its holder, without any account, see how
// things stand, and no one see what is decided before it is published.
func TestR3_10ReceiptShowsStatus(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		org := b.Organisation("Chemical Industry", "industry")
		c := b.At(consultation.Open, org)
		link := b.ByLink(c, org)
		s := b.Submit(link, c, testbed.Comment("", "A comment."))
		status := func(number string) (*submission.Status, error) {
			return submission.ByReceipt(b.Read(workflows.Actor{}), number)
		}
		st, err := status(" " + strings.ToLower(s.ReceiptNumber) + "\n") // as people type it
		if err != nil || st.Submission.State != submission.Submitted || len(st.Versions) != 1 || len(st.Comments) != 1 || st.Consultation.State != consultation.Open {
			t.Fatalf("%+v, %v", st, err)
		}
		if _, err := workflows.VerifyReceipt(st.Versions[0].Receipt, b.Engine.Signer().ReceiptKey()); err != nil {
			t.Error(err)
		}
		b.Do(link, func(tx *workflows.Tx) error {
			_, err := submission.Update(tx, s.ID, s.Version, one("Amended."), true)
			return err
		})
		if st, err := status(s.ReceiptNumber); err != nil || st.Submission.State != submission.Amended || len(st.Versions) != 2 {
			t.Errorf("after an amendment: %+v, %v", st, err)
		}
		c = b.Bring(c, consultation.InReview)
		if st, err := status(s.ReceiptNumber); err != nil || st.Comments[0].Outcome+st.Comments[0].Rationale+st.Comments[0].ProposedBy+st.Comments[0].AgreedBy != "" {
			t.Errorf("tells before publication: %+v, %v", st.Comments[0], err)
		}
		b.Bring(c, consultation.Published)
		if st, err := status(s.ReceiptNumber); err != nil || st.Comments[0].Outcome != "noted" || st.Comments[0].Rationale == "" {
			t.Errorf("after publication: %+v, %v", st.Comments[0], err)
		}
		if _, err := status(workflows.NewReceiptNumber()); !workflows.IsKind(err, workflows.NotFound) {
			t.Errorf("a made-up number: %v", err)
		}
	})
}

// A draft has no receipt yet, so its number opens nothing.
func TestDraftHasNoReceipt(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		org := b.Organisation("Chemical Industry", "industry")
		c := b.At(consultation.Open, org)
		s, err := write(b, b.ByLink(c, org), func(tx *workflows.Tx) (*submission.Submission, error) {
			return submission.Save(tx, c.ID, one("x"), false)
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := submission.ByReceipt(b.Read(workflows.Actor{}), s.ReceiptNumber); !workflows.IsKind(err, workflows.NotFound) {
			t.Errorf("a draft's number: %v", err)
		}
		if _, _, err := submission.Get(b.Read(b.Official), s.ID); !workflows.IsKind(err, workflows.NotFound) {
			t.Errorf("an official reads a draft: %v", err)
		}
	})
}
