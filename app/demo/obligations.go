package demo

import (
	"fmt"
	"strings"

	"jahorina/workflows"
	"jahorina/workflows/coverage"
	"jahorina/workflows/coverage/register"
	"jahorina/workflows/strategy"
)

// serves is what the provisions of the sample strategy serve, as its annex A and
// its own words have it.
const serves = `provision,obligation
1.5,NPT-IV; 1540-OP5-TRE
2.1,1540-OP8A-UNI
3.6,CWC-VI11
4.1,1540-OP2-MD-ALL; CWC-VII1A; BWC-IV-L; ICSANT-5
4.2,SUA-5BIS; CWC-VII1A
4.3,1540-OP3D-EXP; 1540-OP3D-LIC; 1540-OP3C-BRK; 1540-OP3D-INT; 1540-OP3D-CAT; SAA-10-3B
4.4,CWC-VI2; 1540-OP3A-CM-LIC; 1540-OP3A-CM-A-STO; 1540-OP3A-CM-A-USE
4.5,BWC-IV-B; 1540-OP3A-BM-LIC; 1540-OP3A-BM-A-STO; 1540-OP3A-BM-REL
4.6,CWC-VI9
5.1,1540-OP3C-BOR; 1540-OP3D-TRA; 1540-OP3D-TSH; 1540-OP3D-FTZ
5.2,1540-OP3D-DATA; 1540-OP3D-SVC
5.3,1540-OP3D-FUN; FATF-R1; FATF-R7; TFC-18
5.4,1540-OP3D-LIC; EU821-26
5.5,1373-OP3; 1540-OP10-TRF
6.1,1540-OP2-XC-PROS; 1540-OP3C-AGY
6.2,1540-OP8D-ACA; BWC-IV-C
6.3,1540-OP3C-TEC
6.4,BWC-IV-C; 1540-OP8D-IND
7.1,1540-OP8B-RUL; 2325-POC
7.2,1540-OP8D-IND; 1977-CIV
7.3,1540-OP8D-PUB
8.1,1540-OP9-DIA; SAA-11
8.2,SAA-6; 1540-OP10-TRF
8.3,1977-EFF
9.1,1540-OP7-REQ; 1540-OP7-IMP
9.4,2663-OP20-FBK
10.2,1540-OP4-REP
10.4,1977-OP8-NAP
`

// prohibited are the acts that 4.1 makes offences, of each kind of weapon.
const prohibited = "MAN ACQ POS STO DEV TRP TRF USE AST FIN PEN"

// obligations says what the draft serves, by Amina.
func (w *world) obligations(d *strategy.Draft) error {
	rows, err := register.Links([]byte(serves))
	if err != nil {
		return err
	}
	for act := range strings.FieldsSeq(prohibited) {
		for _, weapon := range []string{"NW", "CW", "BW"} {
			rows = append(rows, register.Link{Provision: "4.1", Obligation: fmt.Sprintf("1540-OP2-%s-%s", weapon, act)})
		}
	}
	return w.do("Amina", func(tx *workflows.Tx) error {
		_, err := coverage.Import(tx, d.ID, rows, false)
		return err
	})
}

// outcomeServes says what the other document serves so far: nothing of it is
// published, so that it can be changed in the demo.
func (w *world) outcomeServes(d *strategy.Draft) error {
	rows := []register.Link{{Provision: "1", Obligation: "1540-OP8B-RUL"}, {Provision: "4", Obligation: "1540-OP9-DIA"}, {Provision: "4", Obligation: "SAA-10-3"}}
	return w.do("Goran", func(tx *workflows.Tx) error {
		_, err := coverage.Import(tx, d.ID, rows, false)
		return err
	})
}

// ownClause is an obligation that the state adds for itself, by Damir.
const ownClause = `code,instrument,provision,theme,kind,title,summary,lead,sectors,checked,source
NPA-7,"Neighbourhood pact of 2024 (made up)",Art. 7,cross-cutting,procedures,Seizure notices to neighbours within a day,"A made-up clause, to show what a state adds for itself: each side tells the other of a seizure within 24 hours.",Customs,government;regional,from general knowledge,Made up for the demonstration
`

func (w *world) ownObligations() error {
	rows, err := register.Parse([]byte(ownClause))
	if err != nil {
		return err
	}
	return w.do("Damir", func(tx *workflows.Tx) error {
		_, err := coverage.PutOwn(tx, State, rows, false)
		return err
	})
}

// relink changes what the revised draft serves: its 5.5 the state's own clause
// as well, and 6.4 no longer what 7.2 serves.
func (w *world) relink(strategyID string) error {
	return w.do("Amina", func(tx *workflows.Tx) error {
		drafts, err := strategy.Drafts(tx, strategyID)
		if err != nil {
			return err
		}
		provisions, err := strategy.Provisions(tx, drafts[0].ID)
		if err != nil {
			return err
		}
		for _, p := range provisions {
			switch p.Number {
			case "5.5":
				_, err = coverage.Relink(tx, p.ID, []string{State + ":NPA-7"}, nil)
			case "6.4":
				_, err = coverage.Relink(tx, p.ID, nil, []string{"1540-OP8D-IND"})
			}
			if err != nil {
				return fmt.Errorf("provision %s: %w", p.Number, err)
			}
		}
		return nil
	})
}
