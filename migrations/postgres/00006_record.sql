-- +goose Up
-- The audit trail. No foreign keys: an entry outlives what it speaks of.
CREATE TABLE audit_entries (
    seq             BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at              TIMESTAMPTZ NOT NULL,
    state_code      TEXT NOT NULL,
    consultation_id TEXT NOT NULL,
    actor           TEXT NOT NULL,
    actor_name      TEXT NOT NULL,
    action          TEXT NOT NULL,
    object          TEXT NOT NULL,
    object_id       TEXT NOT NULL,
    from_state      TEXT NOT NULL,
    to_state        TEXT NOT NULL,
    reason          TEXT NOT NULL,
    content_sha256  TEXT NOT NULL,
    confidential    BOOLEAN NOT NULL
);
CREATE INDEX audit_entries_by_consultation ON audit_entries (consultation_id, seq);
CREATE INDEX audit_entries_by_object ON audit_entries (object, object_id, seq);

-- Mail: one row a message, queued in the transaction of the change it tells of.
CREATE TABLE messages (
    id              TEXT PRIMARY KEY,
    message_key     TEXT NOT NULL UNIQUE,
    consultation_id TEXT NOT NULL,
    template        TEXT NOT NULL,
    args            JSONB NOT NULL,
    recipient_name  TEXT NOT NULL,
    recipient       TEXT NOT NULL,
    language        TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'failed', 'cancelled')),
    attempts        BIGINT NOT NULL,
    last_error      TEXT NOT NULL,
    not_after       TIMESTAMPTZ,
    created_at      TIMESTAMPTZ NOT NULL,
    sent_at         TIMESTAMPTZ
);
CREATE INDEX messages_by_state ON messages (state, id);

-- The answer given to a request, kept with the change it made, so that the same request again gets the same answer.
CREATE TABLE idempotency_keys (
    actor       TEXT NOT NULL,
    key         TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    answer      TEXT NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (actor, key)
);

CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- +goose Down
DROP TABLE idempotency_keys;
DROP TABLE messages;
DROP TABLE audit_entries;
