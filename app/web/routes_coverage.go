package web

// coverageRoutes are the pages that say how far states are with obligations.
func coverageRoutes() []route {
	return []route{
		get("/coverage", coveragesPage),
		get("/coverage/compare", compareCoveragePage),
		get("/coverage/:id", coveragePage),
		post("/coverage/:id", coveragePage, setStatuses),
		get("/coverage/:id/map", coverageMapPage),
		get("/coverage/:id/statuses.csv", coverageCSV),
		get("/coverage/:id/statuses.json", coverageJSON),
		get("/coverage/:id/statuses.xlsx", coverageXLSX),
		get("/coverage/:id/import", takeStatusesPage),
		post("/coverage/:id/import", takeStatusesPage, takeStatuses),
		get("/coverage/:id/briefing", briefingPage),
		get("/coverage/:id/briefing.pdf", briefingPDF),
		post("/obligations/:id/status", obligationPage, setStatus),
	}
}
