package translation

import (
	"jahorina/workflows"
	"jahorina/workflows/strategy"
)

// Redline turns the comparison of two drafts into one of their translations
// into the language, for whoever was allowed to read both. It gives the
// identities of the provisions that it could do so for; the others, of which a
// translation is missing or stale in either draft, stay in the language of the
// source.
func Redline(tx *workflows.Tx, diff *strategy.Redlined, language string) (map[string]bool, error) {
	old, err := blocks(tx, diff.Old, language)
	if err != nil {
		return nil, err
	}
	next, err := blocks(tx, diff.New, language)
	if err != nil {
		return nil, err
	}
	done := map[string]bool{}
	for i := range diff.Changes {
		c := &diff.Changes[i]
		o, okOld := inWords(c.Old, old[c.Identity])
		n, okNew := inWords(c.New, next[c.Identity])
		if !okOld || !okNew {
			continue
		}
		done[c.Identity] = true
		if c.Heading != nil {
			c.Heading = strategy.Redline(heading(o), heading(n))
		}
		if c.Text != nil {
			c.Text = strategy.Redline(text(o), text(n))
		}
		c.Old, c.New = o, n
	}
	return done, nil
}

// blocks are, by identity, the translations of the very wordings of a draft.
func blocks(tx *workflows.Tx, d *strategy.Draft, language string) (map[string]string, error) {
	provisions, err := strategy.Provisions(tx, d.ID)
	if err != nil {
		return nil, err
	}
	sources := OfProvisions(d, provisions)
	texts, err := Of(tx, sources, language)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, s := range sources {
		if t, there := texts[s.Ref()]; there && !t.Stale {
			out[s.Key] = t.Text
		}
	}
	return out, nil
}

// inWords is a block with other words; what is not in a draft needs none.
func inWords(b *strategy.Block, words string) (*strategy.Block, bool) {
	if b == nil {
		return nil, true
	}
	if words == "" {
		return b, false
	}
	out := *b
	if b.Kind == strategy.KindSection {
		out.Heading = words
	} else {
		out.Text = words
	}
	return &out, true
}

func heading(b *strategy.Block) string {
	if b == nil {
		return ""
	}
	return b.Heading
}

func text(b *strategy.Block) string {
	if b == nil {
		return ""
	}
	return b.Text
}
