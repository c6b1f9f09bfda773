package exports

import (
	"cmp"
	"fmt"
	"strings"

	"jahorina/app/documents/word"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/strategy"
)

// Redline is the comparison of two drafts the actor may read, whichever is the
// older, in a form of OfRedline but PDF. As a Word document it is the older draft
// with tracked changes: all accepted, it is the newer one; all rejected, the older.
func Redline(tx *workflows.Tx, text *templates.Text, a, b, form string) (*File, error) {
	diff, err := strategy.Diff(tx, a, b)
	if err != nil {
		return nil, err
	}
	f := &File{Name: redlineName(diff, form)}
	switch form {
	case Word:
		var doc word.Document
		if doc, err = redlineDocument(tx, text, diff); err != nil {
			return nil, err
		}
		f.MediaType = word.MediaType
		f.Content, err = word.Write(doc)
	case JSON:
		f.MediaType = jsonType
		f.Content, err = encoded(viewRedline(diff))
	case CSV:
		f.MediaType = csvType
		f.Content, err = asCSV(tableHead(text, changeColumns), changeRows(diff))
	default:
		err = noSuchForm()
	}
	return f, err
}

// RedlineName is the name of the file of a comparison that the actor may read.
func RedlineName(tx *workflows.Tx, a, b, form string) (string, error) {
	diff, err := strategy.Diff(tx, a, b)
	if err != nil {
		return "", err
	}
	return redlineName(diff, form), nil
}

func redlineName(diff *strategy.Redlined, form string) string {
	return Name(diff.New.Title, version(diff.Old)+"-"+version(diff.New), diff.New.Language, form)
}

func redlineDocument(tx *workflows.Tx, text *templates.Text, diff *strategy.Redlined) (word.Document, error) {
	doc := word.Document{
		Title: diff.New.Title, Language: diff.New.Language, Version: fmt.Sprintf("%d-%d", diff.Old.Version, diff.New.Version),
		Identifier: "sha256:" + diff.New.ContentSHA256, Created: diff.New.CreatedAt, Author: author(text, diff.New), Changed: diff.New.CreatedAt,
	}
	before, err := strategy.Provisions(tx, diff.Old.ID)
	if err != nil {
		return doc, err
	}
	after, err := strategy.Provisions(tx, diff.New.ID)
	if err != nil {
		return doc, err
	}
	doc.Body = append(underTitle(tracked(before, after, diff.Changes)), hashes(text, diff.Old, diff.New))
	return doc, nil
}

// tracked writes both drafts as one: what stayed in its place with its changed
// words, and between that what went before what came. What moved went and came.
func tracked(before, after []strategy.Provision, all []strategy.Change) []word.Part {
	stays := map[string]*strategy.Change{}
	for i, c := range all {
		if c.Old != nil && c.New != nil && !c.Relocated {
			stays[c.Identity] = &all[i]
		}
	}
	var out []word.Part
	for len(before)+len(after) > 0 {
		for len(before) > 0 && (stays[before[0].Identity] == nil || len(after) == 0) {
			out, before = append(out, whole(blockOf(&before[0]), word.Deleted)...), before[1:]
		}
		for len(after) > 0 && (stays[after[0].Identity] == nil || len(before) == 0) {
			out, after = append(out, whole(blockOf(&after[0]), word.Inserted)...), after[1:]
		}
		if len(before) == 0 || len(after) == 0 {
			continue // to the rest of the other
		}
		out = append(out, reworded(stays[after[0].Identity])...)
		before, after = before[1:], after[1:]
	}
	return out
}

// reworded writes a block that stayed in its place. One that is of another kind
// now, and a table of which anything changed, went and came.
func reworded(c *strategy.Change) []word.Part {
	o, n := c.Old, c.New
	same := o.Number == n.Number && o.Heading == n.Heading && o.Text == n.Text
	if o.Kind != n.Kind || styleOf(o) != styleOf(n) || o.Level != n.Level || !same && n.Kind == strategy.KindTable {
		return append(whole(o, word.Deleted), whole(n, word.Inserted)...)
	}
	if same {
		return whole(n, word.Kept)
	}
	return []word.Part{paragraph(n, replaced(o.Number, n.Number), words(c.Heading, o.Heading, n.Heading), words(c.Text, o.Text, n.Text))}
}

// words is the redline of words; as one was made, or anew.
func words(made []strategy.Span, old, next string) []strategy.Span {
	if made != nil {
		return made
	}
	return strategy.Redline(old, next)
}

// replaced is the redline of a number: a number is read as a whole.
func replaced(old, next string) []strategy.Span {
	if old == next {
		return []strategy.Span{{Op: strategy.OpEqual, Text: old}}
	}
	return []strategy.Span{{Op: strategy.OpDelete, Text: old}, {Op: strategy.OpInsert, Text: next}}
}

// redlineFile is a comparison as JSON has it.
type redlineFile struct {
	From    draftHead    `json:"from"`
	To      draftHead    `json:"to"`
	Changes []changeFile `json:"changes"`
}

type draftHead struct {
	ID            string `json:"id"`
	Version       int    `json:"version"`
	Title         string `json:"title"`
	Language      string `json:"language"`
	ContentSHA256 string `json:"content_sha256"`
}

type changeFile struct {
	State    strategy.State        `json:"state"`
	Kinds    []strategy.ChangeKind `json:"kinds"`
	Identity string                `json:"identity"`
	Old      *blockFile            `json:"old"`
	New      *blockFile            `json:"new"`
	Heading  []strategy.Span       `json:"heading"`
	Text     []strategy.Span       `json:"text"`
}

func headOf(d *strategy.Draft) draftHead {
	return draftHead{d.ID, d.Version, d.Title, d.Language, d.ContentSHA256}
}

func viewRedline(diff *strategy.Redlined) redlineFile {
	f := redlineFile{From: headOf(diff.Old), To: headOf(diff.New), Changes: make([]changeFile, len(diff.Changes))}
	side := func(b *strategy.Block, identity string) *blockFile {
		if b == nil {
			return nil
		}
		return &blockFile{string(b.Kind), b.Level, b.Number, b.Heading, b.Text, b.Section, identity}
	}
	for i, c := range diff.Changes {
		f.Changes[i] = changeFile{
			State: c.State, Kinds: append([]strategy.ChangeKind{}, c.Kinds()...), Identity: c.Identity, Old: side(c.Old, c.Identity), New: side(c.New, c.Identity),
			Heading: append([]strategy.Span{}, c.Heading...), Text: append([]strategy.Span{}, c.Text...),
		}
	}
	return f
}

var changeColumns = []string{"state", "kinds", "kind", "old_number", "new_number", "old_heading", "new_heading", "old_text", "new_text", "identity"}

func changeRows(diff *strategy.Redlined) [][]string {
	var out [][]string
	for _, c := range diff.Changes {
		o, n := cmp.Or(c.Old, &strategy.Block{}), cmp.Or(c.New, &strategy.Block{})
		var kinds []string
		for _, k := range c.Kinds() {
			kinds = append(kinds, string(k))
		}
		kind := string(cmp.Or(n.Kind, o.Kind))
		out = append(out, []string{string(c.State), strings.Join(kinds, "; "), kind, o.Number, n.Number, o.Heading, n.Heading, o.Text, n.Text, c.Identity})
	}
	return out
}

// author is the name under which the changes stand, with plain spaces: word
// processors list and filter by it.
func author(text *templates.Text, d *strategy.Draft) string {
	return strings.ReplaceAll(label(text, d), "\u00a0", " ")
}
