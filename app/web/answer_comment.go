package web

import (
	"slices"
	"strings"

	tags "golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"jahorina/app/api"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
)

type ownCommentView struct {
	*answering
	About     aboutView
	Provision *templates.Provision // nil for the whole
	Binds     string               // which text does, where a translation stands first
	Place     string               // its number or heading
	Action    string               // where the form goes
	Comment   submission.NewComment
	Changed   *submission.NewComment // as it stands, where someone else has changed it meanwhile
	Redline   []templates.Span       // from their wording to what was typed
	Edited    int64                  // version of the comment
	By        string                 // who wrote and changed it, in words
	Notes     []noteItem
	Types     []string
	Languages []templates.Option
	Levels    []string // of confidentiality
	Grounds   []templates.Option
	MaxText   int // bytes
}

// showComment is the form for one comment: an own one (?comment=), or a new one
// on a provision (?provision=) or the whole.
func showComment(q *request, tx *workflows.Tx, a *answering) error {
	v := ownCommentView{
		answering: a, Types: submission.CommentTypes, Levels: submission.Confidentialities, MaxText: workflows.MaxParagraph,
		Comment: submission.NewComment{
			ProvisionID: q.c.Query("provision"), Type: "general", Confidentiality: a.Content.Confidentiality, Language: a.Content.Language,
			Ground: a.Content.Ground, GroundWords: a.Content.GroundWords,
		},
	}
	v.Action = a.Path + "/comment?provision=" + v.Comment.ProvisionID
	title := "contributor.comment.new"
	if i := a.comment(q.c.Query("comment")); i >= 0 {
		v.Comment, title = a.Content.Comments[i], "contributor.comment.edit"
		v.Action = a.Path + "/comment?comment=" + v.Comment.ID
		if q.status == api.Status(workflows.Stale) {
			v.Changed = &v.Comment
			v.Redline = spans(strategy.Redline(v.Comment.Text, q.form.Get("text")))
		}
		if err := q.amongColleagues(tx, &v); err != nil {
			return err
		}
	}
	if err := v.locate(q, tx); err != nil {
		return err
	}
	if v.Place == "" {
		title += "_whole"
	}
	v.Languages = q.languages(v.Comment.Language)
	v.Grounds = []templates.Option{{Label: q.text.T("restricted.no_ground")}}
	for _, g := range submission.Grounds {
		v.Grounds = append(v.Grounds, templates.Option{Value: g, Label: q.text.T("ground." + g)})
	}
	return q.show("contributor/comment", q.text.T(title, "Place", v.Place), v)
}

func (v *ownCommentView) locate(q *request, tx *workflows.Tx) error {
	if v.About.Code = v.Comment.Obligation; v.Comment.ProvisionID == "" {
		return nil
	}
	p, err := v.provision(tx, v.Comment.ProvisionID)
	if err != nil {
		return err
	}
	d, err := strategy.GetDraft(tx, p.DraftID)
	if err != nil {
		return err
	}
	if v.About, err = q.about(tx, d, p.Identity, v.Comment.Obligation); err != nil {
		return err
	}
	at := shown(&p, language(d))
	v.Provision, v.Place = &at, placeName(p)
	v.Binds, err = q.oneInTongue(tx, d, p, v.Provision)
	return err
}

// comment is the place of an own comment in the answer, or -1.
func (a *answering) comment(id string) int {
	return slices.IndexFunc(a.Content.Comments, func(m submission.NewComment) bool { return id != "" && m.ID == id })
}

func saveComment(q *request, tx *workflows.Tx, a *answering) (done, error) {
	in := submission.NewComment{
		ProvisionID: q.c.Query("provision"), Type: q.form.Get("type"), Text: q.form.Get("text"), ProposedChange: q.form.Get("proposed_change"),
		Language: q.form.Get("language"), Confidentiality: q.form.Get("confidentiality"),
		Ground: q.form.Get("ground"), GroundWords: q.form.Get("ground_words"), Obligation: q.obligation(),
	}
	if strings.TrimSpace(in.Text) == "" {
		return done{}, workflows.InvalidField("text", "comment_needed")
	}
	if err := q.mayAutosave(a); err != nil {
		return done{}, err
	}
	i, err := q.put(tx, a, &in)
	if err != nil {
		return done{}, atForm(err, func(field string) string {
			if at, name, ok := commentIndex(field); ok && at == i {
				return strings.Replace(name, "obligation", "obligation_code", 1)
			}
			return ""
		})
	}
	if q.autosaves() {
		return done{to: a.Path + "/comment?comment=" + in.ID}, nil
	}
	return a.backTo(tx, &in)
}

// put stores the comment in the place of the one the form was made from, or as
// a new one, and returns its place in the answer.
func (q *request) put(tx *workflows.Tx, a *answering, in *submission.NewComment) (int, error) {
	in.ID = q.c.Query("comment")
	at := len(a.Content.Comments)
	var version int64
	if in.ID != "" {
		if at = a.comment(in.ID); at < 0 {
			return at, workflows.Refuse(workflows.Stale, "comment_gone")
		}
		old := a.Content.Comments[at]
		in.ProvisionID, in.Reference = old.ProvisionID, old.Reference
		var err error
		if version, err = q.version(); err != nil {
			return at, err
		}
	}
	var err error
	a.Submission, in.ID, err = submission.PutComment(tx, a.Consultation.ID, *in, version)
	return at, err
}

func removeComment(q *request, tx *workflows.Tx, a *answering) (done, error) {
	i := a.comment(q.c.Query("comment"))
	if i < 0 { // gone already
		return done{to: a.Path}, nil
	}
	gone := a.Content.Comments[i]
	version, err := q.version()
	if err != nil {
		return done{}, err
	}
	if a.Submission, err = submission.RemoveComment(tx, a.Consultation.ID, gone.ID, version); err != nil {
		return done{}, err
	}
	return a.backTo(tx, &gone)
}

// backTo leads back to the place of a comment in the answer.
func (a *answering) backTo(tx *workflows.Tx, m *submission.NewComment) (done, error) {
	if m.ProvisionID == "" {
		return a.saved("#whole"), nil
	}
	all, err := strategy.Provisions(tx, a.Consultation.DraftID)
	return a.saved("#" + anchors(all)[m.ProvisionID]), err
}

// written are the languages offered for texts; any other tag can come through
// the API and is then offered too.
var written = []string{
	"ar", "zh", "en", "fr", "ru", "es", "sq", "bs", "bg", "hr", "cs", "de", "el", "hu", "it", "mk", "pl", "pt", "ro", "sr", "sl", "tr", "uk",
}

// languages offers them by their own names, and in the reader's language where
// that differs. chosen is among them in any case.
func (q *request) languages(chosen string) []templates.Option {
	offered := written
	if chosen != "" && !slices.Contains(offered, chosen) {
		offered = append([]string{chosen}, offered...)
	}
	names := display.Tags(tags.Make(q.text.Tag()))
	var out []templates.Option
	for _, t := range offered {
		tag := tags.Make(t)
		label := display.Self.Name(tag)
		if other := names.Name(tag); !strings.EqualFold(other, label) {
			label += " (" + other + ")"
		}
		out = append(out, templates.Option{Value: t, Label: label})
	}
	return out
}
