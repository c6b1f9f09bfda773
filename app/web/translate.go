package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
	"jahorina/workflows/translation"
)

// translateView is the page on which the texts of a draft, a consultation or a
// comment are translated, each beside its source.
type translateView struct {
	Path      string // of the page, without the language
	Back      templates.Link
	Languages []templates.Option
	To        string // the language, "" while none is chosen
	ToName    string
	Progress  translation.Progress
	Shows     []templates.Link // all, what is missing, what is stale
	Rows      []translateRow
	Previous  string
	Next      string
	Sender    bool // translates their own comment
	Author    string
	Strays    []strayView
	Places    []templates.Option // provisions a stray can be put on
	Read      string             // where the translation is read
	id, kind  string
}

// translateRow is one text with its translation.
type translateRow struct {
	Index              int // among all texts of the object
	Object, ID, Field  string
	Label, Hint        string
	Source, SourceLang string
	SourceHash         string
	Since              []templates.Span // what changed in the source since the translation
	Text, Seen, Was    string
	Stale              bool
	Credit             string
	Lines              int
}

type strayView struct {
	translation.Stray
	Label string
}

// rowsAtOnce is how many texts of a draft are on one page.
const rowsAtOnce = 40

func translatePage(kind string) func(*request) error {
	return func(q *request) error {
		tx, id := q.read(), q.c.Param("id")
		v := translateView{id: id, kind: kind, Path: q.c.Request.URL.Path, To: q.c.Query("to"), Author: q.actor.Name}
		labels, err := v.about(q, tx)
		if err != nil {
			return err
		}
		sources, err := translation.All(tx, kind, id)
		if err != nil {
			return err
		}
		if sources, err = v.mine(tx, sources); err != nil {
			return err
		}
		if err := v.languages(q, tx, sources); err != nil {
			return err
		}
		if v.To == "" {
			return q.show("official/translate", q.text.T("translate.title"), v)
		}
		if v.To, err = translation.Accepts("to", v.To); err != nil {
			return err
		}
		v.ToName = q.languageName(v.To)
		if err := v.rows(q, tx, sources, labels); err != nil {
			return err
		}
		if err := v.strays(q, tx); err != nil {
			return err
		}
		return q.show("official/translate", q.text.T("translate.title_to", "Language", v.ToName), v)
	}
}

// mine leaves the texts that the actor may translate; it is an error if there
// are none.
func (v *translateView) mine(tx *workflows.Tx, sources []translation.Source) ([]translation.Source, error) {
	objects := []string{v.kind}
	if v.kind == translation.Comment {
		objects = append(objects, translation.Disposition)
	}
	allowed := map[string]bool{}
	for _, object := range objects {
		may, err := translation.May(tx, object, v.id)
		if err != nil {
			return nil, err
		}
		allowed[object] = may
	}
	if !allowed[v.kind] {
		return nil, workflows.Refuse(workflows.Forbidden, "forbidden", "Object", v.kind, "Action", "translate")
	}
	return slices.DeleteFunc(sources, func(s translation.Source) bool {
		return s.Object == translation.Disposition && !allowed[s.Object]
	}), nil
}

// about finds what is translated: where the page leads back to, and what each
// of its texts is called, by id.
func (v *translateView) about(q *request, tx *workflows.Tx) (map[string]string, error) {
	switch v.kind {
	case translation.Draft:
		return v.aboutDraft(q, tx)
	case translation.Consultation:
		c, err := consultation.Get(tx, v.id)
		if err != nil {
			return nil, err
		}
		v.Back, v.Read = templates.Link{Label: c.Title, Href: "/consultations/" + c.ID + "/manage"}, "/consultations/"+c.ID
		labels := map[string]string{}
		questions, err := consultation.Questions(tx, c.ID)
		for i, a := range questions {
			labels[a.ID] = q.text.T("translate.question", "Number", i+1)
		}
		return labels, err
	}
	m, _, err := submission.GetComment(tx, v.id)
	if err != nil {
		return nil, err
	}
	v.Sender = m.Own
	v.Read = "/comments/" + m.ID
	v.Back = templates.Link{Label: q.text.T("comment_page.title", "Author", q.author(m), "Number", m.Position), Href: v.Read}
	return nil, nil
}

func (v *translateView) aboutDraft(q *request, tx *workflows.Tx) (map[string]string, error) {
	d, err := strategy.GetDraft(tx, v.id)
	if err != nil {
		return nil, err
	}
	v.Back = templates.Link{Label: q.text.T("translate.back_draft"), Href: "/drafts/" + d.ID + "/translations"}
	v.Read = "/drafts/" + d.ID
	provisions, err := strategy.Provisions(tx, d.ID)
	labels := map[string]string{}
	v.Places = []templates.Option{{Label: q.text.T("translate.choose_place")}}
	for _, p := range provisions {
		if p.Kind == strategy.KindTitle {
			continue
		}
		labels[p.ID] = p.Number
		if p.Number == "" {
			labels[p.ID] = q.text.T("translate.part", "Position", p.Position)
		}
		v.Places = append(v.Places, templates.Option{Value: p.ID, Label: placeName(p)})
	}
	return labels, err
}

// languages are those to choose from: first those with translations.
func (v *translateView) languages(q *request, tx *workflows.Tx, sources []translation.Source) error {
	have, err := translation.Languages(tx, sources)
	if err != nil {
		return err
	}
	source := ""
	if len(sources) > 0 {
		source = sources[0].Language
	}
	v.Languages = []templates.Option{{Label: q.text.T("translate.choose")}}
	for _, o := range q.languages(v.To) {
		if o.Value != source {
			v.Languages = append(v.Languages, o)
		}
	}
	v.Progress.Total = len(sources)
	for _, p := range have {
		if p.Language == v.To {
			v.Progress = p
		}
	}
	return nil
}

func (v *translateView) rows(q *request, tx *workflows.Tx, sources []translation.Source, labels map[string]string) error {
	texts, err := translation.Of(tx, sources, v.To)
	if err != nil {
		return err
	}
	typed, _ := q.rowsSent()
	only, skip, left := q.c.Query("show"), 0, 0
	if page, err := strconv.Atoi(q.c.Query("page")); err == nil && page > 1 {
		skip = (page - 1) * rowsAtOnce
	}
	for i, s := range sources {
		t, there := texts[s.Ref()]
		wanted := only == "" || only == "missing" && !there || only == "stale" && t.Stale
		if q.form != nil {
			wanted = slices.Contains(typed, i)
		}
		switch {
		case !wanted:
			continue
		case skip > 0 && q.form == nil:
			skip--
			continue
		case len(v.Rows) >= rowsAtOnce && q.form == nil:
			left++
			continue
		}
		v.Rows = append(v.Rows, q.translateRow(i, s, t, labels[s.ID]))
	}
	v.pages(q, only, left)
	return nil
}

// pages are the ways to the other texts.
func (v *translateView) pages(q *request, only string, left int) {
	address := func(show string, page int) string {
		query := url.Values{"to": {v.To}}
		if show != "" {
			query.Set("show", show)
		}
		if page > 1 {
			query.Set("page", strconv.Itoa(page))
		}
		return v.Path + "?" + query.Encode()
	}
	for _, show := range []string{"", "missing", "stale"} {
		key := "translate.show.all"
		if show != "" {
			key = "translate.show." + show
		}
		v.Shows = append(v.Shows, templates.Link{Label: q.text.T(key), Href: address(show, 1), Current: show == only})
	}
	page, _ := strconv.Atoi(q.c.Query("page"))
	page = max(page, 1)
	if page > 1 {
		v.Previous = address(only, page-1)
	}
	if left > 0 {
		v.Next = address(only, page+1)
	}
}

func (q *request) translateRow(i int, s translation.Source, t translation.Text, label string) translateRow {
	r := translateRow{
		Index: i, Object: s.Object, ID: s.ID, Field: s.Field, Label: label, Source: s.Text, SourceLang: s.Language, SourceHash: s.SHA256(),
		Text: t.Text, Was: workflows.SHA256(t.Text), Seen: translation.NothingStands, Stale: t.Stale, Credit: q.credit(t),
	}
	if r.SourceLang == "und" {
		r.SourceLang = ""
	}
	field := q.text.T("translate.field." + s.Object + "." + s.Field)
	switch {
	case r.Label == "":
		r.Label = field
	case s.Object == translation.Question:
		r.Label = q.text.T("translate.field_of", "Place", label, "Field", field)
	}
	if s.Field == "options" {
		r.Hint = q.text.T("translate.options_hint", "Count", len(lines(s.Text)))
	}
	if t.Text != "" && !t.Stale {
		r.Seen = t.ID
	}
	if t.Stale {
		r.Since = spans(strategy.Redline(t.Source, s.Text))
	}
	const perLine = 60
	r.Lines = min(max(2, len([]rune(s.Text))/perLine+1+strings.Count(s.Text, "\n")), 20)
	if s.Field == "title" || s.Field == "heading" {
		r.Lines = 2
	}
	return r
}

// credit says who or what made a translation, and what it is worth.
func (q *request) credit(t translation.Text) string {
	switch {
	case t.Text == "":
		return ""
	case t.BySender:
		return q.text.T("translation.by_sender")
	case t.Tool != "" && t.Author != "":
		return q.text.T("translation."+t.Status+"_both", "Author", t.Author, "Tool", t.Tool)
	case t.Tool != "":
		return q.text.T("translation."+t.Status+"_tool", "Tool", t.Tool)
	}
	return q.text.T("translation."+t.Status+"_author", "Author", t.Author)
}

func (v *translateView) strays(q *request, tx *workflows.Tx) error {
	if v.kind != translation.Draft {
		return nil
	}
	all, err := translation.Strays(tx, v.id, v.To)
	for _, s := range all {
		label := s.Number
		if label == "" {
			label = q.text.T("translate.part", "Position", s.Position)
		}
		v.Strays = append(v.Strays, strayView{s, label})
	}
	return err
}

// rowsSent are the indices of the texts in the form, and those of them that were
// changed there.
func (q *request) rowsSent() (all, changed []int) {
	all, _ = q.rows("texts")
	for _, i := range all {
		touched := workflows.SHA256(q.cell("texts", i, "text")) != q.cell("texts", i, "was")
		if touched || q.cell("texts", i, "fits") != "" || q.form.Get("again") != "" && q.cell("texts", i, "text") != "" && q.cell("texts", i, "stale") == "" {
			changed = append(changed, i)
		}
	}
	return all, changed
}

func saveTranslations(kind string) func(*request, *workflows.Tx) (done, error) {
	return func(q *request, tx *workflows.Tx) (done, error) {
		_, changed := q.rowsSent()
		var items []translation.Item
		for _, i := range changed {
			ref := translation.Ref{Object: q.cell("texts", i, "object"), ID: q.cell("texts", i, "id"), Field: q.cell("texts", i, "field")}
			items = append(items, translation.Item{Ref: ref, New: translation.New{
				Text: q.cell("texts", i, "text"), Author: q.form.Get("author"), Tool: q.form.Get("tool"), Status: q.form.Get("status"),
				Replaces: q.cell("texts", i, "seen"), Source: q.cell("texts", i, "source"),
			}})
		}
		n, err := translation.PutAll(tx, kind, q.c.Param("id"), q.c.Query("to"), items)
		if err != nil {
			return done{}, atFields(credits(err), "texts", changed)
		}
		to := q.c.Request.URL.RequestURI()
		if n == 0 {
			return done{to: to, flash: "translation_nothing"}, nil
		}
		return done{to: to, flash: "translation_saved"}, nil
	}
}

// credits puts what is wrong with author, tool or status at the one field there
// is for all the texts.
func credits(err error) error {
	return atForm(err, func(field string) string {
		_, name, _ := strings.Cut(field, "].")
		if name == "author" || name == "tool" || name == "status" {
			return name
		}
		return ""
	})
}

// translationsView is a draft with the languages it is translated into.
type translationsView struct {
	Draft     *strategy.Draft
	Label     string
	Source    string // language of the draft, named
	Languages []translatedInto
	Choices   []templates.Option
	MaxMB     int
}

type translatedInto struct {
	translation.Progress
	Name       string
	Edit, Read string
}

func translationsPage(q *request) error {
	tx := q.read()
	d, err := strategy.GetDraft(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	may, err := translation.May(tx, translation.Draft, d.ID)
	if err != nil {
		return err
	}
	if !may {
		return workflows.Refuse(workflows.Forbidden, "forbidden", "Object", "draft", "Action", "translate")
	}
	sources, err := translation.All(tx, translation.Draft, d.ID)
	if err != nil {
		return err
	}
	have, err := translation.Languages(tx, sources)
	if err != nil {
		return err
	}
	v := translationsView{Draft: d, Label: q.draftLabel(d), MaxMB: maxUploadMB}
	if language(d) != "" {
		v.Source = q.languageName(d.Language)
	}
	for _, p := range have {
		v.Languages = append(v.Languages, translatedInto{
			Progress: p, Name: q.languageName(p.Language), Edit: translationPath("drafts", d.ID, p.Language), Read: "/drafts/" + d.ID + "?lang=" + url.QueryEscape(p.Language),
		})
	}
	v.Choices = []templates.Option{{Label: q.text.T("translate.choose")}}
	for _, o := range q.languages("") {
		if o.Value != d.Language {
			v.Choices = append(v.Choices, o)
		}
	}
	return q.show("official/translations", q.text.T("translations.title", "Title", d.Title), v)
}

func translationPath(objects, id, language string) string {
	return "/" + objects + "/" + id + "/translation?to=" + url.QueryEscape(language)
}
