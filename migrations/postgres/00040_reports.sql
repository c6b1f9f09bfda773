-- +goose Up
-- Laws of a state with the obligations they give effect to, from which drafts of reports are assembled; and figures that
-- others publish on how far states have come.
CREATE TABLE laws (
    id          TEXT PRIMARY KEY,
    state_code  TEXT NOT NULL REFERENCES states (code),
    kind        TEXT NOT NULL CHECK (kind IN ('law', 'regulation', 'other')),
    citation    TEXT NOT NULL CHECK (citation <> ''),
    link        TEXT NOT NULL,
    note        TEXT NOT NULL,
    obligations JSONB NOT NULL,
    in_force_on TIMESTAMPTZ,
    repealed_on TIMESTAMPTZ,
    version     BIGINT NOT NULL CHECK (version > 0),
    created_by  TEXT NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL,
    updated_at  TIMESTAMPTZ
);
CREATE INDEX laws_state ON laws (state_code);

CREATE TABLE progress_figures (
    id           TEXT PRIMARY KEY,
    state_code   TEXT NOT NULL REFERENCES states (code),
    subject      TEXT NOT NULL CHECK (subject <> ''),
    as_of        TIMESTAMPTZ NOT NULL,
    have         BIGINT NOT NULL CHECK (have >= 0),
    out_of       BIGINT NOT NULL CHECK (out_of > 0),
    whole        TEXT NOT NULL CHECK (whole <> ''),
    source       TEXT NOT NULL CHECK (source <> ''),
    created_by   TEXT NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL,
    withdrawn_at TIMESTAMPTZ,
    CHECK (have <= out_of)
);
CREATE UNIQUE INDEX progress_figures_standing ON progress_figures (state_code, subject, as_of) WHERE withdrawn_at IS NULL;

-- +goose Down
DROP TABLE progress_figures;
DROP TABLE laws;
