-- +goose Up
-- The secret address of a person's calendar; one that was replaced is gone.
CREATE TABLE calendar_feeds (
    person_id  TEXT PRIMARY KEY REFERENCES people (id),
    id         TEXT NOT NULL UNIQUE,
    created_at DATETIME NOT NULL
);

-- +goose Down
DROP TABLE calendar_feeds;
