package web

import (
	"compress/gzip"
	"crypto/rand"
	"fmt"
	"strings"
)

// What is shorter fits into one packet anyway, in bytes.
const compressFrom = 1400

// deliver sends a page, compressed for browsers that take it. A page holds the
// token of its forms beside words that may come from elsewhere, and the length
// of what is compressed tells of repetitions (BREACH): a name of random length
// in the head of the compressed page hides its true length, at the cost of 50
// bytes on average.
func (q *request) deliver(page []byte) error {
	const html = "text/html; charset=utf-8"
	h := q.c.Writer.Header()
	h.Add("Vary", "Accept-Encoding")
	if len(page) < compressFrom || !strings.Contains(q.c.GetHeader("Accept-Encoding"), "gzip") {
		q.c.Data(q.status, html, page)
		return nil
	}
	h.Set("Content-Type", html)
	h.Set("Content-Encoding", "gzip")
	q.c.Status(q.status)
	w := gzip.NewWriter(q.c.Writer)
	w.Name = noise()
	if _, err := w.Write(page); err != nil {
		return fmt.Errorf("send page: %w", err)
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("send page: %w", err)
	}
	return nil
}

// noise is a text of 0 to 103 letters, each length as likely.
func noise() string {
	text := rand.Text() + rand.Text() + rand.Text() + rand.Text()
	var length [1]byte
	_, _ = rand.Read(length[:]) // never fails
	return text[:int(length[0])%len(text)]
}
