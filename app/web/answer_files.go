package web

import (
	"mime"
	"net/http"
	"slices"

	"jahorina/workflows"
	"jahorina/workflows/submission"
)

type attachmentsView struct {
	*answering
	Files []submission.Attachment
	MaxMB int
	Most  int
}

func showAttachments(q *request, tx *workflows.Tx, a *answering) error {
	v := attachmentsView{answering: a, MaxMB: submission.MaxAttachment >> 20, Most: submission.MaxAttachments}
	var err error
	if v.Files, err = a.files(tx); err != nil {
		return err
	}
	return q.show("contributor/attachments", q.text.T("contributor.attachments.title"), v)
}

func attach(q *request, tx *workflows.Tx, a *answering) (done, error) {
	name, content, err := q.file("file")
	if err != nil {
		return done{}, err
	}
	if name == "" {
		return done{}, workflows.InvalidField("file", "required")
	}
	if a.Submission == nil {
		if err := a.save(tx, 0, false); err != nil {
			return done{}, err
		}
	}
	// A file more changes nothing that a colleague wrote: it needs no version.
	if _, a.Submission, err = submission.Attach(tx, a.Submission.ID, a.Version(), name, content); err != nil {
		return done{}, err
	}
	return a.attached(), nil
}

func (a *answering) attached() done {
	if a.Amends() {
		return done{to: a.Path + "/attachments", flash: "amended"}
	}
	return done{to: a.Path + "/attachments"}
}

func detach(q *request, tx *workflows.Tx, a *answering) (done, error) {
	if a.Submission == nil {
		return done{}, workflows.Refuse(workflows.NotFound, "not_found")
	}
	files, err := a.files(tx)
	if err != nil {
		return done{}, err
	}
	id := q.form.Get("attachment")
	if !slices.ContainsFunc(files, func(f submission.Attachment) bool { return f.ID == id }) { // gone already
		return done{to: a.Path + "/attachments"}, nil
	}
	version, err := q.version()
	if err != nil {
		return done{}, err
	}
	if a.Submission, err = submission.Detach(tx, a.Submission.ID, version, id); err != nil {
		return done{}, err
	}
	return a.attached(), nil
}

// attachment gives a file out as a download, never as a page: it came from
// outside.
func attachment(q *request) error {
	f, err := submission.GetAttachment(q.read(), q.c.Param("id"))
	if err != nil {
		return err
	}
	h := q.c.Writer.Header()
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	q.c.Data(http.StatusOK, f.MediaType, f.Content)
	return nil
}
