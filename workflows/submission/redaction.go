package submission

import (
	"fmt"
	"strings"
	"time"

	"jahorina/workflows"
)

// Parts of a comment that can be withheld: words wherever they stand in it or in
// the answer to it, the proposed change, or all of it.
const (
	Words          = "words"
	ProposedChange = "proposed_change"
	WholeComment   = "comment"
)

// RedactionReasons say why something is withheld from the public.
var RedactionReasons = []string{"personal_data", "abuse", "defamation", "sensitive", "spam", "other"}

// Redaction withholds part of a comment from all but its sender and those who
// run, decide or audit the consultation. The comment itself is left as it was
// received. Passage is "" for those who may not read it.
type Redaction struct {
	ID             string
	ConsultationID string
	CommentID      string
	Part           string
	Passage        string // the words, exactly; only of Words
	Reason         string
	Words          string // why, in a sentence for the public
	Holder         string // the office that keeps it
	MadeBy         string
	MadeByName     string
	MadeAt         time.Time
	ReviewDate     time.Time // when to look whether it must still be
	LiftedBy       string
	LiftedByName   string
	LiftedAt       *time.Time
	LiftedReason   string
}

// Mark is what stands in a text for the withheld words.
func (r Redaction) Mark() string { return "[withheld: " + r.Reason + "]" }

// Redactions lists, by comment, what of them is withheld, oldest first; with
// lifted also what no longer is.
func Redactions(tx *workflows.Tx, lifted bool, commentIDs ...string) (map[string][]Redaction, error) {
	out := map[string][]Redaction{}
	for len(commentIDs) > 0 {
		n := min(len(commentIDs), 500)
		q := tx.DB().Where("comment_id IN ?", commentIDs[:n])
		if !lifted {
			q = q.Where("lifted_at IS NULL")
		}
		var rows []Redaction
		if err := q.Order("id").Find(&rows).Error; err != nil {
			return nil, fmt.Errorf("read redactions: %w", err)
		}
		for _, r := range rows {
			out[r.CommentID] = append(out[r.CommentID], r)
		}
		commentIDs = commentIDs[n:]
	}
	return out, nil
}

// Redact takes out of the comment what is withheld of it.
func (m *Comment) Redact(all []Redaction) {
	for _, r := range all {
		if r.Part == WholeComment {
			m.Text, m.ProposedChange, m.Reference = r.Mark(), "", ""
		}
	}
	if m.ProposedChange != "" {
		for _, r := range all {
			if r.Part == ProposedChange {
				m.ProposedChange = r.Mark()
			}
		}
	}
	for _, text := range []*string{&m.Text, &m.ProposedChange, &m.Rationale, &m.Reference} {
		*text = withhold(*text, all)
	}
	m.TextFolded, m.OpenFolded = "", nil
}

// Contains says whether the words stand anywhere in the comment or in the answer
// to it.
func (m *Comment) Contains(passage string) bool {
	for _, text := range []string{m.Text, m.ProposedChange, m.Rationale, m.Reference} {
		if strings.Contains(text, passage) {
			return true
		}
	}
	return false
}

// withhold puts marks for withheld words, wherever they stand. What overlaps
// becomes one mark.
func withhold(text string, all []Redaction) string {
	gone := make([]string, len(text)) // by byte, the mark
	found := false
	for _, r := range all {
		if r.Part != Words || r.Passage == "" {
			continue
		}
		for at := 0; ; at++ {
			i := strings.Index(text[at:], r.Passage)
			if i < 0 {
				break
			}
			at += i
			found = true
			for j := at; j < at+len(r.Passage); j++ {
				if gone[j] == "" {
					gone[j] = r.Mark()
				}
			}
		}
	}
	if !found {
		return text
	}
	var out strings.Builder
	for i := range len(text) {
		switch {
		case gone[i] == "":
			out.WriteByte(text[i])
		case i == 0 || gone[i-1] == "":
			out.WriteString(gone[i])
		}
	}
	return out.String()
}

// Whole says whether nothing is left of the comment for the public.
func Whole(all []Redaction) *Redaction {
	for i := range all {
		if all[i].Part == WholeComment {
			return &all[i]
		}
	}
	return nil
}

// Refold keeps, for the search of those who may not read all, the comments'
// texts as they now are for them.
func Refold(tx *workflows.Tx, commentIDs ...string) error {
	all, err := Redactions(tx, true, commentIDs...)
	if err != nil {
		return err
	}
	for id, list := range all {
		var live []Redaction
		for _, r := range list {
			if r.LiftedAt == nil {
				live = append(live, r)
			}
		}
		var m Comment
		if err := tx.One(&m, "id = ?", id); err != nil {
			return err
		}
		var folded any
		if len(live) > 0 {
			m.Redact(live)
			folded = workflows.Fold(m.Text + "\n" + m.ProposedChange)
		}
		if err := tx.DB().Model(&Comment{}).Where("id = ?", id).Update("open_folded", folded).Error; err != nil {
			return fmt.Errorf("keep what may be found: %w", err)
		}
	}
	return nil
}

// hide takes out of listed comments what is withheld, and says what was.
func hide(tx *workflows.Tx, rows []Listed, from func(*Listed) bool) error {
	ids := make([]string, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	all, err := Redactions(tx, false, ids...)
	if err != nil {
		return err
	}
	for i := range rows {
		r := &rows[i]
		r.Withheld = all[r.ID]
		if len(r.Withheld) > 0 && from(r) {
			r.Redact(r.Withheld)
			for j := range r.Withheld {
				r.Withheld[j].Passage, r.Withheld[j].MadeBy, r.Withheld[j].MadeByName = "", "", ""
			}
		}
	}
	return nil
}
