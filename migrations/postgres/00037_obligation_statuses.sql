-- +goose Up
-- How far a state says it is with an obligation, from a day on. What was said before stays.
CREATE TABLE obligation_statuses (
    id          TEXT PRIMARY KEY,
    state_code  TEXT NOT NULL REFERENCES states (code),
    obligation  TEXT NOT NULL REFERENCES obligations (code),
    version     BIGINT NOT NULL CHECK (version > 0),
    status      TEXT NOT NULL CHECK (status IN ('none', 'planned', 'drafted', 'in_force', 'not_applicable')),
    evidence    TEXT NOT NULL CHECK (evidence <> '' OR status NOT IN ('in_force', 'not_applicable')), -- or why it does not apply
    figure      TEXT NOT NULL, -- to compare with neighbours
    as_of       TEXT NOT NULL CHECK (length(as_of) = 10), -- YYYY-MM-DD
    audience    TEXT NOT NULL CHECK (audience IN ('public', 'community', 'state')),
    author      TEXT NOT NULL,
    author_name TEXT NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL,
    UNIQUE (state_code, obligation, version)
);

CREATE TRIGGER obligation_statuses_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON obligation_statuses FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- +goose Down
DROP TABLE obligation_statuses;
