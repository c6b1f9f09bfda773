package api

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/review"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/submission"
)

// words are the values that properties can have, by schema and property.
var words = map[string][]string{
	"OrganisationIn.sector":          stakeholder.Sectors,
	"PersonIn.role":                  stakeholder.Roles,
	"ConsultationIn.kind":            consultation.Kinds,
	"ConsultationIn.sectors":         stakeholder.Sectors,
	"QuestionIn.kind":                consultation.QuestionKinds,
	"InvitationsIn.sectors":          stakeholder.Sectors,
	"SubmissionIn.confidentiality":   submission.Confidentialities,
	"SubmissionIn.position":          submission.Positions[1:],
	"OnBehalfIn.confidentiality":     submission.Confidentialities,
	"OnBehalfIn.position":            submission.Positions[1:],
	"OnBehalfIn.sector":              stakeholder.Sectors,
	"CommentIn.type":                 submission.CommentTypes,
	"CommentIn.confidentiality":      submission.Confidentialities,
	"DispositionIn.outcome":          submission.Outcomes,
	"DecisionIn.decision":            review.Decisions,
	"ConsultationView.kind":          consultation.Kinds,
	"CommentView.type":               submission.CommentTypes,
	"SubmissionView.confidentiality": submission.Confidentialities,
}

// document writes the OpenAPI document, and then takes out of the schemas what
// the workflows check themselves: what is required and which words are known.
// Requests are checked against the rest (types, unknown names), so that one
// answer names everything that is wrong with the values.
func (s *server) document() ([]byte, error) {
	schemas := s.registry.Map()
	delete(schemas, "ErrorModel") // huma's own form of an error, which nobody gets
	delete(schemas, "ErrorDetail")
	for name, values := range words {
		if err := nameWords(schemas, name, values); err != nil {
			return nil, err
		}
	}
	document, err := json.MarshalIndent(s.api.OpenAPI(), "", " ")
	if err != nil {
		return nil, err
	}
	for _, schema := range schemas {
		relax(schema)
	}
	return document, nil
}

func nameWords(schemas map[string]*huma.Schema, name string, values []string) error {
	schema, property, _ := strings.Cut(name, ".")
	p := schemas[schema]
	if p != nil {
		p = p.Properties[property]
	}
	if p != nil && p.Type == huma.TypeArray {
		p = p.Items
	}
	if p == nil {
		return fmt.Errorf("there is no property %s", name)
	}
	for _, v := range values {
		p.Enum = append(p.Enum, v)
	}
	return nil
}

func relax(s *huma.Schema) {
	s.Required, s.Enum = nil, nil
	for _, p := range s.Properties {
		relax(p)
	}
	if s.Items != nil {
		relax(s.Items)
	}
	s.PrecomputeMessages()
}

func (s *server) schemaOf(v any) *huma.Schema { return s.registry.Schema(reflect.TypeOf(v), true, "") }

// decode reads well-formed JSON into a T for calls that take other media types
// as well, checked as huma checks the bodies of the others.
func decode[T any](s *server, body []byte) (T, error) {
	var out T
	var raw any
	if err := json.Unmarshal(body, &raw); err != nil {
		return out, err
	}
	var found huma.ValidateResult
	place := huma.NewPathBuffer([]byte("body"), 4)
	huma.Validate(s.registry, s.schemaOf(out), place, huma.ModeWriteToServer, raw, &found)
	var problems workflows.Problems
	for _, err := range found.Errors {
		if d, ok := err.(huma.ErrorDetailer); ok {
			detail := d.ErrorDetail()
			key, _ := keyOfMessage(detail.Message)
			problems.Add(strings.TrimPrefix(detail.Location, "body."), key)
		}
	}
	if err := problems.Err(); err != nil {
		return out, err
	}
	return out, json.Unmarshal(body, &out)
}
