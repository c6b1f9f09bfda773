package workflows

import (
	"strconv"

	"gorm.io/gorm"
)

// Limits of a page of a list, in rows.
const (
	DefaultLimit = 50
	MaxLimit     = 200
)

// Page asks for at most Limit rows (0: DefaultLimit) after the row with the
// cursor After ("" from the start), the newest first if asked for.
type Page struct {
	Limit  int
	After  string
	Newest bool
}

func (p Page) limit() (int, error) {
	switch {
	case p.Limit == 0:
		return DefaultLimit, nil
	case p.Limit < 0 || p.Limit > MaxLimit:
		return 0, InvalidField("limit", "limit_range", "Max", MaxLimit)
	}
	return p.Limit, nil
}

func (p Page) afterSeq() (int64, error) {
	if p.After == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(p.After, 10, 64)
	if err != nil || n < 0 {
		return 0, InvalidField("after", "bad_cursor")
	}
	return n, nil
}

// Every reads all pages of a list, each of MaxLimit rows.
func Every[T any](list func(Page) ([]T, string, error)) ([]T, error) {
	var out []T
	for page := (Page{Limit: MaxLimit}); ; {
		rows, next, err := list(page)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
		if page.After = next; next == "" {
			return out, nil
		}
	}
}

// Rows runs the query keyset-paged by the column into a slice of T. id returns a
// row's value of the column. The second result is the cursor of the next page,
// "" at the end.
func Rows[T any](db *gorm.DB, column string, p Page, id func(T) string) ([]T, string, error) {
	limit, err := p.limit()
	if err != nil {
		return nil, "", err
	}
	if len(p.After) > 64 || !wellFormed(p.After) {
		return nil, "", InvalidField("after", "bad_cursor")
	}
	var out []T
	order, beyond := column, column+" > ?"
	if p.Newest {
		order, beyond = column+" DESC", column+" < ?"
	}
	if p.After != "" {
		db = db.Where(beyond, p.After)
	}
	if err := db.Order(order).Limit(limit + 1).Find(&out).Error; err != nil {
		return nil, "", err
	}
	if len(out) <= limit {
		return out, "", nil
	}
	return out[:limit], id(out[limit-1]), nil
}
