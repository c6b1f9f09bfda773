package workflows

import (
	"crypto/rand"
	"encoding/base32"
	"strings"

	"github.com/google/uuid"
)

// NewID returns a fresh opaque id (UUID version 7, RFC 9562): ids made later
// sort after ids made earlier, which is what lists are paged by.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// NewReceiptNumber returns a number for a receipt, "7K3Q-XZ4M-2PWA-9C6T": 80
// random bits, so that it can be read out on the telephone and not guessed.
func NewReceiptNumber() string {
	var b [10]byte
	rand.Read(b[:])
	s := crockford.EncodeToString(b[:])
	return strings.Join([]string{s[:4], s[4:8], s[8:12], s[12:]}, "-")
}

// crockford is Douglas Crockford's base 32: no I, L, O or U to mistake.
var crockford = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)
