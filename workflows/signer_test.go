package workflows_test

import (
	"bytes"
	"strings"
	"testing"

	"jahorina/workflows"
)

func signer(t testing.TB, secret byte) *workflows.Signer {
	t.Helper()
	s, err := workflows.NewSigner(bytes.Repeat([]byte{secret}, workflows.SecretSize), "test.example")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestReceipts(t *testing.T) {
	s := signer(t, 1)
	const text = "Jahorina receipt, format 1\nreceipt 7K3Q\n"
	receipt, err := s.Receipt(text)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := workflows.VerifyReceipt(receipt, s.ReceiptKey()); err != nil || got != text {
		t.Errorf("verified as %q, %v", got, err)
	}
	if _, err := workflows.VerifyReceipt(receipt, signer(t, 2).ReceiptKey()); err == nil {
		t.Error("verified with another installation's key")
	}
	for i := range receipt {
		for bit := range 8 {
			forged := []byte(receipt)
			forged[i] ^= 1 << bit
			got, err := workflows.VerifyReceipt(string(forged), s.ReceiptKey())
			if err == nil && (got != text || i < len(text)) { // the last letter of a signature has spare bits
				t.Errorf("verified as %q with bit %d of byte %d turned", got, bit, i)
			}
		}
	}
}

func TestLinks(t *testing.T) {
	s := signer(t, 1)
	token := s.Link("invitation", "an-id")
	if id, err := s.OpenLink("invitation", token); err != nil || id != "an-id" {
		t.Errorf("opened as %q, %v", id, err)
	}
	if _, err := s.OpenLink("respondent", token); err == nil {
		t.Error("opened as a link of another kind")
	}
	if _, err := signer(t, 2).OpenLink("invitation", token); err == nil {
		t.Error("opened by another installation")
	}
	for i := range token {
		for bit := range 8 {
			forged := []byte(token)
			forged[i] ^= 1 << bit
			if _, err := s.OpenLink("invitation", string(forged)); err == nil {
				t.Errorf("opened with bit %d of byte %d turned", bit, i)
			}
		}
	}
}

func FuzzOpenLink(f *testing.F) {
	s := signer(f, 1)
	for _, seed := range []string{"", ".", "id.", ".mac", s.Link("k", "id"), s.Link("k", "a.b"), strings.Repeat(".", 99)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, token string) {
		if id, err := s.OpenLink("k", token); err == nil && s.Link("k", id) != token {
			t.Errorf("opened %q, which was never given out", token)
		}
	})
}

func TestSecretSize(t *testing.T) {
	for _, n := range []int{0, workflows.SecretSize - 1, workflows.SecretSize + 1} {
		if _, err := workflows.NewSigner(make([]byte, n), "test.example"); err == nil {
			t.Errorf("took a secret of %d bytes", n)
		}
	}
}

func TestReceiptNumbersDiffer(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		n := workflows.NewReceiptNumber()
		if len(n) != 19 || strings.ContainsAny(n, "ILOU") || seen[n] {
			t.Fatalf("number %q", n)
		}
		seen[n] = true
	}
}
