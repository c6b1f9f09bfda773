package api

import (
	"context"
	"mime"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"jahorina/app/forms"
	"jahorina/workflows"
	"jahorina/workflows/submission"
)

const bytesType = "application/octet-stream"

// registerAttachments declares the calls that take and give files.
func (s *server) registerAttachments() {
	attach := call{
		method: http.MethodPost, path: "/submissions/{id}/attachments", id: "attach", summary: "Add a file to a submission",
		status: http.StatusCreated, accepts: []string{formType, bytesType}, limit: maxAttachment,
	}
	write(s, attach, addAttachment)
	s.describeBody(attach, map[string]*huma.Schema{
		formType: fileSchema("file", map[string]*huma.Schema{}), bytesType: {Type: huma.TypeString, Format: "binary"},
	})
	write(s, call{method: http.MethodDelete, path: "/submissions/{id}/attachments/{attachment}", id: "detach", summary: "Take a file out of a submission"}, detach)
	huma.Register(s.api, s.operation(call{method: http.MethodGet, path: "/attachments/{id}", id: "attachment", summary: "Download a file"}), s.download)
	imported := call{
		method: http.MethodPost, path: "/consultations/{id}/comments/import", id: "import-comments", status: http.StatusCreated,
		summary: "Enter the comments of a table (columns of the ISO commenting form), one submission for each organisation", accepts: append([]string{jsonType}, tableTypes...), limit: maxAttachment,
	}
	write(s, imported, s.importComments)
	s.describeBody(imported, listSchemas())
}

// AttachmentView is a file without its content.
type AttachmentView struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	MediaType string    `json:"media_type"`
	Size      int64     `json:"size" doc:"Bytes"`
	SHA256    string    `json:"sha256"`
	CreatedAt time.Time `json:"created_at"`
}

func viewAttachment(a submission.Attachment) AttachmentView {
	return AttachmentView{a.ID, a.Name, a.MediaType, a.Size, a.SHA256, a.CreatedAt.UTC()}
}

// AttachedView is a new file and what the submission has become by it.
type AttachedView struct {
	AttachmentView
	Submission SavedView `json:"submission"`
}

func (v AttachedView) version() int64 { return v.Submission.Version }

func addAttachment(tx *workflows.Tx, in *struct {
	Once
	ByID
	IfMatch
	Name        string `query:"name" doc:"Of the file, where it is not sent as a form"`
	ContentType string `header:"Content-Type"`
	RawBody     []byte
},
) (AttachedView, error) {
	version, err := in.version()
	if err != nil {
		return AttachedView{}, err
	}
	name, content := in.Name, in.RawBody
	if media, params, _ := mime.ParseMediaType(in.ContentType); media == formType {
		form, err := readForm(in.RawBody, params["boundary"], "file")
		if err != nil {
			return AttachedView{}, err
		}
		name, content = form.name, form.content
	}
	file, s, err := submission.Attach(tx, in.ID, version, name, content)
	if err != nil {
		return AttachedView{}, err
	}
	after, err := saved(tx, s, nil)
	return AttachedView{viewAttachment(*file), after}, err
}

func detach(tx *workflows.Tx, in *struct {
	ByID
	IfMatch
	Attachment string `path:"attachment"`
},
) (SavedView, error) {
	version, err := in.version()
	if err != nil {
		return SavedView{}, err
	}
	s, err := submission.Detach(tx, in.ID, version, in.Attachment)
	return saved(tx, s, err)
}

// file is a download: never shown in place, never guessed at.
type file struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Sniffing    string `header:"X-Content-Type-Options"`
	Policy      string `header:"Content-Security-Policy"`
	Body        []byte
}

func (s *server) download(ctx context.Context, in *ByID) (*file, error) {
	who := askerOf(ctx)
	a, err := submission.GetAttachment(s.Engine.Read(ctx, who.actor), in.ID)
	if err != nil {
		return nil, s.problem(who, err)
	}
	return &file{
		ContentType: a.MediaType, Disposition: mime.FormatMediaType("attachment", map[string]string{"filename": a.Name}),
		Sniffing: "nosniff", Policy: "sandbox; default-src 'none'", Body: a.Content,
	}, nil
}

// maxAtOnce is how many rows of a table are entered in one request; longer ones go
// in by long work.
const maxAtOnce = 5_000

// ImportView is what an import did.
type ImportView submission.ImportReport

func (s *server) importComments(tx *workflows.Tx, in *struct {
	Once
	ByID
	ReceivedAt time.Time `query:"received_at" required:"true" doc:"When the table reached the office"`
	RawBody    []byte    `contentType:"text/csv"`
},
) (ImportView, error) {
	rows, err := forms.NewReader(s.Locales).ImportRows(in.RawBody)
	if err != nil {
		return ImportView{}, err
	}
	if len(rows) > maxAtOnce {
		return ImportView{}, workflows.InvalidField("file", "too_many", "Max", maxAtOnce)
	}
	report, err := submission.Import(tx, in.ID, rows, in.ReceivedAt)
	if err != nil {
		return ImportView{}, err
	}
	return ImportView(*report), nil
}
