-- +goose Up
-- Of which media type the source is, "" for Markdown, and whether a person corrected how it was read.
ALTER TABLE drafts ADD COLUMN media_type TEXT NOT NULL DEFAULT '';
ALTER TABLE drafts ADD COLUMN corrected BOOLEAN NOT NULL DEFAULT FALSE;

-- Files that were read and wait to be corrected and accepted by whoever sent them. They go away by themselves.
CREATE TABLE uploads (
    id            TEXT PRIMARY KEY,
    strategy_id   TEXT NOT NULL REFERENCES strategies (id),
    person_id     TEXT NOT NULL,
    title         TEXT NOT NULL,
    language      TEXT NOT NULL,
    media_type    TEXT NOT NULL,
    source        BLOB NOT NULL,
    source_sha256 TEXT NOT NULL,
    blocks        TEXT NOT NULL CHECK (json_valid(blocks)),
    notices       TEXT NOT NULL CHECK (json_valid(notices)),
    corrected     BOOLEAN NOT NULL,
    version       INTEGER NOT NULL CHECK (version > 0),
    created_at    DATETIME NOT NULL,
    updated_at    DATETIME NOT NULL,
    expires_at    DATETIME NOT NULL
);
CREATE INDEX uploads_by_person ON uploads (person_id, id);
CREATE INDEX uploads_by_expiry ON uploads (expires_at);

-- +goose Down
DROP TABLE uploads;
ALTER TABLE drafts DROP COLUMN corrected;
ALTER TABLE drafts DROP COLUMN media_type;
