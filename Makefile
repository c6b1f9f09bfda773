# Everything runs with Go alone; `make assets` also wants npm, and the tests use
# PostgreSQL, Chromium and npm where they are installed.

TOOL     := go tool -modfile=tools.mod
SOURCES   = $(shell find . -name '*.go' -not -path '*/node_modules/*')
VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
FUZZTIME ?= 20s
CHECKS   := app/apptest/testdata/checks

# Where goroutines of ours meet. The rest of the code shares nothing.
RACE := ./workflows ./workflows/consultation ./workflows/work ./policies/... ./app/mail/... ./app/notify/... ./app/identity/...

.PHONY: build test lint race fuzz bench demo assets assets-check checks

build:
	CGO_ENABLED=0 go build -trimpath -tags timetzdata -ldflags "-s -w -X main.version=$(VERSION)" -o jahorina ./app

# The last lines say which tests were left out, for want of what, and how to
# get it. See app/apptest.
test: lint checks
	@notes=$$(mktemp); \
	APPTEST_LEFT_OUT=$$notes go test -timeout 15m ./...; result=$$?; \
	if test -s $$notes; then \
		echo; echo 'Left out:'; \
		sed 's/: left out .*//' $$notes | sort | uniq -c | while read -r count what; do echo "  $$count tests, as $$what"; done; \
	fi; \
	rm -f $$notes; exit $$result

# The checkers of pages, for the tests; they are no part of the program.
checks: $(CHECKS)/node_modules/.package-lock.json

$(CHECKS)/node_modules/.package-lock.json: $(CHECKS)/package-lock.json
	@if command -v npm >/dev/null; then cd $(CHECKS) && npm ci --ignore-scripts --no-audit --no-fund; fi

lint:
	@unformatted=$$($(TOOL) gofumpt -l $(SOURCES)) && test -z "$$unformatted" || \
		{ echo "run $(TOOL) gofumpt -w on:"; echo "$$unformatted"; exit 1; }
	go vet ./...
	$(TOOL) staticcheck ./...

# Wants cgo and a C compiler.
race:
	go test -race -timeout 15m $(RACE)

# Each fuzz target for a short while; what it finds lands in its testdata.
fuzz:
	@set -e; for package in $$(go list ./...); do \
		for target in $$(go test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$package; \
		done; \
	done

bench:
	go test -run '^$$' -bench . -benchmem ./...

demo:
	go run ./app demo

# The built style sheet and script are committed, so that building the program
# needs no npm.
assets:
	cd templates/assets && npm ci --no-audit --no-fund && npm run build

assets-check: assets
	@changed=$$(git status --porcelain -- templates/static) && test -z "$$changed" || \
		{ echo "templates/static is not what templates/assets builds:"; echo "$$changed"; exit 1; }
