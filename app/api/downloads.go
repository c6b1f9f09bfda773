package api

import (
	"context"
	"mime"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"jahorina/app/exports"
	"jahorina/templates"
	"jahorina/workflows"
)

// registerDownloads declares the calls that give drafts, redlines and responses as
// files.
func (s *server) registerDownloads() {
	download(s, call{path: "/drafts/{id}/download/{form}", id: "draft-file", summary: "One draft as a file: docx, pdf, xml (Akoma Ntoso), json or csv", public: true}, "draft",
		func(tx *workflows.Tx, text *templates.Text, in *ByForm) (*exports.File, error) {
			return exports.Draft(tx, text, in.ID, in.Form)
		})
	download(s, call{path: "/drafts/{id}/diff/download/{form}", id: "diff-file", summary: "The redline of two drafts as a file: docx (tracked changes), pdf, json or csv", public: true}, "redline",
		func(tx *workflows.Tx, text *templates.Text, in *struct {
			ByForm
			Against string `query:"against" required:"true" doc:"Id of the other draft; the older of both is taken as the old one"`
		},
		) (*exports.File, error) {
			return exports.Redline(tx, text, in.ID, in.Against, in.Form)
		})
	download(s, call{path: "/consultations/{id}/response/download/{form}", id: "response-file", summary: "The response as a file: docx, pdf, json or csv", public: true}, "response",
		func(tx *workflows.Tx, text *templates.Text, in *ByForm) (*exports.File, error) {
			return exports.Response(tx, text, in.ID, in.Form)
		})
}

// ByForm names a thing and the form of its file.
type ByForm struct {
	ByID
	Form string `path:"form" doc:"docx, pdf, xml, json or csv, as far as there is such a file"`
}

func (f ByForm) form() string { return f.Form }

// download declares a call that gives a file. PDFs are printed from the page of
// that name.
func download[I any](s *server, c call, page string, do func(*workflows.Tx, *templates.Text, *I) (*exports.File, error)) {
	c.method = http.MethodGet
	huma.Register(s.api, s.operation(c), func(ctx context.Context, in *I) (*file, error) {
		who := askerOf(ctx)
		var f *exports.File
		var err error
		if named, ok := any(in).(interface{ form() string }); ok && named.form() == exports.PDF {
			f, err = s.print(who, page)
		} else {
			f, err = do(s.Engine.Read(ctx, who.actor), who.text, in)
		}
		if err != nil {
			return nil, s.problem(who, err)
		}
		return &file{
			ContentType: f.MediaType, Disposition: mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}),
			Sniffing: "nosniff", Policy: "sandbox; default-src 'none'", Body: f.Content,
		}, nil
	})
}

func (s *server) print(who asker, page string) (*exports.File, error) {
	if s.Print == nil {
		return nil, workflows.Refuse(workflows.Unavailable, "no_pdf")
	}
	return s.Print(who.request, who.actor, page)
}
