-- +goose Up
CREATE TABLE consultations (
    id               TEXT PRIMARY KEY,
    state_code       TEXT NOT NULL REFERENCES states (code),
    draft_id         TEXT NOT NULL REFERENCES drafts (id),
    revised_draft_id TEXT REFERENCES drafts (id),
    title            TEXT NOT NULL,
    summary          TEXT NOT NULL,
    kind             TEXT NOT NULL CHECK (kind IN ('interagency', 'targeted', 'public', 'regional')),
    sectors          JSONB NOT NULL,
    opens_at         TIMESTAMPTZ NOT NULL,
    closes_at        TIMESTAMPTZ NOT NULL,
    quorum           BIGINT NOT NULL CHECK (quorum > 0),
    state            TEXT NOT NULL CHECK (state IN ('draft', 'in_clearance', 'scheduled', 'open', 'closed', 'in_review', 'approved', 'published', 'withdrawn')),
    version          BIGINT NOT NULL,
    submitted_by     TEXT NOT NULL,
    withdrawn_reason TEXT NOT NULL,
    closed_reason    TEXT NOT NULL,
    opened_at        TIMESTAMPTZ,
    closed_at        TIMESTAMPTZ,
    published_at     TIMESTAMPTZ,
    created_by       TEXT NOT NULL,
    created_at       TIMESTAMPTZ NOT NULL,
    updated_at       TIMESTAMPTZ NOT NULL
);
CREATE INDEX consultations_by_state ON consultations (state_code, id);
CREATE INDEX consultations_to_open ON consultations (opens_at) WHERE state = 'scheduled';
CREATE INDEX consultations_to_close ON consultations (closes_at) WHERE state = 'open';

CREATE TABLE questions (
    id              TEXT PRIMARY KEY,
    consultation_id TEXT NOT NULL REFERENCES consultations (id),
    position        BIGINT NOT NULL,
    text            TEXT NOT NULL,
    kind            TEXT NOT NULL CHECK (kind IN ('text', 'single', 'multiple', 'scale')),
    options         JSONB NOT NULL,
    required        BOOLEAN NOT NULL,
    UNIQUE (consultation_id, position)
);

-- Deadline history: rows are only ever added.
CREATE TABLE extensions (
    id              TEXT PRIMARY KEY,
    consultation_id TEXT NOT NULL REFERENCES consultations (id),
    closed_before   TIMESTAMPTZ NOT NULL,
    closes_at       TIMESTAMPTZ NOT NULL,
    reason          TEXT NOT NULL,
    extended_by     TEXT NOT NULL,
    extended_at     TIMESTAMPTZ NOT NULL
);
CREATE INDEX extensions_by_consultation ON extensions (consultation_id, id);

-- Reminders sent, one a deadline and number of days before it.
CREATE TABLE reminders (
    consultation_id TEXT NOT NULL REFERENCES consultations (id),
    closes_at       TIMESTAMPTZ NOT NULL,
    days_before     BIGINT NOT NULL,
    sent_at         TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (consultation_id, closes_at, days_before)
);

CREATE TABLE invitations (
    id              TEXT PRIMARY KEY,
    consultation_id TEXT NOT NULL REFERENCES consultations (id),
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    invited_by      TEXT NOT NULL,
    invited_at      TIMESTAMPTZ NOT NULL,
    viewed_at       TIMESTAMPTZ,
    declined_at     TIMESTAMPTZ,
    UNIQUE (consultation_id, organisation_id)
);

-- Someone who answers a public consultation, or on whose behalf an official enters an answer.
CREATE TABLE respondents (
    id              TEXT PRIMARY KEY,
    consultation_id TEXT NOT NULL REFERENCES consultations (id),
    email           TEXT NOT NULL,
    name            TEXT NOT NULL,
    sector          TEXT NOT NULL,
    language        TEXT NOT NULL,
    confirmed_at    TIMESTAMPTZ,
    created_at      TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX respondents_by_email ON respondents (consultation_id, email) WHERE email <> '';

CREATE TRIGGER extensions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON extensions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- +goose Down
DROP TABLE respondents;
DROP TABLE invitations;
DROP TABLE reminders;
DROP TABLE extensions;
DROP TABLE questions;
DROP TABLE consultations;
