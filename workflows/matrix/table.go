package matrix

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"jahorina/workflows"
	"jahorina/workflows/table"
)

// Columns of a file, one line a cell.
var Columns = []string{
	"matrix_version", "layer", "state", "block", "row_no", "row_key", "weapon", "dimension", "mark", "reference", "reference_type", "remark", "as_of", "approved_on", "marking", "obligation_code",
}

// Limits of a file.
const (
	MaxBytes = 2 << 20
	MaxRows  = 3000
	MaxText  = 2000 // bytes of a cell
	MaxWord  = 60
)

// Line is a cell as a file has it.
type Line struct {
	MatrixVersion  string `json:"matrix_version" doc:"Of the form of the matrix, such as 2017"`
	Layer          string `json:"layer" doc:"committee_approved, national_proposal or self_assessment"`
	State          string `json:"state" doc:"Its code"`
	Block          string `json:"block" doc:"Paragraph of the resolution"`
	RowNo          int    `json:"row_no"`
	RowKey         string `json:"row_key"`
	Weapon         string `json:"weapon" doc:"NW, CW, BW, or - for the row as a whole"`
	Dimension      string `json:"dimension" doc:"legal or enforcement"`
	Mark           string `json:"mark" doc:"X, ?, NA or empty"`
	Reference      string `json:"reference" doc:"Several with semicolons between"`
	ReferenceType  string `json:"reference_type"`
	Remark         string `json:"remark"`
	AsOf           string `json:"as_of" doc:"YYYY-MM-DD or empty"`
	ApprovedOn     string `json:"approved_on" doc:"YYYY-MM-DD or empty"`
	Marking        string `json:"marking" doc:"TLP 2.0 label or empty"`
	ObligationCode string `json:"obligation_code" doc:"Several with semicolons between"`

	number int // in its file
}

func (l *Line) value() Value {
	return Value{l.Mark, l.Reference, l.ReferenceType, l.Remark, l.AsOf, l.ApprovedOn, l.Marking, l.ObligationCode}
}

// Cells of the line, in the order of Columns.
func (l *Line) Cells() []string {
	return []string{
		l.MatrixVersion, l.Layer, l.State, l.Block, strconv.Itoa(l.RowNo), l.RowKey, l.Weapon, l.Dimension, l.Mark, l.Reference, l.ReferenceType, l.Remark, l.AsOf, l.ApprovedOn, l.Marking, l.ObligationCode,
	}
}

// WriteCSV writes lines as CSV (RFC 4180, UTF-8, LF). The notes stand before the
// header, each on a line that begins with "#", which reading passes over. Cells that a
// spreadsheet would take for a formula get an apostrophe in front.
func WriteCSV(w io.Writer, notes []string, lines []Line) error {
	for _, n := range notes {
		if _, err := fmt.Fprintf(w, "# %s\n", strings.Join(strings.Fields(n), " ")); err != nil {
			return fmt.Errorf("write matrix: %w", err)
		}
	}
	out := csv.NewWriter(w)
	rows := [][]string{Columns}
	for i := range lines {
		cells := lines[i].Cells()
		for j, c := range cells {
			if c != "-" {
				cells[j] = table.Quoted(c)
			}
		}
		rows = append(rows, cells)
	}
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("write matrix: %w", err)
	}
	return nil
}

// Document is a matrix as JSON.
type Document struct {
	Notes []string `json:"notes,omitempty" nullable:"false" doc:"What the marks mean, and that they measure no compliance"`
	Cells []Line   `json:"cells" nullable:"false"`
}

// Parse reads a file of cells: JSON, or else CSV. A fault anywhere refuses all of
// it; the error is about the fields "file" and "line 7".
func Parse(source []byte) ([]Line, error) {
	switch {
	case len(source) > MaxBytes:
		return nil, workflows.Refuse(workflows.TooLarge, "file_too_large", "MaxMB", MaxBytes>>20)
	case !utf8.Valid(source):
		return nil, workflows.InvalidField("file", "not_utf8")
	case bytes.IndexByte(source, 0) >= 0:
		return nil, workflows.InvalidField("file", "has_nul")
	}
	if text := JSONOf(source); text != nil {
		return parseJSON(text)
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(source, bom)))
	r.Comment = '#'
	var records [][]string
	var numbers []int
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return Records(records, numbers)
		}
		var fault *csv.ParseError
		if errors.As(err, &fault) {
			return nil, workflows.InvalidField(fmt.Sprintf("line %d", fault.Line), "broken_row")
		}
		if err != nil {
			return nil, fmt.Errorf("read matrix: %w", err)
		}
		if len(records) > MaxRows {
			return nil, workflows.InvalidField("file", "too_many", "Max", MaxRows)
		}
		line, _ := r.FieldPos(0)
		records, numbers = append(records, record), append(numbers, line)
	}
}

var bom = []byte("\ufeff")

// JSONOf is the JSON that a file holds, nil if it is taken for a table.
func JSONOf(source []byte) []byte {
	if text := bytes.TrimSpace(bytes.TrimPrefix(source, bom)); bytes.HasPrefix(text, []byte("{")) {
		return text
	}
	return nil
}

func parseJSON(source []byte) ([]Line, error) {
	d := json.NewDecoder(bytes.NewReader(source))
	d.DisallowUnknownFields()
	var doc Document
	if err := d.Decode(&doc); err != nil || d.More() {
		return nil, workflows.InvalidField("file", "matrix_json")
	}
	if len(doc.Cells) > MaxRows {
		return nil, workflows.InvalidField("file", "too_many", "Max", MaxRows)
	}
	var p workflows.Problems
	for i := range doc.Cells {
		doc.Cells[i].number = i + 1
		doc.Cells[i].check(&p)
	}
	return whole(doc.Cells, p)
}

// Records reads the rows of a table, the first of which names the columns; numbers
// are their lines in the file.
func Records(records [][]string, numbers []int) ([]Line, error) {
	if len(records) < 2 {
		return nil, workflows.InvalidField("file", "empty_file")
	}
	if len(records) > MaxRows+1 {
		return nil, workflows.InvalidField("file", "too_many", "Max", MaxRows)
	}
	head := make([]string, len(records[0]))
	var p workflows.Problems
	for i, name := range records[0] {
		head[i] = strings.ToLower(strings.TrimSpace(name))
		if !slices.Contains(Columns, head[i]) || slices.Contains(head[:i], head[i]) {
			p.Add(fmt.Sprintf("line %d", numbers[0]), "unknown_column", "Name", name, "Columns", strings.Join(Columns, ", "))
		}
	}
	for _, name := range Columns {
		if !slices.Contains(head, name) {
			p.Add(fmt.Sprintf("line %d", numbers[0]), "missing_column", "Name", name)
		}
	}
	if err := p.Err(); err != nil {
		return nil, err
	}
	lines := make([]Line, 0, len(records)-1)
	for i, record := range records[1:] {
		l := lineOf(head, record, numbers[i+1], &p)
		l.check(&p)
		lines = append(lines, l)
	}
	return whole(lines, p)
}

func lineOf(head, record []string, number int, p *workflows.Problems) Line {
	by := map[string]string{}
	for i, name := range head {
		if i < len(record) {
			by[name] = table.Unquoted(record[i])
		}
	}
	no, err := strconv.Atoi(by["row_no"])
	if err != nil || strconv.Itoa(no) != by["row_no"] {
		p.Add(fmt.Sprintf("line %d", number), "matrix_number", "Column", "row_no")
	}
	return Line{
		MatrixVersion: by["matrix_version"], Layer: by["layer"], State: by["state"], Block: by["block"], RowNo: no, RowKey: by["row_key"], Weapon: by["weapon"], Dimension: by["dimension"],
		Mark: by["mark"], Reference: by["reference"], ReferenceType: by["reference_type"], Remark: by["remark"], AsOf: by["as_of"], ApprovedOn: by["approved_on"],
		Marking: by["marking"], ObligationCode: by["obligation_code"], number: number,
	}
}

var (
	goodVersion = regexp.MustCompile(`^\d{4}$`)
	goodState   = regexp.MustCompile(`^[A-Z0-9]{2,8}$`)
)

// check notes what is wrong with a line by itself.
func (l *Line) check(p *workflows.Problems) {
	at := fmt.Sprintf("line %d", l.number)
	word := func(column, value string, words []string) {
		if !slices.Contains(words, value) {
			p.Add(at, "cell_words", "Column", column, "Words", strings.TrimSuffix(strings.Join(words, ", "), ", "))
		}
	}
	if !goodVersion.MatchString(l.MatrixVersion) {
		p.Add(at, "matrix_number", "Column", "matrix_version")
	}
	if !goodState.MatchString(l.State) {
		p.Add(at, "bad_state_code")
	}
	word("layer", l.Layer, Layers)
	word("weapon", l.Weapon, Weapons)
	word("dimension", l.Dimension, Dimensions)
	l.checkValue(p, at)
	for column, value := range map[string]string{"block": l.Block, "row_key": l.RowKey} {
		switch {
		case strings.TrimSpace(value) == "":
			p.Add(at, "cell_required", "Column", column)
		case !utf8.ValidString(value) || strings.ContainsRune(value, 0):
			p.Add(at, "has_nul")
		}
		if len(value) > MaxWord {
			p.Add(at, "cell_long", "Column", column, "Max", MaxWord)
		}
	}
}

// checkValue notes what is wrong with what the cell says.
func (l *Line) checkValue(p *workflows.Problems, at string) {
	if !slices.Contains(Marks, l.Mark) {
		p.Add(at, "matrix_mark", "Mark", l.Mark)
	}
	if l.Marking == "TLP:RED" {
		p.Add(at, "matrix_red")
	} else if !slices.Contains(Markings, l.Marking) {
		p.Add(at, "cell_words", "Column", "marking", "Words", strings.Join(Markings[1:], ", "))
	}
	for _, value := range []string{l.AsOf, l.ApprovedOn} {
		if t, err := time.Parse(time.DateOnly, value); value != "" && (err != nil || t.Year() < 1900) {
			p.Add(at, "bad_day")
		}
	}
	texts := []struct{ column, value string }{{"reference", l.Reference}, {"reference_type", l.ReferenceType}, {"remark", l.Remark}, {"obligation_code", l.ObligationCode}}
	for _, t := range texts {
		switch {
		case len(t.value) > MaxText:
			p.Add(at, "cell_long", "Column", t.column, "Max", MaxText)
		case !utf8.ValidString(t.value) || strings.ContainsRune(t.value, 0):
			p.Add(at, "has_nul")
		case t.column != "remark" && strings.ContainsAny(t.value, "\r\n"):
			p.Add(at, "cell_lines", "Column", t.column)
		}
	}
	if n := len(Parts(l.ReferenceType)); n > 1 && n != len(Parts(l.Reference)) {
		p.Add(at, "matrix_types")
	}
}

// Parts are what stands between the semicolons of a cell.
func Parts(s string) []string {
	var out []string
	for part := range strings.SplitSeq(s, ";") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// whole adds what is wrong with a file as a whole.
func whole(lines []Line, p workflows.Problems) ([]Line, error) {
	if len(lines) == 0 {
		p.Add("file", "empty_file")
	}
	seen := map[string]int{}
	for i := range lines {
		l := &lines[i]
		name := strings.Join([]string{l.Layer, l.Block, l.RowKey, l.Weapon, l.Dimension}, " ")
		if first, twice := seen[name]; twice {
			p.Add(fmt.Sprintf("line %d", l.number), "cell_twice", "Code", name, "First", first)
		}
		seen[name] = l.number
		if l.MatrixVersion != lines[0].MatrixVersion || l.State != lines[0].State {
			p.Add(fmt.Sprintf("line %d", l.number), "matrix_mixed")
		}
	}
	return lines, p.Err()
}
