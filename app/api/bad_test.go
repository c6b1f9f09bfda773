package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/submission"
)

// Each bad input gets a clear error; nothing is lost, nothing doubled.

// setting is a consultation in some state with two organisations.
type setting struct {
	*world
	consultation *consultation.Consultation
	path         string
	chem, bank   workflows.Actor
	provision    string
}

func each(t *testing.T, state string, test func(*testing.T, *setting)) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		s := &setting{world: newWorld(t, b)}
		chem, bank := b.Organisation("Chemical Industry", "industry"), b.Organisation("Bank", "industry")
		s.chem, s.bank = b.Person("Chemist", "contributor", chem.ID), b.Person("Banker", "contributor", bank.ID)
		s.signIn(b.Admin, b.Official, b.Second, b.Reviewer, b.OtherReviewer, b.Auditor, s.chem, s.bank)
		c := b.At(consultation.Open, chem, bank)
		s.provision = b.Provision(c.DraftID, "1.1").ID
		if state != consultation.Open {
			b.Submit(s.chem, c, testbed.Comment(s.provision, "A point"))
			c = b.Bring(c, state)
		}
		s.consultation, s.path = c, "/consultations/"+c.ID
		test(t, s)
	})
}

func comment(text string) m { return m{"comments": []m{{"type": "general", "text": text}}} }

// unchanged fails if the call stores a row in any of the tables.
func (s *setting) unchanged(call func()) {
	s.t.Helper()
	before := s.rows()
	call()
	if after := s.rows(); after != before {
		s.t.Errorf("rows went from %v to %v", before, after)
	}
}

func (s *setting) rows() (counts [6]int) {
	for i, table := range []string{"submissions", "submission_versions", "comments", "decisions", "audit_entries", "idempotency_keys"} {
		counts[i] = s.Count(table, "1 = 1")
	}
	return counts
}

func TestALateSubmission(t *testing.T) {
	each(t, consultation.Open, func(_ *testing.T, s *setting) {
		for _, late := range []time.Duration{0, time.Second} {
			s.Clock.Set(s.consultation.ClosesAt.Add(late))
			s.unchanged(func() {
				s.as(s.chem).with("Idempotency-Key", "k").post(s.path+"/submissions", comment("Late")).refused(http.StatusConflict, "deadline_passed")
			})
		}
		s.Clock.Set(s.consultation.ClosesAt.Add(-time.Microsecond))
		s.as(s.chem).with("Idempotency-Key", "k").post(s.path+"/submissions", comment("In time")).want(http.StatusCreated)
	})
}

func TestACommentOnAnotherDraftsProvision(t *testing.T) {
	each(t, consultation.Open, func(_ *testing.T, s *setting) {
		other := s.Draft(testbed.Text)
		in := m{"comments": []m{
			{"provision_id": s.provision, "type": "technical", "text": "Good"},
			{"provision_id": s.Provision(other.ID, "1.1").ID, "type": "technical", "text": "Elsewhere"},
			{"provision_id": "nowhere", "type": "strange", "text": " "},
		}}
		s.unchanged(func() {
			s.as(s.chem).post(s.path+"/submissions", in).refused(http.StatusUnprocessableEntity, "invalid",
				"comments[1].provision_id", "comments[2].provision_id", "comments[2].type", "comments[2].text")
		})
	})
}

func TestADispositionByAnOutsider(t *testing.T) {
	each(t, consultation.Closed, func(_ *testing.T, s *setting) {
		path := "/comments/" + s.as(s.Official).get(s.path + "/comments").items()[0]["id"].(string) + "/disposition"
		in := m{"outcome": "accepted", "rationale": "For me"}
		stranger := workflows.Actor{Name: "Stranger"}
		stranger.ID = "user:stranger"
		s.signIn(stranger)
		s.unchanged(func() {
			s.as(s.chem).put(path, in).refused(http.StatusForbidden, "forbidden")
			s.as(s.Reviewer).put(path, in).refused(http.StatusForbidden, "forbidden")
			s.as(s.Admin).put(path, in).refused(http.StatusNotFound, "not_found")
			s.as(stranger).put(path, in).refused(http.StatusNotFound, "not_found")
			s.as(workflows.Actor{}).put(path, in).refused(http.StatusUnauthorized, "sign_in")
		})
	})
}

func TestDecidingOnOnesOwnDraft(t *testing.T) {
	each(t, consultation.InReview, func(t *testing.T, s *setting) {
		author := s.alsoReviewer(s.Official)
		s.unchanged(func() {
			s.as(author).post(s.path+"/decisions", m{"decision": "approve"}).refused(http.StatusConflict, "own_draft")
		})
	})
}

// alsoReviewer gives a person the role of reviewer.
func (s *setting) alsoReviewer(a workflows.Actor) workflows.Actor {
	var out workflows.Actor
	s.Do(workflows.Operator(), func(tx *workflows.Tx) error {
		var p stakeholder.Person
		if err := tx.One(&p, "id = ?", strings.TrimPrefix(a.ID, "user:")); err != nil {
			return err
		}
		if err := stakeholder.Grant(tx, &p, "reviewer", testbed.State, ""); err != nil {
			return err
		}
		var err error
		out, err = stakeholder.ActorOf(tx, p.ID)
		return err
	})
	s.signIn(out)
	return out
}

func TestAnEditAfterReviewBegan(t *testing.T) {
	each(t, consultation.InReview, func(_ *testing.T, s *setting) {
		official := s.as(s.Official)
		c := official.get(s.path + "/comments").items()[0]
		sub := official.get(s.path + "/submissions").items()[0]
		edit := m{
			"draft_id": s.consultation.DraftID, "title": "Other", "summary": "Other", "kind": "public",
			"opens_at": s.Clock.Now(), "closes_at": s.Clock.Now().Add(time.Hour),
		}
		etag := fmt.Sprintf(`"%v"`, sub["version"])
		s.unchanged(func() {
			official.put(fmt.Sprintf("/comments/%v/disposition", c["id"]), m{"outcome": "noted", "rationale": "Later"}).refused(http.StatusConflict, "wrong_state")
			official.post(fmt.Sprintf("/comments/%v/disposition/agreement", c["id"]), m{"agree": false, "reason": "Later"}).refused(http.StatusConflict, "under_review")
			official.with("If-Match", "1").put(s.path, edit).refused(http.StatusConflict, "edit_only_draft")
			s.as(s.chem).with("If-Match", etag).put(fmt.Sprintf("/submissions/%v", sub["id"]), comment("Later")).refused(http.StatusConflict, "deadline_passed")
		})
	})
}

// waiting is how many others want to write beside whoever does: on SQLite they
// wait for the one connection, on PostgreSQL for a row, with one each.
func (s *setting) waiting() (n int) {
	for name, pool := range s.Store.Pools() {
		if name == "postgres" {
			return pool.Stats().InUse
		}
		n = max(n, int(pool.Stats().WaitCount))
	}
	return n
}

// Two reviewers decide at the same moment where one approval is enough: both
// are held back until each has begun.
func TestTwoPeopleDecidingAtOnce(t *testing.T) {
	each(t, consultation.InReview, func(t *testing.T, s *setting) {
		answers := make([]answer, 2)
		var both sync.WaitGroup
		s.Do(workflows.Operator(), func(tx *workflows.Tx) error {
			if _, err := consultation.Hold(tx.As(s.Official), s.consultation.ID, false); err != nil {
				return err
			}
			before := s.waiting()
			for i, r := range []workflows.Actor{s.Reviewer, s.OtherReviewer} {
				both.Go(func() { answers[i] = s.as(r).post(s.path+"/decisions", m{"decision": "approve"}) })
			}
			for deadline := time.Now().Add(10 * time.Second); s.waiting() < before+2; time.Sleep(time.Millisecond) {
				if time.Now().After(deadline) {
					t.Error("the two never met")
					break
				}
			}
			return nil
		})
		both.Wait()
		won, lost := answers[0], answers[1]
		if won.status != http.StatusCreated {
			won, lost = lost, won
		}
		won.want(http.StatusCreated)
		lost.refused(http.StatusConflict, "wrong_state")
		if n := s.Count("decisions", "1 = 1"); n != 1 {
			t.Errorf("%d decisions", n)
		}
		if n := s.Count("audit_entries", "action = ?", "approve"); n != 1 {
			t.Errorf("approved %d times", n)
		}
	})
}

func TestTooMuchText(t *testing.T) {
	each(t, consultation.Open, func(_ *testing.T, s *setting) {
		chem := s.as(s.chem)
		s.unchanged(func() {
			chem.post(s.path+"/submissions", comment(strings.Repeat("x", 2_000_000))).refused(http.StatusUnprocessableEntity, "invalid", "comments[0].text")
			chem.post(s.path+"/submissions", comment(strings.Repeat("x", workflows.MaxParagraph+1))).refused(http.StatusUnprocessableEntity, "invalid", "comments[0].text")
			chem.post(s.path+"/submissions", comment(strings.Repeat("x", 2<<20))).refused(http.StatusRequestEntityTooLarge, "body_too_large")
			chem.post(s.path+"/submissions", []byte(strings.Repeat("[", 100_000))).refused(http.StatusBadRequest, "malformed_json")
		})
		st := s.as(s.Official).post("/strategies", m{"state": testbed.State, "title": "Long"}).str("id")
		draft := func(size int) answer {
			return s.as(s.Official).post("/strategies/"+st+"/drafts", m{"markdown": "1. " + strings.Repeat("x", size-3)})
		}
		draft(2<<20+1).refused(http.StatusRequestEntityTooLarge, "document_too_large")
		draft(7<<20).refused(http.StatusRequestEntityTooLarge, "body_too_large")
		in := comment(strings.Repeat("я", workflows.MaxParagraph/2))
		stored := chem.post(s.path+"/submissions", in).want(http.StatusCreated).str("id")
		got := objects(s.t, chem.get("/submissions/" + stored).value["comments"])[0]["text"]
		if got != strings.Repeat("я", workflows.MaxParagraph/2) {
			s.t.Error("a text of the longest size came back another")
		}
	})
}

func TestTextThatIsNone(t *testing.T) {
	each(t, consultation.Open, func(_ *testing.T, s *setting) {
		chem, path := s.as(s.chem), s.path+"/submissions"
		body := func(text string) []byte {
			return []byte(`{"comments":[{"type":"general","text":"` + text + `"}]}`)
		}
		s.unchanged(func() {
			for _, text := range []string{"\xff", "\xc0\xaf", "\xed\xa0\x80", `\ud800`, `\udc00 x`, `\ud83dx`} {
				chem.post(path, body(text)).refused(http.StatusBadRequest, "json_not_utf8")
			}
			chem.post(path, body(`a\u0000b`)).refused(http.StatusUnprocessableEntity, "invalid", "comments[0].text")
			chem.post(path, body("a\x00b")).refused(http.StatusBadRequest, "malformed_json")
			chem.get("/submissions/%ff").refused(http.StatusNotFound, "not_found")
			chem.get("/submissions/a%00b").refused(http.StatusNotFound, "not_found")
			chem.get(s.path+"/comments?q=%ff").refused(http.StatusUnprocessableEntity, "invalid", "q")
			chem.get(s.path+"/comments?after=%00").refused(http.StatusUnprocessableEntity, "invalid", "after")
			chem.with("Idempotency-Key", "\xff").post(path, comment("x")).refused(http.StatusUnprocessableEntity, "invalid", "Idempotency-Key")
			chem.with("Idempotency-Key", strings.Repeat("k", 256)).post(path, comment("x")).refused(http.StatusUnprocessableEntity, "invalid", "Idempotency-Key")
		})
		text := "Ünïcode, عربي \u202e مرحبا, 中文, 👩‍👩‍👧, e\u0301 é, \u200b zero width"
		stored := chem.post(path, comment(text)).want(http.StatusCreated).str("id")
		if got := objects(s.t, chem.get("/submissions/" + stored).value["comments"])[0]["text"]; got != text {
			s.t.Errorf("%q came back as %q", text, got)
		}
	})
}

func TestTheSameRequestTwice(t *testing.T) {
	each(t, consultation.Open, func(t *testing.T, s *setting) {
		const times = 50
		send := func(r request) []answer {
			answers := make([]answer, times)
			var all sync.WaitGroup
			for i := range answers {
				all.Go(func() { answers[i] = r.post(s.path+"/submissions", comment("Once")) })
			}
			all.Wait()
			return answers
		}
		for _, a := range send(s.as(s.chem).with("Idempotency-Key", "the same")) {
			if a.want(http.StatusCreated); string(a.body) != string(s.first(s.chem).body) || a.header.Get("ETag") != `"2"` {
				t.Fatalf("another answer: %s", a.body)
			}
		}
		s.as(s.chem).with("Idempotency-Key", "the same").post(s.path+"/submissions", comment("Another")).refused(http.StatusConflict, "key_reused")
		created := 0
		for _, a := range send(s.as(s.bank)) {
			if a.status == http.StatusCreated {
				created++
			} else {
				a.refused(http.StatusConflict, "submission_exists")
			}
		}
		if n := s.Count("submission_versions", "1 = 1"); created != 1 || n != 2 {
			t.Errorf("without a key %d were created; %d versions are stored, want 2", created, n)
		}
		if n := s.Count("audit_entries", "object = ? AND action = ?", "submission", "submit"); n != 2 {
			t.Errorf("%d submissions on the record", n)
		}
	})
}

// first is the answer kept for the key.
func (s *setting) first(a workflows.Actor) answer {
	return s.as(a).with("Idempotency-Key", "the same").post(s.path+"/submissions", comment("Once")).want(http.StatusCreated)
}

func TestAFileThatIsNoDraft(t *testing.T) {
	each(t, consultation.Open, func(_ *testing.T, s *setting) {
		official := s.as(s.Official)
		path := "/strategies/" + official.post("/strategies", m{"state": testbed.State, "title": "Files"}).str("id") + "/drafts"
		form := func(name, content string) answer {
			body := "--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nA title\r\n" +
				"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name + "\"\r\n\r\n" + content + "\r\n--b--\r\n"
			return official.with("Content-Type", "multipart/form-data; boundary=b").post(path, []byte(body))
		}
		form("draft.xlsx", "PK").refused(http.StatusUnsupportedMediaType, "draft_file_type")
		form("draft.md", "\xff").refused(http.StatusUnprocessableEntity, "invalid", "markdown")
		official.with("Content-Type", "image/png").post(path, []byte("PNG")).refused(http.StatusUnsupportedMediaType, "media_type")
		form("draft.docx", "text").refused(http.StatusUnprocessableEntity, "invalid", "file")
		official.with("Content-Type", "application/pdf").post(path, []byte("%PDF")).refused(http.StatusUnprocessableEntity, "invalid", "file")
		official.with("Content-Type", "multipart/form-data; boundary=b").post(path, []byte("--b\r\nrubbish")).refused(http.StatusBadRequest, "malformed_form")
		official.with("Content-Type", "multipart/form-data; boundary=b").post(path, []byte("--b--\r\n")).refused(http.StatusUnprocessableEntity, "invalid", "file")
		official.post(path, []byte(`{"markdown":5,"titel":"x"}`)).refused(http.StatusUnprocessableEntity, "invalid", "markdown", "titel")
		if got := form("draft.MD", testbed.Text).want(http.StatusCreated); got.str("title") != "A title" {
			s.t.Errorf("title %s", got.body)
		}
		official.with("Content-Type", "text/plain; charset=utf-8").post(path, []byte(testbed.Text)).want(http.StatusCreated)
	})
}

func TestFilesSentWithASubmission(t *testing.T) {
	each(t, consultation.Open, func(_ *testing.T, s *setting) {
		chem := s.as(s.chem).with("If-Match", `W/"2"`).with("Content-Type", "application/octet-stream")
		sub := "/submissions/" + s.as(s.chem).post(s.path+"/submissions", comment("x")).want(http.StatusCreated).str("id")
		s.unchanged(func() {
			chem.post(sub+"/attachments?name=a.txt", make([]byte, submission.MaxAttachment+1)).refused(http.StatusRequestEntityTooLarge, "file_too_large")
			chem.post(sub+"/attachments?name=a.txt", make([]byte, 6<<20+1)).refused(http.StatusRequestEntityTooLarge, "body_too_large")
			chem.post(sub+"/attachments?name=a.exe", []byte("MZ")).refused(http.StatusUnprocessableEntity, "invalid", "file")
			chem.post(sub+"/attachments?name=..%2Fa.txt", []byte("x")).refused(http.StatusUnprocessableEntity, "invalid", "file")
			s.as(s.bank).with("If-Match", "2").with("Content-Type", "application/octet-stream").
				post(sub+"/attachments?name=a.txt", []byte("x")).refused(http.StatusNotFound, "not_found")
		})
		file := chem.post(sub+"/attachments?name=a.txt", []byte("x")).want(http.StatusCreated)
		s.as(s.bank).get("/attachments/"+file.str("id")).refused(http.StatusNotFound, "not_found")
		s.as(s.chem).with("If-Match", file.header.Get("ETag")).call(http.MethodDelete, sub+"/attachments/"+file.str("id"), nil).want(http.StatusOK)
		s.as(s.chem).get("/attachments/"+file.str("id")).refused(http.StatusNotFound, "not_found")
	})
}
