// Package forms writes and reads comment forms in the layout of the ISO/IEC
// electronic balloting commenting template, as spreadsheets (Office Open XML,
// ISO/IEC 29500: XLSX) and as word processor tables (DOCX): one takes a form home,
// fills it in without a connection, and sends it back. What the rows do to an answer
// is decided in workflows/submission.
//
// Columns are found by what their headings mean, in any language of the interface or
// in ISO's English, not by their place. It refuses what is protected by a password,
// written by old programs, damaged, or inflates to more than a form can hold;
// nothing is computed, linked or run.
package forms

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"jahorina/app/workbook"
	"jahorina/templates"
	"jahorina/workflows/submission"
)

// Media types of forms.
const (
	XLSXType = workbook.MediaType
	DOCXType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
)

// Head is what a form says of itself, hidden from those who fill it in.
type Head struct {
	submission.FormHead
	DraftVersion int
	Organisation string // who fills it in
	Sector       string
}

// Form is a form with what is in it so far.
type Form struct {
	Head
	Title    string // of the consultation
	Document string // what is commented on
	Date     time.Time
	Places   []Place
	Rows     []Row
	Blank    int // rows left free in a table of a word processor; a spreadsheet has enough
	Text     *templates.Text
}

// Place is a provision one can comment on.
type Place struct{ Number, Text string }

// Row is a comment with the answer to it.
type Row struct {
	submission.ImportRow
	Answer string
}

// column of the layout; its heading is the text "forms.column.<name>", with ISO's
// English beneath.
type column struct {
	name, iso string
	width     float64 // in characters
}

var columns = []column{
	{"sender", "MB/NC", 14},
	{"line", "Line number", 9},
	{"clause", "Clause/Subclause", 12},
	{"part", "Paragraph/Figure/Table", 14},
	{"type", "Type of comment (ge/te/ed)", 11},
	{"comment", "Comments", 50},
	{"change", "Proposed change", 50},
	{"answer", "Observations of the secretariat", 40},
}

// typeColumn is the place of the type, which is chosen from a list.
const typeColumn = 4

// types of comments in the form, by ours.
var types = map[string]string{"general": "ge", "technical": "te", "editorial": "ed"}

// typeList is what a type can be, in the order of the template.
var typeList = []string{"ge", "te", "ed"}

// heading is what stands over a column: in the language of the form, and ISO's.
func (f *Form) heading(c column) string {
	own := f.Text.T("forms.column." + c.name)
	if strings.EqualFold(own, c.iso) {
		return own
	}
	return own + "\n" + c.iso
}

// block is what stands over the table: the headings, with ISO's after them, and what
// is said beside each.
func (f *Form) block() [][2]string {
	out := [][2]string{{"Date", f.Date.UTC().Format(time.DateOnly)}, {"Document", f.Document}, {"Project", f.Title}}
	for i, key := range []string{"date", "document", "project"} {
		if own := f.Text.T("forms." + key); own != out[i][0] {
			out[i][0] = own + " / " + out[i][0]
		}
	}
	return out
}

// cells of a row, in the order of the columns.
func (r Row) cells() []string {
	line, part := splitPart(r.Part)
	clause := r.Reference
	if r.Part == "" {
		line, clause = splitPart(r.Reference)
	}
	word := r.Type
	if short, ok := types[r.Type]; ok {
		word = short
	}
	return []string{r.Organisation, line, clause, part, word, r.Text, r.ProposedChange, r.Answer}
}

// A line number is kept before the rest of a place: "L12, Figure 2".
var lineBefore = regexp.MustCompile(`^L(\d{1,6}(?:[-–]\d{1,6})?)(?:, (.+))?$`)

var lineNumber = regexp.MustCompile(`^\d{1,6}(?:[-–]\d{1,6})?$`)

func splitPart(place string) (line, part string) {
	if m := lineBefore.FindStringSubmatch(place); m != nil {
		return m[1], m[2]
	}
	return "", place
}

// joinPart is the reverse.
func joinPart(line, part string) string {
	line, part = strings.TrimSpace(line), strings.TrimSpace(part)
	if lineNumber.MatchString(line) {
		line = "L" + line
	}
	if line != "" && part != "" {
		return line + ", " + part
	}
	return line + part
}

// The head of a form as pairs: in a hidden sheet, or in the properties of a document.
func (h Head) pairs() [][2]string {
	return [][2]string{
		{"jahorina.consultation", h.ConsultationID},
		{"jahorina.draft", h.DraftID},
		{"jahorina.draft_version", strconv.Itoa(h.DraftVersion)},
		{"jahorina.submission", h.SubmissionID},
		{"jahorina.organisation", h.Organisation},
		{"jahorina.sector", h.Sector},
	}
}

func (h *Head) take(name, value string) {
	switch name {
	case "jahorina.consultation":
		h.ConsultationID = value
	case "jahorina.draft":
		h.DraftID = value
	case "jahorina.draft_version":
		h.DraftVersion, _ = strconv.Atoi(value)
	case "jahorina.submission":
		h.SubmissionID = value
	case "jahorina.organisation":
		h.Organisation = value
	case "jahorina.sector":
		h.Sector = value
	}
}
