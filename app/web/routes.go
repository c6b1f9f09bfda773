package web

import "slices"

// routes is every page and form there is.
func (s *Server) routes() []route {
	return slices.Concat(publicRoutes(), contributorRoutes(), officialRoutes(), adminRoutes(), translationRoutes(), obligationRoutes(), downloadRoutes(), workRoutes(), planRoutes(), coverageRoutes(), formRoutes(), matrixRoutes(), dutyRoutes(), gapRoutes(), reportRoutes())
}
