package consultation

import (
	"fmt"
	"strings"
	"time"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/stakeholder"
)

// Respondent answers a public consultation without an account, or is someone
// on whose behalf an official entered an answer (then without address).
type Respondent struct {
	ID             string
	ConsultationID string
	Email          string
	Name           string
	Sector         string
	Language       string
	ConfirmedAt    *time.Time
	CreatedAt      time.Time
}

// NewRespondent is what someone who wants to answer gives.
type NewRespondent struct {
	Email, Name, Sector, Language string
}

// maxAsked is how many links an address is mailed in an hour at most, whoever
// gives it and for however many consultations: it may be a stranger's.
const (
	maxAsked       = 5
	confirmAddress = "confirm_address" // the mail's template
)

// AskToAnswer takes an address for a public consultation and mails it the link
// that confirms it and opens the answer. Whether the address was given before
// makes no difference to be seen.
func AskToAnswer(tx *workflows.Tx, id string, in NewRespondent) error {
	c, err := Hold(tx, id, true)
	if err != nil {
		return err
	}
	if c.Kind != "public" {
		return workflows.Refuse(workflows.Forbidden, "by_invitation_only")
	}
	if err := c.CheckInTime(tx.Now); err != nil {
		return err
	}
	r, err := in.row(tx, c)
	if err != nil {
		return err
	}
	var known Respondent
	switch err := tx.One(&known, "consultation_id = ? AND email = ?", c.ID, r.Email); {
	case err == nil:
		r = &known
	case workflows.IsKind(err, workflows.NotFound):
		if err := insertRespondent(tx, c, r); err != nil {
			return err
		}
	default:
		return err
	}
	var asked int64
	err = tx.DB().Model(&workflows.Message{}).Where("template = ? AND recipient = ? AND created_at > ?", confirmAddress, r.Email, tx.Now.Add(-time.Hour)).Count(&asked).Error
	if err != nil {
		return fmt.Errorf("count links mailed: %w", err)
	}
	if asked >= maxAsked {
		return nil
	}
	return tx.Post(workflows.Message{
		// One mail a minute at most, however often the button is pressed.
		Key:            fmt.Sprintf("confirm:%s:%d", r.ID, tx.Now.Unix()/60),
		ConsultationID: c.ID, Template: confirmAddress, Args: map[string]string{"respondent": r.ID},
		RecipientName: r.Name, Recipient: r.Email, Language: r.Language, NotAfter: &c.ClosesAt,
	})
}

// Represent adds someone on whose behalf an official enters an answer.
func Represent(tx *workflows.Tx, c *Consultation, in NewRespondent) (*Respondent, error) {
	language, err := in.check()
	if err != nil {
		return nil, err
	}
	r := &Respondent{
		ID: workflows.NewID(), ConsultationID: c.ID, Name: strings.TrimSpace(in.Name), Sector: in.Sector, Language: language, CreatedAt: tx.Now,
	}
	return r, insertRespondent(tx, c, r)
}

// Check finds what is wrong with what Represent would be given.
func (in NewRespondent) Check() error {
	_, err := in.check()
	return err
}

func (in NewRespondent) check() (language string, err error) {
	var p workflows.Problems
	p.Text("name", in.Name, workflows.MaxName, true)
	p.OneOf("sector", in.Sector, stakeholder.Sectors...)
	language = p.Language("language", in.Language)
	return language, p.Err()
}

func (in NewRespondent) row(tx *workflows.Tx, c *Consultation) (*Respondent, error) {
	var p workflows.Problems
	p.Text("name", in.Name, workflows.MaxName, true)
	p.OneOf("sector", in.Sector, stakeholder.Sectors...)
	r := &Respondent{
		ID: workflows.NewID(), ConsultationID: c.ID, Email: p.Email("email", in.Email), Name: strings.TrimSpace(in.Name),
		Sector: in.Sector, Language: p.Language("language", in.Language), CreatedAt: tx.Now,
	}
	return r, p.Err()
}

// insertRespondent leaves name and address out of the record, which is kept
// for ever: the row they are in can be erased.
func insertRespondent(tx *workflows.Tx, c *Consultation, r *Respondent) error {
	if err := tx.Insert(r); err != nil {
		if workflows.IsDuplicate(err) {
			return workflows.Refuse(workflows.Conflict, "changed_meanwhile", "Object", "respondent")
		}
		return fmt.Errorf("store respondent: %w", err)
	}
	by := tx
	if tx.Actor.ID == "" {
		by = tx.As(workflows.Actor{Subject: policies.Subject{ID: "respondent:" + r.ID}})
	}
	return by.Record(workflows.Entry{State: c.StateCode, ConsultationID: c.ID, Action: "create", Object: "respondent", ObjectID: r.ID})
}

// RespondentLink is the token that confirms the address and opens the answer.
func RespondentLink(s *workflows.Signer, respondentID string) string {
	return s.Link("respondent", respondentID)
}

// Confirm opens a respondent's link, notes the first time that the address is
// theirs, and returns who they are.
func Confirm(tx *workflows.Tx, token string) (workflows.Actor, *Respondent, error) {
	id, err := tx.Signer().OpenLink("respondent", token)
	if err != nil {
		return workflows.Actor{}, nil, workflows.Refuse(workflows.NotFound, "dead_link")
	}
	res := tx.DB().Model(&Respondent{}).Where("id = ? AND confirmed_at IS NULL", id).Update("confirmed_at", tx.Now)
	if res.Error != nil {
		return workflows.Actor{}, nil, fmt.Errorf("confirm address: %w", res.Error)
	}
	a, r, err := RespondentActor(tx, id)
	if err != nil || res.RowsAffected == 0 {
		return a, r, err
	}
	c, err := Get(tx.As(a), r.ConsultationID)
	if err != nil {
		return a, r, err
	}
	e := workflows.Entry{State: c.StateCode, ConsultationID: c.ID, Action: "confirm", Object: "respondent", ObjectID: r.ID}
	return a, r, tx.As(a).Record(e)
}

// RespondentActor is the actor for a respondent whose address is confirmed.
func RespondentActor(tx *workflows.Tx, id string) (workflows.Actor, *Respondent, error) {
	var r Respondent
	if err := tx.One(&r, "id = ? AND confirmed_at IS NOT NULL", id); err != nil {
		return workflows.Actor{}, nil, err
	}
	var c Consultation
	if err := tx.One(&c, "id = ?", r.ConsultationID); err != nil {
		return workflows.Actor{}, nil, err
	}
	return workflows.Actor{
		Subject: policies.Subject{ID: "respondent:" + r.ID, Roles: []policies.Held{{
			Role: policies.Contributor, State: c.StateCode, ConsultationID: c.ID,
		}}},
		Name: r.Name, Language: r.Language,
	}, &r, nil
}
