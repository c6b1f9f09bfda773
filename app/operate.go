package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"jahorina/app/config"
	"jahorina/app/identity"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/stakeholder"
)

// signInFor is how long a printed sign-in link can be used, once.
const signInFor = 24 * time.Hour

func (c *cli) migrate() *cobra.Command {
	step := func(use, short string, do func(context.Context, *installation) error) *cobra.Command {
		cmd := &cobra.Command{Use: use, Short: short, Args: noArguments}
		cmd.RunE = func(cmd *cobra.Command, _ []string) error {
			return c.with(cmd, func(in *installation) error { return do(cmd.Context(), in) })
		}
		settingFlags(cmd.Flags())
		return cmd
	}
	return group("migrate", "Change or show the database schema",
		step("up", "Apply what is missing", func(ctx context.Context, in *installation) error { return in.store.MigrateUp(ctx) }),
		step("down", "Take back the newest migration", func(ctx context.Context, in *installation) error { return in.store.MigrateDown(ctx) }),
		step("status", "List the migrations", c.migrationStatus))
}

func (c *cli) migrationStatus(ctx context.Context, in *installation) error {
	all, err := in.store.Migrations(ctx)
	if err != nil {
		return err
	}
	for _, m := range all {
		mark := "pending"
		if m.Applied {
			mark = "applied"
		}
		fmt.Fprintf(c.out, "%s\t%s\n", mark, m.Name)
	}
	return nil
}

// with opens the installation for one command.
func (c *cli) with(cmd *cobra.Command, do func(*installation) error) error {
	cfg, err := c.config(cmd)
	if err != nil {
		return err
	}
	in, err := open(cmd.Context(), cfg, c.logger(cfg.LogLevel), time.Now)
	if err != nil {
		return err
	}
	return errors.Join(do(in), in.store.Close())
}

// create makes a command that changes something as the operator, on an
// up-to-date schema, and prints what do returns.
func (c *cli) create(use, short string, flags map[string]string, do func(tx *workflows.Tx, in *installation, flag func(string) string) (string, error)) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		flag := func(name string) string {
			if name == "" && len(args) > 0 {
				return args[0]
			}
			v, _ := cmd.Flags().GetString(name)
			return v
		}
		return c.with(cmd, func(in *installation) error {
			if err := in.prepare(cmd.Context()); err != nil {
				return err
			}
			var printed string
			err := in.engine.Write(cmd.Context(), workflows.Operator(), func(tx *workflows.Tx) (err error) {
				printed, err = do(tx, in, flag)
				return err
			})
			if err == nil && printed != "" {
				fmt.Fprintln(c.out, printed)
			}
			return err
		})
	}
	cmd.Args = noArguments
	for name, usage := range flags {
		cmd.Flags().String(name, "", usage)
	}
	for _, s := range config.Settings {
		if cmd.Flags().Lookup(s.Flag()) == nil {
			cmd.Flags().String(s.Flag(), "", s.Usage+" ("+s.Env()+")")
		}
	}
	return cmd
}

func (c *cli) state() *cobra.Command {
	cmd := c.create("create CODE", "Add a state", map[string]string{"name": "its name", "locale": "language of its people (BCP 47)"},
		func(tx *workflows.Tx, _ *installation, flag func(string) string) (string, error) {
			_, err := stakeholder.CreateState(tx, flag(""), flag("name"), flag("locale"))
			return "", err
		})
	cmd.Args = func(_ *cobra.Command, args []string) error {
		if len(args) != 1 {
			return usageError{errors.New("state create needs the state's code")}
		}
		return nil
	}
	return group("state", "States", cmd)
}

func (c *cli) organisation() *cobra.Command {
	flags := map[string]string{"state": "code of its state", "name": "its name", "sector": "government, industry, academia, civil_society, international or regional", "email": "its address", "language": "language it is written to in (BCP 47)"}
	return group("organisation", "Organisations", c.create("create", "Add an organisation and print its id", flags,
		func(tx *workflows.Tx, _ *installation, flag func(string) string) (string, error) {
			o, err := stakeholder.CreateOrganisation(tx, stakeholder.NewOrganisation{
				State: flag("state"), Name: flag("name"), Sector: flag("sector"), Email: flag("email"), Language: flag("language"),
			})
			if err != nil {
				return "", err
			}
			return o.ID, nil
		}))
}

func (c *cli) user() *cobra.Command {
	flags := map[string]string{"email": "their address", "name": "their name", "state": "code of the state", "role": "administrator, official, reviewer, contributor, observer, partner or auditor", "organisation": "id of their organisation", "language": "their language (BCP 47)"}
	return group("user", "People with an account", c.create("create", "Add a person and print a sign-in link for one use", flags,
		func(tx *workflows.Tx, in *installation, flag func(string) string) (string, error) {
			p, err := stakeholder.CreatePerson(tx, stakeholder.NewPerson{
				Email: flag("email"), Name: flag("name"), State: flag("state"), Role: flag("role"), OrganisationID: flag("organisation"), Language: flag("language"),
			})
			if err != nil {
				return "", err
			}
			token, err := identity.NewSignInLink(tx, p.ID, signInFor)
			return in.cfg.BaseURL + "/sign-in/" + token, err
		}))
}

func (c *cli) token() *cobra.Command {
	return group("token", "API tokens", c.create("create", "Make a token for a person and print it", map[string]string{"email": "their address"},
		func(tx *workflows.Tx, _ *installation, flag func(string) string) (string, error) {
			p, err := stakeholder.PersonByEmail(tx, flag("email"))
			if err != nil {
				return "", err
			}
			return identity.CreateToken(tx, p.ID)
		}))
}

// explain prints what was refused, in words.
func (c *cli) explain(e *workflows.Error) {
	locales, err := templates.LoadLocales()
	if err != nil {
		fmt.Fprintln(c.errOut, "jahorina:", e)
		return
	}
	text := locales.For("en")
	if len(e.Fields) == 0 {
		fmt.Fprintln(c.errOut, "jahorina:", text.Error(e.Key, e.Args))
	}
	for _, f := range e.Fields {
		fmt.Fprintf(c.errOut, "jahorina: --%s: %s\n", f.Field, text.Error(f.Key, f.Args))
	}
}
