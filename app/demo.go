package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"jahorina/app/config"
	"jahorina/app/demo"
	"jahorina/app/identity"
	"jahorina/app/mail/mailbox"
	"jahorina/workflows"
	"jahorina/workflows/stakeholder"
)

func (c *cli) demo() *cobra.Command {
	var addr, data string
	cmd := &cobra.Command{Use: "demo", Short: "Run a made-up installation to try things in; mail is caught and shown", Args: noArguments, RunE: func(cmd *cobra.Command, _ []string) error {
		return c.runDemo(cmd.Context(), addr, data)
	}}
	cmd.Flags().StringVar(&addr, "addr", "127.0.0.1:8080", "host:port to listen on")
	cmd.Flags().StringVar(&data, "data", "", "folder to keep it in (default: a new one, removed at the end)")
	return cmd
}

func (c *cli) runDemo(ctx context.Context, addr, data string) (err error) {
	if data == "" {
		if data, err = os.MkdirTemp("", "jahorina-demo-"); err != nil {
			return fmt.Errorf("make a folder: %w", err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(data)) }()
	}
	box, err := mailbox.Start("127.0.0.1:0", time.Now)
	if err != nil {
		return err
	}
	defer box.Close()
	cfg, err := config.Load("", nil, map[string]string{"addr": addr, "data_dir": data, "smtp_url": box.URL(), "log_level": "warn"})
	if err != nil {
		return err
	}
	in, err := open(ctx, cfg, c.logger(cfg.LogLevel), time.Now)
	if err != nil {
		return err
	}
	defer in.store.Close()
	in.mailbox = box
	if err := in.prepare(ctx); err != nil {
		return err
	}
	fmt.Fprintln(c.out, "Setting up the demonstration …")
	if err := in.seed(ctx); err != nil {
		return err
	}
	links, err := in.signIns(ctx)
	if err != nil {
		return err
	}
	form, err := in.filledForm(ctx)
	if err != nil {
		return err
	}
	return in.run(ctx, func(addr string) { c.greet(addr, form, links) })
}

// filledForm keeps a comment form that somebody has filled in offline, to be sent.
func (in *installation) filledForm(ctx context.Context) (path string, err error) {
	_, content, err := demo.FilledForm(ctx, in.engine, in.locales)
	if err != nil || content == nil {
		return "", err
	}
	path = filepath.Join(in.cfg.DataDir, "filled-in-comment-form.xlsx")
	return path, os.WriteFile(path, content, 0o600)
}

// seed tells the demo's past on a clock of its own.
func (in *installation) seed(ctx context.Context) error {
	past := &demo.Clock{}
	engine := workflows.NewEngine(in.store.DB, in.engine.Policy(), in.store, in.engine.Signer(), past.Now)
	return demo.Seed(ctx, engine, past, in.engine.Now())
}

// signIn is how one of the demo's people signs in.
type signIn struct {
	demo.Person
	Link string
}

func (in *installation) signIns(ctx context.Context) ([]signIn, error) {
	var out []signIn
	err := in.engine.Write(ctx, workflows.Operator(), func(tx *workflows.Tx) error {
		for _, p := range demo.People {
			known, err := stakeholder.PersonByEmail(tx, p.Email)
			if err != nil {
				return err
			}
			token, err := identity.NewSignInLink(tx, known.ID, signInFor)
			if err != nil {
				return err
			}
			out = append(out, signIn{p, in.cfg.BaseURL + "/sign-in/" + token})
		}
		return nil
	})
	return out, err
}

func (c *cli) greet(addr, form string, links []signIn) {
	fmt.Fprintf(c.out, "\nJahorina is at  http://%s\nMail is caught at  http://%s/mailbox\n\nSign in (each link works once; ask for another at /signin, it comes to the mailbox):\n\n", addr, addr)
	for _, l := range links {
		who := l.Role
		if l.Organisation != "" {
			who += ", " + l.Organisation
		}
		fmt.Fprintf(c.out, "  %-16s %s\n  %-16s %s\n\n", l.Name, who, l.Email, l.Link)
	}
	if form != "" {
		fmt.Fprintf(c.out, "A comment form that Lejla's federation has filled in, to be sent under “Work offline with a table”:\n  %s\n\n", form)
	}
	fmt.Fprintln(c.out, "Stop with Ctrl-C.")
}
