package workflows_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/gap"
	"jahorina/workflows/moderation"
	"jahorina/workflows/plan"
	"jahorina/workflows/submission"
	"jahorina/workflows/work"
)

var update = flag.Bool("update", false, "rewrite the golden files and docs/architecture.md")

// table is a workflow's table without the facts of its guards.
type table struct {
	name, object, initial string
	finals                []string
	rows                  []row
}

type row struct {
	action, to       string
	from, guards     []string
	clock, byPeople  bool
	announce, anyOne bool
}

func tables() []table {
	return []table{
		describe("consultation", consultation.Table),
		describe("submission", submission.Table),
		describe("disposition", submission.DispositionTable),
		describe("publication", submission.PublicationTable),
		describe("wish", moderation.WishTable),
		describe("flag", moderation.FlagTable),
		describe("work", work.Table),
		describe("measure", plan.Table),
		describe("gap", gap.Table),
	}
}

func describe[F any](name string, m *workflows.Machine[F]) table {
	out := table{name: name, object: m.Object, initial: m.Initial, finals: m.Finals}
	for _, r := range m.Rows {
		d := row{action: r.Action, to: r.To, from: r.From, clock: r.Clock, byPeople: r.ByPeople, announce: r.Announce}
		for _, g := range r.Guards {
			d.guards = append(d.guards, g.Name)
		}
		out.rows = append(out.rows, d)
	}
	states := out.states()
	for i, r := range out.rows {
		if slices.Contains(r.from, workflows.Any) {
			out.rows[i].anyOne = true
			out.rows[i].from = slices.DeleteFunc(slices.Clone(states), func(s string) bool { return slices.Contains(m.Finals, s) })
		}
	}
	return out
}

// states in the order in which the table speaks of them.
func (t table) states() []string {
	out := []string{t.initial}
	for _, r := range t.rows {
		for _, s := range append(slices.Clone(r.from), r.to) {
			if s != workflows.Any && !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out
}

func policy(t *testing.T) *policies.Policy {
	t.Helper()
	p, err := policies.Load()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestTables(t *testing.T) {
	p := policy(t)
	for _, m := range tables() {
		t.Run(m.name, func(t *testing.T) {
			reached := []string{m.initial}
			for range m.rows { // long enough: each turn adds a state or none is left
				for _, r := range m.rows {
					if !slices.Contains(reached, r.to) && slices.ContainsFunc(r.from, func(s string) bool { return slices.Contains(reached, s) }) {
						reached = append(reached, r.to)
					}
				}
			}
			for _, s := range m.states() {
				leaves := slices.ContainsFunc(m.rows, func(r row) bool { return slices.Contains(r.from, s) })
				if final := slices.Contains(m.finals, s); leaves == final {
					t.Errorf("state %s: final %v, can be left %v", s, final, leaves)
				}
				if !slices.Contains(reached, s) {
					t.Errorf("state %s cannot be reached", s)
				}
			}
			m.checkRows(t, p)
		})
	}
}

func (m table) checkRows(t *testing.T, p *policies.Policy) {
	leads := map[string]string{}
	for _, r := range m.rows {
		roles := p.RolesFor(m.object, r.action)
		byPeople := !r.clock || r.byPeople
		if byPeople != (len(roles) > 0) {
			t.Errorf("%s is for people: %v, for roles %v", r.action, byPeople, roles)
		}
		if slices.Contains(r.guards, "") {
			t.Errorf("%s has a guard without a name", r.action)
		}
		for _, s := range r.from {
			if to, twice := leads[s+" "+r.action]; twice {
				t.Errorf("%s from %s leads to %s and to %s", r.action, s, to, r.to)
			}
			leads[s+" "+r.action] = r.to
		}
	}
}

func TestTablesAreAsAgreed(t *testing.T) {
	p := policy(t)
	for _, m := range tables() {
		golden(t, filepath.Join("testdata", m.name+".golden"), m.text(p))
	}
}

func (m table) text(p *policies.Policy) string {
	out := fmt.Sprintf("initial %s\nfinal   %s\n", m.initial, strings.Join(m.finals, ", "))
	for _, r := range m.rows {
		from := strings.Join(r.from, ", ")
		out += fmt.Sprintf("\n%s: %s -> %s\n  by     %s\n", r.action, from, r.to, strings.Join(m.who(p, r), ", "))
		for _, g := range r.guards {
			out += "  guard  " + g + "\n"
		}
		if r.announce {
			out += "  told   yes\n"
		}
	}
	return out
}

func (m table) who(p *policies.Policy, r row) []string {
	var out []string
	if r.clock {
		out = append(out, "the clock")
	}
	if !r.clock || r.byPeople {
		for _, role := range p.RolesFor(m.object, r.action) {
			out = append(out, strings.TrimPrefix(role, "role:"))
		}
	}
	return out
}

// TestDiagrams keeps docs/architecture.md true to the tables.
func TestDiagrams(t *testing.T) {
	const file = "../docs/architecture.md"
	old, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p, text := policy(t), string(old)
	for _, m := range tables() {
		start, end := "<!-- begin "+m.name+" -->\n", "<!-- end "+m.name+" -->\n"
		before, rest, ok := strings.Cut(text, start)
		_, after, ok2 := strings.Cut(rest, end)
		if !ok || !ok2 {
			t.Fatalf("%s lacks the markers of %s", file, m.name)
		}
		text = before + start + m.markdown(p) + end + after
	}
	golden(t, file, text)
}

func (m table) markdown(p *policies.Policy) string {
	diagram := "stateDiagram-v2\n    [*] --> " + m.initial + "\n"
	list := "| action | from | to | who | guards | told |\n|---|---|---|---|---|---|\n"
	for _, r := range m.rows {
		for _, s := range r.from {
			diagram += fmt.Sprintf("    %s --> %s: %s\n", s, r.to, r.action)
		}
		from := strings.Join(r.from, ", ")
		if r.anyOne {
			from = "any but " + strings.Join(m.finals, ", ")
		}
		told := ""
		if r.announce {
			told = "yes"
		}
		list += fmt.Sprintf("| `%s` | %s | %s | %s | %s | %s |\n", r.action, from, r.to, strings.Join(m.who(p, r), ", "), strings.Join(r.guards, "; "), told)
	}
	for _, s := range m.finals {
		diagram += "    " + s + " --> [*]\n"
	}
	return "\n```mermaid\n" + diagram + "```\n\n" + list + "\n"
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is stale; run go test ./workflows -update and look at the difference. Now:\n%s", file, got)
	}
}
