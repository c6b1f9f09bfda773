package stakeholder

import (
	"fmt"

	"jahorina/workflows"
)

// ChooseLanguage changes the language in which whoever asks reads pages and mails, and no other's. Any BCP 47 tag is
// taken: where there are no texts in it, English ones are shown. Links have no account to keep it in: Forbidden.
func ChooseLanguage(tx *workflows.Tx, tag string) error {
	if !tx.Actor.IsPerson() {
		return workflows.Refuse(workflows.Forbidden, "forbidden")
	}
	var p workflows.Problems
	p.Text("language", tag, 35, true) // RFC 5646, 4.4.1
	tag = p.Language("language", tag)
	if err := p.Err(); err != nil {
		return err
	}
	before := tx.Actor.Language
	if tag == before {
		return nil
	}
	id := tx.Actor.PersonID()
	if err := tx.DB().Model(&Person{}).Where("id = ?", id).Update("language", tag).Error; err != nil {
		return fmt.Errorf("store language: %w", err)
	}
	state := ""
	if len(tx.Actor.Roles) > 0 {
		state = tx.Actor.Roles[0].State
	}
	return tx.Record(workflows.Entry{State: state, Action: "choose_language", Object: "person", ObjectID: id, From: before, To: tag})
}

// Self is the account of whoever asks; NotFound for links and visitors.
func Self(tx *workflows.Tx) (*Person, error) {
	if !tx.Actor.IsPerson() {
		return nil, workflows.Refuse(workflows.NotFound, "not_found")
	}
	var p Person
	return &p, tx.One(&p, "id = ?", tx.Actor.PersonID())
}
