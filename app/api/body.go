package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"jahorina/workflows"
)

// readBody reads the whole body before anything looks at it: within its limit,
// of a media type the call takes, and, if JSON, well-formed to the last byte.
func readBody(c *gin.Context, declared call) error {
	media, err := mediaType(c.GetHeader("Content-Type"), declared)
	if err != nil {
		return err
	}
	limit := declared.bodyLimit()
	body, err := io.ReadAll(io.LimitReader(c.Request.Body, limit+1))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge) || int64(len(body)) > limit:
		return workflows.Refuse(workflows.TooLarge, "body_too_large", "MaxMB", int(limit>>20))
	case err != nil:
		return &httpError{status: http.StatusBadRequest, key: "body_cut_off"}
	case len(body) == 0:
		return &httpError{status: http.StatusBadRequest, key: "body_required"}
	}
	c.Request.Body = io.NopCloser(bytes.NewReader(body))
	if media != jsonType {
		return nil
	}
	return checkJSON(body)
}

// mediaType finds the media type of the body among those the call takes. A
// call that takes JSON takes a body without type as JSON.
func mediaType(header string, declared call) (string, error) {
	accepts := declared.accepts
	if accepts == nil {
		accepts = []string{jsonType}
	}
	media, params, err := mime.ParseMediaType(header)
	if header == "" && slices.Contains(accepts, jsonType) {
		return jsonType, nil
	}
	charset := strings.ToLower(params["charset"])
	if err != nil || !slices.Contains(accepts, media) || (charset != "" && charset != "utf-8" && charset != "us-ascii") {
		return "", &httpError{
			status: http.StatusUnsupportedMediaType, key: "media_type",
			args: map[string]any{"Given": header, "Accepted": strings.Join(accepts, ", ")},
		}
	}
	return media, nil
}

// checkJSON refuses what encoding/json would quietly mend or choose from:
// malformed UTF-8, half a surrogate pair, a name given twice (in any case of
// letters), NUL in a text.
func checkJSON(body []byte) error {
	if at := badUTF8(body); at >= 0 {
		return malformed("json_not_utf8", at)
	}
	var whole json.RawMessage
	if err := json.Unmarshal(body, &whole); err != nil {
		at := int64(len(body))
		if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
			at = syntax.Offset
		}
		return malformed("malformed_json", int(at))
	}
	if at := loneSurrogate(body); at >= 0 {
		return malformed("json_not_utf8", at)
	}
	w := walker{decoder: json.NewDecoder(bytes.NewReader(body))}
	if err := w.value(""); err != nil {
		return fmt.Errorf("walk through JSON: %w", err)
	}
	return w.problems.Err()
}

func malformed(key string, offset int) error {
	return &httpError{status: http.StatusBadRequest, key: key, args: map[string]any{"Offset": offset}}
}

func badUTF8(b []byte) int {
	if utf8.Valid(b) {
		return -1
	}
	at := 0
	for {
		r, size := utf8.DecodeRune(b[at:])
		if r == utf8.RuneError && size <= 1 {
			return at
		}
		at += size
	}
}

// loneSurrogate finds a \u escape of half a pair in well-formed JSON.
func loneSurrogate(b []byte) int {
	for i := 0; i+1 < len(b); i++ {
		if b[i] != '\\' {
			continue
		}
		first := escape(b[i:])
		switch {
		case first < 0:
			i++ // another escape: its second byte is no backslash of its own
		case first < 0xD800 || first > 0xDFFF:
			i += 5
		default:
			if second := escape(b[min(i+6, len(b)):]); first > 0xDBFF || second < 0xDC00 || second > 0xDFFF {
				return i
			}
			i += 11
		}
	}
	return -1
}

// escape reads \uXXXX at the start of b; -1 if there is none.
func escape(b []byte) int {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return -1
	}
	n, err := strconv.ParseUint(string(b[2:6]), 16, 16)
	if err != nil {
		return -1
	}
	return int(n)
}

// walker goes through well-formed JSON and notes what is wrong by its place.
type walker struct {
	decoder  *json.Decoder
	problems workflows.Problems
}

func (w *walker) value(at string) error {
	token, err := w.decoder.Token()
	if err != nil {
		return err
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '{' {
			return w.object(at)
		}
		return w.array(at)
	case string:
		if strings.ContainsRune(t, 0) {
			w.problems.Add(at, "has_nul")
		}
	}
	return nil
}

func (w *walker) object(at string) error {
	seen := map[string]bool{}
	for w.decoder.More() {
		token, err := w.decoder.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		field := strings.TrimPrefix(at+"."+name, ".")
		if folded := strings.ToLower(name); seen[folded] {
			w.problems.Add(field, "named_twice")
		} else {
			seen[folded] = true
		}
		if err := w.value(field); err != nil {
			return err
		}
	}
	_, err := w.decoder.Token()
	return err
}

func (w *walker) array(at string) error {
	for i := 0; w.decoder.More(); i++ {
		if err := w.value(at + "[" + strconv.Itoa(i) + "]"); err != nil {
			return err
		}
	}
	_, err := w.decoder.Token()
	return err
}
