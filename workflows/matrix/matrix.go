// Package matrix keeps 1540 matrices: of each state what the Committee has
// approved, what the state would tell it, and how the state sees itself, in three
// layers that never overwrite each other. What a cell said before is kept. A
// neighbour's table that was received is kept apart from what the neighbour
// writes itself, and is for those alone who received it.
//
// It refuses to turn marks into a number: a matrix is a means of dialogue and of
// help, and no measure of compliance. What is restricted leaves by no way out:
// every reading begins with the audiences that the reader is of.
package matrix

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"jahorina/policies"
	"jahorina/workflows"
)

// Layers of a matrix.
const (
	Approved = "committee_approved" // by the Committee; comes by import alone
	Proposal = "national_proposal"  // what we would tell the Committee
	Self     = "self_assessment"    // for the state's own people alone
)

// The words of a matrix. An empty mark is kept as one. The weapon "-" is a row
// as a whole, whatever the weapon.
var (
	Layers     = []string{Approved, Proposal, Self}
	Marks      = []string{"X", "?", "NA", ""}
	Weapons    = []string{"NW", "CW", "BW", "-"}
	Dimensions = []string{"legal", "enforcement"}
	Markings   = []string{"", "TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT"} // FIRST TLP 2.0
)

// Version is that of the rows we keep.
const Version = "2017"

// Row is a row of the matrix.
type Row struct {
	Block string // paragraph of the resolution
	No    int
	Key   string
	Label string // in our own words, in English
	// Obligations behind each cell, by weapon and dimension ("NW legal").
	Obligations map[string][]string
}

// Codes are the obligations behind a cell; of the row as a whole, all of them.
func (r *Row) Codes(weapon, dimension string) []string {
	if weapon != "-" {
		return r.Obligations[weapon+" "+dimension]
	}
	var out []string
	for _, w := range Weapons[:3] {
		for _, c := range r.Obligations[w+" "+dimension] {
			if !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	return out
}

//go:embed rows.csv
var rowsFile string

//go:embed versions.csv
var versionsFile string

// shape is the matrix without marks.
type shape struct {
	rows []Row
	at   map[string]int    // place of a row by its key
	from map[string]string // "2013 transfer": its key now; "" if it has none
}

var theShape = sync.OnceValues(readShape)

// Rows are the rows of the matrix in their usual order.
func Rows() ([]Row, error) {
	s, err := theShape()
	if err != nil {
		return nil, err
	}
	return s.rows, nil
}

func readShape() (*shape, error) {
	s := &shape{at: map[string]int{}, from: map[string]string{}}
	lines, err := csv.NewReader(strings.NewReader(rowsFile)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read the rows of the matrix: %w", err)
	}
	for _, l := range lines[1:] {
		no, err := strconv.Atoi(l[2])
		if err != nil || l[0] != Version {
			return nil, fmt.Errorf("read the rows of the matrix: %v", l)
		}
		if _, there := s.at[l[3]]; !there {
			s.at[l[3]] = len(s.rows)
			s.rows = append(s.rows, Row{Block: l[1], No: no, Key: l[3], Label: l[4], Obligations: map[string][]string{}})
		}
		s.rows[s.at[l[3]]].Obligations[l[5]+" "+l[6]] = strings.Split(l[7], ";")
	}
	versions, err := csv.NewReader(strings.NewReader(versionsFile)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read the versions of the matrix: %w", err)
	}
	for _, l := range versions[1:] {
		s.from[l[0]+" "+l[1]] = l[3]
	}
	return s, nil
}

func (s *shape) row(key string) *Row {
	i, there := s.at[key]
	if !there {
		return nil
	}
	return &s.rows[i]
}

// Cell names a place of the matrix.
type Cell struct{ Key, Weapon, Dimension string }

func (c Cell) check(s *shape) error {
	if s.row(c.Key) == nil || !slices.Contains(Weapons, c.Weapon) || !slices.Contains(Dimensions, c.Dimension) {
		return workflows.Refuse(workflows.NotFound, "not_found")
	}
	return nil
}

// Value is what a cell says.
type Value struct {
	Mark           string
	Reference      string // several with semicolons between
	ReferenceType  string // of each, likewise
	Remark         string
	AsOf           string // YYYY-MM-DD, or empty
	ApprovedOn     string
	Marking        string // TLP
	ObligationCode string
}

// Entry is what a cell of a layer said from an instant on.
type Entry struct {
	ID            string
	HolderCode    string
	StateCode     string
	Layer         string
	RowKey        string
	Weapon        string
	Dimension     string
	Version       int64
	Value         `gorm:"embedded"`
	Audience      string
	MatrixVersion string // of the file it came from
	SourceKey     string // the row's key there
	FileID        *string
	Author        string
	AuthorName    string
	CreatedAt     time.Time
}

// TableName is where GORM keeps entries.
func (Entry) TableName() string { return "matrix_entries" }

// Cell is the entry's place.
func (e *Entry) Cell() Cell { return Cell{e.RowKey, e.Weapon, e.Dimension} }

// File is one that was taken in.
type File struct {
	ID            string
	HolderCode    string
	StateCode     string
	MatrixVersion string
	Name          string
	ContentSHA256 string `gorm:"column:content_sha256"`
	RowCount      int
	CreatedBy     string
	CreatedAt     time.Time
}

// TableName is where GORM keeps files.
func (File) TableName() string { return "matrix_files" }

// Stray is what of a file has no place: a row, or an obligation's code.
type Stray struct {
	ID         string
	FileID     string
	HolderCode string
	StateCode  string
	Line       int
	Content    Line `gorm:"serializer:json"`
	Reason     string
	CreatedAt  time.Time
	SettledAs  *string
	SettledBy  string
	SettledAt  *time.Time
}

// TableName is where GORM keeps strays.
func (Stray) TableName() string { return "matrix_strays" }

// Reasons of a stray.
const (
	UnknownRow        = "unknown_row"
	NoCounterpart     = "no_counterpart"
	UnknownObligation = "unknown_obligation"
)

// Book is a matrix: of which state, and who keeps it.
type Book struct{ Holder, State string }

// BookOf reads an id: "BA" is the state's own, "BA:HR" the one of HR that BA has
// received.
func BookOf(id string) Book {
	holder, state, held := strings.Cut(id, ":")
	if !held {
		state = holder
	}
	return Book{holder, state}
}

// ID is how addresses name it.
func (b Book) ID() string {
	if b.Own() {
		return b.State
	}
	return b.Holder + ":" + b.State
}

// Own says whether the state itself keeps it.
func (b Book) Own() bool { return b.Holder == b.State }

// Audiences of an entry, from the widest.
const (
	Public    = "public"    // everyone
	Community = "community" // ministries of all states here, observers
	Inside    = "state"     // the holder's own people
)

// audience is who an entry is for.
func audience(b Book, layer, marking string) string {
	switch {
	case !b.Own() || layer == Self:
		return Inside
	case marking == "TLP:CLEAR" || marking == "" && layer == Approved:
		return Public
	case marking == "TLP:GREEN":
		return Community
	}
	return Inside // nobody has said that it may go out
}

// Audiences that the actor is of. It is the one check that pages, API and
// exports go through.
func Audiences(tx *workflows.Tx, b Book) ([]string, error) {
	var out []string
	if !goodState.MatchString(b.State) {
		return nil, workflows.Refuse(workflows.NotFound, "not_found")
	}
	for _, a := range []struct {
		name, confidentiality string
	}{{Public, "public"}, {Community, "participants"}, {Inside, "confidential"}} {
		t := policies.Target{State: b.Holder, Public: a.name == Public && b.Own(), Confidentiality: a.confidentiality}
		if tx.May("matrix", "read", t) || a.name == Community && b.Own() && compares(tx) {
			out = append(out, a.name)
		}
	}
	if len(out) == 0 || !b.Own() && !slices.Contains(out, Inside) {
		return nil, workflows.Refuse(workflows.NotFound, "not_found")
	}
	return out, nil
}

// compares says whether the actor works for a ministry, of whatever state.
func compares(tx *workflows.Tx) bool {
	return slices.ContainsFunc(tx.Actor.Roles, func(h policies.Held) bool {
		return tx.May("matrix", "compare", policies.Target{State: h.State})
	})
}
