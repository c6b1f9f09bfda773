package web

import (
	"strconv"
	"time"

	"jahorina/app/pictures"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/disclosure"
	"jahorina/workflows/participation"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
)

func (q *request) rtl() bool { return q.text.Dir() == "rtl" }

// countOf is a count as the reader may know it.
func (q *request) countOf(c disclosure.Cell) string {
	switch c.Shown {
	case disclosure.FewerThanFive:
		return q.text.T("figure.fewer_than_five")
	case disclosure.Withheld:
		return q.text.T("figure.withheld")
	}
	return q.text.Number(c.Count)
}

// shortCount is countOf where there is little room.
func (q *request) shortCount(c disclosure.Cell) string {
	if c.Shown == disclosure.FewerThanFive {
		return q.text.T("figure.few")
	}
	return q.countOf(c)
}

func numberCell(text string) pictures.Cell { return pictures.Cell{Text: text, Number: true} }

// wholeCell is a whole number in a table, for people and for programs.
func (q *request) wholeCell(n int) pictures.Cell {
	return pictures.Cell{Text: q.text.Number(n), Plain: strconv.Itoa(n), Number: true}
}

// toldCell is a count as the reader may know it.
func (q *request) toldCell(c disclosure.Cell) pictures.Cell {
	if c.Shown == disclosure.Exact {
		return q.wholeCell(c.Count)
	}
	return numberCell(q.countOf(c))
}

// groupsFigure shows who was asked and who answered, group by group. name is the
// key of what the groups are: sectors, regions or sizes.
func (q *request) groupsFigure(name string, exact bool, groups []participation.Group) pictures.Figure {
	t := func(key string, args ...any) string { return q.text.T("figure."+key, args...) }
	bars := pictures.Bars{ID: name, Title: t(name + ".title"), RTL: q.rtl(), Parts: []string{t("answered"), t("declined"), t("opened"), t("silent")}}
	bars.Table.Head = []string{t(name + ".group"), t("invited"), t("answered")}
	if exact {
		bars.Table.Head = append(bars.Table.Head, t("declined"), t("opened"), t("silent"), t("uninvited"), t("comments"))
	} else {
		bars.Parts = bars.Parts[:1]
	}
	answered := 0
	for _, g := range groups {
		label := q.groupName(name, g.Name)
		answered += g.Answered.Count
		parts := []int{g.Answered.Count}
		cells := []pictures.Cell{{Text: label}, q.toldCell(g.Invited), q.toldCell(g.Answered)}
		if exact {
			parts = append(parts, g.Declined, g.Opened, g.Silent)
			for _, n := range []int{g.Declined, g.Opened, g.Silent, g.Uninvited, g.Comments} {
				cells = append(cells, q.wholeCell(n))
			}
		}
		note := t("answered_of", "Answered", q.shortCount(g.Answered), "Invited", q.shortCount(g.Invited))
		bars.Rows = append(bars.Rows, pictures.BarRow{Label: label, Note: note, Parts: parts, Untold: g.Answered.Shown != disclosure.Exact})
		bars.Table.Rows = append(bars.Table.Rows, cells)
	}
	bars.Summary = t(name+".summary", "Count", answered, "Groups", len(groups))
	return bars.Draw()
}

// groupName is the word for a sector or size; regions have their own names.
func (q *request) groupName(name, group string) string {
	switch {
	case group == "":
		return q.text.T("figure.not_given")
	case name == "sectors":
		return q.text.T("sector." + group)
	case name == "sizes":
		return q.text.T("size." + group)
	}
	return group
}

func (q *request) courseFigure(x *participation.Course) pictures.Figure {
	t := func(key string, args ...any) string { return q.text.T("figure."+key, args...) }
	day := func(i int) time.Time { return x.From.Add(time.Duration(i) * 24 * time.Hour) }
	last := len(x.Days) - 1
	c := pictures.Course{
		ID: "course", Title: t("course.title"), RTL: q.rtl(), Days: x.Days, Cut: x.Past,
		First: q.text.Date(day(0)), Last: q.text.Date(day(last)), Table: pictures.Table{Head: []string{t("day"), t("submissions")}},
	}
	sum, most := 0, 0
	for i, n := range x.Days {
		sum, most = sum+n, max(most, n)
		if n > 0 {
			c.Table.Rows = append(c.Table.Rows, []pictures.Cell{{Text: q.text.Date(day(i)), Plain: day(i).Format(time.DateOnly)}, q.wholeCell(n)})
		}
	}
	c.Most = q.text.Number(most)
	c.Summary = t("course.summary", "Count", sum, "First", c.First, "Last", c.Last, "Most", c.Most)
	for _, m := range x.Marks {
		c.Marks = append(c.Marks, pictures.Mark{Day: m.Day, Label: t("mark."+m.Kind, "At", m.At)})
	}
	return c.Draw()
}

// outcomesFigure shows what became of comments of each type.
func (q *request) outcomesFigure(counts map[string]map[string]int) pictures.Figure {
	outcomes := append([]string{""}, submission.Outcomes...)
	word := func(outcome string) string {
		if outcome == "" {
			return q.text.T("figure.unanswered")
		}
		return q.text.T("state.outcome." + outcome)
	}
	bars := pictures.Bars{ID: "outcomes", Title: q.text.T("figure.outcomes.title"), RTL: q.rtl()}
	bars.Table.Head = []string{q.text.T("figure.type")}
	used, sum := []string{}, 0
	for _, o := range outcomes {
		n := 0
		for _, kind := range submission.CommentTypes {
			n += counts[kind][o]
		}
		if n > 0 {
			used = append(used, o)
			bars.Parts = append(bars.Parts, word(o))
			bars.Table.Head = append(bars.Table.Head, word(o))
		}
		sum += n
	}
	for _, kind := range submission.CommentTypes {
		row := pictures.BarRow{Label: q.text.T("comment.type." + kind)}
		cells, all := []pictures.Cell{{Text: row.Label}}, 0
		for _, o := range used {
			n := counts[kind][o]
			row.Parts, all = append(row.Parts, n), all+n
			cells = append(cells, q.wholeCell(n))
		}
		row.Note = q.text.T("figure.count_comments", "Count", all)
		bars.Rows, bars.Table.Rows = append(bars.Rows, row), append(bars.Table.Rows, cells)
	}
	bars.Summary = q.text.T("figure.outcomes.summary", "Count", sum)
	return bars.Draw()
}

// heatFigure shows on which provisions the comments are.
func (q *request) heatFigure(tx *workflows.Tx, c *consultation.Consultation) (pictures.Figure, error) {
	counts, err := participation.Heat(tx, c)
	if workflows.IsKind(err, workflows.NotFound) {
		return pictures.Figure{}, nil
	}
	if err != nil {
		return pictures.Figure{}, err
	}
	place := func(p strategy.Provision) string { return commentsPath(c.ID, "provision", p.ID) }
	if !participation.ReadsComments(tx, c) {
		place = func(p strategy.Provision) string { return "/consultations/" + c.ID + "/response#p-" + p.ID }
	}
	provisions, err := strategy.Provisions(tx, c.DraftID)
	if err != nil {
		return pictures.Figure{}, err
	}
	h := pictures.Heat{ID: "heat", Title: q.text.T("figure.heat.title"), RTL: q.rtl()}
	h.Table.Head = []string{q.text.T("figure.provision"), q.text.T("figure.comments")}
	sum, touched := 0, 0
	add := func(label, name, href string, n int) {
		h.Cells = append(h.Cells, pictures.HeatCell{Label: label, Text: q.text.Number(n), Count: n})
		h.Table.Rows = append(h.Table.Rows, []pictures.Cell{{Text: name, Href: href}, q.wholeCell(n)})
		sum += n
		if n > 0 {
			touched++
		}
	}
	for _, p := range provisions {
		if !p.Numbered() {
			continue
		}
		href := ""
		if counts[p.ID] > 0 {
			href = place(p)
		}
		add(p.Number, naming(p.Number, p.Heading, excerpt(p.Text, 50)), href, counts[p.ID])
	}
	add("–", q.text.T("comment.whole"), "", counts[""])
	if sum == 0 {
		return pictures.Figure{}, nil // none there, or none for this reader
	}
	h.Summary = q.text.T("figure.heat.summary", "Count", sum, "Provisions", touched)
	return h.Draw(), nil
}

// resultFigure shows the answers to one question.
func (q *request) resultFigure(i int, r participation.Result) pictures.Figure {
	t := func(key string, args ...any) string { return q.text.T("figure."+key, args...) }
	bars := pictures.Bars{ID: "question-" + strconv.Itoa(i+1), Title: r.Question.Text, RTL: q.rtl()}
	bars.Table.Head = []string{t("answer"), t("answers")}
	choices := r.Options
	if r.Question.Kind == "ranking" {
		bars.Table.Head = []string{t("answer"), t("points"), t("first_places"), t("ranked")}
		choices = r.Ranked()
	}
	for _, o := range choices {
		label := q.optionName(r.Question, o.Option)
		row := pictures.BarRow{Label: label, Note: t("count_answers", "Count", o.Count), Parts: []int{o.Count}}
		cells := []pictures.Cell{{Text: label}, q.wholeCell(o.Count)}
		if r.Question.Kind == "ranking" {
			points := q.text.Decimal(o.Points)
			row.Note, row.Parts = t("ranking_note", "Points", points, "Count", o.Count), []int{int(2 * o.Points)}
			cells = []pictures.Cell{{Text: label}, {Text: points, Plain: strconv.FormatFloat(o.Points, 'f', -1, 64), Number: true}, q.wholeCell(o.Count), q.wholeCell(o.Ranked)}
		}
		bars.Rows, bars.Table.Rows = append(bars.Rows, row), append(bars.Table.Rows, cells)
	}
	bars.Summary = t("result.summary", "Question", r.Question.Text, "Count", r.Answered)
	return bars.Draw()
}

// optionName is an option as it was put; steps of a scale and answers in own
// words have no name of their own.
func (q *request) optionName(question consultation.Question, option string) string {
	if question.Other && option == participation.OwnWords {
		return q.text.T("questionnaire.other_option")
	}
	if n, err := strconv.Atoi(option); err == nil && question.Kind == "scale" {
		if n <= len(question.Options) {
			return question.Options[n-1]
		}
		return q.text.Number(n)
	}
	return option
}
