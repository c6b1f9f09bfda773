package translation

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"jahorina/workflows"
)

// New is what a translation is made from.
type New struct {
	Text   string // "" takes back what stands
	Author string // "": whoever stores it, unless a tool made it
	Tool   string // "": a person made it
	Status string // "": working
	// Replaces is the translation that was seen to stand: "none", its id, or ""
	// for whatever stands. Source is the hash of the wording that was seen; ""
	// for whatever it is. Anything else there by now is Stale.
	Replaces string
	Source   string
}

// NothingStands is a New's Replaces where no translation was seen.
const NothingStands = "none"

// Put stores a translation of one field of an object. The one it replaces
// stays in the history. The same again changes nothing.
func Put(tx *workflows.Tx, kind, id, field, lang string, in New) (*Translation, error) {
	o, err := load(tx, kind, id)
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
	w, err := newWriter(tx, o, lang)
	if err != nil {
		return nil, err
	}
	stored, err := w.put(map[Ref]New{s.Ref(): in}, []Source{s})
	if err != nil || len(stored) == 0 {
		return nil, err
	}
	return &stored[0], nil
}

// Item is one text of several that are stored at once.
type Item struct {
	Ref
	New
}

// PutAll stores translations of several texts of one object and what belongs
// to it (see All), all or none, and says how many of them are new. What is wrong
// is named "texts[0].text" and so on. A translation that is not what was seen is
// a field's error here, so that all of them are told at once.
func PutAll(tx *workflows.Tx, kind, id, lang string, items []Item) (changed int, err error) {
	objects, err := whole(tx, kind, id)
	if err != nil {
		return 0, err
	}
	at := map[Ref]string{}
	for i, item := range items {
		at[item.Ref] = fmt.Sprintf("texts[%d].", i)
	}
	var p workflows.Problems
	for _, o := range objects {
		n, err := putSome(tx, o, lang, items, at)
		changed += n
		var e *workflows.Error
		switch {
		case errors.As(err, &e) && e.Kind == workflows.Invalid:
			p = append(p, e.Fields...)
		case err != nil:
			return 0, err
		}
	}
	for _, a := range at {
		p.Add(a+"id", "nothing_to_translate")
	}
	return changed, p.Err()
}

// putSome stores those of the items that belong to the object and takes their
// names out of at.
func putSome(tx *workflows.Tx, o *object, lang string, items []Item, at map[Ref]string) (int, error) {
	texts, names := map[Ref]New{}, map[Ref]string{}
	for _, item := range items {
		is := func(s Source) bool { return s.Ref() == item.Ref }
		if name, left := at[item.Ref]; left && slices.ContainsFunc(o.sources, is) {
			texts[item.Ref], names[item.Ref] = item.New, name
			delete(at, item.Ref)
		}
	}
	if len(texts) == 0 {
		return 0, nil
	}
	if err := tx.Check(o.policy, "translate", o.target); err != nil {
		return 0, err
	}
	w, err := newWriter(tx, o, lang)
	if err != nil {
		return 0, err
	}
	w.at = func(r Ref) string { return names[r] }
	_, err = w.put(texts, o.sources)
	return w.changed, err
}

// maxTag bounds the tag of a language, in bytes (RFC 5646, 4.4.1).
const maxTag = 35

// writer stores translations of the texts of one object into one language.
type writer struct {
	tx       *workflows.Tx
	object   *object
	language string
	problems workflows.Problems
	at       func(Ref) string // what the fields of a text are called
	changed  int
}

func newWriter(tx *workflows.Tx, o *object, lang string) (*writer, error) {
	w := &writer{tx: tx, object: o, at: func(Ref) string { return "" }}
	var err error
	w.language, err = Accepts("language", lang)
	return w, err
}

// put stores what is new in the texts, records it, and returns what stands for
// each, in the order of the sources.
func (w *writer) put(texts map[Ref]New, sources []Source) ([]Translation, error) {
	sources = slices.DeleteFunc(slices.Clone(sources), func(s Source) bool { _, given := texts[s.Ref()]; return !given })
	rows, err := standing(w.tx, sources, w.language)
	if err != nil {
		return nil, err
	}
	var out, fresh []Translation
	var old []string
	for _, s := range sources {
		before := standsFor(s, rows)
		in := texts[s.Ref()]
		w.check(s, in)
		t := w.row(s, in)
		if before != nil && before.same(t) || before == nil && t.Text == "" {
			if before != nil {
				out = append(out, *before)
			}
			continue
		}
		if err := w.checkSeen(s, in, before); err != nil {
			return nil, err
		}
		if before != nil {
			old = append(old, before.ID)
		}
		out, fresh = append(out, t), append(fresh, t)
	}
	if err := w.problems.Err(); err != nil || len(fresh) == 0 {
		return out, err
	}
	w.changed = len(fresh)
	if err := w.store(fresh, old); err != nil {
		return nil, err
	}
	return out, nil
}

func standsFor(s Source, rows []Translation) *Translation {
	sum := workflows.SHA256(s.Text)
	for i := range rows {
		if rows[i].lookup() == s.lookup() && rows[i].SourceSHA256 == sum {
			return &rows[i]
		}
	}
	return nil
}

func (t *Translation) same(o Translation) bool {
	return t.Text == o.Text && t.Author == o.Author && t.Tool == o.Tool && t.Status == o.Status && t.BySender == o.BySender
}

// checkSeen: whoever translated saw what stands, and what it says.
func (w *writer) checkSeen(s Source, in New, before *Translation) error {
	stands := NothingStands
	if before != nil && before.Text != "" {
		stands = before.ID
	}
	if (in.Replaces == "" || in.Replaces == stands) && (in.Source == "" || in.Source == workflows.SHA256(s.Text)) {
		return nil
	}
	at := w.at(s.Ref())
	if at == "" {
		return workflows.Refuse(workflows.Stale, "stale")
	}
	w.problems.Add(at+"text", "translation_changed_meanwhile")
	return nil
}

// row is the row of a new translation.
func (w *writer) row(s Source, in New) Translation {
	t := Translation{
		ID: workflows.NewID(), Object: s.Object, ObjectKey: s.Key, OriginID: s.ID, Field: s.Field, Language: w.language,
		Text: in.Text, TextFolded: workflows.Fold(in.Text), Source: s.Text, SourceSHA256: workflows.SHA256(s.Text),
		Author: strings.TrimSpace(in.Author), Tool: strings.TrimSpace(in.Tool), Status: in.Status,
		CreatedBy: w.tx.Actor.ID, CreatedAt: w.tx.Now,
	}
	if strings.TrimSpace(in.Text) == "" {
		t.Text, t.TextFolded = "", ""
	}
	if t.Status == "" {
		t.Status = Working
	}
	if w.object.own {
		// Whoever sent the comment may have asked that their name be withheld.
		t.BySender, t.Author, t.Status = true, "", Working
	} else if t.Author == "" && t.Tool == "" {
		t.Author = w.tx.Actor.Name
	}
	return t
}

func (w *writer) check(s Source, in New) {
	p, at := &w.problems, w.at(s.Ref())
	// Other languages need more room, some three times the bytes.
	p.Text(at+"text", in.Text, max(workflows.MaxParagraph, 4*len(s.Text)), false)
	p.Text(at+"author", in.Author, workflows.MaxName, false)
	p.Text(at+"tool", in.Tool, workflows.MaxName, false)
	if in.Status != "" {
		p.OneOf(at+"status", in.Status, Statuses...)
	}
	if sameLanguage(w.language, s.Language) {
		p.Add("language", "language_of_source", "Language", w.language)
	}
	if s.Field == "options" && in.Text != "" {
		w.checkOptions(at+"text", s.Text, in.Text)
	}
}

// checkOptions: answers are kept by the options of the source, so that each
// line must be the translation of one.
func (w *writer) checkOptions(field, source, text string) {
	given := optionsOf(text)
	if n := len(optionsOf(source)); len(given) != n {
		w.problems.Add(field, "translation_options_count", "Count", n)
		return
	}
	for i, o := range given {
		if strings.TrimSpace(o) == "" || slices.Index(given, o) != i {
			w.problems.Add(field, "option_unclear")
			return
		}
	}
}

// sameLanguage: another script is another text to read, another region is not
// told apart.
func sameLanguage(a, b string) bool {
	x, err := language.Parse(a)
	y, other := language.Parse(b)
	if err != nil || other != nil {
		return false
	}
	bx, _ := x.Base()
	by, _ := y.Base()
	sx, _ := x.Script()
	sy, _ := y.Script()
	return bx == by && sx == sy
}

// store writes new rows in place of old ones and records it.
func (w *writer) store(fresh []Translation, old []string) error {
	for some := range slices.Chunk(old, keysAtOnce) {
		res := w.tx.DB().Model(&Translation{}).Where("id IN ? AND superseded_at IS NULL", some).Update("superseded_at", w.tx.Now)
		if res.Error != nil {
			return fmt.Errorf("supersede translations: %w", res.Error)
		}
		if int(res.RowsAffected) != len(some) {
			return workflows.Refuse(workflows.Stale, "stale")
		}
	}
	for some := range slices.Chunk(fresh, keysAtOnce) {
		if err := w.tx.Insert(some); workflows.IsDuplicate(err) {
			return workflows.Refuse(workflows.Stale, "stale")
		} else if err != nil {
			return fmt.Errorf("store translations: %w", err)
		}
	}
	action, sum := "translate", ""
	if len(fresh) == 1 {
		if sum = workflows.SHA256(fresh[0].Text); fresh[0].Text == "" {
			action = "untranslate"
		}
	}
	return w.record(action, sum)
}

func (w *writer) record(action, sum string) error {
	o := w.object
	return w.tx.Record(workflows.Entry{
		State: o.target.State, ConsultationID: o.consultationID, Action: action, Object: o.kind, ObjectID: o.id,
		To: w.language, SHA256: sum, Confidential: o.confidential,
	})
}
