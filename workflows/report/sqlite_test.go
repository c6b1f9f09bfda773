package report_test

import (
	"testing"

	"jahorina/app/apptest"
	"jahorina/app/apptest/testbed"
)

// sqlite is the address of a new database with its schema.
func sqlite(t testing.TB) string {
	t.Helper()
	url := apptest.SQLite(t)
	if err := testbed.Migrate(url); err != nil {
		t.Fatal(err)
	}
	return url
}
