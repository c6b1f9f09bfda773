package mail

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strconv"
)

// Ways to use STARTTLS, the values of the parameter of that name.
const (
	mandatory     = "mandatory"     // no TLS, no mail
	opportunistic = "opportunistic" // clear text where the server offers no TLS; what it does offer must verify
	off           = "off"
)

// Server says where and how mail is handed over. Only ParseURL makes one. Printing it shows no secret.
type Server struct {
	host, port string
	implicit   bool         // TLS from the first byte (RFC 8314)
	starttls   string       // of the three above; empty when implicit
	ca         string       // path of a PEM file; empty means the system's authorities
	login      func() login // nil without; a function, since fmt shows all else, whatever struct the Server is in
}

type login struct{ user, password string }

// ParseURL reads smtp://user:password@host:port?starttls=mandatory|opportunistic|off&ca=PATH, or smtps:// for TLS from the
// start. STARTTLS is mandatory unless said otherwise; ca names a PEM file with the only authorities to trust. Without a
// port it is 587, and 465 for smtps. User and password are percent-encoded, and refused with starttls=off. Errors name
// the fault but repeat nothing of s, since any piece of a mistyped URL may be a piece of the password.
func ParseURL(s string) (Server, error) {
	u, err := url.Parse(s)
	if err != nil {
		return Server{}, errors.New("mail server: not a URL; special characters in the password must be percent-encoded")
	}
	server := Server{host: u.Hostname(), port: u.Port()}
	if err := server.scheme(u); err != nil {
		return Server{}, fmt.Errorf("mail server: %w", err)
	}
	if err := server.address(u); err != nil {
		return Server{}, fmt.Errorf("mail server: %w", err)
	}
	if err := server.parameters(u); err != nil {
		return Server{}, fmt.Errorf("mail server: %w", err)
	}
	if err := server.credentials(u.User); err != nil {
		return Server{}, fmt.Errorf("mail server: %w", err)
	}
	return server, nil
}

func (s *Server) scheme(u *url.URL) error {
	port := ""
	switch u.Scheme {
	case "smtp":
		port, s.starttls = "587", mandatory
	case "smtps":
		port, s.implicit = "465", true
	default:
		return errors.New("the URL must begin with smtp:// or smtps://")
	}
	if s.port == "" {
		s.port = port
	}
	return nil
}

func (s *Server) address(u *url.URL) error {
	if s.host == "" || u.Opaque != "" {
		return errors.New("the URL has no host")
	}
	if u.Path != "" && u.Path != "/" || u.Fragment != "" {
		return errors.New("the URL has something after the port that is no parameter; / ? and # in the password must be percent-encoded")
	}
	if n, err := strconv.ParseUint(s.port, 10, 16); err != nil || n == 0 {
		return errors.New("the port must be a number from 1 to 65535")
	}
	if _, err := netip.ParseAddr(s.host); err == nil {
		return nil
	}
	host, err := hostname(s.host)
	s.host = host
	return err
}

func (s *Server) parameters(u *url.URL) error {
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return errors.New("the parameters after ? are malformed")
	}
	for name, values := range query {
		if len(values) != 1 || values[0] == "" {
			return errors.New("each parameter needs one value")
		}
		switch name {
		case "starttls":
			s.starttls = values[0]
		case "ca":
			s.ca = values[0]
		default:
			return errors.New("unknown parameter after ?; the known ones are starttls and ca")
		}
	}
	switch {
	case s.implicit && s.starttls != "":
		return errors.New("starttls has no meaning with smtps://")
	case !s.implicit && s.starttls != mandatory && s.starttls != opportunistic && s.starttls != off:
		return errors.New("starttls must be mandatory, opportunistic or off")
	case s.starttls == off && s.ca != "":
		return errors.New("ca has no meaning with starttls=off")
	}
	return nil
}

func (s *Server) credentials(user *url.Userinfo) error {
	if user == nil {
		return nil
	}
	password, _ := user.Password()
	if user.Username() == "" || password == "" {
		return errors.New("user and password must both be given, or neither")
	}
	if oneLine("", user.Username()+password, maxEmail+maxName) != nil {
		return errors.New("user or password is too long or has a control character")
	}
	if s.starttls == off {
		return errors.New("a password is never sent with starttls=off")
	}
	s.login = func() login { return login{user: user.Username(), password: password} }
	return nil
}

// String gives the server without user, password and path of its CA file.
func (s Server) String() string {
	if s.implicit {
		return "smtps://" + s.hostPort()
	}
	return "smtp://" + s.hostPort() + "?starttls=" + s.starttls
}

// GoString is String, so that %#v shows no more.
func (s Server) GoString() string { return s.String() }

func (s Server) hostPort() string { return net.JoinHostPort(s.host, s.port) }

// tlsConfig trusts the authorities of the CA file, or those of the system when none is named.
func (s Server) tlsConfig() (*tls.Config, error) {
	config := &tls.Config{ServerName: s.host, MinVersion: tls.VersionTLS12}
	if s.ca == "" {
		return config, nil
	}
	pem, err := os.ReadFile(s.ca)
	if err != nil {
		return nil, fmt.Errorf("read CA file: %w", err)
	}
	config.RootCAs = x509.NewCertPool()
	if !config.RootCAs.AppendCertsFromPEM(pem) {
		return nil, errors.New("the CA file holds no PEM certificate")
	}
	return config, nil
}
