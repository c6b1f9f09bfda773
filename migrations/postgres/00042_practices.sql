-- +goose Up
-- Calendars of an instrument that a state holds to be worth copying, with what of them; and the calendars that states made for
-- themselves from such. Those in force stand beside workflows/duty/duties.csv in the state's calendar.
CREATE TABLE duty_practices (
    id           TEXT PRIMARY KEY,
    state_code   TEXT NOT NULL REFERENCES states (code),
    instrument   TEXT NOT NULL,
    features     TEXT NOT NULL CHECK (features <> ''),
    created_by   TEXT NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL,
    withdrawn_at TIMESTAMPTZ
);
CREATE UNIQUE INDEX duty_practices_standing ON duty_practices (state_code, instrument) WHERE withdrawn_at IS NULL;

CREATE TABLE duty_tables (
    id          TEXT PRIMARY KEY,
    state_code  TEXT NOT NULL REFERENCES states (code),
    title       TEXT NOT NULL,
    theme       TEXT NOT NULL CHECK (theme IN ('nuclear', 'chemical', 'biological', 'means_of_delivery', 'cross_cutting')),
    practice_id TEXT NOT NULL REFERENCES duty_practices (id),
    lines       TEXT NOT NULL, -- a table of duties, as duties.csv
    status      TEXT NOT NULL CHECK (status IN ('draft', 'in_force', 'dropped')),
    version     BIGINT NOT NULL CHECK (version > 0),
    created_by  TEXT NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL,
    updated_at  TIMESTAMPTZ
);
CREATE INDEX duty_tables_state ON duty_tables (state_code, status);

-- +goose Down
DROP TABLE duty_tables;
DROP TABLE duty_practices;
