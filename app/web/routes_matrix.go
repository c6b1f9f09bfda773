package web

// matrixRoutes are the pages of the 1540 matrices.
func matrixRoutes() []route {
	return []route{
		get("/matrix", matricesPage),
		get("/matrix/compare", compareMatricesPage),
		get("/matrix/:id", matrixPage),
		get("/matrix/:id/cells.csv", matrixCSV),
		get("/matrix/:id/cells.json", matrixJSON),
		get("/matrix/:id/cells.xlsx", matrixXLSX),
		get("/matrix/:id/cell", matrixCellPage),
		post("/matrix/:id/cell", matrixCellPage, putMatrixCell),
		get("/matrix/:id/import", takeMatrixPage),
		post("/matrix/:id/import", takeMatrixPage, takeMatrix),
		get("/matrix/:id/strays", matrixStraysPage),
		post("/matrix/:id/strays", matrixStraysPage, settleMatrixStray),
	}
}
