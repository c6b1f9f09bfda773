package web

import "jahorina/workflows/translation"

// translationRoutes are the pages on which content is translated.
func translationRoutes() []route {
	out := []route{
		get("/drafts/:id/translations", translationsPage),
		post("/drafts/:id/translations", translationsPage, uploadTranslation),
		post("/strays/:id", nil, settleStray),
	}
	for path, kind := range map[string]string{"/drafts": translation.Draft, "/consultations": translation.Consultation, "/comments": translation.Comment} {
		path += "/:id/translation"
		out = append(out, get(path, translatePage(kind)), post(path, translatePage(kind), saveTranslations(kind)))
	}
	return out
}
