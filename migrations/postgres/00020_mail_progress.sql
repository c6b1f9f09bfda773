-- +goose Up
CREATE INDEX messages_by_consultation ON messages (consultation_id, template, state);

-- +goose Down
DROP INDEX messages_by_consultation;
