package strategy

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"jahorina/policies"
	"jahorina/workflows"
)

// Draft is one numbered version of a strategy. It never changes: a correction
// is the next draft.
type Draft struct {
	ID            string
	StrategyID    string
	Version       int
	Title         string
	Language      string     // BCP 47
	Source        []byte     `gorm:"->:false;<-:create"` // as it was sent; read by Source alone, as files are large
	SourceSHA256  string     `gorm:"column:source_sha256"`
	MediaType     string     // of the source; "" for Markdown
	Corrected     bool       // a person corrected how the source was read
	Gaps          []Gap      `gorm:"serializer:json"`
	ContentSHA256 string     `gorm:"column:content_sha256"`
	FrozenAt      *time.Time // when it first went out for consultation
	CreatedBy     string
	CreatedAt     time.Time

	StateCode string `gorm:"-"`
}

// Provision is a block of a draft as stored, with the identity that survives
// into later drafts. Blocks with a number are what one comments on.
type Provision struct {
	ID         string
	DraftID    string
	Identity   string
	Position   int
	Kind       Kind
	Level      int
	Number     string
	Heading    string
	Text       string
	Section    string
	Origin     Origin // how it came from the draft before
	FromNumber string // its number there
	Resembles  string // identity it might be, until a person says so
}

// Numbered says whether the block is a provision in the strict sense.
func (p Provision) Numbered() bool { return p.Number != "" }

func (p Provision) block() Block {
	return Block{Kind: p.Kind, Level: p.Level, Number: p.Number, Heading: p.Heading, Text: p.Text, Section: p.Section}
}

// AddDraft stores the next version of a strategy. What is recognised from the
// version before keeps its identity; what only resembles something is new until
// a person confirms it.
func AddDraft(tx *workflows.Tx, strategyID, title string, content Content) (*Draft, []Provision, error) {
	s, err := Get(tx, strategyID)
	if err != nil {
		return nil, nil, err
	}
	if err := tx.Check("draft", "create", policies.Target{State: s.StateCode}); err != nil {
		return nil, nil, err
	}
	if title == "" {
		title = content.Title
	}
	var p workflows.Problems
	if p.Text("title", title, workflows.MaxName, true); len(p) > 0 {
		return nil, nil, p.Err()
	}
	version, known, err := before(tx, strategyID)
	if err != nil {
		return nil, nil, err
	}
	d := &Draft{
		ID: workflows.NewID(), StrategyID: strategyID, Version: version + 1, Title: title, Language: content.Language,
		Source: content.Source, SourceSHA256: content.SHA256, MediaType: content.MediaType, Corrected: content.Corrected, Gaps: append([]Gap{}, content.Gaps...),
		CreatedBy: tx.Actor.ID, CreatedAt: tx.Now, StateCode: s.StateCode,
	}
	provisions := carry(d.ID, known, content.Blocks)
	if d.ContentSHA256, err = contentHash(provisions); err != nil {
		return nil, nil, err
	}
	if err := storeDraft(tx, d, provisions); err != nil {
		return nil, nil, err
	}
	entry := workflows.Entry{State: s.StateCode, Action: "create", Object: "draft", ObjectID: d.ID, SHA256: d.ContentSHA256}
	return d, provisions, tx.Record(entry)
}

func storeDraft(tx *workflows.Tx, d *Draft, provisions []Provision) error {
	if err := tx.Insert(d); err != nil {
		if workflows.IsDuplicate(err) {
			return workflows.Refuse(workflows.Conflict, "changed_meanwhile", "Object", "strategy")
		}
		return fmt.Errorf("store draft: %w", err)
	}
	const batch = 500 // rows in one statement: SQLite takes 32,766 values
	for start := 0; start < len(provisions); start += batch {
		if err := tx.Insert(provisions[start:min(start+batch, len(provisions))]); err != nil {
			return fmt.Errorf("store provisions: %w", err)
		}
	}
	return nil
}

// before returns the newest version's number and blocks; 0 and none at first.
func before(tx *workflows.Tx, strategyID string) (int, []Known, error) {
	var last Draft
	err := tx.DB().Omit("source").Where("strategy_id = ?", strategyID).Order("version DESC").Limit(1).Find(&last).Error
	if err != nil || last.ID == "" {
		return 0, nil, err
	}
	rows, err := Provisions(tx, last.ID)
	return last.Version, knownOf(rows), err
}

func knownOf(rows []Provision) []Known {
	out := make([]Known, len(rows))
	for i, r := range rows {
		out[i] = Known{Identity: r.Identity, Block: r.block()}
	}
	return out
}

func carry(draftID string, known []Known, blocks []Block) []Provision {
	links := Carry(known, blocks).Links
	out := make([]Provision, len(blocks))
	for i, b := range blocks {
		l := links[i]
		out[i] = Provision{
			ID: workflows.NewID(), DraftID: draftID, Identity: l.Identity, Position: i + 1, Kind: b.Kind, Level: b.Level,
			Number: b.Number, Heading: b.Heading, Text: b.Text, Section: b.Section,
			Origin: l.Origin, FromNumber: l.From, Resembles: l.Resembles,
		}
		if out[i].Identity == "" {
			out[i].Identity = workflows.NewID()
		}
	}
	return out
}

// contentHash covers what is printed, not how it came about.
func contentHash(provisions []Provision) (string, error) {
	printed := make([][4]string, len(provisions))
	for i, p := range provisions {
		printed[i] = [4]string{string(p.Kind), p.Number, p.Heading, p.Text}
	}
	raw, err := workflows.JSON(printed)
	return workflows.SHA256(raw), err
}

// GetDraft returns a draft the actor may read.
func GetDraft(tx *workflows.Tx, id string) (*Draft, error) {
	d, err := DraftByID(tx, id)
	if err != nil {
		return nil, err
	}
	t, err := d.target(tx)
	if err != nil {
		return nil, err
	}
	return d, tx.Check("draft", "read", t)
}

// DraftByID returns a draft for the workflows above, which have checked the
// right to something that rests on it.
func DraftByID(tx *workflows.Tx, id string) (*Draft, error) {
	var d Draft
	if err := tx.One(&d, "id = ?", id); err != nil {
		return nil, err
	}
	var s Strategy
	if err := tx.One(&s, "id = ?", d.StrategyID); err != nil {
		return nil, err
	}
	d.StateCode = s.StateCode
	return &d, nil
}

// Source returns what was sent, byte for byte, for those who make drafts: a file
// can hold more than what it prints.
func Source(tx *workflows.Tx, id string) (*Draft, []byte, error) {
	d, err := GetDraft(tx, id)
	if err != nil {
		return nil, nil, err
	}
	if err := tx.Check("draft", "create", policies.Target{State: d.StateCode}); err != nil {
		return nil, nil, err
	}
	var row struct{ Source []byte }
	err = tx.DB().Table("drafts").Select("source").Where("id = ?", id).Scan(&row).Error
	return d, row.Source, err
}

// Newest returns the newest draft of the strategy that the draft belongs to.
func Newest(tx *workflows.Tx, draftID string) (*Draft, error) {
	d, err := DraftByID(tx, draftID)
	if err != nil {
		return nil, err
	}
	var last Draft
	err = tx.DB().Where("strategy_id = ?", d.StrategyID).Order("version DESC").Limit(1).Find(&last).Error
	last.StateCode = d.StateCode
	return &last, err
}

// Drafts lists a strategy's drafts without their source, newest first.
func Drafts(tx *workflows.Tx, strategyID string) ([]Draft, error) {
	s, err := Get(tx, strategyID)
	if err != nil {
		return nil, err
	}
	return readable(tx, strategyID, s.StateCode)
}

// readable are the drafts of a strategy that the actor may read.
func readable(tx *workflows.Tx, strategyID, state string) ([]Draft, error) {
	var all, out []Draft
	if err := tx.DB().Omit("source").Where("strategy_id = ?", strategyID).Order("version DESC").Find(&all).Error; err != nil {
		return nil, fmt.Errorf("read drafts: %w", err)
	}
	for _, d := range all {
		d.StateCode = state
		t, err := d.target(tx)
		if err != nil {
			return nil, err
		}
		if tx.May("draft", "read", t) {
			out = append(out, d)
		}
	}
	return out, nil
}

// target: whoever may read a consultation may read the draft it is about, and
// with the response the revised one. Until it has gone out, a draft is for the
// state's own officials.
func (d *Draft) target(tx *workflows.Tx) (policies.Target, error) {
	t := policies.Target{State: d.StateCode}
	if d.FrozenAt == nil {
		t.Confidentiality = "confidential"
		return t, nil
	}
	var rounds []struct{ ID, Kind, State string }
	err := tx.DB().Table("consultations").Select("id, kind, state").
		Where("opened_at IS NOT NULL AND (draft_id = ? OR (revised_draft_id = ? AND state = 'published'))", d.ID, d.ID).Scan(&rounds).Error
	if err != nil {
		return t, fmt.Errorf("look for consultations on the draft: %w", err)
	}
	var ids []string
	for _, r := range rounds {
		t.Public = t.Public || r.Kind == "public" || r.State == "published"
		ids = append(ids, r.ID)
		if h := tx.Actor.Roles; len(h) == 1 && h[0].ConsultationID == r.ID {
			t.ConsultationID = r.ID // came by a link to this one
		}
	}
	if t.ConsultationID == "" {
		if t.ConsultationID, err = d.advised(tx); err != nil {
			return t, err
		}
	}
	if len(ids) > 0 {
		err = tx.DB().Table("invitations").Where("consultation_id IN ?", ids).Pluck("organisation_id", &t.Invited).Error
	}
	return t, err
}

// advised is a consultation on the draft, or that it answers, in whose review
// the actor advises; "" if there is none.
func (d *Draft) advised(tx *workflows.Tx) (string, error) {
	var on, found []string
	for _, h := range tx.Actor.Roles {
		if h.Role == policies.Adviser {
			on = append(on, h.ConsultationID)
		}
	}
	if len(on) == 0 {
		return "", nil
	}
	err := tx.DB().Table("consultations").Where("id IN ? AND (draft_id = ? OR revised_draft_id = ?)", on, d.ID, d.ID).Limit(1).Pluck("id", &found).Error
	return strings.Join(found, ""), err
}

// Provisions lists the blocks of a draft in order, for whoever may read it.
func Provisions(tx *workflows.Tx, draftID string) ([]Provision, error) {
	var out []Provision
	if err := tx.DB().Where("draft_id = ?", draftID).Order("position").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read provisions: %w", err)
	}
	return out, nil
}

// Added are the provisions of the newer list that the older one does not have.
func Added(older, newer []Provision) []Provision {
	known := map[string]bool{}
	for _, p := range older {
		known[p.Identity] = true
	}
	return slices.DeleteFunc(slices.Clone(newer), func(p Provision) bool { return known[p.Identity] })
}

// GetProvision returns a provision with its draft, if the actor may read that.
func GetProvision(tx *workflows.Tx, id string) (*Provision, *Draft, error) {
	var p Provision
	if err := tx.One(&p, "id = ?", id); err != nil {
		return nil, nil, err
	}
	d, err := GetDraft(tx, p.DraftID)
	return &p, d, err
}

// Resembled returns the provision of the draft before that p might be; NotFound
// if it resembles none.
func Resembled(tx *workflows.Tx, p *Provision, d *Draft) (*Provision, error) {
	var before Provision
	of := tx.DB().Model(&Draft{}).Select("id").Where("strategy_id = ? AND version = ?", d.StrategyID, d.Version-1)
	return &before, tx.One(&before, "identity = ? AND draft_id IN (?)", p.Resembles, of)
}

// Freeze notes that a draft has gone out for consultation.
func Freeze(tx *workflows.Tx, draftID string) error {
	return tx.DB().Model(&Draft{}).Where("id = ? AND frozen_at IS NULL", draftID).Update("frozen_at", tx.Now).Error
}

// Confirm says that a provision which only resembles one of the draft before
// is that one, so that comments and history follow it. Possible until the draft
// goes out.
func Confirm(tx *workflows.Tx, provisionID string) error {
	p, d, err := GetProvision(tx, provisionID)
	if err != nil {
		return err
	}
	if err := tx.Check("draft", "create", policies.Target{State: d.StateCode}); err != nil {
		return err
	}
	var held Draft // against going out meanwhile
	if err := tx.Lock(&held, true, "id = ?", d.ID); err != nil {
		return err
	}
	if held.FrozenAt != nil || p.Origin != OriginDoubtful {
		return workflows.Refuse(workflows.Conflict, "nothing_to_confirm")
	}
	set := map[string]any{"identity": p.Resembles, "origin": string(OriginReworded), "resembles": ""}
	res := tx.DB().Model(&Provision{}).Where("id = ? AND origin = ?", p.ID, string(OriginDoubtful)).Updates(set)
	if workflows.IsDuplicate(res.Error) || res.Error == nil && res.RowsAffected != 1 {
		return workflows.Refuse(workflows.Conflict, "nothing_to_confirm")
	}
	if res.Error != nil {
		return fmt.Errorf("confirm identity: %w", res.Error)
	}
	return tx.Record(workflows.Entry{State: d.StateCode, Action: "confirm", Object: "provision", ObjectID: p.ID, Reason: p.Resembles})
}

// Redlined is the comparison of two drafts of one strategy.
type Redlined struct {
	Old, New *Draft
	Changes  []Change

	ids map[string]string
}

// ProvisionID is the id of the provision with the identity: in the newer draft,
// or in the older one where it is deleted.
func (r *Redlined) ProvisionID(identity string) string { return r.ids[identity] }

// Diff compares two drafts the actor may read, whichever is the older.
func Diff(tx *workflows.Tx, a, b string) (*Redlined, error) {
	x, err := GetDraft(tx, a)
	if err != nil {
		return nil, err
	}
	y, err := GetDraft(tx, b)
	if err != nil {
		return nil, err
	}
	if x.StrategyID != y.StrategyID {
		return nil, workflows.InvalidField("against", "draft_of_another_strategy")
	}
	if x.Version > y.Version {
		x, y = y, x
	}
	before, err := Provisions(tx, x.ID)
	if err != nil {
		return nil, err
	}
	after, err := Provisions(tx, y.ID)
	if err != nil {
		return nil, err
	}
	ids := map[string]string{}
	for _, p := range slices.Concat(before, after) {
		ids[p.Identity] = p.ID
	}
	return &Redlined{Old: x, New: y, Changes: Compare(knownOf(before), knownOf(after)), ids: ids}, nil
}
