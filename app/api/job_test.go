package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"jahorina/app/apptest/testbed"
	"jahorina/app/documents/samples"
	"jahorina/workflows"
	"jahorina/workflows/stakeholder"
)

// job is one document on its way from upload to published response.
type job struct {
	*world
	name        string
	source      string
	reword      func(string) string // makes the revised draft
	strategy    string
	draft       answer
	consult     string
	contributor []workflows.Actor
	submissions []answer
}

var theEight = []struct{ name, sector string }{
	{"Ministry of Foreign Affairs", "government"},
	{"Customs Administration", "government"},
	{"Chemical Industry Federation", "industry"},
	{"Freight Forwarders Association", "industry"},
	{"Technical University", "academia"},
	{"Institute of Virology", "academia"},
	{"Centre for Public Policy", "civil_society"},
	{"Society of Chemists", "civil_society"},
}

// The whole job through the API, on both databases, with both documents.
func TestTheWholeJob(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		for _, j := range []*job{
			{
				name: "English", source: string(samples.StrategyEN),
				reword: func(s string) string { return strings.Replace(s, "for five years", "for six years", 1) },
			},
			{
				name: "Chinese", source: string(samples.OutcomeZH),
				reword: func(s string) string {
					return strings.Replace(s, "这是一项复杂的任务", "这是一项艰巨的任务", 1)
				},
			},
		} {
			t.Run(j.name, func(t *testing.T) {
				j.world = newWorld(t, b)
				j.signIn(b.Admin, b.Official, b.Second, b.Reviewer, b.OtherReviewer, b.Auditor)
				j.register()
				j.upload()
				j.launch()
				j.answer()
				j.amendAndExtend()
				j.close()
				j.dispose()
				j.revise()
				j.review()
				j.publish()
			})
		}
	})
}

// register: the administrator adds a state's organisations and people.
func (j *job) register() {
	admin := j.as(j.Admin)
	code := strings.ToUpper(j.name[:2]) + "X"
	admin.post("/states", m{"code": code, "name": j.name, "locale": "en"}).want(http.StatusCreated)
	for i, o := range theEight {
		name := fmt.Sprintf("%s %s", j.name, o.name)
		org := admin.post("/organisations", m{
			"name": name, "sector": o.sector, "email": fmt.Sprintf("office%d@%s.example", i, j.name), "state": testbed.State,
		}).want(http.StatusCreated).str("id")
		person := admin.post("/people", m{
			"email": fmt.Sprintf("person%d@%s.example", i, j.name), "name": "Person of " + name, "state": testbed.State,
			"role": "contributor", "organisation_id": org,
		}).want(http.StatusCreated).str("id")
		actor, err := stakeholder.ActorOf(j.Read(j.Admin), person)
		if err != nil {
			j.t.Fatal(err)
		}
		j.signIn(actor)
		j.contributor = append(j.contributor, actor)
	}
}

// upload: the strategy becomes a draft; what is damaged is read beside the
// text, what is missing is reported.
func (j *job) upload() {
	official := j.as(j.Official)
	j.strategy = official.post("/strategies", m{"state": testbed.State, "title": j.name}).want(http.StatusCreated).str("id")
	j.draft = official.post("/strategies/"+j.strategy+"/drafts", m{"title": j.name, "markdown": j.source}).want(http.StatusCreated)
	for _, p := range objects(j.t, j.draft.value["provisions"]) {
		if p["number"] == "" || p["id"] == "" || p["identity"] == "" {
			j.t.Fatalf("provision %v", p)
		}
	}
	if j.name != "Chinese" {
		return
	}
	gaps := objects(j.t, j.draft.value["gaps"])
	if len(gaps) != 1 || gaps[0]["after"] != "8" || gaps[0]["before"] != "10" || !strings.Contains(fmt.Sprint(gaps[0]["message"]), "8 → 10: number 9") {
		j.t.Fatalf("gaps %v", gaps)
	}
	readings, err := samples.Readings()
	if err != nil {
		j.t.Fatal(err)
	}
	for _, r := range readings {
		official.post("/provisions/"+j.provision(r.Provision)+"/readings", m{
			"printed": r.Printed, "suggested": r.Suggested, "author": r.Author, "certainty": string(r.Certainty), "note": r.Note,
		}).want(http.StatusCreated)
	}
	after := official.get("/drafts/" + j.draft.str("id")).want(http.StatusOK)
	stored := 0
	for i, p := range objects(j.t, after.value["provisions"]) {
		stored += len(objects(j.t, p["readings"]))
		if was := objects(j.t, j.draft.value["provisions"])[i]; p["text"] != was["text"] {
			j.t.Fatalf("a reading changed the text %v to %v", was["text"], p["text"])
		}
	}
	if stored != len(readings) {
		j.t.Fatalf("%d readings of %d", stored, len(readings))
	}
}

// provision is the id of the provision with the number.
func (j *job) provision(number string) string {
	for _, p := range objects(j.t, j.draft.value["provisions"]) {
		if p["number"] == number {
			return p["id"].(string)
		}
	}
	j.t.Fatalf("no provision %s", number)
	return ""
}

// launch: created, edited, invited, cleared by a second person, opened by the
// clock.
func (j *job) launch() {
	official := j.as(j.Official)
	in := m{
		"draft_id": j.draft.str("id"), "title": j.name, "summary": "What it is about", "kind": "public", "quorum": 2,
		"opens_at": j.Clock.Now().Add(time.Hour), "closes_at": j.Clock.Now().Add(14 * 24 * time.Hour), "sectors": []string{"industry", "academia"},
		"questions": []m{
			{"text": "Do you support it?", "kind": "single", "options": []string{"yes", "no"}, "required": true},
			{"text": "Anything else?", "kind": "text"},
		},
	}
	c := official.post("/consultations", in).want(http.StatusCreated)
	j.consult = "/consultations/" + c.str("id")
	in["title"] = j.name + " round"
	edited := official.with("If-Match", c.header.Get("ETag")).put(j.consult, in).want(http.StatusOK)
	official.with("If-Match", c.header.Get("ETag")).put(j.consult, in).refused(http.StatusPreconditionFailed, "stale")
	official.put(j.consult, in).refused(http.StatusPreconditionRequired, "if_match_required")
	if edited.str("title") != j.name+" round" || edited.header.Get("ETag") == c.header.Get("ETag") {
		j.t.Fatalf("edited: %s", edited.body)
	}
	var ids []string
	for _, a := range j.contributor {
		ids = append(ids, a.OrganisationID(testbed.State))
	}
	if n := official.post(j.consult+"/invitations", m{"organisation_ids": ids}).want(http.StatusAccepted).value["invited"]; n != 8.0 {
		j.t.Fatalf("%v invited", n)
	}
	j.step(j.Official, "submit_for_clearance", "in_clearance")
	official.post(j.consult+"/transitions", m{"action": "clear"}).refused(http.StatusConflict, "four_eyes_clear")
	j.as(workflows.Actor{}).get(j.consult).refused(http.StatusNotFound, "not_found")
	j.step(j.Second, "clear", "scheduled")
	j.Clock.Add(time.Hour)
	j.Tick()
	if got := j.as(workflows.Actor{}).get(j.consult).want(http.StatusOK).str("state"); got != "open" {
		j.t.Fatalf("after its hour it is %s", got)
	}
}

func (j *job) step(by workflows.Actor, action, to string) {
	j.t.Helper()
	body := m{"action": action, "reason": "As agreed"}
	if got := j.as(by).post(j.consult+"/transitions", body).want(http.StatusOK).str("state"); got != to {
		j.t.Fatalf("%s: it is %s, not %s", action, got, to)
	}
}

// answer: each of the eight answers; the first saves a draft before.
func (j *job) answer() {
	question := objects(j.t, j.as(j.contributor[0]).get(j.consult).value["questions"])[0]["id"]
	provision := objects(j.t, j.draft.value["provisions"])[0]["id"]
	for i, a := range j.contributor {
		who := j.as(a)
		in := m{
			"confidentiality": "public",
			"comments": []m{
				{"provision_id": provision, "type": "technical", "text": fmt.Sprintf("Point %d on the first", i), "proposed_change": "Other words"},
				{"type": "general", "text": "A word on the whole"},
			},
			"answers": []m{{"question_id": question, "value": "yes"}},
		}
		if i == 7 {
			in["confidentiality"], in["ground"] = "confidential", "trade_secret"
		}
		if i > 0 {
			s := who.post(j.consult+"/submissions", in).want(http.StatusCreated)
			j.checkReceipt(s)
			j.submissions = append(j.submissions, s)
			continue
		}
		in["draft"] = true
		saved := who.post(j.consult+"/submissions", in).want(http.StatusCreated)
		if saved.str("state") != "draft" || saved.value["receipt"] != nil || saved.value["submitted_at"] != nil {
			j.t.Fatalf("draft: %s", saved.body)
		}
		in["draft"] = false
		s := who.with("If-Match", saved.header.Get("ETag")).put("/submissions/"+saved.str("id"), in).want(http.StatusOK)
		j.checkReceipt(s)
		j.submissions = append(j.submissions, s)
	}
}

// checkReceipt verifies the signature, and looks the number up without token.
func (j *job) checkReceipt(s answer) {
	j.t.Helper()
	visitor := j.as(workflows.Actor{})
	text, err := workflows.VerifyReceipt(s.str("receipt"), visitor.get("/receipt-key").want(http.StatusOK).str("key"))
	if err != nil || !strings.Contains(text, s.str("receipt_number")) {
		j.t.Fatalf("receipt %q: %v", text, err)
	}
	if got := visitor.get("/receipts/" + s.str("receipt_number")).want(http.StatusOK).str("submission_id"); got != s.str("id") {
		j.t.Fatalf("the receipt is of %s, not %s", got, s.str("id"))
	}
}

// amendAndExtend: the second amends and attaches a file, the third withdraws
// and answers again, the official extends.
func (j *job) amendAndExtend() {
	second, s := j.as(j.contributor[1]), j.submissions[1]
	path := "/submissions/" + s.str("id")
	file := second.with("If-Match", s.header.Get("ETag")).with("Content-Type", "application/octet-stream").
		post(path+"/attachments?name=note.txt", []byte("A note")).want(http.StatusCreated)
	whole := second.get(path).want(http.StatusOK)
	comments := objects(j.t, whole.value["comments"])
	comments[1]["text"] = "A better word on the whole"
	delete(comments[0], "number")
	delete(comments[1], "number")
	in := m{"comments": comments, "answers": whole.value["answers"]}
	amended := second.with("If-Match", file.header.Get("ETag")).put(path, in).want(http.StatusOK)
	if amended.str("state") != "amended" {
		j.t.Fatalf("amended: %s", amended.body)
	}
	second.with("If-Match", s.header.Get("ETag")).put(path, in).refused(http.StatusPreconditionFailed, "stale")
	got := j.as(j.Official).get("/attachments/" + file.str("id")).want(http.StatusOK)
	if string(got.body) != "A note" || !strings.HasPrefix(got.header.Get("Content-Disposition"), "attachment") {
		j.t.Fatalf("attachment: %v %s", got.header, got.body)
	}

	third, s := j.as(j.contributor[2]), j.submissions[2]
	third.with("If-Match", s.header.Get("ETag")).call(http.MethodDelete, "/submissions/"+s.str("id"), nil).want(http.StatusOK)
	again := m{"comments": []m{{"type": "editorial", "text": "On second thoughts"}}, "answers": whole.value["answers"]}
	j.submissions[2] = third.post(j.consult+"/submissions", again).want(http.StatusCreated)

	later := j.Clock.Now().Add(20 * 24 * time.Hour)
	extend := m{"action": "extend", "reason": "Asked for by three", "closes_at": later}
	extended := j.as(j.Official).post(j.consult+"/transitions", extend).want(http.StatusOK)
	if at, err := time.Parse(time.RFC3339Nano, extended.str("closes_at")); err != nil || !at.Equal(later) || len(objects(j.t, extended.value["extensions"])) != 1 {
		j.t.Fatalf("extended: %s", extended.body)
	}
	j.Clock.Set(later)
}

// close: by the clock; what comes at that moment is too late.
func (j *job) close() {
	s := j.submissions[3]
	in := m{"comments": []m{{"type": "general", "text": "Late"}}}
	j.as(j.contributor[3]).with("If-Match", s.header.Get("ETag")).put("/submissions/"+s.str("id"), in).refused(http.StatusConflict, "deadline_passed")
	j.Tick()
	if got := j.as(j.Official).get(j.consult).str("state"); got != "closed" {
		j.t.Fatalf("after its deadline it is %s", got)
	}
}

// dispose: an official proposes for every comment, another agrees.
func (j *job) dispose() {
	official, second := j.as(j.Official), j.as(j.Second)
	all := official.get(j.consult + "/comments?limit=200").want(http.StatusOK).items()
	if len(all) != 15 {
		j.t.Fatalf("%d comments, want 15", len(all))
	}
	for i, c := range all {
		path := fmt.Sprintf("/comments/%s/disposition", c["id"])
		outcome := "noted"
		if c["provision_id"] != nil {
			outcome = "accepted"
		}
		d := official.put(path, m{"outcome": outcome, "rationale": "Because"}).want(http.StatusOK)
		if got := d.value["disposition"].(m)["state"]; got != "proposed" {
			j.t.Fatalf("disposition is %v", got)
		}
		if i == 0 {
			official.post(path+"/agreement", m{"agree": true}).refused(http.StatusConflict, "four_eyes_agree")
			second.post(path+"/agreement", m{"agree": false}).refused(http.StatusUnprocessableEntity, "invalid", "reason")
			second.post(path+"/agreement", m{"agree": false, "reason": "Say more"}).want(http.StatusOK)
			official.put(path, m{"outcome": outcome, "rationale": "Because of much"}).want(http.StatusOK)
			official.post(j.consult+"/transitions", m{"action": "submit_for_review"}).refused(http.StatusConflict, "comments_unanswered")
		}
		agreed := second.post(path+"/agreement", m{"agree": true}).want(http.StatusOK)
		if got := agreed.value["disposition"].(m)["state"]; got != "agreed" {
			j.t.Fatalf("disposition is %v", got)
		}
	}
	if got := official.get(j.consult + "/comments?outcome=accepted&sector=industry&type=technical&q=POINT").items(); len(got) != 1 {
		j.t.Fatalf("filters find %d", len(got))
	}
}

// revise: the next draft; the redline shows what changed and for whom.
func (j *job) revise() {
	next := j.as(j.Official).post("/strategies/"+j.strategy+"/drafts", m{"markdown": j.reword(j.source)}).want(http.StatusCreated)
	d := j.as(j.Second).get("/drafts/" + next.str("id") + "/diff?against=" + j.draft.str("id")).want(http.StatusOK)
	var reworded, led int
	for _, c := range objects(j.t, d.value["changes"]) {
		if c["state"] != "same" {
			reworded++
			var ops []string
			for _, s := range objects(j.t, c["text"]) {
				ops = append(ops, s["op"].(string))
			}
			if !slices.Contains(ops, "insert") || !slices.Contains(ops, "delete") || !slices.Contains(ops, "equal") {
				j.t.Fatalf("redline %v", c["text"])
			}
		}
		led += len(c["comments"].([]any))
	}
	if reworded != 1 || led != 7 {
		j.t.Fatalf("%d provisions changed, led to by %d comments; want 1 and 7", reworded, led)
	}
}

// review: two others decide on exactly what is there.
func (j *job) review() {
	j.step(j.Official, "submit_for_review", "in_review")
	approve := m{"decision": "approve"}
	j.as(j.Second).post(j.consult+"/decisions", approve).refused(http.StatusForbidden, "forbidden")
	first := j.as(j.Reviewer).post(j.consult+"/decisions", approve).want(http.StatusCreated)
	if first.str("state") != "in_review" {
		j.t.Fatalf("one of two approvals: %s", first.body)
	}
	j.as(j.Reviewer).post(j.consult+"/decisions", approve).refused(http.StatusConflict, "decided_already")
	second := j.as(j.OtherReviewer).post(j.consult+"/decisions", m{"decision": "approve_with_comments", "reason": "Well done"}).want(http.StatusCreated)
	if second.str("state") != "approved" {
		j.t.Fatalf("both approvals: %s", second.body)
	}
	rounds := j.as(j.Official).get(j.consult + "/rounds").want(http.StatusOK).items()
	if len(rounds) != 1 || len(objects(j.t, rounds[0]["decisions"])) != 2 {
		j.t.Fatalf("rounds %v", rounds)
	}
}

// publish: anyone reads what became of each public comment, and no more.
func (j *job) publish() {
	visitor := j.as(workflows.Actor{})
	visitor.get(j.consult+"/response").refused(http.StatusNotFound, "not_found")
	j.as(j.Official).post(j.consult+"/transitions", m{"action": "publish"}).refused(http.StatusConflict, "wishes_undecided")
	var wishes []any
	for _, i := range objects(j.t, j.as(j.Official).get(j.consult + "/moderation?view=wishes").want(http.StatusOK).value["items"]) {
		wishes = append(wishes, i["comment"].(m)["id"])
	}
	j.as(j.Official).post(j.consult+"/restrictions", m{"comments": wishes, "grant": true}).want(http.StatusOK)
	j.step(j.Official, "publish", "published")
	r := visitor.get(j.consult + "/response").want(http.StatusOK)
	if r.value["total"] != 15.0 || r.value["restricted"] != 2.0 || len(objects(j.t, r.value["comments"])) != 13 {
		j.t.Fatalf("response %.800s", r.body)
	}
	for _, c := range objects(j.t, r.value["comments"]) {
		if c["disposition"].(m)["outcome"] == "" || c["disposition"].(m)["rationale"] == "" {
			j.t.Fatalf("comment without answer: %v", c)
		}
	}
	if strings.Contains(string(r.body), "Society of Chemists") {
		j.t.Fatal("the confidential sender is named")
	}
	st := visitor.get("/receipts/" + j.submissions[7].str("receipt_number")).want(http.StatusOK)
	if objects(j.t, st.value["comments"])[0]["outcome"] == nil {
		j.t.Fatalf("status %s", st.body)
	}
	record := j.as(j.Auditor).get(j.consult + "/record?limit=200").want(http.StatusOK).items()
	if len(record) < 60 || record[0]["action"] != "create" || !slices.ContainsFunc(record, func(e m) bool { return e["to"] == "published" && e["object"] == "consultation" }) {
		j.t.Fatalf("record of %d entries, from %v to %v", len(record), record[0], record[len(record)-1])
	}
}
