package web

import (
	"cmp"
	"mime"
	"net/http"
	"slices"
	"strings"

	"jahorina/app/pictures"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/participation"
	"jahorina/workflows/translation"
)

// participationView is who took part and how it went, in pictures and tables.
type participationView struct {
	C       *consultation.Consultation
	Back    string
	Exact   bool
	Unheard []templates.Link // sectors from which nobody answered
	Figures []shownFigure
	Results string // the page with the results of the questionnaire
}

// shownFigure is a figure on a page, with where it can be had as a file.
type shownFigure struct {
	pictures.Figure
	Path string
	None bool // nothing may be told without telling of a small group
}

func participationPage(q *request) error {
	tx := q.read()
	c, err := consultation.Get(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	report, err := participation.Read(tx, c)
	if err != nil {
		return err
	}
	figures, err := q.figures(tx, c, report)
	if err != nil {
		return err
	}
	v := participationView{C: c, Back: q.mainPage(*c), Exact: report.Exact, Figures: figures}
	if c.Started() {
		v.Unheard = q.unheard(tx, c, report)
	}
	questions, err := consultation.Questions(tx, c.ID)
	if err != nil {
		return err
	}
	if len(questions) > 0 && (report.Exact || c.State == consultation.Published) {
		v.Results = "/consultations/" + c.ID + "/results"
	}
	return q.show("public/participation", q.text.T("participation.title"), v)
}

// unheard are the sectors that were asked and from which nothing came, with
// where to ask more of them, for those who may.
func (q *request) unheard(tx *workflows.Tx, c *consultation.Consultation, r *participation.Report) []templates.Link {
	href := ""
	if t, err := c.Target(tx); err == nil && slices.Contains(mayInviteIn, c.State) && tx.May("consultation", "invite", t) {
		href = "/consultations/" + c.ID + "/invitations"
	}
	var out []templates.Link
	for _, g := range r.Sectors {
		if g.Unheard() {
			label := q.text.T("participation.unheard", "Sector", q.text.T("sector."+g.Name), "Invited", q.countOf(g.Invited), "Opened", g.Opened)
			if !r.Exact {
				label = q.text.T("participation.unheard_public", "Sector", q.text.T("sector."+g.Name))
			}
			out = append(out, templates.Link{Label: label, Href: href})
		}
	}
	return out
}

// figures are all that may be drawn of a consultation for this reader.
func (q *request) figures(tx *workflows.Tx, c *consultation.Consultation, r *participation.Report) ([]shownFigure, error) {
	var out []shownFigure
	add := func(f pictures.Figure) {
		out = append(out, shownFigure{Figure: f, Path: figurePath(c.ID, f.ID), None: len(f.Table.Rows) == 0})
	}
	add(q.groupsFigure("sectors", r.Exact, r.Sectors))
	if course, err := participation.ReadCourse(tx, c); err == nil {
		add(q.courseFigure(course))
	} else if !workflows.IsKind(err, workflows.NotFound) {
		return nil, err
	}
	if outcomes, err := participation.Outcomes(tx, c); err == nil {
		add(q.outcomesFigure(outcomes))
	} else if !workflows.IsKind(err, workflows.NotFound) {
		return nil, err
	}
	heat, err := q.heatFigure(tx, c)
	if err != nil {
		return nil, err
	}
	if len(heat.Table.Rows) > 0 {
		add(heat)
	}
	add(q.groupsFigure("regions", r.Exact, r.Regions))
	add(q.groupsFigure("sizes", r.Exact, r.Sizes))
	return out, nil
}

// reach is who took part by sector, in a picture, and from which sectors nothing
// came.
func (q *request) reach(tx *workflows.Tx, c *consultation.Consultation) ([]shownFigure, []templates.Link, error) {
	report, err := participation.Read(tx, c)
	if err != nil {
		return nil, nil, err
	}
	f := q.groupsFigure("sectors", report.Exact, report.Sectors)
	return []shownFigure{{Figure: f, Path: figurePath(c.ID, f.ID), None: len(f.Table.Rows) == 0}}, q.unheard(tx, c, report), nil
}

// readReach adds who took part so far, and when answers came in.
func (q *request) readReach(tx *workflows.Tx, v *manageView) error {
	if !v.C.Started() || !participation.MayRead(tx, v.C) {
		return nil
	}
	course, err := participation.ReadCourse(tx, v.C)
	if err != nil {
		return err
	}
	if v.Figures, v.Unheard, err = q.reach(tx, v.C); err != nil {
		return err
	}
	f := q.courseFigure(course)
	v.Figures = append(v.Figures, shownFigure{Figure: f, Path: figurePath(v.C.ID, f.ID)})
	return nil
}

// outcomesPicture is the figure of what became of the comments, nil for readers
// who may not have it.
func (q *request) outcomesPicture(tx *workflows.Tx, c *consultation.Consultation) (*shownFigure, error) {
	counts, err := participation.Outcomes(tx, c)
	if workflows.IsKind(err, workflows.NotFound) || len(counts) == 0 {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	f := q.outcomesFigure(counts)
	return &shownFigure{Figure: f, Path: figurePath(c.ID, f.ID)}, nil
}

func figurePath(consultationID, name string) string {
	return "/consultations/" + consultationID + "/figures/" + name
}

// resultsView are the answers to the questions.
type resultsView struct {
	C       *consultation.Consultation
	Back    string
	Answers string
	Exact   bool
	By      string
	Ways    []templates.Option // to cross the answers
	Results []shownResult
}

type shownResult struct {
	shownFigure
	Kind     string
	Answered string
	Scale    string // mean and median in words
	Texts    []string
	Cross    *pictures.Table
	Caption  string
}

func resultsPage(q *request) error {
	tx := q.read()
	c, err := consultation.Get(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	r, err := q.results(tx, c)
	if err != nil {
		return err
	}
	v := resultsView{
		C: c, Back: "/consultations/" + c.ID + "/participation", Exact: r.Exact, By: r.By,
		Answers: q.text.T("results.answers", "Count", r.Submissions),
		Ways:    []templates.Option{{Value: participation.BySector, Label: q.text.T("results.by_sector")}},
	}
	for i, a := range r.Questions {
		if a.Question.Kind == "single" || a.Question.Kind == "scale" {
			v.Ways = append(v.Ways, templates.Option{Value: a.Question.ID, Label: excerpt(a.Question.Text, 80)})
		}
		v.Results = append(v.Results, q.shownResult(c, i, r, a))
	}
	return q.show("public/results", q.text.T("results.title"), v)
}

// results are the answers to the questions. Questions and options are in the
// reader's language where they are translated.
func (q *request) results(tx *workflows.Tx, c *consultation.Consultation) (*participation.Results, error) {
	r, err := participation.ReadResults(tx, c, q.c.Query("by"))
	if err != nil {
		return nil, err
	}
	questions := make([]consultation.Question, len(r.Questions))
	for i := range r.Questions {
		questions[i] = r.Questions[i].Question
	}
	texts, err := translation.Of(tx, translation.OfQuestions(c, questions), q.text.Tag())
	for i, source := range questions {
		if in, lang := askedIn(texts, source); lang != "" {
			r.Say(i, in)
		}
	}
	return r, err
}

func (q *request) shownResult(c *consultation.Consultation, i int, r *participation.Results, a participation.Result) shownResult {
	s := shownResult{
		Kind: a.Question.Kind, Answered: q.text.T("results.answered", "Count", a.Answered, "Skipped", a.Skipped), Texts: a.Texts,
		Caption: q.text.T("results.crossed", "Question", isolated(a.Question.Text)),
	}
	s.Figure = q.resultFigure(i, a)
	s.Path = figurePath(c.ID, s.ID)
	if a.Question.Kind == "scale" && a.Answered > 0 {
		s.Scale = q.text.T("results.scale", "Mean", q.text.Decimal(a.Mean), "Median", q.text.Decimal(a.Median), "Most", a.Question.Steps())
	}
	if len(a.Cross) > 0 {
		s.Cross = q.crossTable(r, a)
	}
	return s
}

// crossTable writes counts with the share of the row beside them.
func (q *request) crossTable(r *participation.Results, a participation.Result) *pictures.Table {
	t := &pictures.Table{Head: []string{q.text.T("results.group"), q.text.T("figure.answers")}}
	for _, o := range a.Options {
		t.Head = append(t.Head, q.optionName(a.Question, o.Option))
	}
	for _, row := range a.Cross {
		cells := []pictures.Cell{{Text: q.crossName(r, row.Name)}, q.toldCell(row.Answered)}
		for _, cell := range row.Options {
			told := q.toldCell(cell)
			if n := row.Answered.Count; n > 0 && cell.Count > 0 {
				told.Text = q.text.T("results.share", "Count", cell.Count, "Percent", q.text.Number((200*cell.Count/n+1)/2))
			}
			cells = append(cells, told)
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

func (q *request) crossName(r *participation.Results, name string) string {
	if r.By == participation.BySector {
		return q.text.T("sector." + name)
	}
	for _, a := range r.Questions {
		if a.Question.ID == r.By {
			return q.optionName(a.Question, name)
		}
	}
	return name
}

// figureFile gives one figure as a picture or as a table: /figures/sectors.svg,
// /figures/question-1.csv.
func figureFile(q *request) error {
	tx := q.read()
	c, err := consultation.Get(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	name, kind, _ := strings.Cut(q.c.Param("file"), ".")
	f, cross, err := q.figure(tx, c, name)
	if err != nil {
		return err
	}
	switch kind {
	case "svg":
		q.attach(name+".svg", "image/svg+xml", f.File())
		return nil
	case "csv":
		shown := f.Table
		if q.c.Query("by") != "" && cross != nil {
			shown = *cross
		}
		return q.attachTable(name+".csv", shown.Head, plain(shown))
	}
	return workflows.Refuse(workflows.NotFound, "not_found")
}

func (q *request) figure(tx *workflows.Tx, c *consultation.Consultation, name string) (pictures.Figure, *pictures.Table, error) {
	none := workflows.Refuse(workflows.NotFound, "not_found")
	if strings.HasPrefix(name, "question-") {
		r, err := q.results(tx, c)
		if err != nil {
			return pictures.Figure{}, nil, err
		}
		for i, a := range r.Questions {
			if s := q.shownResult(c, i, r, a); s.ID == name {
				return s.Figure, s.Cross, nil
			}
		}
		return pictures.Figure{}, nil, none
	}
	report, err := participation.Read(tx, c)
	if err != nil {
		return pictures.Figure{}, nil, err
	}
	all, err := q.figures(tx, c, report)
	if err != nil {
		return pictures.Figure{}, nil, err
	}
	i := slices.IndexFunc(all, func(f shownFigure) bool { return f.ID == name })
	if i < 0 {
		return pictures.Figure{}, nil, none
	}
	return all[i].Figure, nil, nil
}

func plain(t pictures.Table) [][]string {
	out := make([][]string, len(t.Rows))
	for i, row := range t.Rows {
		for _, cell := range row {
			out[i] = append(out[i], cmp.Or(cell.Plain, cell.Text))
		}
	}
	return out
}

// attach answers with a file to be kept.
func (q *request) attach(name, mediaType string, content []byte) {
	q.c.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	q.c.Data(http.StatusOK, mediaType, content)
}

// isolated keeps the punctuation of words at their own end within a sentence that
// runs the other way (UAX #9).
func isolated(words string) string { return "\u2068" + words + "\u2069" }
