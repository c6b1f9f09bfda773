package web

import (
	"mime"
	"net/http"
	"path/filepath"
	"slices"
	"strings"

	"jahorina/app/documents"
	"jahorina/workflows"
	"jahorina/workflows/strategy"
)

// readDraft reads the document of the form before the change, as it can take
// seconds, for those who may make a draft of it.
func readDraft(q *request) error {
	if _, err := strategy.MayAddDraft(q.read(), q.c.Param("id")); err != nil {
		return err
	}
	name, source, err := q.document(documents.Endings)
	if err != nil {
		return err
	}
	o := documents.Options{Title: strings.TrimSpace(q.form.Get("title")), Language: q.form.Get("language"), Ending: filepath.Ext(name)}
	content, err := documents.Read(source, o)
	q.brought = &content
	return err
}

// createDraft keeps what was read to be looked at, or makes the draft at once.
func createDraft(q *request, tx *workflows.Tx) (done, error) {
	if q.form.Get("act") == "read" {
		u, err := strategy.KeepUpload(tx, q.c.Param("id"), *q.brought)
		if err != nil {
			return done{}, err
		}
		return done{to: uploadPath(u.ID)}, nil
	}
	d, _, err := strategy.AddDraft(tx, q.c.Param("id"), "", *q.brought)
	if err != nil {
		return done{}, err
	}
	return done{to: "/drafts/" + d.ID, flash: "draft_created"}, nil
}

// source is the uploaded Markdown, or else what was pasted.
func (q *request) source() ([]byte, error) {
	_, source, err := q.document(documents.Endings[:3])
	return source, err
}

// document is the uploaded file with its name, or else what was pasted.
func (q *request) document(endings []string) (name string, source []byte, err error) {
	name, content, err := q.file("file")
	if err != nil {
		return "", nil, err
	}
	if name == "" {
		if pasted := q.form.Get("markdown"); strings.TrimSpace(pasted) != "" {
			return "", []byte(pasted), nil
		}
		return "", nil, workflows.InvalidField("file", "file_or_text")
	}
	if !slices.Contains(endings, strings.ToLower(filepath.Ext(name))) {
		return "", nil, workflows.InvalidField("file", "file_type")
	}
	if len(content) == 0 {
		return "", nil, workflows.InvalidField("file", "empty_file")
	}
	return name, content, nil
}

// draftSource sends the file that a draft was made of, byte for byte.
func draftSource(q *request) error {
	d, source, err := strategy.Source(q.read(), q.c.Param("id"))
	if err != nil {
		return err
	}
	media, ending := d.MediaType, documents.EndingOf(d.MediaType)
	if media == "" {
		media = "text/markdown; charset=utf-8"
	}
	q.c.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": "draft-" + d.SourceSHA256[:12] + ending}))
	q.c.Data(http.StatusOK, media, source)
	return nil
}
