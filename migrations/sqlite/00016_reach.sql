-- +goose Up
ALTER TABLE organisations ADD COLUMN region TEXT NOT NULL DEFAULT '';
ALTER TABLE organisations ADD COLUMN size TEXT NOT NULL DEFAULT '' CHECK (size IN ('', 'micro', 'small', 'medium', 'large'));
ALTER TABLE organisations ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE organisations ADD COLUMN updated_at DATETIME;

-- +goose Down
ALTER TABLE organisations DROP COLUMN updated_at;
ALTER TABLE organisations DROP COLUMN version;
ALTER TABLE organisations DROP COLUMN size;
ALTER TABLE organisations DROP COLUMN region;
