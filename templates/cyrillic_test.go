package templates

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

// -update writes what this package's tests compare with.
var update = flag.Bool("update", false, "write locales/sr from locales/bs")

// Latin letters of the language and the Cyrillic ones for them. Two Latin letters can be one Cyrillic one.
var (
	digraphs = map[string]string{"lj": "љ", "nj": "њ", "dž": "џ"}
	letters  = map[rune]rune{
		'a': 'а', 'b': 'б', 'c': 'ц', 'č': 'ч', 'ć': 'ћ', 'd': 'д', 'đ': 'ђ', 'e': 'е', 'f': 'ф', 'g': 'г', 'h': 'х', 'i': 'и', 'j': 'ј', 'k': 'к', 'l': 'л',
		'm': 'м', 'n': 'н', 'o': 'о', 'p': 'п', 'r': 'р', 's': 'с', 'š': 'ш', 't': 'т', 'u': 'у', 'v': 'в', 'z': 'з', 'ž': 'ж',
	}
)

// seams are beginnings and middles of words in which n and j, or d and ž, belong to two parts of the word; the dot is the seam.
var seams = strings.Fields(`in.jek in.jic kon.jug kon.jun kon.jek an.jon van.jezi tan.jug tan.jed ad.jek iz.van.j
	nad.živ nad.žet nad.žnj nad.žup nad.žand od.žal od.živ od.žvak pred.živ pod.žanr pod.župan pod.žig`)

// latinWords stay as they are: formats, standards and names of programs. Words in capitals alone stay without being named.
var latinWords = []string{
	"iCalendar", "Markdown", "Excel", "Word", "LibreOffice", "OpenAPI", "OAuth", "TikTok", "SQLite", "PostgreSQL", "JavaScript", "Unicode", "OpenDocument", "Enter", "Argos", "Translate",
	"en", "bs", "zh", "true", "false", // tags of languages, values of JSON
	"organisation", "sector", "section", "paragraph", "comment", "proposed", "change", "language",
} // columns of a table of comments

// fixed is what is no text: placeholders, addresses, code, names of files, hashes and standards.
var fixed = regexp.MustCompile(`\{\{.*?\}\}|%\{\w+\}|<code>.*?</code>|</?[a-z][^>]*>|https?://[^\s)»"”]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:^|\B)/[a-z][\w/.-]+|(?:^|\B)\.[a-z]{2,4}\b|\b[A-Z]+-\d+\b` +
	`|\b(?:ETag|If-Match|Content-Type|Idempotency-Key)\b|\b(?:application|multipart|text)/[a-z-]+|\b[a-z]+\.(?:txt|csv|json|ics|md)\b|\bj, k\b|\bge, te\b|\bed\b`)

var words = regexp.MustCompile(`[\p{L}\p{M}\d]+`)

// named are texts that say another thing in Cyrillic: Croatian is not written in it.
var named = map[string]string{"Bosanski / Hrvatski / Srpski": "Босански / Српски"}

// cyrillic writes a text of the language in its other script.
func cyrillic(text string) string {
	if other, ok := named[text]; ok {
		return other
	}
	var out strings.Builder
	at := 0
	for _, span := range fixed.FindAllStringIndex(text, -1) {
		out.WriteString(words.ReplaceAllStringFunc(text[at:span[0]], cyrillicWord))
		out.WriteString(text[span[0]:span[1]])
		at = span[1]
	}
	out.WriteString(words.ReplaceAllStringFunc(text[at:], cyrillicWord))
	return out.String()
}

func cyrillicWord(word string) string {
	if foreign(word) {
		return word
	}
	lower := strings.ToLower(word)
	for _, seam := range seams {
		parts := strings.Split(seam, ".")
		if i := strings.Index(lower, strings.Join(parts, "")); i >= 0 {
			cut := i + len(parts[0])
			return cyrillicLetters(word[:cut]) + cyrillicLetters(word[cut:])
		}
	}
	return cyrillicLetters(word)
}

// foreign words hold letters the language lacks, are named above, or are abbreviations in capitals.
func foreign(word string) bool {
	for _, w := range latinWords {
		if word == w {
			return true
		}
	}
	if strings.ContainsAny(word, "qwxyQWXY") {
		return true
	}
	return len(word) > 1 && strings.ToUpper(word) == word && !strings.ContainsAny(word, "ČĆĐŠŽ")
}

func cyrillicLetters(part string) string {
	runes := []rune(part)
	var out []rune
	for i := 0; i < len(runes); i++ {
		if i+1 < len(runes) {
			if to, ok := digraphs[strings.ToLower(string(runes[i:i+2]))]; ok {
				out = append(out, cased([]rune(to)[0], runes[i]))
				i++
				continue
			}
		}
		if to, ok := letters[unicode.ToLower(runes[i])]; ok {
			out = append(out, cased(to, runes[i]))
			continue
		}
		out = append(out, runes[i])
	}
	return string(out)
}

func cased(letter, like rune) rune {
	if unicode.IsUpper(like) {
		return unicode.ToUpper(letter)
	}
	return letter
}

var jsonText = regexp.MustCompile(`"(?:[^"\\]|\\.)*"(\s*:)?`)

// cyrillicFile writes the texts of a file of locales in Cyrillic and leaves keys and layout as they are.
func cyrillicFile(t *testing.T, content []byte) []byte {
	t.Helper()
	return jsonText.ReplaceAllFunc(content, func(literal []byte) []byte {
		if literal[len(literal)-1] == ':' {
			return literal
		}
		var text string
		if err := json.Unmarshal(literal, &text); err != nil {
			t.Fatalf("%s: %v", literal, err)
		}
		var out bytes.Buffer
		enc := json.NewEncoder(&out)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(cyrillic(text)); err != nil {
			t.Fatal(err)
		}
		return bytes.TrimSpace(out.Bytes())
	})
}

// The Cyrillic texts are the Latin ones in other letters, and nothing else.
func TestCyrillicIsMadeFromLatin(t *testing.T) {
	names, err := filepath.Glob("locales/bs/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		want := cyrillicFile(t, content)
		made := filepath.Join("locales", "sr", filepath.Base(name))
		if *update {
			if err := os.MkdirAll(filepath.Dir(made), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(made, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(made); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what %s makes: run go test ./templates -run Cyrillic -update (%v)", made, name, err)
		}
	}
	made, err := filepath.Glob("locales/sr/*.json")
	if err != nil || len(made) > len(names) {
		t.Errorf("locales/sr has %d files, locales/bs %d (%v)", len(made), len(names), err)
	}
}

func TestCyrillic(t *testing.T) {
	for latin, want := range map[string]string{
		"Bosanski / Hrvatski / Srpski":                     "Босански / Српски",
		"Ljubav, Njegoš, Džep; LJUDI, NJEGOVO, DŽEP ŠĆ":    "Љубав, Његош, Џеп; LJUDI, NJEGOVO, ЏЕП ШЋ",
		"čćđšž ČĆĐŠŽ":                                      "чћђшж ЧЋЂШЖ",
		"injekcija, konjunkcija, konjugacija, anjon":       "инјекција, конјункција, конјугација, анјон",
		"nadživjeti, nadžupan, podžanr, odžaliti, Tanjug":  "надживјети, наджупан, поджанр, оджалити, Танјуг",
		"džem, udžbenik, menadžer, budžet":                 "џем, уџбеник, менаџер, буџет",
		"konj, tanjir, Sanja, prijedlog":                   "коњ, тањир, Сања, приједлог",
		"{{.Count}} odgovora do {{.ClosesAt}}":             "{{.Count}} одговора до {{.ClosesAt}}",
		"Preostalo znakova: %{count}":                      "Преостало знакова: %{count}",
		"Datoteka u formatu PDF ili CSV, SHA-256, u UTC-u": "Датотека у формату PDF или CSV, SHA-256, у UTC-у",
		"Kalendar iCalendar i tabela Excela":               "Календар iCalendar и табела Excela",
		"Pišite na a@b.example ili https://x.example/nj":   "Пишите на a@b.example или https://x.example/nj",
		"Adresa /api/v1/openapi.json, datoteka .md":        "Адреса /api/v1/openapi.json, датотека .md",
		"i <code>nj lj</code> i <bdi>nj</bdi>":             "и <code>nj lj</code> и <bdi>њ</bdi>",
		"odgovor/komentar, 24. novembar 2026.":             "одговор/коментар, 24. новембар 2026.",
		"Pošaljite ETag u If-Match; Content-Type":          "Пошаљите ETag у If-Match; Content-Type",
		"kao multipart/form-data, tekst/slika, te tako":    "као multipart/form-data, текст/слика, те тако",
		"Datoteka receipt.txt je potpisana":                "Датотека receipt.txt је потписана",
		"Oznaka en, bs ili zh; true; vrsta ge, te ili ed":  "Ознака en, bs или zh; true; врста ge, te или ed",
		"Kolone proposed_change, type i comment":           "Колоне proposed_change, type и comment",
		"BiH, Word i Markdown; web":                        "БиХ, Word и Markdown; web",
		"Na primjer Argos Translate 1.9":                   "На примјер Argos Translate 1.9",
		"Člana 3a, tačka b)":                               "Члана 3а, тачка б)",
		"":                                                 "",
	} {
		if got := cyrillic(latin); got != want {
			t.Errorf("%q\n is %q,\nwant %q", latin, got, want)
		}
	}
}

func TestCyrillicFile(t *testing.T) {
	const bs = "{\n  \"date\": {\"njuska\": \"Njuška \\\"lj\\\" & <b>\\n{{.Dan}}\"},\n  \"n\": {\"one\" : \"dan\", \"other\": \"dana\"}\n}\n"
	const want = "{\n  \"date\": {\"njuska\": \"Њушка \\\"љ\\\" & <b>\\n{{.Dan}}\"},\n  \"n\": {\"one\" : \"дан\", \"other\": \"дана\"}\n}\n"
	if got := string(cyrillicFile(t, []byte(bs))); got != want {
		t.Errorf("got %s", got)
	}
}

// Whatever stands in a text: what is fixed stays, and no letter of the language stays Latin outside it.
func FuzzCyrillic(f *testing.F) {
	f.Add("Njegov {{.Name}} lj")
	f.Fuzz(func(t *testing.T, latin string) {
		got := cyrillic(latin)
		if a, b := fixed.FindAllString(latin, -1), fixed.FindAllString(got, -1); len(a) > len(b) {
			t.Errorf("%q lost what is fixed: %q", latin, got)
		}
		if again := cyrillic(got); again != got {
			t.Errorf("%q is %q, and again %q", latin, got, again)
		}
	})
}
