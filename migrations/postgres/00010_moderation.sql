-- +goose Up
-- Why a sender asks that something be kept from others, and how they appear where their name is withheld.
ALTER TABLE submissions ADD COLUMN ground TEXT NOT NULL DEFAULT '' CHECK (ground IN ('', 'trade_secret', 'personal_data', 'security', 'other'));
ALTER TABLE submissions ADD COLUMN ground_words TEXT NOT NULL DEFAULT '';
ALTER TABLE submissions ADD COLUMN masked BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE submissions ADD COLUMN branch TEXT NOT NULL DEFAULT '';
ALTER TABLE comments ADD COLUMN ground TEXT NOT NULL DEFAULT '' CHECK (ground IN ('', 'trade_secret', 'personal_data', 'security', 'other'));
ALTER TABLE comments ADD COLUMN ground_words TEXT NOT NULL DEFAULT '';
-- What may be found of a comment by those who may not read what is withheld of it; NULL where nothing is.
ALTER TABLE comments ADD COLUMN open_folded TEXT;

-- The number a sender has instead of a name in one consultation, and what the desk says of the branch they give.
CREATE TABLE masks (
    id              TEXT PRIMARY KEY,
    consultation_id TEXT NOT NULL REFERENCES consultations (id),
    party           TEXT NOT NULL,
    number          INTEGER NOT NULL CHECK (number > 0),
    branch          TEXT NOT NULL,
    refused         TEXT NOT NULL,
    version         INTEGER NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    updated_at      TIMESTAMPTZ NOT NULL,
    UNIQUE (consultation_id, party),
    UNIQUE (consultation_id, number)
);

-- What the desk decided on a sender's wish to keep a comment from others. The id is the comment's.
CREATE TABLE restrictions (
    id              TEXT PRIMARY KEY,
    consultation_id TEXT NOT NULL REFERENCES consultations (id),
    state           TEXT NOT NULL CHECK (state IN ('asked', 'granted', 'declined', 'opened', 'taken_back')),
    version         INTEGER NOT NULL,
    ground          TEXT NOT NULL CHECK (ground IN ('', 'trade_secret', 'personal_data', 'security', 'other')),
    reason          TEXT NOT NULL,
    holder          TEXT NOT NULL,
    held_by         TEXT NOT NULL,
    review_date     TIMESTAMPTZ,
    answer_by       TIMESTAMPTZ,
    decided_at      TIMESTAMPTZ,
    created_at      TIMESTAMPTZ NOT NULL,
    updated_at      TIMESTAMPTZ NOT NULL
);
CREATE INDEX restrictions_by_consultation ON restrictions (consultation_id, state);
CREATE INDEX restrictions_to_stand ON restrictions (answer_by) WHERE state = 'declined';
CREATE INDEX restrictions_to_review ON restrictions (held_by, review_date) WHERE state = 'granted';

-- Words, or a whole comment, withheld from the public. The original stays where it is; a redaction that is lifted stays as a row.
CREATE TABLE redactions (
    id              TEXT PRIMARY KEY,
    consultation_id TEXT NOT NULL REFERENCES consultations (id),
    comment_id      TEXT NOT NULL,
    part            TEXT NOT NULL CHECK (part IN ('words', 'proposed_change', 'comment')),
    passage         TEXT NOT NULL,
    reason          TEXT NOT NULL CHECK (reason IN ('personal_data', 'abuse', 'defamation', 'sensitive', 'spam', 'other')),
    words           TEXT NOT NULL,
    holder          TEXT NOT NULL,
    made_by         TEXT NOT NULL,
    made_by_name    TEXT NOT NULL,
    made_at         TIMESTAMPTZ NOT NULL,
    review_date     TIMESTAMPTZ NOT NULL,
    lifted_by       TEXT NOT NULL,
    lifted_by_name  TEXT NOT NULL,
    lifted_at       TIMESTAMPTZ,
    lifted_reason   TEXT NOT NULL,
    CHECK ((part = 'words') = (passage <> ''))
);
CREATE INDEX redactions_by_comment ON redactions (comment_id, id);
CREATE INDEX redactions_by_consultation ON redactions (consultation_id, id);
CREATE INDEX redactions_to_review ON redactions (made_by, review_date) WHERE lifted_at IS NULL;

-- What somebody thinks should be looked at.
CREATE TABLE flags (
    id              TEXT PRIMARY KEY,
    consultation_id TEXT NOT NULL REFERENCES consultations (id),
    comment_id      TEXT NOT NULL,
    reason          TEXT NOT NULL CHECK (reason IN ('personal_data', 'abuse', 'defamation', 'sensitive', 'spam', 'other')),
    words           TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('open', 'upheld', 'dismissed')),
    version         INTEGER NOT NULL,
    raised_by       TEXT NOT NULL,
    settled_by      TEXT NOT NULL,
    settled_words   TEXT NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    updated_at      TIMESTAMPTZ NOT NULL
);
CREATE INDEX flags_by_consultation ON flags (consultation_id, state);
CREATE UNIQUE INDEX flags_open ON flags (comment_id, raised_by) WHERE state = 'open';

-- The response after a change to what is withheld of it. The first edition is in responses.
CREATE TABLE response_editions (
    consultation_id TEXT NOT NULL REFERENCES consultations (id),
    edition         INTEGER NOT NULL CHECK (edition > 1),
    content         TEXT NOT NULL,
    content_sha256  TEXT NOT NULL,
    made_by         TEXT NOT NULL,
    made_at         TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (consultation_id, edition)
);

CREATE TRIGGER restrictions_kept BEFORE DELETE OR TRUNCATE ON restrictions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER flags_kept BEFORE DELETE OR TRUNCATE ON flags FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER redactions_kept BEFORE DELETE OR TRUNCATE ON redactions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER redactions_lifted BEFORE UPDATE ON redactions FOR EACH ROW WHEN (OLD.lifted_at IS NOT NULL OR NEW.passage <> OLD.passage OR NEW.made_by <> OLD.made_by OR NEW.reason <> OLD.reason) EXECUTE FUNCTION refuse_change();

CREATE TRIGGER response_editions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON response_editions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- +goose Down
DROP TABLE response_editions;
DROP TABLE flags;
DROP TABLE redactions;
DROP TABLE restrictions;
DROP TABLE masks;
ALTER TABLE comments DROP COLUMN open_folded;
ALTER TABLE comments DROP COLUMN ground_words;
ALTER TABLE comments DROP COLUMN ground;
ALTER TABLE submissions DROP COLUMN branch;
ALTER TABLE submissions DROP COLUMN masked;
ALTER TABLE submissions DROP COLUMN ground_words;
ALTER TABLE submissions DROP COLUMN ground;
