package web

import (
	"jahorina/workflows"
	"jahorina/workflows/implementation"
)

// statuses states something with a secret for each audience.
func (w *accessWorld) statuses() {
	for code, audience := range map[string]string{"NPT-I": "public", "NPT-II": "community", "BWC-I": "state"} {
		name := map[string]string{"public": "status public", "community": "status community", "state": "status inside"}[audience]
		w.bed.Do(w.bed.Official, func(tx *workflows.Tx) error {
			_, err := implementation.Set(tx, "BA", implementation.Statement{Status: implementation.InForce, Evidence: secret(name), Audience: audience}, []implementation.Of{{Code: code}})
			return err
		})
	}
}
