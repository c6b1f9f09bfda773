-- +goose Up
ALTER TABLE questions ADD COLUMN help TEXT NOT NULL DEFAULT '';
ALTER TABLE questions ADD COLUMN other BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE questions DROP CONSTRAINT questions_kind_check;
ALTER TABLE questions ADD CONSTRAINT questions_kind_check CHECK (kind IN ('text', 'single', 'multiple', 'scale', 'ranking'));

-- +goose Down
ALTER TABLE questions DROP CONSTRAINT questions_kind_check;
ALTER TABLE questions ADD CONSTRAINT questions_kind_check CHECK (kind IN ('text', 'single', 'multiple', 'scale'));
ALTER TABLE questions DROP COLUMN other;
ALTER TABLE questions DROP COLUMN help;
