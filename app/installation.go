package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/riverqueue/river"

	"jahorina/app/api"
	"jahorina/app/config"
	"jahorina/app/identity"
	"jahorina/app/mail"
	"jahorina/app/mail/mailbox"
	"jahorina/app/notify"
	"jahorina/app/printing"
	"jahorina/app/store"
	"jahorina/app/web"
	"jahorina/app/works"
	"jahorina/policies"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/coverage"
	"jahorina/workflows/duty"
	"jahorina/workflows/moderation"
	"jahorina/workflows/plan"
	"jahorina/workflows/review"
	"jahorina/workflows/strategy"
	"jahorina/workflows/work"
)

// installation is everything that runs in one process.
type installation struct {
	cfg      *config.Config
	log      *slog.Logger
	store    *store.Store
	engine   *workflows.Engine
	identity *identity.Service
	locales  *templates.Locales
	mailbox  *mailbox.Mailbox // the demo's
	waits    *prometheus.HistogramVec
}

// open opens the database and joins the workflows to it. now is the clock that
// deadlines go by.
func open(ctx context.Context, cfg *config.Config, log *slog.Logger, now func() time.Time) (*installation, error) {
	policy, err := policies.Load()
	if err != nil {
		return nil, err
	}
	locales, err := templates.LoadLocales()
	if err != nil {
		return nil, err
	}
	secret, err := cfg.Secret()
	if err != nil {
		return nil, err
	}
	base, err := url.Parse(cfg.BaseURL)
	if err != nil {
		return nil, fmt.Errorf("read the base URL: %w", err)
	}
	signer, err := workflows.NewSigner(secret, base.Hostname())
	if err != nil {
		return nil, err
	}
	st, err := store.Open(ctx, cfg.DatabaseURL)
	if err != nil {
		return nil, err
	}
	in := &installation{cfg: cfg, log: log, store: st, locales: locales, waits: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "jahorina_job_wait_seconds", Help: "How long jobs waited beyond their hour, by kind.", Buckets: prometheus.ExponentialBuckets(0.01, 4, 9),
	}, []string{"kind"})}
	in.engine = workflows.NewEngine(st.DB, policy, st, signer, now)
	if in.identity, err = identity.New(in.engine, st.DB, cfg.BaseURL); err != nil {
		return nil, errors.Join(err, st.Close())
	}
	return in, nil
}

// prepare brings schema and register of obligations up to date.
func (in *installation) prepare(ctx context.Context) error {
	if err := in.migrated(ctx); err != nil {
		return err
	}
	_, err := coverage.Load(ctx, in.engine)
	return err
}

// migrated brings the schema up to date, or makes sure that it is.
func (in *installation) migrated(ctx context.Context) error {
	if in.cfg.Migrate {
		return in.store.MigrateUp(ctx)
	}
	all, err := in.store.Migrations(ctx)
	if err != nil {
		return err
	}
	for _, m := range all {
		if !m.Applied {
			return fmt.Errorf("the database lacks migration %s: run jahorina migrate up", m.Name)
		}
	}
	return nil
}

// handler is what answers HTTP.
func (in *installation) handler() (http.Handler, error) {
	metrics := prometheus.NewRegistry()
	metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for name, pool := range in.store.Pools() {
		metrics.MustRegister(collectors.NewDBStatsCollector(pool, name))
	}
	metrics.MustRegister(in.waits)
	printer, err := printing.Find(in.cfg.Chromium)
	if err != nil {
		return nil, config.Faults{"JAHORINA_CHROMIUM: " + err.Error()}
	}
	pages, err := web.New(web.Parts{
		Engine: in.engine, Identity: in.identity, BaseURL: in.cfg.BaseURL, Proxies: in.cfg.TrustedProxies, Mailbox: in.mailbox, Printer: printer,
		Ready:   func(r *http.Request) error { return in.store.Ping(r.Context()) },
		Metrics: promhttp.HandlerFor(metrics, promhttp.HandlerOpts{}),
		API:     api.Parts{Engine: in.engine, Identify: in.byToken, Locales: in.locales, Log: in.log, Version: version, KeepFiles: in.cfg.KeepFiles},
	})
	if err != nil {
		return nil, err
	}
	return pages.Handler(), nil
}

// byToken is who asks the API: the holder of the token, or a visitor.
func (in *installation) byToken(r *http.Request) (workflows.Actor, error) {
	header := r.Header.Get("Authorization")
	if header == "" {
		return workflows.Actor{}, nil
	}
	token, ok := strings.CutPrefix(header, "Bearer ")
	if !ok {
		return workflows.Actor{}, workflows.Refuse(workflows.Unauthenticated, "bad_token")
	}
	return in.identity.ActorByToken(r.Context(), token)
}

// runner works off the queue: mail, links to sign in by, long work.
func (in *installation) runner() (store.Runner, error) {
	server, err := mail.ParseURL(in.cfg.SMTPURL)
	if err != nil {
		return nil, config.Faults{"JAHORINA_SMTP_URL: " + err.Error()}
	}
	from, err := mail.ParseAddress(in.cfg.MailFrom)
	if err != nil {
		return nil, config.Faults{"JAHORINA_MAIL_FROM: " + err.Error()}
	}
	sender, err := mail.NewSender(server, from, mail.Options{})
	if err != nil {
		return nil, config.Faults{"JAHORINA_SMTP_URL: " + err.Error()}
	}
	letters, err := in.letters(sender)
	if err != nil {
		return nil, err
	}
	workers, atOnce := letters.Workers(), notify.AtOnce()
	river.AddWorker(workers, &signInWorker{identity: in.identity})
	atOnce[identity.LinkRequest{}.Kind()] = signInAtOnce
	in.works(in.engine).AddTo(workers)
	atOnce[work.Job{}.Kind()] = works.AtOnce
	return in.store.NewRunner(workers, atOnce, in.log)
}

// works does long work.
func (in *installation) works(engine *workflows.Engine) *works.Runner {
	return works.New(works.Config{Engine: engine, Locales: in.locales, Keep: in.cfg.KeepFiles, Log: in.log, Waited: in.waited})
}

func (in *installation) waited(kind string, d time.Duration) {
	in.waits.WithLabelValues(kind).Observe(d.Seconds())
}

func (in *installation) letters(sender *mail.Sender) (*notify.Notifier, error) {
	mails, err := templates.LoadMails()
	if err != nil {
		return nil, err
	}
	return notify.New(notify.Config{
		Engine: in.engine, Sender: sender, Mails: mails, Locales: in.locales, BaseURL: in.cfg.BaseURL, Log: in.log,
		Waited: in.waited,
	})
}

// signInAtOnce is how many requests for sign-in links are worked off at once.
const signInAtOnce = 4

// signInWorker queues the mail for a sign-in link that was asked for.
type signInWorker struct {
	river.WorkerDefaults[identity.LinkRequest]
	identity *identity.Service
}

// Work is River's entrance.
func (w *signInWorker) Work(ctx context.Context, job *river.Job[identity.LinkRequest]) error {
	return w.identity.MailLink(ctx, job.Args)
}

// keepTime does every second what the clock calls for, and now and then sweeps
// out what has expired. It returns when ctx ends.
func (in *installation) keepTime(ctx context.Context) {
	tick, sweep := time.NewTicker(time.Second), time.NewTicker(10*time.Minute)
	defer tick.Stop()
	defer sweep.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			err = errors.Join(consultation.Tick(ctx, in.engine), review.Tick(ctx, in.engine), moderation.Tick(ctx, in.engine), work.Tick(ctx, in.engine), plan.Tick(ctx, in.engine), duty.Tick(ctx, in.engine))
		case <-sweep.C:
			err = errors.Join(in.identity.Sweep(ctx), strategy.SweepUploads(ctx, in.engine))
		}
		if err != nil && ctx.Err() == nil {
			in.log.Error("the clock's work failed", "error", err)
		}
	}
}
