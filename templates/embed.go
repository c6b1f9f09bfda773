// Package templates holds every word, page, mail and asset a person sees, and the thin code that loads them.
// It is a leaf: it knows nothing of workflows, HTTP routes or storage, and it refuses to start with a text,
// page or asset that is missing or cannot be parsed.
package templates

import "embed"

//go:embed all:pages all:mail all:locales all:static
var files embed.FS
