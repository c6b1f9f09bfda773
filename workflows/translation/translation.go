// Package translation keeps texts in other languages beside the texts they
// translate: drafts, consultations with their questions, comments and their
// dispositions. The source is never touched and never hidden, and it alone
// binds; a translation names who made it, or which tool.
//
// A translation belongs to one wording of its source. Where the wording has
// changed since, it is stale: it is told to be so, and shown to those only who
// may read the earlier wording too. It goes along with the identity of its
// provision, so that a new draft begins with what was translated before.
//
// It holds no right to read: whoever may read a text may read its
// translations, and nobody else. It refuses texts of what is not there, a
// translation into the source's own language, and to forget: what is replaced
// stays.
package translation

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"jahorina/workflows"
)

// Objects whose fields can be translated.
const (
	Draft        = "draft"        // title
	Provision    = "provision"    // heading or text
	Consultation = "consultation" // title, summary
	Question     = "question"     // text, help, options (a line each)
	Comment      = "comment"      // text, proposed_change
	Disposition  = "disposition"  // rationale; its id is the comment's
)

// Objects lists them.
var Objects = []string{Draft, Provision, Consultation, Question, Comment, Disposition}

// Statuses of a translation: one that the ministry stands by, or one that only
// helps to read.
const (
	Official = "official"
	Working  = "working"
)

// Statuses lists them.
var Statuses = []string{Official, Working}

// Translation is a text in another language, as stored.
type Translation struct {
	ID           string
	Object       string
	ObjectKey    string // what it goes along with, see Source
	OriginID     string // the object it was made at
	Field        string
	Language     string // BCP 47
	Text         string // "": taken back
	TextFolded   string
	Source       string // the wording that was translated
	SourceSHA256 string `gorm:"column:source_sha256"`
	Author       string // who made it; "" for a tool alone, or the sender
	Tool         string // what made it; "" for a person
	BySender     bool   // by whoever sent the comment: their name may be withheld
	Status       string
	CreatedBy    string
	CreatedAt    time.Time
	SupersededAt *time.Time
}

// Text is a translation as its reader gets it.
type Text struct {
	Translation
	Stale bool // of an earlier wording
}

// Source is a text that can be translated, as whoever asks was allowed to read
// it. Key is what its translations go along with: the identity of a provision,
// the strategy of a draft's title, the consultation of a question (whose ids
// change while it is edited), else the object's own id.
type Source struct {
	Object, ID, Key, Field string
	Text                   string
	Language               string // BCP 47, "und" where nobody knows
	// Earlier says that the reader may see translations of earlier wordings.
	// Those of provisions and of titles are shown by the right to the draft they
	// were made at.
	Earlier bool
}

// Ref names a source among others.
type Ref struct{ Object, ID, Field string }

// Ref names the source.
func (s Source) Ref() Ref { return Ref{s.Object, s.ID, s.Field} }

// SHA256 is the hash of its wording.
func (s Source) SHA256() string { return workflows.SHA256(s.Text) }

func (s Source) lookup() lookup { return lookup{s.Object, s.Key, s.Field} }

type lookup struct{ object, key, field string }

func (t *Translation) lookup() lookup { return lookup{t.Object, t.ObjectKey, t.Field} }

// Of returns the translations into the language that stand beside the sources,
// for whoever was allowed to read those. What has none is not in the map.
func Of(tx *workflows.Tx, sources []Source, language string) (map[Ref]Text, error) {
	rows, err := standing(tx, sources, language)
	if err != nil {
		return nil, err
	}
	return choose(tx, sources, rows)
}

// choose finds, for each source, the translation of its very wording, or else
// the newest of an earlier one if the reader may see that.
func choose(tx *workflows.Tx, sources []Source, rows []Translation) (map[Ref]Text, error) {
	by := map[lookup][]Translation{}
	for _, r := range rows {
		by[r.lookup()] = append(by[r.lookup()], r)
	}
	earlier := newEarlier(tx)
	out := map[Ref]Text{}
	for _, s := range sources {
		if s.Text == "" {
			continue
		}
		t, found, err := earlier.choose(s, by[s.lookup()])
		if err != nil {
			return nil, err
		}
		if found && t.Text != "" {
			out[s.Ref()] = t
		}
	}
	return out, nil
}

func (e *earlier) choose(s Source, rows []Translation) (Text, bool, error) {
	sum := workflows.SHA256(s.Text)
	for _, r := range rows {
		if r.SourceSHA256 == sum {
			return Text{Translation: r}, true, nil
		}
	}
	for _, r := range slices.Backward(rows) { // oldest first
		if s.Object == Question && r.OriginID != s.ID {
			continue
		}
		shown, err := e.shown(s, r)
		if err != nil || shown {
			return Text{Translation: r, Stale: true}, shown, err
		}
	}
	return Text{}, false, nil
}

// keysAtOnce bounds the values of one statement.
const keysAtOnce = 500

// standing reads the rows of the sources that were not superseded, oldest
// first; language "" reads those in all languages, without their texts.
func standing(tx *workflows.Tx, sources []Source, language string) ([]Translation, error) {
	keys := map[string][]string{}
	for _, s := range sources {
		if !slices.Contains(keys[s.Object], s.Key) {
			keys[s.Object] = append(keys[s.Object], s.Key)
		}
	}
	var out []Translation
	for object, all := range keys {
		for some := range slices.Chunk(all, keysAtOnce) {
			q := tx.DB().Where("object = ? AND object_key IN ? AND superseded_at IS NULL", object, some)
			if language != "" {
				q = q.Where("language = ?", language)
			} else {
				q = q.Select(`id, object, object_key, origin_id, field, language, source_sha256, status, created_at,
					CASE text WHEN '' THEN '' ELSE 'x' END AS text`) // whether there is one will do
			}
			var rows []Translation
			if err := q.Order("created_at, id").Find(&rows).Error; err != nil {
				return nil, fmt.Errorf("read translations: %w", err)
			}
			out = append(out, rows...)
		}
	}
	return out, nil
}

// Progress is how far a translation into a language has come.
type Progress struct {
	Language string
	Total    int // texts there are, those in this language aside
	Done     int // translated, stale ones included
	Stale    int // whose source has changed since
	Official int // done, and official
}

// Languages says into which languages the sources are translated, and how far,
// for whoever was allowed to read them. In order of the tags.
func Languages(tx *workflows.Tx, sources []Source) ([]Progress, error) {
	rows, err := standing(tx, sources, "")
	if err != nil {
		return nil, err
	}
	by := map[string][]Translation{}
	for _, r := range rows {
		by[r.Language] = append(by[r.Language], r)
	}
	var out []Progress
	for language, rows := range by {
		p, err := progress(tx, sources, rows, language)
		if err != nil {
			return nil, err
		}
		if p.Done > 0 {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b Progress) int { return strings.Compare(a.Language, b.Language) })
	return out, nil
}

func progress(tx *workflows.Tx, sources []Source, rows []Translation, language string) (Progress, error) {
	chosen, err := choose(tx, sources, rows)
	if err != nil {
		return Progress{}, err
	}
	p := Progress{Language: language, Done: len(chosen)}
	for _, s := range sources {
		if s.Text != "" && !sameLanguage(s.Language, language) {
			p.Total++
		}
	}
	for _, t := range chosen {
		if t.Stale {
			p.Stale++
		}
		if t.Status == Official {
			p.Official++
		}
	}
	return p, nil
}

// History lists every translation there was of a source into a language, the
// newest first, for those who may translate it.
func History(tx *workflows.Tx, object, id, field, language string) ([]Translation, error) {
	o, err := load(tx, object, id)
	if err != nil {
		return nil, err
	}
	if err := tx.Check(o.policy, "translate", o.target); err != nil {
		return nil, err
	}
	s, err := o.source(field)
	if err != nil {
		return nil, err
	}
	var out []Translation
	err = tx.DB().Where("object = ? AND object_key = ? AND field = ? AND language = ?", s.Object, s.Key, s.Field, language).
		Order("created_at DESC, id DESC").Limit(workflows.MaxLimit).Find(&out).Error
	return out, err
}
