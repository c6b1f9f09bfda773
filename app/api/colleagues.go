package api

import (
	"net/http"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/submission"
)

// registerColleagues declares the calls with which people of one organisation
// prepare its answer together.
func (s *server) registerColleagues() {
	const own = "/consultations/{id}/own-comments"
	write(s, call{method: http.MethodPost, path: own, id: "add-own-comment", summary: "Add one comment to the asker's own answer, beginning it where there is none", status: http.StatusCreated}, addOwnComment)
	write(s, call{method: http.MethodPut, path: own + "/{comment}", id: "change-own-comment", summary: "Change one comment of the asker's own answer; the others stay as colleagues have them"}, changeOwnComment)
	write(s, call{method: http.MethodDelete, path: own + "/{comment}", id: "remove-own-comment", summary: "Take one comment out of the asker's own answer"}, removeOwnComment)
	read(s, call{path: "/submissions/{id}/notes", id: "notes", summary: "Notes among the colleagues who prepare it"}, notes)
	write(s, call{method: http.MethodPost, path: "/submissions/{id}/notes", id: "add-note", summary: "Leave a note for the colleagues", status: http.StatusCreated}, addNote)
	write(s, call{method: http.MethodPost, path: "/submissions/{id}/sign-off", id: "sign-off", summary: "Ask the head of the organisation to sign off, or return the answer"}, signOff)
	write(s, call{method: http.MethodPut, path: "/assignments/{id}/head", id: "set-head", summary: "Name a contributor as head of the organisation, or release them"}, setHead)
}

// OwnCommentView is a comment of one's own answer after a change.
type OwnCommentView struct {
	CommentID  string    `json:"comment_id"`
	Version    int64     `json:"version" doc:"Of the comment"`
	Submission SavedView `json:"submission"`
}

func (v OwnCommentView) version() int64 { return v.Version }

func viewOwnComment(tx *workflows.Tx, s *submission.Submission, id string, err error) (OwnCommentView, error) {
	if err != nil {
		return OwnCommentView{}, err
	}
	m, err := submission.Written(tx, s, id)
	if err != nil {
		return OwnCommentView{}, err
	}
	whole, err := saved(tx, s, nil)
	return OwnCommentView{CommentID: id, Version: m.Version, Submission: whole}, err
}

func addOwnComment(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body CommentIn
},
) (OwnCommentView, error) {
	in.Body.ID = ""
	s, id, err := submission.PutComment(tx, in.ID, submission.NewComment(in.Body), 0)
	return viewOwnComment(tx, s, id, err)
}

// ByComment names a comment of the asker's own answer.
type ByComment struct {
	ByID
	Comment string `path:"comment"`
}

func changeOwnComment(tx *workflows.Tx, in *struct {
	ByComment
	IfMatch
	Body CommentIn
},
) (OwnCommentView, error) {
	version, err := in.version()
	if err != nil {
		return OwnCommentView{}, err
	}
	in.Body.ID = in.Comment
	s, id, err := submission.PutComment(tx, in.ID, submission.NewComment(in.Body), version)
	return viewOwnComment(tx, s, id, err)
}

func removeOwnComment(tx *workflows.Tx, in *struct {
	ByComment
	IfMatch
},
) (SavedView, error) {
	version, err := in.version()
	if err != nil {
		return SavedView{}, err
	}
	s, err := submission.RemoveComment(tx, in.ID, in.Comment, version)
	return saved(tx, s, err)
}

// NoteView is a note among colleagues.
type NoteView struct {
	ID        string    `json:"id"`
	CommentID string    `json:"comment_id,omitempty" doc:"Not given: on the answer as a whole"`
	Author    string    `json:"author"`
	Source    string    `json:"source,omitempty" doc:"Whose view it is"`
	Text      string    `json:"text"`
	CreatedAt time.Time `json:"created_at"`
}

func viewNote(n submission.Note) NoteView {
	return NoteView{n.ID, n.CommentID, n.AuthorName, n.Source, n.Text, n.CreatedAt.UTC()}
}

func notes(tx *workflows.Tx, in *ByID) (list[NoteView], error) {
	s, _, err := submission.Get(tx, in.ID)
	if err != nil {
		return list[NoteView]{}, err
	}
	rows, err := submission.Notes(tx, s)
	return listOf(rows, "", viewNote), err
}

// NoteIn is a new note.
type NoteIn struct {
	CommentID string `json:"comment_id,omitempty"`
	Source    string `json:"source,omitempty" doc:"Whose view it is, such as a member of the association"`
	Text      string `json:"text"`
}

func addNote(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body NoteIn
},
) (NoteView, error) {
	n, err := submission.AddNote(tx, in.ID, in.Body.CommentID, in.Body.Source, in.Body.Text)
	if err != nil {
		return NoteView{}, err
	}
	return viewNote(*n), nil
}

// SignOffIn asks for the sign-off, or sends the answer back.
type SignOffIn struct {
	Action string `json:"action" enum:"ask,return"`
	Note   string `json:"note,omitempty" doc:"Required to return it; only for the colleagues"`
}

// SignOffView is where the sign-off stands. A head signs off by submitting.
type SignOffView struct {
	Outcome string     `json:"outcome" doc:"Empty while it waits; signed or returned"`
	AskedBy string     `json:"asked_by"`
	AskedAt time.Time  `json:"asked_at"`
	By      string     `json:"decided_by,omitempty"`
	At      *time.Time `json:"decided_at"`
	Note    string     `json:"note,omitempty"`
}

func signOff(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body SignOffIn
},
) (SignOffView, error) {
	var err error
	if in.Body.Action == "return" {
		err = submission.ReturnSignOff(tx, in.ID, in.Body.Note)
	} else {
		_, err = submission.AskSignOff(tx, in.ID)
	}
	if err != nil {
		return SignOffView{}, err
	}
	o, err := submission.LastSignOff(tx, in.ID)
	if err != nil {
		return SignOffView{}, err
	}
	return SignOffView{o.Outcome, o.AskedName, o.AskedAt.UTC(), o.DecidedName, utcOrNull(o.DecidedAt), o.Note}, nil
}

// HeadIn says whether somebody is head of the organisation they answer for.
type HeadIn struct {
	Head bool `json:"head"`
}

func setHead(tx *workflows.Tx, in *struct {
	ByID
	Body HeadIn
},
) (HeadIn, error) {
	return in.Body, stakeholder.SetHead(tx, in.ID, in.Body.Head)
}
