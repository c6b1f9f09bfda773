package forms_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"jahorina/app/apptest/testbed"
	"jahorina/app/forms"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/submission"
)

// inSheet writes cells ("F7") into a spreadsheet, as a person would.
func inSheet(t *testing.T, content []byte, cells map[string]string) []byte {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for cell, text := range cells {
		if err := f.SetCellStr(f.GetSheetList()[0], cell, text); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

var emptyRun = regexp.MustCompile(`<w:r><w:rPr>(<w:rtl/>)?</w:rPr></w:r>`)

var chosen = regexp.MustCompile(`<w:r><w:rPr><w:color [^>]*/></w:rPr><w:t>[^<]*</w:t></w:r>`)

// inDocument fills in the first free row of a document, and replaces a text.
func inDocument(t *testing.T, content []byte, row []string, old, now string) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		parts[f.Name] = string(text)
	}
	rows := strings.Split(parts["word/document.xml"], "<w:tr>")
	for i, xml := range rows {
		if strings.Contains(xml, "<w:showingPlcHdr/>") { // a row without words, whose type is chosen now
			xml = chosen.ReplaceAllString(strings.Replace(xml, "<w:showingPlcHdr/>", "", 1), `<w:r><w:rPr></w:rPr></w:r>`)
			n := -1
			rows[i] = emptyRun.ReplaceAllStringFunc(xml, func(run string) string {
				if n++; n < len(row) && row[n] != "" {
					return `<w:r><w:t>` + row[n] + `</w:t></w:r>`
				}
				return run
			})
			break
		}
	}
	parts["word/document.xml"] = strings.Replace(strings.Join(rows, "<w:tr>"), old, now, 1)
	return zipped(t, parts)
}

// An association takes its form home, changes one comment, writes another and sends
// the table back: its answer says that, and the same table sent again changes nothing.
func TestFormsGoHomeAndComeBack(t *testing.T) {
	texts := map[string][3]string{
		"en": {"Keep the records.", "Five years.", "A new comment."},
		"ar": {"يجب الاحتفاظ بالسجلات.", "خمس سنوات.", "تعليق جديد."},
		"zh": {"应当保存记录。", "五年。", "新的意见。"},
	}
	all := locales(t)
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		for _, language := range []string{"en", "ar", "zh"} {
			for _, k := range kinds {
				said := texts[language]
				org := b.Organisation("Association "+language+k.name, "industry")
				c := b.At(consultation.Open, org)
				who := b.ByLink(c, org)
				at := b.Provision(c.DraftID, "1.2")
				first, second := testbed.Comment(at.ID, said[0]), testbed.Comment("", "Stays: =1+1")
				second.Confidentiality, second.Ground, second.Reference = submission.Confidential, "security", "9.9"
				b.Do(who, func(tx *workflows.Tx) error {
					_, err := submission.Save(tx, c.ID, submission.Content{Comments: []submission.NewComment{first, second}}, false)
					return err
				})
				f, err := forms.Own(b.Read(who), all.For(language), c.ID)
				if err != nil {
					t.Fatal(err)
				}
				content, err := k.write(f)
				if err != nil {
					t.Fatal(err)
				}
				if k.name == "xlsx" {
					content = inSheet(t, content, map[string]string{"F7": said[1], "C9": "1.1", "E9": "te", "F9": said[2], "G9": "x", "B9": "7"})
				} else {
					content = inDocument(t, content, []string{"", "7", "1.1", "", "te", said[2], "x"}, said[0], said[1])
				}
				table, err := forms.NewReader(all).Read(content)
				if err != nil {
					t.Fatal(err)
				}
				fates := func(p *submission.FormPlan) (out []string) {
					for _, s := range p.Steps {
						out = append(out, s.Fate)
					}
					return out
				}
				plan, err := submission.PlanForm(b.Read(who), c.ID, table.FormHead, table.Rows)
				if err != nil || !slices.Equal(fates(plan), []string{"changed", "same", "added"}) {
					t.Fatalf("%s %s: %v %v", language, k.name, fates(plan), err)
				}
				for _, want := range [][]string{{"changed", "same", "added"}, {"same", "same", "same"}} {
					b.Do(who, func(tx *workflows.Tx) error {
						_, plan, err = submission.TakeForm(tx, c.ID, table.FormHead, table.Rows)
						return err
					})
					if !slices.Equal(fates(plan), want) {
						t.Errorf("%s %s: %v, want %v", language, k.name, fates(plan), want)
					}
				}
				own, err := submission.Own(b.Read(who), c)
				if err != nil {
					t.Fatal(err)
				}
				in, err := submission.ContentOf(b.Read(who), own)
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				for _, m := range in.Comments {
					got = append(got, fmt.Sprintf("%v|%s|%s|%s|%s|%s|%s", m.ProvisionID == at.ID, m.Reference, m.Type, m.Text, m.ProposedChange, m.Confidentiality, m.Ground))
				}
				want := []string{
					"true||" + first.Type + "|" + said[1] + "|" + first.ProposedChange + "|public|",
					"false|9.9|" + second.Type + "|Stays: =1+1||confidential|security",
					"false|L7|technical|" + said[2] + "|x|public|",
				}
				if !slices.Equal(got, want) {
					t.Errorf("%s %s\n got %q\nwant %q", language, k.name, got, want)
				}
			}
		}
	})
}

// What a row does when others have been at work, or when rows were moved, copied or
// taken out, and what is wrong with one.
func TestRowsOfAForm(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		org := b.Organisation("Chamber", "industry")
		c := b.At(consultation.Open, org)
		who := b.ByLink(c, org)
		save := func(texts ...string) *submission.OwnForm {
			var in submission.Content
			own, err := submission.GetOwnForm(b.Read(who), c.ID)
			if err != nil {
				t.Fatal(err)
			}
			if own.Submission != nil {
				if in, err = submission.ContentOf(b.Read(who), own.Submission); err != nil {
					t.Fatal(err)
				}
			}
			old := in.Comments
			in.Comments = nil
			for i, text := range texts {
				m := testbed.Comment("", text)
				if i < len(old) {
					m.ID = old[i].ID
				}
				in.Comments = append(in.Comments, m)
			}
			b.Do(who, func(tx *workflows.Tx) (err error) {
				if own.Submission == nil {
					_, err = submission.Save(tx, c.ID, in, false)
				} else {
					_, err = submission.Update(tx, own.Submission.ID, own.Submission.Version, in, false)
				}
				return err
			})
			if own, err = submission.GetOwnForm(b.Read(who), c.ID); err != nil {
				t.Fatal(err)
			}
			return own
		}
		home := save("a", "b", "c")
		head := submission.FormHead{ConsultationID: c.ID, DraftID: c.DraftID, SubmissionID: home.Submission.ID}
		rows := func(change func(r []submission.ImportRow) []submission.ImportRow) []submission.ImportRow {
			return change(slices.Clone(home.Rows))
		}
		plan := func(head submission.FormHead, rows []submission.ImportRow) string {
			p, err := submission.PlanForm(b.Read(who), c.ID, head, rows)
			if err != nil {
				return err.Error()
			}
			var out []string
			for _, s := range p.Steps {
				word := s.Fate
				for _, f := range s.Faults {
					word += " " + f.Key
				}
				out = append(out, word)
			}
			return fmt.Sprint(out, p.Missing)
		}
		type R = []submission.ImportRow
		save("a", "b2", "c")
		elsewhere := head
		elsewhere.ConsultationID = "another"
		for _, tt := range []struct {
			name string
			head submission.FormHead
			rows R
			want string
		}{
			{"untouched, changed on the page since", head, home.Rows, "[same kept same] 0"},
			{"touched, changed on the page since", head, rows(func(r R) R { r[1].Text = "mine"; return r }), "[same wrong row_changed_meanwhile same] 0"},
			{"keys left behind by sorting", head, rows(func(r R) R { r[0].Text, r[2].Text = "c", "a"; return r[:1] }), "[same] 2"},
			{"copied and changed", head, rows(func(r R) R { n := r[0]; n.Text = "new"; return R{r[0], n} }), "[same added] 2"},
			{"taken out", head, home.Rows[2:], "[same] 2"},
			{"of another answer", submission.FormHead{}, rows(func(r R) R { r[0].Text = "x"; return r[:1] }), "[added] 3"},
			{"no words, no type", head, R{{ProposedChange: "x", Type: "who?"}}, "[wrong comment_needed form_type] 3"},
			{"too long", head, R{{Text: strings.Repeat("x", workflows.MaxParagraph+1)}}, "[wrong too_long] 3"},
			{"of another consultation", elsewhere, home.Rows, "invalid; file: form_of_another"},
			{"empty", head, nil, "invalid; file: form_empty"},
		} {
			if got := plan(tt.head, tt.rows); got != tt.want {
				t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
			}
		}
		save("a")
		if got := plan(head, home.Rows); got != "[same gone gone] 0" {
			t.Errorf("removed on the page since: %s", got)
		}
		// One wrong row: nothing is taken over.
		before := b.Count("comments", "consultation_id = ?", c.ID)
		err := b.Write(who, func(tx *workflows.Tx) error {
			_, _, err := submission.TakeForm(tx, c.ID, head, R{{Text: "fine", Line: 7}, {Type: "ge", ProposedChange: "x", Line: 8}})
			return err
		})
		if err == nil || !strings.Contains(err.Error(), "line 8") || b.Count("comments", "consultation_id = ?", c.ID) != before {
			t.Errorf("a wrong row: %v", err)
		}
	})
}
