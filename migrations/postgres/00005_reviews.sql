-- +goose Up
CREATE TABLE rounds (
    id              TEXT PRIMARY KEY,
    consultation_id TEXT NOT NULL REFERENCES consultations (id),
    number          BIGINT NOT NULL,
    draft_id        TEXT NOT NULL REFERENCES drafts (id),
    content         TEXT NOT NULL,
    content_sha256  TEXT NOT NULL,
    quorum          BIGINT NOT NULL,
    outcome         TEXT NOT NULL CHECK (outcome IN ('', 'approved', 'returned', 'withdrawn')),
    opened_by       TEXT NOT NULL,
    opened_at       TIMESTAMPTZ NOT NULL,
    ended_at        TIMESTAMPTZ,
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
    decided_at      TIMESTAMPTZ NOT NULL,
    UNIQUE (round_id, reviewer_id)
);

-- The response as published; later changes elsewhere do not reach it.
CREATE TABLE responses (
    consultation_id TEXT PRIMARY KEY REFERENCES consultations (id),
    content         TEXT NOT NULL,
    content_sha256  TEXT NOT NULL,
    published_by    TEXT NOT NULL,
    published_at    TIMESTAMPTZ NOT NULL
);

CREATE TRIGGER decisions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON decisions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER responses_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON responses FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- +goose Down
DROP TABLE responses;
DROP TABLE decisions;
DROP TABLE rounds;
