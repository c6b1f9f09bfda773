package api

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"jahorina/workflows"
	"jahorina/workflows/matrix"
)

const goodCell = `{"matrix_version":"2017","layer":"self_assessment","state":"BA","block":"OP2","row_no":2,"row_key":"acquisition","weapon":"CW","dimension":"legal",` +
	`"mark":"X","reference":"Act 12/2010","reference_type":"law","remark":"","as_of":"2025-12-31","approved_on":"","marking":"TLP:GREEN","obligation_code":"1540-OP2-CW-ACQ"}`

// c.4: one schema says what the JSON of a matrix is to those who write it, and holds
// what comes in to it; what is wrong is named by row and field.
func TestR7_1JSONIsHeldToItsSchema(t *testing.T) {
	held := `{"cells":[` + goodCell + "," + strings.Replace(goodCell, "CW", "BW", 1) + `]}`
	for _, c := range []struct{ name, old, new, want string }{
		{"good", "", "", ""},
		{"with notes", `{"cells"`, `{"notes":["x"],"cells"`, ""},
		{"no text", `"mark":"X"`, `"mark":7`, "line 1, mark: not_a_text"},
		{"nothing", `"remark":""`, `"remark":null`, "line 1, remark: not_a_text"},
		{"no number", `"row_no":2`, `"row_no":"2"`, "line 1, row_no: not_a_number"},
		{"half a number", `"row_no":2`, `"row_no":2.5`, "line 1, row_no: not_a_number"},
		{"a column too many", `"mark":`, `"score":1,"mark":`, "line 1, score: unknown_field"},
		{"no column", `"mark":"X",`, ``, "line 1, mark: required"},
		{"no cell", goodCell, "7", "line 1: not_an_object"},
		{"no list", "[" + goodCell, `{"a":[]},"b":[` + goodCell, "file: matrix_json; file: matrix_json"},
		{"more behind", "]}", "]}}", "file: matrix_json"},
		{"a bad mark", `"mark":"X"`, `"mark":"Y"`, "line 1: matrix_mark"},
		{"red", "TLP:GREEN", "TLP:RED", "line 1: matrix_red"},
		{"no layer", "self_assessment", "ours", "line 1: cell_words"},
		{"no weapon", "CW", "XW", "line 1: cell_words"},
		{"no dimension", `"legal"`, `"moral"`, "line 1: cell_words"},
		{"no version", "2017", "17", "line 1: matrix_number"},
		{"no state", "BA", "b", "line 1: bad_state_code"},
		{"no day", "2025-12-31", "31.12.2025", "line 1: bad_day"},
		{"no block", "OP2", "", "line 1: cell_required"},
		{"too long", `"remark":""`, `"remark":"` + strings.Repeat("x", matrix.MaxText+1) + `"`, "line 1: cell_long"},
	} {
		file := strings.Replace(held, c.old, c.new, 1)
		_, err := ParseMatrix([]byte(file))
		// What is mixed follows from what is wrong with one of the two.
		got := slices.DeleteFunc(faultsOf(err), func(f string) bool { return strings.HasSuffix(f, "matrix_mixed") })
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if full := holds(t, file); full != (c.want == "") {
			t.Errorf("%s: the published schema holds: %v", c.name, full)
		}
	}
}

func faultsOf(err error) []string {
	var e *workflows.Error
	if !errors.As(err, &e) {
		return nil
	}
	var out []string
	for _, f := range e.Fields {
		out = append(out, f.Field+": "+f.Key)
	}
	return out
}

// holds says whether the file is JSON of the published schema.
func holds(t *testing.T, file string) bool {
	t.Helper()
	var raw any
	if json.Unmarshal([]byte(file), &raw) != nil {
		return false
	}
	var found huma.ValidateResult
	f := fullForm()
	huma.Validate(f.registry, f.root, huma.NewPathBuffer(nil, 0), huma.ModeWriteToServer, raw, &found)
	return len(found.Errors) == 0
}

// What is taken in as JSON is good by the published schema too.
func FuzzMatrixJSON(f *testing.F) {
	f.Add(`{"notes":["x"],"cells":[` + goodCell + `]}`)
	f.Add(`{"cells":[{"mark":null}]}`)
	f.Add(`{"CELLS":[7,{}],"x":{}}`)
	f.Fuzz(func(t *testing.T, file string) {
		file = strings.TrimPrefix(file, "\ufeff")
		_, err := ParseMatrix([]byte(file))
		if err == nil && matrix.JSONOf([]byte(file)) != nil && !holds(t, file) {
			t.Fatalf("taken, and not of the schema: %s", file)
		}
	})
}
