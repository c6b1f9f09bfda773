package duty_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"jahorina/workflows/coverage/register"
	"jahorina/workflows/duty"
)

func date(s string) time.Time {
	at, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return at
}

func TestRules(t *testing.T) {
	for _, c := range []struct {
		rule, inForce, from, until string
		want                       []string
	}{
		{"30 days after entry into force", "2026-02-01", "2026-02-01", "2030-01-01", []string{"once 2026-03-03"}},
		{"30 days after entry into force", "2028-02-01", "2028-02-01", "2030-01-01", []string{"once 2028-03-02"}},
		{"30 days after entry into force", "2026-02-01", "2026-03-04", "2030-01-01", nil},
		{"90 days after the end of the year", "2026-02-01", "2026-02-01", "2029-01-01", []string{"2026 2027-03-31", "2027 2028-03-30"}},
		{"90 days after the end of the year", "2026-12-31", "2026-01-01", "2027-12-31", []string{"2026 2027-03-31"}},
		{"90 days after the beginning of the year", "2026-02-01", "2026-02-01", "2028-12-31", []string{"2026 2026-04-01", "2027 2027-04-01", "2028 2028-03-31"}},
		{"60 days before the beginning of the year", "2026-02-01", "2026-02-01", "2027-12-31", []string{"2027 2026-11-02", "2028 2027-11-02"}},
		{"60 days before the beginning of the year", "2026-11-02", "2026-01-01", "2026-12-31", nil},
		{"400 days before the beginning of the year", "2026-02-01", "2026-02-01", "2026-12-31", []string{"2028 2026-11-27"}},
		{"60 days after the end of each quarter", "2026-02-01", "2026-02-01", "2026-12-31", []string{"2026-Q1 2026-05-30", "2026-Q2 2026-08-29", "2026-Q3 2026-11-29"}},
		{"30 days after the end of each month", "2027-12-15", "2027-12-15", "2028-04-01", []string{"2027-12 2028-01-30", "2028-01 2028-03-01", "2028-02 2028-03-30"}},
		{"each 15 April", "2026-04-15", "2026-01-01", "2028-12-31", []string{"2027 2027-04-15", "2028 2028-04-15"}},
		{"each 29 February", "2026-01-01", "2026-01-01", "2028-12-31", []string{"2026 2026-02-28", "2027 2027-02-28", "2028 2028-02-29"}},
		{"before 1 December 2027", "2026-01-01", "2026-01-01", "2028-01-01", []string{"once 2027-11-30"}},
		{"by 30 November 2032", "2026-01-01", "2026-01-01", "2033-01-01", []string{"once 2032-11-30"}},
	} {
		r, err := duty.ParseRule(c.rule)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range r.Moments(date(c.inForce), date(c.from), date(c.until)) {
			got = append(got, m.Period+" "+m.On.Format(time.DateOnly))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s in force on %s: %q, want %q", c.rule, c.inForce, got, c.want)
		}
	}
	for _, c := range []struct{ rule, event, want string }{
		{"180 days before: a facility is changed", "2026-07-01", "2026-01-02"},
		{"10 days after: a request is received", "2028-02-20", "2028-03-01"},
	} {
		r, err := duty.ParseRule(c.rule)
		if err != nil || r.At(date(c.event)).Format(time.DateOnly) != c.want {
			t.Errorf("%s %s: %v, %v", c.rule, c.event, r, err)
		}
	}
	for _, wrong := range []string{"", "30 days", "days after entry into force", "-3 days after entry into force", "9999 days after entry into force", "each 31 April", "each 15", "by 2027", "30 days after the end of the yaer", "5 days before: "} {
		if r, err := duty.ParseRule(wrong); err == nil {
			t.Errorf("%q is %+v", wrong, r)
		}
	}
}

// Whatever the rule and the days: what is due lies in the span, never before the
// entry into force, each period once, in order; a longer span only adds; and a
// rule read from what it says is the same.
func TestMomentsOfAnyRule(t *testing.T) {
	days := rapid.IntRange(0, 1000)
	rapid.Check(t, func(t *rapid.T) {
		r := duty.Rule{Kind: rapid.SampledFrom([]string{duty.AfterEntry, duty.AfterYear, duty.FromYear, duty.BeforeYear, duty.AfterQuarter, duty.AfterMonth, duty.Each}).Draw(t, "kind")}
		if r.Kind == duty.Each {
			r.Month = time.Month(rapid.IntRange(1, 12).Draw(t, "month"))
			r.Day = rapid.IntRange(1, time.Date(2000, r.Month+1, 0, 0, 0, 0, 0, time.UTC).Day()).Draw(t, "day")
		} else {
			r.Days = days.Draw(t, "days")
		}
		if again, err := duty.ParseRule(r.String()); err != nil || again != r {
			t.Fatalf("%q is read as %+v, %v", r, again, err)
		}
		inForce := date("1990-01-01").AddDate(0, 0, rapid.IntRange(0, 20000).Draw(t, "in force"))
		from := inForce.AddDate(0, 0, rapid.IntRange(0, 2000).Draw(t, "from"))
		until := from.AddDate(0, 0, rapid.IntRange(0, 3000).Draw(t, "until"))
		all := r.Moments(inForce, from, until)
		seen := map[string]bool{}
		for i, m := range all {
			if m.On.Before(from) || m.On.After(until) || m.On.Before(inForce) || seen[m.Period] || i > 0 && !all[i-1].On.Before(m.On) || m.On.Hour() != 0 {
				t.Fatalf("%s, in force %s, %s to %s: %v", r, inForce, from, until, all)
			}
			seen[m.Period] = true
		}
		if longer := r.Moments(inForce, from, until.AddDate(3, 0, 0)); len(longer) < len(all) || !slices.Equal(longer[:len(all)], all) {
			t.Fatalf("%s: %v, then %v", r, all, longer)
		}
		if years := int(until.Sub(from).Hours() / 24 / 365); r.Kind != duty.AfterEntry && len(all) < years-r.Days/365-1 {
			t.Fatalf("%s: %d in %d years", r, len(all), years)
		}
	})
}

// Each duty rests on an obligation of the register, and of its instrument.
func TestShippedDutiesRestOnTheRegister(t *testing.T) {
	all, err := duty.All()
	if err != nil {
		t.Fatal(err)
	}
	rows, err := register.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	instrument := map[string]string{}
	for _, r := range rows {
		instrument[r.Code] = r.Instrument
	}
	for _, d := range all {
		if instrument[d.Obligation] != d.Instrument {
			t.Errorf("%s rests on %s of %q, not of %q", d.Code, d.Obligation, instrument[d.Obligation], d.Instrument)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("code,obligation,instrument,article,due,rule,nil,checked,source\nA,B,C,D,E,each 15 May,yes,verified,F\n"))
	f.Fuzz(func(t *testing.T, source []byte) {
		all, err := duty.Parse(source)
		if err != nil {
			return
		}
		for _, d := range all {
			if r, err := duty.ParseRule(d.Rule.String()); err != nil || r != d.Rule {
				t.Fatalf("%+v reads back as %+v, %v", d.Rule, r, err)
			}
		}
	})
}
