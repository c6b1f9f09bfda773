package matrix

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"jahorina/workflows"
	"jahorina/workflows/coverage/register"
)

// The rows that ship are the 312 cells, each with obligations of the register, and
// every row of an older version is one of now, or is said to be none.
func TestR7_1RowsAreWhole(t *testing.T) {
	rows, err := Rows()
	if err != nil {
		t.Fatal(err)
	}
	shipped, err := register.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	cells := 0
	for _, r := range rows {
		for place, codes := range r.Obligations {
			cells++
			for _, code := range codes {
				if !slices.ContainsFunc(shipped, func(o register.Row) bool { return o.Code == code }) {
					t.Errorf("%s %s: no obligation %s", r.Key, place, code)
				}
			}
		}
	}
	if len(rows) != 52 || cells != 312 {
		t.Errorf("%d rows, %d cells", len(rows), cells)
	}
	s, _ := theShape()
	gone := 0
	for from, to := range s.from {
		if to == "" {
			gone++
		} else if s.row(to) == nil {
			t.Errorf("%s becomes %s, which is none", from, to)
		}
	}
	if gone != 1 || len(s.from) != 53 {
		t.Errorf("%d of %d have no counterpart", gone, len(s.from))
	}
}

const example = `matrix_version,layer,state,block,row_no,row_key,weapon,dimension,mark,reference,reference_type,remark,as_of,approved_on,marking,obligation_code
2017,committee_approved,XXX,OP2,2,acquisition,CW,legal,X,Act 12/2010 Art. 5,law,,2015-03-01,2015-12-23,TLP:CLEAR,1540-OP2-CW-ACQ
2017,self_assessment,XXX,OP3(d),18,catch-all,-,enforcement,?,By-law draft,draft,not yet in force,2025-02-01,,TLP:AMBER,1540-OP3D-CAT
`

func faults(err error) string {
	var e *workflows.Error
	if !errors.As(err, &e) {
		return fmt.Sprint(err)
	}
	out := []string{}
	for _, f := range e.Fields {
		out = append(out, f.Field+": "+f.Key)
	}
	return strings.Join(out, "; ")
}

// R7.1: a bad mark refuses the whole file and says in which row.
func TestR7_1EveryFaultIsToldWithItsRow(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"good", "", "", ""},
		{"a bad mark", ",X,", ",Y,", "line 2: matrix_mark"},
		{"a mark in small letters", ",?,", ",na,", "line 3: matrix_mark"},
		{"red", "TLP:AMBER", "TLP:RED", "line 3: matrix_red"},
		{"no label", "TLP:AMBER", "secret", "line 3: cell_words"},
		{"no layer", "self_assessment", "ours", "line 3: cell_words"},
		{"no day", "2025-02-01", "2025-02-30", "line 3: bad_day"},
		{"no number", "OP2,2,", "OP2,two,", "line 2: matrix_number"},
		{"two versions", "2017,self", "2013,self", "line 3: matrix_mixed"},
		{"two states", "self_assessment,XXX", "self_assessment,YYY", "line 3: matrix_mixed"},
		{"three kinds of one source", ",draft,", ",draft;law;law,", "line 3: matrix_types"},
		{"a column too many", "remark,", "score,", "line 1: unknown_column; line 1: missing_column"},
		{"a quote open", "By-law", `"By-law`, "line 3: broken_row"},
	} {
		_, err := Parse([]byte(strings.Replace(example, c.old, c.new, 1)))
		if got := faults(err); (err == nil) != (c.want == "") || err != nil && got != c.want {
			t.Errorf("%s: %s", c.name, got)
		}
	}
	if _, err := Parse([]byte(example + example[strings.Index(example, "\n")+1:])); faults(err) != "line 4: cell_twice; line 5: cell_twice" {
		t.Errorf("%v", faults(err))
	}
	for _, odd := range []string{"", "{}", "{", `{"cells":[]}`, `{"score":1}`, "\xff", "a\x00b", Columns[0] + "\n"} {
		if _, err := Parse([]byte(odd)); err == nil {
			t.Errorf("%q is taken", odd)
		}
	}
}

// The file of the description comes out as it went in, beside the notes.
func TestR7_1FileComesOutAsItWentIn(t *testing.T) {
	lines, err := Parse([]byte(example))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := WriteCSV(&out, nil, lines); err != nil || out.String() != example {
		t.Errorf("%v\n%s", err, out.String())
	}
	out.Reset()
	if err := WriteCSV(&out, []string{"No\nscore."}, lines); err != nil || out.String() != "# No score.\n"+example {
		t.Errorf("%v\n%s", err, out.String())
	}
}

func drawn(t *rapid.T) []Line {
	s, err := theShape()
	if err != nil {
		t.Fatal(err)
	}
	text := rapid.StringOf(rapid.RuneFrom([]rune(`abcЖ文ع =+-@',";é?`)))
	layer := rapid.SampledFrom(Layers).Draw(t, "layer")
	var lines []Line
	for i := range s.rows {
		r := &s.rows[i]
		for _, w := range Weapons {
			if !rapid.Bool().Draw(t, "there") {
				continue
			}
			l := Line{MatrixVersion: Version, Layer: layer, State: "BA", Block: r.Block, RowNo: r.No, RowKey: r.Key, Weapon: w, Dimension: rapid.SampledFrom(Dimensions).Draw(t, "dimension")}
			l.Mark, l.Marking = rapid.SampledFrom(Marks).Draw(t, "mark"), rapid.SampledFrom(Markings).Draw(t, "marking")
			l.Reference, l.Remark = text.Draw(t, "reference"), text.Draw(t, "remark")
			lines = append(lines, l)
		}
	}
	return lines
}

// Whatever a matrix says goes out and in again as CSV and JSON and is the same.
func TestR7_1RoundTripLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := drawn(t)
		if len(lines) == 0 {
			return
		}
		var first, second bytes.Buffer
		if err := WriteCSV(&first, []string{"note"}, lines); err != nil {
			t.Fatal(err)
		}
		back, err := Parse(first.Bytes())
		if err != nil {
			t.Fatal(faults(err))
		}
		raw, err := json.Marshal(Document{Notes: []string{"note"}, Cells: lines})
		if err != nil {
			t.Fatal(err)
		}
		fromJSON, err := Parse(raw)
		if err != nil {
			t.Fatal(faults(err))
		}
		for i := range lines {
			if back[i].number = 0; back[i] != lines[i] {
				t.Fatalf("%+v became %+v", lines[i], back[i])
			}
			if fromJSON[i].number = 0; fromJSON[i] != lines[i] {
				t.Fatalf("%+v became %+v", lines[i], fromJSON[i])
			}
		}
		if err := WriteCSV(&second, []string{"note"}, back); err != nil || first.String() != second.String() {
			t.Fatalf("%v: the second file differs", err)
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(example))
	f.Add([]byte(`{"cells":[{"mark":"X"}]}`))
	f.Fuzz(func(t *testing.T, source []byte) {
		lines, err := Parse(source)
		if err != nil {
			return
		}
		var out bytes.Buffer
		if err := WriteCSV(&out, nil, lines); err != nil {
			t.Fatal(err)
		}
		again, err := Parse(out.Bytes())
		if err != nil || len(again) != len(lines) {
			t.Fatalf("%d lines became %d, %v", len(lines), len(again), err)
		}
	})
}
