package web

// dutyRoutes are the pages of what treaties ask states to send.
func dutyRoutes() []route {
	return []route{
		get("/duties", dutyStatesPage),
		get("/duties/:id", dutiesPage),
		get("/duties/:id/duties.csv", dutiesTable),
		get("/duties/:id/instrument", bondPage),
		post("/duties/:id/instrument", bondPage, putBond),
		get("/duties/:id/duty", dutyPage),
		post("/duties/:id/returns", dutyPage, fulfilDuty),
		post("/duties/:id/events", dutyPage, addDutyEvent),
		post("/duties/:id/withdrawals", dutyPage, withdrawReturn),
		post("/duties/:id/removals", dutyPage, dropDutyEvent),
	}
}
