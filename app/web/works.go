package web

import (
	"mime"
	"net/http"
	"strconv"
	"time"

	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/work"
)

// shownNotes is how many lines of a file the page speaks of; all are in the table
// that can be fetched.
const shownNotes = 50

// workView is how far a work has come and what came of it.
type workView struct {
	W                    *work.Work
	Own                  bool
	Consultation         templates.Link // empty if the reader may not know of it any more
	Back                 templates.Link
	Again                string // the page itself, to look again while it goes on
	Why                  string // why it failed
	Notes                []rowItem
	MoreNotes            bool
	MayCancel, MayResume bool
	HasFile              bool
	Facts                []templates.Row // of the file
	Anew                 string          // where a file that was removed can be made again
}

// Taken are the rows that are in the record.
func (v workView) Taken() int { return v.W.Done - v.W.Refused }

type rowItem struct {
	Line  int
	Taken bool
	What  string
}

func workPage(q *request) error {
	tx := q.read()
	w, err := work.Get(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	v := workView{W: w, Own: w.Own(tx), HasFile: w.Own(tx) && w.HasFile(tx.Now), Back: templates.Link{Label: q.text.T("works.list.title"), Href: "/works"}}
	if v.Consultation, err = q.worksOn(tx, w); err != nil {
		return err
	}
	if w.Going() {
		v.Again = "/works/" + w.ID
	}
	if w.Reason != "" {
		v.Why = q.text.Error(w.Reason, w.ReasonArgs)
	}
	if w.Kind == work.Export && w.State == work.Finished && !v.HasFile && v.Own {
		v.Anew = v.Consultation.Href + "/export"
	}
	if v.HasFile {
		v.Facts = []templates.Row{
			{Key: q.text.T("works.file.rows"), Value: q.text.Number(w.Done)},
			{Key: q.text.T("works.file.size"), Value: q.text.T("works.file.bytes", "Bytes", int(w.Size))},
			{Key: q.text.T("works.file.until"), Value: q.text.DateTime(*w.KeepUntil)},
		}
	}
	if v.Own {
		if err := q.readWork(tx, &v); err != nil {
			return err
		}
	}
	return q.show("official/work", q.text.T("works.title."+w.Kind), v)
}

// readWork reads what is for whoever started it, and notes that they saw the end.
func (q *request) readWork(tx *workflows.Tx, v *workView) error {
	v.MayCancel, v.MayResume = v.W.Going(), (v.W.State == work.Failed || v.W.State == work.Cancelled) && v.W.Kept(tx.Now)
	notes, err := work.Notes(tx, v.W, shownNotes+1)
	if err != nil {
		return err
	}
	v.MoreNotes = len(notes) > shownNotes
	for _, n := range notes[:min(len(notes), shownNotes)] {
		v.Notes = append(v.Notes, q.rowItem(n))
	}
	if v.W.Going() || v.W.SeenAt != nil {
		return nil
	}
	return q.s.Engine.Write(q.context(), q.actor, func(tx *workflows.Tx) error { return work.Seen(tx, v.W.ID) })
}

func (q *request) rowItem(n work.Note) rowItem {
	return rowItem{Line: n.Line, Taken: n.Taken, What: q.text.Error(n.Reason, n.Args)}
}

// worksOn leads to the consultation of a work, if the reader may know of it.
func (q *request) worksOn(tx *workflows.Tx, w *work.Work) (templates.Link, error) {
	c, err := consultation.Get(tx, w.ConsultationID)
	if workflows.IsKind(err, workflows.NotFound) {
		return templates.Link{}, nil
	}
	if err != nil {
		return templates.Link{}, err
	}
	return templates.Link{Label: c.Title, Href: "/consultations/" + c.ID}, nil
}

func cancelWork(q *request, tx *workflows.Tx) (done, error) {
	w, err := work.Cancel(tx, q.c.Param("id"), q.s.API.KeepFiles)
	if err != nil {
		return done{}, err
	}
	return done{to: "/works/" + w.ID, flash: "work_cancelled"}, nil
}

func resumeWork(q *request, tx *workflows.Tx) (done, error) {
	w, err := work.Resume(tx, q.c.Param("id"))
	if err != nil {
		return done{}, err
	}
	return done{to: "/works/" + w.ID, flash: "work_resumed"}, nil
}

// workFile gives out the file that was made, piece by piece. When a piece cannot be
// read the connection is broken off: half a file must not look like a whole one.
func workFile(q *request) error {
	tx := q.read()
	w, err := work.File(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	h := q.c.Writer.Header()
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": w.Name}))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Content-Type", work.MediaTypes[w.Asked.Format])
	q.c.Status(http.StatusOK)
	err = work.Pieces(tx, w, func(piece []byte) error {
		_, err := q.c.Writer.Write(piece)
		return err
	})
	if err != nil {
		q.s.API.Log.Error("file broken off", "work", w.ID, "error", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}

// workRows is the table of what there is to say about the lines of a file.
func workRows(q *request) error {
	tx := q.read()
	w, err := work.Get(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	notes, err := work.Notes(tx, w, 0)
	if err != nil {
		return err
	}
	rows := make([][]string, len(notes))
	for i, n := range notes {
		item := q.rowItem(n)
		rows[i] = []string{strconv.Itoa(n.Line), q.text.T("works.row." + taken(n)), item.What}
	}
	head := []string{q.text.T("works.row.line"), q.text.T("works.row.state"), q.text.T("works.row.what")}
	return q.attachTable("rows.csv", head, rows)
}

func taken(n work.Note) string {
	if n.Taken {
		return "parked"
	}
	return "refused"
}

// worksView is the list of works.
type worksView struct {
	Items    []workItem
	Next     string
	Everyone bool // the reader looks after those of others too
	Back     templates.Link
}

type workItem struct {
	W     work.Work
	About templates.Link
	Own   bool
}

// Since is when it was started.
func (i workItem) Since() time.Time { return i.W.CreatedAt }

func worksPage(q *request) error {
	tx := q.read()
	all, next, err := work.List(tx, q.c.Query("consultation"), q.page())
	if err != nil {
		return err
	}
	v := worksView{Next: q.more(next), Back: templates.Link{Label: q.text.T("home.title"), Href: "/home"}}
	about := map[string]templates.Link{}
	for i := range all {
		w := &all[i]
		if _, known := about[w.ConsultationID]; !known {
			if about[w.ConsultationID], err = q.worksOn(tx, w); err != nil {
				return err
			}
		}
		v.Items = append(v.Items, workItem{*w, about[w.ConsultationID], w.Own(tx)})
		v.Everyone = v.Everyone || !w.Own(tx)
	}
	return q.show("official/works", q.text.T("works.list.title"), v)
}
