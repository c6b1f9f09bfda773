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
	"time"
)

// Pages are the parsed pages. They never change after loading and may be shared.
type Pages struct {
	byName map[string]*template.Template
}

// LoadPages parses pages/<area>/*.html, each with the layout and the partials. It fails on a page that cannot be
// parsed or escaped, and on a call of a template or asset that does not exist.
func LoadPages(static *Static) (*Pages, error) {
	pages, err := fs.Sub(files, "pages")
	if err != nil {
		return nil, fmt.Errorf("load pages: %w", err)
	}
	return loadPages(pages, static)
}

func loadPages(dir fs.FS, static *Static) (*Pages, error) {
	base, err := template.New("").Funcs(functions(static)).ParseFS(dir, "partials/*.html")
	if err != nil {
		return nil, fmt.Errorf("load partials: %w", err)
	}
	names, err := fs.Glob(dir, "*/*.html")
	if err != nil {
		return nil, fmt.Errorf("load pages: %w", err)
	}
	p := &Pages{byName: map[string]*template.Template{}}
	for _, name := range names {
		if path.Dir(name) == "partials" {
			continue
		}
		page, err := parsePage(base, dir, name)
		if err != nil {
			return nil, fmt.Errorf("load page %s: %w", name, err)
		}
		p.byName[strings.TrimSuffix(name, ".html")] = page
	}
	return p, nil
}

func parsePage(base *template.Template, dir fs.FS, name string) (*template.Template, error) {
	page, err := base.Clone()
	if err != nil {
		return nil, err
	}
	if page, err = page.ParseFS(dir, name); err != nil {
		return nil, err
	}
	// Escaping happens at the first execution and finds missing templates. What fails later, in the empty
	// view, says nothing about the page.
	var fault *template.Error
	if err := page.ExecuteTemplate(io.Discard, "layout", Page{}); errors.As(err, &fault) {
		return nil, fault
	}
	return page, nil
}

// Render writes the page with this name, such as "public/error". The page is complete before the first byte is written:
// on an error nothing has been sent.
func (p *Pages) Render(w io.Writer, name string, page Page) error {
	found, ok := p.byName[name]
	if !ok {
		return fmt.Errorf("render page %s: no such page", name)
	}
	if page.Text == nil {
		return fmt.Errorf("render page %s: no language given", name)
	}
	var out bytes.Buffer
	if err := found.ExecuteTemplate(&out, "layout", page); err != nil {
		return fmt.Errorf("render page %s: %w", name, err)
	}
	if _, err := out.WriteTo(w); err != nil {
		return fmt.Errorf("send page %s: %w", name, err)
	}
	return nil
}

// Lookup returns the parsed page so that tests can check its fields against the view it is given.
func (p *Pages) Lookup(name string) (*template.Template, bool) {
	page, ok := p.byName[name]
	return page, ok
}

// functions are pure: none knows the reader, the request or the clock.
func functions(static *Static) template.FuncMap {
	return template.FuncMap{
		"asset":   static.URL,
		"dict":    dict,
		"list":    func(items ...any) []any { return items },
		"option":  option,
		"row":     row,
		"options": func(options ...Option) []Option { return options },
		"iso":     func(at time.Time) string { return at.UTC().Format(time.RFC3339) },
	}
}

func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, errors.New("dict: want name-value pairs")
	}
	d := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		d[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return d, nil
}

func option(value any, label string, hint ...string) Option {
	return Option{Value: fmt.Sprint(value), Label: label, Hint: strings.Join(hint, " ")}
}

func row(key string, value any, link ...string) (Row, error) {
	r := Row{Key: key, Value: textOf(value)}
	switch len(link) {
	case 0:
	case 2:
		r.Href, r.Action = link[0], link[1]
	default:
		return r, errors.New("row: a link is an address and a label")
	}
	return r, nil
}
