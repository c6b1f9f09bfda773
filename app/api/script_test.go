package api_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jahorina/app/documents/samples"

	"jahorina/app/apptest"
)

// The script of docs/ runs as it stands, with both documents.
func TestTheScript(t *testing.T) {
	for _, program := range []string{"bash", "curl", "jq"} {
		apptest.Program(t, program, program)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	binary := filepath.Join(t.TempDir(), "jahorina")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", binary, "jahorina/app").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	for name, source := range map[string][]byte{"strategy_en.md": samples.StrategyEN, "outcome_zh.txt": samples.OutcomeZH} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), name)
			if err := os.WriteFile(file, source, 0o600); err != nil {
				t.Fatal(err)
			}
			script := exec.CommandContext(ctx, "bash", "../../docs/api-job.sh", file)
			script.Env = append(os.Environ(), "JAHORINA="+binary)
			// Its server ends with it, and must not hold the output open.
			script.Cancel = func() error { return script.Process.Signal(os.Interrupt) }
			script.WaitDelay = 10 * time.Second
			out, err := script.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			for _, want := range []string{"National strategy: published", "16 comments, 14 shown, 2 restricted", "1 reworded, for 8 comments"} {
				if !strings.Contains(string(out), want) {
					t.Errorf("it does not say %q:\n%s", want, out)
				}
			}
		})
	}
}
