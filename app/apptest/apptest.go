// Package apptest gives tests the real things beside the program: a PostgreSQL
// cluster and a Chromium, both private to the test process, both gone with it.
//
// A machine may lack either. Then the tests that need it are left out, which
// `make test` says in its last lines; where CI=true they fail instead.
//
// The package imports nothing of the house, so that the tests of every package
// can use it. It refuses to be part of the program: only _test files import it.
package apptest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// errMissing marks what is not installed, as opposed to what does not work.
var errMissing = errors.New("not installed")

// need ends the test unless err is nil. Something missing only leaves the test
// out, except on a CI machine, where everything is to be there.
func need(t testing.TB, program, install string, err error) {
	t.Helper()
	needBy(t, program, "Debian: apt-get install "+install, err)
}

// needBy is need of what is installed in another way.
func needBy(t testing.TB, program, how string, err error) {
	t.Helper()
	if err == nil {
		return
	}
	if !errors.Is(err, errMissing) || os.Getenv("CI") == "true" {
		t.Fatalf("start %s: %v", program, err)
	}
	note := fmt.Sprintf("%s is not installed (%s)", program, how)
	if err := leaveNote(t.Name(), note); err != nil {
		t.Fatalf("note what was left out: %v", err)
	}
	t.Skip(note)
}

// Program is the path of a program that the test runs; install is the package
// that holds it. Where it is missing the test is left out, or fails on CI.
func Program(t testing.TB, name, install string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		need(t, name, install, fmt.Errorf("%w: %w", errMissing, err))
	}
	return path
}

// leaveNote adds a line to the file that `make test` prints at its end. A single
// short write in append mode, because the packages' tests run side by side.
func leaveNote(test, note string) error {
	path := os.Getenv("APPTEST_LEFT_OUT")
	if path == "" {
		return nil
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.WriteString(note + ": left out " + test + "\n")
	return errors.Join(err, file.Close())
}

// A tether is the end of a pipe that holds a helper script to this process. The
// script's last part begins with reading the other end: however this process
// ends, by return, panic, timeout or kill, the system closes the pipe and the
// script cleans up. No TestMain is needed, and none can be forgotten.
//
// Whoever needs the helper keeps the tether: a collected one closes, too.
type tether struct{ pipe io.Closer }

// tie starts a shell script and returns with the first line it prints. asUser
// is the account to run the script as, "" for the own one.
func tie(asUser, script string, env ...string) (string, tether, error) {
	cmd := exec.Command("/bin/sh", "-c", script)
	if asUser != "" {
		cmd = exec.Command("su", asUser, "-s", "/bin/sh", "-c", script)
	}
	cmd.Dir = "/"
	cmd.Env = append(os.Environ(), env...)
	in, err := cmd.StdinPipe()
	if err != nil {
		return "", tether{}, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", tether{}, err
	}
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	if err := cmd.Start(); err != nil {
		return "", tether{}, err
	}
	reader := bufio.NewReader(out)
	line, err := reader.ReadString('\n')
	if err == nil {
		return strings.TrimSpace(line), tether{in}, nil
	}
	err = cmd.Wait() // before the complaints are read, which it completes
	return "", tether{}, fmt.Errorf("helper script: %w: %s%s", err, line, &complaints)
}
