package documents_test

import (
	"strings"
	"testing"

	"jahorina/app/documents"
)

const odtSpaces = `xmlns:office="o" xmlns:text="t" xmlns:style="s" xmlns:table="tb" xmlns:draw="d"`

// odtFile is an OpenDocument text with the body.
func odtFile(t testing.TB, body string, more ...part) []byte {
	t.Helper()
	levels := `<text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>` +
		`<text:list-level-style-number text:level="2" style:num-format="1" text:display-levels="2"/>` +
		`<text:list-level-style-number text:level="3" style:num-format="a" style:num-prefix="(" style:num-suffix=")"/>`
	styles := `<office:document-styles ` + odtSpaces + `><office:styles>
<text:outline-style><text:outline-level-style text:level="1" style:num-format="I" style:num-suffix="."/><text:outline-level-style text:level="2" style:num-format=""/></text:outline-style>
<text:list-style style:name="L1">` + levels + `</text:list-style>
<text:list-style style:name="L2"><text:list-level-style-bullet text:level="1"/></text:list-style>
<text:list-style style:name="L3"><text:list-level-style-number text:level="1" style:num-format="一, 二, 三, ..." style:num-prefix="第" style:num-suffix="条"/></text:list-style>
<style:style style:name="Über" style:family="paragraph" style:parent-style-name="Title"/></office:styles>
<office:master-styles><style:master-page><style:footer><text:p>Page</text:p></style:footer></style:master-page></office:master-styles></office:document-styles>`
	return archive(t, append([]part{
		{"mimetype", documents.TypeODT},
		{"styles.xml", styles},
		{"content.xml", `<office:document-content ` + odtSpaces + `><office:body><office:text>` + body + `</office:text></office:body></office:document-content>`},
	}, more...)...)
}

func item(s string) string   { return `<text:list-item>` + s + `</text:list-item>` }
func odtPar(s string) string { return `<text:p>` + s + `</text:p>` }
func odtList(style, attrs string, items ...string) string {
	return `<text:list text:style-name="` + style + `" ` + attrs + `>` + strings.Join(items, "") + `</text:list>`
}

func TestOpenDocument(t *testing.T) {
	inner := func(s ...string) string { return odtList("", "", s...) }
	for _, tt := range []struct{ name, body, want, notices string }{
		{"headings number themselves", `<text:h text:outline-level="1">Law</text:h><text:h text:outline-level="2">Courts</text:h><text:h text:outline-level="1">Money</text:h>`, "#I Law\n## Courts\n#II Money", ""},
		{"a title", `<text:p text:style-name="Über">Strategy</text:p>` + `<text:h text:outline-level="1">Law</text:h>`, "##Strategy\n#I Law", ""},
		{"levels", odtList("L1", "", item(odtPar("One.")+inner(item(odtPar("Inner:")+inner(item(odtPar("use;")), item(odtPar("transfer.")))))), item(odtPar("Two."))), "1:One.\n1.1:Inner:|(a) use;|(b) transfer.\n2:Two.", ""},
		{"a list goes on", odtList("L1", "", item(odtPar("One."))) + odtPar("Between.") + odtList("L1", `text:continue-numbering="true"`, item(odtPar("Two."))) + odtList("L1", "", item(odtPar("One again."))), "1:One.\n:Between.\n2:Two.\n1:One again.", ""},
		{"a gap", odtList("L1", "", item(odtPar("One.")), `<text:list-item text:start-value="10">`+odtPar("Ten.")+`</text:list-item>`), "1:One.\n10:Ten.", ""},
		{"Chinese", odtList("L3", "", item(odtPar("甲。")), item(odtPar("乙。"))), "第一条:甲。\n第二条:乙。", ""},
		{"bullets", odtPar("We want:") + odtList("L2", "", item(odtPar("one;")), item(odtPar("two."))), ":We want:\n:• one;|• two.", ""},
		{"spaces and lines", odtPar("One\n  <text:s text:c=\"2\"/>two<text:line-break/>three<text:tab/>four."), ":One   two|three\tfour.", ""},
		{"notes", odtPar(`As agreed<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>Of 2009.</text:p></text:note-body></text:note> then.`), ":As agreed[1] then.\nN:[1] Of 2009.", ""},
		{"changes", `<text:tracked-changes><text:changed-region><text:deletion><text:p>old</text:p></text:deletion></text:changed-region></text:tracked-changes>` + odtPar("New."), ":New.", "deletions 1"},
		{"tables", `<table:table><table:table-header-rows><table:table-row><table:table-cell>` + odtPar("A") + `</table:table-cell></table:table-row></table:table-header-rows><table:table-row table:number-rows-repeated="1000000"><table:table-cell>` + odtPar("one") + `</table:table-cell></table:table-row></table:table>`, "T:| A |||---||| one |", ""},
		{"boxes", `<text:p>Before.<draw:frame><draw:text-box>` + odtPar("In a box.") + `</draw:text-box></draw:frame></text:p>`, ":Before.\n:In a box.", "boxes 1"},
		{"contents", `<text:table-of-content><text:index-body>` + odtPar("Law 1") + `</text:index-body></text:table-of-content>` + odtPar("Text."), ":Text.", "contents 1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := readFile(t, odtFile(t, tt.body))
			if got := brief(c); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
			if got := strings.TrimPrefix(strings.TrimPrefix(noticed(c), "headers 1"), ", "); got != tt.notices {
				t.Errorf("noticed %q, want %q", got, tt.notices)
			}
		})
	}
}
