package api

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"jahorina/app/documents"
	"jahorina/workflows"
	"jahorina/workflows/strategy"
)

const formType = "multipart/form-data"

// draftTypes are the media types a draft can be sent as.
var draftTypes = []string{jsonType, formType, "text/markdown", "text/plain", documents.TypeDOCX, documents.TypeODT, documents.TypePDF}

// DraftIn is a new draft, sent as JSON.
type DraftIn struct {
	Title    string `json:"title,omitempty" doc:"The document's own if not given"`
	Language string `json:"language,omitempty" doc:"BCP 47; found from the text if not given"`
	Markdown string `json:"markdown,omitempty"`

	Upload string         `json:"upload,omitempty" doc:"Id of a document that was read: the draft is made of it, instead of the Markdown"`
	Blocks []UploadedPart `json:"blocks,omitempty" doc:"Its blocks as corrected; as they were read if not given"`
}

// brought is what a draft is to be made of.
type brought struct {
	content strategy.Content
	given   DraftIn
}

// draftUpload is the input of a draft in any form.
type draftUpload struct {
	Once
	ByID
	ContentType string `header:"Content-Type"`
	RawBody     []byte
}

func (s *server) registerUpload() {
	c := call{
		method: http.MethodPost, path: "/strategies/{id}/drafts", id: "add-draft", summary: "Add the next draft",
		status: http.StatusCreated, accepts: draftTypes, limit: maxDraft,
	}
	writeAfter(s, c, s.readUpload, addDraft)
	s.describeDraft(c, DraftIn{})
	read := call{
		method: http.MethodPost, path: "/strategies/{id}/uploads", id: "read-document", summary: "Read a document without making a draft of it yet",
		status: http.StatusCreated, accepts: draftTypes, limit: maxDraft,
	}
	writeAfter(s, read, s.readUpload, keepUpload)
	s.describeDraft(read, MarkdownIn{})
	s.registerRead()
}

// describeDraft documents the forms in which a document is sent.
func (s *server) describeDraft(c call, asJSON any) {
	binary := &huma.Schema{Type: huma.TypeString, Format: "binary"}
	file := fileSchema("file", map[string]*huma.Schema{"title": {Type: huma.TypeString}, "language": {Type: huma.TypeString}})
	s.describeBody(c, map[string]*huma.Schema{
		jsonType: s.schemaOf(asJSON), formType: file,
		"text/markdown": {Type: huma.TypeString}, "text/plain": {Type: huma.TypeString},
		documents.TypeDOCX: binary, documents.TypeODT: binary, documents.TypePDF: binary,
	})
}

// describeBody documents a body that the handler reads itself.
func (s *server) describeBody(c call, schemas map[string]*huma.Schema) {
	op := s.api.OpenAPI().Paths[c.path].Post
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{}}
	for media, schema := range schemas {
		op.RequestBody.Content[media] = &huma.MediaType{Schema: schema}
	}
}

func fileSchema(name string, fields map[string]*huma.Schema) *huma.Schema {
	fields[name] = &huma.Schema{Type: huma.TypeString, Format: "binary"}
	return &huma.Schema{Type: huma.TypeObject, Properties: fields, Required: []string{name}}
}

// readUpload reads what was sent before the transaction, as it can take
// seconds, for those who may make a draft of it.
func (s *server) readUpload(ctx context.Context, who asker, in *draftUpload) (brought, error) {
	if _, err := strategy.MayAddDraft(s.Engine.Read(ctx, who.actor), in.ID); err != nil {
		return brought{}, err
	}
	media, params, _ := mime.ParseMediaType(in.ContentType)
	switch media {
	case formType:
		form, err := readForm(in.RawBody, params["boundary"], "file")
		if err != nil {
			return brought{}, err
		}
		ending := strings.ToLower(path.Ext(form.name))
		if !slices.Contains(documents.Endings, ending) {
			return brought{}, draftFileType(documents.Endings)
		}
		return readOf(form.content, documents.Options{Title: form.values["title"], Language: form.values["language"], Ending: ending})
	case jsonType:
		given, err := decode[DraftIn](s, in.RawBody)
		if err != nil {
			return brought{}, err
		}
		if given.Upload != "" {
			return brought{given: given}, nil
		}
		c, err := documents.Markdown([]byte(given.Markdown), documents.Options{Title: given.Title, Language: given.Language})
		return brought{content: c}, err
	}
	return readOf(in.RawBody, documents.Options{Ending: documents.EndingOf(media)})
}

func readOf(source []byte, o documents.Options) (brought, error) {
	c, err := documents.Read(source, o)
	return brought{content: c}, err
}

func addDraft(tx *workflows.Tx, in *draftUpload, b brought) (DraftView, error) {
	if b.given.Upload != "" {
		return acceptUpload(tx, in.ID, b.given)
	}
	d, rows, err := strategy.AddDraft(tx, in.ID, "", b.content)
	if err != nil {
		return DraftView{}, err
	}
	return viewDraft(askerOf(tx.Context()), d, rows, nil), nil
}

func draftFileType(accepted []string) error {
	return &httpError{
		status: http.StatusUnsupportedMediaType, key: "draft_file_type",
		args: map[string]any{"Accepted": strings.Join(accepted, ", ")},
	}
}

// form is a multipart form with one file.
type form struct {
	name    string // of the file
	content []byte
	values  map[string]string
}

// maxParts bounds the parts of a form, one of which is the file.
const maxParts = 10

// readForm reads a form whose file is in the field. Its size has been bounded
// with the body's.
func readForm(body []byte, boundary, field string) (form, error) {
	f := form{values: map[string]string{}}
	r := multipart.NewReader(bytes.NewReader(body), boundary)
	for range maxParts {
		part, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return f, &httpError{status: http.StatusBadRequest, key: "malformed_form"}
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return f, &httpError{status: http.StatusBadRequest, key: "malformed_form"}
		}
		if part.FormName() == field {
			f.name, f.content = part.FileName(), content
		} else {
			f.values[part.FormName()] = string(content)
		}
	}
	if f.name == "" {
		return f, workflows.InvalidField(field, "required")
	}
	return f, nil
}
