package submission_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/review"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/submission"
)

// senders are those who might answer. "link" and "account" answer for the same
// organisation; "uninvited" may answer only where everyone may.
type senders struct {
	orgs   []stakeholder.Organisation
	orgOf  map[string]stakeholder.Organisation
	actors map[string]workflows.Actor
	draft  string
}

func newSenders(b *testbed.Bed) senders {
	s := senders{orgOf: map[string]stakeholder.Organisation{}, actors: map[string]workflows.Actor{
		"official": b.Official, "reviewer": b.Reviewer, "administrator": b.Admin, "visitor": {},
	}}
	for name, role := range map[string]string{"account": "contributor", "other": "contributor", "observer": "observer", "uninvited": "contributor"} {
		o := b.Organisation("Organisation of "+name, "industry")
		s.orgOf[name], s.actors[name] = o, b.Person(name, role, o.ID)
		if name != "uninvited" {
			s.orgs = append(s.orgs, o)
		}
	}
	s.draft = b.Draft(testbed.Text).ID
	return s
}

// sent is one submission as it should be.
type sent struct {
	id, party, state string
	version          int64
	files            int
	kept             []string // contents of the versions received
}

type answering struct {
	*testbed.Bed
	senders
	id      string
	public  bool
	closed  bool
	early   time.Time // when it was closed before its hour
	closes  time.Time
	all     []*sent
	entries int // of the record, about submissions
	names   []string
}

func TestNoSequenceBreaksASubmission(t *testing.T) {
	testbed.Property(t, newSenders, func(t *rapid.T, b *testbed.Bed, s senders) {
		b.Clock.Set(testbed.Start)
		m := &answering{Bed: b, senders: s}
		in := b.New(s.draft)
		if m.public = rapid.Bool().Draw(t, "public"); !m.public {
			in.Kind = "targeted"
		}
		c := b.Bring(b.Consultation(in, s.orgs...), consultation.Open)
		m.id, m.closes = c.ID, c.ClosesAt
		m.actors = map[string]workflows.Actor{"link": b.ByLink(c, s.orgOf["account"]), "respondent": m.respondent(t, c)}
		for name, a := range s.actors {
			m.actors[name] = a
		}
		for name := range m.actors {
			m.names = append(m.names, name)
		}
		slices.Sort(m.names)
		t.Repeat(map[string]func(*rapid.T){
			"": m.check, "save": m.save, "update": m.update, "withdraw": m.withdraw, "attach": m.attach, "enter": m.enter,
			"wait": m.wait, "extend": m.extend, "close": m.close,
		})
		b.Move(b.Official, c, consultation.Withdraw) // later runs' ticks shall find nothing
	})
}

// respondent is someone whose address is confirmed; nobody where invitations
// are needed.
func (m *answering) respondent(t *rapid.T, c *consultation.Consultation) (a workflows.Actor) {
	if !m.public {
		return a
	}
	ask := consultation.NewRespondent{Email: "r@x.example", Name: "R", Sector: "academia"}
	m.Do(workflows.Actor{}, func(tx *workflows.Tx) error { return consultation.AskToAnswer(tx, c.ID, ask) })
	var r consultation.Respondent
	if err := m.Store.DB.Where("consultation_id = ?", c.ID).Take(&r).Error; err != nil {
		t.Fatal(err)
	}
	m.Do(workflows.Actor{}, func(tx *workflows.Tx) (err error) {
		a, _, err = consultation.Confirm(tx, consultation.RespondentLink(tx.Signer(), r.ID))
		return err
	})
	return a
}

// party is for whom the sender answers, "" for nobody.
func (m *answering) party(who string) string {
	switch who {
	case "link":
		return "account"
	case "account", "other", "observer":
		return who
	case "uninvited", "respondent":
		if m.public {
			return who
		}
	}
	return ""
}

func (m *answering) inTime() bool { return !m.closed && m.Clock.Now().Before(m.closes) }

func (m *answering) standing(party string) bool {
	return slices.ContainsFunc(m.all, func(s *sent) bool { return s.party == party && s.state != submission.Withdrawn })
}

// contents: what a sender may send, and whether it is good for something.
var contents = map[string]struct {
	in           submission.Content
	valid, empty bool
}{
	"full":         {submission.Content{Comments: []submission.NewComment{testbed.Comment("", "One."), testbed.Comment("", "Two.")}}, true, false},
	"one":          {submission.Content{Confidentiality: submission.Confidential, Ground: "security", Comments: []submission.NewComment{testbed.Comment("", "Other.")}}, true, false},
	"nothing":      {submission.Content{}, true, true},
	"bad type":     {submission.Content{Comments: []submission.NewComment{{Type: "te", Text: "x"}}}, false, false},
	"other draft":  {submission.Content{Comments: []submission.NewComment{testbed.Comment("elsewhere", "x")}}, false, false},
	"not UTF-8":    {submission.Content{Comments: []submission.NewComment{testbed.Comment("", "\xff")}}, false, false},
	"2 MB of text": {submission.Content{Comments: []submission.NewComment{testbed.Comment("", strings.Repeat("a", 2<<20))}}, false, false},
}

func drawContent(t *rapid.T) string {
	return rapid.SampledFrom([]string{"full", "full", "one", "nothing", "bad type", "other draft", "not UTF-8", "2 MB of text"}).Draw(t, "content")
}

func (m *answering) save(t *rapid.T) {
	who, what, submit := rapid.SampledFrom(m.names).Draw(t, "who"), drawContent(t), rapid.Bool().Draw(t, "submit")
	content := contents[what]
	var s *submission.Submission
	err := m.Write(m.actors[who], func(tx *workflows.Tx) (err error) {
		s, err = submission.Save(tx, m.id, clone(content.in), submit)
		return err
	})
	party := m.party(who)
	ok := party != "" && m.inTime() && !m.standing(party) && content.valid && !(submit && content.empty)
	m.compare(t, "save by "+who, ok, err)
	if !ok {
		return
	}
	m.entries++
	next := &sent{id: s.ID, party: party, state: submission.Draft, version: 1}
	m.all = append(m.all, next)
	if submit {
		m.received(next, submission.Submitted)
	}
}

// received notes that a version entered the record.
func (m *answering) received(s *sent, state string) {
	s.state, s.version = state, s.version+1
	s.kept = append(s.kept, "") // its content is read at the next check
	m.entries++
}

// target draws a submission, someone who tries to change it and the version
// they saw.
func (m *answering) target(t *rapid.T) (s *sent, who string, version int64, right bool) {
	if len(m.all) == 0 {
		t.Skip("nothing sent yet")
	}
	s = rapid.SampledFrom(m.all).Draw(t, "submission")
	own := slices.DeleteFunc(slices.Clone(m.names), func(n string) bool { return m.party(n) != s.party })
	who = rapid.SampledFrom(append(m.names, append(own, own...)...)).Draw(t, "who")
	version = s.version - rapid.SampledFrom([]int64{0, 0, 0, 1}).Draw(t, "versions behind")
	return s, who, version, m.party(who) == s.party && version == s.version && s.state != submission.Withdrawn && m.inTime()
}

func (m *answering) update(t *rapid.T) {
	s, who, version, right := m.target(t)
	what, submit := drawContent(t), rapid.Bool().Draw(t, "submit")
	content := contents[what]
	err := m.Write(m.actors[who], func(tx *workflows.Tx) error {
		_, err := submission.Update(tx, s.id, version, clone(content.in), submit)
		return err
	})
	in := s.state == submission.Submitted || s.state == submission.Amended
	ok := right && content.valid && !(content.empty && s.files == 0 && (in || submit))
	m.compare(t, "update by "+who, ok, err)
	m.changed(s, ok, submit)
}

func (m *answering) changed(s *sent, ok, submit bool) {
	switch {
	case !ok:
	case s.state != submission.Draft:
		m.received(s, submission.Amended)
	case submit:
		m.received(s, submission.Submitted)
	default:
		s.version++
		m.entries++
	}
}

func (m *answering) withdraw(t *rapid.T) {
	s, who, version, ok := m.target(t)
	err := m.Write(m.actors[who], func(tx *workflows.Tx) error {
		_, err := submission.Withdraw(tx, s.id, version)
		return err
	})
	m.compare(t, "withdraw by "+who, ok, err)
	if ok {
		s.state, s.version = submission.Withdrawn, s.version+1
		m.entries++
	}
}

func (m *answering) attach(t *rapid.T) {
	s, who, version, ok := m.target(t)
	name := rapid.SampledFrom([]string{"a.txt", "a.txt", "a.exe", "../a.txt", "a\r\n.txt", ""}).Draw(t, "name")
	err := m.Write(m.actors[who], func(tx *workflows.Tx) error {
		_, _, err := submission.Attach(tx, s.id, version, name, []byte("Plain text."))
		return err
	})
	ok = ok && name == "a.txt" && s.files < submission.MaxAttachments
	m.compare(t, "attach by "+who, ok, err)
	if m.changed(s, ok, false); ok {
		s.files++
	}
}

// enter types in what came on paper, for an organisation.
func (m *answering) enter(t *rapid.T) {
	who := rapid.SampledFrom([]string{"official", "official", "reviewer", "account", "visitor"}).Draw(t, "who")
	party := rapid.SampledFrom([]string{"account", "other", "uninvited"}).Draw(t, "for")
	at := rapid.SampledFrom([]time.Time{
		m.Clock.Now(), m.Clock.Now().Add(time.Second), m.closes, m.closes.Add(-time.Microsecond), testbed.Start, testbed.Start.Add(time.Hour),
	}).Draw(t, "received")
	what := drawContent(t)
	content := contents[what]
	var s *submission.Submission
	err := m.Write(m.actors[who], func(tx *workflows.Tx) (err error) {
		s, err = submission.Enter(tx, m.id, submission.OnBehalf{OrganisationID: m.orgOf[party].ID, ReceivedAt: at}, clone(content.in))
		return err
	})
	arrived := !at.After(m.Clock.Now()) && !at.Before(testbed.Start.Add(time.Hour)) && at.Before(m.closes) && (m.early.IsZero() || at.Before(m.early))
	ok := who == "official" && arrived && !m.standing(party) && content.valid && !content.empty
	m.compare(t, "enter by "+who, ok, err)
	if ok {
		m.entries++
		next := &sent{id: s.ID, party: party, version: 1}
		m.all = append(m.all, next)
		m.received(next, submission.Submitted)
	}
}

func (m *answering) wait(t *rapid.T) {
	m.Clock.Add(rapid.SampledFrom([]time.Duration{time.Microsecond, time.Hour, 4 * 24 * time.Hour}).Draw(t, "for"))
	if left := m.closes.Sub(m.Clock.Now()); left > 0 && rapid.IntRange(0, 3).Draw(t, "to the brink") == 0 {
		m.Clock.Add(left - time.Microsecond)
	}
	if rapid.Bool().Draw(t, "tick") {
		m.Tick()
		m.closed = m.closed || !m.Clock.Now().Before(m.closes)
	}
}

// extend lengthens the window; what was received before stays.
func (m *answering) extend(t *rapid.T) {
	if !m.inTime() {
		t.Skip("too late")
	}
	m.transition(consultation.Extend, m.closes.Add(24*time.Hour))
	m.closes = m.closes.Add(24 * time.Hour)
}

// close ends the window early; what was received stays, nothing more comes.
func (m *answering) close(t *rapid.T) {
	if m.closed || rapid.IntRange(0, 3).Draw(t, "really") > 0 {
		t.Skip("not now")
	}
	m.transition(consultation.Close, time.Time{})
	m.closed, m.early = true, m.Clock.Now()
}

func (m *answering) transition(action string, closes time.Time) {
	m.Do(m.Official, func(tx *workflows.Tx) error {
		_, err := review.Transition(tx, m.id, action, consultation.Input{Reason: "a reason", ClosesAt: closes})
		return err
	})
}

func (m *answering) compare(t *rapid.T, what string, ok bool, err error) {
	var clear *workflows.Error
	if (err == nil) != ok || err != nil && !errors.As(err, &clear) {
		t.Fatalf("%s: %v, should work: %v", what, err, ok)
	}
}

// check compares rows, versions, receipts and the record with the model.
func (m *answering) check(t *rapid.T) {
	var rows []submission.Submission
	if err := m.Store.DB.Where("consultation_id = ?", m.id).Order("id").Find(&rows).Error; err != nil {
		t.Fatal(err)
	}
	if len(rows) != len(m.all) {
		t.Fatalf("%d submissions stored, should be %d", len(rows), len(m.all))
	}
	for i, row := range rows {
		if s := m.all[i]; row.ID != s.id || row.State != s.state || row.Version != s.version {
			t.Fatalf("stored %s %s version %d, should be %s version %d", row.ID, row.State, row.Version, s.state, s.version)
		}
		m.checkVersions(t, row, m.all[i])
	}
	if n := m.Count("audit_entries", "consultation_id = ? AND object = 'submission'", m.id); n != m.entries {
		t.Fatalf("%d entries in the record, should be %d", n, m.entries)
	}
	for _, e := range m.Trail(m.id) {
		if e.Object != "submission" || e.From == "" {
			continue
		}
		if row, err := submission.Table.Find(e.From, e.Action); err != nil || row.To != e.To {
			t.Fatalf("the record has %s: %s -> %s, which is not in the table", e.Action, e.From, e.To)
		}
	}
}

func (m *answering) checkVersions(t *rapid.T, row submission.Submission, s *sent) {
	versions, err := submission.Versions(m.Read(m.Official), s.id)
	if err != nil || len(versions) != len(s.kept) {
		t.Fatalf("%d versions kept, should be %d: %v", len(versions), len(s.kept), err)
	}
	for i, v := range versions {
		if s.kept[i] == "" {
			s.kept[i] = v.Content
		}
		sum := sha256.Sum256([]byte(v.Content))
		text, err := workflows.VerifyReceipt(v.Receipt, m.Engine.Signer().ReceiptKey())
		want := fmt.Sprintf("receipt %s\nconsultation %s\nsubmission %s\nversion %d\n", row.ReceiptNumber, m.id, s.id, v.Version)
		if v.Content != s.kept[i] || err != nil || !strings.Contains(text, want) || !strings.Contains(text, "\nsha256 "+hex.EncodeToString(sum[:])+"\n") {
			t.Fatalf("version %d is not what was received, or its receipt is for something else: %v\n%s", v.Version, err, text)
		}
		if !v.ReceivedAt.Before(m.closes) {
			t.Fatalf("version %d was received at %v, after the deadline", v.Version, v.ReceivedAt)
		}
	}
}

// clone, because checking fills in what the sender left out.
func clone(in submission.Content) submission.Content {
	in.Comments = slices.Clone(in.Comments)
	return in
}
