-- +goose Up
-- Work that takes longer than a request: tables of comments read in, files made of comments. A row tells how far it has come.
CREATE TABLE works (
    id              TEXT PRIMARY KEY,
    kind            TEXT NOT NULL CHECK (kind IN ('import', 'export')),
    state           TEXT NOT NULL CHECK (state IN ('queued', 'running', 'finished', 'failed', 'cancelled')),
    version         BIGINT NOT NULL,
    state_code      TEXT NOT NULL REFERENCES states (code),
    consultation_id TEXT NOT NULL REFERENCES consultations (id),
    started_by      TEXT NOT NULL,
    starter_name    TEXT NOT NULL,
    language        TEXT NOT NULL,
    name            TEXT NOT NULL,
    asked           TEXT NOT NULL, -- JSON: what was asked for
    asked_sha256    TEXT NOT NULL, -- of it and of the file read in
    total           INTEGER NOT NULL,
    done            INTEGER NOT NULL,
    refused         INTEGER NOT NULL,
    parked          INTEGER NOT NULL,
    next            TEXT NOT NULL, -- where the next batch begins
    reason          TEXT NOT NULL, -- key of the error that ended it
    reason_args     TEXT NOT NULL, -- JSON
    size            BIGINT NOT NULL, -- of the file made
    sha256          TEXT NOT NULL, -- of the file made
    created_at      TIMESTAMPTZ NOT NULL,
    updated_at      TIMESTAMPTZ NOT NULL,
    ended_at        TIMESTAMPTZ,
    seen_at         TIMESTAMPTZ, -- when whoever started it saw that it had ended
    keep_until      TIMESTAMPTZ, -- when what it read or made is removed
    CHECK ((state IN ('queued', 'running')) = (ended_at IS NULL))
);
CREATE INDEX works_by_starter ON works (started_by, id);
CREATE INDEX works_by_consultation ON works (consultation_id, id);
CREATE INDEX works_going ON works (updated_at) WHERE ended_at IS NULL;
CREATE INDEX works_kept ON works (keep_until) WHERE keep_until IS NOT NULL;

-- What a work reads and what it makes, in pieces: a batch each.
CREATE TABLE work_pieces (
    work_id TEXT NOT NULL REFERENCES works (id),
    side    TEXT NOT NULL CHECK (side IN ('in', 'out')),
    number  INTEGER NOT NULL,
    content BYTEA NOT NULL,
    PRIMARY KEY (work_id, side, number)
);

-- What there is to say about a line of a file that was read in: it was not taken, or taken and parked.
CREATE TABLE work_notes (
    work_id TEXT NOT NULL REFERENCES works (id),
    number  INTEGER NOT NULL,
    line    INTEGER NOT NULL,
    taken   BOOLEAN NOT NULL,
    reason  TEXT NOT NULL, -- key of an error
    args    TEXT NOT NULL, -- JSON
    PRIMARY KEY (work_id, number)
);

-- +goose Down
DROP TABLE work_notes;
DROP TABLE work_pieces;
DROP TABLE works;
