package web

// workRoutes are the pages of long work.
func workRoutes() []route {
	return []route{
		get("/consultations/:id/export", exportPage),
		post("/consultations/:id/export", exportPage, export),
		get("/works", worksPage),
		get("/works/:id", workPage),
		post("/works/:id/cancel", workPage, cancelWork),
		post("/works/:id/resume", workPage, resumeWork),
		get("/works/:id/file", workFile),
		get("/works/:id/rows.csv", workRows),
	}
}
