package forms

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"jahorina/app/archive"
	"jahorina/app/documents"
	"jahorina/app/workbook"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/submission"
	"jahorina/workflows/table"
)

// Limits of what is read.
const (
	MaxFile = 5 << 20  // bytes
	MaxRows = 5000     // with something in them
	MaxCell = 64 << 10 // bytes; what is longer than a comment may be is told by its row
	maxText = 4 << 20  // bytes in all cells
)

// Table is a form that came back.
type Table struct {
	Head
	Rows []submission.ImportRow
}

// Reader reads forms in the languages of the interface.
type Reader struct {
	headings map[string]string // folded heading -> name of the column
	types    map[string]string // folded word -> our type
	sectors  map[string]string
	levels   map[string]string // of confidentiality
}

// grid is a table as it stands in a file: row by row.
type grid []gridRow

type gridRow struct {
	workbook.Row
	key string
}

// Read reads a file of any kind a form can be: XLSX, DOCX, or CSV. Errors are
// *workflows.Error about the field "file", or about "line <n>".
func (r *Reader) Read(content []byte) (*Table, error) {
	grids, head, err := open(content)
	if err != nil {
		return nil, err
	}
	for _, g := range grids {
		if at, where := r.header(g); at >= 0 {
			rows, err := r.rows(g[at+1:], where)
			return &Table{Head: head, Rows: rows}, err
		}
	}
	return nil, archive.Unread("form_no_table")
}

// ImportRows reads comments of several senders: a form, the CSV that
// documents.CommentsCSV reads, or a file of comments as it left here, CSV in any
// language or JSON.
func (r *Reader) ImportRows(content []byte) ([]submission.ImportRow, error) {
	if bytes.HasPrefix(bytes.TrimSpace(content), []byte("[")) {
		return readJSON(content)
	}
	var named error // why the columns are not those of documents.CommentsCSV
	if !archive.Is(content) && !archive.IsCompound(content) {
		rows, err := documents.CommentsCSV(content)
		if err == nil || !ofHeader(err) {
			return rows, err
		}
		named = err
	}
	t, err := r.Read(content)
	if err != nil {
		return nil, cmp.Or(named, err)
	}
	for i := range t.Rows {
		row := &t.Rows[i]
		if row.Organisation == "" || strings.EqualFold(row.Organisation, t.Organisation) {
			row.Organisation = t.Organisation
			if row.Sector == "" {
				row.Sector = t.Sector
			}
		}
		row.Key = ""
	}
	return t.Rows, nil
}

// ofHeader says whether an error is about the names of columns alone.
func ofHeader(err error) bool {
	var e *workflows.Error
	if !errors.As(err, &e) {
		return false
	}
	return !slices.ContainsFunc(e.Fields, func(f workflows.FieldError) bool {
		return f.Key != "unknown_column" && f.Key != "missing_column"
	})
}

// readJSON reads a list of comments, each under the names that the API uses.
func readJSON(content []byte) ([]submission.ImportRow, error) {
	if len(content) > MaxFile {
		return nil, workflows.Refuse(workflows.TooLarge, "file_too_large", "MaxMB", MaxFile>>20)
	}
	var all []struct {
		Organisation    string `json:"organisation"`
		Sector          string `json:"sector"`
		Provision       string `json:"provision"`
		Reference       string `json:"reference"`
		Type            string `json:"type"`
		Text            string `json:"text"`
		ProposedChange  string `json:"proposed_change"`
		Language        string `json:"language"`
		Confidentiality string `json:"confidentiality"`
	}
	if !utf8.Valid(content) {
		return nil, archive.Unread("not_utf8")
	}
	if json.Unmarshal(content, &all) != nil {
		return nil, archive.Unread("file_damaged")
	}
	var rows []submission.ImportRow
	for i, c := range all {
		rows = append(rows, submission.ImportRow{
			Line: i + 1, Organisation: c.Organisation, Sector: c.Sector, Reference: cmp.Or(c.Provision, c.Reference), Part: part(c.Provision, c.Reference),
			Type: c.Type, Text: c.Text, ProposedChange: c.ProposedChange, Language: c.Language, Confidentiality: c.Confidentiality,
		})
	}
	return rows, nil
}

// part is what is said of a place beyond its number; without a number it is the place.
func part(number, reference string) string {
	if number == "" {
		return ""
	}
	return reference
}

func open(content []byte) ([]grid, Head, error) {
	switch {
	case len(content) == 0:
		return nil, Head{}, archive.Unread("empty_file")
	case len(content) > MaxFile:
		return nil, Head{}, workflows.Refuse(workflows.TooLarge, "file_too_large", "MaxMB", MaxFile>>20)
	case !archive.Is(content) && !archive.IsCompound(content):
		g, err := readCSV(content)
		return []grid{g}, Head{}, err
	}
	a, err := archive.Open(content)
	if err != nil {
		return nil, Head{}, err
	}
	switch {
	case a.Has("xl/workbook.xml"):
		return readXLSX(content)
	case a.Has("word/document.xml"):
		return readDOCX(a)
	}
	return nil, Head{}, archive.Unread("form_no_table")
}

// readCSV reads a table of any columns.
func readCSV(content []byte) (grid, error) {
	rows, err := table.Loose(content, MaxFile, workbook.MaxRows)
	var g grid
	for _, r := range rows {
		g = append(g, gridRow{Row: workbook.Row{Line: r.Line, Cells: r.Cells}})
	}
	return g, err
}

// NewReader makes a reader of the languages.
func NewReader(locales *templates.Locales) *Reader {
	r := &Reader{map[string]string{}, map[string]string{}, map[string]string{}, map[string]string{}}
	for name, others := range alsoCalled {
		for _, heading := range others {
			r.headings[heading] = name
		}
	}
	for _, t := range locales.All() {
		for _, c := range columns {
			r.headings[folded(t.T("forms.column."+c.name))] = c.name
		}
		for name, as := range exported {
			if heading := folded(t.T("works.column." + name)); r.headings[heading] == "" {
				r.headings[heading] = as
			}
		}
		for _, word := range submission.CommentTypes {
			r.types[folded(t.T("comment.type."+word))] = word
		}
		for _, word := range stakeholder.Sectors {
			r.sectors[folded(t.T("sector."+word))] = word
		}
		for _, word := range submission.Confidentialities {
			r.levels[folded(t.T("confidentiality."+word))] = word
		}
	}
	for _, c := range columns {
		r.headings[folded(c.iso)] = c.name
	}
	r.headings[folded(keyHeading)] = keyColumn
	for word, short := range types {
		r.types[short], r.types[word] = word, word
	}
	return r
}

// alsoCalled are other headings of the template, in its editions since 2001, and of
// our own tables, folded.
var alsoCalled = map[string][]string{
	"sender":          {"mb", "nc", "mbnc", "memberbody", "organisation", "organization", "country"},
	"line":            {"line", "lineno"},
	"clause":          {"clause", "subclause", "clausenumber", "clauseno", "clausenosubclauseno", "clausenosubclausenoannex", "section"},
	"part":            {"paragraph", "paragraphfiguretablenote", "figuretable"},
	"type":            {"type", "typeofcom", "typeofcomment"},
	"comment":         {"comment", "commentbythemb", "commentjustificationforchangebythemb", "commentandrationale"},
	"change":          {"proposedchangebythemb", "proposedchanges", "change"},
	"answer":          {"secretariatobservations", "secretariatobservationsoneachcommentsubmitted", "observationsofsecretariat"},
	"sector":          {"sector"},
	"language":        {"language"},
	"confidentiality": {"confidentiality"},
}

// exported are the columns of a file of comments as it leaves (app/works), by ours.
var exported = map[string]string{
	"organisation": "sender", "sector": "sector", "provision": "clause", "reference": "place", "type": "type", "text": "comment",
	"proposed": "change", "language": "language", "confidentiality": "confidentiality",
}

// header finds the row that names the columns, and where each stands.
func (r *Reader) header(g grid) (at int, where map[string]int) {
	for i, row := range g[:min(len(g), 100)] {
		if where := r.named(row); len(where) >= 3 {
			if _, ok := where["comment"]; ok {
				return i, where
			}
		}
	}
	return -1, nil
}

// named are the columns that the cells of a row name.
func (r *Reader) named(row gridRow) map[string]int {
	where := map[string]int{}
	for i, cell := range row.Cells[:min(len(row.Cells), workbook.MaxColumns)] {
		for _, heading := range append([]string{cell}, strings.Split(cell, "\n")...) {
			name, ok := r.headings[folded(heading)]
			if _, twice := where[name]; ok && !twice {
				where[name] = i
				break
			}
		}
	}
	return where
}

// rows reads the rows under the header: those in which something is said.
func (r *Reader) rows(g grid, where map[string]int) ([]submission.ImportRow, error) {
	var out []submission.ImportRow
	above := make([]string, workbook.MaxColumns)
	size := 0
	for _, row := range g {
		cell := func(name string) string {
			i, ok := where[name]
			if !ok || i >= len(row.Cells) {
				return ""
			}
			return strings.TrimSpace(row.Cells[i])
		}
		for i := range row.Cells[:min(len(row.Cells), workbook.MaxColumns)] {
			if len(row.Cells[i]) > MaxCell {
				return nil, workflows.InvalidField(fmt.Sprintf("line %d", row.Line), "too_long", "Max", MaxCell)
			}
			if i < len(row.Down) && row.Down[i] && r.goesDown(where, i) {
				row.Cells[i] = above[i]
			}
			above[i] = row.Cells[i]
		}
		if cell("comment")+cell("change") == "" || r.again(row, where) || numbering(row.Cells) {
			continue // blank, the header of another page, or the numbers of the columns
		}
		if len(out) == MaxRows {
			return nil, workflows.InvalidField("file", "too_many", "Max", MaxRows)
		}
		for _, c := range row.Cells {
			size += len(c)
		}
		if size > maxText {
			return nil, workflows.Refuse(workflows.TooLarge, "file_too_large", "MaxMB", maxText>>20)
		}
		out = append(out, submission.ImportRow{
			Line: row.Line, Key: cmp.Or(row.key, cell(keyColumn)), Organisation: cell("sender"), Reference: cmp.Or(cell("clause"), cell("place")), Part: joinPart(cell("line"), cmp.Or(cell("part"), part(cell("clause"), cell("place")))),
			Type: r.word(r.types, cell("type")), Text: cell("comment"), ProposedChange: cell("change"),
			Sector: word(r.word(r.sectors, cell("sector"))), Language: cell("language"), Confidentiality: word(r.word(r.levels, cell("confidentiality"))),
		})
	}
	return out, nil
}

// again says whether the row names the columns as the header did, as on each page.
func (r *Reader) again(row gridRow, where map[string]int) bool {
	named := r.named(row)
	at, ok := named["comment"]
	return ok && at == where["comment"] && len(named) >= 3
}

// goesDown says whether a merged cell is meant for each of its rows: a clause is,
// a comment would be said twice.
func (r *Reader) goesDown(where map[string]int, column int) bool {
	for _, name := range []string{"sender", "clause", "part", "type", "sector", "language", "confidentiality"} {
		if at, ok := where[name]; ok && at == column {
			return true
		}
	}
	return false
}

func word(s string) string { return strings.ReplaceAll(strings.ToLower(s), "-", "_") }

// word is ours for a word of a cell; one that is not known stays as it is.
func (r *Reader) word(known map[string]string, cell string) string {
	if own, ok := known[folded(cell)]; ok {
		return own
	}
	return cell
}

// numbering says whether the cells number the columns, as older templates do:
// 1, 2, (3), 4 …
func numbering(cells []string) bool {
	n := 0
	for _, c := range cells {
		c = strings.Trim(strings.TrimSpace(c), "()")
		if c == "" {
			continue
		}
		if len(c) > 1 || !strings.Contains("0123456789", c) {
			return false
		}
		n++
	}
	return n >= 5
}

// folded leaves the letters of a heading: what stands in brackets, numbers of
// footnotes, marks and case don't count.
func folded(heading string) string {
	var out strings.Builder
	depth := 0
	for _, r := range strings.ToLower(heading) {
		switch {
		case slices.Contains([]rune{'(', '（', '['}, r):
			depth++
		case slices.Contains([]rune{')', '）', ']'}, r):
			depth = max(depth-1, 0)
		case depth == 0 && unicode.IsLetter(r):
			out.WriteRune(r)
		}
	}
	return out.String()
}
