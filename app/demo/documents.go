package demo

import (
	"context"
	"errors"

	"jahorina/app/documents"
	"jahorina/app/documents/samples"
	"jahorina/app/forms"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
)

// wordFile lets Amina find the outcome as a Word file, read and waiting to be looked at.
func (w *world) wordFile(d *strategy.Draft) error {
	w.day(1)
	content, err := documents.Read(samples.OutcomeDOCX, documents.Options{})
	if err != nil {
		return err
	}
	return w.do("Amina", func(tx *workflows.Tx) error {
		_, err := strategy.KeepUpload(tx, d.StrategyID, content)
		return err
	})
}

// FilledForm is a comment form of the open consultation as Lejla's federation has
// filled it in offline: ready to be sent back.
func FilledForm(ctx context.Context, engine *workflows.Engine, locales *templates.Locales) (name string, content []byte, err error) {
	const email = "lejla@chemfed.example"
	lejla, err := stakeholder.PersonByEmail(engine.Read(ctx, workflows.Operator()), email)
	if err != nil {
		return "", nil, err
	}
	actor, err := stakeholder.ActorOf(engine.Read(ctx, workflows.Operator()), lejla.ID)
	if err != nil {
		return "", nil, err
	}
	tx := engine.Read(ctx, actor)
	open, _, err := consultation.List(tx, consultation.Filter{States: []string{consultation.Open}}, workflows.Page{})
	if err != nil {
		return "", nil, err
	}
	for _, c := range open {
		f, err := forms.Own(tx, locales.For("en"), c.ID)
		var refused *workflows.Error
		if errors.As(err, &refused) {
			continue // she does not take part in it
		}
		if err != nil {
			return "", nil, err
		}
		f.Rows = append(f.Rows, forms.Row{ImportRow: submission.ImportRow{
			Organisation: f.Organisation, Reference: "4.4", Part: "L2", Type: "technical", Text: "Small firms cannot keep paper records for seven years.", ProposedChange: "Records may be kept electronically.",
		}}, forms.Row{ImportRow: submission.ImportRow{
			Organisation: f.Organisation, Reference: "6.2", Type: "editorial", Text: "The two sentences say the same.", ProposedChange: "Delete the second sentence.",
		}})
		return f.File("xlsx")
	}
	return "", nil, nil
}
