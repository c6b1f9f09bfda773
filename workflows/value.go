package workflows

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// UTC is the instant as both databases keep it: UTC, whole microseconds.
func UTC(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// Day is the beginning of the day, UTC.
func Day(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// JSON encodes a value for a JSON column.
func JSON(v any) (string, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("encode: %w", err)
	}
	return string(raw), nil
}

// SHA256 is the SHA-256 of a content, in hex.
func SHA256[T string | []byte](content T) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:])
}
