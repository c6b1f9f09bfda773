// Package coverage keeps the register of obligations and says which provisions
// of a strategy serve which of them. The register that ships with the program is
// public law and the same for all; a state may add its own beside it. What is
// gone is withdrawn, never deleted, and every wording there was is kept.
//
// That a provision serves an obligation belongs to the provision's identity, and
// so goes into the next draft with it. It is changed in the newest draft alone,
// and no more once that is published: what an older draft was said to serve
// stays so. It refuses to count or to judge: how well an obligation is met is
// not said here.
package coverage

import (
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/coverage/register"
)

// Obligation is a provision of an instrument that binds states, as registered.
type Obligation struct {
	Code          string  `gorm:"primaryKey"` // of a state's own: "XJ:SAA-126"
	StateCode     *string // whose own it is; nil: of the shipped register
	Place         string  // in its table
	Instrument    string
	Provision     string // article or paragraph
	Theme         string
	Kind          string // of measure called for
	Title         string
	Summary       string   // in our own words
	Lead          string   // who usually has it
	Sectors       []string `gorm:"serializer:json"`
	Checked       string   // how far the text was read: one of register.Marks
	Source        string
	Folded        string
	ContentSHA256 string `gorm:"column:content_sha256"`
	Version       int64
	AddedAt       time.Time
	ChangedAt     time.Time
	WithdrawnAt   *time.Time
}

// Version is a wording that an obligation had, and how it came to be.
type Version struct {
	Code          string       `gorm:"primaryKey"`
	Version       int64        `gorm:"primaryKey"`
	Change        string       // added, revised, withdrawn, restored
	Wording       register.Row `gorm:"serializer:json"`
	ContentSHA256 string       `gorm:"column:content_sha256"`
	ChangedBy     string
	ChangedAt     time.Time
}

// TableName is where GORM keeps versions.
func (Version) TableName() string { return "obligation_versions" }

// Own says whether a state added it for itself.
func (o *Obligation) Own() bool { return o.StateCode != nil }

// Of says whether it can bind the state: it is of the shipped register, or the
// state's own.
func (o *Obligation) Of(state string) bool { return o.StateCode == nil || *o.StateCode == state }

// Filter cuts the list of obligations down. Empty fields let everything through.
type Filter struct {
	Instrument string
	Theme      string
	Kind       string
	Checked    string
	Query      string // words, or a code
	State      string // the shipped ones and this state's own; "": those of all
}

func (f Filter) check() error {
	var p workflows.Problems
	p.Search("q", f.Query)
	p.Search("instrument", f.Instrument)
	for _, w := range []struct {
		field, value string
		words        []string
	}{{"theme", f.Theme, register.Themes}, {"kind", f.Kind, register.Kinds}, {"checked", f.Checked, register.Marks}} {
		if w.value != "" {
			p.OneOf(w.field, w.value, w.words...)
		}
	}
	return p.Err()
}

// standing is the query for those in force that pass the filter.
func standing(tx *workflows.Tx, f Filter) (*gorm.DB, error) {
	if err := tx.Check("obligation", "read", policies.Target{}); err != nil {
		return nil, err
	}
	if err := f.check(); err != nil {
		return nil, err
	}
	q := tx.DB().Model(&Obligation{}).Where("obligations.withdrawn_at IS NULL")
	for column, value := range map[string]string{"instrument": f.Instrument, "theme": f.Theme, "kind": f.Kind, "checked": f.Checked} {
		if value != "" {
			q = q.Where("obligations."+column+" = ?", value)
		}
	}
	if f.Query != "" {
		q = q.Where(`obligations.folded LIKE ? ESCAPE '\'`, workflows.LikePart(workflows.FoldName(f.Query)))
	}
	if f.State != "" {
		q = q.Where("obligations.state_code IS NULL OR obligations.state_code = ?", f.State)
	}
	return q, nil
}

// List returns the obligations in force, in the order of the register.
func List(tx *workflows.Tx, f Filter, page workflows.Page) ([]Obligation, string, error) {
	q, err := standing(tx, f)
	if err != nil {
		return nil, "", err
	}
	return workflows.Rows(q, "place", page, func(o Obligation) string { return o.Place })
}

// Count is how many obligations in force pass the filter.
func Count(tx *workflows.Tx, f Filter) (int, error) {
	q, err := standing(tx, f)
	if err != nil {
		return 0, err
	}
	var n int64
	err = q.Count(&n).Error
	return int(n), err
}

// Get returns an obligation, withdrawn or not, and the wordings it had, the
// newest first.
func Get(tx *workflows.Tx, code string) (*Obligation, []Version, error) {
	if err := tx.Check("obligation", "read", policies.Target{}); err != nil {
		return nil, nil, err
	}
	var o Obligation
	if err := tx.One(&o, "code = ?", code); err != nil {
		return nil, nil, err
	}
	var versions []Version
	err := tx.DB().Where("code = ?", code).Order("version DESC").Limit(workflows.MaxLimit).Find(&versions).Error
	return &o, versions, err
}

// Binds says of codes whether the register has them, withdrawn or not, for the
// state. Each is looked up once.
func Binds(tx *workflows.Tx, state string) func(code string) (bool, error) {
	known := map[string]bool{}
	return func(code string) (bool, error) {
		if binds, looked := known[code]; looked {
			return binds, nil
		}
		o, _, err := Get(tx, code)
		if err != nil && !workflows.IsKind(err, workflows.NotFound) {
			return false, err
		}
		known[code] = err == nil && o.Of(state)
		return known[code], nil
	}
}

// Instrument is one with how many obligations of it are in force.
type Instrument struct {
	Name  string
	Count int
	Own   bool // a state's own obligations alone are of it
}

// Instruments lists those of which obligations are in force, in the order of the
// register.
func Instruments(tx *workflows.Tx, f Filter) ([]Instrument, error) {
	q, err := standing(tx, f)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		Instrument    string
		Count, Shared int
	}
	err = q.Select("instrument, COUNT(*) AS count, SUM(CASE WHEN state_code IS NULL THEN 1 ELSE 0 END) AS shared").
		Group("instrument").Order("MIN(place)").Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("count obligations: %w", err)
	}
	out := make([]Instrument, len(rows))
	for i, r := range rows {
		out[i] = Instrument{r.Instrument, r.Count, r.Shared == 0}
	}
	return out, nil
}

// Changed lists the columns in which two wordings differ.
func Changed(a, b register.Row) []string {
	var out []string
	for _, c := range []struct{ name, a, b string }{
		{"instrument", a.Instrument, b.Instrument},
		{"provision", a.Provision, b.Provision},
		{"theme", a.Theme, b.Theme},
		{"kind", a.Kind, b.Kind},
		{"title", a.Title, b.Title},
		{"summary", a.Summary, b.Summary},
		{"lead", a.Lead, b.Lead},
		{"checked", a.Checked, b.Checked},
		{"source", a.Source, b.Source},
	} {
		if c.a != c.b {
			out = append(out, c.name)
		}
	}
	if !slices.Equal(a.Sectors, b.Sectors) {
		out = append(out, "sectors")
	}
	return out
}
