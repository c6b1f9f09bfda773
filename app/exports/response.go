package exports

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"jahorina/app/documents/word"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/review"
	"jahorina/workflows/strategy"
)

// Response is the answer to all comments on a consultation, as its page shows it
// to the actor, in a form of OfResponse but PDF. Who is named, and which words
// and comments are withheld, was settled when it was made. As JSON it is the
// record itself, of which the page shows the hash.
func Response(tx *workflows.Tx, text *templates.Text, id, form string) (*File, error) {
	r, _, err := review.GetResponse(tx, id)
	if err != nil {
		return nil, err
	}
	d, err := strategy.DraftByID(tx, r.DraftID)
	if err != nil {
		return nil, err
	}
	provisions, err := strategy.Provisions(tx, r.DraftID)
	if err != nil {
		return nil, err
	}
	places, err := Places(tx, r, provisions)
	if err != nil {
		return nil, err
	}
	f := &File{Name: ResponseName(r, text, form)}
	switch form {
	case Word:
		f.MediaType = word.MediaType
		f.Content, err = word.Write(answers{text, r, d, provisions, places}.document())
	case JSON:
		f.MediaType = jsonType
		f.Content, err = encoded(r)
	case CSV:
		f.MediaType = csvType
		f.Content, err = asCSV(responseHead(text), responseRows(text, r, places))
	default:
		err = noSuchForm()
	}
	return f, err
}

// ResponseName is the name of a response's file. The language is the reader's: the
// answers are in whatever languages they were written in.
func ResponseName(r *review.Response, text *templates.Text, form string) string {
	return Name(r.Title, fmt.Sprintf("response-v%d-%d", r.DraftVersion, r.Edition), text.Tag(), form)
}

// Places are the provisions that comments may have changed, by identity: those
// consulted on, and those that the revised draft added.
func Places(tx *workflows.Tx, r *review.Response, consulted []strategy.Provision) (map[string]strategy.Provision, error) {
	var revised []strategy.Provision
	if r.RevisedDraftID != r.DraftID {
		var err error
		if revised, err = strategy.Provisions(tx, r.RevisedDraftID); err != nil {
			return nil, err
		}
	}
	out := map[string]strategy.Provision{}
	for _, p := range slices.Concat(revised, consulted) {
		out[p.Identity] = p
	}
	return out, nil
}

func responseHead(text *templates.Text) []string {
	var head []string
	for _, column := range []string{"number", "sender", "sector", "provision", "obligation", "type", "text", "proposed", "outcome", "rationale", "changes", "withheld", "words", "holder", "review_date"} {
		head = append(head, text.T("withheld.column."+column))
	}
	return head
}

// responseRows are every comment, those that are not shown as stubs.
func responseRows(text *templates.Text, r *review.Response, places map[string]strategy.Provision) [][]string {
	rows := make([][]string, r.Total)
	at := func(number int, row []string) {
		if number >= 1 && number <= len(rows) {
			rows[number-1] = row
		}
	}
	for _, m := range r.Comments {
		reasons, marks := Reasons(m.Withheld), []string{}
		row := []string{
			strconv.Itoa(m.Number), Commenter(text, m), text.T("sector." + m.Sector), cmp.Or(m.Provision, m.Reference), m.Obligation, text.T("comment.type." + m.Type),
			Words(text, m.Text, reasons), Words(text, m.ProposedChange, reasons), outcome(text, m.Disposition.Outcome),
			Words(text, m.Disposition.Rationale, reasons), strings.Join(changed(m, places), ", "),
		}
		var why, holders, due []string
		for _, w := range m.Withheld {
			marks, why, holders, due = append(marks, text.T("redaction."+w.Reason)), append(why, w.Words), append(holders, w.Holder), append(due, w.ReviewDate.Format(time.DateOnly))
		}
		at(m.Number, append(row, strings.Join(marks, "; "), strings.Join(why, "; "), strings.Join(holders, "; "), strings.Join(due, "; ")))
	}
	for _, s := range r.Withheld {
		level := text.T("withheld.level." + s.Level)
		at(s.Number, []string{strconv.Itoa(s.Number), s.ID, "", "", "", "", level, "", outcome(text, s.Outcome), "", "", Ground(text, s), s.Words, s.Holder, dueDay(s)})
	}
	return rows
}

func dueDay(s review.Stub) string {
	if s.ReviewDate == nil {
		return ""
	}
	return s.ReviewDate.Format(time.DateOnly)
}

// changed are the numbers of the provisions that a comment changed.
func changed(m review.ResponseComment, places map[string]strategy.Provision) []string {
	var out []string
	for _, identity := range m.Disposition.Changes {
		out = append(out, cmp.Or(places[identity].Number, places[identity].Heading))
	}
	return out
}

func outcome(text *templates.Text, outcome string) string {
	if outcome == "" {
		return ""
	}
	return text.T("state.outcome." + outcome)
}

// answers is a response on its way to a Word document.
type answers struct {
	text       *templates.Text
	r          *review.Response
	d          *strategy.Draft
	provisions []strategy.Provision
	places     map[string]strategy.Provision
}

func (a answers) document() word.Document {
	t := a.text.T
	doc := word.Document{
		Title: t("public.response.title", "Title", a.r.Title), Language: a.text.Tag(), Version: strconv.Itoa(a.r.Edition), Created: a.d.CreatedAt, Wide: true,
	}
	if a.r.PublishedAt != nil {
		doc.Created = *a.r.PublishedAt
	}
	say := func(style word.Style, level int, words string) {
		doc.Body = append(doc.Body, &word.Paragraph{Style: style, Level: level, Runs: []word.Run{{Text: words}}})
	}
	say(word.Title, 0, a.r.Title)
	heading := "public.response.heading"
	if a.r.PublishedAt == nil {
		heading = "public.response.heading_preview"
	}
	say(word.Heading, 1, t(heading))
	if a.r.PublishedAt == nil {
		say(word.Text, 0, t("public.response.preview"))
	} else {
		say(word.Text, 0, t("public.response.published_at", "When", a.text.Date(*a.r.PublishedAt)))
	}
	say(word.Text, 0, t("public.response.received", "Count", a.r.Total, "Answers", a.r.Submissions))
	doc.Body = append(doc.Body, a.groups()...)
	if len(a.r.Withheld) > 0 {
		say(word.Heading, 2, t("withheld.title"))
		doc.Body = append(doc.Body, a.stubs())
	}
	last := a.d.Title + ", " + label(a.text, a.d)
	if a.r.SHA256 != "" {
		doc.Identifier = "sha256:" + a.r.SHA256
		last += ". " + t("public.response.hash", "Hash", a.r.SHA256)
	}
	say(word.Small, 0, last)
	return doc
}

// groups are the comments on each provision, in the order of the draft; first
// what is on the whole, last what names a place the draft does not have.
func (a answers) groups() []word.Part {
	on := map[string][]review.ResponseComment{}
	var parked []string
	for _, m := range a.r.Comments {
		key := m.ProvisionID
		if key == "" && m.Reference != "" {
			if key = "\x00" + m.Reference; on[key] == nil {
				parked = append(parked, key)
			}
		}
		on[key] = append(on[key], m)
	}
	var out []word.Part
	add := func(key string, above ...word.Part) {
		if len(on[key]) > 0 {
			out = append(append(out, above...), a.comments(on[key]))
		}
	}
	say := func(words string) word.Part {
		return &word.Paragraph{Style: word.Heading, Level: 2, Runs: []word.Run{{Text: words}}}
	}
	add("", say(a.text.T("comment.whole")))
	for i := range a.provisions {
		p := &a.provisions[i]
		above := []word.Part{say(strings.TrimSpace(p.Number + " " + p.Heading))}
		if p.Text != "" {
			above = append(above, &word.Paragraph{Style: word.Quote, Runs: []word.Run{{Text: p.Text}}})
		}
		add(p.ID, above...)
	}
	for _, key := range parked {
		add(key, say(a.text.T("public.response.reference", "Reference", key[1:])))
	}
	return out
}

func (a answers) comments(all []review.ResponseComment) *word.Table {
	t := &word.Table{Head: 1, Widths: []int{1, 3, 7, 6}, Rows: []word.Row{a.head("number", "sender", "text", "rationale")}}
	for _, m := range all {
		t.Rows = append(t.Rows, word.Row{Cells: [][]word.Paragraph{
			cell(strconv.Itoa(m.Number)), a.sender(m), a.comment(m), a.answer(m),
		}})
	}
	return t
}

func (a answers) head(columns ...string) word.Row {
	var row word.Row
	for _, c := range columns {
		row.Cells = append(row.Cells, []word.Paragraph{{Style: word.Text, Runs: []word.Run{{Text: a.text.T("withheld.column." + c), Bold: true}}}})
	}
	return row
}

// cell is a cell with a paragraph for each text that is not empty.
func cell(words ...string) []word.Paragraph {
	var out []word.Paragraph
	for _, s := range words {
		if s != "" {
			out = append(out, word.Paragraph{Style: word.Text, Runs: []word.Run{{Text: s}}})
		}
	}
	return out
}

func (a answers) sender(m review.ResponseComment) []word.Paragraph {
	entered := ""
	if m.Entered {
		entered = a.text.T("public.response.entered")
	}
	about := ""
	if m.Obligation != "" {
		about = a.text.T("about.obligation", "Code", m.Obligation)
	}
	return cell(Commenter(a.text, m), a.text.T("sector."+m.Sector), a.text.T("comment.type."+m.Type), about, entered)
}

func (a answers) comment(m review.ResponseComment) []word.Paragraph {
	reasons := Reasons(m.Withheld)
	out := a.marked(m.Text, reasons)
	if m.ProposedChange != "" {
		label := word.Paragraph{Style: word.Text, Runs: []word.Run{{Text: a.text.T("comment.proposed"), Bold: true}}}
		out = append(append(out, label), a.marked(m.ProposedChange, reasons)...)
	}
	for _, w := range m.Withheld {
		held := a.text.T("withheld.held", "Holder", w.Holder, "When", a.text.Date(w.ReviewDate))
		out = append(out, cell(a.text.T("withheld.note", "Reason", a.text.T("redaction."+w.Reason)), w.Words, held)...)
	}
	return out
}

func (a answers) marked(words string, reasons []string) []word.Paragraph {
	p := word.Paragraph{Style: word.Text}
	for _, s := range Marked(a.text, words, reasons) {
		p.Runs = append(p.Runs, word.Run{Text: s.Text, Bold: s.Mark})
	}
	return []word.Paragraph{p}
}

func (a answers) answer(m review.ResponseComment) []word.Paragraph {
	if m.Disposition.Outcome == "" {
		return cell(a.text.T("public.response.no_answer"))
	}
	out := []word.Paragraph{{Style: word.Text, Runs: []word.Run{{Text: outcome(a.text, m.Disposition.Outcome), Bold: true}}}}
	out = append(out, a.marked(m.Disposition.Rationale, Reasons(m.Withheld))...)
	for _, place := range changed(m, a.places) {
		out = append(out, cell(a.text.T("public.response.led_to", "Place", place))...)
	}
	return append(out, a.original(m)...)
}

// original points to the comment that this one repeats.
func (a answers) original(m review.ResponseComment) []word.Paragraph {
	if m.Disposition.DuplicateOf == "" {
		return nil
	}
	for _, o := range a.r.Comments {
		if o.ID == m.Disposition.DuplicateOf {
			return cell(a.text.T("public.response.original", "Number", strconv.Itoa(o.Number)))
		}
	}
	return cell(a.text.T("public.response.original_hidden"))
}

func (a answers) stubs() *word.Table {
	t := &word.Table{Head: 1, Widths: []int{2, 6, 4, 3, 4}, Rows: []word.Row{a.head("number", "withheld", "holder", "review_date", "outcome")}}
	for _, s := range a.r.Withheld {
		undecided := a.text.T("withheld.undecided")
		t.Rows = append(t.Rows, word.Row{Cells: [][]word.Paragraph{
			cell(strconv.Itoa(s.Number), s.ID), cell(a.text.T("withheld.level."+s.Level), Ground(a.text, s), s.Words), cell(cmp.Or(s.Holder, undecided)),
			cell(cmp.Or(dueDay(s), undecided)), cell(cmp.Or(outcome(a.text, s.Outcome), a.text.T("public.response.no_answer"))),
		}})
	}
	return t
}
