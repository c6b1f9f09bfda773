package web

import (
	tags "golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// languageName is what a language is called in the reader's; the tag itself
// where nobody knows.
func (q *request) languageName(tag string) string {
	t, err := tags.Parse(tag)
	if err != nil {
		return tag
	}
	if name := display.Tags(tags.Make(q.text.Tag())).Name(t); name != "" {
		return name
	}
	return tag
}
