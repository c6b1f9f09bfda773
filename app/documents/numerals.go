package documents

import (
	"strconv"
	"strings"
)

// numeral writes v, from 0, in one of the formats that office files name
// (ECMA-376, part 1, 17.18.59). known is false for formats not written here;
// they come out in figures.
func numeral(v int, format string) (s string, known bool) {
	known = true
	switch format {
	case "", "decimal", "1":
		s = strconv.Itoa(v)
	case "decimalZero":
		s = strconv.Itoa(v)
		if v < 10 {
			s = "0" + s
		}
	case "lowerLetter", "a":
		s = alphabetic(v, "abcdefghijklmnopqrstuvwxyz")
	case "upperLetter", "A":
		s = alphabetic(v, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	case "lowerRoman", "i":
		s = strings.ToLower(romanNumeral(v))
	case "upperRoman", "I":
		s = romanNumeral(v)
	case "russianLower":
		s = alphabetic(v, "абвгдежзиклмнопрстуфхцчшщэюя")
	case "russianUpper":
		s = alphabetic(v, "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЭЮЯ")
	case "arabicAlpha", "أ, ب, ت, ...":
		s = alphabetic(v, "أبتثجحخدذرزسشصضطظعغفقكلمنهوي")
	case "arabicAbjad", "أ, ب, ج, ...":
		s = alphabetic(v, "أبجدهوزحطيكلمنسعفصقرشتثخذضظغ")
	case "chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting", "taiwaneseCountingThousand", "一, 二, 三, ...":
		s = chinese(v)
	case "ideographTraditional", "甲, 乙, 丙, ...":
		s = alphabetic(v, "甲乙丙丁戊己庚辛壬癸")
	case "ideographDigital":
		s = digits(v, "〇一二三四五六七八九")
	case "decimalFullWidth", "１, ２, ３, ...":
		s = digits(v, "０１２３４５６７８９")
	case "hindiNumbers", "١, ٢, ٣, ٤, ...":
		s = digits(v, "٠١٢٣٤٥٦٧٨٩")
	case "decimalEnclosedCircle", "①, ②, ③, ...":
		if s = strconv.Itoa(v); v >= 1 && v <= 20 {
			s = string(rune('①' + v - 1))
		}
	case "none":
	default:
		s, known = strconv.Itoa(v), false
	}
	return s, known
}

// alphabetic: after the last letter come double ones, as office programs print
// them: z, aa, bb.
func alphabetic(v int, letters string) string {
	all := []rune(letters)
	if v < 1 || v > 20*len(all) {
		return strconv.Itoa(v)
	}
	return strings.Repeat(string(all[(v-1)%len(all)]), 1+(v-1)/len(all))
}

func digits(v int, figures string) string {
	all := []rune(figures)
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return r
		}
		return all[r-'0']
	}, strconv.Itoa(v))
}

func romanNumeral(v int) string {
	if v < 1 || v > 3999 {
		return strconv.Itoa(v)
	}
	var s strings.Builder
	for _, step := range []struct {
		value  int
		digits string
	}{
		{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"},
	} {
		for v >= step.value {
			s.WriteString(step.digits)
			v -= step.value
		}
	}
	return s.String()
}

// chinese writes 0 to 9,999 by place: 十二, 一百零五.
func chinese(v int) string {
	if v < 0 || v > 9999 {
		return strconv.Itoa(v)
	}
	if v == 0 {
		return "〇"
	}
	figures, places := []rune("零一二三四五六七八九"), []string{"千", "百", "十", ""}
	var s strings.Builder
	skipped := false
	for i, unit := range []int{1000, 100, 10, 1} {
		d := v / unit % 10
		if d == 0 {
			skipped = s.Len() > 0
			continue
		}
		if skipped {
			s.WriteRune('零')
		}
		skipped = false
		if d != 1 || places[i] != "十" || s.Len() > 0 {
			s.WriteRune(figures[d])
		}
		s.WriteString(places[i])
	}
	return s.String()
}
