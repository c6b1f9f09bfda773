-- +goose Up
-- An action plan gives a strategy effect for a time; the next one is the next cycle of the same strategy.
CREATE TABLE plans (
    id              TEXT PRIMARY KEY,
    state_code      TEXT NOT NULL REFERENCES states (code),
    strategy_id     TEXT NOT NULL REFERENCES strategies (id),
    cycle           BIGINT NOT NULL CHECK (cycle > 0),
    title           TEXT NOT NULL,
    starts_on       TIMESTAMPTZ NOT NULL,
    ends_on         TIMESTAMPTZ NOT NULL CHECK (ends_on > starts_on),
    stated_minor    BIGINT CHECK (stated_minor >= 0), -- what the text says the plan costs
    stated_currency TEXT NOT NULL,
    stated_in       TEXT NOT NULL, -- where it says so
    issued_at       TIMESTAMPTZ,
    version         BIGINT NOT NULL CHECK (version > 0),
    created_by      TEXT NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    updated_at      TIMESTAMPTZ,
    UNIQUE (strategy_id, cycle)
);

-- What is not published of a strategy: its public reference, and the text for those who may read it. They are kept
-- apart from everything that is told in public, which has the reference alone.
CREATE TABLE annex_entries (
    id          TEXT PRIMARY KEY,
    state_code  TEXT NOT NULL REFERENCES states (code),
    strategy_id TEXT NOT NULL REFERENCES strategies (id),
    reference   TEXT NOT NULL,
    reason      TEXT NOT NULL,
    text        TEXT NOT NULL,
    created_by  TEXT NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL,
    UNIQUE (strategy_id, reference)
);

CREATE TABLE measures (
    id              TEXT PRIMARY KEY,
    state_code      TEXT NOT NULL REFERENCES states (code),
    strategy_id     TEXT NOT NULL REFERENCES strategies (id),
    number          TEXT NOT NULL,
    title           TEXT NOT NULL,
    kind            TEXT NOT NULL CHECK (kind IN ('legislation', 'regulatory_enforcement', 'infrastructure_expertise', 'procedures', 'resources', 'sustainability')),
    capability      TEXT NOT NULL,
    prevention      BOOLEAN NOT NULL,
    consequence     BOOLEAN NOT NULL,
    lead_id         TEXT REFERENCES organisations (id),
    partners        JSONB NOT NULL,
    resources       JSONB NOT NULL,
    upkeep_minor    BIGINT CHECK (upkeep_minor >= 0), -- a year
    upkeep_currency TEXT NOT NULL,
    upkeep_owner    TEXT NOT NULL,
    own_from        TIMESTAMPTZ, -- from then on without outside help
    sustainability  TEXT NOT NULL,
    indicator       TEXT NOT NULL,
    evidence        JSONB NOT NULL,
    annex_id        TEXT REFERENCES annex_entries (id),
    status          TEXT NOT NULL CHECK (status IN ('not_started', 'under_way', 'done', 'stopped')),
    adopted_at      TIMESTAMPTZ CHECK (adopted_at IS NULL OR (lead_id IS NOT NULL AND upkeep_minor IS NOT NULL AND upkeep_owner <> '' AND own_from IS NOT NULL)),
    version         BIGINT NOT NULL CHECK (version > 0),
    created_by      TEXT NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    updated_at      TIMESTAMPTZ,
    UNIQUE (strategy_id, number)
);

-- In which plans a measure stands, and when it is due there.
CREATE TABLE plan_measures (
    plan_id    TEXT NOT NULL REFERENCES plans (id),
    measure_id TEXT NOT NULL REFERENCES measures (id),
    position   BIGINT NOT NULL,
    due_on     TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (plan_id, measure_id)
);
CREATE INDEX plan_measures_by_measure ON plan_measures (measure_id);

-- Every change of the day on which a measure is due: why, and who agreed.
CREATE TABLE due_moves (
    id         TEXT PRIMARY KEY,
    plan_id    TEXT NOT NULL REFERENCES plans (id),
    measure_id TEXT NOT NULL REFERENCES measures (id),
    from_on    TIMESTAMPTZ NOT NULL,
    to_on      TIMESTAMPTZ NOT NULL,
    reason     TEXT NOT NULL,
    agreed_by  TEXT NOT NULL,
    moved_by   TEXT NOT NULL,
    moved_at   TIMESTAMPTZ NOT NULL
);
CREATE INDEX due_moves_by_measure ON due_moves (measure_id);

CREATE TABLE measure_obligations (
    measure_id TEXT NOT NULL REFERENCES measures (id),
    obligation TEXT NOT NULL REFERENCES obligations (code),
    PRIMARY KEY (measure_id, obligation)
);
CREATE INDEX measure_obligations_by_obligation ON measure_obligations (obligation);

-- Provisions by their identity, which goes on from draft to draft: those that the measure gives effect to ('text') and
-- those that say why it is needed ('need').
CREATE TABLE measure_provisions (
    measure_id TEXT NOT NULL REFERENCES measures (id),
    identity   TEXT NOT NULL,
    role       TEXT NOT NULL CHECK (role IN ('text', 'need')),
    PRIMARY KEY (measure_id, identity, role)
);
CREATE INDEX measure_provisions_by_identity ON measure_provisions (identity);

-- Steps of a measure. Who has one is reminded once it is overdue; later the lead is told.
CREATE TABLE milestones (
    id          TEXT PRIMARY KEY,
    state_code  TEXT NOT NULL REFERENCES states (code),
    measure_id  TEXT NOT NULL REFERENCES measures (id),
    title       TEXT NOT NULL,
    owner_id    TEXT NOT NULL REFERENCES people (id),
    due_on      TIMESTAMPTZ NOT NULL,
    status      TEXT NOT NULL CHECK (status IN ('not_started', 'under_way', 'done', 'stopped')),
    reminded_at TIMESTAMPTZ,
    climbed_at  TIMESTAMPTZ,
    version     BIGINT NOT NULL CHECK (version > 0),
    created_by  TEXT NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL,
    updated_at  TIMESTAMPTZ
);
CREATE INDEX milestones_by_measure ON milestones (measure_id);
CREATE INDEX milestones_open ON milestones (due_on) WHERE status IN ('not_started', 'under_way');

-- A milestone that waits for another. The program refuses circles.
CREATE TABLE milestone_needs (
    milestone_id TEXT NOT NULL REFERENCES milestones (id),
    needs_id     TEXT NOT NULL REFERENCES milestones (id) CHECK (needs_id <> milestone_id),
    PRIMARY KEY (milestone_id, needs_id)
);

CREATE TRIGGER measures_kept BEFORE DELETE OR TRUNCATE ON measures FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER due_moves_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON due_moves FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- +goose Down
DROP TABLE milestone_needs;
DROP TABLE milestones;
DROP TABLE measure_provisions;
DROP TABLE measure_obligations;
DROP TABLE due_moves;
DROP TABLE plan_measures;
DROP TABLE measures;
DROP TABLE annex_entries;
DROP TABLE plans;
