package mail

import (
	"errors"
	"net/smtp"
	"net/textproto"
	"slices"
	"strings"
)

// signIn proves who we are, over TLS only, by PLAIN (RFC 4616) or else by LOGIN, which some large providers offer alone.
func (s *Sender) signIn(client *smtp.Client) error {
	if s.server.login == nil {
		return nil
	}
	if _, encrypted := client.TLSConnectionState(); !encrypted {
		return errors.New("the connection is not encrypted, so no password is sent")
	}
	_, offered := client.Extension("AUTH")
	mechanisms := strings.Fields(strings.ToUpper(offered))
	login := s.server.login()
	var auth smtp.Auth
	switch {
	case slices.Contains(mechanisms, "PLAIN"):
		auth = smtp.PlainAuth("", login.user, login.password, s.server.host)
	case slices.Contains(mechanisms, "LOGIN"):
		auth = &loginAuth{login: login}
	default:
		return errors.New("the server offers neither PLAIN nor LOGIN")
	}
	err := client.Auth(auth)
	if reply, ok := errors.AsType[*textproto.Error](err); ok {
		// The server's own words might repeat what it was told.
		return &textproto.Error{Code: reply.Code, Msg: "sign-in refused"}
	}
	return err
}

// loginAuth answers the two questions of AUTH LOGIN (draft-murchison-sasl-login): user, then password.
type loginAuth struct {
	login login
	asked int
}

// Start names the mechanism. signIn has seen to the encryption.
func (a *loginAuth) Start(*smtp.ServerInfo) (string, []byte, error) { return "LOGIN", nil, nil }

// Next goes by the order of the questions, since servers differ in how they word them.
func (a *loginAuth) Next(_ []byte, more bool) ([]byte, error) {
	if !more {
		return nil, nil
	}
	a.asked++
	switch a.asked {
	case 1:
		return []byte(a.login.user), nil
	case 2:
		return []byte(a.login.password), nil
	}
	return nil, errors.New("the server asks for more than user and password")
}
