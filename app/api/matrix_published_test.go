package api_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"jahorina/workflows"
	"jahorina/workflows/matrix"
)

// Each column has its rule in the schema, which anyone may read.
func TestMatrixSchemaIsPublished(t *testing.T) {
	w := newWorld(t, sqlite(t))
	var got struct {
		Schema string `json:"$schema"`
		Ref    string `json:"$ref"`
		Defs   map[string]struct {
			Required   []string                  `json:"required"`
			Properties map[string]map[string]any `json:"properties"`
		} `json:"$defs"`
	}
	body := w.as(workflows.Actor{}).get("/schemas/matrix.json").want(http.StatusOK).body
	if err := json.Unmarshal(body, &got); err != nil || got.Ref != "#/$defs/Document" || !strings.Contains(got.Schema, "2020-12") {
		t.Fatalf("%v: %s", err, body)
	}
	line := got.Defs["Line"]
	columns := slices.Sorted(slices.Values(matrix.Columns))
	if !slices.Equal(slices.Sorted(maps.Keys(line.Properties)), columns) || !slices.Equal(slices.Sorted(slices.Values(line.Required)), columns) {
		t.Errorf("%s", body)
	}
	if len(line.Properties["mark"]["enum"].([]any)) != len(matrix.Marks) {
		t.Errorf("%v", line.Properties["mark"])
	}
}
