package web

import (
	"jahorina/app/documents"
	"jahorina/workflows"
	"jahorina/workflows/translation"
)

const maxUploadMB = documents.MaxSource >> 20

// uploadTranslation takes a whole translated document.
func uploadTranslation(q *request, tx *workflows.Tx) (done, error) {
	id, lang := q.c.Param("id"), q.form.Get("language")
	if lang == "" {
		return done{}, workflows.InvalidField("language", "required")
	}
	source, err := q.source()
	if err != nil {
		return done{}, err
	}
	content, err := documents.Markdown(source, documents.Options{})
	if err != nil {
		return done{}, err
	}
	in := translation.New{Author: q.form.Get("author"), Tool: q.form.Get("tool"), Status: q.form.Get("status")}
	up, err := translation.Upload(tx, id, lang, content, in)
	if err != nil {
		return done{}, err
	}
	return done{to: translationPath("drafts", id, up.Language), flash: "translation_uploaded"}, nil
}

// settleStray puts a part without a place on a provision, or drops it.
func settleStray(q *request, tx *workflows.Tx) (done, error) {
	provision := q.form.Get("provision_id")
	if q.form.Get("act") == "drop" {
		provision = ""
	} else if provision == "" {
		return done{}, workflows.InvalidField("provision_id", "required")
	}
	s, err := translation.Settle(tx, q.c.Param("id"), provision)
	if err != nil {
		return done{}, err
	}
	return done{to: translationPath("drafts", s.DraftID, s.Language) + "#strays", flash: "stray_" + s.Outcome}, nil
}
