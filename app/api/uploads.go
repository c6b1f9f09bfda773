package api

import (
	"context"
	"mime"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"jahorina/app/documents"
	"jahorina/workflows"
	"jahorina/workflows/strategy"
)

// MarkdownIn is a document to be read, sent as JSON.
type MarkdownIn struct {
	Title    string `json:"title,omitempty" doc:"The document's own if not given"`
	Language string `json:"language,omitempty" doc:"BCP 47; found from the text if not given"`
	Markdown string `json:"markdown"`
}

// UploadedPart is a block of a document as it was read, or corrected.
type UploadedPart struct {
	Kind    string `json:"kind" doc:"title, section, paragraph, table, note or verbatim"`
	Level   int    `json:"level,omitempty" doc:"Of a section, from 1"`
	Number  string `json:"number,omitempty" doc:"As printed"`
	Heading string `json:"heading,omitempty"`
	Text    string `json:"text,omitempty"`
	Out     bool   `json:"out,omitempty" doc:"Left out of the draft"`
}

// NoticeView is what the reader left out or had to decide.
type NoticeView struct {
	Key     string `json:"key"`
	Count   int    `json:"count"`
	Message string `json:"message"`
}

// UploadView is a document that was read and waits to be accepted.
type UploadView struct {
	ID           string         `json:"id"`
	StrategyID   string         `json:"strategy_id"`
	Title        string         `json:"title"`
	Language     string         `json:"language" doc:"BCP 47"`
	MediaType    string         `json:"media_type" doc:"Of the source; empty for Markdown"`
	SourceSHA256 string         `json:"source_sha256"`
	Corrected    bool           `json:"corrected"`
	ExpiresAt    time.Time      `json:"expires_at"`
	Blocks       []UploadedPart `json:"blocks" nullable:"false"`
	Gaps         []GapView      `json:"gaps" nullable:"false"`
	Notices      []NoticeView   `json:"notices" nullable:"false"`
}

// WaitingUpload is a document that was read, in a list.
type WaitingUpload struct {
	ID           string    `json:"id"`
	Title        string    `json:"title"`
	Language     string    `json:"language" doc:"BCP 47"`
	MediaType    string    `json:"media_type"`
	SourceSHA256 string    `json:"source_sha256"`
	Corrected    bool      `json:"corrected"`
	ExpiresAt    time.Time `json:"expires_at"`
}

func (s *server) registerRead() {
	read(s, call{path: "/strategies/{id}/uploads", id: "list-uploads", summary: "Documents of your own that were read and wait, without their blocks"}, uploads)
	read(s, call{path: "/uploads/{id}", id: "upload", summary: "A document that was read"}, oneUpload)
	write(s, call{method: http.MethodDelete, path: "/uploads/{id}", id: "discard-upload", summary: "Throw a document that was read away"}, discardUpload)
	huma.Register(s.api, s.operation(call{method: http.MethodGet, path: "/drafts/{id}/source", id: "draft-source", summary: "Download the file a draft was made of"}), s.downloadSource)
}

func viewUpload(who asker, u *strategy.Upload) UploadView {
	v := UploadView{
		ID: u.ID, StrategyID: u.StrategyID, Title: u.Title, Language: u.Language, MediaType: u.MediaType, SourceSHA256: u.SourceSHA256,
		Corrected: u.Corrected, ExpiresAt: u.ExpiresAt.UTC(), Blocks: []UploadedPart{}, Gaps: []GapView{}, Notices: []NoticeView{},
	}
	for _, b := range u.Blocks {
		v.Blocks = append(v.Blocks, UploadedPart{string(b.Kind), b.Level, b.Number, b.Heading, b.Text, b.Out})
	}
	for _, g := range u.Content().Gaps {
		v.Gaps = append(v.Gaps, GapView{g, gapMessage(who, g)})
	}
	for _, n := range u.Notices {
		v.Notices = append(v.Notices, NoticeView{n.Key, n.Count, who.text.T("noticed."+n.Key, "Count", n.Count)})
	}
	return v
}

func uploads(tx *workflows.Tx, in *ByID) (list[WaitingUpload], error) {
	found, err := strategy.Uploads(tx, in.ID)
	return listOf(found, "", func(u strategy.Upload) WaitingUpload {
		return WaitingUpload{u.ID, u.Title, u.Language, u.MediaType, u.SourceSHA256, u.Corrected, u.ExpiresAt.UTC()}
	}), err
}

func keepUpload(tx *workflows.Tx, in *draftUpload, b brought) (UploadView, error) {
	if b.given.Upload != "" {
		return UploadView{}, workflows.InvalidField("upload", "unknown_field")
	}
	u, err := strategy.KeepUpload(tx, in.ID, b.content)
	if err != nil {
		return UploadView{}, err
	}
	return viewUpload(askerOf(tx.Context()), u), nil
}

func oneUpload(tx *workflows.Tx, in *ByID) (UploadView, error) {
	u, err := strategy.GetUpload(tx, in.ID)
	if err != nil {
		return UploadView{}, err
	}
	return viewUpload(askerOf(tx.Context()), u), nil
}

func discardUpload(tx *workflows.Tx, in *ByID) (UploadView, error) {
	u, err := strategy.DiscardUpload(tx, in.ID)
	if err != nil {
		return UploadView{}, err
	}
	return viewUpload(askerOf(tx.Context()), u), nil
}

// acceptUpload makes the draft of what was read for the same strategy.
func acceptUpload(tx *workflows.Tx, strategyID string, in DraftIn) (DraftView, error) {
	u, err := strategy.GetUpload(tx, in.Upload)
	if err != nil {
		return DraftView{}, err
	}
	if u.StrategyID != strategyID {
		return DraftView{}, workflows.Refuse(workflows.NotFound, "not_found")
	}
	var blocks []strategy.UploadBlock
	for _, b := range in.Blocks {
		blocks = append(blocks, strategy.UploadBlock{Kind: strategy.Kind(b.Kind), Level: b.Level, Number: b.Number, Heading: b.Heading, Text: b.Text, Out: b.Out})
	}
	d, rows, err := strategy.AcceptUpload(tx, u.ID, 0, blocks, in.Title, in.Language)
	if err != nil {
		return DraftView{}, err
	}
	return viewDraft(askerOf(tx.Context()), d, rows, nil), nil
}

func (s *server) downloadSource(ctx context.Context, in *ByID) (*file, error) {
	who := askerOf(ctx)
	d, source, err := strategy.Source(s.Engine.Read(ctx, who.actor), in.ID)
	if err != nil {
		return nil, s.problem(who, err)
	}
	media := d.MediaType
	if media == "" {
		media = "text/markdown; charset=utf-8"
	}
	name := "draft-" + d.SourceSHA256[:12] + documents.EndingOf(d.MediaType)
	return &file{
		ContentType: media, Disposition: mime.FormatMediaType("attachment", map[string]string{"filename": name}),
		Sniffing: "nosniff", Policy: "sandbox; default-src 'none'", Body: source,
	}, nil
}
