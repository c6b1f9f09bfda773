package store_test

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"gorm.io/gorm/schema"

	"jahorina/app/apptest/testbed"
	"jahorina/app/store"
	"jahorina/workflows"
	"jahorina/workflows/agenda"
	"jahorina/workflows/consultation"
	"jahorina/workflows/coverage"
	"jahorina/workflows/duty"
	"jahorina/workflows/gap"
	"jahorina/workflows/implementation"
	"jahorina/workflows/matrix"
	"jahorina/workflows/moderation"
	"jahorina/workflows/plan"
	"jahorina/workflows/progress"
	"jahorina/workflows/report"
	"jahorina/workflows/review"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
	"jahorina/workflows/translation"
	"jahorina/workflows/work"
)

// rows are the structs whose rows the workflows read and write.
var rows = []any{
	stakeholder.State{},
	stakeholder.Organisation{},
	stakeholder.Person{},
	stakeholder.Assignment{},
	strategy.Strategy{},
	strategy.Draft{},
	strategy.Provision{},
	strategy.StoredReading{},
	strategy.Upload{},
	consultation.Consultation{},
	consultation.Question{},
	consultation.Extension{},
	consultation.Reminder{},
	consultation.ResponseReminder{},
	consultation.Invitation{},
	consultation.Respondent{},
	submission.Submission{},
	submission.Received{},
	submission.Comment{},
	submission.Answer{},
	submission.Attachment{},
	submission.Reply{},
	submission.Note{},
	submission.SignOff{},
	submission.Mask{},
	submission.Redaction{},
	submission.Restriction{},
	moderation.Flag{},
	review.Round{},
	review.Decision{},
	review.Assignment{},
	review.Opinion{},
	review.Reminder{},
	translation.Translation{},
	translation.Stray{},
	agenda.Feed{},
	coverage.Obligation{},
	coverage.Version{},
	coverage.Link{},
	implementation.Status{},
	work.Work{},
	work.Piece{},
	work.Note{},
	plan.Plan{},
	plan.Measure{},
	plan.Member{},
	plan.Move{},
	plan.Serves{},
	plan.Rests{},
	plan.Annex{},
	plan.Milestone{},
	plan.Needs{},
	matrix.File{},
	matrix.Entry{},
	matrix.Stray{},
	duty.Bond{},
	duty.Event{},
	duty.Return{},
	duty.Practice{},
	duty.Own{},
	duty.Reminder{},
	gap.Gap{},
	gap.Side{},
	report.Law{},
	progress.Figure{},
	workflows.Entry{},
	workflows.Message{},
}

// private tables belong to structs that only their own package can name; its
// tests read and write them.
var private = []string{"responses", "response_editions", "idempotency_keys", "sessions", "tokens", "sign_in_links", "unsubscribes"}

// Struct and table agree in both databases: every field has its column, every
// column its field, and what may be NULL is a pointer.
func TestColumnsAgreeWithFields(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		tables := map[string]bool{}
		for _, row := range rows {
			s, err := schema.Parse(row, &sync.Map{}, b.Store.DB.NamingStrategy)
			if err != nil {
				t.Fatal(err)
			}
			tables[s.Table] = true
			nullable := columnsOf(t, b.Store, s.Table)
			for _, f := range s.Fields {
				if f.DBName == "" {
					continue
				}
				null, ok := nullable[f.DBName]
				if !ok {
					t.Errorf("%s.%s: no column %s", s.Table, f.Name, f.DBName)
				} else if pointer := f.FieldType.Kind().String() == "ptr"; null && !f.PrimaryKey && !pointer {
					t.Errorf("%s.%s may be NULL, but the field cannot hold that", s.Table, f.DBName)
				} else if !null && pointer {
					t.Errorf("%s.%s is NOT NULL, but the field may be nil", s.Table, f.DBName)
				}
				delete(nullable, f.DBName)
			}
			for _, c := range slices.Sorted(maps.Keys(nullable)) {
				t.Errorf("%s.%s: no field", s.Table, c)
			}
		}
		for _, name := range tablesOf(t, b.Store) {
			if !tables[name] && !slices.Contains(private, name) {
				t.Errorf("table %s: no struct in this test", name)
			}
		}
	})
}

// tablesOf lists our own tables.
func tablesOf(t *testing.T, s *store.Store) []string {
	t.Helper()
	all, err := s.DB.Migrator().GetTables()
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(all)
	return slices.DeleteFunc(all, func(name string) bool {
		return strings.HasPrefix(name, "river_") || strings.HasPrefix(name, "goose_") || strings.HasPrefix(name, "sqlite_")
	})
}

// columnsOf says of each column of the table whether it may be NULL. It asks
// the database itself: GORM's own reading of SQLite's schema stumbles over
// comments.
func columnsOf(t *testing.T, s *store.Store, table string) map[string]bool {
	t.Helper()
	query := `SELECT name, "notnull" = 0 AS optional FROM pragma_table_info(?)`
	if s.Dialect() == "postgres" {
		query = "SELECT column_name AS name, is_nullable = 'YES' AS optional FROM information_schema.columns WHERE table_schema = 'public' AND table_name = ?"
	}
	var columns []struct {
		Name     string
		Optional bool
	}
	if err := s.DB.Raw(query, table).Scan(&columns).Error; err != nil {
		t.Fatalf("columns of %s: %v", table, err)
	}
	out := map[string]bool{}
	for _, c := range columns {
		out[c.Name] = c.Optional
	}
	return out
}
