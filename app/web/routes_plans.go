package web

// planRoutes are the pages of action plans and their measures.
func planRoutes() []route {
	return []route{
		get("/plans", plansPage),
		get("/strategies/:id/plans/new", newPlanPage),
		post("/strategies/:id/plans/new", newPlanPage, createPlan),
		get("/strategies/:id/annex", annexPage),
		post("/strategies/:id/annex", annexPage, addAnnex),
		get("/plans/:id", planPage),
		get("/plans/:id/plan.csv", planTable),
		get("/plans/:id/report", periodPage),
		get("/plans/:id/report/download/:form", periodFile),
		get("/plans/:id/edit", editPlanPage),
		post("/plans/:id/edit", editPlanPage, editPlan),
		post("/plans/:id/issue", planPage, issuePlan),
		get("/plans/:id/import", importMeasuresPage),
		post("/plans/:id/import", importMeasuresPage, importMeasures),
		get("/plans/:id/inherit", inheritPage),
		post("/plans/:id/inherit", inheritPage, inheritMeasures),
		get("/plans/:id/measures/new", newMeasurePage),
		post("/plans/:id/measures/new", newMeasurePage, createMeasure),
		get("/measures/:id", measurePage),
		get("/measures/:id/edit", editMeasurePage),
		post("/measures/:id/edit", editMeasurePage, editMeasure),
		post("/measures/:id/transitions", measurePage, moveMeasure),
		post("/measures/:id/resources", measurePage, fundMeasure),
		post("/measures/:id/evidence", measurePage, proveMeasure),
		post("/measures/:id/due", measurePage, postponeMeasure),
		post("/measures/:id/milestones", measurePage, addMilestone),
		get("/milestones/:id", milestonePage),
		post("/milestones/:id", milestonePage, editMilestone),
		post("/milestones/:id/report", milestonePage, reportMilestone),
	}
}
