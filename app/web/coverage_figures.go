package web

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"jahorina/app/pictures"
	"jahorina/workflows/coverage/register"
	"jahorina/workflows/implementation"
)

// courseOfStatuses draws how many obligations had each status, month by month; nil
// where there is one day alone.
func (q *request) courseOfStatuses(c *implementation.Coverage) *pictures.Figure {
	days := c.Course()
	if len(days) < 2 {
		return nil
	}
	words := slices.DeleteFunc(slices.Clone(implementation.Words), func(w string) bool {
		return !slices.ContainsFunc(days, func(s implementation.Snapshot) bool { return s.Counts[w] > 0 })
	})
	bars := pictures.Bars{ID: "course", Title: q.text.T("coverage.course"), RTL: q.rtl()}
	bars.Table.Head = []string{q.text.T("coverage.day"), q.text.T("coverage.total")}
	for _, w := range words {
		bars.Parts = append(bars.Parts, q.text.T("state.coverage."+w))
	}
	bars.Table.Head = append(bars.Table.Head, bars.Parts...)
	for _, s := range days {
		row := pictures.BarRow{Label: q.dayOf(s.On)}
		cells := []pictures.Cell{{Text: row.Label, Plain: s.On}, q.wholeCell(s.Total)}
		var notes []string
		for i, w := range words {
			row.Parts = append(row.Parts, s.Counts[w])
			cells = append(cells, q.wholeCell(s.Counts[w]))
			if s.Counts[w] > 0 {
				notes = append(notes, q.text.T("coverage.counts", "Status", bars.Parts[i], "Count", s.Counts[w]))
			}
		}
		row.Note = strings.Join(notes, " · ")
		bars.Rows, bars.Table.Rows = append(bars.Rows, row), append(bars.Table.Rows, cells)
	}
	bars.Summary = q.text.T("coverage.course_summary", "Total", days[0].Total, "From", q.dayOf(days[0].On), "To", q.dayOf(c.On))
	f := bars.Draw()
	return &f
}

// coverageMapView is the grid of obligations and statuses.
type coverageMapView struct {
	State, Name, List string
	Inside            bool
	Filter            coverageFilterView
	Maps              []heatTable
}

type heatTable struct {
	Caption string
	Heads   []string
	Rows    []heatRow
}

type heatRow struct {
	Label, Lang string
	Cells       []heatCell
}

// heatCell says how many obligations have each status, and leads to them.
type heatCell struct {
	Head, Href, Name string
	Lines            []string
	Gap, Done        bool // something is uncovered; nothing is left to do
}

// mapped is the instrument whose paragraphs are shown where none is chosen, and
// that the matrices are of.
const mapped = "UNSCR 1540 (2004)"

func coverageMapPage(q *request) error {
	tx, f := q.read(), q.coverageFilter()
	c, err := implementation.Read(tx, q.c.Param("id"), f)
	if err != nil {
		return err
	}
	v := coverageMapView{State: c.State, Name: q.stateName(tx, c.State), List: "/coverage/" + c.State + q.queryBut(), Inside: c.Inside}
	if v.Filter, err = q.coverageFilterView(tx, c, f); err != nil {
		return err
	}
	v.Filter.Action += "/map"
	of := cmp.Or(f.Instrument, mapped)
	one := slices.DeleteFunc(slices.Clone(c.Rows), func(r implementation.Row) bool { return r.Instrument != of })
	v.Maps = append(v.Maps, q.heatTable(c.State, q.text.T("coverage.map_paragraphs", "Instrument", of), one, func(r *implementation.Row) (string, url.Values) {
		return paragraphOf(r.Provision), url.Values{"instrument": {of}, "q": nil}
	}))
	if f.Instrument == "" {
		v.Maps = append(v.Maps, q.heatTable(c.State, q.text.T("coverage.map_instruments"), c.Rows, func(r *implementation.Row) (string, url.Values) {
			return r.Instrument, url.Values{"instrument": {r.Instrument}}
		}))
	}
	return q.show("public/coverage_map", q.text.T("coverage.map_title", "State", v.Name), v)
}

// paragraphOf is the article of a provision: "Art. VI" of "Art. VI(2)"; a paragraph
// with a letter apart, such as "OP3 (a)", stays.
func paragraphOf(provision string) string {
	provision, _, _ = strings.Cut(provision, ";")
	if i := strings.Index(provision, "("); i > 0 && provision[i-1] != ' ' {
		return provision[:i]
	}
	return provision
}

// heatTable counts the rows by a name of theirs and their theme.
func (q *request) heatTable(state, caption string, rows []implementation.Row, by func(*implementation.Row) (string, url.Values)) heatTable {
	t := heatTable{Caption: caption}
	for _, theme := range register.Themes {
		t.Heads = append(t.Heads, q.text.T("theme."+theme))
	}
	slices.SortFunc(rows, func(a, b implementation.Row) int { return cmp.Compare(a.Place, b.Place) })
	var names []string
	cells := map[string][]implementation.Row{} // by name and theme
	where := map[string]url.Values{}
	for i := range rows {
		name, query := by(&rows[i])
		if where[name] == nil {
			names, where[name] = append(names, name), query
		}
		cells[name+"\n"+rows[i].Theme] = append(cells[name+"\n"+rows[i].Theme], rows[i])
	}
	for _, name := range names {
		row := heatRow{Label: name, Lang: "en"}
		for i, theme := range register.Themes {
			query := q.query("theme", theme)
			for k, v := range where[name] {
				query[k] = v
			}
			row.Cells = append(row.Cells, q.heatCell(t.Heads[i], name, "/coverage/"+state+"?"+query.Encode(), cells[name+"\n"+theme]))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (q *request) heatCell(head, name, href string, rows []implementation.Row) heatCell {
	cell := heatCell{Head: head, Name: name}
	if len(rows) == 0 {
		return cell
	}
	cell.Href = href
	counts := implementation.Counts(rows)
	for _, w := range implementation.Words {
		if counts[w] > 0 {
			cell.Lines = append(cell.Lines, q.text.T("coverage.counts", "Status", q.text.T("state.coverage."+w), "Count", counts[w]))
		}
	}
	gaps := 0
	for i := range rows {
		if rows[i].Gap() {
			gaps++
		}
	}
	if cell.Gap = gaps > 0; cell.Gap {
		cell.Lines = append(cell.Lines, q.text.T("coverage.counts", "Status", q.text.T("coverage.uncovered"), "Count", gaps))
	}
	cell.Done = counts[implementation.InForce]+counts[implementation.NotApplicable] == len(rows)
	return cell
}
