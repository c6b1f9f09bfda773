// Package samples holds the two documents, the readings, the comments and the
// kinds of stakeholder that the demonstration and the tests work with. They
// are read as they are printed; what the codes of the comment table ("te",
// "civil-society") are called here is for the reader of the rows to say.
package samples

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"strings"

	"jahorina/workflows/strategy"
)

// OutcomeZH is the outcome of the workshop at Jahorina of 22–23 June 2009, in
// Chinese, as circulated with a note verbale in the First Committee: numbered
// 1–8 and 10–12, with paragraphs 10–12 damaged. Not to be written to.
//
//go:embed outcome_zh.txt
var OutcomeZH []byte

// OutcomeDOCX is OutcomeZH as a Word document, whose numbers are printed by its
// list. Not to be written to.
//
//go:embed outcome_zh.docx
var OutcomeDOCX []byte

// StrategyEN is a draft strategy of no real state, in English, with ten
// numbered sections and three annexes. Not to be written to.
//
//go:embed strategy_en.md
var StrategyEN []byte

// Measures are the twelve of annex A of StrategyEN as a table, of a plan that
// begins in July 2026. Not to be written to.
//
//go:embed measures.csv
var Measures []byte

var (
	//go:embed readings_zh.csv
	readingsCSV string
	//go:embed comments.csv
	commentsCSV string
	//go:embed comments_labels.csv
	labelsCSV string
	//go:embed stakeholders.csv
	stakeholdersCSV string
)

// Readings returns what the damaged places of OutcomeZH are thought to mean;
// Provision is the paragraph's number.
func Readings() ([]strategy.Reading, error) {
	return rows(readingsCSV, "paragraph,printed,suggested,author,certainty,note", func(_ int, f []string) strategy.Reading {
		return strategy.Reading{Provision: f[0], Printed: f[1], Suggested: f[2], Author: f[3], Certainty: strategy.Certainty(f[4]), Note: f[5]}
	})
}

// Comment is a comment on StrategyEN as its table has it. Paragraph "4.9" of
// row 60 does not exist.
type Comment struct {
	Row             int // from 1
	Organisation    string
	Sector          string // government, industry, academia, civil-society, international, regional
	Section         string // "4"
	Paragraph       string // "4.4"
	Type            string // of ISO commenting forms: ge (general), te (technical), ed (editorial)
	Text            string
	ProposedChange  string
	Language        string // BCP 47
	Confidentiality string // public, restricted, confidential
}

// Comments returns the 60 comments in the order of their table.
func Comments() ([]Comment, error) {
	return rows(commentsCSV, "organisation,sector,section,paragraph,type,comment,proposed_change,language,confidentiality", func(row int, f []string) Comment {
		return Comment{row, f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8]}
	})
}

// Label says what a comment is there to show.
type Label struct {
	Row             int    // of the comment
	Campaign        string // the campaign it belongs to, or ""
	Language        string
	Confidentiality string
	Tests           string
}

// Labels returns a label for each comment, in the order of the comments.
func Labels() ([]Label, error) {
	return rows(labelsCSV, "row,campaign,language,confidentiality,what_it_tests", func(row int, f []string) Label {
		return Label{row, f[1], f[2], f[3], f[4]}
	})
}

// Stakeholder is a kind of organisation or person to consult.
type Stakeholder struct {
	Code        string // "GOV-MFA"
	Level       string // national, regional, international
	Sector      string
	Type        string // "Ministry of Foreign Affairs"
	Examples    string
	Role        string // in a consultation
	Asked       string // what they are asked
	Themes      string
	Channel     string // how they usually answer
	TLPCeiling  string // the highest marking they see, in the Traffic Light Protocol 2.0
	InviteStage string
	Paragraphs  []string // of OutcomeZH that call for them
	Reason      string
	Source      string
}

// Stakeholders returns the 87 kinds.
func Stakeholders() ([]Stakeholder, error) {
	const header = "code,level,sector,actor_type,examples,role_in_consultation,what_they_are_asked,themes,default_channel,default_tlp_ceiling,invite_stage,seed_paragraph,seed_reason,source"
	return rows(stakeholdersCSV, header, func(_ int, f []string) Stakeholder {
		return Stakeholder{f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8], f[9], f[10], strings.Split(f[11], ";"), f[12], f[13]}
	})
}

// rows reads a table (RFC 4180) that must have the header. row counts from 1.
func rows[T any](table, header string, read func(row int, fields []string) T) ([]T, error) {
	records, err := csv.NewReader(strings.NewReader(table)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read table: %w", err)
	}
	if len(records) == 0 || strings.Join(records[0], ",") != header {
		return nil, fmt.Errorf("read table: its header is not %q", header)
	}
	var out []T
	for i, fields := range records[1:] {
		out = append(out, read(i+1, fields))
	}
	return out, nil
}
