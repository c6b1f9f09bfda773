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
	Markdown string `json:"markdown"`
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
	binary := &huma.Schema{Type: huma.TypeString, Format: "binary"}
	file := fileSchema("file", map[string]*huma.Schema{"title": {Type: huma.TypeString}, "language": {Type: huma.TypeString}})
	s.describeBody(c, map[string]*huma.Schema{
		jsonType: s.schemaOf(DraftIn{}), formType: file,
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
func (s *server) readUpload(ctx context.Context, who asker, in *draftUpload) (strategy.Content, error) {
	if _, err := strategy.MayAddDraft(s.Engine.Read(ctx, who.actor), in.ID); err != nil {
		return strategy.Content{}, err
	}
	media, params, _ := mime.ParseMediaType(in.ContentType)
	switch media {
	case formType:
		form, err := readForm(in.RawBody, params["boundary"], "file")
		if err != nil {
			return strategy.Content{}, err
		}
		ending := strings.ToLower(path.Ext(form.name))
		if !slices.Contains(documents.Endings, ending) {
			return strategy.Content{}, draftFileType(documents.Endings)
		}
		return documents.Read(form.content, documents.Options{Title: form.values["title"], Language: form.values["language"], Ending: ending})
	case jsonType:
		given, err := decode[DraftIn](s, in.RawBody)
		if err != nil {
			return strategy.Content{}, err
		}
		return documents.Markdown([]byte(given.Markdown), documents.Options{Title: given.Title, Language: given.Language})
	}
	return documents.Read(in.RawBody, documents.Options{Ending: documents.EndingOf(media)})
}

func addDraft(tx *workflows.Tx, in *draftUpload, content strategy.Content) (DraftView, error) {
	d, rows, err := strategy.AddDraft(tx, in.ID, "", content)
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
