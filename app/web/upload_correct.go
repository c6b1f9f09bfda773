package web

import (
	"strconv"
	"strings"
	"time"

	"jahorina/app/documents"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/strategy"
)

type uploadView struct {
	Strategy templates.Link
	Here     string // address
	Version  int64
	Until    time.Time
	Name     string // title
	Language string
	Lang     string // for the page, "" where it is not known
	Noticed  []string
	Parts    []partItem
}

// partItem is a block as it was read.
type partItem struct {
	At                    int // from 1
	Kind                  string
	Number, Heading, Text string
	Name                  string // for those who only hear the link
	Out                   bool
	Level                 string
	KindWord              string
}

func (q *request) partItem(i int, b strategy.UploadBlock) partItem {
	level := max(b.Level, 1)
	return partItem{
		At: i + 1, Kind: q.text.T("docin.kinds." + string(b.Kind)), Number: b.Number, Heading: b.Heading, Text: b.Text,
		Name: naming(b.Number, b.Heading, b.Text), Out: b.Out, Level: strconv.Itoa(min(level, 6)), KindWord: string(b.Kind),
	}
}

func uploadPath(id string) string { return "/uploads/" + id }

func uploadPage(q *request) error {
	tx := q.read()
	u, err := strategy.GetUpload(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	s, err := strategy.Get(tx, u.StrategyID)
	if err != nil {
		return err
	}
	v := uploadView{
		Strategy: templates.Link{Label: s.Title, Href: "/strategies/" + s.ID}, Here: uploadPath(u.ID), Version: u.Version, Until: u.ExpiresAt,
		Name: u.Title, Language: tagOf(u), Lang: tagOf(u),
	}
	for _, n := range u.Notices {
		v.Noticed = append(v.Noticed, q.text.T("noticed."+n.Key, "Count", n.Count))
	}
	for _, g := range u.Content().Gaps {
		v.Noticed = append(v.Noticed, q.gap(g))
	}
	for i, b := range u.Blocks {
		v.Parts = append(v.Parts, q.partItem(i, b))
	}
	return q.show("official/upload", q.text.T("docin.check"), v)
}

func tagOf(u *strategy.Upload) string {
	if u.Language == "und" {
		return ""
	}
	return u.Language
}

func settleUpload(q *request, tx *workflows.Tx) (done, error) {
	id := q.c.Param("id")
	if q.form.Get("act") == "discard" {
		u, err := strategy.DiscardUpload(tx, id)
		if err != nil {
			return done{}, err
		}
		return done{to: "/strategies/" + u.StrategyID, flash: "upload_discarded"}, nil
	}
	if q.form.Get("act") != "accept" {
		return done{}, workflows.InvalidField("act", "required")
	}
	seen, err := q.version()
	if err != nil {
		return done{}, err
	}
	d, _, err := strategy.AcceptUpload(tx, id, seen, nil, strings.TrimSpace(q.form.Get("title")), strings.TrimSpace(q.form.Get("language")))
	if err != nil {
		return done{}, err
	}
	return done{to: "/drafts/" + d.ID, flash: "draft_created"}, nil
}

type partView struct {
	Back    string
	Here    string // address
	Version int64
	Lang    string
	Part    partItem
	Above   string
	Kinds   []templates.Option
	Levels  []templates.Option
}

func partPage(q *request) error {
	u, err := strategy.GetUpload(q.read(), q.c.Param("id"))
	if err != nil {
		return err
	}
	at, err := strconv.Atoi(q.c.Param("part"))
	if err != nil || at < 1 || at > len(u.Blocks) {
		return workflows.Refuse(workflows.NotFound, "not_found")
	}
	v := partView{Back: uploadPath(u.ID) + "#part-" + strconv.Itoa(at), Here: uploadPath(u.ID) + "/parts/" + strconv.Itoa(at), Version: u.Version, Lang: tagOf(u), Part: q.partItem(at-1, u.Blocks[at-1])}
	for i := at - 2; i >= 0 && v.Above == ""; i-- {
		if !u.Blocks[i].Out {
			v.Above = naming(u.Blocks[i].Number, u.Blocks[i].Heading, u.Blocks[i].Text)
		}
	}
	for _, k := range strategy.BlockKinds {
		v.Kinds = append(v.Kinds, templates.Option{Value: string(k), Label: q.text.T("docin.kinds." + string(k))})
	}
	for i := range 6 {
		n := strconv.Itoa(i + 1)
		v.Levels = append(v.Levels, templates.Option{Value: n, Label: n})
	}
	return q.show("official/upload_part", q.text.T("docin.part", "At", at, "Count", len(u.Blocks)), v)
}

func correctPart(q *request, tx *workflows.Tx) (done, error) {
	at, err := strconv.Atoi(q.c.Param("part"))
	if err != nil {
		return done{}, workflows.Refuse(workflows.NotFound, "not_found")
	}
	level, _ := strconv.Atoi(q.form.Get("level"))
	c := strategy.Correction{Act: q.form.Get("act"), Block: strategy.UploadBlock{
		Kind: strategy.Kind(q.form.Get("kind")), Level: level, Number: q.form.Get("number"), Heading: q.form.Get("heading"), Text: q.form.Get("text"),
	}}
	if c.Act == strategy.CorrectSplit {
		first, rest := documents.CutPart(c.Block.Text)
		c.Block.Text = first
		for _, b := range documents.Parts(rest) {
			c.Rest = append(c.Rest, strategy.UploadBlock{Kind: b.Kind, Level: b.Level, Number: b.Number, Heading: b.Heading, Text: b.Text})
		}
	}
	seen, err := q.version()
	if err != nil {
		return done{}, err
	}
	u, err := strategy.CorrectBlock(tx, q.c.Param("id"), seen, at-1, c)
	if err != nil {
		return done{}, err
	}
	return done{to: uploadPath(u.ID) + "#part-" + strconv.Itoa(min(at, len(u.Blocks))), flash: "part_corrected"}, nil
}
