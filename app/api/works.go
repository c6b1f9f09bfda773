package api

import (
	"context"
	"errors"
	"mime"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"jahorina/app/forms"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/submission"
	"jahorina/workflows/work"
)

// registerWorks declares the calls on long work.
func (s *server) registerWorks() {
	imported := call{
		method: http.MethodPost, path: "/consultations/{id}/imports", id: "start-import", status: http.StatusAccepted, limit: maxAttachment, accepts: append([]string{jsonType}, tableTypes...),
		summary: "Begin to enter the comments of a table that has no fault (columns of the ISO commenting form), in the background",
	}
	write(s, imported, s.startImport)
	s.describeBody(imported, listSchemas())
	write(s, call{method: http.MethodPost, path: "/consultations/{id}/exports", id: "start-export", summary: "Begin to make a file of comments, in the background", status: http.StatusAccepted}, startExport)
	read(s, call{path: "/works", id: "list-works", summary: "Long work you started, or look after, newest first"}, listWorks)
	read(s, call{path: "/works/{id}", id: "work", summary: "How far a work has come"}, getWork)
	read(s, call{path: "/works/{id}/rows", id: "work-rows", summary: "Rows of a table that were not taken, or taken without a place"}, workRows)
	write(s, call{method: http.MethodPost, path: "/works/{id}/cancellation", id: "cancel-work", summary: "Stop a work; what was done stays"}, s.cancelWork)
	write(s, call{method: http.MethodPost, path: "/works/{id}/resumption", id: "resume-work", summary: "Go on with a work that failed or was stopped"}, resumeWork)
	huma.Register(s.api, s.operation(call{method: http.MethodGet, path: "/works/{id}/file", id: "work-file", summary: "Download the file that was made"}), s.workFile)
}

// WorkView is a piece of long work.
type WorkView struct {
	ID             string     `json:"id"`
	Kind           string     `json:"kind" enum:"import,export"`
	State          string     `json:"state" enum:"queued,running,finished,failed,cancelled"`
	ConsultationID string     `json:"consultation_id"`
	StartedBy      string     `json:"started_by" doc:"Name"`
	Name           string     `json:"name" doc:"Of the file; empty for who did not start it"`
	Total          int        `json:"total" doc:"Rows"`
	Done           int        `json:"done" doc:"Rows, those refused among them"`
	Refused        int        `json:"refused" doc:"Rows that could not be taken"`
	Parked         int        `json:"parked" doc:"Rows taken that wait for their place"`
	Reason         string     `json:"reason,omitempty" doc:"Key of why it failed"`
	Size           int64      `json:"size" doc:"Bytes of the file made"`
	SHA256         string     `json:"sha256,omitempty" doc:"Of the file made"`
	CreatedAt      time.Time  `json:"created_at"`
	EndedAt        *time.Time `json:"ended_at"`
	KeepUntil      *time.Time `json:"keep_until" doc:"When what it read or made is removed; null: nothing is kept"`
}

func viewWork(w work.Work) WorkView {
	return WorkView{
		ID: w.ID, Kind: w.Kind, State: w.State, ConsultationID: w.ConsultationID, StartedBy: w.StarterName, Name: w.Name, Total: w.Total, Done: w.Done,
		Refused: w.Refused, Parked: w.Parked, Reason: w.Reason, Size: w.Size, SHA256: w.SHA256,
		CreatedAt: w.CreatedAt.UTC(), EndedAt: utcOrNull(w.EndedAt), KeepUntil: utcOrNull(w.KeepUntil),
	}
}

func viewed(w *work.Work, err error) (WorkView, error) {
	if err != nil {
		return WorkView{}, err
	}
	return viewWork(*w), nil
}

func (s *server) startImport(tx *workflows.Tx, in *struct {
	Once
	ByID
	ReceivedAt time.Time `query:"received_at" required:"true" doc:"When the table reached the office"`
	Name       string    `query:"name" doc:"Of the file"`
	RawBody    []byte    `contentType:"text/csv"`
},
) (WorkView, error) {
	rows, err := forms.NewReader(s.Locales).ImportRows(in.RawBody)
	if err != nil {
		return WorkView{}, err
	}
	return viewed(work.StartImport(tx, in.ID, in.Name, rows, in.ReceivedAt))
}

// ExportIn is which comments a file is to hold; without filters all of them.
type ExportIn struct {
	Format       string `json:"format" doc:"csv or json"`
	Sector       string `json:"sector,omitempty"`
	Type         string `json:"type,omitempty"`
	ProvisionID  string `json:"provision_id,omitempty"`
	State        string `json:"state,omitempty" doc:"Of the disposition"`
	Outcome      string `json:"outcome,omitempty" doc:"An outcome, or none"`
	Organisation string `json:"organisation_id,omitempty"`
	Drafter      string `json:"drafter_id,omitempty" doc:"A person, or none"`
	Language     string `json:"language,omitempty"`
	Obligation   string `json:"obligation,omitempty" doc:"Code: those that point to it or are on provisions that serve it"`
	Parked       bool   `json:"parked,omitempty"`
	Query        string `json:"q,omitempty" doc:"Words"`
}

func startExport(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body ExportIn
},
) (WorkView, error) {
	b := in.Body
	f := submission.Filter{
		Sector: b.Sector, Type: b.Type, ProvisionID: b.ProvisionID, State: b.State, Outcome: b.Outcome, OrganisationID: b.Organisation,
		Drafter: b.Drafter, Language: b.Language, Parked: b.Parked, Query: b.Query, Obligation: b.Obligation,
	}
	if f.Obligation != "" {
		c, err := consultation.Get(tx, in.ID)
		if err != nil {
			return WorkView{}, err
		}
		if f.Provisions, err = servedBy(tx, c.DraftID, f.Obligation); err != nil {
			return WorkView{}, err
		}
	}
	return viewed(work.StartExport(tx, in.ID, b.Format, f))
}

func listWorks(tx *workflows.Tx, in *struct {
	Paged
	ConsultationID string `query:"consultation_id"`
},
) (list[WorkView], error) {
	all, next, err := work.List(tx, in.ConsultationID, in.page())
	if err != nil {
		return list[WorkView]{}, err
	}
	return listOf(all, next, viewWork), nil
}

func getWork(tx *workflows.Tx, in *ByID) (WorkView, error) { return viewed(work.Get(tx, in.ID)) }

// RowView is what became of a row of a table.
type RowView struct {
	Line   int            `json:"line"`
	Taken  bool           `json:"taken" doc:"It is in the record, and waits for its place"`
	Reason string         `json:"reason" doc:"Key of an error"`
	Args   map[string]any `json:"args,omitempty"`
}

// RowsView holds them all.
type RowsView struct {
	Items []RowView `json:"items" nullable:"false"`
}

func workRows(tx *workflows.Tx, in *ByID) (RowsView, error) {
	out := RowsView{Items: []RowView{}}
	w, err := work.Get(tx, in.ID)
	if err != nil {
		return out, err
	}
	notes, err := work.Notes(tx, w, 0)
	for _, n := range notes {
		out.Items = append(out.Items, RowView{n.Line, n.Taken, n.Reason, n.Args})
	}
	return out, err
}

func (s *server) cancelWork(tx *workflows.Tx, in *struct {
	Once
	ByID
},
) (WorkView, error) {
	return viewed(work.Cancel(tx, in.ID, s.KeepFiles))
}

func resumeWork(tx *workflows.Tx, in *struct {
	Once
	ByID
},
) (WorkView, error) {
	return viewed(work.Resume(tx, in.ID))
}

// workFile streams the file: it can be larger than what fits in memory. When a piece
// cannot be read the connection is broken off.
func (s *server) workFile(ctx context.Context, in *ByID) (*huma.StreamResponse, error) {
	who := askerOf(ctx)
	tx := s.Engine.Read(ctx, who.actor)
	w, err := work.File(tx, in.ID)
	if err != nil {
		return nil, s.problem(who, err)
	}
	return &huma.StreamResponse{Body: func(out huma.Context) {
		out.SetHeader("Content-Type", work.MediaTypes[w.Asked.Format])
		out.SetHeader("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": w.Name}))
		out.SetHeader("X-Content-Type-Options", "nosniff")
		out.SetHeader("Content-Security-Policy", "sandbox; default-src 'none'")
		err := work.Pieces(tx, w, func(piece []byte) error {
			_, err := out.BodyWriter().Write(piece)
			return err
		})
		if err != nil && !errors.Is(err, context.Canceled) {
			s.Log.Error("file broken off", "work", w.ID, "error", err)
		}
		if err != nil {
			panic(http.ErrAbortHandler)
		}
	}}, nil
}
