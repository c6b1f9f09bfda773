-- +goose Up
-- Reporting duties: since when an instrument binds a state, events that call for a notice, what was sent, and of what
-- officials were reminded. What is due when is computed from the rules in workflows/duty/duties.csv.
CREATE TABLE duty_bonds (
    id            TEXT PRIMARY KEY,
    state_code    TEXT NOT NULL REFERENCES states (code),
    instrument    TEXT NOT NULL,
    in_force_on   TIMESTAMPTZ, -- none: it does not bind the state
    followed_from TIMESTAMPTZ, -- what was due before is taken as settled
    source        TEXT NOT NULL,
    version       BIGINT NOT NULL CHECK (version > 0),
    created_by    TEXT NOT NULL,
    created_at    TIMESTAMPTZ NOT NULL,
    updated_at    TIMESTAMPTZ,
    UNIQUE (state_code, instrument)
);

CREATE TABLE duty_events (
    id           TEXT PRIMARY KEY,
    state_code   TEXT NOT NULL REFERENCES states (code),
    duty_code    TEXT NOT NULL,
    on_day       TIMESTAMPTZ NOT NULL,
    note         TEXT NOT NULL,
    created_by   TEXT NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL,
    withdrawn_at TIMESTAMPTZ
);
CREATE INDEX duty_events_state ON duty_events (state_code, duty_code);

CREATE TABLE duty_returns (
    id               TEXT PRIMARY KEY,
    state_code       TEXT NOT NULL REFERENCES states (code),
    duty_code        TEXT NOT NULL,
    period           TEXT NOT NULL,
    done_on          TIMESTAMPTZ NOT NULL,
    reference        TEXT NOT NULL CHECK (reference <> ''),
    nil_return       BOOLEAN NOT NULL,
    note             TEXT NOT NULL,
    created_by       TEXT NOT NULL,
    created_at       TIMESTAMPTZ NOT NULL,
    withdrawn_at     TIMESTAMPTZ,
    withdrawn_reason TEXT NOT NULL,
    CHECK ((withdrawn_at IS NULL) = (withdrawn_reason = ''))
);
CREATE UNIQUE INDEX duty_returns_standing ON duty_returns (state_code, duty_code, period) WHERE withdrawn_at IS NULL;

CREATE TABLE duty_reminders (
    id         TEXT PRIMARY KEY,
    state_code TEXT NOT NULL REFERENCES states (code),
    duty_code  TEXT NOT NULL,
    period     TEXT NOT NULL,
    due_on     TIMESTAMPTZ NOT NULL,
    late       BOOLEAN NOT NULL,
    told_at    TIMESTAMPTZ NOT NULL,
    UNIQUE (state_code, duty_code, period, due_on, late)
);

-- A gap between states: what it is about, the next step, and a side for each state with its owner and, once it agrees, when
-- it confirmed that the gap is closed.
CREATE TABLE regional_gaps (
    id              TEXT PRIMARY KEY,
    obligation_code TEXT NOT NULL REFERENCES obligations (code),
    title           TEXT NOT NULL,
    description     TEXT NOT NULL,
    status          TEXT NOT NULL CHECK (status IN ('open', 'agreed', 'closing', 'closed')),
    next_step       TEXT NOT NULL,
    next_step_on    TIMESTAMPTZ,
    version         BIGINT NOT NULL CHECK (version > 0),
    created_state   TEXT NOT NULL REFERENCES states (code),
    created_by      TEXT NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    updated_at      TIMESTAMPTZ,
    CHECK ((next_step = '') = (next_step_on IS NULL)),
    CHECK (status = 'open' OR next_step <> '')
);

CREATE TABLE regional_gap_sides (
    gap_id       TEXT NOT NULL REFERENCES regional_gaps (id),
    state_code   TEXT NOT NULL REFERENCES states (code),
    position     TEXT NOT NULL, -- how it stands there: "72 h"
    owner_id     TEXT REFERENCES people (id),
    confirmed_at TIMESTAMPTZ,
    confirmed_by TEXT NOT NULL,
    PRIMARY KEY (gap_id, state_code),
    CHECK ((confirmed_at IS NULL) = (confirmed_by = ''))
);
CREATE INDEX regional_gap_sides_state ON regional_gap_sides (state_code);

-- +goose StatementBegin
CREATE FUNCTION duty_returns_as_sent() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'duty_returns keeps every row';
    END IF;
    IF OLD.withdrawn_at IS NOT NULL OR NEW.reference <> OLD.reference OR NEW.done_on <> OLD.done_on OR NEW.nil_return <> OLD.nil_return THEN
        RAISE EXCEPTION 'what was sent can only be withdrawn, once';
    END IF;
    RETURN NEW;
END;
$$ LANGUAGE plpgsql;
-- +goose StatementEnd

CREATE TRIGGER duty_returns_as_sent BEFORE UPDATE OR DELETE ON duty_returns FOR EACH ROW EXECUTE FUNCTION duty_returns_as_sent();

-- +goose StatementBegin
CREATE FUNCTION regional_gaps_closed() RETURNS trigger AS $$
BEGIN
    IF NEW.status = 'closed' AND EXISTS (SELECT 1 FROM regional_gap_sides s WHERE s.gap_id = NEW.id AND s.confirmed_at IS NULL) THEN
        RAISE EXCEPTION 'a gap is closed by all its sides';
    END IF;
    RETURN NEW;
END;
$$ LANGUAGE plpgsql;
-- +goose StatementEnd

CREATE TRIGGER regional_gaps_closed BEFORE UPDATE ON regional_gaps FOR EACH ROW EXECUTE FUNCTION regional_gaps_closed();

-- +goose Down
DROP TABLE regional_gap_sides;
DROP TABLE regional_gaps;
DROP TABLE duty_reminders;
DROP TABLE duty_returns;
DROP TABLE duty_events;
DROP TABLE duty_bonds;
DROP FUNCTION regional_gaps_closed();
DROP FUNCTION duty_returns_as_sent();
