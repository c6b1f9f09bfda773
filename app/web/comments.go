package web

import (
	"net/url"

	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
)

type commentsView struct {
	C           *consultation.Consultation
	Filter      submission.Filter
	Filtered    bool
	Provisions  []templates.Option
	Sectors     []string
	Types       []string
	Outcomes    []string
	States      []string
	Answers     bool // the reader sees what became of the comments
	Items       []commentItem
	Next        string
	Drafter     string             // of the filter, as it stands in the address
	Desk        *deskView          // for those who run the consultation
	Obligation  string             // of the filter: its code
	Obligations []templates.Option // that the draft serves
	Clear       string
	Query       string // of the filters, for the same comments as a file
	Back        string
}

type commentItem struct {
	Href, Author, Sector, Type, Text, Lang string
	Place                                  string
	Parked, Confidential                   bool
	Outcome, State, Obligation             string
	ID, Drafter                            string
	Alike                                  int    // comments that say the same, itself among them
	AlikeHref                              string // the list of them
}

func commentsPage(q *request) error {
	tx := q.read()
	c, err := consultation.Get(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	f, err := q.commentFilter(tx, c, q.c.Query)
	if err != nil {
		return err
	}
	v := commentsView{
		C: c, Filter: f, Drafter: q.c.Query("drafter"), Filtered: len(q.filters()) > 0, Sectors: stakeholder.Sectors, Types: submission.CommentTypes,
		Outcomes: append([]string{"none"}, submission.Outcomes...),
		States:   []string{submission.DispositionOpen, submission.DispositionProposed, submission.DispositionAgreed},
		Answers:  c.State == consultation.Published || mayManage(tx, c),
		Clear:    "/consultations/" + c.ID + "/comments", Back: "/consultations/" + c.ID,
	}
	if set := q.filters(); len(set) > 0 {
		v.Query = "?" + set.Encode()
	}
	if mayManage(tx, c) {
		v.Back += "/manage"
		f.ByProvision = true
		if v.Desk, err = q.desk(tx, c, f); err != nil {
			return err
		}
	}
	found, next, err := submission.Comments(tx, c, f, q.page())
	if err != nil {
		return err
	}
	v.Next = q.more(next)
	for i := range found {
		item := q.commentItem(&found[i])
		if v.Desk != nil {
			v.Desk.add(&item, found[i])
		}
		v.Items = append(v.Items, item)
	}
	if v.Provisions, err = provisionOptions(tx, c.DraftID); err != nil {
		return err
	}
	if v.Obligation = q.c.Query("obligation"); v.Desk != nil {
		if v.Obligations, err = obligationOptions(tx, c, v.Obligation); err != nil {
			return err
		}
	}
	return q.show("official/comments", q.text.T("comments.title"), v)
}

func (q *request) commentItem(m *submission.Listed) commentItem {
	item := commentItem{
		ID: m.ID, Href: "/comments/" + m.ID, Author: q.author(m), Sector: m.Sector, Type: m.Type, Text: q.quote(m, 160), Lang: m.Language,
		Place: m.Number, Parked: m.Parked(), Confidential: m.Confidentiality == submission.Confidential,
		Outcome: m.Outcome, State: m.DispositionState, Obligation: aboutCode(m),
	}
	if m.Parked() {
		item.Place = m.Reference
	}
	return item
}

// author is the name of a comment's sender, as far as the reader may know it.
func (q *request) author(m *submission.Listed) string {
	if a := m.Alias(); m.NameMasked && a != nil {
		return q.alias(m.Sector, a)
	}
	if m.NameMasked || m.Organisation == "" {
		return q.text.T("comment_page.name_withheld")
	}
	return m.Organisation
}

// provisionOptions are the numbered provisions of a draft, to choose from.
func provisionOptions(tx *workflows.Tx, draftID string) ([]templates.Option, error) {
	all, err := strategy.Provisions(tx, draftID)
	var out []templates.Option
	for _, p := range all {
		if p.Numbered() {
			out = append(out, templates.Option{Value: p.ID, Label: naming(p.Number, p.Heading, excerpt(p.Text, 50))})
		}
	}
	return out, err
}

// commentsPath is the list with one filter set.
func commentsPath(consultationID, name, value string) string {
	return "/consultations/" + consultationID + "/comments?" + url.Values{name: {value}}.Encode()
}
