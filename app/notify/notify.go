// Package notify tells people what happened: it turns announcements into
// messages, one a recipient, and messages into mail. Both are jobs stored with
// the change they tell of, so a change that rolled back tells nobody and one
// that committed tells everybody, once each.
//
// A message holds ids and words, never what people wrote: what a mail says is
// read anew when it is sent, and a mail that has lost its point by then is not
// sent. It refuses to put a confidential comment, or anything about one beyond
// its number, into a mail: the recipient gets a link.
//
// A mail is sent at least once. Only a process that dies between the server's
// "250" and the note that it was sent can send it again, under the same
// Message-ID, by which mail programs show the two as one.
package notify

import (
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/url"
	"strings"
	"time"

	"github.com/riverqueue/river"

	"jahorina/app/mail"
	"jahorina/templates"
	"jahorina/workflows"
)

// Timeout is what one delivery may take, the database's part included. The
// Sender's own must be shorter.
const Timeout = 45 * time.Second

// batch is how many messages are queued in one transaction.
const batch = 500

// Config is what a Notifier needs; the last two may be nil.
type Config struct {
	Engine  *workflows.Engine
	Sender  *mail.Sender
	Mails   *templates.Mails
	Locales *templates.Locales
	BaseURL string // of the pages that mails link to, "https://host[:port]"
	Log     *slog.Logger
	// Backoff is the pause after the attempt (1 the first) of a delivery failed.
	Backoff func(attempt int) time.Duration
	// Waited is told how long each job waited beyond its hour.
	Waited func(kind string, wait time.Duration)
}

// Notifier does both kinds of job. It is safe for concurrent use.
type Notifier struct {
	Config
	host string
}

// New checks the configuration.
func New(c Config) (*Notifier, error) {
	u, err := url.Parse(c.BaseURL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, errors.New("notify: the base URL is no http or https address")
	}
	c.BaseURL = strings.TrimRight(c.BaseURL, "/")
	c.Log = c.Log.With("part", "notify")
	if c.Backoff == nil {
		c.Backoff = backoff
	}
	if c.Waited == nil {
		c.Waited = func(string, time.Duration) {}
	}
	return &Notifier{Config: c, host: u.Host}, nil
}

// Workers are the workers for both kinds of job.
func (n *Notifier) Workers() *river.Workers {
	w := river.NewWorkers()
	river.AddWorker(w, &announcer{n: n})
	river.AddWorker(w, &deliverer{n: n})
	return w
}

// AtOnce is how many jobs of each kind are done at the same time. Deliveries
// mostly wait for the mail server, and one that hangs keeps its place until
// its deadline.
func AtOnce() map[string]int {
	return map[string]int{workflows.Announcement{}.Kind(): 2, workflows.Delivery{}.Kind(): 16}
}

var pauses = []time.Duration{30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour}

// backoff is up to four hours, give or take a tenth, so that mail held up
// together does not come back together. Twelve attempts take a day.
func backoff(attempt int) time.Duration {
	d := pauses[min(max(attempt, 1), len(pauses))-1]
	return d*9/10 + rand.N(d/5)
}

func (n *Notifier) waited(kind string, since time.Time) {
	n.Waited(kind, max(0, time.Since(since)))
}

// errUnknown is an event, template or object this program does not know: from
// a newer one that ran before it, or deleted by hand. No retry would help.
var errUnknown = errors.New("unknown")

func unknown(what, name string) error { return fmt.Errorf("%w %s %q", errUnknown, what, name) }

// hopeless says whether the error would come again on every attempt.
func hopeless(err error) bool {
	return errors.Is(err, errUnknown) || mail.Permanent(err) || workflows.IsKind(err, workflows.NotFound)
}
