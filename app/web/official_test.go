package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"jahorina/app/apptest/testbed"
	"jahorina/app/documents/samples"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
)

// page is templates.Page with the view of one page in the place of any view.
type page[V any] struct {
	templates.Page
	Data V
}

// Every field a page asks for exists in its view.
func TestOfficialPagesFitTheirViews(t *testing.T) {
	fit(t, map[string]any{
		"official/strategies": page[strategiesView]{}, "official/strategy_new": page[newStrategyView]{}, "official/strategy": page[strategyView]{},
		"official/draft": page[draftView]{}, "official/draft_new": page[newDraftView]{}, "official/upload": page[uploadView]{}, "official/upload_part": page[partView]{}, "official/reading": page[readingFormView]{}, "official/confirm": page[confirmView]{},
		"official/redline": page[redlineView]{}, "official/launch": page[launchView]{}, "official/manage": page[manageView]{}, "official/transition": page[transitionView]{},
		"official/invitations": page[invitationsView]{}, "official/comments": page[commentsView]{}, "official/together": page[togetherView]{}, "official/promise": page[promiseView]{}, "official/comment": page[commentView]{}, "official/enter": page[enterView]{},
		"official/import": page[importView]{}, "official/review": page[reviewView]{}, "official/reviews": page[reviewsView]{}, "official/reviewers": page[reviewersView]{}, "official/record": page[recordView]{},
	})
}

const revised = `# Strategy

## 1. Purpose

1.1 This strategy sets out how dual-use chemicals and their precursors are controlled.

1.2 It covers industry, academia and trade.

## 2. Reporting

2.1 Firms report what they hold each year.

2.3 Small firms report every second year.
`

func inputTime(at time.Time) string { return at.UTC().Format("2006-01-02T15:04") }

// launch makes a consultation through the forms, up to its opening, and returns
// its address.
func launch(t *testing.T, s *site) (amina *reader, at string) {
	t.Helper()
	amina = s.as(s.bed.Official)
	amina.get("/strategies").says(200, "There is no strategy yet").get("/strategies/new")
	amina.post("/strategies", url.Values{"state": {"BA"}, "title": {""}}).says(422, "Give a title")
	amina.post("/strategies", url.Values{"state": {"BA"}, "title": {"Chemical security"}}).says(200, "The strategy is begun")
	upload := strings.TrimSuffix(amina.at, "?")
	amina.upload(upload, url.Values{"title": {"Kept title"}}, "file", "draft.exe", []byte("x")).says(422, "This kind of file is not taken", "Kept title")
	amina.upload(upload, nil, "file", "draft.md", []byte(testbed.Text)).says(200, "The draft is in", "Each provision has been given an identity", `id="p-1.1"`)
	draft := strings.TrimPrefix(amina.at, "/drafts/")

	form := url.Values{
		"draft_id": {draft}, "title": {""}, "summary": {"What it is about."}, "kind": {"targeted"}, "sectors": {"industry", "academia"},
		"opens_at": {inputTime(s.bed.Clock.Now().Add(time.Hour))}, "closes_at": {"tomorrow"}, "quorum": {"1"},
		"questions[0].text": {""}, "questions[2].text": {"Which of these?"}, "questions[2].kind": {"single"}, "questions[2].options": {"Only one"},
	}
	// The Enter key presses the first button of the form, which must save it.
	amina.get("/consultations/new?draft="+draft).says(200, "Question 1", `<button type="submit" class="govuk-visually-hidden" tabindex="-1" aria-hidden="true">Save the consultation</button>`)
	amina.post("/consultations/new", form).says(422, "Enter a day and a time", "Give a title", "Which of these?", "What it is about.", `value="academia" checked`)
	form.Set("closes_at", inputTime(s.bed.Clock.Now().Add(14*24*time.Hour)))
	amina.post("/consultations/new", form).says(422, `href="#title"`, `href="#questions-2.options"`, "Give two options at least")
	form.Set("more", "questions")
	amina.post("/consultations/new", form).says(200, "questions[3].text", "Only one").lacks("There is a problem")
	form.Del("more")
	form.Set("questions[2].other", "yes")
	form.Set("row", "up 2")
	amina.post("/consultations/new", form).says(200, `id="questions-0.options" name="questions[0].options" rows="4" dir="auto" aria-describedby="questions-0.options-hint">
Only one</textarea>`).lacks("There is a problem")
	form.Set("row", "remove 2")
	amina.post("/consultations/new", form).says(200, "Question 1").lacks("Only one", "Question 2", "There is a problem")
	form.Del("row")
	form.Set("title", "Round one")
	form.Set("questions[2].options", "One\nTwo")
	amina.post("/consultations/new", form).says(200, "saved as a draft", "Invite organisations")
	at = strings.TrimSuffix(amina.at, "/invitations")
	return amina, at
}

func TestLaunchThroughForms(t *testing.T) {
	s := newSite(t)
	federation := s.bed.Organisation("Chemical Federation", "industry")
	s.bed.Organisation("University", "academia")
	amina, at := launch(t, s)
	amina.says(200, "Chemical Federation", "University")
	amina.post(at+"/invitations", nil).says(422, "Name an organisation or a sector")
	amina.post(at+"/invitations", url.Values{"organisation_ids": {federation.ID}, "sectors": {"academia"}}).says(200, "The organisations are invited", "2 organisations are invited")

	amina.get(at+"/edit").says(200, "Which of these?", "One\nTwo").get(at + "/manage")
	amina.get(at+"/transitions?action=submit_for_clearance").says(200, "This tells 3 officials and reviewers by mail")
	amina.post(at+"/transitions", url.Values{"action": {"submit_for_clearance"}}).says(200, "A colleague must clear it")
	amina.get(at+"/transitions?action=clear").post(at+"/transitions", url.Values{"action": {"clear"}}).says(409, "Ask a colleague")
	amina.get(at+"/edit").says(409, "only before it is submitted")

	second := s.as(s.bed.Second)
	second.get(at+"/manage").says(200, "Clear or return it")
	second.get(at+"/transitions?action=return").post(at+"/transitions", url.Values{"action": {"return"}}).says(422, "Give a reason", `href="#reason"`)
	second.get(at+"/transitions?action=clear").post(at+"/transitions", url.Values{"action": {"clear"}}).says(200, "It opens by itself at")
	s.bed.Clock.Add(2 * time.Hour)
	s.bed.Tick()
	amina.get(at+"/manage").says(200, "Extend the deadline", "have not answered yet")
	amina.get(at+"/transitions?action=extend").says(200, "This tells 2 participants by mail")
	amina.post(at+"/transitions", url.Values{"action": {"extend"}, "reason": {"Holidays"}, "closes_at": {""}}).says(422, "Holidays", `href="#closes_at"`)
	amina.post(at+"/transitions", url.Values{"action": {"extend"}, "reason": {"Holidays"}, "closes_at": {inputTime(s.bed.Clock.Now().Add(20 * 24 * time.Hour))}}).
		says(200, "The deadline is extended", "Extensions of the deadline", "by Official")
	amina.get(at+"/record").says(200, "Official submitted the consultation for clearance", "Second Official cleared the consultation", "The clock opened the consultation", "Official invited University")
	amina.get(at+"/record?object=invitation").says(200, "Official invited Chemical Federation").lacks("cleared the consultation")
}

func TestEditedByTwo(t *testing.T) {
	s := newSite(t)
	c := s.bed.Consultation(s.bed.New(s.bed.Draft(testbed.Text).ID))
	amina, second := s.as(s.bed.Official), s.as(s.bed.Second)
	edit := "/consultations/" + c.ID + "/edit"
	form := url.Values{
		"draft_id": {c.DraftID}, "title": {"First"}, "summary": {"Text"}, "kind": {"public"}, "quorum": {"2"}, "version": {"1"},
		"opens_at": {inputTime(c.OpensAt)}, "closes_at": {inputTime(c.ClosesAt)},
	}
	amina.get(edit)
	second.get(edit)
	amina.post(edit, form).says(200, "The consultation is saved")
	form.Set("title", "Second thoughts")
	second.post(edit, form).says(412, "changed since you read it", "Second thoughts")
	form.Set("version", second.find(`name="version" value="(\d+)"`))
	second.post(edit, form).says(200, "Second thoughts")
}

// answered is an open consultation with one comment on 1.1, by its invited
// organisation.
func answered(s *site) (c *consultation.Consultation, m submission.Listed, sender workflows.Actor) {
	s.t.Helper()
	federation := s.bed.Organisation("Chemical Federation", "industry")
	c = s.bed.At(consultation.Open, federation)
	sender = s.bed.Person("Lejla", "contributor", federation.ID)
	p := s.bed.Provision(c.DraftID, "1.1")
	comment := testbed.Comment(p.ID, "Precursors are missing.")
	comment.ProposedChange = "This strategy sets out how dual-use chemicals and precursors are controlled."
	s.bed.Submit(sender, c, comment)
	all, err := submission.Standing(s.bed.Read(s.bed.Official), c.ID)
	if err != nil || len(all) != 1 {
		s.t.Fatalf("%d comments, %v", len(all), err)
	}
	return c, all[0], sender
}

func TestDispositionToPublication(t *testing.T) {
	s := newSite(t)
	c, m, sender := answered(s)
	amina, second, lejla := s.as(s.bed.Official), s.as(s.bed.Second), s.as(sender)
	at, comment := "/consultations/"+c.ID, "/comments/"+m.ID
	amina.get(comment).says(200, "answered after the consultation has closed", "Precursors are missing", "<ins>")
	amina.post(comment+"/replies", url.Values{"reply": {"Which precursors?"}}).says(200, "Your message is sent")
	lejla.get(at+"/answer").says(200, "1 message about it", comment+"#talk")
	c = s.bed.Bring(c, consultation.Closed)

	amina.get(at+"/manage").says(200, "Without an answer: 1").lacks("No answer</strong>")
	amina.get(at+"/invitations").says(409, "Invitations are possible until the consultation closes")
	amina.get(comment)
	proposal := url.Values{"version": {"1"}, "outcome": {"accepted"}, "rationale": {""}, "changes": {m.Identity}}
	amina.post(comment+"/disposition", proposal).says(422, "Say why", `value="accepted" checked`)
	proposal.Set("rationale", "They belong there.")
	proposal.Set("changes_numbers", "9.9")
	amina.post(comment+"/disposition", proposal).says(422, "no provision 9.9", "They belong there.")
	proposal.Set("changes_numbers", "2.1")
	amina.post(comment+"/disposition", proposal).says(200, "A second person must agree", "You proposed this answer", "2.1 Firms report")
	amina.post(comment+"/replies", url.Values{"reply": {" "}}).says(422, "They belong there.", `value="accepted" checked`)
	amina.post(comment+"/replies", url.Values{"reply": {"Thank you."}}).says(200, "Your message is sent")
	lejla.get(comment).says(200, "Thank you.", "Your message").lacks("They belong there.", "Answer this comment", "Proposed by")
	lejla.post(comment+"/replies", url.Values{"reply": {"You are welcome."}}).says(200, "You are welcome.")
	receipt := regexp.MustCompile(`/receipts/[0-9A-Z-]+`).FindString(lejla.get(at).body)
	lejla.get(receipt).says(200, "3 messages about it", comment+"#talk")
	s.as(workflows.Actor{}).get(receipt).says(200).lacks("#talk")

	second.get(at+"/comments?state=proposed").says(200, "Precursors are missing", "Accepted")
	second.get(comment).post(comment+"/agreement", url.Values{"agree": {"false"}, "version": {"2"}}).says(422, "Give a reason")
	second.post(comment+"/agreement", url.Values{"agree": {"true"}, "version": {"1"}}).says(412, "changed since you read it")
	second.post(comment+"/agreement", url.Values{"agree": {"true"}, "version": {"2"}}).says(200, "The answer is agreed", "Agreed by Second Official")

	next := s.bed.NextDraft(strategyOf(s, c), revised)
	amina.get("/drafts/"+next.ID).says(200, "number 2.2 is missing", "1 reworded")
	amina.get("/drafts/"+next.ID+"/redline").says(200, "<ins>", "Precursors are missing", "Added", comment)
	lejla.get("/drafts/" + next.ID).says(404)

	amina.get(at+"/transitions?action=submit_for_review").says(200, "it tells all 2 reviewers who may decide")
	amina.post(at+"/transitions", url.Values{"action": {"submit_for_review"}}).says(200, "The reviewers decide")
	decideAt(s, at)
	amina.get(at+"/transitions?action=publish").says(200, "This cannot be undone", "This tells 1 sender of a submission by mail")
	amina.post(at+"/transitions", url.Values{"action": {"publish"}}).says(200, "The response is published")
	lejla.get("/drafts/"+next.ID+"/redline?against="+c.DraftID).says(200, "Precursors are missing")
	s.as(workflows.Actor{}).get("/drafts/"+next.ID+"/redline?against="+c.DraftID).says(200, "Precursors are missing", at+"/response#c-"+m.ID)
	lejla.get(comment).says(200, "They belong there.")
}

// R3.2: a comment whose provision is gone from a later draft can still be
// opened, and says so; one whose provision moved says where to.
func TestCommentOnADeletedProvision(t *testing.T) {
	s := newSite(t)
	d := s.bed.Draft(testbed.Text)
	org := s.bed.Organisation("Chemists", "academia")
	c := s.bed.Bring(s.bed.Consultation(s.bed.New(d.ID), org), consultation.Open)
	sub := s.bed.Submit(s.bed.ByLink(c, org), c,
		testbed.Comment(s.bed.Provision(d.ID, "1.1").ID, "On what goes."), testbed.Comment(s.bed.Provision(d.ID, "1.2").ID, "On what moves."))
	comments, err := submission.CommentsOf(s.bed.Read(s.bed.Official), sub.ID)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(testbed.Text, "1.2 ")
	s.bed.NextDraft(d.StrategyID, "# Strategy\n\n## 1. Purpose\n\n1.1 "+rest)
	amina := s.as(s.bed.Official)
	amina.get("/comments/"+comments[0].ID).says(200, "On what goes.", "it was deleted")
	amina.get("/comments/"+comments[1].ID).says(200, "On what moves.", "this provision has the number 1.1")
}

func strategyOf(s *site, c *consultation.Consultation) string {
	s.t.Helper()
	d, err := strategy.DraftByID(s.bed.Read(s.bed.Official), c.DraftID)
	if err != nil {
		s.t.Fatal(err)
	}
	return d.StrategyID
}

func decideAt(s *site, at string) {
	s.t.Helper()
	official, reviewer := s.as(s.bed.Official), s.as(s.bed.Reviewer)
	official.get(at+"/review").says(200, "0 of 1 approvals", "Hash of the content").lacks("Put my decision")
	reviewer.get(at+"/review").says(200, "1 more approval completes the quorum")
	reviewer.post(at+"/decisions", url.Values{"decision": {"approve_with_comments"}}).says(422, "Give a reason", `value="approve_with_comments" checked`)
	reviewer.post(at+"/decisions", url.Values{"decision": {"approve_with_comments"}, "reason": {"Well done."}}).says(200, "the result is approved", "Well done.")
	official.get(at+"/record?object=review").says(200, "Reviewer approved with comments")
}

func TestEnterAndImport(t *testing.T) {
	s := newSite(t)
	c, _, _ := answered(s)
	s.bed.Clock.Add(time.Hour)
	amina := s.as(s.bed.Official)
	at := "/consultations/" + c.ID
	form := url.Values{
		"name": {"Farmers"}, "sector": {"civil_society"}, "received_at": {inputTime(s.bed.Clock.Now())}, "confidentiality": {"public"},
		"comments[0].type": {"general"}, "comments[1].type": {"technical"}, "comments[1].text": {"By letter."}, "more": {"comments"},
	}
	amina.get(at+"/enter").says(200, "Comment 1")
	amina.post(at+"/enter", form).says(200, "comments[2].text", "By letter.")
	form.Del("more")
	form.Set("received_at", inputTime(s.bed.Clock.Now().Add(48*time.Hour)))
	amina.post(at+"/enter", form).says(422, "This time has not come yet", "By letter.")
	form.Set("received_at", inputTime(s.bed.Clock.Now()))
	amina.post(at+"/enter", form).says(200, "The answer is in the record")
	amina.get(at+"/comments?q=letter").says(200, "Farmers").get(amina.find(`href="(/comments/[^"]+)"`)).says(200, "Entered by Official on behalf of Farmers")

	table := "organisation,sector,paragraph,type,comment\nTrade Union,civil_society,1.2,te,Say who.\nTrade Union,civil_society,4.9,ge,Where is it?\n"
	received := url.Values{"received_at": {inputTime(s.bed.Clock.Now())}}
	amina.get(at + "/import")
	amina.upload(at+"/import", received, "file", "c.csv", []byte(table+"Trade Union,civil_society,1.2,xx,Wrong\n")).says(422, "Line 4:")
	amina.upload(at+"/import", received, "file", "c.csv", []byte(table)).says(200, "It waits for its turn", "0 of 2 rows")
	s.work(strings.TrimPrefix(amina.at, "/works/"))
	amina.get(amina.at).says(200, "It is finished", "2 comments are in the record", "1 comment could not be placed", "no place “4.9”")
	amina.get(at+"/import").upload(at+"/import", received, "file", "c.csv", []byte(table)).says(200, "It is finished", "2 comments are in the record")
	if n := s.bed.Count("comments", "consultation_id = ?", c.ID); n != 4 {
		t.Errorf("%d comments after the same file twice, want 4", n)
	}
	parked := amina.get(at + "/comments?parked=1").find(`href="(/comments/[^"?]+)[^"]*"`)
	provision := s.bed.Provision(c.DraftID, "2.1")
	amina.get(parked).says(200, "which is no provision of the draft")
	amina.post(parked+"/place", url.Values{"provision_id": {provision.ID}}).says(200, "has its place", "On provision")
}

// What is wrong with an answer stands at its question.
func TestEnterAnswersToQuestions(t *testing.T) {
	s := newSite(t)
	in := s.bed.New(s.bed.Draft(testbed.Text).ID)
	in.Questions = []consultation.NewQuestion{{Text: "How clear is it?", Kind: "scale"}}
	c := s.bed.Bring(s.bed.Consultation(in), consultation.Open)
	questions, err := consultation.Questions(s.bed.Read(s.bed.Official), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	field := "answer-" + questions[0].ID
	form := url.Values{"name": {"Farmers"}, "sector": {"civil_society"}, "received_at": {inputTime(s.bed.Clock.Now())}, field: {"9"}}
	amina := s.as(s.bed.Official)
	enter := "/consultations/" + c.ID + "/enter"
	amina.get(enter).post(enter, form).says(422, `href="#`+field+`"`, "Choose a number from 1 to 5")
	form.Set(field, "4")
	amina.post(enter, form).says(200, "The answer is in the record")
}

// What the ministry does is for the ministry; what is confidential is not told
// of elsewhere.
func TestWhoMaySeeOfficialPages(t *testing.T) {
	s := newSite(t)
	c, m, sender := answered(s)
	other := s.bed.Organisation("Other Federation", "industry")
	outsider := s.as(s.bed.Person("Outsider", "contributor", other.ID))
	visitor, lejla, auditor := s.as(workflows.Actor{}), s.as(sender), s.as(s.bed.Auditor)
	at := "/consultations/" + c.ID
	for _, path := range []string{"/manage", "/edit", "/invitations", "/enter", "/import", "/transitions?action=withdraw", "/review", "/record"} {
		for _, r := range []*reader{visitor, lejla, outsider} {
			if r.get(at + path); r.status != http.StatusNotFound {
				t.Errorf("%s: %d for someone outside", path, r.status)
			}
		}
	}
	visitor.get("/comments/" + m.ID).says(404)
	outsider.get("/comments/" + m.ID).says(404)
	lejla.get("/comments/"+m.ID).says(200, "Precursors are missing.")
	visitor.get("/drafts/"+c.DraftID).says(200, "Firms report").lacks("Add a reading", "comment</a>")
	visitor.get("/strategies").says(401)
	auditor.get(at+"/manage").says(200, "Chemical Federation").lacks("What you can do")
	auditor.get(at+"/record").says(200, "Lejla submitted")
	auditor.get("/comments/" + m.ID).says(200).lacks("Answer this comment")
	auditor.get(at + "/transitions?action=withdraw").says(403)
}

// A table is shown as one, beside its permanent link, to officials as to others.
func TestTableOfADraft(t *testing.T) {
	s := newSite(t)
	d := s.bed.Draft("# Draft\n\n1.1 As the table says.\n\n| Who | When |\n| --- | --- |\n| Customs | Month 14 |\n")
	s.as(s.bed.Official).get("/drafts/"+d.ID).says(200, `data-label="When" dir="auto">Month 14</td>`, `href="#p-1.1"`).lacks("| Customs")
}

func TestRightsInWords(t *testing.T) {
	newSite(t).as(workflows.Actor{}).get("/rights").says(200, "Administrator", "Create: state</li>", "Read: comment, unless it is confidential")
}

// The damaged Chinese document: its gap is reported, its readings stand beside
// the text.
func TestReadingsBesideDamagedText(t *testing.T) {
	s := newSite(t)
	d := s.bed.Draft(string(samples.OutcomeZH))
	readings, err := samples.Readings()
	if err != nil {
		t.Fatal(err)
	}
	r := readings[0]
	p := s.bed.Provision(d.ID, r.Provision)
	amina := s.as(s.bed.Official)
	amina.get("/drafts/"+d.ID).says(200, "8 → 10: number 9 is missing in the source", `id="p-`+r.Provision+`"`)
	path := "/provisions/" + p.ID + "/reading"
	typed := url.Values{"printed": {"not there"}, "suggested": {r.Suggested}, "author": {r.Author}, "certainty": {string(r.Certainty)}}
	amina.get(path).post(path, typed).says(422, "not there", `href="#printed"`)
	typed.Set("printed", r.Printed)
	amina.post(path, typed).says(200, "The reading stands beside the text", "Proposed reading, not part of the text", r.Suggested)
	if after := s.bed.Provision(d.ID, r.Provision); after.Text != p.Text {
		t.Error("the reading changed the text")
	}
}

func TestConfirmDoubtfulIdentity(t *testing.T) {
	s := newSite(t)
	old := "Firms that make, use, store or trade more than a set amount of listed toxic chemicals will register with the National Authority and keep records for seven years."
	changed := "Firms that make, use, store or trade more than a set amount of listed toxic chemicals pay a yearly fee that covers inspection, laboratory work and the upkeep of the register."
	first := s.bed.Draft("# Strategy\n\n4.4 " + old + "\n")
	next := s.bed.NextDraft(first.StrategyID, "# Strategy\n\n6.1 "+changed+"\n")
	amina := s.as(s.bed.Official)
	amina.get("/drafts/"+next.ID).says(200, "1 part may be one of the draft before", "Is this an earlier provision?")
	path := "/provisions/" + s.bed.Provision(next.ID, "6.1").ID + "/confirm"
	amina.get(path).says(200, "seven years", "yearly fee", "<del>")
	amina.post(path, nil).says(200, "now the same one")
	amina.get("/drafts/"+next.ID+"/redline").says(200, "it was 4.4 and is now 6.1")
}
