package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
)

// Time a stop gives to requests and jobs in hand.
const (
	finishRequests = 20 * time.Second
	finishJobs     = 40 * time.Second
)

func (c *cli) serve() *cobra.Command {
	cmd := &cobra.Command{Use: "serve", Short: "Run the server", Args: noArguments, RunE: func(cmd *cobra.Command, _ []string) error {
		cfg, err := c.config(cmd)
		if err != nil {
			return err
		}
		in, err := open(cmd.Context(), cfg, c.logger(cfg.LogLevel), time.Now)
		if err != nil {
			return err
		}
		defer in.store.Close()
		if err := in.prepare(cmd.Context()); err != nil {
			return err
		}
		return in.run(cmd.Context(), func(addr string) { in.log.Info("serving", "addr", addr, "base_url", cfg.BaseURL, "version", version) })
	}}
	settingFlags(cmd.Flags())
	return cmd
}

// run serves until ctx ends, then finishes what is in hand. ready is called
// with the address once it listens.
func (in *installation) run(ctx context.Context, ready func(addr string)) error {
	handler, err := in.handler()
	if err != nil {
		return err
	}
	runner, err := in.runner()
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", in.cfg.Addr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	// Jobs outlive the signal: they are told to stop below.
	if err := runner.Start(context.WithoutCancel(ctx)); err != nil {
		return errors.Join(fmt.Errorf("start the queue: %w", err), listener.Close())
	}
	var clockDone sync.WaitGroup
	clockDone.Go(func() { in.keepTime(ctx) })
	server := newServer(handler)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	ready(listener.Addr().String())
	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	in.log.Info("stopping")
	err = errors.Join(err, shutdown(server, runner))
	if ctx.Err() != nil {
		clockDone.Wait()
	}
	return err
}

// newServer bounds what a client can hold on to.
func newServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 60 * time.Second, WriteTimeout: 90 * time.Second,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
	}
}

type stopper interface {
	Stop(ctx context.Context) error
	StopAndCancel(ctx context.Context) error
}

func shutdown(server *http.Server, jobs stopper) error {
	ctx, cancel := context.WithTimeout(context.Background(), finishRequests)
	defer cancel()
	err := server.Shutdown(ctx)
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	soft, cancelSoft := context.WithTimeout(context.Background(), finishJobs)
	defer cancelSoft()
	if jobs.Stop(soft) == nil {
		return err
	}
	hard, cancelHard := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancelHard()
	return errors.Join(err, jobs.StopAndCancel(hard))
}

func (c *cli) health() *cobra.Command {
	cmd := &cobra.Command{Use: "health", Short: "Ask a running server whether it is alive", Args: noArguments, RunE: func(cmd *cobra.Command, _ []string) error {
		cfg, err := c.config(cmd)
		if err != nil {
			return err
		}
		host, port, err := net.SplitHostPort(cfg.Addr)
		if err != nil {
			return err
		}
		if host == "" || host == "0.0.0.0" || host == "::" {
			host = "127.0.0.1"
		}
		client := &http.Client{Timeout: 3 * time.Second}
		resp, err := client.Get("http://" + net.JoinHostPort(host, port) + "/healthz")
		if err != nil {
			return fmt.Errorf("no answer: %w", err)
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return fmt.Errorf("answered %s", strings.ToLower(resp.Status))
		}
		return nil
	}}
	cmd.Flags().String("addr", "", "host:port of the server (JAHORINA_ADDR)")
	return cmd
}
