package api

import (
	"net/http"
	"time"

	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/matrix"
)

// registerMatrix declares the calls on the 1540 matrices.
func (s *server) registerMatrix() {
	read(s, call{path: "/matrices", id: "list-matrices", summary: "1540 matrices of which the asker may see anything", public: true}, matrices)
	read(s, call{path: "/matrices/{id}", id: "matrix", summary: "What the cells of a matrix say now, as in a file", public: true}, matrixCells)
	read(s, call{path: "/matrices/{id}/cell", id: "matrix-cell", summary: "All that a cell said, in every layer, the newest first", public: true}, matrixCell)
	write(s, call{method: http.MethodPost, path: "/matrices/{id}/cell", id: "put-matrix-cell", summary: "Say what a cell of a layer is from now on"}, putMatrixCell)
	write(s, call{method: http.MethodPost, path: "/matrices/{id}/files", id: "take-matrix-file", summary: "Add what a file says to a matrix"}, takeMatrix)
	read(s, call{path: "/matrices/{id}/strays", id: "matrix-strays", summary: "Rows and codes of files that have no place yet"}, matrixStrays)
	write(s, call{method: http.MethodPost, path: "/matrix-strays/{id}/settlement", id: "settle-matrix-stray", summary: "Say where a row or code belongs"}, settleMatrixStray)
	read(s, call{path: MatrixSchemaPath, id: "matrix-schema", summary: "JSON Schema of a matrix as JSON, which files that are taken in are held to", public: true}, matrixSchema)
	read(s, call{path: "/matrix-comparison", id: "compare-matrices", summary: "Matrices side by side", public: true}, compareMatrices)
}

// BookView names a matrix.
type BookView struct {
	ID     string `json:"id" doc:"BA is the state's own, BA:HR that of HR as BA has received it"`
	State  string `json:"state"`
	Holder string `json:"holder" doc:"Who keeps it"`
}

func viewBook(b matrix.Book) BookView { return BookView{b.ID(), b.State, b.Holder} }

func matrices(tx *workflows.Tx, _ *struct{}) (list[BookView], error) {
	books, err := matrix.Books(tx)
	return listOf(books, "", viewBook), err
}

// matrixNotes go with every matrix that leaves.
func matrixNotes(text *templates.Text, lines []matrix.Line) []string {
	notes := []string{text.T("matrix.note"), text.T("matrix.mark.done"), text.T("matrix.mark.unsure"), text.T("matrix.mark.na"), text.T("matrix.mark.blank")}
	if label := matrix.Marking(lines); label != "" {
		notes = append([]string{label}, notes...)
	}
	return notes
}

func matrixCells(tx *workflows.Tx, in *struct {
	ByID
	Layer string `query:"layer" doc:"committee_approved, national_proposal or self_assessment; all that the asker may see if not given"`
	Whole bool   `query:"whole" doc:"With the cells that say nothing yet"`
},
) (matrix.Document, error) {
	m, err := matrix.Get(tx, matrix.BookOf(in.ID))
	if err != nil {
		return matrix.Document{}, err
	}
	lines := m.Lines(in.Layer, in.Whole)
	return matrix.Document{Notes: matrixNotes(askerOf(tx.Context()).text, lines), Cells: lines}, nil
}

// CellQuery names a cell.
type CellQuery struct {
	Row       string `query:"row" doc:"Its row_key"`
	Weapon    string `query:"weapon" doc:"NW, CW, BW, or - for the row as a whole"`
	Dimension string `query:"dimension" doc:"legal or enforcement"`
}

func (c CellQuery) cell() matrix.Cell {
	return matrix.Cell{Key: c.Row, Weapon: c.Weapon, Dimension: c.Dimension}
}

// MatrixEntryView is what a cell said from an instant on.
type MatrixEntryView struct {
	Layer         string    `json:"layer"`
	Version       int64     `json:"version" doc:"Of the cell in its layer"`
	Mark          string    `json:"mark"`
	Reference     string    `json:"reference"`
	ReferenceType string    `json:"reference_type"`
	Remark        string    `json:"remark"`
	AsOf          string    `json:"as_of"`
	ApprovedOn    string    `json:"approved_on"`
	Marking       string    `json:"marking"`
	MatrixVersion string    `json:"matrix_version" doc:"Of the file it came from"`
	SourceKey     string    `json:"source_key" doc:"Its row_key there"`
	Author        string    `json:"author"`
	At            time.Time `json:"at"`
}

func viewMatrixEntry(e matrix.Entry) MatrixEntryView {
	return MatrixEntryView{
		e.Layer, e.Version, e.Mark, e.Reference, e.ReferenceType, e.Remark, e.AsOf, e.ApprovedOn, e.Marking, e.MatrixVersion, e.SourceKey, e.AuthorName, e.CreatedAt.UTC(),
	}
}

// MatrixHistoryView is a cell, with the note that goes with every matrix.
type MatrixHistoryView struct {
	Note    string            `json:"note"`
	Entries []MatrixEntryView `json:"entries" nullable:"false"`
}

func matrixCell(tx *workflows.Tx, in *struct {
	ByID
	CellQuery
},
) (MatrixHistoryView, error) {
	entries, err := matrix.History(tx, matrix.BookOf(in.ID), in.cell())
	return MatrixHistoryView{askerOf(tx.Context()).text.T("matrix.note"), listOf(entries, "", viewMatrixEntry).Items}, err
}

// MatrixCellIn is what a cell is to say.
type MatrixCellIn struct {
	Layer         string `json:"layer" doc:"national_proposal or self_assessment"`
	Mark          string `json:"mark" doc:"X, ?, NA or empty"`
	Reference     string `json:"reference,omitempty" doc:"Several with semicolons between"`
	ReferenceType string `json:"reference_type,omitempty"`
	Remark        string `json:"remark,omitempty"`
	AsOf          string `json:"as_of,omitempty" doc:"YYYY-MM-DD"`
	Marking       string `json:"marking,omitempty" doc:"TLP 2.0 label"`
	Version       int64  `json:"version,omitempty" doc:"That the writer saw; 0 if the cell said nothing"`
}

func putMatrixCell(tx *workflows.Tx, in *struct {
	Once
	ByID
	CellQuery
	Body MatrixCellIn
},
) (MatrixEntryView, error) {
	b := in.Body
	v := matrix.Value{Mark: b.Mark, Reference: b.Reference, ReferenceType: b.ReferenceType, Remark: b.Remark, AsOf: b.AsOf, Marking: b.Marking}
	e, err := matrix.Put(tx, matrix.BookOf(in.ID), in.cell(), b.Layer, v, b.Version)
	if err != nil {
		return MatrixEntryView{}, err
	}
	return viewMatrixEntry(*e), nil
}

// MatrixFileIn is a file of cells.
type MatrixFileIn struct {
	Name   string `json:"name,omitempty" maxLength:"255"`
	Table  string `json:"table" doc:"CSV, or JSON as it is read here, of the form at /schemas/matrix.json. A line with a fault refuses the whole"`
	DryRun bool   `json:"dry_run,omitempty" doc:"Only say what it would do"`
}

// MatrixTakenView is what a file does, or would do.
type MatrixTakenView struct {
	Added   int               `json:"added"`
	Changed int               `json:"changed"`
	Same    int               `json:"same"`
	Strays  []MatrixStrayView `json:"strays" nullable:"false" doc:"What has no place; at most 100"`
	Left    int               `json:"left" doc:"How many strays are not shown"`
}

// MatrixStrayView is a row or a code of a file that has no place.
type MatrixStrayView struct {
	ID     string      `json:"id"`
	Line   int         `json:"line"`
	Reason string      `json:"reason" doc:"unknown_row, no_counterpart or unknown_obligation"`
	Cell   matrix.Line `json:"cell"`
}

func viewMatrixStray(s matrix.Stray) MatrixStrayView {
	return MatrixStrayView{s.ID, s.Line, s.Reason, s.Content}
}

func takeMatrix(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body MatrixFileIn
},
) (MatrixTakenView, error) {
	lines, err := ParseMatrix([]byte(in.Body.Table))
	if err != nil {
		return MatrixTakenView{}, err
	}
	r, err := matrix.Take(tx, matrix.BookOf(in.ID), in.Body.Name, in.Body.Table, lines, in.Body.DryRun)
	if err != nil {
		return MatrixTakenView{}, err
	}
	return MatrixTakenView{r.Added, r.Changed, r.Same, listOf(r.Strays, "", viewMatrixStray).Items, r.Left}, nil
}

func matrixStrays(tx *workflows.Tx, in *struct {
	ByID
	Paged
},
) (list[MatrixStrayView], error) {
	rows, next, err := matrix.Strays(tx, matrix.BookOf(in.ID), in.page())
	return listOf(rows, next, viewMatrixStray), err
}

// MatrixSettleIn says where a stray belongs.
type MatrixSettleIn struct {
	As string `json:"as" doc:"The row_key, or the code of an obligation; empty leaves it out"`
}

func settleMatrixStray(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body MatrixSettleIn
},
) (BookView, error) {
	b, err := matrix.Settle(tx, in.ID, in.Body.As)
	return viewBook(b), err
}

// BesideView is a cell of several matrices.
type BesideView struct {
	Block     string   `json:"block"`
	RowKey    string   `json:"row_key"`
	Weapon    string   `json:"weapon"`
	Dimension string   `json:"dimension"`
	Marks     []string `json:"marks" nullable:"false" doc:"In the order of the matrices asked for"`
	Shared    bool     `json:"shared" doc:"Blank or in doubt in two or more"`
	Apart     bool     `json:"apart" doc:"Done in one, blank or in doubt in another"`
}

// ComparisonView lays matrices side by side. It counts nothing.
type ComparisonView struct {
	Note  string       `json:"note"`
	Cells []BesideView `json:"cells" nullable:"false"`
}

func compareMatrices(tx *workflows.Tx, in *struct {
	States []string `query:"state,explode" doc:"Ids of matrices, at most 6"`
	Layer  string   `query:"layer" doc:"If not given, what is approved, else what is proposed"`
},
) (ComparisonView, error) {
	var books []matrix.Book
	for _, id := range in.States {
		books = append(books, matrix.BookOf(id))
	}
	rows, err := matrix.Compare(tx, books, in.Layer)
	return ComparisonView{askerOf(tx.Context()).text.T("matrix.note"), listOf(rows, "", func(b matrix.Beside) BesideView {
		return BesideView{b.Row.Block, b.Row.Key, b.Cell.Weapon, b.Cell.Dimension, append([]string{}, b.Marks...), b.Shared, b.Apart}
	}).Items}, err
}
