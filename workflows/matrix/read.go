package matrix

import (
	"fmt"
	"slices"
	"strings"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/stakeholder"
)

// newest are the last entries of each cell and layer, whoever they are for.
func newest(tx *workflows.Tx, b Book) ([]Entry, error) {
	var out []Entry
	err := tx.DB().Where("holder_code = ? AND state_code = ?", b.Holder, b.State).
		Where(`NOT EXISTS (SELECT 1 FROM matrix_entries l WHERE l.holder_code = matrix_entries.holder_code AND l.state_code = matrix_entries.state_code AND l.layer = matrix_entries.layer
			AND l.row_key = matrix_entries.row_key AND l.weapon = matrix_entries.weapon AND l.dimension = matrix_entries.dimension AND l.version > matrix_entries.version)`).
		Order("id").Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("read the matrix: %w", err)
	}
	return out, nil
}

func current(tx *workflows.Tx, b Book, c Cell, layer string) (*Entry, error) {
	var out []Entry
	err := tx.DB().Where("holder_code = ? AND state_code = ? AND layer = ? AND row_key = ? AND weapon = ? AND dimension = ?", b.Holder, b.State, layer, c.Key, c.Weapon, c.Dimension).
		Order("version DESC").Limit(1).Find(&out).Error
	if err != nil || len(out) == 0 {
		return nil, err
	}
	return &out[0], nil
}

// Matrix is what the reader may see of a matrix: what its cells say now.
type Matrix struct {
	Book    Book
	Rows    []Row
	Layers  []string // that have anything the reader may see
	Whole   bool     // the reader is of the holder's own people
	entries map[string]*Entry
	shape   *shape
}

// Get reads the matrix, as far as the actor may. A cell whose last entry is not for
// them is blank, whatever it said before.
func Get(tx *workflows.Tx, b Book) (*Matrix, error) {
	if _, err := stakeholder.GetState(tx, b.Holder); err != nil {
		return nil, err
	}
	seen, err := Audiences(tx, b)
	if err != nil {
		return nil, err
	}
	s, err := theShape()
	if err != nil {
		return nil, err
	}
	all, err := newest(tx, b)
	if err != nil {
		return nil, err
	}
	m := &Matrix{Book: b, Rows: s.rows, Whole: slices.Contains(seen, Inside), entries: map[string]*Entry{}, shape: s}
	for i := range all {
		if e := &all[i]; slices.Contains(seen, e.Audience) {
			m.entries[place(e.Layer, e.Cell())] = e
		}
	}
	for _, l := range Layers {
		for _, e := range m.entries {
			if e.Layer == l {
				m.Layers = append(m.Layers, l)
				break
			}
		}
	}
	return m, nil
}

// Entry is what the cell says in the layer, nil if that is unknown.
func (m *Matrix) Entry(layer string, c Cell) *Entry { return m.entries[place(layer, c)] }

// Mark of a cell in the layer, "" if unknown.
func (m *Matrix) Mark(layer string, c Cell) string {
	if e := m.Entry(layer, c); e != nil {
		return e.Mark
	}
	return ""
}

// Views cut a matrix down to cells that somebody should look at.
var Views = []string{"unsure", "blank", "unenforced", "differ", "since_approval"}

// In says whether the cell is one of the view: marked "?"; blank; with X for the
// law and none for enforcement; in which layers differ; changed after the Committee
// approved it. All cells are in "".
func (m *Matrix) In(view, layer string, c Cell) bool {
	switch view {
	case "unsure":
		return m.Mark(layer, c) == "?"
	case "blank":
		return m.Mark(layer, c) == "" && (c.Weapon != "-" || m.Entry(layer, c) != nil)
	case "unenforced":
		return c.Dimension == "enforcement" && m.Mark(layer, c) != "X" && m.Mark(layer, Cell{c.Key, c.Weapon, "legal"}) == "X"
	case "differ":
		return m.differ(c)
	case "since_approval":
		approved := m.Entry(Approved, c)
		return approved != nil && approved.ApprovedOn != "" && slices.ContainsFunc(Layers[1:], func(l string) bool {
			e := m.Entry(l, c)
			return e != nil && e.AsOf > approved.ApprovedOn
		})
	}
	return true
}

func (m *Matrix) differ(c Cell) bool {
	var first *Entry
	for _, l := range Layers {
		e := m.Entry(l, c)
		if e != nil && first != nil && e.Mark != first.Mark {
			return true
		}
		if first == nil {
			first = e
		}
	}
	return false
}

// Cells are the places of the row: each weapon and dimension, and the row as a
// whole where a file has spoken of that.
func (m *Matrix) Cells(key string) []Cell {
	var out []Cell
	for _, w := range Weapons {
		for _, d := range Dimensions {
			c := Cell{key, w, d}
			if w != "-" || slices.ContainsFunc(Layers, func(l string) bool { return m.Entry(l, c) != nil }) {
				out = append(out, c)
			}
		}
	}
	return out
}

// Lines are the cells of a layer ("": of all that have any) as a file has them, in
// the order of the matrix. whole adds the cells that say nothing yet.
func (m *Matrix) Lines(layer string, whole bool) []Line {
	layers := m.Layers
	if layer != "" {
		layers = []string{layer}
	}
	out := []Line{}
	for _, layer := range layers {
		for i := range m.Rows {
			for _, c := range m.Cells(m.Rows[i].Key) {
				e := m.Entry(layer, c)
				if e == nil && (!whole || c.Weapon == "-") {
					continue
				}
				out = append(out, m.line(&m.Rows[i], layer, c, e))
			}
		}
	}
	return out
}

func (m *Matrix) line(r *Row, layer string, c Cell, e *Entry) Line {
	l := Line{MatrixVersion: Version, Layer: layer, State: m.Book.State, Block: r.Block, RowNo: r.No, RowKey: r.Key, Weapon: c.Weapon, Dimension: c.Dimension}
	if e == nil {
		l.ObligationCode = strings.Join(r.Codes(c.Weapon, c.Dimension), ";")
		return l
	}
	l.Mark, l.Reference, l.ReferenceType, l.Remark, l.AsOf, l.ApprovedOn, l.Marking, l.ObligationCode = e.Mark, e.Reference, e.ReferenceType, e.Remark, e.AsOf, e.ApprovedOn, e.Marking, e.ObligationCode
	return l
}

// Marking is the strictest label among the lines, "" if none has any.
func Marking(lines []Line) string {
	most := 0
	for _, l := range lines {
		most = max(most, slices.Index(Markings, l.Marking))
	}
	return Markings[most]
}

// FindRow is the row with the key.
func FindRow(key string) (*Row, error) {
	s, err := theShape()
	if err != nil {
		return nil, err
	}
	if r := s.row(key); r != nil {
		return r, nil
	}
	return nil, workflows.Refuse(workflows.NotFound, "not_found")
}

// History is everything the cell said that the actor may see, in all layers, the
// newest first.
func History(tx *workflows.Tx, b Book, c Cell) ([]Entry, error) {
	m, err := Get(tx, b)
	if err != nil {
		return nil, err
	}
	if err := c.check(m.shape); err != nil {
		return nil, err
	}
	seen, err := Audiences(tx, b)
	if err != nil {
		return nil, err
	}
	var out []Entry
	err = tx.DB().Where("holder_code = ? AND state_code = ? AND row_key = ? AND weapon = ? AND dimension = ? AND audience IN ?", b.Holder, b.State, c.Key, c.Weapon, c.Dimension, seen).
		Order("created_at DESC, id DESC").Limit(workflows.MaxLimit).Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("read what a cell said: %w", err)
	}
	// What was raised to a stricter marking is gone for those outside, with its past.
	return slices.DeleteFunc(out, func(e Entry) bool { return m.Entry(e.Layer, c) == nil }), nil
}

// Strays are the rows and codes of files taken in that nobody has found a place
// for, for those who take files in.
func Strays(tx *workflows.Tx, b Book, page workflows.Page) ([]Stray, string, error) {
	if err := tx.Check("matrix", "import", policies.Target{State: b.Holder}); err != nil {
		return nil, "", err
	}
	q := tx.DB().Model(&Stray{}).Where("holder_code = ? AND state_code = ? AND settled_at IS NULL", b.Holder, b.State)
	return workflows.Rows(q, "id", page, func(s Stray) string { return s.ID })
}

// Books are the matrices that have anything the actor may see.
func Books(tx *workflows.Tx) ([]Book, error) {
	var all []Entry
	err := tx.DB().Select("holder_code, state_code, audience").Distinct().Order("state_code, holder_code").Find(&all).Error
	if err != nil {
		return nil, fmt.Errorf("read matrices: %w", err)
	}
	var out []Book
	for _, e := range all {
		b := Book{e.HolderCode, e.StateCode}
		if slices.Contains(out, b) {
			continue
		}
		if seen, err := Audiences(tx, b); err == nil && slices.Contains(seen, e.Audience) {
			out = append(out, b)
		}
	}
	return out, nil
}

// MaxCompared bounds the matrices that are shown side by side.
const MaxCompared = 6

// Beside is a cell of several matrices.
type Beside struct {
	Row    *Row
	Cell   Cell
	Marks  []string // in the order of the matrices
	Shared bool     // two or more are blank or in doubt
	Apart  bool     // one has X where another is blank or in doubt
}

// Compare lays matrices side by side: of each the layer asked for, or "": what the
// Committee approved and, where that is silent, what the state would tell it. It
// counts nothing and ranks nobody.
func Compare(tx *workflows.Tx, books []Book, layer string) ([]Beside, error) {
	if len(books) > MaxCompared {
		return nil, workflows.InvalidField("state", "too_many", "Max", MaxCompared)
	}
	if layer != "" && !slices.Contains(Layers, layer) {
		return nil, workflows.InvalidField("layer", "not_one_of", "Words", strings.Join(Layers, ", "))
	}
	var all []*Matrix
	for _, b := range books {
		m, err := Get(tx, b)
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	s, err := theShape()
	if err != nil {
		return nil, err
	}
	var out []Beside
	for i := range s.rows {
		for _, w := range Weapons[:3] {
			for _, d := range Dimensions {
				out = append(out, beside(&s.rows[i], Cell{s.rows[i].Key, w, d}, all, layer))
			}
		}
	}
	return out, nil
}

func beside(r *Row, c Cell, all []*Matrix, layer string) Beside {
	out := Beside{Row: r, Cell: c}
	open, done := 0, 0
	for _, m := range all {
		mark := m.Mark(layer, c)
		if layer == "" {
			if mark = m.Mark(Approved, c); mark == "" {
				mark = m.Mark(Proposal, c)
			}
		}
		out.Marks = append(out.Marks, mark)
		switch mark {
		case "", "?":
			open++
		case "X":
			done++
		}
	}
	out.Shared, out.Apart = open > 1, open > 0 && done > 0
	return out
}
