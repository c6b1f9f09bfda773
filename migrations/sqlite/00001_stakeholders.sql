-- +goose Up
CREATE TABLE states (
    code       TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    locale     TEXT NOT NULL,
    created_at DATETIME NOT NULL
);

CREATE TABLE organisations (
    id          TEXT PRIMARY KEY,
    state_code  TEXT NOT NULL REFERENCES states (code),
    name        TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    sector      TEXT NOT NULL CHECK (sector IN ('government', 'industry', 'academia', 'civil_society', 'international', 'regional')),
    email       TEXT NOT NULL,
    language    TEXT NOT NULL,
    created_at  DATETIME NOT NULL,
    UNIQUE (state_code, name_folded)
);
CREATE INDEX organisations_by_sector ON organisations (state_code, sector, id);

CREATE TABLE people (
    id              TEXT PRIMARY KEY,
    email           TEXT NOT NULL UNIQUE,
    name            TEXT NOT NULL,
    language        TEXT NOT NULL,
    organisation_id TEXT REFERENCES organisations (id),
    disabled_at     DATETIME,
    created_at      DATETIME NOT NULL
);

-- A role a person holds in a state; revoked ones stay for the record.
CREATE TABLE assignments (
    id              TEXT PRIMARY KEY,
    person_id       TEXT NOT NULL REFERENCES people (id),
    role            TEXT NOT NULL CHECK (role IN ('administrator', 'official', 'reviewer', 'contributor', 'observer', 'partner', 'auditor')),
    state_code      TEXT NOT NULL REFERENCES states (code),
    organisation_id TEXT REFERENCES organisations (id),
    granted_by      TEXT NOT NULL,
    granted_at      DATETIME NOT NULL,
    revoked_at      DATETIME
);
CREATE UNIQUE INDEX assignments_held ON assignments (person_id, role, state_code, COALESCE(organisation_id, '')) WHERE revoked_at IS NULL;
CREATE INDEX assignments_by_role ON assignments (state_code, role) WHERE revoked_at IS NULL;

-- +goose Down
DROP TABLE assignments;
DROP TABLE people;
DROP TABLE organisations;
DROP TABLE states;
