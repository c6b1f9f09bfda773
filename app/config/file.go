package config

import (
	"bufio"
	"fmt"
	"os"
	"slices"
	"strings"
)

// readFile reads lines "name = value" or "JAHORINA_NAME=value"; empty lines and
// lines that begin with # don't count. Values may stand in double quotes.
func readFile(path string, values map[string]string) Faults {
	f, err := os.Open(path)
	if err != nil {
		return Faults{fmt.Sprintf("settings file: %v", err)}
	}
	defer f.Close()
	var faults Faults
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		name, value = strings.TrimSpace(name), strings.Trim(strings.TrimSpace(value), `"`)
		i := slices.IndexFunc(Settings, func(s Setting) bool { return name == s.Name || name == s.Env() })
		switch {
		case !ok:
			faults = append(faults, fmt.Sprintf("%s:%d: want name = value", path, n))
		case i < 0:
			faults = append(faults, fmt.Sprintf("%s:%d: there is no setting %q", path, n, name))
		default:
			values[Settings[i].Name] = value
		}
	}
	if err := lines.Err(); err != nil {
		faults = append(faults, fmt.Sprintf("settings file: %v", err))
	}
	return faults
}
