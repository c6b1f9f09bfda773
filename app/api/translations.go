package api

import (
	"cmp"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"jahorina/app/documents"
	"jahorina/workflows"
	"jahorina/workflows/strategy"
	"jahorina/workflows/translation"
)

// registerTranslations declares the calls on translations of content.
func (s *server) registerTranslations() {
	for _, o := range []struct {
		object, path string
		public       bool
	}{{translation.Draft, "/drafts/{id}", true}, {translation.Consultation, "/consultations/{id}", true}, {translation.Comment, "/comments/{id}", false}} {
		path := o.path + "/translations"
		read(s, call{path: path, id: o.object + "-translations", summary: "Its texts, and their translations", public: o.public}, translationsOf(o.object))
		read(s, call{path: path + "/history", id: o.object + "-translation-history", summary: "Every translation there was of one text, newest first"}, translationHistory(o.object))
		write(s, call{method: http.MethodPut, path: path, id: "translate-" + o.object, summary: "Store translations of its texts, all or none"}, translate(o.object))
	}
	read(s, call{path: "/drafts/{id}/translations/strays", id: "list-strays", summary: "Parts of translated documents that found no provision"}, strays)
	write(s, call{method: http.MethodPost, path: "/strays/{id}/settlement", id: "settle-stray", summary: "Put a stray part on a provision, or drop it"}, settleStray)
	c := call{
		method: http.MethodPost, path: "/drafts/{id}/translations", id: "add-translated-draft", summary: "Store a translated document, part by part",
		status: http.StatusCreated, accepts: []string{jsonType, formType}, limit: maxDraft,
	}
	write(s, c, s.addTranslatedDraft)
	text := &huma.Schema{Type: huma.TypeString}
	form := fileSchema("file", map[string]*huma.Schema{"language": text, "author": text, "tool": text, "status": text})
	form.Required = []string{"file", "language"}
	s.describeBody(c, map[string]*huma.Schema{jsonType: s.schemaOf(TranslatedDraftIn{}), formType: form})
}

// InLanguage is part of the input of calls that give texts in another language
// as well.
type InLanguage struct {
	Lang string `query:"lang" doc:"BCP 47: gives translations into this language beside the texts, in translated"`
}

// TextView is a text in the language asked for.
type TextView struct {
	Text     string `json:"text"`
	Language string `json:"language"`
	Status   string `json:"status" doc:"official, or working: it only helps to read"`
	Stale    bool   `json:"stale" doc:"Of an earlier wording of the source"`
	Author   string `json:"author,omitempty" doc:"Who made it"`
	Tool     string `json:"tool,omitempty" doc:"What made it"`
	BySender bool   `json:"by_sender,omitempty" doc:"Made by the sender of the comment"`
}

// Translated is part of what can be given in another language.
type Translated struct {
	Texts map[string]TextView `json:"translated,omitempty" doc:"By field, with ?lang=: where there is a translation"`
}

// translations are texts in one language.
type translations map[translation.Ref]translation.Text

func (l InLanguage) of(tx *workflows.Tx, sources []translation.Source) (translations, error) {
	if l.Lang == "" {
		return nil, nil
	}
	tag, err := translation.Accepts("lang", l.Lang)
	if err != nil {
		return nil, err
	}
	return translation.Of(tx, sources, tag)
}

func viewText(t translation.Text) TextView {
	return TextView{Text: t.Text, Language: t.Language, Status: t.Status, Stale: t.Stale, Author: t.Author, Tool: t.Tool, BySender: t.BySender}
}

// of are the texts of one object by field.
func (t translations) of(object, id string) Translated {
	var out Translated
	for _, field := range fieldsOf[object] {
		if text, there := t[translation.Ref{Object: object, ID: id, Field: field}]; there {
			if out.Texts == nil {
				out.Texts = map[string]TextView{}
			}
			out.Texts[field] = viewText(text)
		}
	}
	return out
}

var fieldsOf = map[string][]string{
	translation.Draft: {"title"}, translation.Provision: {"heading", "text"}, translation.Consultation: {"title", "summary"},
	translation.Question: {"text", "help", "options"}, translation.Comment: {"text", "proposed_change"}, translation.Disposition: {"rationale"},
}

// LanguageView is how far a translation has come.
type LanguageView struct {
	Language string `json:"language"`
	Total    int    `json:"total" doc:"Texts there are"`
	Done     int    `json:"done" doc:"Translated, stale ones included"`
	Stale    int    `json:"stale" doc:"Whose source has changed since"`
	Official int    `json:"official"`
}

func languages(tx *workflows.Tx, sources []translation.Source) ([]LanguageView, error) {
	rows, err := translation.Languages(tx, sources)
	out := []LanguageView{}
	for _, p := range rows {
		out = append(out, LanguageView(p))
	}
	return out, err
}

// SourceView is a text, and its translation into the language asked for.
type SourceView struct {
	Object         string    `json:"object"`
	ID             string    `json:"id" doc:"Of the object"`
	Field          string    `json:"field"`
	Source         string    `json:"source"`
	SourceLanguage string    `json:"source_language" doc:"BCP 47; und where nobody knows"`
	SourceSHA256   string    `json:"source_sha256" doc:"Of this wording; to be sent back with a translation of it"`
	TranslationID  string    `json:"translation_id,omitempty" doc:"To be sent back as replaces"`
	Translation    *TextView `json:"translation"`
}

// SourcesView is the texts of an object, and into which languages they are
// translated.
type SourcesView struct {
	Languages []LanguageView `json:"languages" nullable:"false"`
	Texts     []SourceView   `json:"texts" nullable:"false"`
}

// translationsIn is the input of the calls on one object's texts.
type translationsIn struct {
	ByID
	InLanguage
}

func translationsOf(object string) func(*workflows.Tx, *translationsIn) (SourcesView, error) {
	return func(tx *workflows.Tx, in *translationsIn) (SourcesView, error) {
		v := SourcesView{Texts: []SourceView{}}
		sources, err := translation.All(tx, object, in.ID)
		if err != nil {
			return v, err
		}
		if v.Languages, err = languages(tx, sources); err != nil {
			return v, err
		}
		texts, err := in.of(tx, sources)
		for _, s := range sources {
			v.Texts = append(v.Texts, viewSource(s, texts))
		}
		return v, err
	}
}

func viewSource(s translation.Source, texts translations) SourceView {
	v := SourceView{Object: s.Object, ID: s.ID, Field: s.Field, Source: s.Text, SourceLanguage: s.Language, SourceSHA256: s.SHA256()}
	if t, there := texts[s.Ref()]; there {
		text := viewText(t)
		v.Translation = &text
		if !t.Stale {
			v.TranslationID = t.ID
		}
	}
	return v
}

// PastView is a translation there was.
type PastView struct {
	ID           string     `json:"id"`
	Text         string     `json:"text" doc:"Empty where one was taken back"`
	Source       string     `json:"source" doc:"The wording that was translated"`
	Status       string     `json:"status"`
	Author       string     `json:"author,omitempty"`
	Tool         string     `json:"tool,omitempty"`
	BySender     bool       `json:"by_sender,omitempty"`
	CreatedAt    time.Time  `json:"created_at"`
	SupersededAt *time.Time `json:"superseded_at"`
}

// pastIn names one text of an object or of what belongs to it.
type pastIn struct {
	ByID
	Object   string `query:"object" doc:"Where it is of another object: provision, question, disposition"`
	ObjectID string `query:"object_id"`
	Field    string `query:"field" required:"true"`
	Language string `query:"language" required:"true" doc:"BCP 47"`
}

func translationHistory(object string) func(*workflows.Tx, *pastIn) (list[PastView], error) {
	return func(tx *workflows.Tx, in *pastIn) (list[PastView], error) {
		rows, err := translation.History(tx, cmp.Or(in.Object, object), cmp.Or(in.ObjectID, in.ID), in.Field, in.Language)
		return listOf(rows, "", func(t translation.Translation) PastView {
			return PastView{t.ID, t.Text, t.Source, t.Status, t.Author, t.Tool, t.BySender, t.CreatedAt.UTC(), utcOrNull(t.SupersededAt)}
		}), err
	}
}

// TranslationsIn are translations of texts of one object and what belongs to it.
type TranslationsIn struct {
	Language string              `json:"language" doc:"BCP 47"`
	Texts    []TranslatedTextsIn `json:"texts" minItems:"1" maxItems:"5000"`
}

// TranslatedTextsIn is one of them.
type TranslatedTextsIn struct {
	Object   string `json:"object,omitempty" doc:"Where it is of another object: provision, question, disposition"`
	ID       string `json:"id,omitempty" doc:"Of that"`
	Field    string `json:"field"`
	Text     string `json:"text" doc:"Empty to take back what stands. Options: a line each, in order"`
	Author   string `json:"author,omitempty" doc:"Who made it; the asker if neither this nor tool is given"`
	Tool     string `json:"tool,omitempty" doc:"What made it"`
	Status   string `json:"status,omitempty" doc:"official, or working if not given"`
	Replaces string `json:"replaces,omitempty" doc:"The translation_id that was seen, or none; refused if another stands by now"`
	SHA256   string `json:"source_sha256,omitempty" doc:"Of the wording that was translated; refused if it is another by now"`
}

// ChangedView counts what is new.
type ChangedView struct {
	Changed int `json:"changed" doc:"Translations that are new; the same again is none"`
}

type translateIn struct {
	ByID
	Body TranslationsIn
}

func translate(object string) func(*workflows.Tx, *translateIn) (ChangedView, error) {
	return func(tx *workflows.Tx, in *translateIn) (ChangedView, error) {
		var items []translation.Item
		for _, t := range in.Body.Texts {
			ref := translation.Ref{Object: cmp.Or(t.Object, object), ID: cmp.Or(t.ID, in.ID), Field: t.Field}
			items = append(items, translation.Item{Ref: ref, New: translation.New{
				Text: t.Text, Author: t.Author, Tool: t.Tool, Status: t.Status, Replaces: t.Replaces, Source: t.SHA256,
			}})
		}
		n, err := translation.PutAll(tx, object, in.ID, in.Body.Language, items)
		return ChangedView{n}, err
	}
}

// TranslatedDraftIn is a translated document, sent as JSON.
type TranslatedDraftIn struct {
	Language string `json:"language" doc:"BCP 47"`
	Markdown string `json:"markdown"`
	Author   string `json:"author,omitempty"`
	Tool     string `json:"tool,omitempty"`
	Status   string `json:"status,omitempty" doc:"official, or working if not given"`
}

// UploadedView says what became of the parts of a translated document.
type UploadedView struct {
	Language string      `json:"language"`
	Placed   int         `json:"placed" doc:"Parts that found their provision"`
	Changed  int         `json:"changed" doc:"Of them new, or other than what stood before"`
	Missing  []PlaceView `json:"missing" nullable:"false" doc:"Provisions the document has no part for"`
	Strays   []StrayView `json:"strays" nullable:"false" doc:"Parts that found none; they wait to be placed"`
}

// PlaceView is a provision without a translation.
type PlaceView struct {
	ID     string `json:"id"`
	Number string `json:"number"`
}

// StrayView is a part of a translated document that found no provision.
type StrayView struct {
	ID       string `json:"id"`
	Position int    `json:"position" doc:"In the document, from 1"`
	Number   string `json:"number" doc:"As printed there"`
	Text     string `json:"text"`
	Language string `json:"language"`
}

func viewStray(s translation.Stray) StrayView {
	return StrayView{s.ID, s.Position, s.Number, s.Text, s.Language}
}

func (s *server) addTranslatedDraft(tx *workflows.Tx, in *draftUpload) (UploadedView, error) {
	given, err := s.readTranslatedDraft(in)
	if err != nil {
		return UploadedView{}, err
	}
	content, err := documents.Markdown([]byte(given.Markdown), documents.Options{})
	if err != nil {
		return UploadedView{}, err
	}
	up, err := translation.Upload(tx, in.ID, given.Language, content, translation.New{Author: given.Author, Tool: given.Tool, Status: given.Status})
	if err != nil {
		return UploadedView{}, err
	}
	missing := listOf(up.Missing, "", func(p strategy.Provision) PlaceView { return PlaceView{p.ID, p.Number} }).Items
	return UploadedView{up.Language, up.Placed, up.Changed, missing, listOf(up.Strays, "", viewStray).Items}, nil
}

func (s *server) readTranslatedDraft(in *draftUpload) (TranslatedDraftIn, error) {
	media, params, _ := mime.ParseMediaType(in.ContentType)
	if media != formType {
		return decode[TranslatedDraftIn](s, in.RawBody)
	}
	form, err := readForm(in.RawBody, params["boundary"], "file")
	if err != nil {
		return TranslatedDraftIn{}, err
	}
	if !slices.Contains(documents.Endings[:3], strings.ToLower(path.Ext(form.name))) {
		return TranslatedDraftIn{}, draftFileType(documents.Endings[:3])
	}
	v := form.values
	return TranslatedDraftIn{v["language"], string(form.content), v["author"], v["tool"], v["status"]}, nil
}

func strays(tx *workflows.Tx, in *struct {
	ByID
	Language string `query:"language" required:"true" doc:"BCP 47"`
},
) (list[StrayView], error) {
	rows, err := translation.Strays(tx, in.ID, in.Language)
	return listOf(rows, "", viewStray), err
}

// SettlementIn says where a stray part belongs.
type SettlementIn struct {
	ProvisionID string `json:"provision_id,omitempty" doc:"Nowhere if not given: the part is dropped"`
}

func settleStray(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body SettlementIn
},
) (StrayView, error) {
	s, err := translation.Settle(tx, in.ID, in.Body.ProvisionID)
	if err != nil {
		return StrayView{}, err
	}
	return viewStray(*s), nil
}
