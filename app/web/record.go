package web

import (
	"strings"
	"time"

	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/participation"
)

// recordObjects are what the record of a consultation speaks of.
var recordObjects = []string{"consultation", "invitation", "respondent", "submission", "comment", "review", "flag", "restriction", "publication", "work"}

type recordView struct {
	C       *consultation.Consultation
	Object  string
	Objects []templates.Option
	Entries []recordItem
	Next    string
	Back    string
	// Participation says that the reader may see who took part.
	Participation bool
}

type recordItem struct {
	At           time.Time
	Words        string
	Reason       string
	Href         string
	SHA256       string
	Short        string
	Confidential bool
}

func recordPage(q *request) error {
	tx := q.read()
	c, err := consultation.Get(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	v := recordView{C: c, Object: q.c.Query("object"), Back: "/consultations/" + c.ID, Participation: participation.MayRead(tx, c)}
	if mayManage(tx, c) {
		v.Back += "/manage"
	}
	v.Objects = []templates.Option{{Label: q.text.T("record.all")}}
	for _, o := range recordObjects {
		v.Objects = append(v.Objects, templates.Option{Value: o, Label: q.text.T("record.about." + o)})
	}
	entries, next, err := workflows.Trail(tx, c.StateCode, c.ID, v.Object, q.page())
	if err != nil {
		return err
	}
	v.Next = q.more(next)
	for _, e := range entries {
		v.Entries = append(v.Entries, q.recordItem(e))
	}
	return q.show("official/record", q.text.T("record.title"), v)
}

func (q *request) recordItem(e workflows.Entry) recordItem {
	item := recordItem{At: e.At, Reason: e.Reason, SHA256: e.SHA256, Short: short(e.SHA256), Confidential: e.Confidential}
	item.Words = q.did(e)
	switch e.Object {
	case "invitation":
		item.Reason = "" // the organisation's name, which is in the words
	case "comment", "disposition", "restriction":
		item.Href = "/comments/" + e.ObjectID
	case "review":
		item.Href = "/consultations/" + e.ConsultationID + "/review"
	}
	return item
}

// did tells an entry as a sentence: "Amina Hodžić cleared the consultation".
func (q *request) did(e workflows.Entry) string {
	key := "did." + e.Object + "." + e.Action
	if e.Object == "review" {
		key += "." + e.To
	}
	if !q.text.Has(key) {
		return q.text.T("did.other", "Who", q.who(e), "Action", e.Action, "Object", e.Object)
	}
	return q.text.T(key, "Who", q.who(e), "Name", e.Reason, "Person", e.From, "Language", q.languageName(e.To))
}

// done names what was done, for a line of a timeline: "Cleared".
func (q *request) done(object, action string) string {
	if key := "past." + object + "." + action; q.text.Has(key) {
		return q.text.T(key)
	}
	return action
}

// who is the entry's actor as people know them.
func (q *request) who(e workflows.Entry) string {
	kind, _, _ := strings.Cut(e.Actor, ":")
	switch {
	case kind == "clock" || kind == "operator":
		return q.text.T("record.who." + kind)
	case e.ActorName != "":
		return e.ActorName
	case kind == "respondent":
		return q.text.T("record.who.respondent")
	}
	return q.text.T("record.who.somebody")
}
