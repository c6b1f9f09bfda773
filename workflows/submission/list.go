package submission

import (
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
)

// Listed is a comment with what a reader needs beside it. Organisation is ""
// where the sender's name is withheld from this reader.
type Listed struct {
	Comment
	OrganisationID *string
	RespondentID   *string
	Organisation   string
	Sector         string
	Number         string // of the provision, as printed
	Identity       string // of the provision
	Place          int    // of the provision in the draft, 0 for the whole
	MaskNumber     int    // of its sender, 0 if they chose no mask
	MaskBranch     string // as the desk accepted it
	Branch         string // as the sender gives it
	Masked         bool
	Entered        bool        // by an official, on behalf of its sender
	Restriction    string      // state of the sender's wish to keep it from others; "" undecided or none
	SaidBy         int         `gorm:"-"` // comments that say the same in the same words, itself among them
	NameMasked     bool        `gorm:"-"`
	Withheld       []Redaction `gorm:"-"` // what of it is not for the public, without the words for those who may not read them
	Own            bool        `gorm:"-"`
}

// Filter cuts down a list of comments; empty fields don't count.
type Filter struct {
	Sector       string
	Type         string
	ProvisionID  string
	Outcome      string // or "none"
	State        string // of the disposition
	SubmissionID string
	Parked       bool
	Query        string // part of the text or the proposed change, or of a translation of either
	Language     string
	ByProvision  bool     // in the order of the draft, not of arrival
	Obligation   string   // its code: those that point to it or are on one of Provisions
	Provisions   []string `json:",omitempty"` // ids of those that serve the obligation

	// These count only for those who run, decide or audit the consultation.
	Drafter        string // a person's id, or Unassigned
	OrganisationID string
	Alike          string // id of a comment: those that say the same in the same words
}

// Comments lists the comments of submissions that stand, as far as the actor
// may read them.
func Comments(tx *workflows.Tx, c *consultation.Consultation, f Filter, page workflows.Page) ([]Listed, string, error) {
	q, err := listed(tx, c, f)
	if err != nil {
		return nil, "", err
	}
	column, id := "comments.id", func(l Listed) string { return l.ID }
	if f.ByProvision {
		column, id = inOrder, Listed.inOrder
	}
	rows, next, err := workflows.Rows(q, column, page, id)
	if err != nil {
		return nil, "", fmt.Errorf("list comments: %w", err)
	}
	if rows, err = mask(tx, c, rows); err != nil || !readsAll(tx, c) {
		return rows, next, err
	}
	return rows, next, countAlike(tx, c, rows)
}

// listed is the query for the comments that match the filter, of those the actor
// may read.
func listed(tx *workflows.Tx, c *consultation.Consultation, f Filter) (*gorm.DB, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	q, err := visible(tx, c)
	if err != nil {
		return nil, err
	}
	if readsAll(tx, c) {
		return f.desk(f.apply(q, true)), nil
	}
	// What is hidden must not be found by asking for it.
	if c.State != consultation.Published {
		f.Outcome, f.State = "", ""
	}
	if f.SubmissionID != "" {
		q = q.Where(named(tx, c))
	}
	return f.apply(q, false), nil
}

// named is the condition for comments whose sender the actor may know.
func named(tx *workflows.Tx, c *consultation.Consultation) *gorm.DB {
	or := tx.DB().Where("comments.confidentiality <> ?", NameWithheld)
	if p, err := partyOf(tx.Actor, c.StateCode); err == nil {
		or = or.Or("submissions."+p.column()+" = ?", p.id())
	}
	return or
}

func (f Filter) check() error {
	var p workflows.Problems
	if f.Outcome != "none" && f.Outcome != "" {
		p.OneOf("outcome", f.Outcome, append(slices.Clone(Outcomes), "none")...)
	}
	p.Search("sector", f.Sector)
	p.Search("type", f.Type)
	p.Search("provision", f.ProvisionID)
	p.Search("state", f.State)
	p.Search("submission", f.SubmissionID)
	p.Search("obligation", f.Obligation)
	p.Search("q", f.Query)
	p.Search("language", f.Language)
	p.Search("drafter", f.Drafter)
	p.Search("organisation", f.OrganisationID)
	p.Search("alike", f.Alike)
	return p.Err()
}

// GetComment returns one comment the actor may read, with its consultation.
func GetComment(tx *workflows.Tx, id string) (*Listed, *consultation.Consultation, error) {
	var m Comment
	if err := tx.One(&m, "id = ?", id); err != nil {
		return nil, nil, err
	}
	c, err := consultation.Get(tx, m.ConsultationID)
	if err != nil {
		return nil, nil, err
	}
	q, err := visible(tx, c)
	if err != nil {
		return nil, nil, err
	}
	var rows []Listed
	if err := q.Where("comments.id = ?", id).Limit(1).Find(&rows).Error; err != nil {
		return nil, nil, fmt.Errorf("read comment: %w", err)
	}
	if len(rows) == 0 {
		return nil, nil, workflows.Refuse(workflows.NotFound, "not_found")
	}
	if rows, err = mask(tx, c, rows); err != nil {
		return nil, nil, err
	}
	return &rows[0], c, nil
}

// visible is the query for the comments of c that the actor may read, policy
// line by policy line.
func visible(tx *workflows.Tx, c *consultation.Consultation) (*gorm.DB, error) {
	conds := tx.Policy().Conditions(tx.Actor.Subject, "comment", "read", c.StateCode, c.ID)
	if tx.Actor.ID == workflows.Clock().ID || tx.Actor.ID == workflows.Operator().ID {
		conds = []string{policies.Always}
	}
	if len(conds) == 0 {
		return nil, workflows.Refuse(workflows.NotFound, "not_found")
	}
	or := tx.DB().Where("1 = 0") // conditions only ever add
	for _, cond := range conds {
		switch cond {
		case policies.Always:
			or = or.Or("1 = 1")
		case policies.NotConfidential:
			or = or.Or("comments.confidentiality <> ?", Confidential)
		case policies.Participants:
			if c.State != consultation.Open { // nobody reads the others before having answered
				or = or.Or("comments.confidentiality IN ?", []string{Public, NameWithheld}).Or(sharedWith(tx, c))
			}
		case policies.Own:
			if p, err := partyOf(tx.Actor, c.StateCode); err == nil {
				or = or.Or("submissions."+p.column()+" = ?", p.id())
			}
		}
	}
	return base(tx, c.ID).Where(or), nil
}

// sharedWith is the condition for what senders share with the other
// participants: those whose own answer stands. An account alone, or an
// invitation that was left unanswered, makes no participant.
func sharedWith(tx *workflows.Tx, c *consultation.Consultation) *gorm.DB {
	p, err := partyOf(tx.Actor, c.StateCode)
	if err != nil {
		return tx.DB().Where("1 = 0")
	}
	own := tx.DB().Table("submissions AS own").Select("1").
		Where("own.consultation_id = ? AND own.state IN ? AND own."+p.column()+" = ?", c.ID, InRecord, p.id())
	return tx.DB().Where("comments.confidentiality = ? AND EXISTS (?)", Participants, own)
}

// base joins what a listed comment is made of.
func base(tx *workflows.Tx, consultationID string) *gorm.DB {
	return tx.DB().Table("comments").
		Select(`comments.*, submissions.organisation_id, submissions.respondent_id,
			COALESCE(organisations.name, respondents.name) AS organisation,
			COALESCE(organisations.sector, respondents.sector) AS sector,
			COALESCE(provisions.number, '') AS number, COALESCE(provisions.identity, '') AS identity,
			COALESCE(provisions.position, 0) AS place,
			submissions.masked, submissions.branch, COALESCE(masks.number, 0) AS mask_number, COALESCE(masks.branch, '') AS mask_branch,
			COALESCE(restrictions.state, '') AS restriction,
			EXISTS (SELECT 1 FROM audit_entries WHERE object = 'submission' AND object_id = submissions.id AND action = 'enter') AS entered`).
		Joins("JOIN submissions ON submissions.id = comments.submission_id").
		Joins("LEFT JOIN organisations ON organisations.id = submissions.organisation_id").
		Joins("LEFT JOIN respondents ON respondents.id = submissions.respondent_id").
		Joins("LEFT JOIN provisions ON provisions.id = comments.provision_id").
		Joins("LEFT JOIN restrictions ON restrictions.id = comments.id").Joins(maskOf).
		Where("comments.consultation_id = ? AND submissions.state IN ?", consultationID, InRecord)
}

// inTranslation finds a text in what stands as a translation of a comment as it
// now is; translations of what its sender has changed since are not searched.
const inTranslation = `EXISTS (SELECT 1 FROM translations
	WHERE translations.object = 'comment' AND translations.object_key = comments.id AND translations.superseded_at IS NULL
	AND translations.source = CASE translations.field WHEN 'text' THEN comments.text ELSE comments.proposed_change END
	AND translations.text_folded LIKE ? ESCAPE '\')`

// apply cuts the query down. Who may not read all finds no words that are
// withheld.
func (f Filter) apply(q *gorm.DB, all bool) *gorm.DB {
	eq := func(column, value string) {
		if value != "" {
			q = q.Where(column+" = ?", value)
		}
	}
	if f.Sector != "" {
		q = q.Where("COALESCE(organisations.sector, respondents.sector) = ?", f.Sector)
	}
	eq("comments.type", f.Type)
	eq("comments.provision_id", f.ProvisionID)
	if f.Obligation != "" {
		q = q.Where("(comments.obligation = ? OR comments.provision_id IN ?)", f.Obligation, f.Provisions)
	}
	eq("comments.disposition_state", f.State)
	eq("comments.submission_id", f.SubmissionID)
	eq("comments.language", f.Language)
	if f.Outcome == "none" {
		q = q.Where("comments.outcome = ''")
	} else {
		eq("comments.outcome", f.Outcome)
	}
	if f.Parked {
		q = q.Where("comments.provision_id IS NULL AND comments.reference <> ''")
	}
	if f.Query != "" {
		part := workflows.LikePart(workflows.Fold(f.Query))
		if all {
			q = q.Where(`(comments.text_folded LIKE ? ESCAPE '\' OR `+inTranslation+`)`, part, part)
		} else {
			q = q.Where(`(COALESCE(comments.open_folded, comments.text_folded) LIKE ? ESCAPE '\' OR (comments.open_folded IS NULL AND `+inTranslation+`))`, part, part)
		}
	}
	return q
}

// mask takes away what is not for this reader: the sender's name where it is
// withheld, what is only proposed to become of a comment before the response is
// published, and which comment it repeats where that one is not for them.
func mask(tx *workflows.Tx, c *consultation.Consultation, rows []Listed) ([]Listed, error) {
	all := readsAll(tx, c)
	p, err := partyOf(tx.Actor, c.StateCode)
	for i := range rows {
		r := &rows[i]
		r.Own = err == nil && (r.OrganisationID != nil && *r.OrganisationID == p.organisationID || r.RespondentID != nil && *r.RespondentID == p.respondentID)
		if !all && !r.Own && r.Confidentiality == NameWithheld {
			r.NameMasked, r.Organisation, r.OrganisationID, r.RespondentID, r.SubmissionID = true, "", nil, nil, ""
			r.Entered = false // how it came would tell whose it is
		}
		if !all {
			r.DrafterID, r.Alike = "", ""
		}
		if !all && !r.Own {
			r.forOthers()
		}
		if !all && c.State != consultation.Published {
			r.hideDisposition()
		}
	}
	if err := hide(tx, rows, func(r *Listed) bool { return !all && !r.Own }); err != nil || all {
		return rows, err
	}
	return rows, maskOriginals(tx, c, rows)
}

// forOthers leaves out what a sender told the ministry alone.
func (l *Listed) forOthers() {
	l.Ground, l.GroundWords, l.Restriction = "", "", ""
	if !l.NameMasked {
		l.Masked, l.MaskNumber = false, 0
	}
	if a := l.Alias(); a == nil || a.Branch == "" {
		l.Branch, l.MaskBranch = "", ""
	}
}

// Alias is how its sender appears where the name is withheld; nil where they
// chose no mask.
func (l *Listed) Alias() *Alias {
	if !l.Masked {
		return nil
	}
	return Mask{Number: l.MaskNumber, Branch: l.MaskBranch}.alias(l.Branch)
}

func maskOriginals(tx *workflows.Tx, c *consultation.Consultation, rows []Listed) error {
	var originals, shown []string
	for _, r := range rows {
		if r.DuplicateOf != nil {
			originals = append(originals, *r.DuplicateOf)
		}
	}
	if len(originals) == 0 {
		return nil
	}
	q, err := visible(tx, c)
	if err != nil {
		return err
	}
	if err := q.Where("comments.id IN ?", originals).Select("comments.id").Scan(&shown).Error; err != nil {
		return fmt.Errorf("look for originals: %w", err)
	}
	for i := range rows {
		if o := rows[i].DuplicateOf; o != nil && !slices.Contains(shown, *o) {
			rows[i].DuplicateOf = nil
		}
	}
	return nil
}

// readsAll: whoever runs, decides or audits the consultation.
func readsAll(tx *workflows.Tx, c *consultation.Consultation) bool {
	return tx.May("submission", "read", policies.Target{State: c.StateCode, ConsultationID: c.ID})
}

func (m *Comment) hideDisposition() {
	m.DispositionState, m.Outcome, m.Rationale, m.DuplicateOf, m.Changes = DispositionOpen, "", "", nil, []string{}
	m.ProposedBy, m.ProposedAt, m.AgreedBy, m.AgreedAt = "", nil, "", nil
}

// Counts is how far the answering of comments has come.
type Counts struct {
	Total, Open, Proposed, Agreed int64
}

// CountDispositions counts the comments of submissions that stand by the state
// of their disposition. It is for those who run or decide the consultation.
func CountDispositions(tx *workflows.Tx, consultationID string) (Counts, error) {
	var rows []struct {
		State string
		N     int64
	}
	err := tx.DB().Table("comments").Select("comments.disposition_state AS state, COUNT(*) AS n").
		Joins("JOIN submissions ON submissions.id = comments.submission_id").
		Where("comments.consultation_id = ? AND submissions.state IN ?", consultationID, InRecord).
		Group("comments.disposition_state").Scan(&rows).Error
	var c Counts
	for _, r := range rows {
		c.Total += r.N
		switch r.State {
		case DispositionOpen:
			c.Open = r.N
		case DispositionProposed:
			c.Proposed = r.N
		case DispositionAgreed:
			c.Agreed = r.N
		}
	}
	return c, err
}

// CountByProvision counts the comments a reader may see on each provision, by
// the provision's id; "" is the whole.
func CountByProvision(tx *workflows.Tx, c *consultation.Consultation) (map[string]int, error) {
	q, err := visible(tx, c)
	if err != nil {
		if workflows.IsKind(err, workflows.NotFound) {
			return map[string]int{}, nil
		}
		return nil, err
	}
	var rows []struct {
		ProvisionID string
		N           int
	}
	err = q.Select("COALESCE(comments.provision_id, '') AS provision_id, COUNT(*) AS n").Group("COALESCE(comments.provision_id, '')").Scan(&rows).Error
	out := make(map[string]int, len(rows))
	for _, r := range rows {
		out[strings.TrimSpace(r.ProvisionID)] = r.N
	}
	return out, err
}

// PointedTo are the codes of the obligations that comments point to, of those the
// actor may read.
func PointedTo(tx *workflows.Tx, c *consultation.Consultation) ([]string, error) {
	q, err := visible(tx, c)
	if err != nil {
		return nil, err
	}
	var out []string
	if err := q.Where("comments.obligation IS NOT NULL").Select("DISTINCT comments.obligation").Order("comments.obligation").Scan(&out).Error; err != nil {
		return nil, fmt.Errorf("read what comments point to: %w", err)
	}
	return out, nil
}

// Standing lists every comment of the submissions that stand, in order, names
// unmasked and with what is withheld beside them: for the workflows above, which
// decide what of it is shown.
func Standing(tx *workflows.Tx, consultationID string) ([]Listed, error) {
	var out []Listed
	if err := base(tx, consultationID).Order("comments.id").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read comments: %w", err)
	}
	return out, hide(tx, out, func(*Listed) bool { return false })
}

// LedTo lists, by the identity of the provision, the comments that changed it:
// those accepted, as far as the actor may see them and what became of them.
func LedTo(tx *workflows.Tx, c *consultation.Consultation) (map[string][]Listed, error) {
	out := map[string][]Listed{}
	if c.State != consultation.Published && !readsAll(tx, c) {
		return out, nil
	}
	q, err := visible(tx, c)
	if workflows.IsKind(err, workflows.NotFound) {
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	var rows []Listed
	if err := q.Where("comments.outcome IN ?", []string{"accepted", "accepted_modified"}).Order("comments.id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read accepted comments: %w", err)
	}
	if rows, err = mask(tx, c, rows); err != nil {
		return nil, err
	}
	for _, m := range rows {
		for _, identity := range m.Changes {
			out[identity] = append(out[identity], m)
		}
	}
	return out, nil
}

// Unagreed returns the comments before and after the given one, in the order
// they are listed, whose disposition is not agreed; "" where there is none.
func Unagreed(tx *workflows.Tx, c *consultation.Consultation, id string) (previous, next string, err error) {
	for _, side := range []struct {
		to               *string
		condition, order string
	}{{&previous, "comments.id < ?", "comments.id DESC"}, {&next, "comments.id > ?", "comments.id"}} {
		q, err := visible(tx, c)
		if err != nil {
			return "", "", err
		}
		var rows []Listed
		if err := q.Where("comments.disposition_state <> ?", DispositionAgreed).Where(side.condition, id).Order(side.order).Limit(1).Find(&rows).Error; err != nil {
			return "", "", fmt.Errorf("look for the next comment: %w", err)
		}
		if len(rows) > 0 {
			*side.to = rows[0].ID
		}
	}
	return previous, next, nil
}
