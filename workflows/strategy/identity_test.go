package strategy_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"jahorina/workflows/strategy"
)

const (
	records = "Firms that make, use, store or trade more than a set amount of listed toxic chemicals will register with the National Authority and keep records for seven years."
	labs    = "Laboratories that hold listed pathogens will register, keep an inventory and appoint a biosecurity officer. Staff with access will undergo a reliability check every three years."
	entry   = "Inspectors may enter registered premises during working hours without prior notice. They will respect trade secrets and will wear identification."
	panel   = "Industry, academia and civil society each have two seats in an Advisory Panel. The Panel sees drafts before decision and may publish an opinion."
)

func para(number, text string) strategy.Block {
	return strategy.Block{Kind: strategy.KindParagraph, Number: number, Text: text}
}

// known gives each block "id-<position>" as its identity.
func known(blocks ...strategy.Block) []strategy.Known {
	out := make([]strategy.Known, len(blocks))
	for i, b := range blocks {
		out[i] = strategy.Known{Identity: fmt.Sprintf("id-%d", i), Block: b}
	}
	return out
}

// told writes what became of each block, and which were deleted.
func told(c strategy.Carried) string {
	var out []string
	for _, l := range c.Links {
		out = append(out, strings.TrimSuffix(fmt.Sprintf("%s:%s%s", l.Origin, l.Identity, l.Resembles), ":"))
	}
	for _, d := range c.Deleted {
		out = append(out, "-"+d.Identity)
	}
	return strings.Join(out, " ")
}

func section(number, heading string) strategy.Block {
	return strategy.Block{Kind: strategy.KindSection, Number: number, Heading: heading}
}

var carryCases = []struct {
	name      string
	old, next []strategy.Block
	want      string
}{
	{"nothing changed", []strategy.Block{para("4.4", records), para("4.5", labs)}, []strategy.Block{para("4.4", records), para("4.5", labs)}, "exact:id-0 exact:id-1"},
	{"reworded", []strategy.Block{para("4.4", records)}, []strategy.Block{para("4.4", strings.Replace(records, "seven", "five", 1))}, "reworded:id-0"},
	{"white space is no change", []strategy.Block{para("4.4", records)}, []strategy.Block{para("4.4", strings.ReplaceAll(records, " ", "\n"))}, "exact:id-0"},
	{
		"the number passes to another: the text decides",
		[]strategy.Block{para("4.4", records), para("4.5", labs), para("4.6", entry)},
		[]strategy.Block{para("4.4", labs), para("4.5", entry)},
		"moved:id-1 moved:id-2 -id-0",
	},
	{
		"the number passes to another that is reworded",
		[]strategy.Block{para("4.4", records), para("4.5", labs)},
		[]strategy.Block{para("4.4", strings.Replace(labs, "three", "five", 1))},
		"moved_reworded:id-1 -id-0",
	},
	{"an unlike text under the old number is new", []strategy.Block{para("4.4", records)}, []strategy.Block{para("4.4", panel)}, "new -id-0"},
	{
		"half reworded under another number: a person decides",
		[]strategy.Block{para("4.4", records)},
		[]strategy.Block{para("6.1", "Firms that make, use, store or trade more than a set amount of listed toxic chemicals pay a yearly fee that covers inspection, laboratory work and the upkeep of the register.")},
		"doubtful:id-0 -id-0",
	},
	{
		"two look-alikes of one: a person decides",
		[]strategy.Block{para("4.4", records)},
		[]strategy.Block{para("5.1", strings.Replace(records, "seven", "five", 1)), para("5.2", strings.Replace(records, "seven", "nine", 1))},
		"doubtful:id-0 doubtful:id-0 -id-0",
	},
	{
		"of two look-alikes the one that kept the number",
		[]strategy.Block{para("4.4", records)},
		[]strategy.Block{para("4.4", strings.Replace(records, "seven", "five", 1)), para("4.5", strings.Replace(records, "seven", "nine", 1))},
		"reworded:id-0 new",
	},
	{
		"like words with their numbers",
		[]strategy.Block{para("4.4", "Reserved."), para("4.9", "Reserved.")},
		[]strategy.Block{para("4.9", "Reserved."), para("4.4", "Reserved.")},
		"exact:id-1 exact:id-0",
	},
	{
		"like words in their order",
		[]strategy.Block{para("4.4", "Reserved."), para("4.9", "Reserved.")},
		[]strategy.Block{para("4.5", "Reserved."), para("4.10", "Reserved.")},
		"moved:id-0 moved:id-1",
	},
	{
		"like words, one of them gone: a person decides",
		[]strategy.Block{para("4.4", "Reserved."), para("4.9", "Reserved.")},
		[]strategy.Block{para("4.8", "Reserved.")},
		"doubtful:id-0 -id-0 -id-1",
	},
	{"a new heading on a section", []strategy.Block{section("1", "Purpose")}, []strategy.Block{section("1", "Aims and scope")}, "doubtful:id-0 -id-0"},
	{"a section is no paragraph", []strategy.Block{section("1", "Purpose")}, []strategy.Block{para("1", "Purpose")}, "new -id-0"},
	{"Chinese over a page break", []strategy.Block{para("7", "恐怖主义威\n胁的国际文书 OPCW 之")}, []strategy.Block{para("7", "恐怖主义威胁的国际文书OPCW之")}, "exact:id-0"},
	{"words run together are no white space", []strategy.Block{para("7", "not able")}, []strategy.Block{para("7", "notable")}, "new -id-0"},
	{
		"Chinese",
		[]strategy.Block{para("10", "在国家以及，采取全面、综合办法处理大规模毁灭性武器不扩散问题至关重要。"), para("11", "该项目试图制定更综合、更全面的办法。")},
		[]strategy.Block{para("9", "在国家一级，采取全面、综合办法处理大规模毁灭性武器不扩散问题至关重要。"), para("11", "设立一个常设机构，由外交部主持。")},
		"moved_reworded:id-0 new -id-1",
	},
}

func TestCarry(t *testing.T) {
	for _, tt := range carryCases {
		t.Run(tt.name, func(t *testing.T) {
			if got := told(strategy.Carry(known(tt.old...), tt.next)); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// drawDraft draws n numbered paragraphs whose texts all differ.
func drawDraft(t *rapid.T, n int) []strategy.Block {
	seed := rapid.Uint64().Draw(t, "seed")
	r := rand.New(rand.NewPCG(seed, 1))
	blocks := make([]strategy.Block, n)
	for i := range blocks {
		blocks[i] = para(fmt.Sprintf("%d.%d", i/5+1, i%5+1), fmt.Sprintf("%s item%d", strings.Join(text(r, 15+r.IntN(30)), " "), i))
	}
	return blocks
}

func TestShuffledSectionsKeepTheirIdentities(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old := known(drawDraft(t, rapid.IntRange(1, 60).Draw(t, "n"))...)
		order := rapid.Permutation(old).Draw(t, "order")
		next := make([]strategy.Block, len(order))
		for i, k := range order {
			next[i] = para(fmt.Sprintf("%d.%d", i/5+1, i%5+1), k.Text)
		}
		carried := strategy.Carry(old, next)
		for i, l := range carried.Links {
			want := strategy.OriginMoved
			if order[i].Number == next[i].Number {
				want = strategy.OriginExact
			}
			if l.Identity != order[i].Identity || l.Origin != want || l.From != order[i].Number {
				t.Fatalf("%s became %+v, want %s", order[i].Number, l, want)
			}
		}
		if len(carried.Deleted) > 0 {
			t.Fatalf("deleted %v", carried.Deleted)
		}
	})
}

func TestDeletedAreExactlyThoseLeftOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old := known(drawDraft(t, rapid.IntRange(1, 60).Draw(t, "n"))...)
		var next []strategy.Block
		var gone []string
		for _, k := range old {
			if rapid.Bool().Draw(t, "gone") {
				gone = append(gone, k.Identity)
				continue
			}
			next = append(next, para(fmt.Sprint(len(next)+1), k.Text))
		}
		var deleted []string
		for _, k := range strategy.Carry(old, next).Deleted {
			deleted = append(deleted, k.Identity)
		}
		if !slices.Equal(deleted, gone) {
			t.Fatalf("deleted %v, want %v", deleted, gone)
		}
	})
}

func TestOneChangedWordKeepsTheIdentity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old := known(drawDraft(t, rapid.IntRange(1, 40).Draw(t, "n"))...)
		next := make([]strategy.Block, len(old))
		for i, k := range old {
			words := strings.Fields(k.Text)
			words[rapid.IntRange(0, len(words)-1).Draw(t, "word")] = "another"
			next[i] = para(k.Number, strings.Join(words, " "))
		}
		for i, l := range strategy.Carry(old, next).Links {
			if l.Identity != old[i].Identity || l.Origin != strategy.OriginReworded {
				t.Fatalf("%q became %q: %+v", old[i].Text, next[i].Text, l)
			}
		}
	})
}

// Whatever the drafts, identities that are carried and those that are deleted
// are the old ones, each once, and nothing in doubt is carried.
func TestIdentitiesAreCarriedOnce(t *testing.T) {
	blocks := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) strategy.Block {
		kind := rapid.SampledFrom([]strategy.Kind{strategy.KindSection, strategy.KindParagraph}).Draw(t, "kind")
		words := rapid.SliceOfN(rapid.SampledFrom([]string{"law", "state", "the", "国", "家", "."}), 0, 6).Draw(t, "words")
		b := strategy.Block{Kind: kind, Number: rapid.SampledFrom([]string{"", "1", "2", "1.1"}).Draw(t, "number"), Text: strings.Join(words, " ")}
		if kind == strategy.KindSection {
			b.Heading, b.Text = b.Text, ""
		}
		return b
	}), 0, 15)
	rapid.Check(t, func(t *rapid.T) {
		old, next := known(blocks.Draw(t, "old")...), blocks.Draw(t, "next")
		carried := strategy.Carry(old, next)
		if len(carried.Links) != len(next) {
			t.Fatalf("%d links for %d blocks", len(carried.Links), len(next))
		}
		seen := map[string]int{}
		for _, k := range carried.Deleted {
			seen[k.Identity]++
		}
		for _, l := range carried.Links {
			settled := l.Origin != strategy.OriginDoubtful && l.Origin != strategy.OriginNew
			if settled != (l.Identity != "") || (l.Origin == strategy.OriginDoubtful) != (l.Resembles != "") {
				t.Fatalf("%+v", l)
			}
			if settled {
				seen[l.Identity]++
			}
		}
		for _, k := range old {
			if seen[k.Identity] != 1 {
				t.Fatalf("%s is kept or deleted %d times", k.Identity, seen[k.Identity])
			}
		}
		if again := strategy.Carry(old, next); !reflect.DeepEqual(again, carried) {
			t.Fatalf("not the same twice: %+v, %+v", carried, again)
		}
		if same := strategy.Carry(old, unwrap(old)); len(same.Deleted) > 0 {
			t.Fatalf("an unchanged draft lost %v", same.Deleted)
		}
	})
}

func unwrap(known []strategy.Known) []strategy.Block {
	var blocks []strategy.Block
	for _, k := range known {
		blocks = append(blocks, k.Block)
	}
	return blocks
}

// 5,000 provisions all reworded, and 5,000 that are all alike.
func TestLargeDraftsAreCarriedInTime(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	var old, next, like, liker []strategy.Block
	for i := range 5000 {
		words := text(r, 60)
		old = append(old, para(fmt.Sprint(i), strings.Join(words, " ")))
		words[r.IntN(len(words))] = "changed"
		next = append(next, para(fmt.Sprint(i+1), strings.Join(words, " ")))
		like = append(like, para(fmt.Sprint(i), fmt.Sprintf("%s will be under way by the end of month %d.", vocabulary[i%10], i%24)))
		liker = append(liker, para(fmt.Sprint(i), fmt.Sprintf("%s will be done by the end of month %d.", vocabulary[i%10], i%24)))
	}
	begin := time.Now()
	for i, l := range strategy.Carry(known(old...), next).Links {
		if l.Identity != fmt.Sprintf("id-%d", i) {
			t.Fatalf("%d: %+v", i, l)
		}
	}
	t.Logf("reworded: %v", time.Since(begin))
	begin = time.Now()
	strategy.Carry(known(like...), liker)
	t.Logf("alike: %v", time.Since(begin))
	if took := time.Since(begin); took > 20*time.Second {
		t.Errorf("took %v", took)
	}
}
