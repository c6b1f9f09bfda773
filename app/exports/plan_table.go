package exports

import (
	"bytes"
	"slices"
	"strings"

	"jahorina/templates"
	"jahorina/workflows/coverage/register"
	"jahorina/workflows/plan"
	"jahorina/workflows/table"
)

// PlanColumns are the columns of a plan as a table, by their names for programs.
// It holds the reference of the restricted annex and nothing of its text.
var PlanColumns = []string{
	"number", "title", "kind", "tags", "capability", "provisions", "needs", "obligations", "lead", "partners", "start", "due", "status", "adopted", "amount", "currency", "year", "source", "owner",
	"upkeep", "upkeep_owner", "own_from", "sustainability", "indicator", "evidence", "annex",
	"milestone", "milestone_title", "milestone_owner", "milestone_due", "milestone_status", "milestone_note", "milestone_link", "milestone_needs",
}

// PlanHeading is how the column is called for people.
func PlanHeading(text *templates.Text, column string) string {
	if strings.HasPrefix(column, "milestone") {
		return text.T("plan_column." + column)
	}
	return text.T("measure.field." + column)
}

// PlanWord is how a word of a column is said to people.
func PlanWord(text *templates.Text, column, word string) string {
	switch column {
	case "kind":
		return text.T("measure_kind." + word)
	case "source":
		return text.T("money_source." + word)
	case "tags":
		return text.T("measure." + word)
	}
	return text.T("state.measure." + word)
}

// planWords are the words that stand in columns of a plan.
var planWords = map[string][]string{
	"kind": plan.Kinds, "source": plan.Sources, "tags": {"prevention", "consequence"}, "status": plan.Statuses, "milestone_status": plan.Statuses,
}

// PlainPlan makes of a plan as a table for people, in whichever language, what
// plan.Import reads: the columns and words for programs. Any other table it
// returns as it is.
func PlainPlan(l *templates.Locales, source []byte) []byte {
	t, err := table.Open(source, register.MaxBytes)
	if err != nil {
		return source
	}
	text, columns := planLanguage(l, t.Header)
	if text == nil {
		return source
	}
	rows, err := t.Rows(register.MaxRows)
	if err != nil {
		return source
	}
	cells := make([][]string, len(rows))
	for i, r := range rows {
		for at, cell := range r.Cells {
			cells[i] = append(cells[i], plainCell(text, columns[at], cell))
		}
	}
	var out bytes.Buffer
	if err := table.Write(&out, columns, cells); err != nil {
		return source
	}
	return out.Bytes()
}

// planLanguage is the language that most of the header is in, with the columns by
// their names for programs; nil if that is what they are.
func planLanguage(l *templates.Locales, header []string) (*templates.Text, []string) {
	var in *templates.Text
	columns, most := header, 0
	for _, text := range l.All() {
		names, n := slices.Clone(header), 0
		for i, h := range header {
			at := slices.IndexFunc(PlanColumns, func(c string) bool { return strings.EqualFold(strings.TrimSpace(h), PlanHeading(text, c)) })
			if at >= 0 {
				names[i], n = PlanColumns[at], n+1
			}
		}
		if n > most {
			in, columns, most = text, names, n
		}
	}
	if named := countNamed(header); named >= most {
		return nil, header
	}
	return in, columns
}

// countNamed is how many columns have their names for programs.
func countNamed(header []string) int {
	n := 0
	for _, h := range header {
		if slices.Contains(PlanColumns, strings.NewReplacer(" ", "_", "-", "_").Replace(strings.ToLower(strings.TrimSpace(h)))) {
			n++
		}
	}
	return n
}

func plainCell(text *templates.Text, column, cell string) string {
	words := planWords[column]
	if words == nil {
		return cell
	}
	parts := []string{cell}
	if column == "tags" {
		parts = strings.Split(cell, ";")
	}
	for i, part := range parts {
		for _, w := range words {
			if strings.EqualFold(strings.TrimSpace(part), PlanWord(text, column, w)) {
				parts[i] = w
			}
		}
	}
	return strings.Join(parts, "; ")
}
