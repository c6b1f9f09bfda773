package demo

import "strings"

// restructuring is what happens to the order of the sample strategy after its
// first round, so that two drafts have more to compare than words: a provision
// is cut in two and those after it are renumbered, one moves to another chapter,
// one goes and one is new.
var restructuring = strings.NewReplacer(
	"appoint a biosecurity officer. Staff with", "appoint a biosecurity officer.\n\n4.6 Staff with",
	"4.6 Inspectors may", "4.7 Inspectors may",
	"8.4 Information received from a neighbour keeps the marking given by that neighbour.\n\n", "",
	"## 4. Law and enforcement", "3.7 Information received from a neighbour keeps the marking given by that neighbour.\n\n## 4. Law and enforcement",
	"2.5 Staff turnover has cost the State half of the officials trained in that time. Equipment worth more than its yearly upkeep budget stands unused at two border crossings.\n\n", "",
	"## Annex A", "10.5 Guidance for small firms, with worked examples, is published before the first duty takes effect.\n\n## Annex A",
)
