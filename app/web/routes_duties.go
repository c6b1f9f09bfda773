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
		get("/duties/:id/practice", markPage),
		post("/duties/:id/practice", markPage, markPractice),
		get("/practices", practicesPage),
		get("/practices/:id", practicePage),
		post("/practices/:id/copies", practicePage, copyPractice),
		post("/practices/:id/withdrawal", practicePage, unmarkPractice),
		get("/own-calendars/:id", ownCalendarPage),
		post("/own-calendars/:id", ownCalendarPage, editOwnCalendar),
		post("/own-calendars/:id/transitions", ownCalendarPage, moveOwnCalendar),
		post("/duties/:id/returns", dutyPage, fulfilDuty),
		post("/duties/:id/events", dutyPage, addDutyEvent),
		post("/duties/:id/withdrawals", dutyPage, withdrawReturn),
		post("/duties/:id/removals", dutyPage, dropDutyEvent),
	}
}
