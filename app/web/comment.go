package web

import (
	"net/url"
	"path"
	"slices"
	"strings"

	"jahorina/policies"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/coverage"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
	"jahorina/workflows/translation"
)

// commentView is one comment with all that is done about it, cut down to what
// its reader may see and do: the sender sees the talk, the ministry the rest.
type commentView struct {
	M            *submission.Listed
	C            *consultation.Consultation
	Author       string
	Provision    *strategy.Provision
	Anchor       string                 // of the provision in its draft
	Lang         string                 // of the draft
	About        []templates.Obligation // that it points to
	Serves       []templates.Obligation // obligations that the provision serves
	Fate         *strategy.Fate         // of the provision in a later draft; nil where there is none the reader may see
	Redline      []templates.Span
	Official     bool
	List         string // the filters of the list the reader came from
	Position     string // in that list, in words
	Drafter      string
	Recent       []submission.Comment // rationales to use again
	EnteredBy    string               // who typed it for the sender, "" where the sender did
	Previous     string
	Next         string
	Disposition  *dispositionForm // nil where the reader may not propose now
	MayAgree     bool
	OwnProposal  bool // waits for a second person than the reader
	MayReopen    bool
	Waiting      string // key of a text: why nothing can be done now
	Place        []templates.Option
	Replies      []submission.Reply
	MayReply     bool
	ProposedBy   string
	AgreedBy     string
	Original     *templates.Link // of a duplicate
	Changes      []string        // names of provisions changed because of it
	Back         string
	ShowsOutcome bool

	Tongue                          *tongueView
	InText, InProposed, InRationale *besideText // in the language that is read
	Translate                       string      // address of the form for that
	Text                            []part      // what this reader may see of it
	Proposed                        []part
	Rationale                       []part
	Moderation                      string // where it is moderated, "" for who may not look
	MayFlag                         bool
	Mask                            string // how its sender appears in public
}

type dispositionForm struct {
	Outcomes   []string
	Outcome    string
	Rationale  string
	Duplicates []templates.Option
	Duplicate  string
	Near       []templates.Option // provisions to tick
	Ticked     []string
}

func commentPage(q *request) error {
	tx := q.read()
	m, c, err := submission.GetComment(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	v := commentView{
		M: m, C: c, Author: q.author(m), Official: mayManage(tx, c), Back: "/consultations/" + c.ID,
		ShowsOutcome: m.Outcome != "",
	}
	provisions, err := strategy.Provisions(tx, c.DraftID)
	if err != nil {
		return err
	}
	if err := v.locate(tx, provisions); err != nil {
		return err
	}
	if v.About, err = pointed(tx, m.Obligation); err != nil {
		return err
	}
	if v.Replies, err = submission.Replies(tx, m, c); err != nil {
		return err
	}
	v.MayReply = talking(c) && tx.May("comment", "reply", m.Target(c))
	if v.Official {
		v.List = q.list()
		v.Back = commentsOf(c.ID, v.List)
		if err := q.official(tx, &v, provisions); err != nil {
			return err
		}
	}
	if err := v.translate(q, tx); err != nil {
		return err
	}
	q.moderated(tx, &v)
	q.untouched(&v)
	return q.show("official/comment", q.text.T("comment_page.title", "Author", v.Author, "Number", m.Position), v)
}

// translate finds what stands beside the comment in the language that is read.
func (v *commentView) translate(q *request, tx *workflows.Tx) error {
	tongue, texts, err := q.tongue(tx, translation.OfComments(tx, v.C, []submission.Listed{*v.M}), original)
	if err != nil {
		return err
	}
	if v.Tongue = tongue; tongue != nil {
		tongue.Side, tongue.Notes = templates.Link{}, tongue.Notes[:1]
	}
	v.InText, v.InProposed = q.beside(texts, translation.Comment, v.M.ID, "text"), q.beside(texts, translation.Comment, v.M.ID, "proposed_change")
	v.InRationale = q.beside(texts, translation.Disposition, v.M.ID, "rationale")
	if tx.May("comment", "translate", v.M.Target(v.C)) {
		v.Translate = "/comments/" + v.M.ID + "/translation"
	}
	return nil
}

// moderated adds what is withheld of the comment, and what can be done about it.
func (q *request) moderated(tx *workflows.Tx, v *commentView) {
	m := v.M
	reasons := reasonsOf(m.Withheld)
	v.Text, v.Proposed, v.Rationale = q.marked(m.Text, reasons), q.marked(m.ProposedChange, reasons), q.marked(m.Rationale, reasons)
	if v.Official {
		v.Moderation = "/comments/" + m.ID + "/moderation"
	}
	v.MayFlag = v.C.Started() && !m.Own && tx.May("comment", "flag", m.Target(v.C))
	if a := m.Alias(); a != nil && !m.NameMasked {
		v.Mask = q.alias(m.Sector, a)
	}
}

func talking(c *consultation.Consultation) bool {
	return c.State == consultation.Open || c.State == consultation.Closed
}

// locate finds the provision the comment is on and, where the proposed change is
// a new wording rather than a remark, what it would change.
func (v *commentView) locate(tx *workflows.Tx, provisions []strategy.Provision) error {
	d, err := strategy.DraftByID(tx, v.C.DraftID)
	if err != nil {
		return err
	}
	v.Lang = language(d)
	if v.M.ProvisionID == nil {
		return nil
	}
	for i := range provisions {
		if provisions[i].ID == *v.M.ProvisionID {
			v.Provision, v.Anchor = &provisions[i], "/drafts/"+d.ID+"#"+anchors(provisions)[provisions[i].ID]
		}
	}
	if v.Provision == nil {
		return nil
	}
	served, err := coverage.Served(tx, d)
	if err != nil {
		return err
	}
	v.Serves = obliged(served[v.Provision.Identity])
	if v.Fate, err = strategy.FateOf(tx, v.Provision.ID); err != nil {
		return err
	}
	if v.M.ProposedChange == "" || v.Provision.Text == "" {
		return nil
	}
	if r := strategy.Redline(v.Provision.Text, v.M.ProposedChange); rewords(r) {
		v.Redline = spans(r)
	}
	return nil
}

// rewords says whether a redline has at least half of the old text in common
// with the new: then it shows a change, else two different texts.
func rewords(r []strategy.Span) bool {
	kept, old := 0, 0
	for _, s := range r {
		if s.Op != strategy.OpInsert {
			old += len(s.Text)
		}
		if s.Op == strategy.OpEqual {
			kept += len(s.Text)
		}
	}
	return 2*kept >= old
}

// official adds what the ministry sees and may do.
func (q *request) official(tx *workflows.Tx, v *commentView, provisions []strategy.Provision) error {
	if err := q.neighbours(tx, v); err != nil {
		return err
	}
	if err := q.people(tx, v); err != nil {
		return err
	}
	added, err := submission.Added(tx, v.C, provisions)
	if err != nil {
		return err
	}
	for _, p := range slices.Concat(provisions, added) {
		if slices.Contains(v.M.Changes, p.Identity) {
			v.Changes = append(v.Changes, naming(p.Number, p.Heading, p.Text))
		}
	}
	if v.Original, err = q.original(tx, v.M); err != nil {
		return err
	}
	t := v.M.Target(v.C)
	if v.M.Parked() && (v.C.State == consultation.Open || v.C.State == consultation.Closed) && tx.May("comment", "place", t) {
		if v.Place, err = provisionOptions(tx, v.C.DraftID); err != nil {
			return err
		}
	}
	return q.dispose(tx, v, provisions, added, t)
}

// list are the filters of the list the reader came from, as the address or the
// form carries them on.
func (q *request) list() string {
	if q.form != nil {
		return q.form.Get("list")
	}
	return q.c.Query("list")
}

// neighbours finds the comments before and after: in the list the reader came
// from, or else among those not agreed yet.
func (q *request) neighbours(tx *workflows.Tx, v *commentView) error {
	set, err := url.ParseQuery(v.List)
	if err != nil || len(set) == 0 {
		v.Previous, v.Next, err = submission.Unagreed(tx, v.C, v.M.ID)
		return err
	}
	f, err := q.commentFilter(tx, v.C, set.Get)
	if err != nil {
		return err
	}
	var place, all int
	if v.Previous, v.Next, place, all, err = submission.Neighbours(tx, v.C, f, v.M.ID); err != nil {
		return err
	}
	if place > 0 {
		v.Position = q.text.T("desk.place", "Place", place, "All", all)
	}
	return nil
}

// At is the address of a comment in the list the reader came from.
func (v commentView) At(id string) string { return commentPath(id, v.List) }

func commentPath(id, list string) string {
	if list == "" {
		return "/comments/" + id
	}
	return "/comments/" + id + "?" + url.Values{"list": {list}}.Encode()
}

// original is the comment that a duplicate repeats, unless its sender has
// withdrawn it since.
func (q *request) original(tx *workflows.Tx, m *submission.Listed) (*templates.Link, error) {
	if m.DuplicateOf == nil {
		return nil, nil
	}
	o, _, err := submission.GetComment(tx, *m.DuplicateOf)
	if workflows.IsKind(err, workflows.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &templates.Link{Label: q.commentName(o), Href: "/comments/" + o.ID}, nil
}

// people puts names to those who typed, proposed and agreed.
func (q *request) people(tx *workflows.Tx, v *commentView) error {
	s, _, err := submission.Get(tx, v.M.SubmissionID)
	if err != nil {
		return err
	}
	names, err := stakeholder.NamesOf(tx, []string{v.M.ProposedBy, v.M.AgreedBy, s.EnteredBy, "user:" + v.M.DrafterID})
	if err != nil {
		return err
	}
	v.ProposedBy, v.AgreedBy, v.Drafter = names[v.M.ProposedBy], names[v.M.AgreedBy], names["user:"+v.M.DrafterID]
	if v.M.Entered {
		v.EnteredBy = names[s.EnteredBy]
	}
	return nil
}

func (q *request) commentName(m *submission.Listed) string {
	return q.text.T("comment_page.name", "Author", q.author(m), "Number", m.Position, "Text", q.quote(m, 60))
}

// dispose offers what can be done about the disposition now, or says why
// nothing can.
func (q *request) dispose(tx *workflows.Tx, v *commentView, provisions, added []strategy.Provision, t policies.Target) error {
	actions := submission.DispositionTable.Actions(tx, v.M.DispositionState, t)
	if len(actions) == 0 {
		return nil
	}
	switch {
	case v.C.State == consultation.Open:
		v.Waiting = "comment_page.after_close"
	case v.C.State != consultation.Closed:
		v.Waiting = "comment_page.settled"
	}
	if v.Waiting != "" {
		return nil
	}
	v.OwnProposal = v.M.DispositionState == submission.DispositionProposed && v.M.ProposedBy == q.actor.ID
	v.MayAgree = slices.Contains(actions, "agree") && !v.OwnProposal
	v.MayReopen = slices.Contains(actions, "reopen")
	if !slices.Contains(actions, "propose") {
		return nil
	}
	var err error
	if v.Recent, err = submission.Rationales(tx, v.C, 5); err != nil {
		return err
	}
	v.Disposition, err = q.dispositionForm(tx, v, provisions, added)
	return err
}

func (q *request) dispositionForm(tx *workflows.Tx, v *commentView, provisions, added []strategy.Provision) (*dispositionForm, error) {
	m := v.M
	f := &dispositionForm{Outcomes: submission.Outcomes, Outcome: m.Outcome, Rationale: m.Rationale, Ticked: m.Changes}
	if m.Outcome == "" && m.Identity != "" {
		f.Ticked = []string{m.Identity}
	}
	for _, p := range provisions {
		near := p.Numbered() && (p.Identity == m.Identity || v.Provision != nil && p.Section == v.Provision.Section)
		if near || slices.Contains(f.Ticked, p.Identity) {
			f.Near = append(f.Near, templates.Option{Value: p.Identity, Label: naming(p.Number, p.Heading, p.Text)})
		}
	}
	for _, p := range added {
		if near := p.Numbered() && (v.Provision == nil || p.Section == v.Provision.Section); near || slices.Contains(f.Ticked, p.Identity) {
			f.Near = append(f.Near, templates.Option{Value: p.Identity, Label: q.text.T("comment_page.added", "Name", naming(p.Number, p.Heading, p.Text))})
		}
	}
	if m.DuplicateOf != nil {
		f.Duplicate = *m.DuplicateOf
	}
	others, _, err := submission.Comments(tx, v.C, submission.Filter{ProvisionID: deref(m.ProvisionID)}, workflows.Page{Limit: workflows.MaxLimit})
	if err != nil {
		return nil, err
	}
	f.Duplicates = []templates.Option{{Label: q.text.T("comment_page.no_duplicate")}}
	for i := range others {
		if o := &others[i]; o.ID != m.ID && o.Outcome != "duplicate" {
			f.Duplicates = append(f.Duplicates, templates.Option{Value: o.ID, Label: q.commentName(o)})
		}
	}
	return f, nil
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// untouched keeps what stands in the other forms of the page when one of them
// was refused.
func (q *request) untouched(v *commentView) {
	if d := v.Disposition; d != nil && !q.sent("disposition") {
		q.given("outcome", d.Outcome)
		q.given("rationale", d.Rationale)
		q.given("duplicate_of", d.Duplicate)
		q.given("changes", d.Ticked...)
	}
}

func propose(q *request, tx *workflows.Tx) (done, error) {
	id := q.c.Param("id")
	if use := q.form.Get("use"); use != "" {
		if err := q.useRationale(tx, use); err != nil {
			return done{}, err
		}
		return done{}, errAgain
	}
	version, err := q.version()
	if err != nil {
		return done{}, err
	}
	in := submission.NewDisposition{
		Outcome: q.form.Get("outcome"), Rationale: q.form.Get("rationale"), DuplicateOf: q.form.Get("duplicate_of"), Changes: []string{},
	}
	if other := strings.TrimSpace(q.form.Get("duplicate_other")); other != "" {
		in.DuplicateOf = path.Base(other) // its address, or the id alone
	}
	if in.Outcome == "accepted" || in.Outcome == "accepted_modified" {
		if in.Changes, err = q.changes(tx, id); err != nil {
			return done{}, err
		}
	}
	if in.Outcome != "duplicate" {
		in.DuplicateOf = ""
	}
	if _, err := submission.Propose(tx, id, version, in); err != nil {
		return done{}, atFields(err, "", nil)
	}
	to := id
	if next := q.form.Get("next"); next != "" && q.form.Get("then") == "next" {
		to = path.Base(next)
	}
	return done{to: commentPath(to, q.list()), flash: "disposition_proposed"}, nil
}

// changes are the provisions ticked and those named by number.
func (q *request) changes(tx *workflows.Tx, commentID string) ([]string, error) {
	out := append([]string{}, q.form["changes"]...)
	numbers := numbersIn(q.form.Get("changes_numbers"))
	if len(numbers) == 0 {
		return out, nil
	}
	_, c, err := submission.GetComment(tx, commentID)
	if err != nil {
		return nil, err
	}
	named, err := identitiesOf(tx, c, numbers)
	for _, id := range named {
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out, err
}

// numbersIn are the numbers of provisions in a list that somebody typed, with
// the commas of their language.
func numbersIn(s string) []string {
	var out []string
	for _, n := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",;\n،؛，；、", r) }) {
		if n = strings.TrimSpace(n); n != "" {
			out = append(out, n)
		}
	}
	return out
}

// identitiesOf finds the provisions by their numbers, first in the draft consulted
// on, then among those added since.
func identitiesOf(tx *workflows.Tx, c *consultation.Consultation, numbers []string) ([]string, error) {
	consulted, err := strategy.Provisions(tx, c.DraftID)
	if err != nil {
		return nil, err
	}
	added, err := submission.Added(tx, c, consulted)
	if err != nil {
		return nil, err
	}
	all := slices.Concat(consulted, added)
	var out []string
	for _, number := range numbers {
		i := slices.IndexFunc(all, func(p strategy.Provision) bool { return p.Numbered() && p.Number == number })
		if i < 0 {
			return nil, workflows.InvalidField("changes_numbers", "no_such_number", "Number", number)
		}
		out = append(out, all[i].Identity)
	}
	return out, nil
}

// agreement is the second person's word: agreed, or back to be written anew.
func agreement(q *request, tx *workflows.Tx) (done, error) {
	id := q.c.Param("id")
	version, err := q.version()
	if err != nil {
		return done{}, err
	}
	if q.form.Get("agree") == "true" {
		_, err := submission.Agree(tx, id, version)
		return done{to: commentPath(id, q.list()), flash: "disposition_agreed"}, err
	}
	_, err = submission.Reopen(tx, id, version, q.form.Get("reason"))
	return done{to: commentPath(id, q.list()), flash: "disposition_reopened"}, err
}

func place(q *request, tx *workflows.Tx) (done, error) {
	id := q.c.Param("id")
	_, err := submission.Place(tx, id, q.form.Get("provision_id"))
	return done{to: commentPath(id, q.list()), flash: "comment_placed"}, err
}

func reply(q *request, tx *workflows.Tx) (done, error) {
	id := q.c.Param("id")
	_, err := submission.AddReply(tx, id, q.form.Get("reply"))
	return done{to: "/comments/" + id + "#talk", flash: "reply_added"}, rename(err, "text", "reply")
}
