package web

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"jahorina/app/api"
	"jahorina/policies"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/coverage"
	"jahorina/workflows/matrix"
	"jahorina/workflows/stakeholder"
)

// matricesView is where matrices are found and chosen for comparison.
type matricesView struct {
	Books []matrixItem
	Own   []templates.Link // of states whose matrix the reader may change
}

type matrixItem struct{ ID, Name, Href string }

func matrixPath(b matrix.Book) string { return "/matrix/" + b.ID() }

// bookName names a matrix by its state, and by who keeps it where that is another.
func (q *request) bookName(tx *workflows.Tx, b matrix.Book) string {
	name := q.stateName(tx, b.State)
	if b.Own() {
		return name
	}
	return q.text.T("matrix.held", "State", name, "Holder", q.stateName(tx, b.Holder))
}

func (q *request) stateName(tx *workflows.Tx, code string) string {
	s, err := stakeholder.GetState(tx, code)
	if err != nil {
		return code // a neighbour that has no place here
	}
	return s.Name
}

func matricesPage(q *request) error {
	tx := q.read()
	books, err := matrix.Books(tx)
	if err != nil {
		return err
	}
	var v matricesView
	for _, b := range books {
		v.Books = append(v.Books, matrixItem{b.ID(), q.bookName(tx, b), matrixPath(b)})
	}
	states, err := stakeholder.States(tx)
	if err != nil {
		return err
	}
	for _, s := range states {
		if tx.May("matrix", "edit", policies.Target{State: s.Code}) {
			v.Own = append(v.Own, templates.Link{Label: s.Name, Href: "/matrix/" + s.Code})
		}
	}
	return q.show("public/matrices", q.text.T("matrix.title"), v)
}

// matrixView is a layer of a matrix.
type matrixView struct {
	Book                  matrix.Book
	Name, Marking         string
	Layer, Block, View    string
	Layers, Blocks, Views []templates.Option
	Heads                 []string // of the columns of cells
	Groups                []matrixGroup
	Exports               []templates.Link
	MayImport, Any        bool
}

type matrixGroup struct {
	Block string
	Rows  []matrixRow
}

type matrixRow struct {
	No    int
	Label string
	Cells []matrixMark
}

// matrixMark is a cell in a table. Out says that it is not of the view asked for.
type matrixMark struct {
	Mark, Head, Href, Name string
	Out                    bool
}

func matrixPage(q *request) error {
	tx := q.read()
	m, err := matrix.Get(tx, matrix.BookOf(q.c.Param("id")))
	if err != nil {
		return err
	}
	v := matrixView{
		Book: m.Book, Name: q.bookName(tx, m.Book), Layer: q.layer(m), Block: q.c.Query("block"), View: q.c.Query("view"), Any: len(m.Layers) > 0,
		MayImport: tx.May("matrix", "import", policies.Target{State: m.Book.Holder}),
	}
	if v.View != "" && !slices.Contains(matrix.Views, v.View) {
		return workflows.InvalidField("view", "not_one_of", "Words", strings.Join(matrix.Views, ", "))
	}
	for _, l := range matrix.Layers {
		if m.Whole || slices.Contains(m.Layers, l) || l == v.Layer {
			v.Layers = append(v.Layers, templates.Option{Value: l, Label: q.text.T("matrix.layer." + l)})
		}
	}
	v.Blocks = []templates.Option{{Label: q.text.T("obligations.all")}}
	v.Views = q.choices("matrix.view", matrix.Views)
	v.Heads = q.matrixHeads()
	v.fill(q, m)
	lines := m.Lines(v.Layer, false)
	v.Marking = matrix.Marking(lines)
	query := "?" + url.Values{"layer": {v.Layer}}.Encode()
	for _, form := range []string{"csv", "json", "xlsx"} {
		v.Exports = append(v.Exports, templates.Link{Label: strings.ToUpper(form), Href: matrixPath(m.Book) + "/cells." + form + query})
	}
	v.Exports = append(v.Exports, templates.Link{Label: "JSON Schema", Href: "/api/v1" + api.MatrixSchemaPath})
	return q.show("public/matrix", q.text.T("matrix.of", "State", v.Name), v)
}

// layer is the one asked for, or the first with anything in it.
func (q *request) layer(m *matrix.Matrix) string {
	asked := q.c.Query("layer")
	switch {
	case slices.Contains(matrix.Layers, asked):
		return asked
	case len(m.Layers) > 0:
		return m.Layers[0]
	}
	return matrix.Approved
}

func (q *request) matrixHeads() []string {
	var out []string
	for _, w := range matrix.Weapons[:3] {
		for _, d := range matrix.Dimensions {
			out = append(out, q.cellHead(w, d))
		}
	}
	return out
}

func (q *request) cellHead(weapon, dimension string) string {
	if weapon == "-" {
		weapon = "all"
	}
	return q.text.T("matrix.column", "Weapon", q.text.T("matrix.weapon."+weapon), "Dimension", q.text.T("matrix.dimension."+dimension))
}

func (v *matrixView) fill(q *request, m *matrix.Matrix) {
	for i := range m.Rows {
		r := &m.Rows[i]
		if !slices.ContainsFunc(v.Blocks, func(o templates.Option) bool { return o.Value == r.Block }) {
			v.Blocks = append(v.Blocks, templates.Option{Value: r.Block, Label: r.Block})
		}
		if v.Block != "" && v.Block != r.Block {
			continue
		}
		row := matrixRow{No: r.No, Label: r.Label}
		any := false
		for _, c := range m.Cells(r.Key) {
			in := m.In(v.View, v.Layer, c)
			any = any || in
			row.Cells = append(row.Cells, q.matrixMark(m.Book, r, c, m.Mark(v.Layer, c), !in))
		}
		if !any {
			continue
		}
		if n := len(v.Groups); n == 0 || v.Groups[n-1].Block != r.Block {
			v.Groups = append(v.Groups, matrixGroup{Block: r.Block})
		}
		g := &v.Groups[len(v.Groups)-1]
		g.Rows = append(g.Rows, row)
	}
}

func (q *request) matrixMark(b matrix.Book, r *matrix.Row, c matrix.Cell, mark string, out bool) matrixMark {
	head := q.cellHead(c.Weapon, c.Dimension)
	shown := mark
	if mark == "" {
		shown = q.text.T("matrix.blank")
	}
	return matrixMark{Mark: mark, Head: head, Href: cellPath(b, c), Name: q.text.T("matrix.cell", "Row", r.Label, "Column", head, "Mark", shown), Out: out}
}

func cellPath(b matrix.Book, c matrix.Cell) string {
	return matrixPath(b) + "/cell?" + url.Values{"row": {c.Key}, "weapon": {c.Weapon}, "dimension": {c.Dimension}}.Encode()
}

// matrixCellView is one cell in all its layers, side by side, with what it said
// before.
type matrixCellView struct {
	Back, Name, Column, Block string
	Label, Here               string
	Obligations               []obligationItem
	Layers                    []layerView
	History                   []historyView
	Edit                      string // the layer that the form is for
	Marks, Markings           []templates.Option
	Entry                     matrix.Entry // what the form begins with
	Version                   int64
}

type layerView struct {
	Layer, Change string
	Entry         *matrix.Entry
	Sources       []sourceView
	AsOf          *time.Time
	ApprovedOn    *time.Time
}

type sourceView struct{ Text, Type string }

type historyView struct {
	Layer string
	Entry matrix.Entry
}

func (q *request) matrixCell() matrix.Cell {
	return matrix.Cell{Key: q.c.Query("row"), Weapon: q.c.Query("weapon"), Dimension: q.c.Query("dimension")}
}

func matrixCellPage(q *request) error {
	tx, b, c := q.read(), matrix.BookOf(q.c.Param("id")), q.matrixCell()
	history, err := matrix.History(tx, b, c)
	if err != nil {
		return err
	}
	row, err := matrix.FindRow(c.Key)
	if err != nil {
		return err
	}
	m, err := matrix.Get(tx, b)
	if err != nil {
		return err
	}
	v := matrixCellView{
		Back: matrixPath(b), Name: q.bookName(tx, b), Column: q.cellHead(c.Weapon, c.Dimension), Block: row.Block, Label: row.Label, Here: cellPath(b, c), Edit: q.c.Query("edit"),
		Markings: []templates.Option{{Label: q.text.T("matrix.marking_none")}},
	}
	if q.form != nil {
		v.Edit = q.form.Get("layer")
	}
	for _, code := range row.Codes(c.Weapon, c.Dimension) {
		o, _, err := coverage.Get(tx, code)
		if err != nil {
			return err
		}
		v.Obligations = append(v.Obligations, itemOf(o))
	}
	mayEdit := b.Own() && tx.May("matrix", "edit", policies.Target{State: b.Holder})
	for _, l := range matrix.Layers {
		if m.Whole || m.Entry(l, c) != nil {
			v.Layers = append(v.Layers, viewLayer(l, m.Entry(l, c), mayEdit && l != matrix.Approved, v.Here))
		}
	}
	for _, e := range history {
		v.History = append(v.History, historyView{e.Layer, e})
	}
	if !mayEdit || !slices.Contains(matrix.Layers[1:], v.Edit) {
		v.Edit = ""
	}
	if e := m.Entry(v.Edit, c); e != nil {
		v.Entry, v.Version = *e, e.Version
	}
	for _, mark := range []string{"X", "?", "NA", ""} {
		v.Marks = append(v.Marks, templates.Option{Value: mark, Label: q.text.T("matrix.mark." + markName(mark))})
	}
	for _, l := range matrix.Markings[1:] {
		v.Markings = append(v.Markings, templates.Option{Value: l, Label: l})
	}
	return q.show("public/matrix_cell", q.text.T("matrix.cell_title", "Row", row.Label, "Column", v.Column), v)
}

// markName is how a mark is called in keys of texts.
func markName(mark string) string {
	return map[string]string{"X": "done", "?": "unsure", "NA": "na", "": "blank"}[mark]
}

func viewLayer(layer string, e *matrix.Entry, editable bool, here string) layerView {
	v := layerView{Layer: layer, Entry: e}
	if editable {
		v.Change = here + "&edit=" + layer + "#edit"
	}
	if e == nil {
		return v
	}
	types := matrix.Parts(e.ReferenceType)
	for i, text := range matrix.Parts(e.Reference) {
		s := sourceView{Text: text}
		switch {
		case i < len(types):
			s.Type = types[i]
		case len(types) == 1:
			s.Type = types[0]
		}
		v.Sources = append(v.Sources, s)
	}
	v.AsOf, v.ApprovedOn = dayRead(e.AsOf), dayRead(e.ApprovedOn)
	return v
}

func dayRead(s string) *time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return nil // none given
	}
	return &t
}

func putMatrixCell(q *request, tx *workflows.Tx) (done, error) {
	b, c, f := matrix.BookOf(q.c.Param("id")), q.matrixCell(), q.form
	seen, err := q.number("seen")
	if err != nil {
		return done{}, err
	}
	if err := tx.Check("matrix", "edit", policies.Target{State: b.Holder}); err != nil {
		return done{}, err
	}
	v := matrix.Value{
		Mark: f.Get("mark"), Reference: strings.TrimSpace(f.Get("reference")), ReferenceType: strings.TrimSpace(f.Get("reference_type")), Remark: strings.TrimSpace(f.Get("remark")),
		AsOf: strings.TrimSpace(f.Get("as_of")), Marking: f.Get("marking"),
	}
	if _, err := matrix.Put(tx, b, c, f.Get("layer"), v, int64(seen)); err != nil {
		return done{}, err
	}
	return done{to: cellPath(b, c), flash: "matrix_saved"}, nil
}

// compareMatricesView is several matrices side by side.
type compareMatricesView struct {
	Books                 []matrixItem
	Query                 string
	Layer, Block, View    string
	Layers, Blocks, Views []templates.Option
	Rows                  []besideRow
}

type besideRow struct {
	Label, Block, Column string
	Marks                []matrixMark
	Shared, Apart        bool
	Gaps                 []templates.Link // to add it to the gaps between states
}

// compareViews cut the comparison down.
var compareViews = []string{"shared", "apart", "all"}

func compareMatricesPage(q *request) error {
	tx := q.read()
	v := compareMatricesView{Layer: q.c.Query("layer"), Block: q.c.DefaultQuery("block", "OP2"), View: q.c.DefaultQuery("view", "shared")}
	if !slices.Contains(compareViews, v.View) {
		return workflows.InvalidField("view", "not_one_of", "Words", strings.Join(compareViews, ", "))
	}
	var books []matrix.Book
	for _, id := range q.c.QueryArray("state") {
		if b := matrix.BookOf(id); !slices.Contains(books, b) {
			books = append(books, b)
		}
	}
	found, err := matrix.Compare(tx, books, v.Layer)
	if err != nil {
		return err
	}
	for _, b := range books {
		v.Books = append(v.Books, matrixItem{b.ID(), q.bookName(tx, b), matrixPath(b)})
	}
	v.Layers = []templates.Option{{Label: q.text.T("matrix.layer_known")}}
	for _, l := range matrix.Layers {
		v.Layers = append(v.Layers, templates.Option{Value: l, Label: q.text.T("matrix.layer." + l)})
	}
	for _, view := range compareViews {
		v.Views = append(v.Views, templates.Option{Value: view, Label: q.text.T("matrix.compare." + view)})
	}
	v.fill(q, tx, books, found)
	return q.show("public/matrices_compare", q.text.T("matrix.compare_title"), v)
}

func (v *compareMatricesView) fill(q *request, tx *workflows.Tx, books []matrix.Book, found []matrix.Beside) {
	for _, f := range found {
		if !slices.ContainsFunc(v.Blocks, func(o templates.Option) bool { return o.Value == f.Row.Block }) {
			v.Blocks = append(v.Blocks, templates.Option{Value: f.Row.Block, Label: f.Row.Block})
		}
		if f.Row.Block != v.Block || v.View == "shared" && !f.Shared || v.View == "apart" && !f.Apart {
			continue
		}
		row := besideRow{Label: f.Row.Label, Block: f.Row.Block, Column: q.cellHead(f.Cell.Weapon, f.Cell.Dimension), Shared: f.Shared, Apart: f.Apart}
		if f.Shared || f.Apart {
			row.Gaps = gapLinks(tx, f.Row.Codes(f.Cell.Weapon, f.Cell.Dimension)...)
		}
		for i, mark := range f.Marks {
			cell := q.matrixMark(books[i], f.Row, f.Cell, mark, false)
			cell.Head = v.Books[i].Name
			row.Marks = append(row.Marks, cell)
		}
		v.Rows = append(v.Rows, row)
	}
}
