package identity

import (
	"context"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
)

// Opened is what a link to a consultation led to.
type Opened struct {
	ConsultationID string
	Switched       bool // the session was another's until now; tell them
}

// OpenInvitation makes the session that of the invited organisation, in the
// one consultation it is invited to. A person signed in who answers for that
// organisation anyway stays who they are.
func (s *Service) OpenInvitation(ctx context.Context, token string) (Opened, error) {
	var a workflows.Actor
	var i *consultation.Invitation
	err := s.engine.Write(ctx, workflows.Actor{}, func(tx *workflows.Tx) (err error) {
		if a, i, err = consultation.ActorByInvitation(tx, token); err != nil {
			return err
		}
		return consultation.Viewed(tx, i.ID)
	})
	if err != nil {
		return Opened{}, err
	}
	if answersFor(s.Actor(ctx), a.Roles[0]) {
		return Opened{ConsultationID: i.ConsultationID}, nil
	}
	return s.open(ctx, a, i.ConsultationID)
}

// OpenRespondent confirms a respondent's address and makes the session theirs,
// in the one consultation they answer. Call it for a POST only: mail scanners
// follow links.
func (s *Service) OpenRespondent(ctx context.Context, token string) (Opened, error) {
	var a workflows.Actor
	var r *consultation.Respondent
	err := s.engine.Write(ctx, workflows.Actor{}, func(tx *workflows.Tx) (err error) {
		a, r, err = consultation.Confirm(tx, token)
		return err
	})
	if workflows.IsKind(err, workflows.NotFound) {
		return Opened{}, deadLink()
	}
	if err != nil {
		return Opened{}, err
	}
	return s.open(ctx, a, r.ConsultationID)
}

// open gives the session to the link's actor. Whoever it was before is gone
// from it, so no right is ever mixed with another's.
func (s *Service) open(ctx context.Context, a workflows.Actor, consultationID string) (Opened, error) {
	before := s.Actor(ctx)
	o := Opened{ConsultationID: consultationID, Switched: before.ID != "" && before.ID != a.ID}
	if before.ID == a.ID {
		return o, nil
	}
	return o, s.become(ctx, "", a)
}

func answersFor(a workflows.Actor, invited policies.Held) bool {
	return a.IsPerson() && a.OrganisationID(invited.State) == invited.OrganisationID
}
