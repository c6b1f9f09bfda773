package templates

import (
	"go/ast"
	"go/parser"
	"go/token"
	"html"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/template/parse"
	"unicode"
)

// use is one place that asks for a text. A dynamic one knows only how its key begins.
type use struct {
	where, key string
	dynamic    bool
	given      []string // names of the placeholders it fills, nil when not known
}

// What stands between a label and its value differs between languages (French has a space before a colon, Chinese a wide
// one), so a mail leaves it to the text "mail.line".
func TestMailsJoinNoPieces(t *testing.T) {
	mails, err := fs.Glob(files, "mail/*.txt")
	if err != nil || len(mails) < 30 {
		t.Fatalf("found %d mails: %v", len(mails), err)
	}
	joined := regexp.MustCompile(`\}\}[:,;.!?] ?\{\{|\.T "[^"]+"[^}]*\}\} \{\{\$?\.Text\.T`)
	for _, name := range mails {
		content, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		if pieces := joined.Find(content); pieces != nil {
			t.Errorf("%s joins pieces: %s", name, pieces)
		}
	}
}

// Every text asked for in a page, a mail or the code exists, and every placeholder in it is filled.
func TestEveryTextExists(t *testing.T) {
	messages := messagesOf(t, "en")
	uses := append(usesInTemplates(t), usesInCode(t)...)
	if len(uses) < 30 {
		t.Fatalf("found only %d uses: the search is broken", len(uses))
	}
	used := map[string]bool{}
	for _, u := range uses {
		found := matching(messages, u)
		if len(found) == 0 {
			t.Errorf("%s: no text for %s", u.where, u.key)
		}
		for _, key := range found {
			used[key] = true
			for _, name := range placeholdersOf(messages[key]) {
				if u.given != nil && !slices.Contains(u.given, name) {
					t.Errorf("%s: %s wants {{.%s}}, which is not given", u.where, key, name)
				}
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(messages)) {
		if !used[key] {
			t.Logf("no use found for %s", key)
		}
	}
}

func matching(messages map[string]string, u use) []string {
	var found []string
	for key := range messages {
		if key == u.key || u.dynamic && strings.HasPrefix(key, u.key) {
			found = append(found, key)
		}
	}
	return found
}

func placeholdersOf(message string) []string {
	var names []string
	for _, m := range regexp.MustCompile(`\{\{\s*\.(\w+)`).FindAllStringSubmatch(message, -1) {
		names = append(names, m[1])
	}
	return names
}

// eachTemplate calls visit with every page and mail.
func eachTemplate(t *testing.T, visit func(name, content string)) {
	t.Helper()
	for _, root := range []string{"pages", "mail"} {
		err := fs.WalkDir(files, root, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			content, err := files.ReadFile(name)
			visit(name, string(content))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func usesInTemplates(t *testing.T) []use {
	t.Helper()
	var uses []use
	eachTemplate(t, func(name, content string) {
		trees := map[string]*parse.Tree{}
		tree := parse.New(name)
		tree.Mode = parse.SkipFuncCheck
		if _, err := tree.Parse(content, "", "", trees); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, tree := range trees {
			walk(reflect.ValueOf(tree.Root), func(c *parse.CommandNode) {
				if u, ok := useInCommand(c); ok {
					u.where = name
					uses = append(uses, u)
				}
			})
		}
	})
	return uses
}

// walk visits every command of a parsed template, however deep.
func walk(v reflect.Value, visit func(*parse.CommandNode)) {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			return
		}
		if c, ok := v.Interface().(*parse.CommandNode); ok {
			visit(c)
		}
		if _, ok := v.Interface().(*parse.Tree); !ok { // nodes point back to their tree
			walk(v.Elem(), visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				walk(v.Field(i), visit)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			walk(v.Index(i), visit)
		}
	}
}

func useInCommand(c *parse.CommandNode) (use, bool) {
	if len(c.Args) < 2 {
		return use{}, false
	}
	switch method(c.Args[0]) {
	case "T":
		u, ok := keyOf(c.Args[1])
		u.given = []string{}
		for i := 2; i < len(c.Args); i += 2 {
			name, ok := c.Args[i].(*parse.StringNode)
			if !ok {
				u.given = nil
				break
			}
			u.given = append(u.given, name.Text)
		}
		return u, ok
	case "State":
		u, ok := keyOf(c.Args[1])
		return use{key: "state." + u.key + ".", dynamic: true}, ok
	case "Options":
		u, ok := keyOf(c.Args[1])
		return use{key: u.key + ".", dynamic: true}, ok
	}
	return use{}, false
}

func method(n parse.Node) string {
	switch n := n.(type) {
	case *parse.FieldNode:
		return n.Ident[len(n.Ident)-1]
	case *parse.VariableNode:
		return n.Ident[len(n.Ident)-1]
	case *parse.ChainNode:
		return n.Field[len(n.Field)-1]
	}
	return ""
}

// keyOf reads "a.b", or (printf "a.%s" .X) as the beginning of a key.
func keyOf(n parse.Node) (use, bool) {
	switch n := n.(type) {
	case *parse.StringNode:
		return use{key: n.Text}, true
	case *parse.PipeNode:
		args := n.Cmds[0].Args
		if id, ok := args[0].(*parse.IdentifierNode); ok && id.Ident == "printf" && len(args) > 1 {
			format, _ := strconv.Unquote(args[1].String())
			start, _, _ := strings.Cut(format, "%")
			return use{key: start, dynamic: true}, true
		}
	}
	return use{}, false
}

// eachGoFile calls visit with every parsed file of the module that is not a test.
func eachGoFile(t *testing.T, visit func(name string, file *ast.File)) {
	t.Helper()
	err := filepath.WalkDir("..", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == ".git" || entry.Name() == "testdata") {
			return filepath.SkipDir
		}
		if filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		source, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, source, 0)
		if err != nil {
			return err
		}
		visit(name, file)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func usesInCode(t *testing.T) []use {
	t.Helper()
	var uses []use
	eachGoFile(t, func(name string, file *ast.File) {
		inWorkflow := strings.HasPrefix(name, filepath.Join("..", "workflows"))
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			for _, u := range usesInCall(call, inWorkflow) {
				u.where = name
				uses = append(uses, u)
			}
			return true
		})
	})
	return uses
}

// usesInCall knows Text.T and Text.Options, and the functions by which workflows name what they refuse;
// those keys stand below "error.".
func usesInCall(call *ast.CallExpr, inWorkflow bool) []use {
	at, prefix := -1, ""
	switch name := called(call); {
	case name == "T":
		at = 0
	case name == "Refuse" || name == "InvalidField", name == "Add" && inWorkflow && len(call.Args) >= 2:
		at, prefix = 1, "error."
	case name == "Options":
		if key, ok := literal(call.Args, 0); ok {
			return []use{{key: key + ".", dynamic: true}}
		}
	}
	key, ok := literal(call.Args, at)
	if !ok {
		return nil
	}
	u := use{key: prefix + key, given: []string{}}
	for i := at + 1; i < len(call.Args); i += 2 {
		name, ok := literal(call.Args, i)
		if !ok {
			u.given = nil
			break
		}
		u.given = append(u.given, name)
	}
	return []use{u}
}

func called(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.SelectorExpr:
		return f.Sel.Name
	case *ast.Ident:
		return f.Name
	}
	return ""
}

func literal(args []ast.Expr, i int) (string, bool) {
	if i < 0 || i >= len(args) {
		return "", false
	}
	lit, ok := args[i].(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

var (
	action = regexp.MustCompile(`(?s)\{\{.*?\}\}`)
	tagged = regexp.MustCompile(`(?s)<[^>]*>`)
	spoken = regexp.MustCompile(`\b(?:title|alt|aria-label|placeholder|summary)="([^"]*)"`)
)

// Words stand in the locales, so that a translator finds all of them.
func TestNoWordsInTemplates(t *testing.T) {
	eachTemplate(t, func(name, content string) {
		for _, word := range literalWords(content) {
			t.Errorf("%s: %q belongs into the locales", name, word)
		}
	})
}

func literalWords(content string) []string {
	content = action.ReplaceAllString(content, " ")
	texts := tagged.Split(content, -1)
	for _, attribute := range spoken.FindAllStringSubmatch(content, -1) {
		texts = append(texts, attribute[1])
	}
	var words []string
	for _, text := range texts {
		text = strings.TrimSpace(html.UnescapeString(text))
		if strings.ContainsFunc(text, unicode.IsLetter) {
			words = append(words, text)
		}
	}
	return words
}

func TestLiteralWords(t *testing.T) {
	for content, want := range map[string]int{
		`<p>{{.Text.T "a.b"}} · {{.X}} &nbsp;</p>`:        0,
		`<p class="x">Word</p>`:                           1,
		`<a title="Word" href="{{.X}}">{{.X}}</a>`:        1,
		`<p>{{if gt .N 1}}{{.X}}{{else}}слово{{end}}</p>`: 1,
	} {
		if got := literalWords(content); len(got) != want {
			t.Errorf("%s: found %q", content, got)
		}
	}
}

// A page with inline code or style would need a weaker content security policy.
func TestNoInlineCodeInPages(t *testing.T) {
	inline := regexp.MustCompile(`(?i)\s(style|on[a-z]+)\s*=\s*["'{]|<style|<script(>|\s[^>]*>\s*[^<\s])|javascript:|<iframe|target=`)
	eachTemplate(t, func(name, content string) {
		if found := inline.FindString(content); strings.HasPrefix(name, "pages/") && found != "" {
			t.Errorf("%s: %s", name, found)
		}
	})
}

// Casting a string to HTML, JS or a URL would take it past the escaper. Only the pictures need that: whole SVG elements,
// whose own tests put every kind of words into them.
func TestNoEscapeFromEscaping(t *testing.T) {
	casts := []string{"HTML", "HTMLAttr", "JS", "JSStr", "CSS", "URL", "Srcset"}
	eachGoFile(t, func(name string, file *ast.File) {
		imported := importName(file, "html/template")
		if strings.HasPrefix(name, "../app/pictures/") {
			return
		}
		ast.Inspect(file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if pkg, ok := sel.X.(*ast.Ident); ok && imported != "" && pkg.Name == imported && slices.Contains(casts, sel.Sel.Name) {
				t.Errorf("%s uses template.%s", name, sel.Sel.Name)
			}
			return true
		})
	})
}

func importName(file *ast.File, path string) string {
	for _, spec := range file.Imports {
		if spec.Path.Value != strconv.Quote(path) {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name
		}
		return filepath.Base(path)
	}
	return ""
}
