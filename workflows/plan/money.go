package plan

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/currency"

	"jahorina/workflows"
)

// Amount is money in the smallest unit of its currency (ISO 4217).
type Amount struct {
	Minor    int64  `json:"minor"`
	Currency string `json:"currency"`
}

// maxMinor bounds an amount, so that sums of all lines there can be stay exact.
const maxMinor = 1e15

// Digits is how many digits of the currency stand after the point; false if
// there is no such currency.
func Digits(code string) (int, bool) {
	unit, err := currency.ParseISO(code)
	if err != nil || unit.String() != code || code == "XXX" {
		return 0, false
	}
	scale, _ := currency.Standard.Rounding(unit)
	return scale, true
}

func (a Amount) check(p *workflows.Problems, field string) {
	if _, known := Digits(a.Currency); !known {
		p.Add(strings.TrimSuffix(field, "amount")+"currency", "unknown_currency")
	}
	if a.Minor < 0 || a.Minor > maxMinor {
		p.Add(field, "bad_amount")
	}
}

// ParseAmount reads an amount as people type it, in whole units: "1 900.50". A
// comma is a point if at most the currency's digits follow it, else it sets
// thousands apart. Whatever is wrong is said of the field.
func ParseAmount(p *workflows.Problems, field, typed, code string) *Amount {
	code = strings.ToUpper(strings.TrimSpace(code))
	typed = strings.Join(strings.Fields(strings.NewReplacer("\u00a0", " ", "\u202f", " ", "'", "").Replace(typed)), "")
	if typed == "" {
		return nil
	}
	digits, known := Digits(code)
	if !known {
		p.Add(strings.TrimSuffix(field, "amount")+"currency", "unknown_currency")
		return nil
	}
	whole, part := typed, ""
	if at := strings.LastIndexAny(typed, ".,"); at >= 0 && (len(typed)-at-1 <= digits || typed[at] == '.') {
		whole, part = typed[:at], typed[at+1:]
	}
	whole = strings.ReplaceAll(whole, ",", "")
	if len(part) > digits || whole == "" || strings.Trim(whole+part, "0123456789") != "" {
		p.Add(field, "bad_amount")
		return nil
	}
	minor, err := strconv.ParseInt(whole+part+strings.Repeat("0", digits-len(part)), 10, 64)
	if err != nil || minor > maxMinor {
		p.Add(field, "bad_amount")
		return nil
	}
	return &Amount{minor, code}
}

// Units is the amount in whole units, for people; with how many digits after
// the point it is to be written.
func (a Amount) Units() (float64, int) {
	digits, _ := Digits(a.Currency)
	unit := math.Pow10(digits)
	if a.Minor%int64(unit) == 0 {
		digits = 0
	}
	return float64(a.Minor) / unit, digits
}

// Plain is the amount in whole units as programs and ParseAmount read it:
// "1900.50".
func (a Amount) Plain() string {
	units, digits := a.Units()
	return strconv.FormatFloat(units, 'f', digits, 64)
}

// Sum is what the measures of a plan cost in one currency and year.
type Sum struct {
	Currency string
	Year     int // 0: all years
	Minor    int64
}

// Sums adds up what the measures cost: of each currency the years, and then the
// whole.
func Sums(rows []Row) []Sum {
	at := map[Sum]int64{}
	for _, r := range rows {
		for _, line := range r.Resources {
			at[Sum{Currency: line.Currency, Year: line.Year}] += line.Minor
			at[Sum{Currency: line.Currency, Year: math.MaxInt}] += line.Minor
		}
	}
	var out []Sum
	for s, minor := range at {
		s.Minor = minor
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b Sum) int { return cmp.Or(cmp.Compare(a.Currency, b.Currency), cmp.Compare(a.Year, b.Year)) })
	for i := range out {
		if out[i].Year == math.MaxInt {
			out[i].Year = 0
		}
	}
	return out
}

// Check is what the text says a plan costs beside what its measures come to.
type Check struct {
	Stated, Sum Amount
	In          string // where the text says so
}

// Differs says whether the two are not the same.
func (c *Check) Differs() bool { return c.Stated.Minor != c.Sum.Minor }

// Difference is by how much the text says more, or less if it is negative.
func (c *Check) Difference() Amount { return Amount{c.Stated.Minor - c.Sum.Minor, c.Stated.Currency} }

// Checked compares what the text says with the sums; nil if it says nothing.
func (p *Plan) Checked(sums []Sum) *Check {
	if p.StatedMinor == nil {
		return nil
	}
	c := &Check{Stated: Amount{*p.StatedMinor, p.StatedCurrency}, Sum: Amount{0, p.StatedCurrency}, In: p.StatedIn}
	for _, s := range sums {
		if s.Year == 0 && s.Currency == p.StatedCurrency {
			c.Sum.Minor = s.Minor
		}
	}
	return c
}
