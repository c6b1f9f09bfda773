package demo

import (
	"fmt"
	"strings"

	"jahorina/app/documents"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
	"jahorina/workflows/translation"
)

// inFrench is a part of the sample strategy, as a translator sends it. 4.9 has
// no place there.
const inFrench = `# Stratégie nationale de lutte contre la prolifération des armes de destruction massive

## 1. Objet et champ d'application

1.1 La présente stratégie énonce comment l'État hôte empêchera la dissémination des armes nucléaires, chimiques et biologiques, de leurs vecteurs et des matières, équipements et technologies connexes, et comment il en gérera les conséquences si la prévention échoue.

1.2 Elle couvre les actes de toute personne ou de tout organisme sur le territoire, ceux des nationaux à l'étranger lorsque la loi le permet, et le commerce qui traverse le territoire sans déchargement.

1.3 Elle vaut pour cinq ans. Un plan d'action de deux ans (annexe A) la met en œuvre et est renouvelé deux fois durant cette période.

## 2. Où nous en sommes

## 3. Principes

3.1 Proportion : un contrôle doit répondre au risque et ne pas entraver plus que nécessaire le commerce, l'étude et la recherche licites.

3.3 Ouverture : le texte, les observations et les motifs des décisions sont publiés. Ce qui ne peut l'être est mentionné par son titre, avec le motif et une date de réexamen.

## 4. Droit et répression

4.2 Les entreprises répondront de ces infractions. Les amendes seront fixées selon le chiffre d'affaires et allégées pour celles qui révèlent d'elles-mêmes un manquement.

4.4 Les entreprises qui fabriquent, utilisent, stockent ou vendent plus d'une quantité fixée de produits chimiques toxiques inscrits s'enregistreront auprès de l'Autorité nationale et conserveront leurs registres pendant sept ans.

4.9 Le ministère publie un guide pour les petites entreprises.

## 5. Commerce, frontières et finances

5.2 Les transporteurs et transitaires transmettront des données préalables sur les articles sensibles au moins 24 heures avant l'arrivée. La retenue pour contrôle n'excédera pas 72 heures sans décision.

## 6. Connaissances et capacités

## 7. Travailler ensemble au pays

7.3 Toute observation écrite sur un projet reçoit une réponse publiée : acceptée, acceptée en partie, non retenue ou hors sujet, avec un motif.

## 8. La voie régionale

8.1 Chaque État voisin peut désigner des observateurs pour une voie régionale qui accompagne le processus national. Ils reçoivent les ordres du jour, les projets, les procès-verbaux et le tableau des observations.

## 9. Assistance

## 10. Moyens, suivi et réexamen
`

// translations puts French beside the draft and the round under way, and English
// beside some comments in other languages.
func (w *world) translations(d *strategy.Draft) error {
	w.day(5)
	content, err := documents.Markdown([]byte(inFrench), documents.Options{})
	if err != nil {
		return err
	}
	err = w.do("Goran", func(tx *workflows.Tx) error {
		in := translation.New{Author: "Bureau de traduction du ministère", Status: translation.Official}
		_, err := translation.Upload(tx, d.ID, "fr", content, in)
		return err
	})
	if err != nil {
		return fmt.Errorf("translate the draft: %w", err)
	}
	c, err := w.underWay()
	if err != nil {
		return err
	}
	if err := w.roundInFrench(c); err != nil {
		return fmt.Errorf("translate the round: %w", err)
	}
	w.day(3)
	return w.commentsInEnglish(c)
}

func (w *world) underWay() (*consultation.Consultation, error) {
	found, _, err := consultation.List(w.engine.Read(w.ctx, w.people["Goran"]), consultation.Filter{States: []string{consultation.Open}}, workflows.Page{})
	if err != nil || len(found) == 0 {
		return nil, fmt.Errorf("no round is under way: %w", err)
	}
	return &found[0], nil
}

func (w *world) roundInFrench(c *consultation.Consultation) error {
	return w.do("Goran", func(tx *workflows.Tx) error {
		asked, err := consultation.Questions(tx, c.ID)
		if err != nil {
			return err
		}
		var items []translation.Item
		say := func(object, id, field, text string) {
			in := translation.New{Text: text, Author: "Bureau de traduction du ministère", Status: translation.Official}
			items = append(items, translation.Item{Ref: translation.Ref{Object: object, ID: id, Field: field}, New: in})
		}
		say(translation.Consultation, c.ID, "title", "Consultation publique sur le projet de stratégie nationale")
		say(translation.Consultation, c.ID, "summary", "Le groupe de travail interministériel demande à toutes les personnes concernées : le texte est-il clair, est-il juste, et pouvez-vous faire ce qu'il vous demande ? Chaque observation reçoit une réponse publiée et motivée.")
		say(translation.Question, asked[0].ID, "text", "Votre organisation tient-elle déjà des registres comme ceux du paragraphe 4.4 ?")
		say(translation.Question, asked[0].ID, "options", "Oui\nNon\nEn partie")
		say(translation.Question, asked[1].ID, "text", "À quoi votre organisation participerait-elle ?")
		say(translation.Question, asked[1].ID, "options", "Formation commune\nComité consultatif\nCode de conduite")
		_, err = translation.PutAll(tx, translation.Consultation, c.ID, "fr", items)
		return err
	})
}

// english are translations of sample comments, by how the original begins.
var english = map[string]string{
	"“一定数量”":             "A “set amount” names no figure, so that firms cannot tell whether they must register. We propose the declaration thresholds of the Chemical Weapons Convention, and one year of transition for small and medium-sized firms.",
	"نرحب بمهلة":         "We welcome thirty days for deciding complete applications, and ask that the list of documents needed be published in the languages used in regional trade.",
	"La lista de lo que": "The list of what is not published is a good idea. An independent body should be added that reviews the reasons for holding back.",
	"Rok od 24 sata":     "The 24-hour deadline cannot be met in road transport. Goods from the region are often contracted on the same day. We propose four hours and electronic notice.",
}

func (w *world) commentsInEnglish(c *consultation.Consultation) error {
	return w.do("Amina", func(tx *workflows.Tx) error {
		comments, err := submission.Standing(tx, c.ID)
		if err != nil {
			return err
		}
		for _, m := range comments {
			for begins, text := range english {
				if !strings.HasPrefix(m.Text, begins) {
					continue
				}
				in := translation.New{Text: text, Tool: "Argos Translate 1.9"}
				if _, err := translation.Put(tx, translation.Comment, m.ID, "text", "en", in); err != nil {
					return fmt.Errorf("translate a comment: %w", err)
				}
			}
		}
		return nil
	})
}
