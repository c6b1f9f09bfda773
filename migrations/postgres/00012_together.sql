-- +goose Up
ALTER TABLE organisations ADD COLUMN sign_off_required BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE assignments ADD COLUMN head BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE comments ADD COLUMN written_by TEXT NOT NULL DEFAULT '';
ALTER TABLE comments ADD COLUMN changed_by TEXT NOT NULL DEFAULT '';

-- What colleagues of one organisation say to each other about their answer.
CREATE TABLE submission_notes (
    id            TEXT PRIMARY KEY,
    submission_id TEXT NOT NULL REFERENCES submissions (id),
    comment_id    TEXT NOT NULL,
    author        TEXT NOT NULL,
    author_name   TEXT NOT NULL,
    source        TEXT NOT NULL,
    text          TEXT NOT NULL,
    created_at    TIMESTAMPTZ NOT NULL
);
CREATE INDEX submission_notes_by_submission ON submission_notes (submission_id, id);

CREATE TABLE sign_offs (
    id            TEXT PRIMARY KEY,
    submission_id TEXT NOT NULL REFERENCES submissions (id),
    asked_by      TEXT NOT NULL,
    asked_name    TEXT NOT NULL,
    asked_at      TIMESTAMPTZ NOT NULL,
    outcome       TEXT NOT NULL CHECK (outcome IN ('', 'signed', 'returned')),
    decided_name  TEXT NOT NULL,
    decided_at    TIMESTAMPTZ,
    note          TEXT NOT NULL
);
CREATE INDEX sign_offs_by_submission ON sign_offs (submission_id, id);

-- +goose Down
DROP TABLE sign_offs;
DROP TABLE submission_notes;
ALTER TABLE comments DROP COLUMN changed_by;
ALTER TABLE comments DROP COLUMN written_by;
ALTER TABLE assignments DROP COLUMN head;
ALTER TABLE organisations DROP COLUMN sign_off_required;
