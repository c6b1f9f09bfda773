package register

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"jahorina/workflows"
)

// The file that ships is whole, and counts as R1.1 and R1.2 say it does.
func TestR1_1ShippedRegisterIsWhole(t *testing.T) {
	rows, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	instruments, themes, kinds := map[string]int{}, map[string]int{}, map[string]int{}
	for _, r := range rows {
		instruments[r.Instrument]++
		themes[r.Theme]++
		kinds[r.Kind]++
	}
	if len(rows) != 359 || len(instruments) != 31 {
		t.Errorf("%d rows of %d instruments", len(rows), len(instruments))
	}
	if want := map[string]int{"nuclear": 107, "chemical": 84, "biological": 53, "means_of_delivery": 12, "cross_cutting": 103}; !maps.Equal(themes, want) {
		t.Errorf("themes %v", themes)
	}
	want := map[string]int{"legislation": 87, "regulatory_enforcement": 58, "infrastructure_expertise": 29, "procedures": 161, "resources": 10, "sustainability": 14}
	if !maps.Equal(kinds, want) {
		t.Errorf("kinds %v", kinds)
	}
	for _, code := range []string{"CWC-X3", "BWC-VII", "CPPNMA-2A1C", "ICSANT-18", "1540-OP3A-NM-A-PRD"} {
		if !slices.ContainsFunc(rows, func(r Row) bool { return r.Code == code }) {
			t.Errorf("%s is not there", code)
		}
	}
}

const head = "code,instrument,provision,theme,kind,title,summary,lead,sectors,checked,source\n"

// faults are the keys of what is wrong, by field.
func faults(err error) []string {
	var e *workflows.Error
	if !errors.As(err, &e) {
		return nil
	}
	var out []string
	for _, f := range e.Fields {
		out = append(out, f.Field+": "+f.Key)
	}
	if len(out) == 0 {
		out = []string{e.Key}
	}
	return out
}

func TestEveryFaultIsToldWithItsLine(t *testing.T) {
	const good = "A-1,Treaty,Art. 1,nuclear,legislation,T,S,Ministry,government;civil-society,verified,Read\n"
	for _, c := range []struct {
		name, table string
		want        []string
	}{
		{"good", head + good, nil},
		{"words as people write them", head + "A-1,Treaty,Art. 1,Means of delivery,Infrastructure and expertise,T,S,M, Civil society ; government,From general knowledge,none\n", nil},
		{"semicolons", strings.ReplaceAll(head, ",", ";") + "A-1;Treaty;1;nuclear;legislation;T;S;M;industry;verified;Read\n", nil},
		{"a state before the code", head + "BA:" + good, nil},
		{"nothing but a state", head + strings.Replace(good, "A-1", "BA:", 1), []string{"line 2: cell_code"}},
		{"our own table's apostrophe", head + strings.Replace(good, "Ministry", "'=Ministry", 1), nil},
		{"byte order mark and CRLF", "\ufeff" + strings.ReplaceAll(head+good, "\n", "\r\n"), nil},
		{"no rows", head, []string{"file: empty_file"}},
		{"nothing", "", []string{"file: empty_file"}},
		{"not UTF-8", head + "\xff", []string{"file: not_utf8"}},
		{"NUL", head + "\x00", []string{"file: has_nul"}},
		{"a column too many", "colour," + head + "x," + good, []string{"line 1: unknown_column"}},
		{"a column too few", "code\nA\n", slices.Repeat([]string{"line 1: missing_column"}, 10)},
		{"a column twice", "code," + head + "x," + good, []string{"line 1: unknown_column"}},
		{"a cell too few", head + "A-1,Treaty\n", []string{"line 2: broken_row"}},
		{"an open quotation mark", head + good + "\"A", []string{"line 3: broken_row"}},
		{"the same code again", head + good + good, []string{"line 3: cell_twice"}},
		{"R1.2: unknown words", head + good + "B-1,Treaty,1,nuklear,laws,T,S,M,aliens,sure,Read\n", []string{
			"line 3: cell_words", "line 3: cell_words", "line 3: cell_words", "line 3: cell_words", "line 3: cell_required",
		}},
		{"a code that is none", head + strings.Replace(good, "A-1", "a 1", 1), []string{"line 2: cell_code"}},
		{"empty cells", head + ",,,nuclear,legislation,,,,industry,verified,\n", slices.Repeat([]string{"line 2: cell_required"}, 7)},
		{"too long", head + strings.Replace(good, "Treaty", strings.Repeat("x", 301), 1), []string{"line 2: cell_long"}},
		{"several lines", head + strings.Replace(good, "Treaty", "\"T\nT\"", 1), []string{"line 2: cell_lines"}},
		{"too many", head + strings.Repeat(good, MaxRows+1), []string{"file: too_many"}},
		{"too large", strings.Repeat("x", MaxBytes+1), []string{"file_too_large"}},
	} {
		if _, err := Parse([]byte(c.table)); !slices.Equal(faults(err), c.want) {
			t.Errorf("%s: %v, want %v", c.name, faults(err), c.want)
		}
	}
}

func TestLinks(t *testing.T) {
	got, err := Links([]byte("Provision;Obligation\n4.1;CWC-VII1A\n4.2;\"CWC-I1A; CWC-I1B\"\n"))
	want := []Link{{2, "4.1", "CWC-VII1A"}, {3, "4.2", "CWC-I1A"}, {3, "4.2", "CWC-I1B"}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := Links([]byte("provision,obligation\n4.1,\n")); !slices.Equal(faults(err), []string{"line 2: cell_required"}) {
		t.Errorf("%v", err)
	}
}

// Whatever is sent is either taken whole, and then every row is sound, or refused
// in words that a person can be told.
func FuzzParse(f *testing.F) {
	f.Add(shipped[:4000])
	f.Add([]byte(head + "A-1,Treaty,Art. 1,nuclear,legislation,T,S,M,government,verified,Read\n"))
	f.Add([]byte("provision,obligation\n4.1,A-1;B-2\n"))
	for _, s := range []string{"", "\ufeff", head, "\"", ";;;", "\x00", "\xff"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		rows, err := Parse(source)
		if err != nil && faults(err) == nil {
			t.Fatalf("a fault of ours: %v", err)
		}
		seen := map[string]bool{}
		for _, r := range rows {
			if err != nil {
				break
			}
			sound := goodCode.MatchString(r.Code) && !seen[r.Code] && slices.Contains(Themes, r.Theme) && slices.Contains(Kinds, r.Kind) &&
				slices.Contains(Marks, r.Checked) && r.Source != "" && r.Provision != "" && len(r.Sectors) > 0
			if !sound {
				t.Fatalf("taken: %+v", r)
			}
			seen[r.Code] = true
		}
		links, err := Links(source)
		if err != nil && faults(err) == nil {
			t.Fatalf("a fault of ours: %v", err)
		}
		for _, l := range links {
			if err == nil && (l.Provision == "" || l.Obligation == "" || l.Line < 2) {
				t.Fatalf("taken: %+v", l)
			}
		}
	})
}
