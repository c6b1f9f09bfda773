package strategy_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/strategy"
)

// upload is a document of an official that was read and waits.
func upload(b *testbed.Bed, blocks ...strategy.Block) (u *strategy.Upload) {
	b.Do(b.Official, func(tx *workflows.Tx) error {
		s, err := strategy.Create(tx, testbed.State, "Strategy")
		if err != nil {
			return err
		}
		c := strategy.Content{Title: "Read", Language: "en", Blocks: blocks, Source: []byte("file"), SHA256: workflows.SHA256([]byte("file")), MediaType: "application/pdf"}
		c.Notices = []strategy.Notice{{Key: "pdf", Count: 1}}
		u, err = strategy.KeepUpload(tx, s.ID, c)
		return err
	})
	return u
}

func paragraph(number, text string) strategy.Block {
	return strategy.Block{Kind: strategy.KindParagraph, Number: number, Text: text}
}

// shown writes the blocks of an upload, one a line.
func shown(u *strategy.Upload) string {
	var lines []string
	for _, b := range u.Blocks {
		line := fmt.Sprintf("%s %d %s|%s|%s", b.Kind, b.Level, b.Number, b.Heading, b.Text)
		if b.Out {
			line += " out"
		}
		lines = append(lines, line)
	}
	return strings.ReplaceAll(strings.Join(lines, "\n"), "paragraph 0 ", "p ")
}

// Each way of correcting a block does what its button says, and nothing to the rest.
func TestCorrections(t *testing.T) {
	type block = strategy.UploadBlock
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		for _, tt := range []struct {
			name    string
			at      int
			c       strategy.Correction
			want    string
			refused string // the key, "" where it is done
		}{
			{"save", 1, strategy.Correction{Act: "save", Block: block{Kind: "paragraph", Number: " 2 ", Text: " two "}}, "p 1||one\np 2||two\np 3||three", ""},
			{"a heading", 0, strategy.Correction{Act: "save", Block: block{Kind: "section", Level: 9, Number: "I", Heading: "Law  of\nland"}}, "section 6 I|Law of land|\np ||2nd\np 3||three", ""},
			{"a heading with text", 0, strategy.Correction{Act: "save", Block: block{Kind: "section", Heading: "Law", Text: "of land"}}, "section 1 |Law|\np ||of land\np ||2nd\np 3||three", ""},
			{"a title", 2, strategy.Correction{Act: "save", Block: block{Kind: "title", Level: 3, Number: "1", Text: "Strategy"}}, "p 1||one\np ||2nd\ntitle 0 |Strategy|", ""},
			{"split", 1, strategy.Correction{Act: "split", Block: block{Kind: "paragraph", Text: "2"}, Rest: []block{{Kind: "paragraph", Text: "nd"}}}, "p 1||one\np ||2\np ||nd\np 3||three", ""},
			{"join", 1, strategy.Correction{Act: "join", Block: block{Kind: "paragraph", Number: "2", Text: "2nd"}}, "p 1||one\n2 2nd\np 3||three", ""},
			{"leave out", 1, strategy.Correction{Act: "leaveout"}, "p 1||one\np ||2nd out\np 3||three", ""},
			{"put back", 1, strategy.Correction{Act: "putback"}, "p 1||one\np ||2nd\np 3||three", ""},
			{"nothing to split", 1, strategy.Correction{Act: "split", Block: block{Kind: "paragraph", Text: "2nd"}}, "", "nothing_to_split"},
			{"nothing above", 0, strategy.Correction{Act: "join", Block: block{Kind: "paragraph", Text: "one"}}, "", "nothing_above"},
			{"empty", 1, strategy.Correction{Act: "save", Block: block{Kind: "paragraph", Text: " "}}, "", "required"},
			{"no such kind", 1, strategy.Correction{Act: "save", Block: block{Kind: "picture", Text: "x"}}, "", "one_of"},
			{"no such act", 1, strategy.Correction{Act: "burn", Block: block{Kind: "paragraph", Text: "x"}}, "", "required"},
			{"too long", 1, strategy.Correction{Act: "save", Block: block{Kind: "paragraph", Text: strings.Repeat("x", 200_001)}}, "", "too_long"},
			{"no such place", 3, strategy.Correction{Act: "leaveout"}, "", "not_found"},
		} {
			t.Run(tt.name, func(t *testing.T) {
				u := upload(b, paragraph("1", "one"), paragraph("", "2nd"), paragraph("3", "three"))
				err := b.Write(b.Official, func(tx *workflows.Tx) error {
					_, err := strategy.CorrectBlock(tx, u.ID, u.Version, tt.at, tt.c)
					return err
				})
				now, readErr := strategy.GetUpload(b.Read(b.Official), u.ID)
				if readErr != nil {
					t.Fatal(readErr)
				}
				if tt.refused != "" {
					if err == nil || !strings.Contains(err.Error(), tt.refused) || now.Version != u.Version || shown(now) != shown(u) {
						t.Errorf("refused with %v, want %s; now\n%s", err, tt.refused, shown(now))
					}
					return
				}
				if err != nil || shown(now) != tt.want || now.Version != u.Version+1 || !now.Corrected {
					t.Errorf("%v, version %d, got\n%s\nwant\n%s", err, now.Version, shown(now), tt.want)
				}
			})
		}
	})
}

// What was corrected becomes the draft, with the file as it was sent; the upload is
// gone. Nobody but who sent it sees it, changes it or makes a draft of it, and of two
// corrections of one version one is refused.
func TestAnUploadBecomesADraftOnce(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		u := upload(b, strategy.Block{Kind: strategy.KindSection, Level: 1, Number: "1", Heading: "Law"}, paragraph("1.1", "one"), paragraph("1.3", "three"), paragraph("", "stamp"))
		accept := func(by workflows.Actor, version int64, blocks []strategy.UploadBlock) (d *strategy.Draft, err error) {
			return d, b.Write(by, func(tx *workflows.Tx) error {
				d, _, err = strategy.AcceptUpload(tx, u.ID, version, blocks, "", "fr")
				return err
			})
		}
		correct := func(i int, tx *workflows.Tx) error {
			_, err := strategy.CorrectBlock(tx, u.ID, 1, 3, strategy.Correction{Act: strategy.CorrectLeaveOut})
			return err
		}
		stale := 0
		for _, err := range b.Together([]workflows.Actor{b.Official, b.Official}, correct) {
			if workflows.IsKind(err, workflows.Stale) {
				stale++
			} else if err != nil {
				t.Error(err)
			}
		}
		if stale != 1 {
			t.Errorf("%d of two were refused", stale)
		}
		for name, by := range map[string]workflows.Actor{"another official": b.Second, "a reviewer": b.Reviewer, "an administrator": b.Admin, "a visitor": {}} {
			if _, err := accept(by, 0, nil); err == nil {
				t.Errorf("%s accepts what another sent", name)
			}
			if _, err := strategy.GetUpload(b.Read(by), u.ID); err == nil {
				t.Errorf("%s sees what another sent", name)
			}
		}
		if _, err := accept(b.Official, 1, nil); !workflows.IsKind(err, workflows.Stale) {
			t.Errorf("an old version: %v", err)
		}
		if _, err := accept(b.Official, 2, []strategy.UploadBlock{{Kind: "paragraph"}}); !workflows.IsKind(err, workflows.Invalid) || b.Count("drafts", "strategy_id = ?", u.StrategyID) != 0 {
			t.Errorf("an empty block: %v", err)
		}
		d, err := accept(b.Official, 2, nil)
		if err != nil {
			t.Fatal(err)
		}
		kept, source, err := strategy.Source(b.Read(b.Official), d.ID)
		if err != nil || string(source) != "file" || kept.MediaType != "application/pdf" || !kept.Corrected || kept.Language != "fr" || kept.Title != "Read" {
			t.Errorf("%v: %q %+v", err, source, kept)
		}
		if got := fmt.Sprint(kept.Gaps); got != "[{1.1 1.3 [1.2] 1}]" {
			t.Errorf("gaps %s", got)
		}
		if n := len(provisions(t, b, d.ID)); n != 3 {
			t.Errorf("%d parts of 3", n)
		}
		if _, err := accept(b.Official, 0, nil); !workflows.IsKind(err, workflows.NotFound) {
			t.Errorf("accepted twice: %v", err)
		}
	})
}

// Uploads give way: the oldest of one person to the newest, all of them to time.
func TestUploadsDoNotPileUp(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		first := upload(b, paragraph("", "x"))
		for range strategy.UploadsEach {
			b.Clock.Add(time.Second)
			upload(b, paragraph("", "x"))
		}
		if n := b.Count("uploads", "1 = 1"); n != strategy.UploadsEach || b.Count("uploads", "id = ?", first.ID) != 0 {
			t.Errorf("%d wait", n)
		}
		b.Clock.Add(strategy.UploadLife)
		if err := strategy.SweepUploads(t.Context(), b.Engine); err != nil || b.Count("uploads", "1 = 1") != 0 {
			t.Errorf("%v, %d wait for ever", err, b.Count("uploads", "1 = 1"))
		}
	})
}
