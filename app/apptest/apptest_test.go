package apptest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// fakeTest records how it ended instead of ending the test it stands in for.
type fakeTest struct {
	testing.TB
	ended string
}

func (f *fakeTest) Helper()      {}
func (f *fakeTest) Name() string { return "TestFake" }

func (f *fakeTest) Fatalf(format string, args ...any) {
	f.ended = "fails: " + fmt.Sprintf(format, args...)
	runtime.Goexit()
}

func (f *fakeTest) Skip(args ...any) {
	f.ended = "left out: " + fmt.Sprint(args...)
	runtime.Goexit()
}

// run calls do as a test would be called and tells how that ended.
func run(t *testing.T, do func(testing.TB)) string {
	t.Helper()
	fake := &fakeTest{TB: t}
	done := make(chan struct{})
	go func() { // Fatalf and Skip end their goroutine, as in a real test.
		defer close(done)
		do(fake)
		fake.ended = "goes on"
	}()
	<-done
	return fake.ended
}

func TestMissingProgramLeavesOutOrFails(t *testing.T) {
	missing := fmt.Errorf("thing: %w", errMissing)
	tests := []struct {
		name, ci string
		err      error
		want     string
		noted    bool
	}{
		{"there", "", nil, "goes on", false},
		{"there in CI", "true", nil, "goes on", false},
		{"missing", "", missing, "left out: Thing is not installed (Debian: apt-get install thing)", true},
		{"missing in CI", "true", missing, "fails: start Thing: thing: not installed", false},
		{"broken", "", errors.New("no memory"), "fails: start Thing: no memory", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			notes := filepath.Join(t.TempDir(), "notes")
			t.Setenv("CI", test.ci)
			t.Setenv("APPTEST_LEFT_OUT", notes)
			got := run(t, func(t testing.TB) { need(t, "Thing", "thing", test.err) })
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			text, err := os.ReadFile(notes)
			if noted := err == nil; noted != test.noted {
				t.Fatalf("noted %v, want %v", noted, test.noted)
			}
			if test.noted && !strings.HasSuffix(string(text), "apt-get install thing): left out TestFake\n") {
				t.Errorf("note is %q", text)
			}
		})
	}
}

func TestTieReportsAFailedScript(t *testing.T) {
	_, _, err := tie("", "printf 'no room'; echo 'disk full' >&2; exit 3")
	if got, want := fmt.Sprint(err), "helper script: exit status 3: no roomdisk full\n"; got != want {
		t.Fatalf("got %q, want %q", got, want)
	}
}

// TestMain lets TestNothingOutlivesTheProcess run this program a second time,
// as the process that is killed.
func TestMain(m *testing.M) {
	if ready := os.Getenv("APPTEST_VICTIM"); ready != "" {
		os.Exit(beVictim(ready))
	}
	os.Exit(m.Run())
}

// beVictim starts what there is to start, tells where, and waits to be killed.
func beVictim(ready string) int {
	c, errPostgres := ownCluster()
	b, errBrowser := ownBrowser()
	if errPostgres != nil || errBrowser != nil {
		return 1
	}
	places := c.data + "\n" + b.profile + "\n" + c.url("postgres")
	if os.WriteFile(ready+".new", []byte(places), 0o600) != nil || os.Rename(ready+".new", ready) != nil {
		return 1
	}
	<-time.After(time.Minute)
	return 1
}

func TestNothingOutlivesTheProcess(t *testing.T) {
	needCluster(t)
	Browser(t)
	ready := filepath.Join(t.TempDir(), "ready")
	victim := exec.Command(os.Args[0])
	victim.Env = append(os.Environ(), "APPTEST_VICTIM="+ready)
	if err := victim.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = victim.Process.Kill(); _ = victim.Wait() })

	var places []string
	eventually(t, "the second process has started both", func() bool {
		text, err := os.ReadFile(ready)
		places = strings.Split(string(text), "\n")
		return err == nil
	})
	connect(t, places[2])
	if err := victim.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for _, directory := range places[:2] {
		eventually(t, directory+" is removed", func() bool {
			_, err := os.Stat(directory)
			return errors.Is(err, os.ErrNotExist)
		})
	}
	if conn, err := pgx.Connect(t.Context(), places[2]); err == nil {
		_ = conn.Close(t.Context())
		t.Fatalf("a server still answers at %s", places[2])
	}
}

// eventually looks until the condition holds, for a minute at most.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(time.Minute)
	for !holds() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("after a minute still not: %s", what)
		}
	}
}
