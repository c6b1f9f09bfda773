package templates

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
	"strings"
	texttemplate "text/template"
)

// Mails are the parsed mails. They never change after loading and may be shared.
type Mails struct {
	html map[string]*template.Template
	text map[string]*texttemplate.Template
}

// Mail is what every mail is executed with. As with pages, the language travels in the view.
type Mail struct {
	Text    *Text  // the recipient's language; required
	Subject string // already translated; one line
	Data    any    // the mail's own view
}

// LoadMails parses mail/<name>.html and mail/<name>.txt, each with the layout of its kind. A mail that lacks either
// form, or cannot be parsed or escaped, is an error.
func LoadMails() (*Mails, error) {
	mails, err := fs.Sub(files, "mail")
	if err != nil {
		return nil, fmt.Errorf("load mails: %w", err)
	}
	return loadMails(mails)
}

func loadMails(dir fs.FS) (*Mails, error) {
	names, err := fs.Glob(dir, "*.html")
	if err != nil {
		return nil, fmt.Errorf("load mails: %w", err)
	}
	m := &Mails{html: map[string]*template.Template{}, text: map[string]*texttemplate.Template{}}
	for _, file := range names {
		name := strings.TrimSuffix(path.Base(file), ".html")
		if name == "layout" {
			continue
		}
		if err := m.parse(dir, name); err != nil {
			return nil, fmt.Errorf("load mail %s: %w", name, err)
		}
	}
	return m, nil
}

func (m *Mails) parse(dir fs.FS, name string) error {
	page, err := template.New("").Funcs(template.FuncMap{"dict": dict}).ParseFS(dir, "layout.html", name+".html")
	if err != nil {
		return err
	}
	var fault *template.Error
	if err := page.ExecuteTemplate(io.Discard, "layout", Mail{}); errors.As(err, &fault) {
		return fault
	}
	plain, err := texttemplate.New("").Funcs(texttemplate.FuncMap{"dict": dict}).ParseFS(dir, "layout.txt", name+".txt")
	if err != nil {
		return err
	}
	m.html[name], m.text[name] = page, plain
	return nil
}

// Render returns both forms of the mail with this name, such as "invitation".
func (m *Mails) Render(name string, mail Mail) (text, html string, err error) {
	page, ok := m.html[name]
	if !ok {
		return "", "", fmt.Errorf("render mail %s: no such mail", name)
	}
	if mail.Text == nil {
		return "", "", fmt.Errorf("render mail %s: no language given", name)
	}
	var plain, rich bytes.Buffer
	if err := m.text[name].ExecuteTemplate(&plain, "layout", mail); err != nil {
		return "", "", fmt.Errorf("render mail %s as text: %w", name, err)
	}
	if err := page.ExecuteTemplate(&rich, "layout", mail); err != nil {
		return "", "", fmt.Errorf("render mail %s as HTML: %w", name, err)
	}
	return plain.String(), rich.String(), nil
}
