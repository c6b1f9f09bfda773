package web

// formRoutes are the comment forms that one takes away and brings back.
func formRoutes() []route {
	const answer = "/consultations/:id/answer"
	return []route{
		get(answer+"/table", answerPage(showTable)),
		post(answer+"/table", answerPage(showTable), answerChange(takeTable)),
		get(answer+"/table.xlsx", formFile(ownForm)),
		get(answer+"/table.docx", formFile(ownForm)),
		get("/consultations/:id/comments.xlsx", formFile(allComments)),
		get("/consultations/:id/comments.docx", formFile(allComments)),
		get("/consultations/:id/response/form.xlsx", formFile(publishedForm)),
		get("/consultations/:id/response/form.docx", formFile(publishedForm)),
	}
}
