package api

import (
	"net/http"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/moderation"
	"jahorina/workflows/submission"
)

// registerModeration declares the calls on what is withheld from the public.
func (s *server) registerModeration() {
	read(s, call{path: "/consultations/{id}/moderation", id: "moderation", summary: "What there is to moderate: flags, hints, wishes, what is withheld, what is to be looked at again"}, queue)
	write(s, call{method: http.MethodPost, path: "/consultations/{id}/redactions", id: "redact-alike", summary: "Withhold several comments whole, all or none", status: http.StatusCreated}, redactAlike)
	write(s, call{method: http.MethodPost, path: "/comments/{id}/redactions", id: "redact", summary: "Withhold words, the proposed change or the whole comment", status: http.StatusCreated}, redact)
	write(s, call{method: http.MethodPost, path: "/redactions/{id}/lifting", id: "lift", summary: "Show again what was withheld"}, lift)
	write(s, call{method: http.MethodPost, path: "/redactions/{id}/review", id: "prolong", summary: "Withhold it until a later day"}, prolong)
	write(s, call{method: http.MethodPost, path: "/comments/{id}/flags", id: "flag", summary: "Ask the moderators to look at a comment", status: http.StatusCreated}, raise)
	write(s, call{method: http.MethodPost, path: "/comments/{id}/hints/dismissal", id: "dismiss-hints", summary: "Note that there is nothing to withhold where the program pointed at something"}, unfounded)
	write(s, call{method: http.MethodPost, path: "/flags/{id}/dismissal", id: "dismiss", summary: "End a flag without withholding anything"}, dismiss)
	read(s, call{path: "/consultations/{id}/restrictions", id: "own-restrictions", summary: "What the asker wants kept from others, and what was decided"}, ownWishes)
	write(s, call{method: http.MethodPost, path: "/consultations/{id}/restrictions", id: "rule", summary: "Decide on senders' wishes to keep comments from others, all or none"}, ruleOn)
	write(s, call{method: http.MethodPost, path: "/comments/{id}/restriction/answer", id: "answer-ruling", summary: "Say what is to become of a comment the desk would publish"}, answerRuling)
	write(s, call{method: http.MethodPost, path: "/masks/{id}/branch", id: "judge-branch", summary: "Accept or decline the branch that a masked sender gives"}, judgeBranch)
}

// MaskView is how a sender appears whose name is withheld. The kind is the
// sector.
type MaskView struct {
	Number int    `json:"number" doc:"The same in all of the consultation"`
	Branch string `json:"branch,omitempty"`
}

func viewMask(a *submission.Alias) *MaskView {
	if a == nil {
		return nil
	}
	return &MaskView{a.Number, a.Branch}
}

// RedactionView is something that is withheld.
type RedactionView struct {
	ID         string     `json:"id"`
	CommentID  string     `json:"comment_id"`
	Part       string     `json:"part" doc:"words, proposed_change or comment"`
	Passage    string     `json:"passage,omitempty" doc:"The words, for those who may read them"`
	Reason     string     `json:"reason"`
	Words      string     `json:"words" doc:"Why, for the public"`
	Holder     string     `json:"holder"`
	MadeBy     string     `json:"made_by,omitempty"`
	MadeAt     time.Time  `json:"made_at"`
	ReviewDate time.Time  `json:"review_date"`
	LiftedAt   *time.Time `json:"lifted_at"`
}

func viewRedaction(r submission.Redaction) RedactionView {
	return RedactionView{
		ID: r.ID, CommentID: r.CommentID, Part: r.Part, Passage: r.Passage, Reason: r.Reason, Words: r.Words, Holder: r.Holder,
		MadeBy: r.MadeByName, MadeAt: r.MadeAt.UTC(), ReviewDate: r.ReviewDate.UTC(), LiftedAt: utcOrNull(r.LiftedAt),
	}
}

// FlagView is a flag and what became of it.
type FlagView struct {
	ID        string    `json:"id"`
	CommentID string    `json:"comment_id"`
	Reason    string    `json:"reason"`
	Words     string    `json:"words"`
	State     string    `json:"state" doc:"open, upheld or dismissed"`
	CreatedAt time.Time `json:"created_at"`
}

func viewFlag(f moderation.Flag) FlagView {
	return FlagView{f.ID, f.CommentID, f.Reason, f.Words, f.State, f.CreatedAt.UTC()}
}

// HintView is something the program found. It decides nothing.
type HintView struct {
	Kind    string `json:"kind" doc:"email, phone or long_link"`
	Passage string `json:"passage"`
}

// WishView is a sender's wish to keep a comment from others, and what was
// decided on it.
type WishView struct {
	CommentID       string     `json:"comment_id"`
	Confidentiality string     `json:"confidentiality"`
	State           string     `json:"state" doc:"asked, granted, declined, opened or taken_back"`
	Ground          string     `json:"ground"`
	Reason          string     `json:"reason" doc:"Of the desk"`
	Holder          string     `json:"holder"`
	ReviewDate      *time.Time `json:"review_date"`
	AnswerBy        *time.Time `json:"answer_by" doc:"Until when its sender can say what they prefer, once it is declined"`
}

func viewWish(m submission.Listed, w submission.Restriction) WishView {
	v := WishView{
		CommentID: m.ID, Confidentiality: m.Confidentiality, State: w.State, Ground: w.Ground, Reason: w.Reason, Holder: w.Holder,
		ReviewDate: utcOrNull(w.ReviewDate), AnswerBy: utcOrNull(w.AnswerBy),
	}
	if v.State == "" {
		v.State, v.Ground = submission.Asked, m.Ground
	}
	return v
}

// QueueItemView is a comment in the queue.
type QueueItemView struct {
	Comment CommentView `json:"comment"`
	Flags   []FlagView  `json:"flags" nullable:"false" doc:"Open ones"`
	Hints   []HintView  `json:"hints" nullable:"false"`
	Wish    *WishView   `json:"wish" doc:"null where its sender wants nothing kept from others"`
	Alike   int         `json:"alike" doc:"Other comments with the same text"`
}

// BranchView is a branch that waits for the desk.
type BranchView struct {
	MaskID       string `json:"mask_id"`
	Number       int    `json:"number"`
	Branch       string `json:"branch"`
	Organisation string `json:"organisation"`
	Sector       string `json:"sector"`
}

// QueueView is what there is to moderate.
type QueueView struct {
	Counts   map[string]int  `json:"counts" doc:"By view"`
	Items    []QueueItemView `json:"items" nullable:"false"`
	Next     *string         `json:"next"`
	Branches []BranchView    `json:"branches" nullable:"false"`
}

func queue(tx *workflows.Tx, in *struct {
	ByID
	View  string `query:"view" doc:"flagged (if not given), hints, wishes, running, withheld or overdue"`
	After string `query:"after"`
},
) (QueueView, error) {
	c, err := consultation.Get(tx, in.ID)
	if err != nil {
		return QueueView{}, err
	}
	if in.View == "" {
		in.View = moderation.Flagged
	}
	q, err := moderation.Read(tx, c, in.View, in.After)
	if err != nil {
		return QueueView{}, err
	}
	v := QueueView{Counts: q.Counts, Items: []QueueItemView{}, Next: orNull(q.Next), Branches: []BranchView{}}
	for _, i := range q.Items {
		item := QueueItemView{Comment: viewComment(i.Listed), Flags: listOf(i.Flags, "", viewFlag).Items, Hints: []HintView{}, Alike: i.Alike}
		for _, h := range i.Hints {
			item.Hints = append(item.Hints, HintView(h))
		}
		if i.Wish.ID != "" || submission.Restricted(i.Confidentiality) {
			w := viewWish(i.Listed, i.Wish)
			item.Wish = &w
		}
		v.Items = append(v.Items, item)
	}
	for _, b := range q.Branches {
		v.Branches = append(v.Branches, BranchView{b.ID, b.Number, b.Asked, b.Organisation, b.Sector})
	}
	return v, nil
}

// RedactionIn says what is withheld and why.
type RedactionIn struct {
	Part       string    `json:"part" doc:"words, proposed_change or comment"`
	Passage    string    `json:"passage,omitempty" doc:"The exact words, for words; they are withheld wherever they stand in the comment and the answer to it"`
	Reason     string    `json:"reason" doc:"personal_data, abuse, defamation, sensitive, spam or other"`
	Words      string    `json:"words" doc:"Why, in a sentence for the public"`
	Holder     string    `json:"holder,omitempty" doc:"The office that keeps it; the state if not given"`
	ReviewDate time.Time `json:"review_date,omitzero" doc:"When to look at it again; in two years if not given"`
}

func redact(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body RedactionIn
},
) (RedactionView, error) {
	r, err := moderation.Redact(tx, in.ID, moderation.NewRedaction(in.Body))
	if err != nil {
		return RedactionView{}, err
	}
	return viewRedaction(*r), nil
}

// AlikeIn says which comments are withheld whole, and why.
type AlikeIn struct {
	Comments   []string  `json:"comments" doc:"Ids, up to 500"`
	Reason     string    `json:"reason" doc:"personal_data, abuse, defamation, sensitive, spam or other"`
	Words      string    `json:"words" doc:"Why, in a sentence for the public"`
	Holder     string    `json:"holder,omitempty"`
	ReviewDate time.Time `json:"review_date,omitzero"`
}

// CountedView is how many comments something was done to.
type CountedView struct {
	Comments int `json:"comments"`
}

func redactAlike(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body AlikeIn
},
) (CountedView, error) {
	b := in.Body
	err := moderation.RedactAlike(tx, in.ID, b.Comments, moderation.NewRedaction{Reason: b.Reason, Words: b.Words, Holder: b.Holder, ReviewDate: b.ReviewDate})
	return CountedView{len(b.Comments)}, err
}

// ReasonIn is a reason for the record.
type ReasonIn struct {
	Reason string `json:"reason"`
}

func lift(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body ReasonIn
},
) (RedactionView, error) {
	r, err := moderation.Lift(tx, in.ID, in.Body.Reason)
	if err != nil {
		return RedactionView{}, err
	}
	return viewRedaction(*r), nil
}

// ProlongIn is the day on which something withheld is looked at again.
type ProlongIn struct {
	ReviewDate time.Time `json:"review_date,omitzero" doc:"In two years if not given"`
	Reason     string    `json:"reason"`
}

// DoneView says that it is done.
type DoneView struct {
	Done bool `json:"done"`
}

func prolong(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body ProlongIn
},
) (DoneView, error) {
	return DoneView{true}, moderation.Prolong(tx, in.ID, in.Body.ReviewDate, in.Body.Reason)
}

// FlagIn is what somebody thinks should be looked at.
type FlagIn struct {
	Reason string `json:"reason" doc:"personal_data, abuse, defamation, sensitive, spam or other"`
	Words  string `json:"words,omitempty" doc:"Required for other"`
}

func raise(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body FlagIn
},
) (FlagView, error) {
	f, err := moderation.Raise(tx, in.ID, in.Body.Reason, in.Body.Words)
	if err != nil {
		return FlagView{}, err
	}
	return viewFlag(*f), nil
}

func unfounded(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body struct{}
},
) (DoneView, error) {
	return DoneView{true}, moderation.Unfounded(tx, in.ID)
}

func dismiss(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body ReasonIn
},
) (FlagView, error) {
	f, err := moderation.Dismiss(tx, in.ID, in.Body.Reason)
	if err != nil {
		return FlagView{}, err
	}
	return viewFlag(*f), nil
}

func ownWishes(tx *workflows.Tx, in *ByID) (list[WishView], error) {
	c, err := consultation.Get(tx, in.ID)
	if err != nil {
		return list[WishView]{}, err
	}
	rows, wishes, err := moderation.Own(tx, c)
	return listOf(rows, "", func(m submission.Listed) WishView { return viewWish(m, wishes[m.ID]) }), err
}

// RulingIn is what the desk decides on wishes to keep comments from others.
type RulingIn struct {
	Comments   []string  `json:"comments" doc:"Ids, up to 500"`
	Grant      *bool     `json:"grant"`
	Ground     string    `json:"ground,omitempty" doc:"The sender's if not given"`
	Reason     string    `json:"reason,omitempty" doc:"For the sender; required to decline"`
	Holder     string    `json:"holder,omitempty" doc:"The office that keeps it; the state if not given"`
	ReviewDate time.Time `json:"review_date,omitzero" doc:"When to look at it again; in two years if not given"`
	Days       int       `json:"days,omitempty" doc:"The sender has to answer, 3 to 60; 10 if not given"`
}

func ruleOn(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body RulingIn
},
) (CountedView, error) {
	b := in.Body
	if b.Grant == nil {
		return CountedView{}, workflows.InvalidField("grant", "required")
	}
	err := moderation.Rule(tx, in.ID, b.Comments, moderation.Ruling{
		Grant: *b.Grant, Ground: b.Ground, Reason: b.Reason, Holder: b.Holder, ReviewDate: b.ReviewDate, Days: b.Days,
	})
	return CountedView{len(b.Comments)}, err
}

// RulingAnswerIn is the sender's word.
type RulingAnswerIn struct {
	Answer string `json:"answer" doc:"agree, agree_nameless or take_back"`
}

func answerRuling(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body RulingAnswerIn
},
) (DoneView, error) {
	return DoneView{true}, moderation.Answer(tx, in.ID, in.Body.Answer)
}

// BranchIn is what the desk says of a branch.
type BranchIn struct {
	Branch string `json:"branch" doc:"The one that was judged"`
	Accept *bool  `json:"accept"`
}

func judgeBranch(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body BranchIn
},
) (DoneView, error) {
	if in.Body.Accept == nil {
		return DoneView{}, workflows.InvalidField("accept", "required")
	}
	return DoneView{true}, moderation.JudgeBranch(tx, in.ID, in.Body.Branch, *in.Body.Accept)
}
