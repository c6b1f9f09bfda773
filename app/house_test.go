package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// pkg is what `go list -json` says of a package.
type pkg struct {
	ImportPath  string
	Dir         string
	GoFiles     []string
	Imports     []string
	TestImports []string
}

func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Dir,GoFiles,Imports,TestImports", "jahorina/...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// storeys are the packages from the ground up: each may stand on those before
// it, never on one after. What is not named here is an error.
var storeys = []string{
	"jahorina/policies", "jahorina/migrations", "jahorina/templates",
	"jahorina/workflows",
	"jahorina/workflows/table", "jahorina/workflows/stakeholder", "jahorina/workflows/strategy", "jahorina/workflows/consultation",
	"jahorina/workflows/coverage/register", "jahorina/workflows/coverage", "jahorina/workflows/plan", "jahorina/workflows/submission", "jahorina/workflows/review", "jahorina/workflows/moderation",
	"jahorina/workflows/disclosure", "jahorina/workflows/participation", "jahorina/workflows/work", "jahorina/workflows/translation",
	"jahorina/workflows/matrix", "jahorina/workflows/implementation",
	"jahorina/workflows/duty", "jahorina/workflows/gap", "jahorina/workflows/report", "jahorina/workflows/progress", "jahorina/workflows/agenda",
	"jahorina/app/config", "jahorina/app/store", "jahorina/app/archive", "jahorina/app/workbook", "jahorina/app/documents", "jahorina/app/documents/samples", "jahorina/app/documents/word", "jahorina/app/exports", "jahorina/app/forms", "jahorina/app/printing", "jahorina/app/pictures", "jahorina/app/calendar",
	"jahorina/app/mail", "jahorina/app/mail/mailbox", "jahorina/app/identity", "jahorina/app/notify", "jahorina/app/works",
	"jahorina/app/apptest", "jahorina/app/apptest/testbed",
	"jahorina/app/demo", "jahorina/app/api", "jahorina/app/web", "jahorina/app", "jahorina/bench",
}

// leaves stand on nothing of ours.
var leaves = []string{"jahorina/policies", "jahorina/workflows/disclosure", "jahorina/app/pictures", "jahorina/migrations", "jahorina/templates", "jahorina/app/apptest"}

func TestImportsPointDown(t *testing.T) {
	for _, p := range packages(t) {
		floor := slices.Index(storeys, p.ImportPath)
		if floor < 0 {
			t.Errorf("%s has no place in the house: add it to storeys", p.ImportPath)
			continue
		}
		for _, i := range p.Imports {
			if !strings.HasPrefix(i, "jahorina/") {
				continue
			}
			if slices.Index(storeys, i) >= floor || slices.Contains(leaves, p.ImportPath) {
				t.Errorf("%s must not import %s", p.ImportPath, i)
			}
			if strings.HasPrefix(i, "jahorina/app") && !strings.HasPrefix(p.ImportPath, "jahorina/app") && p.ImportPath != "jahorina/bench" {
				t.Errorf("%s must not know the app (%s)", p.ImportPath, i)
			}
			if strings.HasPrefix(i, "jahorina/app/apptest") && !strings.HasPrefix(p.ImportPath, "jahorina/app/apptest") {
				t.Errorf("%s imports %s outside its tests", p.ImportPath, i)
			}
		}
	}
}

// owners are the only packages that may know an outside part.
var owners = map[string][]string{
	"github.com/gin-gonic/gin":      {"jahorina/app/web", "jahorina/app/api"},
	"github.com/danielgtaylor/huma": {"jahorina/app/api"},
	"github.com/casbin/casbin":      {"jahorina/policies"},
	"github.com/riverqueue/river":   {"jahorina/app/store", "jahorina/app/notify", "jahorina/app/works", "jahorina/app"},
	"github.com/go-mail/mail":       {"jahorina/app/mail"},
	"net/smtp":                      {"jahorina/app/mail"},
	"github.com/emersion/go-smtp":   {"jahorina/app/mail/mailbox"},
	"github.com/pressly/goose":      {"jahorina/app/store"},
	"github.com/jackc/pgx":          {"jahorina/app/store", "jahorina/app/apptest"},
	"github.com/glebarez":           {"jahorina/app/store"},
	"gorm.io/driver":                {"jahorina/app/store"},
	"github.com/alexedwards/scs":    {"jahorina/app/identity"},
	"github.com/spf13/cobra":        {"jahorina/app"},
	"html/template":                 {"jahorina/templates", "jahorina/app/pictures"},
	"github.com/arran4/golang-ical": {"jahorina/app/calendar"},
	"github.com/nicksnyder/go-i18n": {"jahorina/templates"},
	"github.com/chromedp":           {"jahorina/app/apptest"},
	"github.com/klippa-app":         {"jahorina/app/documents"},
	"github.com/tetratelabs/wazero": {"jahorina/app/documents"},
	"github.com/prometheus":         {"jahorina/app"},
	"golang.org/x/mod/sumdb/note":   {"jahorina/workflows"},
	"github.com/google/uuid":        {"jahorina/workflows"},
	"github.com/xuri/excelize":      {"jahorina/app/workbook"},
}

func TestEachPartHasItsOwner(t *testing.T) {
	for _, p := range packages(t) {
		for _, i := range p.Imports {
			for part, who := range owners {
				if (i == part || strings.HasPrefix(i, part+"/")) && !slices.Contains(who, p.ImportPath) {
					t.Errorf("%s imports %s, which only %v may", p.ImportPath, i, who)
				}
			}
		}
	}
}

// banned are habits these libraries punish, with the places that are excused.
var banned = []struct {
	what, why string
	pattern   *regexp.Regexp
	excused   []string
}{
	{"GORM's Save", "it overwrites what another has changed", regexp.MustCompile(`\.Save\(&`), nil},
	{"AutoMigrate", "the schema is in migrations", regexp.MustCompile(`AutoMigrate`), nil},
	{"time.Now in workflows", "time comes from the engine's clock", regexp.MustCompile(`time\.Now\(\)`), []string{"app"}},
	{"init()", "nothing happens before main", regexp.MustCompile(`(?m)^func init\(\)`), nil},
}

func TestBannedHabits(t *testing.T) {
	for _, p := range packages(t) {
		for _, f := range p.GoFiles {
			source, err := os.ReadFile(filepath.Join(p.Dir, f))
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range banned {
				excused := slices.ContainsFunc(b.excused, func(e string) bool { return strings.HasPrefix(p.ImportPath, "jahorina/"+e) })
				if !excused && b.pattern.Match(source) {
					t.Errorf("%s/%s uses %s: %s", p.ImportPath, f, b.what, b.why)
				}
			}
		}
	}
}
