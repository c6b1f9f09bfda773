package matrix

import (
	"fmt"
	"slices"
	"strings"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/coverage"
	"jahorina/workflows/stakeholder"
)

// Taken is what a file does to a matrix, or would do.
type Taken struct {
	Added   int // cells of which nothing was known in their layer
	Changed int
	Same    int // cells that say so already
	Strays  []Stray
	Left    int // of strays in the list beside these
}

// maxTold bounds the strays that a report names.
const maxTold = 100

// Take adds what a file says to the matrix: all of it, or nothing if any line does
// not fit. What the file does not name stays, and so does what each cell said
// before. With dry it only says what it would do.
func Take(tx *workflows.Tx, b Book, name string, source string, lines []Line, dry bool) (*Taken, error) {
	if err := tx.Check("matrix", "import", policies.Target{State: b.Holder}); err != nil {
		return nil, err
	}
	s, err := theShape()
	if err != nil {
		return nil, err
	}
	if err := fits(s, b, lines); err != nil {
		return nil, err
	}
	if !dry {
		if err := hold(tx, b); err != nil {
			return nil, err
		}
	}
	t := &taker{tx: tx, book: b, shape: s, out: &Taken{}, now: map[string]*Entry{}}
	if err := t.load(); err != nil {
		return nil, err
	}
	t.file = &File{
		ID: workflows.NewID(), HolderCode: b.Holder, StateCode: b.State, MatrixVersion: lines[0].MatrixVersion, Name: name,
		ContentSHA256: workflows.SHA256(source), RowCount: len(lines), CreatedBy: tx.Actor.ID, CreatedAt: tx.Now,
	}
	if err := t.sort(lines); err != nil {
		return nil, err
	}
	if !dry {
		if err := t.write(); err != nil {
			return nil, err
		}
	}
	t.out.Strays = t.strays
	if len(t.strays) > maxTold {
		t.out.Strays, t.out.Left = t.strays[:maxTold], len(t.strays)-maxTold
	}
	return t.out, nil
}

// hold keeps others from writing to a matrix of the holder until the end.
func hold(tx *workflows.Tx, b Book) error {
	var held stakeholder.State
	return tx.Lock(&held, false, "code = ?", b.Holder)
}

// fits refuses lines that speak of another state, or of a row that stands
// elsewhere in the matrix.
func fits(s *shape, b Book, lines []Line) error {
	var p workflows.Problems
	for i := range lines {
		l := &lines[i]
		at := fmt.Sprintf("line %d", l.number)
		if l.State != b.State || !goodState.MatchString(b.State) {
			p.Add(at, "matrix_state", "State", b.State)
		}
		if row := s.row(l.RowKey); l.MatrixVersion == Version && row != nil && (row.Block != l.Block || row.No != l.RowNo) {
			p.Add(at, "matrix_place", "Key", l.RowKey, "Block", row.Block, "Number", row.No)
		}
	}
	return p.Err()
}

type taker struct {
	tx      *workflows.Tx
	book    Book
	shape   *shape
	file    *File
	now     map[string]*Entry // by layer and cell
	known   map[string]bool   // obligations
	entries []Entry
	strays  []Stray
	out     *Taken
}

func place(layer string, c Cell) string {
	return strings.Join([]string{layer, c.Key, c.Weapon, c.Dimension}, " ")
}

func (t *taker) load() error {
	current, err := newest(t.tx, t.book)
	if err != nil {
		return err
	}
	for i := range current {
		t.now[place(current[i].Layer, current[i].Cell())] = &current[i]
	}
	t.known = map[string]bool{}
	var codes []string
	if err := t.tx.DB().Model(&coverage.Obligation{}).Pluck("code", &codes).Error; err != nil {
		return fmt.Errorf("read obligations: %w", err)
	}
	for _, c := range codes {
		t.known[c] = true
	}
	return nil
}

// sort finds the place of each line.
func (t *taker) sort(lines []Line) error {
	var p workflows.Problems
	taken := map[string]int{}
	for i := range lines {
		l := &lines[i]
		key, reason := t.keyOf(l)
		if reason != "" {
			t.stray(l, reason)
			continue
		}
		c := Cell{key, l.Weapon, l.Dimension}
		if first, twice := taken[place(l.Layer, c)]; twice {
			p.Add(fmt.Sprintf("line %d", l.number), "cell_twice", "Code", place(l.Layer, c), "First", first)
		}
		taken[place(l.Layer, c)] = l.number
		if slices.ContainsFunc(Parts(l.ObligationCode), func(code string) bool { return !t.known[code] }) {
			t.stray(l, UnknownObligation)
		}
		t.entry(l, c)
	}
	return p.Err()
}

// keyOf is the row that the line is of now, or why there is none.
func (t *taker) keyOf(l *Line) (key, reason string) {
	if l.MatrixVersion == Version {
		if t.shape.row(l.RowKey) == nil {
			return "", UnknownRow
		}
		return l.RowKey, ""
	}
	key, there := t.shape.from[l.MatrixVersion+" "+l.RowKey]
	switch {
	case !there:
		return "", UnknownRow
	case key == "":
		return "", NoCounterpart
	}
	return key, ""
}

func (t *taker) stray(l *Line, reason string) {
	t.strays = append(t.strays, Stray{
		ID: workflows.NewID(), FileID: t.file.ID, HolderCode: t.book.Holder, StateCode: t.book.State, Line: l.number, Content: *l, Reason: reason, CreatedAt: t.tx.Now,
	})
}

func (t *taker) entry(l *Line, c Cell) {
	was := t.now[place(l.Layer, c)]
	switch {
	case was == nil:
		t.out.Added++
	case was.Value == l.value():
		t.out.Same++
		return
	default:
		t.out.Changed++
	}
	e := entryOf(t.tx, t.book, c, l, was)
	e.FileID = &t.file.ID
	t.entries = append(t.entries, e)
}

// entryOf is what the line makes of a cell that said was before.
func entryOf(tx *workflows.Tx, b Book, c Cell, l *Line, was *Entry) Entry {
	e := Entry{
		ID: workflows.NewID(), HolderCode: b.Holder, StateCode: b.State, Layer: l.Layer, RowKey: c.Key, Weapon: c.Weapon, Dimension: c.Dimension, Version: 1,
		Value: l.value(), Audience: audience(b, l.Layer, l.Marking), MatrixVersion: l.MatrixVersion, SourceKey: l.RowKey,
		Author: tx.Actor.ID, AuthorName: tx.Actor.Name, CreatedAt: tx.Now,
	}
	if was != nil {
		e.Version = was.Version + 1
	}
	return e
}

func (t *taker) write() error {
	if err := t.tx.Insert(t.file); err != nil {
		return fmt.Errorf("keep the file: %w", err)
	}
	for some := range slices.Chunk(t.entries, 100) {
		if err := t.tx.Insert(some); err != nil {
			return fmt.Errorf("add to the matrix: %w", err)
		}
	}
	for some := range slices.Chunk(t.strays, 100) {
		if err := t.tx.Insert(some); err != nil {
			return fmt.Errorf("keep what has no place: %w", err)
		}
	}
	return t.tx.Record(workflows.Entry{
		State: t.book.Holder, Action: "import", Object: "matrix", ObjectID: t.file.ID, SHA256: t.file.ContentSHA256,
		Reason: fmt.Sprintf("%s: %d + %d, %d", t.book.ID(), t.out.Added, t.out.Changed, len(t.strays)),
	})
}

// Put says what a cell of a layer is from now on. What the Committee approved comes
// by import alone. version is the one the writer saw, 0 if the cell said nothing.
func Put(tx *workflows.Tx, b Book, c Cell, layer string, v Value, version int64) (*Entry, error) {
	if err := tx.Check("matrix", "edit", policies.Target{State: b.Holder}); err != nil {
		return nil, err
	}
	s, err := theShape()
	if err != nil {
		return nil, err
	}
	if err := c.check(s); err != nil {
		return nil, err
	}
	if !slices.Contains(Layers, layer) {
		return nil, workflows.InvalidField("layer", "not_one_of", "Words", strings.Join(Layers[1:], ", "))
	}
	if layer == Approved || !b.Own() {
		return nil, workflows.Refuse(workflows.Conflict, "matrix_import_only")
	}
	row := s.row(c.Key)
	l := Line{
		MatrixVersion: Version, Layer: layer, State: b.State, Block: row.Block, RowNo: row.No, RowKey: c.Key, Weapon: c.Weapon, Dimension: c.Dimension,
		Mark: v.Mark, Reference: v.Reference, ReferenceType: v.ReferenceType, Remark: v.Remark, AsOf: v.AsOf, ApprovedOn: v.ApprovedOn, Marking: v.Marking,
		ObligationCode: strings.Join(row.Codes(c.Weapon, c.Dimension), ";"),
	}
	if err := l.faults(); err != nil {
		return nil, err
	}
	return put(tx, b, c, &l, version)
}

// faults are what is wrong with a value typed, at the fields of its form.
func (l *Line) faults() error {
	var all workflows.Problems
	for _, f := range []struct {
		name string
		line Line
	}{
		{"mark", Line{Mark: l.Mark}},
		{"reference", Line{Reference: l.Reference}},
		{"reference_type", Line{Reference: l.Reference, ReferenceType: l.ReferenceType}},
		{"remark", Line{Remark: l.Remark}},
		{"as_of", Line{AsOf: l.AsOf}},
		{"marking", Line{Marking: l.Marking}},
	} {
		f.line.checkValue(&all, f.name)
	}
	return all.Err()
}

func put(tx *workflows.Tx, b Book, c Cell, l *Line, version int64) (*Entry, error) {
	if err := hold(tx, b); err != nil {
		return nil, err
	}
	was, err := current(tx, b, c, l.Layer)
	if err != nil {
		return nil, err
	}
	if was != nil && version >= 0 && was.Version != version || was == nil && version > 0 {
		return nil, workflows.Refuse(workflows.Stale, "stale")
	}
	if was != nil && was.Value == l.value() {
		return was, nil
	}
	e := entryOf(tx, b, c, l, was)
	if err := tx.Insert(&e); err != nil {
		return nil, fmt.Errorf("add to the matrix: %w", err)
	}
	return &e, tx.Record(workflows.Entry{
		State: b.Holder, Action: "edit", Object: "matrix", ObjectID: e.ID, Reason: b.ID() + " " + place(l.Layer, c),
	})
}

// Settle says where a stray belongs: the row with the key, or the obligation; ""
// leaves it out. A row that is placed becomes what the cell says.
func Settle(tx *workflows.Tx, id, as string) (Book, error) {
	var stray Stray
	if err := tx.Lock(&stray, false, "id = ?", id); err != nil {
		return Book{}, err
	}
	b := Book{stray.HolderCode, stray.StateCode}
	if err := tx.Check("matrix", "read", policies.Target{State: b.Holder, Confidentiality: "confidential"}); err != nil {
		return b, err
	}
	if err := tx.Check("matrix", "import", policies.Target{State: b.Holder}); err != nil {
		return b, err
	}
	if stray.SettledAt != nil {
		return b, workflows.Refuse(workflows.Stale, "stale")
	}
	if as = strings.TrimSpace(as); as != "" {
		if err := stray.place(tx, b, as); err != nil {
			return b, err
		}
	}
	res := tx.DB().Model(&Stray{}).Where("id = ? AND settled_at IS NULL", id).Updates(map[string]any{"settled_as": as, "settled_by": tx.Actor.ID, "settled_at": tx.Now})
	if res.Error != nil || res.RowsAffected != 1 {
		return b, fmt.Errorf("settle a stray: %d rows, %w", res.RowsAffected, res.Error)
	}
	return b, tx.Record(workflows.Entry{State: b.Holder, Action: "import", Object: "matrix", ObjectID: id, Reason: b.ID() + " " + as})
}

func (stray *Stray) place(tx *workflows.Tx, b Book, as string) error {
	s, err := theShape()
	if err != nil {
		return err
	}
	l := stray.Content
	key := as
	if stray.Reason == UnknownObligation {
		if _, _, err := coverage.Get(tx, as); err != nil {
			return workflows.InvalidField("as", "unknown_obligation", "Code", as)
		}
		t := taker{shape: s}
		if key, _ = t.keyOf(&l); key == "" {
			return workflows.InvalidField("as", "matrix_row", "Key", l.RowKey)
		}
		l.ObligationCode = as
	}
	if s.row(key) == nil {
		return workflows.InvalidField("as", "matrix_row", "Key", key)
	}
	_, err = put(tx, b, Cell{key, l.Weapon, l.Dimension}, &l, -1)
	return err
}
