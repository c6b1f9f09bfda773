-- +goose Up
-- How far a state says it is with an obligation, from a day on. What was said before stays.
CREATE TABLE obligation_statuses (
    id          TEXT PRIMARY KEY,
    state_code  TEXT NOT NULL REFERENCES states (code),
    obligation  TEXT NOT NULL REFERENCES obligations (code),
    version     INTEGER NOT NULL CHECK (version > 0),
    status      TEXT NOT NULL CHECK (status IN ('none', 'planned', 'drafted', 'in_force', 'not_applicable')),
    evidence    TEXT NOT NULL CHECK (evidence <> '' OR status NOT IN ('in_force', 'not_applicable')), -- or why it does not apply
    figure      TEXT NOT NULL, -- to compare with neighbours
    as_of       TEXT NOT NULL CHECK (length(as_of) = 10), -- YYYY-MM-DD
    audience    TEXT NOT NULL CHECK (audience IN ('public', 'community', 'state')),
    author      TEXT NOT NULL,
    author_name TEXT NOT NULL,
    created_at  DATETIME NOT NULL,
    UNIQUE (state_code, obligation, version)
);

-- +goose StatementBegin
CREATE TRIGGER obligation_statuses_no_update BEFORE UPDATE ON obligation_statuses BEGIN
    SELECT RAISE(ABORT, 'obligation_statuses is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER obligation_statuses_no_delete BEFORE DELETE ON obligation_statuses BEGIN
    SELECT RAISE(ABORT, 'obligation_statuses is append-only');
END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE obligation_statuses;
