package mail

import (
	"context"
	"io"
	"net/textproto"
	"testing"
)

// A server's verdict that arrives as the time runs out is still its verdict.
func TestReplyOutweighsDeadline(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	reply := at("RCPT", &textproto.Error{Code: 550, Msg: "no\r\nsuch\x1b user"})
	if err := because(ctx, reply); !Permanent(err) || err.Error() != "RCPT: 550 no such user" {
		t.Errorf("%v", err)
	}
	if err := because(ctx, at("RCPT", io.EOF)); Permanent(err) || err.Error() != "RCPT: context canceled" {
		t.Errorf("%v", err)
	}
}
