//go:build unix

package main_test

import (
	"bytes"
	"context"
	"debug/elf"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
)

// settings are those the program knows; the container files may name no other.
var settings = []string{
	"JAHORINA_ADDR", "JAHORINA_BASE_URL", "JAHORINA_DATABASE_URL", "JAHORINA_DATA_DIR", "JAHORINA_MAIL_FROM",
	"JAHORINA_SECRET_FILE", "JAHORINA_SMTP_URL", "JAHORINA_TRUSTED_PROXIES",
}

// An instruction is a line of the Dockerfile: COPY, its --flags, the rest.
type instruction struct {
	word  string
	flags []string
	rest  string
}

func dockerfile(t *testing.T) []instruction {
	t.Helper()
	text := read(t, "../Dockerfile")
	text = regexp.MustCompile(`(?m)^\s*#.*\n`).ReplaceAllString(text, "")
	text = regexp.MustCompile(`\\\n\s*`).ReplaceAllString(text, "")
	var all []instruction
	for line := range strings.Lines(text) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if word == "" {
			continue
		}
		next := instruction{word: word, rest: strings.TrimSpace(rest)}
		for strings.HasPrefix(next.rest, "--") {
			flag, rest, _ := strings.Cut(next.rest, " ")
			next.flags, next.rest = append(next.flags, flag), strings.TrimSpace(rest)
		}
		all = append(all, next)
	}
	return all
}

// last is what stands behind the last of a kind of instruction, the one that
// counts in the image.
func last(t *testing.T, steps []instruction, word string) string {
	t.Helper()
	for _, step := range slices.Backward(steps) {
		if step.word == word {
			return step.rest
		}
	}
	t.Fatalf("the Dockerfile has no %s", word)
	return ""
}

// environment reads "A=x B=y".
func environment(text string) map[string]string {
	all := map[string]string{}
	for _, pair := range strings.Fields(text) {
		name, value, _ := strings.Cut(pair, "=")
		all[name] = value
	}
	return all
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestImageHoldsTogether(t *testing.T) {
	steps := dockerfile(t)
	env := environment(last(t, steps, "ENV"))
	for name := range env {
		if !slices.Contains(settings, name) {
			t.Errorf("ENV sets %s, which is no setting", name)
		}
	}
	if port := last(t, steps, "EXPOSE"); !strings.HasSuffix(env["JAHORINA_ADDR"], ":"+port) {
		t.Errorf("EXPOSE %s, but the program listens on %s", port, env["JAHORINA_ADDR"])
	}
	if volume := last(t, steps, "VOLUME"); volume != env["JAHORINA_DATA_DIR"] {
		t.Errorf("VOLUME %s, but the data is in %s", volume, env["JAHORINA_DATA_DIR"])
	}
	owner := last(t, steps, "USER")
	if uid, _, _ := strings.Cut(owner, ":"); uid == "0" || uid == "root" {
		t.Error("the image runs as root")
	}
	copied := map[string]bool{}
	for _, step := range steps {
		if fields := strings.Fields(step.rest); step.word == "COPY" {
			copied[fields[len(fields)-1]] = slices.Contains(step.flags, "--chown="+owner)
		}
	}
	if !copied[env["JAHORINA_DATA_DIR"]] {
		t.Errorf("the data directory does not belong to user %s", owner)
	}
	if ownsProgram, ok := copied["/jahorina"]; !ok || ownsProgram {
		t.Errorf("the program is to be in the image (%v) and not the user's to change (%v)", ok, !ownsProgram)
	}
	check := strings.TrimPrefix(last(t, steps, "HEALTHCHECK"), "CMD ")
	if command := words(t, check); !slices.Equal(command, []string{"/jahorina", "health"}) {
		t.Errorf("the health check is %q", command)
	}
	start := append(words(t, last(t, steps, "ENTRYPOINT")), words(t, last(t, steps, "CMD"))...)
	if !slices.Equal(start, []string{"/jahorina", "serve"}) {
		t.Errorf("the image starts %q", start)
	}
}

func words(t *testing.T, list string) []string {
	t.Helper()
	var all []string
	if err := json.Unmarshal([]byte(list), &all); err != nil {
		t.Fatalf("read %s: %v", list, err)
	}
	return all
}

func TestImageIsBuiltWithTheModulesGo(t *testing.T) {
	_, version, _ := strings.Cut(read(t, "../go.mod"), "\ngo ")
	version = strings.Join(strings.Split(strings.Fields(version)[0], ".")[:2], ".")
	for _, step := range dockerfile(t) {
		if image, found := strings.CutPrefix(step.rest, "golang:"); step.word == "FROM" && found {
			if got := strings.Fields(image)[0]; got != version {
				t.Errorf("the image is built with Go %s, the module asks for %s", got, version)
			}
		}
	}
}

// TestImageBuildsAndRuns does what the container engine would: it runs each RUN
// step, takes what the COPY steps take, and starts that as the image's user in
// the environment of the compose file.
func TestImageBuildsAndRuns(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program anew")
	}
	steps := dockerfile(t)
	out := buildImage(t, steps)
	program := filepath.Join(out, "jahorina")
	isStatic(t, program)

	env, address := imageEnvironment(t, out)
	if os.Geteuid() == 0 {
		for _, path := range []string{"data", "tmp"} {
			if err := os.Chown(filepath.Join(out, path), owner(t, steps), owner(t, steps)); err != nil {
				t.Fatal(err)
			}
		}
	}
	command := func(ctx context.Context, args ...string) *exec.Cmd {
		cmd := exec.CommandContext(ctx, program, args...)
		cmd.Dir, cmd.Env = "/", env
		if os.Geteuid() == 0 {
			id := uint32(owner(t, steps))
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: id, Gid: id}}
		}
		return cmd
	}
	serve(t, command, address)
}

// buildImage runs the first stage into a directory of the test, where the stage
// itself has /out, and returns it.
func buildImage(t *testing.T, steps []instruction) string {
	t.Helper()
	out := t.TempDir()
	if err := os.Chmod(filepath.Dir(out), 0o755); err != nil { // the image's user comes by here
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	for _, step := range steps {
		if step.word != "RUN" {
			continue
		}
		cmd := exec.CommandContext(ctx, "/bin/sh", "-c", step.rest)
		cmd.Dir = ".."
		cmd.Env = append(os.Environ(), "VERSION=test", "OUT="+out)
		if output, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", step.rest, err, output)
		}
	}
	for _, step := range steps {
		from, inStage := strings.CutPrefix(strings.Fields(step.rest + " .")[0], "/out/")
		if step.word != "COPY" || !inStage {
			continue
		}
		if _, err := os.Stat(filepath.Join(out, from)); err != nil {
			t.Errorf("COPY of what no step made: %v", err)
		}
	}
	return out
}

func isStatic(t *testing.T, program string) {
	t.Helper()
	file, err := elf.Open(program)
	if err != nil {
		t.Skipf("only Linux programs go into the image: %v", err)
	}
	defer file.Close()
	for _, segment := range file.Progs {
		if segment.Type == elf.PT_INTERP {
			t.Error("the program wants a loader, which the image lacks")
		}
	}
}

func owner(t *testing.T, steps []instruction) int {
	t.Helper()
	name, _, _ := strings.Cut(last(t, steps, "USER"), ":")
	uid, err := strconv.Atoi(name)
	if err != nil {
		t.Fatalf("USER is not a number, and the image has no names: %v", err)
	}
	return uid
}

// imageEnvironment is the compose file's, with places of the test.
func imageEnvironment(t *testing.T, out string) (env []string, address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address = listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	all := readCompose(t).Services["jahorina"].Environment
	for name, value := range map[string]string{
		"JAHORINA_ADDR":            address,
		"JAHORINA_DATA_DIR":        filepath.Join(out, "data"),
		"JAHORINA_DATABASE_URL":    "sqlite:" + filepath.Join(out, "data", "jahorina.db"),
		"JAHORINA_BASE_URL":        "https://consult.example.org",
		"JAHORINA_SMTP_URL":        "smtp://127.0.0.1:2525",
		"JAHORINA_MAIL_FROM":       "consultations@example.org",
		"JAHORINA_TRUSTED_PROXIES": "",
		"TMPDIR":                   filepath.Join(out, "tmp"),
	} {
		all[name] = value
	}
	for name, value := range all {
		env = append(env, name+"="+value)
	}
	return env, address
}

// serve starts the program, waits until its own health check passes, and stops
// it as an engine would.
func serve(t *testing.T, command func(context.Context, ...string) *exec.Cmd, address string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	var log bytes.Buffer
	server := command(ctx, "serve")
	server.Stdout, server.Stderr = &log, &log
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Wait() }()

	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for command(ctx, "health").Run() != nil {
		select {
		case err := <-ended:
			t.Fatalf("the program ended: %v\n%s", err, log.Bytes())
		case <-tick.C:
		}
	}
	if connection, err := net.Dial("tcp", address); err != nil {
		t.Errorf("healthy, yet not listening: %v", err)
	} else {
		_ = connection.Close()
	}
	if err := server.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Errorf("the program did not end well: %v\n%s", err, log.Bytes())
	}
	if command(ctx, "health").Run() == nil {
		t.Error("the health check passes without a server")
	}
}

type compose struct {
	Services map[string]struct {
		Environment map[string]string
		Healthcheck struct{ Test []string }
		DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
		Ports       []string
	}
}

func readCompose(t *testing.T) compose {
	t.Helper()
	var file compose
	if err := yaml.Unmarshal([]byte(read(t, "../compose.yaml")), &file); err != nil {
		t.Fatalf("read compose.yaml: %v", err)
	}
	return file
}

func TestComposeNamesOnlySettings(t *testing.T) {
	app := readCompose(t).Services["jahorina"]
	if len(app.Environment) == 0 {
		t.Fatal("the compose file sets nothing")
	}
	for name := range app.Environment {
		if !slices.Contains(settings, name) {
			t.Errorf("%s is no setting", name)
		}
	}
	if got := app.DependsOn["database"].Condition; got != "service_healthy" {
		t.Errorf("the program waits for the database to be %q", got)
	}
	for _, port := range app.Ports {
		if !strings.HasPrefix(port, "127.0.0.1:") {
			t.Errorf("port %s is open to all without TLS", port)
		}
	}
}

// TestComposeHasNoDefaultSecrets: each is asked for, by the form that stops
// compose while it is missing.
func TestComposeHasNoDefaultSecrets(t *testing.T) {
	file := readCompose(t)
	asked := regexp.MustCompile(`\$\{[A-Z_]+:\?[^}]+\}`)
	database := file.Services["database"]
	if got := asked.ReplaceAllString(database.Environment["POSTGRES_PASSWORD"], "<asked>"); got != "<asked>" {
		t.Errorf("the database's password is %q", got)
	}
	url := asked.ReplaceAllString(file.Services["jahorina"].Environment["JAHORINA_DATABASE_URL"], "<asked>")
	if want := "postgres://jahorina:<asked>@database:5432/jahorina?sslmode=disable"; url != want {
		t.Errorf("the database's URL is %q", url)
	}
	if len(database.Healthcheck.Test) == 0 || len(database.Ports) != 0 {
		t.Error(fmt.Sprint("the database wants a health check and no open port: ", database))
	}
}
