package api

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"jahorina/workflows"
	"jahorina/workflows/matrix"
)

// MatrixSchemaPath is where the JSON Schema of a matrix stands, below the API.
const MatrixSchemaPath = "/schemas/matrix.json"

// matrixForm is the JSON Schema of matrix.Document.
type matrixForm struct {
	registry huma.Registry
	root     *huma.Schema
}

func newMatrixForm() matrixForm {
	r := huma.NewMapRegistry("#/$defs/", huma.DefaultSchemaNamer)
	return matrixForm{r, r.Schema(reflect.TypeFor[matrix.Document](), true, "")}
}

// heldForm is what files are held to before they are read: names, what must be
// there, and types. What values may be, reading tells in better words.
var heldForm = sync.OnceValue(newMatrixForm)

// matrixRules are what a column of a cell may hold.
var matrixRules = map[string]func(*huma.Schema){
	"matrix_version": pattern(`^[0-9]{4}$`),
	"state":          pattern(`^[A-Z0-9]{2,8}$`),
	"layer":          oneOf(matrix.Layers),
	"weapon":         oneOf(matrix.Weapons),
	"dimension":      oneOf(matrix.Dimensions),
	"mark":           oneOf(matrix.Marks),
	"marking":        oneOf(matrix.Markings),
	"as_of":          pattern(`^([0-9]{4}-[0-9]{2}-[0-9]{2})?$`),
	"approved_on":    pattern(`^([0-9]{4}-[0-9]{2}-[0-9]{2})?$`),
	"block":          length(1, matrix.MaxWord),
	"row_key":        length(1, matrix.MaxWord),
	"reference":      length(0, matrix.MaxText),
	"reference_type": length(0, matrix.MaxText),
	"remark":         length(0, matrix.MaxText),
	// Several codes stand in one text.
	"obligation_code": length(0, matrix.MaxText),
}

func pattern(p string) func(*huma.Schema) { return func(s *huma.Schema) { s.Pattern = p } }

func length(least, most int) func(*huma.Schema) {
	return func(s *huma.Schema) { s.MinLength, s.MaxLength = &least, &most }
}

func oneOf(words []string) func(*huma.Schema) {
	return func(s *huma.Schema) {
		for _, w := range words {
			s.Enum = append(s.Enum, w)
		}
	}
}

// fullForm says as well what values may be, for those who write files.
var fullForm = sync.OnceValue(func() matrixForm {
	f := newMatrixForm()
	cells := f.registry.SchemaFromRef(f.root.Ref).Properties["cells"]
	least, most := 1, matrix.MaxRows
	cells.MinItems, cells.MaxItems = &least, &most
	cells.PrecomputeMessages()
	line := f.registry.SchemaFromRef(cells.Items.Ref)
	for name, rule := range matrixRules {
		rule(line.Properties[name])
		line.Properties[name].PrecomputeMessages()
	}
	return f
})

// MatrixSchemaView is a JSON Schema.
type MatrixSchemaView map[string]any

func matrixSchema(*workflows.Tx, *struct{}) (MatrixSchemaView, error) {
	f := fullForm()
	return MatrixSchemaView{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "1540 matrix", "$ref": f.root.Ref, "$defs": f.registry.Map(),
	}, nil
}

// maxSchemaFaults are told at once.
const maxSchemaFaults = 100

// ParseMatrix is matrix.Parse of a file that has, if it is JSON, the form of its
// schema. What has not is about fields as "line 7, mark".
func ParseMatrix(source []byte) ([]matrix.Line, error) {
	if text := matrix.JSONOf(source); text != nil && len(text) <= matrix.MaxBytes {
		var raw any
		if err := json.Unmarshal(text, &raw); err != nil {
			return nil, workflows.InvalidField("file", "matrix_json")
		}
		if err := heldForm().faults(raw); err != nil {
			return nil, err
		}
	}
	return matrix.Parse(source)
}

func (f matrixForm) faults(raw any) error {
	var found huma.ValidateResult
	huma.Validate(f.registry, f.root, huma.NewPathBuffer(nil, 0), huma.ModeWriteToServer, raw, &found)
	var p workflows.Problems
	for _, err := range found.Errors[:min(len(found.Errors), maxSchemaFaults)] {
		if d, ok := err.(huma.ErrorDetailer); ok {
			addSchemaFault(&p, d.ErrorDetail())
		}
	}
	return p.Err()
}

var missingBefore, missingAfter, _ = strings.Cut(validation.MsgExpectedRequiredProperty, "%s")

// addSchemaFault names the cell by its place in the list, as reading does, and the
// column.
func addSchemaFault(p *workflows.Problems, d *huma.ErrorDetail) {
	var index int
	place, column, _ := strings.Cut(d.Location, ".")
	if n, err := fmt.Sscanf(place, "cells[%d]", &index); n != 1 || err != nil {
		p.Add("file", "matrix_json")
		return
	}
	key, _ := keyOfMessage(d.Message)
	if name, is := strings.CutPrefix(d.Message, missingBefore); is {
		column, key = strings.TrimSuffix(name, missingAfter), "required"
	}
	at := fmt.Sprintf("line %d", index+1)
	if column != "" {
		at += ", " + column
	}
	p.Add(at, key)
}
