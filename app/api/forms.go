package api

import (
	"context"
	"mime"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"jahorina/app/forms"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/submission"
)

// tableTypes are the media types a table of comments can be sent as.
var tableTypes = []string{"text/csv", forms.XLSXType, forms.DOCXType}

func tableSchemas() map[string]*huma.Schema {
	out := map[string]*huma.Schema{}
	for _, media := range tableTypes {
		out[media] = &huma.Schema{Type: huma.TypeString, Format: "binary"}
	}
	return out
}

// listSchemas are those of tables, and of comments as an export has them.
func listSchemas() map[string]*huma.Schema {
	out := tableSchemas()
	out[jsonType] = &huma.Schema{Type: huma.TypeArray, Items: &huma.Schema{Type: huma.TypeObject}}
	return out
}

// registerForms declares the calls that give comment forms out and take them back.
func (s *server) registerForms() {
	for _, kind := range []string{"xlsx", "docx"} {
		s.giveForm(call{path: "/consultations/{id}/form." + kind, id: "form-" + kind, summary: "Comment form with your own comments, to fill in offline (" + kind + ")"}, kind, ownForm)
		s.giveForm(call{path: "/consultations/{id}/comments." + kind, id: "comments-" + kind, summary: "Comments in the layout of the comment form, as far as the asker may read them (" + kind + ")"}, kind, allComments)
		s.giveForm(call{path: "/consultations/{id}/response/form." + kind, id: "response-form-" + kind, summary: "The response in the layout of the comment form (" + kind + ")", public: true}, kind, publishedForm)
	}
	taken := call{
		method: http.MethodPost, path: "/consultations/{id}/submissions/table", id: "take-table", accepts: tableTypes, limit: maxAttachment,
		summary: "Take a filled-in comment form over into your answer: all rows, or none where one is wrong",
	}
	write(s, taken, s.takeTable)
	s.describeBody(taken, tableSchemas())
}

// giveForm declares a call that gives a form out.
func (s *server) giveForm(c call, kind string, fill func(*workflows.Tx, string) (*forms.Form, error)) {
	c.method = http.MethodGet
	huma.Register(s.api, s.operation(c), func(ctx context.Context, in *ByID) (*file, error) {
		who := askerOf(ctx)
		f, err := fill(s.Engine.Read(ctx, who.actor), in.ID)
		if err != nil {
			return nil, s.problem(who, err)
		}
		name, content, err := f.File(kind)
		if err != nil {
			return nil, s.problem(who, err)
		}
		return &file{
			ContentType: forms.FileTypes[kind], Disposition: mime.FormatMediaType("attachment", map[string]string{"filename": name}),
			Sniffing: "nosniff", Policy: "sandbox; default-src 'none'", Body: content,
		}, nil
	})
}

func ownForm(tx *workflows.Tx, id string) (*forms.Form, error) {
	return forms.Own(tx, askerOf(tx.Context()).text, id)
}

func allComments(tx *workflows.Tx, id string) (*forms.Form, error) {
	c, err := consultation.Get(tx, id)
	if err != nil {
		return nil, err
	}
	return forms.All(tx, askerOf(tx.Context()).text, c, submission.Filter{})
}

func publishedForm(tx *workflows.Tx, id string) (*forms.Form, error) {
	return forms.Published(tx, askerOf(tx.Context()).text, id)
}

// TakenView is what a table does, or did, to an answer.
type TakenView struct {
	DryRun     bool           `json:"dry_run"`
	Added      int            `json:"added"`
	Changed    int            `json:"changed"`
	Wrong      int            `json:"wrong" doc:"Rows to be corrected; only told of a dry run"`
	Missing    int            `json:"missing" doc:"Comments of the answer that are not in the table; they stay"`
	Rows       []TakenRowView `json:"rows" nullable:"false"`
	Submission *SavedView     `json:"submission" doc:"null for a dry run"`
}

// TakenRowView is what becomes of one row.
type TakenRowView struct {
	Line        int      `json:"line"`
	Fate        string   `json:"fate" enum:"added,changed,same,kept,gone,wrong"`
	CommentID   string   `json:"comment_id,omitempty" doc:"Of the comment that was there before"`
	ProvisionID string   `json:"provision_id,omitempty"`
	Reference   string   `json:"reference,omitempty" doc:"What the table says of the place beyond the provision"`
	Faults      []string `json:"faults" nullable:"false" doc:"What is wrong, in words"`
}

func (s *server) takeTable(tx *workflows.Tx, in *struct {
	Once
	ByID
	DryRun  bool `query:"dry_run" doc:"Tell what it would do, and store nothing"`
	RawBody []byte
},
) (TakenView, error) {
	t, err := forms.NewReader(s.Locales).Read(in.RawBody)
	if err != nil {
		return TakenView{}, err
	}
	if in.DryRun {
		plan, err := submission.PlanForm(tx, in.ID, t.FormHead, t.Rows)
		return viewTaken(tx, plan, err)
	}
	sub, plan, err := submission.TakeForm(tx, in.ID, t.FormHead, t.Rows)
	v, err := viewTaken(tx, plan, err)
	if err != nil {
		return v, err
	}
	head, err := saved(tx, sub, nil)
	v.DryRun, v.Submission = false, &head
	return v, err
}

func viewTaken(tx *workflows.Tx, p *submission.FormPlan, err error) (TakenView, error) {
	v := TakenView{DryRun: true, Rows: []TakenRowView{}}
	if err != nil {
		return v, err
	}
	v.Added, v.Changed, v.Wrong, v.Missing = p.Count(submission.RowAdded), p.Count(submission.RowChanged), p.Count(submission.RowWrong), p.Missing
	text := askerOf(tx.Context()).text
	for _, s := range p.Steps {
		row := TakenRowView{Line: s.Line, Fate: s.Fate, CommentID: s.Comment.ID, ProvisionID: s.Comment.ProvisionID, Reference: s.Comment.Reference, Faults: []string{}}
		for _, f := range s.Faults {
			row.Faults = append(row.Faults, text.Error(f.Key, f.Args))
		}
		v.Rows = append(v.Rows, row)
	}
	return v, nil
}
