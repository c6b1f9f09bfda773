package web

func adminRoutes() []route {
	return []route{
		get("/home", homePage),
		get("/profile", profilePage),
		post("/profile", profilePage, saveProfile),
		get("/organisations", organisationsPage),
		get("/organisations/new", newOrganisationPage),
		post("/organisations/new", newOrganisationPage, createOrganisation),
		get("/organisations/:id", editOrganisationPage),
		post("/organisations/:id", editOrganisationPage, editOrganisation),
		get("/people", peoplePage),
		get("/people/new", newPersonPage),
		post("/people/new", newPersonPage, createPerson),
		post("/assignments/:id/revoke", nil, revokeRole),
		post("/assignments/:id/head", nil, setHead),
		get("/states/new", newStatePage),
		post("/states/new", newStatePage, createState),
		get("/mail", mailPage),
		post("/mail/:id/resend", nil, resendMail),
		post("/mail/resend-failed", nil, resendFailed),
		get("/mailbox", mailboxPage),
		get("/mailbox/:id", mailboxMessagePage),
		get("/rights", rightsPage),
	}
}
