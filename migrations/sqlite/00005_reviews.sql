-- +goose Up
CREATE TABLE rounds (
    id              TEXT PRIMARY KEY,
    consultation_id TEXT NOT NULL REFERENCES consultations (id),
    number          INTEGER NOT NULL,
    draft_id        TEXT NOT NULL REFERENCES drafts (id),
    content         TEXT NOT NULL,
    content_sha256  TEXT NOT NULL,
    quorum          INTEGER NOT NULL,
    outcome         TEXT NOT NULL CHECK (outcome IN ('', 'approved', 'returned', 'withdrawn')),
    opened_by       TEXT NOT NULL,
    opened_at       DATETIME NOT NULL,
    ended_at        DATETIME,
    UNIQUE (consultation_id, number)
);

CREATE TABLE decisions (
    id              TEXT PRIMARY KEY,
    consultation_id TEXT NOT NULL REFERENCES consultations (id),
    round_id        TEXT NOT NULL REFERENCES rounds (id),
    reviewer_id     TEXT NOT NULL,
    reviewer_name   TEXT NOT NULL,
    decision        TEXT NOT NULL CHECK (decision IN ('approve', 'approve_with_comments', 'return')),
    reason          TEXT NOT NULL,
    content_sha256  TEXT NOT NULL,
    decided_at      DATETIME NOT NULL,
    UNIQUE (round_id, reviewer_id)
);

-- The response as published; later changes elsewhere do not reach it.
CREATE TABLE responses (
    consultation_id TEXT PRIMARY KEY REFERENCES consultations (id),
    content         TEXT NOT NULL,
    content_sha256  TEXT NOT NULL,
    published_by    TEXT NOT NULL,
    published_at    DATETIME NOT NULL
);

-- +goose StatementBegin
CREATE TRIGGER decisions_no_update BEFORE UPDATE ON decisions BEGIN
    SELECT RAISE(ABORT, 'decisions is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER decisions_no_delete BEFORE DELETE ON decisions BEGIN
    SELECT RAISE(ABORT, 'decisions is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER responses_no_update BEFORE UPDATE ON responses BEGIN
    SELECT RAISE(ABORT, 'responses is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER responses_no_delete BEFORE DELETE ON responses BEGIN
    SELECT RAISE(ABORT, 'responses is append-only');
END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE responses;
DROP TABLE decisions;
DROP TABLE rounds;
