package exports

import "testing"

func TestName(t *testing.T) {
	for _, tt := range []struct{ title, what, language, want string }{
		{"National strategy: 2026–2030", "v2", "en", "National-strategy-2026-2030-v2-en.docx"},
		{"Nacionalna strategija/../\"x\"\r\n", "v1-v2", "bs", "Nacionalna-strategija-x-v1-v2-bs.docx"},
		{"第一委员会 文件", "v1", "zh", "第一委员会-文件-v1-zh.docx"},
		{"…", "v1", "", "document-v1-und.docx"},
	} {
		if got := Name(tt.title, tt.what, tt.language, "docx"); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}
