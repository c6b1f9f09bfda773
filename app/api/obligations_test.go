package api_test

import (
	"net/http"
	"strings"
	"testing"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
)

// A program reads the register, says what provisions serve, takes tables in, and
// sees in drafts, provisions and comparisons what is served and touched.
func TestObligations(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		w := newWorld(t, b)
		w.signIn(b.Admin, b.Official, b.Reviewer)
		visitor, official := w.as(workflows.Actor{}), w.as(b.Official)
		first := visitor.get("/obligations?theme=nuclear&limit=100").want(http.StatusOK)
		if len(first.items()) != 100 || first.items()[0]["code"] != "1540-OP1-NW" || first.items()[0]["checked"] != "partly_verified" {
			t.Errorf("%s", first.body)
		}
		rest := visitor.get("/obligations?theme=nuclear&limit=100&after=" + strings.ReplaceAll(first.value["next"].(string), " ", "%20")).want(http.StatusOK)
		if len(rest.items()) != 7 || rest.value["next"] != nil {
			t.Errorf("%s", rest.body)
		}
		if items := visitor.get("/instruments").want(http.StatusOK).items(); len(items) != 31 || items[0]["count"] != 147.0 {
			t.Errorf("%v", items)
		}
		visitor.get("/obligations?kind=laws").refused(http.StatusUnprocessableEntity, "invalid", "kind")
		visitor.get("/obligations/NO-SUCH").refused(http.StatusNotFound, "not_found")

		d := b.Draft(testbed.Text)
		on := b.Provision(d.ID, "1.1").ID
		w.as(b.Reviewer).post("/provisions/"+on+"/obligations", m{"add": []string{"NPT-I"}}).refused(http.StatusForbidden, "forbidden")
		visitor.post("/provisions/"+on+"/obligations", m{"add": []string{"NPT-I"}}).refused(http.StatusUnauthorized, "sign_in")
		official.post("/provisions/"+on+"/obligations", m{"add": []string{"NPT-I", "NO-1"}}).refused(http.StatusUnprocessableEntity, "invalid", "add[1]")
		done := official.post("/provisions/"+on+"/obligations", m{"add": []string{"NPT-I", "CWC-VII1A"}}).want(http.StatusOK)
		if !strings.Contains(string(done.body), `"obligations":["CWC-VII1A","NPT-I"]`) {
			t.Errorf("%s", done.body)
		}
		for _, dry := range []bool{true, true, false} {
			table := m{"table": "provision,obligation\n1.2,BWC-I; NPT-I\n1.1,NPT-I\n", "dry_run": dry}
			if a := official.post("/drafts/"+d.ID+"/obligations", table).want(http.StatusOK); a.value["added"] != 2.0 || a.value["same"] != 1.0 {
				t.Errorf("%s", a.body)
			}
		}
		official.post("/drafts/"+d.ID+"/obligations", m{"table": "provision,obligation\n7,NPT-I\n"}).refused(http.StatusUnprocessableEntity, "invalid", "line 2")
		visitor.get("/drafts/"+d.ID+"/obligations").refused(http.StatusNotFound, "not_found")
		b.Bring(b.Consultation(b.New(d.ID)), consultation.Open)
		all := string(visitor.get("/drafts/" + d.ID + "/obligations").want(http.StatusOK).body)
		if !strings.Contains(all, `{"instrument":"BWC (1972)","total":15,"served":1}`) || !strings.Contains(all, `"number":"1.2","obligations":["BWC-I","NPT-I"]`) {
			t.Errorf("%s", all)
		}
		if items := visitor.get("/drafts/" + d.ID + "/obligations/unserved?instrument=BWC%20(1972)").want(http.StatusOK).items(); len(items) != 14 {
			t.Errorf("%v", items)
		}
		for _, path := range []string{"/drafts/" + d.ID, "/provisions/" + on, "/obligations/CWC-VII1A"} {
			if body := string(visitor.get(path).want(http.StatusOK).body); !strings.Contains(body, "CWC-VII1A") || !strings.Contains(body, d.ID) {
				t.Errorf("%s: %s", path, body)
			}
		}
		round := official.get("/consultations").want(http.StatusOK).items()[0]["id"].(string)
		official.get("/consultations/" + round + "/comments?obligation=CWC-VII1A").want(http.StatusOK)
		next := b.NextDraft(d.StrategyID, strings.Replace(testbed.Text, "dual-use chemicals", "dual-use goods", 1))
		if body := string(official.get("/drafts/" + next.ID + "/diff?against=" + d.ID).want(http.StatusOK).body); !strings.Contains(body, `"obligations":["CWC-VII1A","NPT-I"]`) {
			t.Errorf("%s", body)
		}
		official.post("/provisions/"+on+"/obligations", m{"remove": []string{"NPT-I"}}).refused(http.StatusConflict, "links_of_older_draft")

		own := m{"state": testbed.State, "table": "code,instrument,provision,theme,kind,title,summary,lead,sectors,checked,source\nA-1,SAA,Art. 1,nuclear,procedures,T,S,M,government,verified,R\n"}
		official.post("/obligations", own).refused(http.StatusForbidden, "forbidden")
		a := w.as(b.Admin).post("/obligations", own).want(http.StatusOK)
		if !strings.Contains(string(a.body), `{"code":"A-1","change":"added","fields":[]}`) {
			t.Errorf("%s", a.body)
		}
		if v := visitor.get("/obligations/BA:A-1").want(http.StatusOK); v.value["state"] != "BA" || len(v.value["versions"].([]any)) != 1 {
			t.Errorf("%s", v.body)
		}
	})
}
