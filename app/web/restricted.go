package web

import (
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/moderation"
	"jahorina/workflows/submission"
)

// restrictedView is what a sender wants kept from others, what was decided, and
// what of their comments is withheld from the public.
type restrictedView struct {
	C      *consultation.Consultation
	Mask   string // how they appear where their name is withheld, "" without a mask
	Items  []restrictedItem
	Named  bool // they can be published under a name
	Back   string
	Branch string // as they gave it, while the desk has not accepted it
}

type restrictedItem struct {
	submission.Listed
	Place    string
	Wish     submission.Restriction
	Asks     bool   // waits for the sender's word
	TakeBack bool   // may be taken back
	Public   []part // as the public sees it, where words are withheld
}

func restrictedPage(q *request) error {
	tx := q.read()
	c, err := consultation.Get(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	own, wishes, err := moderation.Own(tx, c)
	if err != nil {
		return err
	}
	v := restrictedView{C: c, Back: "/consultations/" + c.ID}
	for i := range own {
		v.Items = append(v.Items, q.restrictedItem(&own[i], wishes[own[i].ID]))
	}
	s, err := submission.Own(tx, c)
	if err != nil {
		return err
	}
	if err := q.ownMask(tx, &v, s); err != nil {
		return err
	}
	return q.show("contributor/restricted", q.text.T("restricted.title"), v)
}

func (q *request) ownMask(tx *workflows.Tx, v *restrictedView, s *submission.Submission) error {
	alias, err := submission.AliasOf(tx, s)
	if err != nil || alias == nil {
		return err
	}
	sender, err := submission.SenderOf(tx, s)
	v.Mask = q.alias(sender.Sector, alias)
	if alias.Branch != s.Branch {
		v.Branch = s.Branch
	}
	return err
}

func (q *request) restrictedItem(m *submission.Listed, w submission.Restriction) restrictedItem {
	item := restrictedItem{
		Listed: *m, Place: m.Number, Wish: w, Asks: w.State == submission.Declined,
		TakeBack: w.State == submission.Declined || w.State == submission.Granted,
	}
	if m.Parked() {
		item.Place = m.Reference
	}
	if len(m.Withheld) > 0 {
		shown := m.Comment
		shown.Redact(m.Withheld)
		item.Public = q.marked(shown.Text, reasonsOf(m.Withheld))
	}
	if item.Wish.State == "" {
		item.Wish.State = submission.Asked
	}
	return item
}

// Restricted says whether it is kept from the public.
func (i restrictedItem) Restricted() bool { return submission.Restricted(i.Confidentiality) }

// answerRuling is the sender's word on a comment the desk would publish.
func answerRuling(q *request, tx *workflows.Tx) (done, error) {
	comment := q.form.Get("comment")
	err := moderation.Answer(tx, comment, q.form.Get("answer-"+comment))
	return done{to: "/consultations/" + q.c.Param("id") + "/restricted", flash: "ruling_answered"}, rename(err, "answer", "answer-"+comment)
}
