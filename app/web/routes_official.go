package web

// officialRoutes are the pages of those who run, review, observe and audit
// consultations. Drafts, redlines and comments are on the same pages for
// everyone who may read them.
func officialRoutes() []route {
	return []route{
		get("/strategies", strategiesPage),
		post("/strategies", newStrategyPage, createStrategy),
		get("/strategies/new", newStrategyPage),
		get("/strategies/:id", strategyPage),
		get("/strategies/:id/drafts/new", newDraftPage),
		post("/strategies/:id/drafts/new", newDraftPage, createDraft),
		get("/drafts/:id", draftPage),
		get("/drafts/:id/redline", redlinePage),
		get("/provisions/:id", provisionPage),
		get("/provisions/:id/reading", readingPage),
		post("/provisions/:id/reading", readingPage, addReading),
		get("/provisions/:id/confirm", confirmPage),
		post("/provisions/:id/confirm", confirmPage, confirmIdentity),

		get("/consultations/new", newConsultationPage),
		post("/consultations/new", newConsultationPage, createConsultation),
		get("/consultations/:id/edit", editConsultationPage),
		post("/consultations/:id/edit", editConsultationPage, editConsultation),
		get("/consultations/:id/manage", managePage),
		get("/consultations/:id/mail", mailProgressPage),
		get("/consultations/:id/transitions", transitionPage),
		post("/consultations/:id/transitions", transitionPage, transition),
		get("/consultations/:id/invitations", invitationsPage),
		post("/consultations/:id/invitations", invitationsPage, invite),
		get("/consultations/:id/enter", enterPage),
		post("/consultations/:id/enter", enterPage, enterAnswer),
		get("/consultations/:id/import", importPage),
		post("/consultations/:id/import", importPage, importComments),

		get("/consultations/:id/comments", commentsPage),
		post("/consultations/:id/together", togetherPage, together),
		get("/consultations/:id/promise", promisePage),
		post("/consultations/:id/promise", promisePage, promise),
		get("/comments/:id", commentPage),
		post("/comments/:id/disposition", commentPage, propose),
		post("/comments/:id/agreement", commentPage, agreement),
		post("/comments/:id/place", commentPage, place),
		post("/comments/:id/replies", commentPage, reply),

		get("/consultations/:id/review", reviewPage),
		post("/consultations/:id/decisions", reviewPage, decide),
		post("/consultations/:id/opinions", reviewPage, advise),
		post("/consultations/:id/recusals", reviewPage, recuse),
		get("/consultations/:id/reviewers", reviewersPage),
		post("/consultations/:id/reviewers", reviewersPage, nameReviewer),
		post("/consultations/:id/reviewers/removal", reviewersPage, removeReviewer),
		post("/consultations/:id/reviewers/deadline", reviewersPage, moveReviewDeadline),
		get("/reviews", reviewsPage),
		get("/consultations/:id/record", recordPage),
	}
}
