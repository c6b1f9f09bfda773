package web

// gapRoutes are the pages of gaps between states.
func gapRoutes() []route {
	return []route{
		get("/gaps", gapsPage),
		get("/gaps/new", newGapPage),
		post("/gaps/new", newGapPage, createGap),
		get("/gaps/:id", gapPage),
		post("/gaps/:id/side", gapPage, putGapSide),
		post("/gaps/:id/transitions", gapPage, moveGap),
	}
}
