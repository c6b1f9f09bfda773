package web

// obligationRoutes are the pages of the register of obligations, and of what
// serves them.
func obligationRoutes() []route {
	return []route{
		get("/obligations", obligationsPage),
		get("/obligations.csv", obligationsTable),
		get("/obligations/:id", obligationPage),
		get("/obligations/own", ownObligationsPage),
		post("/obligations/own", ownObligationsPage, putOwnObligations),
		get("/drafts/:id/obligations", draftObligationsPage),
		get("/drafts/:id/obligations/import", importLinksPage),
		post("/drafts/:id/obligations/import", importLinksPage, importLinks),
		get("/provisions/:id/obligations", servesPage),
		post("/provisions/:id/obligations", servesPage, saveServes),
	}
}
