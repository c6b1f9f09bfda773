package web

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"jahorina/workflows"
)

// instant reads the time typed in the field, in UTC, as a browser's
// datetime-local control sends it. Nothing typed is the zero time.
func (q *request) instant(field string) (time.Time, error) {
	typed := strings.TrimSpace(q.form.Get(field))
	if typed == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05"} {
		if at, err := time.Parse(layout, typed); err == nil {
			return at, nil
		}
	}
	return time.Time{}, workflows.InvalidField(field, "bad_instant")
}

// number reads a whole number typed in the field; nothing typed is 0.
func (q *request) number(field string) (int, error) {
	typed := strings.TrimSpace(q.form.Get(field))
	if typed == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(typed)
	if err != nil {
		return 0, workflows.InvalidField(field, "not_a_number")
	}
	return n, nil
}

// version is the version of what the person saw when they began to type.
func (q *request) version() (int64, error) {
	n, err := strconv.ParseInt(q.form.Get("version"), 10, 64)
	if err != nil || n < 1 {
		return 0, workflows.Refuse(workflows.Stale, "stale")
	}
	return n, nil
}

// sent says whether this is the form with the path's end, shown again.
func (q *request) sent(end string) bool {
	return q.form != nil && strings.HasSuffix(q.c.Request.URL.Path, "/"+end)
}

// given fills in a field of a form on this page that was not the one sent, so
// that showing the page again empties nothing.
func (q *request) given(field string, values ...string) {
	if q.form == nil {
		return
	}
	if _, typed := q.form[field]; !typed {
		q.form[field] = values
	}
}

// optionalInstant is instant for a field that may stay empty: the zero time.
func (q *request) optionalInstant(field string) (time.Time, error) {
	if strings.TrimSpace(q.form.Get(field)) == "" {
		return time.Time{}, nil
	}
	return q.instant(field)
}

var rowField = regexp.MustCompile(`^([a-z_]+)\[(\d{1,4})\]`)

// rows lists the indices of the rows "name[i].field" of the form, in order, and
// those among them in which something is typed in one of the fields.
func (q *request) rows(name string, fields ...string) (all, filled []int) {
	for key := range q.form {
		m := rowField.FindStringSubmatch(key)
		if m == nil || m[1] != name {
			continue
		}
		if i, err := strconv.Atoi(m[2]); err == nil && !slices.Contains(all, i) {
			all = append(all, i)
		}
	}
	slices.Sort(all)
	for _, i := range all {
		typed := func(field string) bool { return strings.TrimSpace(q.cell(name, i, field)) != "" }
		if slices.ContainsFunc(fields, typed) {
			filled = append(filled, i)
		}
	}
	return all, filled
}

// cell is what was typed in a field of a row.
func (q *request) cell(name string, i int, field string) string {
	return q.form.Get(fmt.Sprintf("%s[%d].%s", name, i, field))
}

// rearrange does what a button of a form with rows asks for: one more row, a row
// moved up or down, a row removed. It says whether a button did, so that the
// form is shown again.
func (q *request) rearrange(name string, cells []string) bool {
	if q.form.Get("more") != "" {
		return true
	}
	act, row, found := strings.Cut(q.form.Get("row"), " ")
	i, err := strconv.Atoi(row)
	if !found || err != nil {
		return false
	}
	all, _ := q.rows(name)
	at := slices.Index(all, i)
	switch {
	case at < 0:
	case act == "remove":
		for _, c := range cells {
			q.form.Del(fmt.Sprintf("%s[%d].%s", name, i, c))
		}
	case act == "up" && at > 0:
		q.swap(name, cells, i, all[at-1])
	case act == "down" && at+1 < len(all):
		q.swap(name, cells, i, all[at+1])
	}
	return true
}

func (q *request) swap(name string, cells []string, i, j int) {
	for _, c := range cells {
		a, b := fmt.Sprintf("%s[%d].%s", name, i, c), fmt.Sprintf("%s[%d].%s", name, j, c)
		q.form[a], q.form[b] = q.form[b], q.form[a]
	}
}

// atFields turns the fields of a refusal into those of the form: rows that were
// left empty were not sent on, so the numbers of the others are put back; what
// is wrong with one of several values is shown at the field that holds them.
func atFields(err error, name string, kept []int) error {
	var e *workflows.Error
	if !errors.As(err, &e) || len(e.Fields) == 0 {
		return err
	}
	out := *e
	out.Fields = nil
	for _, f := range e.Fields {
		f.Field = renumbered(f.Field, name, kept)
		if !slices.ContainsFunc(out.Fields, func(o workflows.FieldError) bool { return o.Field == f.Field && o.Key == f.Key }) {
			out.Fields = append(out.Fields, f)
		}
	}
	return &out
}

var lastIndex = regexp.MustCompile(`\[\d+\]$`)

func renumbered(field, name string, kept []int) string {
	if m := rowField.FindStringSubmatch(field); m != nil && m[1] == name {
		if i, err := strconv.Atoi(m[2]); err == nil && i < len(kept) {
			field = fmt.Sprintf("%s[%d]%s", name, kept[i], field[len(m[0]):])
		}
	}
	return lastIndex.ReplaceAllString(field, "")
}

// lines are the lines of a text in which something stands, trimmed.
func lines(s string) []string {
	var out []string
	for line := range strings.SplitSeq(s, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// excerpt is the beginning of a text: at most max characters, on one line, and
// no word in pieces where there are words.
func excerpt(s string, max int) string {
	s = strings.Join(strings.Fields(s), " ")
	runes := []rune(s)
	if len(runes) <= max {
		return s
	}
	cut := max
	for i := max; i > max-15 && i > 0; i-- {
		if runes[i] == ' ' {
			cut = i
			break
		}
	}
	return strings.TrimRight(string(runes[:cut]), " .,;:–-") + "…"
}

// short is the beginning of a hash, enough to compare by eye.
func short(sum string) string {
	if len(sum) < 12 {
		return sum
	}
	return sum[:12]
}

// rename puts what is wrong with one field at another, where the form calls it
// differently.
func rename(err error, from, to string) error {
	var e *workflows.Error
	if !errors.As(err, &e) {
		return err
	}
	out := *e
	out.Fields = slices.Clone(e.Fields)
	for i := range out.Fields {
		if out.Fields[i].Field == from {
			out.Fields[i].Field = to
		}
	}
	return &out
}
