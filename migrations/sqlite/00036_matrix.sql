-- +goose Up
-- The 1540 matrix of a state, as kept by its own people or, of a neighbour, by those of the holder. Each line is what a
-- cell said from then on, in one of three layers; nothing is overwritten. An empty mark is kept as an empty mark.
CREATE TABLE matrix_files (
    id             TEXT PRIMARY KEY,
    holder_code    TEXT NOT NULL REFERENCES states (code),
    state_code     TEXT NOT NULL,
    matrix_version TEXT NOT NULL,
    name           TEXT NOT NULL,
    content_sha256 TEXT NOT NULL,
    row_count      INTEGER NOT NULL,
    created_by     TEXT NOT NULL,
    created_at     DATETIME NOT NULL
);

CREATE TABLE matrix_entries (
    id              TEXT PRIMARY KEY,
    holder_code     TEXT NOT NULL REFERENCES states (code),
    state_code      TEXT NOT NULL,
    layer           TEXT NOT NULL CHECK (layer IN ('committee_approved', 'national_proposal', 'self_assessment')),
    row_key         TEXT NOT NULL,
    weapon          TEXT NOT NULL CHECK (weapon IN ('NW', 'CW', 'BW', '-')),
    dimension       TEXT NOT NULL CHECK (dimension IN ('legal', 'enforcement')),
    version         INTEGER NOT NULL CHECK (version > 0),
    mark            TEXT NOT NULL CHECK (mark IN ('X', '?', 'NA', '')),
    reference       TEXT NOT NULL,
    reference_type  TEXT NOT NULL,
    remark          TEXT NOT NULL,
    as_of           TEXT NOT NULL, -- YYYY-MM-DD or empty
    approved_on     TEXT NOT NULL,
    marking         TEXT NOT NULL CHECK (marking IN ('', 'TLP:CLEAR', 'TLP:GREEN', 'TLP:AMBER', 'TLP:AMBER+STRICT')),
    obligation_code TEXT NOT NULL,
    audience        TEXT NOT NULL CHECK (audience IN ('public', 'community', 'state')),
    matrix_version  TEXT NOT NULL, -- of the file it came from
    source_key      TEXT NOT NULL, -- its row_key there
    file_id         TEXT REFERENCES matrix_files (id),
    author          TEXT NOT NULL,
    author_name     TEXT NOT NULL,
    created_at      DATETIME NOT NULL,
    UNIQUE (holder_code, state_code, layer, row_key, weapon, dimension, version)
);

-- What of a file has no place: a row nobody knows, or a code that is not in the register.
CREATE TABLE matrix_strays (
    id          TEXT PRIMARY KEY,
    file_id     TEXT NOT NULL REFERENCES matrix_files (id),
    holder_code TEXT NOT NULL REFERENCES states (code),
    state_code  TEXT NOT NULL,
    line        INTEGER NOT NULL,
    content     TEXT NOT NULL CHECK (json_valid(content)),
    reason      TEXT NOT NULL CHECK (reason IN ('unknown_row', 'no_counterpart', 'unknown_obligation')),
    created_at  DATETIME NOT NULL,
    settled_as  TEXT, -- the row it was put in, or the code; empty: left out
    settled_by  TEXT NOT NULL,
    settled_at  DATETIME,
    CHECK ((settled_as IS NULL) = (settled_at IS NULL))
);
CREATE INDEX matrix_strays_open ON matrix_strays (holder_code, state_code) WHERE settled_at IS NULL;

-- +goose StatementBegin
CREATE TRIGGER matrix_files_no_update BEFORE UPDATE ON matrix_files BEGIN
    SELECT RAISE(ABORT, 'matrix_files is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER matrix_files_no_delete BEFORE DELETE ON matrix_files BEGIN
    SELECT RAISE(ABORT, 'matrix_files is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER matrix_entries_no_update BEFORE UPDATE ON matrix_entries BEGIN
    SELECT RAISE(ABORT, 'matrix_entries is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER matrix_entries_no_delete BEFORE DELETE ON matrix_entries BEGIN
    SELECT RAISE(ABORT, 'matrix_entries is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER matrix_strays_kept BEFORE DELETE ON matrix_strays BEGIN
    SELECT RAISE(ABORT, 'matrix_strays keeps every row');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER matrix_strays_settled BEFORE UPDATE ON matrix_strays WHEN OLD.settled_at IS NOT NULL OR NEW.content <> OLD.content BEGIN
    SELECT RAISE(ABORT, 'what had no place in the matrix can only be settled, once');
END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE matrix_strays;
DROP TABLE matrix_entries;
DROP TABLE matrix_files;
