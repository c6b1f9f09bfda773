package implementation

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"jahorina/workflows"
	"jahorina/workflows/table"
)

// Columns of a table of statuses. Those in needed must be there when one is taken
// in; the others say what the row is about.
var (
	Columns = []string{"code", "instrument", "provision", "title", "status", "basis", "evidence", "figure", "as_of", "audience", "measures", "provisions"}
	needed  = []string{"code", "status", "evidence", "figure", "as_of", "audience"}
)

// What a status rests on. What is derived is passed over when a table is taken in.
const (
	BasisStated  = "stated"
	BasisDerived = "derived"
)

// Limits of a table.
const (
	maxBytes = 2 << 20
	maxRows  = 3000
)

// Line is a row of a table of statuses.
type Line struct {
	Number int // in its file
	Code   string
	Statement
}

// Basis is what the status of the row rests on, "" if it is unknown.
func (r *Row) Basis() string {
	switch {
	case r.Stated != nil:
		return BasisStated
	case r.Derived():
		return BasisDerived
	}
	return ""
}

// Cells are the row as a table has it, under Columns.
func (r *Row) Cells() []string {
	var s Statement
	if r.Stated != nil {
		s = r.Stated.Statement
	}
	var measures, places []string
	for _, m := range r.Measures {
		measures = append(measures, m.Number)
	}
	for _, p := range r.Provisions {
		places = append(places, p.Provision.Number)
	}
	return []string{
		r.Code, r.Instrument, r.Provision, r.Title, r.Status, r.Basis(), s.Evidence, s.Figure, s.AsOf, s.Audience, strings.Join(measures, "; "), strings.Join(places, "; "),
	}
}

// Parse reads a table of statuses, as CSV. Lines that begin with "#" are notes.
// The error is about the fields "file" and "line 7".
func Parse(source []byte) ([]Line, error) {
	t, err := table.Open(withoutNotes(source), maxBytes)
	if err != nil {
		return nil, err
	}
	rows, err := t.Rows(maxRows)
	if err != nil {
		return nil, err
	}
	return Records(t.Header, rows)
}

// withoutNotes empties the lines of notes, so that the others keep their numbers.
func withoutNotes(source []byte) []byte {
	lines := bytes.SplitAfter(bytes.TrimPrefix(source, []byte("\ufeff")), []byte("\n"))
	for i, l := range lines {
		if !bytes.HasPrefix(bytes.TrimPrefix(l, []byte(`"`)), []byte("#")) {
			break
		}
		lines[i] = []byte("\n")
	}
	return bytes.Join(lines, nil)
}

// Records reads the rows of a table under its header.
func Records(header []string, rows []table.Row) ([]Line, error) {
	at := map[string]int{}
	var p workflows.Problems
	for i, name := range header {
		name = strings.ToLower(strings.TrimSpace(name))
		if _, twice := at[name]; twice || !slices.Contains(Columns, name) {
			p.Add("line 1", "unknown_column", "Name", name, "Columns", strings.Join(Columns, ", "))
		}
		at[name] = i
	}
	for _, name := range needed {
		if _, there := at[name]; !there {
			p.Add("line 1", "missing_column", "Name", name)
		}
	}
	if err := p.Err(); err != nil {
		return nil, err
	}
	var out []Line
	for _, r := range rows {
		cell := func(name string) string {
			if i, there := at[name]; there && i < len(r.Cells) {
				return strings.TrimSpace(table.Unquoted(r.Cells[i]))
			}
			return ""
		}
		if basis := cell("basis"); basis == BasisDerived || cell("status") == Unknown {
			continue
		}
		out = append(out, Line{r.Line, cell("code"), Statement{cell("status"), cell("evidence"), cell("figure"), cell("as_of"), cell("audience")}})
	}
	if len(out) == 0 {
		return nil, workflows.InvalidField("file", "empty_file")
	}
	return out, nil
}

// Taken is what a table does, or would do.
type Taken struct {
	Added, Changed, Same int
}

// Take states what the lines say, all or none: a fault in any refuses all. With
// dry it only says what it would do. The error is about the fields "line 7".
func Take(tx *workflows.Tx, state string, lines []Line, dry bool) (*Taken, error) {
	w, err := newWriter(tx, state, !dry)
	if err != nil {
		return nil, err
	}
	if err := w.fit(lines); err != nil {
		return nil, err
	}
	out := &Taken{}
	for _, l := range lines {
		switch was := w.last[l.Code]; {
		case was.Version == 0:
			out.Added++
		case was.Statement == l.Statement:
			out.Same++
			continue
		default:
			out.Changed++
		}
		if dry {
			continue
		}
		if _, err := w.state(l.Code, l.Statement); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// fit puts the lines as they are kept, and finds what is wrong with any of them.
func (w *writer) fit(lines []Line) error {
	var p workflows.Problems
	first := map[string]int{}
	for i := range lines {
		l := &lines[i]
		l.Statement = l.clean(w.tx.Now)
		at := fmt.Sprintf("line %d", l.Number)
		for _, f := range l.check(w.tx.Now) {
			p = append(p, workflows.FieldError{Field: at, Key: f.Key, Args: f.Args})
		}
		switch {
		case !w.codes[l.Code]:
			p.Add(at, "unknown_obligation", "Code", l.Code)
		case first[l.Code] > 0:
			p.Add(at, "cell_twice", "Code", l.Code, "First", first[l.Code])
		}
		first[l.Code] = l.Number
	}
	return p.Err()
}
