package submission

import (
	"fmt"
	"net/http"
	"path"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"jahorina/workflows"
)

// Limits of attachments.
const (
	MaxAttachment  = 5 << 20 // bytes
	MaxAttachments = 10      // of one submission
)

// Attachment is a file sent with a submission. It is only ever given out as a
// download.
type Attachment struct {
	ID           string
	SubmissionID string
	Name         string
	MediaType    string
	Size         int64
	SHA256       string `gorm:"column:sha256"`
	Content      []byte
	CreatedAt    time.Time
}

// mediaTypes by file ending, with what the first bytes must look like.
var mediaTypes = map[string]struct{ media, sniffed string }{
	".pdf":  {"application/pdf", "application/pdf"},
	".docx": {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/zip"},
	".xlsx": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/zip"},
	".odt":  {"application/vnd.oasis.opendocument.text", "application/zip"},
	".ods":  {"application/vnd.oasis.opendocument.spreadsheet", "application/zip"},
	".txt":  {"text/plain; charset=utf-8", "text/plain"},
	".csv":  {"text/csv; charset=utf-8", "text/plain"},
	".md":   {"text/markdown; charset=utf-8", "text/plain"},
	".png":  {"image/png", "image/png"},
	".jpg":  {"image/jpeg", "image/jpeg"},
	".jpeg": {"image/jpeg", "image/jpeg"},
}

// Attach adds a file to a submission whose version the sender saw; to one that
// was submitted this is an amendment.
func Attach(tx *workflows.Tx, submissionID string, version int64, name string, content []byte) (*Attachment, *Submission, error) {
	file, err := newAttachment(name, content)
	if err != nil {
		return nil, nil, err
	}
	file.ID, file.SubmissionID, file.CreatedAt = workflows.NewID(), submissionID, tx.Now
	s, err := change(tx, submissionID, version, func() error {
		have, err := Attachments(tx, submissionID)
		if err != nil {
			return err
		}
		if len(have) >= MaxAttachments {
			return workflows.InvalidField("file", "too_many", "Max", MaxAttachments)
		}
		return tx.Insert(file)
	})
	return file, s, err
}

// Detach takes a file out of a submission again.
func Detach(tx *workflows.Tx, submissionID string, version int64, attachmentID string) (*Submission, error) {
	return change(tx, submissionID, version, func() error {
		res := tx.DB().Where("id = ? AND submission_id = ?", attachmentID, submissionID).Delete(&Attachment{})
		if res.Error == nil && res.RowsAffected == 0 {
			return workflows.Refuse(workflows.NotFound, "not_found")
		}
		return res.Error
	})
}

// change edits or amends a submission by what do changes.
func change(tx *workflows.Tx, id string, version int64, do func() error) (*Submission, error) {
	s, c, err := holdToEdit(tx, id, version)
	if err != nil {
		return nil, err
	}
	if err := do(); err != nil {
		return nil, fmt.Errorf("change attachments: %w", err)
	}
	content, err := ContentOf(tx, s)
	if err != nil {
		return nil, err
	}
	return s, replace(tx, s, c, content, false)
}

func newAttachment(name string, content []byte) (*Attachment, error) {
	name = strings.TrimSpace(name)
	kind, ok := mediaTypes[strings.ToLower(path.Ext(name))]
	switch {
	case name == "" || !utf8.ValidString(name) || len(name) > 200 || strings.ContainsAny(name, `/\`) || strings.ContainsFunc(name, unsafeInName):
		return nil, workflows.InvalidField("file", "bad_file_name")
	case len(content) == 0:
		return nil, workflows.InvalidField("file", "empty_file")
	case len(content) > MaxAttachment:
		return nil, workflows.Refuse(workflows.TooLarge, "file_too_large", "MaxMB", MaxAttachment>>20)
	case !ok:
		return nil, workflows.InvalidField("file", "file_type")
	}
	sniffed, _, _ := strings.Cut(http.DetectContentType(content), ";")
	if sniffed != kind.sniffed {
		return nil, workflows.InvalidField("file", "file_type")
	}
	return &Attachment{Name: name, MediaType: kind.media, Size: int64(len(content)), SHA256: workflows.SHA256(content), Content: content}, nil
}

func unsafeInName(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }

// Attachments lists a submission's files without their content, for whoever may
// read the submission.
func Attachments(tx *workflows.Tx, submissionID string) ([]Attachment, error) {
	var out []Attachment
	if err := tx.DB().Omit("content").Where("submission_id = ?", submissionID).Order("id").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read attachments: %w", err)
	}
	return out, nil
}

// GetAttachment returns a file with its content, if the actor may read the
// submission it came with.
func GetAttachment(tx *workflows.Tx, id string) (*Attachment, error) {
	var f Attachment
	if err := tx.One(&f, "id = ?", id); err != nil {
		return nil, err
	}
	_, _, err := Get(tx, f.SubmissionID)
	return &f, err
}
