package web

import (
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/submission"
)

// talk is what was said about a comment, as a link beside it.
type talk struct {
	Href    string // "" where nothing was said, or nothing the reader may read
	Replies int
}

// talkOn finds the talk about a comment. own says that it is the reader's.
func talkOn(tx *workflows.Tx, c *consultation.Consultation, m submission.Comment, own bool) (talk, error) {
	replies, err := submission.Replies(tx, &submission.Listed{Comment: m, Own: own}, c)
	if err != nil || len(replies) == 0 {
		return talk{}, err
	}
	return talk{Href: "/comments/" + m.ID + "#talk", Replies: len(replies)}, nil
}
