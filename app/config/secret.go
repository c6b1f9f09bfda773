package config

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"jahorina/workflows"
)

// Secret reads the installation's secret, and makes one the first time. Several
// servers must share the file.
func (c *Config) Secret() ([]byte, error) {
	raw, err := os.ReadFile(c.SecretFile)
	if errors.Is(err, fs.ErrNotExist) {
		return c.makeSecret()
	}
	if err != nil {
		return nil, fmt.Errorf("read the secret: %w", err)
	}
	secret, err := hex.DecodeString(strings.TrimSpace(string(raw)))
	if err != nil || len(secret) != workflows.SecretSize {
		return nil, Faults{fmt.Sprintf("JAHORINA_SECRET_FILE: %s must hold %d bytes in hexadecimal", c.SecretFile, workflows.SecretSize)}
	}
	return secret, nil
}

func (c *Config) makeSecret() ([]byte, error) {
	if err := os.MkdirAll(filepath.Dir(c.SecretFile), 0o700); err != nil {
		return nil, fmt.Errorf("make the secret's folder: %w", err)
	}
	secret := make([]byte, workflows.SecretSize)
	rand.Read(secret)
	f, err := os.OpenFile(c.SecretFile, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) { // another process was faster
		return c.Secret()
	}
	if err != nil {
		return nil, fmt.Errorf("make the secret: %w", err)
	}
	if _, err := fmt.Fprintln(f, hex.EncodeToString(secret)); err != nil {
		return nil, errors.Join(fmt.Errorf("write the secret: %w", err), f.Close())
	}
	return secret, errors.Join(f.Sync(), f.Close())
}
