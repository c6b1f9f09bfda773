package web

// reportRoutes are the pages of report drafts, the laws in them, and figures of
// progress.
func reportRoutes() []route {
	return []route{
		get("/reports/:id", reportsPage),
		get("/reports/:id/draft", reportDraftPage),
		get("/reports/:id/draft.csv", reportDraftTable),
		get("/reports/:id/law", lawPage),
		post("/reports/:id/law", lawPage, putLaw),
		get("/progress/:id", progressPage),
		post("/progress/:id", progressPage, addFigure),
		post("/progress/:id/withdrawals", progressPage, withdrawFigure),
		get("/progress/:id/progress.csv", progressTable),
	}
}
