package identity

import "net/http"

// writer saves the session just before the answer begins, so that the cookie
// can still be set. If that fails the answer is the failure instead: a person
// must not be told of a sign-in that did not last.
type writer struct {
	http.ResponseWriter
	save   func() error
	fail   func(error)
	begun  bool
	failed bool
}

func (w *writer) begin() {
	if w.begun {
		return
	}
	w.begun = true
	if err := w.save(); err != nil {
		w.failed = true
		w.fail(err)
	}
}

func (w *writer) WriteHeader(code int) {
	w.begin()
	if !w.failed {
		w.ResponseWriter.WriteHeader(code)
	}
}

func (w *writer) Write(b []byte) (int, error) {
	w.begin()
	return w.ResponseWriter.Write(b)
}

// Flush is there because routers call it without asking whether it is.
func (w *writer) Flush() {
	w.begin()
	_ = http.NewResponseController(w.ResponseWriter).Flush() // what cannot be flushed is sent at the end
}

// Unwrap is for http.ResponseController.
func (w *writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }
