package api_test

import (
	"net/http"
	"testing"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
)

// R3.15 and rule 8 over the API: an official gets every number, everybody else
// those that tell of nobody, and none while the window is open.
func TestR3_15ParticipationOverTheAPI(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		w := newWorld(t, b)
		w.signIn(b.Official)
		firm, rival, union := b.Organisation("Firm", "industry"), b.Organisation("Rival", "industry"), b.Organisation("Union", "civil_society")
		c := b.At(consultation.Open, firm, rival, union)
		b.Submit(b.ByLink(c, firm), c, testbed.Comment("", "One."))
		b.Submit(b.ByLink(c, rival), c, testbed.Comment("", "Two."))
		path := "/consultations/" + c.ID + "/participation"
		visitor := w.as(workflows.Actor{})
		visitor.get(path).refused(http.StatusNotFound, "not_found")
		sector := func(a answer, name string) m {
			for _, g := range objects(t, a.want(http.StatusOK).value["sectors"]) {
				if g["name"] == name {
					return g
				}
			}
			t.Fatalf("no row for %s", name)
			return nil
		}
		all := w.as(b.Official).get(path)
		if g := sector(all, "civil_society"); g["answered"].(m)["count"] != 0.0 || g["whole"].(m)["silent"] != 1.0 {
			t.Errorf("a silent sector: %v", g)
		}
		if heat, _ := all.value["comments_by_provision"].(m); heat[""] != 2.0 {
			t.Errorf("comments by provision: %v", heat)
		}
		sector(all, "academia")
		b.Bring(c, consultation.Closed)
		told := visitor.get(path)
		if g := sector(told, "industry"); g["answered"].(m)["count"] != nil || g["answered"].(m)["shown"] != "fewer_than_five" || g["whole"] != nil {
			t.Errorf("a visitor is told %v", g)
		}
		if told.value["comments_by_provision"] != nil {
			t.Errorf("a visitor is told where comments are: %v", told.value["comments_by_provision"])
		}
	})
}

func TestOrganisationIsEditedOverTheAPI(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		w := newWorld(t, b)
		w.signIn(b.Admin)
		o := b.Organisation("Firm", "industry")
		edit := func(version, size string) answer {
			body := m{"name": "Firm", "sector": "industry", "email": o.Email, "state": o.StateCode, "region": "Herzegovina", "size": size}
			return w.as(b.Admin).with("If-Match", `"`+version+`"`).put("/organisations/"+o.ID, body)
		}
		edit("1", "huge").refused(http.StatusUnprocessableEntity, "invalid", "size")
		if a := edit("1", "small").want(http.StatusOK); a.str("region") != "Herzegovina" || a.str("size") != "small" {
			t.Errorf("saved as %s", a.body)
		}
		edit("1", "large").refused(http.StatusPreconditionFailed, "stale")
	})
}
