// Package printing makes PDFs of pages through Chromium, where it is installed.
// Chromium sets every script right and makes tagged files; what the program is
// made of does not.
//
// The page comes as one file that needs nothing else: the browser gets no name of
// any host resolved, the page itself forbids scripts and whatever is not in it, and
// of what is in it nothing is taken on trust. One page is printed at a time, a few
// wait, and none takes longer than Time. A browser of its own is started for each
// and leaves nothing behind.
package printing

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"jahorina/workflows"
)

// Limits of printing.
const (
	Time    = 60 * time.Second // with waiting
	MaxPage = 8 << 20          // bytes of a page
	MaxPDF  = 64 << 20         // bytes of what comes of it
	waiting = 8                // pages, the one in work among them
)

// Off is the setting under which nothing is printed.
const Off = "off"

// Printer prints pages, one at a time. Its methods may be called at once.
type Printer struct {
	program string
	turn    chan struct{}
	places  chan struct{}
}

// About is what the file says of itself.
type About struct {
	Title    string
	Language string    // BCP 47
	Made     time.Time // as it is said
}

// Find returns the printer that uses a program: the one named, else a Chromium on
// the path; nil where there is none. A program that was named and is not there is
// an error.
func Find(program string) (*Printer, error) {
	names := []string{program}
	switch program {
	case Off:
		return nil, nil
	case "":
		names = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return &Printer{program: path, turn: make(chan struct{}, 1), places: make(chan struct{}, waiting)}, nil
		}
	}
	if program != "" {
		return nil, fmt.Errorf("%q is not a program", program)
	}
	return nil, nil
}

// PDF prints a page that needs no other file. Where so many wait already that it
// would take too long, the error is of kind TooMany.
func (p *Printer) PDF(ctx context.Context, html []byte, a About) ([]byte, error) {
	if len(html) > MaxPage {
		return nil, workflows.Refuse(workflows.TooLarge, "too_large", "Max", MaxPage)
	}
	select {
	case p.places <- struct{}{}:
	default:
		return nil, workflows.Refuse(workflows.TooMany, "pdf_busy")
	}
	defer func() { <-p.places }()
	ctx, cancel := context.WithTimeout(ctx, Time)
	defer cancel()
	select {
	case p.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-p.turn }()
	printed, err := p.run(ctx, html)
	if err != nil {
		return nil, err
	}
	return archival(printed, a), nil
}

// run starts a browser with a folder of its own and takes what it wrote there.
func (p *Printer) run(ctx context.Context, html []byte) ([]byte, error) {
	dir, err := os.MkdirTemp("", "jahorina-print-")
	if err != nil {
		return nil, fmt.Errorf("print: %w", err)
	}
	defer os.RemoveAll(dir)
	page, out := filepath.Join(dir, "page.html"), filepath.Join(dir, "page.pdf")
	if err := os.WriteFile(page, html, 0o600); err != nil {
		return nil, fmt.Errorf("print: %w", err)
	}
	cmd := exec.CommandContext(ctx, p.program, flags(dir, page, out)...)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + dir, "XDG_RUNTIME_DIR=" + dir, "TZ=UTC", "LANG=C.UTF-8", "DBUS_SESSION_BUS_ADDRESS=disabled:"}
	// Its helpers end with it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	said := &tail{}
	cmd.Stderr = said
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("print: %w: %s", err, said.kept)
	}
	info, err := os.Stat(out)
	if err != nil {
		return nil, fmt.Errorf("print: nothing came of it: %w: %s", err, said.kept)
	}
	if info.Size() > MaxPDF {
		return nil, workflows.Refuse(workflows.TooLarge, "too_large", "Max", MaxPDF)
	}
	return os.ReadFile(out)
}

func flags(dir, page, out string) []string {
	f := []string{
		"--headless", "--disable-gpu", "--user-data-dir=" + filepath.Join(dir, "profile"), "--print-to-pdf=" + out, "--no-pdf-header-footer",
		"--generate-pdf-document-outline", "--host-resolver-rules=MAP * ~NOTFOUND", "--disable-background-networking", "--disable-component-update",
		"--disable-extensions", "--disable-sync", "--no-first-run", "--no-default-browser-check", "--disable-dev-shm-usage", "--renderer-process-limit=1",
	}
	if os.Geteuid() == 0 { // Chromium refuses to start otherwise
		f = append(f, "--no-sandbox")
	}
	return append(f, "file://"+page)
}

// tail keeps the last words of a program.
type tail struct{ kept []byte }

func (t *tail) Write(p []byte) (int, error) {
	const most = 1 << 10
	t.kept = append(t.kept, p...)
	t.kept = t.kept[max(0, len(t.kept)-most):]
	return len(p), nil
}
