package table

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
)

func FuzzTableCarriesNoFormula(f *testing.F) {
	for _, cell := range []string{"", "plain", "=1+1", "+49", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "'=1", "''-", "'tis", "a,b", `"q"`, "اللغة", "two\nlines"} {
		f.Add(cell)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		var out bytes.Buffer
		if err := Write(&out, []string{"head", cell}, [][]string{{cell, "x"}}); err != nil {
			t.Fatal(err)
		}
		text, found := strings.CutPrefix(out.String(), "\uFEFF")
		if !found {
			t.Error("no byte order mark")
		}
		rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil || len(rows) != 2 {
			t.Fatalf("%d rows, %v", len(rows), err)
		}
		got := rows[1][0]
		if got != "" && strings.Contains("=+-@\t\r\n", got[:1]) {
			t.Errorf("%q begins like a formula", got)
		}
		// Lines end in \r\n in such files, and are read as \n.
		if same := strings.ReplaceAll(cell, "\r", ""); Unquoted(got) != same {
			t.Errorf("%q became %q", cell, got)
		}
	})
}
