package web

import (
	"strings"

	"jahorina/policies"
	"jahorina/templates"
)

// rightsView is the policy in words: role by role, what it may do.
type rightsView struct{ Roles []roleRights }

type roleRights struct {
	Role  string
	Rules []policies.Rule
}

func rightsPage(q *request) error {
	var view rightsView
	for _, r := range q.s.Engine.Policy().Rules() {
		role := strings.TrimPrefix(r.Role, "role:")
		if n := len(view.Roles); n == 0 || view.Roles[n-1].Role != role {
			view.Roles = append(view.Roles, roleRights{Role: role})
		}
		last := &view.Roles[len(view.Roles)-1]
		last.Rules = append(last.Rules, r)
	}
	return q.show("admin/rights", q.text.T("rights.title"), view)
}

// Say puts a rule in words.
func (rightsView) Say(text *templates.Text, r policies.Rule) string {
	when := ""
	if r.Condition != policies.Always {
		when = text.T("rights.when." + r.Condition)
	}
	return text.T("rights.rule", "Action", text.T("rights.action."+r.Action), "Object", text.T("object."+r.Object), "When", when)
}
