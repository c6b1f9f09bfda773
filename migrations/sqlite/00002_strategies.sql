-- +goose Up
CREATE TABLE strategies (
    id         TEXT PRIMARY KEY,
    state_code TEXT NOT NULL REFERENCES states (code),
    title      TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at DATETIME NOT NULL
);
CREATE INDEX strategies_by_state ON strategies (state_code, id);

-- A draft never changes once stored: a correction is the next version.
CREATE TABLE drafts (
    id             TEXT PRIMARY KEY,
    strategy_id    TEXT NOT NULL REFERENCES strategies (id),
    version        INTEGER NOT NULL CHECK (version > 0),
    title          TEXT NOT NULL,
    language       TEXT NOT NULL,
    source         BLOB NOT NULL,
    source_sha256  TEXT NOT NULL,
    gaps           TEXT NOT NULL CHECK (json_valid(gaps)),
    content_sha256 TEXT NOT NULL,
    frozen_at      DATETIME, -- consulted on from then
    created_by     TEXT NOT NULL,
    created_at     DATETIME NOT NULL,
    UNIQUE (strategy_id, version)
);

CREATE TABLE provisions (
    id          TEXT PRIMARY KEY,
    draft_id    TEXT NOT NULL REFERENCES drafts (id),
    identity    TEXT NOT NULL,
    position    INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    level       INTEGER NOT NULL,
    number      TEXT NOT NULL,
    heading     TEXT NOT NULL,
    text        TEXT NOT NULL,
    section     TEXT NOT NULL,
    origin      TEXT NOT NULL,
    from_number TEXT NOT NULL,
    resembles   TEXT NOT NULL,
    UNIQUE (draft_id, position),
    UNIQUE (draft_id, identity)
);
CREATE INDEX provisions_by_identity ON provisions (identity);

-- Readings of damaged text stand beside the text, never in it.
CREATE TABLE readings (
    id           TEXT PRIMARY KEY,
    provision_id TEXT NOT NULL REFERENCES provisions (id),
    printed      TEXT NOT NULL,
    suggested    TEXT NOT NULL,
    author       TEXT NOT NULL,
    certainty    TEXT NOT NULL CHECK (certainty IN ('certain', 'likely', 'unclear')),
    note         TEXT NOT NULL,
    created_by   TEXT NOT NULL,
    created_at   DATETIME NOT NULL
);
CREATE INDEX readings_by_provision ON readings (provision_id, id);

-- +goose Down
DROP TABLE readings;
DROP TABLE provisions;
DROP TABLE drafts;
DROP TABLE strategies;
