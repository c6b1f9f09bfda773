package matrix_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"jahorina/app/apptest/testbed"
	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/matrix"
	"jahorina/workflows/stakeholder"
)

const head = "matrix_version,layer,state,block,row_no,row_key,weapon,dimension,mark,reference,reference_type,remark,as_of,approved_on,marking,obligation_code\n"

var own = matrix.Book{Holder: testbed.State, State: testbed.State}

func take(t *testing.T, b *testbed.Bed, by workflows.Actor, book matrix.Book, text string) *matrix.Taken {
	t.Helper()
	lines, err := matrix.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var dry, out *matrix.Taken
	b.Do(by, func(tx *workflows.Tx) (err error) {
		before := b.Count("matrix_entries", "1 = 1")
		if dry, err = matrix.Take(tx, book, "file.csv", text, lines, true); err != nil {
			return err
		}
		if n := b.Count("matrix_entries", "1 = 1"); n != before {
			t.Errorf("a dry run left %d entries", n-before)
		}
		return nil
	})
	b.Do(by, func(tx *workflows.Tx) (err error) {
		out, err = matrix.Take(tx, book, "file.csv", text, lines, false)
		return err
	})
	if dry.Added != out.Added || dry.Changed != out.Changed || dry.Same != out.Same || len(dry.Strays) != len(out.Strays) {
		t.Errorf("the dry run said %+v, it was %+v", dry, out)
	}
	return out
}

func get(t *testing.T, b *testbed.Bed, by workflows.Actor, book matrix.Book) *matrix.Matrix {
	t.Helper()
	m, err := matrix.Get(b.Read(by), book)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func written(t *testing.T, lines []matrix.Line) string {
	t.Helper()
	var out bytes.Buffer
	if err := matrix.WriteCSV(&out, nil, lines); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func sorted(text string) string {
	lines := strings.Split(text, "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func abroad(t *testing.T, b *testbed.Bed) (official workflows.Actor) {
	t.Helper()
	b.Do(workflows.Operator(), func(tx *workflows.Tx) error {
		if _, err := stakeholder.CreateState(tx, "HR", "Elsewhere", "en"); err != nil {
			return err
		}
		p, err := stakeholder.CreatePerson(tx, stakeholder.NewPerson{Email: "f@hr.example", Name: "F", State: "HR", Role: "official"})
		if err != nil {
			return err
		}
		official, err = stakeholder.ActorOf(tx, p.ID)
		return err
	})
	return official
}

// R7.1: the 312 rows go round with all their blanks, byte for byte after sorting.
func TestR7_1RoundTripKeepsAllRowsAndBlanks(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		empty := written(t, get(t, b, b.Official, own).Lines(matrix.Self, true))
		if n := strings.Count(empty, "\n"); n != 313 {
			t.Fatalf("%d lines", n)
		}
		if r := take(t, b, b.Official, own, empty); r.Added != 312 || len(r.Strays) != 0 {
			t.Errorf("%+v", r)
		}
		if back := written(t, get(t, b, b.Official, own).Lines(matrix.Self, false)); sorted(back) != sorted(empty) {
			t.Error("the blank matrix came back as another")
		}
		lines := strings.Split(strings.TrimSuffix(empty, "\n"), "\n")[1:]
		for i, l := range lines {
			if i%3 > 0 {
				lines[i] = strings.Replace(l, "legal,,,,", fmt.Sprintf("legal,%s,\"Act %d, Art. 5; +\",law;draft,", matrix.Marks[i%4], i), 1)
			}
		}
		slices.Reverse(lines)
		filled := head + strings.Join(lines, "\n") + "\n"
		r := take(t, b, b.Official, own, filled)
		if r.Changed == 0 || r.Changed+r.Same != 312 {
			t.Errorf("%+v", r)
		}
		if back := written(t, get(t, b, b.Official, own).Lines(matrix.Self, false)); sorted(back) != sorted(filled) {
			t.Error("the filled matrix came back as another")
		}
		if r := take(t, b, b.Official, own, filled); r.Same != 312 || b.Count("matrix_files", "1 = 1") != 3 {
			t.Errorf("the same file again: %+v", r)
		}
	})
}

// R7.1: the example of the description, in two layers, comes out as it went in.
func TestR7_1LongCSVOfTheDescription(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		example := head +
			"2017,committee_approved,BA,OP2,2,acquisition,CW,legal,X,Act 12/2010 Art. 5,law,,2015-03-01,2015-12-23,TLP:CLEAR,1540-OP2-CW-ACQ\n" +
			"2017,self_assessment,BA,OP3(d),18,catch-all,-,enforcement,?,By-law draft,draft,not yet in force,2025-02-01,,TLP:AMBER,1540-OP3D-CAT\n"
		take(t, b, b.Official, own, example)
		if back := written(t, get(t, b, b.Official, own).Lines("", false)); back != example {
			t.Errorf("it came back as\n%s", back)
		}
	})
}

// A file of 2013 becomes rows of 2017, with a list of what has no counterpart; the
// list is settled by a person, and nothing is dropped.
func TestR7_1OlderVersionIsMapped(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		r := take(t, b, b.Official, own, head+
			"2013,committee_approved,BA,OP2,7,transfer,NW,legal,X,Act 1,law,,2012-01-01,2013-05-01,TLP:CLEAR,1540-OP2-NW-TRF\n"+
			"2013,committee_approved,BA,OP2,14,other,NW,legal,X,Act 2,law,,,2013-05-01,TLP:CLEAR,1540-OP2-NW-TRF\n"+
			"2013,committee_approved,BA,OP2,99,hoarding,NW,legal,?,Act 3,law,,,2013-05-01,TLP:CLEAR,1540-OP2-NW-STO\n"+
			"2013,committee_approved,BA,OP2,8,use,NW,legal,X,Act 4,law,,,2013-05-01,TLP:CLEAR,OLD-CODE\n")
		var reasons []string
		for _, s := range r.Strays {
			reasons = append(reasons, s.Reason)
		}
		if want := []string{matrix.NoCounterpart, matrix.UnknownRow, matrix.UnknownObligation}; r.Added != 2 || !slices.Equal(reasons, want) {
			t.Fatalf("%+v", r)
		}
		m := get(t, b, workflows.Actor{}, own)
		e := m.Entry(matrix.Approved, matrix.Cell{Key: "transfer", Weapon: "NW", Dimension: "legal"})
		if e == nil || e.MatrixVersion != "2013" || e.SourceKey != "transfer" || m.Lines(matrix.Approved, false)[0].MatrixVersion != matrix.Version {
			t.Errorf("%+v", e)
		}
		open, _, err := matrix.Strays(b.Read(b.Official), own, workflows.Page{})
		if err != nil || len(open) != 3 {
			t.Fatalf("%v, %v", open, err)
		}
		settle := func(id, as string) error {
			return b.Write(b.Official, func(tx *workflows.Tx) error { _, err := matrix.Settle(tx, id, as); return err })
		}
		if err := settle(open[1].ID, "no-such-row"); !workflows.IsKind(err, workflows.Invalid) {
			t.Errorf("%v", err)
		}
		for i, as := range []string{"", "stockpiling", "1540-OP2-NW-USE"} {
			if err := settle(open[i].ID, as); err != nil {
				t.Errorf("%d: %v", i, err)
			}
			if err := settle(open[i].ID, as); !workflows.IsKind(err, workflows.Stale) {
				t.Errorf("%d again: %v", i, err)
			}
		}
		m = get(t, b, workflows.Actor{}, own)
		if got := m.Entry(matrix.Approved, matrix.Cell{Key: "stockpiling", Weapon: "NW", Dimension: "legal"}); got == nil || got.Mark != "?" || got.SourceKey != "hoarding" {
			t.Errorf("%+v", got)
		}
		if got := m.Entry(matrix.Approved, matrix.Cell{Key: "use", Weapon: "NW", Dimension: "legal"}); got == nil || got.ObligationCode != "1540-OP2-NW-USE" || got.Version != 2 {
			t.Errorf("%+v", got)
		}
	})
}

// R2.4: the same cell shows the Committee's value and our own, with different
// authors and days; neither ever overwrites the other, and what it said is kept.
func TestR2_4LayersNeverOverwriteEachOther(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		c := matrix.Cell{Key: "transfer", Weapon: "NW", Dimension: "legal"}
		take(t, b, b.Second, own, head+"2017,committee_approved,BA,OP2,7,transfer,NW,legal,X,Act 1,law,,2015-03-01,2015-12-23,TLP:CLEAR,1540-OP2-NW-TRF\n")
		put := func(layer, mark string, version int64) error {
			return b.Write(b.Official, func(tx *workflows.Tx) error {
				_, err := matrix.Put(tx, own, c, layer, matrix.Value{Mark: mark, AsOf: "2026-02-01", Marking: "TLP:AMBER"}, version)
				return err
			})
		}
		for i, mark := range []string{"?", "NA", ""} {
			if err := put(matrix.Self, mark, int64(i)); err != nil {
				t.Fatal(err)
			}
		}
		if err := put(matrix.Self, "X", 1); !workflows.IsKind(err, workflows.Stale) {
			t.Errorf("over what another wrote: %v", err)
		}
		if err := put(matrix.Approved, "?", 1); !workflows.IsKind(err, workflows.Conflict) {
			t.Errorf("the Committee's layer by hand: %v", err)
		}
		if err := put(matrix.Self, "score", 3); !workflows.IsKind(err, workflows.Invalid) {
			t.Errorf("a bad mark: %v", err)
		}
		m := get(t, b, b.Official, own)
		approved, self := m.Entry(matrix.Approved, c), m.Entry(matrix.Self, c)
		if approved.Mark != "X" || self.Mark != "" || approved.AuthorName == self.AuthorName || approved.AsOf == self.AsOf || !m.In("differ", matrix.Self, c) {
			t.Errorf("%+v and %+v", approved, self)
		}
		history, err := matrix.History(b.Read(b.Official), own, c)
		if err != nil || len(history) != 4 || history[0].Version != 3 || history[2].Mark != "?" {
			t.Errorf("%+v, %v", history, err)
		}
		if n := b.Count("audit_entries", "object = 'matrix'"); n != 4 {
			t.Errorf("%d entries on the record", n)
		}
		for _, statement := range []string{"UPDATE matrix_entries SET mark = 'X'", "DELETE FROM matrix_entries", "DELETE FROM matrix_files"} {
			if err := b.Store.DB.Exec(statement).Error; err == nil {
				t.Errorf("%s succeeds", statement)
			}
		}
	})
}

// A fault refuses the whole file: a bad mark among good ones leaves nothing.
func TestR7_1FileOfAnotherStateOrPlaceIsRefused(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		for want, line := range map[string]string{
			"line 3: matrix_state": "2017,self_assessment,HR,OP2,8,use,NW,legal,X,,,,,,,\n",
			"line 3: matrix_place": "2017,self_assessment,BA,OP2,9,use,NW,legal,X,,,,,,,\n",
		} {
			first := strings.Replace("2017,self_assessment,BA,OP2,7,transfer,NW,legal,X,,,,,,,\n", "BA", strings.Split(line, ",")[2], 1)
			lines, err := matrix.Parse([]byte(head + first + line))
			if err != nil {
				t.Fatal(err)
			}
			err = b.Write(b.Official, func(tx *workflows.Tx) error { _, err := matrix.Take(tx, own, "", "", lines, false); return err })
			var e *workflows.Error
			if !errors.As(err, &e) || e.Fields[len(e.Fields)-1].Field+": "+e.Fields[len(e.Fields)-1].Key != want || b.Count("matrix_entries", "1 = 1") != 0 {
				t.Errorf("%v", err)
			}
		}
	})
}

// Who sees what: everyone what is approved, neighbours and observers what is green,
// only its own people the rest, whatever its label. A cell that is raised is gone
// for those outside, with its past.
func TestR4_3RestrictedMarksStayInside(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		foreign := abroad(t, b)
		observer := b.Person("Observer", "observer", b.Organisation("Neighbour", "regional").ID)
		line := func(layer, weapon, marking string) string {
			return fmt.Sprintf("2017,%s,BA,OP2,7,transfer,%s,legal,X,,,,,,%s,\n", layer, weapon, marking)
		}
		take(t, b, b.Official, own, head+line(matrix.Approved, "NW", "TLP:CLEAR")+line(matrix.Proposal, "NW", "TLP:GREEN")+line(matrix.Proposal, "CW", "TLP:AMBER")+line(matrix.Proposal, "BW", "")+line(matrix.Self, "NW", "TLP:CLEAR"))
		for _, c := range []struct {
			by   workflows.Actor
			want int
		}{{workflows.Actor{}, 1}, {b.Admin, 1}, {foreign, 2}, {observer, 2}, {b.Official, 5}, {b.Reviewer, 5}, {b.Auditor, 5}} {
			if n := len(get(t, b, c.by, own).Lines("", false)); n != c.want {
				t.Errorf("%s sees %d", c.by.Name, n)
			}
		}
		take(t, b, b.Official, own, head+line(matrix.Proposal, "NW", "TLP:AMBER+STRICT"))
		if history, err := matrix.History(b.Read(foreign), own, matrix.Cell{Key: "transfer", Weapon: "NW", Dimension: "legal"}); err != nil || len(history) != 1 || history[0].Layer != matrix.Approved {
			t.Errorf("%+v, %v", history, err)
		}
	})
}

// R4.3: a neighbour's table is taken in beside our own; what is not known goes to a
// list, and all of it stays with those who received it. R4.2: what both lack, and
// where one is far from the other, stands side by side.
func TestR4_3NeighboursTableIsTakenIn(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		foreign := abroad(t, b)
		received := matrix.BookOf("BA:ME")
		r := take(t, b, b.Official, received, head+
			"2017,committee_approved,ME,OP2,7,transfer,NW,legal,X,Law,law,,,,TLP:CLEAR,ME-KZ-1\n"+
			"2017,committee_approved,ME,OP2,8,use,NW,legal,,,,,,,TLP:CLEAR,\n"+
			"2017,committee_approved,ME,OPX,1,drones,NW,legal,X,,,,,,TLP:CLEAR,\n")
		if r.Added != 2 || len(r.Strays) != 2 || r.Strays[0].Reason != matrix.UnknownObligation || r.Strays[1].Reason != matrix.UnknownRow {
			t.Errorf("%+v", r)
		}
		for _, by := range []workflows.Actor{foreign, {}, b.Admin} {
			if _, err := matrix.Get(b.Read(by), received); !workflows.IsKind(err, workflows.NotFound) {
				t.Errorf("%s: %v", by.Name, err)
			}
		}
		take(t, b, b.Official, own, head+"2017,committee_approved,BA,OP2,7,transfer,NW,legal,?,Law,law,,,,TLP:CLEAR,\n")
		rows, err := matrix.Compare(b.Read(b.Official), []matrix.Book{own, received}, "")
		if err != nil || len(rows) != 312 {
			t.Fatalf("%d rows, %v", len(rows), err)
		}
		for _, row := range rows {
			apart := row.Cell == matrix.Cell{Key: "transfer", Weapon: "NW", Dimension: "legal"}
			if row.Apart != apart || row.Shared == apart {
				t.Errorf("%+v", row)
			}
		}
		books, err := matrix.Books(b.Read(foreign))
		if err != nil || !slices.Equal(books, []matrix.Book{own}) {
			t.Errorf("%v, %v", books, err)
		}
		if b.Engine.Policy().Allows(foreign.Subject, "matrix", "import", policies.Target{State: testbed.State}) {
			t.Error("another state's official may take files in")
		}
	})
}
