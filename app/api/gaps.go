package api

import (
	"net/http"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/gap"
)

// registerGaps declares the calls on gaps between states.
func (s *server) registerGaps() {
	read(s, call{path: "/gaps", id: "list-gaps", summary: "Gaps between states, the newest first"}, gaps)
	read(s, call{path: "/gaps/{id}", id: "gap", summary: "One gap with its sides"}, oneGap)
	write(s, call{method: http.MethodPost, path: "/gaps", id: "create-gap", summary: "Put a gap between two or more states on the list", status: http.StatusCreated}, createGap)
	write(s, call{method: http.MethodPut, path: "/gaps/{id}/side", id: "edit-gap-side", summary: "Say how things stand on one's own side, and who has it"}, editGapSide)
	write(s, call{method: http.MethodPost, path: "/gaps/{id}/transitions", id: "move-gap", summary: "Agree on a step; propose, confirm or refuse to close; open again"}, moveGap)
}

// RegionalGapView is one gap between states.
type RegionalGapView struct {
	ID          string        `json:"id"`
	Obligation  string        `json:"obligation" doc:"Its code in the register"`
	Title       string        `json:"title"`
	Description string        `json:"description"`
	Status      string        `json:"status" enum:"open,agreed,closing,closed"`
	NextStep    string        `json:"next_step"`
	NextStepOn  string        `json:"next_step_on" doc:"YYYY-MM-DD"`
	Late        bool          `json:"late" doc:"That day has passed"`
	Sides       []GapSideView `json:"sides" nullable:"false"`
	Version     int64         `json:"version"`
	CreatedAt   time.Time     `json:"created_at"`
}

func (v RegionalGapView) version() int64 { return v.Version }

// GapSideView is a state in a gap.
type GapSideView struct {
	State       string     `json:"state"`
	Position    string     `json:"position" doc:"How things stand there: 72 h"`
	OwnerID     string     `json:"owner_id"`
	Owner       string     `json:"owner" doc:"Name"`
	ConfirmedAt *time.Time `json:"confirmed_at" doc:"That it is closed"`
}

func viewGap(now time.Time) func(gap.Gap) RegionalGapView {
	return func(g gap.Gap) RegionalGapView {
		v := RegionalGapView{g.ID, g.ObligationCode, g.Title, g.Description, g.Status, g.NextStep, dayOf(g.NextStepOn), g.Late(now), []GapSideView{}, g.Version, g.CreatedAt.UTC()}
		for _, s := range g.Sides {
			side := GapSideView{State: s.StateCode, Position: s.Position, Owner: s.Owner, ConfirmedAt: utcOrNull(s.ConfirmedAt)}
			if s.OwnerID != nil {
				side.OwnerID = *s.OwnerID
			}
			v.Sides = append(v.Sides, side)
		}
		return v
	}
}

func shownGap(tx *workflows.Tx, g *gap.Gap, err error) (RegionalGapView, error) {
	if err != nil {
		return RegionalGapView{}, err
	}
	return viewGap(tx.Now)(*g), nil
}

func gaps(tx *workflows.Tx, in *struct {
	Paged
	Status string `query:"status" doc:"open, agreed, closing or closed"`
},
) (list[RegionalGapView], error) {
	rows, next, err := gap.List(tx, in.Status, in.page())
	return listOf(rows, next, viewGap(tx.Now)), err
}

func oneGap(tx *workflows.Tx, in *ByID) (RegionalGapView, error) {
	g, err := gap.Get(tx, in.ID)
	return shownGap(tx, g, err)
}

// GapIn is a gap to begin.
type GapIn struct {
	State       string            `json:"state" doc:"For which the asker begins it"`
	Obligation  string            `json:"obligation"`
	Title       string            `json:"title"`
	Description string            `json:"description,omitempty"`
	Positions   map[string]string `json:"positions" doc:"How things stand, by the code of the state: its own and at least one other"`
}

func createGap(tx *workflows.Tx, in *struct {
	Once
	Body GapIn
},
) (RegionalGapView, error) {
	b := in.Body
	g, err := gap.Create(tx, b.State, gap.New{Obligation: b.Obligation, Title: b.Title, Description: b.Description, Positions: b.Positions})
	return shownGap(tx, g, err)
}

// GapSideIn says how things stand on one side.
type GapSideIn struct {
	State    string `json:"state" doc:"The asker's own"`
	Position string `json:"position,omitempty"`
	OwnerID  string `json:"owner_id,omitempty" doc:"A person with a role in the state"`
}

func editGapSide(tx *workflows.Tx, in *struct {
	IfMatch
	ByID
	Body GapSideIn
},
) (RegionalGapView, error) {
	seen, err := in.version()
	if err != nil {
		return RegionalGapView{}, err
	}
	b := in.Body
	g, err := gap.PutSide(tx, in.ID, b.State, seen, b.Position, b.OwnerID)
	return shownGap(tx, g, err)
}

// GapMoveIn is an action of a side.
type GapMoveIn struct {
	State  string `json:"state" doc:"The asker's own"`
	Action string `json:"action" doc:"agree_step, propose_closing, confirm, object or reopen"`
	Step   string `json:"step,omitempty" doc:"Of agree_step"`
	StepOn string `json:"step_on,omitempty" doc:"YYYY-MM-DD, of agree_step"`
	Reason string `json:"reason,omitempty" doc:"Of object and reopen"`
}

func moveGap(tx *workflows.Tx, in *struct {
	Once
	ByID
	Body GapMoveIn
},
) (RegionalGapView, error) {
	if _, err := gap.Get(tx, in.ID); err != nil {
		return RegionalGapView{}, err
	}
	var p workflows.Problems
	b := in.Body
	input := gap.Input{Step: b.Step, On: day(&p, "step_on", b.StepOn), Reason: b.Reason}
	if err := p.Err(); err != nil {
		return RegionalGapView{}, err
	}
	g, err := gap.Apply(tx, in.ID, b.State, b.Action, 0, input)
	return shownGap(tx, g, err)
}
