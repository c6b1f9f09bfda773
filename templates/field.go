package templates

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Field is one field of a form, ready for the partials input, textarea, select, radios, checkboxes, file and instant.
type Field struct {
	Text         *Text
	Name         string // of the form value
	ID           string // of the control, made from Name; give another when a page has two forms with one name
	Label        string
	Hint         string
	Error        string // from Page.Errors, filled by Page.Field
	Value        string
	Values       []string // what is ticked, for checkboxes
	Options      []Option // for select, radios, checkboxes; suggestions for an input
	Type         string   // of an input: text (default), email, number, search, url, tel
	Autocomplete string
	Inputmode    string
	Accept       string // of a file, such as ".md,.txt"
	Width        string // of an input: "5", "10", "20" characters, or "" for the full width
	Rows         int    // of a textarea; 5 when not given
	MaxLength    int    // shows a character count under a textarea
	Heading      bool   // the label is also the page's h1
	Inline       bool   // radios side by side
	Lang         string // language of the value, when it is known
}

// Option is one choice of a select, radio or checkbox group.
// Lang is the language of the label where it is not the page's.
type Option struct{ Value, Label, Hint, Lang string }

// Field describes the field with this name. Options are name-value pairs of the struct above; a name that Field lacks
// is an error. The error comes from the page, and what was typed wins over the value given, so nothing typed is lost.
func (p Page) Field(name string, options ...any) (Field, error) {
	f := Field{Text: p.Text, Name: name, ID: fieldID(name), Type: "text", Rows: 5, Error: p.Error(name)}
	if len(options)%2 != 0 {
		return f, fmt.Errorf("field %s: options come in pairs", name)
	}
	for i := 0; i < len(options); i += 2 {
		if err := f.set(fmt.Sprint(options[i]), options[i+1]); err != nil {
			return f, fmt.Errorf("field %s: %w", name, err)
		}
	}
	if p.Typed != nil {
		f.Value, f.Values = p.Typed.Get(name), p.Typed[name]
	}
	return f, nil
}

// fieldID is the id of the field with this name: questions-0.text for questions[0].text. An address would escape
// brackets, and the script that leads from the error summary to the field would not find it.
func fieldID(name string) string { return strings.NewReplacer("[", "-", "]", "").Replace(name) }

func (f *Field) set(option string, value any) error {
	target := reflect.ValueOf(f).Elem().FieldByName(option)
	if !target.IsValid() {
		return fmt.Errorf("no option %q", option)
	}
	if values, ok := target.Addr().Interface().(*[]string); ok {
		names, err := stringsOf(value)
		*values = names
		return err
	}
	if at, ok := value.(*time.Time); ok && at != nil {
		value = *at
	}
	if at, ok := value.(time.Time); ok {
		value = localInput(at)
	}
	given := reflect.ValueOf(value)
	switch {
	case target.Kind() == reflect.String:
		target.SetString(textOf(value))
	case given.IsValid() && given.Type().AssignableTo(target.Type()):
		target.Set(given)
	default:
		return fmt.Errorf("option %s: have %T, want %s", option, value, target.Type())
	}
	return nil
}

func textOf(value any) string {
	if value == nil {
		return ""
	}
	return fmt.Sprint(value)
}

// localInput is the value of an input type=datetime-local, in UTC, to the minute.
func localInput(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format("2006-01-02T15:04")
}

// DescribedBy is the value of aria-describedby: the ids of the hint, the error and the character count that exist.
func (f Field) DescribedBy() string {
	var ids []string
	if f.MaxLength > 0 {
		ids = append(ids, f.ID+"-info")
	}
	if f.Hint != "" {
		ids = append(ids, f.ID+"-hint")
	}
	if f.Error != "" {
		ids = append(ids, f.ID+"-error")
	}
	return strings.Join(ids, " ")
}

// OptionID is the id of the i-th choice. The first carries the field's own id, where the error summary leads.
func (f Field) OptionID(i int) string {
	if i == 0 {
		return f.ID
	}
	return fmt.Sprintf("%s-%d", f.ID, i+1)
}

// Chosen reports whether the option is selected or ticked.
func (f Field) Chosen(value string) bool {
	return f.Value == value && value != "" || slices.Contains(f.Values, value)
}
