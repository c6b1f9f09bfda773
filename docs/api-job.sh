#!/bin/bash
# A whole consultation with curl, from launch to published response, on a server
# that this script starts itself and ends again: embedded SQLite in a temporary
# folder, nobody reads the mail. Wants curl and jq.
#
#   go build -o jahorina ./app && docs/api-job.sh [STRATEGY.md]
#
# JAHORINA names the binary if it is not ./jahorina, PORT a free port.
set -euo pipefail
cd "$(dirname "$0")/.."

jahorina=${JAHORINA:-./jahorina}
source=${1:-app/documents/samples/strategy_en.md}
port=${PORT:-$((20000 + RANDOM % 20000))}
base=http://127.0.0.1:$port/api/v1

work=$(mktemp -d)
server=
finish() {
  test -z "$server" || { kill "$server" && wait "$server"; } 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

export JAHORINA_DATA_DIR=$work/data JAHORINA_ADDR=127.0.0.1:$port JAHORINA_SMTP_URL='smtp://127.0.0.1:1?starttls=off'

say() { printf '\n== %s\n' "$*"; }

# until_true COMMAND...: waits for at most 30 seconds.
until_true() {
  for _ in $(seq 150); do
    if "$@" >/dev/null 2>&1; then return 0; fi
    sleep 0.2
  done
  echo "still not true: $*" >&2
  return 1
}

# call TOKEN METHOD PATH [JSON] [HEADER]: prints the body; an error ends the
# script. Its Idempotency-Key is made from the request, so that running into a
# broken connection and calling again would do nothing twice.
call() {
  local token=$1 method=$2 path=$3 body=${4:-} header=${5:-X-Nothing: to add}
  local args=(-sS --fail-with-body -X "$method" -H "$header" "$base$path")
  test -z "$token" || args+=(-H "Authorization: Bearer $token")
  test -z "$body" || args+=(-H 'Content-Type: application/json' -d "$body")
  test "$method" != POST || args+=(-H "Idempotency-Key: $(printf '%s' "$token$path$body" | cksum | tr ' ' -)")
  curl "${args[@]}"
}

# step TOKEN ACTION [more JSON]: one step of the consultation's workflow.
step() {
  call "$1" POST "/consultations/$consultation/transitions" "$(jq -n --arg action "$2" "{action: \$action} + ${3:-{\}}")" | jq -r '"\(.title): \(.state)"'
}

state_is() { test "$(call '' GET "/consultations/$consultation" | jq -r .state)" = "$1"; }

# ahead SECONDS: a time to come, in UTC.
ahead() { jq -nr --argjson s "$1" 'now + $s | todate'; }

say "Start the server; the operator makes a state, its first people and their tokens"
"$jahorina" serve >"$work/log" 2>&1 &
server=$!
until_true curl -fsS "http://127.0.0.1:$port/readyz"
"$jahorina" state create BA --name "Bosnia and Herzegovina" --locale en
# person NAME ROLE [ORGANISATION]: makes the account, prints a token.
person() {
  "$jahorina" user create --email "$1@example.org" --name "$1" --state BA --role "$2" ${3:+--organisation "$3"} >>"$work/links"
  "$jahorina" token create --email "$1@example.org"
}
admin=$(person Admin administrator)
official=$(person Official official)
second=$(person Second official)
reviewer=$(person Reviewer reviewer)

say "The administrator adds eight organisations of four sectors"
organisations=() contributors=()
for i in 0 1 2 3 4 5 6 7; do
  sectors=(government industry academia civil_society)
  sector=${sectors[$((i % 4))]}
  id=$(call "$admin" POST /organisations "{\"name\":\"Organisation $i\",\"sector\":\"$sector\",\"email\":\"office$i@example.org\",\"state\":\"BA\"}" | jq -r .id)
  organisations+=("$id")
  contributors+=("$(person "Contributor$i" contributor "$id")")
done
call "$admin" GET '/organisations?state=BA' | jq -r '.items[] | "\(.sector): \(.name)"'

say "An official uploads the strategy: sections, numbered provisions, gaps in the numbers"
strategy=$(call "$official" POST /strategies '{"state":"BA","title":"National strategy"}' | jq -r .id)
draft=$(curl -sS --fail-with-body -H "Authorization: Bearer $official" -H 'Idempotency-Key: first draft' \
  -F "title=National strategy" -F "file=@$source" "$base/strategies/$strategy/drafts")
jq -r '"version \(.version), \(.provisions | length) provisions", (.gaps[].message)' <<<"$draft"
draft_id=$(jq -r .id <<<"$draft")
provision=$(jq -r '[.provisions[] | select(.text != "")][0].id' <<<"$draft")

say "She makes a consultation, invites the eight, and submits it for clearance; a second person clears it"
consultation=$(call "$official" POST /consultations "$(jq -n --arg draft "$draft_id" --arg opens "$(ahead 3)" --arg closes "$(ahead 86400)" '{
  draft_id: $draft, title: "National strategy", summary: "What should change in it?", kind: "public", opens_at: $opens, closes_at: $closes,
  sectors: ["government", "industry", "academia", "civil_society"], quorum: 1,
  questions: [{text: "Do you support it?", kind: "single", options: ["yes", "no"], required: true}]}')" | jq -r .id)
call "$official" POST "/consultations/$consultation/invitations" "$(jq -nc '{organisation_ids: $ARGS.positional}' --args "${organisations[@]}")" | jq -c .
step "$official" submit_for_clearance
step "$second" clear

say "It opens at its hour"
until_true state_is open
question=$(call '' GET "/consultations/$consultation" | jq -r '.questions[0].id')

say "Each organisation answers and gets a receipt"
for i in 0 1 2 3 4 5 6 7; do
  answer=$(jq -n --arg p "$provision" --arg q "$question" --arg i "$i" '{confidentiality: (if $i == "7" then "confidential" else "public" end), ground: "trade_secret",
    comments: [{provision_id: $p, type: "technical", text: "Point \($i) on this provision", proposed_change: "Say it shorter"},
               {type: "general", text: "Word \($i) on the whole"}],
    answers: [{question_id: $q, value: "yes"}]}')
  submission=$(call "${contributors[$i]}" POST "/consultations/$consultation/submissions" "$answer")
  jq -r '"\(.organisation): receipt \(.receipt_number)"' <<<"$submission"
done
jq -r .receipt <<<"$submission"

say "The last one amends: the version it saw goes along as If-Match"
amended=$(jq '.comments[1].text = "A better word on the whole"' <<<"$answer")
call "${contributors[7]}" PUT "/submissions/$(jq -r .id <<<"$submission")" "$amended" "If-Match: \"$(jq -r .version <<<"$submission")\"" | jq -r '"version \(.version), \(.state)"'

say "The deadline is extended with a reason; then all have answered, and it is closed"
step "$official" extend "{reason: \"Asked for by three\", closes_at: \"$(ahead 172800)\"}"
step "$official" close '{reason: "All have answered"}'

say "Officials answer every comment, a second person agrees"
call "$official" GET "/consultations/$consultation/comments?limit=200" >"$work/comments"
jq -r '.items[] | "\(.id) \(if .provision_id then "accepted" else "noted" end)"' "$work/comments" | while read -r id outcome; do
  call "$official" PUT "/comments/$id/disposition" "{\"outcome\":\"$outcome\",\"rationale\":\"This makes it clearer\"}" >/dev/null
  call "$second" POST "/comments/$id/disposition/agreement" '{"agree":true}' | jq -r '"\(.organisation): \(.disposition.outcome), \(.disposition.state)"'
done

say "The revised draft, and what changed in it because of whom"
awk '!done && /^[0-9][0-9.]* / { $0 = $0 " It is reviewed each year."; done = 1 } { print }' "$source" >"$work/revised.md"
revised=$(jq -Rs '{title: "National strategy, revised", markdown: .}' "$work/revised.md" >"$work/draft.json" &&
  curl -sS --fail-with-body -H "Authorization: Bearer $official" -H 'Idempotency-Key: revised draft' \
    -H 'Content-Type: application/json' -d "@$work/draft.json" "$base/strategies/$strategy/drafts" | jq -r .id)
call "$official" GET "/drafts/$revised/diff?against=$draft_id" |
  jq -r '.changes[] | select(.state != "same") | "\(.new_number) \(.state), for \(.comments | length) comments: \([.text[] | select(.op == "insert") | .text] | join(" "))"'

say "The desk keeps from others what the last one asked to keep so, and withholds a name from the public"
wishes=$(call "$official" GET "/consultations/$consultation/moderation?view=wishes" | jq -c '[.items[].comment.id]')
call "$official" POST "/consultations/$consultation/restrictions" "{\"comments\": $wishes, \"grant\": true}" | jq -c .
call "$official" POST "/comments/$(jq -r '.items[0].id' "$work/comments")/redactions" \
  '{"part":"words","passage":"Point 0","reason":"personal_data","words":"It names a person."}' | jq -r '"withheld until \(.review_date)"'

say "A reviewer decides on exactly that; the response is published"
step "$official" submit_for_review
call "$reviewer" POST "/consultations/$consultation/decisions" '{"decision":"approve"}' | jq -r .state
step "$official" publish

say "Anyone reads what became of each public comment; the confidential ones are counted"
call '' GET "/consultations/$consultation/response" | jq -r '"\(.total) comments, \(.published) shown, \(.restricted) restricted",
  (.comments[:3][] | "\(.organisation), \(.provision): \(.disposition.outcome), \(.disposition.rationale)")'

say "And the record of it all"
call "$official" GET "/consultations/$consultation/record?limit=200" |
  jq -r '"\(.items | length) entries", (.items[] | select(.object == "consultation") | "\(.at) \(.actor): \(.action) \(.from) -> \(.to) \(.reason)")'
