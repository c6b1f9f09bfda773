-- +goose Up
ALTER TABLE comments ADD COLUMN drafter_id TEXT NOT NULL DEFAULT '';
ALTER TABLE comments ADD COLUMN alike TEXT NOT NULL DEFAULT '';
CREATE INDEX comments_by_drafter ON comments (consultation_id, drafter_id);
CREATE INDEX comments_alike ON comments (consultation_id, alike);

ALTER TABLE consultations ADD COLUMN response_due_at DATETIME;

CREATE TABLE response_reminders (
    consultation_id TEXT NOT NULL REFERENCES consultations (id),
    due_at          DATETIME NOT NULL,
    days_before     INTEGER NOT NULL,
    sent_at         DATETIME NOT NULL,
    PRIMARY KEY (consultation_id, due_at, days_before)
);

-- +goose Down
DROP TABLE response_reminders;
ALTER TABLE consultations DROP COLUMN response_due_at;
DROP INDEX comments_alike;
DROP INDEX comments_by_drafter;
ALTER TABLE comments DROP COLUMN alike;
ALTER TABLE comments DROP COLUMN drafter_id;
