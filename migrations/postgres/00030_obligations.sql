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
    sectors        JSONB NOT NULL,
    checked        TEXT NOT NULL CHECK (checked IN ('verified', 'partly_verified', 'from_general_knowledge')),
    source         TEXT NOT NULL,
    folded         TEXT NOT NULL, -- what is searched
    content_sha256 TEXT NOT NULL,
    version        BIGINT NOT NULL CHECK (version > 0),
    added_at       TIMESTAMPTZ NOT NULL,
    changed_at     TIMESTAMPTZ NOT NULL,
    withdrawn_at   TIMESTAMPTZ
);
CREATE INDEX obligations_by_instrument ON obligations (instrument);

-- Every wording an obligation had, and what made it another.
CREATE TABLE obligation_versions (
    code           TEXT NOT NULL REFERENCES obligations (code),
    version        BIGINT NOT NULL,
    change         TEXT NOT NULL CHECK (change IN ('added', 'revised', 'withdrawn', 'restored')),
    wording        JSONB NOT NULL,
    content_sha256 TEXT NOT NULL,
    changed_by     TEXT NOT NULL,
    changed_at     TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (code, version)
);

-- Which obligations a provision serves, in the drafts of a strategy from one version up to, and without, another. It
-- goes with the identity of the provision, and so into the next draft by itself.
CREATE TABLE provision_obligations (
    id            TEXT PRIMARY KEY,
    strategy_id   TEXT NOT NULL REFERENCES strategies (id),
    identity      TEXT NOT NULL,
    obligation    TEXT NOT NULL REFERENCES obligations (code),
    since_version BIGINT NOT NULL CHECK (since_version > 0),
    until_version BIGINT CHECK (until_version >= since_version),
    created_by    TEXT NOT NULL,
    created_at    TIMESTAMPTZ NOT NULL,
    removed_by    TEXT NOT NULL,
    removed_at    TIMESTAMPTZ,
    CHECK ((until_version IS NULL) = (removed_at IS NULL))
);
CREATE UNIQUE INDEX provision_obligations_standing ON provision_obligations (strategy_id, identity, obligation) WHERE until_version IS NULL;
CREATE INDEX provision_obligations_by_obligation ON provision_obligations (obligation);

CREATE TRIGGER obligations_kept BEFORE DELETE OR TRUNCATE ON obligations FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER obligation_versions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON obligation_versions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER provision_obligations_kept BEFORE DELETE OR TRUNCATE ON provision_obligations FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER provision_obligations_ended BEFORE UPDATE ON provision_obligations FOR EACH ROW
    WHEN (OLD.until_version IS NOT NULL OR NEW.since_version <> OLD.since_version OR NEW.identity <> OLD.identity OR NEW.obligation <> OLD.obligation) EXECUTE FUNCTION refuse_change();

-- +goose Down
DROP TABLE provision_obligations;
DROP TABLE obligation_versions;
DROP TABLE obligations;
