package api

import (
	"time"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/disclosure"
	"jahorina/workflows/participation"
)

// registerParticipation declares the calls on who took part and what they
// answered.
func (s *server) registerParticipation() {
	read(s, call{path: "/consultations/{id}/participation", id: "participation", summary: "Who was asked, who answered, and how it went", public: true}, reach)
	read(s, call{path: "/consultations/{id}/results", id: "results", summary: "Answers to the questions, with a cross-tabulation", public: true}, results)
}

// CountView is a number as far as it may be told.
type CountView struct {
	Count *int   `json:"count" doc:"null where it is not told"`
	Shown string `json:"shown" enum:"exact,fewer_than_five,withheld" doc:"fewer_than_five: from one to four; withheld: not told, to protect another"`
}

func viewCount(c disclosure.Cell) CountView {
	switch c.Shown {
	case disclosure.FewerThanFive:
		return CountView{Shown: "fewer_than_five"}
	case disclosure.Withheld:
		return CountView{Shown: "withheld"}
	}
	return CountView{Count: &c.Count, Shown: "exact"}
}

// GroupView is what came from one sector, region or size.
type GroupView struct {
	Name     string     `json:"name" doc:"Empty: not given"`
	Invited  CountView  `json:"invited"`
	Answered CountView  `json:"answered" doc:"Submissions, from others than the invited too"`
	Whole    *WholeView `json:"whole" doc:"Only for those who see every number"`
}

// WholeView is what only those who see every number are told of a group.
type WholeView struct {
	Declined  int `json:"declined"`
	Opened    int `json:"opened" doc:"Opened the invitation and neither answered nor declined"`
	Silent    int `json:"silent"`
	Uninvited int `json:"uninvited" doc:"Answers from others than the invited"`
	Comments  int `json:"comments"`
}

// ReachView is the reach and balance of a consultation.
type ReachView struct {
	Exact    bool                      `json:"exact" doc:"Every number is told; else small ones are not"`
	Answers  int                       `json:"answers"`
	Comments int                       `json:"comments"`
	Sectors  []GroupView               `json:"sectors" nullable:"false" doc:"Every sector, those with nothing too"`
	Regions  []GroupView               `json:"regions" nullable:"false"`
	Sizes    []GroupView               `json:"sizes" nullable:"false"`
	Course   *CourseView               `json:"course" doc:"null before it opens"`
	Outcomes map[string]map[string]int `json:"outcomes" doc:"Comments by type and outcome; an empty outcome: none agreed yet"`
	Heat     map[string]int            `json:"comments_by_provision" doc:"Comments you may read, by the id of their provision; empty: on the whole. null where you may read none"`
}

// CourseView is how many submissions came in on each day.
type CourseView struct {
	From  string     `json:"from" doc:"First day, YYYY-MM-DD in UTC"`
	Days  []int      `json:"days" nullable:"false" doc:"Submissions first received on each day"`
	Marks []MarkView `json:"marks" nullable:"false"`
}

// MarkView is something that happened on a day.
type MarkView struct {
	Kind string    `json:"kind" enum:"reminder,extension,deadline,closed" doc:"closed: before its deadline"`
	At   time.Time `json:"at"`
}

func reach(tx *workflows.Tx, in *ByID) (ReachView, error) {
	c, err := consultation.Get(tx, in.ID)
	if err != nil {
		return ReachView{}, err
	}
	r, err := participation.Read(tx, c)
	if err != nil {
		return ReachView{}, err
	}
	v := ReachView{
		Exact: r.Exact, Answers: r.Answers, Comments: r.Comments,
		Sectors: viewGroups(r, r.Sectors), Regions: viewGroups(r, r.Regions), Sizes: viewGroups(r, r.Sizes),
	}
	course, err := participation.ReadCourse(tx, c)
	if err == nil {
		v.Course = viewCourse(course)
	} else if !workflows.IsKind(err, workflows.NotFound) {
		return v, err
	}
	if v.Outcomes, err = participation.Outcomes(tx, c); err != nil && !workflows.IsKind(err, workflows.NotFound) {
		return v, err
	}
	if v.Heat, err = participation.Heat(tx, c); workflows.IsKind(err, workflows.NotFound) {
		err = nil
	}
	return v, err
}

func viewGroups(r *participation.Report, groups []participation.Group) []GroupView {
	out := []GroupView{}
	for _, g := range groups {
		v := GroupView{Name: g.Name, Invited: viewCount(g.Invited), Answered: viewCount(g.Answered)}
		if r.Exact {
			whole := WholeView(g.Whole)
			v.Whole = &whole
		}
		out = append(out, v)
	}
	return out
}

func viewCourse(c *participation.Course) *CourseView {
	v := &CourseView{From: c.From.Format(time.DateOnly), Days: c.Days, Marks: []MarkView{}}
	for _, m := range c.Marks {
		v.Marks = append(v.Marks, MarkView{m.Kind, m.At})
	}
	return v
}

// ResultsView are the answers to all questions.
type ResultsView struct {
	Exact       bool         `json:"exact" doc:"Every number and every text is told"`
	Submissions int          `json:"submissions"`
	By          string       `json:"by"`
	Questions   []ResultView `json:"questions" nullable:"false"`
}

// ResultView is what was answered to one question.
type ResultView struct {
	QuestionID string        `json:"question_id"`
	Text       string        `json:"text"`
	Kind       string        `json:"kind"`
	Answered   int           `json:"answered"`
	Skipped    int           `json:"skipped"`
	Mean       float64       `json:"mean" doc:"Of a scale"`
	Median     float64       `json:"median" doc:"Of a scale"`
	Options    []ChoiceView  `json:"options" nullable:"false"`
	Cross      []CrossedView `json:"cross" nullable:"false" doc:"Empty where nothing can be told without telling of a small group"`
	Texts      []string      `json:"texts" nullable:"false" doc:"Only for those who may read every submission"`
}

// ChoiceView is one option.
type ChoiceView struct {
	Option string  `json:"option" doc:"A step of a scale is its number; other: an answer in one's own words"`
	Count  int     `json:"count" doc:"How often it was given; of a ranking, how often it came first"`
	Ranked int     `json:"ranked" doc:"Of a ranking: how often it has a place"`
	Points float64 `json:"points" doc:"Of a ranking: the Borda count"`
}

// CrossedView is a row of the cross-tabulation.
type CrossedView struct {
	Name     string      `json:"name"`
	Answered CountView   `json:"answered"`
	Options  []CountView `json:"options" nullable:"false" doc:"In the order of the options"`
}

func results(tx *workflows.Tx, in *struct {
	ByID
	By string `query:"by" doc:"What to break the answers down by: sector, or the id of a question with one option or a scale"`
},
) (ResultsView, error) {
	c, err := consultation.Get(tx, in.ID)
	if err != nil {
		return ResultsView{}, err
	}
	r, err := participation.ReadResults(tx, c, in.By)
	if err != nil {
		return ResultsView{}, err
	}
	v := ResultsView{Exact: r.Exact, Submissions: r.Submissions, By: r.By, Questions: []ResultView{}}
	for _, a := range r.Questions {
		v.Questions = append(v.Questions, viewResult(a))
	}
	return v, nil
}

func viewResult(a participation.Result) ResultView {
	v := ResultView{
		QuestionID: a.Question.ID, Text: a.Question.Text, Kind: a.Question.Kind, Answered: a.Answered, Skipped: a.Skipped,
		Mean: a.Mean, Median: a.Median, Options: []ChoiceView{}, Cross: []CrossedView{}, Texts: append([]string{}, a.Texts...),
	}
	for _, o := range a.Options {
		v.Options = append(v.Options, ChoiceView(o))
	}
	for _, row := range a.Cross {
		cells := []CountView{}
		for _, cell := range row.Options {
			cells = append(cells, viewCount(cell))
		}
		v.Cross = append(v.Cross, CrossedView{row.Name, viewCount(row.Answered), cells})
	}
	return v
}
