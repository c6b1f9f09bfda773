package works

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/submission"
	"jahorina/workflows/table"
	"jahorina/workflows/work"
)

// exporter writes files of comments.
type exporter struct{ locales *templates.Locales }

// step writes the next comments of the list into the next piece of the file.
func (x exporter) step(tx *workflows.Tx, w *work.Work) (*work.Batch, error) {
	c, err := consultation.Get(tx, w.ConsultationID)
	if err != nil {
		return nil, err
	}
	if err := work.MayExport(tx, c); err != nil {
		return nil, err
	}
	rows, next, err := submission.Comments(tx, c, w.Asked.Filter, workflows.Page{Limit: workflows.MaxLimit, After: w.Next})
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	write := x.csv
	if w.Asked.Format == "json" {
		write = x.json
	}
	if err := write(&out, w, rows, next == ""); err != nil {
		return nil, err
	}
	return &work.Batch{Rows: len(rows), File: out.Bytes(), Next: next, Last: next == ""}, nil
}

// columns of the table, each headed by the text "works.column.<name>".
var columns = []string{
	"number", "id", "organisation", "sector", "provision", "obligation", "reference", "type", "text", "proposed", "language", "confidentiality",
	"state", "outcome", "rationale", "proposed_at", "agreed_at", "received_at",
}

func (x exporter) csv(out *bytes.Buffer, w *work.Work, rows []submission.Listed, _ bool) error {
	text := x.locales.For(w.Language)
	lines := make([][]string, len(rows))
	for i, m := range rows {
		outcome := ""
		if m.Outcome != "" {
			outcome = text.T("state.outcome." + m.Outcome)
		}
		lines[i] = []string{
			strconv.Itoa(w.Done + i + 1), m.ID, m.Organisation, text.T("sector." + m.Sector), m.Number, pointsTo(&m), m.Reference, text.T("comment.type." + m.Type),
			m.Text, m.ProposedChange, m.Language, text.T("confidentiality." + m.Confidentiality), text.T("state.comment." + m.DispositionState),
			outcome, m.Rationale, instant(m.ProposedAt), instant(m.AgreedAt), instant(&m.CreatedAt),
		}
	}
	if w.Done > 0 {
		return table.WriteRows(out, lines)
	}
	head := make([]string, len(columns))
	for i, name := range columns {
		head[i] = text.T("works.column." + name)
	}
	return table.Write(out, head, lines)
}

// pointsTo is the code of the obligation that a comment is about, or "".
func pointsTo(m *submission.Listed) string {
	if m.Obligation == nil {
		return ""
	}
	return *m.Obligation
}

// instant is a time for programs and spreadsheets (RFC 3339).
func instant(at *time.Time) string {
	if at == nil || at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339)
}

// line is a comment in a file for programs, under the names that the API uses.
type line struct {
	ID              string     `json:"id"`
	ConsultationID  string     `json:"consultation_id"`
	SubmissionID    string     `json:"submission_id"`
	Organisation    string     `json:"organisation"`
	Sector          string     `json:"sector"`
	Provision       string     `json:"provision"`
	Obligation      string     `json:"obligation,omitempty"`
	Reference       string     `json:"reference,omitempty"`
	Type            string     `json:"type"`
	Text            string     `json:"text"`
	ProposedChange  string     `json:"proposed_change"`
	Language        string     `json:"language"`
	Confidentiality string     `json:"confidentiality"`
	State           string     `json:"state"`
	Outcome         string     `json:"outcome,omitempty"`
	Rationale       string     `json:"rationale,omitempty"`
	ProposedAt      *time.Time `json:"proposed_at,omitempty"`
	AgreedAt        *time.Time `json:"agreed_at,omitempty"`
	CreatedAt       time.Time  `json:"created_at"`
}

// json writes a list, a comment a line.
func (exporter) json(out *bytes.Buffer, w *work.Work, rows []submission.Listed, last bool) error {
	if w.Done == 0 {
		out.WriteString("[")
	}
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for i, m := range rows {
		if w.Done+i > 0 {
			out.WriteString(",")
		} else {
			out.WriteString("\n")
		}
		err := enc.Encode(line{
			ID: m.ID, ConsultationID: m.ConsultationID, SubmissionID: m.SubmissionID, Organisation: m.Organisation, Sector: m.Sector,
			Provision: m.Number, Obligation: pointsTo(&m), Reference: m.Reference, Type: m.Type, Text: m.Text, ProposedChange: m.ProposedChange, Language: m.Language,
			Confidentiality: m.Confidentiality, State: m.DispositionState, Outcome: m.Outcome, Rationale: m.Rationale,
			ProposedAt: m.ProposedAt, AgreedAt: m.AgreedAt, CreatedAt: m.CreatedAt.UTC(),
		})
		if err != nil {
			return fmt.Errorf("write a comment: %w", err)
		}
	}
	if last {
		out.WriteString("]\n")
	}
	return nil
}
