package submission

import (
	"fmt"
	"strings"

	"jahorina/workflows"
)

// places are the provisions of a draft by what people call them.
type places struct {
	id   map[string]string // by folded name
	name map[string]string // by id: one name for each, that leads back to it
}

func placesOf(tx *workflows.Tx, draftID string) (places, error) {
	at := places{map[string]string{}, map[string]string{}}
	var rows []struct {
		ID, Number, Heading string
		Position            int
	}
	err := tx.DB().Table("provisions").Select("id, number, heading, position").Where("draft_id = ?", draftID).Order("position").Find(&rows).Error
	if err != nil {
		return at, fmt.Errorf("read provisions: %w", err)
	}
	for _, r := range rows { // numbers before headings: a heading may be "4"
		at.call(r.ID, r.Number)
	}
	for _, r := range rows {
		if r.Number == "" {
			at.call(r.ID, r.Heading)
		}
		if at.name[r.ID] == "" { // nothing of its own, as where a number stands twice
			at.call(r.ID, strings.TrimSpace(fmt.Sprintf("%s #%d", r.Number, r.Position)))
		}
	}
	return at, nil
}

// call gives a provision its name, if no other has it.
func (at places) call(id, name string) {
	key := placeKey(name)
	if key == "" || at.id[key] != "" || len(name) > workflows.MaxName {
		return
	}
	at.id[key], at.name[id] = id, strings.TrimSpace(name)
}

// before a number, as some write it.
var beforeNumber = []string{"§", "clause ", "subclause ", "section ", "paragraph ", "para. "}

func placeKey(name string) string {
	key := strings.ToLower(strings.Join(strings.Fields(name), " "))
	for _, word := range beforeNumber {
		if rest, ok := strings.CutPrefix(key, word); ok {
			key = strings.TrimSpace(rest)
		}
	}
	return strings.TrimSuffix(key, ".")
}

// find finds the provision that a clause, and a part of it, stand for. What is left
// to say of the place, or all where the draft has no such provision, is the
// reference.
func (at places) find(clause, part string) (id, reference string) {
	clause, part = strings.TrimSpace(clause), strings.TrimSpace(part)
	if id := at.id[placeKey(part)]; id != "" {
		inside := at.id[placeKey(clause)] != "" || strings.HasPrefix(part, clause)
		if inside {
			return id, ""
		}
		return id, clause
	}
	if clause != "" && part != "" {
		for _, between := range []string{".", "", " "} {
			if id := at.id[placeKey(clause+between+part)]; id != "" {
				return id, ""
			}
		}
	}
	if id := at.id[placeKey(clause)]; id != "" {
		return id, part
	}
	if clause != "" && part != "" {
		part = ", " + part
	}
	return "", clause + part
}

// PlaceNames is what to call each provision of a draft in a form, by id, so that it is
// found again by it.
func PlaceNames(tx *workflows.Tx, draftID string) (map[string]string, error) {
	at, err := placesOf(tx, draftID)
	return at.name, err
}
