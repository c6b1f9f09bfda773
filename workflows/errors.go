package workflows

import (
	"errors"
	"fmt"

	"gorm.io/gorm"
)

// Kind says what went wrong in the few ways that differ to a person.
type Kind int

// The kinds of error a person can meet; anything else is a fault of ours and
// is logged, never shown.
const (
	Invalid         Kind = iota + 1 // what was sent cannot be accepted as it is
	Unauthenticated                 // nobody knows who asks
	Forbidden                       // known, and not allowed
	NotFound                        // not there, or not for the asker to know
	Conflict                        // the state of things, or a guard, stands against it
	Stale                           // changed by someone else since it was read
	TooLarge                        // more than a limit allows
	TooMany                         // more often than a limit allows
	Unavailable                     // what it takes is not there, or not now
)

// Error is the one error people meet. Key names a text of the locale files
// ("error.<key>"), Args fill its places, Fields name what to correct.
type Error struct {
	Kind   Kind
	Key    string
	Args   map[string]any
	Fields []FieldError
}

// FieldError is what is wrong with one field: Field is its name in the API
// ("comments[3].text"), Key a text of the locale files.
type FieldError struct {
	Field string
	Key   string
	Args  map[string]any
}

func (e *Error) Error() string {
	s := e.Key
	for _, f := range e.Fields {
		s += fmt.Sprintf("; %s: %s", f.Field, f.Key)
	}
	return s
}

// Refuse makes an error of the kind. args are name, value pairs for the text.
func Refuse(kind Kind, key string, args ...any) *Error {
	return &Error{Kind: kind, Key: key, Args: pairs(args)}
}

// InvalidField makes an error about one field.
func InvalidField(field, key string, args ...any) *Error {
	return &Error{Kind: Invalid, Key: "invalid", Fields: []FieldError{{Field: field, Key: key, Args: pairs(args)}}}
}

// Problems gathers field errors, so that a person sees all of them at once.
type Problems []FieldError

// Add notes that the field is wrong.
func (p *Problems) Add(field, key string, args ...any) {
	*p = append(*p, FieldError{Field: field, Key: key, Args: pairs(args)})
}

// Err returns what was gathered as one error, or nil.
func (p Problems) Err() error {
	if len(p) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Key: "invalid", Fields: p}
}

// IsKind says whether err is an *Error of the kind.
func IsKind(err error, kind Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == kind
}

func pairs(args []any) map[string]any {
	if len(args) == 0 {
		return nil
	}
	m := make(map[string]any, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		m[fmt.Sprint(args[i])] = args[i+1]
	}
	return m
}

// IsDuplicate says whether the database refused a row because a unique one
// like it is there.
func IsDuplicate(err error) bool { return errors.Is(err, gorm.ErrDuplicatedKey) }
