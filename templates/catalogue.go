package templates

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// catalogue is every message of one language, its files merged.
type catalogue struct {
	tag      language.Tag
	messages []*i18n.Message
}

// pluralForms are the CLDR categories. An object whose keys are all among them is one message with plural forms;
// any other object is a group, so "sector.other" stays an ordinary key.
var pluralForms = []string{"zero", "one", "two", "few", "many", "other"}

func readCatalogues(dir fs.FS) ([]catalogue, error) {
	entries, err := fs.ReadDir(dir, ".")
	if err != nil {
		return nil, err
	}
	var all []catalogue
	for _, entry := range entries {
		tag, err := language.Parse(entry.Name())
		if err != nil {
			return nil, fmt.Errorf("folder %s: %w", entry.Name(), err)
		}
		messages, err := readMessages(dir, entry.Name())
		if err != nil {
			return nil, err
		}
		all = append(all, catalogue{tag: tag, messages: messages})
	}
	return all, nil
}

func readMessages(dir fs.FS, folder string) ([]*i18n.Message, error) {
	names, err := fs.Glob(dir, path.Join(folder, "*.json"))
	if err != nil {
		return nil, err
	}
	merged := map[string]*i18n.Message{}
	for _, name := range names {
		raw, err := fs.ReadFile(dir, name)
		if err != nil {
			return nil, err
		}
		var tree map[string]any
		if err := json.Unmarshal(raw, &tree); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if err := flatten(merged, "", tree); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return slices.Collect(maps.Values(merged)), nil
}

// flatten turns nested groups into dotted keys and refuses a key that another file, or this one, already gave.
func flatten(into map[string]*i18n.Message, key string, value any) error {
	message := &i18n.Message{ID: key}
	switch v := value.(type) {
	case string:
		message.Other = v
	case map[string]any:
		if !isPlural(v) {
			return flattenGroup(into, key, v)
		}
		if err := setForms(message, v); err != nil {
			return err
		}
	default:
		return fmt.Errorf("key %s: want a text or a group, have %T", key, value)
	}
	if _, taken := into[key]; taken {
		return fmt.Errorf("key %s is given twice", key)
	}
	into[key] = message
	return nil
}

func flattenGroup(into map[string]*i18n.Message, key string, group map[string]any) error {
	for name, value := range group {
		full := name
		if key != "" {
			full = key + "." + name
		}
		if err := flatten(into, full, value); err != nil {
			return err
		}
	}
	return nil
}

func isPlural(group map[string]any) bool {
	for name := range group {
		if !slices.Contains(pluralForms, name) {
			return false
		}
	}
	return group["other"] != nil
}

func setForms(message *i18n.Message, forms map[string]any) error {
	fields := map[string]*string{
		"zero": &message.Zero, "one": &message.One, "two": &message.Two,
		"few": &message.Few, "many": &message.Many, "other": &message.Other,
	}
	for name, value := range forms {
		text, ok := value.(string)
		if !ok {
			return fmt.Errorf("key %s.%s: want a text, have %T", message.ID, name, value)
		}
		*fields[name] = text
	}
	return nil
}

// complete fills plural forms a translator had no use for: a form is chosen by rules of CLDR, and of those that came
// late, such as French millions, not every table knows.
func complete(messages []*i18n.Message) []*i18n.Message {
	for _, m := range messages {
		for _, form := range []*string{&m.Zero, &m.One, &m.Two, &m.Few, &m.Many} {
			if *form == "" {
				*form = m.Other
			}
		}
	}
	return messages
}
