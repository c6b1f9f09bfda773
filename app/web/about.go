package web

import (
	"slices"
	"strings"

	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/coverage"
	"jahorina/workflows/plan"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
)

// aboutView is the part of a form that asks which obligation a comment is about.
type aboutView struct {
	Served []templates.Option // by the provision; none where it serves none
	Chosen string             // of Served
	Code   string             // of another
}

// about fills in what a form for a comment on the provision offers.
func (q *request) about(tx *workflows.Tx, d *strategy.Draft, identity, chosen string) (aboutView, error) {
	v := aboutView{Code: chosen}
	served, err := coverage.Served(tx, d)
	if err != nil || len(served[identity]) == 0 {
		return v, err
	}
	v.Served = []templates.Option{{Label: q.text.T("about.none")}}
	for _, o := range served[identity] {
		v.Served = append(v.Served, templates.Option{Value: o.Code, Label: o.Code + " " + excerpt(o.Title, 60), Lang: "en"})
		if o.Code == chosen {
			v.Chosen, v.Code = chosen, ""
		}
	}
	return v, nil
}

// obligation is what the form says a comment is about: the code that was typed,
// or the one chosen.
func (q *request) obligation() string {
	if typed := strings.TrimSpace(q.form.Get("obligation_code")); typed != "" {
		return strings.ToUpper(typed)
	}
	return q.form.Get("obligation")
}

// pointed are the obligations that comments of a list point to, by their codes.
func pointed(tx *workflows.Tx, codes ...*string) ([]templates.Obligation, error) {
	var out []templates.Obligation
	for _, code := range codes {
		if code == nil {
			continue
		}
		o, _, err := coverage.Get(tx, *code)
		if err != nil {
			return nil, err
		}
		out = append(out, obliged([]coverage.Obligation{*o})...)
	}
	return out, nil
}

// touches says what the change of a provision touches: its obligations, those of
// measures that rest on it, and those that the comments behind it point to.
func touches(t plan.Touch, codes ...string) ([]templates.Obligation, []templates.Link) {
	out := obliged(t.Obligations)
	for _, code := range codes {
		there := func(o templates.Obligation) bool { return o.Code == code }
		if code != "" && !slices.ContainsFunc(out, there) {
			out = append(out, templates.Obligation{Code: code, Href: obligationPath(code)})
		}
	}
	return out, measureLinks(t.Measures)
}

func measureLinks(rows []plan.Measure) []templates.Link {
	var out []templates.Link
	for _, m := range rows {
		out = append(out, templates.Link{Label: m.Number + " " + m.Title, Href: "/measures/" + m.ID})
	}
	return out
}

// aboutCode is the code of the obligation that a comment points to, or "".
func aboutCode(m *submission.Listed) string {
	if m.Obligation == nil {
		return ""
	}
	return *m.Obligation
}
