package web

import (
	"slices"
	"testing"
)

func TestNumbersAreReadWithTheCommasOfTheirLanguage(t *testing.T) {
	for _, list := range []string{"1.1, 4.4", "1.1;4.4\n", "1.1، 4.4", "1.1؛4.4", "1.1，4.4", "1.1、4.4"} {
		if got := numbersIn(list); !slices.Equal(got, []string{"1.1", "4.4"}) {
			t.Errorf("%q read as %q", list, got)
		}
	}
}
