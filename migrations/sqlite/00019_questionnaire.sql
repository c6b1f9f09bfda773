-- +goose Up
ALTER TABLE questions ADD COLUMN help TEXT NOT NULL DEFAULT '';
ALTER TABLE questions ADD COLUMN other BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE questions RENAME COLUMN kind TO kind_was;
ALTER TABLE questions ADD COLUMN kind TEXT NOT NULL DEFAULT 'text' CHECK (kind IN ('text', 'single', 'multiple', 'scale', 'ranking'));
UPDATE questions SET kind = kind_was;
ALTER TABLE questions DROP COLUMN kind_was;

-- +goose Down
ALTER TABLE questions RENAME COLUMN kind TO kind_was;
ALTER TABLE questions ADD COLUMN kind TEXT NOT NULL DEFAULT 'text' CHECK (kind IN ('text', 'single', 'multiple', 'scale'));
UPDATE questions SET kind = kind_was;
ALTER TABLE questions DROP COLUMN kind_was;
ALTER TABLE questions DROP COLUMN other;
ALTER TABLE questions DROP COLUMN help;
