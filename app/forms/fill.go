package forms

import (
	"slices"
	"strconv"
	"strings"

	"jahorina/app/exports"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/review"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
)

// blankRows are left free in a form that is given out to be filled in.
const blankRows = 30

// maxPlaceText is how much of a provision the list of provisions shows, in
// characters.
const maxPlaceText = 300

// Own is the form of the actor's own answer, for those who may give one.
func Own(tx *workflows.Tx, text *templates.Text, consultationID string) (*Form, error) {
	own, err := submission.GetOwnForm(tx, consultationID)
	if err != nil {
		return nil, err
	}
	f, err := begin(tx, text, own.Consultation)
	if err != nil {
		return nil, err
	}
	f.Blank, f.Organisation = blankRows, tx.Actor.Name
	if id := tx.Actor.OrganisationID(own.Consultation.StateCode); id != "" {
		orgs, err := stakeholder.Names(tx, []string{id})
		if err != nil {
			return nil, err
		}
		f.Organisation, f.Sector = orgs[id].Name, orgs[id].Sector
	}
	if own.Submission != nil {
		f.SubmissionID = own.Submission.ID
	}
	for _, r := range own.Rows {
		r.Organisation = f.Organisation
		f.Rows = append(f.Rows, Row{ImportRow: r})
	}
	return f, nil
}

// begin is an empty form of the consultation, with the provisions of its draft.
func begin(tx *workflows.Tx, text *templates.Text, c *consultation.Consultation) (*Form, error) {
	d, err := strategy.DraftByID(tx, c.DraftID)
	if err != nil {
		return nil, err
	}
	f := &Form{
		Title: c.Title, Document: text.T("draft.version", "Version", d.Version) + ": " + d.Title, Date: tx.Now, Text: text,
		Head: Head{FormHead: submission.FormHead{ConsultationID: c.ID, DraftID: d.ID}, DraftVersion: d.Version},
	}
	all, err := strategy.Provisions(tx, c.DraftID)
	if err != nil {
		return nil, err
	}
	names, err := submission.PlaceNames(tx, c.DraftID)
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		if !p.Numbered() && p.Kind != strategy.KindSection {
			continue
		}
		said := []rune(strings.TrimSpace(p.Heading + "\n" + p.Text))
		if len(said) > maxPlaceText {
			said = append(said[:maxPlaceText], '…')
		}
		f.Places = append(f.Places, Place{names[p.ID], string(said)})
	}
	return f, nil
}

// All is the form with all comments that match the filter, as far as the actor may
// read them, with the answers to them.
func All(tx *workflows.Tx, text *templates.Text, c *consultation.Consultation, filter submission.Filter) (*Form, error) {
	f, err := begin(tx, text, c)
	if err != nil {
		return nil, err
	}
	names, err := submission.PlaceNames(tx, c.DraftID)
	if err != nil {
		return nil, err
	}
	filter.ByProvision = true
	for page := (workflows.Page{Limit: workflows.MaxLimit}); ; {
		rows, next, err := submission.Comments(tx, c, filter, page)
		if err != nil {
			return nil, err
		}
		if len(f.Rows)+len(rows) > MaxRows {
			return nil, workflows.Refuse(workflows.TooLarge, "form_too_long", "Max", MaxRows)
		}
		for i := range rows {
			f.Rows = append(f.Rows, f.listed(&rows[i], names))
		}
		if page.After = next; next == "" {
			return f, nil
		}
	}
}

func (f *Form) listed(m *submission.Listed, names map[string]string) Row {
	var reasons []string
	for _, w := range m.Withheld {
		reasons = append(reasons, w.Reason)
	}
	r := Row{ImportRow: submission.ImportRow{
		Organisation: m.Organisation, Reference: m.Reference, Type: m.Type,
		Text: exports.Words(f.Text, m.Text, reasons), ProposedChange: exports.Words(f.Text, m.ProposedChange, reasons),
	}}
	if m.ProvisionID != nil {
		r.Reference, r.Part = names[*m.ProvisionID], m.Reference
	}
	if m.NameMasked {
		r.Organisation = f.masked(m.Sector, m.Alias())
	}
	r.Answer = f.answer(m.Outcome, exports.Words(f.Text, m.Rationale, reasons))
	if m.DispositionState == submission.DispositionProposed {
		r.Answer = f.Text.T("state.comment.proposed") + ": " + r.Answer
	}
	return r
}

func (f *Form) masked(sector string, a *submission.Alias) string {
	if a != nil {
		return exports.Alias(f.Text, sector, a)
	}
	return f.Text.T("public.response.name_withheld")
}

func (f *Form) answer(outcome, rationale string) string {
	if outcome == "" {
		return rationale
	}
	return strings.TrimSpace(f.Text.T("state.outcome."+outcome) + "\n" + rationale)
}

// Published is the form with the comments and answers of the response: the same that
// its page shows, with a row for each comment that is not shown.
func Published(tx *workflows.Tx, text *templates.Text, consultationID string) (*Form, error) {
	resp, c, err := review.GetResponse(tx, consultationID)
	if err != nil {
		return nil, err
	}
	f, err := begin(tx, text, c)
	if err != nil {
		return nil, err
	}
	if resp.Total > MaxRows {
		return nil, workflows.Refuse(workflows.TooLarge, "form_too_long", "Max", MaxRows)
	}
	names, err := submission.PlaceNames(tx, resp.DraftID)
	if err != nil {
		return nil, err
	}
	rows := make([]Row, resp.Total)
	for _, m := range resp.Comments {
		if m.Number >= 1 && m.Number <= len(rows) {
			rows[m.Number-1] = f.published(m, names)
		}
	}
	for _, s := range resp.Withheld {
		if s.Number >= 1 && s.Number <= len(rows) {
			rows[s.Number-1] = Row{ImportRow: submission.ImportRow{Text: text.T("withheld.level." + s.Level)}, Answer: f.answer(s.Outcome, "")}
		}
	}
	f.Rows = slices.DeleteFunc(rows, func(r Row) bool { return r.Text == "" })
	return f, nil
}

func (f *Form) published(m review.ResponseComment, names map[string]string) Row {
	var reasons []string
	for _, w := range m.Withheld {
		reasons = append(reasons, w.Reason)
	}
	r := Row{ImportRow: submission.ImportRow{
		Organisation: m.Organisation, Reference: m.Reference, Type: m.Type,
		Text: exports.Words(f.Text, m.Text, reasons), ProposedChange: exports.Words(f.Text, m.ProposedChange, reasons),
	}, Answer: f.answer(m.Disposition.Outcome, exports.Words(f.Text, m.Disposition.Rationale, reasons))}
	if m.Organisation == "" {
		r.Organisation = f.masked(m.Sector, m.Mask)
	}
	if name := names[m.ProvisionID]; name != "" {
		r.Reference, r.Part = name, m.Reference
	}
	return r
}

// FileTypes are the kinds of files a form can be had as, by the ending of their
// names, with their media types.
var FileTypes = map[string]string{"xlsx": XLSXType, "docx": DOCXType}

// File writes the form as a file of the kind, with the name it is saved under.
func (f *Form) File(kind string) (name string, content []byte, err error) {
	name = "comments-" + strconv.Itoa(f.DraftVersion) + "-" + f.Text.Tag() + "." + kind
	if kind == "docx" {
		content, err = f.DOCX()
	} else {
		content, err = f.XLSX()
	}
	return name, content, err
}
