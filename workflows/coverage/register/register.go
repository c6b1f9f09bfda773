// Package register reads the tables that the register of obligations is written
// in: the one that ships with the program, those of states that add to it, and
// tables that say which provision serves which obligation. A table is taken
// whole or not at all, and every fault is told with its line. It holds no right
// and stores nothing.
package register

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"jahorina/workflows"
	"jahorina/workflows/stakeholder"
)

//go:embed obligations.csv
var shipped []byte

// Themes an obligation can have.
var Themes = []string{"nuclear", "chemical", "biological", "means_of_delivery", "cross_cutting"}

// Kinds of measure that an obligation can call for.
var Kinds = []string{"legislation", "regulatory_enforcement", "infrastructure_expertise", "procedures", "resources", "sustainability"}

// Marks say how far somebody has read the text of the instrument, from wholly to
// not at all.
var Marks = []string{"verified", "partly_verified", "from_general_knowledge"}

// Row is one obligation as its table has it.
type Row struct {
	Line       int `json:"-"`
	Code       string
	Instrument string
	Provision  string // article or paragraph
	Theme      string
	Kind       string // of measure called for
	Title      string
	Summary    string // in our own words
	Lead       string // who usually has it
	Sectors    []string
	Checked    string // one of Marks
	Source     string
}

// Limits of one text, in bytes.
const (
	MaxCode = 40
	maxText = 2000
)

var goodCode = regexp.MustCompile(`^[A-Z0-9]+(-[A-Z0-9]+)*$`)

// Columns of a table of obligations.
var Columns = []string{"code", "instrument", "provision", "theme", "kind", "title", "summary", "lead", "sectors", "checked", "source"}

// Shipped is the register that comes with the program.
func Shipped() ([]Row, error) {
	rows, err := Parse(shipped)
	if err != nil {
		return nil, fmt.Errorf("read the shipped register: %w", err)
	}
	return rows, nil
}

// Parse reads a table of obligations. Every column must be there, in any order.
// The error is a *workflows.Error about the fields "file" and "line 7".
func Parse(source []byte) ([]Row, error) {
	lines, err := read(source, Columns)
	if err != nil {
		return nil, err
	}
	var p workflows.Problems
	known := map[string]int{}
	rows := make([]Row, 0, len(lines))
	for _, l := range lines {
		r := l.row(&p)
		if first, twice := known[r.Code]; twice {
			p.Add(l.name(), "cell_twice", "Code", r.Code, "First", first)
		}
		known[r.Code] = l.number
		rows = append(rows, r)
	}
	return rows, p.Err()
}

func (l line) row(p *workflows.Problems) Row {
	r := Row{
		Line: l.number, Code: l.text(p, "code", MaxCode), Instrument: l.text(p, "instrument", workflows.MaxName),
		Provision: l.text(p, "provision", workflows.MaxName), Theme: l.word(p, "theme", Themes), Kind: l.word(p, "kind", Kinds),
		Title: l.text(p, "title", workflows.MaxName), Summary: l.text(p, "summary", maxText), Lead: l.text(p, "lead", workflows.MaxName),
		Checked: l.word(p, "checked", Marks), Source: l.text(p, "source", maxText), Sectors: []string{},
	}
	r.Code = r.Code[strings.LastIndexByte(r.Code, ':')+1:] // as lists have it, with the state before
	if l.cells["code"] != "" && !goodCode.MatchString(r.Code) {
		p.Add(l.name(), "cell_code")
	}
	for part := range strings.SplitSeq(l.cells["sectors"], ";") {
		s := word(part)
		switch {
		case s == "" || slices.Contains(r.Sectors, s):
		case !slices.Contains(stakeholder.Sectors, s):
			p.Add(l.name(), "cell_words", "Column", "sectors", "Words", strings.Join(stakeholder.Sectors, ", "))
		default:
			r.Sectors = append(r.Sectors, s)
		}
	}
	if len(r.Sectors) == 0 {
		p.Add(l.name(), "cell_required", "Column", "sectors")
	}
	return r
}

// SHA256 is the hash of what the row says.
func (r Row) SHA256() (string, error) {
	raw, err := workflows.JSON(r)
	return workflows.SHA256(raw), err
}

// Link says that a provision serves an obligation.
type Link struct {
	Line       int
	Provision  string // number, as printed in the draft
	Obligation string // code
}

// Links reads a table with the columns provision and obligation. A cell with
// several codes, with semicolons between, is as many links.
func Links(source []byte) ([]Link, error) {
	lines, err := read(source, []string{"provision", "obligation"})
	if err != nil {
		return nil, err
	}
	var p workflows.Problems
	var out []Link
	for _, l := range lines {
		number, codes := l.text(&p, "provision", workflows.MaxName), l.text(&p, "obligation", maxText)
		for code := range strings.SplitSeq(codes, ";") {
			if code = strings.TrimSpace(code); code != "" {
				out = append(out, Link{l.number, number, code})
			}
		}
	}
	if len(out) > MaxRows {
		p.Add("file", "too_many", "Max", MaxRows)
	}
	return out, p.Err()
}
