-- +goose Up
-- Who wants no more reminders about a consultation: "organisation:<id>". What must be told anyway is told anyway.
CREATE TABLE unsubscribes (
    recipient       TEXT NOT NULL,
    consultation_id TEXT NOT NULL REFERENCES consultations (id),
    at              DATETIME NOT NULL,
    PRIMARY KEY (consultation_id, recipient)
);

-- +goose Down
DROP TABLE unsubscribes;
