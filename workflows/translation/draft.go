package translation

import (
	"fmt"
	"strings"
	"time"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/strategy"
)

// Stray is a part of a translated document for which no provision was found. It
// waits until a person says where it belongs, or that it belongs nowhere.
type Stray struct {
	ID        string
	DraftID   string
	Language  string
	Position  int    // in the document, from 1
	Number    string // as printed there
	Text      string
	Author    string
	Tool      string
	Status    string
	CreatedBy string
	CreatedAt time.Time
	Outcome   string // "": waits; placed, dropped, replaced (by another upload)
	SettledBy string
	SettledAt *time.Time
}

// TableName is where GORM keeps strays.
func (Stray) TableName() string { return "translation_strays" }

// document is a draft with all its parts, as somebody may translate it.
type document struct {
	*object
	provisions []strategy.Provision
}

func loadDocument(tx *workflows.Tx, draftID string) (*document, error) {
	o, provisions, err := wholeDraft(tx, draftID)
	if err != nil {
		return nil, err
	}
	return &document{o, provisions}, tx.Check(o.policy, "translate", o.target)
}

// Uploaded says what became of the parts of a translated document.
type Uploaded struct {
	Language string
	Placed   int // parts that found their provision
	Changed  int // of them new, or other than what stood before
	Missing  []strategy.Provision
	Strays   []Stray
}

// Upload stores a translated document beside a draft: each part as the
// translation of the provision with its number, or in its place between two
// such. What finds none waits as a stray, in place of those of earlier uploads.
// Nothing is taken back by what the document leaves out.
func Upload(tx *workflows.Tx, draftID, lang string, content strategy.Content, in New) (*Uploaded, error) {
	d, err := loadDocument(tx, draftID)
	if err != nil {
		return nil, err
	}
	w, err := newWriter(tx, d.object, lang)
	if err != nil {
		return nil, err
	}
	texts, strays := d.align(content)
	given := map[Ref]New{}
	for ref, text := range texts {
		n := in
		n.Text = text
		given[ref] = n
	}
	if _, err := w.put(given, d.sources); err != nil {
		return nil, err
	}
	out := &Uploaded{Language: w.language, Placed: len(texts), Changed: w.changed}
	for _, p := range d.provisions {
		if r := refOf(&p); p.Kind != strategy.KindTitle && texts[r] == "" && p.Heading+p.Text != "" {
			out.Missing = append(out.Missing, p)
		}
	}
	if err := w.replaceStrays(d.id, in, strays); err != nil {
		return nil, err
	}
	out.Strays, err = Strays(tx, d.id, w.language)
	return out, err
}

// refOf names the one text that a part of a draft has.
func refOf(p *strategy.Provision) Ref {
	if p.Kind == strategy.KindSection {
		return Ref{Provision, p.ID, "heading"}
	}
	return Ref{Provision, p.ID, "text"}
}

// align gives the texts of a document to the parts of the draft; the rest, by
// position, finds no place.
func (d *document) align(content strategy.Content) (texts map[Ref]string, strays []Stray) {
	source := make([]strategy.Block, len(d.provisions))
	for i, p := range d.provisions {
		source[i] = strategy.Block{Kind: p.Kind, Number: p.Number, Heading: p.Heading, Text: p.Text}
	}
	texts = map[Ref]string{}
	for i, at := range strategy.Align(source, content.Blocks) {
		b := content.Blocks[i]
		text := strings.TrimSpace(b.Heading + "\n" + b.Text)
		switch {
		case b.Kind == strategy.KindTitle:
			texts[Ref{Draft, d.id, "title"}] = text
		case at >= 0 && d.provisions[at].Kind != strategy.KindTitle:
			texts[refOf(&d.provisions[at])] = text
		default:
			strays = append(strays, Stray{Position: i + 1, Number: b.Number, Text: text})
		}
	}
	return texts, strays
}

func (w *writer) replaceStrays(draftID string, in New, strays []Stray) error {
	tx := w.tx
	set := map[string]any{"outcome": "replaced", "settled_by": tx.Actor.ID, "settled_at": tx.Now}
	if err := tx.DB().Model(&Stray{}).Where("draft_id = ? AND language = ? AND outcome = ''", draftID, w.language).Updates(set).Error; err != nil {
		return fmt.Errorf("replace strays: %w", err)
	}
	status := in.Status
	if status == "" {
		status = Working
	}
	for i := range strays {
		s := &strays[i]
		s.ID, s.DraftID, s.Language, s.Author, s.Tool, s.Status = workflows.NewID(), draftID, w.language, in.Author, in.Tool, status
		s.CreatedBy, s.CreatedAt = tx.Actor.ID, tx.Now
	}
	for start := 0; start < len(strays); start += keysAtOnce {
		if err := tx.Insert(strays[start:min(start+keysAtOnce, len(strays))]); err != nil {
			return fmt.Errorf("store strays: %w", err)
		}
	}
	return nil
}

// Strays lists what waits to be placed in a draft, in the order of the document,
// for those who may translate it.
func Strays(tx *workflows.Tx, draftID, lang string) ([]Stray, error) {
	d, err := strategy.GetDraft(tx, draftID)
	if err != nil {
		return nil, err
	}
	if err := tx.Check("draft", "translate", policies.Target{State: d.StateCode}); err != nil {
		return nil, err
	}
	var out []Stray
	err = tx.DB().Where("draft_id = ? AND language = ? AND outcome = ''", draftID, lang).Order("position").Limit(workflows.MaxLimit).Find(&out).Error
	return out, err
}

// Settle puts a stray on the provision, after what stands there already, or with
// provisionID "" drops it.
func Settle(tx *workflows.Tx, strayID, provisionID string) (*Stray, error) {
	var s Stray
	if err := tx.One(&s, "id = ?", strayID); err != nil {
		return nil, err
	}
	d, err := loadDocument(tx, s.DraftID)
	if err != nil {
		return nil, err
	}
	s.Outcome = "dropped"
	if provisionID != "" {
		s.Outcome = "placed"
		if err := d.place(tx, &s, provisionID); err != nil {
			return nil, err
		}
	}
	set := map[string]any{"outcome": s.Outcome, "settled_by": tx.Actor.ID, "settled_at": tx.Now}
	res := tx.DB().Model(&Stray{}).Where("id = ? AND outcome = ''", s.ID).Updates(set)
	if res.Error != nil {
		return nil, fmt.Errorf("settle stray: %w", res.Error)
	}
	if res.RowsAffected != 1 {
		return nil, workflows.Refuse(workflows.Stale, "stale")
	}
	return &s, nil
}

func (d *document) place(tx *workflows.Tx, s *Stray, provisionID string) error {
	w, err := newWriter(tx, d.object, s.Language)
	if err != nil {
		return err
	}
	for _, source := range d.sources {
		if source.ID != provisionID || source.Object != Provision {
			continue
		}
		rows, err := standing(tx, []Source{source}, s.Language)
		if err != nil {
			return err
		}
		in := New{Text: s.Text, Author: s.Author, Tool: s.Tool, Status: s.Status}
		if before := standsFor(source, rows); before != nil && before.Text != "" {
			in.Text = before.Text + "\n" + s.Text
		}
		_, err = w.put(map[Ref]New{source.Ref(): in}, []Source{source})
		return err
	}
	return workflows.InvalidField("provision_id", "provision_of_another_draft")
}
