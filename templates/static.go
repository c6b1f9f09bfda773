package templates

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

// StaticPath is where Static expects to be mounted.
const StaticPath = "/static/"

// Static serves the built assets under names that carry a hash of their content, so browsers may keep them for ever.
type Static struct {
	urls   map[string]string // app.css -> /static/app.0123456789.css
	assets map[string]asset  // /static/app.0123456789.css -> content
}

// contentTypes are fixed here because the system's own table differs from machine to machine.
var contentTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
	".txt": "text/plain; charset=utf-8",
}

type asset struct {
	contentType string
	plain, zip  []byte
}

// LoadStatic reads the embedded assets and hashes them.
func LoadStatic() (*Static, error) {
	s := &Static{urls: map[string]string{}, assets: map[string]asset{}}
	err := fs.WalkDir(files, "static", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		return s.add(name)
	})
	if err != nil {
		return nil, fmt.Errorf("load static: %w", err)
	}
	return s, nil
}

func (s *Static) add(file string) error {
	content, err := files.ReadFile(file)
	if err != nil {
		return err
	}
	zipped, err := compress(content)
	if err != nil {
		return fmt.Errorf("compress %s: %w", file, err)
	}
	name := strings.TrimPrefix(file, "static/")
	ext := path.Ext(name)
	contentType, ok := contentTypes[ext]
	if !ok {
		return fmt.Errorf("%s: no content type for %q", file, ext)
	}
	sum := sha256.Sum256(content)
	url := StaticPath + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:5]) + ext
	s.urls[name] = url
	s.assets[url] = asset{contentType: contentType, plain: content, zip: zipped}
	return nil
}

func compress(content []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// URL returns the address of an asset by its plain name, such as "app.css". An unknown name is an error,
// which stops a page that asks for it at start.
func (s *Static) URL(name string) (string, error) {
	url, ok := s.urls[name]
	if !ok {
		return "", fmt.Errorf("no asset %q", name)
	}
	return url, nil
}

// Alone makes a rendered page one that needs no other file: its style is in it, its
// script and icon are left out, and it forbids whatever else a browser could fetch
// or run.
func (s *Static) Alone(page []byte) []byte {
	const policy = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`
	for name, tag := range map[string]string{
		"app.css": `<link rel="stylesheet" href="%s">`, "app.rtl.css": `<link rel="stylesheet" href="%s">`,
		"icon.svg": `<link rel="icon" type="image/svg+xml" href="%s">`, "app.js": `<script type="module" src="%s"></script>`,
	} {
		within := ""
		if strings.HasSuffix(name, ".css") {
			within = policy + "<style>" + string(s.assets[s.urls[name]].plain) + "</style>"
		}
		page = bytes.Replace(page, fmt.Appendf(nil, tag, s.urls[name]), []byte(within), 1)
	}
	return page
}

// ServeHTTP answers GET and HEAD for the hashed names only; anything else is not found.
func (s *Static) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	found, ok := s.assets[r.URL.Path]
	if !ok || (r.Method != http.MethodGet && r.Method != http.MethodHead) {
		http.NotFound(w, r)
		return
	}
	body := found.plain
	header := w.Header()
	header.Set("Content-Type", found.contentType)
	header.Set("Cache-Control", "public, max-age=31536000, immutable")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Vary", "Accept-Encoding")
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		header.Set("Content-Encoding", "gzip")
		body = found.zip
	}
	header.Set("Content-Length", fmt.Sprint(len(body)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(body) // the reader has gone: nobody is left to tell
	}
}
