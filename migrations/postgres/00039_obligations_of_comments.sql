-- +goose Up
-- The obligation that a comment is about, beside the provision.
ALTER TABLE comments ADD COLUMN obligation TEXT REFERENCES obligations (code);
CREATE INDEX comments_by_obligation ON comments (obligation) WHERE obligation IS NOT NULL;

-- The day on which work on a measure is to begin in a plan; NULL: not said.
ALTER TABLE plan_measures ADD COLUMN starts_on TIMESTAMPTZ;

-- What the owner of a milestone said shows that it is done, with a link or ''.
ALTER TABLE milestones ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE milestones ADD COLUMN link TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE milestones DROP COLUMN link;
ALTER TABLE milestones DROP COLUMN note;
ALTER TABLE plan_measures DROP COLUMN starts_on;
DROP INDEX comments_by_obligation;
ALTER TABLE comments DROP COLUMN obligation;
