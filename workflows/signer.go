package workflows

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// SecretSize is the length of an installation's secret, in bytes.
const SecretSize = 32

// Signer signs receipts (Ed25519, as a C2SP signed note) and links (HMAC-SHA-256),
// each with a key of its own derived from the installation's secret
// (HKDF, RFC 5869). Losing the secret voids every link and lets no one sign
// receipts under the old key again.
type Signer struct {
	links    []byte
	receipts note.Signer
	verifier string
}

// NewSigner derives the keys. origin is the name under which receipts are
// signed: the host name of the installation.
func NewSigner(secret []byte, origin string) (*Signer, error) {
	if len(secret) != SecretSize {
		return nil, fmt.Errorf("the secret has %d bytes, want %d", len(secret), SecretSize)
	}
	links, err := hkdf.Key(sha256.New, secret, nil, "jahorina links", 32)
	if err != nil {
		return nil, fmt.Errorf("derive link key: %w", err)
	}
	seed, err := hkdf.Key(sha256.New, secret, nil, "jahorina receipts", ed25519.SeedSize)
	if err != nil {
		return nil, fmt.Errorf("derive receipt key: %w", err)
	}
	skey, vkey, err := noteKeys(origin, seed)
	if err != nil {
		return nil, err
	}
	s, err := note.NewSigner(skey)
	if err != nil {
		return nil, fmt.Errorf("make receipt signer: %w", err)
	}
	return &Signer{links: links, receipts: s, verifier: vkey}, nil
}

// noteKeys encodes the key pair as package note reads it (algorithm 1,
// Ed25519).
func noteKeys(origin string, seed []byte) (skey, vkey string, err error) {
	pub := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	vkey, err = note.NewEd25519VerifierKey(origin, pub)
	if err != nil {
		return "", "", fmt.Errorf("encode receipt key for %q: %w", origin, err)
	}
	hash := strings.Split(vkey, "+")[1]
	skey = fmt.Sprintf("PRIVATE+KEY+%s+%s+%s", origin, hash, base64.StdEncoding.EncodeToString(append([]byte{1}, seed...)))
	return skey, vkey, nil
}

// Receipt signs the text, whose lines must end in a newline each.
func (s *Signer) Receipt(text string) (string, error) {
	signed, err := note.Sign(&note.Note{Text: text}, s.receipts)
	if err != nil {
		return "", fmt.Errorf("sign receipt: %w", err)
	}
	return string(signed), nil
}

// ReceiptKey is the public key receipts are verified with, as package note
// writes it ("name+hash+key").
func (s *Signer) ReceiptKey() string { return s.verifier }

// VerifyReceipt returns the text of a receipt signed with the key.
func VerifyReceipt(receipt, key string) (string, error) {
	v, err := note.NewVerifier(key)
	if err != nil {
		return "", fmt.Errorf("read receipt key: %w", err)
	}
	n, err := note.Open([]byte(receipt), note.VerifierList(v))
	if err != nil {
		return "", fmt.Errorf("this receipt was not signed with that key, or has been changed: %w", err)
	}
	return n.Text, nil
}

// Link makes an unguessable token that stands for the id in links of the kind
// ("invitation"). Nothing of it is stored; the same id gives the same token.
func (s *Signer) Link(kind, id string) string { return id + "." + s.mac(kind, id) }

var errLink = errors.New("not a link of ours")

// OpenLink returns the id a token of the kind stands for.
func (s *Signer) OpenLink(kind, token string) (string, error) {
	id, mac, ok := strings.Cut(token, ".")
	if !ok || id == "" || !hmac.Equal([]byte(mac), []byte(s.mac(kind, id))) {
		return "", errLink
	}
	return id, nil
}

func (s *Signer) mac(kind, id string) string {
	h := hmac.New(sha256.New, s.links)
	h.Write([]byte(kind + "\x00" + id))
	return hex.EncodeToString(h.Sum(nil)[:16])
}
