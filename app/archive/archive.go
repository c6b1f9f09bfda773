// Package archive opens the files of office programs, which are ZIP archives of XML
// (Office Open XML, OpenDocument). People send them, so it bounds what it reads: a
// part is inflated only when it is asked for, in memory and within the limits,
// whatever the archive says of its size; no name leads to a file, no entity is
// resolved and nothing is fetched. It refuses what is protected by a password, of an
// old program, damaged, or built to harm, with errors about the field "file".
package archive

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"path"
	"strings"

	"jahorina/workflows"
)

// Limits against files that are made to harm. A thesis of 500 pages has a
// main part of some 8 MB in 300,000 elements.
const (
	maxEntries  = 2000
	maxPart     = 24 << 20 // bytes of one part, inflated
	maxInflated = 48 << 20 // of all the parts that are read
	maxDepth    = 250      // of elements within each other
	maxNodes    = 1_000_000
)

// Archive is a ZIP archive with parts of XML.
type Archive struct {
	parts    map[string]*zip.File
	inflated int64 // so far
	nodes    int   // so far
}

// Is says whether a file begins as an archive does.
func Is(content []byte) bool { return bytes.HasPrefix(content, []byte("PK\x03\x04")) }

// IsCompound says whether it is a compound file ([MS-CFB]), as those of old programs
// are, and those that a password protects.
func IsCompound(content []byte) bool {
	return bytes.HasPrefix(content, []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"))
}

// Open lists what is in a file. What the caller makes of an archive without the parts
// it looks for is not decided here.
func Open(content []byte) (*Archive, error) {
	if IsCompound(content) {
		return nil, compound(content)
	}
	r, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, Unread("file_damaged")
	}
	if len(r.File) > maxEntries {
		return nil, Unread("file_hostile")
	}
	a := &Archive{parts: map[string]*zip.File{}}
	for _, f := range r.File {
		if f.Flags&1 != 0 {
			return nil, Unread("file_protected")
		}
		name := strings.TrimPrefix(path.Clean("/"+f.Name), "/")
		if a.Has(name) { // readers would differ in which one they show
			return nil, Unread("file_hostile")
		}
		a.parts[name] = f
	}
	if a.Has("EncryptionInfo") || a.Has("EncryptedPackage") {
		return nil, Unread("file_protected")
	}
	return a, nil
}

// compound says whether it is an old format, or a new one in the envelope that a
// password makes.
func compound(content []byte) error {
	var name []byte // in UTF-16, as the envelope lists it
	for _, c := range "EncryptedPackage" {
		name = append(name, byte(c), 0)
	}
	if bytes.Contains(content, name) {
		return Unread("file_protected")
	}
	return Unread("file_of_old_program")
}

// Unread is an error about the field "file".
func Unread(key string, args ...any) error { return workflows.InvalidField("file", key, args...) }

// Has says whether there is a part with the name.
func (a *Archive) Has(name string) bool { return a.parts[name] != nil }

// CheckAll inflates all parts, to see that they are whole and within the limits: for
// those who give the file to a reader that is not ours.
func (a *Archive) CheckAll() error {
	for name := range a.parts {
		if _, err := a.bytes(name); err != nil {
			return err
		}
	}
	return nil
}

func (a *Archive) bytes(name string) ([]byte, error) {
	in, err := a.parts[name].Open()
	if err != nil {
		return nil, Unread("file_damaged")
	}
	defer in.Close()
	raw, err := io.ReadAll(io.LimitReader(in, maxPart+1))
	if err != nil {
		return nil, Unread("file_damaged")
	}
	if a.inflated += int64(len(raw)); len(raw) > maxPart || a.inflated > maxInflated {
		return nil, Unread("file_hostile")
	}
	return raw, nil
}

// Read reads a part; nil where there is none.
func (a *Archive) Read(name string) (*Node, error) {
	if !a.Has(name) {
		return nil, nil
	}
	raw, err := a.bytes(name)
	if err != nil {
		return nil, err
	}
	return a.parse(raw)
}

// Relations are the parts that a part of Office Open XML leads to, by the last word of
// their kind. What lies outside of the file is left out.
func (a *Archive) Relations(part string) (map[string][]string, error) {
	dir, base := path.Split(part)
	root, err := a.Read(path.Join(dir, "_rels", base+".rels"))
	if err != nil {
		return nil, err
	}
	out := map[string][]string{}
	root.Find("Relationship", func(n *Node) {
		if n.Attr("TargetMode") == "External" {
			return
		}
		target := n.Attr("Target")
		if !strings.HasPrefix(target, "/") {
			target = path.Join("/", dir, target)
		}
		kind := path.Base(n.Attr("Type"))
		out[kind] = append(out[kind], strings.TrimPrefix(path.Clean(target), "/"))
	})
	return out, nil
}
