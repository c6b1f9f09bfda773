package strategy

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"jahorina/policies"
	"jahorina/workflows"
)

// Upload is a document that was read and waits for whoever sent it to correct
// and accept it. Nobody else sees it; after UploadLife it is gone.
type Upload struct {
	ID           string
	StrategyID   string
	PersonID     string
	Title        string
	Language     string
	MediaType    string
	Source       []byte        // as it was sent
	SourceSHA256 string        `gorm:"column:source_sha256"`
	Blocks       []UploadBlock `gorm:"serializer:json"`
	Notices      []Notice      `gorm:"serializer:json"`
	Corrected    bool
	Version      int64
	CreatedAt    time.Time
	UpdatedAt    time.Time
	ExpiresAt    time.Time
}

// UploadBlock is a block as it was understood, or corrected since.
type UploadBlock struct {
	Kind    Kind   `json:"kind"`
	Level   int    `json:"level"`
	Number  string `json:"number"`
	Heading string `json:"heading"`
	Text    string `json:"text"`
	Out     bool   `json:"out,omitempty"` // left out of the draft
}

// UploadLife is how long an upload waits; UploadsEach how many one person may
// have, the oldest making room.
const (
	UploadLife  = 7 * 24 * time.Hour
	UploadsEach = 10
)

// The longest that is taken of one block, in bytes.
const (
	maxNumber  = 60
	maxHeading = 2000
	maxText    = 200_000
)

// BlockKinds are the kinds of block in the order in which one chooses.
var BlockKinds = []Kind{KindParagraph, KindSection, KindTitle, KindTable, KindNote, KindVerbatim}

// MayAddDraft returns the strategy if the actor may add drafts to it: to be
// asked before a file is read.
func MayAddDraft(tx *workflows.Tx, strategyID string) (*Strategy, error) {
	s, err := Get(tx, strategyID)
	if err != nil {
		return nil, err
	}
	return s, tx.Check("draft", "create", policies.Target{State: s.StateCode})
}

// KeepUpload keeps what was read until it is accepted.
func KeepUpload(tx *workflows.Tx, strategyID string, c Content) (*Upload, error) {
	if _, err := MayAddDraft(tx, strategyID); err != nil {
		return nil, err
	}
	u := &Upload{
		ID: workflows.NewID(), StrategyID: strategyID, PersonID: tx.Actor.ID, Title: c.Title, Language: c.Language, MediaType: c.MediaType,
		Source: c.Source, SourceSHA256: c.SHA256, Blocks: []UploadBlock{}, Notices: append([]Notice{}, c.Notices...),
		Version: 1, CreatedAt: tx.Now, UpdatedAt: tx.Now, ExpiresAt: tx.Now.Add(UploadLife),
	}
	for _, b := range c.Blocks {
		u.Blocks = append(u.Blocks, uploadBlock(b))
	}
	var ids []string
	err := tx.DB().Model(&Upload{}).Where("person_id = ?", u.PersonID).Order("created_at DESC, id DESC").Limit(1000).Pluck("id", &ids).Error
	if err == nil && len(ids) >= UploadsEach {
		err = tx.DB().Where("id IN ?", ids[UploadsEach-1:]).Delete(&Upload{}).Error
	}
	if err != nil {
		return nil, fmt.Errorf("make room for an upload: %w", err)
	}
	if err := tx.Insert(u); err != nil {
		return nil, fmt.Errorf("keep upload: %w", err)
	}
	return u, nil
}

func uploadBlock(b Block) UploadBlock {
	return UploadBlock{Kind: b.Kind, Level: b.Level, Number: b.Number, Heading: b.Heading, Text: b.Text}
}

// GetUpload returns an upload of the actor's own, while they may add drafts.
func GetUpload(tx *workflows.Tx, id string) (*Upload, error) {
	var u Upload
	if err := tx.One(&u, "id = ? AND person_id = ? AND expires_at > ?", id, tx.Actor.ID, tx.Now); err != nil {
		return nil, err
	}
	_, err := MayAddDraft(tx, u.StrategyID)
	return &u, err
}

// Uploads are those of the actor that wait for a strategy, the newest first, without
// their files and blocks.
func Uploads(tx *workflows.Tx, strategyID string) ([]Upload, error) {
	if _, err := MayAddDraft(tx, strategyID); err != nil {
		return nil, err
	}
	var out []Upload
	err := tx.DB().Select("id", "strategy_id", "title", "language", "media_type", "source_sha256", "corrected", "version", "created_at", "updated_at", "expires_at").
		Where("strategy_id = ? AND person_id = ? AND expires_at > ?", strategyID, tx.Actor.ID, tx.Now).Order("created_at DESC, id DESC").Limit(UploadsEach).Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("list uploads: %w", err)
	}
	return out, nil
}

// holdUpload is GetUpload for a change of the version that was seen; 0 for
// whichever it is.
func holdUpload(tx *workflows.Tx, id string, version int64) (*Upload, error) {
	if _, err := GetUpload(tx, id); err != nil {
		return nil, err
	}
	var u Upload
	if err := tx.Lock(&u, false, "id = ?", id); err != nil {
		return nil, err
	}
	if version != 0 && u.Version != version {
		return nil, workflows.Refuse(workflows.Stale, "stale")
	}
	return &u, nil
}

// Content is the upload as it would become a draft.
func (u *Upload) Content() Content {
	c := Content{
		Title: u.Title, Language: u.Language, SHA256: u.SourceSHA256, Source: u.Source, MediaType: u.MediaType, Notices: u.Notices, Corrected: u.Corrected,
	}
	for _, b := range u.Blocks {
		if !b.Out {
			c.Blocks = append(c.Blocks, Block{Kind: b.Kind, Level: b.Level, Number: b.Number, Heading: b.Heading, Text: b.Text})
		}
	}
	Arrange(c.Blocks)
	c.Gaps = FindGaps(c.Blocks)
	return c
}

// AcceptUpload makes the next draft of an upload, which is gone then. blocks
// are as a person corrected them; nil: as the upload has them. title and
// language are those of the upload where they are "".
func AcceptUpload(tx *workflows.Tx, id string, version int64, blocks []UploadBlock, title, language string) (*Draft, []Provision, error) {
	u, err := holdUpload(tx, id, version)
	if err != nil {
		return nil, nil, err
	}
	if blocks != nil {
		var p workflows.Problems
		for i := range blocks {
			blocks[i].check(&p, fmt.Sprintf("blocks[%d].", i))
		}
		if len(p) > 0 {
			return nil, nil, p.Err()
		}
		u.Corrected = u.Corrected || !slices.Equal(blocks, u.Blocks)
		u.Blocks = blocks
	}
	if language != "" {
		u.Language = language
	}
	c := u.Content()
	if len(c.Blocks) == 0 {
		return nil, nil, workflows.InvalidField("blocks", "document_no_text")
	}
	if title == "" {
		title = u.Title
	}
	d, rows, err := AddDraft(tx, u.StrategyID, title, c)
	if err != nil {
		return nil, nil, err
	}
	return d, rows, tx.DB().Where("id = ?", u.ID).Delete(&Upload{}).Error
}

// DiscardUpload throws an upload away.
func DiscardUpload(tx *workflows.Tx, id string) (*Upload, error) {
	u, err := holdUpload(tx, id, 0)
	if err != nil {
		return nil, err
	}
	return u, tx.DB().Where("id = ?", u.ID).Delete(&Upload{}).Error
}

// SweepUploads removes uploads that have waited too long.
func SweepUploads(ctx context.Context, e *workflows.Engine) error {
	return e.Write(ctx, workflows.Actor{}, func(tx *workflows.Tx) error {
		return tx.DB().Where("expires_at <= ?", tx.Now).Delete(&Upload{}).Error
	})
}

// check brings a block into the form that its kind has, and notes what is wrong
// with it.
func (b *UploadBlock) check(p *workflows.Problems, field string) {
	b.Text, b.Number = strings.TrimSpace(b.Text), strings.TrimSpace(b.Number)
	b.Heading = strings.Join(strings.Fields(b.Heading), " ")
	p.OneOf(field+"kind", string(b.Kind), kindWords()...)
	p.Text(field+"number", b.Number, maxNumber, false)
	switch {
	case b.Kind == KindSection || b.Kind == KindTitle:
		if b.Heading == "" {
			b.Heading, b.Text = strings.Join(strings.Fields(b.Text), " "), ""
		}
		if b.Level = max(min(b.Level, 6), 1); b.Kind == KindTitle {
			b.Level = 0
		}
		p.Text(field+"heading", b.Heading, maxHeading, b.Number == "")
	case b.Text == "":
		b.Text, b.Heading = b.Heading, ""
	}
	if b.Kind != KindSection && b.Kind != KindParagraph {
		b.Number = ""
	}
	p.Text(field+"text", b.Text, maxText, b.Heading == "" && b.Number == "")
}

func kindWords() []string {
	out := make([]string, len(BlockKinds))
	for i, k := range BlockKinds {
		out[i] = string(k)
	}
	return out
}
