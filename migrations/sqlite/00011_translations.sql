-- +goose Up
-- The language in which title, summary and questions were written.
ALTER TABLE consultations ADD COLUMN language TEXT NOT NULL DEFAULT '';
UPDATE consultations SET language = COALESCE((SELECT locale FROM states WHERE states.code = consultations.state_code), 'en');

-- Texts of others beside their sources. object_key is what a translation goes along with: the identity of a provision,
-- the strategy of a draft's title, the consultation of a question; of all else the object's id. One stands for each
-- wording of the source; the ones before it stay.
CREATE TABLE translations (
    id            TEXT PRIMARY KEY,
    object        TEXT NOT NULL CHECK (object IN ('draft', 'provision', 'consultation', 'question', 'comment', 'disposition')),
    object_key    TEXT NOT NULL,
    origin_id     TEXT NOT NULL,
    field         TEXT NOT NULL,
    language      TEXT NOT NULL,
    text          TEXT NOT NULL,
    text_folded   TEXT NOT NULL,
    source        TEXT NOT NULL,
    source_sha256 TEXT NOT NULL,
    author        TEXT NOT NULL,
    tool          TEXT NOT NULL,
    by_sender     BOOLEAN NOT NULL,
    status        TEXT NOT NULL CHECK (status IN ('official', 'working')),
    created_by    TEXT NOT NULL,
    created_at    DATETIME NOT NULL,
    superseded_at DATETIME
);
CREATE UNIQUE INDEX translations_standing ON translations (object, object_key, field, language, source_sha256) WHERE superseded_at IS NULL;

-- Parts of a translated document for which no provision was found. They wait for a person.
CREATE TABLE translation_strays (
    id          TEXT PRIMARY KEY,
    draft_id    TEXT NOT NULL REFERENCES drafts (id),
    language    TEXT NOT NULL,
    position    INTEGER NOT NULL,
    number      TEXT NOT NULL,
    text        TEXT NOT NULL,
    author      TEXT NOT NULL,
    tool        TEXT NOT NULL,
    status      TEXT NOT NULL CHECK (status IN ('official', 'working')),
    created_by  TEXT NOT NULL,
    created_at  DATETIME NOT NULL,
    outcome     TEXT NOT NULL CHECK (outcome IN ('', 'placed', 'dropped', 'replaced')),
    settled_by  TEXT NOT NULL,
    settled_at  DATETIME
);
CREATE INDEX translation_strays_open ON translation_strays (draft_id, language) WHERE outcome = '';

-- +goose StatementBegin
CREATE TRIGGER translations_kept BEFORE DELETE ON translations BEGIN
    SELECT RAISE(ABORT, 'translations keeps every row');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER translations_superseded BEFORE UPDATE ON translations WHEN OLD.superseded_at IS NOT NULL OR NEW.superseded_at IS NULL OR NEW.text <> OLD.text OR NEW.source <> OLD.source BEGIN
    SELECT RAISE(ABORT, 'a translation can only be superseded');
END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE translation_strays;
DROP TABLE translations;
ALTER TABLE consultations DROP COLUMN language;
