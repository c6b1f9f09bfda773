-- +goose Up
-- The register of obligations. The shipped rows belong to no state; a state's own have its code before theirs
-- ("XJ:SAA-126"). The program keeps the shipped ones equal to its file. None is ever deleted: what is gone is withdrawn.
CREATE TABLE obligations (
    code           TEXT PRIMARY KEY,
    state_code     TEXT REFERENCES states (code),
    place          TEXT NOT NULL UNIQUE, -- in its table; lists are ordered by it
    instrument     TEXT NOT NULL,
    provision      TEXT NOT NULL,
    theme          TEXT NOT NULL CHECK (theme IN ('nuclear', 'chemical', 'biological', 'means_of_delivery', 'cross_cutting')),
    kind           TEXT NOT NULL CHECK (kind IN ('legislation', 'regulatory_enforcement', 'infrastructure_expertise', 'procedures', 'resources', 'sustainability')),
    title          TEXT NOT NULL,
    summary        TEXT NOT NULL,
    lead           TEXT NOT NULL,
    sectors        TEXT NOT NULL CHECK (json_valid(sectors)),
    checked        TEXT NOT NULL CHECK (checked IN ('verified', 'partly_verified', 'from_general_knowledge')),
    source         TEXT NOT NULL,
    folded         TEXT NOT NULL, -- what is searched
    content_sha256 TEXT NOT NULL,
    version        INTEGER NOT NULL CHECK (version > 0),
    added_at       DATETIME NOT NULL,
    changed_at     DATETIME NOT NULL,
    withdrawn_at   DATETIME
);
CREATE INDEX obligations_by_instrument ON obligations (instrument);

-- Every wording an obligation had, and what made it another.
CREATE TABLE obligation_versions (
    code           TEXT NOT NULL REFERENCES obligations (code),
    version        INTEGER NOT NULL,
    change         TEXT NOT NULL CHECK (change IN ('added', 'revised', 'withdrawn', 'restored')),
    wording        TEXT NOT NULL CHECK (json_valid(wording)),
    content_sha256 TEXT NOT NULL,
    changed_by     TEXT NOT NULL,
    changed_at     DATETIME NOT NULL,
    PRIMARY KEY (code, version)
);

-- Which obligations a provision serves, in the drafts of a strategy from one version up to, and without, another. It
-- goes with the identity of the provision, and so into the next draft by itself.
CREATE TABLE provision_obligations (
    id            TEXT PRIMARY KEY,
    strategy_id   TEXT NOT NULL REFERENCES strategies (id),
    identity      TEXT NOT NULL,
    obligation    TEXT NOT NULL REFERENCES obligations (code),
    since_version INTEGER NOT NULL CHECK (since_version > 0),
    until_version INTEGER CHECK (until_version >= since_version),
    created_by    TEXT NOT NULL,
    created_at    DATETIME NOT NULL,
    removed_by    TEXT NOT NULL,
    removed_at    DATETIME,
    CHECK ((until_version IS NULL) = (removed_at IS NULL))
);
CREATE UNIQUE INDEX provision_obligations_standing ON provision_obligations (strategy_id, identity, obligation) WHERE until_version IS NULL;
CREATE INDEX provision_obligations_by_obligation ON provision_obligations (obligation);

-- +goose StatementBegin
CREATE TRIGGER obligations_kept BEFORE DELETE ON obligations BEGIN
    SELECT RAISE(ABORT, 'obligations keeps every row');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER obligation_versions_no_update BEFORE UPDATE ON obligation_versions BEGIN
    SELECT RAISE(ABORT, 'obligation_versions is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER obligation_versions_no_delete BEFORE DELETE ON obligation_versions BEGIN
    SELECT RAISE(ABORT, 'obligation_versions is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER provision_obligations_kept BEFORE DELETE ON provision_obligations BEGIN
    SELECT RAISE(ABORT, 'provision_obligations keeps every row');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER provision_obligations_ended BEFORE UPDATE ON provision_obligations WHEN OLD.until_version IS NOT NULL OR NEW.since_version <> OLD.since_version OR NEW.identity <> OLD.identity OR NEW.obligation <> OLD.obligation BEGIN
    SELECT RAISE(ABORT, 'that a provision serves an obligation can only be ended, once');
END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE provision_obligations;
DROP TABLE obligation_versions;
DROP TABLE obligations;
