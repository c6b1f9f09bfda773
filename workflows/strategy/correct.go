package strategy

import (
	"slices"
	"strings"

	"jahorina/workflows"
)

// The ways in which a block of an upload is corrected.
const (
	CorrectSave     = "save"
	CorrectJoin     = "join"     // with the one above it
	CorrectSplit    = "split"    // into what Rest has
	CorrectLeaveOut = "leaveout" // of the draft
	CorrectPutBack  = "putback"
)

// Correction is what a person makes of a block.
type Correction struct {
	Act   string
	Block UploadBlock   // as typed; of save, join and split
	Rest  []UploadBlock // of split: what comes after it
}

// CorrectBlock corrects the block at the place, from 0, of the version that the
// person saw.
func CorrectBlock(tx *workflows.Tx, id string, version int64, at int, c Correction) (*Upload, error) {
	u, err := holdUpload(tx, id, version)
	if err != nil {
		return nil, err
	}
	if at < 0 || at >= len(u.Blocks) {
		return nil, workflows.Refuse(workflows.NotFound, "not_found")
	}
	if err := u.correct(at, c); err != nil {
		return nil, err
	}
	raw, err := workflows.JSON(u.Blocks)
	if err != nil {
		return nil, err
	}
	set := map[string]any{"blocks": raw, "corrected": true}
	if err := tx.Update("uploads", u.ID, u.Version, set); err != nil {
		return nil, err
	}
	u.Corrected, u.Version = true, u.Version+1
	return u, nil
}

func (u *Upload) correct(at int, c Correction) error {
	b := c.Block
	if c.Act == CorrectLeaveOut || c.Act == CorrectPutBack {
		u.Blocks[at].Out = c.Act == CorrectLeaveOut
		return nil
	}
	var p workflows.Problems
	if b.check(&p, ""); len(p) > 0 {
		return p.Err()
	}
	if b.Kind == KindTitle { // there is one: another was none
		for i := range u.Blocks {
			if u.Blocks[i].Kind == KindTitle && i != at {
				u.Blocks[i].Kind, u.Blocks[i].Level = KindSection, 1
			}
		}
	}
	u.Blocks[at] = b
	rest := slices.Clone(c.Rest)
	if (b.Kind == KindSection || b.Kind == KindTitle) && b.Text != "" { // a heading has no text: it goes below
		rest = append([]UploadBlock{{Kind: KindParagraph, Text: b.Text}}, rest...)
		u.Blocks[at].Text = ""
	} else if b.Heading != "" && b.Kind != KindSection && b.Kind != KindTitle {
		u.Blocks[at].Text, u.Blocks[at].Heading = b.Heading+"\n"+b.Text, ""
	}
	switch c.Act {
	case CorrectSave:
	case CorrectSplit:
		if len(rest) == 0 {
			return workflows.InvalidField("text", "nothing_to_split")
		}
	case CorrectJoin:
		return u.join(at, rest)
	default:
		return workflows.InvalidField("act", "required")
	}
	u.Blocks = slices.Insert(u.Blocks, at+1, rest...)
	return nil
}

// join puts a block to the end of the one above it that is not left out.
func (u *Upload) join(at int, rest []UploadBlock) error {
	above := at - 1
	for above >= 0 && u.Blocks[above].Out {
		above--
	}
	if above < 0 {
		return workflows.InvalidField("act", "nothing_above")
	}
	b, to := u.Blocks[at], &u.Blocks[above]
	var lines []string
	for _, s := range []string{strings.TrimSpace(b.Number + " " + b.Heading), b.Text} {
		if s != "" {
			lines = append(lines, s)
		}
	}
	if b.Heading == "" && b.Number != "" {
		lines = []string{strings.TrimSpace(b.Number + " " + b.Text)}
	}
	for _, r := range rest {
		lines = append(lines, r.Text)
	}
	if to.Kind == KindSection || to.Kind == KindTitle {
		to.Heading = strings.TrimSpace(to.Heading + " " + strings.Join(strings.Fields(strings.Join(lines, " ")), " "))
	} else {
		to.Text = strings.TrimSpace(to.Text + "\n" + strings.Join(lines, "\n"))
	}
	u.Blocks = slices.Delete(u.Blocks, at, at+1)
	return nil
}
