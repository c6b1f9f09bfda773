-- +goose Up
ALTER TABLE rounds ADD COLUMN due_at DATETIME;
-- Whether reviewers were named for the round: then only they decide.
ALTER TABLE rounds ADD COLUMN by_name BOOLEAN NOT NULL DEFAULT FALSE;

-- Who is asked by name in a round, to decide or to advise. One that has ended stays, with how and why.
CREATE TABLE review_assignments (
    id              TEXT PRIMARY KEY,
    consultation_id TEXT NOT NULL REFERENCES consultations (id),
    state_code      TEXT NOT NULL REFERENCES states (code),
    round_id        TEXT NOT NULL REFERENCES rounds (id),
    person_id       TEXT NOT NULL REFERENCES people (id),
    person_name     TEXT NOT NULL,
    kind            TEXT NOT NULL CHECK (kind IN ('decisive', 'advisory')),
    named_by        TEXT NOT NULL,
    named_at        DATETIME NOT NULL,
    seen_at         DATETIME,
    ended           TEXT NOT NULL CHECK (ended IN ('', 'removed', 'recused')),
    ended_by        TEXT NOT NULL,
    ended_at        DATETIME,
    ended_reason    TEXT NOT NULL,
    CHECK ((ended = '') = (ended_at IS NULL))
);
CREATE UNIQUE INDEX review_assignments_held ON review_assignments (round_id, person_id) WHERE ended = '';
CREATE INDEX review_assignments_by_person ON review_assignments (person_id, kind) WHERE ended = '';

-- What an adviser thinks: it counts for no quorum.
CREATE TABLE opinions (
    id              TEXT PRIMARY KEY,
    consultation_id TEXT NOT NULL REFERENCES consultations (id),
    round_id        TEXT NOT NULL REFERENCES rounds (id),
    adviser_id      TEXT NOT NULL,
    adviser_name    TEXT NOT NULL,
    opinion         TEXT NOT NULL CHECK (opinion IN ('ready', 'ready_with_issues', 'not_ready')),
    text            TEXT NOT NULL,
    content_sha256  TEXT NOT NULL,
    given_at        DATETIME NOT NULL,
    UNIQUE (round_id, adviser_id)
);

-- One row a reminder sent: the days left before the deadline, 0 once it has passed.
CREATE TABLE review_reminders (
    round_id    TEXT NOT NULL REFERENCES rounds (id),
    due_at      DATETIME NOT NULL,
    days_before INTEGER NOT NULL,
    sent_at     DATETIME NOT NULL,
    PRIMARY KEY (round_id, due_at, days_before)
);

-- +goose StatementBegin
CREATE TRIGGER review_assignments_no_delete BEFORE DELETE ON review_assignments BEGIN
    SELECT RAISE(ABORT, 'review_assignments keeps every row');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER review_assignments_ended BEFORE UPDATE ON review_assignments WHEN OLD.ended <> '' BEGIN
    SELECT RAISE(ABORT, 'an assignment that has ended stays as it is');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER opinions_no_update BEFORE UPDATE ON opinions BEGIN
    SELECT RAISE(ABORT, 'opinions is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER opinions_no_delete BEFORE DELETE ON opinions BEGIN
    SELECT RAISE(ABORT, 'opinions is append-only');
END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE review_reminders;
DROP TABLE opinions;
DROP TABLE review_assignments;
ALTER TABLE rounds DROP COLUMN by_name;
ALTER TABLE rounds DROP COLUMN due_at;
