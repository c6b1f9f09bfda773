package web

import (
	"bytes"
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/gin-gonic/gin"

	"jahorina/app/exports"
	"jahorina/app/printing"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/review"
	"jahorina/workflows/strategy"
)

// downloadsView are the files that a page can be had as.
type downloadsView struct {
	Links []templates.Link
	NoPDF bool // there is nothing here that makes them
}

// downloads are those of the page at the path, in the forms there are of it.
func (q *request) downloads(path string, query url.Values, forms []string) downloadsView {
	var v downloadsView
	for _, form := range forms {
		if form == exports.PDF && q.s.Printer == nil {
			v.NoPDF = true
			continue
		}
		href := path + "/download/" + form
		if len(query) > 0 {
			href += "?" + query.Encode()
		}
		v.Links = append(v.Links, templates.Link{Label: q.text.T("downloads." + form), Href: href})
	}
	return v
}

func draftFile(q *request) error {
	if q.c.Param("form") == exports.PDF {
		return q.sendPDF("draft")
	}
	return q.give(exports.Draft(q.read(), q.text, q.c.Param("id"), q.c.Param("form")))
}

func redlineFile(q *request) error {
	if q.c.Param("form") == exports.PDF {
		return q.sendPDF("redline")
	}
	tx := q.read()
	from, to, err := q.compared(tx)
	if err != nil {
		return err
	}
	return q.give(exports.Redline(tx, q.text, from, to, q.c.Param("form")))
}

// compared are the drafts that the page of a redline compares.
func (q *request) compared(tx *workflows.Tx) (from, to string, err error) {
	d, err := strategy.GetDraft(tx, q.c.Param("id"))
	if err != nil {
		return "", "", err
	}
	drafts, err := strategy.Versions(tx, d)
	return cmp.Or(q.c.Query("from"), q.c.Query("against"), neighbour(d, drafts), d.ID), cmp.Or(q.c.Query("to"), d.ID), err
}

func responseFile(q *request) error {
	if q.c.Param("form") == exports.PDF {
		return q.sendPDF("response")
	}
	return q.give(exports.Response(q.read(), q.text, q.c.Param("id"), q.c.Param("form")))
}

func (q *request) give(f *exports.File, err error) error {
	if err != nil {
		return err
	}
	q.attach(f.Name, f.MediaType, f.Content)
	return nil
}

func (q *request) sendPDF(page string) error { return q.give(q.pdf(page)) }

// printForProgram prints a page for the API.
func (s *Server) printForProgram(c *gin.Context, actor workflows.Actor, page string) (*exports.File, error) {
	q := s.newRequest(c)
	q.actor = actor
	q.text = s.locales.For(actor.Language, c.GetHeader("Accept-Language"))
	return q.pdf(page)
}

// paper is a page on its way to the printer.
type paper struct {
	page  bytes.Buffer
	title string
	at    string // the address of the page
}

// pdf prints a page as the actor may see it.
func (q *request) pdf(page string) (*exports.File, error) {
	if q.s.Printer == nil {
		return nil, workflows.Refuse(workflows.Unavailable, "no_pdf")
	}
	show, path, name := q.printable(page)
	on := *q
	on.paper = &paper{at: q.s.BaseURL + path}
	if query := q.c.Request.URL.RawQuery; query != "" {
		on.paper.at += "?" + query
	}
	if err := show(&on); err != nil {
		return nil, err
	}
	file, err := name(q.read())
	if err != nil {
		return nil, err
	}
	if q.c.Request.Method == http.MethodHead { // nobody wants it yet
		return &exports.File{Name: file, MediaType: exports.PDFType}, nil
	}
	about := printing.About{Title: on.paper.title, Language: q.text.Tag(), Made: q.read().Now}
	content, err := q.s.Printer.PDF(q.context(), q.s.static.Alone(on.paper.page.Bytes()), about)
	var known *workflows.Error
	if err != nil && !errors.As(err, &known) && q.context().Err() == nil {
		q.s.API.Log.Error("print failed", "id", RequestID(q.context()), "error", err)
		err = workflows.Refuse(workflows.Unavailable, "pdf_failed")
	}
	return &exports.File{Name: file, MediaType: exports.PDFType, Content: content}, err
}

// printable is a page that is printed: how it is shown, its path, and the name of
// its file for those who may see it.
func (q *request) printable(page string) (func(*request) error, string, func(*workflows.Tx) (string, error)) {
	id := q.c.Param("id")
	switch page {
	case "redline":
		return redlinePage, "/drafts/" + id + "/redline", func(tx *workflows.Tx) (string, error) {
			from, to, err := q.compared(tx)
			if err != nil {
				return "", err
			}
			return exports.RedlineName(tx, from, to, exports.PDF)
		}
	case "briefing":
		return briefingPage, "/coverage/" + id + "/briefing", func(tx *workflows.Tx) (string, error) {
			return "briefing-" + id + "-" + tx.Now.Format(time.DateOnly) + ".pdf", nil
		}
	case "outcome":
		return outcomePage, "/consultations/" + id + "/outcome", func(tx *workflows.Tx) (string, error) {
			o, err := review.OutcomeOf(tx, id)
			if err != nil {
				return "", err
			}
			return exports.Name(o.Response.Title, "outcome", q.text.Tag(), exports.PDF), nil
		}
	case "period":
		return periodPage, "/plans/" + id + "/report", func(tx *workflows.Tx) (string, error) {
			r, err := q.period(tx)
			if err != nil {
				return "", err
			}
			return exports.PeriodName(r, q.text, exports.PDF), nil
		}
	case "response":
		return responsePage, "/consultations/" + id + "/response", func(tx *workflows.Tx) (string, error) {
			r, _, err := review.GetResponse(tx, id)
			if err != nil {
				return "", err
			}
			return exports.ResponseName(r, q.text, exports.PDF), nil
		}
	}
	return draftPage, "/drafts/" + id, func(tx *workflows.Tx) (string, error) {
		d, err := strategy.GetDraft(tx, id)
		if err != nil {
			return "", err
		}
		return exports.DraftName(d, exports.PDF), nil
	}
}

// showOnPaper writes a page that needs no other file, without what is for the one
// who reads it on a screen.
func (q *request) showOnPaper(name, title string, view any) error {
	page := templates.Page{
		Text: q.text, Title: title, Address: q.paper.at, CSRF: func() string { return "" }, RequestID: workflows.NewID(), Demo: q.s.Mailbox != nil, Data: view,
	}
	q.paper.title = title
	return q.s.pages.Render(&q.paper.page, name, page)
}

// responseTable is the response as a table, at the address it has had from the
// beginning.
func responseTable(q *request) error {
	return q.give(exports.Response(q.read(), q.text, q.c.Param("id"), exports.CSV))
}

// query is that of this page, with what it leaves open filled in.
func (q *request) query(pairs ...string) url.Values {
	v := q.c.Request.URL.Query()
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

// downloadRoutes are the pages as files. What a file may hold is decided by the
// same workflows as what its page may show.
func downloadRoutes() []route {
	return []route{
		get("/drafts/:id/download/:form", draftFile),
		get("/drafts/:id/redline/download/:form", redlineFile),
		get("/consultations/:id/response/download/:form", responseFile),
	}
}
