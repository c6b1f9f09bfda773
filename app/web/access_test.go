package web

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"jahorina/workflows"
)

// The principals, a letter each: v visitor, c contributor of the invited
// organisation, x contributor of another, l whoever came by the invited
// organisation's link, r respondent, o observer, p partner, a auditor,
// O official, R reviewer, A administrator, F official of another state.
const everyone = "vcxlropaORAF"

// may says who gets in, by what the address names: a key of accessWorld.ids, "" for
// an address without one. It was written by hand from the design, not from
// policy.csv.
type may map[string]string

// reads are all pages and calls that change nothing. Whoever is not named is
// told 401, 403 or 404.
var reads = map[string]may{
	"/": {"": everyone}, "/healthz": {"": everyone}, "/readyz": {"": everyone}, "/metrics": {"": everyone}, "/static/*path": {"style": everyone},
	"/rights": {"": everyone}, "/signin": {"": everyone}, "/sign-in/:token": {"": everyone}, "/respond/:token": {"": everyone},
	"/receipts": {"": everyone}, "/receipts/:number": {"receipt": everyone}, "/receipts/:number/receipt.txt": {"receipt": everyone},
	"/receipt-key": {"": everyone}, "/consultations": {"": everyone}, "/unsubscribe/:token": {"": ""}, "/invitations/:token": {"": ""},
	"/mailbox": {"": ""}, "/mailbox/:id": {"": ""},

	"/calendar/:secret": {"": ""}, "/consultations/:id/calendar.ics": visible, "/api/v1/calendar/address": {"": "cxopaORAF"},
	"/calendar": {"": everyone}, "/api/v1/calendar": {"": everyone}, "/api/v1/home": {"": "cxopaORAF"},
	"/profile": {"": "cxopaORAF"},
	"/home":    {"": "cxopaORAF"}, "/organisations": {"": "aORAF"}, "/organisations/new": {"": "OAF"}, "/people": {"": "aA"},
	"/people/new": {"": "A"}, "/states/new": {"": "A"}, "/mail": {"": "aA"}, "/strategies": {"": "opaORAF"}, "/strategies/new": {"": "OF"},
	"/organisations/:id": {"organisation": "OA"}, "/strategies/:id": {"strategy": "opaORA", "foreign strategy": "F"}, "/strategies/:id/drafts/new": {"strategy": "O", "foreign strategy": "F"},
	"/drafts/:id": drafts, "/drafts/:id/redline": drafts, "/provisions/:id": provisions, "/api/v1/provisions/:id": provisions,
	"/provisions/:id/reading": {"provision": "O", "foreign provision": "F"},
	"/provisions/:id/confirm": {"provision": ""},

	"/drafts/:id/download/:form": drafts, "/drafts/:id/redline/download/:form": drafts, "/consultations/:id/response/download/:form": responses,
	"/api/v1/drafts/:id/download/:form": drafts, "/api/v1/drafts/:id/diff/download/:form": drafts, "/api/v1/consultations/:id/response/download/:form": responses,

	"/consultations/new": {"": "OF"}, "/consultations/:id": visible, "/consultations/:id/response": responses,
	"/consultations/:id/participation": reached, "/consultations/:id/results": counted, "/consultations/:id/figures/:file": reached,
	"/consultations/:id/ask":    {"draft": "aORA", "targeted": "", "closed": everyone, "published": everyone, "foreign": ""},
	"/consultations/:id/answer": answerPages, "/consultations/:id/answer/comment": answerPages, "/consultations/:id/answer/questions": answerPages,
	"/consultations/:id/answer/settings": answerPages, "/consultations/:id/answer/attachments": answerPages,
	"/consultations/:id/answer/submit": answerPages, "/consultations/:id/answer/withdraw": answerPages,
	"/consultations/:id/manage": runners, "/consultations/:id/edit": officials,
	"/consultations/:id/transitions": {"draft": "O", "targeted": "O", "closed": "O", "published": "aOR", "foreign": "F"}, // over: covered so
	"/consultations/:id/invitations": officials, "/consultations/:id/enter": officials, "/consultations/:id/import": officials,
	"/consultations/:id/comments":  commented,
	"/consultations/:id/reviewers": officials, "/reviews": {"": "aORF"}, "/api/v1/reviews": {"": "cxopaORAF"},
	"/api/v1/consultations/:id/review": runners, "/api/v1/consultations/:id/reviewers/candidates": officials,
	"/consultations/:id/promise": officials,

	"/drafts/:id/translations": translated, "/drafts/:id/translation": translated, "/consultations/:id/translation": officials,
	"/uploads/:id": {"upload": "O"}, "/uploads/:id/parts/:part": {"upload": "O"}, "/api/v1/uploads/:id": {"upload": "O"}, "/api/v1/strategies/:id/uploads": {"strategy": "O"}, "/api/v1/drafts/:id/source": translated,
	"/drafts/:id/source":              translated,
	"/comments/:id/translation":       {"closed public": "cO", "closed participants": "cO", "closed confidential": "cO", "targeted public": "clO", "unsent": ""},
	"/api/v1/drafts/:id/translations": drafts, "/api/v1/drafts/:id/translations/history": translated, "/api/v1/drafts/:id/translations/strays": translated,
	"/api/v1/consultations/:id/translations": visible, "/api/v1/consultations/:id/translations/history": officials,
	"/api/v1/comments/:id/translations":         {"closed public": "cxoaOR", "closed participants": "coaOR", "closed confidential": "caOR", "unsent": ""},
	"/api/v1/comments/:id/translations/history": {"closed public": "cO", "closed participants": "cO", "closed confidential": "cO", "unsent": ""},

	"/obligations": {"": everyone}, "/obligations.csv": {"": everyone}, "/obligations/:id": {"obligation": everyone}, "/obligations/own": {"": "A"},
	"/drafts/:id/obligations": drafts, "/drafts/:id/obligations/import": relinks, "/provisions/:id/obligations": {"linkable provision": "O", "foreign provision": "F"},
	"/plans": {"": everyone}, "/plans/:id": issued, "/plans/:id/plan.csv": issued, "/plans/:id/edit": changedPlans, "/plans/:id/import": changedPlans, "/plans/:id/inherit": changedPlans,
	"/plans/:id/measures/new": changedPlans, "/measures/:id": shownMeasures, "/measures/:id/edit": measured, "/milestones/:id": {"milestone": "O"},
	"/consultations/:id/outcome": responses, "/consultations/:id/outcome/download/:form": responses, "/api/v1/consultations/:id/outcome": responses,
	"/plans/:id/report": issued, "/plans/:id/report/download/:form": issued, "/api/v1/plans/:id/report": issued, "/api/v1/plans/:id/report/download/:form": issued, "/api/v1/milestones/:id": {"milestone": everyone},
	"/strategies/:id/plans/new": {"strategy": "O", "foreign strategy": "F"}, "/strategies/:id/annex": {"strategy": "OR", "foreign strategy": "F"},
	"/api/v1/plans": {"": everyone}, "/api/v1/plans/:id": issued, "/api/v1/measures/:id": shownMeasures, "/api/v1/strategies/:id/annex": {"strategy": "OR", "foreign strategy": "F"},

	"/api/v1/obligations": {"": everyone}, "/api/v1/obligations/:id": {"obligation": everyone}, "/api/v1/instruments": {"": everyone},
	"/api/v1/drafts/:id/obligations": drafts, "/api/v1/drafts/:id/obligations/unserved": drafts,

	"/coverage": {"": everyone}, "/coverage/compare": {"": everyone}, "/coverage/:id": covered, "/coverage/:id/map": covered, "/coverage/:id/statuses.csv": covered, "/coverage/:id/statuses.json": covered, "/coverage/:id/statuses.xlsx": covered,
	"/coverage/:id/import": assessors, "/coverage/:id/briefing": covered, "/api/v1/coverage/:id": covered, "/api/v1/coverage/:id/course": covered, "/api/v1/coverage/:id/statuses/:code": covered, "/api/v1/coverage-comparison": {"": everyone}, "/api/v1/drafts/:id/check": drafts,
	"/coverage/:id/briefing.pdf": {}, "/api/v1/coverage/:id/briefing/:form": {}, // as the page

	"/matrix": {"": everyone}, "/matrix/compare": {"": everyone}, "/matrix/:id": books, "/matrix/:id/cells.csv": books, "/matrix/:id/cells.json": books, "/matrix/:id/cells.xlsx": books,
	"/matrix/:id/cell": books, "/matrix/:id/import": takers, "/matrix/:id/strays": takers,
	"/reports/:id": calendars, "/reports/:id/draft": calendars, "/reports/:id/draft.csv": calendars, "/reports/:id/law": keepers, "/api/v1/reports/:id/draft": calendars, "/api/v1/reports/:id/laws": calendars,
	"/progress/:id": calendars, "/progress/:id/progress.csv": calendars, "/api/v1/progress/:id": calendars,
	"/gaps": {"": "aORAF"}, "/gaps/new": {"": "OF"}, "/gaps/:id": {"gap": "aORAF"}, "/api/v1/gaps": {"": "aORAF"}, "/api/v1/gaps/:id": {"gap": "aORAF"},
	"/duties": {"": "aORAF"}, "/duties/:id": calendars, "/duties/:id/duties.csv": calendars, "/duties/:id/duty": calendars, "/duties/:id/instrument": keepers, "/api/v1/duties/:id": calendars,
	"/duties/:id/practice": keepers, "/practices": {"": "aORAF"}, "/practices/:id": {"practice": "aORAF"}, "/own-calendars/:id": {"own calendar": "aORA"}, "/api/v1/practices": {"": "aORAF"}, "/api/v1/own-calendars/:id": {"own calendar": "aORA"},
	"/api/v1/matrices": {"": everyone}, "/api/v1/matrices/:id": books, "/api/v1/matrices/:id/cell": books, "/api/v1/matrices/:id/strays": takers, "/api/v1/matrix-comparison": {"": everyone}, "/api/v1/schemas/matrix.json": {"": everyone},

	"/consultations/:id/review": reviews, "/consultations/:id/record": records,
	"/comments/:id": {
		"closed public": "cxroaOR", "closed name_withheld": "cxroaOR", "closed participants": "croaOR", "closed confidential": "caOR",
		"published participants": "coaOR", "published confidential": "caOR", "targeted public": "cloaOR", "targeted confidential": "claOR",
		"unsent": "",
	},
	"/attachments/:id":              {"file": "claOR", "unsent file": ""},
	"/consultations/:id/moderation": runners, "/api/v1/consultations/:id/moderation": runners, "/consultations/:id/response.csv": responses,
	"/comments/:id/moderation":               {"closed public": "aOR", "closed confidential": "aOR", "targeted public": "aOR", "unsent": ""},
	"/comments/:id/flag":                     {"closed public": "cxroOR", "closed confidential": "OR", "targeted public": "cloOR", "unsent": ""},
	"/consultations/:id/restricted":          {"draft": "", "targeted": "cl", "closed": "cr", "published": "c", "foreign": ""},
	"/api/v1/consultations/:id/restrictions": {"draft": "", "targeted": "c", "closed": "c", "published": "c", "foreign": ""},

	"/works": {"": "cxopaORAF"}, "/works/:id": {"work": "OA"}, "/works/:id/file": {"work": "O"}, "/works/:id/rows.csv": {"work": "O"}, "/consultations/:id/export": runners,
	"/api/v1/works": {"": "cxopaORAF"}, "/api/v1/works/:id": {"work": "OA"}, "/api/v1/works/:id/file": {"work": "O"}, "/api/v1/works/:id/rows": {"work": "O"},

	"/consultations/:id/answer/table": answerPages, "/consultations/:id/answer/table.xlsx": answers, "/consultations/:id/answer/table.docx": answers,
	"/consultations/:id/comments.xlsx": commented, "/consultations/:id/comments.docx": commented, "/consultations/:id/response/form.xlsx": responses, "/consultations/:id/response/form.docx": responses,
	"/api/v1/consultations/:id/form.xlsx": answersByToken, "/api/v1/consultations/:id/form.docx": answersByToken,
	"/api/v1/consultations/:id/comments.xlsx": commentedByToken, "/api/v1/consultations/:id/comments.docx": commentedByToken,
	"/api/v1/consultations/:id/response/form.xlsx": responses, "/api/v1/consultations/:id/response/form.docx": responses,

	"/api/v1/openapi.json": {"": everyone}, "/api/v1/states": {"": everyone}, "/api/v1/receipt-key": {"": everyone},
	"/api/v1/receipts/:number": {"receipt": everyone}, "/api/v1/consultations": {"": everyone}, "/api/v1/me": {"": "cxopaORAF"},
	"/api/v1/organisations": {"": "aORAF"}, "/api/v1/people": {"": "aA"}, "/api/v1/messages": {"": "aA"}, "/api/v1/strategies": {"": "opaORAF"},
	"/api/v1/organisations/:id": {"organisation": "aORA"}, "/api/v1/strategies/:id": {"strategy": "opaORA", "foreign strategy": "F"},
	"/api/v1/strategies/:id/drafts": {"strategy": "opaORA", "foreign strategy": "F"}, "/api/v1/drafts/:id": drafts, "/api/v1/drafts/:id/diff": drafts,
	"/api/v1/consultations/:id": visible, "/api/v1/consultations/:id/response": responses, "/api/v1/consultations/:id/rounds": reviews,
	"/api/v1/consultations/:id/participation": reached, "/api/v1/consultations/:id/results": counted,
	"/api/v1/consultations/:id/record": records, "/api/v1/consultations/:id/invitations": runners, "/consultations/:id/mail": runners, "/api/v1/consultations/:id/mail": runners, "/api/v1/consultations/:id/submissions": runners,
	"/api/v1/consultations/:id/comments": commentedByToken,
	"/api/v1/comments/:id": {
		"closed public": "cxoaOR", "closed participants": "coaOR", "closed confidential": "caOR", "published confidential": "caOR",
		"targeted public": "coaOR", "targeted confidential": "caOR", "unsent": "",
	},
	"/api/v1/submissions/:id/notes": {"submission": "c", "unsent submission": ""}, "/api/v1/submissions/:id": {"submission": "caOR", "unsent submission": ""}, "/api/v1/attachments/:id": {"file": "caOR", "unsent file": ""},
}

var (
	issued        = may{"plan": "aORA", "issued plan": everyone}
	changedPlans  = may{"plan": "O", "issued plan": "O"}
	measured      = may{"measure": "O", "adopted measure": "O"}
	shownMeasures = may{"measure": "aORA", "adopted measure": everyone}

	covered    = may{"state": everyone, "foreign state": everyone}
	assessors  = may{"state": "O", "foreign state": "F"}
	books      = may{"state": everyone, "received matrix": "aOR"}
	calendars  = may{"state": "aORA", "foreign state": "F"}
	keepers    = may{"state": "O", "foreign state": "F"}
	takers     = may{"state": "O", "foreign state": "F", "received matrix": "O"}
	relinks    = may{"new draft": "O", "foreign draft": "F"}
	translated = may{"new draft": "O", "targeted draft": "O", "closed draft": "O", "foreign draft": "F"}
	visible    = may{"draft": "aORA", "targeted": "cloaORA", "closed": everyone, "published": everyone, "foreign": "F"}
	provisions = may{
		"targeted provision": "cloaORA", "closed provision": everyone, "published provision": everyone, "foreign provision": "F",
	}
	drafts           = may{"new draft": "aORA", "targeted draft": "cloaORA", "closed draft": everyone, "foreign draft": "F"}
	responses        = may{"draft": "aOR", "targeted": "aOR", "closed": "aOR", "published": everyone, "foreign": "F"}
	answers          = may{"draft": "", "targeted": "cl", "closed": "cxro", "published": "cxo", "foreign": ""}
	answerPages      = may{"draft": "", "targeted": "cl", "closed": "vcxro", "published": "vcxo", "foreign": ""} // over: a visitor is told so, as signing in would not help
	answersByToken   = may{"draft": "", "targeted": "c", "closed": "cxo", "published": "cxo", "foreign": ""}
	commented        = may{"draft": "aOR", "targeted": "cloaOR", "closed": "cxroaOR", "published": "cxoaOR", "foreign": "F"}
	commentedByToken = may{"draft": "aOR", "targeted": "coaOR", "closed": "cxoaOR", "published": "cxoaOR", "foreign": "F"}
	runners          = may{"draft": "aOR", "targeted": "aOR", "closed": "aOR", "published": "aOR", "foreign": "F"}
	officials        = may{"draft": "O", "targeted": "O", "closed": "O", "published": "O", "foreign": "F"}
	reviews          = may{"draft": "aOR", "targeted": "oaOR", "closed": "oaOR", "published": "oaOR", "foreign": "F"}
	reached          = may{"draft": "aOR", "targeted": "aOR", "closed": everyone, "published": everyone, "foreign": "F"}
	counted          = may{"draft": "aOR", "targeted": "aOR", "closed": "aOR", "published": everyone, "foreign": "F"}
	records          = may{"draft": "aORA", "targeted": "oaORA", "closed": "oaORA", "published": "oaORA", "foreign": "F"}
)

// writes are all forms and calls that change something. Whoever is not named is
// sent away, and nothing is stored. What everyone may send (to sign in, to ask for
// a link) is tested where it belongs.
var writes = map[string]may{
	"/signin": {"": everyone}, "/sign-in/:token": {"": everyone}, "/signout": {"": everyone}, "/respond/:token": {"": everyone},
	"/unsubscribe/:token": {"": everyone}, "/consultations/:id/ask": {"closed": everyone, "targeted": ""},
	"/calendar/address": {"": "cxopaORAF"}, "/calendar/address/removal": {"": "cxopaORAF"}, "/api/v1/calendar/address": {"": "cxopaORAF"},
	"/language": {"": everyone}, "/profile": {"": "cxopaORAF"}, "/api/v1/me": {"": "cxopaORAF"},

	"/organisations/new": {"": "OA"}, "/organisations/:id": {"organisation": "OA"}, "/people/new": {"": "A"}, "/states/new": {"": "A"}, "/assignments/:id/revoke": {"assignment": "A"},
	"/mail/:id/resend": {"message": "A"}, "/mail/resend-failed": {"": "A"}, "/strategies": {"": "O"}, "/strategies/:id/drafts/new": {"strategy": "O"},
	"/provisions/:id/reading": {"provision": "O"}, "/provisions/:id/confirm": {"provision": "O"}, "/consultations/new": {"": "O"},
	"/consultations/:id/edit": officials, "/consultations/:id/transitions": {"draft": "OR", "targeted": "O", "closed": "O", "foreign": "F"},
	"/consultations/:id/invitations": officials, "/consultations/:id/enter": officials, "/consultations/:id/import": officials,
	"/consultations/:id/together": {"closed": "OR"}, "/consultations/:id/promise": officials,
	"/comments/:id/disposition": judged, "/comments/:id/agreement": seconded, "/comments/:id/place": judged,
	"/comments/:id/replies":        {"closed public": "cO", "closed confidential": "cO", "targeted public": "clO"},
	"/consultations/:id/reviewers": officials, "/consultations/:id/reviewers/removal": officials, "/consultations/:id/reviewers/deadline": officials,
	"/consultations/:id/opinions": {"closed": "", "targeted": ""}, "/consultations/:id/recusals": {"closed": "R", "targeted": "R"},
	"/api/v1/consultations/:id/reviewers": officials, "/api/v1/consultations/:id/reviewers/removal": officials, "/api/v1/consultations/:id/reviewers/deadline": officials,
	"/api/v1/consultations/:id/opinions": {"closed": "", "targeted": ""}, "/api/v1/consultations/:id/recusals": {"closed": "R", "targeted": "R"},
	"/api/v1/consultations/:id/review/seen": runners,
	"/consultations/:id/decisions":          {"closed": "R", "targeted": "R"}, "/consultations/:id/decline": {"targeted": "cl"},
	"/consultations/:id/answer/comment": answers, "/consultations/:id/answer/comment/remove": answers, "/consultations/:id/answer/questions": answers,
	"/consultations/:id/answer/table":    answers,
	"/consultations/:id/answer/settings": answers, "/consultations/:id/answer/attachments": answers, "/consultations/:id/answer/attachments/remove": answers,
	"/consultations/:id/answer/submit": answers, "/consultations/:id/answer/withdraw": answers,
	"/consultations/:id/answer/notes": answers, "/consultations/:id/answer/sign-off": answers, "/consultations/:id/answer/sign-off/return": answers,
	"/assignments/:id/head":                    {"assignment": "A"},
	"/consultations/:id/moderation/redactions": officials, "/consultations/:id/moderation/rulings": officials, "/consultations/:id/moderation/branches": officials,
	"/comments/:id/redactions": judged, "/comments/:id/redactions/lifting": judged, "/comments/:id/redactions/review": judged,
	"/comments/:id/flags/dismissal": judged, "/comments/:id/hints/dismissal": judged, "/comments/:id/flag": {"closed public": "cxroOR", "closed confidential": "OR"},
	"/consultations/:id/restricted":        {"draft": "", "targeted": "cl", "closed": "cr", "published": "c", "foreign": ""},
	"/api/v1/consultations/:id/redactions": officials, "/api/v1/consultations/:id/restrictions": officials, "/api/v1/comments/:id/redactions": judged,
	"/api/v1/comments/:id/hints/dismissal": judged, "/api/v1/comments/:id/flags": {"closed public": "cxoOR", "closed confidential": "OR"},
	"/api/v1/comments/:id/restriction/answer": {"closed public": "c", "closed confidential": "c"},
	"/api/v1/flags/:id/dismissal":             {"": ""}, "/api/v1/masks/:id/branch": {"": ""}, "/api/v1/redactions/:id/lifting": {"": ""}, "/api/v1/redactions/:id/review": {"": ""},

	"/strategies/:id/plans/new": {"strategy": "O"}, "/strategies/:id/annex": {"strategy": "O"}, "/plans/:id/edit": changedPlans, "/plans/:id/issue": changedPlans,
	"/plans/:id/import": changedPlans, "/plans/:id/inherit": changedPlans, "/plans/:id/measures/new": changedPlans, "/measures/:id/edit": measured, "/measures/:id/transitions": measured,
	"/measures/:id/resources": measured, "/measures/:id/evidence": measured, "/measures/:id/due": measured, "/measures/:id/milestones": measured, "/milestones/:id": {"milestone": "O"},
	"/api/v1/strategies/:id/plans": {"strategy": "O"}, "/api/v1/strategies/:id/annex": {"strategy": "O"}, "/api/v1/plans/:id": changedPlans, "/api/v1/plans/:id/issue": changedPlans,
	"/api/v1/plans/:id/measures": changedPlans, "/api/v1/plans/:id/import": changedPlans, "/api/v1/plans/:id/inherit": changedPlans, "/api/v1/plans/:id/due": changedPlans,
	"/api/v1/measures/:id": measured, "/api/v1/measures/:id/transitions": measured, "/api/v1/measures/:id/resources": measured, "/api/v1/measures/:id/evidence": measured,
	"/api/v1/measures/:id/milestones": measured, "/api/v1/milestones/:id": {"milestone": "O"}, "/milestones/:id/report": {"milestone": "O"}, "/api/v1/measures/:id/resources/drop": measured, "/api/v1/milestones/:id/report": {"milestone": "O"},

	"/obligations/own": {"": "A"}, "/drafts/:id/obligations/import": relinks, "/provisions/:id/obligations": {"linkable provision": "O"},
	"/coverage/:id": assessors, "/coverage/:id/import": assessors, "/obligations/:id/status": {"obligation": "O"}, "/api/v1/coverage/:id/statuses": assessors, "/api/v1/coverage/:id/tables": assessors,
	"/reports/:id/law": keepers, "/api/v1/reports/:id/laws": keepers, "/api/v1/laws/:id": {"law": "O"}, "/progress/:id": keepers, "/progress/:id/withdrawals": keepers, "/api/v1/progress/:id": keepers, "/api/v1/progress/:id/withdrawals": keepers,
	"/gaps/new": {"": "OF"}, "/gaps/:id/side": {"gap": "O"}, "/gaps/:id/transitions": {"gap": "O"}, "/api/v1/gaps": {"": "O"}, "/api/v1/gaps/:id/side": {"gap": "O"}, "/api/v1/gaps/:id/transitions": {"gap": "O"},
	"/duties/:id/practice": keepers, "/practices/:id/copies": {"practice": "O"}, "/practices/:id/withdrawal": {"practice": "O"}, "/own-calendars/:id": {"own calendar": "O"}, "/own-calendars/:id/transitions": {"own calendar": "O"},
	"/api/v1/duties/:id/practices": keepers, "/api/v1/practices/:id/copies": {"practice": "O"}, "/api/v1/practices/:id/withdrawal": {"practice": "O"}, "/api/v1/own-calendars/:id": {"own calendar": "O"}, "/api/v1/own-calendars/:id/transitions": {"own calendar": "O"},
	"/duties/:id/instrument": keepers, "/duties/:id/returns": keepers, "/duties/:id/withdrawals": keepers, "/duties/:id/events": keepers, "/duties/:id/removals": keepers,
	"/api/v1/duties/:id/instruments": keepers, "/api/v1/duties/:id/returns": keepers, "/api/v1/duties/:id/withdrawals": keepers, "/api/v1/duties/:id/events": keepers, "/api/v1/duties/:id/removals": keepers,
	"/matrix/:id/cell": {"state": "O", "foreign state": "F"}, "/matrix/:id/import": takers, "/matrix/:id/strays": takers,
	"/api/v1/matrices/:id/cell": {"state": "O", "foreign state": "F"}, "/api/v1/matrices/:id/files": takers, "/api/v1/matrix-strays/:id/settlement": {"matrix stray": "O"},
	"/api/v1/obligations": {"": "A"}, "/api/v1/drafts/:id/obligations": relinks, "/api/v1/provisions/:id/obligations": {"linkable provision": "O"},
	"/consultations/:id/export": runners, "/works/:id/cancel": {"work": "O"}, "/works/:id/resume": {"work": "O"},
	"/api/v1/consultations/:id/exports": runners, "/api/v1/consultations/:id/imports": officials,
	"/api/v1/works/:id/cancellation": {"work": "O"}, "/api/v1/works/:id/resumption": {"work": "O"},

	"/drafts/:id/translations": translated, "/drafts/:id/translation": translated, "/consultations/:id/translation": officials, "/strays/:id": {"stray": "O"},
	"/uploads/:id": {"upload": "O"}, "/uploads/:id/parts/:part": {"upload": "O"}, "/api/v1/uploads/:id": {"upload": "O"}, "/api/v1/strategies/:id/uploads": {"strategy": "O"},
	"/comments/:id/translation":       {"closed public": "cO", "closed confidential": "cO", "targeted public": "clO"},
	"/api/v1/drafts/:id/translations": translated, "/api/v1/consultations/:id/translations": officials, "/api/v1/strays/:id/settlement": {"stray": "O"},
	"/api/v1/comments/:id/translations": {"closed public": "cO", "closed confidential": "cO", "targeted public": "cO"},

	"/api/v1/states": {"": "A"}, "/api/v1/organisations": {"": "OA"}, "/api/v1/organisations/:id": {"organisation": "OA"}, "/api/v1/people": {"": "A"}, "/api/v1/assignments/:id": {"assignment": "A"},
	"/api/v1/strategies": {"": "O"}, "/api/v1/strategies/:id/drafts": {"strategy": "O"}, "/api/v1/provisions/:id/confirmation": {"provision": "O"},
	"/api/v1/provisions/:id/readings": {"provision": "O"}, "/api/v1/consultations": {"": "O"}, "/api/v1/consultations/:id": officials,
	"/api/v1/consultations/:id/transitions": {"draft": "OR", "targeted": "O", "closed": "O", "foreign": "F"},
	"/api/v1/consultations/:id/invitations": officials, "/api/v1/consultations/:id/decline": {"targeted": "c"},
	"/api/v1/consultations/:id/comments/dispositions": {"closed": "O"}, "/api/v1/consultations/:id/comments/agreements": {"closed": "OR"},
	"/api/v1/consultations/:id/comments/assignments": {"closed": "O"}, "/api/v1/consultations/:id/response-due": officials,
	"/api/v1/consultations/:id/submissions":           {"draft": "", "targeted": "c", "closed": "cxo", "published": "cxo", "foreign": ""},
	"/api/v1/consultations/:id/submissions/table":     {"draft": "", "targeted": "c", "closed": "cxo", "published": "cxo", "foreign": ""},
	"/api/v1/consultations/:id/submissions/on-behalf": officials, "/api/v1/consultations/:id/comments/import": officials,
	"/api/v1/consultations/:id/decisions": {"closed": "R", "targeted": "R"},
	"/api/v1/submissions/:id":             {"submission": "c", "unsent submission": ""}, "/api/v1/submissions/:id/attachments": {"submission": "c", "unsent submission": ""},
	"/api/v1/submissions/:id/attachments/:attachment": {"submission": "c", "unsent submission": ""},
	"/api/v1/comments/:id/disposition":                judged, "/api/v1/comments/:id/disposition/agreement": seconded, "/api/v1/comments/:id/place": judged,
	"/api/v1/consultations/:id/own-comments": answersByToken, "/api/v1/consultations/:id/own-comments/:comment": {"targeted": ""},
	"/api/v1/submissions/:id/notes": {"submission": "c", "unsent submission": ""}, "/api/v1/submissions/:id/sign-off": {"submission": ""},
	"/api/v1/assignments/:id/head": {"assignment": "A"},
	"/api/v1/messages/:id/resend":  {"message": "A"}, "/api/v1/consultations/:id/respondents": {"closed": everyone, "targeted": ""},
	"/api/v1/comments/:id/replies": {"closed public": "cO", "closed confidential": "cO", "targeted public": "cO"},
}

var (
	judged   = may{"closed public": "O", "closed confidential": "O"}
	seconded = may{"closed public": "OR", "closed confidential": "OR"}
)

// secrets are words that stand in one thing each, by who may see them. They must
// be in no answer to anybody else, whatever was asked.
var secrets = map[string]string{
	"closed public": "cxroaOR", "closed name_withheld": "cxroaOR", "closed participants": "croaOR", "closed confidential": "caOR",
	"published participants": "coaOR", "published confidential": "caOR", "targeted public": "cloaOR", "targeted confidential": "claOR",
	"unsent": "", "file": "claOR", "unsent file": "", "foreign title": "F",
	"translation of closed public": "cxroaOR", "translation of closed participants": "croaOR", "translation of closed confidential": "caOR",
	"translation of published confidential": "caOR", "translation of a draft": "aORA", "stray part": "O",
	"title of a gap": "aORAF", "citation of a law": "aORA", "title of a measure": "aORA", "text of the annex": "OR", "title of a draft": "aORA", "text of a draft": "aORA", "rationale of a proposal": "aOR", "rationale kept": "caOR", "nameless sender": "aORA",
	"status public": everyone, "status community": "oaORF", "status inside": "aOR",
	"mark approved": everyone, "mark green": "oaORF", "mark amber": "aOR", "mark of ourselves": "aOR", "mark received": "aOR", "mark without a place": "O",
}

func secret(name string) string {
	return "zq " + name + " " + strings.ToUpper(strings.NewReplacer(" ", "", "_", "").Replace(name)) + "TAIL"
}

func tail(name string) string { return secret(name)[strings.LastIndex(secret(name), " ")+1:] }

func TestNobodySeesOrChangesWhatIsNotTheirs(t *testing.T) {
	w := newAccessWorld(t)
	before := w.digest()
	for _, route := range w.routes {
		method, path, _ := strings.Cut(route, " ")
		if method == http.MethodHead {
			continue // the same handlers
		}
		table, writing := reads, method != http.MethodGet
		if writing {
			table = writes
		}
		row, known := table[path]
		if !known {
			t.Errorf("%s has no row in the matrix", route)
			continue
		}
		for object, who := range row {
			for _, p := range strings.Split(everyone, "") {
				if strings.HasPrefix(path, "/api/") && strings.Contains("lr", p) {
					continue // a link opens pages; programs come by token
				}
				w.try(method, path, object, p, strings.Contains(who, p), writing)
			}
		}
	}
	if after := w.digest(); after != before {
		t.Errorf("something was changed by those who may not:\n%s\n%s", before, after)
	}
}

// try asks once. Those who may write do so in other tests.
func (w *accessWorld) try(method, path, object, who string, in, writing bool) {
	if writing && in {
		return
	}
	status, body := w.ask(method, path, object, who)
	refused := status == 401 || status == 403 || status == 404
	name := fmt.Sprintf("%s %s (%s) by %s", method, path, object, who)
	switch {
	case status >= 500:
		w.t.Errorf("%s: %d\n%s", name, status, body)
	case !writing && refused == in:
		w.t.Errorf("%s: %d", name, status)
	case writing && status < 400:
		w.t.Errorf("%s: %d", name, status)
	}
	for canary, readers := range secrets {
		if object == "receipt" && canary == "closed public" {
			continue // its number is the key to what is public anyway
		}
		if !strings.Contains(readers, who) && strings.Contains(body, tail(canary)) {
			w.t.Errorf("%s: gives away %q", name, canary)
		}
	}
}

// ask sends what would succeed for those who may, as far as one body can.
func (w *accessWorld) ask(method, path, object, who string) (int, string) {
	address := path
	for _, param := range []string{":id", ":number", ":attachment", ":token", "*path"} {
		value := w.ids[object]
		if value == "" {
			value = "x"
		}
		address = strings.Replace(address, param, value, 1)
	}
	address = strings.NewReplacer(":file", "sectors.csv", ":form", "csv", ":code", "NPT-I", ":part", "1").Replace(address)
	switch {
	case strings.HasSuffix(path, "/cell"):
		address += "?row=transfer&weapon=NW&dimension=legal"
	case strings.HasSuffix(path, "/draft"), strings.HasSuffix(path, "/draft.csv"):
		address += "?report=1540"
	case strings.HasSuffix(path, "/duty"), strings.HasSuffix(path, "/instrument"), strings.HasSuffix(path, "/practice"):
		address += "?code=2663-REVIEW&period=once&name=CWC+%281993%29"
	case strings.HasSuffix(path, "/translation"):
		address += "?to=fr"
	case strings.HasSuffix(path, "/history"):
		address += "?field=text&language=fr"
	case strings.HasSuffix(path, "/translations/strays"):
		address += "?language=fr"
	case strings.HasSuffix(path, "/diff"), strings.HasSuffix(path, "/diff/download/:form"):
		address += "?against=" + w.ids[object]
	case strings.HasSuffix(path, "/transitions") && method == http.MethodGet:
		address += "?action=withdraw"
	case strings.HasSuffix(path, "/comments") && method == http.MethodGet:
		address += "?q=zq"
	case (strings.HasSuffix(path, "/import") || strings.HasSuffix(path, "/imports")) && strings.HasPrefix(path, "/api/"):
		address += "?received_at=2026-03-02T10:00:00Z"
	}
	program := strings.HasPrefix(path, "/api/")
	var body, media string
	switch {
	case method == http.MethodGet:
	case program:
		body, media = w.call(path), "application/json"
		if (strings.HasSuffix(path, "/import") || strings.HasSuffix(path, "/imports") || strings.HasSuffix(path, "/table")) && !strings.Contains(path, "/plans/") {
			media = "text/csv"
		}
	default:
		body, media = w.form(who, w.ids[object]), "application/x-www-form-urlencoded"
	}
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.url+address, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Content-Type", media)
	r.Header.Set("If-Match", w.version(w.ids[object]))
	client := w.clients[who]
	if program {
		client = http.DefaultClient
		if w.tokens[who] != "" {
			r.Header.Set("Authorization", "Bearer "+w.tokens[who])
		}
	}
	resp, err := client.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	read, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return resp.StatusCode, string(read)
}

// version is the one of the row with the id, where it has one.
func (w *accessWorld) version(id string) string {
	version := int64(1)
	for _, table := range []string{"consultations", "submissions", "comments", "regional_gaps", "laws", "duty_tables"} {
		if err := w.bed.Store.DB.Table(table).Select("version").Where("id = ?", id).Scan(&version).Error; err != nil {
			w.t.Fatal(err)
		}
	}
	return fmt.Sprint(version)
}

// call is the body of a call, by the end of its address.
func (w *accessWorld) call(path string) string {
	soon, later := w.bed.Clock.Now().Add(time.Hour).Format(time.RFC3339), w.bed.Clock.Now().Add(48*time.Hour).Format(time.RFC3339)
	round := fmt.Sprintf(`{"draft_id":%q,"title":"t","summary":"s","kind":"public","opens_at":%q,"closes_at":%q}`, w.ids["new draft"], soon, later)
	answer := `"comments":[{"type":"general","text":"t"}]`
	bodies := map[string]string{
		"/me": `{"language":"en"}`, "/states": `{"code":"ZZ","name":"n"}`, "/organisations": `{"name":"n","sector":"industry","email":"n@n.example","state":"BA"}`,
		"/people":     `{"email":"p@p.example","name":"p","state":"BA","role":"official"}`,
		"/strategies": `{"state":"BA","title":"t"}`, "/drafts": `{"markdown":"# T\n\n1. One.\n"}`, "/uploads": `{"markdown":"1. One.\n"}`,
		"/plans": `{"title":"t","starts_on":"2026-07-01","ends_on":"2028-07-01"}`, "/plans/:id": `{"title":"t","starts_on":"2026-07-01","ends_on":"2028-07-01"}`, "/plans/:id/import": `{"table":"number"}`,
		"/measures": `{"number":"Z9","title":"t","kind":"procedures","due_on":"2027-01-01"}`, "/measures/:id": `{"number":"Z9","title":"t","kind":"procedures"}`,
		"/measures/:id/transitions": `{"action":"stop","reason":"r"}`, "/resources": `{"minor":1,"currency":"EUR","year":2027,"source":"state"}`, "/evidence": `{"kind":"law","text":"t"}`,
		"/milestones": `{"title":"t","owner":"x","due_on":"2027-01-01"}`, "/resources/drop": `{"place":0}`, "/milestones/:id/report": `{"status":"under_way","note":"n"}`, "/milestones/:id": `{"title":"t","owner":"x","due_on":"2027-01-01"}`, "/annex": `{"reference":"r","reason":"r","text":"t"}`,
		"/due": `{"measure_id":"x","due_on":"2027-01-01"}`, "/inherit": `{"measures":[]}`,
		"/obligations": `{"state":"BA","table":"code"}`, "/drafts/:id/obligations": `{"table":"provision,obligation\n1,NPT-I\n"}`, "/provisions/:id/obligations": `{"add":["NPT-I"]}`,
		"/coverage/:id/statuses": `{"status":"drafted","audience":"state","obligations":[{"code":"BWC-II"}]}`, "/coverage/:id/tables": `{"table":"code,status,evidence,figure,as_of,audience\nBWC-II,drafted,,,,state\n"}`,
		"/reports/:id/laws": `{"kind":"law","citation":"c","obligations":[]}`, "/laws/:id": `{"kind":"law","citation":"c","obligations":[]}`, "/progress/:id": `{"subject":"s","as_of":"2003-01-01","have":1,"out_of":2,"whole":"w","source":"s"}`, "/progress/:id/withdrawals": `{"figure":"x"}`,
		"/gaps": `{"state":"BA","obligation":"CWC-VI2","title":"t","positions":{"BA":"x","HR":"y"}}`, "/gaps/:id/side": `{"state":"BA"}`, "/gaps/:id/transitions": `{"state":"BA","action":"agree_step","step":"s","step_on":"2026-09-01"}`,
		"/duties/:id/instruments": `{"instrument":"CWC (1993)","source":"s"}`, "/duties/:id/returns": `{"code":"2663-REVIEW","period":"once","done_on":"2026-03-01","reference":"r"}`, "/duties/:id/withdrawals": `{"return":"x","reason":"r"}`,
		"/duties/:id/practices": `{"instrument":"CWC (1993)","features":"f"}`, "/practices/:id/copies": `{"state":"BA","theme":"biological","title":"t"}`, "/practices/:id/withdrawal": `{}`,
		"/own-calendars/:id": `{"table":"code"}`, "/own-calendars/:id/transitions": `{"action":"drop","version":1}`,
		"/duties/:id/events": `{"code":"CWC-CLARIFY","on_day":"2026-03-01","note":"n"}`, "/duties/:id/removals": `{"event":"x"}`,
		"/matrices/:id/cell": `{"layer":"national_proposal","mark":"X"}`, "/matrices/:id/files": fmt.Sprintf(`{"table":%q}`, matrixTable), "/matrix-strays/:id/settlement": `{"as":"transfer"}`,
		"/translations": `{"language":"fr","markdown":"x","texts":[{"field":"text","text":"t"}]}`, "/settlement": `{}`,
		"/readings":      `{"printed":"covers","suggested":"cover","author":"a","certainty":"likely"}`,
		"/consultations": round, "/consultations/:id": round, "/transitions": `{"action":"withdraw","reason":"r"}`,
		"/invitations": `{"sectors":["academia"]}`, "/submissions": "{" + answer + "}", "/submissions/:id": "{" + answer + "}",
		"/on-behalf": `{"name":"n","sector":"academia","received_at":"2026-03-02T10:00:00Z",` + answer + "}", "/decisions": `{"decision":"approve"}`,
		"/disposition": `{"outcome":"noted","rationale":"r"}`, "/agreement": `{"agree":true}`, "/place": fmt.Sprintf(`{"provision_id":%q}`, w.ids["provision"]),
		"/comments/dispositions": fmt.Sprintf(`{"comment_ids":[%q],"outcome":"noted","rationale":"r"}`, w.ids["closed public"]),
		"/comments/agreements":   fmt.Sprintf(`{"comment_ids":[%q]}`, w.ids["closed public"]), "/comments/assignments": fmt.Sprintf(`{"comment_ids":[%q]}`, w.ids["closed public"]),
		"/response-due": fmt.Sprintf(`{"response_due_at":%q,"reason":"r"}`, w.bed.Clock.Now().AddDate(0, 6, 0).Format(time.RFC3339)),
		"/flags":        `{"reason":"spam"}`, "/redactions": `{"part":"comment","reason":"spam","words":"w"}`, "/restriction/answer": `{"answer":"take_back"}`,
		"/hints/dismissal": `{}`, "/restrictions": `{"grant":true,"comments":["x"]}`, "/branch": `{"accept":true,"branch":"b"}`, "/dismissal": `{"reason":"r"}`,
		"/table":   "clause,type,comments\n,ge,Text\n",
		"/exports": `{"format":"csv"}`, "/imports": "organisation,sector,paragraph,type,comment\nOne,industry,1.1,ge,Text\n",
		"/lifting": `{"reason":"r"}`, "/redactions/:id/review": `{"reason":"r"}`,
		"/replies": `{"text":"t"}`, "/respondents": `{"email":"n@n.example","name":"n","sector":"industry"}`, "/import": "organisation,sector,paragraph,type,comment\nOne,industry,1.1,ge,Text\n",
	}
	best := ""
	for end := range bodies {
		if strings.HasSuffix(path, end) && len(end) > len(best) {
			best = end
		}
	}
	return bodies[best]
}

// form holds whatever any form asks for, and what it must send back.
func (w *accessWorld) form(who, id string) string {
	soon := w.bed.Clock.Now().Add(48 * time.Hour)
	return url.Values{
		"csrf_token": {w.ids["csrf "+who]}, "request_id": {workflows.NewID()}, "title": {"t"}, "name": {"n"}, "sector": {"industry"}, "email": {"n@n.example"},
		"state": {"BA"}, "states": {"BA", "HR"}, "obligation": {"CWC-VI2"}, "step": {"s"}, "code": {"ZZ"}, "role": {"official"}, "action": {"withdraw"}, "reason": {"r"}, "decision": {"approve"}, "markdown": {"# T\n\n1. One.\n"},
		"outcome": {"noted"}, "rationale": {"r"}, "agree": {"true"}, "reply": {"t"}, "provision_id": {w.ids["provision"]}, "text": {"t"}, "type": {"general"},
		"confidentiality": {"public"}, "language": {"en"}, "confirm": {"yes"}, "version": {w.version(id)}, "sectors": {"academia"}, "kind": {"public"}, "summary": {"s"},
		"draft_id": {w.ids["new draft"]}, "closes_at.day": {fmt.Sprint(soon.Day())}, "printed": {"covers"}, "suggested": {"cover"}, "author": {"a"}, "certainty": {"likely"},
		"texts[0].text": {"t"}, "texts[0].object": {"comment"}, "texts[0].id": {id}, "texts[0].field": {"text"}, "comment": {w.ids["closed public"]}, "act": {"agree"}, "layer": {"national_proposal"}, "mark": {"X"}, "table": {matrixTable}, "stray": {w.ids["matrix stray"]}, "response_due_at": {w.bed.Clock.Now().AddDate(0, 6, 0).Format("2006-01-02T15:04")},
	}.Encode()
}

// digest is how many rows there are of what people make, and how often they were
// changed.
func (w *accessWorld) digest() string {
	var out strings.Builder
	for _, table := range []string{"audit_entries", "states", "organisations", "people", "assignments", "strategies", "drafts", "uploads", "readings", "provision_obligations", "obligations", "plans", "measures", "plan_measures", "milestones", "annex_entries", "matrix_entries", "matrix_files", "obligation_statuses", "duty_bonds", "duty_returns", "duty_events", "laws", "progress_figures", "regional_gaps", "duty_practices", "duty_tables", "regional_gap_sides", "translations", "translation_strays", "invitations", "attachments", "replies", "decisions", "works"} {
		fmt.Fprintf(&out, "%s %d; ", table, w.bed.Count(table, "1 = 1"))
	}
	for _, table := range []string{"consultations", "submissions", "comments"} {
		var n int64
		if err := w.bed.Store.DB.Table(table).Select("COALESCE(SUM(version), 0) + 1000 * COUNT(*)").Scan(&n).Error; err != nil {
			w.t.Fatal(err)
		}
		fmt.Fprintf(&out, "%s %d; ", table, n)
	}
	return out.String()
}

// Another way to write an address opens nothing that the plain one keeps shut.
func TestOddAddressesOpenNothing(t *testing.T) {
	w := newAccessWorld(t)
	for path, row := range reads {
		for object := range row {
			plain := strings.NewReplacer(":id", w.ids[object], ":number", w.ids[object], ":token", "x", ":file", "sectors.csv", ":form", "csv", ":part", "1", "*path", w.ids[object]).Replace(path)
			for _, odd := range []string{
				"/" + plain, plain + "/", "/." + plain, "/x/.." + plain, "/%2e%2e" + plain, strings.ToUpper(plain), plain + "%2f", plain + ";x=1",
				plain + "%00", plain + "?_method=DELETE", "/static/.." + plain, "/static/%2e%2e" + plain, "/api/v1/.." + plain,
			} {
				status, body := w.visit(odd)
				if status >= 500 {
					t.Errorf("%s: %d", odd, status)
				}
				for canary, readers := range secrets {
					if object != "receipt" && !strings.Contains(readers, "v") && strings.Contains(body, tail(canary)) {
						t.Errorf("%s gives away %q", odd, canary)
					}
				}
			}
		}
	}
}

// visit asks as a visitor who claims to be somebody else, at another host.
func (w *accessWorld) visit(address string) (int, string) {
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, w.url+address, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, h := range []string{"X-Forwarded-For", "X-Real-IP", "X-Forwarded-Host", "X-Original-URL", "X-Rewrite-URL"} {
		r.Header.Set(h, "127.0.0.1")
	}
	r.Header.Set("X-HTTP-Method-Override", "DELETE")
	r.Host = "evil.example"
	resp, err := w.clients["v"].Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	if text := string(body) + resp.Header.Get("Location"); strings.Contains(text, "evil.example") {
		w.t.Errorf("%s repeats the host it was asked as", address)
	}
	return resp.StatusCode, string(body)
}
