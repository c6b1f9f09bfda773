package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"jahorina/app/config"
	"jahorina/workflows"
)

// Exit codes: done, failed, wrong use or settings.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// cli is what the commands share.
type cli struct {
	environ     []string
	out, errOut io.Writer
	file        string
}

// run carries out a command line and returns the exit code.
func run(ctx context.Context, args, environ []string, out, errOut io.Writer) int {
	c := &cli{environ: environ, out: out, errOut: errOut}
	root := c.root()
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(errOut)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitDone
	}
	return c.report(err)
}

func (c *cli) report(err error) int {
	var faults config.Faults
	var refused *workflows.Error
	switch {
	case errors.As(err, &faults):
		for _, f := range faults {
			fmt.Fprintln(c.errOut, "jahorina:", f)
		}
		return exitUsage
	case errors.As(err, &refused):
		c.explain(refused)
		if refused.Kind == workflows.Invalid {
			return exitUsage
		}
	case isUsage(err):
		fmt.Fprintf(c.errOut, "jahorina: %v\nSee jahorina --help.\n", err)
		return exitUsage
	default:
		fmt.Fprintln(c.errOut, "jahorina:", err)
	}
	return exitFailed
}

// usageError is a command line that cannot be understood.
type usageError struct{ error }

func isUsage(err error) bool {
	var u usageError
	return errors.As(err, &u) || strings.HasPrefix(err.Error(), "unknown command")
}

func (c *cli) root() *cobra.Command {
	root := &cobra.Command{
		Use: "jahorina", Short: "Stakeholder consultations on national strategies, on the record",
		SilenceErrors: true, SilenceUsage: true, Version: version,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		Args: noArguments,
	}
	root.PersistentFlags().StringVar(&c.file, "config", "", "file with settings, a line name = value each")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(c.serve(), c.demo(), c.health(), c.migrate(), c.state(), c.organisation(), c.user(), c.token(), c.settings())
	return root
}

func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usageError{fmt.Errorf("unknown command %q for %q", args[0], cmd.CommandPath())}
	}
	return nil
}

// group is a command that only has commands below it.
func group(use, short string, commands ...*cobra.Command) *cobra.Command {
	g := &cobra.Command{Use: use, Short: short, Args: noArguments, RunE: func(cmd *cobra.Command, _ []string) error {
		return usageError{fmt.Errorf("%s needs one of its commands", cmd.CommandPath())}
	}}
	g.AddCommand(commands...)
	return g
}

// settingFlags gives a command a flag for every setting.
func settingFlags(f *pflag.FlagSet) {
	for _, s := range config.Settings {
		f.String(s.Flag(), "", s.Usage+" ("+s.Env()+")")
	}
	f.Lookup("migrate").NoOptDefVal = "true"
}

// config reads the settings for a command.
func (c *cli) config(cmd *cobra.Command) (*config.Config, error) {
	given := map[string]string{}
	for _, s := range config.Settings {
		if f := cmd.Flags().Lookup(s.Flag()); f != nil && f.Changed {
			given[s.Name] = f.Value.String()
		}
	}
	return config.Load(c.file, c.environ, given)
}

func (c *cli) logger(level slog.Level) *slog.Logger {
	return slog.New(slog.NewTextHandler(c.errOut, &slog.HandlerOptions{Level: level}))
}

func (c *cli) settings() *cobra.Command {
	return &cobra.Command{Use: "settings", Short: "List the settings", Args: noArguments, RunE: func(*cobra.Command, []string) error {
		for _, s := range config.Settings {
			fmt.Fprintf(c.out, "%s\t--%s\t%s\n", s.Env(), s.Flag(), s.Usage)
		}
		return nil
	}}
}
