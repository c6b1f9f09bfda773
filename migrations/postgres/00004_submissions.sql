-- +goose Up
CREATE TABLE submissions (
    id              TEXT PRIMARY KEY,
    consultation_id TEXT NOT NULL REFERENCES consultations (id),
    organisation_id TEXT REFERENCES organisations (id),
    respondent_id   TEXT REFERENCES respondents (id),
    receipt_number  TEXT NOT NULL UNIQUE,
    state           TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'amended', 'withdrawn')),
    publication     TEXT NOT NULL CHECK (publication IN ('pending', 'published', 'redacted', 'withheld')),
    version         BIGINT NOT NULL,
    confidentiality TEXT NOT NULL CHECK (confidentiality IN ('public', 'name_withheld', 'participants', 'confidential')),
    position        TEXT NOT NULL CHECK (position IN ('', 'concur', 'concur_with_comments', 'non_concur')),
    language        TEXT NOT NULL,
    entered_by      TEXT NOT NULL,
    submitted_at    TIMESTAMPTZ,
    created_at      TIMESTAMPTZ NOT NULL,
    updated_at      TIMESTAMPTZ NOT NULL,
    CHECK ((organisation_id IS NULL) <> (respondent_id IS NULL))
);
CREATE UNIQUE INDEX submissions_of_organisation ON submissions (consultation_id, organisation_id) WHERE organisation_id IS NOT NULL AND state <> 'withdrawn';
CREATE UNIQUE INDEX submissions_of_respondent ON submissions (consultation_id, respondent_id) WHERE respondent_id IS NOT NULL AND state <> 'withdrawn';

-- What was received, version by version, with the receipt given for it. Never changed.
CREATE TABLE submission_versions (
    submission_id  TEXT NOT NULL REFERENCES submissions (id),
    version        BIGINT NOT NULL,
    content        TEXT NOT NULL,
    content_sha256 TEXT NOT NULL,
    receipt        TEXT NOT NULL,
    received_from  TEXT NOT NULL,
    received_at    TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (submission_id, version)
);

CREATE TABLE comments (
    id                TEXT PRIMARY KEY,
    consultation_id   TEXT NOT NULL REFERENCES consultations (id),
    submission_id     TEXT NOT NULL REFERENCES submissions (id),
    position          BIGINT NOT NULL,
    provision_id      TEXT REFERENCES provisions (id),
    reference         TEXT NOT NULL,
    type              TEXT NOT NULL CHECK (type IN ('general', 'technical', 'editorial')),
    text              TEXT NOT NULL,
    text_folded       TEXT NOT NULL,
    proposed_change   TEXT NOT NULL,
    language          TEXT NOT NULL,
    confidentiality   TEXT NOT NULL CHECK (confidentiality IN ('public', 'name_withheld', 'participants', 'confidential')),
    disposition_state TEXT NOT NULL CHECK (disposition_state IN ('open', 'proposed', 'agreed')),
    version           BIGINT NOT NULL,
    outcome           TEXT NOT NULL CHECK (outcome IN ('', 'accepted', 'accepted_modified', 'noted', 'rejected', 'out_of_scope', 'duplicate')),
    rationale         TEXT NOT NULL,
    duplicate_of      TEXT REFERENCES comments (id),
    changes           JSONB NOT NULL,
    proposed_by       TEXT NOT NULL,
    proposed_at       TIMESTAMPTZ,
    agreed_by         TEXT NOT NULL,
    agreed_at         TIMESTAMPTZ,
    created_at        TIMESTAMPTZ NOT NULL,
    updated_at        TIMESTAMPTZ NOT NULL
);
CREATE INDEX comments_by_consultation ON comments (consultation_id, id);
CREATE INDEX comments_by_submission ON comments (submission_id, position);
CREATE INDEX comments_by_provision ON comments (provision_id);

CREATE TABLE answers (
    submission_id TEXT NOT NULL REFERENCES submissions (id),
    question_id   TEXT NOT NULL REFERENCES questions (id),
    value         TEXT NOT NULL,
    PRIMARY KEY (submission_id, question_id)
);

CREATE TABLE attachments (
    id            TEXT PRIMARY KEY,
    submission_id TEXT NOT NULL REFERENCES submissions (id),
    name          TEXT NOT NULL,
    media_type    TEXT NOT NULL,
    size          BIGINT NOT NULL,
    sha256        TEXT NOT NULL,
    content       BYTEA NOT NULL,
    created_at    TIMESTAMPTZ NOT NULL
);
CREATE INDEX attachments_by_submission ON attachments (submission_id, id);

-- What was asked and answered about a comment after it was received.
CREATE TABLE replies (
    id         TEXT PRIMARY KEY,
    comment_id TEXT NOT NULL REFERENCES comments (id),
    author     TEXT NOT NULL,
    author_name TEXT NOT NULL,
    official   BOOLEAN NOT NULL,
    text       TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX replies_by_comment ON replies (comment_id, id);

CREATE TRIGGER submission_versions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON submission_versions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- +goose Down
DROP TABLE replies;
DROP TABLE attachments;
DROP TABLE answers;
DROP TABLE comments;
DROP TABLE submission_versions;
DROP TABLE submissions;
