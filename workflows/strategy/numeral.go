package strategy

import "strings"

var romanSteps = []struct {
	value  int
	digits string
}{
	{100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"},
}

// writeRoman writes 1 to 399; strategies have no more parts than that.
func writeRoman(v int) string {
	var s strings.Builder
	for _, step := range romanSteps {
		for v >= step.value {
			s.WriteString(step.digits)
			v -= step.value
		}
	}
	return s.String()
}

// romanValue reads what writeRoman writes, in either case, and gives 0 for
// anything else.
func romanValue(s string) int {
	upper := strings.ToUpper(s)
	rest, v := upper, 0
	for _, step := range romanSteps {
		for strings.HasPrefix(rest, step.digits) {
			rest, v = rest[len(step.digits):], v+step.value
		}
	}
	if rest != "" || v > 399 || writeRoman(v) != upper {
		return 0
	}
	return v
}

const hanDigits = "一二三四五六七八九十"

// writeHan writes 1 to 99 in Chinese numerals.
func writeHan(v int) string {
	digit := func(d int) string { return string([]rune(hanDigits)[d-1]) }
	s := ""
	if v >= 20 {
		s = digit(v / 10)
	}
	if v >= 10 {
		s += "十"
	}
	if v%10 > 0 {
		s += digit(v % 10)
	}
	return s
}

// hanValue reads what writeHan writes and gives 0 for anything else.
func hanValue(s string) int {
	v := 0
	for i, r := range []rune(s) {
		d := strings.Index(hanDigits, string(r))/len("一") + 1
		switch {
		case !strings.ContainsRune(hanDigits, r) || i > 2:
			return 0
		case d == 10:
			v = max(v, 1) * 10
		default:
			v += d
		}
	}
	if v < 1 || v > 99 || writeHan(v) != s {
		return 0
	}
	return v
}
