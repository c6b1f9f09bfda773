package web

import "net/http"

// publicRoutes are the pages for everyone, with or without an account.
func publicRoutes() []route {
	return []route{
		get("/", startPage),
		get("/calendar", calendarPage),
		get("/calendar/:secret", feed),
		post("/calendar/address", calendarPage, renewFeed),
		post("/calendar/address/removal", calendarPage, closeFeed),
		get("/consultations/:id/calendar.ics", consultationCalendar),
		get("/consultations", consultationsPage),
		get("/consultations/:id", consultationPage),
		get("/consultations/:id/response", responsePage),
		get("/consultations/:id/outcome", outcomePage),
		get("/consultations/:id/outcome/download/:form", outcomeFile),
		get("/consultations/:id/response.csv", responseTable),
		get("/consultations/:id/participation", participationPage),
		get("/consultations/:id/results", resultsPage),
		get("/consultations/:id/figures/:file", figureFile),
		get("/consultations/:id/ask", askPage),
		post("/consultations/:id/ask", askPage, ask),
		get("/invitations/:token", openInvitation),
		get("/respond/:token", respondPage),
		post("/respond/:token", respondPage, respond),
		get("/receipts", receiptsPage),
		get("/receipts/:number", receiptPage),
		get("/receipts/:number/receipt.txt", receiptText),
		get("/receipt-key", receiptKey),
		get("/attachments/:id", attachment),
		get("/signin", signInPage),
		post("/signin", signInPage, askForLink),
		get("/sign-in/:token", signInLinkPage),
		post("/sign-in/:token", signInLinkPage, signIn),
		post("/signout", nil, signOut),
		{method: http.MethodPost, path: "/language", page: chooseLanguage},
		get("/unsubscribe/:token", unsubscribePage),
		{method: http.MethodPost, path: "/unsubscribe/:token", page: unsubscribe},
	}
}

// contributorRoutes are the pages on which an organisation or person answers.
func contributorRoutes() []route {
	const answer = "/consultations/:id/answer"
	return []route{
		post("/consultations/:id/decline", consultationPage, decline),
		get("/consultations/:id/restricted", restrictedPage),
		post("/consultations/:id/restricted", restrictedPage, answerRuling),
		get(answer, answerPage(showAnswer)),
		get(answer+"/comment", answerPage(showComment)),
		post(answer+"/comment", answerPage(showComment), answerChange(saveComment)),
		post(answer+"/comment/remove", answerPage(showComment), answerChange(removeComment)),
		post(answer+"/notes", answerPage(showNotes), answerChange(addNote)),
		post(answer+"/sign-off", answerPage(showSubmit), answerChange(askSignOff)),
		post(answer+"/sign-off/return", answerPage(showSubmit), answerChange(returnSignOff)),
		get(answer+"/questions", answerPage(showQuestions)),
		post(answer+"/questions", answerPage(showQuestions), answerChange(saveAnswers)),
		get(answer+"/settings", answerPage(showSettings)),
		post(answer+"/settings", answerPage(showSettings), answerChange(saveSettings)),
		get(answer+"/attachments", answerPage(showAttachments)),
		post(answer+"/attachments", answerPage(showAttachments), answerChange(attach)),
		post(answer+"/attachments/remove", answerPage(showAttachments), answerChange(detach)),
		get(answer+"/submit", answerPage(showSubmit)),
		post(answer+"/submit", answerPage(showSubmit), answerChange(submit)),
		get(answer+"/withdraw", answerPage(showWithdraw)),
		post(answer+"/withdraw", answerPage(showWithdraw), answerChange(withdraw)),
	}
}
